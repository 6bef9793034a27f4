"""How do calendars stand in XER? As text in brackets; those of resources name their base calendar and are whole too."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from rackwright.exchange.project_file import EVERY_DAY, FileCalendar, FileResource, ProjectFile
from rackwright.exchange.row_fields import RowFields, no_working_day

__all__ = [
    "BEGIN",
    "END",
    "ReadCalendar",
    "calendar_rows",
    "own_calendars",
    "read_calendar",
    "shared_calendar",
    "used_calendars",
]

SERIAL_ORIGIN = dt.date(1899, 12, 30)  # day 0 of the serial dates in a calendar's text
MOST_SERIAL = 91_000
BEGIN, END = "08:00", "17:00"
HOURS_PER_DAY = 8
BASE, OF_RESOURCE = "CA_Base", "CA_Rsrc"
DAY_TEXT = re.compile(r"\(0\|\|([1-7])\(\)\(\s*((?:\(0\|\|\d+\(s\|[^)]*\)\(\)\)\s*)*)\)\)")
OFF_TEXT = re.compile(r"\(0\|\|\d+\(d\|(\d+)\)\(\)\)")


# ------------------------------------------------------------------------------------------------------------- writing
def own_calendars(file: ProjectFile) -> dict[str, int]:
    """Number of the calendar of each resource that has one: a base calendar, or one of its own where it has breaks."""
    numbers = {calendar.name: i for i, calendar in enumerate(file.calendars, 1)}
    broken = {row.name: len(numbers) + i for i, row in enumerate((r for r in file.resources if r.days_off), 1)}
    named = {row.name: numbers[row.calendar] for row in file.resources if row.calendar}
    return {**named, **broken}


def calendar_rows(file: ProjectFile) -> Iterator[Sequence[object]]:
    """Rows of the table CALENDAR: base calendars, then those of resources with days off of their own."""
    numbers = {calendar.name: i for i, calendar in enumerate(file.calendars, 1)}
    for calendar in file.calendars:
        yield numbers[calendar.name], calendar.name, HOURS_PER_DAY, "", BASE, _text(calendar)
    known, of_resource = {calendar.name: calendar for calendar in file.calendars}, own_calendars(file)
    for row in file.resources:
        if row.days_off:
            base = known[row.calendar or EVERY_DAY]
            own = replace(base, days_off=tuple(sorted({*base.days_off, *row.days_off})))
            yield of_resource[row.name], row.name, HOURS_PER_DAY, numbers[base.name], OF_RESOURCE, _text(own)


def _text(calendar: FileCalendar) -> str:
    shifts = f"(0||0(s|{BEGIN}|f|12:00)())(0||1(s|13:00|f|{END})())"
    days = "".join(f"(0||{day + 1}()({shifts if (day - 1) % 7 in calendar.weekdays else ''}))" for day in range(7))
    off = "".join(f"(0||{i}(d|{(day - SERIAL_ORIGIN).days})())" for i, day in enumerate(calendar.days_off))
    return f"(0||CalendarData()((0||DaysOfWeek()({days}))(0||Exceptions()({off}))))"


# ------------------------------------------------------------------------------------------------------------- reading
@dataclass(frozen=True)
class ReadCalendar:
    """A calendar with the id of the one it is based on, empty for a base calendar."""

    calendar: FileCalendar
    base: str = ""


def read_calendar(row: Mapping[str, str], fields: RowFields) -> ReadCalendar:
    """A row of the table CALENDAR."""
    text, title = row.get("clndr_data", ""), row.get("clndr_name", row["clndr_id"])
    weekdays = sorted((int(day) - 2) % 7 for day, shifts in DAY_TEXT.findall(text) if shifts.strip())
    if not weekdays:
        no_working_day(fields, title)
    serials = (min(int(day), MOST_SERIAL) for day in OFF_TEXT.findall(text))
    off = tuple(sorted(SERIAL_ORIGIN + dt.timedelta(days=serial) for serial in serials))
    base = row.get("base_clndr_id", "") if row.get("clndr_type") == OF_RESOURCE else ""
    return fields.checked(ReadCalendar(FileCalendar(title, tuple(weekdays), off), base))


def shared_calendar(resource: FileResource, number: str, calendars: Mapping[str, ReadCalendar | None]) -> FileResource:
    """A resource with its calendar: a base calendar and what else is off, where its own one says no more than that."""
    read = calendars.get(number)
    if read is None:
        return resource
    calendar, base = read.calendar, calendars.get(read.base)
    off: tuple[dt.date, ...] = ()
    if base is not None and _is_based(calendar, base.calendar):
        off = tuple(day for day in calendar.days_off if day not in base.calendar.days_off)
        calendar = base.calendar
    return replace(resource, calendar="" if calendar.name == EVERY_DAY else calendar.name, days_off=off)


def used_calendars(calendars: Mapping[str, ReadCalendar | None], names: Set[str]) -> tuple[FileCalendar, ...]:
    """Base calendars, and those of resources that something is said to follow."""
    known = [read for read in calendars.values() if read is not None]
    return tuple(read.calendar for read in known if not read.base or read.calendar.name in names)


def _is_based(calendar: FileCalendar, base: FileCalendar) -> bool:
    """True if a calendar is another one with further days off."""
    return calendar.weekdays == base.weekdays and set(base.days_off) <= set(calendar.days_off)
