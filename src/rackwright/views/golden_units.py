"""Which good units do test cells keep to test against, when are they there, and what is tied up in them?"""

from __future__ import annotations

from rackwright.plan import Plan
from rackwright.supply.golden import GoldenUnits
from rackwright.views.absent import absent
from rackwright.views.clear_to_build import clear_request
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["GOLDEN_UNITS"]

CENT_PER_USD = 100.0
DAYS_PER_YEAR = 365.25
COLUMNS = (
    TableColumn("cell", "Cell"),
    TableColumn("plant", "Plant"),
    TableColumn("item", "Keeps"),
    TableColumn("units", "Units"),
    TableColumn("wanted", "Wanted"),
    TableColumn("given", "The last is there"),
    TableColumn("missing", "Missing", "", 1),
    TableColumn("value", "Tied up", "USD", 0),
    TableColumn("capital", "Capital until the end", "USD", 0),
)
NOTE = (
    "The first units of a line that starts within the plan go to the cells it runs through, before any rack; value at "
    "standard cost, capital at `policy.capital_cost` from the day they are there. Without a day: never given."
)


def _rows(plan: Plan) -> list[tuple[Cell, ...]]:
    costs = dict(plan.bom.items.frame.select("item", "cost_cent").iter_rows())
    horizon, rate = plan.program.horizon, plan.program.policy.capital_cost_share_per_year / DAYS_PER_YEAR
    rows: list[tuple[Cell, ...]] = []
    for kept in clear_request(plan).golden:
        value = costs.get(kept.item, 0) / CENT_PER_USD * kept.units
        days, got = _given(plan, kept)
        if kept.is_there or got > 0:
            capital = value * rate * (horizon.num_days - days)
            there = "before the plan" if kept.is_there else horizon.date(days).isoformat()
        else:
            capital, there = 0.0, ""
        wanted = "" if kept.is_there else horizon.date(round(kept.day)).isoformat()
        missing = 0.0 if kept.is_there else max(0.0, kept.units - got)
        rows.append((kept.cell, kept.plant, kept.item, kept.units, wanted, there, missing, value, capital))
    return rows


def _given(plan: Plan, kept: GoldenUnits) -> tuple[int, float]:
    """Day on which the plan gives the last of them, and how many it gives."""
    rows = plan.supply.orders.frame.filter(kind="claim", demand=kept.name)
    return max(rows["end_day"].to_list(), default=0), float(rows["qty"].sum())


def _show(plan: Plan) -> Shown:
    if not len(plan.supply.buckets):
        return absent(plan, "No golden units", "supply")
    rows = _rows(plan)
    if not rows:
        return Shown("No cell that the plan uses keeps golden units.")
    units, value = sum(int(str(row[3])) for row in rows), sum(float(str(row[7])) for row in rows)
    lead = f"Test cells keep {counted(units, 'golden unit')}, in which {value:,.0f} USD are tied up."
    return Shown(lead, (ViewTable("Golden units of test cells", COLUMNS, tuple(rows), NOTE),))


GOLDEN_UNITS = View(
    "golden_units",
    "Golden units",
    "Which good units do test cells keep to test against, when are they there, and what is tied up in them?",
    _show,
    in_report=False,
)
