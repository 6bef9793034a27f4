"""Do labels keep apart?"""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.figures.placement import Box, LabelSpace, cubic_point, spread


@given(st.lists(st.floats(0, 300), max_size=20), st.floats(0, 20))
def test_101_spread_keeps_gap_order_and_range(wanted: list[float], gap: float) -> None:
    """Positions keep their gap (or share the range evenly), their order and the range."""
    placed = spread(wanted, gap, low=0, high=300)
    possible = min(gap, 300 / (len(wanted) - 1)) if len(wanted) > 1 else gap
    order = sorted(range(len(wanted)), key=lambda index: (wanted[index], index))
    for before, after in pairwise(order):
        assert placed[after] - placed[before] >= possible - 1e-6
    assert all(-1e-6 <= position <= 300 + 1e-6 for position in placed)


def test_102_spread_moves_no_more_than_needed() -> None:
    """Lone labels stay, two that touch move by half the overlap each."""
    assert spread([10.0, 100.0, 104.0], 10, low=0, high=300) == pytest.approx([10, 97, 107])


def test_201_label_space_refuses_taken_ground() -> None:
    """The first free candidate is taken; where none is free there is no place."""
    space = LabelSpace([Box(0, 0, 50, 50)])
    assert space.place([(25, 25), (100, 25)], "8") == (100, 25)
    assert space.place([(25, 25), (101, 26)], "8") is None


def test_301_cubic_ends() -> None:
    """A curve begins at its first and ends at its last point."""
    curve = ((0.0, 1.0), (5.0, 1.0), (5.0, 9.0), (8.0, 9.0))
    assert cubic_point(curve, 0) == (0, 1)
    assert cubic_point(curve, 1) == (8, 9)
