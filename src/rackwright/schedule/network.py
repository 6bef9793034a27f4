"""What does the project network look like, compiled? Activities by index in a topological order, arcs, modes.

Days here are axis days (see `workdays`). An activity without mode, such as a gate, takes no time and no resource.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rackwright.base.units import Estimate
from rackwright.program.after import parse_after
from rackwright.program.header import SampledOrder
from rackwright.program.projects import Activity, Mode, Project, Resource
from rackwright.program.working_days import calendars_of, joined, joined_id
from rackwright.schedule.request import ScheduleRequest
from rackwright.schedule.workdays import Axis, IntArray, Workdays, compile_calendar, elapsed

__all__ = ["Arc", "Job", "JobMode", "Network", "build_network", "with_modes"]

NO_TIME = Mode(duration=Estimate(0, 0, 0))
SLACK_YEARS = 8
SLACK_PER_WORKDAY = 3  # days of the axis for a day of work: weekends, shutdowns, a sample beyond its band
DAYS_PER_YEAR = 366


@dataclass(frozen=True, slots=True)
class Arc:
    """A relation between two jobs: `kind` FS, SS, FF or SF, least and most lag in elapsed days (None: no most)."""

    before: int
    after: int
    kind: str
    lag: int
    max_lag: int | None = None


@dataclass(frozen=True, slots=True)
class JobMode:
    """One way to do a job.

    `duration` is the planning duration (median) in days of `calendar`; `demands` are (resource index, units).
    """

    duration: int
    estimate: Estimate
    demands: tuple[tuple[int, int], ...]
    cost_usd: float
    calendar: str = ""


@dataclass(frozen=True)
class Job:
    """One activity, compiled.

    `mode` is the mode chosen; `fixed_start`, `fixed_finish` are axis days of what has happened already, -1 otherwise.
    """

    name: str
    project: int
    activity: Activity
    modes: tuple[JobMode, ...]
    mode: int
    release: int
    fixed_start: int
    fixed_finish: int

    @property
    def duration(self) -> int:
        """Planning duration in the mode chosen."""
        return self.modes[self.mode].duration

    @property
    def estimate(self) -> Estimate:
        """Duration with its band in the mode chosen."""
        return self.modes[self.mode].estimate

    @property
    def calendar(self) -> str:
        """Days that count in the mode chosen: worked by the activity's calendar and by those of its resources."""
        return self.modes[self.mode].calendar

    @property
    def open_share(self) -> float | None:
        """Share of the work that is still to come, where it has started and its progress is stated."""
        done = self.activity.done_share
        return None if done is None or self.fixed_start < 0 or self.fixed_finish >= 0 else 1.0 - done

    @property
    def demands(self) -> tuple[tuple[int, int], ...]:
        """Resources used in the mode chosen."""
        return self.modes[self.mode].demands


@dataclass(frozen=True)
class Network:
    """Everything the engine needs."""

    axis: Axis
    first_day: int
    projects: tuple[Project, ...]
    jobs: tuple[Job, ...]
    order: tuple[int, ...]
    arcs_into: tuple[tuple[Arc, ...], ...]
    arcs_from: tuple[tuple[Arc, ...], ...]
    calendars: dict[str, Workdays]
    capacity: tuple[IntArray, ...]
    is_renewable: tuple[bool, ...]
    sampled_order: SampledOrder = "kept"

    def workdays(self, job: int) -> Workdays:
        """Calendar of a job."""
        return self.calendars[self.jobs[job].calendar]

    def due(self, project: int) -> int:
        """Axis day of a project's due date."""
        return self.axis.day(self.projects[project].due)


def build_network(request: ScheduleRequest) -> Network:
    """Compile a request into arrays; names were checked when the program was read."""
    axis = _axis(request)
    jobs = _jobs(request, axis)
    index = {job.name: i for i, job in enumerate(jobs)}
    arcs = _arcs(request, index)
    into: list[list[Arc]] = [[] for _ in jobs]
    out: list[list[Arc]] = [[] for _ in jobs]
    for arc in arcs:
        into[arc.after].append(arc)
        out[arc.before].append(arc)
    return Network(
        axis=axis,
        first_day=axis.day(request.horizon.start),
        projects=request.projects,
        jobs=jobs,
        order=_topological(into, out),
        arcs_into=tuple(tuple(part) for part in into),
        arcs_from=tuple(tuple(part) for part in out),
        calendars=_compiled(request, axis),
        capacity=tuple(_profile(request, i, axis) for i in range(len(request.resources))),
        is_renewable=tuple(resource.kind == "renewable" for resource in request.resources),
        sampled_order=request.sampled_order,
    )


def _compiled(request: ScheduleRequest, axis: Axis) -> dict[str, Workdays]:
    """Every calendar, and every set of them that has to work at once, compiled once each."""
    resources, calendars = {row.id: row for row in request.resources}, {row.id: row for row in request.calendars}
    sets = {
        calendars_of(activity, mode, resources)
        for project in request.projects
        for activity in project.activities
        for mode in activity.modes or (NO_TIME,)
    }
    several = [joined(calendars[name] for name in names) for names in sorted(sets) if len(names) > 1]
    return {"": elapsed(axis), **{row.id: compile_calendar(row, axis) for row in (*request.calendars, *several)}}


