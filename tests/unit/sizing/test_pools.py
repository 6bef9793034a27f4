"""Waiting in closed loops, and pools of prefill and decode in whole-number ratios."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.sizing.pools import closed_loop_wait_s, match_pools, transfer_ttft_s


def test_101_one_user_never_waits() -> None:
    """With a single user there is nobody to wait for."""
    assert float(closed_loop_wait_s(1.0, 2.0, 5.0, randomness=1.0)) == pytest.approx(0.0, abs=1e-9)


def test_102_a_saturated_server_takes_turns() -> None:
    """Ten users of a server that needs 1 s, away for 2 s: each gets a turn every 10 s and waits 7 s of them."""
    assert float(closed_loop_wait_s(10.0, 1.0, 2.0, randomness=0.0)) == pytest.approx(7.0)


def test_103_pools_match_rates() -> None:
    """Prefill three times as fast as decode: one prefill instance feeds three decode instances, and none idles."""
    pools = match_pools(3.0, 1.0, most=8)
    assert (pools.prefill, pools.decode, pools.rate_per_s) == (1, 3, 3.0)
    assert pools.idle_share == pytest.approx(0.0)


def test_104_only_the_last_layer_of_a_fast_transfer_counts() -> None:
    """A cache sent four times faster than it is computed adds a tenth of its transfer with ten layers."""
    total = transfer_ttft_s(np.array([1.0]), np.array([0.5]), 25.0, 100.0, 10.0)
    assert float(total[0]) == pytest.approx(0.5 + 1.0 + 0.025)


@given(users=st.floats(1, 200), service=st.floats(0.01, 5), away=st.floats(0.01, 100), more=st.floats(1, 3))
def test_301_more_users_wait_longer(users: float, service: float, away: float, more: float) -> None:
    """The wait is never negative, grows with users, and shrinks with the time they are away."""
    wait = float(closed_loop_wait_s(users, service, away, randomness=0.6))
    assert wait >= -1e-9
    assert float(closed_loop_wait_s(users * more, service, away, randomness=0.6)) >= wait - 1e-9
    assert float(closed_loop_wait_s(users, service, away * more, randomness=0.6)) <= wait + 1e-9


@given(prefill=st.floats(0.1, 10), decode=st.floats(0.1, 10), most=st.integers(2, 12))
def test_302_no_ratio_is_better(prefill: float, decode: float, most: int) -> None:
    """No other whole numbers up to the limit serve more requests per instance."""
    pools = match_pools(prefill, decode, most=most)
    best = pools.rate_per_s / (pools.prefill + pools.decode)
    others = [min(p * prefill, d * decode) / (p + d) for p in range(1, most) for d in range(1, most - p + 1)]
    assert best == pytest.approx(max(others))
