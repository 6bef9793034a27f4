"""Do extreme inputs end with the right cause? Lead times, ceilings and dates far beyond any standard step."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from rackwright.solve import HotModel
from rackwright.supply import Supply, SupplyRequest, causes, plan_supply
from rackwright.supply.assemble import assemble
from rackwright.supply.earliest import binding_leaves
from rackwright.supply.lateness import tranche_lateness
from rackwright.supply.request import HallDate
from rackwright.supply.scope import scope_network
from rackwright.supply.timing import Grid
from rackwright.tables.bom import ItemNeeds
from rackwright.tables.siting import BlockHalls, Blocks, Envelopes, Tranches

from .conftest import policy

World = Callable[..., SupplyRequest]


def leaves(plan: Supply) -> dict[str, bool]:
    """Causes of the only tranche, and whether each was proved."""
    return dict(plan.causes.frame.select("constraint", "proved").iter_rows())


def offer(**changes: object) -> dict[str, object]:
    """The board's offer with some fields changed."""
    row = {"item": "board", "supplier": "s1", "price": "100 kUSD", "lead_time": "14 days", "allocation_per_week": 6,
           "origin": "TW"}  # fmt: skip
    return row | changes


def test_101_a_lead_time_of_thirty_years_is_the_cause(world: World) -> None:
    """A part that comes in thirty years holds every rack: its lead time is the one proved cause."""
    plan = plan_supply(world(tables={"offers": [offer(lead_time="10950 days")]}))
    assert leaves(plan) == {"s1: board, lead time": True}
    # Need on day 70 less 7 to accept, 7 to build, 7 by air: boards must be at the dock by day 49, so 10,901 days less.
    assert plan.causes["relief"].to_list() == ["lead time of board from s1 10,901 days shorter than its 10,950"]


def test_102_stock_for_a_few_racks_hides_no_lead_time(world: World) -> None:
    """A few boards on hand bring the first racks in time; the lead time is still named for the rest."""
    stock = [{"item": "board", "plant": "p1", "qty": 4}]
    plan = plan_supply(world(tables={"offers": [offer(lead_time="10950 days")], "stock": stock}))
    assert leaves(plan) == {"s1: board, lead time": True}


def test_103_a_test_cell_without_power_is_the_cause(world: World) -> None:
    """One watt for tests passes no rack: the plant's test power is the one proved cause."""
    cell = {"id": "c1", "plant": "p1", "kind": "l11-test", "stations": 2, "hours_per_week": 100, "utilisation": 1.0,
            "station_power": "100 kW"}  # fmt: skip
    plants = [{"id": "p1", "name": "Plant 1", "country": "US", "test_power": "1 W"}]
    plan = plan_supply(world(tables={"cells": [cell], "plants": plants}))
    assert leaves(plan) == {"test power at p1": True}
    assert plan.causes["gain_rack_days"][0] == pytest.approx(8 * 70, rel=0.1)


def test_104_an_allocation_of_almost_nothing_is_the_cause(world: World) -> None:
    """A supplier that gives one board in a thousand weeks is the one proved cause."""
    plan = plan_supply(world(tables={"offers": [offer(allocation_per_week=0.001)]}))
    assert leaves(plan) == {"s1: board": True}


def test_105_two_dates_that_wait_for_each_other_are_both_named(world: World) -> None:
    """Hall and power that come on one day are the cause together: only moving both helps."""
    steps = Envelopes.from_rows([("x1", 0, 0, "contract", ""), ("x1", 98, 900_000, "contract", "")])
    plan = plan_supply(world(need_day=70, halls=(HallDate("h1", "x1", 98, ""),), envelopes=steps))
    assert leaves(plan) == {"hall h1 with power at x1": True}


def test_107_the_dates_that_bind_add_up_to_the_lateness(world: World) -> None:
    """What has to be cut is named once for hall, power and parts, each by as many days as keep the first rack late."""
    request = world(need_day=30, halls=(HallDate("h1", "x1", 50, ""),))
    grid = Grid.of(request.horizon.buckets(num_weekly=104, num_monthly=0))
    network = scope_network(request, grid).network
    found = {leaf.constraint: leaf.days for leaf in binding_leaves(network, network.acceptances[0])}
    # Need 30 less 7 to accept is day 23; boards take 14 + 7 days and the rack 7 more, day 28.
    assert found == {"hall h1 or its platform": 27.0, "s1: board, lead time": 5.0}


