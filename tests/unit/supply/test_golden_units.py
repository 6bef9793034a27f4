"""Do test cells get their golden units before racks, once, and only where their line starts within the plan?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from rackwright.base.horizon import Horizon
from rackwright.program.supply import Cell, RouteStep
from rackwright.supply import SupplyRequest, plan_supply
from rackwright.supply.golden import golden_units
from rackwright.tables.supply import Supply

from .conftest import START, WEEKS, day

World = Callable[..., SupplyRequest]
HORIZON = Horizon(START, START.fromordinal(START.toordinal() + 7 * WEEKS))


def cell(**changes: Any) -> dict[str, Any]:
    """The test cell of the small world."""
    rows = {"id": "c1", "plant": "p1", "kind": "l11-test", "stations": 2, "hours_per_week": 100, "utilisation": 1.0}
    return rows | changes


def asked(world: World, *, units: int, first: str | None = None) -> SupplyRequest:
    """Eight racks wanted early, two a week by the cell, from a line that starts on a day."""
    make = {"item": "sku", "plant": "p1", "lead_time": "7 days", "cost": "10 kUSD", "labour_hours": 20}
    tables = {"cells": [cell(golden_units=units)], "makes": [make | ({} if first is None else {"from": first})]}
    return replace(world(need_day=40, tables=tables), with_reasons=False)


def made(supply: Supply) -> float:
    """Racks built."""
    return float(supply.orders.frame.filter(kind="make", item="sku")["qty"].sum())


def late_days(supply: Supply) -> float:
    """Mean days late of the tranche."""
    return float(supply.checks.frame.filter(rule="supply-on-time")["value"][0])


def test_101_the_first_units_stay_in_the_cell(world: World) -> None:
    """Two of a line that starts on day 28: two racks more are built, and the tranche waits the week they take."""
    plain, plan = (plan_supply(asked(world, units=units, first=day(28))) for units in (0, 2))
    assert made(plan) - made(plain) == pytest.approx(2.0)
    assert late_days(plan) - late_days(plain) == pytest.approx(7.0, abs=1.5)
    given = plan.orders.frame.filter(kind="claim")
    assert given["demand"].unique().to_list() == ["golden sku in c1"]
    first_rack = plan.orders.frame.filter((pl.col("kind") == "ship") & (pl.col("item") == "sku"))["start_day"].min()
    assert given["start_day"].max() <= first_rack  # type: ignore[operator]


def test_102_a_cell_that_tests_already_has_its_units(world: World) -> None:
    """A line open on the first day builds none for its cell."""
    plain, plan = (plan_supply(asked(world, units=units)) for units in (0, 2))
    assert made(plan) == pytest.approx(made(plain))


def test_103_each_item_of_a_cell_has_its_own(world: World) -> None:
    """A cell on the routes of two items keeps units of both, one that runs later wants them later."""
    routes = [RouteStep.model_validate({"item": item, "plant": "p1", "step": step, "cell": "c1", "hours": "1 h"})
              for item, step in (("a", 1), ("a", 2), ("b", 1))]  # fmt: skip
    cells = [Cell.model_validate(cell(golden_units=1, **{"from": day(30)}))]
    starts = {("a", "p1"): (10.0, 5.0), ("b", "p1"): (40.0, 3.0), ("c", "p1"): (0.0, 0.0)}
    found = golden_units(cells, routes, starts, HORIZON)
    assert [(row.item, row.day, row.is_there) for row in found] == [("a", 35.0, False), ("b", 43.0, False)]
