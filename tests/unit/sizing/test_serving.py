"""An instance serves the most tokens per rack within its limits; a fleet follows the demand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rackwright.sizing import find_service, fleet_racks, make_device, model_shape, serving_times
from rackwright.sizing.decode import (
    DECODE_TERMS,
    Instance,
    Request,
    decode_terms,
    instance_memory_byte,
    prefill_time_s,
)
from rackwright.sizing.frontier import frontier
from rackwright.sizing.profile import PowerFacts
from rackwright.sizing.serving import (
    FleetDemand,
    NoService,
    Service,
    ServingCase,
    ServingRack,
    best_service,
    rack_rate_tok_s,
    try_instances,
)

RACK = ServingRack(16, 0.1)


def case(bench: Any, model: str = "dense", **changes: Any) -> ServingCase:
    """2,000 tokens in, 500 out, 50 ms a token, 2 s to the first."""
    request = Request(2000.0, 500.0, 0.2, 1.0, 1.0, "fp8", 1.2)
    return replace(ServingCase(model_shape(getattr(bench, model)), request, 2.0, 0.05, 1.0, 0.95), **changes)


def device(bench: Any, **values: float) -> Any:
    """The chip at its middle speed in FP8."""
    coefficients = bench.request().coefficients
    chip = bench.chip_with(**values)
    return make_device(chip, coefficients, precision="fp8", kv_precision="fp8", speed="middle")


def served(bench: Any, run: ServingCase, **values: float) -> Service:
    """The chosen service."""
    found = find_service(run, device(bench, **values), RACK)
    assert isinstance(found, Service)
    return found


def one(tensor: float = 1.0, groups: float = 1.0, batch: float = 8.0) -> Instance:
    """One instance."""
    return Instance(np.array([tensor]), np.array([groups]), np.array([batch]))


@pytest.mark.parametrize("model", ["dense", "mixture"])
def test_101_limits_and_memory_are_kept(bench: Any, model: str) -> None:
    """The chosen instance keeps both latencies and fits."""
    run = case(bench, model)
    service = served(bench, run)
    assert service.times.tpot_s[0] <= run.tpot_s
    assert service.times.ttft_s[0] <= run.ttft_s * (1 + 1e-9)
    assert service.memory_byte <= 80e9 * 0.9


@pytest.mark.parametrize("model", ["dense", "mixture"])
def test_102_no_tried_instance_is_better(bench: Any, model: str) -> None:
    """Among all of a grid that keeps the limits none gives more tokens per rack."""
    run, chip = case(bench, model), device(bench)
    service = served(bench, run)
    for tensor in (1.0, 2.0, 4.0, 8.0):
        for batch in 2.0 ** np.arange(0, 12):
            tried = one(tensor, 1.0, float(batch))
            times = serving_times(run, chip, tried)
            fits = instance_memory_byte(run.shape, chip, run.request, tried)[1][0] <= 72e9
            if fits and times.tpot_s[0] <= run.tpot_s:
                assert rack_rate_tok_s(run, RACK, tried, times)[0] <= service.rack_tok_s * (1 + 1e-12)


@pytest.mark.parametrize("demand_tok_s", [1.0, 3e4, 2e5])
@pytest.mark.parametrize("per_rack", [2, 16])
def test_108_the_fleet_of_the_demand_decides(bench: Any, demand_tok_s: float, per_rack: int) -> None:
    """No unit that keeps the limits needs fewer racks for the demand; of alike ones none is faster to a user."""
    run, rack = case(bench, "mixture"), ServingRack(per_rack, 0.1)
    tried = try_instances(run, device(bench), rack)
    assert not isinstance(tried, NoService)
    found = best_service(run, rack, (tried,), demand=FleetDemand((demand_tok_s,), 0.1))
    assert isinstance(found, Service)

    def fleet(rate: float, accels: float) -> int:
        racks = max(1, int(-(-accels // per_rack)))
        return fleet_racks(demand_tok_s, rate, headroom_share=0.1, racks_per_instance=racks)

    own = fleet(found.rack_tok_s, float(found.unit.accels[0]))
    for number in np.flatnonzero(tried.keeps(run)):
        rate = float(tried.rack_tok_s[number])
        need = fleet(rate, float(tried.accels[number]))
        assert need >= own
        if need == own and rate >= found.rack_tok_s:
            assert tried.times.tpot_s[number] >= found.times.tpot_s[0]


def test_109_large_pools_lose_to_small_ones_that_fit_the_demand(bench: Any) -> None:
    """Two racks of one instance and a hundredth more speed lose to one rack that is enough."""
    run, rack = case(bench), ServingRack(16, 0.1)
    tried = try_instances(run, device(bench), rack)
    assert not isinstance(tried, NoService)
    kept = np.flatnonzero(tried.keeps(run))[:1].repeat(2)
    pair = replace(tried.take(kept), accels=np.array([32.0, 16.0]), rack_tok_s=np.array([101.0, 100.0]))
    plain = best_service(run, rack, (pair,))
    asked = best_service(run, rack, (pair,), demand=FleetDemand((90.0,), 0.0))
    assert isinstance(plain, Service)
    assert isinstance(asked, Service)
    assert (plain.unit.accels[0], asked.unit.accels[0]) == (32.0, 16.0)


def test_103_decode_reads_the_weights_once(bench: Any) -> None:
    """A batch of one on a huge link is bound by memory: 1.5 x weights over bandwidth plus the floors."""
    run, chip = case(bench), device(bench)
    gemm_s = decode_terms(run.shape, chip, run.request, one(batch=1.0))[DECODE_TERMS.index("gemm")][0]
    weights = 16 * (4096 * 4096 * 2 + 4096 * 2048 + 3 * 4096 * 14336) + 4096 * 32000
    floors = (16 * 4 + 1) * 1e-5
    assert gemm_s == pytest.approx(1.5 * weights / 4e12 + floors, rel=0.02)


def test_104_speculation_helps_by_what_is_accepted(bench: Any) -> None:
    """Two tokens a step nearly halve the time per token at small batch, at the price of more verified tokens."""
    run, chip = case(bench, ttft_s=1e9), device(bench)
    fast = replace(run, request=replace(run.request, tokens_per_step=2.0, verified_per_step=2.5))
    plain, spec = (serving_times(r, chip, one()) for r in (run, fast))
    assert 1.6 < (plain.tpot_s[0] - 0) / spec.tpot_s[0] < 2.0
    assert spec.step_s[0] >= plain.step_s[0]


def test_105_cache_hits_save_prefill_not_memory(bench: Any) -> None:
    """Half of the prompt in the prefix cache: about half the prefill, the same memory."""
    request = Request(40_000.0, 500.0, 0.2, 1.0, 1.0, "fp8", 1.2)
    run, chip = case(bench, request=request), device(bench)
    hit = replace(run, request=replace(request, cached_share=0.6))
    first, second = (serving_times(r, chip, one()).prefill_s[0] for r in (run, hit))
    assert second / first == pytest.approx(0.5, abs=0.1)
    memory = [instance_memory_byte(r.shape, chip, r.request, one())[1][0] for r in (run, hit)]
    assert memory[0] == memory[1]


def test_106_a_tight_first_token_slows_admission(bench: Any) -> None:
    """A limit just above the prefill keeps the service but lowers its rate below batch over TPOT."""
    run, chip = case(bench), device(bench)
    free = serving_times(replace(run, ttft_s=1e9), chip, one(batch=64.0))
    bare = float(free.step_s[0] + free.prefill_s[0])
    tight = serving_times(replace(run, ttft_s=bare * 1.01), chip, one(batch=64.0))
    assert tight.rate_tok_s[0] < free.rate_tok_s[0]
    assert tight.ttft_s[0] == pytest.approx(bare * 1.01)


@pytest.mark.parametrize(
    ("changes", "values", "word"),
    [
        ({"tpot_s": 1e-4}, {}, "no instance keeps"),
        ({"ttft_s": 1e-4}, {}, "no instance keeps"),
        ({}, {"memory_byte": 2e8}, "weights spread over"),
        ({}, {"memory_byte": 5.6e8}, "cache of one sequence"),
    ],
)
def test_107_what_cannot_be_served_says_why(bench: Any, changes: Any, values: Any, word: str) -> None:
    """Impossible limits and too small devices give a reason and a relief."""
    found = find_service(case(bench, **changes), device(bench, **values), RACK)
    assert isinstance(found, NoService)
    assert word in found.reason
    assert found.relief


def test_108_whole_racks_and_whole_instances() -> None:
    """Five racks' worth of demand in instances of two racks takes six."""
    assert fleet_racks(1000.0, 240.0, headroom_share=0.2, racks_per_instance=1) == 5
    assert fleet_racks(1000.0, 240.0, headroom_share=0.2, racks_per_instance=2) == 6
    assert fleet_racks(0.0, 240.0, headroom_share=0.2, racks_per_instance=2) == 0


