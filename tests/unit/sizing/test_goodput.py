"""Goodput of a gang, and the spares it needs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.sizing.goodput import goodput, spares_needed


def test_101_the_interval_of_young_and_daly() -> None:
    """One failure in 10,000 s and 50 s to write: every sqrt(2 x 50 x 10,000) - 50 = 950 s."""
    found = goodput(1000.0, failures_per_h=3600.0 / 10_000.0 / 1000.0, checkpoint_s=50.0, restart_s=100.0)
    assert found.interval_s == pytest.approx(950.0)
    assert found.checkpoint_share == pytest.approx(0.05)
    assert found.lost_share == pytest.approx(0.05)
    assert found.share == pytest.approx(0.95 * (1 - 0.05 - 0.01))


def test_102_what_never_fails_loses_nothing() -> None:
    """Without failures all time is progress."""
    assert goodput(1000.0, failures_per_h=0.0, checkpoint_s=50.0, restart_s=100.0).share == 1.0


@given(rate=st.floats(1e-7, 1e-4), more=st.floats(1.0, 5.0), write=st.floats(1.0, 100.0))
def test_301_larger_gangs_lose_more(rate: float, more: float, write: float) -> None:
    """Goodput falls with the number of accelerators and stays a share."""
    small, large = (goodput(n, failures_per_h=rate, checkpoint_s=write, restart_s=300.0) for n in (1e3, 1e3 * more))
    assert 0.0 <= large.share <= small.share <= 1.0


@given(accels=st.floats(1, 1e5), share=st.floats(0.5, 0.999), higher=st.floats(0.0, 0.0009))
def test_302_more_confidence_needs_no_fewer_spares(accels: float, share: float, higher: float) -> None:
    """Spares never fall with the confidence asked for."""
    few, many = (
        spares_needed(accels, failures_per_h=1e-5, repair_h=72.0, confidence_share=c) for c in (share, share + higher)
    )
    assert few <= many
