"""An operator takes its floor plus the p-norm of compute and memory time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.sizing import OperatorCost, operator_time_s

COST = OperatorCost(floor_s=1e-5, s_per_flop=2e-15, s_per_byte=3e-13, exponent=3.0)


@pytest.mark.parametrize(
    ("flop", "byte", "expected"),
    [(1e12, 0.0, 1e-5 + 2e-3), (0.0, 1e9, 1e-5 + 3e-4), (0.0, 0.0, 0.0), (1.5e11, 1e9, 1e-5 + 3e-4 * 2 ** (1 / 3))],
)
def test_101_roofline(flop: float, byte: float, expected: float) -> None:
    """Alone, compute or memory sets the time; equal ones give 2^(1/p); no work takes no time."""
    assert float(operator_time_s(flop, byte, COST)) == pytest.approx(expected)


@given(flop=st.floats(0, 1e18), byte=st.floats(0, 1e13), more=st.floats(1.0, 10.0))
def test_301_more_work_takes_longer_and_bounds_hold(flop: float, byte: float, more: float) -> None:
    """Time grows with work, is at least the larger part and at most the sum of both."""
    once = float(operator_time_s(flop, byte, COST))
    assert float(operator_time_s(flop * more, byte * more, COST)) >= once * (1 - 1e-12)
    parts = np.array([flop * COST.s_per_flop, byte * COST.s_per_byte])
    assert once <= (COST.floor_s + parts.sum()) * (1 + 1e-9)
    assert once >= parts.max() * (1 - 1e-9)
