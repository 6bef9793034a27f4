"""Do rungs of commitment that are held already lift an allocation to what they secure, while they hold?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from rackwright.scenarios.ladder import ladder_options
from rackwright.supply import SupplyRequest, plan_supply
from rackwright.supply.losing import Loss, without

World = Callable[..., SupplyRequest]
START = dt.date(2027, 1, 4)


def reserved(world: World, *, allocation: float = 1, **rung: Any) -> SupplyRequest:
    """A supplier that gives one board a week, and a reservation of six that is held from the first day."""
    row = {"rung": "reservation", "fee": "5 %", "secures_per_week": 6, "held_from": START.isoformat()} | rung
    offer = {"item": "board", "supplier": "s1", "price": "100 kUSD", "lead_time": "14 days",
             "allocation_per_week": allocation, "origin": "TW"}  # fmt: skip
    tables = {"offers": [offer], "terms": [{"item": "board", "supplier": "s1", "rungs": [row]}]}
    return replace(world(tables=tables), with_reasons=False)


def weekly(request: SupplyRequest) -> list[float]:
    """Boards the supplier can give in each week."""
    loads = plan_supply(request).loads.frame.filter(kind="allocation").sort("bucket")
    return [float(value) for value in loads["used"] + loads["free"]]


def test_101_a_rung_held_secures_its_quantity_while_it_holds(world: World) -> None:
    """Orders of its four weeks may reach what it secures; after that the allocation is the supplier's again."""
    limits = weekly(reserved(world, expires_after="4 weeks"))
    assert limits[:6] == pytest.approx([6, 6, 6, 6, 1, 1])


def test_102_a_rung_of_some_days_counts_for_these_days(world: World) -> None:
    """A rung that lapses within a week lifts that week by its days."""
    limits = weekly(reserved(world, expires_after="10 days"))
    assert limits[:3] == pytest.approx([6, (3 * 6 + 4 * 1) / 7, 1])


@pytest.mark.parametrize("rung", [{"held_from": None}, {"rung": "forecast"}, {"secures_per_week": None}])
def test_103_what_is_not_held_or_can_be_taken_back_secures_nothing(world: World, rung: dict[str, Any]) -> None:
    """Only rungs held, with a quantity the supplier cannot take back, act as capacity."""
    assert weekly(reserved(world, **rung))[:3] == pytest.approx([1, 1, 1])


def test_104_racks_come_sooner(world: World) -> None:
    """What is secured brings the racks that waited for the allocation."""
    held, free = reserved(world, expires_after="20 weeks"), reserved(world, held_from=None)
    late = [float(plan_supply(row).deployments["racks"].to_numpy()[:12].sum()) for row in (held, free)]
    assert late[0] > late[1]


def test_105_it_is_no_option_any_more_and_falls_with_its_supplier(world: World) -> None:
    """A rung held is not offered to be taken again, and secures nothing of a supplier that is lost."""
    request = reserved(world)
    assert ladder_options(request, {"board": 16.0}) == ()
    assert weekly(without(request, Loss("supplier", "s1")))[:2] == pytest.approx([0, 0])


def bought(request: SupplyRequest) -> list[tuple[str, float]]:
    """Supplier and pieces of each order to buy, by day."""
    orders = plan_supply(request).orders.frame.filter(kind="buy").sort("start_day", "source")
    return [(str(source), float(qty)) for source, qty in orders.select("source", "qty").iter_rows()]


def near(request: SupplyRequest) -> SupplyRequest:
    """The request with lots in all of its weeks, so that minimums and multiples hold throughout."""
    return replace(request, policy=request.policy.model_copy(update={"whole_rack_weeks": 20}))


def test_201_only_the_customers_own_share_of_an_allocation_counts(world: World) -> None:
    """Of six boards a week half are ours: no week has more than three."""
    offer = {"item": "board", "supplier": "s1", "price": "100 kUSD", "lead_time": "14 days",
             "allocation_per_week": 6, "available_share": 0.5, "origin": "TW"}  # fmt: skip
    assert weekly(replace(world(tables={"offers": [offer]}), with_reasons=False))[:4] == pytest.approx([3, 3, 3, 3])


def test_202_a_second_source_keeps_its_highest_share(world: World) -> None:
    """A source a tenth cheaper that may give a quarter at most gives four of sixteen boards."""
    rows = [("s1", "100 kUSD", 1.0), ("s2", "90 kUSD", 0.25)]
    offers = [{"item": "board", "supplier": name, "price": price, "lead_time": "14 days", "allocation_per_week": 9,
               "origin": "TW", "split_max": share} for name, price, share in rows]  # fmt: skip
    request = replace(world(tables={"offers": offers}), with_reasons=False)
    total = {name: sum(qty for source, qty in bought(request) if source == name) for name, _, _ in rows}
    assert total == pytest.approx({"s1": 12.0, "s2": 4.0})


def test_203_lots_of_a_held_rung_reach_what_it_secures(world: World) -> None:
    """Boards in eights do not fit into one a week; with a rung of eight held, two orders of eight bring sixteen."""
    for held, lots in ((None, []), (START.isoformat(), [8.0, 8.0])):
        request = reserved(world, held_from=held, secures_per_week=8, expires_after="20 weeks")
        (offer,) = request.supply.offers
        offers = (offer.model_copy(update={"minimum": 8.0, "multiple": 8.0}),)
        supply = request.supply.model_copy(update={"offers": offers})
        assert [qty for _, qty in bought(near(replace(request, supply=supply)))] == pytest.approx(lots)
