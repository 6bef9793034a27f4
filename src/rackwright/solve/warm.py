"""What changes when a bound, a cost or a coefficient changes? The solver keeps its basis and goes on from there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal

from rackwright.solve.linear import (
    FloatArray,
    IntArray,
    Limits,
    LinearModel,
    LinearSolution,
    open_solver,
    pass_model,
    run_solver,
)

__all__ = ["HotModel"]

MOST_ITERATIONS = 2**31 - 1  # the solver's word for no limit


@dataclass
class HotModel:
    """A solved linear program that is asked again.

    The basis of `solve` is kept as the base point. `solve_variant` answers a model of the same shape starting from that
    point and leaves the base untouched, so the order of the questions does not change the answers.
    """

    model: LinearModel
    limits: Limits = field(default_factory=Limits)
    _solver: Any = None
    _basis: Any = None

    def solve(self, method: Literal["simplex", "ipm"] = "simplex") -> LinearSolution:
        """Solve from nothing and keep the basis as the base point; "ipm" crosses over to a basis at its end."""
        self._solver = open_solver(self.model, self.limits, method)
        solution = run_solver(self._solver, self.model)
        self._solver.setOptionValue("solver", "simplex")
        self._keep_basis()
        return solution

    def change_col_bounds(self, cols: IntArray, lower: FloatArray, upper: FloatArray) -> LinearSolution:
        """Change the bounds of some columns for good, solve on from the base, and make the answer the new base."""
        col_lower, col_upper = self.model.col_lower.copy(), self.model.col_upper.copy()
        col_lower[cols], col_upper[cols] = lower, upper
        self.model = replace(self.model, col_lower=col_lower, col_upper=col_upper)
        solution = self.solve_variant(self.model)
        self._keep_basis()
        return solution

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
        pass_model(self._solver, variant)
        most = MOST_ITERATIONS if simplex_iterations is None else simplex_iterations
        self._solver.setOptionValue("simplex_iteration_limit", most)
        if self._basis is not None:
            self._solver.setBasis(self._basis)
        return run_solver(self._solver, variant)

    def _keep_basis(self) -> None:
        basis = self._solver.getBasis()
        self._basis = basis if basis.valid else None
