"""How close do schedules come to the best known on published instances? Every schedule is judged by the checker.

Makespan of single-mode (`.sm`, `.rcp`) and multi-mode (`.mm`) files; tardiness of multi-project ones (`.json`).
Work is limited by counts, which the answer states; nothing is fitted to an instance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rackwright.base.errors import InputError
from rackwright.schedule.engine import Engine
from rackwright.schedule.loops import HAS_COMPILER
from rackwright.schedule.makespan import Effort, Shortest, plain_instance, shorten, shorten_with_modes
from rackwright.schedule.objective import Tardiness
from rackwright.schedule.search import climb_offsets
from rackwright.solve.cpsat import IntervalModel
from rackwright.validate.schedule_checker import Rules, Task, broken_rules
from rackwright.validate.schedule_files import ProjectsFile, best_values, find_files, read_modes, read_projects
from rackwright.validate.score import Case, Metrics, Score, Skip

__all__ = ["WorkLimit", "project_rules", "score_schedule", "work_limit"]


@dataclass(frozen=True, slots=True)
class WorkLimit:
    """Counts at which the search of one instance stops, by kind of instance."""

    makespan: Effort
    modes: Effort
    num_project_schedules: int


COMPILED_LIMIT = WorkLimit(Effort(90_000, 4.0, 40), Effort(150_000, 2.0), 10_000)
PLAIN_LIMIT = WorkLimit(Effort(7_500, 4.0, 40), Effort(10_000, 2.0), 1_000)


@dataclass(frozen=True)
class _Judged:
    """One instance scored: what was reached, against the best known and our own bound, and whether it is feasible."""

    family: str
    case: Case
    gap: float | None
    tardiness: float | None
    is_feasible: bool
    is_proved: bool
    bound_gap: float | None = None


def work_limit() -> WorkLimit:
    """About 20 CPU-seconds an instance: ten to twenty times as many schedules where they are compiled."""
    return COMPILED_LIMIT if HAS_COMPILER else PLAIN_LIMIT


def score_schedule(folder: Path, *, limit: WorkLimit | None = None) -> Score:
    """Score scheduling on a folder of instances.

    Parameters
    ----------
    folder
        Holds instances at any depth and, beside or above them, `best_known.json`.
    limit
        Work limit of one instance; by default the one of this install.
    """
    best, used = best_values(folder), limit or work_limit()
    judged: list[_Judged] = []
    skipped: list[Skip] = []
    files = list(find_files(folder))
    for path in files:
        name = f"{path.parent.name}/{path.name}"
        known = best.get(name, {})
        try:
            solve = _judge_projects if path.suffix == ".json" else _judge_modes
            judged.append(solve(path, name, known, used))
        except (InputError, ValueError) as error:
            skipped.append(Skip(name, str(error)))
    families = sorted({entry.family for entry in judged})
    return Score(
        topic="schedule",
        rows=len(files),
        cases=tuple(entry.case for entry in judged),
        skipped=tuple(skipped),
        metrics={**_metrics(judged), "work_limit": _limit_words(used)},
        groups={"family": {name: _metrics([e for e in judged if e.family == name]) for name in families}},
    )


def _metrics(judged: Sequence[_Judged]) -> Metrics:
    """Gaps are those of makespans; tardiness is the mean over multi-project files."""
    gaps = [entry.gap for entry in judged if entry.gap is not None]
    late = [entry.tardiness for entry in judged if entry.tardiness is not None]
    metrics: Metrics = {
        "feasible_share": _share([entry.is_feasible for entry in judged]),
        "proved_share": _share([entry.is_proved for entry in judged]),
    }
    if gaps:
        metrics = {"mean_gap": float(np.mean(gaps)), "max_gap": float(np.max(gaps)), **metrics}
    bounded = [entry.bound_gap for entry in judged if entry.bound_gap is not None]
    if bounded:
        metrics["mean_bound_gap"] = float(np.mean(bounded))
    if late:
        metrics["weighted_tardiness"] = float(np.mean(late))
    return metrics


def _share(flags: Sequence[bool]) -> float | None:
    return sum(flags) / len(flags) if flags else None


def _limit_words(limit: WorkLimit) -> Metrics:
    return {
        "schedules": limit.makespan.num_schedules,
        "solver_deterministic_s": limit.makespan.solver_limit,
        "solver_windows": limit.makespan.num_windows,
        "multi_mode_schedules": limit.modes.num_schedules,
        "multi_mode_solver_deterministic_s": limit.modes.solver_limit,
        "multi_project_schedules": limit.num_project_schedules,
        "is_compiled": HAS_COMPILER,
    }


def _judge_modes(path: Path, name: str, known: dict[str, Any], limit: WorkLimit) -> _Judged:
    model = read_modes(path)
    is_single = all(len(job.modes) == 1 for job in model.jobs) and not model.stock
    found = _shorten_single(model, limit.makespan) if is_single else shorten_with_modes(model, limit.modes)
    family, best = path.parent.name, known.get("ub")
    if not len(found.start):
        return _Judged(
            family, Case(name, best, "no schedule found", None), None, None, is_feasible=False, is_proved=False
        )
    chosen = [job.modes[m] for job, m in zip(model.jobs, found.mode, strict=True)]
    finish = [int(s) + mode.days for s, mode in zip(found.start, chosen, strict=True)]
    broken = broken_rules(_rules_of(model, found), found.start.tolist(), finish)
    got = max(finish)
    gap = got / best - 1.0 if best and not broken else None
    case = Case(name, best, "; ".join(broken[:3]) or got, gap)
    own = got / found.bound - 1.0 if found.bound > 0 and not broken else None
    return _Judged(family, case, gap, None, is_feasible=not broken, is_proved=found.is_proved, bound_gap=own)


def _shorten_single(model: IntervalModel, effort: Effort) -> Shortest:
    arcs = [(arc.before, arc.after, 0, arc.lag) for arc in model.arcs]
    days = np.array([job.modes[0].days for job in model.jobs])
    units = np.array([job.modes[0].units for job in model.jobs])
    return shorten(plain_instance(days, units, np.array(model.capacity), arcs), effort)


def _rules_of(model: IntervalModel, found: Shortest) -> Rules:
    """The file's rules for the modes chosen."""
    follows: list[list[int]] = [[] for _ in model.jobs]
    for arc in model.arcs:
        follows[arc.after].append(arc.before)
    chosen = [job.modes[m] for job, m in zip(model.jobs, found.mode, strict=True)]
    tasks = tuple(Task(mode.days, mode.units, tuple(follows[i])) for i, mode in enumerate(chosen))
    takes = tuple(mode.consumed for mode in chosen)
    return Rules(tasks, len(model.capacity), lambda resource, _: model.capacity[resource], model.stock, takes)


