"""Which orders of the plan before may not move, or only by a share, and what would it be worth if they could?

Inside its firm window an order of the plan before stands as it is, and none is added to it; inside the flexible window
the pieces of a bucket move by a share at most; beyond it they are free. An order stands in the window in which its
delivery lies. What the suppliers and lanes of the changed program cannot bring any more is given up, as little as has
to be, and named. An offer that the plan before did not use has been told nothing and is free.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from rackwright.program.supply import Terms
from rackwright.solve import LinearModel, LinearSolution, solve_linear
from rackwright.supply.assemble import Assembly
from rackwright.supply.before import OrderBefore
from rackwright.supply.constraints import Rows, add_allocations, add_lanes, add_splits
from rackwright.supply.liability import window_of
from rackwright.supply.network import Held, Network
from rackwright.supply.request import SupplyRequest
from rackwright.supply.timing import FloatArray
from rackwright.supply.variables import Columns
from rackwright.tables.checks import Checks
from rackwright.tables.supply import Supply, Windows

__all__ = ["windows_checked", "windows_table", "with_held_orders"]

Source = tuple[str, str]
Way = tuple[str, str, str]
NEARLY = 1e-6
LEAST_USD = 0.01
LEAST_WORTH_USD = 1.0
KEY = ["item", "supplier", "site", "lead_days", "bucket"]
HELD_WINDOWS = ("firm", "flexible")
INF = np.inf


# --------------------------------------------------------------------------------------------------- what has to stand
def with_held_orders(request: SupplyRequest, network: Network) -> Network:
    """The network with the orders of the plan before held in their windows, as far as they can still be had."""
    if not request.before:
        return network
    terms = {(row.item, row.supplier): row for row in request.supply.terms}
    known = {(row.item, row.supplier) for row in request.before}
    ordered = _ordered(request.before, network)
    held = [
        _held(network, i, terms, ordered[i]) if (buy.item, buy.supplier) in known else None
        for i, buy in enumerate(network.buys)
    ]
    kept = replace(network, buys=tuple(replace(buy, held=own) for buy, own in zip(network.buys, held, strict=True)))
    return _as_far_as_had(kept)


def _ordered(before: Iterable[OrderBefore], network: Network) -> FloatArray:
    """Pieces of the plan before in each purchase and bucket; of several lanes the one with the nearest days."""
    grid, found = network.grid, np.zeros((len(network.buys), network.grid.num))
    ways = _ways(network)
    for row in before:
        mine = ways.get((row.item, row.supplier, row.place), [])
        if mine:
            _, buy = min(mine, key=lambda way: abs(way[0] - row.days))
            found[buy] += row.qty * grid.overlap(np.array([row.first_day]), np.array([row.last_day]))[0]
    return found


def _ways(network: Network) -> Mapping[Way, list[tuple[float, int]]]:
    found: dict[Way, list[tuple[float, int]]] = {}
    for i, buy in enumerate(network.buys):
        found.setdefault((buy.item, buy.supplier, buy.place), []).append((buy.dock_days + buy.transit_days, i))
    return found


def _held(network: Network, number: int, terms: Mapping[Source, Terms], ordered: FloatArray) -> Held | None:
    """What may be ordered of a purchase in each bucket, by the window of its delivery."""
    buy = network.buys[number]
    own = terms.get((buy.item, buy.supplier))
    if own is None:
        return None
    first, last = network.grid.open_days(buy.window)
    day_of_order = np.where(last > first, first, network.grid.starts)
    names = tuple(window_of(own, float(day)) for day in np.ceil(day_of_order + buy.dock_days + buy.transit_days))
    shares = {"firm": 0.0, "flexible": INF if own.flexible_share is None else own.flexible_share}
    share = np.array([shares.get(name, INF) for name in names])
    is_held = np.isfinite(share)
    if not is_held.any():
        return None
    part = np.where(is_held, share, 0.0)
    asked = np.where(is_held, ordered * (1.0 - part), 0.0)
    most = np.where(is_held, ordered * (1.0 + part), INF)
    return Held(names, ordered, asked=asked, least=np.where(last > first, asked, 0.0), most=most)


def _as_far_as_had(network: Network) -> Network:
    """The network with what is held cut to what allocations, splits and lanes of the changed program let through."""
    columns = Columns(network, num_short=0)
    part = columns.family("buy")
    wanted = columns.lower[part]
    if not (wanted > 0).any():
        return network
    rows = Rows(network, columns, None)
    add_allocations(rows)
    add_splits(rows)
    add_lanes(rows)
    found = solve_linear(_shortfall_model(rows, part, wanted, columns.upper[part]))
    if found.objective <= NEARLY:
        return network
    short = found.x[len(wanted) :]
    had = (np.clip(wanted - short, 0.0, None) * columns.units[part]).reshape(-1, network.grid.num)
    buys = tuple(
        buy if buy.held is None else replace(buy, held=replace(buy.held, least=np.minimum(buy.held.least, had[i])))
        for i, buy in enumerate(network.buys)
    )
    return replace(network, buys=buys)


def _shortfall_model(rows: Rows, part: slice, wanted: FloatArray, upper: FloatArray) -> LinearModel:
    """Least held pieces given up so that what is bought fits its limits, with nothing else moved.

    Columns are the purchases, then what is given up of each. Stock has no ceiling, so nothing else can stand against.
    """
    num = len(wanted)
    row, col, value = (np.concatenate(entries) for entries in (rows.rows, rows.cols, rows.values))
    mine = (col >= part.start) & (col < part.stop)
    at = np.flatnonzero(wanted > 0)
    own = rows.num + np.arange(len(at))
    return LinearModel(
        cost=np.concatenate([np.zeros(num), np.ones(num)]),
        col_lower=np.zeros(2 * num),
        col_upper=np.concatenate([upper, wanted]),
        row_lower=np.concatenate([*(bound.ravel() for bound in rows.lower), wanted[at]]),
        row_upper=np.concatenate([*(bound.ravel() for bound in rows.upper), np.full(len(at), INF)]),
        rows=np.concatenate([row[mine], own, own]),
        cols=np.concatenate([col[mine] - part.start, at, num + at]),
        values=np.concatenate([value[mine], np.ones(2 * len(at))]),
    )


# ----------------------------------------------------------------------------------------------------- what it is worth
def _freed(assembly: Assembly) -> LinearModel:
    """The model without any window: for what all of them together cost."""
    bare = replace(assembly.network, buys=tuple(replace(buy, held=None) for buy in assembly.network.buys))
    columns = Columns(bare, num_short=assembly.columns.num_short)
    return replace(assembly.model, col_lower=columns.lower, col_upper=columns.upper)


def windows_table(request: SupplyRequest, assembly: Assembly, relaxed: LinearSolution, plan: LinearSolution) -> Windows:
    """Orders in the windows of the plan before: what may be ordered, what is, and what a piece more or less would save.

    A saving is the price of the bound at the optimum before racks are made whole: it holds for the first pieces.
    """
    network = assembly.network
    bought = np.clip(assembly.columns.table("buy", plan.x), 0.0, None)
    saved = _savings(assembly, relaxed)
    rows: list[tuple[object, ...]] = []
    for i, buy in enumerate(network.buys):
        held = buy.held
        if held is None:
            continue
        days = round(buy.dock_days + buy.transit_days)
        dust = NEARLY * network.unit(buy.item)
        for k in np.flatnonzero(np.isfinite(held.most)).tolist():
            figures = [float(each[k]) for each in (held.ordered, held.asked, held.most, bought[i])]
            if max(figures[0], figures[3]) <= dust and abs(saved[i, k]) < LEAST_USD:
                continue
            stands = held.asked[k] - dust <= bought[i, k] <= held.most[k] + dust
            rows.append(
                (buy.item, buy.supplier, buy.place, days, k, held.windows[k], *figures, bool(stands), saved[i, k])
            )
    rows += _lost_rows(request, network)
    return Windows.of(Windows.from_rows(rows).frame.sort(KEY))


def _savings(assembly: Assembly, relaxed: LinearSolution) -> FloatArray:
    """What one piece more (above 0) or less (below 0) would save at the bounds of purchases [USD]."""
    model, part = assembly.model, assembly.columns.family("buy")
    mine = (model.cols >= part.start) & (model.cols < part.stop)
    pull = np.bincount(
        model.cols[mine] - part.start,
        weights=model.values[mine] * relaxed.row_dual[model.rows[mine]],
        minlength=part.stop - part.start,
    )
    worth = pull - model.cost[part]
    x, lower, upper = relaxed.x[part], model.col_lower[part], model.col_upper[part]
    is_least, is_most = x <= lower + NEARLY, x >= upper - NEARLY
    kept = np.where(is_most, np.maximum(worth, 0.0), 0.0) + np.where(
        is_least & (lower > 0), np.minimum(worth, 0.0), 0.0
    )
    usd: FloatArray = kept * assembly.money_unit_usd / assembly.columns.units[part]
    return usd.reshape(-1, assembly.network.grid.num)


def _lost_rows(request: SupplyRequest, network: Network) -> Iterator[tuple[object, ...]]:
    """Orders in a window for which the changed program knows no offer or way any more."""
    terms, ways = {(row.item, row.supplier): row for row in request.supply.terms}, _ways(network)
    for row in request.before:
        name = window_of(terms.get((row.item, row.supplier)), row.first_day + row.days)
        if name in HELD_WINDOWS and (row.item, row.supplier, row.place) not in ways:
            bucket = network.grid.bucket_of(row.first_day)
            figures = (row.qty, row.qty if name == "firm" else 0.0, row.qty, 0.0)
            yield (row.item, row.supplier, row.place, round(row.days), bucket, name, *figures, name != "firm", 0.0)


def _without_savings(windows: Windows) -> Windows:
    """The orders alone: prices of bounds that win nothing together tell of no effect."""
    rows = windows.frame.with_columns(saving=pl.lit(0.0))
    return Windows.of(rows.filter((pl.col("before") > 0) | (pl.col("qty") > 0)))


def windows_checked(
    supply: Supply, assembly: Assembly, relaxed: LinearSolution, solve: Callable[[LinearModel], LinearSolution]
) -> Supply:
    """The plan with its checks of windows: what all of them cost, and each order that cannot stand.

    `solve` answers the model without windows from where the plan stands.
    """
    if not any(buy.held is not None for buy in assembly.network.buys) and not len(supply.windows):
        return supply
    worth = 0.0
    if (supply.windows["saving"] != 0).any():
        worth = (relaxed.objective - solve(_freed(assembly)).objective) * assembly.money_unit_usd
    supply = supply if worth > LEAST_WORTH_USD else replace(supply, windows=_without_savings(supply.windows))
    rows = supply.windows.frame
    broken = rows.filter(~pl.col("stands"))
    text = f"program:terms; without any window the plan would cost {max(0.0, worth):,.0f} USD less (solved again)"
    held = float(rows.height - broken.height)
    checks = [("supply-windows", "orders in firm and flexible windows", held, float(rows.height), "orders", True, text)]
    own = broken.group_by("item", "supplier", "site", maintain_order=True).agg(
        pl.col("qty").sum(), pl.col("least").sum(), pl.len()
    )
    for item, supplier, site, qty, least, num in own.iter_rows():
        text = f"{num} orders in a firm or flexible window that supplier, offer, share or lane can no longer bring"
        checks.append(("supply-window-held", f"{item} of {supplier} to {site}", qty, least, "pieces", False, text))
    return replace(supply, checks=Checks.of(pl.concat([supply.checks.frame, Checks.from_rows(checks).frame])))
