"""Advice holds against plans that cost the same, and a sign is told only where it tells more than none."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from rackwright.scenarios.branches import Branch
from rackwright.scenarios.search import Search
from rackwright.scenarios.verdict import share_ranges

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
