"""Each class of tensors has its own precision, in bytes moved and bytes held; none is guessed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rackwright.sizing import make_device, model_shape, size_workloads, step_times, training_memory_byte
from rackwright.sizing.step import TERMS, Overlap, RunShape

from .partitions import one

OVERLAP = Overlap(0.3, 0.0, 0.5, 0.0, 1.2)


def term(name: str, model: Any, device: Any, run: RunShape, **degrees: float) -> float:
    """One term of a step of one configuration."""
    times = step_times(model_shape(model), device, run, one(**degrees), OVERLAP)
    return float(times.terms[TERMS.index(name)][0])


def test_narrow_gradients_are_held_and_reduced_in_half_the_bytes(bench: Any) -> None:
    """BF16 gradients halve their memory and shorten their exchange; weights are gathered as before."""
    shape = model_shape(bench.dense)
    wide, narrow = (
        training_memory_byte(shape, one(), sequence=4096.0, gradient_byte=byte).gradients[0] for byte in (4.0, 2.0)
    )
    assert narrow == pytest.approx(wide / 2.0)
    chip = make_device(bench.chip, bench.request().coefficients, precision="bf16", kv_precision="bf16", speed="middle")
    long, short = (
        term("communication-data", bench.dense, chip, RunShape(4096.0, 256.0, byte), data=64) for byte in (4.0, 2.0)
    )
    assert short == pytest.approx(long * 4.0 / 6.0, rel=0.05)


def test_dispatch_and_combine_have_widths_of_their_own(bench: Any) -> None:
    """With FP8 experts a dispatch in BF16 costs more and a combine in FP8 less than the default of FP8 and BF16."""
    coefficients, run = bench.request().coefficients, RunShape(4096.0, 256.0)

    def exchange(dispatch: str, combine: str) -> float:
        chip = make_device(
            bench.chip,
            coefficients,
            precision="fp8",
            kv_precision="bf16",
            speed="middle",
            exchange=(dispatch, combine),
        )
        return term("communication-expert", bench.mixture, chip, run, data=64, expert=16)

    assert exchange("fp8", "bf16") == exchange("", "")
    assert exchange("bf16", "bf16") > exchange("", "") > exchange("fp8", "fp8")


@pytest.mark.parametrize("name", ["dispatch_precision", "combine_precision"])
def test_a_format_the_device_lacks_is_a_reason_and_not_a_number(bench: Any, name: str) -> None:
    """The chip states no FP4: a dispatch in FP4 is skipped with the formats it has."""
    run = bench.training(model=bench.mixture, **{name: "fp4"})
    sizing = size_workloads(bench.request(training=(run,), serving=()))
    assert sizing.rates.frame.is_empty()
    assert "states no fp4 rate" in sizing.skipped["reason"][0]
    assert name.split("_", maxsplit=1)[0] in sizing.skipped["reason"][0]
    assert "bf16 or fp8" in sizing.skipped["relief"][0]


def test_experts_may_be_stored_narrower_than_products(bench: Any) -> None:
    """A served mixture with FP8 experts beside BF16 products reads fewer bytes and is faster."""
    slow, fast = (
        size_workloads(
            bench.request(
                training=(),
                serving=(replace(bench.serving(), model=bench.mixture, precision="bf16", expert_precision=precision),),
            )
        ).rates["per_rack_p50"][0]
        for precision in ("", "fp8")
    )
    assert fast > slow
