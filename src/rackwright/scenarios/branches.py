"""Which branches can come true, with which chance, and when is it known which one did?

A branch is a named scenario with the changes of its parents, or the base program. Its chance is that it comes true and
nothing that refines or merges it does: what these leave of a scenario's chance falls to the scenario itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.program import Program
from rackwright.program.chances import chances_of
from rackwright.program.scenarios import BASE

__all__ = ["BASE", "Branch", "branches_of"]

DEFAULT_KNOWN_DAYS = 90
"""Days after which a branch without a date counts as known: the longer window of the decision list."""


@dataclass(frozen=True)
class Branch:
    """One thing that may come true.

    Parameters
    ----------
    id, name
        Scenario, or `base`.
    share
        Chance; 0 for a named shock without one.
    known_day
        Day from which it is known, counted from the horizon's start.
    trigger
        What tells, in words.
    """

    id: str
    name: str
    share: float
    known_day: int
    trigger: str = ""


def branches_of(program: Program) -> tuple[Branch, ...]:
    """The base first, then every scenario in the order of the program; chances add up to 1."""
    alone = chances_of(program.scenarios).alone
    known = {scenario.id: scenario for scenario in program.scenarios}
    start = program.horizon.day(program.as_of) + DEFAULT_KNOWN_DAYS
    base_day = max(
        [start, *(program.horizon.day(row.decide_by) for row in program.scenarios if row.decide_by is not None)]
    )
    found = [Branch(BASE, "base program", max(0.0, alone[BASE]), max(0, base_day))]
    for name, scenario in known.items():
        day = start if scenario.decide_by is None else program.horizon.day(scenario.decide_by)
        found.append(Branch(name, scenario.name, max(0.0, alone.get(name, 0.0)), max(0, day), scenario.trigger))
    return tuple(found)
