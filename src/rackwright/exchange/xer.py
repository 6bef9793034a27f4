"""How does a schedule go to Primavera P6 and back? XER: tab-separated tables, each with its fields and rows.

A line begins with %T (table), %F (fields), %R (row) or %E (end). A working day is 08:00 to 17:00 with an hour's break;
lags are written in hours of elapsed days. A baseline is a project of its own that names the project it belongs to; its
tasks have the codes of that project's tasks.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

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
from rackwright.exchange.project_file import (
    EVERY_DAY,
    FileLink,
    FileProject,
    FileTask,
    ProjectFile,
)
from rackwright.exchange.row_fields import RowFields
from rackwright.exchange.xer_calendars import (
    BEGIN,
    END,
    ReadCalendar,
    calendar_rows,
    own_calendars,
    read_calendar,
    used_calendars,
)
from rackwright.exchange.xer_resources import CURRENCY, ReadResources, rate_rows, resource_rows

__all__ = ["read_xer", "xer_bytes"]

HOURS_PER_DAY, LAG_HOURS_PER_DAY = 8, 24
PERCENT, MOST_HOURS = 100, 1e7
OF_TASK, OF_RESOURCES = "TT_Task", "TT_Rsrc"
UDF_TABLES = ("PROJECT", "TASK")
KINDS = ("FS", "SS", "FF", "SF")
DATE_FORM = "YYYY-MM-DD HH:MM"
END_MARK, MOST_LINES_AFTER_END = "%E", 20
LINK_ENDS = ("task_id", "pred_task_id")
FIELDS = {
    "CURRTYPE": ("curr_id", "curr_short_name", "base_exch_rate"),
    "UDFTYPE": ("udf_type_id", "table_name", "udf_type_name", "udf_type_label", "logical_data_type"),
    "PROJECT": (
        "proj_id", "proj_short_name", "orig_proj_id", "sum_base_proj_id", "plan_start_date", "plan_end_date",
    ),
    "CALENDAR": ("clndr_id", "clndr_name", "day_hr_cnt", "base_clndr_id", "clndr_type", "clndr_data"),
    "PROJWBS": ("wbs_id", "proj_id", "wbs_short_name", "wbs_name", "proj_node_flag"),
    "RSRC": ("rsrc_id", "rsrc_short_name", "rsrc_name", "rsrc_type", "clndr_id"),
    "RSRCRATE": ("rsrc_rate_id", "rsrc_id", "max_qty_per_hr", "cost_per_qty"),
    "TASK": (
        "task_id", "proj_id", "wbs_id", "clndr_id", "task_code", "task_name", "task_type", "status_code",
        "target_drtn_hr_cnt", "target_start_date", "target_end_date", "act_start_date", "act_end_date",
        "cstr_type", "cstr_date", "phys_complete_pct",
    ),
    "TASKPRED": ("task_pred_id", "task_id", "pred_task_id", "proj_id", "pred_proj_id", "pred_type", "lag_hr_cnt"),
    "TASKRSRC": ("taskrsrc_id", "task_id", "proj_id", "rsrc_id", "target_qty_per_hr"),
    "UDFVALUE": ("udf_type_id", "fk_id", "proj_id", "udf_text"),
}  # fmt: skip
Row = dict[str, str]


@dataclass(frozen=True)
class _Numbers:
    """Ids given on writing."""

    project: dict[str, int]
    calendar: dict[str, int]
    resource: dict[str, int]
    task: dict[str, int]
    own_calendar: dict[str, int]


# ------------------------------------------------------------------------------------------------------------- writing
def xer_bytes(file: ProjectFile) -> bytes:
    """The file as XER, in Windows-1252 as P6 writes it; what that cannot hold becomes a question mark."""
    numbers = _Numbers(
        {name: i for i, name in enumerate(dict.fromkeys(task.project for task in file.tasks), 1)},
        {calendar.name: i for i, calendar in enumerate(file.calendars, 1)},
        {resource.name: i for i, resource in enumerate(file.resources, 1)},
        {task.code: i for i, task in enumerate(file.tasks, 1)},
        own_calendars(file),
    )
    rows: dict[str, list[Sequence[object]]] = {
        "CURRTYPE": [(1, CURRENCY, 1)],
        "UDFTYPE": [
            (table * len(LABELS) + i, name, f"user_field_{table * len(LABELS) + i}", label, "FT_TEXT")
            for table, name in enumerate(UDF_TABLES)
            for i, label in enumerate(LABELS, 1)
        ],
        "PROJECT": _project_rows(file, numbers),
        "CALENDAR": list(calendar_rows(file)),
        "PROJWBS": [(i, i, name, file.project(name).name, "Y") for name, i in numbers.project.items()],
        "RSRC": list(resource_rows(file, numbers.own_calendar)),
        "RSRCRATE": list(rate_rows(file)),
        "TASK": [*(_task_row(task, numbers) for task in file.tasks), *_baseline_rows(file, numbers)],
        "TASKPRED": [_link_row(i, link, file, numbers) for i, link in enumerate(file.links, 1)],
        "TASKRSRC": _use_rows(file, numbers),
        "UDFVALUE": list(_extra_rows(file, numbers)),
    }
    lines = ["ERMHDR\t19.12\t\tProject\trackwright"]
    for table, fields in FIELDS.items():
        lines += [f"%T\t{table}", "\t".join(("%F", *fields))]
        lines += ["\t".join(("%R", *(_clean(str(value)) for value in row))) for row in rows[table]]
    return "\r\n".join([*lines, "%E", ""]).encode("cp1252", errors="replace")


def _project_rows(file: ProjectFile, numbers: _Numbers) -> list[Sequence[object]]:
    """Every project; one with baselines is followed by its baseline project, numbered after all others."""
    count, rows, base = len(numbers.project), list[Sequence[object]](), list[Sequence[object]]()
    based = {task.project for task in file.tasks if task.baseline_finish is not None}
    for name, number in numbers.project.items():
        known = file.project(name)
        days = (f"{known.release} {BEGIN}", _end(dt.date.min, known.due) if known.due else "")
        rows.append((number, name, "", count + number if name in based else "", *days))
        if name in based:
            base.append((count + number, f"{name} - baseline", number, "", *days))
    return [*rows, *base]


def _baseline_rows(file: ProjectFile, numbers: _Numbers) -> list[Sequence[object]]:
    """A task of the baseline project for each task with a baseline."""
    count, rows = len(numbers.project), list[Sequence[object]]()
    for task in file.tasks:
        if task.baseline_finish is None:
            continue
        start = task.baseline_start or task.baseline_finish
        was = dataclasses.replace(task, start=start, finish=task.baseline_finish, actual_start=None, actual_finish=None)
        _, _, wbs, *rest = _task_row(was, numbers)
        rows.append((len(file.tasks) + numbers.task[task.code], count + numbers.project[task.project], wbs, *rest))
    return rows


def _clean(text: str) -> str:
    return re.sub(r"[\t\r\n]+", " ", text)


def _task_row(task: FileTask, numbers: _Numbers) -> Sequence[object]:
    done = "TK_Complete" if task.actual_finish else "TK_Active" if task.actual_start else "TK_NotStart"
    project = numbers.project[task.project]
    begun = task.actual_start or (task.start if task.actual_finish else None)
    return (
        numbers.task[task.code], project, project, numbers.calendar[task.calendar], task.code, task.name,
        _task_type(task, numbers), done, task.duration_days * HOURS_PER_DAY,
        f"{task.start} {BEGIN}", _end(task.start, task.finish), f"{begun} {BEGIN}" if begun else "",
        _end(begun or task.start, task.actual_finish) if task.actual_finish else "",
        "CS_MSOA" if task.earliest else "", f"{task.earliest} {BEGIN}" if task.earliest else "",
        "100" if task.actual_finish else f"{(task.done_share or 0.0) * PERCENT:.0f}",
    )  # fmt: skip


def _task_type(task: FileTask, numbers: _Numbers) -> str:
    """Milestone, or whose calendar counts: the task's own, or that of its resources where one has a calendar."""
    if task.is_milestone:
        return "TT_FinMile"
    shares = not task.is_alone and any(name in numbers.own_calendar for name, _ in task.uses)
    return OF_RESOURCES if shares else OF_TASK


