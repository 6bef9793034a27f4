"""Host memory takes what the device cannot hold, at the price of its link and of what it slows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.catalog.parts import Accelerator
from rackwright.sizing import make_device, model_shape, size_workloads, step_times, training_memory_byte
from rackwright.sizing.host import exposed_beside_s
from rackwright.sizing.partition import OFFLOAD
from rackwright.sizing.step import TERMS, Overlap, RunShape
from rackwright.tables.sizing import Sizing

from .conftest import facts
from .partitions import one

OVERLAP = Overlap(0.3, 0.3, 0.5, 0.8, 1.2, host_contention_share=0.1)
HOST = {"host_byte_s": 5e10, "host_memory_byte": 5e11}


def sized(bench: Any, chip: Accelerator, **run: Any) -> Sizing:
    """The stage's result of one run on racks of a chip."""
    rack = bench.rack(chip)
    return size_workloads(bench.request(training=(bench.training(**run),), serving=(), platforms=(rack,)))


@given(transfer=st.floats(0, 10), work=st.floats(0, 10), share=st.floats(0, 1))
def test_both_together_take_the_longer_and_a_share_of_the_shorter(transfer: float, work: float, share: float) -> None:
    """No more than one after the other, no less than the longer one."""
    added = float(exposed_beside_s(np.array(transfer), np.array(work), share))
    assert max(transfer, work) - 1e-9 <= work + added <= transfer + work + 1e-9


@pytest.mark.parametrize("mode", OFFLOAD)
def test_what_leaves_the_device_is_on_the_host(bench: Any, mode: str) -> None:
    """Only what is named moves, all of it counts on the host, and buffers of two layers stay."""
    shape = model_shape(bench.dense)
    plain, moved = (
        training_memory_byte(shape, one(offload=index), sequence=4096.0) for index in (0, OFFLOAD.index(mode))
    )
    states, kept = mode in ("optimiser", "both"), mode in ("activations", "both")
    assert moved.host_optimiser[0] == (plain.optimiser[0] if states else 0.0)
    assert moved.optimiser[0] == pytest.approx(plain.optimiser[0] * (2.0 / 16.0 if states else 1.0))
    assert moved.host_activations[0] == pytest.approx(plain.activations[0] if kept else 0.0)
    assert moved.activations[0] == pytest.approx(plain.activations[0] * (2.0 / 16.0 if kept else 1.0))
    assert moved.weights[0] == plain.weights[0]


def test_a_slower_link_to_the_host_costs_more(bench: Any) -> None:
    """Nothing moved costs nothing; what is moved costs the more the slower the link, never less than its contention."""
    shape, run = model_shape(bench.dense), RunShape(4096.0, 64.0)
    times = []
    for rate in (1e9, 1e10, 1e12):
        chip = make_device(
            bench.chip_with(**{**HOST, "host_byte_s": rate}),
            bench.request().coefficients,
            precision="bf16",
            kv_precision="bf16",
            speed="middle",
        )
        rows = [step_times(shape, chip, run, one(offload=index), OVERLAP) for index in range(len(OFFLOAD))]
        times.append([float(row.terms[TERMS.index("offload")][0]) for row in rows])
    assert [row[0] for row in times] == [0.0, 0.0, 0.0]
    for slow, fast in zip(times[0][1:], times[1][1:], strict=True):
        assert slow > fast > 0.0
    assert times[2][3] > 0.0


def test_a_model_that_fits_nowhere_without_is_found_with_it_and_says_so(bench: Any) -> None:
    """With 0.2 GB a device no configuration fits; host memory makes room, and the result names what was moved."""
    small = bench.chip_with(memory_byte=2e8)
    without = sized(bench, small, search="wide")
    assert "fits" in without.skipped["reason"][0]
    assert "states no host link" in without.skipped["reason"][0]
    found = sized(bench, replace(small, **facts(**HOST)), search="wide")
    chosen = found.gangs.frame.filter("is_chosen")
    assert chosen["offload"][0] != "none"
    assert "nothing fits without" in chosen["why"][0]
    assert found.memory["host_bytes"].sum() > 0.0
    assert "offload" in found.breakdown["term"].to_list()


def test_a_run_may_forbid_it(bench: Any) -> None:
    """Then the model fits nowhere, and the reason says nothing of hosts."""
    small = replace(bench.chip_with(memory_byte=2e8), **facts(**HOST))
    skipped = sized(bench, small, search="wide", offload="never").skipped
    assert "host" not in skipped["reason"][0]


def test_a_full_host_is_a_limit_too(bench: Any) -> None:
    """With a host as small as the device the model still fits nowhere, and both are named."""
    small = replace(bench.chip_with(memory_byte=2e8), **facts(host_byte_s=5e10, host_memory_byte=1e7))
    skipped = sized(bench, small, search="wide").skipped
    assert "nor with 0.01 GB of its host" in skipped["reason"][0]


def test_searched_everywhere_it_is_never_worse(bench: Any) -> None:
    """More to choose from never needs more racks, and what is not needed is not used."""
    chip = replace(bench.chip, **facts(**HOST))
    plain, searched = (sized(bench, chip, offload=mode) for mode in ("if-needed", "searched"))
    assert searched.rates["min_racks"][0] <= plain.rates["min_racks"][0]
