"""How short can one network of jobs get, and how far is that proved? Search, bounds, and a solver for the proof."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rackwright.schedule.bounds import energetic_bound
from rackwright.schedule.engine import Engine
from rackwright.schedule.instance import FS, Instance, IntArray, Placed, arcs_of, elapsed_calendar
from rackwright.schedule.objective import Makespan
from rackwright.schedule.population import evolve
from rackwright.schedule.search import Found, improved, latest_finish
from rackwright.schedule.windows import interval_model, repair_windows
from rackwright.solve.cpsat import IntervalModel, solve_intervals

__all__ = ["Effort", "Shortest", "plain_instance", "shorten", "shorten_with_modes"]

FIRST_SHARE = 0.1
FIRST_SOLVE_SHARE = 0.7
ISLAND_SCHEDULES_PER_JOB = 250  # a population of one network has settled after about so many
WINDOW_LIMIT = 0.1


@dataclass(frozen=True, slots=True)
class Effort:
    """Counts at which a search stops: schedules, deterministic time of the solver's proof, windows; and the seed."""

    num_schedules: int
    solver_limit: float
    num_windows: int = 0
    seed: int = 0


@dataclass(frozen=True)
class Shortest:
    """A schedule without calendars: start and mode of each job, its makespan, and a bound no schedule can beat.

    `start` is empty if none was found.
    """

    start: IntArray
    mode: IntArray
    makespan: int
    bound: int

    @property
    def is_proved(self) -> bool:
        """True if nothing shorter exists."""
        return len(self.start) > 0 and self.makespan <= self.bound


def shorten(instance: Instance, effort: Effort) -> Shortest:
    """Short schedule of jobs with one mode each on an axis where every day counts.

    Parameters
    ----------
    instance
        Jobs with finish-to-start arcs and constant capacities.
    effort
        Work limits. A tenth of the schedules comes first, then the proof, then the rest, then windows of the best.
    """
    engine = Engine(instance)
    bound = energetic_bound(instance)
    first = round(FIRST_SHARE * effort.num_schedules)
    found = _islands(engine, seed=effort.seed, num_schedules=first, stop_at=bound)
    if found.finish.max() <= bound:
        return _shortest(found, bound)
    start, bound = _prove(instance, found, bound, effort.solver_limit)
    best = found if start is None else engine.place(engine.order(start))
    if best.finish.max() <= bound:
        return _shortest(best, bound)
    found = _islands(engine, seed=effort.seed + 1, num_schedules=effort.num_schedules - first, stop_at=bound)
    best = found if found.finish.max() < best.finish.max() else best
    best = repair_windows(
        engine, best, seed=effort.seed, num_windows=effort.num_windows, window_limit=WINDOW_LIMIT, stop_at=bound
    )
    return _shortest(best, bound)


def _islands(engine: Engine, *, seed: int, num_schedules: int, stop_at: int) -> Placed:
    """Best of populations that each begin anew: one that has settled gains nothing from more schedules."""
    instance = engine.instance
    objective = Makespan(instance.num_days)
    rule = latest_finish(instance, np.full(instance.num_jobs, instance.num_days))
    number = max(num_schedules // (ISLAND_SCHEDULES_PER_JOB * max(instance.num_jobs, 1)), 1)
    made, best = engine.num_schedules, improved(engine, objective, rule)
    for island in range(number):
        until = made + num_schedules * (island + 1) // number
        found = evolve(engine, objective, rule, seed=seed + island, num_schedules=until, stop_at=stop_at)
        best = min(best, found.placed, key=objective.score)
    return best


def _shortest(placed: Placed, bound: int) -> Shortest:
    return Shortest(placed.start, np.zeros(len(placed.start), dtype=np.int64), int(placed.finish.max(initial=0)), bound)


def _prove(instance: Instance, placed: Placed, bound: int, limit: float) -> tuple[IntArray | None, int]:
    """A shorter schedule's starts, if the solver finds one, and the better bound."""
    makespan = int(placed.finish.max())
    answer = solve_intervals(interval_model(instance, makespan - 1), deterministic_limit=limit)
    if answer.status == "infeasible":
        return None, makespan
    start = np.array(answer.start, dtype=np.int64) if answer.start else None
    return start, max(bound, answer.bound)


def shorten_with_modes(model: IntervalModel, effort: Effort) -> Shortest:
    """Short schedule of jobs with several modes: the solver chooses modes, the search improves the dates, and again.

    Parameters
    ----------
    model
        Jobs with modes, arcs, capacities and stocks; no hint.
    effort
        Work limits.
    """
    first = solve_intervals(model, deterministic_limit=FIRST_SOLVE_SHARE * effort.solver_limit)
    if not first.start:
        return Shortest(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), 0, first.bound)
    mode, start, best = np.array(first.mode), np.array(first.start), first.objective
    if best > first.bound:
        found = _redate(model, mode, effort)
        if found.score < best:
            start, best = found.placed.start, int(found.score)
    bound = first.bound
    if best > bound:
        hint = tuple(zip(start.tolist(), mode.tolist(), strict=True))
        again = IntervalModel(model.jobs, model.arcs, model.capacity, model.stock, (), best, hint)
        second = solve_intervals(again, deterministic_limit=(1 - FIRST_SOLVE_SHARE) * effort.solver_limit)
        bound = max(bound, second.bound if second.start else bound)
        if second.start and second.objective < best:
            start, mode, best = np.array(second.start), np.array(second.mode), second.objective
    return Shortest(start, mode, best, bound)


def _redate(model: IntervalModel, mode: IntArray, effort: Effort) -> Found:
    """Better dates with the modes as they are."""
    chosen = [job.modes[m] for job, m in zip(model.jobs, mode, strict=True)]
    arcs = [(arc.before, arc.after, FS, arc.lag) for arc in model.arcs]
    demand = np.array([part.units for part in chosen], dtype=np.int64)
    instance = plain_instance(np.array([part.days for part in chosen]), demand, np.array(model.capacity), arcs)
    rule = latest_finish(instance, np.full(len(chosen), instance.num_days))
    count = round(FIRST_SHARE * effort.num_schedules)
    objective = Makespan(instance.num_days)
    return evolve(Engine(instance), objective, rule, seed=effort.seed, num_schedules=count, stop_at=0.0)


def plain_instance(
    duration: IntArray, demand: IntArray, capacity: IntArray, arcs: list[tuple[int, int, int, int]]
) -> Instance:
    """An instance without calendars, releases and actuals, on an axis that is long enough for any order.

    Parameters
    ----------
    duration, demand, capacity
        Days by job; units by job and resource; units by resource.
    arcs
        (before, after, kind, lag).
    """
    count = len(duration)
    num_days = int(duration.sum()) + sum(max(arc[3], 0) for arc in arcs) + 2
    none, zero = np.full(count, -1, dtype=np.int64), np.zeros(count, dtype=np.int64)
    profile = np.repeat(capacity.astype(np.int64)[:, np.newaxis], num_days, axis=1)
    durations = duration.astype(np.int64)
    return Instance(
        durations, demand.astype(np.int64), zero, none, none, zero, *elapsed_calendar(num_days), profile,
        *arcs_of(count, arcs),
    )  # fmt: skip