def _extra_rows(file: ProjectFile, numbers: _Numbers) -> Iterator[Sequence[object]]:
    """Values of the text fields of our own, of projects and of tasks."""
    for name, number in numbers.project.items():
        for label, text in project_extras(file.project(name)):
            yield 1 + LABELS.index(label), number, number, text
    for task in file.tasks:
        for label, text in task_extras(task):
            udf = 1 + len(LABELS) + LABELS.index(label)
            yield udf, numbers.task[task.code], numbers.project[task.project], text


def _end(start: dt.date, finish: dt.date) -> str:
    return f"{finish} {BEGIN}" if finish <= start else f"{finish - dt.timedelta(days=1)} {END}"


def _link_row(number: int, link: FileLink, file: ProjectFile, numbers: _Numbers) -> Sequence[object]:
    project_of = {task.code: numbers.project[task.project] for task in file.tasks}
    after, before = numbers.task[link.after], numbers.task[link.before]
    ends = (project_of[link.after], project_of[link.before])
    return number, after, before, *ends, f"PR_{link.kind}", link.lag_days * LAG_HOURS_PER_DAY


def _use_rows(file: ProjectFile, numbers: _Numbers) -> list[Sequence[object]]:
    uses = [(task, name, units) for task in file.tasks for name, units in task.uses]
    return [
        (i, numbers.task[task.code], numbers.project[task.project], numbers.resource[name], units)
        for i, (task, name, units) in enumerate(uses, 1)
    ]


