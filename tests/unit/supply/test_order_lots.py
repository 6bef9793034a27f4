"""Are orders of the next weeks lots a supplier takes, the cheapest ones, with a gap that is told?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.supply import SupplyRequest, plan_supply
from rackwright.supply.order_lots import Needs, cheapest_lots

World = Callable[..., SupplyRequest]


def cost_of(needs: Needs, lots: tuple[int, ...]) -> float:
    """Holding and a dollar an order; infinite for lots that are none or come too late."""
    ahead = np.cumsum(lots) - needs.so_far
    is_lot = all(q == 0 or needs.least <= q <= most for q, most in zip(lots, needs.most.tolist(), strict=True))
    if not is_lot or (ahead < 0).any():
        return float("inf")
    return float(needs.hold_usd @ ahead) + sum(q > 0 for q in lots)


@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=4),
    st.integers(1, 3),
    st.lists(st.integers(0, 6), min_size=4, max_size=4),
    st.integers(1, 30),
)
def test_101_lots_are_the_cheapest_of_all(wanted: list[int], least: int, most: list[int], hold: int) -> None:
    """Dynamic programming finds what trying every combination finds, and None where there is none."""
    num = len(wanted)
    needs = Needs(np.cumsum(wanted), np.array(most[:num]), least, np.full(num, hold / 7.0))
    best = min(cost_of(needs, lots) for lots in product(range(7), repeat=num))
    found = cheapest_lots(needs)
    if found is None:
        assert best == float("inf")
    else:
        assert cost_of(needs, tuple(found.tolist())) == pytest.approx(best)


def offer(**changes: object) -> dict[str, object]:
    """Six boards a week."""
    row = {"item": "board", "supplier": "s1", "price": "100 kUSD", "lead_time": "14 days", "allocation_per_week": 12,
           "origin": "TW"}  # fmt: skip
    return row | changes


def lots_of(world: World, weeks: int, **changes: object) -> tuple[list[float], float]:
    """Pieces of each purchase, and the gap of the plan."""
    policy = world().policy.model_copy(update={"whole_rack_weeks": weeks})
    request = replace(world(need_day=40, tables={"offers": [offer(**changes)]}), policy=policy, with_reasons=False)
    plan = plan_supply(request)
    return plan.orders.frame.filter(kind="buy").sort("start_day")["qty"].to_list(), float(plan.solves["gap"][-1])


def test_201_near_orders_are_multiples_of_at_least_the_minimum(world: World) -> None:
    """Sixteen boards in orders of at least five, in threes: sixes and nines; the gap is small and told."""
    lots, gap = lots_of(world, 20, minimum=5, multiple=3)
    assert all(qty % 3 == pytest.approx(0.0, abs=1e-6) and qty >= 6 for qty in lots)
    assert 16 <= sum(lots) < 22
    assert 0 < gap < 0.1


def test_202_orders_beyond_the_near_weeks_stay_amounts(world: World) -> None:
    """Without weeks of whole racks nothing is rounded."""
    lots, gap = lots_of(world, 0, minimum=5, multiple=3)
    assert sum(lots) == pytest.approx(16.0)
    assert gap == 0


def test_203_a_full_allocation_is_not_exceeded(world: World) -> None:
    """Four boards a week and a multiple of three: never more than three a week, the racks come later."""
    lots, _ = lots_of(world, 20, allocation_per_week=4, multiple=3)
    assert max(lots) <= 4 + 1e-6
    assert all(qty % 3 == pytest.approx(0.0, abs=1e-6) for qty in lots)
