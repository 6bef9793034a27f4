"""How long does one optimiser step take, and where does the time go? The terms of a step add up to it exactly.

Layer times depend on tensor, expert and micro batch alone, so they are computed once for each distinct triple and
gathered into the columns of configurations.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rackwright.sizing.architecture import Shape, mixed_mean_keys, parameter_counts
from rackwright.sizing.collectives import Collective, collective_time_s, hierarchical_time_s, transfer_time_s
from rackwright.sizing.columns import has_columns
from rackwright.sizing.crossings import ONE_CAMPUS, Campuses, campus_crossing, tier_crossings, tier_link
from rackwright.sizing.device import Device
from rackwright.sizing.host import layer_offload_s, optimiser_offload_s
from rackwright.sizing.layers import Both, LayerTimes, Work, layer_times, model_flop_per_token
from rackwright.sizing.memory import (
    GRADIENT_BYTE,
    GRADIENTS_SHARDED,
    STATES_SHARDED,
    WEIGHT_BYTE,
    WEIGHTS_SHARDED,
    parameters_per_rank,
)
from rackwright.sizing.operators import FloatArray
from rackwright.sizing.partition import FULL, SELECTIVE, Partition
from rackwright.sizing.profile import Phases
from rackwright.sizing.stages import stage_split

__all__ = [
    "COMPUTE_TERMS",
    "MEMORY_TERMS",
    "TERMS",
    "WAITING",
    "Overlap",
    "RunShape",
    "StepTimes",
    "lower_bound_accel_s",
    "step_times",
]

TERMS = (
    "gemm",
    "attention",
    "experts",
    "elementwise",
    "communication-tensor",
    "communication-expert",
    "communication-pipeline",
    "communication-data",
    "bubble",
    "optimiser",
    "communication-context",
    "communication-sharded",
    "launch",
    "logits",
    "quantise",
    "offload",
    "communication-campus",
)
"""Terms of a step, in the order in which they are added."""
COMPUTE_TERMS = ("gemm", "attention", "experts", "logits")
MEMORY_TERMS = ("elementwise", "quantise", "optimiser")
"""Terms that products bind, and that memory binds; those that begin with `communication` wait for the network."""
WAITING = ("communication", "offload")
"""How terms begin in which accelerators wait for others or for the host."""
WIDE = 2.0
OPTIMISER_TRAFFIC = 26.0
"""Bytes Adam moves for a parameter beside its gradient: master and two moments in and out 24, BF16 weight out 2."""
BEFORE_ONCE = TERMS.index("communication-data")
"""Terms of a micro batch that stand before those that come once a step."""
PASSES = 2.0
"""Passes of a micro batch through a layer: forwards and backwards."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """What software hides and what it adds: one reading of the planning rules and of the software stack.

    Parameters
    ----------
    tensor_share, expert_share, pipeline_share, data_share
        Shares of communication hidden behind computation.
    expert_imbalance
        Work of the busiest expert rank over the mean.
    sharded_share
        Share of the exchange of sharded weights (ZeRO stage 3) that may hide behind a layer's work.
    unfused_share
        Share of attention that writes its scores to memory.
    layer_s, moe_layer_s
        Time one pass through a dense layer, and through a layer of experts, waits for the host [s].
    expert_s
        The same for each local expert of the layer [s].
    attention_factor
        Time of attention over that of kernels written for the device.
    copied_share
        Share of the dispatch that sends a token once for each of its experts.
    again_share
        Share of norms and activations that is computed again backwards even where nothing else is.
    host_contention_share
        Share of the overlap by which a transfer to the host and the work beside it slow each other.
    """

    tensor_share: float
    expert_share: float
    pipeline_share: float
    data_share: float
    expert_imbalance: float
    sharded_share: float = 0.0
    unfused_share: float = 0.0
    layer_s: float = 0.0
    moe_layer_s: float = 0.0
    expert_s: float = 0.0
    attention_factor: float = 1.0
    copied_share: float = 0.0
    again_share: float = 0.0
    host_contention_share: float = 0.0


@dataclass(frozen=True, slots=True)
class RunShape:
    """What an optimiser step is made of.

    Parameters
    ----------
    sequence, global_batch
        Tokens of a sequence, and sequences of a step.
    gradient_byte
        Width in which gradients are added up and reduced [B].
    campuses
        How the job is divided among campuses.
    """

    sequence: float
    global_batch: float
    gradient_byte: float = GRADIENT_BYTE
    campuses: Campuses = ONE_CAMPUS


@dataclass(frozen=True)
class StepTimes:
    """Terms by name in rows (`TERMS`), configurations in columns; `step_s` is their sum in that order.

    `middle_s` and `last_s` are the times of one micro batch on a full stage and on the last one, with the output head.
    """

    terms: FloatArray
    middle_s: FloatArray
    last_s: FloatArray

    @property
    def step_s(self) -> FloatArray:
        """Time of a step [s]."""
        return self._sum(TERMS)

    @property
    def phases(self) -> Phases:
        """The step and its phases: products, memory, waiting for others or for the host."""
        waiting = tuple(name for name in TERMS if name.startswith(WAITING))
        return Phases(self.step_s, self._sum(COMPUTE_TERMS), self._sum(MEMORY_TERMS), self._sum(waiting))

    def _sum(self, names: tuple[str, ...]) -> FloatArray:
        total = np.zeros(self.terms.shape[1])
        for name in names:
            total = total + self.terms[TERMS.index(name)]
        return total


@dataclass(frozen=True)
class _MicroBatch:
    """Times of one micro batch on the stage that binds, in the order of the terms of a step."""

    gemm: FloatArray
    attention: FloatArray
    experts: FloatArray
    elementwise: FloatArray
    tensor_comm: FloatArray
    expert_comm: FloatArray
    pipeline_comm: FloatArray
    context_comm: FloatArray
    sharded_comm: FloatArray
    launch: FloatArray
    logits: FloatArray
    quantise: FloatArray
    offload: FloatArray

    @property
    def terms(self) -> tuple[FloatArray, ...]:
        return tuple(getattr(self, name) for name in self.__dataclass_fields__)

    @property
    def total(self) -> FloatArray:
        return sum(self.terms, np.zeros_like(self.gemm))


@dataclass(frozen=True)
class _Stages:
    """One micro batch on the stage that binds, and how long it takes on a full stage and on the last one."""

    micro: _MicroBatch
    middle_s: FloatArray
    last_s: FloatArray


def step_times(shape: Shape, device: Device, run: RunShape, part: Partition, overlap: Overlap) -> StepTimes:
    """Times of one optimiser step for columns of configurations.

    Notes
    -----
    m micro batches pass the slowest stage one after the other; filling and draining the pipeline costs (p - 1) / v
    more of them. Gradients are reduced and weights gathered once a step; of that, `data_share` hides behind the
    last micro batch's work, but no more than that work lasts. With ZeRO stage 3 weights are gathered twice and
    gradients scattered once for every micro batch and layer instead.
    """
    stages = _stages(shape, device, run, part, overlap)
    micro = stages.micro
    num_micro = run.global_batch / (part.data * part.micro_batch)
    total = micro.total
    hidden = (overlap.data_share, total)
    inside = replace(run, campuses=ONE_CAMPUS)
    exposed = _exposed_exchange(shape, device, inside, part, hidden=hidden, num_micro=num_micro)
    bubble = (part.pipeline - 1.0) / part.virtual * total
    terms = [term * num_micro for term in micro.terms]
    update, streamed = _optimiser(shape, device, run, part, overlap)
    terms[-1] = terms[-1] + streamed
    once = (exposed, bubble, update)
    between = np.zeros_like(exposed)
    if run.campuses.number > 1.0:
        whole = _exposed_exchange(shape, device, run, part, hidden=hidden, num_micro=num_micro)
        between = whole - exposed + _campus_norm_s(run)
    rows = np.stack([*terms[:BEFORE_ONCE], *once, *terms[BEFORE_ONCE:], between])
    return StepTimes(rows, stages.middle_s, stages.last_s)


def _stages(shape: Shape, device: Device, run: RunShape, part: Partition, overlap: Overlap) -> _Stages:
    times = _gathered(shape, device, run, part, overlap)
    split = stage_split(shape, part)
    full, last = split.full, split.last
    again_all = (part.recompute == FULL).astype(np.float64)
    again_core = (part.recompute >= SELECTIVE).astype(np.float64)

    def per_layer(both: Both, again: FloatArray) -> FloatArray:
        return both.forward * (1.0 + again) + both.backward

    gemm = per_layer(times.gemm, again_all)
    attention = per_layer(times.attention, again_core)
    experts = per_layer(times.experts, again_all)
    elementwise = per_layer(times.elementwise, np.maximum(again_core, overlap.again_share))
    tensor_comm = per_layer(times.tensor_comm, again_all) * (1.0 - overlap.tensor_share)
    expert_comm = per_layer(times.expert_comm, again_all) * (1.0 - overlap.expert_share)
    context_comm = per_layer(times.context_comm, again_core) * (1.0 - overlap.tensor_share)
    head = times.head.forward + times.head.backward
    quantise = per_layer(times.quantise, again_all)
    busy = gemm + attention + experts + elementwise + quantise + tensor_comm + expert_comm + context_comm
    launch = _launch_s(shape, part, overlap) * (PASSES + again_all)
    layer = busy + launch
    sharded = _sharded_layer(shape, device, run, part)
    sharded = sharded - np.minimum(overlap.sharded_share * sharded, layer)
    contention = overlap.host_contention_share
    offload = layer_offload_s(shape, device, part, sequence=run.sequence, layer_s=layer, contention_share=contention)
    layer = layer + offload
    is_last = (last * layer + head >= full * layer) | (part.pipeline == 1.0)
    count = np.where(is_last, last, full)
    micro = _MicroBatch(
        gemm=count * gemm,
        attention=count * attention,
        experts=count * experts,
        elementwise=count * elementwise,
        tensor_comm=count * tensor_comm,
        expert_comm=count * expert_comm,
        pipeline_comm=_pipeline_comm(shape, device, run, part) * (1.0 - overlap.pipeline_share),
        context_comm=count * context_comm,
        sharded_comm=count * sharded,
        launch=count * launch,
        logits=np.where(is_last, head, 0.0),
        quantise=count * quantise,
        offload=count * offload,
    )
    return _Stages(micro, full * layer, last * layer + head)


def _launch_s(shape: Shape, part: Partition, overlap: Overlap) -> FloatArray:
    """Time one pass through a mean layer waits for the host: kernels that graphs do not hold, tokens of each expert."""
    local = shape.experts / part.expert if shape.is_moe else np.zeros_like(part.expert)
    routed = overlap.moe_layer_s + overlap.expert_s * local
    moe_share = shape.moe_layers / shape.layers
    wait: FloatArray = overlap.layer_s * (1.0 - moe_share) + routed * moe_share
    return wait


def _sharded_layer(shape: Shape, device: Device, run: RunShape, part: Partition) -> FloatArray:
    """Weights of a mean layer gathered forwards and backwards, gradients scattered.

    Recomputation runs directly before the backward pass of its layer and uses the weights gathered for it.
    """
    if not np.any(part.sharding >= WEIGHTS_SHARDED):
        return np.zeros_like(part.tensor)
    counts = parameter_counts(shape)
    held = (counts.mixer + counts.dense_ffn) / shape.layers / part.tensor
    routed = counts.routed / shape.layers / part.expert

    def exchange(kind: Collective) -> FloatArray:
        """One exchange of BF16 values over the ranks that hold the same weights."""
        return _replica_exchange(device, run, part, kind, byte=(WEIGHT_BYTE * held, WEIGHT_BYTE * routed))

    both = 2.0 * exchange("all-gather") + exchange("reduce-scatter")
    return np.where(part.sharding >= WEIGHTS_SHARDED, both, 0.0)


def _replica_exchange(
    device: Device, run: RunShape, part: Partition, kind: Collective, *, byte: tuple[FloatArray, FloatArray]
) -> FloatArray:
    """One exchange over the ranks that hold the same weights, then over those that hold the same experts [s].

    `byte` is what either of them exchange, per rank; a job on several campuses crosses them last.
    """
    near, near_expert = _near(device, part)
    groups = ((part.replicas, near, part.tensor), (part.expert_replicas, near_expert, part.expert))
    total = np.zeros_like(part.tensor)
    for (members, near_all, spacing), size in zip(groups, byte, strict=True):
        inside = members / run.campuses.number
        local = np.minimum(near_all, inside)
        above = (
            *tier_crossings(device, inside, spacing),
            *campus_crossing(run.campuses, members, part.accels),
        )
        total = total + hierarchical_time_s(
            kind, members, local, size, scale_up=device.scale_up, scale_out=device.scale_out, beyond=above
        )
    return total


def _near(device: Device, part: Partition) -> tuple[FloatArray, FloatArray]:
    """Ranks inside a scale-up domain that hold the same weights, and the same experts."""
    near = np.clip(np.floor(device.domain / part.tensor), 1.0, part.replicas)
    return near, np.clip(np.floor(device.domain / part.expert), 1.0, part.expert_replicas)


def _gathered(shape: Shape, device: Device, run: RunShape, part: Partition, overlap: Overlap) -> LayerTimes:
    """Layer times of the distinct (tensor, expert, micro batch, context), spread over the columns."""
    if has_columns(shape, device, run, overlap):
        return layer_times(shape, device, _work(shape, run, part, overlap))
    key = (part.tensor * 4096.0 + part.expert) * 65536.0 + part.micro_batch + part.context / 4096.0
    _, first, index = np.unique(key, return_index=True, return_inverse=True)
    times = layer_times(shape, device, _work(shape, run, part.take(first), overlap))

    def spread(both: Both) -> Both:
        return Both(both.forward[index], both.backward[index])

    return LayerTimes(*(spread(getattr(times, name)) for name in times.__dataclass_fields__))


def _work(shape: Shape, run: RunShape, part: Partition, overlap: Overlap) -> Work:
    return Work(
        tokens=part.micro_batch * run.sequence / part.context,
        keys=mixed_mean_keys(shape, 0.0, run.sequence),
        tensor=part.tensor,
        expert=part.expert,
        imbalance=overlap.expert_imbalance,
        sequences=part.micro_batch,
        context=part.context,
        unfused_share=overlap.unfused_share,
        attention_factor=overlap.attention_factor,
        copied_share=overlap.copied_share,
    )


def _pipeline_comm(shape: Shape, device: Device, run: RunShape, part: Partition) -> FloatArray:
    """Activations to the next stage and gradients back, once for each chunk."""
    size = np.where(
        part.pipeline > 1.0, WIDE * part.micro_batch * run.sequence / part.context * shape.hidden / part.tensor, 0.0
    )
    together = part.accels / run.campuses.number
    one = np.where(
        together <= device.domain, transfer_time_s(size, device.scale_up), transfer_time_s(size, device.scale_out)
    )
    for tier in device.tiers:
        one = np.where(together > tier.within, transfer_time_s(size, tier_link(device, tier.oversubscription)), one)
    return 2.0 * part.virtual * one


def _exposed_exchange(
    shape: Shape,
    device: Device,
    run: RunShape,
    part: Partition,
    *,
    hidden: tuple[float, FloatArray],
    num_micro: FloatArray,
) -> FloatArray:
    """Reduce-scatter of gradients and all-gather of BF16 weights over the replicas, what hides taken off.

    Gradients are reduced once a step, or, where they are sharded (ZeRO stage 2), after every micro batch.
    """
    share, total = hidden
    times = np.where(part.sharding >= GRADIENTS_SHARDED, num_micro, 1.0)
    held, routed = parameters_per_rank(shape, part)
    width = run.gradient_byte
    reduce_s = _replica_exchange(device, run, part, "reduce-scatter", byte=(width * held, width * routed))
    gather_s = _replica_exchange(device, run, part, "all-gather", byte=(WEIGHT_BYTE * held, WEIGHT_BYTE * routed))
    once = np.where(times > 1.0, 0.0, reduce_s) + gather_s
    each = np.where(times > 1.0, reduce_s, 0.0)
    exposed = once - np.minimum(share * once, total) + times * (each - np.minimum(share * each, total))
    return np.where(part.sharding >= WEIGHTS_SHARDED, 0.0, exposed)


def _campus_norm_s(run: RunShape) -> float:
    """The norm of gradients, a few bytes that every campus waits for."""
    if run.campuses.link is None:
        return 0.0
    return float(collective_time_s("all-reduce", run.campuses.number, WIDE * WIDE, run.campuses.link))


def _optimiser(
    shape: Shape, device: Device, run: RunShape, part: Partition, overlap: Overlap
) -> tuple[FloatArray, FloatArray]:
    """Adam on the rank's share of the states, and what states in host memory add to it.

    Bound by memory; the norm of gradients adds one small reduction.
    """
    held, routed = parameters_per_rank(shape, part)
    is_sharded = part.sharding >= STATES_SHARDED
    own = held / np.where(is_sharded, part.replicas, 1.0) + routed / np.where(is_sharded, part.expert_replicas, 1.0)
    traffic = OPTIMISER_TRAFFIC + run.gradient_byte
    update = device.optimiser.floor_s + traffic * own * device.optimiser.s_per_byte
    streamed = optimiser_offload_s(
        device, part, parameters=own, update_s=update, contention_share=overlap.host_contention_share
    )
    norm = collective_time_s("all-reduce", part.accels, np.full_like(own, WIDE * WIDE), device.scale_out)
    return update + norm, streamed


def lower_bound_accel_s(shape: Shape, device: Device, run: RunShape) -> float:
    """Accelerator seconds no configuration can beat: products and attention of one step at their compute factors."""
    tokens = run.sequence * run.global_batch
    keys = mixed_mean_keys(shape, 0.0, run.sequence)
    core = 2.0 * shape.attention_layers * keys * shape.heads * (shape.qk_dim + shape.v_dim)
    routed = 2.0 * shape.moe_layers * shape.topk * shape.expert_params if shape.is_moe else 0.0
    dense = model_flop_per_token(shape, keys) - core - routed
    per_token = dense * device.gemm.s_per_flop + routed * device.grouped.s_per_flop + core * device.prefill.s_per_flop
    return 3.0 * tokens * per_token
