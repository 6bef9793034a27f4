"""What is the cheapest point of a linear (or mixed-integer) model, and how far is it proved to be the cheapest?

min c'x subject to row_lower <= A x <= row_upper, col_lower <= x <= col_upper. A row dual is d(objective)/d(right-hand
side) of the side that binds: <= 0 for a binding upper side, >= 0 for a binding lower side. Solves stop by counts, run
on one thread with a fixed seed and go straight from arrays into the solver.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from rackwright.base.errors import SolverError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Limits", "LinearModel", "LinearSolution", "Method", "Status", "solve_linear"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
IndexArray = NDArray[np.signedinteger[Any]]
Status = Literal["optimal", "limit", "infeasible", "unbounded"]
Method = Literal["choose", "simplex", "ipm", "ipm-without-crossover"]

_SEED = 0


@dataclass(frozen=True)
class Limits:
    """Counts at which a solve stops; None for no limit.

    Parameters
    ----------
    simplex_iterations, ipm_iterations
        Iterations of the linear solvers.
    mip_nodes
        Nodes of branch and bound.
    mip_gap_share
        Relative gap at which a mixed-integer solve is good enough.
    """

    simplex_iterations: int | None = None
    ipm_iterations: int | None = None
    mip_nodes: int | None = None
    mip_gap_share: float = 0.0


@dataclass(frozen=True)
class LinearModel:
    """A linear model as plain arrays; the matrix is given by entries (row, col, value), duplicates add up.

    Parameters
    ----------
    cost, col_lower, col_upper
        One entry per column; use infinities for free sides.
    row_lower, row_upper
        One entry per row.
    rows, cols, values
        Entries of the matrix, in any order.
    is_integer
        Mask of the columns that must be whole; None for a linear program.
    name_of_row, name_of_col
        Name of a row or column by its index, called only when somebody asks.
    starts
        For millions of columns: entries stand column by column, those of column j at starts[j]:starts[j + 1], each row
        once, and `cols` is empty. None where `cols` says it.
    """

    cost: FloatArray
    col_lower: FloatArray
    col_upper: FloatArray
    row_lower: FloatArray
    row_upper: FloatArray
    rows: IndexArray
    cols: IndexArray
    values: FloatArray
    is_integer: NDArray[np.bool_] | None = None
    name_of_row: Callable[[int], str] | None = None
    name_of_col: Callable[[int], str] | None = None
    starts: IndexArray | None = None

    def __post_init__(self) -> None:
        if not len(self.cost) == len(self.col_lower) == len(self.col_upper):
            raise ValueError("cost and bounds of the columns differ in length")
        if len(self.row_lower) != len(self.row_upper):
            raise ValueError("bounds of the rows differ in length")
        if not len(self.rows) == len(self.values) == (len(self.cols) if self.starts is None else len(self.rows)):
            raise ValueError("rows, columns and values of the matrix differ in length")

    @property
    def num_cols(self) -> int:
        """Number of columns."""
        return len(self.cost)

    @property
    def num_rows(self) -> int:
        """Number of rows."""
        return len(self.row_lower)

    def compressed(self) -> tuple[NDArray[np.int32], NDArray[np.int32], FloatArray]:
        """Matrix by columns: starts (num_cols + 1), row indices, values; duplicates added."""
        if self.starts is not None:
            return self.starts.astype(np.int32), self.rows.astype(np.int32, copy=False), self.values

        from scipy.sparse import coo_matrix

        matrix = coo_matrix((self.values, (self.rows, self.cols)), shape=(self.num_rows, self.num_cols)).tocsc()
        matrix.sort_indices()
        return matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32), matrix.data.astype(np.float64)


@dataclass(frozen=True)
class LinearSolution:
    """What the solver found.

    `x`, `row_dual` and `reduced_cost` are zeros when there is no solution, the duals also for a mixed-integer model.
    `gap` is (objective - bound) / max(1, |objective|).
    """

    status: Status
    objective: float
    bound: float
    gap: float
    x: FloatArray
    row_value: FloatArray
    row_dual: FloatArray
    reduced_cost: FloatArray
    iterations: int
    nodes: int


def solve_linear(model: LinearModel, *, method: Method = "choose", limits: Limits | None = None) -> LinearSolution:
    """Solve a model; an answer "infeasible" or "unbounded" is confirmed by a second run without presolve.

    Parameters
    ----------
    model
        What to solve.
    method
        Algorithm of the linear program; "choose" leaves it to the solver. Ignored for a mixed-integer model.
    limits
        Counts to stop at.

    Raises
    ------
    SolverError
        The solver refused the model or failed; the text holds its status.
    """
    solver = open_solver(model, limits or Limits(), method)
    return run_solver(solver, model)


def open_solver(model: LinearModel, limits: Limits, method: Method) -> Any:
    """A solver object that holds the model; for this package only."""
    import highspy

    solver = highspy.Highs()
    _set_options(solver, limits, method, is_mixed=model.is_integer is not None)
    pass_model(solver, model)
    return solver


def pass_model(solver: Any, model: LinearModel) -> None:
    """Replace the solver's model."""
    import highspy

    start, index, value = model.compressed()
    kinds = np.zeros(model.num_cols, dtype=np.int32) if model.is_integer is None else model.is_integer.astype(np.int32)
    status = solver.passModel(
        model.num_cols, model.num_rows, len(value), int(highspy.MatrixFormat.kColwise), int(highspy.ObjSense.kMinimize),
        0.0, model.cost, model.col_lower, model.col_upper, model.row_lower, model.row_upper, start, index, value, kinds,
    )  # fmt: skip
    if status == highspy.HighsStatus.kError:
        raise SolverError(f"the solver refused a model of {model.num_cols} columns and {model.num_rows} rows")


