"""What is best to decide now while nobody knows what comes, what would knowing be worth, and what does the mean hide?

All scenarios go into one model up to about a million entries of its matrix; a larger two-stage program with a linear
second stage is solved by planes. Costs are minimised; a stopped whole-number solve gives a bound pair, and both ends
are carried into what is computed from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from rackwright.solve.extensive import ExtensiveForm, TailRisk, extensive_form
from rackwright.solve.linear import FloatArray, IntArray, Limits, LinearSolution, Status, solve_linear
from rackwright.solve.lshaped import Decomposed, DecompositionLimits, solve_lshaped
from rackwright.solve.staged import ChangeKind, Changes, ScenarioTree, StagedModel, hold_first_stage
from rackwright.solve.warm import HotModel

__all__ = [
    "EXTENSIVE_NONZEROS",
    "Interval",
    "StochasticLimits",
    "StochasticSolution",
    "Worth",
    "mean_of_worst",
    "mean_tree",
    "num_nonzeros",
    "solve_stochastic",
    "weigh_information",
]

EXTENSIVE_NONZEROS: Final = 1_000_000
"""Entries of the matrix up to which all scenarios are solved as one model."""


@dataclass(frozen=True, slots=True)
class StochasticLimits:
    """Counts at which solves stop.

    Parameters
    ----------
    linear
        For one model of all scenarios.
    decomposition
        For planes.
    extensive_nonzeros
        Entries up to which all scenarios are solved as one model.
    """

    linear: Limits = field(default_factory=Limits)
    decomposition: DecompositionLimits = field(default_factory=DecompositionLimits)
    extensive_nonzeros: int = EXTENSIVE_NONZEROS


@dataclass(frozen=True)
class StochasticSolution:
    """The best plan under chance.

    Parameters
    ----------
    status
        As of a linear model.
    objective, bound, gap
        What was minimised (expected cost, or its mix with the CVaR), and how far it is proved.
    first_stage
        Columns of stage 0, in the order of the core model.
    scenario_costs
        Whole cost of each scenario under the plan, one per leaf.
    method
        "extensive" or "l-shaped".
    """

    status: Status
    objective: float
    bound: float
    gap: float
    first_stage: FloatArray
    scenario_costs: FloatArray
    method: Literal["extensive", "l-shaped"]


@dataclass(frozen=True, slots=True)
class Interval:
    """A number known to lie between two ends; they agree where every solve was proved."""

    low: float
    high: float


@dataclass(frozen=True)
class Worth:
    """What knowing and what minding chance are worth, in the unit of the costs.

    Parameters
    ----------
    plan
        The best plan under chance.
    wait_and_see
        Expected cost if the scenario were known before deciding.
    mean_value_plan
        Expected cost of deciding for mean values; infinite where that plan fails in a scenario.
    information
        EVPI: cost of the plan less `wait_and_see`; no study or forecast is worth more.
    chance
        VSS: `mean_value_plan` less cost of the plan; what a plan for mean values loses.
    """

    plan: StochasticSolution
    wait_and_see: Interval
    mean_value_plan: Interval
    information: Interval
    chance: Interval


def num_nonzeros(core: StagedModel, tree: ScenarioTree) -> int:
    """Entries of the matrix of all scenarios as one model, without making it."""
    per_stage = np.bincount(core.row_stage[core.model.rows], minlength=core.num_stages)
    return int(per_stage[tree.stage].sum())


def solve_stochastic(
    core: StagedModel,
    tree: ScenarioTree,
    *,
    risk: TailRisk | None = None,
    limits: StochasticLimits | None = None,
) -> StochasticSolution:
    """Find the best plan under chance.

    Parameters
    ----------
    core, tree
        The model and what may happen.
    risk
        Minds the worst cases too; such a model is always solved as one.
    limits
        Counts to stop at, and the size from which planes are used.
    """
    used = limits or StochasticLimits()
    is_small = num_nonzeros(core, tree) <= used.extensive_nonzeros
    if is_small or risk is not None or not _can_decompose(core):
        form = extensive_form(core, tree, risk)
        return _of_form(core, tree, form, solve_linear(form.model, limits=used.linear))
    return _of_planes(solve_lshaped(core, tree, used.decomposition))


def _can_decompose(core: StagedModel) -> bool:
    whole = core.model.is_integer
    return core.num_stages == 2 and (whole is None or not whole[core.col_stage == 1].any())


def _of_form(core: StagedModel, tree: ScenarioTree, form: ExtensiveForm, found: LinearSolution) -> StochasticSolution:
    return StochasticSolution(
        status=found.status,
        objective=found.objective + form.offset,
        bound=found.bound + form.offset,
        gap=found.gap,
        first_stage=found.x[: int((core.col_stage == 0).sum())],
        scenario_costs=form.scenario_costs(tree, found.x),
        method="extensive",
    )


def _of_planes(found: Decomposed) -> StochasticSolution:
    return StochasticSolution(
        status=found.status,
        objective=found.objective,
        bound=found.bound,
        gap=found.gap,
        first_stage=found.x,
        scenario_costs=found.scenario_costs + found.first_stage_cost,
        method="l-shaped",
    )


def weigh_information(core: StagedModel, tree: ScenarioTree, *, limits: StochasticLimits | None = None) -> Worth:
    """Compute EVPI and VSS; one more solve per scenario, each from the basis of the mean-value model.

    Probabilities are scaled to add up to 1, so that the three costs can be compared.

    Raises
    ------
    ValueError
        The program has no optimum, so that nothing can be compared.
    """
    used, even = limits or StochasticLimits(), tree.scaled()
    plan = solve_stochastic(core, even, limits=used)
    if plan.status in {"infeasible", "unbounded"}:
        raise ValueError(f"the program under chance is {plan.status}: nothing can be compared")
    mean, known = _solve_each(core, even, used.linear)
    held = hold_first_stage(core, mean.x[: int((core.col_stage == 0).sum())])
    fixed = solve_stochastic(held, even, limits=used)
    cost, mean_cost = Interval(plan.bound, plan.objective), Interval(fixed.bound, fixed.objective)
    if fixed.status == "infeasible":
        mean_cost = Interval(np.inf, np.inf)
    return Worth(plan, known, mean_cost, _less(cost, known), _less(mean_cost, cost))


def _less(high: Interval, low: Interval) -> Interval:
    """Difference of two numbers of which the first is never the smaller."""
    return Interval(max(0.0, high.low - low.high), max(0.0, high.high - low.low))


def _solve_each(core: StagedModel, tree: ScenarioTree, limits: Limits) -> tuple[LinearSolution, Interval]:
    """Plan of the mean values, and expected cost of the best plans of the scenarios."""
    base = extensive_form(core, mean_tree(core, tree)).model
    hot = HotModel(base, limits) if base.is_integer is None else None
    mean = hot.solve() if hot is not None else solve_linear(base, limits=limits)
    shares, low, high = tree.share[tree.leaves], core.offset, core.offset
    for leaf, share in zip(tree.leaves.tolist(), shares.tolist(), strict=True):
        model = extensive_form(core, tree.path(leaf)).model
        found = hot.solve_variant(model) if hot is not None else solve_linear(model, limits=limits)
        low, high = low + share * found.bound, high + share * found.objective
    return mean, Interval(low, high)


def mean_tree(core: StagedModel, tree: ScenarioTree) -> ScenarioTree:
    """The one path on which every number that may change has its mean."""
    changes = tree.changes
    key = changes.kind * (1 + int(changes.index.max(initial=0))) + changes.index
    found, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    share = tree.share[changes.owner]
    told = np.bincount(inverse, weights=share, minlength=len(found))
    mean: FloatArray = np.bincount(inverse, weights=share * changes.value, minlength=len(found)).astype(np.float64)
    kind, index = changes.kind[first], changes.index[first]
    untold = np.where(told < 1.0 - 1e-9, 1.0 - told, 0.0)
    rest = _core_values(core, kind, index)
    mean += np.where(untold > 0.0, untold * np.where(untold > 0.0, rest, 0.0), 0.0)
    owner = tree.stage[changes.owner[first]]
    order = np.argsort(owner, kind="stable")
    depth = np.arange(core.num_stages, dtype=np.int64)
    path = Changes(owner[order], kind[order], index[order], mean[order])
    return ScenarioTree(depth - 1, depth, np.ones(core.num_stages), path)


def _core_values(core: StagedModel, kind: IntArray, index: IntArray) -> FloatArray:
    by_kind = {
        ChangeKind.COST: core.model.cost,
        ChangeKind.RHS: core.rhs,
        ChangeKind.ENTRY: core.model.values,
        ChangeKind.LOWER: core.model.col_lower,
        ChangeKind.UPPER: core.model.col_upper,
    }
    values = np.zeros(len(kind))
    for each, base in by_kind.items():
        values[kind == each] = base[index[kind == each]]
    return values


def mean_of_worst(costs: FloatArray, shares: FloatArray, level: float) -> float:
    """CVaR: mean cost of the worst 1 - level of all cases, the last one counted in part.

    Examples
    --------
    >>> mean_of_worst(np.array([1.0, 2.0, 9.0]), np.array([0.5, 0.3, 0.2]), 0.6)
    5.5
    """
    order = np.argsort(-costs, kind="stable")
    weight = shares[order] / shares.sum()
    before = np.concatenate([[0.0], np.cumsum(weight)[:-1]])
    counted = np.clip((1.0 - level) - before, 0.0, weight)
    return float(counted @ costs[order] / counted.sum())
