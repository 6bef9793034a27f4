"""What is the program under chance as one staged model that other solvers read? Options first, then sampled scenarios.

Only draws of the base branch can share one core, because branches change the shape of the supply model; they are
equally likely. Rows and columns are those of the recourse model, coarse and folded, behind a row per group of options.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rackwright.catalog import Catalog
from rackwright.plan import Plan
from rackwright.scenarios.branches import BASE
from rackwright.scenarios.chance import Draw
from rackwright.scenarios.coarse import scarce_offers
from rackwright.scenarios.evaluation import Sample, World, recourse_of
from rackwright.scenarios.gates import sample_gates
from rackwright.scenarios.ladder import LadderOption, ladder_options
from rackwright.scenarios.recourse import coarse_grid
from rackwright.scenarios.search import option_groups
from rackwright.schedule import schedule_request
from rackwright.solve.linear import LinearModel
from rackwright.solve.staged import ChangeKind, Changes, ScenarioTree, StagedModel, StochasticProgram
from rackwright.supply import supply_request
from rackwright.supply.scope import scope_network

__all__ = ["staged_program"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
KNOWN_DAYS = 90.0


def staged_program(plan: Plan, catalog: Catalog, *, num_scenarios: int = 10, seed: int = 1) -> StochasticProgram:
    """The two-stage program of a plan's base branch with so many sampled scenarios."""
    program = plan.program
    request = supply_request(
        program,
        catalog,
        sizing=plan.sizing,
        siting=plan.siting,
        bom=plan.bom,
        schedule=plan.schedule,
        with_reasons=False,
    )
    grid = coarse_grid(request)
    network = scope_network(request, grid).network
    reached = {(buy.item, buy.supplier) for buy in network.buys}
    options = tuple(option for option in ladder_options(request) if option.group in reached)
    scarce = scarce_offers(request, grid) | {option.group for option in options}
    world = World(request, sample_gates(schedule_request(program), seed=seed), KNOWN_DAYS)
    draws = [Draw(0, BASE, 1.0, seed, is_central=True)]
    draws += [Draw(number, BASE, 1.0 / num_scenarios, seed) for number in range(1, num_scenarios + 1)]
    correlation = program.policy.supply_correlation_share
    models = [recourse_of(Sample(world, draw, options, grid, scarce, correlation)) for draw in draws]
    unit = models[0].money_unit_usd
    return _staged(program.name, [found.model for found in models], options, unit)


def _staged(
    name: str, models: Sequence[LinearModel], options: Sequence[LadderOption], unit_usd: float
) -> StochasticProgram:
    """Core and tree from models of one shape, the first one central."""
    places, values = _entries(models)
    central, num, groups = models[0], len(options), option_groups(options)
    shift = len(groups)
    first_rows = np.concatenate([np.full(len(group), row) for row, group in enumerate(groups)] or [np.zeros(0)])
    first_cols = np.concatenate([np.array(group) for group in groups] or [np.zeros(0)])
    cost = central.cost.copy()
    cost[:num] = [option.sunk_usd / unit_usd for option in options]
    model = LinearModel(
        cost=cost,
        col_lower=central.col_lower,
        col_upper=central.col_upper,
        row_lower=np.concatenate([np.full(shift, -np.inf), central.row_lower]),
        row_upper=np.concatenate([np.ones(shift), central.row_upper]),
        rows=np.concatenate([first_rows, places // central.num_cols + shift]).astype(np.int64),
        cols=np.concatenate([first_cols, places % central.num_cols]).astype(np.int64),
        values=np.concatenate([np.ones(len(first_rows)), values[0]]),
        is_integer=np.arange(central.num_cols) < num,
    )
    sides = np.where(np.isfinite(model.row_upper), model.row_upper, model.row_lower)
    core = StagedModel(
        model,
        rhs=np.where(np.isfinite(sides), sides, 0.0),
        row_stage=(np.arange(model.num_rows) >= shift).astype(np.int64),
        col_stage=(np.arange(model.num_cols) >= num).astype(np.int64),
    )
    rows: list[tuple[int, int, int, float]] = []
    for leaf, other in enumerate(models[1:], 1):
        rows += _changes(leaf, core, other, (values[leaf], len(first_rows), shift, num))
    count = len(models) - 1
    tree = ScenarioTree(
        parent=np.array([-1, *[0] * count]),
        stage=np.array([0, *[1] * count]),
        share=np.array([1.0, *[1.0 / count] * count]),
        changes=Changes.of(rows),
        names=tuple(f"S{number}" for number in range(1, count + 1)),
    )
    return StochasticProgram(name, core, ("NOW", "THEN"), tree=tree)


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
    leaf: int, core: StagedModel, other: LinearModel, parts: tuple[FloatArray, int, int, int]
) -> list[tuple[int, int, int, float]]:
    """What a scenario overwrites in the core."""
    values, first, shift, num = parts
    model = core.model
    entries = np.nonzero(values != model.values[first:])[0].tolist()
    found = [(leaf, int(ChangeKind.ENTRY), entry + first, float(values[entry])) for entry in entries]
    sides = np.where(np.isfinite(other.row_upper), other.row_upper, other.row_lower)
    moved = np.nonzero(np.isfinite(sides) & (sides != core.rhs[shift:]))[0].tolist()
    found += [(leaf, int(ChangeKind.RHS), row + shift, float(sides[row])) for row in moved]
    for kind, mine, base in (
        (ChangeKind.COST, other.cost, model.cost),
        (ChangeKind.LOWER, other.col_lower, model.col_lower),
        (ChangeKind.UPPER, other.col_upper, model.col_upper),
    ):
        cols = (np.nonzero(mine[num:] != base[num:])[0] + num).tolist()
        found += [(leaf, int(kind), col, float(mine[col])) for col in cols]
    return found
