"""What can be wrong with a program that fits the schema? Runs every family of rules, and tries every scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rackwright.base.problem import Place, Problem
from rackwright.catalog.index import Catalog
from rackwright.program.loss import left_without
from rackwright.program.model import Program
from rackwright.program.origins import Origins
from rackwright.program.rules.all import find_all
from rackwright.program.rules.finding import Finding, Subject
from rackwright.program.scenarios import LOSSES, Scenario
from rackwright.program.shape import Path, readable, written
from rackwright.program.trial import try_scenarios

__all__ = ["check_program"]

MOST_NAMED = 8
"""Items that nothing is left for which are named."""
MOST_TRIED = 50
"""Scenarios up to which each is checked by every rule when a program is read; of more, the changes are only made.

Each is checked by every rule again before it is planned.
"""


def check_program(
    program: Program,
    catalog: Catalog | None = None,
    *,
    origins: Origins | None = None,
    broken_ids: frozenset[str] = frozenset(),
    broken_tables: frozenset[str] = frozenset(),
) -> list[Problem]:
    """Every broken rule that a schema cannot say.

    Parameters
    ----------
    program
        The program.
    catalog
        Parts it may name; None leaves the parts unchecked.
    origins
        Places in the files, where the program was read from files.
    broken_ids
        Ids of rows that were left out because they break the schema; references to them are not reported.
    broken_tables
        Tables these rows stood in; changes of scenarios that find nothing there are not reported.

    Notes
    -----
    Changes are tried beside all other rules, so that everything is told at once. Whether a scenario then breaks a rule
    can only be told of a program without errors.
    """
    problems = [_problem(finding, program, origins) for finding in find_all(Subject(program, catalog, broken_ids))]
    is_sound = not broken_ids and not broken_tables and all(problem.severity != "error" for problem in problems)
    with_rules = is_sound and len(program.scenarios) <= MOST_TRIED
    told = {problem.place for problem in problems if problem.severity == "error"}
    trial = try_scenarios(program, catalog, with_rules=with_rules, broken_tables=broken_tables)
    tried = [problem for scenario in program.scenarios for problem in trial.problems.get(scenario.id, ())]
    if is_sound:
        tried += [
            problem for scenario in program.scenarios for problem in _nothing_left(program, scenario, trial.programs)
        ]
    return problems + [problem for problem in _placed(tried, program, origins) if problem.place not in told]


def _problem(finding: Finding, program: Program, origins: Origins | None) -> Problem:
    place = _place(finding.path, program, origins)
    return Problem(finding.code, place, finding.rule, finding.repair, finding.severity)


def _place(path: Path, program: Program, origins: Origins | None) -> Place:
    steps = written(path)
    return origins.place(steps) if origins else Place(path=readable(program, steps))


def _placed(tried: list[Problem], program: Program, origins: Origins | None) -> list[Problem]:
    """Problems of scenarios at the places of their edits in the files."""
    places = {}
    for i, scenario in enumerate(program.scenarios):
        edits = [("changes", j) for j in range(len(scenario.changes))]
        edits += [("shifts", j) for j in range(len(scenario.shifts))]
        for path in (("changes",), ("merges",), *edits):
            place = _place(("scenarios", i, *path), program, origins)
            places[place.path] = place
    return [replace(problem, place=places.get(problem.place.path, problem.place)) for problem in tried]


def _nothing_left(program: Program, scenario: Scenario, made: Mapping[str, Program]) -> list[Problem]:
    """A warning that names what a loss leaves without any source, in the scenario that loses it."""
    lost = [index for index, shift in enumerate(scenario.shifts) if shift.kind in LOSSES]
    if not lost or scenario.id not in made:
        return []
    before = program if len(scenario.parents) != 1 else made[scenario.parents[0]]
    names = left_without(before, made[scenario.id])
    if not names:
        return []
    listed = ", ".join(names[:MOST_NAMED]) + (f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else "")
    place = Place(path=f"scenarios[{scenario.id}].shifts[{lost[0]}]")
    repair = "Add a source in its `changes`, or keep it: the plan tells what waits."
    return [Problem("nothing-left", place, f"after it nothing is left for {listed}.", repair, "warning")]