# ------------------------------------------------------------------------------------------------------------- reading
def read_xer(data: bytes, *, name: str) -> ProjectFile:
    """Read an XER file.

    Parameters
    ----------
    data
        Content of the file.
    name
        How messages call it.

    Raises
    ------
    InputError
        The file is not XER; or dates, numbers, link types and calendars in it cannot be used: all of them, each with
        its line.
    """
    problems: list[Problem] = []
    tables = _tables(data, name, problems)
    lossy = [f"table {table}" for table in tables if table not in FIELDS]
    projects = {row["proj_id"]: row.get("proj_short_name", row["proj_id"]) for row in tables.get("PROJECT", [])}
    calendars: dict[str, ReadCalendar | None] = {row["clndr_id"]: None for row in tables.get("CALENDAR", [])}
    for row, calendar in read_each(tables.get("CALENDAR", []), lambda row: _read_calendar(row, name), problems):
        calendars[row["clndr_id"]] = calendar
    resources = ReadResources.of(tables, calendars, lambda row: _fields(row, name), problems)
    own = resources.with_calendar
    uses: dict[str, list[tuple[str, int]]] = {}
    used = [row for row in tables.get("TASKRSRC", []) if row.get("rsrc_id", "") in resources.names]
    for row, count in read_each(used, lambda row: _units(row, "target_qty_per_hr", name), problems):
        uses.setdefault(row.get("task_id", ""), []).append((resources.names[row["rsrc_id"]], count))
    current, baselines = _without_baselines(tables)
    rows = [row for row in current if row.get("task_type") not in {"TT_WBS", "TT_LOE"}]
    extras = _read_extras(tables, "TASK")

    def read(row: Row) -> FileTask:
        task = _read_task(row, (projects, calendars), tuple(uses.get(row["task_id"], ())), name)
        task = _based(task, baselines.get((row.get("proj_id", ""), row.get("task_code", ""))), name)
        task = dataclasses.replace(
            task, is_alone=row.get("task_type") == OF_TASK and any(n in own for n, _ in task.uses)
        )
        return with_task_extras(task, extras.get(row["task_id"], {}), lossy)

    tasks = {row["task_id"]: task for row, task in read_each(rows, read, problems)}
    codes = {row["task_id"]: _code(row, projects) for row in rows}
    between = [row for row in tables.get("TASKPRED", []) if {row.get(end, "") for end in LINK_ENDS} <= codes.keys()]
    if len(between) < len(tables.get("TASKPRED", [])):
        lossy.append("links of summary and level-of-effort tasks, and those to other files")
    links = [link for _, link in read_each(between, lambda row: _read_link(row, codes, name), problems)]
    more = _read_projects(tables, {task.project for task in tasks.values()}, name, problems)
    raise_all(problems, Limits().max_problems)
    if any(row.get("cstr_type") not in {None, "", "CS_MSOA"} for row in rows):
        lossy.append("constraints other than start on or after")
    if len(rows) < len(current):
        lossy.append("summary and level-of-effort tasks")
    return ProjectFile(
        name=next(iter(projects.values()), ""),
        tasks=tuple(tasks.values()),
        links=tuple(links),
        calendars=used_calendars(calendars, {r.calendar for r in resources.all} | {t.calendar for t in tasks.values()}),
        resources=resources.all,
        lossy=tuple(dict.fromkeys((*lossy, *resources.lossy))),
        projects=more,
    )


