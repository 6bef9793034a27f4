"""How old is what suppliers have confirmed, and what is already on order?"""

from __future__ import annotations

from rackwright.plan import Plan
from rackwright.views.once import once_per_plan
from rackwright.views.view import Shown, TableColumn, View, ViewTable, counted

__all__ = ["COMMITS"]


@once_per_plan
def _show(plan: Plan) -> Shown:
    supply = plan.program.supply
    commits, orders = supply.commits, supply.open_orders
    if not commits and not orders:
        return Shown("No supplier has confirmed anything, and nothing is on order, in this program.")
    ages = [(plan.program.as_of - row.confirmed_on).days for row in commits]
    open_orders = counted(len(orders), "open order")
    lead = f"{counted(len(commits), 'commit')}; {open_orders}."
    if ages:
        oldest = commits[ages.index(max(ages))]
        lead = (
            f"{counted(len(commits), 'commit')}, the oldest confirmed {max(ages)} days before {plan.program.as_of} "
            f"({oldest.item}, {oldest.supplier}); {open_orders}."
        )
    return Shown(lead, (_commit_table(plan), _order_table(plan), _stock_table(plan)))


def _commit_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("age_days", "Age", "days"),
        TableColumn("item", "Item"),
        TableColumn("supplier", "Supplier"),
        TableColumn("qty", "Quantity", "", 0),
        TableColumn("date", "Delivery"),
        TableColumn("confirmed_on", "Confirmed on"),
        TableColumn("owner", "Owner"),
    )
    rows = [
        ((plan.program.as_of - c.confirmed_on).days, c.item, c.supplier, c.qty, c.date, c.confirmed_on, c.owner)
        for c in plan.program.supply.commits
    ]
    rows.sort(key=lambda row: (-row[0], row[1], row[2], row[4]))
    return ViewTable("Commits, oldest first", columns, tuple(rows))


def _order_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("promised", "Promised"),
        TableColumn("item", "Item"),
        TableColumn("supplier", "Supplier"),
        TableColumn("plant", "Goes to"),
        TableColumn("qty", "Quantity", "", 0),
        TableColumn("owner", "Owner"),
    )
    rows = [(o.promised, o.item, o.supplier, o.plant, o.qty, o.owner) for o in plan.program.supply.open_orders]
    rows.sort(key=lambda row: (row[0], row[1], row[2], row[3]))
    return ViewTable("Open orders", columns, tuple(rows))


def _stock_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("age_days", "Age of the count", "days"),
        TableColumn("item", "Item"),
        TableColumn("plant", "At"),
        TableColumn("qty", "Quantity", "", 0),
        TableColumn("status", "Status"),
    )
    rows = [
        (None if s.as_of is None else (plan.program.as_of - s.as_of).days, s.item, s.plant, s.qty, s.status)
        for s in plan.program.supply.stock
    ]
    rows.sort(key=lambda row: (-(row[0] or 0), row[1], row[2], row[4]))
    return ViewTable("Stock on hand", columns, tuple(rows))


COMMITS = View("commits", "Commits and open orders", "How old is what is confirmed, and what is on order?", _show)
