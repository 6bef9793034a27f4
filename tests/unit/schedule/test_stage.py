"""Scheduling: precedence, calendars, shared resources, drivers, probabilities."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.base.digest import digest
from rackwright.base.horizon import Horizon
from rackwright.program.projects import Activity, Calendar, Demand, Link, Mode, Project, Resource, SetAside, Shutdown
from rackwright.schedule import ScheduleRequest, schedule_projects
from rackwright.schedule.engine import Engine
from rackwright.schedule.generation import dates_of, instance_of
from rackwright.schedule.network import build_network
from rackwright.schedule.reasons import total_float
from rackwright.schedule.workdays import Axis, compile_calendar
from rackwright.tables.schedule import Schedule

MONDAY = dt.date(2026, 12, 7)
LAB = (Demand(resource="lab", units=1),)
HORIZON = Horizon(MONDAY, dt.date(2028, 12, 4))


def work(name: str, days: int, *after: str, lab: int = 0, calendar: str = "", band: int = 0) -> Activity:
    """An activity of some days that may use units of the lab."""
    text = f"{days} ({days - band}..{days + band}) days" if band else f"{days} days"
    demands = (Demand(resource="lab", units=lab),) if lab else ()
    mode = Mode.model_validate({"duration": text, "demands": demands})
    return Activity(id=name, after=after, modes=(mode,), calendar=calendar)


def gate(name: str, *after: str) -> Activity:
    """A gate after some activities."""
    return Activity(id=name, kind="gate", gate="EVT", after=after)


def project(name: str, *activities: Activity, weight: float = 1.0, due: dt.date = dt.date(2027, 3, 1)) -> Project:
    """A project released on the first day."""
    return Project(id=name, name=name, weight=weight, release=MONDAY, due=due, activities=activities)


def request(*projects: Project, capacity: int = 1, links: tuple[Link, ...] = (), **lab: object) -> ScheduleRequest:
    """A request with one lab."""
    resource = Resource.model_validate({"id": "lab", "capacity": capacity, **lab})
    office = Calendar.model_validate({"id": "office", "holidays": [dt.date(2026, 12, 25)]})
    return ScheduleRequest(HORIZON, projects, links, (resource,), (office,), (), ())


def dates(schedule: Schedule) -> dict[str, tuple[int, int]]:
    """Start and finish day by activity."""
    frame = schedule.activities.frame.select("activity", "start_day", "finish_day")
    return {name: (start, finish) for name, start, finish in frame.iter_rows()}


@pytest.mark.parametrize(
    ("kind", "ignores", "finish"), [("renewable", False, 12), ("renewable", True, 11), ("consumable", False, 11)]
)
def test_104_calendar_of_a_resource(kind: str, ignores: bool, finish: int) -> None:
    """Ten days on a six-day calendar with a five-day team end on a Friday, unless the team's is ignored."""
    plant = Calendar(id="plant", weekdays=("mon", "tue", "wed", "thu", "fri", "sat"))
    activity = work("a", 10, lab=1, calendar="plant").model_copy(update={"ignores_resource_calendars": ignores})
    asked = request(project("p", activity), calendar="office", kind=kind)
    schedule = schedule_projects(dataclasses.replace(asked, calendars=(*asked.calendars, plant)))
    assert dates(schedule)["p.a"][1] == finish


def test_105_days_of_the_mode() -> None:
    """Only the mode that uses a resource works on the days of its calendar."""
    modes = tuple(Mode.model_validate({"duration": f"{n} days", "demands": d}) for n, d in ((7, ()), (6, LAB)))
    for order in (modes, modes[::-1]):
        network = build_network(request(project("p", Activity(id="a", modes=order)), calendar="office"))
        assert [mode.calendar for mode in network.jobs[0].modes] == ["office" if m.demands else "" for m in order]


def test_101_chain() -> None:
    """An activity starts on the day its predecessor ends."""
    found = dates(schedule_projects(request(project("p", work("a", 5), work("b", 3, "a")))))
    assert found == {"p.a": (0, 5), "p.b": (5, 8)}


def test_102_lag() -> None:
    """A lag in the predecessor's text delays the start by elapsed days."""
    found = dates(schedule_projects(request(project("p", work("a", 5), work("b", 3, "a + 2 weeks")))))
    assert found["p.b"] == (19, 22)