def _read_calendar(row: Row, name: str) -> ReadCalendar:
    title = row.get("clndr_name", row["clndr_id"])
    return read_calendar(row, _fields(row, name, f"CALENDAR[{title}]"))


def _units(row: Row, column: str, name: str) -> int:
    """Whole units in a column, at least one."""
    fields = _fields(row, name)
    return fields.checked(max(round(fields.number(row.get(column) or "1", column, MOST_HOURS)), 1))


def _read_extras(tables: dict[str, list[Row]], table: str) -> dict[str, dict[str, str]]:
    """Text of each field of our own by its label, for each row of a table."""
    rows = [row for row in tables.get("UDFTYPE", []) if row.get("table_name") == table]
    labels = {row["udf_type_id"]: row["udf_type_label"] for row in rows if row.get("udf_type_label") in LABELS}
    found: dict[str, dict[str, str]] = {}
    for row in tables.get("UDFVALUE", []):
        if row.get("udf_type_id") in labels:
            found.setdefault(row.get("fk_id", ""), {})[labels[row["udf_type_id"]]] = row.get("udf_text", "")
    return found


def _read_projects(
    tables: dict[str, list[Row]], used: Set[str], name: str, problems: list[Problem]
) -> tuple[FileProject, ...]:
    """Projects with tasks: the name of their top element, and when they begin and must end."""
    titles = {row.get("proj_id"): row.get("wbs_name", "") for row in tables.get("PROJWBS", []) if _is_top(row)}
    extras = _read_extras(tables, "PROJECT")
    rows = [row for row in tables.get("PROJECT", []) if not row.get("orig_proj_id") and _short_name(row) in used]

    def read(row: Row) -> FileProject:
        fields = _fields(row, name, f"PROJECT[{_short_name(row)}]")
        days = (_day(fields, row, "plan_start_date"), _after(fields, row, "plan_end_date"))
        known = FileProject(_short_name(row), titles.get(row["proj_id"]) or _short_name(row), *days)
        given = extras.get(row["proj_id"], {})
        own = {label: text for label, text in given.items() if label != "Due" or days[1] is None}
        return fields.checked(with_project_extras(known, own))

    return tuple(project for _, project in read_each(rows, read, problems))


def _short_name(row: Row) -> str:
    return row.get("proj_short_name", row["proj_id"])


