"""When can each job start, given an order of preference? Serial schedule generation, the one source of feasibility.

Jobs are taken one by one, always the most preferred whose predecessors are placed, and put at the earliest day at which
links, calendar and every resource allow (Kolisch 1996, "Serial and parallel resource-constrained project scheduling
methods revisited", EJOR 90). Maximum lags are not enforced here; they are checked afterwards.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rackwright.schedule.network import Arc, Network
from rackwright.schedule.workdays import IntArray

__all__ = ["Dates", "generate", "link_start"]


@dataclass(frozen=True)
class Dates:
    """A schedule in axis days.

    `link_start` is what links and release alone would allow; `blocker` is the resource that kept a job longest from
    that day, -1 if none did.
    """

    start: IntArray
    finish: IntArray
    link_start: IntArray
    blocker: IntArray


def link_start(network: Network, job: int, start: IntArray, finish: IntArray) -> int:
    """Earliest day the links into a job and its release allow, resources aside."""
    entry = network.jobs[job]
    earliest = max(entry.release, network.first_day)
    for arc in network.arcs_into[job]:
        earliest = max(earliest, _arc_floor(network, arc, job, start, finish))
    return earliest


def _arc_floor(network: Network, arc: Arc, job: int, start: IntArray, finish: IntArray) -> int:
    from_day = int(finish[arc.before] if arc.kind[0] == "F" else start[arc.before]) + arc.lag
    if arc.kind[1] == "S":
        return from_day
    return network.workdays(job).latest_start(max(from_day, 0), network.jobs[job].duration)


def generate(network: Network, priority: Sequence[float]) -> Dates:
    """Schedule every job.

    Parameters
    ----------
    network
        The compiled projects.
    priority
        One number per job; the lowest is placed first among those whose predecessors are placed. Ties go by index.
    """
    count = len(network.jobs)
    dates = Dates(*(np.full(count, -1, dtype=np.int64) for _ in range(4)))
    used = [np.zeros(len(profile), dtype=np.int64) for profile in network.capacity]
    waiting = [len(arcs) for arcs in network.arcs_into]
    heap = [(priority[job], job) for job in range(count) if not waiting[job]]
    heapq.heapify(heap)
    while heap:
        _, job = heapq.heappop(heap)
        _place(network, job, dates, used)
        for arc in network.arcs_from[job]:
            waiting[arc.after] -= 1
            if not waiting[arc.after]:
                heapq.heappush(heap, (priority[arc.after], arc.after))
    return dates


def _place(network: Network, job: int, dates: Dates, used: list[IntArray]) -> None:
    entry = network.jobs[job]
    calendar = network.workdays(job)
    if entry.fixed_start >= 0 or entry.fixed_finish >= 0:
        start, finish = _actual(network, job)
        dates.link_start[job] = start
    else:
        earliest = link_start(network, job, dates.start, dates.finish)
        if entry.duration:
            earliest = calendar.next_start(earliest)
        dates.link_start[job] = earliest
        start, dates.blocker[job] = _first_free(network, job, earliest, used)
        finish = calendar.finish(start, entry.duration)
    dates.start[job], dates.finish[job] = start, finish
    for resource, units in entry.demands:
        if network.is_renewable[resource]:
            used[resource][start:finish] += units
        else:
            used[resource][start:] += units


def _actual(network: Network, job: int) -> tuple[int, int]:
    """Dates of a job that has started or finished: actuals win; what runs still ends after the plan's first day."""
    entry, calendar = network.jobs[job], network.workdays(job)
    if entry.fixed_finish >= 0:
        start = (
            entry.fixed_start if entry.fixed_start >= 0 else calendar.latest_start(entry.fixed_finish, entry.duration)
        )
        return start, entry.fixed_finish
    planned = calendar.finish(calendar.next_start(entry.fixed_start), entry.duration)
    return entry.fixed_start, max(planned, network.first_day + 1)


def _first_free(network: Network, job: int, earliest: int, used: list[IntArray]) -> tuple[int, int]:
    """First start at which every resource suffices, and the resource that was the last to say no (-1 if none)."""
    entry, calendar = network.jobs[job], network.workdays(job)
    start, blocker = earliest, -1
    moved = bool(entry.demands) and entry.duration > 0
    while moved:
        moved = False
        finish = calendar.finish(start, entry.duration)
        for resource, units in entry.demands:
            until = finish if network.is_renewable[resource] else len(used[resource])
            short = used[resource][start:until] + units > network.capacity[resource][start:until]
            if short.any():
                last = start + int(np.nonzero(short)[0][-1]) + 1
                if last + entry.duration >= network.axis.num_days - 1:
                    return start, resource
                start, blocker, moved = calendar.next_start(last), resource, True
                break
    return start, blocker