SHARED = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SHARED
@given(
    figure=st.sampled_from(["bf16_flop_s", "fp8_flop_s", "memory_byte_s", "scale_up_byte_s", "memory_byte"]),
    gain=st.floats(1.0, 4.0),
    model=st.sampled_from(["dense", "mixture"]),
)
def test_301_a_better_chip_never_serves_less(bench: Any, figure: str, gain: float, model: str) -> None:
    """Every single figure made better leaves the rate of a rack as high or higher."""
    better = {figure: getattr(bench.chip, figure).value * gain}
    run = case(bench, model)
    assert served(bench, run, **better).rack_tok_s >= served(bench, run).rack_tok_s * (1 - 1e-12)


@SHARED
@given(tpot=st.floats(0.02, 0.2), ttft=st.floats(0.3, 5.0), more=st.floats(1.0, 3.0))
def test_302_looser_limits_never_serve_less(bench: Any, tpot: float, ttft: float, more: float) -> None:
    """Allowing more time never lowers the rate."""
    tight = served(bench, case(bench, tpot_s=tpot, ttft_s=ttft))
    loose = served(bench, case(bench, tpot_s=tpot * more, ttft_s=ttft * more))
    assert loose.rack_tok_s >= tight.rack_tok_s * (1 - 1e-12)


