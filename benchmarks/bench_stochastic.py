"""How long does a program under chance take by planes, and a small one as one model?

A cargo network of our own making: vehicles on routes are chosen now, goods flow over them once demand is known. The
published instance stormG2_27, also with a thousand scenarios drawn around its own, is timed where
RACKWRIGHT_VALIDATION names the folder with published data.
"""

from __future__ import annotations

import os
import resource
import time
from pathlib import Path

import numpy as np

from rackwright.solve import LinearModel
from rackwright.solve.lshaped import DecompositionLimits
from rackwright.solve.staged import ChangeKind, Changes, ScenarioTree, StagedModel
from rackwright.solve.stochastic import StochasticLimits, num_nonzeros, solve_stochastic

NUM_ROUTES, NUM_GOODS, NUM_RANDOM, PATHS = 120, 400, 118, 2
NUM_SCENARIOS = 1_000
NUM_CARGO_SCENARIOS = 200
TARGET_S, TARGET_GB = 60.0, 2.0
STORM_TARGET_S = 0.6
STORM_OPTIMUM = 15_508_982.306


def cargo(seed: int = 1) -> StagedModel:
    """First stage: vehicles on each route under a few budgets; second: goods on paths of two routes, or left behind."""
    random = np.random.default_rng(seed)
    num_flows = NUM_GOODS * PATHS
    num_budgets = 60
    first_route = random.integers(0, NUM_ROUTES, num_flows)
    second_route = (first_route + 1 + random.integers(0, NUM_ROUTES - 1, num_flows)) % NUM_ROUTES
    good = np.repeat(np.arange(NUM_GOODS), PATHS)
    flow = NUM_ROUTES + np.arange(num_flows)
    left = NUM_ROUTES + num_flows + np.arange(NUM_GOODS)
    want, room = num_budgets + np.arange(NUM_GOODS), num_budgets + NUM_GOODS + np.arange(NUM_ROUTES)
    budget_rows = np.repeat(np.arange(num_budgets), 6)
    budget_cols = np.concatenate([random.choice(NUM_ROUTES, 6, replace=False) for _ in range(num_budgets)])
    rows = [budget_rows, want[good], want, room[first_route], room[second_route], room]
    cols = [budget_cols, flow, left, flow, flow, np.arange(NUM_ROUTES)]
    values = [np.ones(6 * num_budgets), np.ones(num_flows), np.ones(NUM_GOODS), np.ones(num_flows), np.ones(num_flows)]
    demand = np.round(random.uniform(5, 50, NUM_GOODS), 1)
    num_rows, num_cols = num_budgets + NUM_GOODS + NUM_ROUTES, NUM_ROUTES + num_flows + NUM_GOODS
    upper = np.concatenate([np.full(num_budgets, 40.0), demand, np.zeros(NUM_ROUTES)])
    lower = np.concatenate([np.full(num_budgets, -np.inf), demand, np.full(NUM_ROUTES, -np.inf)])
    costs = [random.uniform(80, 160, NUM_ROUTES), random.uniform(1, 5, num_flows), random.uniform(20, 60, NUM_GOODS)]
    model = LinearModel(
        cost=np.concatenate(costs),
        col_lower=np.zeros(num_cols),
        col_upper=np.full(num_cols, np.inf),
        row_lower=lower,
        row_upper=upper,
        rows=np.concatenate(rows),
        cols=np.concatenate(cols),
        values=np.concatenate([*values, np.full(NUM_ROUTES, -10.0)]),
    )
    row_stage = (np.arange(num_rows) >= num_budgets).astype(np.int64)
    col_stage = (np.arange(num_cols) >= NUM_ROUTES).astype(np.int64)
    return StagedModel(model, upper.copy(), row_stage, col_stage)


