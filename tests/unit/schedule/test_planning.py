"""Modes, most lags, announced gates, risk, orders, worth of resources, progress."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest

from rackwright.base.horizon import Horizon
from rackwright.program.projects import Activity, Delivers, Demand, Link, Mode, Project, Resource, Risk
from rackwright.schedule import ScheduleRequest, schedule_projects
from rackwright.schedule.network import build_network
from rackwright.schedule.planning import objective_of, plan_projects
from rackwright.schedule.request import AnnouncedGate, KnownStart
from rackwright.schedule.risk import sample_finishes, sample_risk
from rackwright.tables.schedule import Schedule

MONDAY = dt.date(2026, 12, 7)
HORIZON = Horizon(MONDAY, dt.date(2028, 12, 4))


def way(days: str, lab: int = 0, cost: float = 0.0, tokens: int = 0) -> Mode:
    """A mode."""
    demands = [Demand(resource="lab", units=lab)] if lab else []
    demands += [Demand(resource="samples", units=tokens)] if tokens else []
    return Mode.model_validate({"duration": days, "demands": tuple(demands), "cost": f"{cost} USD"})


def work(name: str, *modes: Mode, after: tuple[str, ...] = (), **more: object) -> Activity:
    """An activity."""
    return Activity.model_validate({"id": name, "modes": modes, "after": after, **more})


def project(name: str, *activities: Activity, due: int = 400, weight: float = 1.0, **more: object) -> Project:
    """A project that is due some days after Monday."""
    day = MONDAY + dt.timedelta(days=due)
    values = {"id": name, "name": name, "weight": weight, "release": MONDAY, "due": day, "activities": activities}
    return Project.model_validate({**values, **more})


def request(*projects: Project, links: tuple[Link, ...] = (), **more: object) -> ScheduleRequest:
    """A request with one lab of one unit and two samples to use up."""
    lab = Resource(id="lab", capacity=1)
    samples = Resource(id="samples", capacity=2, kind="consumable")
    return ScheduleRequest(HORIZON, projects, links, (lab, samples), (), (), (), **more)  # type: ignore[arg-type]


def days_of(schedule: Schedule) -> dict[str, tuple[int, int, int]]:
    """Start, finish and mode by activity."""
    rows = schedule.activities.frame.select("activity", "start_day", "finish_day", "mode").iter_rows()
    return {name: (start, finish, mode) for name, start, finish, mode in rows}


def test_101_cheap_mode_where_there_is_time() -> None:
    """Where nothing gets late the cheaper mode is taken, where something would the quicker one."""
    modes = (way("5 days", cost=900), way("20 days", cost=100))
    for due, chosen in ((60, 1), (10, 0)):
        found = days_of(schedule_projects(request(project("p", work("a", *modes), due=due))))
        assert found["p.a"][2] == chosen


def test_102_consumables_are_not_overdrawn() -> None:
    """A mode that uses less of what is used up is taken where the quick ones would overdraw it."""
    modes = (way("5 days", tokens=2), way("9 days", tokens=1))
    schedule = schedule_projects(request(project("p", work("a", *modes), work("b", *modes))))
    assert [entry[2] for entry in days_of(schedule).values()] == [1, 1]
    assert schedule.checks.frame.filter(rule="schedule-resource", subject="samples")["passed"].all()


def link(lag: int, most: int) -> Link:
    """A link from `p.a` to `q.b` with a most lag."""
    return Link.model_validate({"from": "p.a", "to": "q.b", "lag": f"{lag} days", "max_lag": f"{most} days"})


def test_103_most_lag_delays_the_first() -> None:
    """An activity that may not lie far before another is moved towards it."""
    late = project("q", work("x", way("30 days")), work("b", way("5 days"), after=("x",)))
    schedule = schedule_projects(request(project("p", work("a", way("5 days"))), late, links=(link(0, 3),)))
    found = days_of(schedule)
    assert found["q.b"][0] - found["p.a"][1] <= 3
    assert schedule.checks.frame.filter(rule="schedule-most-lag")["passed"].all()


def test_104_a_most_lag_that_cannot_hold_is_named() -> None:
    """A finished activity cannot be moved: the link is a failed check that names both ends."""
    done = work("a", way("5 days"), started=dt.date(2026, 11, 2), finished=dt.date(2026, 11, 7))
    schedule = schedule_projects(
        request(project("p", done), project("q", work("b", way("5 days"))), links=(link(0, 3),))
    )
    row = schedule.checks.frame.filter(rule="schedule-most-lag").row(0, named=True)
    assert not row["passed"]
    assert row["subject"] == "p.a FS q.b"
    assert row["value"] > row["limit"]


def two_on_one_lab() -> tuple[Project, Project]:
    """Two projects whose gates compete for the lab; the second is heavier."""
    gate = work("g", kind="gate", gate="EVT", after=("x",))
    light, heavy = (
        project(n, work("x", way("10 days", lab=1)), gate, due=10, weight=w) for n, w in (("a", 1), ("b", 2))
    )
    return light, heavy


def test_105_announced_gates_stay_at_a_price() -> None:
    """Gates of the incumbent stay where moving them costs more, and what moves is listed with its price."""
    known = (AnnouncedGate("a.g", 10), AnnouncedGate("b.g", 20))
    stable = schedule_projects(request(*two_on_one_lab(), incumbent=known, moved_weight=5.0))
    assert len(stable.moved) == 0
    free = schedule_projects(request(*two_on_one_lab(), incumbent=known, moved_weight=0.1))
    assert dict(free.moved.frame.select("gate", "moved_days").iter_rows()) == {"a.g": 10, "b.g": -10}
    assert free.moved["price"].to_list() == pytest.approx([1.0, 1.0])


def test_106_room_left_moves_no_gate() -> None:
    """When a project shifts away from the lab, the gate of the next user stays where it was announced, at a price."""
    first, second = two_on_one_lab()
    first = first.model_copy(update={"release": first.release + dt.timedelta(days=40)})
    known = (AnnouncedGate("a.g", 50), AnnouncedGate("b.g", 20))
    starts = (KnownStart("a.x", 0), KnownStart("b.x", 10))
    asked = request(first, second, incumbent=known, moved_weight=5.0, known_starts=starts)
    assert len(schedule_projects(asked).moved) == 0


def measures(schedule: Schedule) -> dict[str, float]:
    """What schedules were compared by, in order, with the plan's value."""
    return dict(schedule.measures.frame.sort("rank").select("measure", "value").iter_rows())


