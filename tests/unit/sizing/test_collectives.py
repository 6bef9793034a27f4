"""Collectives take latency steps and a volume over a bandwidth that grows with the message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.sizing import Link, collective_time_s, hierarchical_time_s
from rackwright.sizing.collectives import Collective, transfer_time_s

UP = Link(byte_s=4e11, floor_s=1e-5, latency_s=2e-6, efficiency_share=0.8, half_size_byte=16e6)
OUT = Link(byte_s=5e10, floor_s=2e-5, latency_s=5e-6, efficiency_share=0.8, half_size_byte=16e6)
KINDS: list[Collective] = ["all-reduce", "all-gather", "reduce-scatter", "all-to-all"]


@pytest.mark.parametrize("kind", KINDS)
def test_101_nothing_to_do_takes_no_time(kind: Collective) -> None:
    """A group of one and an empty message cost nothing."""
    assert float(collective_time_s(kind, 1.0, 1e6, UP)) == 0.0
    assert float(collective_time_s(kind, 8.0, 0.0, UP)) == 0.0


def test_102_half_size_means_half_the_efficiency() -> None:
    """At the half size an all-gather of eight takes 7/8 S over half of the large-message bandwidth, plus latency."""
    expected = 1e-5 + 3 * 2e-6 + 7 / 8 * 16e6 / (4e11 * 0.8 / 2)
    assert float(collective_time_s("all-gather", 8.0, 16e6, UP)) == pytest.approx(expected)


def test_103_an_all_reduce_is_a_scatter_and_a_gather() -> None:
    """Its volume and its steps are those of a reduce-scatter and an all-gather, its launch is one."""
    both = sum(float(collective_time_s(kind, 8.0, 1e8, UP)) for kind in ("reduce-scatter", "all-gather"))
    assert float(collective_time_s("all-reduce", 8.0, 1e8, UP)) == pytest.approx(both - UP.floor_s)


def test_104_two_levels() -> None:
    """Sixteen in domains of eight: the whole message inside, an eighth of it between the two domains."""
    inside = float(collective_time_s("all-gather", 8.0, 1e9, UP))
    between = float(collective_time_s("all-gather", 2.0, 1e9 / 8, OUT))
    whole = hierarchical_time_s("all-gather", 16.0, 8.0, 1e9, scale_up=UP, scale_out=OUT)
    assert float(whole) == pytest.approx(inside + between)


@pytest.mark.parametrize("kind", KINDS)
def test_105_one_domain_needs_no_second_level(kind: Collective) -> None:
    """A group inside a domain never pays for the scale-out network."""
    flat = collective_time_s(kind, 8.0, 1e8, UP)
    assert float(hierarchical_time_s(kind, 8.0, 8.0, 1e8, scale_up=UP, scale_out=OUT)) == pytest.approx(float(flat))


@given(size=st.floats(1, 1e10), more=st.floats(1, 10), kind=st.sampled_from(KINDS), n=st.sampled_from([2.0, 8.0, 64.0]))
def test_301_larger_messages_take_longer(size: float, more: float, kind: Collective, n: float) -> None:
    """Time never falls with the message."""
    small, large = (hierarchical_time_s(kind, n, 8.0, s, scale_up=UP, scale_out=OUT) for s in (size, size * more))
    assert float(small) <= float(large) * (1 + 1e-12)
    assert float(transfer_time_s(size, UP)) <= float(transfer_time_s(size * more, UP)) * (1 + 1e-12)
