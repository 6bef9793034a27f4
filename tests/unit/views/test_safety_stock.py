"""Do safety stock and lots follow the program's own spread and set-ups, with their cost and bound?"""

from __future__ import annotations

from dataclasses import replace
from math import sqrt
from statistics import NormalDist

import pytest

from rackwright.base.units import Estimate
from rackwright.plan import Plan
from rackwright.program.header import SafetyPolicy
from rackwright.program.supply import Make, Offer
from rackwright.supply.planned_service import place_planned_stock
from rackwright.tables.supply import Orders, Takes
from rackwright.views.lot_sizes import LOT_SIZES
from rackwright.views.safety_stock import SAFETY_STOCK
from rackwright.views.view import Shown

POLICY = SafetyPolicy.model_validate({"service": 0.95, "demand_spread": 0.5, "promise": "0 days"})


def with_policy(plan: Plan, policy: SafetyPolicy) -> Plan:
    """The plan with a policy of safety stock."""
    header = plan.program.policy.model_copy(update={"safety_stock": policy})
    return replace(plan, program=plan.program.model_copy(update={"policy": header}))


def with_supply(plan: Plan, **tables: object) -> Plan:
    """The plan with tables of supply.yaml replaced."""
    supply = plan.program.supply.model_copy(update=tables)
    return replace(plan, program=plan.program.model_copy(update={"supply": supply}))


def rows_of(shown: Shown, title: str) -> list[dict[str, object]]:
    """Rows of a table by machine name."""
    (table,) = [table for table in shown.tables if table.title == title]
    return [dict(row) for row in table.as_json()]


def test_101_a_chain_of_two_places_is_placed_by_hand() -> None:
    """Parts bought in 36 days and built in 0 cost least as parts: ten a day at half of it over 36 days."""
    orders = Orders.from_rows([
        (0, "buy", "part", "s", "p", 0, 36, 110.0, 0, 0, "", ""),
        (1, "make", "unit", "p", "p", 36, 36, 110.0, 0, 0, "", ""),
        (2, "accept", "t", "hall", "p", 40, 40, 55.0, 0, 0, "", "t"),
        (3, "accept", "t", "hall", "p", 51, 51, 55.0, 0, 0, "", "t"),
    ])  # fmt: skip
    takes = Takes.from_rows([(1, "part", 110.0), (2, "unit", 55.0), (3, "unit", 55.0)])
    rows = {"item": "part", "supplier": "s", "price": "1 USD", "lead_time": "36 days",
            "allocation_per_week": 99, "origin": "US"}  # fmt: skip
    offers = (Offer.model_validate(rows),)
    makes = (Make.model_validate({"item": "unit", "plant": "p", "lead_time": "0 days"}),)
    found = place_planned_stock(orders, takes, (offers, makes), POLICY, {"part": 1.0, "unit": 3.0})
    assert found is not None
    spread = NormalDist().inv_cdf(0.95) * 0.5 * 110.0 / 11.0
    assert found.placed.pieces.tolist() == pytest.approx([spread * sqrt(36.0), 0.0])
    assert found.placed.total == pytest.approx(spread * 6.0)
    assert found.placed.bound == pytest.approx(found.placed.total)


def test_102_a_longer_promise_never_costs_more(one_pod: Plan) -> None:
    """From 0 to 30 and 90 days' promise the yearly cost of the example's stock falls."""
    costs = []
    for days in ("0 days", "30 days", "90 days"):
        rows = {"service": 0.95, "demand_spread": 0.5, "promise": days}
        shown = SAFETY_STOCK.build(with_policy(one_pod, SafetyPolicy.model_validate(rows)))
        found = rows_of(shown, "Where safety stock stands")
        costs.append(sum(float(str(row["cost_kusd"])) for row in found))
    assert costs == sorted(costs, reverse=True)
    assert costs[0] > costs[-1]


def test_103_without_a_spread_the_view_says_what_to_state(one_pod: Plan) -> None:
    """A program that states no spread gets no stock made up."""
    shown = SAFETY_STOCK.build(one_pod)
    assert "policy.safety_stock" in shown.lead
    assert not shown.tables


def test_201_lots_hold_all_starts_and_dear_set_ups_make_fewer(one_pod: Plan) -> None:
    """Lots of a line add up to the same pieces; at 1 MUSD a set-up there are fewer than at 1 USD, at a proved cost."""
    counts, pieces = [], []
    for usd in (1.0, 1e6):
        makes = tuple(
            row.model_copy(update={"setup_cost": Estimate(usd, usd, usd)} if row.item == "gb300-board" else {})
            for row in one_pod.program.supply.makes
        )
        shown = LOT_SIZES.build(with_supply(one_pod, makes=makes))
        (line,) = rows_of(shown, "Lines with set-ups")
        assert float(str(line["bound_usd"])) <= float(str(line["cost_usd"])) * (1 + 1e-9)
        counts.append(int(str(line["lots"])))
        pieces.append(sum(float(str(row["pieces"])) for row in rows_of(shown, "Lots")))
    assert counts[1] < counts[0]
    assert pieces[0] == pytest.approx(pieces[1])


def test_202_set_ups_that_do_not_fit_are_told(one_pod: Plan) -> None:
    """A set-up longer than a line's week leaves no lots, and the line is named."""
    week = 900.0 * 3600.0
    routes = tuple(
        row.model_copy(update={"setup_hours": Estimate(week, week, week)} if row.cell == "col-smt" else {})
        for row in one_pod.program.supply.routes
    )
    assert "No lots fit into the hours of col-smt" in LOT_SIZES.build(with_supply(one_pod, routes=routes)).lead


def test_203_a_smallest_lot_is_held_against_each(one_pod: Plan) -> None:
    """With a smallest lot of a million pieces no lot is large enough."""
    makes = tuple(
        row.model_copy(update={"setup_cost": Estimate(9, 9, 9), "min_lot": 1e6} if row.item == "gb300-board" else {})
        for row in one_pod.program.supply.makes
    )
    found = rows_of(LOT_SIZES.build(with_supply(one_pod, makes=makes)), "Lots")
    assert found
    assert not any(row["is_large"] for row in found)
