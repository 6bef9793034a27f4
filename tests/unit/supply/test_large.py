"""Is a plan above the limit of exact solves a plan, is its bound one, and does a changed one keep both?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.base.errors import SolverError
from rackwright.base.units import Estimate
from rackwright.solve import HotModel, LinearSolution, solve_linear
from rackwright.supply import SupplyRequest, plan_supply
from rackwright.supply.answering import answer_program
from rackwright.supply.assemble import Assembly, assemble
from rackwright.supply.kept import LEFT_OUT, kept_prices
from rackwright.supply.large import NarrowModel, PriceSheet, proved_bound
from rackwright.supply.large.coarser import coarser
from rackwright.supply.replan import replan_supply
from rackwright.supply.scope import scope_network
from rackwright.supply.timing import Grid

from .conftest import make, policy

SMALL_LIMIT = 300
ROUNDING = 1e-7


def rich(limit: int = 10**8, **changes: Any) -> SupplyRequest:
    """Two plants and three suppliers of boards, so that most columns are never used; short of boards and late."""
    offers = [
        {"item": "board", "supplier": supplier, "price": price, "lead_time": lead, "allocation_per_week": each,
         "origin": "TW"}
        for supplier, price, lead, each in (("s1", "100 kUSD", "14 days", 2), ("s2", "104 kUSD", "21 days", 1),
                                            ("s3", "140 kUSD", "7 days", 1))
    ]  # fmt: skip
    makes = [
        {"item": "sku", "plant": plant, "lead_time": "7 days", "cost": cost, "labour_hours": 20}
        for plant, cost in (("p1", "10 kUSD"), ("p2", "12 kUSD"))
    ]
    tables = {
        "offers": offers,
        "makes": makes,
        "suppliers": [{"id": name, "name": name, "country": "TW"} for name in ("s1", "s2", "s3")],
        "lanes": [
            {"from": "TW", "to": "*", "mode": "air", "transit": "7 days", "usd_per_kg": 5},
            {"from": "MX", "to": "US", "mode": "road", "transit": "5 days", "usd_per_kg": 0.3},
            {"from": "US", "to": "*", "mode": "road", "transit": "2 days", "usd_per_kg": 0.3},
        ],
        "stock": [{"item": "board", "plant": "p1", "qty": 3, "as_of": "2026-12-01"}],
    }
    return make(racks=12, need_day=50, tables=tables | changes, policy=policy(exact_columns=limit), with_reasons=False)


def assembled(request: SupplyRequest) -> Assembly:
    """The model of a request on its own buckets."""
    rules = request.policy
    grid = Grid.of(request.horizon.buckets(num_weekly=rules.weekly_buckets, num_monthly=rules.monthly_buckets))
    return assemble(scope_network(request, grid).network, rules, None)


@pytest.fixture(scope="module")
def solved() -> tuple[Assembly, LinearSolution]:
    """The model and its optimum."""
    assembly = assembled(rich())
    return assembly, solve_linear(assembly.model, method="simplex")


def test_201_bound_optimum_and_plan_stand_in_order(solved: tuple[Assembly, LinearSolution]) -> None:
    """Above the limit the bound is no more than the optimum, the plan no less, and both are near it."""
    assembly, best = solved
    assert assembly.model.num_cols > SMALL_LIMIT
    found = answer_program(rich(SMALL_LIMIT), assembly).relaxed
    slack = ROUNDING * abs(best.objective)
    assert found.bound - slack <= best.objective <= found.objective + slack
    assert 0.0 < found.gap < 0.05
    assert found.status == "limit"


def test_202_the_plan_keeps_every_row_and_leaves_columns_out(solved: tuple[Assembly, LinearSolution]) -> None:
    """What the narrow model plans keeps every row of the whole one, and many columns were never solved."""
    assembly, _ = solved
    answered = answer_program(rich(SMALL_LIMIT), assembly)
    model, x = assembly.model, answered.relaxed.x
    values = PriceSheet.of(assembly).by_row @ x
    assert (x >= 0).all()
    assert (values >= model.row_lower - 1e-6).all()
    assert (values <= model.row_upper + 1e-6).all()
    assert answered.basis is not None
    assert (answered.basis.columns == LEFT_OUT).sum() > 0.1 * model.num_cols


def test_203_prices_of_the_optimum_prove_the_optimum(solved: tuple[Assembly, LinearSolution]) -> None:
    """The closed form at the optimum's own prices is the optimum."""
    assembly, best = solved
    proved = proved_bound(PriceSheet.of(assembly), best.row_dual)
    assert proved.bound == pytest.approx(best.objective, rel=ROUNDING)


