"""Which orders serve a tranche, and which tranches does an order serve?"""

from __future__ import annotations

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.plan import Plan
from rackwright.views.pegs import ON_HAND, STOCK, Arc, Pegs, pegs_of
from rackwright.views.view import Cell, Shown, TableColumn, ViewTable, counted

__all__ = ["pegging"]

LEAST_PIECES = 1e-3
SMALL_PIECES = 0.5
"""Parts of an order below this are shown last."""


def pegging(plan: Plan, thing: str) -> Shown:
    """Pegging of a tranche (every order that serves it) or of an order (what it is made from, and whom it serves).

    Parameters
    ----------
    plan
        A plan with supply.
    thing
        Id of a tranche, or number of an order.

    Raises
    ------
    InputError
        Nothing is called so.
    """
    pegs = pegs_of(plan)
    tranches = plan.siting.tranches["tranche"].to_list()
    if thing in tranches:
        return _of_tranche(plan, pegs, thing)
    if thing.isdigit() and int(thing) in pegs.orders:
        return _of_order(plan, pegs, int(thing))
    rule = f'no tranche and no order is called "{thing}".'
    repair = did_you_mean(thing, tranches) or "Orders are numbered as in the table supply.orders."
    raise InputError([Problem("unknown-thing", Place(path=thing), rule, repair)])


def _of_tranche(plan: Plan, pegs: Pegs, tranche: str) -> Shown:
    date = plan.program.horizon.date
    rows: list[tuple[Cell, ...]] = []
    for number, order in pegs.orders.items():
        qty = pegs.shares(number).get(tranche, 0.0) * order.qty
        if qty > LEAST_PIECES:
            slack = min((arc.slack_days for arc in pegs.given.get(number, [])), default=None)
            rows.append((number, order.kind, order.item, order.source, order.site, date(order.start_day),
                         date(order.end_day), qty, qty / order.qty, slack))  # fmt: skip
    rows.sort(key=lambda row: (str(row[6]), str(row[2]), int(str(row[0]))), reverse=True)
    rows.sort(key=lambda row: float(str(row[7])) < SMALL_PIECES)
    racks = sum(float(str(row[7])) for row in rows if row[1] == "accept")
    columns = (
        TableColumn("order", "Order"),
        TableColumn("kind", "Kind"),
        TableColumn("item", "Item"),
        TableColumn("source", "From"),
        TableColumn("site", "To"),
        TableColumn("start", "Starts"),
        TableColumn("end", "Ends"),
        TableColumn("qty", "Pieces for it", "", 1),
        TableColumn("share", "of the order", digits=0, is_share=True),
        TableColumn("slack_days", "Least slack", "days"),
    )
    lead = f"{counted(len(rows), 'order')} {'serves' if len(rows) == 1 else 'serve'} {tranche}, {racks:,.0f} racks."
    note = (
        "First come, first used at each place; the last order comes first, parts of less than half a piece behind all "
        "others: the plan is one of amounts, whole pieces are in purchase_orders and planning_book. Slack is counted "
        "to the order's first use."
    )
    return Shown(lead, (ViewTable(f"Orders that serve {tranche}", columns, tuple(rows), note),))


def _of_order(plan: Plan, pegs: Pegs, number: int) -> Shown:
    order, date = pegs.orders[number], plan.program.horizon.date
    shares = pegs.shares(number)
    served = [(name, share * order.qty, share) for name, share in sorted(shares.items(), key=lambda p: (-p[1], p[0]))]
    best = [name for name, _, _ in served if name != STOCK]
    lead = (
        f"Order {number}: {order.kind} {order.qty:,.1f} {order.item} from {order.source} to {order.site}, "
        f"{date(order.start_day)} to {date(order.end_day)}; it serves {', '.join(best) or 'nobody within the horizon'}."
    )
    columns = (
        TableColumn("tranche", "Tranche"),
        TableColumn("qty", "Pieces", "", 1),
        TableColumn("share", "Share", digits=0, is_share=True),
    )
    tables = (
        ViewTable("Whom it serves", columns, tuple(served)),
        _arc_table(pegs, "Orders that use it", pegs.given.get(number, []), is_giver=False),
        _arc_table(pegs, "Orders it is made from", pegs.taken.get(number, []), is_giver=True),
    )
    return Shown(lead, tuple(table for table in tables if table.rows))


def _arc_table(pegs: Pegs, title: str, arcs: list[Arc], *, is_giver: bool) -> ViewTable:
    rows: list[tuple[Cell, ...]] = []
    for arc in arcs:
        other = arc.giver if is_giver else arc.taker
        if other == ON_HAND:
            rows.append((None, "on hand", arc.item, "", arc.qty, arc.slack_days))
        else:
            order = pegs.orders[other]
            rows.append((other, order.kind, arc.item if is_giver else order.item, order.site, arc.qty, arc.slack_days))
    columns = (
        TableColumn("order", "Order"),
        TableColumn("kind", "Kind"),
        TableColumn("item", "Item"),
        TableColumn("site", "At"),
        TableColumn("qty", "Pieces", "", 1),
        TableColumn("slack_days", "Slack", "days"),
    )
    return ViewTable(title, columns, tuple(rows))