def _is_top(row: Row) -> bool:
    return row.get("proj_node_flag") == "Y"


def _without_baselines(tables: dict[str, list[Row]]) -> tuple[list[Row], dict[tuple[str, str], Row]]:
    """Rows of tasks that belong to no baseline; and those that do, by the project they belong to and their code."""
    owner = {row["proj_id"]: row["orig_proj_id"] for row in tables.get("PROJECT", []) if row.get("orig_proj_id")}
    rows = tables.get("TASK", [])
    current = [row for row in rows if row.get("proj_id", "") not in owner]
    baselines = {
        (owner[row["proj_id"]], row.get("task_code", "")): row for row in rows if row.get("proj_id", "") in owner
    }
    return current, baselines


def _based(task: FileTask, baseline: Row | None, name: str) -> FileTask:
    """The task with the dates of its baseline."""
    if baseline is None:
        return task
    fields = _fields(baseline, name, f"TASK[{task.code}]")
    start, finish = _required_days(fields, baseline)
    return fields.checked(dataclasses.replace(task, baseline_start=start, baseline_finish=finish))


# ---------------------------------------------------------------------------------------------------------------- rows
def _tables(data: bytes, name: str, problems: list[Problem]) -> dict[str, list[Row]]:
    """Rows by table, each with its line; rows that cannot be used are added to `problems` and left out."""
    if len(data) > Limits().max_bytes:
        refuse("file-too-large", Place(name), f"The file has {len(data):,} bytes.", "Split it.")
    if not data.startswith(b"ERMHDR\t"):
        rule = "The file is not XER: its first line does not begin with ERMHDR."
        refuse("not-a-schedule", Place(name, 1, 1), rule, "In Primavera P6, export as XER.")
    tables: dict[str, list[Row]] = {}
    table, fields = "", list[str]()
    lines = [line.split("\t") for line in data.decode("cp1252", errors="replace").splitlines()]
    end = _end_of_rows(lines, name, problems)
    for number, (kind, *values) in enumerate(lines[:end], 1):
        if kind == "%T":
            table, fields = (values or [""])[0], []
            tables[table] = []
        elif kind == "%F":
            fields = values
        elif kind == "%R":
            row = {
                **dict(zip(fields, [*values, *[""] * (len(fields) - len(values))], strict=False)),
                "#line": str(number),
            }
            problem = _broken_row(row, (table, fields, values), name)
            if problem is None:
                tables.setdefault(table, []).append(row)
            else:
                problems.append(problem)
    return tables


def _end_of_rows(lines: list[list[str]], name: str, problems: list[Problem]) -> int:
    """Number of lines that are whole; a file without its end mark is cut short, most likely within its last line."""
    filled = [number for number, line in enumerate(lines, 1) if any(line)]
    if any(line[0] == END_MARK for line in lines[-MOST_LINES_AFTER_END:]):
        return len(lines)
    last = filled[-1] if filled else 1
    table = next((line[1] for line in reversed(lines) if line[0] == "%T" and len(line) > 1), "")
    where = f" in the table {table}" if table else ""
    rule = f"The file ends{where} without the mark {END_MARK}: its rest is missing, and this line may be torn."
    problems.append(Problem("file-cut-short", Place(name, last, 1), rule, "Export or copy it again."))
    return last - 1


def _broken_row(row: Row, of: tuple[str, list[str], list[str]], name: str) -> Problem | None:
    """What makes a row unusable: more values than fields, or no id."""
    (table, fields, values), place = of, Place(name, int(row["#line"]), 1)
    if not fields or len(values) > len(fields):
        rule = f"The row has {len(values)} values for {len(fields)} fields of the table {table}."
        return Problem("ragged-row", place, rule, "Remove the tab within a value, or export the file again.")
    missing = next((field for field in FIELDS.get(table, ())[:1] if not row.get(field)), "")
    if not missing:
        return None
    rule = f"The row of {table} has no {missing}."
    return Problem("missing-column", place, rule, "Fill it, or export the file again.")


