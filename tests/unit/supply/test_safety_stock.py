"""Safety stock is placed where it costs least: every answer is compared with the enumeration of all promises."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.solve import Limits
from rackwright.supply.safety_stock import SafetyStock, place_safety_stock
from rackwright.supply.service_network import ServiceNetwork, Supplies, pooled_spread, rolled_up_cost

Arc = tuple[int, int]


def supplies(count: int, arcs: list[Arc], quantity: list[float] | None = None) -> Supplies:
    """Arcs from supplier to customer, one piece each unless said otherwise."""
    ends = np.array(arcs, dtype=np.int64).reshape(-1, 2)
    return Supplies(count, ends[:, 0], ends[:, 1], np.array(quantity or [1.0] * len(arcs)))


def network(
    lead: list[int],
    cost: list[float],
    arcs: list[Arc],
    *,
    promise: list[int] | None = None,
    inbound: list[int] | None = None,
    spread: list[float] | None = None,
) -> ServiceNetwork:
    """Stages with spread 1; those without customers promise to deliver at once, unless said otherwise."""
    count = len(lead)
    ends = {supplier for supplier, _ in arcs}
    agreed = promise or [-1 if stage in ends else 0 for stage in range(count)]
    return ServiceNetwork(
        np.array(lead),
        np.array(cost, dtype=float),
        np.array(spread or [1.0] * count),
        np.array(agreed),
        np.array(inbound or [0] * count),
        supplies(count, arcs),
    )


def cheapest(net: ServiceNetwork) -> float:
    """Least cost over all promises."""
    choices = [range(int(most) + 1) for most in net.most_service_days]
    return min(cost_of(net, service) for service in itertools.product(*choices))


def cost_of(net: ServiceNetwork, service: tuple[int, ...]) -> float:
    """Cost of promises, written out; infinite where one cannot be kept."""
    total = 0.0
    for stage in range(net.num_stages):
        into = [service[i] for i, j in zip(net.suppliers, net.customers, strict=True) if j == stage]
        days = max([int(net.inbound_days[stage]), *into]) + int(net.lead_days[stage]) - service[stage]
        if days < 0:
            return math.inf
        total += float(net.holding_cost[stage] * net.spread[stage]) * math.sqrt(days)
    return total


def check(net: ServiceNetwork, placed: SafetyStock) -> None:
    """The placement keeps every promise and its cost is that of its promises."""
    assert cost_of(net, tuple(placed.service_days.tolist())) == pytest.approx(placed.total)
    assert np.all(placed.service_days <= net.most_service_days)
    assert placed.bound <= placed.total


@st.composite
def trees(draw: st.DrawFn) -> ServiceNetwork:
    """Trees of two to five stages, arcs either way, some promises and some slow supply from outside."""
    count = draw(st.integers(2, 5))
    arcs = []
    for stage in range(1, count):
        other = draw(st.integers(0, stage - 1))
        arcs.append((stage, other) if draw(st.booleans()) else (other, stage))
    ends = {supplier for supplier, _ in arcs}
    promise = [draw(st.integers(-1, 2)) if s in ends else draw(st.integers(0, 2)) for s in range(count)]
    return network(
        [draw(st.integers(0, 3)) for _ in range(count)],
        [draw(st.integers(0, 9)) / 2.0 for _ in range(count)],
        arcs,
        promise=promise,
        inbound=[draw(st.integers(0, 1)) for _ in range(count)],
        spread=[draw(st.integers(0, 3)) * 1.0 for _ in range(count)],
    )


def test_101_one_stage_covers_its_lead_time() -> None:
    """A stage that is supplied in 7 days, works 9 and delivers at once holds stock for 16 days: spread x 4."""
    placed = place_safety_stock(network([9], [2.0], [], inbound=[7], spread=[5.0]))
    assert placed.net_days.tolist() == [16]
    assert placed.pieces.tolist() == [20.0]
    assert placed.total == placed.bound == 40.0


def test_102_cheap_stock_far_up_is_not_split() -> None:
    """Of two stages in line only the dear one holds stock where both together cost more."""
    placed = place_safety_stock(network([1, 8], [1.0, 1.1], [(0, 1)]))
    assert placed.service_days.tolist() == [1, 0]
    assert placed.total == pytest.approx(3.3)


@given(trees())
def test_103_trees_are_solved_exactly(net: ServiceNetwork) -> None:
    """On a tree the dynamic programme finds the least cost of all promises and proves it."""
    placed = place_safety_stock(net)
    check(net, placed)
    assert placed.total == pytest.approx(cheapest(net), abs=1e-9)
    assert placed.is_proved


def test_104_a_forest_is_solved_tree_by_tree() -> None:
    """Stages that are not connected cost what they cost alone."""
    both = place_safety_stock(network([1, 4, 9], [1.0, 2.0, 3.0], [(0, 1)]))
    alone = place_safety_stock(network([1, 4], [1.0, 2.0], [(0, 1)]))
    assert both.total == pytest.approx(alone.total + 9.0)


def test_105_a_supplier_may_be_faster_than_its_customer_needs() -> None:
    """A part promised at once for the sake of a dear customer waits for the slow part beside it in an assembly."""
    net = network([3, 3, 1, 1], [5.0, 1.0, 6.0, 9.0], [(0, 2), (1, 2), (1, 3)])
    placed = place_safety_stock(net)
    assert placed.service_days.tolist() == [3, 0, 0, 0]
    assert placed.total == pytest.approx(cheapest(net))


@st.composite
def rings(draw: st.DrawFn) -> ServiceNetwork:
    """A part that goes into two assemblies of one product, in all sizes."""
    lead = [draw(st.integers(0, 3)) for _ in range(4)]
    cost = [draw(st.integers(1, 9)) * 1.0 for _ in range(4)]
    return network(lead, cost, [(0, 1), (0, 2), (1, 3), (2, 3)])


@given(rings())
def test_201_rings_are_bounded_and_solved(net: ServiceNetwork) -> None:
    """With a ring the bound lies below, and the model finds, the least cost of all promises."""
    placed = place_safety_stock(net)
    check(net, placed)
    best = cheapest(net)
    assert placed.bound <= best + 1e-6
    assert placed.total == pytest.approx(best, abs=1e-6)


def test_202_the_bound_holds_without_search() -> None:
    """Where no node is looked at, the bound is still below the cost and the placement still keeps its promises."""
    net = network([2, 5, 3, 4], [1.0, 2.0, 3.0, 9.0], [(0, 1), (0, 2), (1, 3), (2, 3)])
    placed = place_safety_stock(net, limits=Limits(mip_nodes=0))
    check(net, placed)
    assert placed.bound <= cheapest(net) + 1e-6 <= placed.total + 2e-6


@given(trees(), st.integers(0, 4))
def test_301_a_longer_lead_time_never_costs_less(net: ServiceNetwork, stage: int) -> None:
    """One day more at any stage costs the same or more."""
    lead = net.lead_days.copy()
    lead[stage % net.num_stages] += 1
    slower = ServiceNetwork(lead, net.holding_cost, net.spread, net.promise_days, net.inbound_days, net.supplies)
    assert place_safety_stock(slower).total >= place_safety_stock(net).total - 1e-9


@given(trees())
def test_302_the_order_of_stages_does_not_matter(net: ServiceNetwork) -> None:
    """Stages named the other way round cost the same."""
    last = net.num_stages - 1
    turned = ServiceNetwork(
        net.lead_days[::-1],
        net.holding_cost[::-1],
        net.spread[::-1],
        net.promise_days[::-1],
        net.inbound_days[::-1],
        Supplies(net.num_stages, last - net.suppliers, last - net.customers, net.supplies.quantity),
    )
    assert place_safety_stock(turned).total == pytest.approx(place_safety_stock(net).total)


def test_401_costs_and_spreads_roll_up() -> None:
    """A product that takes two boards costs them; a board's demand pools both products it goes into."""
    arcs = supplies(3, [(0, 1), (0, 2)], [2.0, 1.0])
    assert rolled_up_cost(np.array([10.0, 5.0, 1.0]), arcs).tolist() == [10.0, 25.0, 11.0]
    assert pooled_spread(np.array([0.0, 2.0, 3.0]), arcs).tolist() == [5.0, 2.0, 3.0]
    assert pooled_spread(np.array([0.0, 2.0, 3.0]), arcs, np.ones(3)).tolist() == [7.0, 2.0, 3.0]


def test_402_contradictions_are_refused() -> None:
    """Arcs that go round, arcs to nowhere and negative days are named."""
    with pytest.raises(ValueError, match="go round"):
        place_safety_stock(network([1, 1], [1.0, 1.0], [(0, 1), (1, 0)]))
    with pytest.raises(ValueError, match="outside 0 to 1"):
        supplies(2, [(0, 2)])
    with pytest.raises(ValueError, match=r"lead_days .* stages \[1\]"):
        network([1, -1], [1.0, 1.0], [])
