"""Loops are as few and as even as whole racks allow, and more racks never need fewer units."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rackwright.base.loops import LoopRule, num_loop_units


def rule(per_loop: int = 8, rated_w: float = 1.3e6, rated_lpm: float | None = None, spare: int = 1) -> LoopRule:
    """Eight racks a loop on units of 1.3 MW, one of them spare."""
    return LoopRule(racks_per_loop=per_loop, rated_w=rated_w, rated_lpm=rated_lpm, spare_units=spare)


def test_101_a_ninth_rack_makes_a_second_loop() -> None:
    """Eight racks of 115 kW need one unit and a spare; nine stand on two loops with two units each."""
    assert [num_loop_units(np.full(n, 115e3), np.zeros(n), rule()) for n in (0, 1, 8, 9)] == [0, 2, 2, 4]


def test_102_flow_may_ask_for_more_than_heat() -> None:
    """Eight racks of 200 L/min on units of 500 L/min need four units though their heat needs one."""
    assert num_loop_units(np.full(8, 100e3), np.full(8, 200.0), rule(rated_lpm=500.0, spare=0)) == 4


@given(racks=st.integers(0, 60), heat_kw=st.integers(1, 400), per_loop=st.integers(1, 20), spare=st.integers(0, 2))
def test_301_one_more_rack_never_needs_fewer(racks: int, heat_kw: int, per_loop: int, spare: int) -> None:
    """The count of positions for units grows with the racks."""
    counts = [
        num_loop_units(np.full(n, heat_kw * 1e3), np.zeros(n), rule(per_loop, spare=spare)) for n in (racks, racks + 1)
    ]
    assert counts[0] <= counts[1]
