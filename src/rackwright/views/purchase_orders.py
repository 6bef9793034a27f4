"""Which orders are placed in the supplier's minimums and multiples, what does the rounding cost, and on which rung?"""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.plan import Plan
from rackwright.program.supply import Offer, Rung, Terms
from rackwright.supply.placing import Placed, Planned, place_orders
from rackwright.views.absent import absent
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["PURCHASE_ORDERS"]

DAYS_PER_WEEK = 7.0
NEARLY = 1e-6
USD_PER_MUSD = 1e6


@dataclass(frozen=True)
class _Book:
    """Orders of one offer to one place."""

    item: str
    supplier: str
    site: str
    offer: Offer
    rows: tuple[Placed, ...]

    @property
    def left_usd(self) -> float:
        """Value of what is left when the plan has ordered everything."""
        return self.rows[-1].ahead * self.offer.price.value

    @property
    def hold_usd(self) -> float:
        """Capital bound by what comes early."""
        return sum(row.hold_usd for row in self.rows)


def _books(plan: Plan) -> list[_Book]:
    offers = {(row.item, row.supplier, row.plant): row for row in reversed(plan.program.supply.offers)}
    planned: dict[tuple[str, str, str], list[Planned]] = {}
    names = ["kind", "item", "source", "site", "start_day", "end_day", "qty"]
    for kind, item, source, site, start, end, qty in plan.supply.orders.frame.select(names).iter_rows():
        if kind == "buy":
            planned.setdefault((item, source, site), []).append(Planned(start, end, qty))
    found = []
    for (item, source, site), rows in sorted(planned.items()):
        offer = offers.get((item, source, site)) or offers.get((item, source, ""))
        if offer is not None:
            placed = place_orders(
                rows, minimum=offer.minimum, multiple=offer.multiple, price_usd=offer.price.value,
                capital_share=plan.program.policy.capital_cost_share_per_year,
            )  # fmt: skip
            found.append(_Book(item, source, site, offer, placed))
    return found


def _show(plan: Plan) -> Shown:
    books = _books(plan)
    if not books:
        return absent(plan, "Nothing is bought", "supply")
    left, hold = sum(book.left_usd for book in books), sum(book.hold_usd for book in books)
    num = sum(1 for book in books for row in book.rows if row.qty > 0)
    lead = (
        f"{counted(num, 'order')} in the suppliers' minimums and multiples; rounding leaves {left / USD_PER_MUSD:,.2f} "
        f"MUSD of parts at the end and binds {hold / USD_PER_MUSD:,.2f} MUSD of capital cost on the way."
    )
    tables = (_order_table(plan, books), _call_table(plan), _cost_table(plan, books), _rung_table(plan, books))
    return Shown(lead, tuple(table for table in tables if table.rows))


def _order_table(plan: Plan, books: list[_Book]) -> ViewTable:
    date = plan.program.horizon.date
    rows: list[tuple[Cell, ...]] = [
        (date(row.day), date(row.arrival), book.item, book.supplier, book.site, row.planned, row.qty, row.ahead,
         row.qty * book.offer.price.value)
        for book in books
        for row in book.rows
        if row.qty > 0
    ]  # fmt: skip
    rows.sort(key=lambda row: (str(row[0]), str(row[2]), str(row[3]), str(row[4])))
    columns = (
        TableColumn("order_by", "Order by"),
        TableColumn("arrives", "Arrives"),
        TableColumn("item", "Item"),
        TableColumn("supplier", "Supplier"),
        TableColumn("site", "To"),
        TableColumn("planned", "Planned", "", 1),
        TableColumn("qty", "Order", "", 0),
        TableColumn("ahead", "Ahead of the plan", "", 1),
        TableColumn("cost_usd", "Value", "USD", 0),
    )
    note = "Nothing comes later than planned; what is ahead is used next."
    return ViewTable("Purchase orders", columns, tuple(rows), note)


def _call_table(plan: Plan) -> ViewTable:
    """What is called off of each confirmed delivery: commits of one item, supplier and day together."""
    horizon = plan.program.horizon
    confirmed: dict[tuple[str, str, int], float] = {}
    for row in plan.program.supply.commits:
        key = (row.item, row.supplier, max(0, horizon.day(row.date)))
        confirmed[key] = confirmed.get(key, 0.0) + row.qty
    called: dict[tuple[str, str, int], list[tuple[str, float]]] = {}
    names = ["kind", "item", "source", "start_day", "site", "qty"]
    for kind, item, source, day, site, qty in plan.supply.orders.frame.select(names).iter_rows():
        if kind == "call":
            called.setdefault((item, source, day), []).append((site, qty))
    rows: list[tuple[Cell, ...]] = []
    for (item, supplier, day), qty in confirmed.items():
        mine = called.get((item, supplier, day), [])
        taken = sum(part for _, part in mine)
        places = ", ".join(sorted({site for site, _ in mine}))
        rows.append((horizon.date(day), item, supplier, qty, taken, max(0.0, qty - taken), places))
    rows.sort(key=lambda row: (str(row[1]), str(row[2]), str(row[0])))
    columns = (
        TableColumn("delivery", "Confirmed for"),
        TableColumn("item", "Item"),
        TableColumn("supplier", "Supplier"),
        TableColumn("qty", "Confirmed", "", 0),
        TableColumn("called", "Called off", "", 0),
        TableColumn("left", "Not needed", "", 0),
        TableColumn("site", "To"),
    )
    note = (
        "Up to the last day a supplier has confirmed only confirmed pieces come; orders of this item and supplier "
        "follow after it. Confirmed pieces are placed already: they need no order; liability counts what is called off."
    )
    return ViewTable("Called off from commits", columns, tuple(rows), note)


