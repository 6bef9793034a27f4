"""What is a weekly plan, what does it cost, and does it keep every rule? Judged apart from whatever made it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rackwright.supply.atscale.weekly import FloatArray, WeeklyNetwork

__all__ = ["Faults", "Plan", "Prices", "find_faults", "plan_cost_usd"]


@dataclass(frozen=True)
class Plan:
    """Quantities by week.

    Parameters
    ----------
    starts
        Pieces started by each activity, shape (activities, weeks).
    stock
        Pieces on hand at the end of the week, shape (buffers, weeks).
    owed
        Pieces owed at the end of the week at each end, shape (ends, weeks).
    short_usd
        Value missing in each content row.
    """

    starts: FloatArray
    stock: FloatArray
    owed: FloatArray
    short_usd: FloatArray


@dataclass(frozen=True)
class Prices:
    """Prices of what is scarce, from which all others follow.

    Parameters
    ----------
    stock_usd
        A piece of opening stock, shape (buffers,); negative where it only costs to keep it.
    center_usd, supplier_usd
        An hour and an allocated piece by week, >= 0, shapes (work centres, weeks) and (suppliers, weeks).
    content_share
        A dollar of content in each row, between 0 and what a missing dollar costs.
    """

    stock_usd: FloatArray
    center_usd: FloatArray
    supplier_usd: FloatArray
    content_share: FloatArray


@dataclass(frozen=True)
class Faults:
    """Largest breaches of each family of rules, each as a share of a natural size: 0 for a feasible plan.

    Parameters
    ----------
    balance_share
        Of the mean weekly use of a buffer.
    ceiling_share
        Of the mean ceiling of a work centre or supplier.
    content_share
        Of a content target.
    negative_share
        A negative quantity, of the mean weekly use.
    forbidden
        Pieces started that arrive after the last week.
    """

    balance_share: float
    ceiling_share: float
    content_share: float
    negative_share: float
    forbidden: float

    @property
    def worst(self) -> float:
        """The largest of all."""
        return max(self.balance_share, self.ceiling_share, self.content_share, self.negative_share, self.forbidden)


def plan_cost_usd(net: WeeklyNetwork, plan: Plan) -> float:
    """Cost of a plan [USD]."""
    owed = plan.owed.sum(axis=1) + (net.last_late_weeks - 1.0) * plan.owed[:, -1]
    return float(
        net.cost_usd @ plan.starts.sum(axis=1)
        + net.holding_usd @ plan.stock.sum(axis=1)
        + net.late_usd[net.ends] @ owed
        + net.short_usd @ plan.short_usd
    )


def find_faults(net: WeeklyNetwork, plan: Plan) -> Faults:
    """Breaches of the rules, found with plain matrices of the network and no part of any planner."""
    from scipy.sparse import csr_matrix

    weeks, ones = net.num_weeks, np.ones(net.num_activities)
    every = np.arange(net.num_activities)
    arrived = np.zeros_like(plan.starts)
    for lead in np.unique(net.lead_weeks):
        mine = net.lead_weeks == lead
        arrived[mine, lead:] = plan.starts[mine, : max(0, weeks - lead)]
    fill = csr_matrix((ones, (net.into, every)), shape=(net.num_buffers, net.num_activities))
    take = csr_matrix((net.input_qty, (net.input_of, net.taker_of)), shape=(net.num_buffers, net.num_activities))
    net_stock = plan.stock.copy()
    net_stock[net.ends] -= plan.owed
    before = np.concatenate([net.stock[:, None], net_stock[:, :-1]], axis=1)
    balance = before + fill @ arrived - take @ plan.starts - net.demand - net_stock
    size = net.unit[:, None]
    forbidden = plan.starts[np.arange(weeks) >= (weeks - net.lead_weeks)[:, None]]
    negative = max(
        -(plan.stock / size).min(initial=0.0),
        -(plan.starts / size[net.into]).min(initial=0.0),
        -(plan.owed / size[net.ends]).min(initial=0.0),
    )
    return Faults(
        float(np.abs(balance / size).max(initial=0.0)),
        _over_ceilings(net, plan),
        _under_targets(net, plan),
        float(negative),
        float(forbidden.max(initial=0.0)),
    )


def _over_ceilings(net: WeeklyNetwork, plan: Plan) -> float:
    worst = 0.0
    for owner, each, ceiling in (
        (net.center, net.hours, net.center_hours),
        (net.supplier, np.ones(net.num_activities), net.supplier_qty),
    ):
        used = np.zeros_like(ceiling)
        mine = np.flatnonzero(owner >= 0)
        np.add.at(used, owner[mine], plan.starts[mine] * each[mine, None])
        size = np.maximum(ceiling.mean(axis=1, keepdims=True), 1e-9)
        worst = max(worst, float(((used - ceiling) / size).max(initial=0.0)))
    return worst


def _under_targets(net: WeeklyNetwork, plan: Plan) -> float:
    value = net.content_usd @ plan.starts
    inside = net.content_row >= 0
    found = np.bincount(net.content_row[inside], weights=value[inside], minlength=len(net.short_usd))
    missing = net.content_target_usd - found - plan.short_usd
    return float((missing / np.maximum(net.content_target_usd, 1.0)).max(initial=0.0))
