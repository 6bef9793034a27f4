"""What does each scenario cost once the first stage is decided, and how does that cost change with the decision?

One solver holds the second stage. A scenario overwrites what differs, starts from the basis it had last, and puts back
what it overwrote. Each answer is a plane below the cost as a function of the first stage: value + slope (x' - x).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from rackwright.base.errors import SolverError
from rackwright.solve.linear import FloatArray, IntArray, Limits, LinearModel, LinearSolution, open_solver, solve_linear
from rackwright.solve.staged import ChangeKind, Changes, ScenarioTree, StagedModel

__all__ = ["Plane", "Recourse"]

MISS_TOLERANCE: Final = 1e-6
"""Sum of missed rows that counts as rounding of the point, not as a scenario without a plan."""


@dataclass(frozen=True, slots=True)
class Plane:
    """Answer of one scenario at a point.

    Parameters
    ----------
    value
        Least cost of the second stage there; where it has no plan, the least sum by which rows are missed.
    slope
        Change of `value` by each first-stage column.
    is_feasible
        False where the second stage has no plan there.
    """

    value: float
    slope: FloatArray
    is_feasible: bool


class Recourse:
    """The second stage of a two-stage linear program.

    Parameters
    ----------
    core
        A model of two stages, linear in the second.
    tree
        Its scenarios.

    Raises
    ------
    ValueError
        The model has not two stages, or whole-number columns in the second.
    """

    def __init__(self, core: StagedModel, tree: ScenarioTree) -> None:
        if core.num_stages != 2:
            raise ValueError(f"decomposition is for two stages, this model has {core.num_stages}")
        is_second = core.col_stage == 1
        if core.model.is_integer is not None and core.model.is_integer[is_second].any():
            raise ValueError("decomposition needs a second stage without whole-number columns")
        self.core, self.tree = core, tree
        self.first_cols = np.nonzero(~is_second)[0].astype(np.int64)
        self.second_cols = np.nonzero(is_second)[0].astype(np.int64)
        self.second_rows = np.nonzero(core.row_stage == 1)[0].astype(np.int64)
        self.leaves = tree.leaves
        self.share = tree.share[self.leaves]
        self.local_row = _local(core.model.num_rows, self.second_rows)
        self.local_first = _local(core.model.num_cols, self.first_cols)
        self.local_second = _local(core.model.num_cols, self.second_cols)
        self._technology = self._technology_matrix()
        self._model = self._second_stage()
        self._changes = [_Parts.of(core, tree.changes.of_owner(int(leaf))) for leaf in self.leaves]
        self._bases: list[Any] = [None] * len(self.leaves)
        self._solver: Any = open_solver(self._model, Limits(), "simplex")
        self._solver.setOptionValue("presolve", "off")
        self._start: Any = None
        self.num_solves = 0

    def _technology_matrix(self) -> Any:
        from scipy.sparse import csr_matrix

        model = self.core.model
        is_link = (self.core.row_stage[model.rows] == 1) & (self.core.col_stage[model.cols] == 0)
        places = self.local_row[model.rows[is_link]], self.local_first[model.cols[is_link]]
        shape = (len(self.second_rows), len(self.first_cols))
        return csr_matrix((model.values[is_link], places), shape=shape)

    def _second_stage(self) -> LinearModel:
        model = self.core.model
        is_own = self.core.col_stage[model.cols] == 1
        return LinearModel(
            cost=model.cost[self.second_cols],
            col_lower=model.col_lower[self.second_cols],
            col_upper=model.col_upper[self.second_cols],
            row_lower=model.row_lower[self.second_rows],
            row_upper=model.row_upper[self.second_rows],
            rows=self.local_row[model.rows[is_own]],
            cols=self.local_second[model.cols[is_own]],
            values=model.values[is_own],
        )

    def planes(self, x: FloatArray) -> list[Plane]:
        """Plane of every scenario at a point of the first stage, in the order of the leaves."""
        link = self._technology @ x
        return [self._plane(scenario, x, link) for scenario in range(len(self.leaves))]

    def _plane(self, scenario: int, x: FloatArray, link: FloatArray) -> Plane:
        parts = self._changes[scenario]
        lower, upper = self._sides(parts)
        extra_rows, extra_cols, extra = self._link_changes(parts)
        link = link.copy()
        np.add.at(link, extra_rows, extra * x[extra_cols])
        self._overwrite(parts)
        solved = self._solve(scenario, lower - link, upper - link)
        if solved is None:
            missed = self._least_miss(parts, lower - link, upper - link)
            if missed.objective <= MISS_TOLERANCE:
                moved = missed.x[self._model.num_cols :].reshape(2, -1)
                solved = self._solve(scenario, lower - link - 2.0 * moved[0], upper - link + 2.0 * moved[1])
        value, dual = solved if solved is not None else (missed.objective, missed.row_dual)
        self._put_back(parts)
        slope = -(self._technology.T @ dual)
        np.subtract.at(slope, extra_cols, extra * dual[extra_rows])
        return Plane(value, slope, solved is not None)

    def _sides(self, parts: _Parts) -> tuple[FloatArray, FloatArray]:
        core, place = self.core, self.local_row[parts.rhs.index]
        lower, upper = self._model.row_lower.copy(), self._model.row_upper.copy()
        lower[place] = parts.rhs.value + (core.model.row_lower[parts.rhs.index] - core.rhs[parts.rhs.index])
        upper[place] = parts.rhs.value + (core.model.row_upper[parts.rhs.index] - core.rhs[parts.rhs.index])
        return lower, upper

    def _link_changes(self, parts: _Parts) -> tuple[IntArray, IntArray, FloatArray]:
        """Rows, columns and differences by which a scenario's technology matrix departs from the core's."""
        model, entry = self.core.model, parts.link.index
        rows, cols = self.local_row[model.rows[entry]], self.local_first[model.cols[entry]]
        return rows, cols, parts.link.value - model.values[entry]

    def _solve(self, scenario: int, lower: FloatArray, upper: FloatArray) -> tuple[float, FloatArray] | None:
        """Value and row duals of the second stage; None if it has no plan."""
        import highspy

        solver, num_rows = self._solver, len(self.second_rows)
        solver.changeRowsBounds(num_rows, np.arange(num_rows, dtype=np.int32), lower, upper)
        basis = self._bases[scenario] or self._start
        if basis is not None:
            solver.setBasis(basis)
        solver.run()
        self.num_solves += 1
        status, kinds = solver.getModelStatus(), highspy.HighsModelStatus
        if status == kinds.kOptimal:
            self._bases[scenario] = solver.getBasis()
            self._start = self._start or self._bases[scenario]
            dual = np.asarray(solver.getSolution().row_dual, dtype=np.float64)
            return float(solver.getInfo().objective_function_value), dual
        if status in {kinds.kInfeasible, kinds.kUnboundedOrInfeasible}:
            return None
        raise SolverError(f"scenario {scenario}: the second stage ended with {solver.modelStatusToString(status)}")

    def _overwrite(self, parts: _Parts) -> None:
        """Put a scenario's costs, bounds and own entries into the solver."""
        if len(parts.cost):
            cols = self.local_second[parts.cost.index].astype(np.int32)
            self._solver.changeColsCost(len(cols), cols, parts.cost.value)
        if len(parts.bounds):
            self._set_bounds(parts, *self._bounds(parts))
        for entry, value in zip(parts.own.index.tolist(), parts.own.value.tolist(), strict=True):
            self._set_entry(entry, value)

    def _put_back(self, parts: _Parts) -> None:
        if len(parts.cost):
            cols = self.local_second[parts.cost.index].astype(np.int32)
            self._solver.changeColsCost(len(cols), cols, self.core.model.cost[parts.cost.index])
        if len(parts.bounds):
            self._set_bounds(parts, self._model.col_lower, self._model.col_upper)
        for entry in parts.own.index.tolist():
            self._set_entry(entry, float(self.core.model.values[entry]))

    def _bounds(self, parts: _Parts) -> tuple[FloatArray, FloatArray]:
        lower, upper = self._model.col_lower.copy(), self._model.col_upper.copy()
        for kind, target in ((ChangeKind.LOWER, lower), (ChangeKind.UPPER, upper)):
            changes = parts.bounds.of_kind(kind)
            target[self.local_second[changes.index]] = changes.value
        return lower, upper

    def _set_bounds(self, parts: _Parts, lower: FloatArray, upper: FloatArray) -> None:
        cols = np.unique(self.local_second[parts.bounds.index]).astype(np.int32)
        self._solver.changeColsBounds(len(cols), cols, lower[cols], upper[cols])

    def _set_entry(self, entry: int, value: float) -> None:
        row, col = self.local_row[self.core.model.rows[entry]], self.local_second[self.core.model.cols[entry]]
        self._solver.changeCoeff(int(row), int(col), value)

    def _least_miss(self, parts: _Parts, lower: FloatArray, upper: FloatArray) -> LinearSolution:
        """Least sum by which the rows are missed: phase one of the simplex method as a model.

        Behind the columns of the second stage stand, for each row, what it is short of and what it is over.
        """
        base, num_rows = self._model, len(self.second_rows)
        values, own = base.values.copy(), np.nonzero(self.core.col_stage[self.core.model.cols] == 1)[0]
        values[np.searchsorted(own, parts.own.index)] = parts.own.value
        col_lower, col_upper = self._bounds(parts)
        every = np.arange(num_rows, dtype=np.int64)
        over = base.num_cols + np.arange(2 * num_rows)
        model = LinearModel(
            cost=np.concatenate([np.zeros(base.num_cols), np.ones(2 * num_rows)]),
            col_lower=np.concatenate([col_lower, np.zeros(2 * num_rows)]),
            col_upper=np.concatenate([col_upper, np.full(2 * num_rows, np.inf)]),
            row_lower=lower,
            row_upper=upper,
            rows=np.concatenate([base.rows, every, every]),
            cols=np.concatenate([base.cols, over]),
            values=np.concatenate([values, np.ones(num_rows), -np.ones(num_rows)]),
        )
        found = solve_linear(model, method="simplex")
        if found.status != "optimal":
            raise SolverError("the bounds of the second stage's columns contradict each other")
        return found


@dataclass(frozen=True, slots=True)
class _Parts:
    """Changes of a scenario by where they go: costs, sides, bounds, entries of the link and of the second stage."""

    cost: Changes
    rhs: Changes
    bounds: Changes
    link: Changes
    own: Changes

    @staticmethod
    def of(core: StagedModel, changes: Changes) -> _Parts:
        entries = changes.of_kind(ChangeKind.ENTRY)
        is_link = core.col_stage[core.model.cols[entries.index]] == 0
        is_bound = (changes.kind == ChangeKind.LOWER) | (changes.kind == ChangeKind.UPPER)
        return _Parts(
            changes.of_kind(ChangeKind.COST),
            changes.of_kind(ChangeKind.RHS),
            changes.only(is_bound),
            entries.only(is_link),
            entries.only(~is_link),
        )


def _local(size: int, things: IntArray) -> IntArray:
    """Position of each thing among some of them; -1 for the others."""
    local = np.full(size, -1, dtype=np.int64)
    local[things] = np.arange(len(things))
    return local
