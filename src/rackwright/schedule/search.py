"""Which order of preference gives the least weighted tardiness? Priority rules, then a seeded hill climb.

Work is limited by a count of schedules, never by the clock, so the answer is the same everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rackwright.schedule.generation import Dates, generate
from rackwright.schedule.network import Network

__all__ = ["Found", "latest_finish", "project_finish", "search_schedule", "weighted_tardiness"]

FloatArray = NDArray[np.float64]
NUM_SCHEDULES = 120
SPREAD_DAYS = 90.0
MOVED_SHARE = 0.3
TIE_BREAK = 1e-4


@dataclass(frozen=True)
class Found:
    """Best schedule found, the priorities that give it, its weighted tardiness, and how many schedules were made."""

    dates: Dates
    priority: FloatArray
    tardiness: float
    num_schedules: int


def project_finish(network: Network, dates: Dates) -> NDArray[np.int64]:
    """Axis day on which each project's last activity ends, shape (projects,)."""
    ends = np.zeros(len(network.projects), dtype=np.int64)
    for job, entry in enumerate(network.jobs):
        ends[entry.project] = max(ends[entry.project], dates.finish[job])
    return ends


def weighted_tardiness(network: Network, dates: Dates) -> float:
    """Sum over projects of weight x days after the due day."""
    ends = project_finish(network, dates)
    return float(sum(p.weight * max(0, int(ends[i]) - network.due(i)) for i, p in enumerate(network.projects)))


def latest_finish(network: Network) -> FloatArray:
    """Latest finish of each job that keeps every due day, by links alone; shape (jobs,)."""
    late = np.array([float(network.due(job.project)) for job in network.jobs])
    for job in reversed(network.order):
        for arc in network.arcs_from[job]:
            ends = late[arc.after]
            begins = network.workdays(arc.after).latest_start(max(int(ends), 0), network.jobs[arc.after].duration)
            late[job] = min(late[job], (begins if arc.kind[1] == "S" else ends) - arc.lag)
    return late


def search_schedule(network: Network, *, seed: int) -> Found:
    """Best of the rules and of a hill climb on one offset per project.

    Parameters
    ----------
    network
        The compiled projects.
    seed
        Seed of the climb.
    """
    rule = latest_finish(network)
    owner = np.array([job.project for job in network.jobs])
    weights = np.array([project.weight for project in network.projects])
    starts = [np.zeros(len(weights)), -SPREAD_DAYS * weights / max(weights.mean(), 1e-9)]
    best = min((_try(network, rule, owner, offset) for offset in starts), key=lambda found: found[0])
    random = np.random.default_rng(seed)
    made = len(starts)
    while made < NUM_SCHEDULES and best[1].tardiness > 0:
        move = random.normal(0.0, SPREAD_DAYS, len(weights)) * (random.random(len(weights)) < MOVED_SHARE)
        found = _try(network, rule, owner, best[2] + move)
        made += 1
        if found[0] < best[0]:
            best = found
    return Found(best[1].dates, best[1].priority, best[1].tardiness, made)


def _try(
    network: Network, rule: FloatArray, owner: NDArray[np.int64], offset: FloatArray
) -> tuple[float, Found, FloatArray]:
    priority = rule + offset[owner]
    dates = generate(network, priority.tolist())
    tardiness = weighted_tardiness(network, dates)
    score = tardiness + TIE_BREAK * float(project_finish(network, dates).sum())
    return score, Found(dates, priority, tardiness, 1), offset
