"""How many people does each plant need when?"""

from __future__ import annotations

import math

from rackwright.figures import Caption, LineChart, LineSeries
from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.hiring import hires_table, trades_table, wider_table
from rackwright.views.period import bucket_ends, quarter
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["HEADCOUNT"]

MOST_LINES = 5
LEAST_HOURS = 1.0  # a quarter with less work is a tail of the plan, not a job
WHOLE = 0.05  # so little more than a whole person is that person


def _show(plan: Plan) -> Shown:
    frame = plan.supply.headcounts.frame
    if not frame.height:
        return absent(plan, "No work in plants", "supply")
    by_plant = sorted(
        {str(plant) for plant in frame["plant"].to_list()}, key=lambda plant: (-_peak(plan, plant)[0], plant)
    )
    heads, bucket = _peak(plan, by_plant[0])
    when = plan.program.horizon.date(_starts(plan)[bucket])
    lead = f"{counted(len(by_plant), 'plant')}; the most people are needed at {by_plant[0]}: {heads:,.0f} from {when}."
    names = {plant.id: plant.name for plant in plan.program.supply.plants}
    chart = LineChart(
        Caption("headcount", "People by plant", "People at the plant's paid hours per week."),
        plan.program.horizon.start,
        "people",
        tuple(_series(plan, plant, names.get(plant, plant)) for plant in by_plant[:MOST_LINES]),
        is_step=True,
    )
    more = (hires_table(plan), trades_table(plan), wider_table(plan))
    return Shown(lead, (_quarters(plan, by_plant), *(table for table in more if table is not None)), (chart,))


def _starts(plan: Plan) -> dict[int, int]:
    return dict(plan.supply.buckets.frame.select("bucket", "start_day").iter_rows())


def _peak(plan: Plan, plant: str) -> tuple[float, int]:
    """Most people of a plant, and the first bucket with that many."""
    rows = plan.supply.headcounts.frame.filter(plant=plant).sort("bucket").select("heads", "bucket").rows()
    return max(rows, key=lambda row: (row[0], -row[1]))


def _series(plan: Plan, plant: str, label: str) -> LineSeries:
    heads = dict(plan.supply.headcounts.frame.filter(plant=plant).select("bucket", "heads").iter_rows())
    days, values = [], []
    for bucket, start in sorted(_starts(plan).items()):
        days.append(start)
        values.append(float(heads.get(bucket, 0.0)))
    days.append(plan.program.horizon.num_days)
    values.append(values[-1])
    return LineSeries(plant, label, tuple(days), tuple(values))


def _quarters(plan: Plan, plants: list[str]) -> ViewTable:
    """Most people and paid hours by plant and calendar quarter; a bucket counts where it ends."""
    ends = bucket_ends(plan)
    rows: list[tuple[Cell, ...]] = []
    for plant in plants:
        most: dict[str, float] = {}
        hours: dict[str, float] = {}
        own = plan.supply.headcounts.frame.filter(plant=plant).sort("bucket")
        for bucket, heads, paid in own.select("bucket", "heads", "hours").iter_rows():
            name = quarter(plan.program.horizon.date(ends[bucket] - 1))
            most[name] = max(most.get(name, 0.0), heads)
            hours[name] = hours.get(name, 0.0) + paid
        rows += [
            (plant, name, math.ceil(most[name] - WHOLE), hours[name]) for name in most if hours[name] >= LEAST_HOURS
        ]
    columns = (
        TableColumn("plant", "Plant"),
        TableColumn("quarter", "Quarter"),
        TableColumn("heads", "Most people"),
        TableColumn("hours", "Paid hours", "h", 0),
    )
    return ViewTable("People by plant and quarter", columns, tuple(rows))


HEADCOUNT = View("headcount", "Headcount", "How many people does each plant need when?", _show)
