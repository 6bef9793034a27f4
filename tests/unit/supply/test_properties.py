"""What must hold for every plan: a checker in other code, and what must happen when the world changes."""

from __future__ import annotations

import importlib.util
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rackwright.supply import Supply, SupplyRequest, plan_supply

SPEC = importlib.util.spec_from_file_location("supply_small_world", Path(__file__).with_name("conftest.py"))
assert SPEC is not None
assert SPEC.loader is not None
small_world = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(small_world)
make: Callable[..., SupplyRequest] = small_world.make

WEEKS = 20
NEAR = 1e-5
Tables = dict[str, list[dict[str, Any]]]


def world_tables(
    *, lead: str = "14 days", allocation: float = 6, stations: int = 2, made: float = 1.0, second: bool = False
) -> Tables:
    """Tables of the small world with the figures that the properties vary."""
    offers = [
        {"item": "board", "supplier": "s1", "price": "100 kUSD", "lead_time": lead, "allocation_per_week": allocation,
         "origin": "TW"}
    ]  # fmt: skip
    makes = [{"item": "sku", "plant": "p1", "lead_time": "7 days", "cost": "10 kUSD", "yield": made}]
    cells = [
        {"id": "c1", "plant": "p1", "kind": "l11-test", "stations": stations, "hours_per_week": 100, "utilisation": 1.0}
    ]
    lanes = [{"from": "TW", "to": "*", "transit": "7 days"}, {"from": "MX", "to": "US", "transit": "7 days"}]
    if second:
        makes.append({"item": "sku", "plant": "p2", "lead_time": "14 days", "cost": "8 kUSD"})
    return {"offers": offers, "makes": makes, "cells": cells, "lanes": lanes}


def objective(plan: Supply) -> float:
    """Cost of the relaxed plan [USD]."""
    return float(plan.solves["objective"][0])


def late_days(plan: Supply) -> float:
    """Mean lateness of the only tranche."""
    rows = plan.checks.frame
    return float(rows.filter(rows["rule"] == "supply-on-time")["value"][0])


class Ledger:
    """Plain loops over the orders of a plan. Lead times are whole weeks here, so a week is a day divided by seven."""

    def __init__(self, request: SupplyRequest) -> None:
        names = ["parent", "component", "qty", "scrap_share"]
        self.request = request
        self.takes = {
            (a, b): qty * (1 + scrap) for a, b, qty, scrap in request.structure.frame.select(names).iter_rows()
        }
        self.yields = {(row.item, row.plant): row.yield_share.value for row in request.supply.makes}
        self.change: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0] * (WEEKS + 60))
        self.hours: dict[tuple[str, int], float] = defaultdict(float)
        self.ordered: dict[tuple[str, str, int], float] = defaultdict(float)
        self.placed: dict[tuple[str, int], float] = defaultdict(float)
        for row in request.supply.stock:
            self.change[row.item, row.plant][0] += row.qty

    def book(self, order: dict[str, Any]) -> None:
        """Write one order into the books."""
        item, start, end, qty = order["item"], order["start_day"] // 7, order["end_day"] // 7, order["qty"]
        source, site = order["source"], order["site"]
        if order["kind"] == "make":
            self.book_make(item, site, (start, end), qty)
        elif order["kind"] == "buy":
            self.change[item, site][end] += qty
            self.ordered[source, item, start] += qty
        elif order["kind"] == "ship":
            self.change[item, source][start] -= qty
            self.change[item, site][end] += qty
        elif order["kind"] == "accept":
            self.change[item, site][start] -= qty
            self.placed[site, start] += qty

    def book_make(self, item: str, plant: str, weeks: tuple[int, int], qty: float) -> None:
        """Components leave at the start, good units come at the end, and steps take hours."""
        self.change[item, plant][weeks[1]] += qty * self.yields[item, plant]
        for (parent, component), each in self.takes.items():
            if parent == item:
                self.change[component, plant][weeks[0]] -= qty * each
        for step in self.request.supply.routes:
            if (step.item, step.plant) == (item, plant):
                self.hours[step.cell, weeks[0]] += qty * step.hours.value / 3600

    def check_stock(self, plan: Supply) -> None:
        """Stock is never negative and equals the levels."""
        levels = {tuple(row[:3]): row[3] for row in plan.levels.frame.iter_rows()}
        for (item, place), weeks in self.change.items():
            stock = 0.0
            for week in range(WEEKS):
                stock += weeks[week]
                assert stock >= -NEAR * 10, f"{item} at {place} is overdrawn in week {week}"
                assert stock == pytest.approx(levels.get((item, place, week), 0.0), abs=NEAR * 10)

    def check_ceilings(self) -> None:
        """No cell, allocation or crew gives more than it has."""
        supply = self.request.supply
        for (cell, _), used in self.hours.items():
            row = next(row for row in supply.cells if row.id == cell)
            assert used <= row.stations * row.hours_per_week * row.utilisation_share + NEAR * 100
        for (supplier, item, _), qty in self.ordered.items():
            offers = [row for row in supply.offers if (row.supplier, row.item) == (supplier, item)]
            assert qty <= sum(row.per_week.value * row.available_share for row in offers) + NEAR
        for (site, _), racks in self.placed.items():
            assert racks <= next(row.racks_per_week for row in self.request.campuses if row.id == site) + NEAR


