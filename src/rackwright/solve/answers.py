"""What does each of many models cost at a point of the columns they share, and how does the cost change with it?

The first columns of every model are shared: they are held at a point, and their reduced costs are the slope of the
model's optimum there. Models may differ in everything else. One solver serves all; each model starts from the basis it
had last at its first point, so that an answer depends on the model and the point alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from rackwright.base.errors import SolverError
from rackwright.solve.linear import FloatArray, IntArray, Limits, LinearModel, open_solver
from rackwright.solve.warm import FROM_A_BASIS, FROM_NOTHING

__all__ = ["Answer", "SharedModels"]


@dataclass(frozen=True, slots=True)
class Answer:
    """Optimum of a model with its shared columns held at a point, slope by each of them, and the columns asked for."""

    value: float
    slope: FloatArray
    columns: FloatArray


@dataclass(frozen=True, slots=True)
class _Kept:
    """A model in the solver's form."""

    model: LinearModel
    start: Any
    index: Any
    entries: FloatArray


class SharedModels:
    """Models that share their first columns.

    Parameters
    ----------
    num_shared
        Number of shared columns.

    Notes
    -----
    min c'x + f(x, w) is convex in x, so value + slope (x' - x) never exceeds the optimum at x'.
    """

    def __init__(self, num_shared: int) -> None:
        self.num_shared = num_shared
        self._kept: list[_Kept] = []
        self._bases: list[Any] = []
        self._solver: Any = None
        self._loaded = -1

    def add(self, model: LinearModel, *, like: int | None = None) -> int:
        """Keep a model; returns its number. One of the shape of another that it is like starts from its basis."""
        start, index, entries = model.compressed()
        self._kept.append(_Kept(model, start, index, entries))
        other = None if like is None else self._kept[like].model
        is_alike = other is not None and (other.num_rows, other.num_cols) == (model.num_rows, model.num_cols)
        self._bases.append(self._bases[like] if like is not None and is_alike else None)
        return len(self._kept) - 1

    def answer(self, number: int, point: FloatArray, columns: IntArray) -> Answer:
        """Optimum of a model at a point, with the values of some of its columns.

        Raises
        ------
        SolverError
            The model has no optimum there.
        """
        self._run(number, point, self._bases[number], FROM_A_BASIS)
        if not self._is_optimal():
            self._run(number, point, None, FROM_NOTHING)
        if not self._is_optimal():
            self._solver.setOptionValue("solver", "ipm")
            self._run(number, point, None, FROM_NOTHING)
            self._solver.setOptionValue("solver", "simplex")
        self._check(number)
        if self._bases[number] is None:
            self._bases[number] = self._solver.getBasis()
        solution = self._solver.getSolution()
        value = float(self._solver.getInfo().objective_function_value)
        slope = np.asarray(solution.col_dual, dtype=np.float64)[: self.num_shared]
        return Answer(value, slope, np.asarray(solution.col_value, dtype=np.float64)[columns])

    def _run(self, number: int, point: FloatArray, basis: Any, options: Mapping[str, int | float]) -> None:
        """Solve from a basis, or from nothing with presolve; there, too, Devex weights are the quicker ones."""
        self._pass(number, point)
        self._solver.setOptionValue("presolve", "off" if basis is not None else "on")
        for name, value in options.items():
            self._solver.setOptionValue(name, value)
        if basis is not None:
            self._solver.setBasis(basis)
        self._solver.run()

    def _is_optimal(self) -> bool:
        import highspy

        return bool(self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def _pass(self, number: int, point: FloatArray) -> None:
        """Put a model with its shared columns held into the solver; of a model that is there, only they change."""
        import highspy

        kept = self._kept[number]
        model = kept.model
        if self._solver is None:
            self._solver = open_solver(model, Limits(), "simplex")
        self._solver.clearSolver()
        if self._loaded == number:
            every = np.arange(self.num_shared, dtype=np.int32)
            self._solver.changeColsBounds(self.num_shared, every, point, point)
            return
        self._loaded = number
        lower, upper = model.col_lower.copy(), model.col_upper.copy()
        lower[: self.num_shared] = upper[: self.num_shared] = point
        self._solver.passModel(
            model.num_cols, model.num_rows, len(kept.entries), int(highspy.MatrixFormat.kColwise),
            int(highspy.ObjSense.kMinimize), 0.0, model.cost, lower, upper, model.row_lower, model.row_upper,
            kept.start, kept.index, kept.entries, np.zeros(model.num_cols, dtype=np.int32),
        )  # fmt: skip

    def _check(self, number: int) -> None:
        status = self._solver.getModelStatus()
        if not self._is_optimal():
            text = self._solver.modelStatusToString(status)
            raise SolverError(f"model {number} has no optimum with its shared columns held: {text}")
