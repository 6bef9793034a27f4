"""Independent bands add as squares of logarithms."""

from __future__ import annotations

import math

import pytest

from rackwright.base.units import Estimate
from rackwright.sizing.bands import Spread, combined_spread, spread_of


def test_101_two_equal_bands() -> None:
    """Two bands of a factor f give f to the power of the square root of two."""
    both = combined_spread([Spread(0.8, 1.25), Spread(0.8, 1.25)])
    assert (both.slow, both.fast) == pytest.approx((0.8 ** math.sqrt(2), 1.25 ** math.sqrt(2)))


def test_102_a_certain_figure_adds_nothing() -> None:
    """A point estimate has no spread, nor has zero."""
    certain = (spread_of(Estimate(3.0, 3.0, 3.0)), spread_of(Estimate(0.0, 0.0, 0.0)))
    assert combined_spread([Spread(0.5, 2.0), *certain]) == combined_spread([Spread(0.5, 2.0)])
