"""What changes when a bound, a cost or a coefficient changes? The solver keeps its basis and goes on from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from rackwright.solve.linear import (
    FloatArray,
    IntArray,
    Limits,
    LinearModel,
    LinearSolution,
    open_solver,
    run_solver,
)

__all__ = ["AFTER_EDITS", "AFTER_PRICES", "Basis", "HotModel", "Solver"]

FROM_A_BASIS: dict[str, int | float] = {
    "simplex_dual_edge_weight_strategy": 1,
    "dual_simplex_cost_perturbation_multiplier": 0.0,
}
"""Devex weights and costs as they are: from a basis near the answer, exact edge weights cost more to set up than the
few iterations they save, and costs that were moved have to be moved back (measured: 3.1 s for 5.1 s)."""
AFTER_EDITS: dict[str, int | float] = {**FROM_A_BASIS, "factor_pivot_threshold": 0.3, "simplex_price_strategy": 1}
"""For a model that was edited: larger pivots end a change of hundreds of iterations sooner (1,290 for 1,890 of a
tranche 13 weeks sooner), and rows are priced alone."""
AFTER_PRICES: dict[str, int | float] = {**AFTER_EDITS, "simplex_dual_edge_weight_strategy": 2}
"""For a model in which only many prices changed: exact edge weights pay for themselves (1,770 iterations for 3,360)."""
FROM_NOTHING: dict[str, int | float] = {
    "simplex_dual_edge_weight_strategy": -1,
    "dual_simplex_cost_perturbation_multiplier": 1.0,
}
"""The solver's own choice."""


AT_LOWER, AT_UPPER, FREE = 0, 2, 3
"""Codes of a status: at its lower side, at its upper side, free at zero; 1 is basic, 4 non-basic on no given side."""


class Solver(Protocol):
    """Something that holds a solved model and answers variants of it."""

    def solve_variant(self, variant: LinearModel, *, simplex_iterations: int | None = None) -> LinearSolution:
        """Solve another model of the same shape from the base point; the base point stays."""
        ...


@dataclass(frozen=True)
class Basis:
    """Status of every column and row at a vertex, as codes that can be kept.

    `is_whole` is True for a basis of this very model; False where statuses were taken from a model with other rows or
    columns, so that the solver has to complete them.
    """

    columns: NDArray[np.int8]
    rows: NDArray[np.int8]
    is_whole: bool = True


@dataclass
class HotModel:
    """A solved linear program that is asked again.

    The basis of `solve` is kept as the base point. A variant is a model of the same shape; it is answered by a solver
    of its own that starts at the base point, so an answer depends neither on the questions before nor on the thread.
    """

    model: LinearModel
    limits: Limits = field(default_factory=Limits)
    options: Mapping[str, int | float] = field(default_factory=lambda: FROM_A_BASIS)
    _basis: Any = None
    _codes: Basis | None = None

    def solve(self, method: Literal["simplex", "ipm"] = "simplex") -> LinearSolution:
        """Solve from nothing and keep the basis as the base point; "ipm" crosses over to a basis at its end."""
        solver = open_solver(self.model, self.limits, method)
        solution = run_solver(solver, self.model)
        self._keep_basis(solver)
        return solution

    @property
    def basis(self) -> Basis | None:
        """The base point; None before the first solve, or where it ended without a basis."""
        if self._basis is None or self._codes is not None:
            return self._codes
        statuses = (self._basis.col_status, self._basis.row_status)
        columns, rows = (np.array([int(status) for status in found], dtype=np.int8) for found in statuses)
        self._codes = Basis(columns, rows, not self._basis.alien)
        return self._codes

    def start_at(self, basis: Basis) -> None:
        """Make a basis the base point, unsolved: the next variant starts there.

        Raises
        ------
        ValueError
            The basis has other numbers of columns or rows.
        """
        if (len(basis.rows), len(basis.columns)) != (self.model.num_rows, self.model.num_cols):
            raise ValueError("a basis must have the rows and columns of its model")
        self._basis, self._codes = _solver_basis(basis), basis

    def solve_on(self) -> LinearSolution:
        """Solve the model from the base point and make the answer the new base."""
        solver = self._at_base(self.model, self.limits)
        solution = run_solver(solver, self.model)
        self._keep_basis(solver)
        return solution

    def change_col_bounds(self, cols: IntArray, lower: FloatArray, upper: FloatArray) -> LinearSolution:
        """Change the bounds of some columns for good, solve on from the base, and make the answer the new base."""
        col_lower, col_upper = self.model.col_lower.copy(), self.model.col_upper.copy()
        col_lower[cols], col_upper[cols] = lower, upper
        self.model = replace(self.model, col_lower=col_lower, col_upper=col_upper)
        return self.solve_on()

    def solve_variant(self, variant: LinearModel, *, simplex_iterations: int | None = None) -> LinearSolution:
        """Solve another model of the same shape from the base point; the base point stays.

        `simplex_iterations` stops a variant that lies too far from the base.

        Raises
        ------
        ValueError
            The variant has other numbers of rows or columns.
        """
        if (variant.num_rows, variant.num_cols) != (self.model.num_rows, self.model.num_cols):
            raise ValueError("a variant must have the rows and columns of its base")
        limits = self.limits
        if simplex_iterations is not None:
            limits = replace(limits, simplex_iterations=simplex_iterations)
        return run_solver(self._at_base(variant, limits), variant)

    def _at_base(self, variant: LinearModel, limits: Limits) -> Any:
        solver = open_solver(variant, limits, "simplex")
        if self._basis is not None:
            for name, value in self.options.items():
                solver.setOptionValue(name, value)
            solver.setBasis(self._fitted(variant))
        return solver

    def _fitted(self, variant: LinearModel) -> Any:
        """The base point for a variant: what stood at a side that is open now stands at its other side."""
        known = self.basis
        columns = _at_sides(known.columns, variant.col_lower, variant.col_upper) if known is not None else None
        rows = _at_sides(known.rows, variant.row_lower, variant.row_upper) if known is not None else None
        if known is None or columns is None or rows is None:
            return self._basis
        is_same = np.array_equal(columns, known.columns) and np.array_equal(rows, known.rows)
        return self._basis if is_same else _solver_basis(Basis(columns, rows, known.is_whole))

    def _keep_basis(self, solver: Any) -> None:
        basis = solver.getBasis()
        self._basis, self._codes = (basis if basis.valid else None), None


def _at_sides(codes: NDArray[np.int8], lower: FloatArray, upper: FloatArray) -> NDArray[np.int8]:
    """Statuses that the bounds allow: nothing rests at an infinite side."""
    no_lower, no_upper = np.isneginf(lower), np.isposinf(upper)
    fitted = np.where((codes == AT_UPPER) & no_upper, AT_LOWER, codes)
    fitted = np.where((fitted == AT_LOWER) & no_lower, np.where(no_upper, FREE, AT_UPPER), fitted)
    return fitted.astype(np.int8)


def _solver_basis(basis: Basis) -> Any:
    """A basis in the solver's form."""
    import highspy

    kinds = {int(kind): kind for kind in highspy.HighsBasisStatus.__members__.values()}
    kept = highspy.HighsBasis()
    kept.col_status = [kinds[code] for code in basis.columns.tolist()]
    kept.row_status = [kinds[code] for code in basis.rows.tolist()]
    kept.valid, kept.alien = True, not basis.is_whole
    return kept
