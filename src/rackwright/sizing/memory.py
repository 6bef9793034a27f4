"""How much memory does the fullest accelerator need, part by part?

Mixed-precision training with Adam: BF16 weights, FP32 gradients, FP32 master weights and two FP32 moments. Ranks that
hold the same weights may divide the last three (ZeRO stage 1), then gradients (2) and weights (3). Attention is fused,
so scores are never stored.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from rackwright.sizing.architecture import Shape, parameter_counts
from rackwright.sizing.operators import FloatArray

__all__ = ["RECOMPUTE", "Partition", "TrainingMemory", "parameters_per_rank", "training_memory_byte"]

RECOMPUTE = ("none", "selective", "full")
"""What is computed again backwards: nothing; attention, norms and activation functions; whole layers."""
WEIGHT_BYTE, GRADIENT_BYTE, OPTIMISER_BYTE = 2.0, 4.0, 12.0
STATES_SHARDED, GRADIENTS_SHARDED, WEIGHTS_SHARDED = 1.0, 2.0, 3.0
"""ZeRO stage from which each is divided among the ranks that hold the same weights."""
WIDE = 2.0
LOGIT_BYTE = 4.0


@dataclass(frozen=True)
class Partition:
    """How a training run is spread, as columns of equal shape.

    Parameters
    ----------
    tensor, pipeline, data, expert
        Degrees of parallelism; expert divides tensor x data.
    virtual
        Model chunks per pipeline stage.
    micro_batch
        Sequences of one micro batch.
    recompute
        Index into `RECOMPUTE`.
    context
        Ranks that share one sequence; they hold the same weights, as replicas do.
    sharding
        ZeRO stage: 0 nothing, 1 optimiser states, 2 gradients too, 3 weights too (fully sharded data parallelism).
    """

    tensor: FloatArray
    pipeline: FloatArray
    data: FloatArray
    expert: FloatArray
    virtual: FloatArray
    micro_batch: FloatArray
    recompute: FloatArray
    context: FloatArray = field(default_factory=lambda: np.ones(1))
    sharding: FloatArray = field(default_factory=lambda: np.ones(1))

    def take(self, index: np.ndarray) -> Partition:
        """The rows with these indices, or where a mask is true."""
        columns = (getattr(self, name) for name in self.__dataclass_fields__)
        return Partition(*(column if self._is_shared(column) else column[index] for column in columns))

    def _is_shared(self, column: FloatArray) -> bool:
        """A single number that holds for all rows."""
        return column.size == 1 and self.tensor.size != 1

    @property
    def accels(self) -> FloatArray:
        """Accelerators in use."""
        return self.tensor * self.pipeline * self.data * self.context

    @property
    def replicas(self) -> FloatArray:
        """Ranks that hold the same weights outside experts."""
        return self.data * self.context

    @property
    def expert_replicas(self) -> FloatArray:
        """Ranks that hold the same experts."""
        return np.maximum(self.replicas * self.tensor / self.expert, 1.0)


@dataclass(frozen=True)
class TrainingMemory:
    """Bytes by part on the fullest accelerator."""

    weights: FloatArray
    gradients: FloatArray
    optimiser: FloatArray
    activations: FloatArray
    head: FloatArray

    @property
    def total(self) -> FloatArray:
        """Sum of the parts."""
        return self.weights + self.gradients + self.optimiser + self.activations + self.head


def stage_layers(shape: Shape, part: Partition) -> tuple[FloatArray, FloatArray]:
    """Layers of a full pipeline stage, and of the last one, which also carries the output head."""
    chunks = part.pipeline * part.virtual
    full = np.ceil(shape.layers / chunks) * part.virtual
    last = np.maximum(shape.layers - (part.pipeline - 1.0) * full, 0.0)
    return full, last


def parameters_per_rank(shape: Shape, part: Partition) -> tuple[FloatArray, FloatArray]:
    """Parameters on the fullest rank: those every tensor group holds, and routed experts."""
    counts = parameter_counts(shape)
    full, _ = stage_layers(shape, part)
    share = full / shape.layers
    tables = (
        counts.embedding / (1.0 if shape.is_tied else 2.0) * np.where(part.pipeline > 1.0, 1.0, 2.0 - shape.is_tied)
    )
    held = ((counts.mixer + counts.dense_ffn) * share + tables) / part.tensor
    return held, counts.routed * share / part.expert


def training_memory_byte(shape: Shape, part: Partition, *, sequence: float, is_sharded: bool = True) -> TrainingMemory:
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

    Notes
    -----
    The first stage holds most: the embedding and, in one-forward-one-backward order, activations of min(p, m) micro
    batches and (p - 1) / (p v) more of them with v > 1 chunks. Per layer and token, with d = tensor:
    none (12 h + 4 a) / d with the mixer's widths, see `activation_byte_per_token`; full 2 h / d.
    """
    held, routed = parameters_per_rank(shape, part)

    def sharded(byte: float, stage: float) -> FloatArray:
        """Bytes of the states that ZeRO divides from a stage on."""
        is_divided = (part.sharding >= stage) & is_sharded
        dense = held / np.where(is_divided, part.replicas, 1.0)
        return byte * (dense + routed / np.where(is_divided, part.expert_replicas, 1.0))

    tokens = part.micro_batch * sequence / part.context
    full, _ = stage_layers(shape, part)
    interleaved = np.where(part.virtual > 1.0, 1.0 + (part.pipeline - 1.0) / (part.pipeline * part.virtual), 1.0)
    in_flight = part.pipeline * interleaved
    kept, working = activation_byte_per_token(shape, part.recompute)
    activations = tokens / part.tensor * (kept * full * in_flight + working)
    head = np.where(part.pipeline > 1.0, 0.0, LOGIT_BYTE * tokens * shape.vocab / part.tensor)
    return TrainingMemory(
        weights=sharded(WEIGHT_BYTE, WEIGHTS_SHARDED),
        gradients=sharded(GRADIENT_BYTE, GRADIENTS_SHARDED),
        optimiser=sharded(OPTIMISER_BYTE, STATES_SHARDED),
        activations=activations,
        head=head,
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
