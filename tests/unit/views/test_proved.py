"""Is a difference inside the gaps of two plans told as none?"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

from rackwright.plan import Plan
from rackwright.tables.supply import Solves
from rackwright.views.proved import doubt_between

MUSD = 1e6


def plan(objective: float, bound: float, status: str) -> Plan:
    """A plan of which only the proof of its supply counts."""
    row = ("linear program", status, objective * MUSD, bound * MUSD, 0.0, 1, 1, 0)
    supply: Any = SimpleNamespace(solves=Solves.from_rows([row]))
    return cast(Plan, SimpleNamespace(supply=supply))


def test_101_optimal_plans_leave_no_doubt() -> None:
    """Between two optima every difference counts, and nothing is said about gaps."""
    found = doubt_between(plan(100.0, 100.0, "optimal"), plan(100.001, 100.001, "optimal"))
    assert not found.hides
    assert found.text == ""


def test_102_a_difference_inside_the_gaps_is_no_effect() -> None:
    """Plans proved to 1 and 2 MUSD that differ by 2.5: no effect can be told; by 3.5: it can, single rows may not."""
    before = plan(100.0, 99.0, "limit")
    hidden = doubt_between(before, plan(102.5, 100.5, "limit"))
    assert hidden.hides
    assert hidden.text.startswith("No effect can be told")
    told = doubt_between(before, plan(103.5, 101.5, "limit"))
    assert not told.hides
    assert "by chance" in told.text


def test_103_a_plan_without_supply_has_no_doubt() -> None:
    """Where no program was solved there is no gap."""
    empty = replace(doubt_between(plan(1.0, 1.0, "optimal"), plan(1.0, 1.0, "optimal")))
    none: Any = SimpleNamespace(supply=SimpleNamespace(solves=Solves.empty()))
    assert doubt_between(none, none) == empty
