"""Tests of `rackwright.supply.plan_supply` on the small world; the arithmetic is in each test."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from rackwright.base.digest import digest
from rackwright.program.header import Policy, ShareTarget
from rackwright.supply import Supply, SupplyRequest, plan_supply
from rackwright.supply.request import HallDate, Sku
from rackwright.tables.bom import Totals
from rackwright.tables.schedule import Gates, LineUse, Readiness
from rackwright.tables.siting import Envelopes, Tranches

World = Callable[..., SupplyRequest]
START = dt.date(2027, 1, 4)


def date(day: int) -> str:
    """Date of a day of the plan."""
    return (START + dt.timedelta(days=day)).isoformat()


def accepted(plan: Supply) -> dict[int, float]:
    """Racks accepted by bucket, where there are any."""
    rows = (
        plan.deployments.frame.filter(pl.col("racks") > 0).group_by("bucket").agg(pl.col("racks").sum()).sort("bucket")
    )
    return {bucket: round(racks, 4) for bucket, racks in rows.iter_rows()}


def late_days(plan: Supply) -> float:
    """Mean lateness of the only tranche."""
    rows = plan.checks.frame.filter(pl.col("rule") == "supply-on-time")
    return float(rows["value"][0])


def failed(plan: Supply) -> list[str]:
    """Rules that fail."""
    return plan.checks.frame.filter(~pl.col("passed"))["rule"].to_list()


def with_policy(request: SupplyRequest, **changes: Any) -> SupplyRequest:
    """The request with fields of its policy changed."""
    return replace(request, policy=Policy.model_copy(request.policy, update=changes))


def changed_tranche(request: SupplyRequest, **values: Any) -> SupplyRequest:
    """The request with columns of its tranches replaced."""
    return replace(
        request, tranches=Tranches.of(request.tranches.frame.with_columns(**{k: pl.lit(v) for k, v in values.items()}))
    )


def test_101_everything_on_time_costs_what_it_costs(world: World) -> None:
    """Eight racks due on day 70 at two a week are accepted in weeks 6 to 9, none is late, nothing fails."""
    plan = plan_supply(world())
    assert accepted(plan) == {6: 2.0, 7: 2.0, 8: 2.0, 9: 2.0}
    assert failed(plan) == ["supply-lane-known"]  # plant and campus are in one country without a lane
    assert len(plan.causes) == 0


def test_102_the_chain_of_lead_times_sets_the_first_rack(world: World) -> None:
    """14 days at the supplier, 7 by air, 7 to build, 7 to accept: the first racks are accepted in week 5."""
    plan = plan_supply(world(need_day=30))
    assert accepted(plan) == {5: 2.0, 6: 2.0, 7: 2.0, 8: 2.0}
    assert late_days(plan) == pytest.approx(8.5 + 10.5)


def test_103_causes_are_leaves_and_proved(world: World) -> None:
    """Late racks name both lead times and the cell, each with a relief that was solved again and helped."""
    plan = plan_supply(world(need_day=30))
    causes = plan.causes.frame
    assert set(causes["constraint"]) == {"s1: board, lead time", "p1: sku, lead time", "c1"}
    assert causes["proved"].all()
    assert causes["share"].sum() == pytest.approx(1.0)
    assert (causes["gain_rack_days"] > 0).all()


def test_104_an_allocation_that_binds_is_the_cause(world: World) -> None:
    """With two boards a week there is one rack a week, and the supplier's allocation is the largest cause."""
    offer = {"item": "board", "supplier": "s1", "price": "100 kUSD", "lead_time": "14 days",
             "allocation_per_week": 2, "origin": "TW"}  # fmt: skip
    plan = plan_supply(world(need_day=56, tables={"offers": [offer]}))
    assert [racks for bucket, racks in accepted(plan).items() if bucket >= 8] == pytest.approx([1.0] * 5)
    best = plan.causes.frame.sort("gain_rack_days", descending=True)
    assert "s1: board" in best["constraint"].to_list()
    loads = plan.loads.frame.filter((pl.col("kind") == "allocation") & (pl.col("used") > 0))
    assert loads["free"].max() == pytest.approx(0.0, abs=1e-6)
    assert loads["price"].max() > 0


