"""Which extra shifts does the plan open, from when on, what do they cost and what are they worth?"""

from __future__ import annotations

from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.view import Shown, TableColumn, View, ViewTable, counted

__all__ = ["EXTRA_SHIFTS"]

CENTS = 100.0
COLUMNS = (
    TableColumn("cell", "Cell"),
    TableColumn("opens", "Opens"),
    TableColumn("day", "From"),
    TableColumn("hours", "Station hours a week", "", 0),
    TableColumn("cost", "Costs until the end", "USD", 0),
    TableColumn("worth", "Worth", "USD", 0),
    TableColumn("why", "Why"),
)
NOTE = (
    "Worth is what the plan costs less with the shift, late racks at `policy.late_price_per_rack_day`, before racks "
    "are made whole; shifts that open are counted one after another."
)


def _show(plan: Plan) -> Shown:
    if not len(plan.supply.buckets):
        return absent(plan, "No extra shifts", "supply")
    rows = tuple(
        (cell, "yes" if is_open else "no", plan.program.horizon.date(day).isoformat(), hours, cost / CENTS,
         None if why == "the program says so" else worth / CENTS, why)
        for cell, day, hours, is_open, cost, worth, why in plan.supply.shifts.frame.iter_rows()
    )  # fmt: skip
    if not rows:
        return Shown("No cell may have an extra shift (`cells.extra_shift`).")
    num = sum(row[1] == "yes" for row in rows)
    lead = f"Of {counted(len(rows), 'extra shift')} {num} open{'s' if num == 1 else ''}."
    return Shown(lead, (ViewTable("Extra shifts", COLUMNS, rows, NOTE),))


EXTRA_SHIFTS = View(
    "extra_shifts",
    "Extra shifts",
    "Which extra shifts open, from when on, what do they cost and what are they worth?",
    _show,
    in_report=False,
)
