"""What does the solution say? Orders, stock, deployments, loads, people and unsourced items as tables."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rackwright.solve import LinearSolution
from rackwright.supply.assemble import Assembly
from rackwright.supply.demand import DONE_STATES
from rackwright.supply.request import SupplyRequest
from rackwright.supply.scope import Scope
from rackwright.supply.timing import FloatArray, Window
from rackwright.supply.variables import accept_days
from rackwright.tables.supply import CellLoads, Deployments, Headcounts, Levels, Orders, Unsourced

__all__ = [
    "deployments_table",
    "headcounts_table",
    "levels_table",
    "loads_table",
    "orders_table",
    "payer_of",
    "unsourced_table",
]

DUST = 1e-6  # share of an item's unit below which a quantity is numerical noise
CENT_PER_USD = 100.0
DAYS_PER_WEEK = 7.0
UNITS = {"cell": "hours", "allocation": "pieces", "power": "W", "acceptance": "racks", "lane": "kg",
         "test power": "W", "test coolant": "L/min"}  # fmt: skip

OrderRow = tuple[str, str, str, str, int, int, float, int, int, str]


def payer_of(request: SupplyRequest, item: str, supplier: str) -> str:
    """Party that pays: of the terms, else the owner of the offer, else the manufacturer, else the first party."""
    for terms in request.supply.terms:
        if (terms.item, terms.supplier) == (item, supplier) and terms.payer:
            return terms.payer
    for offer in request.supply.offers:
        if (offer.item, offer.supplier) == (item, supplier) and offer.owner:
            return offer.owner
    makers = [party.id for party in request.parties if party.role == "manufacturer"]
    return (makers or [party.id for party in request.parties] or [""])[0]


def orders_table(request: SupplyRequest, assembly: Assembly, plan: LinearSolution) -> Orders:
    """One row for each bucket in which something is started, by kind."""
    rows = [
        *_make_rows(request, assembly, plan.x),
        *_buy_rows(request, assembly, plan.x),
        *_open_rows(request, assembly),
        *_ship_rows(request, assembly, plan.x),
        *_accept_rows(assembly, plan.x),
    ]
    return Orders.from_rows([(number, *row) for number, row in enumerate(rows)])


def _started(assembly: Assembly, window: Window, qty: FloatArray, unit: float) -> Iterator[tuple[int, float, float]]:
    """Bucket, first day and pieces of each bucket in which something is started."""
    first, _ = assembly.network.grid.open_days(window)
    for bucket in np.flatnonzero(qty > DUST * unit):
        yield int(bucket), float(first[bucket]), float(qty[bucket])


def _make_rows(request: SupplyRequest, assembly: Assembly, x: FloatArray) -> Iterator[OrderRow]:
    table, network = assembly.columns.table("make", x), assembly.network
    for make, row in zip(network.makes, table, strict=True):
        payer = payer_of(request, make.item, "")
        for _, day, qty in _started(assembly, make.window, row, network.unit(make.item)):
            end, cost = int(np.ceil(day + make.lead_days)), round(qty * make.cost_usd * CENT_PER_USD)
            yield "make", make.item, make.plant, make.plant, int(day), end, qty, cost, 0, payer


def _buy_rows(request: SupplyRequest, assembly: Assembly, x: FloatArray) -> Iterator[OrderRow]:
    table, network = assembly.columns.table("buy", x), assembly.network
    for buy, row in zip(network.buys, table, strict=True):
        payer = payer_of(request, buy.item, buy.supplier)
        for bucket, day, qty in _started(assembly, buy.window, row, network.unit(buy.item)):
            end = int(np.ceil(day + buy.dock_days + buy.transit_days))
            cost = round(qty * (buy.price_usd + buy.freight_usd) * CENT_PER_USD)
            duty = round(qty * float(buy.duty_usd[bucket]) * CENT_PER_USD)
            yield "buy", buy.item, buy.supplier, buy.place, int(day), end, qty, cost, duty, payer
    for i, call in enumerate(network.calls):
        qty = float(x[assembly.columns.one("call", i)]) * network.unit(call.item)
        if qty > DUST * network.unit(call.item):
            cost = round(qty * (call.price_usd + call.freight_usd) * CENT_PER_USD)
            duty, end = round(qty * call.duty_usd * CENT_PER_USD), int(np.ceil(call.arrival_day))
            payer = payer_of(request, call.item, call.supplier)
            yield "buy", call.item, call.supplier, call.place, 0, end, qty, cost, duty, payer


def _open_rows(request: SupplyRequest, assembly: Assembly) -> Iterator[OrderRow]:
    prices = {(row.item, row.supplier): row.price.value for row in reversed(request.supply.offers)}
    for row in assembly.network.receipts:
        if row.is_order:
            price = prices.get((row.item, row.supplier), assembly.network.value_usd.get(row.item, 0.0))
            cost = round(row.qty * price * CENT_PER_USD)
            payer = payer_of(request, row.item, row.supplier)
            yield "open", row.item, row.supplier, row.place, 0, int(row.day), row.qty, cost, 0, payer


def _ship_rows(request: SupplyRequest, assembly: Assembly, x: FloatArray) -> Iterator[OrderRow]:
    table, network = assembly.columns.table("ship", x), assembly.network
    for ship, row in zip(network.ships, table, strict=True):
        payer = payer_of(request, ship.item, "")
        for bucket, day, qty in _started(assembly, ship.window, row, network.unit(ship.item)):
            cost = round(qty * ship.freight_usd * CENT_PER_USD)
            duty = round(qty * float(ship.duty_usd[bucket]) * CENT_PER_USD)
            end = int(np.ceil(day + ship.days))
            yield "ship", ship.item, ship.origin, ship.place, int(day), end, qty, cost, duty, payer


def _accept_rows(assembly: Assembly, x: FloatArray) -> Iterator[OrderRow]:
    table, network = assembly.columns.table("accept", x), assembly.network
    for racks, row in zip(network.acceptances, table, strict=True):
        first, last = accept_days(network, racks)
        for bucket in np.flatnonzero(row > DUST):
            start, end = int(first[bucket] - racks.accept_days), int(np.ceil(last[bucket]))
            yield "accept", racks.sku, racks.hall or racks.site, racks.site, start, end, float(row[bucket]), 0, 0, ""


def levels_table(assembly: Assembly, plan: LinearSolution) -> Levels:
    """Stock at the end of each bucket, where there is any."""
    table, network = assembly.columns.table("stock", plan.x), assembly.network
    rows = [
        (item, place, int(bucket), float(row[bucket]))
        for (item, place), row in zip(network.buffers, table, strict=True)
        for bucket in np.flatnonzero(row > DUST * network.unit(item))
    ]
    return Levels.from_rows(rows)


def deployments_table(request: SupplyRequest, assembly: Assembly, plan: LinearSolution) -> Deployments:
    """Racks accepted by tranche and bucket; racks accepted before the plan count from day 0."""
    grid, table = assembly.network.grid, assembly.columns.table("accept", plan.x)
    accepted: dict[str, FloatArray] = {}
    for racks, row in zip(assembly.network.acceptances, table, strict=True):
        clean = np.where(row > DUST, row, 0.0)
        accepted[racks.tranche] = accepted.get(racks.tranche, np.zeros(grid.num)) + clean
    rows = []
    for tranche, racks, before, state in request.tranches.frame.select(
        "tranche", "racks", "accepted_racks", "state"
    ).iter_rows():
        start = 0 if state == "retired" else racks if state in DONE_STATES else before
        mine = np.round(accepted.get(tranche, np.zeros(grid.num)), 6)
        total = np.minimum(start + np.cumsum(mine), max(racks, start))
        rows += [(tranche, bucket, float(mine[bucket]), float(total[bucket])) for bucket in range(grid.num)]
    return Deployments.from_rows(rows)


def loads_table(assembly: Assembly, plan: LinearSolution) -> CellLoads:
    """Use, rest and price of every ceiling that something in the plan could use."""
    rows: list[tuple[object, ...]] = []
    touched = np.unique(assembly.model.rows)
    for kind, unit in UNITS.items():
        block, num = assembly.blocks[kind], assembly.network.grid.num
        used, price = assembly.used(kind, plan), assembly.price_usd(kind, plan)
        limit = assembly.model.row_upper[block.start : block.start + len(block.names) * num].reshape(-1, num)
        limit = limit / block.scale[:, None]
        for entry, name in enumerate(block.names):
            if not np.isin(assembly.rows_of(kind, entry), touched).any():
                continue
            for bucket in range(num):
                have, ceiling = max(0.0, float(used[entry, bucket])), float(limit[entry, bucket])
                worth = max(0.0, float(price[entry, bucket]))
                rows.append((name, kind, bucket, have, max(0.0, ceiling - have), unit, worth))
    return CellLoads.from_rows(rows)


def headcounts_table(request: SupplyRequest, assembly: Assembly, plan: LinearSolution) -> Headcounts:
    """Paid hours and people at each plant: units started x hours, over the hours one person works in the bucket."""
    network, table = assembly.network, assembly.columns.table("make", plan.x)
    weeks = network.grid.days / DAYS_PER_WEEK
    hours: dict[str, FloatArray] = {}
    for make, row in zip(network.makes, table, strict=True):
        if make.labour_hours > 0:
            hours[make.plant] = (
                hours.get(make.plant, np.zeros(network.grid.num)) + np.clip(row, 0, None) * make.labour_hours
            )
    a_week = {plant.id: plant.hours_per_head_week for plant in request.supply.plants}
    rows = [
        (plant, bucket, float(mine[bucket]), float(mine[bucket] / (a_week[plant] * weeks[bucket])))
        for plant, mine in hours.items()
        for bucket in np.flatnonzero(mine > DUST)
    ]
    return Headcounts.from_rows(rows)


def unsourced_table(request: SupplyRequest, scope: Scope) -> Unsourced:
    """Items that are needed and have no source in the program."""
    totals = dict(request.totals.frame.select("item", "qty").iter_rows())
    return Unsourced.from_rows([(item, totals.get(item, 0.0), reason) for item, reason in scope.unsourced])
