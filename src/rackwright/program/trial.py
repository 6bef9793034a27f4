"""Which scenarios can be made, and what is wrong with the edits of the others? Goes on past every one that is refused.

An edit that cannot be made is told where it stands, and the edits after it are tried all the same. What only misses a
row that a refused edit may have brought, or that was left out because it breaks the schema, is no news.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.catalog.index import Catalog
from rackwright.catalog.parts import ModelArchitecture
from rackwright.program.change import broken_rules, try_change
from rackwright.program.change_path import parse_path
from rackwright.program.model import Program
from rackwright.program.scenario_tree import Making
from rackwright.program.scenarios import ArchitectureShift, Change, Scenario
from rackwright.program.shift import apply_shift, shift_problems

__all__ = ["Trial", "try_scenarios"]

MOST_TOLD: Final = 3
"""Broken rules of one scenario up to which each is told by itself."""
_MISSES: Final = frozenset({"change-matches-nothing", "unknown-reference"})
"""Codes of edits that look for something that is not there."""
_SHIFTED: Final = frozenset({"training", "serving", "suppliers", "plants", "offers"})
"""Tables that hold the names a shift looks for."""


@dataclass(frozen=True)
class Trial:
    """What became of the scenarios.

    Parameters
    ----------
    programs
        Program of each scenario in which, and in what it rests on, nothing is wrong.
    problems
        What is wrong with each of the others by itself, not with what it rests on.
    """

    programs: Mapping[str, Program]
    problems: Mapping[str, Sequence[Problem]]


def try_scenarios(
    program: Program,
    catalog: Catalog | None,
    *,
    with_rules: bool = True,
    broken_tables: frozenset[str] = frozenset(),
) -> Trial:
    """Make every scenario; those that refine themselves or something unknown are left out.

    Parameters
    ----------
    program
        The base program; without `with_rules` it may break rules itself.
    catalog
        Parts the changed programs may name; None leaves them unchecked.
    with_rules
        False only makes the changes, without the rules of the changed programs.
    broken_tables
        Tables of which rows were left out because they break the schema.
    """
    trying = _Trying(catalog, with_rules, broken_tables)
    making = Making(program, trying.edit)
    for scenario in _in_order(program.scenarios):
        trying.begin(scenario)
        try:
            making.add(scenario)
        except InputError as error:
            if scenario.id not in trying.wrong:
                trying.note(scenario, error.problems)
    return Trial({name: made for name, made in making.made.items() if name not in trying.wrong}, trying.problems)


def _in_order(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """Each after those it rests on."""
    found: dict[str, Scenario] = {}
    waiting = list(scenarios)
    while ready := [row for row in waiting if all(parent in found for parent in row.parents)]:
        found |= {row.id: row for row in ready}
        waiting = [row for row in waiting if row.id not in found]
    return list(found.values())


@dataclass
class _Trying:
    """Edits of all scenarios, each after those it rests on."""

    catalog: Catalog | None
    with_rules: bool
    broken_tables: frozenset[str]
    problems: dict[str, list[Problem]] = field(default_factory=dict)
    wrong: set[str] = field(default_factory=set)
    """Scenarios that are not what was meant: something is wrong with them, or with what they rest on."""
    short: set[str] = field(default_factory=set)
    """Those of them in which rows may be missing that a refused edit was to bring."""

    def begin(self, scenario: Scenario) -> None:
        """What is wrong with what a scenario rests on is wrong with it too."""
        self.problems[scenario.id] = []
        for names in (self.wrong, self.short):
            names |= {scenario.id} if any(parent in names for parent in scenario.parents) else set()

    def note(self, scenario: Scenario, problems: Iterable[Problem]) -> None:
        """Keep what is new; a scenario that merges others is edited twice."""
        told = self.problems[scenario.id]
        told += [problem for problem in problems if problem not in told]
        self.wrong |= {scenario.id} if told else set()

    def edit(self, scenario: Scenario, program: Program) -> Program:
        """The program after all edits that can be made."""
        for index, shift in enumerate(scenario.shifts):
            wrong = self._problems(program, shift, Place(path=f"scenarios[{scenario.id}].shifts[{index}]"))
            program = program if wrong else apply_shift(program, shift)
            self._refuse(scenario, shift, wrong)
        where = f"scenarios[{scenario.id}].changes"
        for index, change in enumerate(scenario.changes):
            program, refusal = try_change(program, change, Place(path=f"{where}[{index}]"))
            self._refuse(scenario, change, [refusal] if refusal else [])
        if self.with_rules and scenario.id not in self.wrong:
            self.note(scenario, _folded(broken_rules(program, scenario.changes, self.catalog, where)))
        return program

    def _problems(self, program: Program, shift: ArchitectureShift, place: Place) -> list[Problem]:
        """What is wrong with a shift; a model it moves to has to be one of the catalog."""
        wrong = shift_problems(program, shift, place)
        models = {part.id for part in self.catalog.all(ModelArchitecture)} if self.catalog and shift.model else set()
        if models and shift.model not in models:
            rule = f'the catalog has no model called "{shift.model}".'
            repair = did_you_mean(shift.model, models) or "Add it to the folder `catalog/`."
            wrong.append(Problem("unknown-part", place, rule, repair))
        return wrong

    def _refuse(self, scenario: Scenario, edit: Change | ArchitectureShift, wrong: Sequence[Problem]) -> None:
        if not wrong:
            return
        may_miss = scenario.id in self.short or bool(_tables_of(edit) & self.broken_tables)
        self.note(scenario, [problem for problem in wrong if not (may_miss and problem.code in _MISSES)])
        self.wrong.add(scenario.id)
        if isinstance(edit, ArchitectureShift) or edit.add is not None or isinstance(edit.set, list | dict):
            self.short.add(scenario.id)


def _tables_of(edit: Change | ArchitectureShift) -> frozenset[str]:
    """Tables in which an edit looks for names."""
    if isinstance(edit, ArchitectureShift):
        return _SHIFTED
    return frozenset(step.name for step in (parse_path(edit.at) or ())[:2])


def _folded(problems: Sequence[Problem]) -> list[Problem]:
    """What one scenario breaks; where a change leaves many loose ends, the first of them and their number."""
    if len(problems) <= MOST_TOLD:
        return list(problems)
    first = problems[0]
    rule = f"{first.rule} {len(problems) - 1} more rules are broken by this scenario."
    repair = "Take back the change, or change what refers to it too."
    return [replace(first, rule=rule, repair=repair)]
