"""A rack or network that cannot be built is said among the shortfalls: what was asked, what there is, and why."""

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


def test_102_the_summary_names_the_rack(one_pod: Plan) -> None:
    """A rack type too high, too heavy or short of power is a shortfall line with the nearest that would do."""
    assert plan_summary(one_pod, Checks.empty())["unbuilt_racks"] == []
    row = one_pod.racks.checks.frame.head(1).with_columns(
        rule=pl.lit("racks-height"),
        subject=pl.lit("gb300-nvl72"),
        value=pl.lit(53.0),
        limit=pl.lit(48.0),
        unit=pl.lit("U"),
        passed=pl.lit(False),
        source=pl.lit("fact:mgx-48u.height_u; nearest: 5 trays fewer of 34"),
    )
    checks = Checks(pl.concat([one_pod.racks.checks.frame, row]))
    summary = plan_summary(
        dataclasses.replace(one_pod, racks=dataclasses.replace(one_pod.racks, checks=checks)), Checks.empty()
    )
    (line,) = summary["unbuilt_racks"]
    assert line == (
        "rack gb300-nvl72 cannot be built as it is configured: 53 U, at most 48 (racks-height); "
        "nearest: 5 trays fewer of 34"
    )
    assert f"  shortfall  {line}" in summary["lines"]
