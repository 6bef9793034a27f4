"""How do projects become an instance of the engine, and a placed instance dates of projects?

What has started or finished keeps its actual dates; what runs still ends after the plan's first day, and where its
progress is stated the rest of its work begins on that day. Resources that are
used up are no constraint on dates: their total is judged by a check.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from rackwright.schedule.instance import KINDS, BoolArray, Instance, IntArray, Placed, arcs_of
from rackwright.schedule.network import Arc, Network

__all__ = ["Dates", "arc_floor", "dates_of", "instance_of", "lag_excess", "renewable"]


@dataclass(frozen=True)
class Dates:
    """A schedule in axis days.

    `link_start` is what links and release alone would allow; `blocker` is the resource that was the last to keep a job
    from starting, -1 if none did. `held` are jobs that could start sooner by links, release and resources: the plan
    holds them back for the most lag of a link, or for the day on which they were announced.
    """

    start: IntArray
    finish: IntArray
    link_start: IntArray
    blocker: IntArray
    held: BoolArray


def renewable(network: Network) -> list[int]:
    """Resources whose capacity comes back every day, by index."""
    return [i for i, flag in enumerate(network.is_renewable) if flag]


def instance_of(network: Network, release: IntArray | None = None) -> Instance:
    """The network in its chosen modes, as arrays.

    Parameters
    ----------
    network
        Compiled projects.
    release
        Earliest start of each job where it differs from that of its project, shape (jobs,).
    """
    jobs, names = network.jobs, list(network.calendars)
    arcs = [(arc.before, arc.after, KINDS.index(arc.kind), arc.lag) for into in network.arcs_into for arc in into]
    actual = [_actual(network, job) for job in range(len(jobs))]
    own = np.array([max(job.release, network.first_day) for job in jobs], dtype=np.int64)
    return Instance(
        np.array([job.duration for job in jobs], dtype=np.int64),
        _demand(network),
        own if release is None else np.maximum(own, release),
        np.array([start for start, _ in actual], dtype=np.int64),
        np.array([finish for _, finish in actual], dtype=np.int64),
        np.array([names.index(job.calendar) for job in jobs], dtype=np.int64),
        *_calendars(network),
        np.array([network.capacity[i][:-1] for i in renewable(network)], dtype=np.int64).reshape(
            -1, network.axis.num_days
        ),
        *arcs_of(len(jobs), arcs),
    )


def _demand(network: Network) -> IntArray:
    place = {resource: i for i, resource in enumerate(renewable(network))}
    demand = np.zeros((len(network.jobs), len(place)), dtype=np.int64)
    for number, job in enumerate(network.jobs):
        for resource, units in job.demands:
            if resource in place:
                demand[number, place[resource]] += units
    return demand


def _calendars(network: Network) -> tuple[IntArray, IntArray]:
    days = network.axis.num_days
    worked_before = np.array([c.worked_before for c in network.calendars.values()], dtype=np.int64)
    day_of = np.full_like(worked_before, days)
    for row, calendar in enumerate(network.calendars.values()):
        day_of[row, : len(calendar.day_of)] = calendar.day_of
    return worked_before, day_of


def _actual(network: Network, number: int) -> tuple[int, int]:
    """Start and finish of a job that has started or finished; (-1, -1) for one that has not."""
    job, calendar = network.jobs[number], network.workdays(number)
    if job.fixed_finish >= 0:
        begun = job.fixed_start if job.fixed_start >= 0 else calendar.latest_start(job.fixed_finish, job.duration)
        return begun, job.fixed_finish
    if job.open_share is not None:
        left = max(math.ceil(job.duration * job.open_share), 1)
        return job.fixed_start, calendar.finish(calendar.next_start(network.first_day), left)
    if job.fixed_start >= 0:
        planned = calendar.finish(calendar.next_start(job.fixed_start), job.duration)
        return job.fixed_start, max(planned, network.first_day + 1)
    return -1, -1


def dates_of(network: Network, placed: Placed) -> Dates:
    """A placed instance with what links alone would allow; a job that waits for nothing has no blocker."""
    back = renewable(network)
    link_start = np.array([_link_start(network, job, placed) for job in range(len(network.jobs))], dtype=np.int64)
    blocker = np.array([back[r] if r >= 0 else -1 for r in placed.blocker.tolist()], dtype=np.int64)
    waits = placed.start > link_start
    return Dates(placed.start, placed.finish, link_start, np.where(waits, blocker, -1), waits & (blocker < 0))


def _link_start(network: Network, number: int, placed: Placed) -> int:
    job = network.jobs[number]
    if job.fixed_start >= 0 or job.fixed_finish >= 0:
        return int(placed.start[number])
    earliest = max(job.release, network.first_day)
    for arc in network.arcs_into[number]:
        earliest = max(earliest, arc_floor(network, arc, placed.start, placed.finish))
    return network.workdays(number).next_start(earliest) if job.duration else earliest


def arc_floor(network: Network, arc: Arc, start: IntArray, finish: IntArray) -> int:
    """First day an arc lets its second job start."""
    reached = int(finish[arc.before] if arc.kind[0] == "F" else start[arc.before]) + arc.lag
    if arc.kind[1] == "S":
        return reached
    return network.workdays(arc.after).start_to_end_at(reached, network.jobs[arc.after].duration)


def lag_excess(arc: Arc, start: IntArray, finish: IntArray) -> int | None:
    """Days by which the ends of an arc lie further apart than its most lag, negative if nearer; None without one."""
    if arc.max_lag is None:
        return None
    first = int(finish[arc.before] if arc.kind[0] == "F" else start[arc.before])
    second = int(start[arc.after] if arc.kind[1] == "S" else finish[arc.after])
    return second - first - arc.max_lag
