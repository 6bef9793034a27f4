"""Is a changed plan the optimum from the kept basis, and does it move no more than it has to?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rackwright.supply import SupplyRequest, plan_supply
from rackwright.supply.replan import replan_supply
from rackwright.tables.supply import Bases, Supply

World = Callable[..., SupplyRequest]

TWO_OFFERS = [
    {"item": "board", "supplier": "s1", "price": "100 kUSD", "lead_time": "14 days", "allocation_per_week": 6,
     "origin": "TW"},
    {"item": "board", "supplier": "s2", "price": "101 kUSD", "lead_time": "14 days", "allocation_per_week": 6,
     "origin": "TW"},
]  # fmt: skip


def quick(request: SupplyRequest) -> SupplyRequest:
    """The request without reasons."""
    return replace(request, with_reasons=False)


def bought(supply: Supply, supplier: str) -> float:
    """Pieces bought of a supplier."""
    rows = supply.orders.frame.filter(kind="buy", source=supplier)
    return float(rows["qty"].sum())


def accepted(supply: Supply) -> Any:
    """Racks accepted by bucket."""
    return supply.deployments["racks"].to_numpy()


def test_101_nothing_different_moves_nothing(world: World) -> None:
    """The same request gives the same racks, from the kept basis without an iteration, and moves cost nothing."""
    before = plan_supply(quick(world()))
    found = replan_supply(quick(world()), before)
    assert found.is_from_basis
    assert found.move_usd == pytest.approx(0.0, abs=1.0)
    assert np.allclose(accepted(found.supply), accepted(before), atol=1e-6)
    free = replan_supply(quick(world()), before, is_free=True)
    assert free.iterations == 0


def test_102_without_a_price_the_answer_is_that_of_a_cold_solve(world: World) -> None:
    """Half the boards a week: the free answer from the basis has the objective of a plan from nothing."""
    before = plan_supply(quick(world(need_day=40)))
    offers = [TWO_OFFERS[0] | {"allocation_per_week": 3}]
    changed = quick(world(need_day=40, tables={"offers": offers}))
    cold, warm = plan_supply(changed), replan_supply(changed, before, is_free=True)
    assert warm.supply.solves["objective"][0] == pytest.approx(cold.solves["objective"][0], rel=1e-9)
    assert cold.solves["objective"][0] > before.solves["objective"][0]


def test_103_what_wins_less_than_a_move_stays(world: World) -> None:
    """A supplier that becomes a little cheaper takes the orders of the next weeks only if moves have no price."""
    policy = world().policy.model_copy(update={"whole_rack_weeks": 20, "stability_days": 5.0})
    base = quick(replace(world(need_day=40, tables={"offers": TWO_OFFERS}), policy=policy))
    cheaper = [TWO_OFFERS[0], TWO_OFFERS[1] | {"price": "99 kUSD"}]
    changed = quick(replace(world(need_day=40, tables={"offers": cheaper}), policy=policy))
    before = plan_supply(base)
    kept, free = replan_supply(changed, before), replan_supply(changed, before, is_free=True)
    assert bought(before, "s1") == pytest.approx(16.0)
    assert bought(kept.supply, "s1") == pytest.approx(16.0)
    assert bought(free.supply, "s2") == pytest.approx(16.0)
    assert kept.move_usd == pytest.approx(0.0, abs=1.0)


def test_104_a_basis_fits_a_network_without_an_offer(world: World) -> None:
    """The offer in use is gone: the kept basis is completed, and the answer is that of a plan from nothing."""
    before = plan_supply(quick(world(tables={"offers": TWO_OFFERS})))
    changed = quick(world(tables={"offers": TWO_OFFERS[1:]}))
    found = replan_supply(changed, before, is_free=True)
    assert found.is_from_basis
    assert bought(found.supply, "s2") == pytest.approx(16.0)
    assert found.supply.solves["objective"][0] == pytest.approx(plan_supply(changed).solves["objective"][0], rel=1e-9)


def test_105_a_plan_without_a_basis_is_solved_from_nothing(world: World) -> None:
    """What an older plan does not keep costs time, not the answer."""
    before = plan_supply(quick(world()))
    found = replan_supply(quick(world()), replace(before, bases=Bases.empty()))
    assert not found.is_from_basis
    assert np.allclose(accepted(found.supply), accepted(before), atol=1e-6)


def test_106_near_racks_stay_whole(world: World) -> None:
    """Racks of the weeks of whole racks are whole after a change too."""
    policy = world().policy.model_copy(update={"whole_rack_weeks": 12})
    before = plan_supply(quick(replace(world(need_day=40), policy=policy)))
    offers = [TWO_OFFERS[0] | {"allocation_per_week": 5}]
    changed = quick(replace(world(need_day=40, tables={"offers": offers}), policy=policy))
    near = accepted(replan_supply(changed, before).supply)[:12]
    assert np.allclose(near, np.round(near), atol=1e-6)
    assert near.sum() > 0
