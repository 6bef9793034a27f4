"""The views of the schedule: gates by generation, drivers, shared resources, risks, progress."""

from __future__ import annotations

import datetime as dt

import pytest

from rackwright.catalog import Catalog
from rackwright.figures import Gantt, LineChart
from rackwright.plan import Plan, plan_program
from rackwright.program.header import HorizonSpan
from rackwright.program.projects import Activity, Demand, Mode, Project, Resource, Risk
from rackwright.views.drivers import DRIVERS
from rackwright.views.gantt_chart import GANTT, GENERATIONS
from rackwright.views.progress import PROGRESS
from rackwright.views.resources import RESOURCES
from rackwright.views.risks import RISKS

MONDAY = dt.date(2026, 12, 7)


def product(name: str, days: str, **more: object) -> Project:
    """Work in the one chamber, then a gate."""
    mode = Mode.model_validate({"duration": days, "demands": (Demand(resource="chamber", units=1),), "cost": "1 MUSD"})
    gate = Activity(id="gate", kind="gate", gate="DVT", after=("test",))
    activities = (Activity.model_validate({"id": "test", "modes": (mode,), **more}), gate)
    return Project(id=name, name=name, release=MONDAY, due=MONDAY + dt.timedelta(days=30), activities=activities)


@pytest.fixture(scope="module")
def two_in_one_chamber(empty_plan: Plan, catalog: Catalog) -> Plan:
    """Two products that need the one thermal chamber: the second waits for the first, and has a risk."""
    risk = Risk.model_validate({"id": "leak", "activity": "test", "probability": 0.9, "delay": "20 days"})
    second = product("gen-5", "12 (10..20) days").model_copy(update={"risks": (risk,)})
    changes = {
        "span": HorizonSpan(start=MONDAY, end=dt.date(2028, 12, 4)),
        "resources": (Resource(id="chamber", name="Thermal chamber 2", capacity=1),),
        "projects": (product("gen-4", "9 (8..10) days", baseline_finish=MONDAY + dt.timedelta(days=9)), second),
    }
    program = empty_plan.program.model_copy(update=changes)
    return plan_program(program, catalog)


def test_101_drivers_name_the_holder(two_in_one_chamber: Plan) -> None:
    """A wait for a resource is told with its days, the resource and the activity that holds it."""
    shown = DRIVERS.build(two_in_one_chamber)
    words = [str(row[-1]) for row in shown.tables[1].rows]
    assert words == ["gen-5.test waits 9 days for Thermal chamber 2, held by gen-4.test"]
    assert [(link.from_node, link.to_node) for link in shown.figures[0].links] == [("gen-4", "gen-5")]


def test_102_resources_count_what_nobody_waiting_would_ask(two_in_one_chamber: Plan) -> None:
    """The plan overloads nothing; if nobody waited, the chamber would be asked for twice on nine days."""
    shown = RESOURCES.build(two_in_one_chamber)
    row = dict(zip((c.name for c in shown.tables[0].columns), shown.tables[0].rows[0], strict=True))
    assert (row["over_days"], row["asked_over_days"], row["asked_peak"], row["wait_days"]) == (0, 9, 2, 9)
    assert isinstance(shown.figures[0], LineChart)


def test_103_risk_without_which_the_end_is_earlier(two_in_one_chamber: Plan) -> None:
    """A nearly sure delay of 20 days on the only path moves the 80 % end by 20 days; margin needed burns down to 0."""
    shown = RISKS.build(two_in_one_chamber)
    assert shown.tables[0].rows[0][:3] == ("gen-5", "leak", "test")
    assert shown.tables[0].rows[0][-1] == pytest.approx(20, abs=1)
    margin = {row[0]: row for row in shown.tables[2].rows}
    assert margin["gen-5"][2] > 20
    assert margin["gen-5"][4] == 0


def test_104_gantt_carries_float_and_baseline(two_in_one_chamber: Plan) -> None:
    """The full chart has every activity with its baseline, and a link from each to what waits for it."""
    figure = GANTT.build(two_in_one_chamber).figures[0]
    assert isinstance(figure, Gantt)
    bars = {f"{group.name}/{bar.name}": bar for group in figure.groups for bar in group.bars}
    assert bars["gen-4/test"].baseline == (9, 9)
    assert bars["gen-4/gate"].p95_day is not None
    assert len(figure.links) == 2
    assert len(GENERATIONS.build(two_in_one_chamber).tables[0].rows) == 2


def test_105_progress_shows_earned_value(two_in_one_chamber: Plan) -> None:
    """Nothing is planned or earned on the first day, so both indices are 1."""
    rows = PROGRESS.build(two_in_one_chamber).tables[1].rows
    assert [row[-2:] for row in rows] == [(1.0, 1.0), (1.0, 1.0)]
