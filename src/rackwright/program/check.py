"""What can be wrong with a program that fits the schema? Runs every family of rules, and tries every scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem
from rackwright.catalog.index import Catalog
from rackwright.program.loss import left_without
from rackwright.program.model import Program
from rackwright.program.origins import Origins
from rackwright.program.rules.all import find_all
from rackwright.program.rules.finding import Finding, Subject
from rackwright.program.scenario_tree import scenario_program
from rackwright.program.scenarios import LOSSES, Scenario
from rackwright.program.shape import Path, readable, written

__all__ = ["check_program"]

MOST_TOLD = 3
"""Broken rules of one scenario up to which each is told by itself."""
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
    """
    problems = [_problem(finding, program, origins) for finding in find_all(Subject(program, catalog, broken_ids))]
    if broken_ids or any(problem.severity == "error" for problem in problems):
        return problems
    return problems + _try_scenarios(program, catalog, origins)


def _problem(finding: Finding, program: Program, origins: Origins | None) -> Problem:
    place = _place(finding.path, program, origins)
    return Problem(finding.code, place, finding.rule, finding.repair, finding.severity)


def _place(path: Path, program: Program, origins: Origins | None) -> Place:
    steps = written(path)
    return origins.place(steps) if origins else Place(path=readable(program, steps))


def _try_scenarios(program: Program, catalog: Catalog | None, origins: Origins | None) -> list[Problem]:
    """Problems of changes that cannot be made, or that break a rule; each is reported once, where it stands."""
    problems: dict[tuple[str, Place, str], Problem] = {}
    places = {}
    for i, scenario in enumerate(program.scenarios):
        edits = [("changes", j) for j in range(len(scenario.changes))]
        edits += [("shifts", j) for j in range(len(scenario.shifts))]
        for path in (("changes",), ("merges",), *edits):
            place = _place(("scenarios", i, *path), program, origins)
            places[place.path] = place
    with_rules = len(program.scenarios) <= MOST_TRIED
    for scenario in program.scenarios:
        try:
            changed = scenario_program(program, scenario.id, catalog=catalog, with_rules=with_rules)
            for problem in _nothing_left(program, scenario, changed):
                placed = replace(problem, place=places.get(problem.place.path, problem.place))
                problems.setdefault((placed.code, placed.place, placed.rule), placed)
        except InputError as error:
            for problem in _folded(error.problems):
                placed = replace(problem, place=places.get(problem.place.path, problem.place))
                problems.setdefault((placed.code, placed.place, placed.rule), placed)
    return list(problems.values())


def _nothing_left(program: Program, scenario: Scenario, changed: Program) -> list[Problem]:
    """A warning that names what a loss leaves without any source, in the scenario that loses it."""
    lost = [index for index, shift in enumerate(scenario.shifts) if shift.kind in LOSSES]
    if not lost:
        return []
    before = program if len(scenario.parents) != 1 else scenario_program(program, scenario.parent, with_rules=False)
    names = left_without(before, changed)
    if not names:
        return []
    listed = ", ".join(names[:MOST_NAMED]) + (f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else "")
    place = Place(path=f"scenarios[{scenario.id}].shifts[{lost[0]}]")
    repair = "Add a source in its `changes`, or keep it: the plan tells what waits."
    return [Problem("nothing-left", place, f"after it nothing is left for {listed}.", repair, "warning")]


def _folded(problems: Sequence[Problem]) -> list[Problem]:
    """What one scenario breaks; where a change leaves many loose ends, the first of them and their number."""
    if len(problems) <= MOST_TOLD:
        return list(problems)
    first = problems[0]
    rule = f"{first.rule} {len(problems) - 1} more rules are broken by this scenario."
    repair = "Take back the change, or change what refers to it too."
    return [replace(first, rule=rule, repair=repair)]
