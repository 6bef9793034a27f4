"""Does supply give the answers of the golden stories? Their README works them by hand."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import yaml

from rackwright.supply import SupplyRequest, plan_supply

GOLDEN = Path(__file__).parents[2] / "golden"


def test_101_one_sku_two_plants(world: Callable[..., SupplyRequest]) -> None:
    """Orders, deployments, cost and lateness are those worked by hand in the story's README."""
    story = GOLDEN / "one-sku-two-plants"
    tables = yaml.safe_load((story / "program" / "supply.yaml").read_text())
    tolerance = tomllib.loads((story / "tolerance.toml").read_text())
    plan = plan_supply(world(racks=6, need_day=35, tables=tables))
    keys = ["kind", "item", "source", "site", "start_day", "end_day"]
    orders = plan.orders.frame.select(*keys, "qty").sort(keys)
    expected = pl.read_csv(story / "expect" / "orders.csv").sort(keys)
    assert orders.select(keys).rows() == expected.select(keys).rows()
    assert orders["qty"].to_list() == pytest.approx(expected["qty"].to_list(), abs=tolerance["qty"])
    deployed = plan.deployments.frame.filter(pl.col("racks") > 0).select("bucket", "racks")
    assert deployed.rows() == [
        (b, pytest.approx(r)) for b, r in pl.read_csv(story / "expect" / "deployments.csv").rows()
    ]
    answer = tolerance["answer"]
    assert plan.solves["objective"][0] == pytest.approx(answer["objective_usd"], abs=tolerance["objective_usd"])
    late = plan.checks.frame.filter(pl.col("rule") == "supply-on-time")["value"][0]
    assert late == pytest.approx(answer["late_days"], abs=tolerance["late_days"])
    assert plan.checks.frame.filter(~pl.col("passed"))["rule"].to_list() == ["supply-on-time"]
