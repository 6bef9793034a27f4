"""Which lines, shifts and sources open, and is no other choice cheaper?"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from rackwright.supply import SupplyRequest, plan_supply
from rackwright.tables.supply import Supply

World = Callable[..., SupplyRequest]
CELLS = [
    {"id": "c1", "plant": "p1", "kind": "l11-test", "stations": 2, "hours_per_week": 100, "utilisation": 1.0},
    {"id": "c2", "plant": "p1", "kind": "l12-test", "stations": 2, "hours_per_week": 100, "utilisation": 1.0},
    {"id": "d1", "plant": "p2", "kind": "l11-test", "stations": 2, "hours_per_week": 100, "utilisation": 1.0},
]
MAKES = [
    {"item": "sku", "plant": name, "lead_time": "7 days", "cost": "10 kUSD", "labour_hours": 20}
    for name in ("p1", "p2")
]
ROUTES = [
    {"item": "sku", "plant": "p1", "step": 1, "cell": "c1", "hours": "100 h"},
    {"item": "sku", "plant": "p1", "step": 2, "cell": "c2", "hours": "100 h"},
    {"item": "sku", "plant": "p2", "step": 1, "cell": "d1", "hours": "100 h"},
]
OFFERS = [
    {"item": "board", "supplier": name, "price": price, "lead_time": "14 days", "allocation_per_week": 3,
     "origin": "TW"}
    for name, price in (("s1", "100 kUSD"), ("s2", "101 kUSD"))
]  # fmt: skip
SECOND_L11 = {"id": "second-l11", "adds": [{"cell": "c1", "stations": 2}], "capital_cost": "50 kUSD"}
SECOND_L12 = {"id": "second-l12", "adds": [{"cell": "c2", "stations": 2}], "cost_per_week": "2 kUSD"}
LINE_P2 = {"id": "line-p2", "cells": ["d1"], "capital_cost": "120 kUSD", "lead_time": "21 days"}
SOURCE = {"id": "second-source", "qualifies": [{"item": "board", "supplier": "s2"}], "capital_cost": "40 kUSD"}


def planned(world: World, *openings: dict[str, Any], need_day: int = 20, **states: str) -> Supply:
    """Sixteen racks, two a week by two test cells of one plant, and what may open; states by name where stated."""
    rows = [row | {"state": states[row["id"]]} if row["id"] in states else row for row in openings]
    lanes = [{"from": name, "to": "*", "mode": "air", "transit": "7 days"} for name in ("TW", "MX")]
    tables = {"lanes": lanes, "cells": CELLS, "makes": MAKES, "routes": ROUTES, "offers": OFFERS, "openings": rows}
    return plan_supply(world(racks=16, need_day=need_day, tables=tables))


def cost_usd(supply: Supply) -> float:
    """Cost of the plan before racks are made whole, late racks priced."""
    return float(supply.solves["objective"][0])


def opened(supply: Supply) -> dict[str, bool]:
    """What is open, by name."""
    return dict(supply.openings.frame.select("opening", "is_open").iter_rows())


def test_201_two_that_gain_nothing_alone_open_together(world: World) -> None:
    """A second L11 cell waits for L12 and the other way round: each alone is worth nothing, both are opened."""
    pair = (SECOND_L11, SECOND_L12, SOURCE | {"state": "open"})
    neither = planned(world, *pair, **{"second-l11": "closed", "second-l12": "closed"})
    for name, other in (("second-l11", "second-l12"), ("second-l12", "second-l11")):
        assert cost_usd(planned(world, *pair, **{name: "open", other: "closed"})) >= cost_usd(neither)
    decided = planned(world, *pair)
    assert all(opened(decided).values())
    assert cost_usd(decided) < cost_usd(neither)


@pytest.mark.parametrize("need_day", [20, 60, 90])
@pytest.mark.parametrize("dear", [1, 8])
def test_202_no_choice_is_cheaper(world: World, need_day: int, dear: int) -> None:
    """What is found costs what the cheapest of all choices costs, each planned for itself, and the gap says so."""
    rows = [SECOND_L11 | {"capital_cost": f"{50 * dear} kUSD"}, SECOND_L12, LINE_P2, SOURCE]
    names = [str(row["id"]) for row in rows]
    every = {
        states: cost_usd(planned(world, *rows, need_day=need_day, **dict(zip(names, states, strict=True))))
        for states in itertools.product(("closed", "open"), repeat=len(rows))
    }
    decided = planned(world, *rows, need_day=need_day)
    assert cost_usd(decided) == pytest.approx(min(every.values()), rel=1e-6)
    proof = decided.solves.frame.filter(model="openings").row(0, named=True)
    assert proof["status"] == "optimal"
    assert proof["objective"] == pytest.approx(min(every.values()), rel=1e-6)
    assert proof["gap"] <= 1e-7


def test_203_the_worth_is_what_the_plan_costs_more_without(world: World) -> None:
    """Each that opens is worth the fall of the plan's cost against the plan without it, and its own cost."""
    rows = (SECOND_L11, SECOND_L12, LINE_P2, SOURCE)
    decided = planned(world, *rows)
    states = {name: "open" if is_open else "closed" for name, is_open in opened(decided).items()}
    assert "open" in states.values()
    for row in decided.openings.frame.filter(is_open=True).iter_rows(named=True):
        without = planned(world, *rows, **(states | {row["opening"]: "closed"}))
        gain = (row["worth_cent"] - row["cost_cent"]) / 100
        assert gain == pytest.approx(cost_usd(without) - cost_usd(decided), rel=1e-5)


