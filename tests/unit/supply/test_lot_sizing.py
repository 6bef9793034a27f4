"""Lots cost least: every answer is compared with the enumeration of all lots."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rackwright.solve import LinearModel, solve_linear
from rackwright.solve.mixed import solve_from
from rackwright.supply.capacitated_lots import CapacitatedLots, LotEffort, plan_capacitated_lots
from rackwright.supply.lot_sizing import LotPlan, MultiLevelLots, echelon_demand, plan_multi_level_lots
from rackwright.supply.service_network import Supplies

Rows = list[list[float]]


def levels(setup: list[float], hold: list[float], demand: Rows, arcs: list[tuple[int, int, float]]) -> MultiLevelLots:
    """A problem; arcs are (component, parent, pieces of it in each parent)."""
    table = np.array(arcs, dtype=float).reshape(-1, 3)
    structure = Supplies(len(setup), table[:, 0].astype(int), table[:, 1].astype(int), table[:, 2])
    return MultiLevelLots(np.array(setup), np.array(hold), np.array(demand, dtype=float), structure)


def latest_lots_cost(problem: MultiLevelLots) -> float:
    """Least cost over all sets of periods with lots: each lot makes what its item needs until the next lot."""
    items, periods = problem.demand.shape
    sets = list(itertools.product([False, True], repeat=periods))
    best = np.inf
    for chosen in itertools.product(sets, repeat=items):
        needed, cost, can_be = problem.demand.copy(), 0.0, True
        for item in reversed(problem.structure.order):
            made = np.zeros(periods)
            last = -1
            for period in range(periods):
                last = period if chosen[item][period] else last
                if needed[item, period] > 0.0 and last < 0:
                    can_be = False
                made[last] += needed[item, period]
            stock = np.cumsum(made - needed[item])
            cost += problem.setup_cost[item] * sum(chosen[item]) + problem.holding_cost[item] * float(stock.sum())
            for arc in np.flatnonzero(problem.structure.customers == item):
                needed[problem.structure.suppliers[arc]] += problem.structure.quantity[arc] * made
        best = cost if can_be and cost < best else best
    return best


def cost_of(setup: np.ndarray, hold: np.ndarray, plan: LotPlan) -> float:
    """Cost of a plan, written out."""
    return float((plan.is_setup.sum(axis=1) * setup).sum() + (plan.stock.sum(axis=1) * hold).sum())


def check_levels(problem: MultiLevelLots, plan: LotPlan) -> None:
    """Nothing is made without a lot, no stock is negative, and the cost is that of the lots."""
    assert not np.any((plan.made > 1e-6) & ~plan.is_setup)
    assert plan.stock.min() >= -1e-6
    assert plan.made.sum(axis=1) == pytest.approx(echelon_demand(problem).sum(axis=1), abs=1e-6)
    assert cost_of(problem.setup_cost, problem.holding_cost, plan) == pytest.approx(plan.objective, abs=1e-6)


def test_101_one_item_by_hand() -> None:
    """10, 20 and 30 pieces at 25 a lot and 1 a piece held: lots of 10 + 20 and of 30 cost 70."""
    plan = plan_multi_level_lots(levels([25.0], [1.0], [[10.0, 20.0, 30.0]], []))
    assert plan.status == "optimal"
    assert plan.objective == pytest.approx(70.0)
    assert plan.made.tolist() == [[30.0, 0.0, 30.0]]


STRUCTURES = {
    "serial": [(1, 0, 2.0)],
    "assembly": [(1, 0, 1.0), (2, 0, 2.0)],
    "common part": [(2, 0, 1.0), (2, 1, 1.0)],
}


@pytest.mark.parametrize("name", STRUCTURES)
@pytest.mark.parametrize("seed", range(3))
def test_102_small_structures_are_solved_exactly(name: str, seed: int) -> None:
    """Serial, assembly and shared components reach the least cost of all lots."""
    arcs = STRUCTURES[name]
    items = 1 + max(max(arc[:2]) for arc in arcs)
    random = np.random.default_rng(seed)
    demand = np.zeros((items, 4))
    demand[: 2 if name == "common part" else 1] = random.integers(0, 30, 4)
    demand[-1] += random.integers(0, 9, 4)
    hold = np.where(np.arange(items) < (2 if name == "common part" else 1), 4.0, 1.0)
    problem = levels(random.integers(10, 90, items).astype(float).tolist(), hold.tolist(), demand.tolist(), arcs)
    plan = plan_multi_level_lots(problem)
    check_levels(problem, plan)
    assert plan.status == "optimal"
    assert plan.objective == pytest.approx(latest_lots_cost(problem))
    assert plan.bound == pytest.approx(plan.objective)


def test_103_a_component_dearer_to_hold_than_its_parent_is_refused() -> None:
    """Holding cost that falls towards the product contradicts the model and is named."""
    with pytest.raises(ValueError, match=r"items \[0\]"):
        levels([1.0, 1.0], [1.0, 2.0], [[1.0], [0.0]], [(1, 0, 1.0)])


def line(setup_time: float, capacity: list[float], demand: Rows) -> CapacitatedLots:
    """Items of one hour a piece, set-up cost 30, holding cost 1."""
    ones = np.ones(len(demand))
    return CapacitatedLots(30.0 * ones, setup_time * ones, ones, ones, np.array(demand), np.array(capacity))


def cheapest_lots(problem: CapacitatedLots) -> float:
    """Least cost over all lots; quantities of each set of lots by a linear program in pieces made."""
    items, periods = problem.demand.shape
    return min(
        quantity_cost(problem, np.array(chosen).reshape(items, periods))
        for chosen in itertools.product([0.0, 1.0], repeat=items * periods)
    )


def quantity_cost(problem: CapacitatedLots, lots: np.ndarray) -> float:
    """Cost of given lots, infinite where they do not do."""
    (items, periods), num = problem.demand.shape, problem.demand.size
    hours = problem.capacity - problem.setup_time @ lots
    cell, (i, s, t) = np.arange(num), np.nonzero(np.tri(periods, dtype=bool).T[None].repeat(items, axis=0))
    cumulative = np.cumsum(problem.demand, axis=1)
    model = LinearModel(
        cost=np.repeat(problem.holding_cost, periods) * (periods - cell % periods),
        col_lower=np.zeros(num),
        col_upper=np.where(lots.ravel() > 0.5, np.inf, 0.0),
        row_lower=np.concatenate([cumulative.ravel(), np.full(periods, -np.inf)]),
        row_upper=np.concatenate([np.full(num, np.inf), hours]),
        rows=np.concatenate([i * periods + t, num + cell % periods]),
        cols=np.concatenate([i * periods + s, cell]),
        values=np.concatenate([np.ones(len(i)), np.repeat(problem.unit_time, periods)]),
    )
    if np.any(hours < 0.0):
        return np.inf
    found = solve_linear(model)
    constant = float(problem.holding_cost @ cumulative.sum(axis=1))
    return (
        found.objective + float((problem.setup_cost @ lots).sum()) - constant if found.status == "optimal" else np.inf
    )


def check_line(problem: CapacitatedLots, plan: LotPlan) -> None:
    """Lots fit the hours, demand is met in time and the cost is that of the lots."""
    hours = problem.unit_time @ plan.made + problem.setup_time @ plan.is_setup
    assert np.all(hours <= problem.capacity + 1e-6)
    assert not np.any((plan.made > 1e-6) & ~plan.is_setup)
    assert plan.stock.min() >= -1e-6
    assert cost_of(problem.setup_cost, problem.holding_cost, plan) == pytest.approx(plan.objective)
    assert plan.bound <= plan.objective


DEMANDS = st.lists(st.lists(st.integers(0, 20).map(float), min_size=3, max_size=3), min_size=2, max_size=2)


@settings(max_examples=15)
@given(DEMANDS, st.sampled_from([0.0, 4.0]))
def test_201_small_lines_are_solved_exactly(demand: Rows, setup_time: float) -> None:
    """Two items in three periods reach the least cost of all lots, or are called infeasible where there is none."""
    problem = line(setup_time, [40.0, 25.0, 30.0], demand)
    plan, best = plan_capacitated_lots(problem), cheapest_lots(problem)
    if np.isfinite(best):
        check_line(problem, plan)
        assert plan.status == "optimal"
        assert plan.objective == pytest.approx(best)
    else:
        assert plan.status == "infeasible"
        assert plan.made.size == 0


def wide_line() -> CapacitatedLots:
    """Six items, ten periods, tight hours: not solved at the root."""
    random = np.random.default_rng(6)
    demand = random.integers(0, 60, (6, 10)).astype(float)
    demand[:, :2] *= 0.5
    return CapacitatedLots(
        random.integers(100, 400, 6).astype(float),
        random.integers(5, 15, 6).astype(float),
        random.integers(1, 4, 6).astype(float),
        np.ones(6),
        demand,
        np.full(10, 1.4 * demand.sum() / 10),
    )


def test_202_the_search_finds_the_same_plan_each_time() -> None:
    """Windows and neighbourhoods find a plan that holds, near its bound, and the same one again."""
    effort = LotEffort(fixed_lots=12, freed_lots=30, nodes=50, moves=2, bound_nodes=0)
    plan = plan_capacitated_lots(wide_line(), effort=effort)
    check_line(wide_line(), plan)
    assert plan.gap < 0.05
    assert np.array_equal(plan_capacitated_lots(wide_line(), effort=effort).made, plan.made)


def test_203_moves_better_the_plan() -> None:
    """Freeing lots again betters what was decided window by window."""
    few, many = (
        plan_capacitated_lots(wide_line(), effort=LotEffort(12, 30, 50, moves, 0)).objective for moves in (0, 6)
    )
    assert many < few - 1.0


def test_205_a_line_without_hours_is_infeasible() -> None:
    """More work than hours is a result, not an error: no plan, no lots."""
    plan = plan_capacitated_lots(line(1.0, [10.0, 10.0], [[9.0, 0.0], [9.0, 9.0]]))
    assert plan.status == "infeasible"
    assert plan.gap == float("inf")


def test_204_rows_of_another_length_are_refused() -> None:
    """Demand and capacity over different periods contradict each other."""
    with pytest.raises(ValueError, match="number of periods"):
        line(0.0, [1.0], [[1.0, 2.0]])


def test_301_a_solve_goes_on_from_a_point() -> None:
    """A solve without nodes still answers at least as well as the point it was given."""
    model = LinearModel(
        cost=np.array([-5.0, -4.0, -3.0]),
        col_lower=np.zeros(3),
        col_upper=np.ones(3),
        row_lower=np.array([-np.inf]),
        row_upper=np.array([5.0]),
        rows=np.zeros(3, dtype=np.int64),
        cols=np.arange(3),
        values=np.array([3.0, 3.0, 2.0]),
        is_integer=np.ones(3, dtype=bool),
    )
    assert solve_from(model, np.array([1.0, 0.0, 1.0])).objective == pytest.approx(-8.0)
    with pytest.raises(ValueError, match="2 values"):
        solve_from(model, np.zeros(2))
