"""Large weekly networks: the bound against the exact program, both forms of the steps, plans against the checker."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.solve import solve_linear
from rackwright.supply.atscale import (
    NONE,
    Plan,
    Prices,
    Schedule,
    WeeklyNetwork,
    closed_form_bound,
    find_faults,
    plan_cost_usd,
    plan_weekly,
    weekly_program,
)
from rackwright.supply.atscale.compiled import HAS_COMPILER
from rackwright.supply.atscale.execution import execute, plan_of_starts
from rackwright.supply.atscale.first_order import Point, Stepper, iterate
from rackwright.supply.atscale.grids import grid_problem, make_grid
from rackwright.supply.atscale.products import Products
from rackwright.validate.made_network import Shape, make_network

SHORT = Schedule(grids=((4, 80), (2, 80)), rounds=((8.0, 120), (0.3, 80)))


def one_item(weeks: int = 6) -> WeeklyNetwork:
    """One item bought for 10 with two weeks' lead, at most 4 a week; 3 wanted in week 3, 6 in week 4."""
    demand = np.zeros((1, weeks))
    demand[0, 3], demand[0, 4] = 3.0, 6.0
    return WeeklyNetwork(
        num_weeks=weeks, item_of=np.array([0]), site_of=np.array([0]), holding_usd=np.array([1.0]),
        stock=np.array([1.0]), late_usd=np.array([5.0]), last_late_weeks=40.0, demand=demand, into=np.array([0]),
        lead_weeks=np.array([2]), cost_usd=np.array([10.0]), center=np.array([NONE]), hours=np.zeros(1),
        supplier=np.array([0]), content_usd=np.zeros(1), first_input=np.array([0, 0]), input_of=np.zeros(0, np.int64),
        input_qty=np.zeros(0), center_hours=np.zeros((0, weeks)), supplier_qty=np.full((1, weeks), 4.0),
        content_row=np.full(weeks, NONE), content_target_usd=np.zeros(0), short_usd=np.zeros(0),
    )  # fmt: skip


@pytest.fixture(scope="module")
def small() -> WeeklyNetwork:
    """A made network of 40 items over 30 weeks."""
    return make_network(Shape.scaled(0.02, weeks=30), seed=3)


def exact(net: WeeklyNetwork) -> tuple[float, Plan, Prices]:
    """Optimum, an optimal plan and its prices."""
    program = weekly_program(net)
    found = solve_linear(program.model, method="simplex")
    assert found.status == "optimal"
    return found.objective * program.units.money_usd, program.plan_of(found.x), program.prices_of(found.row_dual)


def test_cost_of_one_item_by_hand() -> None:
    """Eight bought at 10, one kept for three weeks and four more for one: the program finds the cost worked by hand."""
    cost, plan, _ = exact(one_item())
    # week 1 starts 4 (arrive 3: 5 on hand, 3 used, 2 kept), week 2 starts 4 (arrive 4: 6 used); stock 1,1,1,2,0,0
    assert cost == pytest.approx(80.0 + 1.0 + 1.0 + 1.0 + 2.0)
    assert plan.starts.sum() == pytest.approx(8.0)


def test_exact_plan_keeps_every_rule_and_costs_its_objective(small: WeeklyNetwork) -> None:
    """The program's optimum read as a plan passes the checker and costs the objective."""
    cost, plan, _ = exact(small)
    assert find_faults(small, plan).worst < 1e-6
    assert plan_cost_usd(small, plan) == pytest.approx(cost, rel=1e-9)


@pytest.mark.parametrize("is_compiled", [False, HAS_COMPILER])
def test_bound_at_exact_prices_is_the_optimum(small: WeeklyNetwork, *, is_compiled: bool) -> None:
    """At the program's own prices the closed form equals its optimum."""
    cost, _, prices = exact(small)
    assert closed_form_bound(small, prices, is_compiled=is_compiled).cost_usd == pytest.approx(cost, rel=1e-7)


