"""Chances of scenarios: what refines or merges one is a part of it, and all that is alone adds up to one."""

from __future__ import annotations

import pytest

from rackwright.program import Program
from rackwright.program.chances import chances_of
from rackwright.program.rules.finding import Subject
from rackwright.program.rules.scenarios import check_scenarios
from rackwright.program.scenarios import Scenario


def row(name: str, share: float | None, parent: str = "", merges: tuple[str, ...] = ()) -> Scenario:
    """A scenario with a chance."""
    return Scenario(id=name, name=name, parent=parent, merges=merges, probability=share)


A, B = row("a", 0.25), row("b", 0.3)
BOTH = row("both", 0.1, merges=("a", "b"))


def test_101_a_merge_is_part_of_each_it_merges() -> None:
    """25 % and 30 % with 10 % of both leave 15 %, 20 % and a base of 55 %."""
    alone = chances_of((A, B, BOTH)).alone
    assert alone == pytest.approx({"base": 0.55, "a": 0.15, "b": 0.2, "both": 0.1})


def test_102_three_at_once_are_part_of_each_pair() -> None:
    """All three (4 %) lie within the pair a and b (10 %), which is counted once in a and in b."""
    alone = chances_of((A, B, BOTH, row("c", 0.2), row("all", 0.04, merges=("both", "c")))).alone
    want = {"base": 0.39, "a": 0.15, "b": 0.2, "both": 0.06, "c": 0.16, "all": 0.04}
    assert alone == pytest.approx(want)
    assert sum(alone.values()) == pytest.approx(1.0)


def test_103_a_refinement_is_given_its_parent() -> None:
    """Half of 30 % is 15 %, wherever the child stands in the list; what is left falls to the parent."""
    alone = chances_of((row("child", 0.5, parent="b"), A, B)).alone
    assert alone == pytest.approx({"base": 0.45, "a": 0.25, "b": 0.15, "child": 0.15})


def test_104_a_building_block_never_comes_alone() -> None:
    """Scenarios without a chance of their own may be merged by one that has one."""
    alone = chances_of((row("a", None), row("b", None), BOTH)).alone
    assert alone == pytest.approx({"base": 0.9, "a": 0.0, "b": 0.0, "both": 0.1})


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((A, B, BOTH), []),
        ((row("a", 0.8), row("b", 0.6), row("both", 0.5, merges=("a", "b"))), []),
        ((row("a", 0.8), B), [("probability-above-one", 1)]),
        ((row("a", 0.8), B, row("c", None), row("d", 0.05)), [("probability-above-one", 1)]),
        ((A, B, row("both", 0.28, merges=("a", "b"))), [("probability-above-part", 0)]),
    ],
)
def test_201_chances_that_cannot_be(
    one_pod_program: Program, rows: tuple[Scenario, ...], expected: list[tuple[str, int]]
) -> None:
    """Events that overlap may have more than 1 together; what lies within another may not have more than it.

    What is above 1 together is told once: those after it are not to blame for it again.
    """
    program = one_pod_program.model_copy(update={"scenarios": rows})
    found = [found for found in check_scenarios(Subject(program, None)) if found.code.startswith("probability")]
    assert [(found.code, found.path[1]) for found in found] == expected
