"""Can a known point of a mixed-integer model be bettered? Branch and bound that starts from an incumbent."""

from __future__ import annotations

from rackwright.solve.linear import FloatArray, Limits, LinearModel, LinearSolution, open_solver, run_solver

__all__ = ["solve_from"]


def solve_from(model: LinearModel, start: FloatArray, *, limits: Limits | None = None) -> LinearSolution:
    """Solve a mixed-integer model from a point that holds; the answer is never worse than that point.

    Parameters
    ----------
    model
        What to solve.
    start
        One value per column; a point that breaks a row is mended or dropped by the solver.
    limits
        Counts to stop at.

    Raises
    ------
    ValueError
        The point has not one value per column.
    SolverError
        The solver refused the model or failed.
    """
    import highspy

    if len(start) != model.num_cols:
        raise ValueError(f"a point of {len(start)} values for a model of {model.num_cols} columns")
    solver = open_solver(model, limits or Limits(), "choose")
    point = highspy.HighsSolution()
    point.col_value = start.tolist()
    solver.setSolution(point)
    return run_solver(solver, model)
