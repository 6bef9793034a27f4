"""Which schedule of all projects is best? Order, then modes, then the most lags that links allow.

An order is better if it makes projects less late in weighted days; among equally late ones the cheaper modes win. Where
the program names another objective, that is compared first. Each step is limited by a count of schedules.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rackwright.program.header import ScheduleObjective
from rackwright.schedule.engine import Engine, FloatArray
from rackwright.schedule.generation import Dates, dates_of, instance_of, lag_excess
from rackwright.schedule.instance import IntArray, Placed
from rackwright.schedule.network import Arc, Network, with_modes
from rackwright.schedule.objective import Ranked, Tardiness
from rackwright.schedule.search import Found, climb_offsets, improved

__all__ = [
    "Planned",
    "broken_most_lags",
    "modes_usd",
    "objective_of",
    "overdraft",
    "plan_projects",
    "project_finish",
    "replace_capacity",
]

PLACEMENTS = 120_000
LEAST_SCHEDULES, MOST_SCHEDULES = 90, 900
MOST_MODE_TRIALS = 60
MOST_LAG_ROUNDS = 12


@dataclass(frozen=True)
class Planned:
    """The network in the modes chosen, its dates, the priorities that give them, and how many schedules were made."""

    network: Network
    dates: Dates
    priority: FloatArray
    tardiness: float
    num_schedules: int


def objective_of(
    network: Network,
    announced: IntArray | None = None,
    moved_weight: float = 0.0,
    goal: ScheduleObjective = "weighted-tardiness",
) -> Tardiness:
    """Weighted tardiness of all projects, with a price on announced finish days that move (-1: not announced).

    Another `goal` is compared before it.
    """
    plain = Tardiness(
        owner=np.array([job.project for job in network.jobs], dtype=np.int64),
        due=np.array([network.due(i) for i in range(len(network.projects))], dtype=np.int64),
        weight=np.array([project.weight for project in network.projects], dtype=np.float64),
        announced=np.zeros(0, dtype=np.int64) if announced is None else announced,
        moved_weight=moved_weight,
    )
    if goal == "weighted-tardiness":
        return plain
    return Ranked(plain.owner, plain.due, plain.weight, plain.gate, plain.announced, plain.moved_weight, goal)


def project_finish(network: Network, dates: Dates) -> IntArray:
    """Axis day on which each project's last activity ends, shape (projects,)."""
    return objective_of(network).ends(dates.finish)