def test_201_a_hall_opens_the_floor(world: World) -> None:
    """Nothing is placed before the hall's date at the policy's quantile, and the hall is the proved cause."""
    gates = Gates.from_columns(
        gate=["h.done"], project=["h"], kind=["ready"], day=[60], p50_day=[60], p80_day=[77], p95_day=[90],
        due_day=[60], cause=[""], on_time_share=[0.1], merge_bias_days=[10], margin_days=[40],
    )  # fmt: skip
    plan = plan_supply(world(need_day=60, halls=(HallDate("h1", "x1", 50, "h.done"),), gates=gates))
    assert accepted(plan) == {12: 8.0}  # placed in week 11 (days 77-84), accepted 7 days later
    assert plan.causes["kind"].to_list() == ["readiness"]
    assert plan.causes["proved"].all()


def test_202_power_holds_back_racks(world: World) -> None:
    """With power for four racks until day 84, four racks are placed then and the rest after."""
    steps = Envelopes.from_rows([("x1", 0, 400_000, "contract", ""), ("x1", 84, 900_000, "contract", "")])
    plan = plan_supply(world(envelopes=steps))
    assert sum(racks for bucket, racks in accepted(plan).items() if bucket < 13) == pytest.approx(4.0)
    assert plan.causes["kind"].to_list() == ["power"]


def test_203_a_platform_that_is_late_is_built_late(world: World) -> None:
    """Racks of a platform ready on day 49 start on that day, not at the start of a bucket, and end 14 days later."""
    ready = Readiness.from_rows([("platform", "plat", "n.pvt", 40, 52, 60)])
    plan = plan_supply(world(need_day=50, readiness=ready))
    makes = plan.orders.frame.filter(pl.col("kind") == "make")
    assert makes["start_day"].min() == 52
    assert min(accepted(plan)) == 9  # 52 + 7 + 7 = 66, in the week of day 63


def test_204_the_crew_limits_placing(world: World) -> None:
    """A crew for one rack a week accepts one rack a week."""
    request = world(need_day=30)
    slow = replace(request, campuses=(replace(request.campuses[0], racks_per_week=1.0),))
    assert max(accepted(plan_supply(slow)).values()) == pytest.approx(1.0)


def test_205_projects_take_hours_of_a_cell(world: World) -> None:
    """100 hours a week taken by projects halve what the cell builds in that week."""
    uses = LineUse.from_rows([("c1", day, 6000) for day in range(21, 140, 7)])
    assert max(accepted(plan_supply(world(need_day=30, line_use=uses))).values()) == pytest.approx(1.0)


def test_206_test_power_limits_stations(world: World) -> None:
    """Power for one station of two halves the rate of a cell."""
    cell = {"id": "c1", "plant": "p1", "kind": "l11-test", "stations": 2, "hours_per_week": 100, "utilisation": 1.0,
            "station_power": "100 kW"}  # fmt: skip
    plants = [{"id": "p1", "name": "Plant 1", "country": "US", "test_power": "100 kW"}]
    plan = plan_supply(world(need_day=30, tables={"cells": [cell], "plants": plants}))
    assert max(accepted(plan).values()) == pytest.approx(1.0)
    assert "test power" in plan.causes["kind"].to_list()


def test_301_states_of_a_tranche(world: World) -> None:
    """Accepted racks count from day 0, an installed tranche needs only its acceptance, a retired one nothing."""
    half = plan_supply(changed_tranche(world(), accepted_racks=6))
    assert sum(accepted(half).values()) == pytest.approx(2.0)
    assert half.deployments["cumulative"][0] == 6.0
    installed = plan_supply(changed_tranche(world(need_day=0), state="installed"))
    assert accepted(installed) == {1: 8.0}
    assert set(installed.orders["kind"]) == {"accept"}
    done = plan_supply(changed_tranche(world(), state="accepted"))
    assert done.deployments["cumulative"].to_list() == [8.0] * 20
    gone = plan_supply(changed_tranche(world(), state="retired"))
    assert gone.deployments["cumulative"].max() == 0.0


def test_302_near_term_racks_are_whole(world: World) -> None:
    """Racks accepted in the near term are whole numbers, and the gap to the relaxed plan is stated."""
    routes = [{"item": "sku", "plant": "p1", "step": 1, "cell": "c1", "hours": "130 h"}]
    request = with_policy(world(need_day=30, tables={"routes": routes}), whole_rack_weeks=13)
    plan = plan_supply(request)
    near = [racks for bucket, racks in accepted(plan).items() if bucket < 13]
    assert all(racks == pytest.approx(round(racks)) for racks in near)
    solves = plan.solves.frame
    assert solves["model"].to_list() == ["linear program", "whole racks and lots"]
    assert solves["gap"][1] > 0
    assert solves["bound"][1] == solves["objective"][0]


