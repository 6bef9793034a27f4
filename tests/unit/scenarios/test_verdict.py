"""Advice holds against plans that cost the same, and a sign is told only where it tells more than none."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from rackwright.scenarios.branches import Branch
from rackwright.scenarios.chance import Draw
from rackwright.scenarios.decisions import Waiting
from rackwright.scenarios.evaluation import Sample
from rackwright.scenarios.search import Search
from rackwright.scenarios.verdict import mean_interval, share_ranges, waiting

BRANCHES = (Branch("base", "base program", 0.6, 0), Branch("late", "late", 0.4, 0))


def _tried(*costs_usd: tuple[float, float]) -> Search:
    """Plans of which only the mean cost of each branch is known; the first is the best."""
    pool = SimpleNamespace(whole=range(len(costs_usd)), by_part=lambda number: np.array(costs_usd[number]))
    return cast(Search, SimpleNamespace(pool=pool))


def _ends(search: Search) -> list[tuple[float, float]]:
    return [(row.low_share, row.high_share) for row in share_ranges(search, 0, BRANCHES)]


def test_101_plans_that_tie_do_not_narrow_the_chances() -> None:
    """A plan that is cheaper by a few dollars in one branch, and dearer in the other, leaves all chances open."""
    assert _ends(_tried((1e8, 2e8), (1e8 - 900.0, 2e8 + 1400.0))) == [(0.0, 1.0), (0.0, 1.0)]


def test_102_the_advice_flips_where_the_lines_cross() -> None:
    """Dearer by 2 in base and cheaper by 2 if late: equal at a half, but for what is not shown (5,000 of 4 million)."""
    (low, high), late = _ends(_tried((0.0, 0.0), (2e6, -2e6)))
    assert (low, high) == (pytest.approx(0.5, abs=0.002), 1.0)
    assert late == (0.0, pytest.approx(0.5, abs=0.002))


def _waits(used: set[int], *, late: set[int], lead_weeks: list[float]) -> list[Waiting]:
    """Hundred scenarios of one rung: where it is taken later, which come of the branch `late`, and their lead times."""
    option = SimpleNamespace(group=("gpu", "a"), item="gpu", supplier="a", rung="deposit", sunk_usd=1e6)
    replies = [SimpleNamespace(later=np.array([float(number in used)])) for number in range(100)]
    search = SimpleNamespace(
        evaluations=[SimpleNamespace(replies=replies)], shares=np.full(100, 0.01), options=[option]
    )
    samples = [
        SimpleNamespace(
            draw=Draw(number, "late" if number in late else "base", 0.01, 1, is_central=True),
            correlation=0.5,
            world=SimpleNamespace(request=SimpleNamespace(supply=SimpleNamespace(offers=(_offer(weeks),)))),
        )
        for number, weeks in enumerate(lead_weeks)
    ]
    return list(waiting(cast(Search, search), 0, cast("list[Sample]", samples), BRANCHES))


def _offer(weeks: float) -> SimpleNamespace:
    point = SimpleNamespace(value=7.0 * weeks, is_point=True)
    pieces = SimpleNamespace(value=10.0, is_point=True)
    return SimpleNamespace(item="gpu", supplier="a", lead_days=point, per_week=pieces, available_share=1.0)


def test_201_a_sign_that_tells_no_more_than_never_is_not_told() -> None:
    """Taken in 7 of 100 whatever lead time and branch: never taking it is right in 93 %, and no sign is named."""
    (row,) = _waits(set(range(7)), late=set(range(0, 100, 2)), lead_weeks=[float(i % 10) for i in range(100)])
    assert row.used_share == pytest.approx(0.07)
    assert row.observable == "no sign tells better"
    assert row.hit_share == pytest.approx(0.93)


def test_202_a_sign_that_tells_is_told_with_its_threshold() -> None:
    """Taken just where the lead time is 30 weeks and not 20: right always, against 75 % for never."""
    used = set(range(25))
    (row,) = _waits(used, late=set(range(0, 100, 2)), lead_weeks=[30.0 if i in used else 20.0 for i in range(100)])
    assert row.observable == "lead time of gpu from a"
    assert row.threshold == "above 20 weeks"
    assert row.hit_share == pytest.approx(1.0)


def test_203_what_is_nearly_always_taken_needs_no_sign() -> None:
    """Taken in 97 of 100 without a pattern: always, and right in 97 %; a branch that tells is named where it does."""
    (row,) = _waits(set(range(3, 100)), late=set(range(0, 100, 2)), lead_weeks=[float(i % 10) for i in range(100)])
    assert (row.observable, row.hit_share) == ("always", pytest.approx(0.97))
    (row,) = _waits(set(range(40)), late=set(range(40)), lead_weeks=[float(i % 10) for i in range(100)])
    assert (row.observable, row.threshold, row.hit_share) == ("late", "comes true", pytest.approx(1.0))


def test_301_few_draws_have_a_wide_interval() -> None:
    """1, 2, 3: mean 2 and 4.303 / sqrt(3) either way; two draws 12.706 times their error; one draw has none."""
    assert mean_interval([1.0, 2.0, 3.0]) == (2.0, pytest.approx(4.30265 / 3**0.5, rel=1e-4))
    assert mean_interval([1.0, 3.0]) == (2.0, pytest.approx(12.7062, rel=1e-4))
    assert mean_interval([5.0]) == (5.0, float("inf"))
