"""The views of the schedule: gates by generation, drivers, shared resources, risks, progress."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from rackwright.catalog import Catalog
from rackwright.figures import Gantt, LineChart, ScatterChart
from rackwright.pipeline import plan_program
from rackwright.plan import Plan
from rackwright.program.header import HorizonSpan
from rackwright.program.projects import Activity, Demand, Mode, Project, Resource, Risk
from rackwright.tables.schedule import PartNeeds
from rackwright.views.buffers import BUFFERS
from rackwright.views.clear_to_build import clear_request
from rackwright.views.drivers import DRIVERS
from rackwright.views.gantt_chart import GANTT, GENERATIONS
from rackwright.views.power_ready import site_power
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


def test_114_what_is_used_up_has_its_takers(empty_plan: Plan, catalog: Catalog) -> None:
    """Of what does not come back each taking is told in order of time, with what is left and who finds too little."""
    takes = [
        Activity.model_validate(
            {"id": name, "earliest": MONDAY + dt.timedelta(days=day), "modes": (
                {"duration": "5 days", "demands": ({"resource": "samples", "units": units},)},
                {"duration": "9 days", "demands": ({"resource": "samples", "units": 1},)},
            )}
        )
        for name, day, units in (("late", 40, 2), ("early", 0, 2))
    ]  # fmt: skip
    project = product("gen-4", "9 (8..10) days").model_copy(update={"activities": tuple(takes)})
    resources = (Resource(id="samples", kind="consumable", capacity=3),)
    span = HorizonSpan(start=MONDAY, end=dt.date(2028, 12, 4))
    changes = {"span": span, "resources": resources, "projects": (project,)}
    shown = RESOURCES.build(plan_program(empty_plan.program.model_copy(update=changes), catalog))
    (table,) = shown.tables
    assert table.title == "Resources that are used up"
    assert [row[2] for row in table.rows] == ["gen-4.early", "gen-4.late"]
    assert table.rows[-1][4:] == (3, 3, 0, "used up")
    assert "1 consumable resource, 1 taken to the last unit." in shown.lead
    assert shown.figures[0].series[0].values[0] == 3.0


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


def test_109_buffers_by_samples_and_by_root_of_squares(two_in_one_chamber: Plan) -> None:
    """A gate's buffer is its 80 % day less its plan; the root of squares knows the bands of its chain, but no risk."""
    table = BUFFERS.build(two_in_one_chamber).tables[0]
    rows = {row["gate"]: row for row in table.as_json()}
    assert rows["gen-5.gate"]["needed_days"] > 20  # its risk alone adds 20 days
    assert rows["gen-5.gate"]["root_square_days"] == pytest.approx((8**2 + 1**2) ** 0.5)  # 20 - 12 and 10 - 9 days
    assert rows["gen-5.gate"]["there_days"] == 30 - 21
    assert rows["gen-5.gate"]["state"] == ""


def test_110_a_buffer_burns_down(empty_plan: Plan, catalog: Catalog) -> None:
    """Work that ends five days after its baseline has used five of the days between baseline and due day."""
    began = MONDAY - dt.timedelta(days=9)
    late = product("gen-6", "14 days", started=began, baseline_finish=MONDAY)
    step = Activity.model_validate({"id": "next", "modes": ({"duration": "10 (9..15) days"},), "after": ("test",)})
    gate = late.activities[1].model_copy(update={"after": ("next",)})
    late = late.model_copy(update={"release": began, "activities": (late.activities[0], step, gate)})
    changes = {
        "as_of": MONDAY,
        "span": HorizonSpan(start=MONDAY, end=dt.date(2028, 12, 4)),
        "resources": (Resource(id="chamber", name="Thermal chamber 2", capacity=1),),
        "projects": (late,),
    }
    shown = BUFFERS.build(plan_program(empty_plan.program.model_copy(update=changes), catalog))
    (row,) = shown.tables[0].as_json()
    assert (row["used_days"], row["there_days"], row["done_share"]) == (5, 15, pytest.approx(9 / 24))
    assert row["used_share"] == pytest.approx(5 / 20)
    assert row["state"] == "on track"
    assert [type(figure) for figure in shown.figures] == [ScatterChart, LineChart]
    assert isinstance(shown.figures[1], LineChart)
    assert shown.figures[1].series[0].values[-1] == 15.0


def test_111_a_feeding_path_needs_its_own_buffer(empty_plan: Plan, catalog: Catalog) -> None:
    """A path that joins the chain with less float than its 80 % day asks for is short of the difference."""
    rows = [
        {"id": "long", "modes": ({"duration": "20 days"},)},
        {"id": "side", "modes": ({"duration": "15 (9..30) days"},)},
    ]
    work = tuple(Activity.model_validate(row) for row in rows)
    gate = Activity(id="gate", kind="gate", gate="DVT", after=("long", "side"))
    project = Project(id="p", name="p", release=MONDAY, due=MONDAY + dt.timedelta(days=30), activities=(*work, gate))
    changes = {"span": HorizonSpan(start=MONDAY, end=dt.date(2028, 12, 4)), "projects": (project,)}
    shown = BUFFERS.build(plan_program(empty_plan.program.model_copy(update=changes), catalog))
    (row,) = shown.tables[1].as_json()
    assert (row["feeder"], row["joins"], row["there_days"]) == ("p.side", "p.gate", 5)
    assert row["needed_days"] == pytest.approx(10, abs=1)  # 0.84 / 1.28 of the 15 days from median to 90 %
    assert row["short_days"] == row["needed_days"] - 5


def test_112_builds_claim_their_parts_before_racks(one_pod: Plan) -> None:
    """Parts of builds of the next weeks are samples, at the plant of their project or where the parts lie."""
    rows = [("q.evt", "mgx-48u", "", 2, 7), ("q.dvt", "mgx-48u", "elsewhere", 3, 8), ("q.pvt", "mgx-48u", "", 9, 900)]
    needs = dataclasses.replace(one_pod.schedule, part_needs=PartNeeds.from_rows(rows))
    claims = clear_request(dataclasses.replace(one_pod, schedule=needs)).claims
    built = [claim for claim in claims if claim not in one_pod.program.supply.claims]
    assert [(claim.plant, claim.qty, claim.kind, claim.before_racks) for claim in built] == [
        ("columbus", 2, "sample", True),
        ("elsewhere", 3, "sample", True),
    ]


def test_113_power_waits_for_its_gates_as_supply_does(one_pod: Plan) -> None:
    """The last step of power is energised when its hall is as sure as the policy asks, not on its date."""
    gates = dict(one_pod.schedule.gates.frame.select("gate", "p80_day").iter_rows())
    assert one_pod.program.policy.ready_at == 0.8
    assert site_power(one_pod)[0].energised_w[-1] == (gates["pod-site.hall-commissioned"], 4e6)