def _judge_projects(path: Path, name: str, known: dict[str, Any], limit: WorkLimit) -> _Judged:
    read = read_projects(path)
    gates = np.array(read.gates)
    objective = Tardiness(np.array(read.owner), np.array(read.due), np.array(read.weight), gate=gates)
    found = climb_offsets(Engine(read.instance), objective, seed=0, num_schedules=limit.num_project_schedules)
    start, finish = found.placed.start.tolist(), found.placed.finish.tolist()
    broken = broken_rules(project_rules(read), start, finish)
    late = sum(w * max(0, finish[g] - due) for w, g, due in zip(read.weight, read.gates, read.due, strict=True))
    best = known.get("best_found")
    error = late / best - 1.0 if best and not broken else None
    case = Case(name, best, "; ".join(broken[:3]) or late, error)
    return _Judged(path.parent.name, case, None, late, is_feasible=not broken, is_proved=late == 0 and not broken)


def project_rules(read: ProjectsFile) -> Rules:
    """What the checker has to know of a multi-project file."""
    document = read.document
    works: Callable[[int], bool] = _works
    tasks = tuple(
        Task(
            days=a["dur"],
            units=tuple(a["dem"]),
            follows=tuple(a["pred"]),
            release=document["projects"][a["p"]]["release"],
            works_on=works if a["cal"] == "work" else None,
        )
        for a in document["activities"]
    )

    def units_on(resource: int, day: int) -> int:
        row = document["resources"][resource]
        return 0 if any(first <= day < after for first, after in row["shutdowns"]) else int(row["capacity"])

    return Rules(tasks, len(document["resources"]), units_on)


def _works(day: int) -> bool:
    """The calendar these files define: five days a week, four days off in a year of 365 days."""
    return day % 7 < 5 and day % 365 not in {0, 1, 358, 359}