@given(st.integers(0, 2**31), st.floats(-2.0, 3.0))
def test_no_prices_prove_more_than_the_optimum(seed: int, spread: float) -> None:
    """Whatever the prices, out of range or not, the bound stays below the optimum."""
    net = _TINY
    draw = np.random.default_rng(seed)
    noisy = [draw.normal(1.0, abs(spread), price.shape) * price + draw.normal(0.0, abs(spread), price.shape)
             for price in (_TINY_PRICES.stock_usd, _TINY_PRICES.center_usd, _TINY_PRICES.supplier_usd)]  # fmt: skip
    prices = Prices(*noisy, content_share=draw.uniform(-0.1, 0.4, len(net.short_usd)))
    assert closed_form_bound(net, prices, is_compiled=False).cost_usd <= _TINY_COST * (1.0 + 1e-9)


def test_both_forms_of_the_bound_agree(small: WeeklyNetwork) -> None:
    """The plain and the compiled form give the same bound and the same worth of pieces."""
    draw = np.random.default_rng(1)
    prices = Prices(
        draw.normal(0.0, 50.0, small.num_buffers), draw.random(small.center_hours.shape),
        draw.random(small.supplier_qty.shape), np.full(len(small.short_usd), 0.1),
    )  # fmt: skip
    plain = closed_form_bound(small, prices, is_compiled=False)
    other = closed_form_bound(small, prices)
    assert other.cost_usd == pytest.approx(plain.cost_usd, rel=1e-12)
    np.testing.assert_allclose(other.worth_usd, plain.worth_usd, rtol=1e-12)


