"""Which lots would lines with set-ups make, at which cost, and how far can it be cheaper?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rackwright.plan import Plan
from rackwright.supply.planned_lots import LineLots, lots_of_lines
from rackwright.supply.timing import FloatArray
from rackwright.views.absent import absent
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted, percent

__all__ = ["LOT_SIZES"]

CENT_PER_USD, LEAST, DAYS_PER_WEEK = 100.0, 1e-6, 7
NONE = "No line with a set-up is at work in the plan's weeks: give `setup` of a route step, or `setup_cost` of a make."


def _show(plan: Plan) -> Shown:
    if not len(plan.supply.orders):
        return absent(plan, "No supply plan", "supply")
    weeks = _Weeks.of(plan)
    lines = _lines(plan, weeks)
    if not lines:
        return Shown(NONE)
    solved = [line for line in lines if len(line.found.made)]
    total = sum(line.found.objective for line in solved)
    worst = max((line.found.gap for line in solved), default=0.0)
    lead = (
        f"{counted(len(lines), 'line')} with set-ups: lots cost {total:,.0f} USD in set-ups and stock over "
        f"{counted(weeks.count, 'week')}, at most {percent(worst, 2)} above the cheapest."
    )
    full = [line.cell for line in lines if not len(line.found.made)]
    if full:
        lead += f" No lots fit into the hours of {', '.join(full)}: the plan leaves no room for their set-ups."
    return Shown(lead, (_line_table(lines), _lot_table(plan, weeks, solved)))


@dataclass(frozen=True)
class _Weeks:
    """Buckets as weeks: what a bucket starts or has is spread evenly over its weeks."""

    first: int
    count: int

    @staticmethod
    def of(plan: Plan) -> _Weeks:
        """From the first start of a make with set-ups, for as many weeks as the plan has weekly buckets."""
        supply = plan.program.supply
        mine = {(row.item, row.plant) for row in supply.routes if row.setup_hours.value > 0}
        mine |= {(row.item, row.plant) for row in supply.makes if row.setup_cost.value > 0}
        made = plan.supply.orders.frame.filter(kind="make").select("item", "site", "start_day").iter_rows()
        first = min((day // DAYS_PER_WEEK for item, plant, day in made if (item, plant) in mine), default=0)
        return _Weeks(
            first, min(plan.program.policy.weekly_buckets, plan.program.horizon.num_days // DAYS_PER_WEEK - first)
        )

    def spread(self, into: FloatArray, qty: float, start: int, end: int) -> None:
        """Add a quantity of the days from `start` to `end` to the weeks it falls in."""
        weeks = range(start // DAYS_PER_WEEK, max(start // DAYS_PER_WEEK + 1, end // DAYS_PER_WEEK))
        for week in weeks:
            if 0 <= week - self.first < self.count:
                into[week - self.first] += qty / len(weeks)


def _lines(plan: Plan, weeks: _Weeks) -> tuple[LineLots, ...]:
    supply, rate = plan.program.supply, plan.program.policy.capital_cost_share_per_year
    days = plan.supply.buckets.frame.select("start_day", "end_day").rows()
    first = np.array([start for start, _ in days])
    starts: dict[tuple[str, str], FloatArray] = {}
    made = plan.supply.orders.frame.filter(kind="make").select("item", "site", "start_day", "qty")
    for item, plant, day, qty in made.iter_rows():
        bucket = days[int(np.searchsorted(first, day, side="right")) - 1]
        weeks.spread(starts.setdefault((item, plant), np.zeros(weeks.count)), qty, *bucket)
    hours: dict[str, FloatArray] = {}
    cells = plan.supply.loads.frame.filter(kind="cell").select("resource", "bucket", "used", "free")
    for cell, number, used, free in cells.iter_rows():
        weeks.spread(hours.setdefault(cell, np.zeros(weeks.count)), used + free, *days[number])
    values = plan.bom.items.frame.select("item", "cost_cent").iter_rows()
    yearly = {item: cent / CENT_PER_USD * rate for item, cent in values}
    return lots_of_lines(supply.routes, supply.makes, starts, hours, yearly)


def _line_table(lines: tuple[LineLots, ...]) -> ViewTable:
    rows: list[tuple[Cell, ...]] = []
    for line in lines:
        is_found = bool(len(line.found.made))
        rows.append((
            line.cell, line.found.status, int(line.found.is_setup.sum()) if is_found else None,
            float(line.found.objective) if is_found else None, float(line.found.bound) if is_found else None,
            line.found.gap if is_found else None, int((line.wanted > LEAST).sum()),
        ))  # fmt: skip
    columns = (
        TableColumn("cell", "Line"),
        TableColumn("status", "Lots are"),
        TableColumn("lots", "Lots"),
        TableColumn("cost_usd", "Set-ups and stock", "USD", 0),
        TableColumn("bound_usd", "No lots cost less than", "USD", 0),
        TableColumn("gap", "Gap", digits=2, is_share=True),
        TableColumn("weekly", "Lots if each week made its own"),
    )
    note = "Each line for itself, the plan's starts as demand: nothing late, what is made before its week is stock."
    return ViewTable("Lines with set-ups", columns, tuple(rows), note)


def _lot_table(plan: Plan, weeks: _Weeks, lines: list[LineLots]) -> ViewTable:
    date = plan.program.horizon.date
    rows: list[tuple[Cell, ...]] = []
    for line in lines:
        for i, make in enumerate(line.makes):
            for week in np.flatnonzero(line.found.made[i] > LEAST).tolist():
                lot, day = float(line.found.made[i, week]), date((weeks.first + week) * DAYS_PER_WEEK)
                rows.append((line.cell, make.item, day, lot, make.min_lot or None, lot >= make.min_lot - LEAST))
    columns = (
        TableColumn("cell", "Line"),
        TableColumn("item", "Item"),
        TableColumn("week", "Week of"),
        TableColumn("pieces", "Lot", "pieces", 1),
        TableColumn("min_lot", "Smallest lot"),
        TableColumn("is_large", "Large enough"),
    )
    return ViewTable("Lots", columns, tuple(rows))


LOT_SIZES = View(
    "lot_sizes",
    "Lot sizes",
    "Which lots would lines with set-ups make, at which cost, and how far can it be cheaper?",
    _show,
    in_report=False,
)
