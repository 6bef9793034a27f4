"""The cable plant sees every cable once by type and length, and once by tranche and week."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from typer.testing import CliRunner

from rackwright.cli.app import app
from rackwright.plan import Plan
from rackwright.views.cable_plant import CABLE_PLANT, tranche_cables
from rackwright.views.network import CABLES
from rackwright.views.tranches import tranche_states


def test_101_types_add_up(one_pod: Plan) -> None:
    """Counts of types are those of what is ordered, and their classes of length hold each assembly once."""
    kinds = CABLE_PLANT.build(one_pod).tables[0].rows
    made = dict(one_pod.cabling.assemblies.frame.group_by("part").agg(pl.col("count").sum()).iter_rows())
    assert {str(row[0]): row[2] for row in kinds} == made
    assert sum(made.values()) == one_pod.cabling.num_cables < len(one_pod.cabling.cables)
    for row in kinds:
        assert sum(int(str(count)) for count in row[10:]) == row[2]
        assert float(str(row[5])) <= float(str(row[6])) <= float(str(row[7]))


def test_102_every_cable_has_a_tranche(one_pod: Plan) -> None:
    """Assemblies of units go with the tranche of the unit, those of the whole block with its first tranche."""
    rows = tranche_cables(one_pod)
    ordered = one_pod.cabling.assemblies.frame.select("count", total=pl.col("count") * pl.col("length_mm"))
    assert rows["count"].sum() == ordered["count"].sum()
    assert rows["length_mm"].sum() == ordered["total"].sum()
    assert set(rows["tranche"]) == {"pod-1a", "pod-1b"}


def test_103_weeks_begin_on_monday_before_the_racks_are_accepted(one_pod: Plan) -> None:
    """A tranche needs its cables before the acceptance that its need date asks for."""
    needs = dict(one_pod.siting.tranches.frame.select("tranche", "need_day").iter_rows())
    for week, tranche, *_ in CABLE_PLANT.build(one_pod).tables[1].rows:
        assert isinstance(week, dt.date)
        assert week.weekday() == 0
        assert week <= one_pod.program.horizon.date(needs[str(tranche)])


def test_106_racks_are_accepted_when_the_tranches_say_so(one_pod: Plan) -> None:
    """The day of full acceptance is that of the view of tranches, and no first rack comes after it."""
    full = {state.tranche: state.accepted for state in tranche_states(one_pod)}
    for _, tranche, *_, first, last in CABLE_PLANT.build(one_pod).tables[1].rows:
        assert last == full[str(tranche)]
        assert isinstance(first, dt.date)
        assert isinstance(last, dt.date)
        assert first < last


def test_107_an_assembly_costs_once(one_pod: Plan) -> None:
    """A splitter of four legs costs its ends once and its metres once, at the length it is ordered at."""
    facts = dict(one_pod.facts.frame.filter(stage="cabling").select("fact", "value").iter_rows())
    part = "aec-800g-4x200g-qsfp112"
    ordered = one_pod.cabling.assemblies.frame.filter(part=part).select("length_mm", "count").rows()
    usd = sum(
        count * (facts[f"{part}.price_usd"] + facts[f"{part}.price_per_m_usd"] * length_mm / 1000)
        for length_mm, count in ordered
    )
    shown = {str(row[0]): row for row in CABLE_PLANT.build(one_pod).tables[0].rows}[part]
    assert float(str(shown[9])) * 1000 == pytest.approx(usd, rel=1e-4)
    legs = one_pod.cabling.cables.frame.filter(part=part).group_by("assembly").len()
    assert legs["len"].to_list() == [4] * legs.height


def test_108_both_views_tell_one_length(one_pod: Plan) -> None:
    """Both views of cables count an assembly's length once, however many legs it has."""
    ordered = one_pod.cabling.assemblies.frame.select(pl.col("count") * pl.col("length_mm"))["count"].sum()
    for view in (CABLES, CABLE_PLANT):
        assert f", {ordered / 1e6:,.0f} km in all" in view.build(one_pod).lead


def test_104_a_plan_without_cables_says_so(empty_plan: Plan) -> None:
    """Nothing to make is a sentence, not an error."""
    assert CABLE_PLANT.build(empty_plan).tables == ()


def test_105_names_may_be_written_with_a_hyphen() -> None:
    """The command takes `cable-plant` for `cable_plant`: a folder that is no plan is what it complains of."""
    assert "no view" not in CliRunner().invoke(app, ["show", "nowhere", "cable-plant"]).output
