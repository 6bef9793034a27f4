"""Which order of preference gives the best schedule? A seeded climb on one offset per project.

Work is limited by a count of schedules, never by the clock, so the answer is the same everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rackwright.schedule.engine import Engine, FloatArray
from rackwright.schedule.instance import FS, SF, SS, Instance, IntArray, Placed
from rackwright.schedule.objective import Objective, Tardiness

__all__ = ["Found", "climb_offsets", "improved", "latest_finish"]

SPREAD_DAYS = 150.0
LEAST_SPREAD_SHARE = 0.5
MOVED_SHARE = 0.2
FIXED_FIRST = 1e9


@dataclass(frozen=True)
class Found:
    """Best schedule found, the priorities that give it, its score, and how many schedules were made."""

    placed: Placed
    priority: FloatArray
    score: float
    num_schedules: int


def latest_finish(instance: Instance, due: IntArray) -> FloatArray:
    """Latest finish of each job that keeps every due day, by links alone.

    Parameters
    ----------
    instance
        Jobs, arcs, calendars.
    due
        Day by which each job should end, shape (jobs,).
    """
    late = due.astype(np.float64)
    order = Engine(instance).order(np.arange(instance.num_jobs))
    for job in order[::-1]:
        for arc in range(instance.after.first[job], instance.after.first[job + 1]):
            after, kind, lag = (int(part[arc]) for part in instance.after[1:])
            end = min(max(int(late[after]), 0), instance.num_days)
            asked = latest_start(instance, after, end) if kind in {FS, SS} else end
            late[job] = min(late[job], asked - lag + (instance.duration[job] if kind in {SS, SF} else 0))
    return late


def latest_start(instance: Instance, job: int, finish: int) -> int:
    """Latest day to start a job so that it ends by a day."""
    duration, row = int(instance.duration[job]), int(instance.calendar[job])
    if duration == 0:
        return finish
    return int(instance.day_of[row, max(int(instance.worked_before[row, finish]) - duration, 0)])


def improved(engine: Engine, objective: Objective, priority: FloatArray | IntArray) -> Placed:
    """The schedule of a priority after one justification."""
    placed = engine.schedule(priority)
    return engine.justified(placed, objective.last_finish(placed))


def climb_offsets(
    engine: Engine, objective: Tardiness, *, seed: int, num_schedules: int, known: FloatArray | None = None
) -> Found:
    """Best of two rules, of the order that people know, and of a hill climb on one offset per project.

    Parameters
    ----------
    engine
        Makes the schedules.
    objective
        Projects, due days, weights.
    seed
        Seed of the climb.
    num_schedules
        Most passes of schedule generation; each try takes three.
    known
        Start of each job in the plan that people know, shape (jobs,). Where its order is the best of the three, it is
        the one that the climb changes, so that a re-plan stays near the plan.
    """
    rule = latest_finish(engine.instance, objective.aims[objective.owner])
    rule[engine.instance.fixed_finish >= 0] = -FIXED_FIRST
    mean = max(float(objective.weight.mean()), 1e-9) if len(objective.weight) else 1.0
    offset = np.zeros(len(objective.due))
    best = _try(engine, objective, rule)
    heavy_first = -SPREAD_DAYS * objective.weight / mean
    other = _try(engine, objective, rule + heavy_first[objective.owner])
    if other.score < best.score:
        best, offset = other, heavy_first
    if known is not None:
        kept = _try(engine, objective, known)
        if kept.score <= best.score:
            best, rule, offset = kept, known, np.zeros(len(objective.due))
    random = np.random.default_rng(seed)
    made = engine.num_schedules
    while made < num_schedules and not objective.is_settled(best.score):
        spread = SPREAD_DAYS * (1.0 - (1.0 - LEAST_SPREAD_SHARE) * made / num_schedules)
        moves = random.random(len(offset)) < MOVED_SHARE
        moves[random.integers(len(offset))] = True
        moved = offset + random.normal(0.0, spread, len(offset)) * moves
        found = _try(engine, objective, rule + moved[objective.owner])
        made = engine.num_schedules
        if found.score <= best.score:
            best, offset = found, moved
    return Found(best.placed, best.priority, best.score, engine.num_schedules)


def _try(engine: Engine, objective: Tardiness, priority: FloatArray) -> Found:
    placed = improved(engine, objective, priority)
    return Found(placed, priority, objective.score(placed), engine.num_schedules)