def _set_options(solver: Any, limits: Limits, method: Method, *, is_mixed: bool) -> None:
    options: dict[str, bool | int | float | str] = {
        "output_flag": False,
        "threads": 1,
        "parallel": "off",
        "random_seed": _SEED,
        "presolve": "on",
    }
    if method != "choose" and not is_mixed:
        options["solver"] = "simplex" if method == "simplex" else "ipm"
        options["run_crossover"] = "off" if method == "ipm-without-crossover" else "on"
    if is_mixed:
        options["mip_rel_gap"] = limits.mip_gap_share
    counts = {
        "simplex_iteration_limit": limits.simplex_iterations,
        "ipm_iteration_limit": limits.ipm_iterations,
        "mip_max_nodes": limits.mip_nodes,
    }
    options.update({name: count for name, count in counts.items() if count is not None})
    for name, value in options.items():
        solver.setOptionValue(name, value)


def run_solver(solver: Any, model: LinearModel) -> LinearSolution:
    """Run, again from nothing where the start was lost or there seems to be no answer, and copy the solution out."""
    solver.run()
    if _has_lost_its_start(solver):
        solver.clearSolver()
        solver.run()
    status = _status(solver)
    if status in {"infeasible", "unbounded"}:
        solver.clearSolver()
        solver.setOptionValue("presolve", "off")
        solver.run()
        solver.setOptionValue("presolve", "on")
        status = _status(solver)
    return _extract(solver, model, status)


def _has_lost_its_start(solver: Any) -> bool:
    """Whether the run ended in an error without any status, as from a basis that turned out singular on the way."""
    import highspy

    return bool(solver.getModelStatus() == highspy.HighsModelStatus.kNotset)


def _status(solver: Any) -> Status:
    import highspy

    found = solver.getModelStatus()
    kinds = highspy.HighsModelStatus
    if found in {kinds.kOptimal, kinds.kModelEmpty}:
        return "optimal"
    if found in {kinds.kInfeasible, kinds.kUnboundedOrInfeasible}:
        return "infeasible"
    if found == kinds.kUnbounded:
        return "unbounded"
    if found in {kinds.kIterationLimit, kinds.kSolutionLimit, kinds.kUnknown}:
        return "limit"
    raise SolverError(f"the solver stopped with {solver.modelStatusToString(found)}")


def _extract(solver: Any, model: LinearModel, status: Status) -> LinearSolution:
    info, solution = solver.getInfo(), solver.getSolution()
    has_point = bool(solution.value_valid) and status in {"optimal", "limit"}
    has_dual = bool(solution.dual_valid) and status in {"optimal", "limit"}
    has_point = has_point or (model.num_cols == 0 and status == "optimal")
    objective = float(info.objective_function_value) if has_point else float("nan")
    is_mixed = model.is_integer is not None
    proved = objective if status == "optimal" else float("-inf")
    bound = float(info.mip_dual_bound) if is_mixed and has_point else proved
    return LinearSolution(
        status=status,
        objective=objective,
        bound=bound,
        gap=max(0.0, (objective - bound) / max(1.0, abs(objective))) if has_point else float("inf"),
        x=_array(solution.col_value, model.num_cols, is_valid=has_point),
        row_value=_array(solution.row_value, model.num_rows, is_valid=has_point and model.num_cols > 0),
        row_dual=_array(solution.row_dual, model.num_rows, is_valid=has_dual),
        reduced_cost=_array(solution.col_dual, model.num_cols, is_valid=has_dual),
        iterations=max(0, info.simplex_iteration_count)
        + max(0, info.ipm_iteration_count)
        + max(0, info.crossover_iteration_count),
        nodes=max(0, int(info.mip_node_count)),
    )


def _array(values: Any, size: int, *, is_valid: bool) -> FloatArray:
    return np.asarray(values, dtype=np.float64) if is_valid else np.zeros(size)
