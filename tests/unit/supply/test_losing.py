"""Is a loss what the plan without it cannot do?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from rackwright.supply import SupplyRequest, plan_supply
from rackwright.supply.losing import Loss, largest_losses, lose

World = Callable[..., SupplyRequest]


def offer(supplier: str, price: str, origin: str = "TW") -> dict[str, object]:
    """Six boards a week."""
    return {"item": "board", "supplier": supplier, "price": price, "lead_time": "14 days",
            "allocation_per_week": 6, "origin": origin}  # fmt: skip


def test_101_without_the_only_supplier_nothing_comes(world: World) -> None:
    """Eight racks and all served workload are lost with the supplier, and with its country."""
    request = replace(world(), with_reasons=False)
    before = plan_supply(request)
    for lost in lose(request, before, (Loss("supplier", "s1"), Loss("country", "TW"))):
        assert lost.racks == pytest.approx(8.0)
        assert lost.served_share == pytest.approx(1.0)
        assert lost.cost_usd < 0
        assert lost.is_optimal


def test_102_another_source_takes_over_at_its_price(world: World) -> None:
    """A second supplier at 10 kUSD more a board builds all racks: 16 boards cost 160 kUSD more, nothing is late."""
    tables = {"offers": [offer("s1", "100 kUSD"), offer("s2", "110 kUSD", origin="KR")]}
    request = replace(world(tables=tables), with_reasons=False)
    (lost,) = lose(request, plan_supply(request), (Loss("supplier", "s1"),))
    assert lost.racks == pytest.approx(0.0, abs=1e-6)
    assert lost.cost_usd == pytest.approx(160_000.0)
    (country,) = lose(request, plan_supply(request), (Loss("country", "KR"),))
    assert country.cost_usd == pytest.approx(0.0, abs=1.0)


def test_103_open_orders_and_stock_are_lost_too(world: World) -> None:
    """Boards on order at the lost supplier never come; those that lie in another country still do."""
    tables = {
        "open_orders": [{"item": "board", "supplier": "s1", "plant": "p1", "promised": "2027-01-10", "qty": 16}],
        "stock": [{"item": "board", "plant": "p1", "qty": 4}],
    }
    request = replace(world(tables=tables), with_reasons=False)
    (lost,) = lose(request, plan_supply(request), (Loss("supplier", "s1"),))
    assert lost.racks == pytest.approx(6.0)


def test_104_the_largest_come_first_and_campuses_stay(world: World) -> None:
    """The supplier and its country lead; the country of the campus is no loss to be asked about."""
    request = replace(world(), with_reasons=False)
    found = largest_losses(request, plan_supply(request).orders, most=5)
    assert [(loss.kind, loss.name) for loss in found] == [("country", "TW"), ("supplier", "s1")]
    assert found[0].value_usd == pytest.approx(1_600_000.0)
