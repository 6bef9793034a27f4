"""Does every calendar and resource have a day on which work is possible?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from rackwright.program.projects import Activity, Calendar, Resource, Shutdown
from rackwright.program.rules.finding import Finding, Subject
from rackwright.program.shape import Path
from rackwright.program.working_days import calendars_of, joined

__all__ = ["check_calendars"]

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def check_calendars(subject: Subject) -> Iterator[Finding]:
    """A calendar without a working day inside the horizon stops everything on it."""
    span = subject.program.span
    for path, calendar in subject.rows(Calendar):
        if not calendar.weekdays:
            yield Finding("no-working-day", (*path, "weekdays"), "no weekday is worked.", "List at least one weekday.")
        elif not _has_working_day(calendar, span.start, span.end):
            rule = "holidays and shutdowns leave no working day in the horizon."
            yield Finding("no-working-day", path, rule, "Shorten a shutdown.")
        for index, weekday in enumerate(calendar.weekdays):
            if weekday in calendar.weekdays[:index]:
                yield Finding(
                    "duplicate-id", (*path, "weekdays", index), f'"{weekday}" is listed twice.', "Remove one."
                )
    for path, resource in subject.rows(Resource):
        always = Calendar.model_validate({"id": "always", "weekdays": _WEEKDAYS, "shutdowns": resource.shutdowns})
        if not _has_working_day(always, span.start, span.end):
            rule = "its shutdowns leave no day in the horizon."
            yield Finding("no-working-day", (*path, "shutdowns"), rule, "Shorten a shutdown.")
    yield from _check_sets(subject)


def _check_sets(subject: Subject) -> Iterator[Finding]:
    """Calendars that an activity needs at once must share a working day; one that has none alone is named above."""
    span, repair = subject.program.span, "Give both a common day, or set ignores_resource_calendars."
    works = {
        row.id: row for row in subject.program.calendars if row.weekdays and _has_working_day(row, span.start, span.end)
    }
    is_worked: dict[tuple[str, ...], bool] = {}
    for path, activity, names in _sets(subject):
        if len(names) < 2 or not all(name in works for name in names):
            continue
        if names not in is_worked:
            is_worked[names] = _has_working_day(joined(works[name] for name in names), span.start, span.end)
        if not is_worked[names]:
            words = " and ".join(f'"{name}"' for name in names)
            rule = f"{activity.id} and the resources it uses work on the calendars {words}, which share no day."
            yield Finding("no-working-day", path, rule, repair)


def _sets(subject: Subject) -> Iterator[tuple[Path, Activity, tuple[str, ...]]]:
    """Each set of calendars that an activity needs, once for each activity."""
    resources = {row.id: row for row in subject.program.resources}
    for path, activity in subject.rows(Activity):
        sets = dict.fromkeys(calendars_of(activity, mode, resources) for mode in activity.modes)
        for names in sets:
            yield path, activity, names


def _has_working_day(calendar: Calendar, start: dt.date, end: dt.date) -> bool:
    day, holidays = start, set(calendar.holidays)
    while day < end:
        shutdown = next((row for row in calendar.shutdowns if _covers(row, day)), None)
        if shutdown is not None:
            day = shutdown.end
        elif _WEEKDAYS[day.weekday()] in calendar.weekdays and day not in holidays:
            return True
        else:
            day += dt.timedelta(days=1)
    return start >= end


def _covers(shutdown: Shutdown, day: dt.date) -> bool:
    return shutdown.start <= day < shutdown.end
