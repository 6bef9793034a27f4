"""Which extra shifts, lines and sources does the plan open, by when, at what cost, and what are they worth?"""

from __future__ import annotations

from rackwright.plan import Plan
from rackwright.program import Program
from rackwright.tables.supply import Openings
from rackwright.views.absent import absent
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["OPENINGS", "openings_table"]

CENTS = 100.0
STATED = "the program says so"
COLUMNS = (
    TableColumn("kind", "Kind"),
    TableColumn("opening", "Cell or opening"),
    TableColumn("plant", "Plant or supplier"),
    TableColumn("opens", "Opens"),
    TableColumn("order_by", "Order by"),
    TableColumn("day", "Used from"),
    TableColumn("hours", "Station hours a week", "", 0),
    TableColumn("cost", "Costs until the end", "USD", 0),
    TableColumn("worth", "Worth", "USD", 0),
    TableColumn("why", "Why"),
)
NOTE = (
    "Worth is what the plan costs less with it, all others as decided, its own cost not counted, late racks and claims "
    "(golden units, samples) at `policy.late_price_per_rack_day`, before racks are made whole."
)


def _show(plan: Plan) -> Shown:
    if not len(plan.supply.buckets):
        return absent(plan, "No extra shifts, lines or sources to open", "supply")
    table = openings_table(plan.program, plan.supply.openings)
    if not table.rows:
        return Shown("Nothing may be opened (`cells.extra_shift`, `openings`).")
    num = sum(row[3] == "yes" for row in table.rows)
    lead = f"Of {counted(len(table.rows), 'opening')} {num} open{'s' if num == 1 else ''}. {_proof(plan)}".strip()
    return Shown(lead, (table,))


def openings_table(program: Program, openings: Openings, note: str = NOTE) -> ViewTable:
    """What may open: whether it does, by when, its cost, its worth and why."""
    rows = tuple(_row(program, row) for row in openings.frame.iter_rows(named=True))
    return ViewTable("Extra shifts, lines and sources", COLUMNS, rows, note)


def _row(program: Program, row: dict[str, object]) -> tuple[Cell, ...]:
    date = program.horizon.date
    days = (date(int(str(row[name]))).isoformat() for name in ("order_day", "from_day"))
    worth = None if row["why"] == STATED else int(str(row["worth_cent"])) / CENTS
    opens, cost = "yes" if row["is_open"] else "no", int(str(row["cost_cent"])) / CENTS
    hours = float(str(row["hours"])) or None
    return (str(row["kind"]), str(row["opening"]), str(row["plant"]), opens, *days, hours, cost, worth, str(row["why"]))


def _proof(plan: Plan) -> str:
    """How far a better choice could be off; empty where nothing was left to the plan."""
    found = plan.supply.solves.frame.filter(model="openings")
    if not found.height:
        return ""
    cost, bound, gap = (float(found[name][0]) for name in ("objective", "bound", "gap"))
    if found["status"][0] == "optimal":
        return "No other choice makes the plan cheaper (branch and bound)."
    return (
        f"Another choice could be {cost - bound:,.0f} USD cheaper at most ({gap:.2%} of the plan's cost with late "
        "racks): the search stopped at its count of solves or at the bound of a large program."
    )


OPENINGS = View(
    "openings",
    "Openings",
    "Which extra shifts, lines and sources open, by when, at what cost, and what are they worth?",
    _show,
    in_report=False,
)
