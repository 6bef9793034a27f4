"""What is the program as a named scenario sees it? Edits of all that it refines or merges, then its own.

A scenario with one parent goes on from its program. Scenarios that are merged come together field by field against what
they both rest on; where two do not agree the edits of the scenario that merges them have to say what holds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.catalog.index import Catalog
from rackwright.program.change import apply_changes
from rackwright.program.difference import diff_programs
from rackwright.program.merge import merge_programs
from rackwright.program.model import Program
from rackwright.program.scenarios import Scenario
from rackwright.program.shift import apply_shifts

__all__ = ["Making", "scenario_program", "scenario_trail"]


def scenario_program(
    program: Program, scenario_id: str, *, catalog: Catalog | None = None, with_rules: bool = True
) -> Program:
    """The program as a scenario sees it: changes of its parents first, then its own.

    Parameters
    ----------
    program
        The base program.
    scenario_id
        Scenario.
    catalog
        Parts the changed program may name; None leaves them unchecked.
    with_rules
        False only makes the changes, without the rules of the changed program.

    Raises
    ------
    InputError
        There is no such scenario, its changes cannot be made, or scenarios it merges do not agree.
    """

    def edited(scenario: Scenario, program: Program) -> Program:
        shifted = apply_shifts(program, scenario.shifts, where=f"scenarios[{scenario.id}].shifts")
        where = f"scenarios[{scenario.id}].changes"
        return apply_changes(shifted, scenario.changes, catalog=catalog, where=where, with_rules=with_rules)

    make = Making(program, edited)
    for scenario in scenario_trail(program, scenario_id):
        make.add(scenario)
    return make.made[scenario_id]


def scenario_trail(program: Program, scenario_id: str) -> tuple[Scenario, ...]:
    """A scenario and all that it refines or merges, each after those it rests on.

    Raises
    ------
    InputError
        A scenario of the trail does not exist, or refines itself.
    """
    by_id = {scenario.id: scenario for scenario in program.scenarios}
    trail: dict[str, Scenario] = {}

    def walk(name: str, above: tuple[str, ...]) -> None:
        if name in trail:
            return
        scenario = by_id.get(name)
        if scenario is None:
            rule = f'no scenario is called "{name}".'
            raise InputError([Problem("unknown-reference", Place(), rule, did_you_mean(name, by_id))])
        if name in above:
            raise InputError([Problem("scenario-cycle", Place(), f'scenario "{name}" refines itself.')])
        for parent in scenario.parents:
            walk(parent, (*above, name))
        trail[name] = scenario

    walk(scenario_id, ())
    return tuple(trail.values())


@dataclass
class Making:
    """The programs of scenarios, each made once.

    Parameters
    ----------
    base
        The program without scenarios.
    edit
        Makes the edits of one scenario on what it rests on.
    """

    base: Program
    edit: Callable[[Scenario, Program], Program]
    made: dict[str, Program] = field(default_factory=dict)
    above: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def add(self, scenario: Scenario) -> None:
        """Make the program of a scenario whose parents are made.

        Raises
        ------
        InputError
            Scenarios it merges do not agree; it is made with what the first of them says.
        """
        parents = scenario.parents
        lists = [self.above[parent] for parent in parents]
        self.above[scenario.id] = (*dict.fromkeys(name for names in lists for name in names), scenario.id)
        if len(parents) < 2:
            self.made[scenario.id] = self.edit(scenario, self.made[parents[0]] if parents else self.base)
            return
        first, last = (self.edit(scenario, self._merged(parents, keep)) for keep in (0, 1))
        self.made[scenario.id] = first
        if first != last:
            open_paths = tuple(change.path for change in diff_programs(first, last))
            raise InputError(self._conflicts(scenario, open_paths))

    def _merged(self, parents: Sequence[str], keep: int) -> Program:
        """Programs of all parents in one; where two do not agree, the first (0) or the last (1) holds."""
        program, above = self.made[parents[0]], self.above[parents[0]]
        for parent in parents[1:]:
            common = self._common(above, self.above[parent])
            program, _ = merge_programs(common, (program, self.made[parent]), keep=keep)
            above = tuple(dict.fromkeys((*above, *self.above[parent])))
        return program

    def _common(self, one: Sequence[str], two: Sequence[str]) -> Program:
        """The program of the last scenario that both rest on; the base where there is none."""
        shared = [name for name in one if name in two]
        return self.made[shared[-1]] if shared else self.base

    def _conflicts(self, scenario: Scenario, open_paths: Sequence[str]) -> list[Problem]:
        """What each two parents do not agree on and the scenario's own edits leave open."""
        found = []
        for one, two in combinations(scenario.parents, 2):
            common = self._common(self.above[one], self.above[two])
            for row in merge_programs(common, (self.made[one], self.made[two]), keep=0)[1]:
                if any(path.startswith(row.path) or row.path.startswith(path) for path in open_paths):
                    rule = f'{row.path} is {row.first or "empty"} in "{one}" and {row.second or "empty"} in "{two}".'
                    repair = "Set what it should be in the `changes` of the scenario that merges them."
                    found.append(
                        Problem("merge-conflict", Place(path=f"scenarios[{scenario.id}].merges"), rule, repair)
                    )
        return found
