"""Which first stage is best where all scenarios together are too large for one model? The multi-cut L-shaped method.

A master model keeps the first stage and planes below the cost of the second (Van Slyke and Wets 1969; several planes a
round, Birge and Louveaux 1988). Steps stay in a box around the best point, which widens and shrinks with how well the
planes foretold (Linderoth and Wright 2003). Scenarios are answered in the order of the tree, so the bytes are the same
on every run. The lower bound is that of the master without the box.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from rackwright.solve.extensive import extensive_form
from rackwright.solve.linear import (
    FloatArray,
    IntArray,
    Limits,
    LinearModel,
    Status,
    open_solver,
    run_solver,
    solve_linear,
)
from rackwright.solve.recourse import Plane, Recourse
from rackwright.solve.staged import ChangeKind, Changes, ScenarioTree, StagedModel

__all__ = ["Decomposed", "DecompositionLimits", "solve_lshaped"]

SERIOUS_SHARE: Final = 0.1
GOOD_SHARE: Final = 0.5
START_NONZEROS: Final = 20_000
"""Entries of the small extensive form whose plan is the first point."""


@dataclass(frozen=True, slots=True)
class DecompositionLimits:
    """When to stop, and how fine the planes are.

    Parameters
    ----------
    gap_share
        Relative gap at which the plan is good enough.
    rounds
        Most rounds over all scenarios.
    groups
        Scenarios share their planes in this many groups; None: one each up to a hundred, and a hundred beyond.
    """

    gap_share: float = 1e-7
    rounds: int = 500
    groups: int | None = None


@dataclass(frozen=True)
class Decomposed:
    """What decomposition found.

    Parameters
    ----------
    status
        optimal, limit (a plan and a bound, gap open) or infeasible.
    objective, bound, gap
        Cost of the plan, proved lower bound, and (objective - bound) / max(1, |objective|).
    x
        First-stage columns, in the order of the core model.
    scenario_costs
        Second-stage cost of each scenario.
    first_stage_cost
        Cost of the first stage with the constant of the objective.
    rounds, solves
        Rounds over all scenarios, and linear programs solved in them.
    """

    status: Status
    objective: float
    bound: float
    gap: float
    x: FloatArray
    scenario_costs: FloatArray
    first_stage_cost: float
    rounds: int
    solves: int


def solve_lshaped(core: StagedModel, tree: ScenarioTree, limits: DecompositionLimits | None = None) -> Decomposed:
    """Solve a two-stage program with a linear second stage by planes.

    Parameters
    ----------
    core, tree
        The program; its first stage may hold whole-number columns.
    limits
        When to stop.

    Raises
    ------
    ValueError
        The program has not two stages, or whole-number columns in the second.
    """
    return _Search(core, tree, limits or DecompositionLimits()).run()


class _Master:
    """First stage and planes; columns are x, then one cost per group of scenarios."""

    def __init__(self, core: StagedModel, tree: ScenarioTree, first_cols: IntArray, num_groups: int) -> None:
        model = core.model
        is_first = core.row_stage == 0
        rows = np.nonzero(is_first)[0]
        local_row = np.cumsum(is_first) - 1
        local_col = np.full(model.num_cols, -1)
        local_col[first_cols] = np.arange(len(first_cols))
        own = is_first[model.rows]
        whole = None if model.is_integer is None else model.is_integer[first_cols]
        root = _root_changed(core, tree)
        self.num_x, self.num_groups = len(first_cols), num_groups
        self.cost = root.cost[first_cols]
        self.lower, self.upper = root.col_lower[first_cols], root.col_upper[first_cols]
        self.model = LinearModel(
            cost=np.concatenate([self.cost, np.zeros(num_groups)]),
            col_lower=np.concatenate([self.lower, np.zeros(num_groups)]),
            col_upper=np.concatenate([self.upper, np.zeros(num_groups)]),
            row_lower=root.row_lower[rows],
            row_upper=root.row_upper[rows],
            rows=local_row[model.rows[own]],
            cols=local_col[model.cols[own]],
            values=root.values[own],
            is_integer=None
            if whole is None or not whole.any()
            else np.concatenate([whole, np.zeros(num_groups, bool)]),
        )
        self.solver = open_solver(self.model, Limits(), "simplex")
        self.has_plane = np.zeros(num_groups, dtype=bool)
        self.num_planes = 0

    def solve(self, lower: FloatArray, upper: FloatArray) -> tuple[Status, float, FloatArray, FloatArray]:
        """Status, bound on the objective, x and group costs of the planes' least point between two corners."""
        columns = np.arange(self.num_x, dtype=np.int32)
        self.solver.changeColsBounds(self.num_x, columns, lower, upper)
        if self.model.is_integer is not None:  # presolve of HiGHS 1.14 can lose the optimum of such a master
            self.solver.setOptionValue("presolve", "off")
        found = run_solver(self.solver, self.model)
        bound = found.bound if self.model.is_integer is not None else found.objective
        return found.status, bound, found.x[: self.num_x], found.x[self.num_x :]

    def add_plane(self, group: int, value: float, slope: FloatArray, x: FloatArray) -> None:
        """Keep a group's cost at or above value + slope (x' - x)."""
        self.num_planes += 1
        if not self.has_plane[group]:
            self.has_plane[group] = True
            self.solver.changeColBounds(self.num_x + group, -math.inf, math.inf)
            self.solver.changeColCost(self.num_x + group, 1.0)
        used = np.nonzero(slope)[0]
        index = np.concatenate([used, [self.num_x + group]]).astype(np.int32)
        values = np.concatenate([-slope[used], [1.0]])
        self.solver.addRow(float(value - slope @ x), math.inf, len(index), index, values)

    def add_feasibility(self, plane: Plane, x: FloatArray) -> None:
        """Keep the sum by which a scenario's rows are missed at zero."""
        self.num_planes += 1
        scale = float(np.abs(plane.slope).max(initial=0.0)) or 1.0
        slope = plane.slope / scale
        used = np.nonzero(slope)[0]
        most = float(slope @ x - plane.value / scale)
        self.solver.addRow(-math.inf, most, len(used), used.astype(np.int32), slope[used])


