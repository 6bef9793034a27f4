"""What is the program under chance as one staged model that other solvers read? Options first, then sampled scenarios.

Branches change the shape of the supply model, but a staged model has one core. So the core holds the recourse model of
every branch, coarse and folded, side by side behind the shared options, at no cost: a scenario prices the model of its
own branch and overwrites what its luck changes there. The others cost nothing and always have a plan: racks may be
short.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rackwright.catalog import Catalog
from rackwright.plan import Plan
from rackwright.scenarios.branches import BASE, branches_of
from rackwright.scenarios.chance import Draw, plan_draws
from rackwright.scenarios.evaluation import Sample, recourse_of
from rackwright.scenarios.ladder import LadderOption
from rackwright.scenarios.recourse import coarse_grid
from rackwright.scenarios.search import option_groups
from rackwright.scenarios.worlds import branch_worlds, ladder_of
from rackwright.solve.linear import LinearModel
from rackwright.solve.staged import ChangeKind, Changes, ScenarioTree, StagedModel, StochasticProgram

__all__ = ["staged_program"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
NUM_MONTHLY = 6


@dataclass(frozen=True)
class _Block:
    """A branch: its central model, the models of its draws (costs in one unit for all), and the weight of each draw."""

    central: LinearModel
    drawn: tuple[LinearModel, ...]
    shares: tuple[float, ...]
    names: tuple[str, ...]


def staged_program(plan: Plan, catalog: Catalog, *, num_scenarios: int = 10, seed: int = 1) -> StochasticProgram:
    """The two-stage program of a plan's branches with so many sampled scenarios, each branch at least once.

    Branches without a chance, and those whose changes contradict the program, are left out.
    """
    program = plan.program
    likely = [branch for branch in branches_of(program) if branch.share > 0.0 or branch.id == BASE]
    worlds, _ = branch_worlds(
        program, catalog, likely, cache_folder=None, grid_counts=(0, NUM_MONTHLY), seed=seed, workers=0
    )
    total = sum(branch.share for branch in likely if branch.id in worlds)
    kept = [replace(branch, share=branch.share / total) for branch in likely if branch.id in worlds]
    request = worlds[BASE].world.request
    grid = coarse_grid(request, num_monthly=NUM_MONTHLY)
    options = ladder_of(worlds, grid)
    scarce = frozenset().union(*(world.scarce for world in worlds.values())) | {option.group for option in options}
    correlation = program.policy.supply_correlation_share
    draws, blocks, unit = plan_draws(kept, num_scenarios, seed), [], 0.0
    for branch in kept:
        own = [draw for draw in draws if draw.branch == branch.id]
        central = Draw(0, branch.id, 1.0, seed, is_central=True)
        world = worlds[branch.id].world
        built = [recourse_of(Sample(world, draw, options, grid, scarce, correlation)) for draw in (central, *own)]
        unit = unit or built[0].money_unit_usd
        models = [replace(one.model, cost=one.model.cost * (one.money_unit_usd / unit)) for one in built]
        names = tuple(f"{branch.id}-{number}" for number in range(1, len(own) + 1))
        blocks.append(_Block(models[0], tuple(models[1:]), tuple(draw.share for draw in own), names))
    return _staged(program.name, blocks, options, unit)


def _staged(name: str, blocks: Sequence[_Block], options: Sequence[LadderOption], unit_usd: float) -> StochasticProgram:
    """Core and tree: a row per group of options, then the models of the branches side by side."""
    num, groups = len(options), option_groups(options)
    first_rows = np.concatenate([np.full(len(group), row) for row, group in enumerate(groups)] or [np.zeros(0)])
    first_cols = np.concatenate([np.array(group) for group in groups] or [np.zeros(0)])
    rows, cols, values = [first_rows], [first_cols], [np.ones(len(first_rows))]
    row_sides = [(np.full(len(groups), -np.inf), np.ones(len(groups)))]
    col_sides = [(np.zeros(num), np.ones(num))]
    shift = (len(first_rows), len(groups), 0)
    shifts, entries = [], []
    for block in blocks:
        central = block.central
        places, found = _entries([central, *block.drawn])
        shifts.append(shift)
        entries.append(found)
        col = places % central.num_cols
        rows.append(places // central.num_cols + shift[1])
        cols.append(np.where(col < num, col, col + shift[2]))
        values.append(found[0])
        row_sides.append((central.row_lower, central.row_upper))
        col_sides.append((central.col_lower[num:], central.col_upper[num:]))
        shift = (shift[0] + len(places), shift[1] + central.num_rows, shift[2] + central.num_cols - num)
    width = num + shift[2]
    sunk = [option.sunk_usd / unit_usd for option in options]
    model = LinearModel(
        cost=np.concatenate([sunk, np.zeros(width - num)]),
        col_lower=np.concatenate([lower for lower, _ in col_sides]),
        col_upper=np.concatenate([upper for _, upper in col_sides]),
        row_lower=np.concatenate([lower for lower, _ in row_sides]),
        row_upper=np.concatenate([upper for _, upper in row_sides]),
        rows=np.concatenate(rows).astype(np.int64),
        cols=np.concatenate(cols).astype(np.int64),
        values=np.concatenate(values),
        is_integer=np.arange(width) < num,
    )
    sides = _sides(model)
    core = StagedModel(
        model,
        rhs=np.where(np.isfinite(sides), sides, 0.0),
        row_stage=(np.arange(model.num_rows) >= len(groups)).astype(np.int64),
        col_stage=(np.arange(width) >= num).astype(np.int64),
    )
    changes: list[tuple[int, int, int, float]] = []
    leaf = 0
    for block, at, found in zip(blocks, shifts, entries, strict=True):
        for place, other in enumerate(block.drawn, 1):
            leaf += 1
            changes += _changes(leaf, (block.central, other), (found[0], found[place]), (*at, num))
    tree = ScenarioTree(
        parent=np.array([-1, *[0] * leaf]),
        stage=np.array([0, *[1] * leaf]),
        share=np.array([1.0, *(share for block in blocks for share in block.shares)]),
        changes=Changes.of(changes),
        names=tuple(name for block in blocks for name in block.names),
    )
    return StochasticProgram(name, core, ("NOW", "THEN"), tree=tree)


def _sides(model: LinearModel) -> FloatArray:
    """The side of each row that holds it."""
    return np.where(np.isfinite(model.row_upper), model.row_upper, model.row_lower)


def _entries(models: Sequence[LinearModel]) -> tuple[IntArray, FloatArray]:
    """Places with an entry in any model, and the value there in each of them.

    Raises
    ------
    ValueError
        The models have different shapes.
    """
    shapes = {(model.num_rows, model.num_cols) for model in models}
    if len(shapes) > 1:
        raise ValueError("scenarios of different shapes cannot share one core")
    compact = []
    for model in models:
        start, index, value = model.compressed()
        cols = np.repeat(np.arange(model.num_cols, dtype=np.int64), np.diff(start))
        compact.append((index.astype(np.int64) * model.num_cols + cols, value))
    places = np.unique(np.concatenate([keys for keys, _ in compact]))
    values = np.zeros((len(models), len(places)))
    for number, (keys, value) in enumerate(compact):
        values[number, np.searchsorted(places, keys)] = value
    return places, values


def _changes(
    leaf: int,
    models: tuple[LinearModel, LinearModel],
    values: tuple[FloatArray, FloatArray],
    at: tuple[int, int, int, int],
) -> list[tuple[int, int, int, float]]:
    """What a scenario overwrites in the core: every cost of its branch, and what differs from the central model."""
    central, other = models
    first_entry, first_row, shift, num = at
    entries = np.nonzero(values[0] != values[1])[0].tolist()
    found = [(leaf, int(ChangeKind.ENTRY), entry + first_entry, float(values[1][entry])) for entry in entries]
    sides = _sides(other)
    moved = np.nonzero(np.isfinite(sides) & (sides != _sides(central)))[0].tolist()
    found += [(leaf, int(ChangeKind.RHS), row + first_row, float(sides[row])) for row in moved]
    for kind, mine, base in (
        (ChangeKind.COST, other.cost, np.zeros(central.num_cols)),
        (ChangeKind.LOWER, other.col_lower, central.col_lower),
        (ChangeKind.UPPER, other.col_upper, central.col_upper),
    ):
        cols = (np.nonzero(mine[num:] != base[num:])[0] + num).tolist()
        found += [(leaf, int(kind), col + shift, float(mine[col])) for col in cols]
    return found
