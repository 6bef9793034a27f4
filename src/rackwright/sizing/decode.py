"""How long does a decode step of one serving instance take, and how long the prefill of one request?

An instance is `tensor x groups` accelerators: attention is split over `tensor` ranks and repeated over `groups`, each
with its own share of the sequences; routed experts are spread over all ranks of the instance. A dense model has one
group. Columns run over (tensor, groups, batch).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rackwright.sizing.architecture import Product, Shape, kv_byte_per_token, mixed_mean_keys, parameter_counts
from rackwright.sizing.collectives import dispatch_time_s, hierarchical_time_s
from rackwright.sizing.device import BITS, Device
from rackwright.sizing.layers import Work, expected_experts, layer_times
from rackwright.sizing.operators import FloatArray, operator_time_s

__all__ = ["DECODE_TERMS", "Instance", "Request", "decode_terms", "instance_memory_byte", "prefill_time_s"]

DECODE_TERMS = (
    "gemm",
    "attention",
    "experts",
    "elementwise",
    "communication-tensor",
    "communication-expert",
    "launch",
)
NOT_A_LAYER = ("head", "context_comm")
PERMUTED = 4.0
"""Passes of routed tokens through memory besides the products: read and written on the way there and back."""
WIDE = 2.0
_BITS_PER_BYTE = 8.0


@dataclass(frozen=True, slots=True)
class Request:
    """Mean request, and how it is decoded.

    Parameters
    ----------
    input_tokens, output_tokens
        Mean lengths.
    cached_share
        Share of the prompt found in the prefix cache: saves prefill, not cache memory.
    tokens_per_step
        Tokens accepted per decode step, >= 1.
    verified_per_step
        Tokens of a sequence that pass through the model in one decode step.
    kv_precision
        Precision of the cache.
    imbalance
        Work of the busiest expert rank over the mean.
    layer_s
        Time a decode step loses at each layer outside the counted operators [s].
    prefill_factor
        Time of a prompt in service over the sum of its operators.
    context_tokens
        Mean context where lengths are spread: over requests, each as long as it is decoded; 0 takes that of the mean
        request.
    moe_layer_s
        Further time a decode step loses at each layer of experts [s].
    """

    input_tokens: float
    output_tokens: float
    cached_share: float
    tokens_per_step: float
    verified_per_step: float
    kv_precision: str
    imbalance: float
    layer_s: float = 0.0
    prefill_factor: float = 1.0
    context_tokens: float = 0.0
    moe_layer_s: float = 0.0

    @property
    def mean_context(self) -> float:
        """Tokens in the cache of a sequence, averaged over its life."""
        if np.any(self.context_tokens):
            return self.context_tokens
        return self.input_tokens + self.output_tokens / 2.0

    @property
    def kv_byte(self) -> float:
        """Bytes of a cached value."""
        return BITS[self.kv_precision] / _BITS_PER_BYTE


@dataclass(frozen=True)
class Instance:
    """Columns of serving instances; `batch` counts concurrent sequences of the whole instance."""

    tensor: FloatArray
    groups: FloatArray
    batch: FloatArray

    @property
    def accels(self) -> FloatArray:
        """Accelerators of the instance."""
        return self.tensor * self.groups

    @property
    def group_batch(self) -> FloatArray:
        """Sequences of one attention group."""
        return self.batch / self.groups


def instance_memory_byte(
    shape: Shape, device: Device, request: Request, instance: Instance
) -> tuple[FloatArray, FloatArray]:
    """Bytes of weights, and of weights with key-value cache, on one accelerator.

    Notes
    -----
    Latent caches (MLA) and key-value heads fewer than `tensor` are repeated on the ranks that share them.
    """
    counts = parameter_counts(shape)
    held = (counts.mixer + counts.dense_ffn) * device.weight_byte + counts.embedding * WIDE
    weights = held / instance.tensor + counts.routed * device.expert_byte / instance.accels
    split = np.ones_like(instance.tensor) if shape.is_mla else np.minimum(instance.tensor, shape.kv_heads)
    per_token = kv_byte_per_token(shape, request.mean_context, request.kv_byte) / split
    return weights, weights + instance.group_batch * request.mean_context * per_token


def decode_terms(shape: Shape, device: Device, request: Request, instance: Instance) -> FloatArray:
    """Seconds of one decode step by term (`DECODE_TERMS` in rows, instances in columns)."""
    tokens = instance.group_batch * request.verified_per_step
    gemm = _decode_gemm(shape, device, tokens, instance.tensor)
    attention = shape.attention_layers * _decode_attention(shape, device, request, instance)
    experts = shape.moe_layers * _decode_experts(shape, device, request, instance)
    elementwise = _decode_elementwise(shape, device, tokens, instance.tensor)
    parts = shape.mixer_layers + shape.dense_layers + shape.moe_layers * (np.asarray(shape.shared_ffn) > 0.0)
    size = WIDE * tokens * shape.hidden
    tensor = parts * _reduce(device, instance, size)
    expert = shape.moe_layers * _dispatch(shape, device, tokens, instance)
    lost_s = request.layer_s * shape.layers + request.moe_layer_s * shape.moe_layers
    launch = device.layer_ratio * lost_s * np.ones_like(tokens)
    return np.stack([gemm, attention, experts, elementwise, tensor, expert, launch])


def _reduce(device: Device, instance: Instance, size: FloatArray) -> FloatArray:
    """All-reduce over the tensor ranks, which may span scale-up domains."""
    near = np.minimum(instance.tensor, device.domain)
    links = (device.scale_up, device.scale_out)
    return hierarchical_time_s("all-reduce", instance.tensor, near, size, scale_up=links[0], scale_out=links[1])


def _decode_gemm(shape: Shape, device: Device, tokens: FloatArray, tensor: FloatArray) -> FloatArray:
    def time_s(products: tuple[Product, ...]) -> FloatArray:
        total: FloatArray = np.zeros_like(tokens)
        for product in products:
            inputs, outputs = product.local(tensor)
            width = device.weight_byte
            byte = width * (tokens * inputs + inputs * outputs) + WIDE * tokens * outputs
            total = total + operator_time_s(2.0 * tokens * inputs * outputs, byte, device.gemm, inputs)
        return total

    always = (*shape.ffn_products(shape.shared_ffn), Product(shape.hidden, shape.experts, "none"))
    return (
        shape.mixer_layers * time_s(shape.attention_products())
        + shape.dense_layers * time_s(shape.ffn_products(shape.ffn))
        + (shape.moe_layers * time_s(always) if shape.is_moe else 0.0)
        + time_s((Product(shape.hidden, shape.vocab),))
    )


def _decode_attention(shape: Shape, device: Device, request: Request, instance: Instance) -> FloatArray:
    """One block: every verified token attends to the sequence's cache, which is read once.

    MLA works on the latent itself: scores over rank + rope, values over rank, for every head.
    """
    keys = mixed_mean_keys(shape, request.mean_context, 0.0)
    pairs = instance.group_batch * request.verified_per_step * keys
    heads = shape.heads / instance.tensor
    kv_heads = np.ones_like(instance.tensor) if shape.is_mla else np.maximum(shape.kv_heads / instance.tensor, 1.0)
    if shape.is_mla:
        flop = 2.0 * pairs * heads * (2.0 * shape.kv_rank + shape.rope_dim)
        per_key = (shape.kv_rank + shape.rope_dim) * request.kv_byte * np.ones_like(instance.tensor)
    else:
        flop = 2.0 * pairs * heads * (shape.qk_dim + shape.v_dim)
        per_key = kv_heads * (shape.qk_dim + shape.v_dim) * request.kv_byte
    units = instance.group_batch * kv_heads
    return operator_time_s(flop, instance.group_batch * keys * per_key, device.decode, units)


def _decode_experts(shape: Shape, device: Device, request: Request, instance: Instance) -> FloatArray:
    """One block of experts, both products in one fused kernel: the weights of every expert reached are read.

    The busiest rank reaches at least one expert. Tokens are permuted to their experts and back; those of a rank are
    routed, cast and summed whether their experts are there or not.
    """
    if not shape.is_moe:
        return np.zeros_like(instance.tensor)
    tokens = instance.batch * request.verified_per_step
    touched = expected_experts(shape, tokens, shape.experts / instance.accels)
    touched = np.maximum(touched, np.minimum(1.0, tokens * shape.topk))
    routed = np.maximum(tokens * shape.topk / instance.accels, 1.0) * request.imbalance
    sides = ((shape.moe_width, (1.0 + shape.gates) * shape.moe_ffn), (shape.moe_ffn, shape.moe_width))
    flop = np.zeros_like(instance.tensor)
    held = np.where(instance.groups > 1.0, np.minimum(routed, tokens), tokens)
    byte = (PERMUTED * routed + device.grouped.held_passes * held) * WIDE * shape.moe_width
    for inputs, outputs in sides:
        flop = flop + 2.0 * routed * inputs * outputs
        byte = byte + device.expert_byte * (routed * inputs + touched * inputs * outputs) + WIDE * routed * outputs
    return operator_time_s(flop, byte, device.grouped, touched)


def _decode_elementwise(shape: Shape, device: Device, tokens: FloatArray, tensor: FloatArray) -> FloatArray:
    """Norm with residual before each part of a block, and the activation; one launch each."""
    norm = operator_time_s(0.0, 5.0 * WIDE * tokens * shape.hidden, device.elementwise)
    dense = operator_time_s(0.0, (2.0 + shape.gates) * WIDE * tokens * shape.ffn / tensor, device.elementwise)
    width = shape.topk * shape.moe_ffn + shape.shared_ffn
    moe = operator_time_s(0.0, (2.0 + shape.gates) * WIDE * tokens * width / tensor, device.elementwise)
    blocks = shape.mixer_layers + shape.dense_layers + shape.moe_layers
    return blocks * norm + shape.dense_layers * dense + shape.moe_layers * moe


def _dispatch(shape: Shape, device: Device, tokens: FloatArray, instance: Instance) -> FloatArray:
    """Tokens to their experts and back; within a single attention group the tensor all-reduce does this work."""
    if not shape.is_moe:
        return np.zeros_like(tokens)
    values = tokens / instance.tensor * shape.moe_width
    near = np.minimum(instance.accels, device.domain)
    both: FloatArray = np.zeros_like(tokens)
    for width in (device.dispatch_byte, device.combine_byte):
        both = both + dispatch_time_s(
            instance.accels, near, width * values, shape.topk, scale_up=device.scale_up, scale_out=device.scale_out
        )
    alone = 1.0 - (np.asarray(shape.shared_ffn) > 0.0)
    single = alone * _reduce(device, instance, WIDE * tokens * shape.hidden)
    return np.where(instance.groups > 1.0, both, single)


def prefill_time_s(
    shape: Shape, device: Device, request: Request, instance: Instance, *, busy_share: FloatArray | float = 1.0
) -> FloatArray:
    """Time to compute the part of one prompt that the prefix cache does not hold, on one attention group [s].

    Parameters
    ----------
    shape, device, request, instance
        What is computed, and where.
    busy_share
        Share of the other attention groups of the instance that compute prompts at the same time. Experts are spread
        over all groups, so a prompt alone has all of their ranks to itself.
    """
    together = (1.0 + (instance.groups - 1.0) * busy_share) / instance.groups
    cached = request.input_tokens * request.cached_share
    new = np.maximum(1.0, request.input_tokens - cached)
    work = Work(
        tokens=np.ones_like(instance.tensor) * new,
        keys=mixed_mean_keys(shape, cached, new),
        tensor=instance.tensor,
        expert=instance.accels if shape.is_moe else np.ones_like(instance.tensor),
        imbalance=request.imbalance * together,
    )
    times = layer_times(shape, device, work)
    layer = sum(
        (getattr(times, name).forward for name in times.__dataclass_fields__ if name not in NOT_A_LAYER),
        np.zeros_like(instance.tensor),
    )
    inputs, outputs = Product(shape.hidden, shape.vocab).local(instance.tensor)
    head = operator_time_s(2.0 * inputs * outputs, device.weight_byte * inputs * outputs, device.gemm)
    return request.prefill_factor * (shape.layers * (layer + device.layer_ratio * request.layer_s) + head)