def test_310_whole_racks_wait_for_a_crew(world: World) -> None:
    """With a crew for three racks in two weeks, whole racks never exceed it in any week, and all are delivered."""
    request = with_policy(world(need_day=30), whole_rack_weeks=20)
    slow = replace(request, campuses=(replace(request.campuses[0], racks_per_week=1.5),))
    plan = plan_supply(slow)
    assert set(accepted(plan).values()) == {1.0}
    assert sum(accepted(plan).values()) == pytest.approx(8.0)


def test_303_what_nobody_sells_does_not_gate(world: World) -> None:
    """A component without a source is named and the racks are built all the same."""
    rows = [("sku", "board", 0, 140, 2.0, 0.0, "", 1), ("sku", "label", 0, 140, 1.0, 0.0, "", 1)]
    plan = plan_supply(world(structure=rows))
    assert plan.unsourced["item"].to_list() == ["label"]
    assert sum(accepted(plan).values()) == pytest.approx(8.0)
    row = plan.checks.frame.filter(rule="supply-sourced").row(0, named=True)
    assert (row["subject"], row["passed"]) == ("label", False)


def test_304_what_cannot_be_brought_gates_and_is_named(world: World) -> None:
    """Racks made in another country without a lane are not delivered, and the missing way is the cause."""
    makes = [{"item": "sku", "plant": "p2", "lead_time": "7 days"}]
    plan = plan_supply(world(tables={"makes": makes, "routes": []}))
    assert accepted(plan) == {}
    assert plan.causes["constraint"].to_list() == ["no way to bring sku to x1"]
    assert "supply-lane-known" in failed(plan)
    assert "supply-delivered" in failed(plan)


def test_306_open_orders_come_on_their_promise_and_stock_is_free_at_once(world: World) -> None:
    """With boards on hand for four racks and on order for four more nothing is bought."""
    tables = {
        "stock": [{"item": "board", "plant": "p1", "qty": 8}],
        "open_orders": [{"item": "board", "supplier": "s1", "plant": "p1", "promised": date(14), "qty": 8}],
    }
    plan = plan_supply(world(need_day=30, tables=tables))
    assert "buy" not in plan.orders["kind"].to_list()
    assert accepted(plan) == {2: 2.0, 3: 2.0, 4: 2.0, 5: 2.0}
    opened = plan.orders.frame.filter(pl.col("kind") == "open")
    assert opened["cost_cent"].to_list() == [8 * 10_000_000]


def test_307_confirmed_pieces_come_when_confirmed(world: World) -> None:
    """Pieces confirmed for day 7 may be used a transit later; further orders leave the dock only after that day."""
    commits = [{"item": "board", "supplier": "s1", "date": date(7), "qty": 4, "confirmed_on": date(-30)}]
    plan = plan_supply(world(need_day=20, tables={"commits": commits}))
    called = plan.orders.frame.filter(pl.col("kind") == "call")
    assert called.select("start_day", "end_day").rows() == [(7, 14)]
    assert called["qty"].to_list() == [pytest.approx(4.0)]
    assert min(plan.orders.frame.filter(pl.col("kind") == "buy")["end_day"]) > 14
    assert accepted(plan)[4] == pytest.approx(2.0)


def test_308_an_alternate_waits_for_its_qualification(world: World) -> None:
    """The cheap alternate is used only in buckets that start after it is qualified."""
    rows = [("sku", "board-b", 42, 140, 2.0, 0.0, "g", 1), ("sku", "board", 0, 140, 2.0, 0.0, "g", 2)]
    offers = [
        {
            "item": item,
            "supplier": "s1",
            "price": price,
            "lead_time": "0 days",
            "allocation_per_week": 99,
            "origin": "TW",
        }
        for item, price in (("board", "100 kUSD"), ("board-b", "99 kUSD"))
    ]
    plan = plan_supply(world(need_day=63, structure=rows, tables={"offers": offers}))
    bought = plan.orders.frame.filter(pl.col("kind") == "buy").group_by("item").agg(pl.col("qty").sum()).sort("item")
    # due on day 63 less 7 to accept and 7 to build: starts in weeks 3 to 6, of which only week 6 is after day 42
    assert dict(bought.iter_rows()) == pytest.approx({"board": 12.0, "board-b": 4.0})