def check_by_hand(request: SupplyRequest, plan: Supply) -> None:
    """Book every order and check the books."""
    ledger = Ledger(request)
    for order in plan.orders.frame.iter_rows(named=True):
        ledger.book(order)
    ledger.check_stock(plan)
    ledger.check_ceilings()
    delivered = plan.checks.frame.filter(plan.checks["rule"] == "supply-delivered")
    assert plan.deployments["racks"].sum() == pytest.approx(delivered["value"][0], abs=1e-4)


@given(
    racks=st.integers(1, 20),
    need=st.integers(0, 19).map(lambda week: 7 * week),
    lead=st.integers(0, 8).map(lambda weeks: f"{7 * weeks} days"),
    allocation=st.integers(0, 9),
    stations=st.integers(1, 5),
    made=st.sampled_from([0.8, 1.0]),
    scrap=st.sampled_from([0.0, 0.1]),
    held=st.integers(0, 12),
    second=st.booleans(),
)
@settings(max_examples=40)
def test_101_every_plan_passes_the_checker(
    racks: int, need: int, lead: str, allocation: int, stations: int, *,
    made: float, scrap: float, held: int, second: bool,
) -> None:  # fmt: skip
    """Stock never goes below zero and equals the levels; no cell, allocation or crew gives more than it has."""
    tables = world_tables(lead=lead, allocation=allocation, stations=stations, made=made, second=second)
    tables["stock"] = [{"item": "board", "plant": "p1", "qty": held}]
    request = make(racks=racks, need_day=need, tables=tables, structure=[("sku", "board", 0, 140, 2.0, scrap, "", 1)])
    check_by_hand(request, plan_supply(request))


@given(st.integers(0, 120), st.integers(1, 8), st.integers(1, 4), st.integers(1, 4))
@settings(max_examples=20)
def test_201_more_capacity_never_costs_more(need: int, allocation: int, stations: int, more: int) -> None:
    """More stations or a larger allocation never raise the cost of the plan."""
    base = objective(plan_supply(make(need_day=need, tables=world_tables(allocation=allocation, stations=stations))))
    wide = objective(
        plan_supply(make(need_day=need, tables=world_tables(allocation=allocation, stations=stations + more)))
    )
    deep = objective(
        plan_supply(make(need_day=need, tables=world_tables(allocation=allocation + more, stations=stations)))
    )
    assert wide <= base * (1 + 1e-9) + 1.0
    assert deep <= base * (1 + 1e-9) + 1.0


@given(st.integers(0, 120), st.integers(0, 60), st.integers(1, 30))
@settings(max_examples=20)
def test_202_a_longer_lead_time_never_brings_racks_earlier(need: int, lead: int, more: int) -> None:
    """A lead time longer by any number of days never lowers the cost nor the lateness, capital being free."""
    free = small_world.policy(capital_cost=0.0)
    short, long = (
        plan_supply(make(need_day=need, tables=world_tables(lead=f"{days} days", allocation=4), policy=free))
        for days in (lead, lead + more)
    )
    assert objective(long) >= objective(short) * (1 - 1e-9) - 1.0
    assert late_days(long) >= late_days(short) - 1e-3


@given(st.integers(0, 120), st.integers(1, 9))
@settings(max_examples=15)
def test_203_two_halves_are_a_whole(need: int, allocation: int) -> None:
    """A supplier split into two equal halves gives a plan of the same cost."""
    tables = world_tables(allocation=allocation)
    halves = world_tables(allocation=allocation)
    halves["offers"] = [
        {**tables["offers"][0], "supplier": supplier, "allocation_per_week": allocation / 2}
        for supplier in ("s1", "s2")
    ]
    whole, split = (objective(plan_supply(make(need_day=need, tables=rows))) for rows in (tables, halves))
    assert split == pytest.approx(whole, rel=1e-9)


@given(st.permutations(range(3)))
@settings(max_examples=6)
def test_204_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    """The cost does not depend on the order of the program's rows."""
    rows = [("s1", "100 kUSD", 2), ("s2", "90 kUSD", 1), ("s1", "120 kUSD", 5)]
    offers = [
        {"item": "board", "supplier": supplier, "price": price, "lead_time": "14 days", "allocation_per_week": count,
         "origin": "TW"}
        for supplier, price, count in rows
    ]  # fmt: skip
    base, moved = (make(tables={"offers": some}) for some in (offers, [offers[i] for i in order]))
    assert objective(plan_supply(moved)) == pytest.approx(objective(plan_supply(base)), rel=1e-9)
