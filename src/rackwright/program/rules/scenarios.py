"""Do scenarios have one meaning: names, probabilities that add up, days in order, changes that can be made?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from rackwright.program.chances import chances_of
from rackwright.program.rules.finding import Finding, Subject
from rackwright.program.scenarios import BASE, Change

__all__ = ["check_scenarios"]

_ROUNDING: Final = 1e-9
OPERATIONS: Final = ("set", "scale", "shift", "add", "remove")


def check_scenarios(subject: Subject) -> Iterator[Finding]:
    """Names, probabilities of branches of one parent, days of a tree, and one operation a change."""
    yield from _check_names(subject)
    yield from _check_probabilities(subject)
    yield from _check_trees(subject)
    for path, change in subject.rows(Change):
        yield from _check_operation(path, change)


def _check_names(subject: Subject) -> Iterator[Finding]:
    for index, scenario in enumerate(subject.program.scenarios):
        if scenario.id == BASE:
            rule = f'"{BASE}" is the program without changes.'
            yield Finding("reserved-name", ("scenarios", index, "id"), rule, "Give the scenario another id.")


def _check_trees(subject: Subject) -> Iterator[Finding]:
    """What can be planned, but hardly was meant: days out of order, nothing changed, no chance anywhere."""
    scenarios = subject.program.scenarios
    known_by = {scenario.id: scenario.decide_by for scenario in scenarios}
    for index, scenario in enumerate(scenarios):
        for parent in scenario.parents:
            before = known_by.get(parent)
            if scenario.decide_by is not None and before is not None and scenario.decide_by < before:
                rule = f'it is known by {scenario.decide_by}, before its parent "{parent}" ({before}).'
                path = ("scenarios", index, "decide_by")
                yield Finding("branch-before-parent", path, rule, "Give a day on or after its parent's.", "warning")
        if scenario.merges and (scenario.parent or len(set(scenario.merges)) < 2):
            rule = "a scenario refines one `parent`, or merges two others or more."
            yield Finding(
                "merge-parents", ("scenarios", index, "merges"), rule, "Keep `parent`, or name two in `merges`."
            )
        if not scenario.changes and not scenario.shifts and not scenario.merges:
            rule = "it has no `changes` and no `shifts`: it is planned as what it refines."
            yield Finding("scenario-without-change", ("scenarios", index), rule, "Add a change.", "warning")
    if scenarios and not any(scenario.probability_share for scenario in scenarios):
        rule = "no scenario has a probability: what to decide now sees the base program alone."
        path = ("scenarios", 0, "probability_share")
        yield Finding("no-probability", path, rule, "Give `probability` to those that may come true.", "warning")
        return
    chances = chances_of(scenarios)
    for index, scenario in enumerate(scenarios):
        if scenario.parent and scenario.probability_share and chances.whole.get(scenario.parent) == 0.0:
            rule = f'what it refines, "{scenario.parent}", has no chance: it never comes true.'
            path = ("scenarios", index, "probability_share")
            yield Finding("branch-without-chance", path, rule, f'Give "{scenario.parent}" a `probability`.', "warning")


def _check_probabilities(subject: Subject) -> Iterator[Finding]:
    """Branches of one parent within its chance, merged scenarios within that of each they merge, all within one."""
    scenarios = subject.program.scenarios
    chances = chances_of(scenarios)
    sums: dict[str, float] = defaultdict(float)
    total = 0.0
    for index, scenario in enumerate(scenarios):
        path = ("scenarios", index, "probability_share")
        sums[scenario.parent] += (scenario.probability_share or 0.0) if scenario.parent else 0.0
        if sums[scenario.parent] > 1.0 + _ROUNDING:
            rule = (
                f'with this one, the branches of "{scenario.parent}" have a probability of {sums[scenario.parent]:g}.'
            )
            yield Finding("probability-above-one", path, rule, "Lower them; the rest falls to the parent.")
        elif chances.alone.get(scenario.id, 0.0) < -_ROUNDING:
            more = chances.whole[scenario.id] - chances.alone[scenario.id]
            rule = f"it has {chances.whole[scenario.id]:g}, and what refines or merges it {more:g}."
            yield Finding("probability-above-part", path, rule, "What rests on a scenario is part of its chance.")
        before, total = total, total + max(0.0, chances.alone.get(scenario.id, 0.0))
        if before <= 1.0 + _ROUNDING < total:  # once: the others are not to blame for it again
            rule = f"with this one, the branches of the base program have a probability of {total:g}."
            yield Finding("probability-above-one", path, rule, "Lower them; the rest falls to the base program.")


def _check_operation(path: tuple[str | int, ...], change: Change) -> Iterator[Finding]:
    given = [name for name in OPERATIONS if name in change.model_fields_set and getattr(change, name) is not False]
    if len(given) != 1:
        listed = " and ".join(f"`{name}`" for name in given) or "none"
        rule = f"a change has exactly one operation; this one has {listed}."
        yield Finding("not-one-operation", path, rule, f"Keep one of {', '.join(OPERATIONS)}.")
