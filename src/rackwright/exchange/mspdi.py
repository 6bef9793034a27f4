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
from collections.abc import Iterable, Iterator, Mapping

from rackwright.base.intake.guard import Limits, decode_text, raise_all, refuse
from rackwright.base.problem import Place, Problem
from rackwright.exchange.every_row import read_each
from rackwright.exchange.extra_fields import (
    LABELS,
    project_extras,
    task_extras,
    with_project_extras,
    with_task_extras,
)
from rackwright.exchange.project_file import EVERY_DAY, FileCalendar, FileLink, FileProject, FileTask, ProjectFile

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
PERCENT = 100
MOST_ELEMENTS, MOST_DEPTH = 2_000_000, 40
FIRST_YEAR, LAST_YEAR = 1970, 2150
FIRST_TEXT_FIELD = 188743997  # Text11 of a task; the field ids of Text11 to Text30 follow one another
MINUTES_PER_HOUR = 60
MATERIAL, WORK = "0", "1"
DURATION = re.compile(r"PT(?:(\d{1,7})H)?(?:(\d{1,9})M)?(?:\d{1,9}(?:\.\d+)?S)?")
LAG = re.compile(r"-?\d{1,9}")
FORBIDDEN = re.compile(r"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
FOREIGN = re.compile(r"^<\?xml[^>]*encoding=[\"'](?!utf-8)", re.IGNORECASE)


# ------------------------------------------------------------------------------------------------------------- writing
def mspdi_bytes(file: ProjectFile) -> bytes:
    """The file as MSPDI; each project is a summary task above its tasks."""
    root = ET.Element("Project", xmlns=NAMESPACE)
    _add(root, SaveVersion="14", Name=file.name, MinutesPerDay="480", MinutesPerWeek="2400", DaysPerMonth="20")
    _write_field_names(root)
    calendars = {calendar.name: str(i + 1) for i, calendar in enumerate(file.calendars)}
    _write_calendars(root, file, calendars)
    uids = _write_tasks(root, file, calendars)
    resources = ET.SubElement(root, "Resources")
    for number, (name, units) in enumerate(file.resources, 1):
        row = ET.SubElement(resources, "Resource")
        kind = MATERIAL if name in file.consumables else WORK
        _add(row, UID=str(number), ID=str(number), Name=name, Type=kind, MaxUnits=f"{units}.00")
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


def _write_field_names(root: ET.Element) -> None:
    """Names of the text fields of our own, which MS Project shows as columns."""
    part = ET.SubElement(root, "ExtendedAttributes")
    for number, label in enumerate(LABELS):
        row = ET.SubElement(part, "ExtendedAttribute")
        _add(row, FieldID=str(FIRST_TEXT_FIELD + number), FieldName=f"Text{11 + number}", Alias=label)


def _write_extras(row: ET.Element, extras: Iterable[tuple[str, str]]) -> None:
    for label, text in extras:
        _add(ET.SubElement(row, "ExtendedAttribute"), FieldID=str(FIRST_TEXT_FIELD + LABELS.index(label)), Value=text)


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
            _write_project(row, file.project(code), uids[code])
            continue
        _write_task(row, task, uids[code], calendars)
        for link in into.get(code, ()):
            _write_link(row, link, uids)
    return uids


def _write_project(row: ET.Element, project: FileProject, uid: str) -> None:
    """A summary task; its deadline mark is the due day."""
    _add(row, UID=uid, ID=uid, Name=project.name, OutlineLevel="1", Summary="1", WBS=project.code)
    if project.due is not None:
        _add(row, Deadline=_end(dt.date.min, project.due))
    _write_extras(row, project_extras(project))


def _write_task(row: ET.Element, task: FileTask, uid: str, calendars: dict[str, str]) -> None:
    _add(row, UID=uid, ID=uid, Name=task.name, OutlineLevel="2", Summary="0", Milestone=str(int(task.is_milestone)))
    _add(row, WBS=task.code, CalendarUID=calendars[task.calendar])
    _add(row, Start=_begin(task.start), Finish=_end(task.start, task.finish))
    _add(row, Duration=f"PT{task.duration_days * HOURS_PER_DAY}H0M0S", DurationFormat=PLAIN_DAYS)
    _add(row, PercentComplete="100" if task.actual_finish else f"{(task.done_share or 0.0) * 100:.0f}")
    if task.earliest:
        _add(row, ConstraintType=NOT_EARLIER, ConstraintDate=_begin(task.earliest))
    if task.actual_start:
        _add(row, ActualStart=_begin(task.actual_start))
    if task.actual_finish:
        _add(row, ActualFinish=_end(task.actual_start or task.start, task.actual_finish))
    if task.baseline_finish:
        baseline = ET.SubElement(row, "Baseline")
        _add(baseline, Number="0")
        if task.baseline_start:
            _add(baseline, Start=_begin(task.baseline_start))
        _add(baseline, Finish=_end(task.baseline_start or dt.date.min, task.baseline_finish))
    _write_extras(row, task_extras(task))


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
        The file is not MSPDI, holds a document type or entities, or is too deep or too large; or dates, durations,
        links and calendars in it cannot be used: all of them, each with its place.
    """
    root = _parse(data, name)
    lossy: list[str] = []
    problems: list[Problem] = []
    calendars = _read_calendars(root, name, lossy, problems)
    rows = [row for row in _rows(root, "Tasks", "Task") if _text(row, "IsNull") != "1"]
    labels = _field_labels(root)
    codes, projects = _codes(rows, _text(root, "Name") or "project", labels, name)
    uses = _read_uses(root)
    known = [row for row in rows if _text(row, "UID") in codes]

    def read(row: ET.Element) -> FileTask:
        code = codes[_text(row, "UID")]
        task = _read_task(row, code, calendars, name, tuple(uses.get(_text(row, "UID"), ())))
        task = dataclasses.replace(task, earliest=_earliest(row, code, name, lossy))
        if _text(row, "Deadline"):
            lossy.append("deadlines of single tasks")
        return with_task_extras(task, _extras(row, labels), lossy)

    tasks = [task for _, task in read_each(known, read, problems)]
    links = [
        link
        for _, own in read_each(known, lambda row: list(_read_links(row, codes, (name, lossy))), problems)
        for link in own
    ]
    raise_all(problems, Limits().max_problems)
    resources = [(_text(r, "Name"), _units(r, "MaxUnits")) for r in _rows(root, "Resources", "Resource")]
    return ProjectFile(
        name=_text(root, "Name"),
        tasks=tuple(tasks),
        links=tuple(links),
        calendars=tuple(dict.fromkeys(calendar for calendar in calendars.values() if calendar is not None)),
        resources=tuple(entry for entry in resources if entry[0]),
        lossy=tuple(dict.fromkeys(lossy)),
        consumables=_consumables(root),
        projects=projects,
    )


def _read_calendars(
    root: ET.Element, name: str, lossy: list[str], problems: list[Problem]
) -> dict[str, FileCalendar | None]:
    """Base calendars by their UID, that of the project under the empty one; None for those that cannot be read."""
    rows = list(_rows(root, "Calendars", "Calendar"))
    base = [row for row in rows if _text(row, "IsBaseCalendar") != "0"]
    if len(base) < len(rows):
        lossy.append("calendars of single resources")
    calendars: dict[str, FileCalendar | None] = {_text(row, "UID"): None for row in base}
    for row, calendar in read_each(base, lambda row: _read_calendar(row, name), problems):
        calendars[_text(row, "UID")] = calendar
    default = _text(root, "CalendarUID")
    if default in calendars:
        calendars[""] = calendars["-1"] = calendars[default]
    return calendars


def _field_labels(root: ET.Element) -> dict[str, str]:
    """Label of each text field of our own by its field id, wherever the file keeps it."""
    rows = _rows(root, "ExtendedAttributes", "ExtendedAttribute")
    found = {_text(row, "FieldID"): _text(row, "Alias") for row in rows}
    return {field: label for field, label in found.items() if label in LABELS}


def _extras(row: ET.Element, labels: Mapping[str, str]) -> dict[str, str]:
    """Text of each field of our own that a row has, by its label."""
    rows = [child for child in row if _local(child) == "ExtendedAttribute"]
    return {labels[_text(one, "FieldID")]: _text(one, "Value") for one in rows if _text(one, "FieldID") in labels}


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


def _codes(
    rows: list[ET.Element], file_name: str, labels: Mapping[str, str], name: str
) -> tuple[dict[str, str], tuple[FileProject, ...]]:
    """`project.task` of each task by its UID, and the projects: tasks on the first level that hold others."""
    codes, used, projects = {}, set(), dict[str, FileProject]()
    project = _identifier(file_name)
    for row in rows:
        title = _text(row, "Name") or _text(row, "UID")
        if _text(row, "Summary") == "1" or _text(row, "OutlineLevel") == "0":
            if _text(row, "OutlineLevel") in {"0", "1"}:
                known = _read_project(row, title, _extras(row, labels), name)
                project = known.code
                projects.setdefault(project, known)
            continue
        own = _text(row, "WBS")
        code = own if own.startswith(f"{project}.") else f"{project}.{_identifier(title)}"
        if code in used:
            code = f"{code}-{_text(row, 'UID')}"
        used.add(code)
        codes[_text(row, "UID")] = code
    held = {code.split(".", 1)[0] for code in codes.values()}
    return codes, tuple(project for code, project in projects.items() if code in held)


def _read_project(row: ET.Element, title: str, extras: Mapping[str, str], name: str) -> FileProject:
    code, marked = extras.get("Project id", ""), _text(row, "Deadline")
    code = code if code and "." not in code else _identifier(title)
    due = _after(marked, name, code) if marked else None
    return with_project_extras(FileProject(code, title, due=due), {**extras, **({"Due": ""} if marked else {})})


def _identifier(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "task"


def _read_task(
    row: ET.Element,
    code: str,
    calendars: dict[str, FileCalendar | None],
    name: str,
    uses: tuple[tuple[str, int], ...],
) -> FileTask:
    start = _day(_text(row, "Start"), name, code)
    uid = _text(row, "CalendarUID")
    if uid not in {"", "-1"} and uid not in calendars:
        refuse("syntax", Place(name, path=code), f"The file has no base calendar {uid}.", "Add it, or name another.")
    calendar = calendars.get(uid)
    baseline = next((child for child in row if _local(child) == "Baseline"), None)
    actual_start, actual_finish = (_text(row, part) for part in ("ActualStart", "ActualFinish"))
    based = None if baseline is None else (_text(baseline, "Start"), _text(baseline, "Finish"))
    return FileTask(
        code=code,
        project=code.split(".", 1)[0],
        name=_text(row, "Name"),
        start=start,
        finish=_after(_text(row, "Finish"), name, code),
        duration_days=_duration_days(_text(row, "Duration"), name, code),
        calendar=EVERY_DAY if calendar is None else calendar.name,
        is_milestone=_text(row, "Milestone") == "1",
        actual_start=_day(actual_start, name, code) if actual_start else None,
        actual_finish=_after(actual_finish, name, code) if actual_finish else None,
        baseline_start=_day(based[0], name, code) if based and based[0] else None,
        baseline_finish=_after(based[1], name, code) if based and based[1] else None,
        uses=uses,
        done_share=_done_share(row),
    )


def _duration_days(text: str, name: str, code: str) -> int:
    """Working days of eight hours in a duration such as `PT40H0M0S`."""
    found = DURATION.fullmatch(text or "PT0H0M0S")
    if found is None:
        refuse("syntax", Place(name, path=code), f'"{text[:40]}" is not a duration.', "Write PT40H0M0S for five days.")
    hours, minutes = (int(part or "0") for part in found.groups())
    return round((hours + minutes / MINUTES_PER_HOUR) / HOURS_PER_DAY)


def _done_share(row: ET.Element) -> float | None:
    """Share done of a task that has begun and not ended; None where the file says 0 %."""
    percent = _text(row, "PercentComplete")
    if not _text(row, "ActualStart") or _text(row, "ActualFinish") or not percent.isdecimal():
        return None
    return int(percent) / PERCENT if 0 < int(percent) < PERCENT else None


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
        lag_text = _text(entry, "LinkLag") or "0"
        if not LAG.fullmatch(lag_text):
            refuse("syntax", Place(name, path=after), f'The lag "{lag_text[:40]}" is not a number.')
        lag = int(lag_text)
        is_elapsed = _text(entry, "LagFormat") == ELAPSED_DAYS
        if lag and not is_elapsed:
            lossy.append("lags in working time are read as elapsed days")
        per_day = TENTHS_PER_DAY if is_elapsed else HOURS_PER_DAY * 600
        yield FileLink(before, after, LINK_KINDS[int(kind)], round(lag / per_day))


def _consumables(root: ET.Element) -> tuple[str, ...]:
    """Names of material resources, which are used up."""
    rows = _rows(root, "Resources", "Resource")
    return tuple(_text(row, "Name") for row in rows if _text(row, "Type") == MATERIAL and _text(row, "Name"))


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
