"""On-chip memory changes only what is moved beside a reference, and by the bound of what must be read again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rackwright.sizing import make_device, model_shape, size_workloads, step_times
from rackwright.sizing.device import Device, with_sram_reference
from rackwright.sizing.on_chip import attention_byte, balanced_sram_byte, product_byte
from rackwright.sizing.step import Overlap, RunShape

from .conftest import facts
from .partitions import one

OVERLAP = Overlap(0.3, 0.3, 0.5, 0.8, 1.2)


def device(bench: Any, sram_byte: float, reference_byte: float) -> Device:
    """The chip in BF16 with an on-chip memory, beside the one its figures hold for."""
    chip = replace(bench.chip, **facts(sram_byte=sram_byte))
    made = make_device(chip, bench.request().coefficients, precision="bf16", kv_precision="bf16", speed="middle")
    return with_sram_reference(made, reference_byte)


def test_a_product_far_above_the_bound_moves_its_bytes_once(bench: Any) -> None:
    """A long product with 50 MB or 100 MB on the chip moves the same; with 8 kB it moves 2 m n k / sqrt(S) values."""
    m, n, k = 4096.0, 4096.0, 4096.0
    flop, once = 2.0 * m * n * k, 2.0 * (m * n + m * k + n * k)
    assert product_byte(device(bench, 1e8, 5e7), flop, once, 2.0) == once
    values = 8192.0 / 2.0
    moved = product_byte(device(bench, 8192.0, 5e7), flop, once, 2.0)
    assert float(moved) == pytest.approx(2.0 * flop / np.sqrt(values))


def test_attention_reads_keys_again_once_a_block_of_queries_is_small(bench: Any) -> None:
    """8 N^2 d^2 / S values for N queries of width d, where that is more than once."""
    queries, width = 8192.0, 128.0
    flop, once = np.array(4.0 * queries**2 * width), np.array(2.0 * 4.0 * queries * width)
    assert attention_byte(device(bench, 5e7, 5e7), flop, once, head_width=width, width=2.0) == once
    small = attention_byte(device(bench, 65536.0, 5e7), flop, once, head_width=width, width=2.0)
    assert float(small) == pytest.approx(2.0 * 8.0 * queries**2 * width**2 / (65536.0 / 2.0))


def test_where_memory_begins_to_bind() -> None:
    """At that size a product's traffic takes as long as its work."""
    peak, rate, width = 989.5e12, 3.35e12, 2.0
    sram = balanced_sram_byte(peak, rate, width)
    flop = 1e15
    assert width * flop / np.sqrt(sram / width) / rate == pytest.approx(flop / peak)


def test_less_on_the_chip_never_speeds_a_step_up(bench: Any) -> None:
    """A step slows as on-chip memory shrinks to nothing, and stays as it was where it is the reference."""
    shape, run = model_shape(bench.dense), RunShape(4096.0, 256.0)
    steps = [
        float(step_times(shape, device(bench, size, 5e7), run, one(), OVERLAP).step_s[0])
        for size in (5e7, 1e6, 1e5, 1e4)
    ]
    assert steps[0] <= steps[1] <= steps[2] < steps[3]


def test_sizing_charges_a_chip_with_less_than_any_that_was_measured(bench: Any) -> None:
    """A chip of 20 kB runs slower than one of 50 MB or one that states nothing; 50 and 500 MB are alike."""
    rules = replace(bench.request().rules, **facts(fitted_sram_byte=4e7))

    def rate(**figures: float) -> float:
        rack = bench.rack(replace(bench.chip, **facts(**figures)))
        asked = bench.request(serving=(), platforms=(rack,), rules=rules)
        return float(size_workloads(asked).gangs.frame.filter("is_chosen")["step_s"][0])

    assert rate(sram_byte=2e4) > rate(sram_byte=5e7)
    assert rate(sram_byte=5e7) == rate(sram_byte=5e8) == rate()
