"""Tests of `rackwright.solve`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.solve import HotModel, Limits, LinearModel, solve_linear

INF = float("inf")


def production(*, integer: bool = False, steel: float = 7.0) -> LinearModel:
    """Max 3 x + 2 y with 2 x + y <= steel, x + y <= 4; the optimum at steel = 7 is (3, 1) worth 11."""
    return LinearModel(
        cost=np.array([-3.0, -2.0]),
        col_lower=np.zeros(2),
        col_upper=np.full(2, INF),
        row_lower=np.full(2, -INF),
        row_upper=np.array([steel, 4.0]),
        rows=np.array([0, 0, 1, 1]),
        cols=np.array([0, 1, 0, 1]),
        values=np.array([2.0, 1.0, 1.0, 1.0]),
        is_integer=np.array([True, True]) if integer else None,
    )


@pytest.mark.parametrize("method", ["choose", "simplex", "ipm", "ipm-without-crossover"])
def test_101_each_method_finds_the_known_optimum(method: str) -> None:
    """Every method finds x = 3, y = 1 worth 11 and prices both rows at 1."""
    found = solve_linear(production(), method=method)  # type: ignore[arg-type]
    assert found.status == "optimal"
    assert found.objective == pytest.approx(-11.0, abs=1e-5)
    assert found.x == pytest.approx([3.0, 1.0], abs=1e-5)
    assert found.row_dual == pytest.approx([-1.0, -1.0], abs=1e-5)


def test_102_whole_columns_are_whole() -> None:
    """A mixed-integer model gives whole numbers and a bound that meets its objective."""
    found = solve_linear(production(integer=True, steel=7.5))
    assert found.x == pytest.approx(np.round(found.x))
    assert found.objective == pytest.approx(-11.0)
    assert found.gap == pytest.approx(0.0, abs=1e-9)


def test_103_duplicate_entries_add_up() -> None:
    """Two entries at one place of the matrix count as their sum."""
    model = production()
    split = replace(
        model,
        rows=np.append(model.rows, 0),
        cols=np.append(model.cols, 0),
        values=np.append(np.where(np.arange(4) == 0, 1.5, model.values), 0.5),
    )
    assert solve_linear(split).objective == pytest.approx(solve_linear(model).objective)


def test_201_no_answer_is_a_status() -> None:
    """Contradicting rows are reported as infeasible and a free fall as unbounded, not as an exception."""
    model = production()
    assert solve_linear(replace(model, row_lower=np.array([9.0, -INF]))).status == "infeasible"
    free = replace(model, row_upper=np.full(2, INF))
    assert solve_linear(free).status == "unbounded"


def test_202_a_count_stops_the_solve() -> None:
    """With no simplex iteration allowed the status is `limit` and nothing is claimed as proved."""
    rng = np.random.default_rng(1)
    size = 30
    model = LinearModel(
        cost=-rng.random(size),
        col_lower=np.zeros(size),
        col_upper=np.full(size, INF),
        row_lower=np.full(size, -INF),
        row_upper=1 + rng.random(size),
        rows=np.repeat(np.arange(size), size),
        cols=np.tile(np.arange(size), size),
        values=0.1 + rng.random(size * size),
    )
    found = solve_linear(model, method="simplex", limits=Limits(simplex_iterations=1))
    assert found.status == "limit"
    assert found.bound == -INF


def test_203_lengths_must_agree() -> None:
    """Arrays of different lengths are refused when the model is made."""
    with pytest.raises(ValueError, match="bounds of the rows"):
        replace(production(), row_upper=np.zeros(3))
    with pytest.raises(ValueError, match="differ in length"):
        replace(production(), cost=np.zeros(3))


@given(st.lists(st.floats(1.0, 20.0), min_size=1, max_size=4))
def test_301_a_kept_basis_changes_no_answer(steels: list[float]) -> None:
    """Variants solved one after another from the kept basis equal cold solves, whatever their order."""
    hot = HotModel(production())
    hot.solve()
    for steel in steels:
        variant = production(steel=steel)
        assert hot.solve_variant(variant).objective == pytest.approx(solve_linear(variant).objective)


def test_302_changed_bounds_stay() -> None:
    """Bounds changed on the hot model hold for the answer that follows."""
    hot = HotModel(production())
    hot.solve("ipm")
    found = hot.change_col_bounds(np.array([0]), np.array([0.0]), np.array([1.0]))
    assert found.x == pytest.approx([1.0, 3.0])
    assert hot.model.col_upper[0] == 1.0


def test_303_a_variant_has_the_same_shape() -> None:
    """A variant with another number of columns is refused."""
    hot = HotModel(production())
    hot.solve()
    wide = replace(production(), cost=np.zeros(3), col_lower=np.zeros(3), col_upper=np.ones(3))
    with pytest.raises(ValueError, match="rows and columns"):
        hot.solve_variant(wide)


def test_204_nothing_to_decide_is_optimal() -> None:
    """A model without columns whose rows allow zero is optimal at zero."""
    none = np.zeros(0)
    whole = np.zeros(0, dtype=np.int64)
    found = solve_linear(LinearModel(none, none, none, np.array([-INF]), np.ones(1), whole, whole, none))
    assert (found.status, found.objective, found.gap) == ("optimal", 0.0, 0.0)
