"""Which stages serve which, and how fast? Stages with promised service times, costs and spreads rolled up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

__all__ = ["ServiceNetwork", "Supplies", "pooled_spread", "rolled_up_cost"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Supplies:
    """Arcs of a network: stage `suppliers[a]` delivers `quantity[a]` pieces into each piece of stage `customers[a]`."""

    num_stages: int
    suppliers: IntArray
    customers: IntArray
    quantity: FloatArray

    def __post_init__(self) -> None:
        if not len(self.suppliers) == len(self.customers) == len(self.quantity):
            raise ValueError("suppliers, customers and quantities of the arcs differ in number")
        ends = np.concatenate([self.suppliers, self.customers])
        if len(ends) and not 0 <= ends.min() <= ends.max() < self.num_stages:
            raise ValueError(f"an arc names a stage outside 0 to {self.num_stages - 1}")

    @cached_property
    def order(self) -> list[int]:
        """Stages, suppliers before customers.

        Raises
        ------
        ValueError
            The arcs go round.
        """
        waits = np.bincount(self.customers, minlength=self.num_stages).tolist()
        after: list[list[int]] = [[] for _ in range(self.num_stages)]
        for supplier, customer in zip(self.suppliers.tolist(), self.customers.tolist(), strict=True):
            after[supplier].append(customer)
        ready = [stage for stage in range(self.num_stages) if not waits[stage]]
        for stage in ready:
            for customer in after[stage]:
                waits[customer] -= 1
                if not waits[customer]:
                    ready.append(customer)
        if len(ready) < self.num_stages:
            stuck = [stage for stage in range(self.num_stages) if waits[stage]]
            raise ValueError(f"the arcs go round at or above stages {stuck[:5]}")
        return ready


@dataclass(frozen=True)
class ServiceNetwork:
    """Stages of a supply chain that promise service times; all arrays by stage, in one order.

    Parameters
    ----------
    lead_days
        Days of work at the stage once everything is there [day], >= 0.
    holding_cost
        Cost of holding one piece of stock, over whatever period the answer shall be for, >= 0.
    spread
        Safety factor times standard deviation of a day's demand, pooled over customers [pieces], >= 0.
    promise_days
        Longest service time allowed, as agreed with customers outside [day]; -1 where nothing is agreed.
    inbound_days
        Service time of supply from outside [day]; 0 where it is in stock.
    supplies
        Who delivers to whom.
    """

    lead_days: IntArray
    holding_cost: FloatArray
    spread: FloatArray
    promise_days: IntArray
    inbound_days: IntArray
    supplies: Supplies

    def __post_init__(self) -> None:
        columns = (self.lead_days, self.holding_cost, self.spread, self.promise_days, self.inbound_days)
        if {len(column) for column in columns} - {self.num_stages}:
            raise ValueError(f"columns of stages are not all {self.num_stages} long")
        for name in ("lead_days", "holding_cost", "spread", "inbound_days"):
            bad = np.flatnonzero(~(getattr(self, name) >= 0))
            if len(bad):
                raise ValueError(f"{name} is negative or no number at stages {bad[:5].tolist()}")

    @property
    def num_stages(self) -> int:
        """Number of stages."""
        return self.supplies.num_stages

    @property
    def suppliers(self) -> IntArray:
        """Delivering stage of each arc."""
        return self.supplies.suppliers

    @property
    def customers(self) -> IntArray:
        """Receiving stage of each arc."""
        return self.supplies.customers

    @property
    def order(self) -> list[int]:
        """Stages, suppliers before customers."""
        return self.supplies.order

    @cached_property
    def suppliers_of(self) -> list[list[int]]:
        """Suppliers of each stage."""
        found: list[list[int]] = [[] for _ in range(self.num_stages)]
        for supplier, customer in zip(self.suppliers.tolist(), self.customers.tolist(), strict=True):
            found[customer].append(supplier)
        return found

    @cached_property
    def longest_days(self) -> IntArray:
        """Days from nothing to a piece of each stage, if no stage held stock: the longest way through its suppliers."""
        inbound, lead = self.inbound_days.tolist(), self.lead_days.tolist()
        longest = [0] * self.num_stages
        for stage in self.order:
            longest[stage] = lead[stage] + max([inbound[stage], *(longest[i] for i in self.suppliers_of[stage])])
        return np.array(longest, dtype=np.int64)

    @cached_property
    def most_service_days(self) -> IntArray:
        """Longest service time each stage can need to promise."""
        agreed = np.where(self.promise_days >= 0, self.promise_days, self.longest_days)
        return np.minimum(agreed, self.longest_days)

    def forest_arcs(self) -> IntArray:
        """Arcs that are kept when each arc that closes a ring is dropped, slowest suppliers first; all of a forest."""
        group = list(range(self.num_stages))

        def root(stage: int) -> int:
            while group[stage] != stage:
                group[stage] = group[group[stage]]
                stage = group[stage]
            return stage

        kept = []
        for arc in np.argsort(-self.longest_days[self.suppliers], kind="stable").tolist():
            a, b = root(int(self.suppliers[arc])), root(int(self.customers[arc]))
            if a != b:
                group[max(a, b)] = min(a, b)
                kept.append(arc)
        return np.array(sorted(kept), dtype=np.int64)


def rolled_up_cost(added_cost: FloatArray, supplies: Supplies) -> FloatArray:
    """Cost of a piece at each stage: what the stage adds and the cost of everything that goes in.

    C_k = added_k + sum over suppliers i of quantity_ik C_i
    """
    total = added_cost.astype(np.float64)
    for stage, arcs in _arcs_by_stage(supplies, supplies.customers):
        total[stage] += float(np.dot(supplies.quantity[arcs], total[supplies.suppliers[arcs]]))
    return total


def pooled_spread(own_spread: FloatArray, supplies: Supplies, exponent: FloatArray | None = None) -> FloatArray:
    """Spread of a day's demand at each stage, pooled over its customers [pieces].

    Parameters
    ----------
    own_spread
        Safety factor times standard deviation of a day's demand from outside [pieces], by stage.
    supplies
        Arcs with quantities.
    exponent
        Pooling exponent p of each stage: 2 for independent customers (default), 1 for no pooling.

    Notes
    -----
    spread_k = (own_k^p + sum over customers j of (quantity_kj spread_j)^p)^(1/p)
    """
    power = np.full(supplies.num_stages, 2.0) if exponent is None else exponent
    spread = own_spread.astype(np.float64)
    for stage, arcs in reversed(_arcs_by_stage(supplies, supplies.suppliers)):
        parts = np.append(supplies.quantity[arcs] * spread[supplies.customers[arcs]], own_spread[stage])
        spread[stage] = float(np.sum(parts ** power[stage]) ** (1.0 / power[stage]))
    return spread


def _arcs_by_stage(supplies: Supplies, ends: IntArray) -> list[tuple[int, IntArray]]:
    """Each stage with the arcs that have it as their end, suppliers before customers."""
    by_end = np.argsort(ends, kind="stable")
    starts = np.searchsorted(ends[by_end], np.arange(supplies.num_stages + 1))
    return [(stage, by_end[starts[stage] : starts[stage + 1]]) for stage in supplies.order]
