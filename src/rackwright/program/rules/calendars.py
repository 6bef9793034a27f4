"""Does every calendar and resource have a day on which work is possible?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from rackwright.program.projects import Calendar, Resource, Shutdown
from rackwright.program.rules.finding import Finding, Subject

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
