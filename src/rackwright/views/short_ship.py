"""What may follow racks that are placed without it, by which tranche's rule, and by when has it to be there?"""

from __future__ import annotations

from rackwright.judge.kits import following
from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["SHORT_SHIP"]

COLUMNS = (
    TableColumn("tranche", "Tranche"),
    TableColumn("item", "May follow"),
    TableColumn("pieces", "Pieces", "", 1),
    TableColumn("days", "Days after placing", "", 0),
    TableColumn("placed", "First rack placed"),
    TableColumn("first", "First ones needed"),
    TableColumn("last", "All needed"),
)
NOTE = (
    "By `tranches.short_ship`: what racks take at their site may come so many days after they are placed, and what is "
    "built into a rack comes with it. Dates are those of the plan; nothing is waited for beyond the horizon."
)


def _rows(plan: Plan) -> list[tuple[Cell, ...]]:
    later, horizon = following(plan), plan.program.horizon
    accept_days = dict(plan.siting.tranches.frame.select("tranche", "accept_days").iter_rows())
    accepted = plan.supply.orders.frame.filter(kind="accept").join(plan.supply.takes.frame, on="order", suffix="_taken")
    found: dict[tuple[str, str], list[tuple[int, int, float]]] = {}
    lines = accepted.select("demand", "item_taken", "start_day", "end_day", "qty_taken")
    for tranche, item, start, end, qty in lines.iter_rows():
        if (tranche, item) in later:
            found.setdefault((tranche, item), []).append((start, end - accept_days[tranche], qty))
    rows: list[tuple[Cell, ...]] = []
    for (tranche, item), uses in sorted(found.items()):
        days = later[tranche, item]
        first, last = min(use[0] for use in uses), max(use[1] for use in uses)
        due = [horizon.date(min(round(day + days), horizon.num_days)) for day in (first, last)]
        rows.append((tranche, item, sum(use[2] for use in uses), days, horizon.date(first), *due))
    return rows


def _show(plan: Plan) -> Shown:
    if not len(plan.supply.buckets):
        return absent(plan, "Nothing ships short", "supply")
    rows = _rows(plan)
    if not rows:
        return Shown("No tranche lets anything follow its racks: every kit is complete when a rack is placed.")
    tranches, items = len({row[0] for row in rows}), len({row[1] for row in rows})
    lead = f"Racks of {counted(tranches, 'tranche')} may be placed before {counted(items, 'item')} of their kit."
    return Shown(lead, (ViewTable("What may follow", COLUMNS, tuple(rows), NOTE),))


SHORT_SHIP = View(
    "short_ship",
    "Short shipment",
    "What may follow racks that are placed without it, by which rule, and by when has it to be there?",
    _show,
    in_report=False,
)
