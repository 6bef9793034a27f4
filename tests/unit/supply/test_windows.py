"""Do orders of the plan before stand in the firm and flexible windows of their terms?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from rackwright.supply import SupplyRequest, plan_supply
from rackwright.supply.before import orders_before
from rackwright.supply.replan import replan_supply
from rackwright.tables.supply import Supply

World = Callable[..., SupplyRequest]

ONE = {"item": "board", "supplier": "s1", "price": "100 kUSD", "lead_time": "14 days", "allocation_per_week": 6,
       "origin": "TW"}  # fmt: skip
OTHER = {**ONE, "supplier": "s2", "price": "60 kUSD"}
FIRM = {"item": "board", "supplier": "s1", "firm_window": "5 weeks"}
FLEXIBLE = {"item": "board", "supplier": "s1", "flexible_window": "5 weeks", "flexible_share": 0.25}


def world_of(world: World, terms: dict[str, Any], *offers: dict[str, Any]) -> SupplyRequest:
    """Sixteen boards wanted early, under terms, without reasons."""
    return replace(world(need_day=40, tables={"offers": list(offers), "terms": [terms]}), with_reasons=False)


def ordered(supply: Supply, last_day: int) -> dict[int, float]:
    """Boards of s1 by day of order, for those that come within a day."""
    rows = supply.orders.frame.filter(kind="buy", source="s1").select("start_day", "end_day", "qty")
    return {start: qty for start, end, qty in rows.iter_rows() if end <= last_day}


def test_101_a_firm_window_holds_orders_that_a_cheaper_offer_would_take(world: World) -> None:
    """Orders that come within five weeks stay with the dear supplier, later ones go; one piece less would save 40 k."""
    before = plan_supply(world_of(world, FIRM, ONE))
    found = replan_supply(world_of(world, FIRM, ONE, OTHER), before, is_free=True).supply
    held = ordered(before, 35)
    assert len(held) >= 2
    assert ordered(found, 35) == pytest.approx(held)
    assert sum(ordered(found, 999).values()) == pytest.approx(sum(held.values()))
    savings = found.windows.frame["saving"].to_list()
    assert min(savings) < -39_000.0
    [text] = found.checks.frame.filter(rule="supply-windows")["source"].to_list()
    assert f"{sum(held.values()) * 40_000:,.0f} USD less" in text


def test_102_no_order_is_added_inside_a_firm_window(world: World) -> None:
    """Racks wanted earlier than in the plan before: later orders come sooner, those of the window stay."""
    before = plan_supply(replace(world_of(world, FIRM, ONE), tranches=world(need_day=90).tranches))
    later = plan_supply(world_of(world, FIRM, ONE))
    found = replan_supply(world_of(world, FIRM, ONE), before).supply
    assert sum(ordered(later, 35).values()) > sum(ordered(before, 35).values())
    assert ordered(found, 35) == pytest.approx(ordered(before, 35))
    assert found.windows.frame["saving"].max() > 0.0  # type: ignore[operator]


def test_103_a_flexible_window_lets_a_share_go(world: World) -> None:
    """A quarter of each order inside the flexible window goes to the cheaper supplier, no more."""
    before = plan_supply(world_of(world, FLEXIBLE, ONE))
    found = replan_supply(world_of(world, FLEXIBLE, ONE, OTHER), before, is_free=True).supply
    kept = {day: 0.75 * qty for day, qty in ordered(before, 35).items()}
    assert ordered(found, 35) == pytest.approx(kept)


@pytest.mark.parametrize("change", [{"allocation_per_week": 2}, {"qualified": "2027-03-01"}])
def test_104_what_cannot_stand_is_named(world: World, change: dict[str, Any]) -> None:
    """A supplier that can no longer deliver the held orders: a plan comes out and a check names them."""
    before = plan_supply(world_of(world, FIRM, ONE))
    found = replan_supply(world_of(world, FIRM, ONE | change), before).supply
    broken = found.checks.frame.filter(rule="supply-window-held")
    assert broken["subject"].to_list() == ["board of s1 to p1"]
    assert not found.windows.frame["stands"].all()
    assert found.solves["status"][0] == "optimal"
    if "allocation_per_week" in change:
        assert max(ordered(found, 35).values()) == pytest.approx(2.0)


def test_105_a_lost_supplier_is_named(world: World) -> None:
    """The offer is gone: its orders in the window stand in the table as lost."""
    before = plan_supply(world_of(world, FIRM, ONE))
    found = replan_supply(world_of(world, FIRM, OTHER), before).supply
    lost = found.windows.frame.filter(stands=False)
    assert lost["before"].sum() == pytest.approx(sum(ordered(before, 35).values()))


def test_106_a_later_plan_counts_days_from_its_own_start(world: World) -> None:
    """A week on, orders of the first week have been placed, and the others come a week sooner."""
    before = plan_supply(world_of(world, FIRM, ONE))
    request = world_of(world, FIRM, ONE)
    rows = orders_before(before.orders, before.buckets, request.supply.terms, days_since=7)
    days = [row.first_day + 7 for row in rows]
    assert days == sorted(day for day in ordered(before, 999) if day >= 7)
    found = plan_supply(replace(request, before=rows))
    assert set(ordered(found, 35)) == {day - 7 for day in ordered(before, 42) if day >= 7}


def test_107_a_program_above_the_exact_limit_keeps_windows(world: World) -> None:
    """The path with a proved gap holds the same orders."""
    before = plan_supply(world_of(world, FIRM, ONE))
    request = world_of(world, FIRM, ONE, OTHER)
    request = replace(request, policy=request.policy.model_copy(update={"exact_columns": 50}))
    placed = orders_before(before.orders, before.buckets, request.supply.terms)
    found = plan_supply(replace(request, before=placed))
    assert found.solves["status"][0] == "limit"
    assert ordered(found, 35) == pytest.approx(ordered(before, 35))
    assert ordered(replan_supply(request, before).supply, 35) == pytest.approx(ordered(before, 35))


def test_108_without_windows_nothing_is_held(world: World) -> None:
    """Terms without windows leave the table empty and add no check."""
    terms = {"item": "board", "supplier": "s1"}
    before = plan_supply(world_of(world, terms, ONE))
    found = replan_supply(world_of(world, terms, ONE, OTHER), before, is_free=True).supply
    assert not len(found.windows)
    assert not found.checks.frame["rule"].str.contains("window").any()