def _root_changed(core: StagedModel, tree: ScenarioTree) -> LinearModel:
    """The core with what the root overwrites, as a single node of a tree would have it."""
    from dataclasses import replace

    changes = tree.changes.of_owner(0)
    if not len(changes):
        return core.model
    parts = {kind: changes.of_kind(kind) for kind in ChangeKind}
    names = {
        ChangeKind.COST: "cost",
        ChangeKind.LOWER: "col_lower",
        ChangeKind.UPPER: "col_upper",
        ChangeKind.ENTRY: "values",
    }
    new = {}
    for kind, name in names.items():
        new[name] = getattr(core.model, name).copy()
        new[name][parts[kind].index] = parts[kind].value
    for name in ("row_lower", "row_upper"):
        index = parts[ChangeKind.RHS].index
        new[name] = getattr(core.model, name).copy()
        new[name][index] = parts[ChangeKind.RHS].value + (new[name][index] - core.rhs[index])
    return replace(core.model, **new)


@dataclass
class _Point:
    """A first stage and its true cost."""

    x: FloatArray
    cost: float
    scenario_costs: FloatArray


@dataclass
class _Step:
    """Least point of the planes: what they make it cost, and whether no box held it back."""

    planned: float
    x: FloatArray
    costs: FloatArray
    is_free: bool


