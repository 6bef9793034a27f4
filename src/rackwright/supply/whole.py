"""How are near-term racks made whole? Cumulative racks are rounded down and the rest of the plan is solved again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rackwright.solve import HotModel, LinearModel, LinearSolution
from rackwright.supply.assemble import Assembly

__all__ = ["whole_racks"]

DAYS_PER_WEEK = 7
NEARLY = 1e-6


def whole_racks(hot: HotModel, assembly: Assembly, relaxed: LinearSolution, weeks: int) -> LinearSolution:
    """The plan with whole racks accepted in each bucket that ends within so many weeks.

    Racks accepted so far never exceed those of the relaxed plan, so stock, power and crews suffice and the rounded
    plan exists; what is cut comes later. Its objective is a plan's, the relaxed one's its bound.
    """
    model = rounded_model(assembly, relaxed, weeks)
    if model is None:
        return relaxed
    found = hot.solve_variant(model)
    return found if found.status == "optimal" else relaxed


def rounded_model(assembly: Assembly, relaxed: LinearSolution, weeks: int) -> LinearModel | None:
    """The model with near-term acceptances fixed at whole numbers; None where nothing has to be fixed."""
    grid, model = assembly.network.grid, assembly.model
    near = np.flatnonzero(grid.ends <= weeks * DAYS_PER_WEEK)
    accepted = assembly.columns.table("accept", relaxed.x)[:, near]
    whole = np.diff(np.floor(np.cumsum(accepted, axis=1) + NEARLY), axis=1, prepend=0.0)
    if np.allclose(whole, accepted, atol=NEARLY, rtol=0.0):
        return None
    lower, upper = model.col_lower.copy(), model.col_upper.copy()
    for row, values in enumerate(whole):
        cols = assembly.columns.of("accept", row)[near]
        lower[cols] = upper[cols] = values
    return replace(model, col_lower=lower, col_upper=upper)
