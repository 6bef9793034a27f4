"""How long does each activity take at least, on its calendar, and which links tie it to others?

Days are ordinals of dates; resources are left aside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rackwright.program.after import parse_after
from rackwright.program.projects import Activity, Calendar, Mode
from rackwright.program.rules.finding import Subject
from rackwright.program.working_days import calendars_of, joined, joined_id

__all__ = ["Days", "TimeLink", "last_day", "lead_days", "links_into", "quickest_days"]

_YEARS_AFTER: Final = 8
_DAYS_PER_YEAR: Final = 366
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONDAY: Final = 1  # day 1 of the proleptic calendar is a Monday


@dataclass(frozen=True, slots=True)
class TimeLink:
    """A relation to an earlier activity: FS, SS, FF or SF with its least lag in elapsed days.

    `row` is its place among the program's `links`, -1 for an entry of `after`.
    """

    before: str
    kind: str
    lag: int
    row: int = -1


def links_into(subject: Subject) -> dict[str, list[TimeLink]] | None:
    """Links by the activity they lead to; None where one names nothing that is known."""
    known, found = subject.names("activity"), dict[str, list[TimeLink]]()
    for project in subject.program.projects:
        for activity in project.activities:
            for text in activity.after:
                after = parse_after(text, project.id, known)
                if after is None:
                    return None
                link = TimeLink(after.activity, "FS", round(after.lag_days))
                found.setdefault(f"{project.id}.{activity.id}", []).append(link)
    for index, row in enumerate(subject.program.links):
        if row.to not in known or row.origin not in known:
            return None
        found.setdefault(row.to, []).append(TimeLink(row.origin, row.kind, round(row.lag_days), index))
    return found


def lead_days(subject: Subject) -> dict[tuple[str, str], float]:
    """Lead time of each offer, by item and supplier."""
    return {(offer.item, offer.supplier): offer.lead_days.value for offer in subject.program.supply.offers}


def quickest_days(activity: Activity, leads: Mapping[tuple[str, str], float]) -> int:
    """Days of the quickest way; of what is left, where part is done."""
    days = min(
        (mode.duration.value for mode in activity.modes), default=leads.get((activity.item, activity.supplier), 0)
    )
    return round(days * (1.0 - (activity.done_share or 0.0)))


def last_day(subject: Subject) -> int:
    """Ordinal of the last day that an end may have; a later one comes from a date that is reported already."""
    return subject.program.span.end.toordinal() + _YEARS_AFTER * _DAYS_PER_YEAR


class Days:
    """Working days of each calendar as ordinals."""

    def __init__(self, subject: Subject) -> None:
        program = subject.program
        dates = [program.span.start, *(d for _, a in subject.rows(Activity) for d in (a.started,) if d is not None)]
        self.first = program.span.start.toordinal()
        self._range = (min(dates).toordinal(), last_day(subject))
        self._calendars = {row.id: row for row in program.calendars}
        self._resources = {row.id: row for row in program.resources}
        self._worked: dict[str, NDArray[np.int64]] = {}

    def calendar(self, activity: Activity) -> str:
        """Days that count in every way to do it: worked by its calendar and those of its resources."""
        return self._joined(frozenset.intersection(*self._sets(activity)))

    def fewest(self, activity: Activity) -> str:
        """Days worked by the calendars of all ways to do it at once: no way has fewer."""
        return self._joined(frozenset.union(*self._sets(activity)))

    def _sets(self, activity: Activity) -> list[frozenset[str]]:
        modes: tuple[Mode | None, ...] = activity.modes or (None,)
        return [
            frozenset({activity.calendar} - {""} if mode is None else calendars_of(activity, mode, self._resources))
            for mode in modes
        ]

    def _joined(self, names: frozenset[str]) -> str:
        """Name of the days that several calendars work, which can be looked up from then on."""
        known = sorted(names & self._calendars.keys())
        name = joined_id(known)
        if known and name not in self._calendars:
            self._calendars[name] = joined(self._calendars[one] for one in known)
        return name

    def span(self, calendar: str, begin: int, duration: int) -> tuple[int, int]:
        """Start and end of so many days of work from a day on."""
        if calendar not in self._calendars or not duration:
            return begin, begin + duration
        worked = self._days(calendar)
        first = int(np.searchsorted(worked, begin))
        last = first + duration - 1
        return (begin, begin + duration) if last >= len(worked) else (int(worked[first]), int(worked[last]) + 1)

    def begin_to_end_at(self, calendar: str, day: int, duration: int) -> int:
        """First day to begin so many days of work so that they do not end before a day."""
        if calendar not in self._calendars or not duration:
            return day - duration
        worked = self._days(calendar)
        place = int(np.searchsorted(worked, day - 1)) - duration + 1
        return int(worked[place]) if 0 <= place < len(worked) else day - duration

    def shortest(self, calendar: str, duration: int) -> int:
        """Fewest elapsed days in which so many days of work fit, wherever they begin."""
        if calendar not in self._calendars or not duration:
            return duration
        worked = self._days(calendar)
        spans = worked[duration - 1 :] + 1 - worked[: len(worked) - duration + 1]
        return int(spans.min()) if len(spans) else duration

    def longest(self, calendar: str, duration: int) -> int:
        """Most elapsed days that so many days of work span, wherever they begin."""
        if calendar not in self._calendars or not duration:
            return duration
        first, last = self._range
        worked = self._days(calendar)
        spans = worked[duration - 1 :] + 1 - worked[: len(worked) - duration + 1]
        return int(spans.max()) if len(spans) else last - first

    def _days(self, calendar: str) -> NDArray[np.int64]:
        if calendar not in self._worked:
            self._worked[calendar] = _worked(self._calendars[calendar], *self._range)
        return self._worked[calendar]


def _worked(calendar: Calendar, first: int, last: int) -> NDArray[np.int64]:
    weekdays = {(_WEEKDAYS.index(day) + _MONDAY) % 7 for day in calendar.weekdays}
    days = np.arange(first, last, dtype=np.int64)
    works = np.isin(days % 7, sorted(weekdays))
    off = [holiday.toordinal() for holiday in calendar.holidays]
    works &= ~np.isin(days, np.array(off, dtype=np.int64))
    for shutdown in calendar.shutdowns:
        works &= (days < shutdown.start.toordinal()) | (days >= shutdown.end.toordinal())
    return days[works]
