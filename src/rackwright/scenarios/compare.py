"""What does each named scenario change, planned by the real stages, side by side with the base?

A scenario is a set of edits on the base program; stages its edits do not touch are reused from the cache.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from rackwright.base.errors import InputError, InternalError
from rackwright.base.problem import Problem
from rackwright.base.store import ResultCache
from rackwright.base.work import map_processes
from rackwright.catalog import Catalog
from rackwright.plan import Plan, plan_program
from rackwright.program import Program, scenario_program
from rackwright.scenarios.outcome import Outcomes, Stranded, outcome_row, stranded_rows
from rackwright.tables.incumbent import Incumbent

__all__ = ["Comparison", "Variant", "compare_scenarios"]


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


@dataclass(frozen=True)
class VariantOutcome:
    """What a worker sends back: a row, or the problems that kept the scenario from being planned."""

    row: tuple[object, ...] | None
    problems: tuple[Problem, ...] = ()
    stranded: tuple[tuple[object, ...], ...] = ()


def plan_variant(variant: Variant) -> VariantOutcome:
    """Plan one scenario."""
    scenario = next(entry for entry in variant.program.scenarios if entry.id == variant.scenario)
    try:
        program = scenario_program(variant.program, scenario.id)
        cache = None if variant.cache_folder is None else ResultCache(variant.cache_folder)
        plan = plan_program(program, variant.catalog, cache=cache, incumbent=variant.incumbent, with_reasons=False)
    except InputError as error:
        return VariantOutcome(None, error.problems)
    row = outcome_row(plan, scenario.id, scenario.name, scenario.probability_share)
    return VariantOutcome(row, stranded=tuple(stranded_rows(plan, scenario.id)))


def compare_scenarios(
    plan: Plan,
    catalog: Catalog,
    *,
    cache_folder: Path | None,
    workers: int,
    incumbent: Incumbent | None = None,
) -> Comparison:
    """Plan every scenario of a plan's program and put the outcomes beside the base.

    Parameters
    ----------
    plan
        The base plan.
    catalog
        Parts, the same as the base used.
    cache_folder
        Folder of kept stage results; None runs every stage of every scenario.
    workers
        Worker processes; 0 runs in this one. The answer does not depend on it.
    incumbent
        Earlier plan the base was planned with.
    """
    variants = [
        Variant(plan.program, catalog, scenario.id, cache_folder, incumbent) for scenario in plan.program.scenarios
    ]
    rows = [outcome_row(plan, "base", "base program", None)]
    stranded = stranded_rows(plan, "base")
    problems: list[Problem] = []
    for outcome in map_processes(plan_variant, variants, workers=workers):
        if outcome.result is None:
            raise InternalError(f"scenario {variants[outcome.index].scenario} could not be planned: {outcome.error}")
        problems.extend(outcome.result.problems)
        rows.extend([outcome.result.row] if outcome.result.row is not None else [])
        stranded.extend(outcome.result.stranded)
    return Comparison(Outcomes.from_rows(rows), tuple(problems), Stranded.from_rows(stranded))
