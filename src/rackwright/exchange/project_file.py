"""What do project planning programs exchange? Tasks with dates, links, calendars, resources: neither format's own form.

A plan becomes a `ProjectFile`, which `mspdi` and `xer` write and read. Days are dates; a task ends on `finish`, the
first day after it. Durations count days of the task's calendar, lags elapsed days. What a format cannot hold, or a
reader did not understand, stands in `lossy`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from rackwright.plan import Plan
from rackwright.program.after import parse_after
from rackwright.program.projects import Activity, Calendar, Demand, Link, Mode, Project

__all__ = [
    "EVERY_DAY",
    "FileCalendar",
    "FileLink",
    "FileMode",
    "FileTask",
    "ProjectFile",
    "as_projects",
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
    """One way to do a task: days of its calendar, and what it uses."""

    duration_days: int
    uses: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class FileTask:
    """A task. `code` is `project.activity`; a milestone takes no time; `uses` are (resource, units).

    `modes` are all ways to do it where the form knows more than one; `earliest` is "start no earlier than".
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


@dataclass(frozen=True)
class ProjectFile:
    """All projects of a file; `resources` are (name, units), `consumables` those of them that are used up."""

    name: str
    tasks: tuple[FileTask, ...]
    links: tuple[FileLink, ...] = ()
    calendars: tuple[FileCalendar, ...] = ()
    resources: tuple[tuple[str, int], ...] = ()
    lossy: tuple[str, ...] = ()
    consumables: tuple[str, ...] = ()


def project_file(plan: Plan) -> ProjectFile:
    """The schedule of a plan for other programs: dates of the plan, the mode chosen, baselines and actuals."""
    program = plan.program
    rows = {row["activity"]: row for row in plan.schedule.activities.frame.iter_rows(named=True)}
    names = {f"{p.id}.{a.id}" for p in program.projects for a in p.activities}
    calendar_of = {resource.id: resource.calendar for resource in program.resources}
    tasks, links = [], []
    for project in program.projects:
        for activity in project.activities:
            code = f"{project.id}.{activity.id}"
            row = rows[code]
            start, finish = program.horizon.date(row["start_day"]), program.horizon.date(row["finish_day"])
            tasks.append(_task(project, activity, (start, finish), row["mode"], calendar_of))
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
        resources=tuple((resource.id, resource.capacity) for resource in program.resources),
        lossy=_lost(plan),
    )


def _task(
    project: Project, activity: Activity, days: tuple[dt.date, dt.date], mode: int, calendar_of: dict[str, str]
) -> FileTask:
    chosen = activity.modes[mode] if activity.modes else None
    uses = tuple((d.resource, d.units) for d in chosen.demands) if chosen else ()
    own = [calendar_of[resource] for resource in sorted({name for name, _ in uses})]
    elapsed = (days[1] - days[0]).days
    return FileTask(
        code=f"{project.id}.{activity.id}",
        project=project.id,
        name=activity.name or activity.id,
        start=days[0],
        finish=days[1],
        duration_days=round(chosen.duration.value) if chosen else elapsed,
        calendar=activity.calendar or next((name for name in own if name), EVERY_DAY),
        is_milestone=elapsed == 0,
        actual_start=activity.started,
        actual_finish=activity.finished,
        baseline_start=activity.baseline_start,
        baseline_finish=activity.baseline_finish,
        uses=uses,
        earliest=activity.earliest,
    )


def _calendar(calendar: Calendar) -> FileCalendar:
    off = set(calendar.holidays)
    for shutdown in calendar.shutdowns:
        off |= {shutdown.start + dt.timedelta(days=i) for i in range((shutdown.end - shutdown.start).days)}
    return FileCalendar(calendar.id, tuple(WEEKDAYS.index(day) for day in calendar.weekdays), tuple(sorted(off)))


def _lost(plan: Plan) -> tuple[str, ...]:
    """What neither format holds."""
    lost = ["bands of durations, risks and correlations: only planned dates are written"]
    activities = [activity for project in plan.program.projects for activity in project.activities]
    if any(len(activity.modes) > 1 for activity in activities):
        lost.append("modes that were not chosen")
    if any(link.max_lag_days is not None for link in plan.program.links):
        lost.append("most lags of links")
    if any(resource.shutdowns for resource in plan.program.resources):
        lost.append("shutdowns of resources")
    return tuple(lost)


def as_projects(file: ProjectFile) -> tuple[tuple[Project, ...], tuple[Link, ...], tuple[Calendar, ...]]:
    """Program rows of a file: projects with activities, links, calendars. A project is due when it ended there."""
    projects = []
    for name in dict.fromkeys(task.project for task in file.tasks):
        own = [task for task in file.tasks if task.project == name]
        projects.append(
            Project(
                id=name,
                name=name,
                release=min(task.start for task in own),
                due=max(task.finish for task in own),
                activities=tuple(_activity(task) for task in own),
            )
        )
    links = tuple(
        Link.model_validate({"from": k.before, "to": k.after, "kind": k.kind, "lag": f"{k.lag_days} days"})
        for k in file.links
    )
    calendars = tuple(
        Calendar(id=c.name, weekdays=tuple(WEEKDAYS[day] for day in c.weekdays), holidays=c.days_off)  # type: ignore[misc]
        for c in file.calendars
        if c.name != EVERY_DAY
    )
    return tuple(projects), links, calendars


def _activity(task: FileTask) -> Activity:
    demands = tuple(Demand(resource=name, units=units) for name, units in task.uses)
    mode = Mode.model_validate({"duration": f"{task.duration_days} days", "demands": demands})
    return Activity(
        id=task.code.removeprefix(f"{task.project}."),
        name=task.name,
        kind="gate" if task.is_milestone else "work",
        calendar="" if task.calendar == EVERY_DAY else task.calendar,
        modes=() if task.is_milestone else (mode,),
        started=task.actual_start,
        finished=task.actual_finish,
        baseline_start=task.baseline_start,
        baseline_finish=task.baseline_finish,
    )
