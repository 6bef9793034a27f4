"""How does the plan stand against what was announced, and what has been earned? Moved gates, and earned value.

The budget of an activity is the cost of its mode and of the resources that it books. Where an activity states neither
its progress nor what was spent, both are taken pro rata of the days worked; CPI then says how long work takes against
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
    job, cost = network.jobs[number], _budget(solved, number)
    start, finish = int(solved.dates.start[number]), int(solved.dates.finish[number])
    first = network.axis.day(job.activity.baseline_start) if job.activity.baseline_start else start
    after = network.axis.day(job.activity.baseline_finish) if job.activity.baseline_finish else finish
    planned = cost * _share_done(first, after, today)
    earned, spent = _earned(network, number, (cost, start, finish))
    booked = job.activity.spent_usd
    return planned, earned, spent if booked is None else booked * CENTS


def _budget(solved: Solved, number: int) -> float:
    """Cost of an activity's mode and of its resources for its planned days, in cent."""
    job = solved.network.jobs[number]
    rows = solved.request.resources
    per_day = sum(units * rows[resource].usd_per_day for resource, units in job.demands)
    return (job.modes[job.mode].cost_usd + per_day * job.duration) * CENTS


def _earned(network: Network, number: int, of: tuple[float, int, int]) -> tuple[float, float]:
    """EV of one activity, and its AC where nothing is booked, in cent; `of` is its budget, start and finish."""
    cost, start, finish = of
    job, worked = network.jobs[number], network.workdays(number).worked_before
    until = min(finish, network.first_day) if job.fixed_finish < 0 else finish
    pro_rata = cost * float(worked[until] - worked[start]) / max(job.duration, 1) if until > start else 0.0
    if job.fixed_finish >= 0:
        return cost, pro_rata
    if job.fixed_start < 0:
        return 0.0, 0.0
    if job.open_share is not None:
        return cost * (1.0 - job.open_share), pro_rata
    done = cost * _share_done(start, finish, network.first_day)
    return done, done


def _share_done(start: int, finish: int, today: int) -> float:
    if finish <= start:
        return float(today >= finish)
    return min(max((today - start) / (finish - start), 0.0), 1.0)
