"""Rack power over a step follows the phases of its accelerators."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.sizing.profile import PowerFacts, power_profile

FACTS = PowerFacts(
    rack_w=120_000.0,
    accel_w=80_000.0,
    idle_share=0.1,
    compute_share=0.9,
    memory_share=0.7,
    communication_share=0.5,
    other_idle_share=0.5,
    ramp_s=0.01,
)


def test_101_by_hand() -> None:
    """Six tenths compute, two memory, two network: 40 kW of rest, accelerators at 0.78 of 80 kW."""
    profile = power_profile(FACTS, step_s=10.0, compute_s=6.0, memory_s=2.0, communication_s=2.0)
    assert profile.mean_w == pytest.approx(40_000 + 80_000 * 0.78)
    assert (profile.peak_w, profile.low_w, profile.idle_w) == (112_000.0, 80_000.0, 28_000.0)
    assert profile.duty_share == pytest.approx((0.78 - 0.5) / 0.4)
    assert profile.ramp_w_s == pytest.approx(32_000 / 0.01)
    assert profile.period_ms == 10_000.0


@given(parts=st.lists(st.floats(0, 1), min_size=3, max_size=3), idle=st.floats(0, 1))
def test_301_the_mean_lies_between(parts: list[float], idle: float) -> None:
    """The mean lies between low and peak, and the duty reproduces the mean."""
    step_s = sum(parts) + idle + 1e-6
    profile = power_profile(FACTS, step_s=step_s, compute_s=parts[0], memory_s=parts[1], communication_s=parts[2])
    assert profile.low_w <= profile.mean_w * (1 + 1e-12) <= profile.peak_w * (1 + 1e-9)
    again = profile.low_w + profile.duty_share * (profile.peak_w - profile.low_w)
    assert again == pytest.approx(profile.mean_w)
