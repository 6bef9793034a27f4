"""Is the set that is named the smallest that forbids a demand?"""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import replace

from rackwright.supply import SupplyRequest, plan_supply
from rackwright.supply.clauses import Clause
from rackwright.supply.conflicts import smallest_set
from rackwright.tables.supply import Supply

World = Callable[..., SupplyRequest]


def offer(supplier: str = "s1", *, lead: str = "14 days", weekly: float = 6.0) -> dict[str, object]:
    """Boards from a supplier."""
    return {"item": "board", "supplier": supplier, "price": "100 kUSD", "lead_time": lead,
            "allocation_per_week": weekly, "origin": "TW"}  # fmt: skip


def sources(supply: Supply, rule: str = "supply-delivered") -> list[str]:
    """Texts of a rule's checks."""
    return [str(text) for text in supply.checks.frame.filter(rule=rule)["source"].to_list()]


def test_101_a_plan_that_delivers_all_names_nothing(world: World) -> None:
    """The check keeps its text where every rack comes."""
    assert sources(plan_supply(world())) == ["siting.tranches"]


def test_102_one_lead_time_alone_forbids_the_racks(world: World) -> None:
    """Boards of 140 days' lead time do not come within 140 days, whatever everything else says."""
    found = sources(plan_supply(world(tables={"offers": [offer(lead="140 days")]})))
    assert found == ["siting.tranches; conflicts: tranches[t1].units, offers[board@s1].lead_time"]


def test_103_two_allocations_forbid_the_racks_together(world: World) -> None:
    """Of two suppliers that give too little both allocations are named, and nothing else."""
    offers = [offer("s1", weekly=0.1), offer("s2", weekly=0.2)]
    (found,) = sources(plan_supply(world(tables={"offers": offers})))
    fields = "offers[board@s1].allocation_per_week, offers[board@s2].allocation_per_week"
    assert found.endswith(f"conflicts: tranches[t1].units, {fields}")


def test_104_without_any_one_of_the_set_the_demand_is_met(world: World) -> None:
    """Raising either of the two allocations that are named delivers all racks."""
    for fixed in ("s1", "s2"):
        offers = [offer(name, weekly=6.0 if name == fixed else 0.1) for name in ("s1", "s2")]
        request = replace(world(tables={"offers": offers}), with_reasons=False)
        assert plan_supply(request).checks.frame.filter(rule="supply-delivered")["passed"].to_list() == [True]


def test_105_a_way_nobody_wrote_down_is_the_reason(world: World) -> None:
    """Racks made only in a country without a lane to the campus say so, and no field is looked for."""
    makes = [{"item": "sku", "plant": "p2", "lead_time": "7 days"}]
    (found,) = sources(plan_supply(world(tables={"makes": makes, "routes": [], "cells": []})))
    assert found == "siting.tranches; because no way to bring sku to x1"


def test_106_a_claim_that_is_not_given_names_what_forbids_it(world: World) -> None:
    """A spare asked of a plant within the lead time of its only source is forbidden by that lead time."""
    claims = [{"item": "board", "plant": "p1", "kind": "spare", "qty": 2}]
    found = plan_supply(world(tables={"offers": [offer(lead="140 days")], "claims": claims}))
    (text,) = sources(found, "supply-claim-given")
    assert text.endswith("offers[board@s1].lead_time")


def test_201_halves_find_each_smallest_set() -> None:
    """Among twenty clauses two that conflict only together are found in fewer tests than there are clauses."""
    clauses = [Clause("offers", f"x{i:02d}", "qty") for i in range(20)]
    pair = {clauses[3], clauses[17]}
    tests = 0

    def conflicts(kept: Set[Clause]) -> bool:
        nonlocal tests
        tests += 1
        return pair <= kept

    found = smallest_set(clauses, conflicts)
    assert (set(found.members), found.is_smallest) == (pair, True)
    assert tests < len(clauses)


def test_202_a_search_that_is_stopped_says_so() -> None:
    """After the last test allowed the set still conflicts and is not called the smallest."""
    clauses = [Clause("offers", f"x{i:02d}", "qty") for i in range(20)]
    pair = {clauses[3], clauses[17]}
    found = smallest_set(clauses, lambda kept: pair <= kept, most=2)
    assert pair <= set(found.members)
    assert not found.is_smallest