def plan_projects(network: Network, objective: Tardiness, *, seed: int, known: FloatArray | None = None) -> Planned:
    """Schedule all projects.

    Parameters
    ----------
    network
        Compiled projects, each activity in its quickest mode.
    objective
        What lateness and moved dates cost.
    seed
        Seed of the search.
    known
        Start of each job in the plan that people know (axis days), where there is one.
    """
    count = min(max(PLACEMENTS // max(len(network.jobs), 1), LEAST_SCHEDULES), MOST_SCHEDULES)
    found = climb_offsets(Engine(instance_of(network)), objective, seed=seed, num_schedules=count, known=known)
    if known is not None:
        found = min(_held(network, objective, known, (seed, count)), found, key=lambda one: one.score)
    network, placed = _choose_modes(network, objective, found.priority, found.placed)
    placed = _keep_most_lags(network, found.priority, placed)
    tardiness = objective.tardiness(placed.finish)
    return Planned(network, dates_of(network, placed), found.priority, tardiness, found.num_schedules)


def _held(network: Network, objective: Tardiness, known: FloatArray, effort: tuple[int, int]) -> Found:
    """Best schedule in which nothing starts before its known day, so that room left by others moves no gate.

    What cannot start then any more is ranked by the day on which it now can, so that it takes no place from the others.
    """
    seed, count = effort
    instance = instance_of(network, release=known.astype(np.int64))
    possible = Engine(instance._replace(demand=np.zeros_like(instance.demand))).schedule(known).start
    order = np.where(possible > known, possible + 0.5, known)
    as_known = Engine(instance).schedule(order)
    found = climb_offsets(Engine(instance), objective, seed=seed, num_schedules=count, known=order)
    plain = Found(as_known, order, objective.score(as_known), found.num_schedules)
    return min(plain, found, key=lambda one: one.score)


def _choose_modes(
    network: Network, objective: Tardiness, priority: FloatArray, placed: Placed
) -> tuple[Network, Placed]:
    """Try other modes one activity at a time, the largest saving first; keep what is better by `_value`."""
    best = _value(network, objective, placed)
    for job, mode in _mode_trials(network):
        modes = [entry.mode for entry in network.jobs]
        modes[job] = mode
        other = with_modes(network, modes)
        tried = improved(Engine(instance_of(other)), objective, priority)
        value = _value(other, objective, tried)
        if value < best:
            network, placed, best = other, tried, value
    return network, placed


def _mode_trials(network: Network) -> Iterator[tuple[int, int]]:
    trials = [
        (entry.modes[entry.mode].cost_usd - mode.cost_usd, job, index)
        for job, entry in enumerate(network.jobs)
        if entry.fixed_start < 0 and entry.fixed_finish < 0
        for index, mode in enumerate(entry.modes)
        if index != entry.mode
    ]
    for _, job, index in sorted(trials, key=lambda trial: (-trial[0], *trial[1:]))[:MOST_MODE_TRIALS]:
        yield job, index


def _value(network: Network, objective: Tardiness, placed: Placed) -> tuple[float, ...]:
    """What is compared: overdraft of what is used up, another goal, lateness and moves, cost of modes, ends."""
    finish, cost = placed.finish, modes_usd(network)
    late = objective.tardiness(finish) + (objective.moved(finish) if len(objective.announced) else 0.0)
    first = (objective.reached(finish, cost),) if isinstance(objective, Ranked) else ()
    return (overdraft(network), *first, late, cost, float(objective.ends(finish).sum()))


def modes_usd(network: Network) -> float:
    """Cost of all modes chosen."""
    return sum(job.modes[job.mode].cost_usd for job in network.jobs)


def overdraft(network: Network) -> float:
    """Units taken beyond what there is, over all resources that are used up."""
    total = 0.0
    for resource, is_renewable in enumerate(network.is_renewable):
        if not is_renewable:
            used = sum(units for job in network.jobs for index, units in job.demands if index == resource)
            total += max(0, used - int(network.capacity[resource].max(initial=0)))
    return total


def _keep_most_lags(network: Network, priority: FloatArray, placed: Placed) -> Placed:
    """Delay the first job of each link that is stretched beyond its most lag, and schedule again, a few rounds."""
    release = np.zeros(len(network.jobs), dtype=np.int64)
    best, fewest = placed, len(broken_most_lags(network, placed.start, placed.finish))
    for _ in range(MOST_LAG_ROUNDS if fewest else 0):
        for arc, excess in broken_most_lags(network, placed.start, placed.finish):
            if network.jobs[arc.before].fixed_start < 0 and network.jobs[arc.before].fixed_finish < 0:
                release[arc.before] = max(release[arc.before], placed.start[arc.before] + excess)
        placed = Engine(instance_of(network, release)).schedule(priority)
        broken = len(broken_most_lags(network, placed.start, placed.finish))
        if broken < fewest:
            best, fewest = placed, broken
        if not broken:
            break
    return best


def broken_most_lags(network: Network, start: IntArray, finish: IntArray) -> list[tuple[Arc, int]]:
    """Links whose two ends lie further apart than their most lag, with the days too many."""
    measured = ((arc, lag_excess(arc, start, finish)) for into in network.arcs_into for arc in into)
    return [(arc, excess) for arc, excess in measured if excess is not None and excess > 0]


def replace_capacity(network: Network, resource: int, change: int) -> Network:
    """The network with units of a resource more (or fewer) wherever it has any."""
    profile = network.capacity[resource]
    other = np.where(profile > 0, np.maximum(profile + change, 0), 0)
    capacity = tuple(other if i == resource else old for i, old in enumerate(network.capacity))
    return dataclasses.replace(network, capacity=capacity)