def test_103_work_calendar() -> None:
    """Ten working days from a Monday end on the second Friday, and a holiday adds a day."""
    found = dates(
        schedule_projects(request(project("p", work("a", 10, calendar="office"), work("b", 5, "a", calendar="office"))))
    )
    assert found["p.a"] == (0, 12)
    assert found["p.b"] == (14, 22)


def test_104_shared_lab() -> None:
    """Two users of one lab follow each other; the second names the lab and the holder it waited for."""
    schedule = schedule_projects(request(project("p", work("a", 5, lab=1)), project("q", work("a", 7, lab=1))))
    found = dates(schedule)
    first, second = sorted(found.values())
    assert first[1] == second[0]
    waited = schedule.activities.frame.filter(driver_kind="resource").row(0, named=True)
    assert waited["driver_resource"] == "lab"
    assert waited["wait_days"] == first[1]


def test_105_shutdown() -> None:
    """No user runs through a shutdown of its resource."""
    off = (Shutdown.model_validate({"from": dt.date(2026, 12, 9), "to": dt.date(2026, 12, 14)}),)
    found = dates(schedule_projects(request(project("p", work("a", 5, lab=1)), shutdowns=off)))
    assert found["p.a"] == (7, 12)


@pytest.mark.parametrize(("kind", "expected"), [("FS", 8), ("SS", 3), ("FF", 4), ("SF", 0)])
def test_106_link_kinds(kind: str, expected: int) -> None:
    """Each kind of link with a lag of three days binds the start or the end of its successor."""
    link = Link.model_validate({"from": "p.a", "to": "p.b", "kind": kind, "lag": "3 days"})
    found = dates(schedule_projects(request(project("p", work("a", 5), work("b", 4)), links=(link,))))
    assert found["p.b"][0] == expected


def test_107_weight() -> None:
    """Of two projects that cannot both be in time the heavier one goes first."""
    due = MONDAY + dt.timedelta(days=10)
    light, heavy = project("a", work("x", 10, lab=1), due=due), project("b", work("x", 10, lab=1), weight=5.0, due=due)
    found = dates(schedule_projects(request(light, heavy)))
    assert found["b.x"] == (0, 10)


def test_108_relief_is_proved() -> None:
    """A late project names the extra unit that helps, and by how many days."""
    due = MONDAY + dt.timedelta(days=10)
    schedule = schedule_projects(
        request(project("a", work("x", 10, lab=1), due=due), project("b", work("x", 10, lab=1), due=due))
    )
    assert schedule.late["relief"].to_list() == ["one more lab brings the end 10 days forward (re-solved)"]


def test_109_actuals_win() -> None:
    """What has finished keeps its dates, and its successor may start at once."""
    done = work("a", 5).model_copy(update={"started": dt.date(2026, 11, 2), "finished": dt.date(2026, 11, 20)})
    found = dates(schedule_projects(request(project("p", done, work("b", 3, "a")))))
    assert found["p.a"] == (-35, -17)
    assert found["p.b"] == (0, 3)


def test_201_gate_probabilities() -> None:
    """The median of a single banded activity is its planned day and P80 lies in its band."""
    schedule = schedule_projects(request(project("p", work("a", 100, band=20), gate("evt", "a"))))
    row = schedule.gates.frame.row(0, named=True)
    assert abs(row["p50_day"] - row["day"]) <= 1
    assert 108 <= row["p80_day"] <= 118
    assert row["p80_day"] < row["p95_day"]


def test_202_merge_bias() -> None:
    """A gate after many equal banded activities is later at P50 than the deterministic plan says."""
    chains = [work(f"a{i}", 100, band=20) for i in range(6)]
    schedule = schedule_projects(request(project("p", *chains, gate("evt", *(c.id for c in chains)))))
    assert schedule.gates["p50_day"][0] > schedule.gates["day"][0] + 5


def test_203_float() -> None:
    """The shorter of two parallel chains may slip by the difference; the longer one has no float."""
    schedule = schedule_projects(request(project("p", work("a", 5), work("b", 9), gate("evt", "a", "b"))))
    slack = dict(schedule.activities.frame.select("activity", "float_days").iter_rows())
    assert slack["p.a"] == 4
    assert slack["p.b"] == 0