def test_108_the_objective_is_the_programs() -> None:
    """A makespan lets the project with the long tail into the lab first; weighted tardiness the one that is due."""
    tail = project("p", work("a", way("10 days", lab=1)), work("z", way("50 days"), after=("a",)))
    due = project("q", work("b", way("20 days", lab=1)), due=20)
    ends = {}
    for goal in ("weighted-tardiness", "makespan"):
        schedule = schedule_projects(request(tail, due, goal=goal))
        found = days_of(schedule)
        ends[goal] = (found["p.z"][1], found["q.b"][1])
        kept = measures(schedule)
    assert ends == {"weighted-tardiness": (80, 20), "makespan": (60, 30)}
    assert list(kept) == ["overdraft", "makespan", "weighted-tardiness", "mode-cost", "ends"]
    assert (kept["makespan"], kept["weighted-tardiness"]) == (60.0, 10.0)
    assert schedule.measures.frame.filter(measure="makespan")["least"].to_list() == [60.0]


def test_109_money_before_dates_where_the_program_says_so() -> None:
    """With the cost of modes as objective the cheaper mode is taken although it is late."""
    modes = (way("5 days", cost=900), way("20 days", cost=100))
    for goal, chosen in (("weighted-tardiness", 0), ("mode-cost", 1)):
        schedule = schedule_projects(request(project("p", work("a", *modes), due=10), goal=goal))
        assert days_of(schedule)["p.a"][2] == chosen
    assert list(measures(schedule))[1] == "mode-cost"


def test_110_stability_needs_no_price() -> None:
    """With stability as objective announced gates stay where they are, whatever that costs in lateness."""
    known = (AnnouncedGate("a.g", 10), AnnouncedGate("b.g", 20))
    schedule = schedule_projects(request(*two_on_one_lab(), incumbent=known, goal="stability"))
    assert len(schedule.moved) == 0
    assert measures(schedule)["stability"] == 0.0


def test_107_any_number_of_workers_draws_the_same() -> None:
    """Samples, criticality and tornado do not depend on the number of workers."""
    network = build_network(request(*two_on_one_lab()))
    planned = plan_projects(network, objective_of(network), seed=1)
    one, two = (sample_risk(network, planned.dates, seed=3, num_samples=5_000, workers=n) for n in (1, 3))
    assert np.array_equal(one.finish, two.finish)
    assert np.array_equal(one.critical_share, two.critical_share)
    assert np.array_equal(one.rank_correlation, two.rank_correlation)


