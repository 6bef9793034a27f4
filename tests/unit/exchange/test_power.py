"""The load schedule and the network for pandapower."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from rackwright.exchange import EXPORTS
from rackwright.exchange.load_schedule import load_schedule
from rackwright.exchange.pandapower import network_of_plan, pandapower_json
from rackwright.plan import Plan
from rackwright.power.ac_flow import solve_flow


def test_101_the_schedule_names_source_and_margin(one_pod: Plan) -> None:
    """Each rated element stands once with what feeds it; margin is rating minus worst load."""
    schedule = load_schedule(one_pod)
    assert schedule["element"].is_unique().all()
    assert set(schedule.filter(kind="ups")["fed_from"].str.contains("lv-switchgear")) == {True}
    gap = (schedule["rating_kw"] - schedule["worst_kw"] - schedule["margin_kw"]).abs().max()
    assert isinstance(gap, float)
    assert gap < 0.002


def test_201_the_network_is_read_back(one_pod: Plan) -> None:
    """The JSON holds one transformer for each of the plan and the load of its boards."""
    body = json.loads(EXPORTS["pandapower"](one_pod))["_object"]
    units = one_pod.power.elements.frame.filter(pl.col("kind").is_in(["hv-transformer", "unit-substation"]))
    table = json.loads(body["trafo"]["_object"])
    assert len(table["data"]) == units.height
    loads = json.loads(body["load"]["_object"])
    total_mw = sum(row[loads["columns"].index("p_mw")] for row in loads["data"])
    boards = one_pod.power.elements.frame.filter(kind="lv-switchgear").join(one_pod.power.loads.frame, on="element")
    assert total_mw == pytest.approx(sum(boards["normal_w"].to_list()) / 1e6)


def test_202_the_network_gives_the_voltage_the_check_states(one_pod: Plan) -> None:
    """The lowest voltage of the exported network is the one the stage holds against its limit."""
    site = one_pod.power.balances["site"][0]
    network, names = network_of_plan(one_pod, site)
    drop = one_pod.power.checks.frame.filter(rule="power-voltage-drop", subject=site)["value"][0]
    assert len(names) == network.nominal_v.size
    assert 1.0 - solve_flow(network).lowest_pu == pytest.approx(drop, abs=1e-9)
    assert np.all(network.transformers.high < len(names))


def test_203_sites_stand_side_by_side(one_pod: Plan) -> None:
    """Networks of several sites are one file: buses counted on, each with its own grid."""
    network, _ = network_of_plan(one_pod, one_pod.power.balances["site"][0])
    body = json.loads(pandapower_json([network, network], "two"))["_object"]
    rows = {name: json.loads(body[name]["_object"]) for name in ("bus", "ext_grid", "line", "trafo")}
    size = network.nominal_v.size
    assert len(rows["bus"]["data"]) == 2 * size
    assert [row[0] for row in rows["ext_grid"]["data"]] == [0, size]
    assert len(rows["line"]["data"]) == 2 * network.lines.start.size > 0
    buses = [row[rows["trafo"]["columns"].index("lv_bus")] for row in rows["trafo"]["data"]]
    half = len(buses) // 2
    assert [bus + size for bus in buses[:half]] == buses[half:]


@pytest.mark.parametrize(
    ("country", "said", "expected_hz"), [("US", None, 60.0), ("DE", None, 50.0), ("JP", 60.0, 60.0)]
)
def test_204_the_network_runs_at_the_frequency_of_its_country(
    one_pod: Plan, country: str, said: float | None, expected_hz: float
) -> None:
    """The exported frequency is the utility's where it is said, else the country's."""
    sites = tuple(
        site.model_copy(update={"country": country, "utility": site.utility.model_copy(update={"frequency_hz": said})})
        for site in one_pod.program.sites
    )
    plan = replace(one_pod, program=one_pod.program.model_copy(update={"sites": sites}))
    assert json.loads(EXPORTS["pandapower"](plan))["_object"]["f_hz"] == expected_hz
