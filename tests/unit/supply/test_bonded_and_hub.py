"""Is duty due when goods leave a trade zone, and is hub stock the supplier's until it is pulled?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rackwright.program.supply import Terms
from rackwright.supply import SupplyRequest, plan_supply
from rackwright.supply.hub import pull_shares
from rackwright.supply.liability import exposure
from rackwright.tables.supply import Supply

World = Callable[..., SupplyRequest]
START = dt.date(2027, 1, 4)
RACKS, BOARD_USD = 8, 100_000.0


def zone(*, bonded: bool, duties: list[dict[str, Any]], made_in: str = "p1") -> dict[str, Any]:
    """Plant p1 in the United States, a trade zone or not; racks of two boards from Taiwan."""
    plants = [{"id": "p1", "name": "Plant 1", "country": "US", "bonded": bonded}]
    return {"plants": plants, "duties": duties, "makes": [{"item": "sku", "plant": made_in, "lead_time": "7 days"}]}


def rule(rate: float, since: int = -400, until: int | None = None, **more: Any) -> dict[str, Any]:
    """A duty on goods of Taiwan between two days of the plan."""
    row = {"id": f"d{rate}", "authority": "Test", "origin": "TW", "rate": rate, "from": date(since), **more}
    return row if until is None else row | {"to": date(until)}


def date(day: int) -> str:
    """Date of a day of the plan."""
    return (START + dt.timedelta(days=day)).isoformat()


def duty_usd(supply: Supply, kind: str) -> float:
    """Duty on orders of a kind."""
    return float(sum(supply.orders.frame.filter(kind=kind)["duty_cent"].to_list())) / 100.0


def planned(request: SupplyRequest) -> Supply:
    """The plan without reasons."""
    return plan_supply(replace(request, with_reasons=False))


def test_101_without_a_zone_duty_is_due_on_entry(world: World) -> None:
    """Sixteen boards at 100 kUSD and 20 % owe 320 kUSD when they come, the racks owe nothing."""
    found = planned(world(tables=zone(bonded=False, duties=[rule(0.2)])))
    assert (duty_usd(found, "buy"), duty_usd(found, "ship")) == (pytest.approx(320_000.0), 0.0)


def test_102_in_a_zone_it_is_due_when_racks_leave(world: World) -> None:
    """The same duty stands on the racks that leave, and nothing on the boards."""
    found = planned(world(tables=zone(bonded=True, duties=[rule(0.2)])))
    assert (duty_usd(found, "buy"), duty_usd(found, "ship")) == (0.0, pytest.approx(320_000.0))


def test_103_the_rules_of_the_day_of_leaving_apply(world: World) -> None:
    """Boards come at 20 % and racks leave at 5 %: with a zone 5 % is owed."""
    duties = [rule(0.2, until=56), rule(0.05, since=56)]
    inside = planned(world(need_day=84, tables=zone(bonded=True, duties=duties)))
    assert duty_usd(inside, "ship") == pytest.approx(RACKS * 2 * BOARD_USD * 0.05)


def test_104_the_heading_of_what_leaves_counts(world: World) -> None:
    """An exemption for another heading does not touch racks that leave, one for theirs does."""
    for heading, due in (("9999", 320_000.0), ("8471", 0.0)):
        duties = [rule(0.2), rule(0.0, hts_prefix=heading, stacks=False)]
        found = planned(world(tables=zone(bonded=True, duties=duties)))
        assert duty_usd(found, "ship") == pytest.approx(due)


def test_105_domestic_parts_owe_nothing(world: World) -> None:
    """Boards of the country's own origin leave the zone without duty."""
    offers = [{"item": "board", "supplier": "s1", "price": "100 kUSD", "lead_time": "14 days",
               "allocation_per_week": 6, "origin": "US"}]  # fmt: skip
    found = planned(world(tables={**zone(bonded=True, duties=[rule(0.2)]), "offers": offers}))
    assert duty_usd(found, "ship") == 0.0


def test_201_first_come_is_first_used() -> None:
    """Of eight pieces, four of one source, two and then four used: the source gives one and two."""
    pulled = pull_shares(np.array([4.0, 0.0]), np.array([8.0, 0.0]), np.array([2.0, 4.0]))
    assert pulled.tolist() == [1.0, 2.0]


def test_202_a_hub_is_paid_when_it_is_pulled(world: World) -> None:
    """Boards that come in week 2 and are built in week 8 are paid then, and all are paid in the end."""
    terms = [
        {"item": "board", "supplier": "s1", "payer": "maker", "payment": "0 days", "hub": hub} for hub in (False, True)
    ]
    orders = [{"item": "board", "supplier": "s1", "plant": "p1", "promised": date(10), "qty": 16}]
    paid = [
        planned(world(need_day=84, tables={"terms": [row], "open_orders": orders})).cash.frame.select(
            "bucket", "paid_cent"
        )
        for row in terms
    ]
    first = [min(bucket for bucket, cent in frame.iter_rows() if cent > 0) for frame in paid]
    assert first[0] == 1
    assert first[1] >= 5
    assert sum(paid[0]["paid_cent"].to_list()) == pytest.approx(sum(paid[1]["paid_cent"].to_list()), rel=1e-6)


def test_203_until_the_pull_an_order_stays_open() -> None:
    """Delivered on day 10 and pulled on day 30, it is payable from day 30 on, and fixed until then."""
    terms = Terms.model_validate({"item": "a", "supplier": "s", "hub": True, "payment": "10 days",
                                  "non_cancellable_within": "5 days"})  # fmt: skip
    ends = np.array([20.0, 35.0, 45.0])
    shares = exposure(terms, ends, 0.0, 10.0, pull_day=30.0)
    assert shares.cancel.tolist() == [1.0, 0.0, 0.0]
    assert shares.payable.tolist() == [0.0, 1.0, 0.0]
