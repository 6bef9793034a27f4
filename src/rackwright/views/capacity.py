"""Does accepted capacity follow demand, in racks, over time?"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl

from rackwright.figures import Caption, LineChart, LineSeries, Shortfall
from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.finishes import finish_table
from rackwright.views.shortfalls import tranche_shortfalls
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["CAPACITY", "accepted_by_day", "needed_by_day"]


def needed_by_day(plan: Plan) -> list[tuple[int, int]]:
    """Racks needed in all from a day on, those without a place too: (day, racks), by the tranches' need days."""
    unplaced = tranche_shortfalls(plan)
    total, steps = 0, []
    rows = plan.siting.tranches.frame.sort("need_day").select("need_day", "racks", "tranche")
    for day, racks, tranche in rows.iter_rows():
        total += racks + (unplaced[tranche].racks if tranche in unplaced else 0)
        steps.append((max(day, 0), total))
    return _last_of_each_day(steps)


def accepted_by_day(plan: Plan) -> list[tuple[int, int]]:
    """Racks accepted in all from a day on: (day, racks)."""
    before = int(plan.siting.tranches["accepted_racks"].sum())
    ends = dict(plan.supply.buckets.frame.select("bucket", "end_day").iter_rows())
    by_bucket = plan.supply.deployments.frame.sort("bucket").select("bucket", "racks")
    total, steps = float(before), [(0, before)]
    for bucket, racks in by_bucket.iter_rows():
        total += racks
        steps.append((ends[bucket], round(total)))
    return _last_of_each_day(steps)


def _last_of_each_day(steps: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return sorted(dict(steps).items())


def _series(name: str, label: str, steps: list[tuple[int, int]], end: int) -> LineSeries:
    if not steps:
        return LineSeries(name, label, (), ())
    days = [day for day, _ in steps] + [end]
    values = [float(value) for _, value in steps] + [float(steps[-1][1])]
    return LineSeries(name, label, tuple(days), tuple(values))


def _show(plan: Plan) -> Shown:
    if not len(plan.siting.tranches):
        return absent(plan, "No racks are needed", "siting")
    end = plan.program.horizon.num_days
    needed, accepted = needed_by_day(plan), accepted_by_day(plan)
    chart = LineChart(
        Caption(
            "capacity",
            "Racks needed and racks accepted",
            "Cumulative racks over the horizon; the hatched area is shortfall.",
        ),
        plan.program.horizon.start,
        "racks",
        (_series("needed", "needed", needed, end), _series("accepted", "accepted", accepted, end)),
        Shortfall("needed", "accepted"),
        is_step=True,
    )
    table = _served_table(plan)
    most = needed[-1][1] if needed else 0
    done = accepted[-1][1] if accepted else 0
    lead = f"{done:,} of {most:,} racks are accepted by the end of the horizon."
    if unplaced := sum(short.racks for short in tranche_shortfalls(plan).values()):
        lead += f" {counted(unplaced, 'rack')} found no place."
    tables = (table, finish_table(plan)) if plan.program.training else (table,)
    return Shown(lead, tables, (chart,))


def _served_table(plan: Plan) -> ViewTable:
    """Share of each workload's wanted rate carried, averaged over the days in which it is wanted.

    A bucket counts with its days in which the workload is wanted, at the rates told for the bucket.
    """
    columns = (
        TableColumn("workload", "Workload"),
        TableColumn("wanted_tok_s", "Wanted at most", "tok/s", 0),
        TableColumn("carried_tok_s", "Carried at the end", "tok/s", 0),
        TableColumn("served_share", "Served while wanted", digits=0, is_share=True),
    )
    spans = _wanted_spans(plan)
    rows: list[tuple[Cell, ...]] = []
    served = plan.supply.served.frame.join(plan.supply.buckets.frame, on="bucket")
    for workload in served["workload"].unique(maintain_order=True).sort().to_list():
        own = (
            served.filter(workload=workload)
            .group_by("bucket", "start_day", "end_day")
            .agg(pl.col("rate").sum(), pl.col("wanted").max())
        )
        own = own.sort("bucket")
        rate, wanted, starts, ends = (
            own[name].to_numpy().astype(float) for name in ("rate", "wanted", "start_day", "end_day")
        )
        weight = np.zeros(len(starts))
        for first, last in spans.get(workload, []):
            weight += np.clip(np.minimum(ends, last) - np.maximum(starts, first), 0.0, None)
        asked = float(np.dot(wanted, weight))
        carried = float(np.dot(np.minimum(rate, wanted), weight))
        rows.append((workload, float(wanted.max(initial=0.0)), float(rate[-1]), carried / asked if asked else None))
    return ViewTable("Workloads served", columns, tuple(rows))


def _wanted_spans(plan: Plan) -> dict[str, list[tuple[int, int]]]:
    """Spans of days, first and the one after the last, in which each workload is wanted."""
    horizon = plan.program.horizon
    spans = {run.id: [(horizon.day(run.start), horizon.day(run.finish))] for run in plan.program.training}
    for demand in plan.program.serving:
        days = [horizon.day(point.start) for point in demand.demand] + [horizon.num_days]
        asked = [point.output_tok_s.value > 0 for point in demand.demand]
        spans[demand.id] = [span for span, is_asked in zip(pairwise(days), asked, strict=True) if is_asked]
    return spans


CAPACITY = View(
    "capacity", "Demand against accepted capacity", "Does accepted capacity follow demand over time?", _show
)
