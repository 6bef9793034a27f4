"""Can every deadline be kept at all? The longest chain of links in the quickest modes, resources aside, ends before it.

A deadline that cannot be kept is a warning: the plan goes on, names the project late and says what drives it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rackwright.program.after import parse_after
from rackwright.program.projects import Activity, Calendar, Project
from rackwright.program.rules.finding import Finding, Subject

__all__ = ["check_deadlines"]

_YEARS_AFTER: Final = 8
_DAYS_PER_YEAR: Final = 366
_SHOWN: Final = 8
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONDAY: Final = 1  # day 1 of the proleptic calendar is a Monday


@dataclass(frozen=True, slots=True)
class _Link:
    before: str
    kind: str
    lag: int


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
        if project.deadline.toordinal() < times.finish[last] <= _last_day(subject):
            day = dt.date.fromordinal(times.finish[last])
            rule = f"the deadline {project.deadline} is before {day}, the earliest end by links: {_chain(last, times)}."
            repair = "Move it, or shorten the chain; the plan goes on and shows the project late."
            yield Finding("deadline-too-early", (*path, "deadline"), rule, repair, "warning")


def _last_day(subject: Subject) -> int:
    """Ordinal of the last day that an end may have; a later one comes from a date that is reported already."""
    return subject.program.span.end.toordinal() + _YEARS_AFTER * _DAYS_PER_YEAR


def _chain(last: str, times: _Times) -> str:
    chain = [last]
    while times.driver.get(chain[-1]):
        chain.append(times.driver[chain[-1]])
    shown = chain[:_SHOWN][::-1]
    return " -> ".join(shown if len(chain) <= _SHOWN else ["...", *shown])


def _earliest_times(subject: Subject) -> _Times | None:
    """Earliest dates of all activities; None where links form a cycle or name nothing."""
    links, rows = _links(subject), {f"{p.id}.{a.id}": (p, a) for p in subject.program.projects for a in p.activities}
    if links is None or any(link.before not in rows for into in links.values() for link in into):
        return None
    days, leads, times = _Days(subject), _lead_days(subject), _Times({}, {}, {})
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


def _links(subject: Subject) -> dict[str, list[_Link]] | None:
    known, found = subject.names("activity"), dict[str, list[_Link]]()
    for project in subject.program.projects:
        for activity in project.activities:
            for text in activity.after:
                after = parse_after(text, project.id, known)
                if after is None:
                    return None
                link = _Link(after.activity, "FS", round(after.lag_days))
                found.setdefault(f"{project.id}.{activity.id}", []).append(link)
    for row in subject.program.links:
        if row.to not in known:
            return None
        found.setdefault(row.to, []).append(_Link(row.origin, row.kind, round(row.lag_days)))
    return found


def _lead_days(subject: Subject) -> dict[tuple[str, str], float]:
    return {(offer.item, offer.supplier): offer.lead_days.value for offer in subject.program.supply.offers}


_Given = tuple[Mapping[str, list[_Link]], "_Days", Mapping[tuple[str, str], float], _Times]


def _place(name: str, row: tuple[Project, Activity], given: _Given) -> None:
    (project, activity), (links, days, leads, times) = row, given
    if activity.finished is not None:
        times.finish[name] = activity.finished.toordinal()
        times.start[name] = times.finish[name] if activity.started is None else activity.started.toordinal()
        return
    duration = _duration(activity, leads)
    calendar = activity.calendar or days.of_resources(activity)
    begin, driver = max(days.first, *(day.toordinal() for day in (project.release, activity.earliest) if day)), ""
    for link in links.get(name, ()):
        reached = (times.finish if link.kind[0] == "F" else times.start)[link.before] + link.lag
        reached -= duration if link.kind[1] == "F" else 0
        if reached > begin:
            begin, driver = reached, link.before
    if activity.started is not None:
        begin, driver = activity.started.toordinal(), ""
    times.start[name], times.finish[name] = days.span(calendar, begin, duration)
    times.driver[name] = driver


def _duration(activity: Activity, leads: Mapping[tuple[str, str], float]) -> int:
    """Days of the quickest way; of what is left, where part is done."""
    days = min(
        (mode.duration.value for mode in activity.modes), default=leads.get((activity.item, activity.supplier), 0)
    )
    return round(days * (1.0 - (activity.done_share or 0.0)))


class _Days:
    """Working days of each calendar as ordinals."""

    def __init__(self, subject: Subject) -> None:
        program = subject.program
        dates = [program.span.start, *(d for _, a in subject.rows(Activity) for d in (a.started,) if d is not None)]
        self.first = program.span.start.toordinal()
        self._range = (min(dates).toordinal(), _last_day(subject))
        self._calendars = {row.id: row for row in program.calendars}
        self._of_resource = {row.id: row.calendar for row in program.resources}
        self._worked: dict[str, NDArray[np.int64]] = {}

    def of_resources(self, activity: Activity) -> str:
        """Calendar of the resources an activity without one uses."""
        used = sorted({demand.resource for mode in activity.modes for demand in mode.demands})
        return next((name for name in map(self._of_resource.get, used) if name), "")

    def span(self, calendar: str, begin: int, duration: int) -> tuple[int, int]:
        """Start and end of so many days of work from a day on."""
        if calendar not in self._calendars or not duration:
            return begin, begin + duration
        if calendar not in self._worked:
            self._worked[calendar] = _worked(self._calendars[calendar], *self._range)
        worked = self._worked[calendar]
        first = int(np.searchsorted(worked, begin))
        last = first + duration - 1
        return (begin, begin + duration) if last >= len(worked) else (int(worked[first]), int(worked[last]) + 1)


def _worked(calendar: Calendar, first: int, last: int) -> NDArray[np.int64]:
    weekdays = {(_WEEKDAYS.index(day) + _MONDAY) % 7 for day in calendar.weekdays}
    days = np.arange(first, last, dtype=np.int64)
    works = np.isin(days % 7, sorted(weekdays))
    off = [holiday.toordinal() for holiday in calendar.holidays]
    works &= ~np.isin(days, np.array(off, dtype=np.int64))
    for shutdown in calendar.shutdowns:
        works &= (days < shutdown.start.toordinal()) | (days >= shutdown.end.toordinal())
    return days[works]
