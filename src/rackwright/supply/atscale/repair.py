"""Which plan that keeps every rule lies near a point that almost does? Netting and execution in turn, the best kept."""

from __future__ import annotations

import numpy as np

from rackwright.supply.atscale.between import WeeklyPoint
from rackwright.supply.atscale.closed_form import Bound
from rackwright.supply.atscale.execution import execute
from rackwright.supply.atscale.netting import net_requirements, within_ceilings
from rackwright.supply.atscale.plan import Plan, plan_cost_usd
from rackwright.supply.atscale.weekly import FloatArray, IntArray, WeeklyNetwork

__all__ = ["repair"]


def repair(net: WeeklyNetwork, point: WeeklyPoint, bound: Bound) -> Plan:
    """A feasible plan near a point.

    Two ways, and the cheaper plan: the point's starts carried out as they are, or netted first. What was carried out is
    then netted against what is really delivered, so that nothing is bought for starts that found no other part.
    """
    inside = within_ceilings(net, point.starts)
    netted = net_requirements(net, inside, point.owed[net.ends], bound, is_trimmed=True)
    return cheapest(net, [_carried_out(net, starts, bound) for starts in (inside, netted)])


def cheapest(net: WeeklyNetwork, plans: list[Plan]) -> Plan:
    """The plan of least cost, the first of equals."""
    return min(plans, key=lambda plan: plan_cost_usd(net, plan))


def _carried_out(net: WeeklyNetwork, wanted: FloatArray, bound: Bound) -> Plan:
    rank = served_first(net)
    plan = execute(net, wanted, rank)
    needed = net_requirements(net, plan.starts, plan.owed, bound, is_trimmed=True)
    return execute(net, needed, rank)


def served_first(net: WeeklyNetwork) -> IntArray:
    """The order in which users of a scarce piece are served: one after the other, those nearest to the ends first."""
    return np.arange(net.num_activities)
