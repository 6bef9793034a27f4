"""Waits for prompts, their quantiles, and the largest load a limit allows."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.sizing.queueing import MEAN, Station, largest_load, mean_wait_s


def station(*service_s: float, servers: float = 1.0, base_s: float = 0.0) -> Station:
    """Equal shares of classes with these service times, one instance."""
    share = np.full(len(service_s), 1.0 / len(service_s))
    return Station(share, np.array([base_s]), np.array(service_s)[:, None], np.array([servers]), 1.0)


def test_101_one_server_is_pollaczek_khinchine() -> None:
    """Deterministic service at half load waits half a service; exponential service a whole one."""
    assert float(mean_wait_s(0.5, 1.0, 2.0, service_cv2=0.0, arrival_cv2=1.0)) == pytest.approx(1.0)
    assert float(mean_wait_s(0.5, 1.0, 2.0, service_cv2=1.0, arrival_cv2=1.0)) == pytest.approx(2.0)


def test_102_two_servers_come_near_erlang() -> None:
    """Two servers at 80 % load: Erlang's formula gives a mean wait of 1.778 services."""
    got = float(mean_wait_s(0.8, 2.0, 1.0, service_cv2=1.0, arrival_cv2=1.0))
    assert got == pytest.approx(1.778, rel=0.05)


def test_103_a_mix_of_lengths_waits_longer() -> None:
    """Equal mean service, but spread over 1 s and 3 s: the wait grows by 1 + cv^2, here 1.25."""
    even, mixed = (one.waiting(np.array([0.5])) for one in (station(2.0), station(1.0, 3.0)))
    assert float(mixed.wait_s[0] / even.wait_s[0]) == pytest.approx(1.25)
    assert float(mixed.mean_s[0]) == pytest.approx(2.0 + float(mixed.wait_s[0]))


def test_104_a_quantile_by_hand() -> None:
    """At half load, 5 % wait longer than t with 0.5 exp(-0.5 t / W) = 0.05."""
    times = station(1.0, base_s=0.2).waiting(np.array([0.5]))
    wait_s = float(times.wait_s[0])
    expected = 1.2 + wait_s / 0.5 * math.log(0.5 / 0.05)
    assert float(times.quantile_s(0.95)[0]) == pytest.approx(expected)
    assert float(times.quantile_s(0.4)[0]) == pytest.approx(1.2)


def test_105_an_impossible_limit_allows_no_load() -> None:
    """A prompt of 1 s never keeps 0.9 s, on average or at a quantile."""
    for quantile in (MEAN, 0.95):
        assert float(largest_load(station(1.0), 0.9, quantile)[0]) == 0.0


def test_106_a_class_too_long_counts_by_its_share() -> None:
    """If half of the prompts alone break the limit, its median can be kept and its 95 % quantile cannot."""
    both = station(0.1, 5.0)
    assert float(largest_load(both, 2.0, 0.95)[0]) == 0.0
    assert float(largest_load(both, 2.0, 0.4)[0]) > 0.0


@given(
    services=st.lists(st.floats(0.05, 2.0), min_size=1, max_size=3),
    servers=st.integers(1, 32),
    limit=st.floats(0.1, 20.0),
    quantile=st.sampled_from([MEAN, 0.5, 0.95, 0.99]),
)
def test_301_the_largest_load_keeps_the_limit_and_no_more(
    services: list[float], servers: int, limit: float, quantile: float
) -> None:
    """At the load found the limit is kept; a little more breaks it, or the server is full."""
    one = station(*services, servers=float(servers), base_s=0.05)
    load = largest_load(one, limit, quantile)
    if load[0] <= 0.0:
        return
    assert float(one.waiting(load).quantile_s(quantile)[0]) <= limit * (1 + 1e-6)
    more = load + 1e-3
    if more[0] < 0.999:
        assert float(one.waiting(more).quantile_s(quantile)[0]) > limit * (1 - 1e-9)


@given(load=st.floats(0.01, 0.98), servers=st.integers(1, 64), more=st.floats(1.001, 1.02))
def test_302_more_load_never_waits_less(load: float, servers: int, more: float) -> None:
    """Quantiles are ordered, and grow with the load."""
    one = station(0.5, 1.5, servers=float(servers))
    low, high = (one.waiting(np.array([min(load * factor, 0.999)])) for factor in (1.0, more))
    values = [float(low.quantile_s(q)[0]) for q in (0.5, 0.95, 0.99)]
    assert values == sorted(values)
    assert float(high.quantile_s(0.95)[0]) >= float(low.quantile_s(0.95)[0]) - 1e-9
