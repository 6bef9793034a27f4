"""How are near-term racks and claims made whole? Cumulative pieces are rounded down, the rest is solved again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rackwright.solve import LinearModel, LinearSolution, Solver
from rackwright.supply.assemble import Assembly
from rackwright.supply.constraints import placed_shares
from rackwright.supply.timing import FloatArray

__all__ = ["whole_cells", "whole_racks"]

IntArray = NDArray[np.int64]
DAYS_PER_WEEK = 7
NEARLY = 1e-6


def whole_racks(hot: Solver, assembly: Assembly, relaxed: LinearSolution, weeks: int) -> LinearSolution:
    """The plan with whole racks accepted, and whole pieces claimed, in each bucket that ends within so many weeks.

    Racks and pieces so far never exceed those of the relaxed plan, so stock and power suffice; crews are counted while
    rounding. So the rounded plan exists, and what is cut comes later. The relaxed objective is its bound.
    """
    model = rounded_model(assembly, relaxed, weeks)
    if model is None:
        return relaxed
    found = hot.solve_variant(model)
    return found if found.status == "optimal" else relaxed


def rounded_model(assembly: Assembly, relaxed: LinearSolution, weeks: int) -> LinearModel | None:
    """The model with near-term acceptances and claims fixed at whole numbers; None where nothing has to be fixed."""
    cells = whole_cells(assembly, relaxed, weeks)
    if cells is None:
        return None
    lower, upper = assembly.model.col_lower.copy(), assembly.model.col_upper.copy()
    lower[cells[0]] = upper[cells[0]] = cells[1]
    return replace(assembly.model, col_lower=lower, col_upper=upper)


def whole_cells(assembly: Assembly, relaxed: LinearSolution, weeks: int) -> tuple[IntArray, FloatArray] | None:
    """Columns of near-term acceptances and claims, and the values they are held at; None where all are whole already.

    A claim for a part of a piece is left as it is.
    """
    network, columns = assembly.network, assembly.columns
    near = int(np.count_nonzero(network.grid.ends <= weeks * DAYS_PER_WEEK))
    accepted = columns.table("accept", relaxed.x)[:, :near]
    claims = [i for i, want in enumerate(network.claims) if float(want.qty).is_integer()]
    given = columns.table("claim", relaxed.x)[claims, :near]
    if _is_whole(accepted) and _is_whole(given):
        return None
    cells = [columns.of("accept", row)[:near] for row in range(len(accepted))]
    cells += [columns.of("claim", i)[:near] for i in claims]
    units = np.array([network.unit(network.claims[i].item) for i in claims])[:, None]
    pieces = np.diff(np.floor(np.cumsum(given, axis=1) + NEARLY), axis=1, prepend=0.0)
    return np.concatenate(cells), np.concatenate([rounded_down(assembly, accepted).ravel(), (pieces / units).ravel()])


def _is_whole(pieces: FloatArray) -> bool:
    return bool(np.allclose(np.round(pieces), pieces, atol=NEARLY, rtol=0.0))


def rounded_down(assembly: Assembly, accepted: FloatArray) -> FloatArray:
    """Whole racks by acceptance row and bucket, so far never above `accepted` and within every crew.

    Bucket by bucket, tranches in order of need; a rack that finds no crew waits for the next bucket.
    """
    network = assembly.network
    crews = {crew.name: crew.limit.copy() for crew in network.crews}
    shares = [placed_shares(network, racks) for racks in network.acceptances]
    order = sorted(range(len(network.acceptances)), key=lambda i: (network.acceptances[i].need_day, i))
    so_far = np.floor(np.cumsum(accepted, axis=1) + NEARLY)
    whole = np.zeros(accepted.shape)
    for bucket in range(accepted.shape[1]):
        for i in order:
            racks = network.acceptances[i]
            wanted = so_far[i, bucket] - whole[i].sum()
            if wanted > 0 and assembly.model.col_upper[assembly.columns.of("accept", i)[bucket]] > 0:
                use = np.zeros(network.grid.num) if racks.is_placed else shares[i][bucket]
                given = min(wanted, _room(crews[racks.site], use))
                whole[i, bucket] = given
                crews[racks.site] = crews[racks.site] - given * use
    return whole


def _room(crew: FloatArray, use: FloatArray) -> float:
    """Whole racks that a crew can still place, when one takes `use` of it in each bucket."""
    busy = use > 0
    return float(np.floor((crew[busy] / use[busy]).min() + NEARLY)) if busy.any() else np.inf
