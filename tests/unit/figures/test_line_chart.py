"""Is the shortfall hatched exactly where demand lies above capacity?"""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.figures import Caption, LineChart, LineSeries, render
from rackwright.figures.line_chart import shortfall_pieces

Point = tuple[float, float]


def area(piece: list[Point]) -> float:
    """Area of a polygon."""
    ring = [*piece, piece[0]]
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))) / 2


def test_101_steps() -> None:
    """Steps 10 against 4 for five days, then 10 against 12: the area is 30."""
    pieces = shortfall_pieces([(0, 10), (10, 10)], [(0, 4), (5, 12), (10, 12)], is_step=True)
    assert sum(map(area, pieces)) == pytest.approx(30)


def test_102_lines_that_cross() -> None:
    """Lines that cross in the middle leave one triangle."""
    pieces = shortfall_pieces([(0, 10), (10, 0)], [(0, 0), (10, 10)], is_step=False)
    assert [area(piece) for piece in pieces] == [pytest.approx(25)]


def test_103_no_shortfall() -> None:
    """Equal or greater capacity, or an empty series, leaves nothing."""
    assert shortfall_pieces([(0, 1), (5, 1)], [(0, 1), (5, 2)], is_step=True) == []
    assert shortfall_pieces([], [(0, 1)], is_step=True) == []


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=8), st.booleans())
def test_104_area_is_the_integral(values: list[tuple[int, int]], is_step: bool) -> None:
    """The hatched area equals the integral of max(demand - capacity, 0)."""
    demand = [(float(i * 10), float(a)) for i, (a, _) in enumerate(values)]
    capacity = [(float(i * 10), float(b)) for i, (_, b) in enumerate(values)]
    expected = 0.0
    for (a0, b0), (a1, b1) in pairwise(values):
        left, right = a0 - b0, a0 - b0 if is_step else a1 - b1
        if left >= 0 and right >= 0:
            expected += 10 * (left + right) / 2
        elif left > 0 or right > 0:
            expected += 10 * max(left, right) ** 2 / (abs(left) + abs(right)) / 2
    assert sum(map(area, shortfall_pieces(demand, capacity, is_step=is_step))) == pytest.approx(expected)


def test_201_one_point_and_gaps() -> None:
    """A line of one point, of equal values, or with unknown values is drawn."""
    nan = float("nan")
    for values in ((5.0,), (5.0, 5.0, 5.0), (nan, 2.0, nan, 3.0, 4.0), (nan,)):
        line = LineSeries("a", "A", tuple(range(len(values))), values)
        assert render(LineChart(Caption("c", "C"), dt.date(2026, 1, 1), "racks", (line,))).endswith("</svg>")