def test_111_all_holders_of_a_resource_are_named() -> None:
    """Work that needs both units of a lab waits for the two activities that hold one each."""
    both = Resource(id="lab", capacity=2)
    gate = work("g", kind="gate", gate="EVT", after=("c",))
    held = (work("a", way("10 days", lab=1)), work("b", way("12 days", lab=1)))
    asked = request(project("p", *held, due=12), project("q", work("c", way("5 days", lab=2)), gate))
    schedule = schedule_projects(dataclasses.replace(asked, resources=(both,)))
    row = schedule.activities.frame.filter(activity="q.c").row(0, named=True)
    assert (row["driver"], row["also_held"]) == ("p.b", "p.a")
    (cause,) = schedule.gates["cause"].to_list()
    assert cause == "q.g <- q.c (waits 12 days for lab, held by p.b and p.a) <- p.b"


def test_112_gates_on_the_way_have_their_own_due_days() -> None:
    """The due day of a project holds for its last gate and those it delivers at; another gate has its own, or none."""
    own = MONDAY + dt.timedelta(days=20)
    steps = (
        work("x", way("10 days")),
        work("evt", kind="gate", gate="EVT", after=("x",)),
        work("dvt", kind="gate", gate="DVT", after=("x",), due=own),
        work("given", kind="gate", gate="ready", after=("x",)),
        work("y", way("10 days"), after=("x",)),
        work("last", kind="gate", gate="PVT", after=("y",)),
    )
    given = (Delivers(kind="hall", ref="h", gate="given"),)
    gates = schedule_projects(request(project("p", *steps, due=30, delivers=given))).gates.frame
    due = {name.removeprefix("p."): day for name, day in gates.select("gate", "due_day").iter_rows()}
    assert due == {"evt": None, "dvt": 20, "given": 30, "last": 30}
    assert gates.filter(gate="p.evt")["on_time_share"].to_list() == [None]
    assert gates.filter(gate="p.dvt")["on_time_share"].to_list() == [1.0]


def test_201_criticality_and_tornado() -> None:
    """The long chain drives the end in nearly all samples and heads the tornado; the short one hardly ever does."""
    chain = (work("long", way("100 (80..120) days")), work("short", way("40 (35..45) days")))
    gate = work("g", kind="gate", gate="EVT", after=("long", "short"))
    schedule = schedule_projects(request(project("p", *chain, gate)))
    share = dict(schedule.activities.frame.select("activity", "critical_share").iter_rows())
    assert share["p.long"] > 0.98
    assert share["p.short"] < 0.02
    top = schedule.tornado.frame.sort("rank_correlation", descending=True).row(0, named=True)
    assert top["activity"] == "p.long"
    assert top["rank_correlation"] > 0.95


def test_202_last_day_to_order() -> None:
    """An order may wait for its float, less so the surer it must be."""
    order = work("buy", way("20 (15..40) days"), kind="procure", item="cdu", supplier="s")
    gate = work("g", kind="gate", gate="ready", after=("buy", "build"))
    schedule = schedule_projects(request(project("p", order, work("build", way("60 days")), gate)))
    row = schedule.long_lead.frame.row(0, named=True)
    assert (row["planned_day"], row["need_day"]) == (0, 60)
    assert row["p50_day"] == 40 > row["p80_day"] > row["p95_day"]


def test_203_worth_of_a_unit() -> None:
    """A second unit of the contested lab saves the lateness of the one that waits; the only unit cannot be lost."""
    row = schedule_projects(request(*two_on_one_lab())).worth.frame.row(0, named=True)
    assert (row["measure"], row["one_more"], row["one_less"]) == (10.0, -10.0, None)


def test_208_worth_of_a_unit_is_told_in_the_measure_of_the_objective() -> None:
    """For a makespan a second unit of the contested lab is worth the days by which the last project ends sooner."""
    asked = dataclasses.replace(request(*two_on_one_lab()), goal="makespan")
    planned = schedule_projects(asked)
    row = planned.worth.frame.row(0, named=True)
    assert row["measure"] == planned.activities["finish_day"].max()
    assert (row["one_more"], row["one_less"]) == (-10.0, None)


def test_204_samples_do_not_depend_on_how_many_are_drawn() -> None:
    """The first block of samples is the same whatever comes after it, and resources hold in samples."""
    network = build_network(request(*two_on_one_lab()))
    plan = plan_projects(network, objective_of(network), seed=1)
    short = sample_finishes(network, plan.dates, seed=4, num_samples=2000)
    long = sample_finishes(network, plan.dates, seed=4, num_samples=3000)
    assert np.array_equal(long[:, :2000], short)
    blind = sample_risk(network, plan.dates, seed=4, num_samples=500, use_resources=False)
    assert blind.project_end.max() < short.max()