class _Search:
    """The rounds of the method."""

    def __init__(self, core: StagedModel, tree: ScenarioTree, limits: DecompositionLimits) -> None:
        self.core, self.tree, self.limits = core, tree, limits
        self.recourse = Recourse(core, tree)
        num_scenarios = len(self.recourse.leaves)
        self.num_groups = min(num_scenarios, limits.groups or 100)
        self.group = np.arange(num_scenarios) * self.num_groups // num_scenarios
        self.master = _Master(core, tree, self.recourse.first_cols, self.num_groups)
        self.rounds = 0

    def run(self) -> Decomposed:
        best = self._first_point()
        if best is None:
            return self._result("infeasible", None, math.inf)
        radius = max(1.0, float(np.abs(best.x).max(initial=0.0)))
        while self.rounds < self.limits.rounds:
            step = self._step(best, radius)
            if step is None:
                break  # rounding: the best point itself is a plan
            if step.is_free and best.cost - step.planned <= self._tolerance(best):
                return self._result("optimal", best, step.planned)
            num_planes = self.master.num_planes
            new = self._visit(step.x, step.costs)
            if self.master.num_planes == num_planes and step.is_free:
                best = new if new is not None and new.cost < best.cost else best
                break  # the planes are exact where they are least: what is left of the gap is rounding
            if new is None:
                continue  # the rows just added forbid the point
            kept = (best.cost - new.cost) / (best.cost - step.planned)
            radius = self._next_radius(radius, kept, float(np.abs(step.x - best.x).max(initial=0.0)))
            if kept >= SERIOUS_SHARE:
                best = new
        free = self._free_step()
        bound = -math.inf if free is None else free.planned
        is_closed = best.cost - bound <= 10.0 * self._tolerance(best)
        return self._result("optimal" if is_closed else "limit", best, bound)

    def _tolerance(self, best: _Point) -> float:
        return self.limits.gap_share * max(1.0, abs(best.cost))

    def _step(self, best: _Point, radius: float) -> _Step | None:
        """Least point of the planes in the box, or in all where the box has nothing more to give; None if none."""
        lower, upper = self._box(best.x, radius)
        status, planned, x, costs = self.master.solve(lower, upper)
        if status != "optimal":
            return None
        step = _Step(planned + self.core.offset, x, costs, self._is_free(x, lower, upper))
        is_spent = best.cost - step.planned <= self._tolerance(best)
        return self._free_step() if is_spent and not step.is_free else step

    def _free_step(self) -> _Step | None:
        status, planned, x, costs = self.master.solve(self.master.lower, self.master.upper)
        if status != "optimal" or not self.master.has_plane.all():
            return None
        return _Step(planned + self.core.offset, x, costs, is_free=True)

    def _next_radius(self, radius: float, kept: float, step: float) -> float:
        """Wider where the planes foretold well up to the edge of the box, narrower where they did not."""
        if kept >= GOOD_SHARE and step >= 0.99 * radius:
            return 2.0 * step
        if kept < -1.0:
            return max(step, 1e-9) / min(4.0, max(2.0, -kept))
        if kept < SERIOUS_SHARE:
            return 0.5 * max(step, 1e-9)
        return radius

    def _box(self, x: FloatArray, radius: float) -> tuple[FloatArray, FloatArray]:
        return np.maximum(self.master.lower, x - radius), np.minimum(self.master.upper, x + radius)

    def _is_free(self, x: FloatArray, lower: FloatArray, upper: FloatArray) -> bool:
        """Whether no side of the box that is not a bound of the model holds the point."""
        held = ((x <= lower + 1e-9) & (lower > self.master.lower)) | ((x >= upper - 1e-9) & (upper < self.master.upper))
        return self.master.model.is_integer is None and not held.any()

    def _first_point(self) -> _Point | None:
        """The plan of a few scenarios, led by planes to a point at which every scenario has a plan; None if none."""
        x = self._start()
        while x is not None and self.rounds < self.limits.rounds:
            point = self._visit(x, np.full(self.num_groups, -math.inf))
            if point is not None:
                return point
            status, _, x, _ = self.master.solve(*self._box(x, math.inf))
            if status == "infeasible":
                return None
        return None

    def _start(self) -> FloatArray | None:
        """First stage of an extensive form of a few scenarios spread evenly over the tree."""
        leaves = self.recourse.leaves
        number = max(1, min(len(leaves), START_NONZEROS // max(1, len(self.core.model.values))))
        chosen = leaves[np.arange(number) * len(leaves) // number]
        form = extensive_form(self.core, _thinned(self.tree, chosen))
        found = solve_linear(form.model)
        return found.x[: self.master.num_x] if found.status in {"optimal", "limit"} else None

    def _visit(self, x: FloatArray, costs: FloatArray) -> _Point | None:
        """True cost of a point, after adding the planes that lie above what the master took the cost for."""
        self.rounds += 1
        planes = self.recourse.planes(x)
        missed = [plane for plane in planes if not plane.is_feasible]
        for plane in missed:
            self.master.add_feasibility(plane, x)
        if missed:
            return None
        value = np.array([plane.value for plane in planes])
        share = self.recourse.share
        by_group = np.bincount(self.group, weights=share * value, minlength=self.num_groups)
        slopes = np.zeros((self.num_groups, self.master.num_x))
        for group, weight, plane in zip(self.group.tolist(), share.tolist(), planes, strict=True):
            slopes[group] += weight * plane.slope
        for group in range(self.num_groups):
            if by_group[group] > costs[group] + 1e-9 * max(1.0, abs(by_group[group])):
                self.master.add_plane(group, float(by_group[group]), slopes[group], x)
        return _Point(x, float(self.master.cost @ x + by_group.sum() + self.core.offset), value)

    def _result(self, status: Status, best: _Point | None, bound: float) -> Decomposed:
        cost = best.cost if best is not None else math.nan
        return Decomposed(
            status=status,
            objective=cost,
            bound=bound,
            gap=max(0.0, (cost - bound) / max(1.0, abs(cost))) if best is not None else math.inf,
            x=best.x if best is not None else np.zeros(self.master.num_x),
            scenario_costs=best.scenario_costs if best is not None else np.zeros(len(self.group)),
            first_stage_cost=float(self.master.cost @ best.x) + self.core.offset if best is not None else math.nan,
            rounds=self.rounds,
            solves=self.recourse.num_solves,
        )


def _thinned(tree: ScenarioTree, leaves: IntArray) -> ScenarioTree:
    """A two-stage tree of some leaves, their probabilities scaled to 1."""
    new = np.full(tree.num_nodes, -1, dtype=np.int64)
    new[0], new[leaves] = 0, 1 + np.arange(len(leaves))
    kept = tree.changes.only(new[tree.changes.owner] >= 0)
    changes = Changes(new[kept.owner], kept.kind, kept.index, kept.value)
    share = np.concatenate([[1.0], tree.share[leaves] / tree.share[leaves].sum()])
    parent = np.concatenate([[-1], np.zeros(len(leaves), dtype=np.int64)])
    return ScenarioTree(parent, np.minimum(np.arange(len(share)), 1), share, changes)
