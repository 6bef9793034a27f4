"""When does each job run in the best case, and how far is it proved? Jobs with modes on shared resources, by CP-SAT.

Days are plain integers without calendars: min makespan, or the weighted sum of days after due days. One worker, a fixed
seed and a limit in deterministic time (a count of the solver's own work), so the answer is the same on every run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from rackwright.base.errors import SolverError

__all__ = ["IntervalArc", "IntervalJob", "IntervalMode", "IntervalModel", "IntervalSolution", "solve_intervals"]

IntervalStatus = Literal["optimal", "feasible", "infeasible", "unknown"]
_SEED = 1


@dataclass(frozen=True, slots=True)
class IntervalMode:
    """One way to run a job: days, and units of each renewable and each consumable resource."""

    days: int
    units: tuple[int, ...]
    consumed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class IntervalJob:
    """A job: its modes, its bounds, and what a day of its end after `due` costs."""

    modes: tuple[IntervalMode, ...]
    earliest_start: int
    latest_finish: int
    due: int = 0
    weight: int = 0


@dataclass(frozen=True, slots=True)
class IntervalArc:
    """Job `after` starts at least `lag` days after the end of job `before`."""

    before: int
    after: int
    lag: int = 0


@dataclass(frozen=True)
class IntervalModel:
    """What to solve; without weights on jobs the makespan is minimised.

    `booked` are blocks (resource, first day, day after, units) that are taken already; `below` asks for an objective of
    at most that; `hint` is a complete schedule (start, mode) to begin with.
    """

    jobs: tuple[IntervalJob, ...]
    arcs: tuple[IntervalArc, ...]
    capacity: tuple[int, ...]
    stock: tuple[int, ...] = ()
    booked: tuple[tuple[int, int, int, int], ...] = ()
    below: int | None = None
    hint: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class IntervalSolution:
    """Starts and modes by job (empty without a solution), the objective, and the bound proved."""

    status: IntervalStatus
    objective: int
    bound: int
    start: tuple[int, ...] = ()
    mode: tuple[int, ...] = ()


@dataclass
class _Variables:
    start: list[Any] = field(default_factory=list)
    finish: list[Any] = field(default_factory=list)
    chosen: list[list[Any]] = field(default_factory=list)
    intervals: list[list[Any]] = field(default_factory=list)


def solve_intervals(model: IntervalModel, *, deterministic_limit: float) -> IntervalSolution:
    """Solve a model within a limit in deterministic time.

    Parameters
    ----------
    model
        Jobs, arcs, resources.
    deterministic_limit
        Work limit in the solver's deterministic time, about seconds of one core.

    Raises
    ------
    SolverError
        The solver calls the model invalid.
    """
    from ortools.sat.python import cp_model

    cp = cp_model.CpModel()
    variables = _Variables()
    for number, job in enumerate(model.jobs):
        _add_job(cp, variables, job, number)
    for arc in model.arcs:
        cp.add(variables.start[arc.after] >= variables.finish[arc.before] + arc.lag)
    _add_resources(cp, model, variables)
    _add_objective(cp, model, variables)
    for number, (start, mode) in enumerate(model.hint):
        cp.add_hint(variables.start[number], start)
        for index, literal in enumerate(variables.chosen[number] if len(model.jobs[number].modes) > 1 else ()):
            cp.add_hint(literal, index == mode)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = _SEED
    solver.parameters.max_deterministic_time = deterministic_limit
    status = solver.solve(cp)
    return _extract(solver, status, variables)


def _add_job(cp: Any, variables: _Variables, job: IntervalJob, number: int) -> None:
    start = cp.new_int_var(job.earliest_start, job.latest_finish, f"s{number}")
    if len(job.modes) == 1:
        days = job.modes[0].days
        variables.start.append(start)
        variables.finish.append(start + days)
        variables.chosen.append([1])
        variables.intervals.append([cp.new_fixed_size_interval_var(start, days, f"i{number}")])
        cp.add(start + days <= job.latest_finish)
        return
    finish = cp.new_int_var(job.earliest_start, job.latest_finish, f"f{number}")
    chosen = [cp.new_bool_var(f"m{number}.{i}") for i in range(len(job.modes))]
    cp.add_exactly_one(chosen)
    intervals = [
        cp.new_optional_interval_var(start, mode.days, finish, literal, f"i{number}.{i}")
        for i, (mode, literal) in enumerate(zip(job.modes, chosen, strict=True))
    ]
    variables.start.append(start)
    variables.finish.append(finish)
    variables.chosen.append(chosen)
    variables.intervals.append(intervals)


def _add_resources(cp: Any, model: IntervalModel, variables: _Variables) -> None:
    for resource, capacity in enumerate(model.capacity):
        taken = [
            (variables.intervals[j][m], mode.units[resource])
            for j, job in enumerate(model.jobs)
            for m, mode in enumerate(job.modes)
            if mode.units[resource] and mode.days
        ]
        taken += [
            (cp.new_fixed_size_interval_var(start, end - start, ""), units)
            for number, start, end, units in model.booked
            if number == resource
        ]
        if taken:
            cp.add_cumulative([interval for interval, _ in taken], [units for _, units in taken], capacity)
    for resource, stock in enumerate(model.stock):
        uses = [
            mode.consumed[resource] * literal
            for j, job in enumerate(model.jobs)
            for mode, literal in zip(job.modes, variables.chosen[j], strict=True)
        ]
        cp.add(sum(uses) <= stock)


def _add_objective(cp: Any, model: IntervalModel, variables: _Variables) -> None:
    last = max(job.latest_finish for job in model.jobs)
    weighted = [(j, job) for j, job in enumerate(model.jobs) if job.weight]
    if weighted:
        terms = []
        for j, job in weighted:
            late = cp.new_int_var(0, max(last - job.due, 0), f"late{j}")
            cp.add(late >= variables.finish[j] - job.due)
            terms.append(job.weight * late)
        objective = sum(terms)
    else:
        objective = cp.new_int_var(0, last, "makespan")
        for finish in variables.finish:
            cp.add(objective >= finish)
    if model.below is not None:
        cp.add(objective <= model.below)
    cp.minimize(objective)


def _extract(solver: Any, status: Any, variables: _Variables) -> IntervalSolution:
    from ortools.sat.python import cp_model

    if status == cp_model.MODEL_INVALID:
        raise SolverError("the solver calls the interval model invalid")
    if status == cp_model.INFEASIBLE:
        return IntervalSolution("infeasible", 0, 0)
    bound = round(solver.best_objective_bound)
    if status == cp_model.UNKNOWN:
        return IntervalSolution("unknown", 0, bound)
    modes = tuple(
        next((i for i, literal in enumerate(chosen) if len(chosen) == 1 or solver.boolean_value(literal)), 0)
        for chosen in variables.chosen
    )
    return IntervalSolution(
        status="optimal" if status == cp_model.OPTIMAL else "feasible",
        objective=round(solver.objective_value),
        bound=bound,
        start=tuple(solver.value(start) for start in variables.start),
        mode=modes,
    )