LINKED = st.tuples(st.integers(0, 9), st.sampled_from(("FS", "SS", "FF", "SF")), st.integers(-2, 9), st.booleans())


@given(st.lists(LINKED, min_size=2, max_size=6), st.integers(0, 99))
def test_206_float_is_the_most_that_moves_no_end(rows: list[tuple[int, str, int, bool]], seed: int) -> None:
    """By any link and calendar, starting by the float later moves no end, and by a day more moves it."""
    activities = [work(f"a{i}", days, calendar="office" * is_office) for i, (days, _, _, is_office) in enumerate(rows)]
    links = tuple(
        Link.model_validate({"from": f"p.a{seed % i}", "to": f"p.a{i}", "kind": kind, "lag": f"{lag} days"})
        for i, (_, kind, lag, _) in enumerate(rows)
        if i
    )
    network = build_network(request(project("p", *activities), links=links))
    order = np.array(network.order).argsort()
    placed = Engine(instance_of(network)).schedule(order)
    slack = total_float(network, dates_of(network, placed))
    end = int(placed.finish.max())
    for job in range(len(rows)):
        for later, is_kept in ((0, True), (1, False)):
            release = np.zeros(len(rows), dtype=np.int64)
            release[job] = placed.start[job] + slack[job] + later
            moved = int(Engine(instance_of(network, release)).schedule(order).finish.max())
            assert (moved <= end) == is_kept


def test_207_float_of_what_has_started() -> None:
    """With a quarter done, 9 of 12 days are left; a gate 13 days after the start of the plan leaves 4 days of float."""
    begun = work("a", 12).model_copy(update={"started": dt.date(2026, 11, 2), "done_share": 0.25})
    schedule = schedule_projects(request(project("p", begun, work("b", 13), gate("evt", "a", "b"))))
    slack = dict(schedule.activities.frame.select("activity", "float_days").iter_rows())
    assert slack["p.a"] == 4
    assert slack["p.b"] == 0


def test_208_float_of_a_start_link() -> None:
    """20 working days that only have to start before day 70 may start 70 days later, weekends or not."""
    link = Link.model_validate({"from": "p.x", "to": "p.y", "kind": "SS"})
    late = work("y", 40).model_copy(update={"earliest": MONDAY + dt.timedelta(days=70)})
    schedule = schedule_projects(request(project("p", work("x", 20, calendar="office"), late), links=(link,)))
    slack = dict(schedule.activities.frame.select("activity", "float_days").iter_rows())
    assert slack["p.x"] == 70


def test_204_axis_reaches_beyond_the_horizon() -> None:
    """Work that ends after the horizon is still dated."""
    found = dates(schedule_projects(request(project("p", work("a", 1200), work("b", 5, "a")))))
    assert found["p.b"] == (1200, 1205)


def test_205_work_longer_than_the_horizon() -> None:
    """An activity of 3,000 working days, far beyond the horizon, is dated and not a fault."""
    found = dates(schedule_projects(request(project("p", work("a", 3000, calendar="office"), work("b", 5, "a")))))
    assert found["p.a"][1] > 4190
    assert found["p.b"] == (found["p.a"][1], found["p.a"][1] + 5)


def test_302_inverse_calendar() -> None:
    """Latest start is the inverse of finish on every working day."""
    calendar = Calendar.model_validate({"id": "c", "holidays": [dt.date(2026, 12, 25)]})
    days = compile_calendar(calendar, Axis(MONDAY, 400))
    for start in range(100):
        if days.next_start(start) == start:
            assert days.latest_start(days.finish(start, 7), 7) == start


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 2), st.integers(0, 5)), min_size=1, max_size=9),
    st.integers(2, 3),
)
def test_401_always_feasible(rows: list[tuple[int, int, int]], capacity: int) -> None:
    """Whatever the network, links hold and the lab is never overbooked."""
    activities = [
        work(f"a{i}", days, *([f"a{back % i}"] if i and back else []), lab=lab)
        for i, (days, lab, back) in enumerate(rows)
    ]
    schedule = schedule_projects(request(project("p", *activities), capacity=capacity))
    found = dates(schedule)
    used = np.zeros(400)
    for activity in activities:
        start, finish = found[f"p.{activity.id}"]
        assert all(found[f"p.{before}"][1] <= start for before in activity.after)
        for demand in activity.modes[0].demands:
            used[start:finish] += demand.units
    assert used.max() <= capacity


