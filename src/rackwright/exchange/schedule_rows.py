"""What does a project file look like as `projects.yaml` of a program?

Names become ids (letters, digits, `-`), each once; what cannot be told from the file stands in a comment at the top.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, replace

from rackwright.exchange.project_file import EVERY_DAY, FileMode, FileProject, FileResource, FileTask, ProjectFile

__all__ = ["program_text", "projects_text"]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_LETTERS = 64
YEAR = dt.timedelta(days=365)
PROGRAM = """\
# Made for an imported schedule: correct dates, parties and prices before anything but the schedule is planned.
format: 1
name: {name}
as_of: {start}
horizon: {{start: {start}, end: {end}}}
money_year: {year}
parties:
  - {{id: owner, name: Owner, role: lab}}
policy:
  late_price_per_rack_day: 1 USD
  price_of_rack_not_delivered: 1 USD
  energy_price: 1 USD/MWh
  capital_cost: 0 %
"""


@dataclass(frozen=True)
class _Ids:
    """Ids of resources, calendars and tasks by their names in the file."""

    resource: dict[str, str]
    calendar: dict[str, str]
    project: dict[str, str]
    activity: dict[str, str]

    def code(self, task: FileTask) -> str:
        """`project.activity` of a task."""
        return f"{self.project[task.project]}.{self.activity[task.code]}"


def program_text(file: ProjectFile, name: str) -> str:
    """A `program.yaml` whose horizon begins with the last actual date, or the first task, and ends a year after all."""
    actual = [day for task in file.tasks for day in (task.actual_start, task.actual_finish) if day is not None]
    start = max(actual, default=min(task.start for task in file.tasks))
    end = max(start, *(task.finish for task in file.tasks)) + YEAR
    return PROGRAM.format(name=_identifier(name), start=start, end=end, year=start.year)


def projects_text(file: ProjectFile, source: str, *, offers: Set[tuple[str, str]] = frozenset()) -> str:
    """The file as text of `projects.yaml`; `source` is named at its top.

    A procurement that took its lead time from an offer does so again where `offers` has its item and supplier.
    """
    tasks = [_without_offer(task) if (task.item, task.supplier) not in offers else task for task in file.tasks]
    file = replace(file, tasks=tuple(tasks))
    ids = _ids(file)
    lines = [f"# Imported from {source}."]
    lines += [f"# Not held: {words}." for words in file.lossy]
    if all(mode.band_days is None for task in file.tasks for mode in task.modes):
        lines += ["# Durations are points: give them bands, such as `20 (14..30) days`, before trusting P80."]
    lines += [""]
    lines += ["calendars:", *_calendars(file, ids), "", "resources:", *_resources(file, ids), "", "projects:"]
    after = _after(file, ids)
    for name in dict.fromkeys(task.project for task in file.tasks):
        own = [task for task in file.tasks if task.project == name]
        lines += _project(file.project(name), own, ids, after)
    lines += ["", "links:", *_links(file, ids)]
    return "\n".join(_without_empty(lines)) + "\n"


def _without_offer(task: FileTask) -> FileTask:
    return replace(task, is_offered=False) if task.is_offered else task


def _without_empty(lines: list[str]) -> Iterator[str]:
    """Lines without the headings under which nothing stands."""
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if not (re.fullmatch(r"[a-z]+:", line) and not following.startswith(" ")):
            yield line


def _identifier(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:MOST_LETTERS] or "unnamed"


def _unique(names: Iterable[str]) -> dict[str, str]:
    """An id for each name, made different by a number where two names would share one."""
    found: dict[str, str] = {}
    used: set[str] = set()
    for name in names:
        base = own = _identifier(name)
        count = 1
        while own.lower() in used:
            count += 1
            own = f"{base[: MOST_LETTERS - 6]}-{count}"
        used.add(own.lower())
        found[name] = own
    return found


def _ids(file: ProjectFile) -> _Ids:
    projects = list(dict.fromkeys(task.project for task in file.tasks))
    activity: dict[str, str] = {}
    for project in projects:
        own = {t.code: t.code.removeprefix(f"{project}.") for t in file.tasks if t.project == project}
        short = _unique(dict.fromkeys(own.values()))
        activity.update({code: short[name] for code, name in own.items()})
    used = [name for task in file.tasks for mode in _modes(task) for name, _ in mode.uses]
    resources = dict.fromkeys([*(row.name for row in file.resources), *used])
    calendars = [calendar.name for calendar in file.calendars if calendar.name != EVERY_DAY]
    return _Ids(_unique(resources), _unique(calendars), _unique(projects), activity)


def _modes(task: FileTask) -> tuple[FileMode, ...]:
    return task.modes or (FileMode(task.duration_days, task.uses),)


def _calendars(file: ProjectFile, ids: _Ids) -> Iterator[str]:
    for calendar in file.calendars:
        if calendar.name != EVERY_DAY:
            days = ", ".join(WEEKDAYS[day] for day in calendar.weekdays)
            off = ", ".join(day.isoformat() for day in calendar.days_off)
            yield f"  - {{id: {ids.calendar[calendar.name]}, weekdays: [{days}], holidays: [{off}]}}"


def _resources(file: ProjectFile, ids: _Ids) -> Iterator[str]:
    """Resources with at least the units that one task uses at once."""
    known = {row.name: row for row in file.resources}
    needed: dict[str, int] = {}
    for task in file.tasks:
        for mode in _modes(task):
            for name, count in mode.uses:
                needed[name] = max(needed.get(name, 1), count)
    for name, own in ids.resource.items():
        row = known.get(name, FileResource(name))
        more = ", kind: consumable" if row.is_consumable else ""
        more += f", calendar: {ids.calendar[row.calendar]}" if row.calendar in ids.calendar else ""
        more += f", shutdowns: [{', '.join(_breaks(row.days_off))}]" if row.days_off else ""
        more += f", cost_per_day: {row.usd_per_day:.2f} USD" if row.usd_per_day else ""
        most = max(row.units, needed.get(name, 1))
        title = json.dumps(row.title or name, ensure_ascii=False)
        yield f"  - {{id: {own}, name: {title}, capacity: {most}{more}}}"


def _breaks(days: Iterable[dt.date]) -> Iterator[str]:
    """Days off as breaks, days that follow one another as one."""
    ends: list[tuple[dt.date, dt.date]] = []
    for day in sorted(days):
        first = ends.pop()[0] if ends and ends[-1][1] == day else day
        ends.append((first, day + dt.timedelta(days=1)))
    return (f"{{from: {first}, to: {last}}}" for first, last in ends)


def _after(file: ProjectFile, ids: _Ids) -> dict[str, list[str]]:
    """Plain finish-to-start predecessors of each task."""
    tasks = {task.code: task for task in file.tasks}
    found: dict[str, list[str]] = {}
    for link in file.links:
        if link.kind == "FS" and link.most_lag_days is None and {link.before, link.after} <= tasks.keys():
            before, after = tasks[link.before], tasks[link.after]
            name = ids.activity[before.code] if before.project == after.project else ids.code(before)
            lag = f" {link.lag_days:+d} days" if link.lag_days else ""
            found.setdefault(link.after, []).append(f"{name}{lag}")
    return found


def _project(project: FileProject, own: list[FileTask], ids: _Ids, after: dict[str, list[str]]) -> Iterator[str]:
    """A project; where the file does not say when it is due, that is when it ends there."""
    yield f"  - id: {ids.project[project.code]}"
    yield f"    name: {json.dumps(project.name, ensure_ascii=False)}"
    yield f"    release: {project.release}"
    yield f"    due: {project.due}"
    if project.deadline is not None:
        yield f"    deadline: {project.deadline}"
    if project.weight != 1.0:
        yield f"    weight: {project.weight:g}"
    yield "    activities:"
    for task in own:
        yield f"      - {{{', '.join(_fields(task, ids, after.get(task.code, [])))}}}"


def _fields(task: FileTask, ids: _Ids, after: list[str]) -> Iterator[str]:
    yield f"id: {json.dumps(ids.activity[task.code])}"
    if task.name and task.name != ids.activity[task.code]:
        yield f"name: {json.dumps(task.name, ensure_ascii=False)}"
    kind = "gate" if task.is_milestone else task.kind
    for field, text in (("kind", kind), ("gate", task.gate), ("item", task.item), ("supplier", task.supplier)):
        if text:
            yield f"{field}: {json.dumps(text, ensure_ascii=False)}"
    if task.calendar in ids.calendar:
        yield f"calendar: {ids.calendar[task.calendar]}"
    if task.is_alone:
        yield "ignores_resource_calendars: true"
    if after:
        yield f"after: [{', '.join(map(json.dumps, after))}]"
    if task.earliest is not None:
        yield f"earliest: {task.earliest}"
    if task.due is not None:
        yield f"due: {task.due}"
    yield from _days(("started", task.actual_start), ("finished", task.actual_finish))
    yield from _days(("baseline_start", task.baseline_start), ("baseline_finish", task.baseline_finish))
    if task.done_share is not None:
        yield f"done: {task.done_share:.0%}".replace("%", " %")
    if not (task.is_milestone or task.is_offered):
        yield f"modes: [{', '.join(_mode_text(mode, ids) for mode in _modes(task))}]"


def _days(first: tuple[str, dt.date | None], last: tuple[str, dt.date | None]) -> Iterator[str]:
    """Two dates of an activity; one that takes no time has its end alone."""
    if first[1] is not None and first[1] != last[1]:
        yield f"{first[0]}: {first[1]}"
    if last[1] is not None:
        yield f"{last[0]}: {last[1]}"


def _mode_text(mode: FileMode, ids: _Ids) -> str:
    uses = ", ".join(f"{{resource: {ids.resource[name]}, units: {units}}}" for name, units in mode.uses)
    band = "" if mode.band_days is None else f" ({mode.band_days[0]:g}..{mode.band_days[1]:g})"
    cost = f", cost: {mode.cost_usd:.2f} USD" if mode.cost_usd else ""
    return f"{{duration: {mode.duration_days}{band} days{cost}{f', demands: [{uses}]' if uses else ''}}}"


def _links(file: ProjectFile, ids: _Ids) -> Iterator[str]:
    tasks = {task.code: task for task in file.tasks}
    for link in file.links:
        is_plain = link.kind == "FS" and link.most_lag_days is None
        if not is_plain and {link.before, link.after} <= tasks.keys():
            ends = f"from: {ids.code(tasks[link.before])}, to: {ids.code(tasks[link.after])}, kind: {link.kind}"
            most = "" if link.most_lag_days is None else f", max_lag: {link.most_lag_days} days"
            yield f"  - {{{ends}, lag: {link.lag_days} days{most}}}"
