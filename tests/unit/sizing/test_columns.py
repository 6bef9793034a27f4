"""Cases side by side give what each gives alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rackwright.sizing import Partition, make_device, model_shape, step_times
from rackwright.sizing.columns import side_by_side
from rackwright.sizing.step import Overlap, RunShape

OVERLAP = Overlap(0.3, 0.3, 0.5, 0.8, 1.2, 0.5, 0.0, 1e-4, 2e-3)


def part(**changes: float) -> Partition:
    """One configuration, varied."""
    names = ("tensor", "pipeline", "data", "expert", "virtual", "micro_batch", "recompute", "context", "sharding")
    base = dict.fromkeys(names, 1.0) | {"data": 8.0, "recompute": 0.0}
    return Partition(**{name: np.array([value]) for name, value in (base | changes).items()})


@pytest.mark.parametrize("model", ["dense", "mixture"])
def test_101_side_by_side_is_one_by_one(bench: Any, model: str) -> None:
    """Steps of different models, devices, lengths and splits timed together equal those timed alone."""
    shape = model_shape(getattr(bench, model))
    shapes = [shape, replace(shape, layers=shape.layers * 2, hidden=8192.0), replace(shape, vocab=1000.0)]
    coefficients = bench.request().coefficients
    devices = [
        make_device(chip, coefficients, precision=p, kv_precision="bf16", speed="middle")
        for chip, p in ((bench.chip, "bf16"), (bench.chip_with(bf16_flop_s=5e14), "bf16"), (bench.chip, "fp8"))
    ]
    runs = [RunShape(4096.0, 256.0), RunShape(8192.0, 64.0), RunShape(2048.0, 128.0)]
    parts = [part(), part(tensor=4.0, context=2.0), part(pipeline=2.0, sharding=3.0, recompute=2.0)]
    cases = list(zip(shapes, devices, runs, parts, strict=True))
    together = step_times(*(side_by_side([case[i] for case in cases]) for i in range(4)), OVERLAP)
    alone = [step_times(*case, OVERLAP).step_s[0] for case in cases]
    assert together.step_s.tolist() == pytest.approx(alone, rel=1e-12)


def test_102_one_differing_figure_is_enough(bench: Any) -> None:
    """Two precisions of one model on one device are not mixed up, though all else is shared."""
    coefficients = bench.request().coefficients
    devices = [
        make_device(bench.chip, coefficients, precision=p, kv_precision="bf16", speed="middle") for p in ("fp8", "bf16")
    ]
    shape, run, parts = model_shape(bench.dense), RunShape(4096.0, 256.0), [part(tensor=4.0), part()]
    together = step_times(shape, side_by_side(devices), run, side_by_side(parts), OVERLAP).step_s
    alone = [step_times(shape, d, run, p, OVERLAP).step_s[0] for d, p in zip(devices, parts, strict=True)]
    assert together.tolist() == pytest.approx(alone, rel=1e-12)


def test_201_formulas_are_not_mixed(bench: Any) -> None:
    """A model with latent attention and one without cannot stand side by side."""
    with pytest.raises(ValueError, match="is_mla"):
        side_by_side([model_shape(bench.dense), model_shape(bench.mixture)])
