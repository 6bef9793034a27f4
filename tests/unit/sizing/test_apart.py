"""Pools of prefill and decode: rates match, limits hold, and nothing better is missed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rackwright.base.units import Estimate
from rackwright.sizing import make_device, model_shape, size_workloads
from rackwright.sizing.apart import timed_pools, try_pools
from rackwright.sizing.cases import accepted_per_step
from rackwright.sizing.decode import Request
from rackwright.sizing.serving import (
    LengthClass,
    Service,
    ServingCase,
    ServingRack,
    best_service,
    find_service,
    serving_times,
)

RACK = ServingRack(16, 0.1)


def case(bench: Any, model: str = "dense", **changes: Any) -> ServingCase:
    """4,000 tokens in, 500 out, 30 ms a token, 2 s to the first."""
    request = Request(4000.0, 500.0, 0.2, 1.0, 1.0, "fp8", 1.2)
    return replace(ServingCase(model_shape(getattr(bench, model)), request, 2.0, 0.03, 1.0, 0.95), **changes)


def device(bench: Any) -> Any:
    """The chip at its middle speed in FP8."""
    return make_device(bench.chip, bench.request().coefficients, precision="fp8", kv_precision="fp8", speed="middle")


def best(bench: Any, run: ServingCase) -> Service:
    """The best pools."""
    tried = try_pools(run, device(bench), RACK)
    assert tried is not None
    found = best_service(run, RACK, (tried,))
    assert isinstance(found, Service)
    return found


@pytest.mark.parametrize("model", ["dense", "mixture"])
def test_101_pools_match_in_whole_numbers(bench: Any, model: str) -> None:
    """The unit has whole instances, their accelerators add up, and neither side gives more than it can."""
    run = case(bench, model)
    service = best(bench, run)
    unit = service.unit
    assert unit.prefill is not None
    assert float(unit.num_decode[0]).is_integer()
    accels = unit.num_prefill[0] * unit.prefill.accels[0] + unit.num_decode[0] * unit.instance.accels[0]
    assert unit.accels[0] == accels
    decode_tok_s = unit.num_decode[0] * unit.instance.batch[0] / unit.times.tpot_s[0]
    prefill_tok_s = unit.num_prefill[0] * unit.prefill.groups[0] / unit.times.prefill_s[0] * run.request.output_tokens
    assert unit.times.rate_tok_s[0] <= min(decode_tok_s, prefill_tok_s) * (1 + 1e-9)
    assert unit.times.tpot_s[0] <= run.tpot_s
    assert unit.times.ttft_s[0] <= run.ttft_s * (1 + 1e-6)


def test_102_decode_is_not_disturbed(bench: Any) -> None:
    """Apart, a token takes one step; together the same instance takes longer by the prompts in between."""
    run = case(bench)
    unit = best(bench, run).unit
    assert unit.times.tpot_s[0] == pytest.approx(unit.times.step_s[0])
    assert serving_times(run, device(bench), unit.instance).tpot_s[0] > unit.times.tpot_s[0]


def test_103_a_slower_reading_slows_the_same_unit(bench: Any) -> None:
    """The unit timed again with every figure at its slow end gives fewer tokens."""
    run = case(bench)
    unit = best(bench, run).unit
    slow = make_device(bench.chip, bench.request().coefficients, precision="fp8", kv_precision="fp8", speed="slow")
    free = replace(run, ttft_s=float("inf"), tpot_s=float("inf"))
    rates = [float(timed_pools(free, chip, RACK, unit).rack_tok_s[0]) for chip in (slow, device(bench))]
    assert rates[0] < rates[1]


def test_104_best_takes_the_better_arrangement(bench: Any) -> None:
    """`best` gives at least what either arrangement gives, and says which it took."""
    rates = {}
    for pools in ("together", "apart", "best"):
        sizing = size_workloads(bench.request(training=(), serving=(bench.serving(pools=pools),)))
        rates[pools] = sizing.rates["per_rack_p50"][0]
        chosen = sizing.frontier.frame.filter(sizing.frontier["is_chosen"])
        assert chosen.height == 1
        assert chosen["accel_tok_s"][0] * 16 == pytest.approx(rates[pools])
    assert rates["best"] == max(rates["together"], rates["apart"])


def test_105_chunks_shorten_the_pause_and_delay_the_first_token(bench: Any) -> None:
    """With chunks of 512 tokens the longest pause is shorter, and the first token comes later."""
    run = case(bench, ttft_s=1e9)
    whole = find_service(run, device(bench), RACK)
    assert isinstance(whole, Service)
    unit = whole.unit.instance
    plain, chunked = (serving_times(replace(run, chunk_tokens=size), device(bench), unit) for size in (0.0, 512.0))
    assert chunked.pause_s[0] < plain.pause_s[0]
    assert chunked.ttft_s[0] > plain.ttft_s[0]


def test_106_a_quantile_asks_for_more_than_the_mean(bench: Any) -> None:
    """Holding the limit for 99 % of requests never serves more than holding it on average."""
    rates = []
    for quantile in (0.0, 0.95, 0.99):
        found = find_service(case(bench, ttft_s=0.4, quantile=quantile), device(bench), RACK)
        assert isinstance(found, Service)
        rates.append(found.rack_tok_s)
    assert rates == sorted(rates, reverse=True)


def test_107_a_mix_of_lengths_serves_less_than_its_mean(bench: Any) -> None:
    """Spread lengths with the same means lower the rate under a tight limit of the first token."""
    mix = (LengthClass(0.9, 2000.0, 500.0), LengthClass(0.1, 22_000.0, 500.0))
    rates = []
    for changes in ({}, {"mix": mix}):
        found = find_service(case(bench, ttft_s=1.0, quantile=0.95, **changes), device(bench), RACK)
        rates.append(found.rack_tok_s if isinstance(found, Service) else 0.0)
    assert rates[1] < rates[0]


def test_108_drafting_by_hand() -> None:
    """Three drafted tokens at 80 % give 1 + 0.8 + 0.64 + 0.512 tokens a step."""
    assert accepted_per_step(3.0, 0.8) == pytest.approx(2.952)
    assert accepted_per_step(3.0, 1.0) == 4.0


def test_109_experts_may_span_domains(bench: Any) -> None:
    """More domains add instances and never take one away."""
    run = case(bench, "mixture")
    one, four = (find_service(replace(run, most_domains=count), device(bench), RACK) for count in (1, 4))
    assert isinstance(one, Service)
    assert isinstance(four, Service)
    assert four.rack_tok_s >= one.rack_tok_s * (1 - 1e-12)
    assert four.unit.accels.max() >= one.unit.accels.max() or four.num_timed > one.num_timed


def test_110_the_frontier_is_one(bench: Any) -> None:
    """Along a frontier a longer time per token buys more tokens, and every point keeps the first token's limit."""
    sizing = size_workloads(bench.request(training=(), serving=(bench.serving(pools="best"),)))
    for _, part in sizing.frontier.frame.filter(~sizing.frontier["is_chosen"]).group_by("arrangement"):
        ordered = part.sort("tpot_s")
        assert (np.diff(ordered["accel_tok_s"].to_numpy()) > 0).all()
        assert (ordered["ttft_p50_s"] <= ordered["ttft_p95_s"]).all()
    assert sizing.alternatives["best_share"].max() == pytest.approx(1.0)


