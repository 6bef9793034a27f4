"""Is the price of a point of US value what re-planning pays, and the highest share that of the best sources?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from rackwright.supply import SupplyRequest, plan_supply
from rackwright.supply.content_prices import content_points, content_reach, traced_share
from rackwright.supply.replan import resolved
from rackwright.views.content_prices import content_prices_shown

World = Callable[..., SupplyRequest]


def offer(supplier: str, price: str, share: str, allocation: int = 6) -> dict[str, object]:
    """Boards of one supplier, traced to US plants by a share."""
    return {"item": "board", "supplier": supplier, "price": price, "lead_time": "14 days",
            "allocation_per_week": allocation, "origin": "TW", "traced_us_value": share}  # fmt: skip


def two_sources(world: World, dear: str = "110 kUSD") -> SupplyRequest:
    """Boards without US value, and dearer ones with half of it; the plant adds 10 kUSD of US work to a rack."""
    tables = {"offers": [offer("s1", "100 kUSD", "0 %"), offer("s2", dear, "50 %")]}
    return replace(world(tables=tables), with_reasons=False)


def test_101_a_point_costs_the_dearer_source(world: World) -> None:
    """Racks are worth 250 kUSD: a point of it is bought with 2,500 USD of US value, at 10 kUSD for each 55 kUSD."""
    request = two_sources(world)
    base, *points = content_points(request, plan_supply(request), points=3)
    assert base.reached_share == pytest.approx(10 / 250)
    assert [point.target_share for point in points] == pytest.approx([0.05, 0.06, 0.07])
    for number, point in enumerate(points, start=1):
        assert point.is_met
        assert point.cost_usd == pytest.approx(number * 8 * 2_500 * 10 / 55, rel=1e-4)
        assert point.late_rack_days == pytest.approx(0.0, abs=1e-3)


def test_102_the_first_point_that_is_not_to_be_had_ends_the_list(world: World) -> None:
    """Where a dollar of US value costs more than its ceiling, the point is missed and no further one is tried."""
    request = two_sources(world, dear="250 kUSD")
    found = list(content_points(request, plan_supply(request), points=5))
    assert len(found) == 2
    assert not found[1].is_met
    assert found[1].cost_usd == pytest.approx(0.0, abs=1.0)


def test_103_the_highest_share_is_that_of_the_best_source(world: World) -> None:
    """Two boards of 110 kUSD, half of each traced, and 10 kUSD of work at a US plant: 120 of 230 kUSD."""
    request = two_sources(world)
    assembly, plan = resolved(request, plan_supply(request))
    (rack,) = content_reach(assembly.network)
    assert (rack.item, rack.is_rack) == ("sku", True)
    assert rack.value_usd == pytest.approx(230_000.0)
    assert rack.share == pytest.approx(120 / 230)
    assert traced_share(assembly, plan) == pytest.approx(10 / 250)


def test_201_the_answer_says_price_and_reach(world: World) -> None:
    """The text names the share without a price, the highest share of a rack, and what the last point costs."""
    request = two_sources(world)
    before = plan_supply(request)
    points = list(content_points(request, before, points=2))
    shown = content_prices_shown(points, content_reach(resolved(request, before)[0].network))
    assert "4.0 %" in shown.lead
    assert "sku could reach most, 52.2 %" in shown.lead
    assert "6 % cost 7 kUSD more" in shown.lead
    assert [row["is_met"] for row in shown.tables[0].as_json()] == [True, True, True]
    missed = content_prices_shown(points[:1], ())
    assert "no further point is to be had" in missed.lead
