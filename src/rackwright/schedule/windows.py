"""Can a few neighbouring jobs be rearranged so that everything ends sooner? Windows of one schedule, solved by CP-SAT.

Jobs outside a window keep the order in which they take over resources from one another (a partial-order schedule:
Policella, Cesta, Oddi, Smith 2007, "From precedence constraint posting to partial order schedules", AI Communications
20); those inside are free. Every second window may end on the same day: such a move changes the schedule and opens
others. Only for one network on an axis where every day counts.
"""

from __future__ import annotations

import numpy as np

from rackwright.schedule.engine import Engine
from rackwright.schedule.instance import Instance, IntArray, Placed
from rackwright.schedule.objective import Makespan
from rackwright.schedule.search import improved
from rackwright.solve.cpsat import IntervalArc, IntervalJob, IntervalMode, IntervalModel, solve_intervals

__all__ = ["hand_overs", "interval_model", "repair_windows"]

WINDOW_JOBS = 14


def repair_windows(
    engine: Engine, placed: Placed, *, seed: int, num_windows: int, window_limit: float, stop_at: int
) -> Placed:
    """A schedule that is not longer, after windows of it were solved anew.

    Parameters
    ----------
    engine
        Makes schedules of the instance.
    placed
        Schedule to begin with.
    seed
        Seed of the windows.
    num_windows
        Most windows.
    window_limit
        Deterministic time of the solver for one window.
    stop_at
        A makespan that cannot be beaten.
    """
    random = np.random.default_rng(seed)
    objective = Makespan(engine.instance.num_days)
    for number in range(num_windows):
        makespan = int(placed.finish.max(initial=0))
        if makespan <= stop_at:
            break
        free = _window(random, placed)
        model = interval_model(engine.instance, makespan - (number + 1) % 2, hand_overs(engine.instance, placed, free))
        answer = solve_intervals(model, deterministic_limit=window_limit)
        if not answer.start:
            continue
        found = engine.schedule(np.array(answer.start))
        better = improved(engine, objective, found.start)
        placed = min(better, found, key=objective.score)
    return placed


def _window(random: np.random.Generator, placed: Placed) -> frozenset[int]:
    """Jobs whose middle lies nearest to a day drawn at random; ties at random."""
    middle = (placed.start + placed.finish) / 2.0
    distance = np.abs(middle - random.uniform(0, placed.finish.max())) + random.random(len(middle))
    return frozenset(np.argsort(distance)[:WINDOW_JOBS].tolist())


def interval_model(instance: Instance, latest: int, extra: list[IntervalArc] | None = None) -> IntervalModel:
    """One network as a model of the solver, to end by a day; `extra` arcs hold besides its own."""
    jobs = tuple(
        IntervalJob((IntervalMode(int(days), tuple(units.tolist())),), 0, latest)
        for days, units in zip(instance.duration, instance.demand, strict=True)
    )
    arcs = [
        IntervalArc(job, int(instance.after.job[arc]), int(instance.after.lag[arc]))
        for job in range(instance.num_jobs)
        for arc in range(instance.after.first[job], instance.after.first[job + 1])
    ]
    return IntervalModel(jobs, (*arcs, *(extra or ())), tuple(int(profile.max()) for profile in instance.capacity))


def hand_overs(instance: Instance, placed: Placed, free: frozenset[int] = frozenset()) -> list[IntervalArc]:
    """Arcs from each job to those that take its units over, for every resource; none from or to a free job."""
    order = np.argsort(placed.start, kind="stable").tolist()
    pairs: set[tuple[int, int]] = set()
    for resource, profile in enumerate(instance.capacity):
        demand = instance.demand[:, resource]
        held = [(0, -1, int(profile.max(initial=0)))]  # (finish, job, units) of those that hold or held units
        for job in order:
            if demand[job] and instance.duration[job]:
                pairs |= {(before, job) for before in _take(held, job, placed.start, int(demand[job])) if before >= 0}
                held.append((int(placed.finish[job]), job, int(demand[job])))
    return [IntervalArc(before, after) for before, after in sorted(pairs) if not {before, after} & free]


def _take(held: list[tuple[int, int, int]], job: int, start: IntArray, need: int) -> list[int]:
    """Jobs from which a job takes its units over: those that ended last before it starts."""
    held.sort(reverse=True)
    givers = []
    for place, (finish, other, units) in enumerate(held):
        taken = min(units, need) if finish <= start[job] else 0
        if taken:
            givers.append(other)
            need -= taken
            held[place] = (finish, other, units - taken)
    held[:] = [entry for entry in held if entry[2]]
    return givers