def test_111_the_night_needs_less(bench: Any) -> None:
    """With a valley of 30 % the night needs fewer accelerators, and the fleet is busy 65 % of its peak's share."""
    demand = ((0, Estimate(5e6, 4e6, 7e6)),)
    sizing = size_workloads(bench.request(training=(), serving=(bench.serving(night_share=0.3, demand=demand),)))
    flat = size_workloads(bench.request(training=(), serving=(bench.serving(demand=demand),)))
    row, plain = (found.fleet.frame.row(0, named=True) for found in (sizing, flat))
    assert row["night_accels"] < row["accels"] == plain["accels"]
    assert row["busy_share"] == pytest.approx(0.65 * plain["busy_share"])


def test_the_nearest_limit_of_pools_apart_can_be_kept(bench: Any) -> None:
    """A demand that asks for pools and a first token no pool delivers is told a limit; with that limit it is served."""
    asked = bench.serving(pools="apart", ttft_s=1e-4)
    skipped = size_workloads(bench.request(training=(), serving=(asked,))).skipped.frame.row(0, named=True)
    assert "no pool computes a prompt" in skipped["reason"]
    limit_s = float(skipped["relief"].split()[3])
    near, far = (
        size_workloads(bench.request(training=(), serving=(bench.serving(pools="apart", ttft_s=limit_s * share),)))
        for share in (1.02, 0.9)
    )
    assert near.skipped.frame.is_empty()
    assert not far.skipped.frame.is_empty()


def test_the_longest_context_that_fits_is_named(bench: Any) -> None:
    """Requests whose cache no instance holds are told the mean context that one does; with it the demand is served."""
    asked = bench.serving(input_tokens=1e9, ttft_s=1e6, tpot_s=1e3)
    skipped = size_workloads(bench.request(training=(), serving=(asked,))).skipped.frame.row(0, named=True)
    most = int(skipped["relief"].split()[2].replace(",", ""))
    shorter = bench.serving(input_tokens=most - asked.output_tokens / 2.0, ttft_s=1e9, tpot_s=1e3)
    assert size_workloads(bench.request(training=(), serving=(shorter,))).skipped.frame.is_empty()
