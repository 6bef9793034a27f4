"""Is the schedule sound? Dead ends, unused spread, missed deadlines and resource use, as checks."""

from __future__ import annotations

import numpy as np

from rackwright.schedule.result import Solved
from rackwright.schedule.search import project_finish
from rackwright.tables.checks import Checks

__all__ = ["schedule_checks"]

Row = tuple[str, str, float, float, str, bool, str]


def schedule_checks(solved: Solved) -> Checks:
    """All checks of the stage."""
    return Checks.from_rows([*_deadlines(solved), *_resources(solved), *_dead_ends(solved), *_points(solved)])


def _deadlines(solved: Solved) -> list[Row]:
    ends = project_finish(solved.network, solved.dates)
    rows: list[Row] = []
    for i, project in enumerate(solved.network.projects):
        if project.deadline is not None:
            end, limit = solved.day(int(ends[i])), (project.deadline - solved.request.horizon.start).days
            rows.append(("schedule-deadline", project.id, end, limit, "day", end <= limit, "deadline of the project"))
    return rows


def _resources(solved: Solved) -> list[Row]:
    rows: list[Row] = []
    for number, resource in enumerate(solved.request.resources):
        used = np.zeros(len(solved.network.capacity[number]), dtype=np.int64)
        for job, start, finish in zip(solved.network.jobs, solved.dates.start, solved.dates.finish, strict=True):
            for index, units in job.demands:
                if index == number:
                    used[start : finish if resource.kind == "renewable" else len(used)] += units
        peak = int(used.max(initial=0))
        limit = resource.capacity
        rows.append(("schedule-resource", resource.id, peak, limit, "units", peak <= limit, "capacity of the resource"))
    return rows


def _dead_ends(solved: Solved) -> list[Row]:
    """Activities other than a project's first and last with nothing before or after them (GAO-16-89G, practice 2)."""
    rows: list[Row] = []
    for i, project in enumerate(solved.network.projects):
        own = [j for j, job in enumerate(solved.network.jobs) if job.project == i]
        loose = sum(not solved.network.arcs_from[j] for j in own if solved.network.jobs[j].activity.kind != "gate")
        rows.append(
            (
                "schedule-dead-ends",
                project.id,
                loose,
                0,
                "activities",
                loose == 0,
                "every activity but the last gate has a successor",
            )
        )
    return rows


def _points(solved: Solved) -> list[Row]:
    """Share of activities whose duration carries no band: a plan of points hides its risk."""
    timed = [job for job in solved.network.jobs if job.duration > 0 and job.fixed_finish < 0]
    points = sum(job.estimate.is_point for job in timed)
    share = points / len(timed) if timed else 0.0
    return [
        (
            "schedule-point-estimates",
            "all projects",
            share,
            0.5,
            "share",
            share <= 0.5,
            "more than half of the durations carry a band",
        )
    ]
