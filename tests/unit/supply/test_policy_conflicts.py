"""Is the set that forbids the content target or the budget the smallest one?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from rackwright.program.header import ShareTarget
from rackwright.solve import solve_linear
from rackwright.supply import SupplyRequest
from rackwright.supply.assemble import Assembly, assemble
from rackwright.supply.conflicts import Conflict
from rackwright.supply.policy_conflicts import policy_conflicts
from rackwright.supply.scope import scope_network
from rackwright.supply.targets import target_shares
from rackwright.supply.timing import Grid

from .conftest import START, policy

World = Callable[..., SupplyRequest]


def offer(supplier: str, share: float, weekly: float = 6.0, price: int = 100) -> dict[str, object]:
    """Boards of which a share of the value is traced to US plants."""
    return {"item": "board", "supplier": supplier, "price": f"{price} kUSD", "lead_time": "14 days",
            "allocation_per_week": weekly, "origin": "TW", "traced_us_value": share}  # fmt: skip


def wanted(share: float, price: float = 0.9) -> dict[str, Any]:
    """Fields of a policy with a content target from the first day on."""
    start: dt.date = START
    return {"traced_us_share": [ShareTarget.model_validate({"from": start, "share": share})], "content_price": price}


def conflicts(request: SupplyRequest) -> tuple[Conflict, ...]:
    """Conflicts of the plan before racks are made whole."""
    rules = request.policy
    grid = Grid.of(request.horizon.buckets(num_weekly=rules.weekly_buckets, num_monthly=rules.monthly_buckets))
    network = scope_network(request, grid).network
    assembly: Assembly = assemble(network, rules, target_shares(rules, request.horizon, grid))
    return policy_conflicts(request, assembly, solve_linear(assembly.model))


def test_101_a_target_that_is_met_and_no_budget_name_nothing(world: World) -> None:
    """Boards traced to US plants in full carry a target of a half."""
    assert conflicts(world(tables={"offers": [offer("s1", 1.0)]}, policy=policy(**wanted(0.5)))) == ()


def test_102_a_target_that_no_source_can_give_says_so(world: World) -> None:
    """Without any US board the racks themselves forbid the target, whatever the fields."""
    (found,) = conflicts(world(tables={"offers": [offer("s1", 0.0)]}, policy=policy(**wanted(0.5))))
    assert str(found).startswith("no source")
    assert [str(clause) for clause in found.clauses] == ["policy.traced_us_share", "tranches[t1].units"]
    assert found.unit == "USD"


def test_103_a_scarce_us_source_is_named(world: World) -> None:
    """A US source of half a board a week cannot carry the target beside the other: its allocation is named."""
    offers = [offer("s1", 0.0), offer("s2", 1.0, weekly=0.3)]
    (found,) = conflicts(world(tables={"offers": offers}, policy=policy(**wanted(0.6))))
    fields = ["policy.traced_us_share", "tranches[t1].units", "offers[board@s2].allocation_per_week"]
    assert [str(clause) for clause in found.clauses] == fields
    assert found.is_smallest
    more = [offer("s1", 0.0), offer("s2", 1.0, weekly=6.0)]
    assert conflicts(world(tables={"offers": more}, policy=policy(**wanted(0.6)))) == ()


def test_104_a_target_missed_for_its_price_is_not_forbidden(world: World) -> None:
    """US boards at twice the price are there, and a cheap target is missed: nothing forbids it."""
    offers = [offer("s1", 0.0), offer("s2", 1.0, price=200)]
    (found,) = conflicts(world(tables={"offers": offers}, policy=policy(**wanted(0.6, price=0.01))))
    assert "cheaper" in found.reason


def test_105_boards_nobody_needs_do_not_meet_a_target(world: World) -> None:
    """The target is not met by US boards that no rack takes: with them out of reach of racks it stays forbidden."""
    offers = [offer("s1", 0.0), offer("s2", 0.4)]
    (found,) = conflicts(world(tables={"offers": offers}, policy=policy(**wanted(0.6))))
    assert str(found).startswith("no source")


@pytest.mark.parametrize(("budget", "is_over"), [("10 kUSD", True), ("10 MUSD", False)])
def test_106_a_budget_below_what_is_on_order_names_racks_and_lead_times(
    world: World, budget: str, is_over: bool
) -> None:
    """Boards are ordered three weeks before they are paid: racks and a week of transit forbid a tenth of a board."""
    found = conflicts(world(tables={"offers": [offer("s1", 0.0)]}, policy=policy(budget=budget)))
    assert len(found) == is_over
    if is_over:
        names = [str(clause) for clause in found[0].clauses]
        assert names == ["policy.budget", "tranches[t1].units", "lanes[TW@*@air].transit"]
        assert found[0].is_smallest


def test_107_a_budget_the_plan_breaks_for_dates_is_not_forbidden(world: World) -> None:
    """Boards bought week by week would stay within half of what all of them cost: the plan puts dates before it."""
    request = world(racks=8, need_day=30, tables={"offers": [offer("s1", 0.0)]}, policy=policy(budget="900 kUSD"))
    (found,) = conflicts(request)
    assert "nothing forbids it" in found.reason
