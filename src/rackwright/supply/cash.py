"""Who pays what when, and what is ordered and not yet paid?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rackwright.solve import LinearSolution
from rackwright.supply.assemble import Assembly
from rackwright.supply.hub import HubBook
from rackwright.supply.orders import payer_of
from rackwright.supply.request import SupplyRequest
from rackwright.supply.timing import FloatArray, Grid, Window
from rackwright.tables.supply import Cash

__all__ = ["cash_table"]

CENT_PER_USD = 100.0
DEFAULT_TERMS_DAYS = 0.0  # material without terms is paid on delivery


@dataclass
class _Ledger:
    """Value ordered and paid in each bucket, by party [USD]."""

    num: int
    ordered: dict[str, FloatArray]
    paid: dict[str, FloatArray]

    def book(self, party: str, ordered: FloatArray, paid: FloatArray) -> None:
        self.ordered[party] = self.ordered.get(party, np.zeros(self.num)) + ordered
        self.paid[party] = self.paid.get(party, np.zeros(self.num)) + paid


def cash_table(request: SupplyRequest, assembly: Assembly, plan: LinearSolution) -> Cash:
    """Payments by party: material its payment days after delivery, freight and duty with it, conversion at the start.

    What lies in a supplier's hub is paid its payment days after it is pulled; a shift that is open as it runs.

    The liability at the end of a bucket is everything ordered until then (open orders from day 0) less what is paid;
    payments that fall behind the horizon stay in it.
    """
    grid = assembly.network.grid
    ledger = _Ledger(grid.num, {}, {})
    hubs = HubBook(request, assembly, plan.x)
    _book_buys(request, assembly, plan.x, (ledger, hubs))
    _book_calls_and_open_orders(request, assembly, plan.x, (ledger, hubs))
    _book_makes_and_ships(request, assembly, plan.x, ledger)
    _book_openings(assembly, ledger)
    rows = []
    for party in sorted(ledger.ordered):
        paid = np.round(ledger.paid[party] * CENT_PER_USD)
        owed = np.round(np.cumsum(ledger.ordered[party]) * CENT_PER_USD) - np.cumsum(paid)
        rows += [(party, bucket, int(paid[bucket]), max(0, int(owed[bucket]))) for bucket in range(grid.num)]
    return Cash.from_rows(rows)


def payment_days(request: SupplyRequest, item: str, supplier: str) -> float:
    """Days from delivery to payment by the terms."""
    found = [row.payment_days for row in request.supply.terms if (row.item, row.supplier) == (item, supplier)]
    return found[0] if found else DEFAULT_TERMS_DAYS


def _book_buys(request: SupplyRequest, assembly: Assembly, x: FloatArray, books: tuple[_Ledger, HubBook]) -> None:
    ledger, hubs = books
    network, table = assembly.network, np.clip(assembly.columns.table("buy", x), 0.0, None)
    for buy, row in zip(network.buys, table, strict=True):
        if not row.any():
            continue
        value = row * (buy.price_usd + buy.freight_usd + buy.duty_usd)
        lead, after = buy.dock_days + buy.transit_days, payment_days(request, buy.item, buy.supplier)
        if hubs.has(buy.item, buy.supplier):
            pulled = hubs.pulled(buy.buffer, value @ network.grid.spread(buy.window, lead))
            paid = pulled @ network.grid.spread(Window(0, network.grid.num_days), after)
        else:
            paid = value @ network.grid.spread(buy.window, lead + after)
        ledger.book(payer_of(request, buy.item, buy.supplier), value, paid)


def _book_calls_and_open_orders(
    request: SupplyRequest, assembly: Assembly, x: FloatArray, books: tuple[_Ledger, HubBook]
) -> None:
    ledger, hubs = books
    network = assembly.network
    prices = {(row.item, row.supplier): row.price.value for row in reversed(request.supply.offers)}
    dated = [
        (
            row.item,
            row.supplier,
            row.buffer,
            row.day,
            row.qty * prices.get((row.item, row.supplier), network.value_usd.get(row.item, 0.0)),
        )
        for row in network.receipts
        if row.is_order
    ]
    for i, call in enumerate(network.calls):
        qty = max(0.0, float(x[assembly.columns.one("call", i)])) * network.unit(call.item)
        dated.append(
            (
                call.item,
                call.supplier,
                call.buffer,
                call.arrival_day,
                qty * (call.price_usd + call.freight_usd + call.duty_usd),
            )
        )
    for item, supplier, buffer, day, value in dated:
        ordered = np.zeros(network.grid.num)
        ordered[0] = value
        after = payment_days(request, item, supplier)
        if hubs.has(item, supplier):
            pulled = hubs.pulled(buffer, _on(network.grid, day, value))
            paid = pulled @ network.grid.spread(Window(0, network.grid.num_days), after)
        else:
            paid = _on(network.grid, day + after, value)
        ledger.book(payer_of(request, item, supplier), ordered, paid)


def _on(grid: Grid, day: float, value: float) -> FloatArray:
    """A value on one day, by bucket; nothing if that lies behind the horizon."""
    found = np.zeros(grid.num)
    bucket = grid.bucket_of(day)
    if bucket < grid.num:
        found[bucket] = value
    return found


def _book_makes_and_ships(request: SupplyRequest, assembly: Assembly, x: FloatArray, ledger: _Ledger) -> None:
    network = assembly.network
    made, moved = (np.clip(assembly.columns.table(name, x), 0.0, None) for name in ("make", "ship"))
    for make, row in zip(network.makes, made, strict=True):
        value = row * make.cost_usd
        ledger.book(payer_of(request, make.item, ""), value, value)
    for ship, row in zip(network.ships, moved, strict=True):
        value = row * (ship.freight_usd + ship.duty_usd)
        paid = value @ network.grid.spread(Window(0, network.grid.num_days), ship.days)
        ledger.book(payer_of(request, ship.item, ""), value, paid)


def _book_openings(assembly: Assembly, ledger: _Ledger) -> None:
    for row in assembly.network.openings:
        if row.is_open:
            once = _on(assembly.network.grid, row.order_day, row.once_usd)
            paid = _on(assembly.network.grid, row.from_day, row.once_usd)
            ledger.book(row.party, once + row.running_usd, paid + row.running_usd)
