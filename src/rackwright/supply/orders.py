"""What is ordered, made, moved and accepted, and what does each order use up?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rackwright.solve import LinearSolution
from rackwright.supply.assemble import Assembly
from rackwright.supply.request import SupplyRequest
from rackwright.supply.timing import FloatArray, Window
from rackwright.supply.variables import accept_days, is_effective
from rackwright.tables.supply import Orders, Takes

__all__ = ["manufacturer", "orders_and_takes", "payer_of"]

DUST = 1e-6  # share of an item's unit below which a quantity is numerical noise
CENT_PER_USD = 100.0

OrderRow = tuple[str, str, str, str, int, int, float, int, int, str, str]


@dataclass(frozen=True)
class _Order:
    """A row of the table, and the network row and bucket it comes from where it uses something up."""

    row: OrderRow
    origin: int = -1
    bucket: int = -1


def payer_of(request: SupplyRequest, item: str, supplier: str) -> str:
    """Party that pays: of the terms, else the owner of the offer, else the manufacturer, else the first party."""
    for terms in request.supply.terms:
        if (terms.item, terms.supplier) == (item, supplier) and terms.payer:
            return terms.payer
    for offer in request.supply.offers:
        if (offer.item, offer.supplier) == (item, supplier) and offer.owner:
            return offer.owner
    return manufacturer(request)


def manufacturer(request: SupplyRequest) -> str:
    """Party that makes: the first manufacturer, else the first party."""
    makers = [party.id for party in request.parties if party.role == "manufacturer"]
    return (makers or [party.id for party in request.parties] or [""])[0]


def orders_and_takes(request: SupplyRequest, assembly: Assembly, plan: LinearSolution) -> tuple[Orders, Takes]:
    """One row for each bucket in which something is started, by kind, and what makes and racks placed use up."""
    orders = [
        *_make_rows(request, assembly, plan.x),
        *_buy_rows(request, assembly, plan.x),
        *_open_rows(request, assembly),
        *_ship_rows(request, assembly, plan.x),
        *_accept_rows(assembly, plan.x),
        *_claim_rows(assembly, plan.x),
        *_opening_rows(assembly),
    ]
    takes = [
        (number, item, qty)
        for number, order in enumerate(orders)
        for item, qty in sorted(_taken(assembly, plan.x, order).items())
    ]
    return Orders.from_rows([(number, *order.row) for number, order in enumerate(orders)]), Takes.from_rows(takes)


def _taken(assembly: Assembly, x: FloatArray, order: _Order) -> dict[str, float]:
    """Pieces of each item that an order uses up, with the alternates the plan chose in its bucket."""
    network, qty = assembly.network, order.row[6]
    found: dict[str, float] = {}
    if order.origin < 0:
        return found
    if order.row[0] == "accept":
        lines = list(network.acceptances[order.origin].takes)
    elif order.row[0] == "claim":
        lines = [(network.claims[order.origin].buffer, 1.0)]
    else:
        lines = _unit_takes(assembly, x, order)
    for buffer, each in lines:
        item = network.buffers[buffer][0]
        found[item] = found.get(item, 0.0) + each * qty
    return found


def _unit_takes(assembly: Assembly, x: FloatArray, order: _Order) -> list[tuple[int, float]]:
    """Buffers and pieces that one unit started takes."""
    network, columns = assembly.network, assembly.columns
    make = network.makes[order.origin]
    chosen = columns.option_shares(order.origin, order.bucket, x)
    found: list[tuple[int, float]] = []
    for c, choice in enumerate(make.choices):
        for o, option in enumerate(choice.options):
            is_open = bool(is_effective(network, option.window)[order.bucket])
            share = chosen.get((c, o), float(is_open))
            if share > DUST:
                found += [(buffer, each * share) for buffer, each in option.takes]
    return found


def _started(assembly: Assembly, window: Window, qty: FloatArray, unit: float) -> Iterator[tuple[int, float, float]]:
    """Bucket, first day and pieces of each bucket in which something is started."""
    first, _ = assembly.network.grid.open_days(window)
    for bucket in np.flatnonzero(qty > DUST * unit):
        yield int(bucket), float(first[bucket]), float(qty[bucket])


def _make_rows(request: SupplyRequest, assembly: Assembly, x: FloatArray) -> Iterator[_Order]:
    table, network = assembly.columns.table("make", x), assembly.network
    for number, (make, row) in enumerate(zip(network.makes, table, strict=True)):
        payer = payer_of(request, make.item, "")
        for bucket, day, qty in _started(assembly, make.window, row, network.unit(make.item)):
            end, cost = int(np.ceil(day + make.lead_days)), round(qty * make.cost_usd * CENT_PER_USD)
            made = ("make", make.item, make.plant, make.plant, int(day), end, qty, cost, 0, payer, "")
            yield _Order(made, number, bucket)


def _buy_rows(request: SupplyRequest, assembly: Assembly, x: FloatArray) -> Iterator[_Order]:
    table, network = assembly.columns.table("buy", x), assembly.network
    for buy, row in zip(network.buys, table, strict=True):
        payer = payer_of(request, buy.item, buy.supplier)
        for bucket, day, qty in _started(assembly, buy.window, row, network.unit(buy.item)):
            end = int(np.ceil(day + buy.dock_days + buy.transit_days))
            cost = round(qty * (buy.price_usd + buy.freight_usd) * CENT_PER_USD)
            duty = round(qty * float(buy.duty_usd[bucket]) * CENT_PER_USD)
            yield _Order(("buy", buy.item, buy.supplier, buy.place, int(day), end, qty, cost, duty, payer, ""))
    for i, call in enumerate(network.calls):
        qty = float(x[assembly.columns.one("call", i)]) * network.unit(call.item)
        if qty > DUST * network.unit(call.item):
            cost = round(qty * (call.price_usd + call.freight_usd) * CENT_PER_USD)
            duty, end = round(qty * call.duty_usd * CENT_PER_USD), int(np.ceil(call.arrival_day))
            payer = payer_of(request, call.item, call.supplier)
            ready = max(0, request.horizon.day(request.supply.commits[call.commit].date))
            yield _Order(("call", call.item, call.supplier, call.place, ready, end, qty, cost, duty, payer, ""))


def _open_rows(request: SupplyRequest, assembly: Assembly) -> Iterator[_Order]:
    prices = {(row.item, row.supplier): row.price.value for row in reversed(request.supply.offers)}
    for row in assembly.network.receipts:
        if row.is_order:
            price = prices.get((row.item, row.supplier), assembly.network.value_usd.get(row.item, 0.0))
            cost = round(row.qty * price * CENT_PER_USD)
            payer = payer_of(request, row.item, row.supplier)
            yield _Order(("open", row.item, row.supplier, row.place, 0, int(row.day), row.qty, cost, 0, payer, ""))


def _ship_rows(request: SupplyRequest, assembly: Assembly, x: FloatArray) -> Iterator[_Order]:
    table, network = assembly.columns.table("ship", x), assembly.network
    for ship, row in zip(network.ships, table, strict=True):
        payer = payer_of(request, ship.item, "")
        for bucket, day, qty in _started(assembly, ship.window, row, network.unit(ship.item)):
            cost = round(qty * ship.freight_usd * CENT_PER_USD)
            duty = round(qty * float(ship.duty_usd[bucket]) * CENT_PER_USD)
            end = int(np.ceil(day + ship.days))
            yield _Order(("ship", ship.item, ship.origin, ship.place, int(day), end, qty, cost, duty, payer, ""))


def _accept_rows(assembly: Assembly, x: FloatArray) -> Iterator[_Order]:
    table, network = assembly.columns.table("accept", x), assembly.network
    for number, (racks, row) in enumerate(zip(network.acceptances, table, strict=True)):
        first, last = accept_days(network, racks)
        for bucket in np.flatnonzero(row > DUST):
            start, end = int(first[bucket] - racks.accept_days), int(np.ceil(last[bucket]))
            hall, qty = racks.hall or racks.site, float(row[bucket])
            placed = ("accept", racks.sku, hall, racks.site, start, end, qty, 0, 0, "", racks.tranche)
            yield _Order(placed, number, int(bucket))


def _claim_rows(assembly: Assembly, x: FloatArray) -> Iterator[_Order]:
    """Pieces given to samples, spares and returns; they are used on the spot."""
    network, table = assembly.network, assembly.columns.table("claim", x)
    for number, (want, row) in enumerate(zip(network.claims, table, strict=True)):
        for bucket in np.flatnonzero(row > DUST * network.unit(want.item)):
            day = int(max(network.grid.starts[bucket], min(want.want_day, network.grid.ends[bucket] - 1)))
            given = ("claim", want.item, want.place, want.place, day, day, float(row[bucket]), 0, 0, "", want.name)
            yield _Order(given, number, int(bucket))


def _opening_rows(assembly: Assembly) -> Iterator[_Order]:
    """What is open and costs money whatever is made with it: one order of all its cost within the plan."""
    for row in assembly.network.openings:
        if row.is_open:
            start, end, cost = int(row.order_day), int(row.from_day), round(row.cost_usd * CENT_PER_USD)
            yield _Order((row.kind, row.name, row.plant, row.plant, start, end, 1.0, cost, 0, row.party, ""))
