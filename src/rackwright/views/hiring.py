"""When are people hired, in which trades is their work, and what follows from it by a table the user supplies?"""

from __future__ import annotations

import math

import numpy as np

from rackwright.plan import Plan
from rackwright.supply.hiring import Hiring, hire
from rackwright.supply.timing import FloatArray
from rackwright.views.period import bucket_ends, quarter
from rackwright.views.view import Cell, TableColumn, ViewTable

__all__ = ["hires_table", "trades_table", "wider_table"]

DAYS_PER_WEEK = 7
LEAST_PEOPLE = 0.05
WEEKS_PER_QUARTER = 13
NO_TRADE = "not stated"


def weekly_need(plan: Plan, plant: str) -> FloatArray:
    """People needed at full pace in each week of the plan."""
    heads = dict(plan.supply.headcounts.frame.filter(plant=plant).select("bucket", "heads").iter_rows())
    needed = np.zeros(plan.program.horizon.num_days // DAYS_PER_WEEK)
    for bucket, start, end in plan.supply.buckets.frame.select("bucket", "start_day", "end_day").iter_rows():
        needed[start // DAYS_PER_WEEK : -(-end // DAYS_PER_WEEK)] = heads.get(bucket, 0.0)
    return needed


def hirings(plan: Plan) -> dict[str, Hiring]:
    """Hiring of each plant whose program states how new people learn."""
    return {
        plant.id: hire(need, plant.training, plant.staff)
        for plant in plan.program.supply.plants
        if plant.training and (need := weekly_need(plan, plant.id)).any()
    }


def hires_table(plan: Plan) -> ViewTable | None:
    """Hires by plant and quarter with training; None where no plant states how people learn."""
    found = hirings(plan)
    if not found:
        return None
    horizon, rows = plan.program.horizon, list[tuple[Cell, ...]]()
    for plant, hiring in found.items():
        need = weekly_need(plan, plant)
        spans: dict[str, list[int]] = {}
        for index in range(len(hiring.hired)):
            day = (hiring.first_week + index) * DAYS_PER_WEEK
            spans.setdefault(quarter(horizon.date(day)) if day >= 0 else "before the plan", []).append(index)
        for name, weeks in spans.items():
            hired = float(hiring.hired[weeks].sum())
            inside = [i + hiring.first_week for i in weeks if i + hiring.first_week >= 0]
            most = float(need[inside].max(initial=0.0))
            if hired > LEAST_PEOPLE or most > LEAST_PEOPLE:
                rows.append((plant, name, most, hired, float(hiring.paid[weeks].max())))
    columns = (
        TableColumn("plant", "Plant"),
        TableColumn("quarter", "Quarter"),
        TableColumn("needed", "Most people needed at full pace", "", 1),
        TableColumn("hired", "Hired", "", 1),
        TableColumn("paid", "On the payroll at most", "", 1),
    )
    note = (
        "The fewest paid weeks that give the people needed, as new hires learn by `training_ramp`; those of `staff` "
        "are trained from the start and nobody is let go."
    )
    return ViewTable("Hires, trained in time", columns, tuple(rows), note)


def trades_table(plan: Plan) -> ViewTable | None:
    """Paid hours by plant, trade and quarter; None where no make states a trade."""
    makes = {(row.item, row.plant): row for row in plan.program.supply.makes}
    if not any(row.trade for row in makes.values()):
        return None
    ends, starts = bucket_ends(plan), plan.supply.buckets["start_day"].to_numpy()
    hours: dict[tuple[str, str, str], float] = {}
    made = plan.supply.orders.frame.filter(kind="make").select("item", "site", "start_day", "qty")
    for item, plant, day, qty in made.iter_rows():
        row = makes.get((item, plant))
        if row is not None and row.labour_hours.value > 0:
            bucket = int(np.searchsorted(starts, day, side="right")) - 1
            key = plant, row.trade or NO_TRADE, quarter(plan.program.horizon.date(ends[bucket] - 1))
            hours[key] = hours.get(key, 0.0) + qty * row.labour_hours.value
    a_week = {plant.id: plant.hours_per_head_week for plant in plan.program.supply.plants}
    rows = tuple(
        (*key, paid, math.ceil(paid / (a_week[key[0]] * WEEKS_PER_QUARTER) - LEAST_PEOPLE))
        for key, paid in sorted(hours.items())
    )
    columns = (
        TableColumn("plant", "Plant"),
        TableColumn("trade", "Trade"),
        TableColumn("quarter", "Quarter"),
        TableColumn("hours", "Paid hours", "h", 0),
        TableColumn("heads", "People over the quarter"),
    )
    return ViewTable("Work by trade", columns, rows)


def wider_table(plan: Plan) -> ViewTable | None:
    """Jobs that follow elsewhere by the multipliers the program supplies; None where it supplies none."""
    multipliers = plan.program.supply.job_multipliers
    if not multipliers:
        return None
    titles = {source.id: source.title for source in plan.program.sources}
    heads = plan.supply.headcounts.frame
    rows = []
    for row in multipliers:
        plants = {plant.id for plant in plan.program.supply.plants if row.plant in {plant.id, ""}}
        peaks = [max(heads.filter(plant=plant)["heads"].to_list(), default=0.0) for plant in sorted(plants)]
        direct = sum(peaks)
        rows.append((row.id, row.plant or "all plants", direct, direct * row.indirect, direct * row.induced,
                     titles.get(row.source, row.source) or "no source stated"))  # fmt: skip
    columns = (
        TableColumn("multiplier", "Multiplier"),
        TableColumn("plant", "Plant"),
        TableColumn("direct", "Most people of the plan", "", 1),
        TableColumn("indirect", "At suppliers", "", 1),
        TableColumn("induced", "By their spending", "", 1),
        TableColumn("source", "Source"),
    )
    note = (
        "By the program's own `job_multipliers` alone; the product knows none and states no wider effect without them."
    )
    return ViewTable("Wider effects, by the table supplied", columns, tuple(rows), note)