def test_309_no_source_gives_more_than_its_share(world: World) -> None:
    """A cheaper source with a highest share of a quarter gives a quarter."""
    offers = [
        {"item": "board", "supplier": supplier, "price": price, "lead_time": "14 days", "allocation_per_week": 99,
         "origin": "TW", "split_max": share}
        for supplier, price, share in (("s1", "90 kUSD", 0.25), ("s2", "100 kUSD", 1.0))
    ]  # fmt: skip
    plan = plan_supply(world(tables={"offers": offers}))
    bought = plan.orders.frame.filter(pl.col("kind") == "buy").group_by("source").agg(pl.col("qty").sum())
    assert dict(bought.iter_rows()) == pytest.approx({"s1": 4.0, "s2": 12.0})


def test_401_duty_freight_and_payments(world: World) -> None:
    """Boards enter at 10 % duty, weigh a ton, fly at 2 USD/kg, and are paid 14 days after delivery."""
    tables = {
        "lanes": [{"from": "TW", "to": "*", "mode": "air", "transit": "7 days", "usd_per_kg": 2.0}],
        "duties": [{"id": "d", "authority": "x", "origin": "TW", "rate": 0.1, "from": date(0)}],
        "terms": [{"item": "board", "supplier": "s1", "payment": "14 days", "payer": "lab"}],
    }
    plan = plan_supply(world(tables=tables))
    buys = plan.orders.frame.filter(pl.col("kind") == "buy")
    assert buys["cost_cent"].sum() == 16 * (100_000 + 2_000) * 100
    assert buys["duty_cent"].sum() == 16 * 10_000 * 100
    paid = plan.cash.frame.filter((pl.col("party") == "lab") & (pl.col("paid_cent") > 0))
    assert paid["bucket"].min() == buys["end_day"].min() // 7 + 2
    assert paid["paid_cent"].sum() == 16 * 112_000 * 100
    lab = plan.cash.frame.filter(pl.col("party") == "lab")
    assert lab["liable_cent"][-1] == 0
    assert lab["liable_cent"].max() <= 16 * 112_000 * 100


def test_402_traced_value_is_carried_up(world: World) -> None:
    """Two boards of 100 k with 30 % traced and 10 k of conversion in the US trace 70 of 210 k."""
    offer = {"item": "board", "supplier": "s1", "price": "100 kUSD", "lead_time": "14 days", "allocation_per_week": 6,
             "origin": "TW", "traced_us_value": 0.3}  # fmt: skip
    content = plan_supply(world(tables={"offers": [offer]})).content.frame
    assert content["share"].to_list() == pytest.approx([70 / 210])
    assert content["value_cent"].to_list() == [8 * 210_000 * 100]


def test_403_a_target_with_a_price_moves_the_source(world: World) -> None:
    """A US source 10 k dearer for 100 k more of traced value is worth it at 0.9, not at 0.01, per dollar missing."""
    offers = [
        {"item": "board", "supplier": supplier, "price": price, "lead_time": "14 days", "allocation_per_week": 99,
         "origin": "TW", "traced_us_value": share}
        for supplier, price, share in (("s1", "90 kUSD", 0.0), ("s2", "100 kUSD", 1.0))
    ]  # fmt: skip
    target = (ShareTarget.model_validate({"from": date(0), "share": 0.8}),)
    for price, supplier in ((0.9, "s2"), (0.01, "s1")):
        asked = world(tables={"offers": offers})
        plan = plan_supply(with_policy(asked, traced_us_share=target, content_usd_per_usd_short=price))
        bought = plan.orders.frame.filter(pl.col("kind") == "buy").group_by("source").agg(pl.col("qty").sum())
        assert bought.sort("qty")["source"][-1] == supplier
        assert ("supply-traced-us-share" in failed(plan)) == (supplier == "s1")


def test_404_people_at_the_plant(world: World) -> None:
    """Two racks a week of 20 hours each need one person at 40 hours."""
    heads = plan_supply(world()).headcounts.frame
    assert heads["heads"].to_list() == pytest.approx([1.0] * 4)


