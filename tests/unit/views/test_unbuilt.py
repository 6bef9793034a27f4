"""A network that cannot be built is said among the shortfalls, with what was asked, what there is, and why."""

from __future__ import annotations

import dataclasses

import polars as pl

from rackwright.plan import Plan
from rackwright.tables.checks import Checks
from rackwright.views.summary import plan_summary

SOURCE = "size_clos with 144 ports a leaf; no network is built; nearest: fewer uplinks"


def without_a_network(plan: Plan) -> Plan:
    """The plan with the failed check of a network that could not be sized."""
    row = plan.fabric.checks.frame.head(1).with_columns(
        rule=pl.lit("fabric-size"),
        subject=pl.lit("pod-1/scale-out"),
        value=pl.lit(2.0),
        limit=pl.lit(0.0),
        unit=pl.lit("units"),
        passed=pl.lit(False),
        source=pl.lit(SOURCE),
    )
    checks = Checks(pl.concat([plan.fabric.checks.frame, row]))
    return dataclasses.replace(plan, fabric=dataclasses.replace(plan.fabric, checks=checks))


def test_101_the_summary_names_the_network(one_pod: Plan) -> None:
    """One shortfall line with block, network, units asked and possible, and the nearest that works; else none."""
    assert plan_summary(one_pod, Checks.empty())["unbuilt_networks"] == []
    summary = plan_summary(without_a_network(one_pod), Checks.empty())
    (line,) = summary["unbuilt_networks"]
    assert line.startswith("network pod-1/scale-out cannot be built")
    assert "2 units, at most 0; size_clos" in line
    assert line.endswith("fewer uplinks")
    assert f"  shortfall  {line}" in summary["lines"]
    assert not summary["meets_need"]
