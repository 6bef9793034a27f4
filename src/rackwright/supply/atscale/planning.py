"""How is a large weekly network planned to a proved gap? From long buckets to weeks, a bound and a plan on the way.

Each grid starts where the one before it stopped. After each round the prices give a bound of the weekly problem in
closed form and the quantities are repaired to a plan that keeps every rule; the best of each is kept. Rounds on weeks
differ in the weight of prices against quantities: a heavy weight brings better plans, a light one better bounds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rackwright.supply.atscale.between import WeeklyPoint, from_weeks, to_weeks
from rackwright.supply.atscale.checks import check_network
from rackwright.supply.atscale.closed_form import Bound, closed_form_bound
from rackwright.supply.atscale.first_order import Point, Stepper, iterate
from rackwright.supply.atscale.grids import GridProblem, grid_problem, make_grid
from rackwright.supply.atscale.plan import Plan, plan_cost_usd
from rackwright.supply.atscale.repair import cheapest, repair
from rackwright.supply.atscale.weekly import FloatArray, WeeklyNetwork

__all__ = ["Schedule", "WeeklyAnswer", "plan_weekly"]


@dataclass(frozen=True)
class Schedule:
    """Counts at which rounds stop.

    Parameters
    ----------
    grids
        Weeks in a bucket and steps on that grid, longest buckets first.
    rounds
        Factor on the primal weight the grids end with, and steps, of each round on weeks.
    enough_share
        Gap at which the remaining rounds are left out.
    """

    grids: tuple[tuple[int, int], ...] = ((26, 800), (13, 800), (8, 800), (4, 800), (2, 800))
    rounds: tuple[tuple[float, int], ...] = ((8.0, 1600), (0.3, 1600)) * 4
    enough_share: float = 0.0


@dataclass(frozen=True)
class WeeklyAnswer:
    """The best plan and the best bound found, and where to go on from.

    Parameters
    ----------
    plan
        Keeps every rule.
    cost_usd
        Its cost.
    bound
        No plan costs less than `bound.cost_usd`.
    point
        Where the steps stopped.
    weight
        Primal weight after the grids.
    """

    plan: Plan
    cost_usd: float
    bound: Bound
    point: WeeklyPoint
    weight: float

    @property
    def gap_share(self) -> float:
        """How much dearer than the bound the plan is, as a share of the bound."""
        return self.cost_usd / self.bound.cost_usd - 1.0 if self.bound.cost_usd > 0 else float("inf")


def plan_weekly(
    net: WeeklyNetwork,
    schedule: Schedule | None = None,
    *,
    base: WeeklyAnswer | None = None,
    on_round: Callable[[str, WeeklyAnswer], None] | None = None,
) -> WeeklyAnswer:
    """A plan with a proved gap.

    Parameters
    ----------
    net
        The network.
    schedule
        Counts to stop at.
    base
        Answer to a network of the same shape to go on from, on weeks at once: the way to ask what-if questions.
    on_round
        Called after every round with its name and the best so far.

    Raises
    ------
    InputError
        A figure of the network is negative, not finite or out of range, or an item is below itself.
    """
    check_network(net)
    plan_by = schedule or Schedule()
    answer = _first_answer(net, plan_by, on_round) if base is None else _carried_over(net, base)
    problem = grid_problem(net, make_grid(net.num_weeks, 1))
    stepper = Stepper(problem)
    point = from_weeks(problem, answer.point, answer.bound.worth_usd)
    for number, (factor, steps) in enumerate(plan_by.rounds):
        if answer.gap_share <= plan_by.enough_share:
            break
        iterate(stepper, point, steps, answer.weight * factor, is_adaptive=False)
        answer = _improved(net, answer, problem, point, answer.weight)
        if on_round is not None:
            on_round(f"weeks, round {number + 1}", answer)
    return answer


def _first_answer(
    net: WeeklyNetwork, schedule: Schedule, on_round: Callable[[str, WeeklyAnswer], None] | None
) -> WeeklyAnswer:
    """Down the grids from nothing."""
    answer, weight = None, 1.0
    for step, count in schedule.grids:
        problem = grid_problem(net, make_grid(net.num_weeks, step))
        point = Point.zero(problem)
        if answer is not None:
            point = from_weeks(problem, answer.point, _worth_at(net, answer))
        weight = iterate(Stepper(problem), point, count, weight)
        answer = _improved(net, answer, problem, point, weight)
        if on_round is not None:
            on_round(f"{step} weeks a bucket", answer)
    if answer is None:
        raise ValueError("a schedule needs at least one grid")
    return answer


def _worth_at(net: WeeklyNetwork, answer: WeeklyAnswer) -> FloatArray:
    """Worth of pieces at the point's own prices, which need not be those of the best bound."""
    return closed_form_bound(net, answer.point.prices).worth_usd


def _improved(
    net: WeeklyNetwork, best: WeeklyAnswer | None, problem: GridProblem, point: Point, weight: float
) -> WeeklyAnswer:
    weekly = to_weeks(problem, point)
    bound = closed_form_bound(net, weekly.prices)
    plan = repair(net, weekly, bound)
    if best is not None:
        plan = cheapest(net, [best.plan, plan])
        bound = max(best.bound, bound, key=lambda each: each.cost_usd)
    return WeeklyAnswer(plan, plan_cost_usd(net, plan), bound, weekly, weight)


def _carried_over(net: WeeklyNetwork, base: WeeklyAnswer) -> WeeklyAnswer:
    """The base point judged on another network: its prices prove a bound there, its plan is repaired."""
    bound = max(
        (closed_form_bound(net, prices) for prices in (base.point.prices, base.bound.prices)),
        key=lambda each: each.cost_usd,
    )
    kept = WeeklyPoint(base.plan.starts, base.plan.stock, _at_all_buffers(net, base.plan), base.point.prices)
    plan = cheapest(net, [repair(net, point, bound) for point in (kept, base.point)])
    return WeeklyAnswer(plan, plan_cost_usd(net, plan), bound, base.point, base.weight)


def _at_all_buffers(net: WeeklyNetwork, plan: Plan) -> FloatArray:
    owed = np.zeros((net.num_buffers, net.num_weeks))
    owed[net.ends] = plan.owed
    return owed
