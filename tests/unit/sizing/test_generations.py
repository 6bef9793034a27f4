"""Devices of a generation share the ratios of its kernels; others read the class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rackwright.catalog.parts import Fact, OperatorCoefficients
from rackwright.sizing import make_device, model_shape
from rackwright.sizing.decode import Instance, Request, decode_terms, prefill_time_s


def made(bench: Any, generation: str = "", *ratios: OperatorCoefficients) -> Any:
    """The round-number chip of a generation, with ratios of generations among the coefficients."""
    chip = replace(bench.chip, generation=generation)
    parts: Sequence[OperatorCoefficients] = (*bench.request().coefficients, *ratios)
    return make_device(chip, parts, precision="bf16", kv_precision="bf16", speed="middle")


def ratio(operator: str, **values: float) -> OperatorCoefficients:
    """Ratios of the generation `late` for an operator."""
    facts: dict[str, Any] = {name: Fact(name, value, "", "", "", "assumption") for name, value in values.items()}
    return OperatorCoefficients(
        id=f"{operator}-late", name="", operator=operator, precision="any", generation="late", **facts
    )


def test_101_ratios_are_of_their_generation_only(bench: Any) -> None:
    """A device of the generation is slower by its ratios; one of another generation, or of none, is the class."""
    part = ratio("gemm", floor_ratio=2.0, compute_ratio=1.5)
    plain, late, other = made(bench), made(bench, "late", part), made(bench, "early", part)
    assert late.gemm.floor_s == pytest.approx(2.0 * plain.gemm.floor_s)
    assert late.gemm.s_per_flop == pytest.approx(1.5 * plain.gemm.s_per_flop)
    assert other == made(bench, "", part) == plain


def test_102_engines_lose_by_generation(bench: Any) -> None:
    """What a serving engine loses at a layer grows with the ratio of the generation, in steps and in prompts."""
    part = ratio("engine", floor_ratio=3.0, pools_ratio=2.0)
    shape, request = model_shape(bench.dense), Request(1000.0, 100.0, 0.0, 1.0, 1.0, "bf16", 1.0, layer_s=1e-5)
    instance = Instance(np.array([1.0]), np.array([1.0]), np.array([4.0]))
    plain, late = made(bench), made(bench, "late", part)
    terms, later = (decode_terms(shape, device, request, instance)[-1, 0] for device in (plain, late))
    assert (terms, later) == (pytest.approx(16e-5), pytest.approx(48e-5))
    prompts = [prefill_time_s(shape, device, request, instance)[0] for device in (plain, late)]
    assert prompts[1] - prompts[0] == pytest.approx(2.0 * 16e-5)
    assert (plain.pools_ratio, late.pools_ratio) == (1.0, 2.0)


def test_103_heads_of_a_group_share_one_unit(bench: Any) -> None:
    """Attention of one token pays for sequences and key-value heads, not for the query heads that share them."""
    shape, request = model_shape(bench.dense), Request(1.0, 2.0, 0.0, 1.0, 1.0, "bf16", 1.0)
    instance = Instance(np.array([1.0]), np.array([1.0]), np.array([1000.0]))
    device = made(bench)
    slow = replace(device, decode=replace(device.decode, s_per_unit=1e-6))
    terms = [decode_terms(shape, each, request, instance)[1, 0] for each in (device, slow)]
    assert terms[1] - terms[0] == pytest.approx(16 * 1000 * 8 * 1e-6)


def test_104_held_tokens_pass_through_memory(bench: Any) -> None:
    """Tokens of a rank cost their passes in the layer of experts, also where their experts are elsewhere."""
    shape, request = model_shape(bench.mixture), Request(100.0, 100.0, 0.0, 1.0, 1.0, "bf16", 1.0)
    instance = Instance(np.array([4.0]), np.array([1.0]), np.array([4096.0]))
    device = made(bench)
    held = replace(device, grouped=replace(device.grouped, held_passes=8.0, exponent=1.0))
    none = replace(device, grouped=replace(device.grouped, exponent=1.0))
    terms = [decode_terms(shape, each, request, instance)[2, 0] for each in (none, held)]
    assert terms[1] - terms[0] == pytest.approx(10 * 8.0 * 4096 * 2048 * 2.0 * device.grouped.s_per_byte)


def test_105_a_known_generation_is_no_less_certain(bench: Any) -> None:
    """Class and ratio trade off: the slow end of a known generation is not slower than both slow ends together."""
    part = replace(ratio("gemm"), compute_ratio=Fact("r", 1.5, "", "", "", "computed", low=1.2, high=1.8))
    chip = replace(bench.chip, generation="late")
    coefficients = (*bench.request().coefficients, part)
    slow, middle, fast = (
        make_device(chip, coefficients, precision="bf16", kv_precision="bf16", speed=speed).gemm.s_per_flop
        for speed in ("slow", "middle", "fast")
    )
    assert fast <= middle <= slow
    assert slow < middle * 2.0 / 1.5 * 1.8 / 1.5
