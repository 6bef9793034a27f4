"""How large are the rungs of the ladder? Never larger than what is still needed, in the branch that needs most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rackwright.scenarios.chance import Draw, GateSamples
from rackwright.scenarios.evaluation import Delayed, Sample, new_standing
from rackwright.scenarios.evaluation import World as Branch
from rackwright.scenarios.ladder import LadderOption, ladder_options, options_of_branch
from rackwright.scenarios.needs import largest_needs, open_needs
from rackwright.scenarios.recourse import RecourseModel, recourse_model
from rackwright.solve import solve_linear
from rackwright.supply import SupplyRequest
from rackwright.supply.network import Network
from rackwright.supply.scope import scope_network
from rackwright.supply.timing import Grid

World = Callable[..., SupplyRequest]
OFFER = {"item": "board", "supplier": "s1", "price": "100 kUSD", "lead_time": "14 days",
         "allocation_per_week": 1, "origin": "TW"}  # fmt: skip
RUNG = {"rung": "reservation", "fee": "5 %", "secures_per_week": 6, "expires_after": "10 weeks"}


def offered(world: World, *, tables: dict[str, Any] | None = None, **changes: Any) -> SupplyRequest:
    """A board a week, and a reservation of six a week for ten weeks, sixty; eight racks need two boards each."""
    terms = [{"item": "board", "supplier": "s1", "rungs": [RUNG]}]
    return world(tables={"offers": [OFFER], "terms": terms} | (tables or {}), **changes)


def network(request: SupplyRequest) -> Network:
    """Its network on the plan's own weeks."""
    return scope_network(request, Grid.of(request.horizon.buckets(num_weekly=104, num_monthly=0))).network


def sizes(request: SupplyRequest, needs: dict[str, float]) -> list[tuple[float, float, float]]:
    """Pieces, pieces a week and fee of each option."""
    return [(row.qty, row.per_week, row.fee_usd) for row in ladder_options(request, needs)]


def test_101_a_size_is_no_larger_than_the_need(world: World) -> None:
    """Sixteen boards are needed, sixty could be secured: half and all of sixteen, at 5 % of 100 kUSD a piece."""
    request = offered(world)
    needs = open_needs(network(request))
    assert needs["board"] == 16.0
    assert sizes(request, needs) == [(8.0, 3.0, 40_000.0), (16.0, 6.0, 80_000.0)]


def test_106_a_fee_binds_capital(world: World) -> None:
    """80 kUSD paid now, credited with orders paid 14 + 30 days on, cost 10 % a year of it for 44 days."""
    terms = [{"item": "board", "supplier": "s1", "rungs": [RUNG | {"refund": 1.0}]}]
    request = offered(world, tables={"terms": terms})
    whole = ladder_options(request, {"board": 16.0})[1]
    assert (whole.fee_usd, whole.lost_usd) == (80_000.0, 80_000.0)
    assert whole.sunk_usd == pytest.approx(80_000.0 * (1.0 + 0.1 * 44.0 / 365.25))


def test_102_a_large_need_leaves_what_the_rung_secures(world: World) -> None:
    """Forty racks need eighty boards: half and all of the sixty that the rung secures."""
    request = offered(world, racks=40)
    options = ladder_options(request, open_needs(network(request)))
    assert [(row.qty, row.is_capped) for row in options] == [(30.0, False), (60.0, False)]


def test_103_the_branch_that_needs_most_counts(world: World) -> None:
    """A branch with twelve racks needs twenty-four boards, so that is the size; without any need there is no option."""
    request = offered(world)
    branches = {"base": open_needs(network(request)), "more": open_needs(network(offered(world, racks=12)))}
    assert [row.qty for row in ladder_options(request, largest_needs(branches))] == [12.0, 24.0]
    assert ladder_options(request, {"board": 0.0}) == ladder_options(request, {}) == ()


def test_104_stock_comes_off_and_yield_adds(world: World) -> None:
    """Sixteen boards at a yield of 80 % are twenty; four in stock leave sixteen."""
    makes = [{"item": "sku", "plant": "p1", "lead_time": "7 days", "cost": "10 kUSD", "yield": 0.8}]
    stock = [{"item": "board", "plant": "p1", "qty": 4}]
    assert open_needs(network(offered(world, tables={"makes": makes})))["board"] == pytest.approx(20.0)
    both = open_needs(network(offered(world, tables={"makes": makes, "stock": stock})))
    assert both["board"] == pytest.approx(16.0)


