"""Until when can each long-lead order wait? Last responsible day by how sure its arrival must be."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from rackwright.schedule.result import Solved
from rackwright.schedule.risk import DURATION_QUANTILES, two_piece
from rackwright.schedule.workdays import Workdays
from rackwright.tables.schedule import LongLead

__all__ = ["long_lead_table"]

SURE = (0.5, 0.8, 0.95)


def long_lead_table(solved: Solved) -> LongLead:
    """One row per procurement that has not begun: when it must be there, and the last days to order it."""
    slack = solved.float_days
    rows = []
    for number, job in enumerate(solved.network.jobs):
        if job.activity.kind != "procure" or job.fixed_start >= 0 or job.fixed_finish >= 0:
            continue
        calendar = solved.network.workdays(number)
        latest = calendar.next_start(min(int(solved.dates.start[number] + slack[number]), solved.network.axis.num_days))
        need = calendar.finish(latest, job.duration)
        lead = [_lead_days(solved, number, share) for share in SURE]
        last = [solved.day(_order_day(calendar, need, days)) for days in lead]
        planned = solved.day(int(solved.dates.start[number]))
        rows.append((job.name, job.activity.item, job.activity.supplier, planned, solved.day(need), *last))
    return LongLead.from_rows(rows)


def _lead_days(solved: Solved, number: int, share: float) -> int:
    """Lead time at a probability: by its distribution, or by the samples where a risk of the register may add to it."""
    job = solved.network.jobs[number]
    if any(risk.activity == job.activity.id for risk in solved.network.projects[job.project].risks):
        return int(solved.sampled.duration_quantile[DURATION_QUANTILES.index(share), number])
    return round(float(two_piece(job.estimate, np.array([NormalDist().inv_cdf(share)]))[0]))


def _order_day(calendar: Workdays, need: int, days: int) -> int:
    """Latest day to start so that the work ends by `need`; before the axis begins every day counts."""
    missing = days - int(calendar.worked_before[need])
    return -missing if missing > 0 else calendar.latest_start(need, days)
