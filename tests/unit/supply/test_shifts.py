"""Does an extra shift open exactly where the plan gains more by it than it costs?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rackwright.supply import SupplyRequest, plan_supply
from rackwright.tables.supply import Supply

World = Callable[..., SupplyRequest]
CELL = {"id": "c1", "plant": "p1", "kind": "l11-test", "stations": 2, "hours_per_week": 100, "utilisation": 1.0}


def planned(world: World, **shift: Any) -> Supply:
    """Eight racks, two a week by the test cell, which may have half as many hours more for a price."""
    cell = CELL | ({"extra_shift": {"hours_per_week": 50, "cost_per_week": "1 kUSD"} | shift} if shift else {})
    return plan_supply(world(need_day=20, tables={"cells": [cell]}))


def cost_usd(supply: Supply) -> float:
    """Cost of the plan before racks are made whole, late racks priced."""
    return float(supply.solves["objective"][0])


def test_101_a_shift_that_gains_more_than_it_costs_opens(world: World) -> None:
    """Late racks are dear and the shift is cheap: it opens, and is worth what the plan costs less with it."""
    closed, decided = planned(world, state="closed"), planned(world, state="decide")
    row = decided.openings.frame.row(0, named=True)
    assert row["is_open"]
    gain = cost_usd(closed) - cost_usd(decided)
    assert (row["worth_cent"] - row["cost_cent"]) / 100 == pytest.approx(gain, rel=1e-6)
    assert row["worth_cent"] > row["cost_cent"] == 20 * 100_000


def test_102_a_dear_shift_stays_closed(world: World) -> None:
    """At a price above what it could be worth it stays closed, and the plan is that of a cell without one."""
    decided = planned(world, state="decide", cost_per_week="10 MUSD")
    assert not decided.openings["is_open"][0]
    assert cost_usd(decided) == pytest.approx(cost_usd(planned(world)))
    opened = planned(world, state="open", cost_per_week="10 MUSD")
    assert decided.openings["worth_cent"][0] / 100 >= cost_usd(decided) - cost_usd(opened) - 1.0


@pytest.mark.parametrize(("share", "opens"), [(0.98, True), (1.02, False)])
def test_105_the_worth_is_the_price_at_which_it_turns(world: World, share: float, opens: bool) -> None:
    """A little below what it is worth it opens, a little above it does not."""
    worth_usd = planned(world, state="decide").openings["worth_cent"][0] / 100
    weekly = f"{worth_usd / 20 * share:.2f} USD"
    assert planned(world, state="decide", cost_per_week=weekly).openings["is_open"][0] is opens


def test_103_hours_count_from_the_day_it_can_run(world: World) -> None:
    """With notice the hours of the first weeks are the cell's own; after it half as many more."""
    supply = planned(world, state="open", notice="14 days")
    loads = supply.loads.frame.filter(resource="c1", kind="cell").sort("bucket")
    hours = (loads["used"] + loads["free"]).to_list()
    assert hours[:4] == pytest.approx([200.0, 200.0, 300.0, 300.0])


def test_104_without_a_shift_nothing_is_decided(world: World) -> None:
    """A program without extra shifts has no row."""
    assert not len(planned(world).openings)


def test_106_the_money_of_a_shift_is_in_every_account_once(world: World) -> None:
    """Orders, cash and the solver's objective each grow by what the shift costs, and by nothing else."""
    free = planned(world, state="open", cost_per_week="0 USD")
    paid = planned(world, state="open", cost_per_week="1 kUSD")
    cost_cent = 20 * 100_000
    assert paid.openings["cost_cent"][0] == cost_cent
    assert paid.solves["objective"][0] - free.solves["objective"][0] == pytest.approx(cost_cent / 100, rel=1e-6)
    assert paid.orders["cost_cent"].sum() - free.orders["cost_cent"].sum() == cost_cent
    assert paid.cash["paid_cent"].sum() - free.cash["paid_cent"].sum() == cost_cent
    assert paid.orders.frame.filter(kind="shift")["cost_cent"].to_list() == [cost_cent]
    assert paid.cash["party"].unique().to_list() == ["maker"]


def test_107_a_shift_is_paid_in_the_weeks_in_which_it_runs(world: World) -> None:
    """Nothing before its first day, then its weekly cost in each bucket; nothing of it is owed."""
    free = planned(world, state="open", cost_per_week="0 USD", notice="14 days")
    paid = planned(world, state="open", cost_per_week="1 kUSD", notice="14 days")
    cells = ["paid_cent", "liable_cent"]
    more = paid.cash.frame.sort("bucket").select(cells) - free.cash.frame.sort("bucket").select(cells)
    assert more["paid_cent"].to_list() == [0, 0, *([100_000] * 18)]
    assert set(more["liable_cent"].to_list()) == {0}


def test_108_a_closed_shift_costs_nothing(world: World) -> None:
    """No order and no payment of a shift that stays closed."""
    closed, without = planned(world, state="closed"), planned(world)
    assert closed.orders.frame.equals(without.orders.frame)
    assert closed.cash.frame.equals(without.cash.frame)


def test_109_orders_and_cash_add_up(world: World) -> None:
    """What is ordered with duty is what is paid and what is still owed at the end, shifts included."""
    supply = planned(world, state="open", cost_per_week="12345.67 USD", notice="10 days")
    ordered = supply.orders["cost_cent"].sum() + supply.orders["duty_cent"].sum()
    owed = supply.cash.frame.sort("bucket").group_by("party", maintain_order=True).last()["liable_cent"].sum()
    assert ordered > 0
    assert abs(ordered - supply.cash["paid_cent"].sum() - owed) <= len(supply.orders)
