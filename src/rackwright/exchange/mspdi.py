"""How does a schedule go to MS Project and back? MSPDI, its XML form, written and read with the standard library.

A working day is 08:00 to 17:00 with an hour's break, so eight hours; a task starts at 08:00 of its first day and ends
at 17:00 of its last. Lags are elapsed. Files with a document type or entities are refused before they are parsed.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from rackwright.base.intake.guard import Limits, raise_all, refuse, shorten
from rackwright.base.problem import Place, Problem
from rackwright.exchange.every_row import read_each
from rackwright.exchange.extra_fields import (
    LABELS,
    project_extras,
    task_extras,
    with_project_extras,
    with_task_extras,
)
from rackwright.exchange.mspdi_calendars import (
    DATE_FORM,
    END_HOUR,
    START_HOUR,
    Calendars,
    resource_calendars,
    write_calendars,
)
from rackwright.exchange.project_file import (
    EVERY_DAY,
    FileCalendar,
    FileLink,
    FileProject,
    FileResource,
    FileTask,
    ProjectFile,
)
from rackwright.exchange.row_fields import STAND_IN, RowFields
from rackwright.exchange.xml_tree import (
    add_texts,
    child_of,
    children_of,
    line_of,
    local_name,
    read_tree,
    rows_of,
    text_of,
)

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
LINK_NUMBERS = ("0", "1", "2", "3")
PERCENT = 100
FIRST_TEXT_FIELD = 188743997  # Text11 of a task; the field ids of Text11 to Text30 follow one another
MINUTES_PER_HOUR = 60
MATERIAL, WORK = "0", "1"
RATE_PER_DAY, CURRENCY, CENTS, MOST_RATE = "3", "USD", 2, 1e9  # rates are by the hour in the file and shown by the day
FOREIGN = f"prices of resources: the file does not say that they are in {CURRENCY}"
DURATION = re.compile(r"PT(?:(\d{1,7})H)?(?:(\d{1,9})M)?(?:\d{1,9}(?:\.\d+)?S)?")
LAG = re.compile(r"-?\d{1,9}")


# ------------------------------------------------------------------------------------------------------------- writing
def mspdi_bytes(file: ProjectFile) -> bytes:
    """The file as MSPDI; each project is a summary task above its tasks."""
    root = ET.Element("Project", xmlns=NAMESPACE)
    add_texts(root, SaveVersion="14", Name=file.name, CurrencyCode=CURRENCY)
    add_texts(root, MinutesPerDay="480", MinutesPerWeek="2400", DaysPerMonth="20")
    _write_field_names(root)
    calendars, of_resource = write_calendars(root, file)
    uids = _write_tasks(root, file, calendars)
    resources = ET.SubElement(root, "Resources")
    numbers = {resource.name: i for i, resource in enumerate(file.resources, 1)}
    for resource in file.resources:
        row, uid = ET.SubElement(resources, "Resource"), str(numbers[resource.name])
        kind, title = MATERIAL if resource.is_consumable else WORK, resource.title or resource.name
        add_texts(row, UID=uid, ID=uid, Name=title, Type=kind, Code=resource.name, MaxUnits=f"{resource.units}.00")
        if resource.usd_per_day and not resource.is_consumable:
            rate = f"{resource.usd_per_day / HOURS_PER_DAY:.4f}"
            add_texts(row, StandardRate=rate, StandardRateFormat=RATE_PER_DAY)
        if resource.name in of_resource:
            add_texts(row, CalendarUID=of_resource[resource.name])
    assignments = ET.SubElement(root, "Assignments")
    for task in file.tasks:
        for name, units in task.uses:
            row = ET.SubElement(assignments, "Assignment")
            uid = str(len(assignments))
            add_texts(row, UID=uid, TaskUID=uids[task.code], ResourceUID=str(numbers[name]), Units=f"{units}.00")
    ET.indent(root, " ")
    body = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()


def _write_field_names(root: ET.Element) -> None:
    """Names of the text fields of our own, which MS Project shows as columns."""
    part = ET.SubElement(root, "ExtendedAttributes")
    for number, label in enumerate(LABELS):
        row = ET.SubElement(part, "ExtendedAttribute")
        add_texts(row, FieldID=str(FIRST_TEXT_FIELD + number), FieldName=f"Text{11 + number}", Alias=label)


def _write_extras(row: ET.Element, extras: Iterable[tuple[str, str]]) -> None:
    for label, text in extras:
        add_texts(
            ET.SubElement(row, "ExtendedAttribute"), FieldID=str(FIRST_TEXT_FIELD + LABELS.index(label)), Value=text
        )


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
    add_texts(row, UID=uid, ID=uid, Name=project.name, OutlineLevel="1", Summary="1", WBS=project.code)
    if project.due is not None:
        add_texts(row, Deadline=_end(dt.date.min, project.due))
    _write_extras(row, project_extras(project))


def _write_task(row: ET.Element, task: FileTask, uid: str, calendars: dict[str, str]) -> None:
    add_texts(
        row, UID=uid, ID=uid, Name=task.name, OutlineLevel="2", Summary="0", Milestone=str(int(task.is_milestone))
    )
    add_texts(row, WBS=task.code, CalendarUID=calendars[task.calendar])
    if task.is_alone:
        add_texts(row, IgnoreResourceCalendar="1")
    add_texts(row, Start=_begin(task.start), Finish=_end(task.start, task.finish))
    add_texts(row, Duration=f"PT{task.duration_days * HOURS_PER_DAY}H0M0S", DurationFormat=PLAIN_DAYS)
    add_texts(row, PercentComplete="100" if task.actual_finish else f"{(task.done_share or 0.0) * 100:.0f}")
    if task.earliest:
        add_texts(row, ConstraintType=NOT_EARLIER, ConstraintDate=_begin(task.earliest))
    if task.due:
        add_texts(row, Deadline=_end(dt.date.min, task.due))
    if task.actual_start:
        add_texts(row, ActualStart=_begin(task.actual_start))
    if task.actual_finish:
        add_texts(row, ActualFinish=_end(task.actual_start or task.start, task.actual_finish))
    if task.baseline_finish:
        baseline = ET.SubElement(row, "Baseline")
        add_texts(baseline, Number="0")
        if task.baseline_start:
            add_texts(baseline, Start=_begin(task.baseline_start))
        add_texts(baseline, Finish=_end(task.baseline_start or dt.date.min, task.baseline_finish))
    _write_extras(row, task_extras(task))


def _write_link(row: ET.Element, link: FileLink, uids: dict[str, str]) -> None:
    entry = ET.SubElement(row, "PredecessorLink")
    add_texts(entry, PredecessorUID=uids[link.before], Type=str(LINK_KINDS.index(link.kind)), CrossProject="0")
    add_texts(entry, LinkLag=str(link.lag_days * TENTHS_PER_DAY), LagFormat=ELAPSED_DAYS)


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
    calendars = Calendars.of(root, name, problems)
    rows = [row for row in rows_of(root, "Tasks", "Task") if text_of(row, "IsNull") != "1"]
    labels = _field_labels(root)
    codes, projects = _codes(rows, text_of(root, "Name") or "project", labels, (name, problems))
    names = _resource_names(root, is_own="Project id" in labels.values())
    uses = _read_uses(root, names)
    known = [row for row in rows if text_of(row, "UID") in codes]

    def read(row: ET.Element) -> FileTask:
        code = codes[text_of(row, "UID")]
        task = _read_task(row, code, calendars, name, tuple(uses.get(text_of(row, "UID"), ())))
        lossy.extend(_lost_of_task(row))
        return with_task_extras(task, _extras(row, labels), lossy)

    tasks = [task for _, task in read_each(known, read, problems)]
    ends = _link_rows(known, codes, lossy)
    links = [link for _, link in read_each(ends, lambda one: _read_link(*one, (name, lossy)), problems)]
    own = resource_calendars(root, calendars, name, problems)
    listed = rows_of(root, "Resources", "Resource")
    resources = [one for _, one in read_each(listed, lambda row: _read_resource(row, own, names, name), problems)]
    raise_all(problems, Limits().max_problems)
    if text_of(root, "CurrencyCode") != CURRENCY and any(one.usd_per_day for one in resources):
        lossy.append(FOREIGN)
        resources = [dataclasses.replace(one, usd_per_day=0.0) for one in resources]
    theirs = [calendar for calendar, _ in own.values()]
    return ProjectFile(
        name=text_of(root, "Name"),
        tasks=tuple(tasks),
        links=tuple(links),
        calendars=tuple(dict.fromkeys((*calendars.all(), *theirs))),
        resources=tuple(resource for resource in resources if resource.name),
        lossy=tuple(dict.fromkeys(lossy)),
        projects=projects,
    )


def _field_labels(root: ET.Element) -> dict[str, str]:
    """Label of each text field of our own by its field id, wherever the file keeps it."""
    rows = rows_of(root, "ExtendedAttributes", "ExtendedAttribute")
    found = {text_of(row, "FieldID"): text_of(row, "Alias") for row in rows}
    return {field: label for field, label in found.items() if label in LABELS}


def _extras(row: ET.Element, labels: Mapping[str, str]) -> dict[str, str]:
    """Text of each field of our own that a row has, by its label."""
    rows = [child for child in row if local_name(child) == "ExtendedAttribute"]
    return {labels[text_of(one, "FieldID")]: text_of(one, "Value") for one in rows if text_of(one, "FieldID") in labels}


def _parse(data: bytes, name: str) -> ET.Element:
    root = read_tree(data, name=name)
    if local_name(root) != "Project":
        rule = f'The file is not MSPDI: its first element is not Project but "{local_name(root)}".'
        refuse("not-a-schedule", Place(name, line_of(root), 1), rule, "In MS Project, save as XML format.")
    return root


def _codes(
    rows: list[ET.Element], file_name: str, labels: Mapping[str, str], notes: tuple[str, list[Problem]]
) -> tuple[dict[str, str], tuple[FileProject, ...]]:
    """`project.task` of each task by its UID, and the projects: tasks on the first level that hold others."""
    codes, used, projects = {}, set(), dict[str, FileProject]()
    project = _identifier(file_name)
    for row in rows:
        title = text_of(row, "Name") or text_of(row, "UID")
        if text_of(row, "Summary") == "1" or text_of(row, "OutlineLevel") == "0":
            if text_of(row, "OutlineLevel") in {"0", "1"}:
                project = _identifier(title)
                for _, known in read_each(
                    [row], partial(_read_project, title, _extras(row, labels), notes[0]), notes[1]
                ):
                    project = known.code
                    projects.setdefault(project, known)
            continue
        own = text_of(row, "WBS")
        code = own if own.startswith(f"{project}.") else f"{project}.{_identifier(title)}"
        if code in used:
            code = f"{code}-{text_of(row, 'UID')}"
        used.add(code)
        codes[text_of(row, "UID")] = code
    held = {code.split(".", 1)[0] for code in codes.values()}
    return codes, tuple(project for code, project in projects.items() if code in held)


def _read_project(title: str, extras: Mapping[str, str], name: str, row: ET.Element) -> FileProject:
    code = extras.get("Project id", "")
    code = code if code and "." not in code else _identifier(title)
    fields = _fields(row, name, code)
    due = _after(fields, row, "Deadline")
    own = {**extras, **({} if due is None else {"Due": ""})}
    return fields.checked(with_project_extras(FileProject(code, title, due=due), own))


def _identifier(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "task"


def _fields(row: ET.Element, name: str, path: str) -> RowFields:
    return RowFields(Place(name, line_of(row), 1, path), DATE_FORM)


def _day(fields: RowFields, row: ET.Element, name: str) -> dt.date | None:
    """Date of a child; None where it has none."""
    child = child_of(row, name)
    return fields.day(child.text.strip(), name, line=line_of(child)) if child is not None and child.text else None


def _after(fields: RowFields, row: ET.Element, name: str) -> dt.date | None:
    """First day after the finish that a child tells; None where it has none."""
    child = child_of(row, name)
    return fields.after(child.text.strip(), name, line=line_of(child)) if child is not None and child.text else None


def _read_task(
    row: ET.Element,
    code: str,
    calendars: Calendars,
    name: str,
    uses: tuple[tuple[str, int], ...],
) -> FileTask:
    fields = _fields(row, name, code)
    calendar, baseline = calendars.of_task(text_of(row, "CalendarUID"), fields), child_of(row, "Baseline")
    start, finish = (
        read(fields, row, part) if text_of(row, part) else fields.day("", part)
        for read, part in ((_day, "Start"), (_after, "Finish"))
    )
    task = FileTask(
        code=code,
        project=code.split(".", 1)[0],
        name=text_of(row, "Name"),
        start=start or STAND_IN,
        finish=finish or STAND_IN,
        duration_days=_duration_days(fields, row),
        calendar=EVERY_DAY if calendar is None else calendar.name,
        is_milestone=text_of(row, "Milestone") == "1",
        actual_start=_day(fields, row, "ActualStart"),
        actual_finish=_after(fields, row, "ActualFinish"),
        baseline_start=None if baseline is None else _day(fields, baseline, "Start"),
        baseline_finish=None if baseline is None else _after(fields, baseline, "Finish"),
        uses=uses,
        earliest=_earliest(fields, row),
        due=_after(fields, row, "Deadline") if text_of(row, "Milestone") == "1" else None,
        done_share=_done_share(row),
        is_alone=text_of(row, "IgnoreResourceCalendar") == "1",
    )
    return fields.checked(task)


def _duration_days(fields: RowFields, row: ET.Element) -> int:
    """Working days of eight hours in a duration such as `PT40H0M0S`."""
    text = text_of(row, "Duration") or "PT0H0M0S"
    found = DURATION.fullmatch(text)
    if found is None:
        line = next(map(line_of, children_of(row, "Duration")), 0)
        rule = f'Duration "{shorten(text)}" is not a duration.'
        fields.complain("bad-duration", rule, "Write PT40H0M0S for five days.", line=line)
        return 0
    hours, minutes = (int(part or "0") for part in found.groups())
    return round((hours + minutes / MINUTES_PER_HOUR) / HOURS_PER_DAY)


def _done_share(row: ET.Element) -> float | None:
    """Share done of a task that has begun and not ended; None where the file says 0 %."""
    percent = text_of(row, "PercentComplete")
    if not text_of(row, "ActualStart") or text_of(row, "ActualFinish") or not percent.isdecimal():
        return None
    return int(percent) / PERCENT if 0 < int(percent) < PERCENT else None


def _earliest(fields: RowFields, row: ET.Element) -> dt.date | None:
    """Day before which a task may not start."""
    is_held = text_of(row, "ConstraintType") in {NOT_EARLIER, MUST_START}
    return _day(fields, row, "ConstraintDate") if is_held and text_of(row, "ConstraintDate") else None


def _lost_of_task(row: ET.Element) -> Iterator[str]:
    """What of a task cannot be held."""
    if text_of(row, "ConstraintType") not in {"", SOON, NOT_EARLIER}:
        yield "constraints other than start no earlier than"
    if text_of(row, "Deadline") and text_of(row, "Milestone") != "1":
        yield "deadlines of tasks that are no milestones"


def _read_link(entry: ET.Element, ends: tuple[str, str], notes: tuple[str, list[str]]) -> FileLink:
    """A link between two tasks by their codes."""
    (before, after), (name, lossy) = ends, notes
    fields, kind, lag_text = _fields(entry, name, after), text_of(entry, "Type") or "1", text_of(entry, "LinkLag")
    if kind not in LINK_NUMBERS:
        known = ", ".join(f"{number} ({words})" for number, words in enumerate(LINK_KINDS))
        rule = f'The link from {before} to {after} has the unknown link type "{shorten(kind)}"; known are {known}.'
        fields.complain("unknown-link-type", rule, "Write one of them.")
    if not LAG.fullmatch(lag_text or "0"):
        rule = f'The lag "{shorten(lag_text)}" of the link from {before} to {after} is not a number.'
        fields.complain("bad-lag", rule, "Write tenths of a minute: 14400 for a day.")
    fields.checked(None)
    lag, is_elapsed = int(lag_text or "0"), text_of(entry, "LagFormat") == ELAPSED_DAYS
    if lag and not is_elapsed:
        lossy.append("lags in working time are read as elapsed days")
    per_day = TENTHS_PER_DAY if is_elapsed else HOURS_PER_DAY * 600
    return FileLink(before, after, LINK_KINDS[int(kind)], round(lag / per_day))


def _link_rows(
    rows: Iterable[ET.Element], codes: dict[str, str], lossy: list[str]
) -> Iterator[tuple[ET.Element, tuple[str, str]]]:
    """Links with the codes of their ends; those from elsewhere are named in `lossy`."""
    for row in rows:
        for entry in children_of(row, "PredecessorLink"):
            before = codes.get(text_of(entry, "PredecessorUID"))
            if before is None:
                lossy.append("links from summary tasks or other files")
            else:
                yield entry, (before, codes[text_of(row, "UID")])


def _resource_names(root: ET.Element, *, is_own: bool) -> dict[str, str]:
    """Name of each resource by its UID: its code in a file of our own form, where its name is that for people."""
    rows = rows_of(root, "Resources", "Resource")
    return {text_of(row, "UID"): (is_own and text_of(row, "Code")) or text_of(row, "Name") for row in rows}


def _read_resource(
    row: ET.Element,
    calendars: Mapping[str, tuple[FileCalendar, tuple[dt.date, ...]]],
    names: Mapping[str, str],
    name: str,
) -> FileResource:
    """A resource; a material is used up, and has no price a day. Every day is no calendar."""
    calendar, off = calendars.get(text_of(row, "CalendarUID"), (None, ()))
    fields = _fields(row, name, text_of(row, "Name"))
    rate = (
        0.0
        if text_of(row, "Type") == MATERIAL
        else fields.number(text_of(row, "StandardRate"), "StandardRate", MOST_RATE)
    )
    resource = FileResource(
        name=names[text_of(row, "UID")],
        units=_units(row, "MaxUnits"),
        is_consumable=text_of(row, "Type") == MATERIAL,
        calendar="" if calendar is None or calendar.name == EVERY_DAY else calendar.name,
        days_off=off,
        title=text_of(row, "Name") if text_of(row, "Name") != names[text_of(row, "UID")] else "",
        usd_per_day=round(rate * HOURS_PER_DAY, CENTS),
    )
    return fields.checked(resource)


def _read_uses(root: ET.Element, names: Mapping[str, str]) -> dict[str, list[tuple[str, int]]]:
    uses: dict[str, list[tuple[str, int]]] = {}
    for row in rows_of(root, "Assignments", "Assignment"):
        resource = names.get(text_of(row, "ResourceUID"))
        if resource:
            uses.setdefault(text_of(row, "TaskUID"), []).append((resource, _units(row, "Units")))
    return uses


def _units(row: ET.Element, part: str) -> int:
    try:
        return max(round(float(text_of(row, part) or "1")), 1)
    except ValueError:
        return 1
