"""Links of all kinds on working days, and what the plan holds back: in the plan, in its samples, in its reasons."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.program.projects import Calendar, Link, Project
from rackwright.scenarios.gates import sample_gates
from rackwright.schedule import ScheduleRequest, schedule_projects
from rackwright.schedule.network import build_network
from rackwright.schedule.planning import objective_of, plan_projects
from rackwright.schedule.request import KnownStart
from rackwright.schedule.risk import sample_finishes

from .test_planning import HORIZON, project, way, work

OFFICE = Calendar(id="office", holidays=(dt.date(2026, 12, 25), dt.date(2027, 1, 1)))


def request(*projects: Project, links: tuple[Link, ...] = (), **more: object) -> ScheduleRequest:
    """A request without resources, with a calendar of five days a week."""
    return ScheduleRequest(HORIZON, projects, links, (), (OFFICE,), (), (), **more)  # type: ignore[arg-type]


def link(before: str, after: str, kind: str, lag: int, most: int | None = None) -> Link:
    """A link between two activities of project p."""
    values = {"from": f"p.{before}", "to": f"p.{after}", "kind": kind, "lag": f"{lag} days"}
    return Link.model_validate(values if most is None else {**values, "max_lag": f"{most} days"})


def by_hand() -> ScheduleRequest:
    """Seven activities with a link of each kind; f may end at most five days before e, which starts on day 84.

    Day 0 is Monday 2026-12-07.
    """
    steps = (
        work("a", way("10 days"), earliest=dt.date(2026, 12, 10)),
        work("b", way("20 days")),
        work("c", way("5 days")),
        work("d", way("7 days")),
        work("w", way("5 days"), calendar="office"),
        work("e", way("4 days"), earliest=dt.date(2027, 3, 1)),
        work("f", way("6 days")),
        work("g", kind="gate", gate="qualification", after=("b", "c", "d", "f", "w")),
    )
    links = (
        link("a", "b", "SS", 3),
        link("b", "c", "FF", 4),
        link("b", "d", "SF", 30),
        link("c", "w", "FF", 1),
        link("f", "e", "FS", 2, 5),
    )
    return request(project("p", *steps), links=links)


def test_101_links_of_all_kinds_by_hand() -> None:
    """Least lags count in elapsed days from starts and ends, work in working days, a most lag pulls its first end."""
    frame = schedule_projects(by_hand()).activities.frame
    found = {name[2:]: tuple(days) for name, *days in frame.select("activity", "start_day", "finish_day").iter_rows()}
    assert found["a"] == (3, 13)
    assert found["b"] == (6, 26)  # three days after the start of a
    assert found["c"] == (25, 30)  # ends four days after b
    assert found["d"] == (29, 36)  # ends thirty days after the start of b
    assert found["w"] == (23, 31)  # five days of an office end on or after day 31, without New Year's Day
    assert found["e"] == (84, 88)
    assert found["f"] == (73, 79)  # ends five days before e starts
    assert found["g"] == (79, 79)


def test_102_what_a_most_lag_holds_back_says_for_whom() -> None:
    """The driver of what is held back is the end of its most lag, and the chain tells by how many days."""
    schedule = schedule_projects(by_hand())
    row = schedule.activities.frame.filter(activity="p.f").row(0, named=True)
    assert (row["driver_kind"], row["driver"]) == ("most-lag", "p.e")
    assert schedule.gates["cause"].to_list() == ["p.g <- p.f (held back 73 days) <- p.e"]


def test_103_samples_keep_what_is_held_back() -> None:
    """Where nothing varies every quantile of a gate is its planned day, also in samples drawn from the stored plan."""
    for asked in (by_hand(), dataclasses.replace(by_hand(), sampled_order="anew")):
        schedule = schedule_projects(asked)
        row = schedule.gates.frame.row(0, named=True)
        assert (row["day"], row["p50_day"], row["p95_day"]) == (79, 79, 79)
        assert set(sample_gates(asked, schedule.activities, seed=1, num_samples=5).days.ravel().tolist()) == {79}


def test_104_an_announced_day_holds_in_samples() -> None:
    """What stays on the day that people know, though it could start sooner, starts no sooner in samples."""
    steps = (work("x", way("10 days")), work("g", kind="gate", gate="EVT", after=("x",)))
    known = (KnownStart("p.x", 40), KnownStart("p.g", 50))
    schedule = schedule_projects(request(project("p", *steps), known_starts=known, goal="stability"))
    row = schedule.activities.frame.filter(activity="p.x").row(0, named=True)
    gate = schedule.gates.frame.row(0, named=True)
    assert (row["start_day"], gate["p50_day"]) in {(0, 10), (40, 50)}
    assert (row["driver_kind"] == "announced") == (row["start_day"] == 40)


@given(
    st.lists(
        st.tuples(st.integers(1, 9), st.sampled_from(("FS", "SS", "FF", "SF")), st.integers(0, 20), st.booleans()),
        min_size=2,
        max_size=6,
    )
)
def test_105_sure_durations_give_the_dates_of_the_plan(rows: list[tuple[int, str, int, bool]]) -> None:
    """Samples of sure durations have the plan's dates, whatever the kinds of links and the calendars are."""
    steps = tuple(
        work(f"s{i}", way(f"{days} days"), **({"calendar": "office"} if office else {}))
        for i, (days, _, _, office) in enumerate(rows)
    )
    links = tuple(link(f"s{i}", f"s{i + 1}", kind, lag) for i, (_, kind, lag, _) in enumerate(rows[1:]))
    network = build_network(request(project("p", *steps), links=links))
    planned = plan_projects(network, objective_of(network), seed=1)
    for order in ("kept", "anew"):
        turns = dataclasses.replace(planned.network, sampled_order=order)
        assert np.array_equal(sample_finishes(turns, planned.dates, seed=2, num_samples=1)[:, 0], planned.dates.finish)


@pytest.mark.parametrize(("most", "float_days"), [(None, 30), (4, 4)])
def test_106_float_ends_where_a_most_lag_does(most: int | None, float_days: int) -> None:
    """An activity may slip no further than the most lag allows after one that may not slip so far itself."""
    steps = (
        work("a", way("10 days")),
        work("g", way("20 days"), after=("a",)),
        work("b", way("5 days")),
        work("z", way("15 days"), earliest=dt.date(2027, 1, 6), after=("g",)),
    )
    schedule = schedule_projects(request(project("p", *steps), links=(link("a", "b", "FS", 0, most),)))
    row = schedule.activities.frame.filter(activity="p.b").row(0, named=True)
    assert (row["start_day"], row["float_days"]) == (10, float_days)
