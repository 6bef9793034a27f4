"""Published kernels of experts are measured on the busiest rank of a skewed router."""

from __future__ import annotations

import pytest

from rackwright.validate.router_skew import busiest_rank


def test_101_a_balanced_router_spreads_evenly() -> None:
    """Without skew a rank gets its share of the tokens and reaches all of its experts."""
    load = busiest_rank("balanced", tokens=4096, topk=8, experts=256, ranks=8)
    assert (load.routed, load.touched) == (4096.0, 32.0)


def test_102_a_skewed_router_loads_one_rank_more() -> None:
    """The busiest rank of a skewed router gets more than its share, and more so the steeper the skew."""
    even, mild, steep = (
        busiest_rank(name, tokens=4096, topk=8, experts=256, ranks=8).routed
        for name in ("balanced", "power_law_1.01", "power_law_1.2")
    )
    assert even < mild < steep <= 4096 * 8


def test_103_one_rank_has_every_copy() -> None:
    """A rank alone gets every copy of every token, whatever the skew, but for experts that would get a token twice."""
    load = busiest_rank("power_law_1.01", tokens=512, topk=4, experts=64, ranks=1)
    assert load.routed == pytest.approx(512 * 4, rel=0.01)
    assert 0.0 < load.touched <= 64.0


def test_104_few_tokens_reach_few_experts() -> None:
    """One token of eight experts reaches at most eight of them."""
    load = busiest_rank("power_law_1.2", tokens=1, topk=8, experts=256, ranks=4)
    assert 1.0 <= load.touched <= 8.0
    assert load.routed == pytest.approx(load.touched, rel=0.1)


def test_105_same_load_twice() -> None:
    """The draws have a fixed seed."""
    one, two = (busiest_rank("power_law_1.2", tokens=777, topk=6, experts=160, ranks=8) for _ in range(2))
    assert one == two
