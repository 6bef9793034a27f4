"""Training memory by part, on the fullest accelerator."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rackwright.sizing import Partition, model_shape, parameter_counts, training_memory_byte


def partition(**changes: float) -> Partition:
    """One configuration; every degree is one unless given."""
    names = ("tensor", "pipeline", "data", "expert", "virtual", "micro_batch")
    values = {name: np.array([float(changes.get(name, 1))]) for name in names}
    return Partition(**values, recompute=np.array([float(changes.get("recompute", 0))]))


def test_101_states_of_a_single_accelerator(bench: Any) -> None:
    """Weights 2 B, gradients 4 B, Adam 12 B a parameter."""
    shape = model_shape(bench.dense)
    params = parameter_counts(shape).total
    memory = training_memory_byte(shape, partition(), sequence=1.0)
    states = [memory.weights[0], memory.gradients[0], memory.optimiser[0]]
    assert states == pytest.approx([2 * params, 4 * params, 12 * params])


def test_102_sharding_divides_the_optimiser_only(bench: Any) -> None:
    """With ZeRO stage 1 over eight replicas the optimiser shrinks to an eighth."""
    shape, part = model_shape(bench.dense), partition(data=8)
    one, all_ = (training_memory_byte(shape, part, sequence=1.0, is_sharded=s) for s in (True, False))
    assert one.optimiser[0] == pytest.approx(all_.optimiser[0] / 8)
    assert one.weights[0] == all_.weights[0]


def test_103_experts_are_spread(bench: Any) -> None:
    """Eight expert ranks hold an eighth of the routed experts, and all of everything else."""
    shape = model_shape(bench.mixture)
    counts = parameter_counts(shape)
    memory = training_memory_byte(shape, partition(data=8, expert=8), sequence=1.0)
    assert memory.weights[0] == pytest.approx(2 * (counts.total - counts.routed + counts.routed / 8))


def test_104_plain_attention_needs_32_widths(bench: Any) -> None:
    """A plain block with an FFN of four widths keeps 32 h bytes a token: 34 s b h of arXiv 2205.05198 less dropout."""
    from dataclasses import replace

    shape = replace(model_shape(bench.dense), kv_heads=32.0, ffn=4 * 4096.0, gates=0.0)
    memory = training_memory_byte(shape, partition(), sequence=100.0)
    assert memory.activations[0] == pytest.approx(100 * 16 * 32 * 4096)


def test_301_recompute_saves_memory(bench: Any) -> None:
    """Full keeps less than selective, selective less than none, for every model and split."""
    for model in (bench.dense, bench.mixture):
        for pipeline in (1, 2, 4):
            part = [partition(pipeline=pipeline, recompute=mode) for mode in (0, 1, 2)]
            kept = [training_memory_byte(model_shape(model), p, sequence=4096.0).activations[0] for p in part]
            assert kept[0] > kept[1] > kept[2]


def test_logits_count_where_the_last_stage_is_the_fuller_one(bench: Any) -> None:
    """With a pipeline the first stage is the fullest and holds no logits, unless so many words outweigh its batches."""
    from dataclasses import replace

    shape, part = model_shape(bench.dense), partition(pipeline=2, recompute=2)
    few, many = (
        training_memory_byte(replace(shape, vocab=words), part, sequence=4096.0) for words in (1000.0, 2_000_000.0)
    )
    assert few.head[0] == 0.0
    assert many.head[0] == 4.0 * 4096.0 * 2_000_000.0
    assert many.activations[0] < few.activations[0]
