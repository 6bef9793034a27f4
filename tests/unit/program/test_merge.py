"""Scenarios that come true together: each field from who changed it, and no silent choice where they do not agree."""

from __future__ import annotations

import pytest

from rackwright.base.errors import InputError
from rackwright.program import Program, scenario_program
from rackwright.program.check import check_program
from rackwright.program.scenario_tree import scenario_trail
from rackwright.program.scenarios import ArchitectureShift, Change, Scenario

PRICE = "offers[item=gpu-gb300].price"
LEAD = "offers[item=hv-mv-60mva].lead_time"


def scenario(name: str, *changes: Change, **fields: object) -> Scenario:
    """A scenario of some edits."""
    return Scenario.model_validate({"id": name, "name": name, "changes": changes, **fields})


def seen(program: Program, name: str, *scenarios: Scenario) -> Program:
    """The program as one of some scenarios sees it."""
    return scenario_program(program.model_copy(update={"scenarios": scenarios}), name)


def price(program: Program) -> float:
    """Price of the accelerator [USD]."""
    return next(row.price.value for row in program.supply.offers if row.item == "gpu-gb300")


def lead(program: Program) -> float:
    """Lead time of the transformer [days]."""
    return next(row.lead_days.value for row in program.supply.offers if row.item == "hv-mv-60mva")


DEAR = scenario("dear", Change(at=PRICE, scale=1.5))
LATE = scenario("late", Change(at=LEAD, shift="+13 weeks"))
LATER = scenario("later", Change(at=LEAD, shift="+26 weeks"))


def test_101_each_side_gives_what_it_changed(one_pod_program: Program) -> None:
    """One made a part dearer, the other a lead time longer: together both, and each once."""
    both = seen(one_pod_program, "both", DEAR, LATE, scenario("both", merges=("dear", "late")))
    assert price(both) == pytest.approx(1.5 * price(one_pod_program))
    assert lead(both) == lead(one_pod_program) + 91.0


def test_102_what_both_made_equal_is_taken_once(one_pod_program: Program) -> None:
    """Two scenarios of the same factor agree, and it is not applied twice; so does what they share as parent."""
    again = scenario("again", Change(at=PRICE, scale=1.5), Change(at=LEAD, shift="+13 weeks"))
    child = scenario("child", Change(at=LEAD, shift="+13 weeks"), parent="dear")
    for other in (again, child):
        both = seen(one_pod_program, "both", DEAR, other, scenario("both", merges=("dear", other.id)))
        assert (price(both), lead(both)) == (pytest.approx(1.5 * price(one_pod_program)), lead(one_pod_program) + 91.0)


def test_103_rows_come_and_go_from_both_sides(one_pod_program: Program) -> None:
    """A workload that one side splits off and a loss of the other are both there, in the blocks too."""
    moved = scenario(
        "moved", shifts=(ArchitectureShift(kind="context", workload="chat", share=0.4, context_factor=4.0),)
    )
    lost = scenario("lost", shifts=(ArchitectureShift(kind="supplier-lost", supplier="supplier-d"),))
    both = seen(one_pod_program, "both", moved, lost, scenario("both", merges=("moved", "lost")))
    assert "chat-moved" in {row.id for row in both.serving}
    assert any("chat-moved" in block.workloads for block in both.blocks)
    assert {row.per_week.value for row in both.supply.offers if row.supplier == "supplier-d"} == {0.0}


def test_201_two_words_on_one_field_are_a_conflict(one_pod_program: Program) -> None:
    """Field, both values, both scenarios and the repair are told, at the scenario that merges them."""
    with pytest.raises(InputError) as caught:
        seen(one_pod_program, "both", DEAR, LATE, LATER, scenario("both", merges=("dear", "late", "later")))
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.path) == ("merge-conflict", "scenarios[both].merges")
    assert "hv-mv-60mva" in problem.rule
    assert 'in "late"' in problem.rule
    assert 'in "later"' in problem.rule
    assert "`changes`" in problem.repair


def test_202_its_own_edit_settles_a_conflict(one_pod_program: Program) -> None:
    """What the merging scenario sets holds; an edit that only adds to either value settles nothing."""
    settled = scenario("both", Change(at=LEAD, set="40 weeks"), merges=("late", "later"))
    assert lead(seen(one_pod_program, "both", LATE, LATER, settled)) == 280.0
    added = scenario("both", Change(at=LEAD, shift="+1 weeks"), merges=("late", "later"))
    with pytest.raises(InputError, match="Set what it should be"):
        seen(one_pod_program, "both", LATE, LATER, added)


def test_203_a_row_removed_and_changed_is_a_conflict(one_pod_program: Program) -> None:
    """One side takes a row away that the other changes."""
    gone = scenario("gone", Change(at="terms[item=gpu-gb300]", remove=True))
    paid = scenario("paid", Change(at="terms[item=gpu-gb300].payment", set="60 days"))
    with pytest.raises(InputError, match='removed in "gone" and changed in "paid"'):
        seen(one_pod_program, "both", gone, paid, scenario("both", merges=("gone", "paid")))


def test_301_a_trail_names_each_once(one_pod_program: Program) -> None:
    """A diamond has its top once, and everything after what it rests on; a circle is told."""
    rows = (DEAR, scenario("a", parent="dear"), scenario("b", parent="dear"), scenario("both", merges=("a", "b")))
    program = one_pod_program.model_copy(update={"scenarios": rows})
    assert [row.id for row in scenario_trail(program, "both")] == ["dear", "a", "b", "both"]
    circle = (scenario("x", merges=("y", "dear")), scenario("y", parent="x"), DEAR)
    with pytest.raises(InputError, match="refines itself"):
        scenario_trail(one_pod_program.model_copy(update={"scenarios": circle}), "y")


def test_302_a_merge_has_a_sense(one_pod_program: Program) -> None:
    """A parent beside `merges`, a single one, and an unknown name are told."""
    rows = (
        DEAR,
        scenario("one", merges=("dear",)),
        scenario("two", parent="dear", merges=("dear", "one")),
        scenario("three", merges=("dear", "nobody")),
    )
    found = check_program(one_pod_program.model_copy(update={"scenarios": rows}))
    told = [(row.code, row.place.path) for row in found if row.severity == "error"]
    assert ("merge-parents", "scenarios[one].merges") in told
    assert ("merge-parents", "scenarios[two].merges") in told
    assert any(code == "unknown-reference" and path.startswith("scenarios[three].merges") for code, path in told)
