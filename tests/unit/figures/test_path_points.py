"""Paths of symbols as points, and symbols as lines."""

from __future__ import annotations

import math
from typing import get_args

import pytest

from rackwright.figures.path_points import circle_points, path_points
from rackwright.figures.power_symbols import HALF_HEIGHT, SYMBOL_SETS, PowerKind, SymbolSet, power_symbol_lines


def test_101_a_curve_ends_where_it_says() -> None:
    """The curve of a sine goes up, through its middle and down, and ends 10 to the right; half way up it is at 2.5."""
    (line,) = path_points((0.0, 0.0), "q2.5 -5 5 0t5 0")
    assert line[-1] == pytest.approx((10.0, 0.0))
    assert min(y for _, y in line) == pytest.approx(-2.5)
    assert max(y for _, y in line) == pytest.approx(2.5)


@pytest.mark.parametrize(("sweep", "middle"), [(1, (4.0, -4.0)), (0, (4.0, 4.0))])
def test_102_an_arc_turns_as_asked(sweep: int, middle: tuple[float, float]) -> None:
    """Half a circle of 4 from left to right runs over the top when clockwise on a page, else below."""
    (line,) = path_points((0.0, 0.0), f"a4 4 0 0 {sweep} 8 0")
    assert line[len(line) // 2] == pytest.approx(middle)
    assert all(math.dist(point, (4.0, 0.0)) == pytest.approx(4.0) for point in line)


def test_103_a_large_arc_goes_the_long_way() -> None:
    """Three quarters of a circle of 1 from its right to its top, against the clock, pass left and below."""
    (line,) = path_points((1.0, 0.0), "a1 1 0 1 1 -1 -1")
    assert all(math.dist(point, (0.0, 0.0)) == pytest.approx(1.0) for point in line)
    assert min(x for x, _ in line) == pytest.approx(-1.0, abs=0.02)


def test_104_a_circle_is_closed() -> None:
    """First and last point of a circle are the same, and all are a radius from its centre."""
    line = circle_points((3.0, 4.0), 2.0)
    assert line[0] == pytest.approx(line[-1])
    assert all(math.dist(point, (3.0, 4.0)) == pytest.approx(2.0) for point in line)


@pytest.mark.parametrize("symbols", SYMBOL_SETS)
@pytest.mark.parametrize("kind", get_args(PowerKind))
def test_201_symbols_stay_in_their_height(kind: PowerKind, symbols: SymbolSet) -> None:
    """Every symbol has lines, none higher than its leads."""
    lines = power_symbol_lines(kind, symbols)
    assert lines
    assert all(abs(y) <= HALF_HEIGHT + 1e-9 for line in lines for _, y in line)
