"""Layers are divided among pipeline stages without a rest, and the longest stage sets the pace."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rackwright.sizing import make_device, model_shape, size_workloads, step_times, training_memory_byte
from rackwright.sizing.space import Axes, search_space
from rackwright.sizing.stages import LAYOUTS, Layout, is_useful_layout, stage_split
from rackwright.sizing.step import Overlap, RunShape

from .partitions import one

EVERY = Axes(layouts=tuple(range(len(LAYOUTS))))
LEAN_BOTH = LAYOUTS.index(Layout(0, True))


def split_of(bench: Any, layers: float, pipeline: float, layout: int, virtual: float = 1.0) -> tuple[float, ...]:
    """Layers of the first, a full and the last stage."""
    part = one(pipeline=pipeline, layout=layout, virtual=virtual)
    split = stage_split(replace(model_shape(bench.dense), layers=layers), part)
    return (float(split.first[0]), float(split.full[0]), float(split.last[0]))


def test_a_published_layout_with_lean_ends_is_found(bench: Any) -> None:
    """126 layers on 16 stages are 7 + 14 x 8 + 7, the layout that the 405B run of Llama 3 reports."""
    assert split_of(bench, 126.0, 16.0, LEAN_BOTH) == (7.0, 8.0, 7.0)
    assert split_of(bench, 126.0, 16.0, 0) == (8.0, 8.0, 6.0)


@pytest.mark.parametrize("layers", [16.0, 61.0, 80.0, 126.0])
def test_every_layout_that_is_tried_holds_all_layers(bench: Any, layers: float) -> None:
    """First, middle and last stage add up to the model, no end is empty and none is fuller than the middle."""
    shape = replace(model_shape(bench.dense), layers=layers)
    asked: dict[str, Any] = {"domain": 8, "global_batch": 64, "fewest": 1.0, "most": 512.0, "micro_batches": (1,)}
    part = search_space(shape, **asked, axes=EVERY)
    own = part.take(part.layout > 0.0)
    split = stage_split(shape, own)
    assert own.tensor.size > 0
    assert (split.first + (own.pipeline - 2.0) * split.full + split.last == layers).all()
    assert (np.minimum(split.first, split.last) >= 1.0).all()
    assert (np.maximum(split.first, split.last) <= split.full).all()
    assert is_useful_layout(shape, part).all()


def test_fewer_layers_beside_a_heavy_head_shorten_the_step(bench: Any) -> None:
    """With a vocabulary as long as two layers, a lean last stage is faster and then no longer the one that binds."""
    shape = replace(model_shape(bench.dense), vocab=200_000.0)
    chip = make_device(bench.chip, bench.request().coefficients, precision="bf16", kv_precision="bf16", speed="middle")
    even, lean = (
        step_times(
            shape, chip, RunShape(4096.0, 64.0), one(pipeline=4, layout=layout), Overlap(0.3, 0.3, 0.5, 0.8, 1.2)
        )
        for layout in (0, LAYOUTS.index(Layout(1, False)))
    )
    assert even.last_s[0] > even.middle_s[0]
    assert lean.last_s[0] < even.last_s[0]
    assert lean.step_s[0] < even.step_s[0]


def test_a_lean_first_stage_needs_less_memory(bench: Any) -> None:
    """The first stage keeps the most micro batches, so a layer less there lowers the peak of the run."""
    shape = model_shape(bench.dense)
    part = [one(pipeline=3, layout=layout) for layout in (0, LEAN_BOTH)]
    plain, lean = (training_memory_byte(shape, row, sequence=4096.0).total[0] for row in part)
    assert split_of(bench, 16.0, 3.0, LEAN_BOTH) == (5.0, 6.0, 5.0)
    assert lean < plain


def test_the_result_says_which_stage_binds(bench: Any) -> None:
    """Every configuration of the set names its layers by stage and the stage that sets the pace."""
    sizing = size_workloads(bench.request(training=(bench.training(search="wide"),), serving=()))
    for row in sizing.gangs.frame.iter_rows(named=True):
        assert row["binds"].startswith(("one stage", "last stage", "full stages"))
        assert row["first_layers"] <= row["layers"] >= row["last_layers"]
