"""Below which day can no schedule end? Critical path and energy of each resource."""

from __future__ import annotations

import numpy as np

from rackwright.schedule.engine import Engine
from rackwright.schedule.instance import Instance, IntArray

__all__ = ["critical_path_bound", "energetic_bound", "heads_and_tails", "project_bounds"]


def heads_and_tails(instance: Instance) -> tuple[IntArray, IntArray]:
    """Earliest start of each job and days from its end to the end of everything, by links alone; shape (jobs,).

    Tails count least lags and durations in days of the job's calendar, so they are a bound on any calendar.
    """
    free = instance._replace(demand=np.zeros_like(instance.demand))
    engine = Engine(free)
    order = engine.order(np.arange(instance.num_jobs))
    heads = engine.place(order).start
    tails = np.zeros(instance.num_jobs, dtype=np.int64)
    for job in order[::-1]:
        for arc in range(instance.after.first[job], instance.after.first[job + 1]):
            after, kind, lag = (int(part[arc]) for part in instance.after[1:])
            to_end = tails[after] + (instance.duration[after] if kind in {0, 1} else 0)
            from_end = lag - (instance.duration[job] if kind in {1, 3} else 0)
            tails[job] = max(tails[job], to_end + from_end)
    return heads, tails


def critical_path_bound(instance: Instance) -> int:
    """First day on which everything can have ended, resources aside."""
    heads, tails = heads_and_tails(instance)
    return int((heads + instance.duration + tails).max(initial=0))


def energetic_bound(instance: Instance) -> int:
    """First day on which everything can have ended, by the work of each resource.

    For each pair (head at least h, tail at least q) the jobs between need their units x days on the resource: the end
    is at least h + ceil(energy / capacity) + q (Carlier and Latapie 1991; the disjunctive case is Jackson's bound).
    """
    heads, tails = heads_and_tails(instance)
    best = critical_path_bound(instance)
    for resource, profile in enumerate(instance.capacity):
        most = int(profile.max(initial=0))
        energy = instance.demand[:, resource] * instance.duration
        used = np.nonzero(energy)[0]
        if not most or not len(used):
            continue
        for tail in np.unique(tails[used]):
            late = used[tails[used] >= tail]
            late = late[np.argsort(-heads[late], kind="stable")]
            needed = -(-np.cumsum(energy[late]) // most)
            best = max(best, int((heads[late] + needed).max() + tail))
    return best


def project_bounds(instance: Instance, owner: IntArray, num_projects: int) -> tuple[IntArray, IntArray]:
    """First day on which each project can have ended, by its links and calendars, and by the work of its resources.

    Parameters
    ----------
    instance
        Jobs, calendars, capacities.
    owner
        Project of each job, shape (jobs,).
    num_projects
        Number of projects.

    Returns
    -------
    Two arrays, shape (projects,). The second counts, for each resource and each day h, the units x days that the
    project's jobs with an earliest start of at least h need: it cannot end before so much capacity has passed since h.
    """
    free = Engine(instance._replace(demand=np.zeros_like(instance.demand)))
    placed = free.schedule(np.arange(instance.num_jobs))
    links = np.zeros(num_projects, dtype=np.int64)
    np.maximum.at(links, owner, placed.finish)
    energy = links.copy()
    is_open = (instance.fixed_finish < 0) & (instance.fixed_start < 0)
    for resource, profile in enumerate(instance.capacity):
        there = np.concatenate(([0], np.cumsum(profile)))
        work = np.where(is_open, instance.demand[:, resource] * instance.duration, 0)
        for project in np.unique(owner[work > 0]).tolist():
            own = np.nonzero((work > 0) & (owner == project))[0]
            own = own[np.argsort(-placed.start[own], kind="stable")]
            needed = there[np.minimum(placed.start[own], len(profile))] + np.cumsum(work[own])
            ends = np.searchsorted(there, needed, side="left")
            energy[project] = max(energy[project], min(int(ends.max()), len(profile)))
    return links, energy
