"""How is a plan made of the few columns that count, and what proves that the others do not count?

Coarser buckets are planned first. What they use, where they use it, is the narrow model of the finer ones; its exact
optimum is a plan of the whole model, since columns left out are zero. Prices then say how much cheaper any plan is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Literal

import numpy as np

from rackwright.base.errors import SolverError
from rackwright.solve import Basis, HotModel, Limits, LinearModel, LinearSolution, solve_linear
from rackwright.supply.assemble import Assembly
from rackwright.supply.kept import LEFT_OUT
from rackwright.supply.large.coarser import active_columns, coarser, prices_between
from rackwright.supply.large.first_order import better_prices
from rackwright.supply.large.prices import BoolArray, FloatArray, IntArray, PriceSheet, Proved, proved_bound
from rackwright.supply.timing import Grid

__all__ = ["LargeAnswer", "NarrowModel", "NearAnswer", "solve_large", "solve_near", "with_bound", "with_new_ways"]

FIRST_SHARE = 0.25
"""The first coarse model has this part of the columns that an exact solve may have."""
FINER = 4
"""Each grid has at most so many times the buckets of the one before."""
STEPS, MOST_ROUNDS = 400, 5
"""First-order steps between two bounds, and how often they are taken."""
LITTLE = 0.98
"""A round that leaves more than this part of the gap is the last."""
GOOD_GAP = 0.005
"""Prices are good enough at this gap."""
USED, FAR_FROM_WORTH = 1e-7, 1e-2
"""A column is used from this value on, and far from worth it where it would cost this part of its cost too much."""
AGAIN_SHARE = 0.2
"""The coarse model of a changed program has this part of the columns that an exact solve may have."""
MOST_ITERATIONS = 20_000
"""Simplex iterations from a kept basis; beyond them interior point from nothing is quicker."""


@dataclass
class NarrowModel:
    """A model of which only some columns are solved; the others are zero. It answers as `HotModel` does."""

    model: LinearModel
    columns: IntArray
    hot: HotModel = field(init=False)

    def __post_init__(self) -> None:
        self.hot = HotModel(self._narrowed(self.model), Limits())

    @property
    def basis(self) -> Basis | None:
        """The base point of all columns, those left out marked as such."""
        inner = self.hot.basis
        if inner is None:
            return None
        columns = np.full(self.model.num_cols, LEFT_OUT, dtype=np.int8)
        columns[self.columns] = inner.columns
        return Basis(columns, inner.rows, inner.is_whole)

    def solve(self, method: Literal["simplex", "ipm"] = "ipm") -> LinearSolution:
        """Solve from nothing and keep the base point.

        Where interior point finds the optimum and no basis of it, columns that are far from worth it are left out too:
        the optimum stays, and the way to a basis is another one. The simplex method is the last resort.
        """
        try:
            found = self.hot.solve(method)
        except SolverError:
            self._leave_out_more()
            try:
                found = self.hot.solve(method)
            except SolverError:
                found = self.hot.solve("simplex")
        return self._widened(found, self.model)

    def _leave_out_more(self) -> None:
        best = solve_linear(self.hot.model, method="ipm-without-crossover")
        is_near = (best.x > USED) | (best.reduced_cost < FAR_FROM_WORTH * (1.0 + self.hot.model.cost))
        self.columns = self.columns[is_near]
        self.hot = HotModel(self._narrowed(self.model), Limits())

    def solve_from(self, basis: Basis | None) -> tuple[LinearSolution, bool]:
        """Solve from a basis of all columns, or from nothing where it lies too far; and which of the two it was."""
        if basis is not None:
            self.hot.limits = Limits(simplex_iterations=MOST_ITERATIONS)
            status = np.where(basis.columns == LEFT_OUT, 0, basis.columns)[self.columns].astype(np.int8)
            self.hot.start_at(Basis(status, basis.rows, basis.is_whole))
            found = self.hot.solve_on()
            self.hot.limits = Limits()
            if found.status == "optimal":
                return self._widened(found, self.model), True
        return self.solve(), False

    def solve_variant(self, variant: LinearModel, *, simplex_iterations: int | None = None) -> LinearSolution:
        """Solve another model of the same shape with the same columns left out, from the base point."""
        inner = self.hot.solve_variant(self._narrowed(variant), simplex_iterations=simplex_iterations)
        return self._widened(inner, variant)

    def _narrowed(self, model: LinearModel) -> LinearModel:
        from scipy.sparse import csc_matrix

        starts, index, values = model.compressed()
        matrix = csc_matrix((values, index, starts), shape=(model.num_rows, model.num_cols))[:, self.columns]
        mine = self.columns
        return LinearModel(
            cost=model.cost[mine], col_lower=model.col_lower[mine], col_upper=model.col_upper[mine],
            row_lower=model.row_lower, row_upper=model.row_upper, rows=matrix.indices,
            cols=np.zeros(0, dtype=np.int64), values=matrix.data, starts=matrix.indptr,
        )  # fmt: skip

    def _widened(self, found: LinearSolution, model: LinearModel) -> LinearSolution:
        x, reduced = np.zeros(model.num_cols), np.zeros(model.num_cols)
        x[self.columns], reduced[self.columns] = found.x, found.reduced_cost
        return replace(found, x=x, reduced_cost=reduced)


@dataclass(frozen=True)
class LargeAnswer:
    """A plan with a proved bound.

    Parameters
    ----------
    narrow
        The model of the columns that were kept.
    solution
        The plan; its `bound` and `gap` are those of the whole model, its status is "limit" unless the gap is none.
    prices
        Prices that prove the bound.
    """

    narrow: NarrowModel
    solution: LinearSolution
    prices: FloatArray


def solve_large(
    assembly: Assembly,
    build: Callable[[Grid], Assembly],
    *,
    most_columns: int,
    near_days: float,
    is_proved: bool = True,
) -> LargeAnswer:
    """A plan of a model that is too large for an exact solve.

    Parameters
    ----------
    assembly
        The model.
    build
        The same world on other buckets.
    most_columns
        Columns that an exact solve may have.
    near_days
        Days in which orders may have to be placed in lots.
    is_proved
        False leaves out the bound, for a plan that only tells dates.
    """
    coarse, solution = _coarse_plan(assembly, build, most_columns)
    narrow = _narrow(assembly, coarse, solution.x, near_days)
    plan = narrow.solve()
    if not is_proved:
        return LargeAnswer(narrow, judged(plan, -np.inf), plan.row_dual)
    prices = prices_between(assembly, coarse, solution.row_dual), plan.row_dual
    found, proved = with_bound(assembly, plan, prices, gap=GOOD_GAP)
    return LargeAnswer(narrow, found, proved.prices)


def _first_buckets(assembly: Assembly, most_columns: int, share: float) -> int:
    """Number of the coarsest buckets, for a model of that part of the columns."""
    num = assembly.network.grid.num
    each = max(1, assembly.model.num_cols // num)
    return int(np.clip(share * most_columns / each, 2, num))


def _coarse_plan(
    assembly: Assembly, build: Callable[[Grid], Assembly], most_columns: int
) -> tuple[Assembly, LinearSolution]:
    """The exact plan on the coarsest buckets, then narrow ones on finer buckets up to a few times the given ones."""
    grid, num = assembly.network.grid, _first_buckets(assembly, most_columns, FIRST_SHARE)
    coarse = build(coarser(grid, num))
    solution = HotModel(coarse.model).solve("ipm")
    while num * FINER < grid.num:
        num *= FINER
        finer = build(coarser(grid, num))
        solution = _narrow(finer, coarse, solution.x, 0.0).solve()
        coarse = finer
    return coarse, solution


def _narrow(fine: Assembly, coarse: Assembly, x: FloatArray, near_days: float) -> NarrowModel:
    keep: BoolArray = active_columns(fine, coarse, x, near_days=near_days)
    return NarrowModel(fine.model, np.flatnonzero(_kept(keep, fine.model)))


def _kept(keep: BoolArray, model: LinearModel) -> BoolArray:
    """Columns of a narrow model: those that count and those that are held, without closed ones."""
    kept: BoolArray = (keep | (model.col_lower > 0)) & (model.col_upper > 0)
    return kept


@dataclass(frozen=True)
class NearAnswer:
    """A changed model solved from a kept basis; `is_from_basis` is False where it lay too far."""

    narrow: NarrowModel
    found: LinearSolution
    is_from_basis: bool


def solve_near(model: LinearModel, basis: Basis | None) -> NearAnswer:
    """The plan of a changed model from a kept basis of all its columns, those left out marked."""
    keep = np.ones(model.num_cols, dtype=np.bool_) if basis is None else basis.columns != LEFT_OUT
    narrow = NarrowModel(model, np.flatnonzero(_kept(keep, model)))
    found, is_from_basis = narrow.solve_from(basis)
    return NearAnswer(narrow, found, is_from_basis)


def with_new_ways(
    near: NearAnswer, assembly: Assembly, build: Callable[[Grid], Assembly], *, most_columns: int
) -> tuple[NearAnswer, FloatArray]:
    """The plan with what a coarse plan of the changed program does and the kept columns cannot; and its prices.

    Columns worth adding by prices come one link of a chain at a time; a coarse plan brings whole chains. Solved from
    nothing: so many new columns take the simplex method longer from the basis.
    """
    narrow, plain = near.narrow, slice(0, assembly.model.num_cols)
    keep = np.zeros(narrow.model.num_cols, dtype=np.bool_)
    keep[narrow.columns] = True
    coarse = build(coarser(assembly.network.grid, _first_buckets(assembly, most_columns, AGAIN_SHARE)))
    solution = HotModel(coarse.model).solve("ipm")
    keep[plain] |= active_columns(assembly, coarse, solution.x, near_days=0.0)
    wider = NarrowModel(narrow.model, np.flatnonzero(_kept(keep, narrow.model)))
    again = wider.solve()
    found = NearAnswer(wider, replace(again, iterations=near.found.iterations + again.iterations), near.is_from_basis)
    return found, prices_between(assembly, coarse, solution.row_dual)


def with_bound(
    assembly: Assembly,
    plan: LinearSolution,
    prices: Sequence[FloatArray],
    *,
    gap: float,
    start: FloatArray | None = None,
    far: float = np.inf,
) -> tuple[LinearSolution, Proved]:
    """A plan with the bound that prices prove, and these prices; steps make them better until the gap is reached.

    Parameters
    ----------
    assembly, plan
        The model and its plan.
    prices
        Prices of which the best prove the first bound.
    gap
        Gap to reach.
    start
        Prices to start the steps from as they are (bringing them down takes away what steps have to win again); without
        them what the first bound was proved with.
    far
        Where the first gap is above this no steps are taken: they win little beside it.
    """
    sheet = PriceSheet.of(assembly)
    best = max((proved_bound(sheet, each) for each in prices), key=lambda each: each.bound)
    if gap < _gap(plan.objective, best.bound) <= far:
        steps = better_prices(sheet, plan.x, best.prices if start is None else start, steps=STEPS)
        best = _improved(sheet, plan, best, islice(steps, MOST_ROUNDS), gap=gap)
    return judged(plan, best.bound), best


def _improved(
    sheet: PriceSheet, plan: LinearSolution, best: Proved, rounds: Iterable[FloatArray], *, gap: float
) -> Proved:
    """The best bound after some rounds of steps; the last reaches the gap or wins little."""
    last = np.inf
    for prices in rounds:
        found = proved_bound(sheet, prices)
        best, left = max(best, found, key=lambda each: each.bound), _gap(plan.objective, found.bound)
        if left <= gap or left > LITTLE * last:
            break
        last = left
    return best


def judged(plan: LinearSolution, bound: float) -> LinearSolution:
    """The plan with a bound of the whole model."""
    return replace(plan, status="limit", bound=min(bound, plan.objective), gap=_gap(plan.objective, bound))


def _gap(objective: float, bound: float) -> float:
    return max(0.0, objective - bound) / max(1.0, abs(objective))
