"""Racks whose network cannot be built are never accepted, and the network is why."""

from __future__ import annotations

import dataclasses

import polars as pl

from rackwright.catalog import Catalog
from rackwright.plan import Plan
from rackwright.supply import plan_supply, supply_request
from rackwright.tables.checks import Checks

RELIEF = "nearest: 1 units"


def without_a_network(plan: Plan) -> Plan:
    """The plan with the failed check of a scale-out network that could not be sized."""
    source = f"size_clos with 144/144/144 ports a leaf/spine/core; no network is built; {RELIEF}"
    row = plan.fabric.checks.frame.head(1).with_columns(
        rule=pl.lit("fabric-size"), subject=pl.lit("pod-1/scale-out"), passed=pl.lit(False), source=pl.lit(source)
    )
    checks = Checks(pl.concat([plan.fabric.checks.frame, row]))
    return dataclasses.replace(plan, fabric=dataclasses.replace(plan.fabric, checks=checks))


def test_201_no_rack_is_accepted_without_its_network(one_pod: Plan, catalog: Catalog) -> None:
    """Every tranche of the block misses all racks, with the network as the one cause and what would do."""
    plan = without_a_network(one_pod)
    request = supply_request(
        plan.program, catalog, sizing=plan.sizing, siting=plan.siting, bom=plan.bom, schedule=plan.schedule,
        fabric=plan.fabric,
    )  # fmt: skip
    supply = plan_supply(request)
    assert supply.deployments["racks"].sum() == 0
    causes = supply.causes.frame.select("demand", "constraint", "kind", "relief")
    why = ("scale-out network of pod-1 cannot be built", "network", RELIEF)
    assert sorted(causes.iter_rows()) == [("pod-1a", *why), ("pod-1b", *why)]


def test_202_a_network_that_stands_holds_nobody(one_pod: Plan, catalog: Catalog) -> None:
    """The plan as it is names no network."""
    plan = one_pod
    request = supply_request(
        plan.program, catalog, sizing=plan.sizing, siting=plan.siting, bom=plan.bom, schedule=plan.schedule,
        fabric=plan.fabric,
    )  # fmt: skip
    assert request.unbuilt == ()
