"""The cable plant sees every cable once by type and length, and once by tranche and week."""

from __future__ import annotations

import datetime as dt

from typer.testing import CliRunner

from rackwright.cli.app import app
from rackwright.plan import Plan
from rackwright.views.cable_plant import CABLE_PLANT, tranche_cables
from rackwright.views.tranches import tranche_states


def test_101_types_add_up(one_pod: Plan) -> None:
    """Counts of types are those of the cables, and their classes of length hold each cable once."""
    kinds = CABLE_PLANT.build(one_pod).tables[0].rows
    assert sum(int(str(row[2])) for row in kinds) == len(one_pod.cabling.cables)
    for row in kinds:
        assert sum(int(str(count)) for count in row[10:]) == row[2]
        assert float(str(row[5])) <= float(str(row[6])) <= float(str(row[7]))


def test_102_every_cable_has_a_tranche(one_pod: Plan) -> None:
    """Cables of units go with the tranche of the unit, those of the whole block with its first tranche."""
    rows = tranche_cables(one_pod)
    assert rows["count"].sum() == len(one_pod.cabling.cables)
    assert rows["length_mm"].sum() == one_pod.cabling.cables["length_mm"].sum()
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


def test_104_a_plan_without_cables_says_so(empty_plan: Plan) -> None:
    """Nothing to make is a sentence, not an error."""
    assert CABLE_PLANT.build(empty_plan).tables == ()


def test_105_names_may_be_written_with_a_hyphen() -> None:
    """The command takes `cable-plant` for `cable_plant`: a folder that is no plan is what it complains of."""
    assert "no view" not in CliRunner().invoke(app, ["show", "nowhere", "cable-plant"]).output