def test_402_same_digest() -> None:
    """The same request gives the same bytes."""
    asked = request(project("p", work("a", 50, band=9, lab=1)), project("q", work("a", 40, band=9, lab=1)))
    assert digest(schedule_projects(asked)) == digest(schedule_projects(asked))


def test_403_topological_order_names_cycles() -> None:
    """A cycle that reaches the stage is refused."""
    with pytest.raises(ValueError, match="cycle"):
        build_network(request(project("p", work("a", 1, "b"), work("b", 1, "a"))))


def test_801_a_project_set_aside_is_not_ready_within_the_horizon() -> None:
    """Gates and deliveries of a project set aside lie at the end of the horizon, and a failed check says why."""
    aside = SetAside.model_validate(
        {
            "id": "q",
            "reason": "on hold",
            "gates": ["g"],
            "delivers": [{"kind": "hall", "ref": "h", "gate": "g"}],
            "cut": ["p.a"],
        }
    )
    asked = dataclasses.replace(request(project("p", work("a", 5), gate("g", "a"))), set_aside=(aside,))
    schedule = schedule_projects(asked)
    assert dates(schedule)["p.a"] == (0, 5)
    gates = {name: days for name, *days in schedule.gates.frame.select("gate", "day", "p95_day").iter_rows()}
    assert gates["q.g"] == [HORIZON.num_days, HORIZON.num_days]
    assert schedule.readiness.frame.row(0)[:4] == ("hall", "h", "q.g", HORIZON.num_days)
    (row,) = schedule.checks.frame.filter(rule="schedule-set-aside").iter_rows(named=True)
    assert row["source"] == "on hold; dated without it: p.a"
    assert not row["passed"]


def test_802_nothing_but_projects_set_aside() -> None:
    """A program all of whose projects are set aside still says when nothing is ready."""
    aside = SetAside.model_validate({"id": "q", "reason": "on hold", "gates": ["g"]})
    schedule = schedule_projects(dataclasses.replace(request(), set_aside=(aside,)))
    assert schedule.gates["gate"].to_list() == ["q.g"]


def test_803_every_flaw_is_named() -> None:
    """Each activity that breaks a rule is a row of the flaws, however many the check allows."""
    long = tuple(work(f"a{i}", 70) for i in range(3))
    flaws = schedule_projects(request(project("p", *long))).flaws.frame
    found = {rule: set(own["subject"].to_list()) for (rule,), own in flaws.group_by("rule")}
    names = {"p.a0", "p.a1", "p.a2"}
    assert found["schedule-long-activities"] == found["schedule-dead-ends"] == found["schedule-few-links"] == names
    assert flaws.filter(rule="schedule-long-activities")["words"].to_list() == ["70 days"] * 3


def test_804_samples_wait_for_shutdowns() -> None:
    """A late sample that would run into a shutdown of its resource begins after it, as the plan itself would."""
    shut = [{"from": MONDAY + dt.timedelta(days=12), "to": MONDAY + dt.timedelta(days=40)}]
    chain = (work("a", 5, band=4), work("b", 5, "a", lab=1), gate("g", "b"))
    schedule = schedule_projects(request(project("p", *chain), shutdowns=shut))
    assert dates(schedule)["p.b"] == (5, 10)
    (row,) = schedule.gates.frame.iter_rows(named=True)
    assert (row["p50_day"], row["p95_day"]) == (10, 45)


def test_805_last_day_to_order_by_the_lead_time_itself() -> None:
    """Without a risk the last day to order is the day of need less the lead time's own quantile, no sample's."""
    mode = Mode.model_validate({"duration": "100 (80..228.155) days"})
    buy = Activity(id="buy", kind="procure", item="hv", supplier="s", modes=(mode,))
    schedule = schedule_projects(request(project("p", buy, gate("g", "buy"))))
    (row,) = schedule.long_lead.frame.iter_rows(named=True)
    assert (row["planned_day"], row["need_day"], row["p50_day"]) == (0, 100, 0)
    assert row["p80_day"] == -84  # 0.8416 / 1.2816 of the 128.155 days from median to 90 %
