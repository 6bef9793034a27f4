"""Where does safety stock stand, and how much of it? Guaranteed service: each stage promises days and keeps them.

A stage that is served within `SI` days, works `T` days and promises `S` days holds stock for the demand of
`SI + T - S` days at its bound: spread * sqrt(days). Days are integers. On a forest (no two ways between two stages) a
dynamic programme finds the optimum; elsewhere that of a forest within the network and a mixed-integer model bound it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from rackwright.solve import Limits
from rackwright.supply.service_network import ServiceNetwork

__all__ = ["SafetyStock", "place_safety_stock"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_NODES: Final = 50
_MOST_CHOICES: Final = 1_500
_PRICE_ROUNDS: Final = 100
_FIRST_REACH: Final = 1.0
_PATIENCE: Final = 5
_EXACT_SHARE: Final = 1e-9


@dataclass(frozen=True)
class SafetyStock:
    """Service times and stock of every stage, in the order of the network.

    Parameters
    ----------
    inbound_days
        Days within which every supplier of the stage serves it.
    service_days
        Days the stage promises to its customers.
    net_days
        Days of demand the stage covers from stock: inbound + lead - service.
    pieces
        Safety stock [pieces].
    cost
        Cost of holding it, in the unit of the network's `holding_cost`.
    total, bound
        Sum of `cost`, and what no placement can be below.
    """

    inbound_days: IntArray
    service_days: IntArray
    net_days: IntArray
    pieces: FloatArray
    cost: FloatArray
    total: float
    bound: float

    @property
    def gap(self) -> float:
        """(total - bound) / total, zero where the placement is proved to be the best."""
        return max(0.0, 1.0 - self.bound / self.total) if self.total > 0.0 else 0.0

    @property
    def is_proved(self) -> bool:
        """Whether no placement is cheaper."""
        return self.gap <= _EXACT_SHARE


def place_safety_stock(network: ServiceNetwork, *, limits: Limits | None = None) -> SafetyStock:
    """Choose the service time of every stage so that holding safety stock costs least.

    Exact on a forest. Elsewhere arcs are dropped until a forest is left and priced, which gives a bound and a first
    placement, and a mixed-integer model betters both within its limits.

    Parameters
    ----------
    network
        Stages, arcs, and the promises to customers outside.
    limits
        Counts at which the mixed-integer model stops; by default 50 nodes, and none where
        the stages have more than 1,500 possible net days in all. Not used on a forest.

    Notes
    -----
    min sum_k h_k spread_k sqrt(SI_k + T_k - S_k) with SI_j >= S_i on arcs, S_k <= SI_k + T_k, S_k <= promise_k.
    Source: S. C. Graves and S. P. Willems, Optimizing strategic safety stock placement in supply chains, Manufacturing
    & Service Operations Management 2(1), 2000.
    """
    arcs = network.forest_arcs()
    dropped = np.setdiff1d(np.arange(len(network.suppliers)), arcs)
    placed = _price_dropped(network, arcs, dropped)
    if placed.is_proved or (limits is None and network.longest_days.sum() > _MOST_CHOICES):
        return placed
    from rackwright.supply.service_model import improve_service

    found, bound = improve_service(network, placed.service_days, limits or Limits(mip_nodes=_NODES))
    better = _settle(network, found, bound=max(placed.bound, bound))
    return better if better.total <= placed.total else _settle(network, placed.service_days, bound=better.bound)


def _price_dropped(network: ServiceNetwork, kept: IntArray, dropped: IntArray) -> SafetyStock:
    """Best placement and bound of the forest when a promise over a dropped arc has a price for each day it is late.

    Any prices >= 0 give a bound (Lagrange); they follow the days late, with steps of B. T. Polyak (1969).
    """
    price, reach, bound, stale = np.zeros(len(dropped)), _FIRST_REACH, -np.inf, 0
    best: SafetyStock | None = None
    for _ in range(_PRICE_ROUNDS if len(dropped) else 1):
        value, inbound, service = _Tree(network, kept, dropped, price).solve()
        stale = stale + 1 if value <= bound else 0
        bound = max(bound, value)
        placed = _settle(network, service, bound=bound)
        best = placed if best is None or placed.total < best.total else best
        late = service[network.suppliers[dropped]] - inbound[network.customers[dropped]]
        if not np.any(late) or best.total - bound <= _EXACT_SHARE * best.total:
            break
        if stale == _PATIENCE:
            reach, stale = reach / 2.0, 0
        price = np.maximum(0.0, price + reach * (best.total - value) / float(late @ late) * late)
    assert best is not None
    return _settle(network, best.service_days, bound=bound)


def _settle(network: ServiceNetwork, service: IntArray, *, bound: float) -> SafetyStock:
    """Placement with the promises given, each stage served as early as its suppliers promise."""
    inbound, service = network.inbound_days.copy(), service.copy()
    for stage in network.order:
        for supplier in network.suppliers_of[stage]:
            inbound[stage] = max(inbound[stage], service[supplier])
        service[stage] = min(service[stage], inbound[stage] + network.lead_days[stage])
    net = inbound + network.lead_days - service
    pieces = network.spread * np.sqrt(net)
    cost = network.holding_cost * pieces
    total = float(np.sum(cost))
    return SafetyStock(inbound, service, net, pieces, cost, total, min(bound, total))


@dataclass
class _Tree:
    """The dynamic programme on a forest: stages are taken from the leaves to a root, each asked by its parent.

    A stage below its parent's customers (`is_supplier`) answers the least cost of its branch for every promise S, else
    for every inbound time SI. `supply[k][SI]` and `demand[k][S]` collect the answers of the branches at stage k.
    """

    network: ServiceNetwork
    arcs: IntArray
    priced_arcs: IntArray
    price: FloatArray
    parent: list[int] = field(default_factory=list)
    is_supplier: list[bool] = field(default_factory=list)
    order: list[int] = field(default_factory=list)
    supply: list[FloatArray] = field(default_factory=list)
    demand: list[FloatArray] = field(default_factory=list)
    answer: dict[int, FloatArray] = field(default_factory=dict)

    def solve(self) -> tuple[float, IntArray, IntArray]:
        """Least cost, and inbound and service times of all stages."""
        self._hang()
        network = self.network
        self.supply = [np.zeros(longest - lead + 1) for longest, lead in self._spans()]
        for stage in np.flatnonzero(network.inbound_days):
            self.supply[stage][: network.inbound_days[stage]] = np.inf
        self.demand = [np.zeros(most + 1) for most in network.most_service_days.tolist()]
        for arc, price in zip(self.priced_arcs.tolist(), self.price.tolist(), strict=True):
            late, early = self.demand[network.suppliers[arc]], self.supply[network.customers[arc]]
            late += price * np.arange(len(late))
            early -= price * np.arange(len(early))
        value = sum(self._ask(stage) for stage in reversed(self.order))
        return value, *self._choose()

    def _spans(self) -> list[tuple[int, int]]:
        return list(zip(self.network.longest_days.tolist(), self.network.lead_days.tolist(), strict=True))

    def _hang(self) -> None:
        """Hang each tree of the forest on its lowest stage; `order` runs from the roots down."""
        count = self.network.num_stages
        near: list[list[tuple[int, bool]]] = [[] for _ in range(count)]
        for arc in self.arcs.tolist():
            supplier, customer = int(self.network.suppliers[arc]), int(self.network.customers[arc])
            near[customer].append((supplier, True))
            near[supplier].append((customer, False))
        self.parent, self.is_supplier, self.order = [-2] * count, [False] * count, []
        for root in range(count):
            if self.parent[root] != -2:
                continue
            self.parent[root] = -1
            branch = [root]
            for stage in branch:
                for other, is_supplier in near[stage]:
                    if self.parent[other] == -2:
                        self.parent[other], self.is_supplier[other] = stage, is_supplier
                        branch.append(other)
            self.order += branch

    def _cost(self, stage: int, days: IntArray) -> FloatArray:
        """Cost of the stage's own stock for net days; infinite below zero."""
        rate = self.network.holding_cost[stage] * self.network.spread[stage]
        return np.where(days >= 0, rate * np.sqrt(np.maximum(days, 0)), np.inf)

    def _matrix(self, stage: int) -> FloatArray:
        """Cost of the branch for every SI (row) and S (column)."""
        supply, demand = self.supply[stage], self.demand[stage]
        rows, cols = len(supply), len(demand)
        days = np.arange(1 - cols, rows) + int(self.network.lead_days[stage])
        line = self._cost(stage, days)
        step = line.strides[0]
        own = as_strided(line[cols - 1 :], shape=(rows, cols), strides=(step, -step), writeable=False)
        matrix: FloatArray = own + supply[:, None]
        matrix += demand
        return matrix

    def _ask(self, stage: int) -> float:
        """Hand the answer of a branch to its parent; a root answers the least cost of its tree."""
        matrix, parent = self._matrix(stage), self.parent[stage]
        if parent < 0:
            return float(matrix.min())
        if self.is_supplier[stage]:
            self.answer[stage] = matrix.min(axis=0)
            best = np.minimum.accumulate(self.answer[stage])
            target = self.supply[parent]
            target[: len(best)] += best
            target[len(best) :] += best[-1]
        else:
            self.answer[stage] = matrix.min(axis=1)
            best = np.minimum.accumulate(self.answer[stage][::-1])[::-1]
            self.demand[parent] += best[: len(self.demand[parent])]
        return 0.0

    def _choose(self) -> tuple[IntArray, IntArray]:
        """Walk back from the roots: inbound and service time of each stage, given what its parent chose."""
        inbound, service = np.zeros((2, self.network.num_stages), dtype=np.int64)
        for stage in self.order:
            parent, lead = self.parent[stage], int(self.network.lead_days[stage])
            if parent < 0:
                inbound[stage], service[stage] = np.unravel_index(
                    int(np.argmin(self._matrix(stage))), (len(self.supply[stage]), len(self.demand[stage]))
                )
            elif self.is_supplier[stage]:
                service[stage] = np.argmin(self.answer[stage][: inbound[parent] + 1])
                days = np.arange(len(self.supply[stage])) + lead - service[stage]
                inbound[stage] = np.argmin(self.supply[stage] + self._cost(stage, days))
            else:
                first = service[parent]
                inbound[stage] = first + np.argmin(self.answer[stage][first:])
                days = inbound[stage] + lead - np.arange(len(self.demand[stage]))
                service[stage] = np.argmin(self.demand[stage] + self._cost(stage, days))
        return inbound, service
