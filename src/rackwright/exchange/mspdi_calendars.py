"""How do calendars stand in MSPDI? Base calendars whole; those of resources as a base and what differs from it."""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from rackwright.base.intake.guard import shorten
from rackwright.base.problem import Place, Problem
from rackwright.exchange.every_row import read_each
from rackwright.exchange.project_file import EVERY_DAY, FileCalendar, ProjectFile
from rackwright.exchange.row_fields import RowFields, no_working_day
from rackwright.exchange.xml_tree import add_texts, child_of, line_of, local_name, rows_of, text_of

__all__ = ["DATE_FORM", "END_HOUR", "START_HOUR", "Calendars", "resource_calendars", "write_calendars"]

START_HOUR, END_HOUR = "08:00:00", "17:00:00"
DATE_FORM = "YYYY-MM-DDTHH:MM:SS"
NO_CALENDAR = frozenset({"", "-1"})
WEEK = frozenset("1234567")


# ------------------------------------------------------------------------------------------------------------- writing
def write_calendars(root: ET.Element, file: ProjectFile) -> tuple[dict[str, str], dict[str, str]]:
    """Write every calendar; UIDs by the name of a base calendar, and by the resource that has one of its own."""
    part = ET.SubElement(root, "Calendars")
    uids = {calendar.name: str(i + 1) for i, calendar in enumerate(file.calendars)}
    for calendar in file.calendars:
        row = ET.SubElement(part, "Calendar")
        add_texts(row, UID=uids[calendar.name], Name=calendar.name, IsBaseCalendar="1", BaseCalendarUID="-1")
        days = ET.SubElement(row, "WeekDays")
        _write_week(days, calendar)
        _write_days_off(days, calendar.days_off)
    own = [row for row in file.resources if row.calendar or row.days_off]
    of_resource = {row.name: str(len(uids) + i) for i, row in enumerate(own, 1)}
    for resource in own:
        row, base = ET.SubElement(part, "Calendar"), uids[resource.calendar or EVERY_DAY]
        add_texts(row, UID=of_resource[resource.name], Name=resource.name, IsBaseCalendar="0", BaseCalendarUID=base)
        if resource.days_off:
            _write_days_off(ET.SubElement(row, "WeekDays"), resource.days_off)
    return uids, of_resource


def _write_week(days: ET.Element, calendar: FileCalendar) -> None:
    for day in range(7):  # their week begins on Sunday, with 1
        entry = ET.SubElement(days, "WeekDay")
        works = (day - 1) % 7 in calendar.weekdays
        add_texts(entry, DayType=str(day + 1), DayWorking=str(int(works)))
        if works:
            times = ET.SubElement(entry, "WorkingTimes")
            for begin, end in ((START_HOUR, "12:00:00"), ("13:00:00", END_HOUR)):
                add_texts(ET.SubElement(times, "WorkingTime"), FromTime=begin, ToTime=end)


def _write_days_off(days: ET.Element, days_off: tuple[dt.date, ...]) -> None:
    for off in days_off:
        entry = ET.SubElement(days, "WeekDay")
        add_texts(entry, DayType="0", DayWorking="0")
        period = ET.SubElement(entry, "TimePeriod")
        add_texts(period, FromDate=f"{off.isoformat()}T00:00:00", ToDate=f"{off.isoformat()}T23:59:00")


