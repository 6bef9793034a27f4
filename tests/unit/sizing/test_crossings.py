"""A group pays for the tiers it crosses: oversubscribed spines, and the way between campuses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rackwright.sizing import Link, collective_time_s, hierarchical_time_s, make_device, model_shape, size_workloads
from rackwright.sizing.collectives import Crossing, dispatch_time_s
from rackwright.sizing.crossings import ONE_CAMPUS, Campuses, campus_crossing, tier_crossings
from rackwright.sizing.device import Tier
from rackwright.sizing.step import TERMS, Overlap, RunShape, step_times

from .partitions import one

UP = Link(byte_s=4e11, floor_s=1e-5, latency_s=2e-6, efficiency_share=0.8, half_size_byte=16e6)
OUT = Link(byte_s=5e10, floor_s=2e-5, latency_s=5e-6, efficiency_share=0.8, half_size_byte=16e6)
THIN = replace(OUT, byte_s=OUT.byte_s / 4.0)
FAR = Link(byte_s=2.5e12, floor_s=0.0, latency_s=5e-3, efficiency_share=0.8, half_size_byte=0.0)
OVERLAP = Overlap(0.3, 0.3, 0.5, 0.8, 1.2)


def test_three_levels_by_hand() -> None:
    """64 in domains of 8 under leaves of 32: all inside, an eighth to 4 domains, a 32nd between the two leaves."""
    tiers: dict[str, Any] = {"scale_up": UP, "scale_out": OUT}
    whole = hierarchical_time_s("reduce-scatter", 64.0, 8.0, 1e9, **tiers, beyond=(Crossing(32.0, THIN),))
    by_hand = collective_time_s("reduce-scatter", 8.0, 1e9, UP)
    by_hand = by_hand + collective_time_s("reduce-scatter", 4.0, 1e9 / 8.0, OUT)
    by_hand = by_hand + collective_time_s("reduce-scatter", 2.0, 1e9 / 32.0, THIN)
    assert float(whole) == pytest.approx(float(by_hand))


@pytest.mark.parametrize("kind", ["all-gather", "reduce-scatter", "all-to-all"])
def test_a_tier_that_joins_all_changes_nothing(kind: Any) -> None:
    """A group inside the tier below never crosses it, to the last bit."""
    tiers: dict[str, Any] = {"scale_up": UP, "scale_out": OUT}
    plain = hierarchical_time_s(kind, 64.0, 8.0, 1e8, **tiers)
    assert float(hierarchical_time_s(kind, 64.0, 8.0, 1e8, **tiers, beyond=(Crossing(64.0, THIN),))) == float(plain)
    sent = dispatch_time_s(64.0, 8.0, 1e8, 4.0, **tiers)
    assert float(dispatch_time_s(64.0, 8.0, 1e8, 4.0, **tiers, beyond=(Crossing(64.0, THIN),))) == float(sent)


def device(bench: Any, *tiers: Tier) -> Any:
    """The chip in BF16 behind tiers."""
    made = make_device(bench.chip, bench.request().coefficients, precision="bf16", kv_precision="bf16", speed="middle")
    return replace(made, tiers=tiers)


def test_an_oversubscribed_tier_slows_only_groups_that_cross_it(bench: Any) -> None:
    """64 replicas under leaves of 16 are slower at 4:1; under leaves of 64 they are not."""
    shape, run = model_shape(bench.dense), RunShape(4096.0, 256.0)
    part = one(data=64, tensor=1)
    free, near, thin = (
        step_times(shape, device(bench, *tiers), run, part, OVERLAP).step_s[0]
        for tiers in ((), (Tier(64.0, 4.0),), (Tier(16.0, 4.0),))
    )
    assert free == near < thin


def test_spacing_takes_members_out_of_a_block(bench: Any) -> None:
    """Replicas of a tensor group of 8 stand 8 ranks apart, so a leaf of 64 joins 8 of them."""
    (crossing,) = tier_crossings(device(bench, Tier(64.0, 2.0)), np.array([32.0]), np.array([8.0]))
    assert np.asarray(crossing.inside)[0] == 8.0
    assert crossing.link.byte_s == device(bench).scale_out.byte_s / 2.0


def test_a_campus_shares_its_way_out_among_its_accelerators() -> None:
    """2.5 TB/s out of each of two campuses is 5 GB/s for each of 500 accelerators there."""
    (crossing,) = campus_crossing(Campuses(2.0, FAR), np.array([64.0]), np.array([1000.0]))
    assert np.asarray(crossing.inside)[0] == 32.0
    assert np.asarray(crossing.link.byte_s)[0] == pytest.approx(5e9)
    assert campus_crossing(ONE_CAMPUS, np.array([64.0]), np.array([1000.0])) == ()


def test_two_campuses_cost_the_exchange_between_them(bench: Any) -> None:
    """The term is about half of gradients and weights over the link; it hides behind work and falls with the rate."""
    shape, chip = model_shape(bench.dense), device(bench)

    def between(rate: float, share: float) -> float:
        campuses = Campuses(2.0, replace(FAR, byte_s=rate))
        run = RunShape(4096.0, 256.0, campuses=campuses)
        times = step_times(shape, chip, run, one(data=64), replace(OVERLAP, data_share=share))
        return float(times.terms[TERMS.index("communication-campus")][0])

    params = 16.0 * (4096 * (4096 * 2 + 2048) + 3 * 4096 * 14336) + 2 * 32000 * 4096
    wire_s = params * 6.0 / 2.0 / (1e11 * 0.8)
    assert between(1e11, 0.0) == pytest.approx(wire_s + 4 * 5e-3, rel=0.1)
    assert between(1e12, 0.0) < between(1e11, 0.0)
    assert between(1e11, 0.9) < between(1e11, 0.0)


def test_a_domain_that_could_hold_all_replicas_does_not_bridge_campuses(bench: Any) -> None:
    """With eight replicas in a domain of eight, half of them are on the other campus all the same."""
    campuses = Campuses(2.0, replace(FAR, byte_s=1e9))
    times = step_times(
        model_shape(bench.dense), device(bench), RunShape(4096.0, 64.0, campuses=campuses), one(data=8), OVERLAP
    )
    assert times.terms[TERMS.index("communication-campus")][0] > 10.0


def test_a_run_on_two_campuses_is_sized_in_equal_parts(bench: Any) -> None:
    """Racks come in pairs, the gang of one campus is half of them, and the step is no shorter than in one place."""
    far = Campuses(2.0, FAR)
    alone, apart = (
        size_workloads(bench.request(training=(bench.training(campuses=place),), serving=()))
        for place in (ONE_CAMPUS, far)
    )
    racks = apart.gangs.frame.filter("is_chosen")["racks"][0]
    assert racks % 2 == 0
    assert apart.rates["min_racks"][0] == racks // 2
    assert (apart.gangs["campuses"] == 2).all()
    assert racks >= alone.gangs.frame.filter("is_chosen")["racks"][0]
    assert "communication-campus" in apart.breakdown["term"].to_list()
    assert "communication-campus" not in alone.breakdown["term"].to_list()
