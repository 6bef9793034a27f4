"""Which lots fit into the hours there are? Many items on one line with set-up times, with a proved bound.

First a window of periods is decided after the other, later lots relaxed (relax and fix); then lots of a window or of a
few items are freed and solved again, the others kept (fix and optimise), until no neighbourhood betters the plan. Every
solve stops by a count of nodes, so the plan is the same on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rackwright.solve import Limits, LinearModel, solve_linear
from rackwright.solve.mixed import solve_from
from rackwright.supply.lot_shares import Entries, Share, share_columns, tie_shares
from rackwright.supply.lot_sizing import LotPlan, Status

__all__ = ["CapacitatedLots", "LotEffort", "plan_capacitated_lots"]

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
_SMALLEST_GAIN: Final = 1e-7
_NO_OVERTIME: Final = 1e-6


@dataclass(frozen=True)
class CapacitatedLots:
    """Items that share the hours of one line.

    Parameters
    ----------
    setup_cost, setup_time
        Cost [money] and time [capacity unit] of a lot of each item, >= 0.
    holding_cost
        Cost of a piece in stock over the end of a period, by item.
    unit_time
        Time of a piece [capacity unit], by item.
    demand
        Pieces, shape (items, periods), >= 0; none is late, nothing is in stock at the start or the end.
    capacity
        Time there is in each period.
    """

    setup_cost: FloatArray
    setup_time: FloatArray
    holding_cost: FloatArray
    unit_time: FloatArray
    demand: FloatArray
    capacity: FloatArray

    def __post_init__(self) -> None:
        columns = (self.setup_cost, self.setup_time, self.holding_cost, self.unit_time)
        if {len(column) for column in columns} != {len(self.demand)}:
            raise ValueError("costs, times and demand differ in the number of items")
        if self.demand.shape[1] != len(self.capacity):
            raise ValueError("demand and capacity differ in the number of periods")
        if any(not np.all(column >= 0.0) for column in (*columns, self.demand, self.capacity)):
            raise ValueError("a cost, time, demand or capacity is negative or no number")


@dataclass(frozen=True, slots=True)
class LotEffort:
    """Counts that limit the work.

    Parameters
    ----------
    fixed_lots, freed_lots
        Lot decisions open at once in relax and fix, and in fix and optimise.
    nodes
        Nodes of branch and bound of each of these solves.
    moves
        Solves of fix and optimise at most.
    bound_nodes
        Nodes of the solve of the whole problem that proves the bound.
    """

    fixed_lots: int = 48
    freed_lots: int = 60
    nodes: int = 200
    moves: int = 40
    bound_nodes: int = 1


def plan_capacitated_lots(problem: CapacitatedLots, *, effort: LotEffort | None = None) -> LotPlan:
    """Lots of low cost that fit the capacity of every period, and a bound on the cost of all such lots.

    Parameters
    ----------
    problem
        Items, demand, capacity.
    effort
        Counts that limit the work.

    Notes
    -----
    Facility-location form: shares of demand tied to lots, hours of pieces and set-ups within the capacity, and
    hours of an item within (capacity - set-up time) of its lot. Within the search overtime is allowed at a price above
    all set-ups; a plan with overtime is none.
    Source of the search: C. F. M. Toledo et al., 2015 (fix and optimise); H. Stadtler, 2003 (moving windows).
    """
    used, lots = effort or LotEffort(), _Lots.of(problem)
    posed = lots.without_overtime()
    relaxed = solve_linear(replace(posed, is_integer=None))
    if relaxed.status == "infeasible":
        return lots.no_plan("infeasible", np.inf, 0)
    whole = solve_linear(posed, limits=Limits(mip_nodes=used.bound_nodes))
    if whole.status == "infeasible":
        return lots.no_plan("infeasible", np.inf, whole.nodes)
    bound = max(whole.bound, relaxed.bound)
    state = _State(lots, used, nodes=whole.nodes)
    if np.isfinite(whole.objective):
        state.take(whole.x, whole.objective)
    if whole.status != "optimal":
        state.relax_and_fix()
        state.fix_and_optimise(bound)
    return lots.plan(state.point, bound, state.nodes)


@dataclass(frozen=True)
class _Lots:
    """The model: columns are lots y (items x periods), shares w, overtime o (periods)."""

    problem: CapacitatedLots
    share: Share
    model: LinearModel

    @classmethod
    def of(cls, problem: CapacitatedLots) -> _Lots:
        """Write the model."""
        items, periods = problem.demand.shape
        share, entries, num = share_columns(problem.demand), Entries(), items * periods
        item, made, need = share
        tie_shares(entries, share, first=num, periods=periods)
        _fit_capacity(entries, problem, share)
        pieces = problem.demand[item, need]
        cost = [
            np.repeat(problem.setup_cost, periods),
            problem.holding_cost[item] * pieces * (need - made),
            np.full(periods, 1.0 + float(problem.setup_cost.sum()) * periods),
        ]
        upper = np.concatenate([np.ones(num + len(item)), np.full(periods, np.inf)])
        is_lot = np.arange(len(upper)) < num
        return cls(problem, share, entries.model(np.concatenate(cost), upper, is_lot))

    @property
    def shape(self) -> tuple[int, int]:
        """Items and periods."""
        items, periods = self.problem.demand.shape
        return items, periods

    @property
    def num(self) -> int:
        """Number of lot decisions."""
        return self.problem.demand.size

    def without_overtime(self) -> LinearModel:
        """The problem as posed."""
        return _cut_overtime(self.model, self.shape[1])

    def lots_of(self, point: FloatArray) -> FloatArray:
        """Lots of a point, as it has them."""
        return point[: self.num].reshape(self.shape)

    def has_overtime(self, point: FloatArray) -> bool:
        """Whether a point needs more hours than there are."""
        return float(point[-self.shape[1] :].sum()) > _NO_OVERTIME

    def opened(self, is_open: BoolArray, is_whole: BoolArray, lots: FloatArray) -> LinearModel:
        """The model with the lots outside `is_open` kept; of the open ones `is_whole` are decided, the rest relaxed."""
        kept = np.rint(lots)
        lower, upper = self.model.col_lower.copy(), self.model.col_upper.copy()
        lower[: self.num] = np.where(is_open, 0.0, kept).ravel()
        upper[: self.num] = np.where(is_open, 1.0, kept).ravel()
        mask = np.zeros(len(lower), dtype=bool)
        mask[: self.num] = (is_open & is_whole).ravel()
        return replace(self.model, col_lower=lower, col_upper=upper, is_integer=mask)

    def no_plan(self, status: Status, bound: float, nodes: int) -> LotPlan:
        """The answer where nothing was found."""
        none = np.zeros((0, self.shape[1]))
        return LotPlan(status, np.inf, bound, none > 0.0, none, none, nodes)

    def plan(self, point: FloatArray | None, bound: float, nodes: int) -> LotPlan:
        """Plan of a point: its lots are kept and the quantities solved again without overtime."""
        if point is None or self.has_overtime(point):
            return self.no_plan("limit", bound, nodes)
        none = np.zeros(self.shape, dtype=bool)
        model = replace(self.opened(none, none, self.lots_of(point)), is_integer=None)
        found = solve_linear(_cut_overtime(model, self.shape[1]))
        if found.status != "optimal":
            return self.no_plan("limit", bound, nodes)
        item, made, need = self.share
        pieces = found.x[self.num : -self.shape[1]] * self.problem.demand[item, need]
        cell = item * self.shape[1] + made
        lot = np.bincount(cell, weights=pieces, minlength=self.num).astype(np.float64).reshape(self.shape)
        stock = np.cumsum(lot - self.problem.demand, axis=1)
        proved = min(bound, found.objective)
        is_proved = found.objective - proved <= _SMALLEST_GAIN * max(1.0, found.objective)
        kind: Status = "optimal" if is_proved else "limit"
        is_setup = self.lots_of(point) > 0.5
        return LotPlan(kind, found.objective, proved, is_setup, lot, stock, nodes)


def _cut_overtime(model: LinearModel, periods: int) -> LinearModel:
    upper = model.col_upper.copy()
    upper[-periods:] = 0.0
    return replace(model, col_upper=upper)


def _fit_capacity(entries: Entries, problem: CapacitatedLots, share: Share) -> None:
    """Hours of pieces and set-ups fit the capacity of a period, for all items together and for each alone."""
    (items, periods), (item, made, need) = problem.demand.shape, share
    num, first = items * periods, items * periods
    cell, column = np.arange(num), first + np.arange(len(item))
    hours = problem.unit_time[item] * problem.demand[item, need]
    overtime = first + len(item) + np.arange(periods)
    setup = np.repeat(problem.setup_time, periods)
    start = entries.add_rows(np.full(periods, -np.inf), problem.capacity.astype(np.float64))
    entries.put(start + made, column, hours)
    entries.put(start + cell % periods, cell, setup)
    entries.put(start + np.arange(periods), overtime, -1.0)
    start = entries.add_rows(np.full(num, -np.inf), np.zeros(num))
    entries.put(start + item * periods + made, column, hours)
    entries.put(start + cell, cell, setup - np.tile(problem.capacity, items))
    entries.put(start + cell, overtime[cell % periods], -1.0)


@dataclass
class _State:
    """The best point so far and the work done."""

    lots: _Lots
    effort: LotEffort
    point: FloatArray | None = None
    objective: float = np.inf
    nodes: int = 0

    def take(self, point: FloatArray, objective: float) -> bool:
        """Keep a point that is better."""
        is_better = objective < self.objective - _SMALLEST_GAIN * max(1.0, abs(objective))
        if is_better:
            self.point, self.objective = point, objective
        return is_better

    def relax_and_fix(self) -> None:
        """Decide one window of periods after the other; with overtime only where it does not go without."""
        if not self._decide_windows(has_overtime=False):
            self._decide_windows(has_overtime=True)

    def _decide_windows(self, *, has_overtime: bool) -> bool:
        """Whether all windows could be decided; half of each is decided again with the next."""
        items, periods = self.lots.shape
        width = max(2, self.effort.fixed_lots // items)
        step, lots, every = max(1, width // 2), np.zeros(self.lots.shape), np.arange(periods)
        for first in range(0, max(1, periods - width + step), step):
            is_open = np.broadcast_to(every >= first, lots.shape)
            is_whole = np.broadcast_to(every < first + width, lots.shape)
            model = self.lots.opened(is_open, is_whole, lots)
            model = model if has_overtime else _cut_overtime(model, periods)
            found = solve_linear(model, limits=Limits(mip_nodes=self.effort.nodes, mip_gap_share=1e-3))
            self.nodes += found.nodes
            if not np.isfinite(found.objective):
                return False
            lots = self.lots.lots_of(found.x)
        self.take(found.x, found.objective)
        return True

    def fix_and_optimise(self, bound: float) -> None:
        """Free one neighbourhood after the other, round and round, until none of them betters the plan."""
        items, periods = self.lots.shape
        spaces, idle = _neighbourhoods(items, periods, self.effort.freed_lots), 0
        for move in range(self.effort.moves):
            if self.point is None or idle >= len(spaces) or self.objective <= bound + _SMALLEST_GAIN * abs(bound):
                return
            is_open = spaces[move % len(spaces)]
            model = self.lots.opened(is_open, is_open, self.lots.lots_of(self.point))
            if not self.lots.has_overtime(self.point):
                model = _cut_overtime(model, periods)
            found = solve_from(model, self.point, limits=Limits(mip_nodes=self.effort.nodes))
            self.nodes += found.nodes
            is_better = np.isfinite(found.objective) and self.take(found.x, found.objective)
            idle = 0 if is_better else idle + 1


def _neighbourhoods(items: int, periods: int, size: int) -> list[BoolArray]:
    """Masks of about `size` lots: windows of periods that overlap by half, then few items over all periods."""
    width, group = min(periods, max(2, size // items)), min(items, max(1, size // periods))
    step = max(1, 2 * width // 5)
    firsts = [*range(0, periods - width, step), periods - width]
    period, item = np.arange(periods), np.arange(items)
    shape = (items, periods)
    masks = [np.broadcast_to((period >= first) & (period < first + width), shape) for first in firsts]
    groups = {frozenset((i + stride * n) % items for n in range(group)) for stride in (1, 2) for i in range(items)}
    chosen = sorted(sorted(one) for one in groups)
    return masks + [np.broadcast_to(np.isin(item, members)[:, None], shape) for members in chosen]
