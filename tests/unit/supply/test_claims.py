"""Do samples, spares, returns and engineering builds compete with racks for the same parts, as their rank says?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from rackwright.supply import SupplyRequest, plan_supply
from rackwright.tables.schedule import PartNeeds
from rackwright.tables.supply import Supply

World = Callable[..., SupplyRequest]


def spare(qty: float, *, before_racks: bool, day: str = "2027-02-08") -> dict[str, Any]:
    """Boards wanted at the plant as spares."""
    return {"item": "board", "plant": "p1", "kind": "spare", "qty": qty, "date": day, "before_racks": before_racks}


SCARCE = [{"item": "board", "supplier": "s1", "price": "100 kUSD", "lead_time": "14 days", "allocation_per_week": 4,
           "origin": "TW"}]  # fmt: skip


def asked(world: World, *claims: dict[str, Any]) -> SupplyRequest:
    """Eight racks, two a week by the test cell and by the boards, with claims beside them."""
    tables = {"offers": SCARCE, "claims": list(claims)}
    return replace(world(need_day=40, tables=tables), with_reasons=False)


def given(supply: Supply) -> pl.DataFrame:
    """What claims got."""
    return supply.orders.frame.filter(kind="claim").select("item", "start_day", "qty", "demand")


def lateness(supply: Supply) -> float:
    """Mean days late of the tranche."""
    return float(supply.checks.frame.filter(rule="supply-on-time")["value"][0])


def test_101_a_claim_before_racks_is_in_time_and_racks_wait(world: World) -> None:
    """Four boards, half of what two weeks build: they are there on their day and the racks come later."""
    plain, plan = plan_supply(asked(world)), plan_supply(asked(world, spare(4, before_racks=True)))
    assert given(plan)["qty"].sum() == pytest.approx(4.0)
    assert max(given(plan)["start_day"]) <= 42
    assert given(plan)["demand"][0] == "spare board at p1, 2027-02-08"
    assert lateness(plan) > lateness(plain) + 1
    assert plan.checks.frame.filter(rule="supply-claim-given")["passed"].all()


def test_102_a_claim_after_racks_takes_what_they_leave(world: World) -> None:
    """The same boards asked for after racks: no rack is later than without them, and the boards still come."""
    plan = plan_supply(asked(world, spare(4, before_racks=False)))
    assert lateness(plan) == pytest.approx(lateness(plan_supply(asked(world))))
    assert given(plan)["qty"].sum() == pytest.approx(4.0)


def test_103_what_cannot_be_given_is_told(world: World) -> None:
    """More boards than the supplier has in the horizon: the rest is missing in the check."""
    claims = [spare(500, before_racks=False)]
    plan = plan_supply(replace(world(tables={"claims": claims}), with_reasons=False))
    row = plan.checks.frame.filter(rule="supply-claim-given").row(0, named=True)
    assert not row["passed"]
    assert 0 < row["value"] < 500


def test_104_engineering_builds_take_their_parts(world: World) -> None:
    """Builds of the schedule take their boards at their plant, or, without one, where they are built in."""
    needs = PartNeeds.from_rows([("npi.evt", "board", "p1", 2, 35), ("npi.dvt", "board", "", 1, 35)])
    plan = plan_supply(replace(world(part_needs=needs), with_reasons=False))
    rows = given(plan)
    assert rows.group_by("demand").agg(pl.col("qty").sum()).sort("demand").rows() == [
        ("build npi.dvt", pytest.approx(1.0)),
        ("build npi.evt", pytest.approx(2.0)),
    ]
    takes = plan.takes.frame.join(plan.orders.frame.filter(kind="claim"), on="order", how="semi")
    assert takes["qty"].sum() == pytest.approx(3.0)


def test_201_without_claims_the_model_is_as_before(world: World) -> None:
    """No claim, no row and no column of a claim."""
    plan = plan_supply(replace(world(), with_reasons=False))
    assert not given(plan).height
    assert plan.bases.frame.filter(pl.col("family").is_in(["claim", "unclaimed"])).height == 0


def test_202_equal_claims_keep_their_own_names(world: World) -> None:
    """Two spares of one item and day are two rows of the checks."""
    plan = plan_supply(asked(world, spare(1, before_racks=True), spare(2, before_racks=True)))
    assert plan.checks.frame.filter(rule="supply-claim-given")["limit"].to_list() == [1.0, 2.0]


def test_110_what_can_be_had_is_given_though_it_costs_more_than_a_tenth_of_a_rack(world: World) -> None:
    """A late price and a price of missing racks just above their cost: a dear spare after racks is still bought."""
    request = asked(world, spare(4, before_racks=False, day="2027-05-01"))
    cheap = request.policy.model_copy(update={"late_usd_per_rack_day": 100.0, "unserved_usd_per_rack": 600_000.0})
    plan = plan_supply(replace(request, policy=cheap))
    assert given(plan)["qty"].sum() == pytest.approx(4.0)


@pytest.mark.parametrize(("weeks", "whole"), [(0, False), (13, True)])
def test_401_near_term_pieces_are_whole(world: World, weeks: int, whole: bool) -> None:
    """Two and a half boards a week: within the weeks of whole racks five spares come in whole pieces, else in parts."""
    slow = [SCARCE[0] | {"allocation_per_week": 2.5}]
    request = world(need_day=40, tables={"offers": slow, "claims": [spare(5, before_racks=True, day="2027-01-04")]})
    policy = request.policy.model_copy(update={"whole_rack_weeks": weeks})
    got = given(plan_supply(replace(request, policy=policy, with_reasons=False)))["qty"].to_list()
    assert sum(got) == pytest.approx(5.0)
    assert all(abs(qty - round(qty)) < 1e-6 for qty in got) is whole
