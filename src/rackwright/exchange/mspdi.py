"""How does a schedule go to MS Project and back? MSPDI, its XML form, written and read with the standard library.

A working day is 08:00 to 17:00 with an hour's break, so eight hours; a task starts at 08:00 of its first day and ends
at 17:00 of its last. Lags are elapsed. Files with a document type or entities are refused before they are parsed.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from rackwright.base.intake.guard import Limits, decode_text, refuse
from rackwright.base.problem import Place
from rackwright.exchange.project_file import EVERY_DAY, FileCalendar, FileLink, FileTask, ProjectFile

__all__ = ["mspdi_bytes", "read_mspdi"]

NAMESPACE = "http://schemas.microsoft.com/project"
HOURS_PER_DAY, TENTHS_PER_DAY = 8, 14_400  # a link's lag is in tenths of a minute
ELAPSED_DAYS, PLAIN_DAYS = "8", "7"
NOT_EARLIER, SOON, MUST_START = (
    "4",
    "0",
    "2",
)  # kinds of constraint: start no earlier, as soon as possible, must start on
LINK_KINDS = ("FF", "FS", "SF", "SS")
START_HOUR, END_HOUR = "08:00:00", "17:00:00"
MOST_ELEMENTS, MOST_DEPTH = 2_000_000, 40
FIRST_YEAR, LAST_YEAR = 1970, 2150
FORBIDDEN = re.compile(r"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
FOREIGN = re.compile(r"^<\?xml[^>]*encoding=[\"'](?!utf-8)", re.IGNORECASE)


# ------------------------------------------------------------------------------------------------------------- writing
def mspdi_bytes(file: ProjectFile) -> bytes:
    """The file as MSPDI; each project is a summary task above its tasks."""
    root = ET.Element("Project", xmlns=NAMESPACE)
    _add(root, SaveVersion="14", Name=file.name, MinutesPerDay="480", MinutesPerWeek="2400", DaysPerMonth="20")
    calendars = {calendar.name: str(i + 1) for i, calendar in enumerate(file.calendars)}
    _write_calendars(root, file, calendars)
    uids = _write_tasks(root, file, calendars)
    resources = ET.SubElement(root, "Resources")
    for number, (name, units) in enumerate(file.resources, 1):
        _add(ET.SubElement(resources, "Resource"), UID=str(number), ID=str(number), Name=name, MaxUnits=f"{units}.00")
    assignments, numbers = (
        ET.SubElement(root, "Assignments"),
        {name: i for i, (name, _) in enumerate(file.resources, 1)},
    )
    for task in file.tasks:
        for name, units in task.uses:
            row = ET.SubElement(assignments, "Assignment")
            uid = str(len(assignments))
            _add(row, UID=uid, TaskUID=uids[task.code], ResourceUID=str(numbers[name]), Units=f"{units}.00")
    ET.indent(root, " ")
    body = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()


def _add(parent: ET.Element, **values: str) -> None:
    for name, value in values.items():
        ET.SubElement(parent, name).text = value


def _write_calendars(root: ET.Element, file: ProjectFile, uids: dict[str, str]) -> None:
    part = ET.SubElement(root, "Calendars")
    for calendar in file.calendars:
        row = ET.SubElement(part, "Calendar")
        _add(row, UID=uids[calendar.name], Name=calendar.name, IsBaseCalendar="1", BaseCalendarUID="-1")
        days = ET.SubElement(row, "WeekDays")
        for day in range(7):  # their week begins on Sunday, with 1
            entry = ET.SubElement(days, "WeekDay")
            works = (day - 1) % 7 in calendar.weekdays
            _add(entry, DayType=str(day + 1), DayWorking=str(int(works)))
            if works:
                times = ET.SubElement(entry, "WorkingTimes")
                for begin, end in ((START_HOUR, "12:00:00"), ("13:00:00", END_HOUR)):
                    _add(ET.SubElement(times, "WorkingTime"), FromTime=begin, ToTime=end)
        for off in calendar.days_off:
            entry = ET.SubElement(days, "WeekDay")
            _add(entry, DayType="0", DayWorking="0")
            period = ET.SubElement(entry, "TimePeriod")
            _add(period, FromDate=f"{off.isoformat()}T00:00:00", ToDate=f"{off.isoformat()}T23:59:00")


def _write_tasks(root: ET.Element, file: ProjectFile, calendars: dict[str, str]) -> dict[str, str]:
    part, uids = ET.SubElement(root, "Tasks"), {}
    into: dict[str, list[FileLink]] = {}
    for link in file.links:
        into.setdefault(link.after, []).append(link)
    names = list(dict.fromkeys(task.project for task in file.tasks))
    rows: list[tuple[str, FileTask | None]] = []
    for name in names:
        rows += [(name, None), *((task.code, task) for task in file.tasks if task.project == name)]
    for number, (code, _) in enumerate(rows, 1):
        uids[code] = str(number)
    for code, task in rows:
        row = ET.SubElement(part, "Task")
        if task is None:
            _add(row, UID=uids[code], ID=uids[code], Name=code, OutlineLevel="1", Summary="1")
            continue
        _write_task(row, task, uids[code], calendars)
        for link in into.get(code, ()):
            _write_link(row, link, uids)
    return uids


def _write_task(row: ET.Element, task: FileTask, uid: str, calendars: dict[str, str]) -> None:
    _add(row, UID=uid, ID=uid, Name=task.name, OutlineLevel="2", Summary="0", Milestone=str(int(task.is_milestone)))
    _add(row, WBS=task.code, CalendarUID=calendars[task.calendar])
    _add(row, Start=_begin(task.start), Finish=_end(task.start, task.finish))
    _add(row, Duration=f"PT{task.duration_days * HOURS_PER_DAY}H0M0S", DurationFormat=PLAIN_DAYS)
    _add(row, PercentComplete="100" if task.actual_finish else "0")
    if task.earliest:
        _add(row, ConstraintType=NOT_EARLIER, ConstraintDate=_begin(task.earliest))
    if task.actual_start:
        _add(row, ActualStart=_begin(task.actual_start))
    if task.actual_finish:
        _add(row, ActualFinish=_end(task.actual_start or task.start, task.actual_finish))
    if task.baseline_start and task.baseline_finish:
        baseline = ET.SubElement(row, "Baseline")
        _add(baseline, Number="0", Start=_begin(task.baseline_start))
        _add(baseline, Finish=_end(task.baseline_start, task.baseline_finish))


def _write_link(row: ET.Element, link: FileLink, uids: dict[str, str]) -> None:
    entry = ET.SubElement(row, "PredecessorLink")
    _add(entry, PredecessorUID=uids[link.before], Type=str(LINK_KINDS.index(link.kind)), CrossProject="0")
    _add(entry, LinkLag=str(link.lag_days * TENTHS_PER_DAY), LagFormat=ELAPSED_DAYS)


def _begin(day: dt.date) -> str:
    return f"{day.isoformat()}T{START_HOUR}"


def _end(start: dt.date, finish: dt.date) -> str:
    return _begin(finish) if finish <= start else f"{(finish - dt.timedelta(days=1)).isoformat()}T{END_HOUR}"


# ------------------------------------------------------------------------------------------------------------- reading
def read_mspdi(data: bytes, *, name: str) -> ProjectFile:
    """Read an MSPDI file.

    Parameters
    ----------
    data
        Content of the file.
    name
        How messages call it.

    Raises
    ------
    InputError
        The file is not MSPDI, holds a document type or entities, is too deep or too large, or a date, link or calendar
        in it cannot be used; with its place.
    """
    root = _parse(data, name)
    lossy: list[str] = []
    calendars = {_text(row, "UID"): _read_calendar(row, name) for row in _rows(root, "Calendars", "Calendar")}
    rows = [row for row in _rows(root, "Tasks", "Task") if _text(row, "IsNull") != "1"]
    codes = _codes(rows, _text(root, "Name") or "project")
    uses = _read_uses(root)
    tasks, links = [], []
    for row in rows:
        uid = _text(row, "UID")
        if uid not in codes:
            continue
        task = _read_task(row, codes[uid], calendars, name, tuple(uses.get(uid, ())))
        tasks.append(dataclasses.replace(task, earliest=_earliest(row, codes[uid], name, lossy)))
        links += list(_read_links(row, codes, (name, lossy)))
    resources = [(_text(r, "Name"), _units(r, "MaxUnits")) for r in _rows(root, "Resources", "Resource")]
    return ProjectFile(
        name=_text(root, "Name"),
        tasks=tuple(tasks),
        links=tuple(links),
        calendars=tuple(calendars.values()),
        resources=tuple(entry for entry in resources if entry[0]),
        lossy=tuple(dict.fromkeys(lossy)),
    )


def _parse(data: bytes, name: str) -> ET.Element:
    if len(data) > Limits().max_bytes:
        refuse("file-too-large", Place(name), f"The file has {len(data):,} bytes.", "Split it.")
    text = decode_text(data, name=name)
    if FORBIDDEN.search(text) or FOREIGN.search(text):
        refuse("syntax", Place(name), "The file declares a document type, entities or an encoding that is not UTF-8.")
    depth, count = 0, 0
    root: ET.Element | None = None
    try:
        for event, element in ET.iterparse(io.StringIO(text), events=("start", "end")):  # noqa: S314 - no DTD gets here
            depth += 1 if event == "start" else -1
            count += event == "start"
            root = element if root is None else root
            if depth > MOST_DEPTH or count > MOST_ELEMENTS:
                refuse("too-deep", Place(name), "The file has too many elements, or too many inside one another.")
    except ET.ParseError as error:
        line, column = error.position
        refuse("syntax", Place(name, line, column + 1), f"The file is not well-formed XML: {error}.")
    if root is None or _local(root) != "Project":
        refuse("syntax", Place(name), "The file is not MSPDI: its first element is not Project.")
    return root


def _local(element: ET.Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _rows(root: ET.Element, part: str, kind: str) -> Iterator[ET.Element]:
    for child in root:
        if _local(child) == part:
            yield from (row for row in child if _local(row) == kind)


def _text(element: ET.Element, name: str) -> str:
    for child in element:
        if _local(child) == name:
            return (child.text or "").strip()
    return ""


def _codes(rows: list[ET.Element], project: str) -> dict[str, str]:
    """`project.task` of each task by its UID; tasks on the first level that hold others are the projects."""
    codes, used = {}, set()
    for row in rows:
        title = _text(row, "Name") or _text(row, "UID")
        if _text(row, "Summary") == "1" or _text(row, "OutlineLevel") == "0":
            if _text(row, "OutlineLevel") in {"0", "1"}:
                project = _identifier(title)
            continue
        own = _text(row, "WBS")
        code = own if own.startswith(f"{project}.") else f"{_identifier(project)}.{_identifier(title)}"
        if code in used:
            code = f"{code}-{_text(row, 'UID')}"
        used.add(code)
        codes[_text(row, "UID")] = code
    return codes


def _identifier(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "task"


def _read_task(
    row: ET.Element,
    code: str,
    calendars: dict[str, FileCalendar],
    name: str,
    uses: tuple[tuple[str, int], ...],
) -> FileTask:
    start = _day(_text(row, "Start"), name, code)
    hours = re.match(r"PT(\d+)H", _text(row, "Duration"))
    calendar = calendars.get(_text(row, "CalendarUID"))
    baseline = next((child for child in row if _local(child) == "Baseline"), None)
    actual_start, actual_finish = (_text(row, part) for part in ("ActualStart", "ActualFinish"))
    based = None if baseline is None else (_text(baseline, "Start"), _text(baseline, "Finish"))
    return FileTask(
        code=code,
        project=code.split(".", 1)[0],
        name=_text(row, "Name"),
        start=start,
        finish=_after(_text(row, "Finish"), name, code),
        duration_days=round(int(hours[1]) / HOURS_PER_DAY) if hours else 0,
        calendar=EVERY_DAY if calendar is None else calendar.name,
        is_milestone=_text(row, "Milestone") == "1",
        actual_start=_day(actual_start, name, code) if actual_start else None,
        actual_finish=_after(actual_finish, name, code) if actual_finish else None,
        baseline_start=_day(based[0], name, code) if based and based[0] else None,
        baseline_finish=_after(based[1], name, code) if based and based[1] else None,
        uses=uses,
    )


def _earliest(row: ET.Element, code: str, name: str, lossy: list[str]) -> dt.date | None:
    """Day before which a task may not start; other constraints cannot be held and are named."""
    kind, date = _text(row, "ConstraintType"), _text(row, "ConstraintDate")
    if kind not in {"", SOON, NOT_EARLIER}:
        lossy.append("constraints other than start no earlier than")
    return _day(date, name, code) if kind in {NOT_EARLIER, MUST_START} and date else None


def _read_links(row: ET.Element, codes: dict[str, str], notes: tuple[str, list[str]]) -> Iterator[FileLink]:
    name, lossy = notes
    after = codes[_text(row, "UID")]
    for entry in row:
        if _local(entry) != "PredecessorLink":
            continue
        before, kind = codes.get(_text(entry, "PredecessorUID")), _text(entry, "Type") or "1"
        if kind not in {"0", "1", "2", "3"}:
            refuse("syntax", Place(name, path=after), f'The link type "{kind}" is unknown; 0 to 3 are known.')
        if before is None:
            lossy.append("links from summary tasks or other files")
            continue
        lag = int(_text(entry, "LinkLag") or "0")
        is_elapsed = _text(entry, "LagFormat") == ELAPSED_DAYS
        if lag and not is_elapsed:
            lossy.append("lags in working time are read as elapsed days")
        per_day = TENTHS_PER_DAY if is_elapsed else HOURS_PER_DAY * 600
        yield FileLink(before, after, LINK_KINDS[int(kind)], round(lag / per_day))


def _read_uses(root: ET.Element) -> dict[str, list[tuple[str, int]]]:
    names = {_text(r, "UID"): _text(r, "Name") for r in _rows(root, "Resources", "Resource")}
    uses: dict[str, list[tuple[str, int]]] = {}
    for row in _rows(root, "Assignments", "Assignment"):
        resource = names.get(_text(row, "ResourceUID"))
        if resource:
            uses.setdefault(_text(row, "TaskUID"), []).append((resource, _units(row, "Units")))
    return uses


def _units(row: ET.Element, part: str) -> int:
    try:
        return max(round(float(_text(row, part) or "1")), 1)
    except ValueError:
        return 1


def _read_calendar(row: ET.Element, name: str) -> FileCalendar:
    title, weekdays, off = _text(row, "Name"), [], []
    for part in row:
        for entry in part if _local(part) in {"WeekDays", "Exceptions"} else ():
            kind, works = _text(entry, "DayType"), _text(entry, "DayWorking") == "1"
            if kind in {"1", "2", "3", "4", "5", "6", "7"} and works:
                weekdays.append((int(kind) - 2) % 7)
            period = next((child for child in entry if _local(child) == "TimePeriod"), None)
            if period is not None and not works:
                off += _days_off(_text(period, "FromDate"), _text(period, "ToDate"), name, title)
    if not weekdays:
        refuse("syntax", Place(name, path=title), f'The calendar "{title}" has no working day.', "Give it one.")
    return FileCalendar(title, tuple(sorted(weekdays)), tuple(sorted(set(off))))


def _days_off(first: str, last: str, name: str, calendar: str) -> list[dt.date]:
    start, end = _day(first, name, calendar), _day(last, name, calendar)
    return [start + dt.timedelta(days=i) for i in range((end - start).days + 1)]


def _day(text: str, name: str, path: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(text[:10])
    except ValueError:
        refuse("syntax", Place(name, path=path), f'"{text}" is not a date.', "Write YYYY-MM-DDTHH:MM:SS.")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        refuse("syntax", Place(name, path=path), f"The date {text[:10]} lies outside {FIRST_YEAR} to {LAST_YEAR}.")
    return day


def _after(text: str, name: str, path: str) -> dt.date:
    """First day after a finish: one that ends at or before the start of a working day ends on the day before."""
    day = _day(text, name, path)
    return day if text[11:19] <= START_HOUR else day + dt.timedelta(days=1)