def demands(core: StagedModel, num_scenarios: int, seed: int = 2) -> ScenarioTree:
    """Equally likely scenarios in which some rows with an equation have 0.5 to 1.5 times their right-hand side."""
    random = np.random.default_rng(seed)
    is_equation = (core.model.row_lower == core.model.row_upper) & (core.row_stage == 1) & (core.rhs != 0.0)
    rows = np.nonzero(is_equation)[0][:NUM_RANDOM]
    values = core.rhs[rows] * random.uniform(0.5, 1.5, (num_scenarios, len(rows)))
    owner = np.repeat(np.arange(1, num_scenarios + 1), len(rows))
    kind = np.full(values.size, int(ChangeKind.RHS))
    changes = Changes(owner, kind, np.tile(rows, num_scenarios), values.ravel())
    parent = np.concatenate([[-1], np.zeros(num_scenarios, dtype=np.int64)])
    share = np.concatenate([[1.0], np.full(num_scenarios, 1.0 / num_scenarios)])
    return ScenarioTree(parent, np.minimum(np.arange(num_scenarios + 1), 1), share, changes)


def main() -> None:
    """Time a network of our own by planes, and the published instance as one model and redrawn a thousand times."""
    core = cargo()
    check_both_ways(core)
    tree = demands(core, NUM_CARGO_SCENARIOS)
    time_planes("cargo network", core, tree)
    folder = Path(os.environ.get("RACKWRIGHT_VALIDATION", "")) / "stochastic" / "stormG2_27"
    if not os.environ.get("RACKWRIGHT_VALIDATION") or not folder.is_dir():
        print("stochastic: stormG2_27 left out: RACKWRIGHT_VALIDATION names no folder with it")
        return
    time_storm(folder)


def check_both_ways(core: StagedModel) -> None:
    """Ten scenarios as one model and by planes."""
    tree = demands(core, 10)
    one = solve_stochastic(core, tree)
    planes = solve_stochastic(core, tree, limits=StochasticLimits(extensive_nonzeros=0))
    assert abs(one.objective - planes.objective) <= 1e-6 * abs(one.objective)


def time_planes(name: str, core: StagedModel, tree: ScenarioTree) -> None:
    """CPU time and memory of all scenarios by planes, to a gap of 1e-6."""
    limits = StochasticLimits(decomposition=DecompositionLimits(gap_share=1e-6), extensive_nonzeros=0)
    started = time.process_time()
    found = solve_stochastic(core, tree, limits=limits)
    seconds = time.process_time() - started
    memory_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    assert found.status == "optimal"
    assert found.gap <= 1e-6
    print(
        f"stochastic: {name}, {len(tree.leaves):,} scenarios, {num_nonzeros(core, tree):,} entries, by planes: "
        f"{seconds:6.2f} CPU-s, {memory_gb:.2f} GB (to reach: {TARGET_S:.0f} s, {TARGET_GB:.0f} GB)"
    )


def time_storm(folder: Path) -> None:
    """The published instance as one model, then with a thousand demands drawn around its own."""
    from rackwright.solve.smps import read_smps
    from rackwright.solve.tree import full_tree

    program = read_smps(folder)
    tree = full_tree(program)
    started = time.process_time()
    found = solve_stochastic(program.core, tree)
    seconds = time.process_time() - started
    assert abs(found.objective - STORM_OPTIMUM) <= 1e-6 * STORM_OPTIMUM
    print(f"stochastic: stormG2_27 as one model: {seconds:6.2f} CPU-s (to reach: {STORM_TARGET_S} s)")
    time_planes("stormG2", program.core, redrawn(tree, NUM_SCENARIOS))


def redrawn(tree: ScenarioTree, num_scenarios: int, seed: int = 7) -> ScenarioTree:
    """Scenarios drawn evenly between the least and the greatest value of each number a tree changes."""
    random = np.random.default_rng(seed)
    index = np.unique(tree.changes.index)
    by_index = [tree.changes.value[tree.changes.index == each] for each in index]
    low, high = np.array([v.min() for v in by_index]), np.array([v.max() for v in by_index])
    values = random.uniform(low, high, (num_scenarios, len(index)))
    owner = np.repeat(np.arange(1, num_scenarios + 1), len(index))
    changes = Changes(owner, np.full(values.size, int(ChangeKind.RHS)), np.tile(index, num_scenarios), values.ravel())
    parent = np.concatenate([[-1], np.zeros(num_scenarios, dtype=np.int64)])
    share = np.concatenate([[1.0], np.full(num_scenarios, 1.0 / num_scenarios)])
    return ScenarioTree(parent, np.minimum(np.arange(num_scenarios + 1), 1), share, changes)


if __name__ == "__main__":
    main()
