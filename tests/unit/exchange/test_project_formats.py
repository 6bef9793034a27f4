"""Schedules go to other planning programs and come back with their dates, links, calendars and baselines."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.base.errors import InputError
from rackwright.exchange import (
    ProjectFile,
    as_projects,
    icalendar_bytes,
    mermaid_bytes,
    mspdi_bytes,
    project_file,
    read_mspdi,
    read_xer,
    xer_bytes,
)
from rackwright.exchange.project_file import EVERY_DAY, FileCalendar, FileLink, FileTask
from rackwright.plan import Plan

MONDAY = dt.date(2026, 12, 7)
OFFICE = FileCalendar("office", (0, 1, 2, 3, 4), (dt.date(2026, 12, 25),))
ALWAYS = FileCalendar(EVERY_DAY, tuple(range(7)))


def task(number: int, days: int, **more: object) -> FileTask:
    """A task of project `p` that starts some days after Monday."""
    start = MONDAY + dt.timedelta(days=number)
    values = {"calendar": "office", "is_milestone": days == 0, **more}
    finish = start + dt.timedelta(days=days)
    return FileTask(f"p.t{number}", "p", f"Task <{number}> & more", start, finish, days, **values)  # type: ignore[arg-type]


def file_of(*tasks: FileTask, links: tuple[FileLink, ...] = ()) -> ProjectFile:
    """A file of one project."""
    return ProjectFile("p", tasks, links, (ALWAYS, OFFICE), (("lab", 2),))


@st.composite
def files(draw: st.DrawFn) -> ProjectFile:
    """Any file of a few tasks."""
    count = draw(st.integers(1, 6))
    tasks = tuple(
        task(
            i,
            draw(st.integers(0, 30)),
            baseline_start=MONDAY if i % 2 else None,
            baseline_finish=MONDAY + dt.timedelta(days=i) if i % 2 else None,
            actual_start=MONDAY if i == 0 else None,
            actual_finish=MONDAY + dt.timedelta(days=3) if i == 0 else None,
            uses=(("lab", 2),) if i % 3 == 0 else (),
            earliest=MONDAY if i == 2 else None,
        )
        for i in range(count)
    )
    links = tuple(
        FileLink(f"p.t{draw(st.integers(0, i - 1))}", f"p.t{i}", draw(st.sampled_from(["FS", "SS", "FF", "SF"])), lag)
        for i in range(1, count)
        for lag in draw(st.lists(st.integers(-9, 40), max_size=1))
    )
    return file_of(*tasks, links=links)


@given(files())
def test_101_mspdi_round_trip(file: ProjectFile) -> None:
    """What is written as MSPDI is read back equal, baselines and actuals too."""
    again = read_mspdi(mspdi_bytes(file), name="plan.xml")
    assert (again.tasks, again.calendars, again.resources) == (file.tasks, file.calendars, file.resources)
    assert sorted(map(str, again.links)) == sorted(map(str, file.links))
    assert again.lossy == ()


@given(files())
def test_102_xer_round_trip(file: ProjectFile) -> None:
    """What is written as XER is read back equal, baselines and actuals too."""
    again = read_xer(xer_bytes(file), name="plan.xer")
    assert (again.tasks, again.calendars, again.links) == (file.tasks, file.calendars, file.links)


def test_103_a_plan_round_trip(one_pod: Plan) -> None:
    """The example's schedule survives both formats, and says what was lost."""
    file = project_file(one_pod)
    assert read_mspdi(mspdi_bytes(file), name="x").tasks == file.tasks
    assert len(read_xer(xer_bytes(file), name="x").links) == len(file.links)
    assert any("bands" in words for words in file.lossy)


def test_104_as_program_rows() -> None:
    """A file becomes projects, links and calendars of a program."""
    file = file_of(task(0, 5), task(9, 0), links=(FileLink("p.t0", "p.t9", "FS", 4),))
    projects, links, calendars = as_projects(file)
    assert [(a.id, a.kind) for a in projects[0].activities] == [("t0", "work"), ("t9", "gate")]
    assert links[0].lag_days == 4.0
    assert calendars[0].holidays == (dt.date(2026, 12, 25),)


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
        (XER.replace(b"%R\t1\tp\t\t\r", b"%R\t1\tp\tq\tr\ts\r"), "values for"),
        (XER.replace(b"%R\t1\tp\t", b"%R\t\tp\t"), "has no"),
        (XER.replace(b"\t24\t", b"\tmany\t"), "not a number"),
    ],
)
def test_202_bad_xer_is_named(data: bytes, words: str) -> None:
    """A file that is not XER, a ragged row, an unknown link type, a bad date or calendar is refused with its line."""
    with pytest.raises(InputError, match=words):
        read_xer(data, name="plan.xer")


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