@pytest.mark.parametrize(("late_days", "named"), [(4.0, False), (5.0, True)])
def test_108_a_chain_longer_than_the_lateness_held_no_rack(world: World, late_days: float, *, named: bool) -> None:
    """Parts made to order come 5 days after the need: where all racks came sooner, no date of that chain held them."""
    request = world(need_day=30, halls=(HallDate("h1", "x1", 50, ""),))
    grid = Grid.of(request.horizon.buckets(num_weekly=104, num_monthly=0))
    network = scope_network(request, grid).network
    leaves = binding_leaves(network, network.acceptances[0], late_days=late_days)
    assert ("s1: board, lead time" in {leaf.constraint for leaf in leaves}) == named


@pytest.mark.parametrize("hall_day", [60, 80, 90, 98])
def test_106_a_hall_ready_sooner_never_makes_the_plan_later(world: World, hall_day: int) -> None:
    """With power from day 98, a hall that is ready before it is as good as one ready with it."""
    steps = Envelopes.from_rows([("x1", 0, 0, "contract", ""), ("x1", 98, 900_000, "contract", "")])

    def late(day: int) -> float:
        plan = plan_supply(world(need_day=70, halls=(HallDate("h1", "x1", day, ""),), envelopes=steps))
        return float(plan.checks.frame.filter(pl.col("rule") == "supply-on-time")["value"][0])

    assert late(hall_day) <= late(98) + 1e-6


@pytest.mark.parametrize(("need_day", "within"), [(45, True), (30, False)])
def test_109_counting_inside_a_bucket_is_told_from_a_constraint(world: World, need_day: int, *, within: bool) -> None:
    """Racks of the four weeks from day 35, the first they can come in, are late for a need on day 30; for one on day 45
    they count as late by days of the bucket that nobody knows.
    """
    request = world(need_day=need_day, policy=policy(weekly_buckets=1))
    grid = Grid.of(request.horizon.buckets(num_weekly=1, num_monthly=13))
    assembly = assemble(scope_network(request, grid).network, request.policy, None)
    late = tranche_lateness(assembly, HotModel(assembly.model).solve())["t1"]
    assert late.is_late
    assert late.is_within_bucket == within


def test_110_a_cause_that_promises_little_beside_others_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the first tests bring only the later tranche forward, others follow until the other has its cause too."""
    monkeypatch.setattr(causes, "MOST_TESTS", 1)
    monkeypatch.setattr(causes, "find_roots", lambda *_, **__: [])
    two = Tranches.from_columns(
        tranche=["t1", "t2"], block=["b1", "b2"], configuration=["sku"] * 2, first_unit=[0] * 2, units=[8, 2],
        racks=[8, 2], accepted_racks=[0] * 2, need_day=[60] * 2, accept_days=[7] * 2, state=["planned"] * 2,
    )  # fmt: skip
    blocks = Blocks.from_columns(
        block=["b1", "b2"], site=["x1"] * 2, platform=["plat"] * 2, units=[8, 2], racks=[8, 2], need_day=[60] * 2
    )
    floors = BlockHalls.from_columns(block=["b1", "b2"], hall=["h1", "h2"], first_unit=[0] * 2, units=[8, 2])
    needs = ItemNeeds.from_rows([("sku", "tranche", name, 0, racks, "rack") for name, racks in (("t1", 8), ("t2", 2))])
    halls = HallDate("h1", "x1", 91, ""), HallDate("h2", "x1", 70, "")
    plan = plan_supply(world(tranches=two, blocks=blocks, block_halls=floors, needs=needs, halls=halls))
    found = plan.causes.frame.select("demand", "constraint", "proved").rows()
    assert ("t1", "hall h1 or its platform", True) in found
    assert ("t2", "hall h2 or its platform", True) in found
