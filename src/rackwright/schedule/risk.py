"""Which date is safe at 80 %? Correlated samples of durations, lead times and risks through the network.

Each duration follows a two-piece normal through its 10, 50 and 90 % points, cut at zero; durations of a project share
one factor with the project's correlation. Register risks strike with their probability. Samples keep the order in which
the plan uses each resource (its users become links), so a late user delays the next one; they do not re-order.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rackwright.base.units import Estimate
from rackwright.schedule.generation import Dates
from rackwright.schedule.network import Arc, Network
from rackwright.schedule.workdays import IntArray

__all__ = ["Sampled", "resource_arcs", "sample_finishes"]

FloatArray = NDArray[np.float64]
NUM_SAMPLES = 2000
Z90 = 1.2815515655446004  # 90 % point of the standard normal
Sampled = NDArray[np.int64]  # finish day, shape (jobs, samples)


def sample_finishes(network: Network, dates: Dates, *, seed: int) -> Sampled:
    """Finish day of every job in every sample, shape (jobs, NUM_SAMPLES), in axis days."""
    arcs = resource_arcs(network, dates)
    durations = _durations(network, seed)
    finish = np.zeros((len(network.jobs), NUM_SAMPLES), dtype=np.int64)
    start = np.zeros_like(finish)
    for job in sorted(
        range(len(network.jobs)), key=lambda j: (int(dates.start[j]), int(dates.finish[j]), _rank(network)[j])
    ):
        start[job], finish[job] = _forward(network, job, (start, finish), durations[job], arcs[job])
    return finish


def _rank(network: Network) -> dict[int, int]:
    return {job: i for i, job in enumerate(network.order)}


def _forward(
    network: Network, job: int, done: tuple[IntArray, IntArray], duration: IntArray, arcs: list[Arc]
) -> tuple[IntArray, IntArray]:
    entry, calendar = network.jobs[job], network.workdays(job)
    start, finish = done
    if entry.fixed_finish >= 0:
        ends = np.full(NUM_SAMPLES, entry.fixed_finish)
        return ends - 1, ends
    if entry.fixed_start >= 0:
        begins = np.full(NUM_SAMPLES, entry.fixed_start)
        return begins, np.maximum(calendar.finishes(begins, duration), network.first_day + 1)
    begins = np.full(NUM_SAMPLES, max(entry.release, network.first_day))
    for arc in (*network.arcs_into[job], *arcs):
        reached = (finish if arc.kind[0] == "F" else start)[arc.before] + arc.lag
        begins = np.maximum(begins, reached if arc.kind[1] == "S" else reached - duration)
    return begins, calendar.finishes(begins, duration)


def resource_arcs(network: Network, dates: Dates) -> list[list[Arc]]:
    """Links that keep the plan's order on each full resource: a user comes after those whose end let it start."""
    arcs: list[list[Arc]] = [[] for _ in network.jobs]
    for resource, renewable in enumerate(network.is_renewable):
        if not renewable:
            continue
        users = [
            j for j, e in enumerate(network.jobs) if any(r == resource for r, _ in e.demands) and e.fixed_start < 0
        ]
        users.sort(key=lambda j: (int(dates.start[j]), j))
        for place, job in enumerate(users):
            need = dict(network.jobs[job].demands)[resource]
            arcs[job].extend(_feeders(network, dates, users[:place], job, (resource, need)))
    return arcs


def _feeders(network: Network, dates: Dates, earlier: list[int], job: int, use: tuple[int, int]) -> list[Arc]:
    """Earlier users whose units this job takes over: the last to end first, until its need is covered."""
    resource, need = use
    units = {j: dict(network.jobs[j].demands)[resource] for j in earlier}
    ended = sorted(
        (j for j in earlier if dates.finish[j] <= dates.start[job]), key=lambda j: (-int(dates.finish[j]), j)
    )
    running = sum(units[j] for j in earlier if dates.finish[j] > dates.start[job])
    free = int(network.capacity[resource].max()) - running - sum(units[j] for j in ended)
    found = []
    for other in ended:
        if free >= need:
            break
        free += units[other]
        found.append(Arc(other, job, "FS", 0))
    return found


def _durations(network: Network, seed: int) -> list[IntArray]:
    """Sampled duration of every job [days of its calendar], one array of samples each."""
    random = np.random.default_rng(seed)
    factors = random.standard_normal((len(network.projects), NUM_SAMPLES))
    sampled = []
    for entry in network.jobs:
        project = network.projects[entry.project]
        own = random.standard_normal(NUM_SAMPLES)
        z = np.sqrt(project.correlation) * factors[entry.project] + np.sqrt(1.0 - project.correlation) * own
        days = two_piece(entry.estimate, z)
        for risk in project.risks:
            strikes = random.random(NUM_SAMPLES) < risk.probability_share
            delay = two_piece(risk.delay, random.standard_normal(NUM_SAMPLES))
            if risk.activity == entry.activity.id:
                days = days + strikes * delay
        sampled.append(np.rint(days).astype(np.int64))
    return sampled


def two_piece(estimate: Estimate, z: FloatArray) -> FloatArray:
    """Value at standard normal scores: median + z/z90 x (high - median) above, (median - low) below, never negative.

    Examples
    --------
    >>> two_piece(Estimate(10, 8, 16), np.array([0.0, 1.2815515655446004, -1.2815515655446004])).round(6).tolist()
    [10.0, 16.0, 8.0]
    """
    step = np.where(z > 0, estimate.high - estimate.value, estimate.value - estimate.low)
    return np.maximum(estimate.value + z / Z90 * step, 0.0)
