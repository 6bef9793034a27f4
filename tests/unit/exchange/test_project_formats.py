"""Schedules go to other planning programs and come back with their dates, links, calendars and baselines."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.base.errors import InputError
from rackwright.base.problem import Problem
from rackwright.exchange import (
    ProjectFile,
    icalendar_bytes,
    mermaid_bytes,
    mspdi_bytes,
    read_mspdi,
    read_xer,
    xer_bytes,
)
from rackwright.exchange.project_file import (
    EVERY_DAY,
    FileCalendar,
    FileLink,
    FileMode,
    FileProject,
    FileResource,
    FileTask,
    project_file,
)
from rackwright.exchange.schedule_rows import projects_text
from rackwright.plan import Plan

MONDAY = dt.date(2026, 12, 7)
OFFICE = FileCalendar("office", (0, 1, 2, 3, 4), (dt.date(2026, 12, 25),))
ALWAYS = FileCalendar(EVERY_DAY, tuple(range(7)))
LAB = FileResource("lab", 2, calendar="office", days_off=(dt.date(2026, 12, 28), dt.date(2026, 12, 29)))
TEAM = FileResource("team", 3, calendar="office", title="Engineers & fitters", usd_per_day=1_200.40)
GAS = FileResource("gas", 40, is_consumable=True)


def task(number: int, days: int, **more: object) -> FileTask:
    """A task of project `p` that starts some days after Monday."""
    start = MONDAY + dt.timedelta(days=number)
    values = {"calendar": "office", "is_milestone": days == 0, **more}
    finish = start + dt.timedelta(days=days)
    return FileTask(f"p.t{number}", "p", f"Task <{number}> & more", start, finish, days, **values)  # type: ignore[arg-type]


def file_of(*tasks: FileTask, links: tuple[FileLink, ...] = ()) -> ProjectFile:
    """A file of one project."""
    return ProjectFile("p", tasks, links, (ALWAYS, OFFICE), (LAB, TEAM, GAS))


@st.composite
def drawn_tasks(draw: st.DrawFn, number: int) -> FileTask:
    """Any task of the sort that stands at a place of a file."""
    days = draw(st.integers(0, 30))
    uses = (("lab", 2),) if number % 3 == 0 else ()
    more: dict[str, object] = {"uses": uses, "is_alone": bool(uses) and days > 0 and draw(st.booleans())}
    if number % 2:
        band = draw(st.sampled_from([None, (days / 2, days * 1.5)]))
        ways = (FileMode(days + 9, (("lab", 1),)), FileMode(days, uses, band, draw(st.sampled_from([0.0, 60_000.5]))))
        more |= {"baseline_start": MONDAY, "baseline_finish": MONDAY + dt.timedelta(days=number)}
        more |= {"modes": ways, "mode": 1}
    if number == 0:
        more |= {"actual_start": MONDAY, "actual_finish": MONDAY + dt.timedelta(days=3)}
    if number == 2:
        more |= {"earliest": MONDAY, "kind": "procure", "item": "hv-mv-60mva", "supplier": "supplier-f"}
        more |= {"modes": (FileMode(days, uses, (days / 2, days * 1.5)),), "is_offered": draw(st.booleans())}
    if number == 3:
        more |= {"actual_start": MONDAY, "done_share": 0.4, "gate": "EVT"}
    return task(number, days, **more)


@st.composite
def files(draw: st.DrawFn) -> ProjectFile:
    """Any file of a few tasks."""
    count = draw(st.integers(1, 6))
    tasks = tuple(draw(drawn_tasks(i)) for i in range(count))
    links = tuple(
        FileLink(f"p.t{draw(st.integers(0, i - 1))}", f"p.t{i}", draw(st.sampled_from(["FS", "SS", "FF", "SF"])), lag)
        for i in range(1, count)
        for lag in draw(st.lists(st.integers(-9, 40), max_size=1))
    )
    due = draw(st.sampled_from([MONDAY + dt.timedelta(days=90), MONDAY + dt.timedelta(days=5)]))
    known = FileProject("p", "Pilot, first of two", MONDAY, due, draw(st.sampled_from([None, due])), 2.5)
    return dataclasses.replace(file_of(*tasks, links=links), projects=(known,))


@given(files())
def test_101_mspdi_round_trip(file: ProjectFile) -> None:
    """What is written as MSPDI is read back equal, baselines and actuals too."""
    again = read_mspdi(mspdi_bytes(file), name="plan.xml")
    assert (again.tasks, again.calendars, again.resources) == (file.tasks, file.calendars, file.resources)
    assert sorted(map(str, again.links)) == sorted(map(str, file.links))
    assert again.projects == file.projects
    assert again.lossy == ()


@given(files())
def test_102_xer_round_trip(file: ProjectFile) -> None:
    """What is written as XER is read back equal, baselines and actuals too."""
    again = read_xer(xer_bytes(file), name="plan.xer")
    assert (again.tasks, again.calendars, again.links) == (file.tasks, file.calendars, file.links)
    assert (again.projects, again.resources, again.lossy) == (file.projects, file.resources, ())


def test_103_a_plan_round_trip(one_pod: Plan) -> None:
    """The example's schedule survives both formats with its modes and due days, and says what was lost."""
    file = project_file(one_pod)
    for again in (read_mspdi(mspdi_bytes(file), name="x"), read_xer(xer_bytes(file), name="x")):
        assert (again.tasks, again.projects, again.resources) == (file.tasks, file.projects, file.resources)
        assert sorted(map(str, again.links)) == sorted(map(str, file.links))
    assert any(len(task.modes) > 1 for task in file.tasks)
    assert any("risks" in words for words in file.lossy)


