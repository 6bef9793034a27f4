"""What do project planning programs exchange? Tasks with dates, links, calendars, resources: neither format's own form.

A plan becomes a `ProjectFile`, which `mspdi` and `xer` write and read. Days are dates; a task ends on `finish`, the
first day after it. Durations count days of the task's calendar, lags elapsed days. What a format cannot hold, or a
reader did not understand, stands in `lossy`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rackwright.plan import Plan
from rackwright.program.after import parse_after
from rackwright.program.projects import Activity, Calendar, Mode, Project, Resource, Shutdown
from rackwright.views.view import counted

__all__ = [
    "EVERY_DAY",
    "FileCalendar",
    "FileLink",
    "FileMode",
    "FileProject",
    "FileResource",
    "FileTask",
    "ProjectFile",
    "lost_words",
    "project_file",
]

EVERY_DAY = "Every day"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class FileCalendar:
    """Working weekdays (0 = Monday) and single days off."""

    name: str
    weekdays: tuple[int, ...]
    days_off: tuple[dt.date, ...] = ()


@dataclass(frozen=True, slots=True)
class FileLink:
    """A relation between two tasks by their codes: FS, SS, FF or SF, least and most lag in elapsed days."""

    before: str
    after: str
    kind: str = "FS"
    lag_days: int = 0
    most_lag_days: int | None = None


@dataclass(frozen=True, slots=True)
class FileMode:
    """One way to do a task: days of its calendar with their 10 and 90 % points, what it uses, what it costs."""

    duration_days: int
    uses: tuple[tuple[str, int], ...] = ()
    band_days: tuple[float, float] | None = None
    cost_usd: float = 0.0


@dataclass(frozen=True, slots=True)
class FileResource:
    """A resource: units there at once (or in all, where it is used up), its calendar, and days off of its own.

    An empty calendar is every day; `title` is its name for people, `usd_per_day` the cost of one unit and working day.
    """

    name: str
    units: int = 1
    is_consumable: bool = False
    calendar: str = ""
    days_off: tuple[dt.date, ...] = ()
    title: str = ""
    usd_per_day: float = 0.0


@dataclass(frozen=True, slots=True)
class FileProject:
    """A project by its code: its name for people, when it may start, and the days before which it should and must end.

    Days that the file does not tell are None.
    """

    code: str
    name: str
    release: dt.date | None = None
    due: dt.date | None = None
    deadline: dt.date | None = None
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class FileTask:
    """A task. `code` is `project.activity`; a milestone takes no time; `uses` are (resource, units).

    `modes` are all ways to do it, where the file tells them, `mode` is the one chosen; `earliest` is "start no earlier
    than"; `kind` is procure, build or inspection (empty: work), `gate` the kind of a milestone, which should be passed
    before its `due` day. It works on days of its calendar and of its resources, or of its own calendar alone where
    `is_alone`. `is_offered` says that its one mode is what its supplier's offer of the item says.
    """

    code: str
    project: str
    name: str
    start: dt.date
    finish: dt.date
    duration_days: int
    calendar: str = EVERY_DAY
    is_milestone: bool = False
    actual_start: dt.date | None = None
    actual_finish: dt.date | None = None
    baseline_start: dt.date | None = None
    baseline_finish: dt.date | None = None
    uses: tuple[tuple[str, int], ...] = ()
    modes: tuple[FileMode, ...] = ()
    earliest: dt.date | None = None
    due: dt.date | None = None
    kind: str = ""
    gate: str = ""
    item: str = ""
    supplier: str = ""
    mode: int = 0
    done_share: float | None = None
    is_alone: bool = False
    is_offered: bool = False


@dataclass(frozen=True)
class ProjectFile:
    """All projects of a file; `projects` tells more of those of which more is known than their tasks."""

    name: str
    tasks: tuple[FileTask, ...]
    links: tuple[FileLink, ...] = ()
    calendars: tuple[FileCalendar, ...] = ()
    resources: tuple[FileResource, ...] = ()
    lossy: tuple[str, ...] = ()
    projects: tuple[FileProject, ...] = ()

    def project(self, code: str) -> FileProject:
        """A project by its code, as far as it is known: released and due when its tasks begin and end."""
        own = [task for task in self.tasks if task.project == code]
        known = next((project for project in self.projects if project.code == code), FileProject(code, code))
        release, due = known.release or min(task.actual_start or task.start for task in own), known.due
        return dataclasses.replace(known, release=release, due=due or max(task.finish for task in own))


def project_file(plan: Plan) -> ProjectFile:
    """The schedule of a plan for other programs: dates of the plan, the mode chosen, baselines and actuals."""
    program = plan.program
    rows = {row["activity"]: row for row in plan.schedule.activities.frame.iter_rows(named=True)}
    names = {f"{p.id}.{a.id}" for p in program.projects for a in p.activities}
    leads = {(offer.item, offer.supplier): Mode(duration=offer.lead_days) for offer in program.supply.offers}
    tasks, links = [], []
    for project in program.projects:
        for activity in project.activities:
            code = f"{project.id}.{activity.id}"
            row = rows[code]
            start, finish = program.horizon.date(row["start_day"]), program.horizon.date(row["finish_day"])
            lead = leads.get((activity.item, activity.supplier)) if activity.kind == "procure" else None
            modes = activity.modes or ((lead,) if lead else ())
            task = _task((project, activity), (start, finish), (modes, row["mode"]))
            tasks.append(dataclasses.replace(task, is_offered=lead is not None and not activity.modes))
            for text in activity.after:
                after = parse_after(text, project.id, names)
                if after is not None:
                    links.append(FileLink(after.activity, code, "FS", round(after.lag_days)))
    links += [FileLink(link.origin, link.to, link.kind, round(link.lag_days)) for link in program.links]
    return ProjectFile(
        name=program.name,
        tasks=tuple(tasks),
        links=tuple(links),
        calendars=(FileCalendar(EVERY_DAY, tuple(range(7))), *(_calendar(c) for c in program.calendars)),
        resources=tuple(_resource(resource) for resource in program.resources),
        lossy=lost_words(plan),
        projects=tuple(FileProject(p.id, p.name, p.release, p.due, p.deadline, p.weight) for p in program.projects),
    )


def _task(
    of: tuple[Project, Activity],
    days: tuple[dt.date, dt.date],
    ways: tuple[tuple[Mode, ...], int],
) -> FileTask:
    (project, activity), (modes, mode) = of, ways
    chosen = modes[mode] if modes else None
    uses = tuple((d.resource, d.units) for d in chosen.demands) if chosen else ()
    elapsed = (days[1] - days[0]).days
    return FileTask(
        code=f"{project.id}.{activity.id}",
        project=project.id,
        name=activity.name or activity.id,
        start=days[0],
        finish=days[1],
        duration_days=round(chosen.duration.value) if chosen else elapsed,
        calendar=activity.calendar or EVERY_DAY,
        is_milestone=elapsed == 0,
        actual_start=activity.started,
        actual_finish=activity.finished,
        baseline_start=activity.baseline_start,
        baseline_finish=activity.baseline_finish,
        uses=uses,
        modes=tuple(_mode(one) for one in modes),
        earliest=activity.earliest,
        due=activity.due,
        kind=activity.kind if activity.kind not in {"work", "gate"} else "",
        gate=activity.gate,
        item=activity.item,
        supplier=activity.supplier,
        mode=mode if modes else 0,
        done_share=activity.done_share,
        is_alone=activity.ignores_resource_calendars,
    )


def _mode(mode: Mode) -> FileMode:
    days = mode.duration
    band = None if days.is_point else (days.low, days.high)
    return FileMode(round(days.value), tuple((d.resource, d.units) for d in mode.demands), band, mode.cost_usd)


def _resource(row: Resource) -> FileResource:
    is_consumable = row.kind == "consumable"
    off = tuple(sorted(_days_of(row.shutdowns)))
    return FileResource(row.id, row.capacity, is_consumable, row.calendar, off, row.name, row.usd_per_day)


def _calendar(calendar: Calendar) -> FileCalendar:
    off = {*calendar.holidays, *_days_of(calendar.shutdowns)}
    return FileCalendar(calendar.id, tuple(WEEKDAYS.index(day) for day in calendar.weekdays), tuple(sorted(off)))


def _days_of(shutdowns: Iterable[Shutdown]) -> Iterator[dt.date]:
    for shutdown in shutdowns:
        yield from (shutdown.start + dt.timedelta(days=i) for i in range((shutdown.end - shutdown.start).days))


def lost_words(plan: Plan) -> tuple[str, ...]:
    """What neither format holds, counted, one entry a kind; bands and modes stand in text fields, which others keep."""
    return tuple(words for count, words in (*_lost_of_projects(plan), *_lost_of_the_rest(plan)) if count)


def _lost_of_projects(plan: Plan) -> Iterator[tuple[int, str]]:
    projects = plan.program.projects
    activities = [activity for project in projects for activity in project.activities]
    told = sum(p.kind != "npi" or bool(p.platform or p.site or p.plant or p.revision) for p in projects)
    yield told, f"kind, platform, site, plant or revision of {counted(told, 'project')}"
    risks = sum(len(project.risks) for project in projects)
    yield risks, f"{counted(risks, 'risk')} of the register"
    given = sum(len(project.delivers) for project in projects)
    yield given, f"{counted(given, 'entry', 'entries')} on what projects deliver"
    moved = sum(project.correlation != Project.model_fields["correlation"].default for project in projects)
    yield moved, f"correlation of {counted(moved, 'project')}"
    parts = sum(len(activity.parts) for activity in activities)
    yield parts, f"{counted(parts, 'row')} of parts that builds take"
    spent = sum(activity.spent_usd is not None for activity in activities)
    yield spent, f"money spent on {counted(spent, 'activity', 'activities')}"


def _lost_of_the_rest(plan: Plan) -> Iterator[tuple[int, str]]:
    most = sum(link.max_lag_days is not None for link in plan.program.links)
    yield most, f"most lag of {counted(most, 'link')}"
    rows = plan.program.resources
    daily = sum(row.kind == "consumable" and bool(row.usd_per_day) for row in rows)
    yield daily, f"cost per day of {counted(daily, 'consumable resource')}"
    cells = sum(bool(row.cell) for row in rows)
    yield cells, f"supply cell of {counted(cells, 'resource')}"