def test_205_risk_of_the_register() -> None:
    """A risk of 40 % leaves the median and moves the 80 % date by its delay."""
    risk = Risk.model_validate({"id": "r", "activity": "a", "probability": 0.4, "delay": "50 days"})
    plan = project("p", work("a", way("10 days")), work("g", kind="gate", gate="EVT", after=("a",)), risks=(risk,))
    row = schedule_projects(request(plan)).gates.frame.row(0, named=True)
    assert (row["p50_day"], row["p80_day"], row["margin_days"], row["merge_bias_days"]) == (10, 60, 50, 0)
    assert schedule_projects(request(plan)).gates["on_time_share"].to_list() == [1.0]


def test_206_earned_value() -> None:
    """Half the planned money is earned when half the work is done; slow work costs more than it earns."""
    done = work(
        "a",
        way("10 days", cost=100),
        started=dt.date(2026, 11, 7),
        finished=dt.date(2026, 11, 27),
        baseline_start=dt.date(2026, 11, 1),
        baseline_finish=dt.date(2026, 11, 11),
    )
    planned = {"baseline_start": dt.date(2026, 11, 11), "baseline_finish": dt.date(2026, 11, 21)}
    open_work = work("b", way("10 days", cost=100), after=("a",), **planned)
    row = schedule_projects(request(project("p", done, open_work))).earned.frame.row(0, named=True)
    assert (row["planned_cent"], row["earned_cent"], row["actual_cent"]) == (20000, 10000, 20000)
    assert (row["schedule_index"], row["cost_index"]) == (0.5, 0.5)


def test_301_lint_names_flaws() -> None:
    """Negative lags, lags that hide work and nameless orders fail their rules."""
    order = work("buy", way("5 days"), kind="procure")
    chain = (work("a", way("5 days")), work("b", way("5 days"), after=("a -2 days",)), order)
    end = work("c", way("3 days"), after=("b +30 days", "buy"))
    checks = schedule_projects(request(project("p", *chain, end))).checks.frame
    failed = set(checks.filter(passed=False)["rule"])
    assert {"schedule-negative-lag", "schedule-hidden-work", "schedule-nameless-order"} <= failed


def test_401_progress_sets_the_rest_and_the_earned_value() -> None:
    """Of 20 days begun 8 days ago 75 % are done: 5 days are left; EV is 75 % of the budget, AC what was spent."""
    begun = MONDAY - dt.timedelta(days=8)
    baseline = {"baseline_start": begun, "baseline_finish": MONDAY + dt.timedelta(days=8)}
    stated = {"started": begun, "done": "75 %", "spent": "30 USD", **baseline}
    schedule = schedule_projects(request(project("p", work("a", way("20 days", cost=100), **stated))))
    assert days_of(schedule)["p.a"] == (-8, 5, 0)
    row = schedule.earned.frame.row(0, named=True)
    assert (row["planned_cent"], row["earned_cent"], row["actual_cent"]) == (5_000, 7_500, 3_000)
    assert (row["schedule_index"], row["cost_index"]) == (1.5, 2.5)


def test_402_resources_are_part_of_the_budget() -> None:
    """The budget of finished work counts the cost a day of the resources that it booked."""
    lab = Resource.model_validate({"id": "lab", "capacity": 1, "cost_per_day": "10 USD"})
    dates = {"started": MONDAY - dt.timedelta(days=9), "finished": MONDAY - dt.timedelta(days=5)}
    asked = dataclasses.replace(request(project("p", work("a", way("4 days", lab=1), **dates))), resources=(lab,))
    assert schedule_projects(asked).earned["earned_cent"].to_list() == [4_000]


def test_403_builds_list_their_parts() -> None:
    """A build lists each part once with its whole number on the day it starts; one that has begun lists none."""
    parts = [{"item": "tray", "qty": 4}, {"item": "tray", "qty": 2}]
    later = work("dvt", way("5 days"), after=("evt",), kind="build", parts=parts)
    begun = work("evt", way("10 days"), kind="build", parts=parts, started=MONDAY)
    needs = schedule_projects(request(project("p", begun, later))).part_needs
    assert needs.frame.rows() == [("p.dvt", "tray", "", 6, 10)]


@pytest.mark.parametrize("kind", ["work", "inspection"])
def test_404_a_source_needs_its_first_articles_inspected(kind: str) -> None:
    """A second source that is qualified without an inspection before its gate fails a check."""
    gate = work("q", kind="gate", gate="qualification", after=("soak",))
    activities = (work("look", way("3 days"), kind=kind), work("soak", way("5 days"), after=("look",)), gate)
    delivers = ({"kind": "source", "ref": "tray@s", "gate": "q"},)
    checks = schedule_projects(request(project("p", *activities, delivers=delivers))).checks.frame
    assert checks.filter(rule="schedule-first-article")["passed"].to_list() == [kind == "inspection"]