@pytest.mark.skipif(not HAS_COMPILER, reason="needs the extra `fast`")
@pytest.mark.parametrize("step", [1, 5])
def test_both_forms_of_the_steps_agree(small: WeeklyNetwork, step: int) -> None:
    """After 120 steps the compiled rows and the plain arrays stand at the same point."""
    problem = grid_problem(small, make_grid(small.num_weeks, step))
    points = []
    for is_compiled in (True, False):
        point = Point.zero(problem)
        iterate(Stepper(problem, is_compiled=is_compiled), point, 120, 1.0)
        points.append(point)
    for one, other in zip(points[0].arrays(), points[1].arrays(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-3 * max(1.0, float(np.abs(other).max())))


@pytest.mark.parametrize("step", [1, 2, 7])
def test_products_of_a_grid_are_transposes(small: WeeklyNetwork, step: int) -> None:
    """y'(A x) = x'(A'y) on every grid, so the steps descend what they think they descend."""
    problem = grid_problem(small, make_grid(small.num_weeks, step))
    products, draw = Products.of(problem), np.random.default_rng(2)
    num = problem.grid.num
    starts = draw.random((small.num_activities, num)).astype(np.float32)
    worth = draw.random((small.num_buffers, num)).astype(np.float32)
    ceiling = draw.random((len(problem.ceiling), num)).astype(np.float32)
    content = draw.random(len(problem.target)).astype(np.float32)
    none = np.zeros_like(worth)
    forth = np.vdot(worth, products.balance(starts, none, none)) - np.vdot(ceiling, products.drawn(starts))
    forth += content @ products.counted(starts)
    assert -np.vdot(starts, products.pull(worth, ceiling, content)) == pytest.approx(forth, rel=1e-4)


def test_weeks_are_a_grid_of_one_week(small: WeeklyNetwork) -> None:
    """On weeks every start arrives its lead time later, whole, and late pieces count as the program counts them."""
    problem = grid_problem(small, make_grid(small.num_weeks, 1))
    assert set(np.unique(problem.early)) == {0.0, 1.0}
    assert not problem.tardy.any()
    end = small.ends[0]
    assert problem.owed_cost[end, -1] / problem.owed_cost[end, 0] == pytest.approx(small.last_late_weeks)


def test_a_large_plan_keeps_every_rule_and_its_bound_holds(small: WeeklyNetwork) -> None:
    """Plan and bound enclose the optimum, the plan passes the checker, and the gap is what they say."""
    cost, _, _ = exact(small)
    answer = plan_weekly(small, SHORT)
    assert find_faults(small, answer.plan).worst < 1e-6
    assert answer.bound.cost_usd <= cost * (1.0 + 1e-9)
    assert answer.cost_usd >= cost * (1.0 - 1e-9)
    assert answer.gap_share == pytest.approx(answer.cost_usd / answer.bound.cost_usd - 1.0)


def test_more_steps_close_the_gap(small: WeeklyNetwork) -> None:
    """With more rounds both halves come nearer: the gap of the long schedule is below that of the short one."""
    longer = replace(SHORT, rounds=((8.0, 400), (8.0, 400), (0.3, 400)))
    assert plan_weekly(small, longer).gap_share < plan_weekly(small, SHORT).gap_share


def test_equal_input_gives_equal_bytes(small: WeeklyNetwork) -> None:
    """Two runs give the same plan to the last bit."""
    one, other = plan_weekly(small, SHORT), plan_weekly(small, SHORT)
    assert one.plan.starts.tobytes() == other.plan.starts.tobytes()
    assert one.bound.cost_usd == other.bound.cost_usd


def test_a_changed_network_is_answered_from_the_base(small: WeeklyNetwork) -> None:
    """More demand at one end: going on from the base gives a feasible plan and a valid bound of the changed network."""
    base = plan_weekly(small, SHORT)
    demand = small.demand.copy()
    demand[small.ends[0]] *= 1.2
    changed = replace(small, demand=demand)
    cost, _, _ = exact(changed)
    answer = plan_weekly(changed, Schedule(rounds=((8.0, 120),)), base=base)
    assert find_faults(changed, answer.plan).worst < 1e-6
    assert answer.bound.cost_usd <= cost * (1.0 + 1e-9) <= answer.cost_usd * (1.0 + 2e-9)


def test_execution_reproduces_a_feasible_plan(small: WeeklyNetwork) -> None:
    """Carrying out starts that are feasible changes nothing but rounding."""
    _, plan, _ = exact(small)
    done = execute(small, plan.starts, np.arange(small.num_activities))
    assert plan_cost_usd(small, done) == pytest.approx(plan_cost_usd(small, plan), rel=1e-6)


def test_execution_of_too_much_is_feasible(small: WeeklyNetwork) -> None:
    """Wanting three times what is possible gives a plan that keeps every rule."""
    _, plan, _ = exact(small)
    done = execute(small, plan.starts * 3.0, np.arange(small.num_activities))
    assert find_faults(small, done).worst < 1e-6


def test_the_checker_finds_each_kind_of_fault() -> None:
    """A start beyond the ceiling, a start too late and a stock from nothing are each found."""
    net = one_item()
    starts = np.zeros((1, 6))
    starts[0, 1] = 6.0
    plan = plan_of_starts(net, starts)
    assert find_faults(net, plan).ceiling_share == pytest.approx(0.5)
    starts = np.zeros((1, 6))
    starts[0, 5] = 1.0
    assert find_faults(net, plan_of_starts(net, starts)).forbidden == 1.0
    wrong = replace(plan_of_starts(net, np.zeros((1, 6))), stock=np.full((1, 6), 9.0))
    assert find_faults(net, wrong).balance_share > 1.0


def test_networks_of_a_seed_are_equal() -> None:
    """The same shape and seed give the same network, another seed another one."""
    one, other = (make_network(Shape.scaled(0.01, weeks=20), seed=5) for _ in range(2))
    assert one.cost_usd.tobytes() == other.cost_usd.tobytes()
    assert one.demand.tobytes() != make_network(Shape.scaled(0.01, weeks=20), seed=6).demand.tobytes()


_TINY = make_network(Shape.scaled(0.006, weeks=16), seed=2)
_TINY_COST, _, _TINY_PRICES = exact(_TINY)