def test_204_a_line_runs_from_its_day_and_is_paid_then(world: World) -> None:
    """Ordered on the first day, used after its lead time: no hours before, the capital paid on the day it opens."""
    supply = planned(world, LINE_P2, SOURCE, **{"line-p2": "open", "second-source": "open"})
    loads = supply.loads.frame.filter(resource="d1", kind="cell").sort("bucket")
    assert (loads["used"] + loads["free"]).to_list()[:5] == pytest.approx([0.0, 0.0, 0.0, 200.0, 200.0])
    order = supply.orders.frame.filter(kind="line").row(0, named=True)
    assert (order["start_day"], order["end_day"], order["cost_cent"]) == (0, 21, 12_000_000)
    closed = planned(world, LINE_P2, SOURCE, **{"line-p2": "closed", "second-source": "open"})
    assert not closed.orders.frame.filter(kind="line").height
    assert not closed.orders.frame.filter(kind="make", site="p2").height


def test_205_a_source_that_is_not_qualified_sells_nothing(world: World) -> None:
    """Closed it brings nothing; open its pieces come from its day on."""
    later = SOURCE | {"lead_time": "56 days"}
    closed = planned(world, later, **{"second-source": "closed"})
    assert not closed.orders.frame.filter(kind="buy", source="s2").height
    open_ = planned(world, later, **{"second-source": "open"}).orders.frame.filter(kind="buy", source="s2")
    assert open_.height
    assert min(open_["end_day"].to_list()) >= 56


def test_206_orders_and_cash_add_up(world: World) -> None:
    """Capital and fixed costs stand in orders, cash and the objective once."""
    rows = (SECOND_L11, SECOND_L12, SOURCE)
    states = dict.fromkeys(("second-l11", "second-l12", "second-source"), "open")
    supply = planned(world, *rows, **states)
    free = [row | {"capital_cost": "0 USD", "cost_per_week": "0 USD"} for row in rows]
    without = planned(world, *free, **states)
    cost_cent = 5_000_000 + 20 * 200_000 + 4_000_000
    assert supply.orders["cost_cent"].sum() - without.orders["cost_cent"].sum() == cost_cent
    assert supply.cash["paid_cent"].sum() - without.cash["paid_cent"].sum() == cost_cent
    assert cost_usd(supply) - cost_usd(without) == pytest.approx(cost_cent / 100, rel=1e-6)
