"""Why does each activity start when it does, how far may it slip, and what drives a gate?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rackwright.schedule.generation import Dates, arc_floor
from rackwright.schedule.network import Network
from rackwright.schedule.planning import project_finish
from rackwright.schedule.workdays import IntArray

__all__ = ["Drivers", "chain_to", "chain_words", "find_drivers", "held_words", "total_float"]

MOST_STEPS = 6
MOST_HOLDERS = 3


@dataclass(frozen=True)
class Drivers:
    """What sets each start: the driving job (-1 if none) and how (`link`, `resource`, `release`, `actual`).

    `others` are the other jobs that held the resource during the wait, those that end last first.
    """

    job: IntArray
    kind: tuple[str, ...]
    others: tuple[tuple[int, ...], ...]


def find_drivers(network: Network, dates: Dates) -> Drivers:
    """Driver of every job: the holder of the resource it waited for, else its latest link, else its release."""
    count = len(network.jobs)
    drivers = np.full(count, -1, dtype=np.int64)
    kinds, others = [], list[tuple[int, ...]]()
    for job in range(count):
        kind, drivers[job] = _driver(network, dates, job)
        kinds.append(kind)
        others.append(_others(network, dates, job, int(drivers[job])) if kind == "resource" else ())
    return Drivers(drivers, tuple(kinds), tuple(others))


def _driver(network: Network, dates: Dates, job: int) -> tuple[str, int]:
    entry = network.jobs[job]
    if entry.fixed_start >= 0 or entry.fixed_finish >= 0:
        return "actual", -1
    if dates.blocker[job] >= 0:
        return "resource", _holder(network, dates, job, int(dates.blocker[job]))
    best, floor = -1, max(entry.release, network.first_day)
    for arc in network.arcs_into[job]:
        reached = arc_floor(network, arc, dates.start, dates.finish)
        if reached > floor or (reached == floor and best < 0):
            best, floor = arc.before, reached
    return ("link", best) if best >= 0 else ("release", -1)


def _holder(network: Network, dates: Dates, job: int, resource: int) -> int:
    """Job that held the resource last before this one started; -1 if only a shutdown kept it."""
    best = -1
    for other, entry in enumerate(network.jobs):
        uses = any(index == resource for index, _ in entry.demands)
        if (
            not uses
            or other == job
            or dates.finish[other] > dates.start[job]
            or dates.finish[other] <= dates.link_start[job]
        ):
            continue
        if best < 0 or dates.finish[other] > dates.finish[best]:
            best = other
    return best


def _others(network: Network, dates: Dates, job: int, driver: int) -> tuple[int, ...]:
    """Jobs that held the resource while this one waited for it, without the driving one."""
    resource, start = int(dates.blocker[job]), int(dates.start[job])
    found = [
        other
        for other, entry in enumerate(network.jobs)
        if other not in {job, driver}
        and dates.start[other] < start
        and dates.finish[other] > dates.link_start[job]
        and any(index == resource for index, _ in entry.demands)
    ]
    return tuple(sorted(found, key=lambda other: (-int(dates.finish[other]), network.jobs[other].name)))


def chain_to(job: int, drivers: Drivers) -> list[int]:
    """Jobs on the driving chain that ends at a job, last first."""
    chain, seen = [], set()
    while job >= 0 and job not in seen:
        seen.add(job)
        chain.append(job)
        job = int(drivers.job[job])
    return chain


def chain_words(network: Network, dates: Dates, drivers: Drivers, job: int, resource_names: tuple[str, ...]) -> str:
    """The driving chain in words, from the gate backwards; waits name the resource and who held it."""
    parts = []
    for step in chain_to(job, drivers)[:MOST_STEPS]:
        wait = int(dates.start[step] - dates.link_start[step])
        name = network.jobs[step].name
        if wait > 0 and dates.blocker[step] >= 0:
            holder = int(drivers.job[step])
            holders = ([holder] if holder >= 0 else []) + list(drivers.others[step])
            held = f", {held_words([network.jobs[one].name for one in holders])}"
            parts.append(f"{name} (waits {wait} days for {resource_names[dates.blocker[step]]}{held})")
        else:
            parts.append(name)
    return " <- ".join(parts)


def held_words(names: list[str]) -> str:
    """Who held a resource, the first few by name.

    Examples
    --------
    >>> held_words(["a.x", "b.y"]), held_words([])
    ('held by a.x and b.y', 'which is shut down')
    """
    if not names:
        return "which is shut down"
    shown = names if len(names) <= MOST_HOLDERS else [*names[:MOST_HOLDERS], f"{len(names) - MOST_HOLDERS} more"]
    return f"held by {' and '.join(shown)}"


def total_float(network: Network, dates: Dates) -> NDArray[np.int64]:
    """Days each job may slip by links alone without moving the end of any project, shape (jobs,), >= 0.

    What has started may only end later: its float is that of its end. What has finished has none.
    """
    ends = project_finish(network, dates).tolist()
    slack = np.zeros(len(network.jobs), dtype=np.int64)
    latest: list[tuple[int, int]] = [(0, 0)] * len(network.jobs)
    for number in reversed(network.order):
        job = network.jobs[number]
        latest[number] = _latest(network, number, ends[job.project], latest)
        if job.fixed_finish < 0:
            planned = (dates.start if job.fixed_start < 0 else dates.finish)[number]
            slack[number] = latest[number][job.fixed_start >= 0] - planned
    return np.maximum(slack, 0)


def _latest(network: Network, number: int, last: int, latest: list[tuple[int, int]]) -> tuple[int, int]:
    """Latest start and finish that keep the links to what has not begun, on days of the job's calendar."""
    job, calendar, first = network.jobs[number], network.workdays(number), network.axis.num_days
    for arc in network.arcs_from[number]:
        after = network.jobs[arc.after]
        if after.fixed_start >= 0 or after.fixed_finish >= 0:
            continue
        reached = latest[arc.after][arc.kind[1] == "F"] - arc.lag
        if arc.kind[0] == "F":
            last = min(last, reached)
        else:
            first = min(first, reached)
    last = max(last, 0)
    if not job.duration:
        day = min(first, last)
        return day, day
    if job.fixed_start >= 0:
        return job.fixed_start, calendar.last_workday(last - 1) + 1
    start = min(calendar.latest_start(last, job.duration), calendar.last_workday(first))
    return start, calendar.finish(start, job.duration)
