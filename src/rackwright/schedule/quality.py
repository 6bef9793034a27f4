"""Does the schedule keep what it was asked to keep? Deadlines, resources, most lags; and is the network well drawn?"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from rackwright.schedule.lint import Judged, Row
from rackwright.schedule.planning import broken_most_lags, project_finish
from rackwright.schedule.result import Solved
from rackwright.tables.checks import Checks

__all__ = ["schedule_checks"]


def schedule_checks(solved: Solved, judged: Iterable[Judged]) -> Checks:
    """All checks of the stage, those of how its network is drawn among them."""
    return Checks.from_rows(
        [
            *_set_aside(solved),
            *_deadlines(solved),
            *_resources(solved),
            *_most_lags(solved),
            *(one.row for one in judged),
        ]
    )


def _set_aside(solved: Solved) -> list[Row]:
    """One row for each project that is not scheduled; what follows it is dated as if it were done."""
    rows: list[Row] = []
    for project in solved.request.set_aside:
        words = f"; dated without it: {', '.join(project.cut)}" if project.cut else ""
        rows.append(("schedule-set-aside", project.id, 1, 0, "projects", False, f"{project.reason}{words}"))
    return rows


def _deadlines(solved: Solved) -> list[Row]:
    ends = project_finish(solved.network, solved.dates)
    rows: list[Row] = []
    for i, project in enumerate(solved.network.projects):
        if project.deadline is not None:
            end, limit = solved.day(int(ends[i])), (project.deadline - solved.request.horizon.start).days
            rows.append(("schedule-deadline", project.id, end, limit, "day", end <= limit, "deadline of the project"))
    return rows


def _resources(solved: Solved) -> list[Row]:
    """Most units taken on any day against what there is on that day, counted day by day."""
    rows: list[Row] = []
    for number, resource in enumerate(solved.request.resources):
        profile = solved.network.capacity[number]
        used = np.zeros(len(profile), dtype=np.int64)
        for job, start, finish in zip(solved.network.jobs, solved.dates.start, solved.dates.finish, strict=True):
            for index, units in job.demands:
                if index == number:
                    used[start : finish if resource.kind == "renewable" else len(used)] += units
        over = used > profile if resource.kind == "renewable" else used > resource.capacity
        peak, words = int(used.max(initial=0)), "capacity of the resource, none in its shutdowns"
        rows.append(("schedule-resource", resource.id, peak, resource.capacity, "units", not over.any(), words))
    return rows


def _most_lags(solved: Solved) -> list[Row]:
    """One row for each link with a most lag; a broken one names both its ends."""
    network = solved.network
    broken = {
        (arc.before, arc.after): excess
        for arc, excess in broken_most_lags(network, solved.dates.start, solved.dates.finish)
    }
    rows: list[Row] = []
    for arc in (arc for into in network.arcs_into for arc in into if arc.max_lag is not None):
        excess = broken.get((arc.before, arc.after), 0)
        subject = f"{network.jobs[arc.before].name} {arc.kind} {network.jobs[arc.after].name}"
        limit = arc.max_lag or 0
        rows.append(("schedule-most-lag", subject, limit + excess, limit, "day", not excess, "most lag of the link"))
    return rows
