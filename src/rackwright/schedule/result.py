"""How does a schedule become tables? Dates, bookings, gates with probabilities, readiness, use of lines, lateness."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rackwright.schedule.bounds import project_bounds
from rackwright.schedule.generation import Dates, instance_of
from rackwright.schedule.network import Network
from rackwright.schedule.planning import project_finish
from rackwright.schedule.reasons import Drivers, chain_to, chain_words, total_float
from rackwright.schedule.request import ScheduleRequest
from rackwright.schedule.risk import Sampled, SmallArray
from rackwright.schedule.workdays import IntArray
from rackwright.tables.schedule import (
    Activities,
    Bookings,
    Bounds,
    Gates,
    LateProjects,
    LineUse,
    PartNeeds,
    Readiness,
    Tornado,
)

__all__ = [
    "Solved",
    "activity_table",
    "booking_table",
    "bound_table",
    "gate_table",
    "last_job",
    "late_table",
    "line_use_table",
    "part_table",
    "readiness_table",
    "tornado_table",
]

QUANTILES = (0.5, 0.8, 0.95)
MOST_BARS, LEAST_CORRELATION = 8, 0.05
CENTS = 100
MINUTES_PER_HOUR, DAYS_PER_WEEK = 60, 7


@dataclass(frozen=True)
class Solved:
    """A schedule with its reasons and its samples."""

    request: ScheduleRequest
    network: Network
    dates: Dates
    drivers: Drivers
    sampled: Sampled

    @cached_property
    def float_days(self) -> IntArray:
        """Float of each job by links, shape (jobs,)."""
        return total_float(self.network, self.dates)

    def day(self, axis_day: int) -> int:
        """Day of the horizon of an axis day."""
        return axis_day - self.network.first_day

    def resource_names(self) -> tuple[str, ...]:
        """Names of the resources, for people."""
        return tuple(resource.name or resource.id for resource in self.request.resources)

    def finishes(self, job: int) -> SmallArray:
        """Finish of a gate in every sample, axis days."""
        kept: SmallArray = self.sampled.finish[self.sampled.watched[job]]
        return kept

    def quantile_days(self, job: int) -> tuple[int, int, int]:
        """P50, P80, P95 of a job's finish, as days of the horizon."""
        found = np.quantile(self.finishes(job), QUANTILES, method="higher")
        return self.day(int(found[0])), self.day(int(found[1])), self.day(int(found[2]))

    def job(self, name: str) -> int:
        """Index of a job by its full name."""
        return next(i for i, job in enumerate(self.network.jobs) if job.name == name)


def activity_table(solved: Solved) -> Activities:
    """One row per activity."""
    network, dates = solved.network, solved.dates
    slack = solved.float_days
    critical = _critical(solved)
    names = solved.resource_names()
    rows = []
    for i, job in enumerate(network.jobs):
        driver = int(solved.drivers.job[i])
        waited = dates.blocker[i] >= 0
        rows.append(
            (
                job.name,
                network.projects[job.project].id,
                job.activity.name or job.activity.id,
                job.activity.kind,
                job.mode,
                solved.day(int(dates.start[i])),
                solved.day(int(dates.finish[i])),
                int(slack[i]),
                i in critical,
                network.jobs[driver].name if driver >= 0 else "",
                solved.drivers.kind[i],
                names[dates.blocker[i]] if waited else "",
                ", ".join(network.jobs[other].name for other in solved.drivers.others[i]),
                int(dates.start[i] - dates.link_start[i]) if waited else 0,
                float(solved.sampled.critical_share[i]),
                round(job.modes[job.mode].cost_usd * CENTS),
            )
        )
    return Activities.from_rows(rows)


def _critical(solved: Solved) -> set[int]:
    """Jobs on the driving chain of the last activity of any project."""
    ends = project_finish(solved.network, solved.dates)
    critical: set[int] = set()
    for i, job in enumerate(solved.network.jobs):
        if solved.dates.finish[i] == ends[job.project]:
            critical.update(chain_to(i, solved.drivers))
    return critical


def booking_table(solved: Solved) -> Bookings:
    """One row per activity and resource; an activity without length books nothing."""
    rows = [
        (job.name, solved.request.resources[r].id, units, solved.day(int(start)), solved.day(int(finish)))
        for job, start, finish in zip(solved.network.jobs, solved.dates.start, solved.dates.finish, strict=True)
        for r, units in job.demands
        if finish > start
    ]
    return Bookings.from_rows(rows)


def gate_table(solved: Solved) -> Gates:
    """One row per gate, with probable dates and the driving chain."""
    rows = []
    gates = [i for i, job in enumerate(solved.network.jobs) if job.activity.kind == "gate" or job.activity.gate]
    ends = {solved.network.jobs[i].project: i for i in sorted(gates, key=lambda i: _end(solved, i))}
    for i in gates:
        job = solved.network.jobs[i]
        project = solved.network.projects[job.project]
        words = chain_words(solved.network, solved.dates, solved.drivers, i, solved.resource_names())
        due = _gate_due(solved, i, is_last=ends[job.project] == i)
        day, safe = _end(solved, i)[0], solved.quantile_days(i)
        on_time = None if due is None else float((solved.finishes(i) - solved.network.first_day <= due).mean())
        shown = (job.name, project.id, job.activity.gate or "ready", day, *safe, due, words)
        rows.append((*shown, on_time, safe[0] - day, safe[1] - day))
    return Gates.from_rows([*rows, *_unreached(solved)])


def _end(solved: Solved, job: int) -> tuple[int, str]:
    """Day on which a job ends in the plan; its name tells gates of one day apart."""
    return solved.day(int(solved.dates.finish[job])), solved.network.jobs[job].name


