"""Can every deadline be kept at all? The longest chain of links in the quickest modes, resources aside, ends before it.

A deadline that cannot be kept is a warning: the plan goes on, names the project late and says what drives it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from rackwright.program.projects import Activity, Project
from rackwright.program.rules.finding import Finding, Subject
from rackwright.program.rules.timing import Days, TimeLink, last_day, lead_days, links_into, quickest_days

__all__ = ["check_deadlines"]

_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class _Times:
    """Start and end of each activity by links alone, and the one that sets its start; days are ordinals."""

    start: dict[str, int]
    finish: dict[str, int]
    driver: dict[str, str]


def check_deadlines(subject: Subject) -> Iterator[Finding]:
    """A deadline before the end of the longest chain is a warning that shows the chain."""
    bound = [(path, project) for path, project in subject.rows(Project) if project.deadline is not None]
    if not bound:
        return
    times = _earliest_times(subject)
    for path, project in bound:
        ends = {f"{project.id}.{activity.id}" for activity in project.activities}
        if project.deadline is None or times is None or not ends <= times.finish.keys():
            continue
        last = max(ends, key=lambda name: (times.finish[name], name))
        if project.deadline.toordinal() < times.finish[last] <= last_day(subject):
            day = dt.date.fromordinal(times.finish[last])
            rule = f"the deadline {project.deadline} is before {day}, the earliest end by links: {_chain(last, times)}."
            repair = "Move it, or shorten the chain; the plan goes on and shows the project late."
            yield Finding("deadline-too-early", (*path, "deadline"), rule, repair, "warning")


def _chain(last: str, times: _Times) -> str:
    chain = [last]
    while times.driver.get(chain[-1]):
        chain.append(times.driver[chain[-1]])
    shown = chain[:_SHOWN][::-1]
    return " -> ".join(shown if len(chain) <= _SHOWN else ["...", *shown])


def _earliest_times(subject: Subject) -> _Times | None:
    """Earliest dates of all activities; None where links form a cycle or name nothing."""
    links = links_into(subject)
    rows = {f"{p.id}.{a.id}": (p, a) for p in subject.program.projects for a in p.activities}
    if links is None or any(link.before not in rows for into in links.values() for link in into):
        return None
    days, leads, times = Days(subject), lead_days(subject), _Times({}, {}, {})
    waiting = {name: len(links.get(name, ())) for name in rows}
    followers: dict[str, list[str]] = {}
    for name, into in links.items():
        for link in into:
            followers.setdefault(link.before, []).append(name)
    ready = [name for name, count in waiting.items() if not count]
    for name in ready:
        _place(name, rows[name], (links, days, leads, times))
        for other in followers.get(name, ()):
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    return times if len(ready) == len(rows) else None


_Given = tuple[Mapping[str, list[TimeLink]], Days, Mapping[tuple[str, str], float], _Times]


def _place(name: str, row: tuple[Project, Activity], given: _Given) -> None:
    (project, activity), (links, days, leads, times) = row, given
    if activity.finished is not None:
        times.finish[name] = activity.finished.toordinal()
        times.start[name] = times.finish[name] if activity.started is None else activity.started.toordinal()
        return
    duration = quickest_days(activity, leads)
    calendar = days.calendar(activity)
    begin, driver = max(days.first, *(day.toordinal() for day in (project.release, activity.earliest) if day)), ""
    for link in links.get(name, ()):
        reached = (times.finish if link.kind[0] == "F" else times.start)[link.before] + link.lag
        reached = days.begin_to_end_at(calendar, reached, duration) if link.kind[1] == "F" else reached
        if reached > begin:
            begin, driver = reached, link.before
    if activity.started is not None:
        begin, driver = activity.started.toordinal(), ""
    times.start[name], times.finish[name] = days.span(calendar, begin, duration)
    times.driver[name] = driver
