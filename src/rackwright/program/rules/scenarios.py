"""Do scenarios have one meaning: probabilities that add up, and changes that can be made?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from rackwright.program.rules.finding import Finding, Subject
from rackwright.program.scenarios import Change

__all__ = ["check_scenarios"]

_ROUNDING: Final = 1e-9
OPERATIONS: Final = ("set", "scale", "shift", "add", "remove")


def check_scenarios(subject: Subject) -> Iterator[Finding]:
    """Probabilities of branches of one parent, and one operation a change."""
    yield from _check_probabilities(subject)
    for path, change in subject.rows(Change):
        yield from _check_operation(path, change)


def _check_probabilities(subject: Subject) -> Iterator[Finding]:
    sums: dict[str, float] = defaultdict(float)
    for index, scenario in enumerate(subject.program.scenarios):
        sums[scenario.parent] += scenario.probability_share or 0.0
        if sums[scenario.parent] > 1.0 + _ROUNDING:
            of = f'the branches of "{scenario.parent}"' if scenario.parent else "the branches of the base program"
            rule = f"with this one, {of} have a probability of {sums[scenario.parent]:g}."
            path = ("scenarios", index, "probability_share")
            yield Finding("probability-above-one", path, rule, "Lower them; the rest falls to the parent.")


def _check_operation(path: tuple[str | int, ...], change: Change) -> Iterator[Finding]:
    given = [name for name in OPERATIONS if name in change.model_fields_set and getattr(change, name) is not False]
    if len(given) != 1:
        listed = " and ".join(f"`{name}`" for name in given) or "none"
        rule = f"a change has exactly one operation; this one has {listed}."
        yield Finding("not-one-operation", path, rule, f"Keep one of {', '.join(OPERATIONS)}.")
