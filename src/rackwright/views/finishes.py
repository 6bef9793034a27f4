"""When does each training run finish with the racks that are accepted, against the day by which it must?"""

from __future__ import annotations

import math

import polars as pl

from rackwright.plan import Plan
from rackwright.program.workloads import Training
from rackwright.views.view import Cell, TableColumn, ViewTable

__all__ = ["finish_day", "finish_table"]

SECONDS_PER_DAY = 86_400.0


def finish_day(plan: Plan, run: Training) -> tuple[int, int] | None:
    """Day on which a run starts and first day after it; None where no gang ever runs.

    Its racks count from the first day of the bucket in which they are accepted, as in the workloads served, so the run
    cannot finish earlier, and from its own start where that lies within the bucket before. After the last bucket that
    serves it, it keeps the racks it has. Rates are medians, with goodput.
    """
    left, start, per_day, last = run.tokens, None, 0.0, 0
    asked = plan.supply.served.frame.filter(pl.col("wanted") > 0.0, workload=run.id)["bucket"].min()
    opened = dict(plan.supply.buckets.frame.select("start_day", "bucket").iter_rows())
    for begin, end, rate in _rates(plan, run.id):
        if rate <= 0.0:
            continue
        first = max(0, plan.program.horizon.day(run.start)) if opened[begin] == asked else begin
        start, per_day, last = first if start is None else start, rate * SECONDS_PER_DAY, end
        if left <= per_day * (end - first):
            return start, first + math.ceil(left / per_day)
        left -= per_day * max(0, end - first)
    return None if start is None else (start, last + math.ceil(left / per_day))


def _rates(plan: Plan, run: str) -> list[tuple[int, int, float]]:
    """First day, first day after, and tokens per second of each bucket, at the racks the run has in it."""
    speed = dict(plan.sizing.rates.frame.filter(workload=run).select("platform", "per_rack_p50").iter_rows())
    platform = dict(plan.siting.blocks.frame.select("block", "platform").iter_rows())
    days = plan.supply.buckets.frame.select("bucket", "start_day", "end_day")
    rows = plan.supply.served.frame.filter(workload=run).join(days, on="bucket").sort("bucket", "block")
    found: dict[tuple[int, int], float] = {}
    for block, racks, begin, end in rows.select("block", "racks", "start_day", "end_day").iter_rows():
        found[begin, end] = found.get((begin, end), 0.0) + racks * speed.get(platform[block], 0.0)
    return [(begin, end, rate) for (begin, end), rate in found.items()]


def finish_table(plan: Plan) -> ViewTable:
    """A row for each training run."""
    date = plan.program.horizon.date
    rows: list[tuple[Cell, ...]] = []
    for run in plan.program.training:
        days = finish_day(plan, run)
        if days is None:
            rows.append((run.id, None, None, run.finish, None, "no gang runs within the horizon"))
            continue
        start, end = days
        late = max(0, end - plan.program.horizon.day(run.finish))
        rows.append((run.id, date(start), date(end), run.finish, late, "late" if late else "in time"))
    columns = (
        TableColumn("workload", "Training run"),
        TableColumn("starts", "Starts"),
        TableColumn("finishes", "Finishes"),
        TableColumn("wanted", "Wanted by"),
        TableColumn("late_days", "Late", "days"),
        TableColumn("verdict", "Verdict"),
    )
    note = "At the earliest, with the racks it is given, at median rates and goodput; it keeps them until it ends."
    return ViewTable("Training runs against their deadlines", columns, tuple(rows), note)