def test_111_a_prompt_alone_has_all_experts(bench: Any) -> None:
    """Where the other groups compute no prompt, one is never slower; a dense model does not care."""
    chip = device(bench)
    for model, is_faster in (("mixture", True), ("dense", False)):
        run = case(bench, model)
        instance = one(groups=8.0 if model == "mixture" else 1.0)
        alone, full = (
            float(prefill_time_s(run.shape, chip, run.request, instance, busy_share=busy)[0]) for busy in (0.0, 1.0)
        )
        assert (alone < full) == is_faster
        assert alone <= full


def test_112_layers_of_experts_lose_more(bench: Any) -> None:
    """The further loss at each layer of experts counts their number, and dense models have none."""
    chip = device(bench)
    for model, layers in (("mixture", 10.0), ("dense", 0.0)):
        run = case(bench, model)
        launch = [
            decode_terms(run.shape, chip, replace(run.request, moe_layer_s=lost), one())[-1][0] for lost in (0.0, 1e-3)
        ]
        assert launch[1] - launch[0] == pytest.approx(layers * 1e-3)


def test_the_chosen_point_is_the_unit_itself(bench: Any) -> None:
    """Of two units alike in degrees and batch the frontier marks the one that was chosen, not the first of them."""
    service = find_service(case(bench), device(bench), RACK)
    assert isinstance(service, Service)
    tried = service.tried[0]
    count = tried.accels.size
    twice = tried.take(np.tile(np.arange(count), 2))
    twice = replace(twice, memory_byte=np.r_[tried.memory_byte, tried.memory_byte + 1e9])
    other = replace(service, tried=(twice,), column=service.column + count)
    points = frontier(case(bench), other, PowerFacts(10e3, 8e3, 0.2, 0.9, 0.6, 0.4, 0.5, 0.01), RACK.per_rack)
    assert [point.memory_byte for point in points if point.is_chosen] == [service.memory_byte + 1e9]