def test_405_a_gang_needs_all_its_racks(world: World) -> None:
    """A training run carries nothing below its gang of four, then what six racks of ten carry of the sixty wanted."""
    plan = plan_supply(world())
    rates = dict(plan.served.frame.select("bucket", "rate").iter_rows())
    assert (rates[6], rates[7], rates[8]) == (0.0, 40.0, 60.0)


def test_406_commitments_over_the_budget_fail_a_check(world: World) -> None:
    """Liabilities above the policy's budget are a failed check, not a changed plan."""
    asked = world()
    tight = with_policy(asked, budget_usd=1_000.0)
    assert "supply-budget" in failed(plan_supply(tight))
    assert accepted(plan_supply(tight)) == accepted(plan_supply(asked))


def test_501_equal_requests_give_equal_bytes(world: World) -> None:
    """Two runs of one request give one digest."""
    first, second = plan_supply(world(need_day=30)), plan_supply(world(need_day=30))
    assert digest(first.orders) == digest(second.orders)
    assert digest(first.causes) == digest(second.causes)


def test_502_nothing_to_deliver_is_an_empty_plan(world: World) -> None:
    """Without tranches the plan is empty and optimal."""
    plan = plan_supply(world(tranches=Tranches.empty()))
    assert len(plan.orders) == 0
    assert plan.solves["status"].to_list() == ["optimal"]


def test_503_a_rack_cheaper_to_leave_out_fails_a_check(world: World) -> None:
    """A price of a missing rack below its value is pointed out."""
    asked = with_policy(world(), unserved_usd_per_rack=1_000.0)
    assert "supply-price-of-rack" in failed(plan_supply(asked))


def test_504_a_sku_is_built_within_its_days(world: World) -> None:
    """A SKU that may be ordered from day 35 to 49 is started on those days only."""
    plan = plan_supply(world(skus=(Sku("sku", "plat", 1e5, 35, 49, 0),)))
    makes = plan.orders.frame.filter(pl.col("kind") == "make")
    assert makes["start_day"].to_list() == [35, 42]
    assert "supply-delivered" in failed(plan)


def test_311_the_stock_balances_in_every_bucket(world: World) -> None:
    """Stock at the end of a bucket is stock before plus pieces received less pieces used, for every item and place."""
    stock = [{"item": "board", "plant": "p1", "qty": 3}]
    plan = plan_supply(world(need_day=30, tables={"stock": stock}))
    levels = {(item, site, bucket): qty for item, site, bucket, qty in plan.levels.frame.iter_rows()}
    flows = {(item, site, bucket): r - u for item, site, bucket, r, u in plan.flows.frame.iter_rows()}
    for item, site in {key[:2] for key in flows}:
        before = 0.0
        for bucket in range(20):
            after = levels.get((item, site, bucket), 0.0)
            assert after == pytest.approx(before + flows.get((item, site, bucket), 0.0), abs=1e-5)
            before = after


def test_312_orders_say_what_they_use_up(world: World) -> None:
    """Racks started take two boards each, racks accepted one rack each, and every accepted rack names its tranche."""
    plan = plan_supply(world())
    orders = plan.orders.frame.join(plan.takes.frame, on="order", suffix="_taken")
    made = orders.filter(pl.col("kind") == "make")
    assert (made["qty_taken"] - 2 * made["qty"]).abs().max() < 1e-6
    placed = orders.filter(pl.col("kind") == "accept")
    assert placed["item_taken"].to_list() == ["sku"] * placed.height
    assert placed["qty_taken"].sum() == pytest.approx(8.0)
    assert set(placed["demand"]) == {"t1"}


def test_802_what_is_only_in_stock_is_named_where_it_runs_out(world: World) -> None:
    """Boards for three racks lie there and nobody sells any: the check names them, with what is needed."""
    stock = [{"item": "board", "plant": "p1", "qty": 6, "status": "free"}]
    totals = Totals.from_rows([("board", 16.0), ("sku", 8.0)])
    plan = plan_supply(world(totals=totals, tables={"offers": [], "stock": stock}))
    rows = plan.checks.frame.filter(rule="supply-sourced").select("subject", "value", "limit", "passed").rows()
    assert rows == [("board", 6.0, 16.0, False)]
    assert accepted(plan)
    enough = [{"item": "board", "plant": "p1", "qty": 16, "status": "free"}]
    assert "supply-sourced" not in failed(plan_supply(world(totals=totals, tables={"offers": [], "stock": enough})))
