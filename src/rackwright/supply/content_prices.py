"""What does each extra point of traced US value cost, and which product could reach which share at all?

Points are solved again one by one from the kept basis: one target for all racks, missed only where the next dollar of
US value costs more than the dearest price. The highest share of a product follows from the sources alone: at each level
the source with the highest share, whatever it costs and however little it can give.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from rackwright.program.header import ShareTarget
from rackwright.solve import LinearSolution
from rackwright.supply.assemble import Assembly
from rackwright.supply.losing import Reached, reached
from rackwright.supply.network import Make, Network
from rackwright.supply.replan import resolved
from rackwright.supply.request import SupplyRequest
from rackwright.supply.targets import rack_items
from rackwright.tables.supply import Supply

__all__ = ["DEAREST_USD", "POINT", "PointPrice", "Reach", "content_points", "content_reach", "traced_share"]

DEAREST_USD = 0.95
"""Most a dollar of missing US value may cost; at a dollar, orders nobody needs would pay."""
POINT = 0.01
MET = 1e-4


@dataclass(frozen=True)
class PointPrice:
    """A plan that reaches for one share of traced US value.

    Parameters
    ----------
    target_share, reached_share
        What was asked of all accepted racks, and what the plan reaches.
    cost_usd
        Spending more than in the plan that pays nothing for content.
    late_rack_days, racks
        Lateness more, racks fewer than there.
    is_optimal
        True if the solve was finished.
    """

    target_share: float
    reached_share: float
    cost_usd: float
    late_rack_days: float
    racks: float
    is_optimal: bool

    @property
    def is_met(self) -> bool:
        """True if the target is reached below the dearest price."""
        return self.reached_share >= self.target_share - MET


@dataclass(frozen=True)
class Reach:
    """A product, and the highest share of its value that its sources could trace to US plants."""

    item: str
    is_rack: bool
    value_usd: float
    share: float


def content_points(request: SupplyRequest, before: Supply, *, points: int) -> Iterator[PointPrice]:
    """The plan without a price of content first, then one plan for each point above it, up to the first missed."""
    assembly, plan = resolved(_with_target(request, 0.0, 0.0), before)
    base, share = reached(request, assembly, plan), traced_share(assembly, plan)
    yield _point(share, base, base, share, plan)
    for number in range(1, points + 1):
        target = min(1.0, np.floor(share / POINT + MET) * POINT + number * POINT)
        assembly, plan = resolved(_with_target(request, target, DEAREST_USD), before)
        point = _point(target, base, reached(request, assembly, plan), traced_share(assembly, plan), plan)
        yield point
        if not point.is_met:
            return


def _point(target: float, base: Reached, now: Reached, share: float, plan: LinearSolution) -> PointPrice:
    late, racks = now.late_rack_days - base.late_rack_days, base.racks - now.racks
    return PointPrice(float(target), share, now.cost_usd - base.cost_usd, late, racks, plan.status == "optimal")


def _with_target(request: SupplyRequest, share: float, price_usd: float) -> SupplyRequest:
    """The request with one target from the first day on, at a price; none at a price of nothing."""
    targets = (ShareTarget(start=request.horizon.start, share=share),)  # type: ignore[call-arg]
    changes = {"traced_us_share": targets, "content_usd_per_usd_short": price_usd}
    return replace(request, policy=request.policy.model_copy(update=changes))


def traced_share(assembly: Assembly, plan: LinearSolution) -> float:
    """US value bought and made for racks over the standard cost of accepted racks, as the target row counts it."""
    network, columns, x = assembly.network, assembly.columns, np.clip(plan.x, 0.0, None)
    counted = rack_items(network, (racks.sku for racks in network.acceptances))
    buys, makes, accepted = (columns.table(name, x).sum(axis=1) for name in ("buy", "make", "accept"))
    traced = sum(
        qty * row.us_share * row.price_usd
        for qty, row in zip(buys.tolist(), network.buys, strict=True)
        if row.item in counted
    )
    traced += sum(
        qty * row.us_share * row.cost_usd
        for qty, row in zip(makes.tolist(), network.makes, strict=True)
        if row.item in counted
    )
    traced += sum(
        float(x[columns.one("call", i)]) * network.unit(row.item) * row.us_share * row.price_usd
        for i, row in enumerate(network.calls)
        if row.item in counted
    )
    value = sum(qty * row.value_usd for qty, row in zip(accepted.tolist(), network.acceptances, strict=True))
    return float(traced / value) if value > 0 else 0.0


def content_reach(network: Network) -> tuple[Reach, ...]:
    """Racks and everything made for them with the highest share their sources allow, the highest first."""
    skus = {racks.sku for racks in network.acceptances}
    made = {make.item for make in network.makes} & rack_items(network, skus)
    best = _Best(network)
    found = [Reach(item, item in skus, *best.of(item)) for item in sorted(made | skus)]
    return tuple(sorted(found, key=lambda row: (not row.is_rack, -row.share, row.item)))


@dataclass
class _Best:
    """Value and share of each item from the source with the highest share."""

    network: Network
    known: dict[str, tuple[float, float]] = field(default_factory=dict)

    def of(self, item: str) -> tuple[float, float]:
        """Value [USD] and traced share of an item; its standard cost and nothing traced where nothing is known."""
        if item not in self.known:
            self.known[item] = (self.network.value_usd.get(item, 0.0), 0.0)
            sources = [(row.price_usd, row.us_share) for row in self.network.buys if row.item == item]
            sources += [(row.price_usd, row.us_share) for row in self.network.calls if row.item == item]
            sources += [self._made(make) for make in self.network.makes if make.item == item]
            self.known[item] = max(sources, key=lambda pair: (pair[1], -pair[0]), default=self.known[item])
        return self.known[item]

    def _made(self, make: Make) -> tuple[float, float]:
        value, traced = make.cost_usd, make.cost_usd * make.us_share
        for choice in make.choices:
            ways = [self._taken(option.takes) for option in choice.options]
            most = max(ways, key=lambda pair: pair[1] / pair[0] if pair[0] > 0 else 0.0, default=(0.0, 0.0))
            value, traced = value + most[0], traced + most[1]
        return value, traced / value if value > 0 else 0.0

    def _taken(self, takes: tuple[tuple[int, float], ...]) -> tuple[float, float]:
        value = traced = 0.0
        for buffer, qty in takes:
            each, share = self.of(self.network.buffers[buffer][0])
            value, traced = value + qty * each, traced + qty * each * share
        return value, traced