def _fields(row: Row, name: str, path: str = "") -> RowFields:
    return RowFields(Place(name, int(row["#line"]), 1, path), DATE_FORM)


def _day(fields: RowFields, row: Row, column: str) -> dt.date | None:
    return fields.day(row[column], column) if row.get(column) else None


def _after(fields: RowFields, row: Row, column: str) -> dt.date | None:
    return fields.after(row[column], column) if row.get(column) else None


def _required_days(fields: RowFields, row: Row) -> tuple[dt.date, dt.date]:
    start, end = "target_start_date", "target_end_date"
    return fields.day(row.get(start, ""), start), fields.after(row.get(end, ""), end)


def _code(row: Row, projects: dict[str, str]) -> str:
    """`project.task` of a row."""
    project = projects.get(row.get("proj_id", ""), "project")
    own = row.get("task_code") or row["task_id"]
    return own if own.startswith(f"{project}.") else f"{project}.{own}"


def _read_task(
    row: Row, known: tuple[dict[str, str], dict[str, ReadCalendar | None]], uses: tuple[tuple[str, int], ...], name: str
) -> FileTask:
    projects, calendars = known
    code, calendar = _code(row, projects), calendars.get(row.get("clndr_id", ""))
    fields = _fields(row, name, f"TASK[{code}]")
    if row.get("clndr_id") and row["clndr_id"] not in calendars:
        rule = f"The file has no calendar {row['clndr_id']}; it has {', '.join(calendars) or 'none'}."
        fields.complain("unknown-reference", rule, "Add it to the table CALENDAR, or name another.")
    start, finish = _required_days(fields, row)
    hours = fields.number(row.get("target_drtn_hr_cnt", ""), "target_drtn_hr_cnt", MOST_HOURS)
    task = FileTask(
        code=code,
        project=projects.get(row.get("proj_id", ""), "project"),
        name=row.get("task_name", ""),
        start=start,
        finish=finish,
        duration_days=round(hours / HOURS_PER_DAY),
        calendar=EVERY_DAY if calendar is None else calendar.calendar.name,
        is_milestone=row.get("task_type") in {"TT_Mile", "TT_FinMile"},
        actual_start=_day(fields, row, "act_start_date"),
        actual_finish=_after(fields, row, "act_end_date"),
        uses=uses,
        earliest=_day(fields, row, "cstr_date") if row.get("cstr_type") == "CS_MSOA" else None,
        done_share=_done_share(fields, row),
    )
    return fields.checked(task)


def _done_share(fields: RowFields, row: Row) -> float | None:
    """Share done of a task that has begun and not ended; None where the file says 0 %."""
    if not row.get("act_start_date") or row.get("act_end_date"):
        return None
    percent = fields.number(row.get("phys_complete_pct", ""), "phys_complete_pct", MOST_HOURS)
    return percent / PERCENT if 0.0 < percent < PERCENT else None


def _read_link(row: Row, codes: dict[str, str], name: str) -> FileLink:
    """A link between two tasks by their codes."""
    after, before = (codes[row[end]] for end in LINK_ENDS)
    fields, kind = _fields(row, name, f"TASKPRED[{before}@{after}]"), row.get("pred_type", "")
    if kind.removeprefix("PR_") not in KINDS:
        known = ", ".join(f"PR_{one}" for one in KINDS)
        rule = f'The link from {before} to {after} has the unknown link type "{shorten(kind)}"; known are {known}.'
        fields.complain("unknown-link-type", rule, "Write one of them.")
    hours = fields.number(row.get("lag_hr_cnt", ""), "lag_hr_cnt", MOST_HOURS)
    return fields.checked(FileLink(before, after, kind.removeprefix("PR_"), round(hours / LAG_HOURS_PER_DAY)))