def _cost_table(plan: Plan, books: list[_Book]) -> ViewTable:
    """What rounding costs by offer, and weeks in which a rounded order is above the allocation."""
    rows: list[tuple[Cell, ...]] = []
    for book in books:
        allowed = book.offer.per_week.value * book.offer.available_share
        rounded = [row for row in book.rows if row.qty > row.planned + NEARLY]
        over = sum(1 for row in rounded if row.qty > allowed * _weeks(plan, row.day))
        if book.left_usd > 1.0 or book.hold_usd > 1.0 or over:
            rows.append((book.item, book.supplier, book.site, book.offer.minimum, book.offer.multiple,
                         book.rows[-1].ahead, book.left_usd, book.hold_usd, over))  # fmt: skip
    rows.sort(key=lambda row: (-(float(str(row[6])) + float(str(row[7]))), str(row[0]), str(row[1])))
    columns = (
        TableColumn("item", "Item"),
        TableColumn("supplier", "Supplier"),
        TableColumn("site", "To"),
        TableColumn("minimum", "Minimum", "", 0),
        TableColumn("multiple", "Multiple", "", 0),
        TableColumn("left", "Left at the end", "", 1),
        TableColumn("left_usd", "worth", "USD", 0),
        TableColumn("hold_usd", "Capital cost on the way", "USD", 0),
        TableColumn("over", "Orders above the allocation"),
    )
    note = "An order above the allocation has to be split or asked for: the allocation is counted without its ramp."
    return ViewTable("Cost of rounding", columns, tuple(rows), note)


def _weeks(plan: Plan, day: int) -> float:
    """Length of the bucket an order falls in [weeks]."""
    for start, end in plan.supply.buckets.frame.select("start_day", "end_day").iter_rows():
        if start <= day < end:
            return float((end - start) / DAYS_PER_WEEK)
    return 1.0


def _rung_table(plan: Plan, books: list[_Book]) -> ViewTable:
    """The cheapest rung that secures the highest weekly rate the plan orders, by what of its fee does not come back."""
    terms = {(row.item, row.supplier): row for row in plan.program.supply.terms if row.rungs}
    rows: list[tuple[Cell, ...]] = []
    for (item, supplier), own in sorted(terms.items()):
        mine = [book for book in books if (book.item, book.supplier) == (item, supplier)]
        if not mine:
            continue
        weekly: dict[int, float] = {}
        for book in mine:
            for row in book.rows:
                weekly[row.day] = weekly.get(row.day, 0.0) + row.planned / _weeks(plan, row.day)
        peak = max(weekly.values())
        value = sum(row.planned * book.offer.price.value for book in mine for row in book.rows)
        rung = _cheapest(own, peak)
        if rung is None:
            most = max((step.per_week or 0.0 for step in own.rungs), default=0.0)
            rows.append((item, supplier, peak, "none is enough", most, None, None, own.payer))
        else:
            fee = value * rung.fee_share / USD_PER_MUSD
            lost = fee * (1.0 - rung.refund_share)
            rows.append((item, supplier, peak, rung.rung, rung.per_week, fee, lost, own.payer))
    columns = (
        TableColumn("item", "Item"),
        TableColumn("supplier", "Supplier"),
        TableColumn("peak", "Highest weekly order", "per week", 0),
        TableColumn("rung", "Cheapest rung that secures it"),
        TableColumn("per_week", "secures", "per week", 0),
        TableColumn("fee_musd", "Fee", "MUSD", 2),
        TableColumn("lost_musd", "of it does not come back", "MUSD", 2),
        TableColumn("payer", "Payer"),
    )
    note = (
        "Rungs without an amount secure what the offer allocates. Only rungs held already lift the plan's allocations."
    )
    return ViewTable("Rungs of commitment", columns, tuple(rows), note)


def _cheapest(terms: Terms, peak: float) -> Rung | None:
    enough = [
        rung for rung in terms.rungs
        if rung.rung != "forecast" and (rung.per_week is None or rung.per_week >= peak * (1.0 - NEARLY))
    ]  # fmt: skip
    return min(enough, key=lambda rung: (rung.fee_share * (1.0 - rung.refund_share), rung.fee_share), default=None)


PURCHASE_ORDERS = View(
    "purchase_orders",
    "Purchase orders",
    "Which orders are placed in the suppliers' minimums and multiples, what does rounding cost, and on which rung?",
    _show,
    in_report=False,
)
