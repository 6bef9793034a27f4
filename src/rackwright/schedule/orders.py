"""Until when can each long-lead order wait? Last responsible day by how sure its arrival must be."""

from __future__ import annotations

from rackwright.schedule.reasons import total_float
from rackwright.schedule.result import Solved
from rackwright.schedule.risk import DURATION_QUANTILES
from rackwright.schedule.workdays import Workdays
from rackwright.tables.schedule import LongLead

__all__ = ["long_lead_table"]

SURE = (0.5, 0.8, 0.95)


def long_lead_table(solved: Solved) -> LongLead:
    """One row per procurement that has not begun: when it must be there, and the last days to order it."""
    slack = total_float(solved.network, solved.dates)
    rows = []
    for number, job in enumerate(solved.network.jobs):
        if job.activity.kind != "procure" or job.fixed_start >= 0 or job.fixed_finish >= 0:
            continue
        calendar = solved.network.workdays(number)
        latest = calendar.next_start(min(int(solved.dates.start[number] + slack[number]), solved.network.axis.num_days))
        need = calendar.finish(latest, job.duration)
        lead = [int(solved.sampled.duration_quantile[DURATION_QUANTILES.index(share), number]) for share in SURE]
        last = [solved.day(_order_day(calendar, need, days)) for days in lead]
        planned = solved.day(int(solved.dates.start[number]))
        rows.append((job.name, job.activity.item, job.activity.supplier, planned, solved.day(need), *last))
    return LongLead.from_rows(rows)


def _order_day(calendar: Workdays, need: int, days: int) -> int:
    """Latest day to start so that the work ends by `need`; before the axis begins every day counts."""
    missing = days - int(calendar.worked_before[need])
    return -missing if missing > 0 else calendar.latest_start(need, days)
