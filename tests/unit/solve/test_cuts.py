"""Models that share columns answer with planes below their costs; the pool chooses by them as enumeration would."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from rackwright.solve import LinearModel, listing
from rackwright.solve.answers import SharedModels
from rackwright.solve.cuts import CutPool
from rackwright.solve.stochastic import mean_of_worst

PRICE = np.array([4.0, 9.0, 5.0])
SIZE = np.array([3.0, 8.0, 4.0])
GROUPS = ((0, 1), (2,))
DEMAND = np.array([2.0, 6.0, 9.0, 14.0])
SHARES = np.array([0.4, 0.3, 0.2, 0.1])
PART = np.array([0, 0, 1, 1], dtype=np.int64)


def shortage(demand: float) -> LinearModel:
    """Options secure pieces; what is missing costs 2 a piece."""
    return LinearModel(
        cost=np.array([0.0, 0.0, 0.0, 2.0]),
        col_lower=np.zeros(4),
        col_upper=np.array([1.0, 1.0, 1.0, np.inf]),
        row_lower=np.array([demand]),
        row_upper=np.array([np.inf]),
        rows=np.zeros(4, dtype=np.int64),
        cols=np.arange(4),
        values=np.array([*SIZE, 1.0]),
    )


def cost(point: np.ndarray, demand: float) -> float:
    """By hand: price of the options, and 2 for each piece missing."""
    return float(PRICE @ point + 2.0 * max(0.0, demand - SIZE @ point))


def solved(pool: CutPool, models: SharedModels, point: np.ndarray) -> None:
    """Try a point in every scenario."""
    answers = [models.answer(number, point, np.array([3])) for number in range(len(DEMAND))]
    pool.add(point, np.array([a.value for a in answers]), np.array([a.slope for a in answers]))


@pytest.fixture
def models() -> SharedModels:
    """One model a scenario."""
    found = SharedModels(3)
    for demand in DEMAND.tolist():
        found.add(shortage(demand))
    return found


@pytest.fixture(params=[4_096, 0], ids=["listed", "whole-number model"])
def pool(models: SharedModels, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> CutPool:
    """Planes at every decision; points are listed, or a model chooses."""
    monkeypatch.setattr(listing, "MOST_LISTED", request.param)
    found = CutPool(PRICE, GROUPS, SHARES, PART)
    for point in decisions():
        solved(found, models, point)
    return found


def decisions() -> list[np.ndarray]:
    """Every allowed 0/1 vector."""
    vectors = [np.array(bits, dtype=float) for bits in itertools.product((0, 1), repeat=3)]
    return [vector for vector in vectors if vector[0] + vector[1] <= 1]


def test_101_a_plane_supports_the_cost(models: SharedModels) -> None:
    """Value and slope at a point never exceed the cost at another, and meet it at their own."""
    base = np.array([0.3, 0.2, 0.1])
    for number, demand in enumerate(DEMAND.tolist()):
        plane = models.answer(number, base, np.array([3]))
        for point in decisions():
            there = cost(point, demand) - float(PRICE @ point)
            assert plane.value + plane.slope @ (point - base) <= there + 1e-9


def test_102_the_answer_does_not_depend_on_the_order_of_questions(models: SharedModels) -> None:
    """Asking something else in between changes nothing."""
    first = models.answer(2, np.array([1.0, 0.0, 0.0]), np.array([3]))
    models.answer(3, np.array([0.0, 1.0, 1.0]), np.array([3]))
    again = models.answer(2, np.array([1.0, 0.0, 0.0]), np.array([3]))
    assert (first.value, first.slope.tolist()) == (again.value, again.slope.tolist())


def test_201_the_least_mean_is_that_of_enumeration(pool: CutPool) -> None:
    """With planes at every decision the bound is the optimum."""
    means = [sum(s * cost(p, d) for s, d in zip(SHARES, DEMAND, strict=True)) for p in decisions()]
    choice = pool.least_mean()
    assert choice.bound == pytest.approx(min(means))
    assert choice.point.tolist() == decisions()[int(np.argmin(means))].tolist()


def test_202_an_option_can_be_barred(pool: CutPool) -> None:
    """The best plan without an option does not take it."""
    taken = np.nonzero(pool.least_mean().point)[0].tolist()
    assert pool.least_mean(without=taken).point[taken].sum() == 0


def test_203_the_least_tail_is_that_of_enumeration(pool: CutPool) -> None:
    """CVaR of the worst half by the rows of Rockafellar and Uryasev equals the mean of the worst half."""
    tails = [mean_of_worst(np.array([cost(p, d) for d in DEMAND]), SHARES, 0.5) for p in decisions()]
    assert pool.least_tail(0.5, 1.0).bound == pytest.approx(min(tails))


def test_204_the_least_regret_is_that_of_enumeration(pool: CutPool) -> None:
    """The largest regret over the parts is as small as any decision can make it."""
    parts = np.array([pool.by_part(number) for number in range(len(pool.points))])
    best = parts.min(axis=0)
    assert pool.least_of_part(0) == pytest.approx(best[0])
    regret = pool.least_regret(best, np.arange(2))
    assert regret.bound == pytest.approx((parts - best).max(axis=1).min())


def test_205_a_scenario_alone_has_its_own_optimum(pool: CutPool) -> None:
    """The bound of one scenario is the least cost that any decision has in it."""
    for number, demand in enumerate(DEMAND.tolist()):
        assert pool.least_of_scenario(number) == pytest.approx(min(cost(p, demand) for p in decisions()))
