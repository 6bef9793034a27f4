"""When is a lot started, and how big is it, if each lot costs a set-up? Many levels without capacity, exactly.

Items are made in whole lots per period; a piece made in a period can be used in it. There is no stock at the start or
the end. `capacitated_lots` answers for one level with capacity and set-up times.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from rackwright.solve import Limits, solve_linear
from rackwright.supply.lot_shares import Entries, Share, share_columns, tie_shares
from rackwright.supply.service_network import Supplies

__all__ = ["LotPlan", "MultiLevelLots", "Status", "echelon_demand", "plan_multi_level_lots"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Status = Literal["optimal", "limit", "infeasible"]

_NODES: Final = 10_000


@dataclass(frozen=True)
class MultiLevelLots:
    """Lots of items that go into each other, without capacity.

    Parameters
    ----------
    setup_cost
        Cost of a lot of each item, >= 0.
    holding_cost
        Cost of a piece in stock over the end of a period, by item; that of an item is at least that of what it takes.
    demand
        Demand from outside [pieces], shape (items, periods), >= 0.
    structure
        Which item goes into which: components are suppliers, parents are customers.
    """

    setup_cost: FloatArray
    holding_cost: FloatArray
    demand: FloatArray
    structure: Supplies

    def __post_init__(self) -> None:
        if {len(self.setup_cost), len(self.holding_cost), len(self.demand)} != {self.structure.num_stages}:
            raise ValueError("costs, demand and structure differ in the number of items")
        if any(not np.all(column >= 0.0) for column in (self.setup_cost, self.holding_cost, self.demand)):
            raise ValueError("a cost or demand is negative or no number")
        short = np.flatnonzero(self.echelon_cost() < -1e-9)
        if len(short):
            raise ValueError(f"holding items {short[:5].tolist()} costs less than holding what they take")

    def echelon_cost(self) -> FloatArray:
        """Holding cost that an item adds to that of its components."""
        arcs = self.structure
        taken = self.holding_cost[arcs.suppliers] * arcs.quantity
        return self.holding_cost - np.bincount(arcs.customers, weights=taken, minlength=arcs.num_stages)


@dataclass(frozen=True)
class LotPlan:
    """Lots, and how far they are proved to be the cheapest.

    `is_setup`, `made` and `stock` (at the end of a period) have the shape (items, periods); they are empty where
    nothing was found. Status: "optimal" is proved, "limit" stopped by a count, "infeasible" has no plan.
    """

    status: Status
    objective: float
    bound: float
    is_setup: NDArray[np.bool_]
    made: FloatArray
    stock: FloatArray
    nodes: int

    @property
    def gap(self) -> float:
        """Share by which the plan could at most be cheaper."""
        if not np.isfinite(self.objective):
            return float("inf")
        return max(0.0, 1.0 - self.bound / self.objective) if self.objective > 0.0 else 0.0


def echelon_demand(problem: MultiLevelLots) -> FloatArray:
    """Pieces of each item needed for outside demand on every level, shape (items, periods).

    E_i = demand_i + sum over parents p of quantity_ip E_p
    """
    arcs, total = problem.structure, problem.demand.astype(np.float64)
    for item in reversed(arcs.order):
        taken = np.flatnonzero(arcs.suppliers == item)
        total[item] += arcs.quantity[taken] @ total[arcs.customers[taken]]
    return total


def plan_multi_level_lots(problem: MultiLevelLots, *, limits: Limits | None = None) -> LotPlan:
    """Lots of least cost over all levels.

    Parameters
    ----------
    problem
        Items, structure, demand and costs.
    limits
        Counts at which branch and bound stops; by default 10,000 nodes. The answer states its bound.

    Notes
    -----
    Each piece of echelon demand of period k is made in one period s <= k; a share of it made in s needs a lot in s.
    Shares and lots are tied one to one, so each item alone has whole solutions without branching; cumulative production
    ties the levels: what is made of a component covers its own demand and what its parents took.
    Source: facility-location form of J. Krarup and O. Bilde, 1977, on echelon stock (A. J. Clark and H. Scarf, 1960).
    """
    needed = echelon_demand(problem)
    items, periods = needed.shape
    share = share_columns(needed)
    num = items * periods
    entries = Entries()
    tie_shares(entries, share, first=2 * num, periods=periods)
    _sum_production(entries, share, needed, first=2 * num)
    _cover_demand(entries, problem, num)
    cost = np.concatenate(
        [np.repeat(problem.setup_cost, periods), np.repeat(problem.echelon_cost(), periods), np.zeros(len(share[0]))]
    )
    upper = np.concatenate([np.ones(num), np.full(num, np.inf), np.ones(len(share[0]))])
    model = entries.model(cost, upper, np.arange(len(cost)) < num)
    found = solve_linear(model, limits=limits or Limits(mip_nodes=_NODES))
    constant = float(problem.holding_cost @ np.cumsum(problem.demand, axis=1).sum(axis=1))
    if not np.isfinite(found.objective):
        none = np.zeros((0, periods))
        status: Status = "infeasible" if found.status == "infeasible" else "limit"
        return LotPlan(status, np.inf, found.bound - constant, none > 0.0, none, none, found.nodes)
    sums = found.x[num : 2 * num].reshape(items, periods)
    return LotPlan(
        status="optimal" if found.status == "optimal" else "limit",
        objective=found.objective - constant,
        bound=found.bound - constant,
        is_setup=found.x[:num].reshape(items, periods) > 0.5,
        made=np.diff(sums, axis=1, prepend=0.0),
        stock=sums - _taken_sums(problem, sums),
        nodes=found.nodes,
    )


def _sum_production(entries: Entries, share: Share, needed: FloatArray, *, first: int) -> None:
    """Cumulative production X_is - X_i,s-1 = sum_k E_ik w_isk."""
    (items, periods), (item, made, need) = needed.shape, share
    num = items * periods
    start = entries.add_rows(np.zeros(num), np.zeros(num))
    cell = np.arange(num)
    later = cell[cell % periods > 0]
    entries.put(start + cell, num + cell, 1.0)
    entries.put(start + later, num + later - 1, -1.0)
    entries.put(start + item * periods + made, first + np.arange(len(item)), -needed[item, need])


def _cover_demand(entries: Entries, problem: MultiLevelLots, num: int) -> None:
    """No item runs out: X_it - sum over parents p of quantity_ip X_pt >= demand of i up to t."""
    arcs, period = problem.structure, np.arange(problem.demand.shape[1])
    own = np.cumsum(problem.demand, axis=1).ravel()
    start = entries.add_rows(own, np.full(num, np.inf))
    entries.put(start + np.arange(num), num + np.arange(num), 1.0)
    row = arcs.suppliers[:, None] * len(period) + period
    column = arcs.customers[:, None] * len(period) + period
    entries.put(start + row, num + column, -np.broadcast_to(arcs.quantity[:, None], row.shape))


def _taken_sums(problem: MultiLevelLots, sums: FloatArray) -> FloatArray:
    """Pieces that left the stock of each item up to each period: sold, and taken by parents."""
    arcs, taken = problem.structure, np.cumsum(problem.demand, axis=1)
    np.add.at(taken, arcs.suppliers, arcs.quantity[:, None] * sums[arcs.customers])
    return taken
