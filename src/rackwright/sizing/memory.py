"""How much memory does the fullest accelerator need, part by part?

Mixed-precision training with Adam: BF16 weights, FP32 gradients, FP32 master weights and two FP32 moments. Ranks that
hold the same weights may divide the last three (ZeRO stage 1), then gradients (2) and weights (3). Attention is fused,
so scores are never stored. Optimiser states and activations may lie in host memory instead.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import numpy as np

from rackwright.catalog.parts import PlanningRules
from rackwright.sizing.architecture import Shape, parameter_counts
from rackwright.sizing.operators import FloatArray
from rackwright.sizing.partition import RECOMPUTE, Partition, moves_activations, moves_optimiser
from rackwright.sizing.stages import stage_split

__all__ = [
    "RECOMPUTE",
    "Partition",
    "TrainingMemory",
    "parameters_per_rank",
    "reserved_memory_share",
    "training_memory_byte",
]

WEIGHT_BYTE, GRADIENT_BYTE, OPTIMISER_BYTE = 2.0, 4.0, 12.0
STATES_SHARDED, GRADIENTS_SHARDED, WEIGHTS_SHARDED = 1.0, 2.0, 3.0
"""ZeRO stage from which each is divided among the ranks that hold the same weights."""
WIDE = 2.0
LOGIT_BYTE = 4.0
STREAMED_LAYERS = 2.0
"""Layers whose states or activations stay on the device while others are on their way: one in use, one in transfer."""


@dataclass(frozen=True)
class TrainingMemory:
    """Bytes by part on the fullest accelerator, and what lies in host memory in place of it."""

    weights: FloatArray
    gradients: FloatArray
    optimiser: FloatArray
    activations: FloatArray
    head: FloatArray
    host_optimiser: FloatArray
    host_activations: FloatArray

    @property
    def total(self) -> FloatArray:
        """Sum of the parts in device memory."""
        return self.weights + self.gradients + self.optimiser + self.activations + self.head

    @property
    def host_total(self) -> FloatArray:
        """What one accelerator keeps in host memory."""
        return self.host_optimiser + self.host_activations


@dataclass(frozen=True)
class _Stage:
    """One pipeline stage: its layers, which tables it holds, and the micro batches it keeps at once."""

    layers: FloatArray
    has_embedding: bool
    in_flight: FloatArray
    has_head: bool = False


def parameters_per_rank(shape: Shape, part: Partition) -> tuple[FloatArray, FloatArray]:
    """Parameters on the fullest rank: those every tensor group holds, and routed experts."""
    split = stage_split(shape, part)
    held, routed = _stage_parameters(shape, part, split.first, has_embedding=True)
    if not np.any(part.layout):
        return held, routed
    inner, routed = _stage_parameters(shape, part, split.full, has_embedding=False)
    return np.maximum(held, inner), routed


def _stage_parameters(
    shape: Shape, part: Partition, layers: FloatArray, *, has_embedding: bool
) -> tuple[FloatArray, FloatArray]:
    counts = parameter_counts(shape)
    share = layers / shape.layers
    one_table = counts.embedding / (1.0 if shape.is_tied else 2.0)
    tables = one_table * np.where(part.pipeline > 1.0, 1.0, 2.0 - shape.is_tied) if has_embedding else 0.0
    held = ((counts.mixer + counts.dense_ffn) * share + tables) / part.tensor
    return held, counts.routed * share / part.expert


def training_memory_byte(
    shape: Shape, part: Partition, *, sequence: float, is_sharded: bool = True, gradient_byte: float = GRADIENT_BYTE
) -> TrainingMemory:
    """Memory of the fullest accelerator of a training run, by part [B].

    Parameters
    ----------
    shape
        The model.
    part
        Columns of configurations.
    sequence
        Tokens of a sequence.
    is_sharded
        False leaves all states whole, whatever `part.sharding` says.
    gradient_byte
        Width in which gradients are added up and reduced.

    Notes
    -----
    The first stage holds most: the embedding and, in one-forward-one-backward order, activations of min(p, m) micro
    batches and (p - 1) / (p v) more of them with v > 1 chunks. Per layer and token, with d = tensor:
    none (12 h + 4 a) / d with the mixer's widths, see `activation_byte_per_token`; full 2 h / d. Where the first stage
    holds fewer layers the second may be fuller: it keeps one micro batch (2 / v with chunks) less. The last stage keeps
    2 (p - 1) / v chunks less (one micro batch without chunks), and beside them the logits of a micro batch, `head`.
    What is moved to the host leaves buffers of two layers on the device.
    """
    widths = (gradient_byte, is_sharded)
    split = stage_split(shape, part)
    interleaved = np.where(part.virtual > 1.0, 1.0 + (part.pipeline - 1.0) / (part.pipeline * part.virtual), 1.0)
    in_flight = part.pipeline * interleaved
    last = np.where(part.virtual > 1.0, in_flight - 2.0 * (part.pipeline - 1.0) / part.virtual, 1.0)
    stages = [_Stage(split.first, True, in_flight), _Stage(split.last, True, last, has_head=True)]
    if np.any(split.first < split.full):
        fewer = in_flight - np.where(part.virtual > 1.0, 2.0 / part.virtual, 1.0)
        stages.append(_Stage(split.full, False, fewer))
    every = [_stage_memory(shape, part, stage, sequence=sequence, widths=widths) for stage in stages]
    return functools.reduce(_fuller, every)


def _fuller(one: TrainingMemory, other: TrainingMemory) -> TrainingMemory:
    """Of two stages the one that needs more, configuration by configuration, and the most of host memory of either."""
    is_other = other.total > one.total
    names = TrainingMemory.__dataclass_fields__
    found = TrainingMemory(*(np.where(is_other, getattr(other, name), getattr(one, name)) for name in names))
    return replace(
        found,
        host_optimiser=np.maximum(one.host_optimiser, other.host_optimiser),
        host_activations=np.maximum(one.host_activations, other.host_activations),
    )


def reserved_memory_share(rules: PlanningRules) -> float:
    """Device memory that weights, states and caches cannot have: buffers and fragmentation."""
    parts = (rules.buffer_memory_share, rules.fragmentation_share)
    return sum(part.value for part in parts if part is not None)


def _stage_memory(
    shape: Shape, part: Partition, stage: _Stage, *, sequence: float, widths: tuple[float, bool]
) -> TrainingMemory:
    gradient_byte, is_sharded = widths
    held, routed = _stage_parameters(shape, part, stage.layers, has_embedding=stage.has_embedding)

    def sharded(byte: float, stage: float) -> FloatArray:
        """Bytes of the states that ZeRO divides from a stage on."""
        is_divided = (part.sharding >= stage) & is_sharded
        dense = held / np.where(is_divided, part.replicas, 1.0)
        return byte * (dense + routed / np.where(is_divided, part.expert_replicas, 1.0))

    tokens = part.micro_batch * sequence / part.context
    kept, working = activation_byte_per_token(shape, part.recompute)
    activations = tokens / part.tensor * (kept * stage.layers * stage.in_flight + working)
    whole = TrainingMemory(
        weights=sharded(WEIGHT_BYTE, WEIGHTS_SHARDED),
        gradients=sharded(gradient_byte, GRADIENTS_SHARDED),
        optimiser=sharded(OPTIMISER_BYTE, STATES_SHARDED),
        activations=activations,
        head=LOGIT_BYTE * tokens * shape.vocab / part.tensor * ((part.pipeline == 1.0) | stage.has_head),
        host_optimiser=np.zeros_like(activations),
        host_activations=np.zeros_like(activations),
    )
    return _moved(part, whole, kept_byte=tokens / part.tensor * kept, stage=stage) if np.any(part.offload) else whole


def _moved(part: Partition, whole: TrainingMemory, *, kept_byte: FloatArray, stage: _Stage) -> TrainingMemory:
    """The same with what is offloaded in host memory; kept_byte is what one layer of one micro batch keeps."""
    states, rest = moves_optimiser(part), moves_activations(part)
    streamed = whole.optimiser * np.minimum(STREAMED_LAYERS / np.maximum(stage.layers, 1.0), 1.0)
    num_kept = stage.layers * stage.in_flight
    off_byte = kept_byte * np.maximum(num_kept - STREAMED_LAYERS, 0.0)
    return replace(
        whole,
        optimiser=np.where(states, streamed, whole.optimiser),
        activations=np.where(rest, whole.activations - off_byte, whole.activations),
        host_optimiser=np.where(states, whole.optimiser, 0.0),
        host_activations=np.where(rest, kept_byte * num_kept, 0.0),
    )


def activation_byte_per_token(
    shape: Shape, recompute: FloatArray, *, dropout_masks: float = 0.0
) -> tuple[FloatArray, FloatArray]:
    """Bytes kept per token and mean layer by recompute mode, and bytes of one layer at work while it is recomputed.

    Kept without recompute: both norms' inputs and outputs, queries, keys, values, attention output, FFN input halves
    and activation output. Selective keeps inputs of norms and products' results only; full keeps the layer's input.
    Each dropout mask of a layer (`dropout_masks`, none today) keeps a byte for each value of the model's width.
    """
    h = shape.hidden
    if shape.is_mla:
        latent = shape.q_rank + shape.kv_rank + shape.rope_dim
        qkv = latent + shape.heads * (2.0 * shape.qk_dim + shape.v_dim)
    else:
        qkv = (shape.heads + shape.kv_heads) * shape.qk_dim + shape.kv_heads * shape.v_dim
    out = shape.heads * shape.v_dim
    mixer = shape.mixer_layers / shape.layers
    inner = (
        shape.dense_layers * shape.ffn + shape.moe_layers * (shape.topk * shape.moe_ffn + shape.shared_ffn)
    ) / shape.layers
    dispatched = shape.moe_layers * shape.topk * shape.moe_width / shape.layers
    ffn_blocks = (shape.dense_layers + shape.moe_layers) / shape.layers
    base = dropout_masks * h + WIDE * (mixer * (h + qkv) + ffn_blocks * h + (1.0 + shape.gates) * inner + dispatched)
    extra = WIDE * (mixer * (h + out) + ffn_blocks * h + inner)
    modes = np.array([base + extra, base, WIDE * h])
    working = np.array([0.0, extra, base + extra])
    index = recompute.astype(np.int64)
    return modes[index], working[index]
