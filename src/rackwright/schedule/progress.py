"""How does the plan stand against what was announced, and what has been earned? Moved gates, and earned value.

Actual cost is not booked in a program: it is taken pro rata of the days worked, so CPI says how long work takes against
its plan, not what was paid.
"""

from __future__ import annotations

import numpy as np

from rackwright.schedule.engine import FloatArray
from rackwright.schedule.instance import IntArray
from rackwright.schedule.network import Network
from rackwright.schedule.result import CENTS, Solved
from rackwright.tables.schedule import EarnedValue, MovedGates

__all__ = ["announced_days", "earned_table", "known_starts", "moved_table"]


def announced_days(network: Network, incumbent: dict[str, int]) -> IntArray:
    """Announced finish of each gate in axis days, -1 where none: of the incumbent plan, else of the baseline."""
    days = np.full(len(network.jobs), -1, dtype=np.int64)
    for number, job in enumerate(network.jobs):
        if job.activity.kind != "gate" and not job.activity.gate:
            continue
        if job.name in incumbent:
            days[number] = incumbent[job.name] + network.first_day
        elif job.activity.baseline_finish is not None:
            days[number] = network.axis.day(job.activity.baseline_finish)
    return days


def known_starts(network: Network, starts: dict[str, int]) -> FloatArray | None:
    """Start of each job in the plan that people know, axis days, None without one; what is new is at its release."""
    if not starts:
        return None
    known = [starts[job.name] + network.first_day if job.name in starts else job.release for job in network.jobs]
    return np.array(known, dtype=np.float64)


def moved_table(solved: Solved, announced: IntArray, moved_weight: float) -> MovedGates:
    """Gates whose day differs from the one announced."""
    rows = []
    for number in np.nonzero(announced >= 0)[0].tolist():
        moved = int(solved.dates.finish[number] - announced[number])
        if moved:
            now, before = solved.day(int(solved.dates.finish[number])), solved.day(int(announced[number]))
            rows.append((solved.network.jobs[number].name, before, now, moved, moved_weight * abs(moved)))
    return MovedGates.from_rows(rows)


def earned_table(solved: Solved) -> EarnedValue:
    """Planned, earned and actual value of each project on the first day of the plan."""
    rows = []
    for project, entry in enumerate(solved.network.projects):
        own = [i for i, job in enumerate(solved.network.jobs) if job.project == project]
        sums = [sum(values) for values in zip(*(_values(solved, i) for i in own), strict=True)]
        planned, earned, actual = (round(value) for value in sums)
        rows.append(
            (
                entry.id,
                planned,
                earned,
                actual,
                earned / planned if planned else 1.0,
                earned / actual if actual else 1.0,
            )
        )
    return EarnedValue.from_rows(rows)


def _values(solved: Solved, number: int) -> tuple[float, float, float]:
    """PV, EV and AC of one activity in cent."""
    network, today = solved.network, solved.network.first_day
    job = network.jobs[number]
    cost = job.modes[job.mode].cost_usd * CENTS
    start, finish = int(solved.dates.start[number]), int(solved.dates.finish[number])
    first = network.axis.day(job.activity.baseline_start) if job.activity.baseline_start else start
    after = network.axis.day(job.activity.baseline_finish) if job.activity.baseline_finish else finish
    planned = cost * _share_done(first, after, today)
    if job.fixed_finish >= 0:
        days = max(job.duration, 1)
        worked = network.workdays(number).worked_before
        return planned, cost, cost * float(worked[finish] - worked[start]) / days
    if job.fixed_start >= 0:
        done = cost * _share_done(start, finish, today)
        return planned, done, done
    return planned, 0.0, 0.0


def _share_done(start: int, finish: int, today: int) -> float:
    if finish <= start:
        return float(today >= finish)
    return min(max((today - start) / (finish - start), 0.0), 1.0)