def test_104_a_change_in_the_other_program_wins() -> None:
    """A duration changed there replaces that of the mode chosen, whose band is gone; the other modes stay."""
    ways = (FileMode(9, (("lab", 1),)), FileMode(3, (), (2, 5), 1.0))
    data = mspdi_bytes(file_of(task(1, 3, modes=ways, mode=1))).replace(b"PT24H", b"PT32H")
    again = read_mspdi(data, name="plan.xml")
    assert again.tasks[0].modes == (ways[0], FileMode(4, (), None, 1.0))
    assert again.lossy == ("bands of durations that were changed in the file",)


def test_105_text_that_is_not_ours_is_left_alone() -> None:
    """A text field of the same name with other words in it changes nothing."""
    ways = (FileMode(9), FileMode(3))
    data = mspdi_bytes(file_of(task(1, 3, modes=ways, mode=1))).replace(b"9 days", b"as we like")
    (again,) = read_mspdi(data, name="plan.xml").tasks
    assert (again.modes, again.duration_days) == ((), 3)


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Project>&b;</Project>"""


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (BOMB, "entities"),
        (b"<Project><Tasks></Project>", "well-formed"),
        (b"<Other/>", "first element"),
        (b'<?xml version="1.0" encoding="UTF-7"?><Project/>', "UTF-8"),
        (b"<Project>" + b"<a>" * 60 + b"</a>" * 60 + b"</Project>", "inside one another"),
        (mspdi_bytes(file_of(task(0, 3))).replace(b"2026-12-07T", b"2026-13-07T"), "not a date"),
        (mspdi_bytes(file_of(task(0, 3))).replace(b"2026-12-07T", b"9026-12-07T"), "outside"),
        (mspdi_bytes(file_of(task(0, 3))).replace(b"<DayWorking>1", b"<DayWorking>0"), "no working day"),
        (
            mspdi_bytes(file_of(task(0, 3), task(1, 3), links=(FileLink("p.t0", "p.t1"),))).replace(
                b"<Type>1</Type>", b"<Type>7</Type>"
            ),
            "link type",
        ),
    ],
)
def test_201_bad_mspdi_is_named(data: bytes, words: str) -> None:
    """A bomb, broken XML, an unknown link type, a bad date or calendar is refused in words."""
    with pytest.raises(InputError, match=words):
        read_mspdi(data, name="plan.xml")


XER = xer_bytes(file_of(task(0, 3), task(1, 3), links=(FileLink("p.t0", "p.t1"),)))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"hello", "ERMHDR"),
        (XER.replace(b"PR_FS", b"PR_XX"), "link type"),
        (XER.replace(b"2026-12-07 ", b"2026-77-07 "), "not a date"),
        (XER.replace(b"(s|", b"(x|"), "no working day"),
        (XER.replace(b"%R\t1\tp\t\t\t", b"%R\t1\tp\tq\tr\ts\tt\t"), "values for"),
        (XER.replace(b"%R\t1\tp\t", b"%R\t\tp\t"), "has no"),
        (XER.replace(b"\t24\t", b"\tmany\t"), "not a number"),
    ],
)
def test_202_bad_xer_is_named(data: bytes, words: str) -> None:
    """A file that is not XER, a ragged row, an unknown link type, a bad date or calendar is refused with its line."""
    with pytest.raises(InputError, match=words):
        read_xer(data, name="plan.xer")


TWO = file_of(task(0, 3), task(1, 3), links=(FileLink("p.t0", "p.t1"),))


@pytest.mark.parametrize(
    ("data", "places"),
    [
        (
            mspdi_bytes(TWO)
            .replace(b"PT24H0M0S", b"3 days", 1)
            .replace(b"<LinkLag>0", b"<LinkLag>soon")
            .replace(b"<Name>office", b"<Name>shut")
            .replace(b"<DayWorking>1", b"<DayWorking>0"),
            ["Every day", "p.t0", "p.t1", "shut"],
        ),
        (mspdi_bytes(TWO).replace(b"<CalendarUID>2", b"<CalendarUID>9"), ["p.t0", "p.t1"]),
    ],
)
def test_203_everything_bad_is_named_at_once(data: bytes, places: list[str]) -> None:
    """Calendars without a working day, missing calendars, durations and lags that cannot be read are named together."""
    with pytest.raises(InputError) as caught:
        read_mspdi(data, name="plan.xml")
    assert sorted(problem.place.path for problem in caught.value.problems) == places


def test_204_every_bad_line_of_a_file_is_named() -> None:
    """Each row of an XER file that cannot be used is reported with its line."""
    data = XER.replace(b"2026-12-07 ", b"2026-77-07 ").replace(b"PR_FS", b"PR_XX").replace(b"(s|", b"(x|")
    with pytest.raises(InputError) as caught:
        read_xer(data, name="plan.xer")
    lines = data.decode("cp1252").splitlines()
    named = {lines[problem.place.line - 1].split("\t")[0:2][0] for problem in caught.value.problems}
    assert named == {"%R"}
    assert len(caught.value.problems) == 6  # three calendars, a task, a link, a project


def test_210_a_gate_keeps_its_due_day() -> None:
    """The due day of a gate comes back from both forms; in MSPDI it is the deadline mark that people see."""
    gate = task(3, 0, gate="EVT", due=MONDAY + dt.timedelta(days=9))
    for again in (read_mspdi(mspdi_bytes(file_of(gate)), name="x"), read_xer(xer_bytes(file_of(gate)), name="x")):
        assert again.tasks[0].due == gate.due
    assert b"<Deadline>2026-12-15T17:00:00</Deadline>" in mspdi_bytes(file_of(gate))


def test_205_calendars_of_resources_and_of_the_project() -> None:
    """A resource follows its base calendar but for its own week and days; a task without one that of the project."""
    data = mspdi_bytes(dataclasses.replace(TWO, resources=(FileResource("lab", 2),)))
    week = b"<WeekDays><WeekDay><DayType>7</DayType><DayWorking>1</DayWorking></WeekDay></WeekDays>"
    own = (
        b"<Calendar><UID>7</UID><Name>lab</Name><IsBaseCalendar>0</IsBaseCalendar><BaseCalendarUID>2</BaseCalendarUID>"
    )
    data = data.replace(b"</Calendars>", own + week + b"</Calendar></Calendars>")
    data = data.replace(b"<MaxUnits>", b"<CalendarUID>7</CalendarUID><MaxUnits>")
    data = data.replace(b"<CalendarUID>2</CalendarUID>", b"")
    data = data.replace(b"<SaveVersion>", b"<CalendarUID>2</CalendarUID><SaveVersion>")
    again = read_mspdi(data, name="plan.xml")
    assert [one.calendar for one in again.tasks] == ["office", "office"]
    assert again.calendars == (ALWAYS, OFFICE, FileCalendar("lab", (0, 1, 2, 3, 4, 5), OFFICE.days_off))
    assert again.resources == (FileResource("lab", 2, calendar="lab"),)
    assert again.lossy == ()


def test_212_a_calendar_of_a_resource_that_is_based_on_nothing_is_named() -> None:
    """A base calendar that the file has not is named with the place of the calendar that asks for it."""
    own = (
        b"<Calendar><UID>7</UID><Name>lab</Name><IsBaseCalendar>0</IsBaseCalendar><BaseCalendarUID>9</BaseCalendarUID>"
    )
    data = mspdi_bytes(TWO).replace(b"</Calendars>", own + b"</Calendar></Calendars>")
    (problem,) = problems_of(read_mspdi, data)
    assert (problem.code, problem.place.path) == ("unknown-reference", "lab")


def test_213_resources_keep_their_calendars_in_a_program() -> None:
    """Calendar and breaks of a resource, and an activity that heeds none, are written as program rows."""
    text = projects_text(file_of(task(1, 3, uses=(("lab", 1),), is_alone=True)), "plan.xml")
    assert "capacity: 2, calendar: office, shutdowns: [{from: 2026-12-28, to: 2026-12-30}]}" in text
    assert "calendar: office, ignores_resource_calendars: true" in text


def problems_of(read: Callable[..., ProjectFile], data: bytes) -> list[Problem]:
    """What is wrong with a file."""
    with pytest.raises(InputError) as caught:
        read(data, name="plan")
    return list(caught.value.problems)


def test_206_what_is_wrong_with_a_task_is_named_at_once() -> None:
    """Date, duration and calendar of one task are three problems, each on its own line with a code of its own."""
    data = mspdi_bytes(TWO).replace(b"<Start>2026-12-07", b"<Start>0026-12-07", 1)
    data = data.replace(b"PT24H0M0S", b"soon", 1).replace(b"<CalendarUID>2", b"<CalendarUID>9", 1)
    found = {problem.code: problem for problem in problems_of(read_mspdi, data)}
    assert found.keys() == {"date-out-of-range", "bad-duration", "unknown-reference"}
    lines = data.decode().splitlines()
    assert lines[found["date-out-of-range"].place.line - 1].strip().startswith("<Start>0026")
    assert lines[found["bad-duration"].place.line - 1].strip() == "<Duration>soon</Duration>"
    assert all(problem.repair for problem in found.values())
    bad = XER.replace(b"\t24\t2026-12-07 08:00", b"\tlots\t0026-12-07 08:00", 1)
    assert [problem.code for problem in problems_of(read_xer, bad)] == ["bad-number", "date-out-of-range"]


@pytest.mark.parametrize(
    ("read", "data", "value", "known"),
    [
        (read_mspdi, mspdi_bytes(TWO).replace(b"<Type>1</Type>", b"<Type>7</Type>"), '"7"', "1 (FS)"),
        (read_xer, XER.replace(b"PR_FS", b"PR_QQ"), '"PR_QQ"', "PR_FS"),
    ],
)
def test_207_an_unknown_link_type_names_both_ends(
    read: Callable[..., ProjectFile], data: bytes, value: str, known: str
) -> None:
    """The type as written, both tasks and the types that are known stand in the message, with a line."""
    (problem,) = problems_of(read, data)
    assert problem.code == "unknown-link-type"
    assert problem.place.line > 0
    assert all(words in problem.rule for words in ("from p.t0 to p.t1", value, known))


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_208_a_file_cut_short_is_said_to_be_so(share: float) -> None:
    """Wherever a file of either form is cut, the one problem is that its rest is missing, and where."""
    for read, data in ((read_mspdi, mspdi_bytes(TWO)), (read_xer, XER)):
        (problem,) = problems_of(read, data[: int(len(data) * share)])
        assert problem.code == "file-cut-short"
        assert problem.place.line > 1


def test_209_codes_tell_hostile_and_foreign_files_apart() -> None:
    """A bomb, broken XML and a file of another form have codes and repairs of their own; the bomb its line."""
    cases = ((BOMB, "xml-entities"), (b"<Project><a></Project>", "bad-xml"), (b"<Other/>", "not-a-schedule"))
    for data, code in cases:
        (problem,) = problems_of(read_mspdi, data)
        assert (problem.code, problem.place.line, bool(problem.repair)) == (code, 1, True)
    assert problems_of(read_xer, b"hello")[0].code == "not-a-schedule"


def test_301_calendar_entries(one_pod: Plan) -> None:
    """Every gate and order has one event with a stable UID, in lines of at most 75 octets."""
    data = icalendar_bytes(one_pod)
    count = len(one_pod.schedule.gates) + len(one_pod.schedule.long_lead)
    assert data.count(b"BEGIN:VEVENT") == count == len({line for line in data.split(b"\r\n") if line[:4] == b"UID:"})
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))


def test_302_mermaid(one_pod: Plan) -> None:
    """Every activity is a line of the chart, and gates are milestones."""
    lines = mermaid_bytes(one_pod).decode().splitlines()
    assert lines[0] == "gantt"
    assert sum(" :" in line for line in lines) == len(one_pod.schedule.activities)
    assert any("milestone" in line for line in lines)


def test_207_prices_of_another_money_are_not_taken_for_dollars() -> None:
    """A file in euros, or one that does not say, has no prices here, and that is said."""
    file = file_of(task(1, 3, uses=(("team", 1),)))
    xml, xer = mspdi_bytes(file).replace(b"USD", b"EUR"), xer_bytes(file).replace(b"USD", b"EUR")
    for again in (read_mspdi(xml, name="plan.xml"), read_xer(xer, name="plan.xer")):
        assert [row.usd_per_day for row in again.resources] == [0.0, 0.0, 0.0]
        assert len(again.lossy) == 1
        assert again.lossy[0].startswith("prices of resources")


def test_208_a_price_that_is_no_number_is_named() -> None:
    """A broken rate is a problem at its row, in both forms."""
    file = file_of(task(1, 3))
    for read, data in ((read_mspdi, mspdi_bytes(file)), (read_xer, xer_bytes(file))):
        with pytest.raises(InputError) as caught:
            read(data.replace(b"150.0500", b"15o"), name="plan")
        assert [problem.code for problem in caught.value.problems] == ["bad-number"]


def test_209_a_lead_time_changed_in_the_file_is_no_longer_that_of_the_offer() -> None:
    """A procurement whose duration was edited keeps the edit as a mode of its own, and that is said."""
    offered = {"kind": "procure", "item": "x", "supplier": "s", "modes": (FileMode(9),), "is_offered": True}
    data = mspdi_bytes(file_of(task(2, 9, **offered)))
    assert read_mspdi(data, name="plan.xml").tasks[0].is_offered
    again = read_mspdi(data.replace(b"<Duration>PT72H", b"<Duration>PT80H"), name="plan.xml")
    assert (again.tasks[0].is_offered, again.tasks[0].modes[0].duration_days) == (False, 10)
    assert any("ties to lead times" in words for words in again.lossy)