def test_105_parts_that_replace_each_other_each_count_in_full(world: World) -> None:
    """Either board may fill both places of a rack, so each is needed sixteen times at most."""
    offers = [OFFER, OFFER | {"item": "other"}]
    structure = [("sku", "board", 0, 140, 2.0, 0.0, "main", 1), ("sku", "other", 0, 140, 2.0, 0.0, "main", 2)]
    needs = open_needs(network(offered(world, tables={"offers": offers}, structure=structure)))
    assert (needs["board"], needs["other"]) == (16.0, 16.0)


@pytest.mark.parametrize(("taken", "most"), [((1.0, 0.0), 8.0), ((0.0, 1.0), 16.0), ((0.5, 0.0), 4.0)])
def test_201_orders_under_a_rung_are_at_most_its_pieces(world: World, taken: tuple[float, ...], most: float) -> None:
    """Late racks are dear and the supplier gives nothing else: all that the rung secures is ordered, and no more."""
    request = offered(world, need_day=30, tables={"offers": [OFFER | {"allocation_per_week": 0}]})
    options = ladder_options(request, open_needs(network(request)))
    built = _model(request, options)
    later = [column for column, _ in built.later]
    lower, upper = built.model.col_lower.copy(), built.model.col_upper.copy()
    lower[:2] = upper[:2] = taken
    upper[later] = 0.0
    solution = solve_linear(replace(built.model, col_lower=lower, col_upper=upper))
    now = built.model.num_rows - 2  # the last row is that of the rung taken later
    own = (built.model.rows == now) & (built.model.cols >= built.num_options)
    assert solution.x[built.model.cols[own]].sum() * network(request).unit("board") == pytest.approx(most)


def test_202_a_part_of_a_later_rung_costs_and_secures_that_part(world: World) -> None:
    """The pieces of a later rung are tied to the share of it that is paid for."""
    request = offered(world)
    built = _model(request, ladder_options(request, open_needs(network(request))))
    column, option = built.later[0]
    model = built.model
    at = (model.rows == model.num_rows - 1) & (model.cols == column)
    assert model.values[at] * network(request).unit("board") == pytest.approx(np.array([-16.0]))
    assert not ((model.rows == model.num_rows - 2) & (model.cols == column)).any()
    assert option == 1


def test_203_a_rung_falls_with_its_terms(world: World) -> None:
    """In a branch that lost the supplier's terms its rungs have no offer, so they secure nothing there."""
    request = offered(world)
    options = ladder_options(request, {"board": 16.0})
    gone = replace(request, supply=request.supply.model_copy(update={"terms": ()}))
    assert {row.offer for row in options_of_branch(options, request)} == {0}
    assert {row.offer for row in options_of_branch(options, gone)} == {-1}


def test_301_a_later_decision_is_answered_from_the_known_basis(world: World) -> None:
    """A plan decided a week later costs the same asked of the scenario as of one built for that day, and never less."""
    request = offered(world, need_day=30)
    options = ladder_options(request, {"board": 16.0})
    gates = GateSamples((), np.zeros((0, 0), dtype=np.int32))
    draw = Draw(0, "base", 1.0, 1, is_central=True)
    sample = Sample(Branch(request, gates, 60.0), draw, options, network(request).grid, None, 0.5)
    plan = np.array([0.0, 1.0])
    crew = new_standing([sample], workers=0)
    now, later = crew.ask(plan)[0], crew.ask(Delayed(plan, 7.0))[0]
    built = new_standing([replace(sample, now_day=7.0)], workers=0).ask(plan)[0]
    assert later.cost_usd == pytest.approx(built.cost_usd, rel=1e-9)
    assert later.cost_usd > now.cost_usd
    assert crew.ask(plan)[0].cost_usd == pytest.approx(now.cost_usd, rel=1e-12)


def _model(request: SupplyRequest, options: tuple[LadderOption, ...]) -> RecourseModel:
    own = network(request)
    return recourse_model(request, own, options, kit_usd=np.zeros(len(own.acceptances)), known_day=30.0)