@given(seed=st.integers(0, 10_000), noise=st.floats(0.0, 3.0))
def test_204_no_prices_prove_too_much(seed: int, noise: float) -> None:
    """Whatever the prices, good, bad or of the wrong sign, the bound is never above the optimum."""
    assembly, best = SOLVED()
    random = np.random.default_rng(seed)
    prices = best.row_dual * (1.0 + noise * random.standard_normal(len(best.row_dual)))
    prices += noise * random.standard_normal(len(prices))
    proved = proved_bound(PriceSheet.of(assembly), prices)
    assert proved.bound <= best.objective * (1.0 + ROUNDING)
    assert len(PriceSheet.of(assembly).failing(PriceSheet.of(assembly).reduced_cost(proved.prices))) == 0


class _Once:
    """The model and its optimum, made when first asked for."""

    found: tuple[Assembly, LinearSolution] | None = None

    def __call__(self) -> tuple[Assembly, LinearSolution]:
        if self.found is None:
            assembly = assembled(rich())
            self.found = assembly, solve_linear(assembly.model, method="simplex")
        return self.found


SOLVED = _Once()


def test_205_the_result_says_plan_bound_gap_and_method() -> None:
    """`solves` names the method and its gap, and an omission says so in words."""
    exact, large = plan_supply(rich()), plan_supply(replace(rich(SMALL_LIMIT), with_reasons=True))
    assert exact.solves["status"][0] == "optimal"
    assert large.solves["status"][0] == "limit"
    assert large.solves["gap"][0] > 0.0
    assert large.solves["bound"][0] <= exact.solves["objective"][0] <= large.solves["objective"][0] * (1 + ROUNDING)
    assert any("within" in text for text in large.omissions)
    assert not any("within" in text for text in exact.omissions)


def test_211_causes_above_the_limit_are_those_of_the_optimum() -> None:
    """On the columns that count each leaf that weighs a tenth wins what it wins exactly, and no leaf is made up."""
    found = [plan_supply(replace(rich(limit), with_reasons=True)).causes.frame for limit in (10**8, SMALL_LIMIT)]
    exact, large = (dict(frame.select("constraint", "gain_rack_days").iter_rows()) for frame in found)
    heavy = found[0].filter(pl.col("share") > 0.1)["constraint"].to_list()
    assert len(heavy) >= 4
    assert all(large[name] == pytest.approx(exact[name], rel=0.01) for name in heavy)
    assert set(large) <= set(exact)
    assert found[1]["proved"].all()


