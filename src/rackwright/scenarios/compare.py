"""What does each named scenario change, planned by the real stages, side by side with the base?

A scenario is a set of edits on the base program; stages its edits do not touch are reused from the cache. Its outcome
is kept as a few hundred bytes, so a comparison that was made before is read back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rackwright
from rackwright.base.digest import digest, digest_bytes
from rackwright.base.errors import InputError, InternalError
from rackwright.base.fanout import local_engine, run_tasks
from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.base.stage import library_digest
from rackwright.base.store import ResultCache
from rackwright.catalog import Catalog
from rackwright.program import Program, scenario_program
from rackwright.program.scenario_tree import scenario_trail
from rackwright.scenarios.branches import BASE
from rackwright.scenarios.outcome import Outcomes, Stranded, outcome_row, stranded_rows
from rackwright.tables.incumbent import Incumbent

if TYPE_CHECKING:
    from rackwright.plan import Plan

__all__ = ["Comparison", "Variant", "compare_program", "compare_scenarios"]


@dataclass(frozen=True)
class Comparison:
    """Outcomes of the base and of every scenario that could be planned, why the others could not, what is stranded."""

    outcomes: Outcomes
    problems: tuple[Problem, ...]
    stranded: Stranded = field(default_factory=Stranded.empty)


@dataclass(frozen=True)
class Variant:
    """One scenario to be planned, with all a worker needs."""

    program: Program
    catalog: Catalog
    scenario: str
    cache_folder: Path | None
    incumbent: Incumbent | None = None


def plan_variant(variant: Variant) -> dict[str, Any]:
    """Plan one scenario, or the base: its rows, or the problems that kept it from being planned, as a JSON value."""
    from rackwright.pipeline import plan_program  # all stages: not needed where every outcome is kept

    names = {entry.id: (entry.name, entry.probability_share) for entry in variant.program.scenarios}
    is_base = variant.scenario == BASE
    name, share = ("base program", None) if is_base else names[variant.scenario]
    try:
        program = variant.program if is_base else scenario_program(variant.program, variant.scenario)
        cache = None if variant.cache_folder is None else ResultCache(variant.cache_folder)
        plan = plan_program(program, variant.catalog, cache=cache, incumbent=variant.incumbent, with_reasons=is_base)
    except InputError as error:
        told = [[problem.code, problem.place.path, problem.rule, problem.repair] for problem in error.problems]
        return {"row": None, "stranded": [], "problems": told}
    row = outcome_row(plan, variant.scenario, name, share)
    return {"row": row, "stranded": stranded_rows(plan, variant.scenario), "problems": []}


def compare_program(
    program: Program,
    catalog: Catalog,
    *,
    cache_folder: Path | None,
    workers: int,
    only: Sequence[str] = (),
) -> Comparison:
    """Plan the base and its scenarios and put the outcomes side by side; what is kept is not planned again.

    Parameters
    ----------
    program, catalog
        The base program and its parts.
    cache_folder
        Folder of kept results of stages and of outcomes; None plans everything.
    workers
        Worker processes; 0 runs in this one. The answer does not depend on it.
    only
        Scenarios to compare; empty for all.

    Raises
    ------
    InputError
        `only` names a scenario that does not exist.
    """
    names = (BASE, *_wanted(program, only))
    return _compared([Variant(program, catalog, name, cache_folder) for name in names], workers, [], [])


def compare_scenarios(
    plan: Plan,
    catalog: Catalog,
    *,
    cache_folder: Path | None,
    workers: int,
    incumbent: Incumbent | None = None,
    only: Sequence[str] = (),
) -> Comparison:
    """Plan scenarios of a plan's program and put the outcomes beside the base.

    Parameters
    ----------
    plan
        The base plan.
    catalog
        Parts, the same as the base used.
    cache_folder
        Folder of kept results of stages and of outcomes; None runs every stage of every scenario.
    workers
        Worker processes; 0 runs in this one. The answer does not depend on it.
    incumbent
        Earlier plan the base was planned with.
    only
        Scenarios to compare; empty for all.

    Raises
    ------
    InputError
        `only` names a scenario that does not exist.
    """
    names = _wanted(plan.program, only)
    variants = [Variant(plan.program, catalog, name, cache_folder, incumbent) for name in names]
    rows = [outcome_row(plan, BASE, "base program", None)]
    return _compared(variants, workers, rows, stranded_rows(plan, BASE))


def _wanted(program: Program, only: Sequence[str]) -> tuple[str, ...]:
    """Scenarios to compare, in the order of the program."""
    known = [scenario.id for scenario in program.scenarios]
    missing = [name for name in only if name not in known]
    if missing:
        texts = [(f'no scenario is called "{name}".', did_you_mean(name, known)) for name in missing]
        raise InputError([Problem("unknown-reference", Place(path="--only"), *text) for text in texts])
    return tuple(name for name in known if not only or name in only)


def _compared(
    variants: Sequence[Variant], workers: int, rows: list[tuple[object, ...]], stranded: list[tuple[object, ...]]
) -> Comparison:
    """Outcomes of variants of one program behind rows that are known, planned where they are not kept."""
    if not variants:
        return Comparison(Outcomes.from_rows(rows), (), Stranded.from_rows(stranded))
    first = variants[0]
    outcomes = run_tasks(
        plan_variant,
        variants,
        engine=local_engine(workers),
        folder=None if first.cache_folder is None else first.cache_folder / "outcomes",
        key=digest((source_of_all(), library_digest(), first.catalog.digest, base_of(first.program), first.incumbent)),
        key_of=lambda variant: BASE if variant.scenario == BASE else scenario_trail(variant.program, variant.scenario),
    )
    problems: list[Problem] = []
    for outcome in outcomes:
        if outcome.result is None:
            raise InternalError(f"scenario {variants[outcome.index].scenario} could not be planned: {outcome.error}")
        told = outcome.result["problems"]
        problems += [Problem(code, Place(path=path), rule, repair) for code, path, rule, repair in told]
        rows += [tuple(outcome.result["row"])] if outcome.result["row"] is not None else []
        stranded += [tuple(row) for row in outcome.result["stranded"]]
    return Comparison(Outcomes.from_rows(rows), tuple(problems), Stranded.from_rows(stranded))


def base_of(program: Program) -> str:
    """Digest of a program without its scenarios: an edit of one scenario leaves the outcomes of the others."""
    return digest(program.model_copy(update={"scenarios": ()}))


def source_of_all() -> str:
    """Digest of the whole package's code and catalog."""
    package = Path(rackwright.__file__).parent
    files = sorted(path for path in package.rglob("*") if path.suffix in {".py", ".yaml"})
    return digest([(str(path.relative_to(package)), digest_bytes(path.read_bytes())) for path in files])
