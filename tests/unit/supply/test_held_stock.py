"""Does the plan hold the safety stock it is asked for, without making a rack late?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import ceil

import pytest

from rackwright.program.header import SafetyPolicy
from rackwright.supply import SupplyRequest, plan_supply
from rackwright.supply.planned_service import place_planned_stock
from rackwright.tables.supply import Supply

World = Callable[..., SupplyRequest]


def planned(world: World, use: str, *, spread: float = 0.5, **changes: object) -> tuple[SupplyRequest, Supply]:
    """The small world with a policy of safety stock."""
    request = world(**changes)
    policy = SafetyPolicy.model_validate({"service": 0.95, "demand_spread": spread, "use": use})
    request = replace(request, policy=request.policy.model_copy(update={"safety_stock": policy}))
    return request, plan_supply(request)


def test_101_as_a_view_it_changes_nothing(world: World) -> None:
    """Without the switch the plan is the one without a policy of safety stock."""
    request, viewed = planned(world, "view")
    plain = plan_supply(replace(request, policy=request.policy.model_copy(update={"safety_stock": None})))
    assert viewed.orders.frame.equals(plain.orders.frame)
    assert not len(viewed.safety_stocks)


def test_102_the_plan_buys_what_is_placed(world: World) -> None:
    """Each stage holds what guaranteed service places on the plan without it, in whole pieces, and the money shows."""
    request, without = planned(world, "view")
    _, held = planned(world, "plan")
    policy = request.policy.safety_stock
    assert policy is not None
    yearly = {"sku": 250_000 * 0.1, "board": 100_000 * 0.1}
    sources = (request.supply.offers, request.supply.makes)
    placed = place_planned_stock(without.orders, without.takes, sources, policy, yearly)
    assert placed is not None
    wanted = {stage: ceil(qty - 1e-6) for stage, qty in zip(placed.stages, placed.placed.pieces, strict=True)}
    rows = {row[:2]: row[2:] for row in held.safety_stocks.frame.iter_rows()}
    assert {key: row[0] for key, row in rows.items()} == {key: qty for key, qty in wanted.items() if qty}
    assert rows
    assert all(row[1] == pytest.approx(row[0]) for row in rows.values())
    assert held.orders["cost_cent"].sum() > without.orders["cost_cent"].sum()


@pytest.mark.parametrize("need_day", [20, 45, 70, 120])
def test_103_no_rack_waits_for_safety_stock(world: World, need_day: int) -> None:
    """Racks are accepted in the buckets of the plan without it, however late or short they are."""
    for racks in (8, 40, 70):
        without, held = (planned(world, use, racks=racks, need_day=need_day)[1] for use in ("view", "plan"))
        columns = ["bucket", "cumulative"]
        before, after = (dict(each.deployments.frame.select(columns).iter_rows()) for each in (without, held))
        for bucket, total in before.items():
            reached = max((value for at, value in after.items() if at <= bucket), default=0.0)
            assert reached >= total - 1e-4


def test_104_what_cannot_be_had_is_told(world: World) -> None:
    """With nearly all boards in racks to the end, a large stock is not held, and a check that fails says so."""
    _, held = planned(world, "plan", spread=1.0, racks=70, need_day=20)
    rows = held.safety_stocks.frame
    assert rows.filter(rows["held"] < rows["wanted"] - 1e-3).height
    checks = held.checks.frame.filter(rule="supply-claim-given")
    assert not all(checks["passed"].to_list())