def test_212_without_a_basis_of_the_optimum_fewer_columns_are_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where interior point ends without a basis, the narrow model is made narrower and ends at the same optimum."""
    assembly = assembled(rich())
    plain, solve, failed = NarrowModel(assembly.model, np.arange(assembly.model.num_cols)), HotModel.solve, []

    def once(hot: HotModel, method: Literal["simplex", "ipm"] = "simplex") -> LinearSolution:
        if not failed:
            failed.append(hot.model.num_cols)
            raise SolverError("the solver stopped with Not Set")
        return solve(hot, method)

    monkeypatch.setattr(HotModel, "solve", once)
    found = plain.solve()
    assert found.objective == pytest.approx(SOLVED()[1].objective, rel=ROUNDING)
    assert len(plain.columns) < failed[0]


def test_206_a_changed_plan_keeps_its_gap() -> None:
    """A supplier at half its rate: from the kept prices, the bound holds and the gap is no larger than before."""
    before = plan_supply(rich(SMALL_LIMIT))
    changed = rich(SMALL_LIMIT)
    offers = tuple(
        row.model_copy(update={"per_week": row.per_week.__class__(1.0, 1.0, 1.0)}) if row.supplier == "s1" else row
        for row in changed.supply.offers
    )
    changed = replace(changed, supply=changed.supply.model_copy(update={"offers": offers}))
    after = replan_supply(changed, before, is_free=True)
    best = solve_linear(assembled(changed).model, method="simplex")
    unit = assembled(changed).money_unit_usd
    solves = after.supply.solves
    assert after.is_from_basis
    assert not after.is_optimal
    assert solves["bound"][0] <= best.objective * unit * (1 + ROUNDING)
    assert best.objective * unit <= solves["objective"][0] * (1 + ROUNDING)
    assert solves["gap"][0] <= max(before.solves["gap"][0], 0.05)


def test_207_prices_are_kept_by_name() -> None:
    """Prices written with a plan come back at the rows of the same model and prove the same bound."""
    plan, assembly = plan_supply(rich(SMALL_LIMIT)), assembled(rich())
    prices = kept_prices(assembly, plan.bases)
    bound = proved_bound(PriceSheet.of(assembly), prices).bound * assembly.money_unit_usd
    assert bound == pytest.approx(plan.solves["bound"][0], rel=1e-6)


def test_208_same_request_same_bytes() -> None:
    """Two runs above the limit give the same tables."""
    one, two = plan_supply(rich(SMALL_LIMIT)), plan_supply(rich(SMALL_LIMIT))
    assert one.bases.frame.equals(two.bases.frame)
    assert one.orders.frame.equals(two.orders.frame)


def test_209_coarse_buckets_lie_on_edges_of_fine_ones() -> None:
    """Buckets put together cover the same days, on edges that the fine grid has."""
    grid = Grid(np.arange(0.0, 70.0, 7.0), np.arange(7.0, 77.0, 7.0))
    found = coarser(grid, 4)
    assert found.num == 4
    assert set(found.starts) <= set(grid.starts)
    assert set(found.ends) <= set(grid.ends)
    assert found.num_days == grid.num_days


def test_213_long_buckets_at_the_end_stay_as_they_are() -> None:
    """Of eight weeks and three quarters six are left by joining weeks: a joined quarter would hide what comes late."""
    edges = np.array([0.0, *np.arange(7.0, 63.0, 7.0), 147.0, 238.0, 329.0])
    found = coarser(Grid(edges[:-1], edges[1:]), 6)
    assert found.num <= 6
    assert list(found.ends[-3:]) == [147.0, 238.0, 329.0]


@pytest.mark.parametrize(("table", "field", "value"), [("offers", "per_week", 0.02), ("makes", "lead_days", 28.0)])
def test_214_a_change_that_needs_new_ways_keeps_its_gap(table: str, field: str, value: float) -> None:
    """One supplier gives almost nothing, one plant takes weeks longer: other ways come from coarse buckets."""
    before, changed = plan_supply(rich(SMALL_LIMIT)), rich(SMALL_LIMIT)
    first, *others = getattr(changed.supply, table)
    rows = first.model_copy(update={field: Estimate(value, value, value)}), *others
    changed = replace(changed, supply=changed.supply.model_copy(update={table: rows}))
    after = replan_supply(changed, before, is_free=True).supply.solves
    best = solve_linear(assembled(changed).model, method="simplex").objective * assembled(changed).money_unit_usd
    assert after["bound"][0] <= best * (1 + ROUNDING)
    assert best <= after["objective"][0] * (1 + ROUNDING)
    assert after["gap"][0] <= before.solves["gap"][0]