# ------------------------------------------------------------------------------------------------------------- reading
@dataclass(frozen=True)
class Calendars:
    """Base calendars by their UID, that of the project under the empty one; None for those that cannot be read."""

    by_uid: dict[str, FileCalendar | None]
    default: str

    @classmethod
    def of(cls, root: ET.Element, name: str, problems: list[Problem]) -> Calendars:
        """Base calendars of a file; what is wrong with them is added to `problems`."""
        base = [row for row in rows_of(root, "Calendars", "Calendar") if text_of(row, "IsBaseCalendar") != "0"]
        found: dict[str, FileCalendar | None] = {text_of(row, "UID"): None for row in base}
        for row, calendar in read_each(base, partial(_read_base, name=name), problems):
            found[text_of(row, "UID")] = calendar
        return cls(found, text_of(root, "CalendarUID"))

    def of_task(self, uid: str, fields: RowFields) -> FileCalendar | None:
        """The calendar that a task names, or that of the project; one that is not there is a problem of the task."""
        if uid in NO_CALENDAR:
            return self.by_uid.get(self.default)
        if uid not in self.by_uid:
            rule = f"The file has no base calendar {shorten(uid)}; it has {', '.join(self.by_uid) or 'none'}."
            fields.complain("unknown-reference", rule, "Add it, or name another.")
        return self.by_uid.get(uid)

    def all(self) -> tuple[FileCalendar, ...]:
        """Every calendar that could be read, in the order of the file."""
        return tuple(dict.fromkeys(calendar for calendar in self.by_uid.values() if calendar is not None))


def resource_calendars(
    root: ET.Element, calendars: Calendars, name: str, problems: list[Problem]
) -> dict[str, tuple[FileCalendar, tuple[dt.date, ...]]]:
    """Base calendar and further days off of each calendar of a resource, by its UID.

    One whose week differs from that of its base becomes a base calendar of its own, named after the resource.
    """
    rows = [row for row in rows_of(root, "Calendars", "Calendar") if text_of(row, "IsBaseCalendar") == "0"]
    known = dict[str, tuple[FileCalendar, tuple[dt.date, ...]]]()
    for row, found in read_each(rows, lambda row: _read_own(row, calendars, name), problems):
        known[text_of(row, "UID")] = found
    return known


def _read_own(row: ET.Element, calendars: Calendars, name: str) -> tuple[FileCalendar, tuple[dt.date, ...]]:
    fields = _fields(row, name)
    base = calendars.of_task(text_of(row, "BaseCalendarUID"), fields) or FileCalendar(EVERY_DAY, tuple(range(7)))
    stated, working, off = _week_and_days_off(fields, row)
    week = tuple(sorted((set(base.weekdays) - stated) | working))
    if week == base.weekdays:
        return fields.checked((base, tuple(day for day in off if day not in base.days_off)))
    if not week:
        no_working_day(fields, text_of(row, "Name"))
    title = text_of(row, "Name")
    own_name = f"{title} (resource)" if any(title == other.name for other in calendars.all()) else title
    own = FileCalendar(own_name, week, tuple(sorted({*base.days_off, *off})))
    return fields.checked((own, ()))


def _read_base(row: ET.Element, name: str) -> FileCalendar:
    fields, title = _fields(row, name), text_of(row, "Name")
    _, working, off = _week_and_days_off(fields, row)
    if not working:
        no_working_day(fields, title)
    return fields.checked(FileCalendar(title, tuple(sorted(working)), off))


def _fields(row: ET.Element, name: str) -> RowFields:
    return RowFields(Place(name, line_of(row), 1, text_of(row, "Name")), DATE_FORM)


def _week_and_days_off(fields: RowFields, row: ET.Element) -> tuple[set[int], set[int], tuple[dt.date, ...]]:
    """Weekdays that a calendar tells of, those of them on which it works, and its single days off."""
    stated, working, off = set[int](), set[int](), set[dt.date]()
    for part in row:
        for entry in part if local_name(part) in {"WeekDays", "Exceptions"} else ():
            kind, works = text_of(entry, "DayType"), text_of(entry, "DayWorking") == "1"
            if kind in WEEK:
                stated.add((int(kind) - 2) % 7)
                working |= {(int(kind) - 2) % 7} if works else set()
            period = child_of(entry, "TimePeriod")
            if period is not None and not works:
                off |= set(_days_off(fields, period))
    return stated, working, tuple(sorted(off))


def _days_off(fields: RowFields, period: ET.Element) -> Iterator[dt.date]:
    start, end = (fields.day(text_of(period, part), part, line=line_of(period)) for part in ("FromDate", "ToDate"))
    return (start + dt.timedelta(days=i) for i in range((end - start).days + 1))
