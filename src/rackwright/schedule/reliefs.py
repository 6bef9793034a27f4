"""What would bring a late project forward? One more unit of each resource its driving chain waits for, re-solved."""

from __future__ import annotations

from rackwright.schedule.engine import Engine, FloatArray
from rackwright.schedule.generation import instance_of
from rackwright.schedule.network import Network
from rackwright.schedule.objective import Tardiness
from rackwright.schedule.planning import project_finish, replace_capacity
from rackwright.schedule.reasons import chain_to
from rackwright.schedule.result import Solved, last_job
from rackwright.schedule.search import improved

__all__ = ["find_reliefs"]


def find_reliefs(solved: Solved, objective: Tardiness, priority: FloatArray) -> dict[int, str]:
    """For each late project the single extra unit that wins most days, re-solved at the same priorities."""
    ends = project_finish(solved.network, solved.dates)
    names = solved.resource_names()
    found = {}
    for project in range(len(solved.network.projects)):
        if ends[project] <= solved.network.due(project):
            continue
        chain = chain_to(last_job(solved, project), solved.drivers)
        waited = sorted({int(solved.dates.blocker[job]) for job in chain if solved.dates.blocker[job] >= 0})
        gains = [
            (int(ends[project]) - _end_with_more((solved.network, r), objective, priority, project), r) for r in waited
        ]
        best, resource = max(gains, default=(0, -1))
        if best > 0:
            found[project] = f"one more {names[resource]} brings the end {best} days forward (re-solved)"
        else:
            found[project] = (
                "no single extra unit of a shared resource helps; shorten the driving chain or move the due day"
            )
    return found


def _end_with_more(of: tuple[Network, int], objective: Tardiness, priority: FloatArray, project: int) -> int:
    """End of a project with one more unit of a resource wherever it has any."""
    richer = instance_of(replace_capacity(*of, 1))
    return int(objective.ends(improved(Engine(richer), objective, priority).finish)[project])
