"""Which plan answers a changed request, and moves as little of the plan that people work by as it has to?

The changed linear program is solved from the kept basis of the plan before it. Every piece that is ordered, and every
rack that is accepted, in another bucket than before has a price, so nothing moves that wins nothing. A column with a
quantity before is split in two: the part up to that quantity earns the price of a move, the part above it pays the
price, so |x - before| is exact without a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from rackwright.base.errors import SolverError
from rackwright.base.horizon import Bucket
from rackwright.program.header import Policy
from rackwright.solve import AFTER_EDITS, AFTER_PRICES, Basis, HotModel, Limits, LinearModel, LinearSolution, Solver
from rackwright.supply.answering import answer_program, assembled_on, is_large
from rackwright.supply.assemble import Assembly, assemble
from rackwright.supply.before import orders_before
from rackwright.supply.kept import LEFT_OUT, bases_table, kept_basis, kept_prices, order_columns
from rackwright.supply.large import solve_near, with_bound, with_new_ways
from rackwright.supply.order_lots import lot_cells
from rackwright.supply.request import SupplyRequest
from rackwright.supply.scope import Scope, scope_network
from rackwright.supply.stage import Solved, supply_tables
from rackwright.supply.targets import target_shares
from rackwright.supply.timing import FloatArray, Grid
from rackwright.supply.whole import whole_cells
from rackwright.supply.windows import windows_checked
from rackwright.tables.supply import Orders, Supply

__all__ = ["Replanned", "replan_supply", "resolved"]

IntArray = NDArray[np.int64]
OrderKey = tuple[str, str, str, str]
DAYS_PER_WEEK = 7
NEARLY = 1e-6
MOST_ITERATIONS = 6_000
"""Simplex iterations from a basis; beyond them interior point from nothing is quicker."""
LEAST_DAYS = 0.1
"""Price of moving racks that are not released yet, as days of their lateness: a tie-break."""
FAR_GAPS = 4.0
"""A plan so many times the gap away from its bound is at fault itself; nearer ones mostly lack a better bound."""
RELEASED_STATES = frozenset({"released", "ordered", "installed"})
AT_UPPER, AT_LOWER, BASIC = 2, 0, 1


@dataclass(frozen=True)
class Replanned:
    """A changed plan and what keeping to the plan before cost.

    Parameters
    ----------
    supply
        The plan.
    is_optimal
        True if no plan is cheaper when moves have their price.
    is_from_basis
        True if the solve started at the kept basis.
    iterations
        Simplex iterations.
    move_usd
        Price of all moves [USD].
    """

    supply: Supply
    is_optimal: bool
    is_from_basis: bool
    iterations: int
    move_usd: float


def replan_supply(
    request: SupplyRequest, before: Supply, *, is_free: bool = False, has_new_prices_only: bool = False
) -> Replanned:
    """Solve a changed request from the plan before it.

    Parameters
    ----------
    request
        The changed request; its buckets are those of the plan before.
    before
        That plan with its kept basis.
    is_free
        True leaves moves without a price: the cheapest plan, wherever it lies.
    has_new_prices_only
        True if only prices differ from the plan before; the answer is the same, the solver sets out another way.
    """
    placed = orders_before(before.orders, before.buckets, request.supply.terms)
    request = replace(request, before=placed)
    scope, assembly, buckets = _built(request)
    known = before_quantities(assembly, before.orders)
    price = np.zeros(assembly.model.num_cols) if is_free else move_prices(request, assembly)
    split = Split.of(assembly.model, known, price)
    start = _start(request, assembly, before, split, AFTER_PRICES if has_new_prices_only else AFTER_EDITS)
    plan = _whole(split, assembly, start, request.policy)
    merged = split.merged(plan)
    supply = supply_tables(Solved(request, scope, assembly, start.relaxed, merged), buckets)
    supply = windows_checked(
        supply, assembly, start.relaxed, lambda model: split.merged(start.solver.solve_variant(split.again(model)))
    )
    moved = float((price * np.abs(merged.x - known)).sum() * assembly.money_unit_usd)
    kept = bases_table(assembly, start.basis, start.prices)
    return Replanned(
        supply=replace(supply, bases=kept),
        is_optimal=plan.status == "optimal" and start.prices is None,
        is_from_basis=start.is_from_basis,
        iterations=start.found.iterations,
        move_usd=moved,
    )


def resolved(request: SupplyRequest, before: Supply) -> tuple[Assembly, LinearSolution]:
    """The relaxed optimum of a changed request from the kept basis, moves without a price; no tables."""
    _, assembly, _ = _built(request)
    nothing = np.zeros(assembly.model.num_cols)
    return assembly, _start(request, assembly, before, Split.of(assembly.model, nothing, nothing), AFTER_EDITS).relaxed


@dataclass(frozen=True)
class _Start:
    """A changed model solved before racks are made whole.

    Parameters
    ----------
    solver
        Answers variants of the split model.
    found
        The answer of the split model.
    relaxed
        The same for the plain one, with its bound.
    basis
        Where the plan before stood.
    prices
        Prices that prove the bound; None for an optimum.
    is_from_basis
        True if the solve started there.
    """

    solver: Solver
    found: LinearSolution
    relaxed: LinearSolution
    basis: Basis | None
    prices: FloatArray | None
    is_from_basis: bool


def _start(
    request: SupplyRequest, assembly: Assembly, before: Supply, split: Split, options: Mapping[str, int | float]
) -> _Start:
    """The changed model from where the plan before stands."""
    basis = kept_basis(assembly, before.bases)
    if is_large(request, assembly):
        return _large_start(request, assembly, before, split)
    if basis is not None:
        basis = replace(basis, columns=np.where(basis.columns == LEFT_OUT, AT_LOWER, basis.columns).astype(np.int8))
    hot, found, is_from_basis = _solved_from(split.model, None if basis is None else split.basis(basis), options)
    return _Start(hot, found, split.merged(found), basis, None, is_from_basis)


def _large_start(request: SupplyRequest, assembly: Assembly, before: Supply, split: Split) -> _Start:
    """The columns that counted before and those that have become worth it; the bound from the kept prices."""
    basis, prices = kept_basis(assembly, before.bases), kept_prices(assembly, before.bases)
    gap = float(before.solves["gap"][0])
    if basis is None or not prices.any():
        answered = answer_program(request, assembly)
        basis, gap = answered.basis, answered.relaxed.gap
        prices = prices if answered.prices is None else answered.prices
    near = solve_near(split.model, None if basis is None else split.basis(basis))
    tried = prices, near.found.row_dual
    relaxed, proved = with_bound(assembly, split.merged(near.found), tried, gap=gap, far=FAR_GAPS * gap)
    if relaxed.gap > gap:
        build, most = partial(assembled_on, request), request.policy.exact_columns
        near, coarse = with_new_ways(near, assembly, build, most_columns=most)
        tried = proved.prices, near.found.row_dual
        relaxed, proved = with_bound(assembly, split.merged(near.found), tried, gap=gap, start=coarse)
    return _Start(near.narrow, near.found, relaxed, basis, proved.prices, near.is_from_basis)


def _solved_from(
    model: LinearModel, basis: Basis | None, options: Mapping[str, int | float]
) -> tuple[HotModel, LinearSolution, bool]:
    """The optimum from a basis, or from nothing where there is none or it lies too far; and which of the two it was."""
    if basis is not None:
        near = HotModel(model, Limits(simplex_iterations=MOST_ITERATIONS), options)
        near.start_at(basis)
        try:
            found = near.solve_on()
        except SolverError:  # the solver cannot complete the basis
            return _cold(model)
        if found.status == "optimal":
            return near, found, True
    return _cold(model)


def _cold(model: LinearModel) -> tuple[HotModel, LinearSolution, bool]:
    hot = HotModel(model)
    return hot, hot.solve("ipm"), False


def _built(request: SupplyRequest) -> tuple[Scope, Assembly, tuple[Bucket, ...]]:
    policy = request.policy
    buckets = tuple(request.horizon.buckets(num_weekly=policy.weekly_buckets, num_monthly=policy.monthly_buckets))
    grid = Grid.of(buckets)
    scope = scope_network(request, grid)
    return scope, assemble(scope.network, policy, target_shares(policy, request.horizon, grid)), buckets


def before_quantities(assembly: Assembly, orders: Orders) -> FloatArray:
    """What each column of a purchase or an acceptance was in the plan before; 0 for all others, in column units.

    Where lanes of several speeds lead to a place, an order belongs to the one whose days are nearest to its own.
    """
    network, before = assembly.network, np.zeros(assembly.model.num_cols)
    ways: dict[OrderKey, list[tuple[float, IntArray]]] = {}
    for key, days, columns in order_columns(assembly):
        ways.setdefault(key, []).append((days, columns))
    names = ["kind", "item", "source", "site", "start_day", "end_day", "qty", "demand"]
    for kind, item, source, site, start, end, qty, demand in orders.frame.select(names).iter_rows():
        mine = ways.get((kind, demand or item, source, site), [])
        if mine:
            # Racks are accepted by the end of their bucket; orders are placed from its first day on.
            bucket = network.grid.bucket_of(end - 1 if kind == "accept" else start)
            _, columns = min(mine, key=lambda way: abs(way[0] - (end - start)))
            before[columns[min(bucket, network.grid.num - 1)]] += qty
    return np.where(assembly.model.col_upper > 0, before / assembly.columns.units, 0.0)


def move_prices(request: SupplyRequest, assembly: Assembly) -> FloatArray:
    """Price of one unit more or less than before in each column; a piece that moves counts in two buckets.

    Racks of released tranches, and orders to be placed within the weeks of whole racks, have the price the policy sets
    on a move; other racks have a tie-break, later orders none. A piece counts by its share of the value of a mean rack.
    """
    policy, network, columns = request.policy, assembly.network, assembly.columns
    released = max(policy.stability_days, LEAST_DAYS)
    near = network.grid.starts < policy.whole_rack_weeks * DAYS_PER_WEEK
    price = np.zeros(assembly.model.num_cols)
    states = dict(request.tranches.frame.select("tranche", "state").iter_rows())
    for i, buy in enumerate(network.buys):
        share = min(1.0, buy.price_usd * network.unit(buy.item) / network.rack_value_usd)
        price[columns.of("buy", i)] = np.where(near, share * released, 0.0)
    for i, racks in enumerate(network.acceptances):
        is_released = states.get(racks.tranche, "") in RELEASED_STATES
        price[columns.of("accept", i)] = released if is_released else LEAST_DAYS
    return price * policy.late_usd_per_rack_day / 2.0 / assembly.money_unit_usd


@dataclass(frozen=True)
class Split:
    """A model in which columns that had a quantity are two: up to it, and beyond it.

    Parameters
    ----------
    model
        Columns of the plain model, which stand for what lies beyond, then the parts up to the quantity before.
    plain
        The model without prices of moves.
    columns
        Columns that were split.
    before
        Their quantities in the plan before.
    """

    model: LinearModel
    plain: LinearModel
    columns: IntArray
    before: FloatArray

    @staticmethod
    def of(plain: LinearModel, before: FloatArray, price: FloatArray) -> Split:
        """Split the columns with a price and a quantity before; the others only get the price on top."""
        columns = np.flatnonzero((before > NEARLY) & (price > 0) & (plain.col_upper > 0))
        return Split._at(plain, columns, before[columns], price)

    @staticmethod
    def _at(plain: LinearModel, columns: IntArray, before: FloatArray, price: FloatArray) -> Split:
        place = np.full(plain.num_cols, -1, dtype=np.int64)
        place[columns] = plain.num_cols + np.arange(len(columns))
        copied = place[plain.cols] >= 0
        low = np.minimum(before, plain.col_upper[columns])
        lower, upper = plain.col_lower.copy(), plain.col_upper.copy()
        lower[columns], upper[columns] = 0.0, plain.col_upper[columns] - low
        model = replace(
            plain,
            cost=np.concatenate([plain.cost + price, plain.cost[columns] - price[columns]]),
            col_lower=np.concatenate([lower, np.minimum(plain.col_lower[columns], low)]),
            col_upper=np.concatenate([upper, low]),
            rows=np.concatenate([plain.rows, plain.rows[copied]]),
            cols=np.concatenate([plain.cols, place[plain.cols[copied]]]),
            values=np.concatenate([plain.values, plain.values[copied]]),
        )
        return Split(model, plain, columns, before)

    def again(self, plain: LinearModel) -> LinearModel:
        """Another plain model of the same shape split alike, at the same prices of moves."""
        num = self.plain.num_cols
        price = self.model.cost[:num] - self.plain.cost
        return Split._at(plain, self.columns, self.before, price).model

    def basis(self, plain: Basis) -> Basis:
        """A basis of the plain model: what was basic is so in its part up to the quantity before."""
        status = plain.columns.copy()
        low = np.where(status[self.columns] == BASIC, BASIC, AT_UPPER).astype(np.int8)
        status[self.columns] = np.where(status[self.columns] == BASIC, AT_LOWER, status[self.columns])
        return Basis(np.concatenate([status, low]), plain.rows, plain.is_whole)

    def merged(self, found: LinearSolution) -> LinearSolution:
        """The answer for the plain model, at its plain cost."""
        num = self.plain.num_cols
        x = found.x[:num].copy()
        x[self.columns] += found.x[num:]
        cost = float(self.plain.cost @ x)
        return replace(found, x=x, reduced_cost=found.reduced_cost[:num], objective=cost, bound=cost)

    def fixed(self, columns: IntArray, values: FloatArray) -> LinearModel:
        """The model with columns of the plain one held at values."""
        held = np.full(self.plain.num_cols, -1.0)
        held[columns] = values
        lower, upper, num = self.model.col_lower.copy(), self.model.col_upper.copy(), self.plain.num_cols
        mine = np.flatnonzero(held[self.columns] >= 0)
        low = np.minimum(held[self.columns[mine]], upper[num + mine])
        lower[num + mine] = upper[num + mine] = low
        held[self.columns[mine]] -= low
        lower[columns] = upper[columns] = held[columns]
        return replace(self.model, col_lower=lower, col_upper=upper)


def _whole(split: Split, assembly: Assembly, start: _Start, policy: Policy) -> LinearSolution:
    """Near-term racks made whole and orders made lots, as in the plan itself."""
    hot, relaxed = start.solver, start.found
    plan, held = relaxed, whole_cells(assembly, split.merged(relaxed), policy.whole_rack_weeks)
    if held is not None:
        found = hot.solve_variant(split.fixed(*held))
        plan, held = (found, held) if found.status == "optimal" else (relaxed, None)
    lots = lot_cells(assembly, split.merged(plan), policy)
    if lots is None:
        return plan
    cells = lots if held is None else (np.concatenate([held[0], lots[0]]), np.concatenate([held[1], lots[1]]))
    found = hot.solve_variant(split.fixed(*cells))
    if found.status != "optimal" and held is not None:  # racks that were rounded need orders no lot allows
        found = hot.solve_variant(split.fixed(*lots))
    return found if found.status == "optimal" else plan
