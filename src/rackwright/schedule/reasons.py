"""Why does each activity start when it does, how far may it slip, and what drives a gate?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rackwright.schedule.generation import Dates, arc_floor, lag_excess
from rackwright.schedule.network import Network
from rackwright.schedule.planning import project_finish
from rackwright.schedule.workdays import IntArray

__all__ = [
    "ANNOUNCED",
    "HELD_BACK",
    "MOST_LAG",
    "Drivers",
    "chain_to",
    "chain_words",
    "find_drivers",
    "held_words",
    "total_float",
]

MOST_STEPS = 6
MOST_HOLDERS = 3
MOST_ROUNDS = 12
MOST_LAG, ANNOUNCED = HELD_BACK = ("most-lag", "announced")  # kinds of drivers of what the plan holds back on purpose


@dataclass(frozen=True)
class Drivers:
    """What sets each start: the driving job (-1 if none) and how.

    Kinds are `link`, `resource`, `release`, `actual`, `most-lag` (held back, so as not to lie too far before the
    driving job) and `announced` (held back for the day that people know).
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
    if dates.held[job]:
        return _held_for(network, dates, job)
    best, floor = -1, max(entry.release, network.first_day)
    for arc in network.arcs_into[job]:
        reached = arc_floor(network, arc, dates.start, dates.finish)
        if reached > floor or (reached == floor and best < 0):
            best, floor = arc.before, reached
    return ("link", best) if best >= 0 else ("release", -1)


def _held_for(network: Network, dates: Dates, job: int) -> tuple[str, int]:
    """Why the plan holds a job back: the end of its tightest most lag, else its announced day."""
    measured = [(lag_excess(arc, dates.start, dates.finish), arc.after) for arc in network.arcs_from[job]]
    tight = [(excess, after) for excess, after in measured if excess is not None]
    return (MOST_LAG, max(tight)[1]) if tight else (ANNOUNCED, -1)


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
        elif dates.held[step]:
            parts.append(f"{name} (held back {wait} days)")
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
    slack = np.zeros(len(network.jobs), dtype=np.int64)
    for number, days in enumerate(_all_latest(network, project_finish(network, dates).tolist())):
        job = network.jobs[number]
        if job.fixed_finish < 0:
            planned = (dates.start if job.fixed_start < 0 else dates.finish)[number]
            slack[number] = days[job.fixed_start >= 0] - planned
    return np.maximum(slack, 0)


def _all_latest(network: Network, ends: list[int]) -> list[tuple[int, int]]:
    """Latest start and finish of every job; most lags hold a job to those before it, so they take further rounds."""
    days = network.axis.num_days
    latest = [(days, days)] * len(network.jobs)
    has_most_lags = any(arc.max_lag is not None for into in network.arcs_into for arc in into)
    for _ in range(MOST_ROUNDS if has_most_lags else 1):
        before = list(latest)
        for number in reversed(network.order):
            latest[number] = _latest(network, number, ends[network.jobs[number].project], latest)
        if latest == before:
            break
    return latest


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
    for arc in network.arcs_into[number]:
        held = network.jobs[arc.before]
        if arc.max_lag is None or held.fixed_start >= 0 or held.fixed_finish >= 0:
            continue
        reached = latest[arc.before][arc.kind[0] == "F"] + arc.max_lag
        if arc.kind[1] == "F":
            last = min(last, reached)
        else:
            first = min(first, reached)
    first, last = max(first, 0), max(last, 0)
    if not job.duration:
        day = min(first, last)
        return day, day
    if job.fixed_start >= 0:
        return job.fixed_start, calendar.last_workday(last - 1) + 1
    start = min(calendar.latest_start(last, job.duration), calendar.last_workday(first))
    return start, calendar.finish(start, job.duration)