def _axis(request: ScheduleRequest) -> Axis:
    """From the first date that matters to well after the horizon: late work must not fall off the end."""
    dates = [request.horizon.start]
    for project in request.projects:
        dates.append(project.release)
        dates.extend(d for a in project.activities for d in (a.started, a.finished) if d is not None)
    origin = min(dates) - dt.timedelta(days=SLACK_YEARS * DAYS_PER_YEAR if _has_unstarted_actuals(request) else 0)
    slack = SLACK_YEARS * DAYS_PER_YEAR + SLACK_PER_WORKDAY * _longest_project(request)
    return Axis(origin, (request.horizon.end - origin).days + slack)


def _longest_project(request: ScheduleRequest) -> int:
    """Days of the longest project if all its activities followed each other at the long end of their bands."""
    leads = {(lead.item, lead.supplier): lead.days for lead in request.lead_times}
    lengths = [
        sum(
            max((mode.duration.high for mode in _modes(activity, leads)), default=0.0)
            for activity in project.activities
        )
        for project in request.projects
    ]
    return round(max(lengths, default=0.0))


def _has_unstarted_actuals(request: ScheduleRequest) -> bool:
    """True if an activity has finished without a stated start, so its start lies before any date given."""
    return any(a.finished is not None and a.started is None for p in request.projects for a in p.activities)


def _jobs(request: ScheduleRequest, axis: Axis) -> tuple[Job, ...]:
    leads = {(lead.item, lead.supplier): lead.days for lead in request.lead_times}
    resources = {resource.id: resource for resource in request.resources}
    jobs = []
    for number, project in enumerate(request.projects):
        for activity in project.activities:
            modes = tuple(_job_mode(activity, mode, resources) for mode in _modes(activity, leads))
            release = max(project.release, activity.earliest or project.release)
            jobs.append(
                Job(
                    name=f"{project.id}.{activity.id}",
                    project=number,
                    activity=activity,
                    modes=modes,
                    mode=min(range(len(modes)), key=lambda i: (modes[i].duration, modes[i].cost_usd)),
                    release=axis.day(release),
                    fixed_start=axis.day(activity.started) if activity.started else -1,
                    fixed_finish=axis.day(activity.finished) if activity.finished else -1,
                )
            )
    return tuple(jobs)


def _modes(activity: Activity, leads: dict[tuple[str, str], Estimate]) -> tuple[Mode, ...]:
    """Ways to do an activity; a procurement without mode takes its offer's lead time."""
    if activity.modes:
        return activity.modes
    lead = leads.get((activity.item, activity.supplier))
    return (NO_TIME if lead is None else Mode(duration=lead),)


def _job_mode(activity: Activity, mode: Mode, resources: dict[str, Resource]) -> JobMode:
    place = {name: number for number, name in enumerate(resources)}
    demands = tuple((place[d.resource], d.units) for d in mode.demands)
    calendar = joined_id(calendars_of(activity, mode, resources))
    return JobMode(round(mode.duration.value), mode.duration, demands, mode.cost_usd, calendar)


def with_modes(network: Network, modes: Sequence[int]) -> Network:
    """The network with other modes chosen, one for each job."""
    jobs = tuple(
        job if job.mode == mode else dataclasses.replace(job, mode=mode)
        for job, mode in zip(network.jobs, modes, strict=True)
    )
    return dataclasses.replace(network, jobs=jobs)


def _arcs(request: ScheduleRequest, index: dict[str, int]) -> list[Arc]:
    arcs = []
    for project in request.projects:
        for activity in project.activities:
            for text in activity.after:
                after = parse_after(text, project.id, index.keys())
                if after is None:
                    raise ValueError(f'"{text}" is not a predecessor of {project.id}.{activity.id}')
                lag = round(after.lag_days)
                arcs.append(Arc(index[after.activity], index[f"{project.id}.{activity.id}"], "FS", lag))
    for link in request.links:
        most = None if link.max_lag_days is None else round(link.max_lag_days)
        arcs.append(Arc(index[link.origin], index[link.to], link.kind, round(link.lag_days), most))
    return arcs


def _topological(into: list[list[Arc]], out: list[list[Arc]]) -> tuple[int, ...]:
    waiting = [len(arcs) for arcs in into]
    ready = [i for i, count in enumerate(waiting) if not count]
    order = []
    for job in ready:
        order.append(job)
        for arc in out[job]:
            waiting[arc.after] -= 1
            if not waiting[arc.after]:
                ready.append(arc.after)
    if len(order) != len(into):
        raise ValueError("the links between activities form a cycle")
    return tuple(order)


def _profile(request: ScheduleRequest, number: int, axis: Axis) -> IntArray:
    """Units of a resource on each axis day; none in its shutdowns."""
    resource = request.resources[number]
    profile = np.full(axis.num_days + 1, resource.capacity, dtype=np.int64)
    for shutdown in resource.shutdowns:
        start, end = ((day - axis.origin).days for day in (shutdown.start, shutdown.end))
        profile[max(start, 0) : max(end, 0)] = 0
    return profile