def _gate_due(solved: Solved, number: int, *, is_last: bool) -> int | None:
    """Day by which a gate should be passed; that of its project for its last gate and those it delivers at."""
    job = solved.network.jobs[number]
    if job.activity.due is not None:
        return solved.day(solved.network.axis.day(job.activity.due))
    delivers = any(row.gate == job.activity.id for row in solved.network.projects[job.project].delivers)
    return solved.day(solved.network.due(job.project)) if is_last or delivers else None


def _unreached(solved: Solved) -> Iterator[tuple[str | int | float, ...]]:
    """Gates of projects set aside: not before the end of the horizon, as far as anyone knows."""
    end = solved.request.horizon.num_days
    for project in solved.request.set_aside:
        due = end if project.due is None else (project.due - solved.request.horizon.start).days
        for gate in project.gates:
            words = f"set aside: {project.reason}"
            yield (f"{project.id}.{gate}", project.id, "ready", end, end, end, end, due, words, 0.0, 0, 0)


def tornado_table(solved: Solved) -> Tornado:
    """Durations that the end of each project hangs on most."""
    sampled = solved.sampled
    rows = []
    for project, entry in enumerate(solved.network.projects):
        own = [i for i, job in enumerate(solved.network.jobs) if job.project == project]
        own.sort(key=lambda i: (-float(abs(sampled.rank_correlation[i])), i))
        low_end, high_end = np.quantile(sampled.project_end[project], (0.1, 0.9))
        for i in own[:MOST_BARS]:
            correlation = float(sampled.rank_correlation[i])
            if abs(correlation) >= LEAST_CORRELATION:
                low, high = int(sampled.duration_quantile[0, i]), int(sampled.duration_quantile[3, i])
                swing = round(correlation * float(high_end - low_end))
                rows.append((entry.id, solved.network.jobs[i].name, correlation, low, high, swing))
    return Tornado.from_rows(rows)


def readiness_table(solved: Solved) -> Readiness:
    """What each project makes ready, and when."""
    rows = []
    for project in solved.network.projects:
        for given in project.delivers:
            gate = f"{project.id}.{given.gate}"
            rows.append((given.kind, given.ref, gate, *solved.quantile_days(solved.job(gate))))
    end = solved.request.horizon.num_days
    rows += [
        (given.kind, given.ref, f"{project.id}.{given.gate}", end, end, end)
        for project in solved.request.set_aside
        for given in project.delivers
    ]
    return Readiness.from_rows(rows)


def bound_table(solved: Solved) -> Bounds:
    """How early each project could end at best, in the modes chosen."""
    network = solved.network
    owner = np.array([job.project for job in network.jobs], dtype=np.int64)
    links, energy = project_bounds(instance_of(network), owner, len(network.projects))
    ends = project_finish(network, solved.dates)
    rows = []
    for i, project in enumerate(network.projects):
        least = project.weight * max(int(max(links[i], energy[i])) - network.due(i), 0)
        days = (solved.day(int(ends[i])), solved.day(int(links[i])), solved.day(int(energy[i])))
        rows.append((project.id, *days, least))
    return Bounds.from_rows(rows)


def line_use_table(solved: Solved) -> LineUse:
    """Minutes of production cells that projects take, by day inside the horizon."""
    hours = {cell.cell: cell.hours_per_week for cell in solved.request.cells}
    taken: dict[tuple[str, int], int] = {}
    for job, start, finish in zip(solved.network.jobs, solved.dates.start, solved.dates.finish, strict=True):
        for resource, units in job.demands:
            cell = solved.request.resources[resource].cell
            if cell not in hours:
                continue
            minutes = round(units * hours[cell] * MINUTES_PER_HOUR / DAYS_PER_WEEK)
            for day in range(
                max(solved.day(int(start)), 0), min(solved.day(int(finish)), solved.request.horizon.num_days)
            ):
                taken[cell, day] = taken.get((cell, day), 0) + minutes
    return LineUse.from_rows([(cell, day, minutes) for (cell, day), minutes in taken.items()])


def part_table(solved: Solved) -> PartNeeds:
    """Parts of builds that have not started."""
    taken: dict[tuple[str, str, str, int], int] = {}
    for job, start in zip(solved.network.jobs, solved.dates.start, strict=True):
        if job.fixed_start < 0 and job.fixed_finish < 0:
            for part in job.activity.parts:
                key = (job.name, part.item, solved.network.projects[job.project].plant, solved.day(int(start)))
                taken[key] = taken.get(key, 0) + part.qty
    return PartNeeds.from_rows([(name, item, plant, qty, day) for (name, item, plant, day), qty in taken.items()])


def late_table(solved: Solved, reliefs: dict[int, str]) -> LateProjects:
    """Projects that end late, with the driving chain and the relief found for each."""
    ends = project_finish(solved.network, solved.dates)
    rows = []
    for i, project in enumerate(solved.network.projects):
        missed = project.deadline is not None and ends[i] > solved.network.axis.day(project.deadline)
        late = int(ends[i]) - solved.network.due(i)
        if late > 0 or missed:
            last = last_job(solved, i)
            words = chain_words(solved.network, solved.dates, solved.drivers, last, solved.resource_names())
            due, end = solved.day(solved.network.due(i)), solved.day(int(ends[i]))
            rows.append((project.id, due, end, max(late, 0), missed, words, reliefs.get(i, "")))
    return LateProjects.from_rows(rows)


def last_job(solved: Solved, project: int) -> int:
    """Last job of a project to end."""
    own = [i for i, job in enumerate(solved.network.jobs) if job.project == project]
    return max(own, key=lambda i: (int(solved.dates.finish[i]), i))
