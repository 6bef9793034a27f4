"""What is best now if the next decisions come when the branch is known, and luck only after them? A tree as one model.

Three stages: rungs taken now (whole numbers), rungs taken when it is known which branch came true (one set of columns a
branch, shared by all its draws, so that none of them foresees its luck), and the supply model of each draw. The plain
program of `decide` takes the later rungs draw by draw; the difference is what foresight within a branch is worth there.
The model grows with branches times draws: it is for small trees, and for a handful of draws a branch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rackwright.scenarios.evaluation import Sample, recourse_of
from rackwright.scenarios.ladder import LadderOption
from rackwright.scenarios.recourse import RecourseModel
from rackwright.scenarios.search import option_groups
from rackwright.solve.linear import Limits, LinearModel, solve_linear

__all__ = ["BranchTake", "Staged", "three_stage_model", "three_stage_plan"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
GAP_SHARE = 1e-6
USED = 0.005
"""Share of a rung from which a branch is said to take it; rungs that cost nothing are not told."""


@dataclass(frozen=True)
class BranchTake:
    """A rung that a branch takes when it is known: branch, the rung's largest option, share of it."""

    branch: str
    option: LadderOption
    share: float


@dataclass(frozen=True)
class Staged:
    """Plan of the first stage, its cost on the tree and the proved bound [USD], and what each branch takes later."""

    plan: FloatArray
    cost_usd: float
    bound_usd: float
    takes: tuple[BranchTake, ...]
    num_draws: int


def three_stage_plan(samples: Sequence[Sample], options: Sequence[LadderOption]) -> Staged:
    """Solve the tree of some samples, whose weights add up to 1.

    Parameters
    ----------
    samples
        Draws of the branches; those of one branch share its later decisions.
    options
        The ladder.
    """
    built = [recourse_of(sample) for sample in samples]
    names = list(dict.fromkeys(sample.draw.branch for sample in samples))
    node = np.array([names.index(sample.draw.branch) for sample in samples], dtype=np.int64)
    shares = np.array([sample.draw.share for sample in samples])
    model = three_stage_model(built, node, shares, options)
    found = solve_linear(model, limits=Limits(mip_gap_share=GAP_SHARE))
    num, width = len(options), len(built[0].later)
    unit = built[0].money_unit_usd
    later = found.x[num : num + len(names) * width].reshape(len(names), width)
    takes = tuple(
        BranchTake(name, options[built[0].later[place][1]], float(later[row, place]))
        for row, name in enumerate(names)
        for place in range(width)
        if later[row, place] > USED and options[built[0].later[place][1]].sunk_usd > 0.0
    )
    return Staged(np.round(found.x[:num]), found.objective * unit, found.bound * unit, takes, len(samples))


def three_stage_model(
    built: Sequence[RecourseModel], node: IntArray, shares: FloatArray, options: Sequence[LadderOption]
) -> LinearModel:
    """The whole tree as one model: options, later rungs by node, then each draw's own columns.

    Parameters
    ----------
    built
        Model of each draw, all with the same rungs.
    node
        Branch of each draw, from 0.
    shares
        Weight of each draw.
    options
        The ladder.
    """
    num, width = len(options), len(built[0].later)
    shared = num + (int(node.max()) + 1) * width
    unit = built[0].money_unit_usd
    groups = option_groups(options)
    sunk = [max(option.sunk_usd, 1.0) / unit for option in options]
    parts = [_shared_part(groups)]
    lower, upper = [np.zeros(shared)], [np.ones(shared)]
    first_col, first_row = shared, len(groups)
    cost = np.concatenate([sunk, np.zeros(shared - num)])
    for one, at, share in zip(built, node.tolist(), shares.tolist(), strict=True):
        model, weight = one.model, share * one.money_unit_usd / unit
        place, own = _places(one, num + at * width, first_col)
        cost = np.concatenate([cost, weight * model.cost[own]])
        later = np.array([column for column, _ in one.later], dtype=np.int64)
        cost[num + at * width : num + (at + 1) * width] += weight * model.cost[later]
        parts.append(_Part(model.rows + first_row, place[model.cols], model.values, model.row_lower, model.row_upper))
        lower.append(model.col_lower[own])
        upper.append(model.col_upper[own])
        first_col, first_row = first_col + len(own), first_row + model.num_rows
    return LinearModel(
        cost=cost,
        col_lower=np.concatenate(lower),
        col_upper=np.concatenate(upper),
        row_lower=np.concatenate([part.row_lower for part in parts]),
        row_upper=np.concatenate([part.row_upper for part in parts]),
        rows=np.concatenate([part.rows for part in parts]).astype(np.int64),
        cols=np.concatenate([part.cols for part in parts]).astype(np.int64),
        values=np.concatenate([part.values for part in parts]),
        is_integer=np.arange(len(cost)) < num,
    )


@dataclass(frozen=True)
class _Part:
    """Entries and sides of some rows of the whole model."""

    rows: IntArray
    cols: IntArray
    values: FloatArray
    row_lower: FloatArray
    row_upper: FloatArray


def _shared_part(groups: Sequence[Sequence[int]]) -> _Part:
    """One row a group: its options exclude each other."""
    rows = np.concatenate([np.full(len(group), row) for row, group in enumerate(groups)] or [np.zeros(0)])
    cols = np.concatenate([np.array(group) for group in groups] or [np.zeros(0)])
    sides = np.full(len(groups), -np.inf), np.ones(len(groups))
    return _Part(rows.astype(np.int64), cols.astype(np.int64), np.ones(len(rows)), *sides)


def _places(one: RecourseModel, first_later: int, first_own: int) -> tuple[IntArray, IntArray]:
    """Column of the whole model for each of a draw's, and the draw's columns that nobody shares."""
    model = one.model
    place = np.full(model.num_cols, -1, dtype=np.int64)
    place[: one.num_options] = np.arange(one.num_options)
    for number, (column, _) in enumerate(one.later):
        place[column] = first_later + number
    own = np.nonzero(place < 0)[0]
    place[own] = first_own + np.arange(len(own))
    return place, own
