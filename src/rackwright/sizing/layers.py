"""How long does one layer of a model take, forwards and backwards, on one accelerator of a parallel group?

Times are columns over (tokens, tensor, expert) and means over the layers of the model. Tokens are those of one micro
batch in one tensor-parallel group; with sequence parallelism each rank holds tokens / tensor of them outside products.
Experts are not split by tensor parallelism: an expert group spans tensor ranks and data-parallel replicas.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rackwright.sizing.architecture import Product, Shape
from rackwright.sizing.collectives import collective_time_s, dispatch_time_s, hierarchical_time_s
from rackwright.sizing.device import Device
from rackwright.sizing.operators import FloatArray, operator_time_s

__all__ = ["LayerTimes", "Work", "expected_experts", "layer_times", "model_flop_per_token"]

WIDE = 2.0
"""Bytes of a BF16 value: activations outside products, and results of products."""
ACCUMULATED = 4.0
"""Bytes of an FP32 weight gradient."""
BACKWARD_ATTENTION = 2.5
"""Fused attention runs two products forwards and five backwards (scores are computed again)."""
SCORE_PASSES_FORWARD, SCORE_PASSES_BACKWARD = 6.0, 8.0
"""Passes of scores through memory where attention is not fused: product, softmax, dropout, product, and back."""
BACKWARD_ELEMENTWISE = 2.0
"""An elementwise operator reads its input and the gradient and writes a gradient."""


@dataclass(frozen=True)
class Work:
    """One micro batch (or prompt) on one tensor-parallel group, as columns of equal shape.

    Parameters
    ----------
    tokens
        Tokens in the group.
    keys
        Mean keys a query attends to; causal halving is in here.
    tensor, expert
        Degrees of tensor and expert parallelism.
    imbalance
        Work of the busiest expert rank over the mean, >= 1.
    sequences
        Sequences in the group.
    context
        Ranks that share one sequence (context parallelism).
    unfused_share
        Share of attention that writes its scores to memory: 0 for fused kernels.
    """

    tokens: FloatArray
    keys: float
    tensor: FloatArray
    expert: FloatArray
    imbalance: FloatArray | float
    sequences: FloatArray | float = 1.0
    context: FloatArray | float = 1.0
    unfused_share: FloatArray | float = 0.0


@dataclass(frozen=True)
class Both:
    """Seconds forwards and backwards."""

    forward: FloatArray
    backward: FloatArray


@dataclass(frozen=True)
class LayerTimes:
    """Mean seconds of one layer by term, and of the output head; communication is not overlapped yet."""

    gemm: Both
    attention: Both
    experts: Both
    elementwise: Both
    tensor_comm: Both
    expert_comm: Both
    head: Both
    context_comm: Both


def layer_times(shape: Shape, device: Device, work: Work) -> LayerTimes:
    """Times of a mean layer and of the output head."""
    return LayerTimes(
        gemm=_gemm(shape, device, work),
        attention=_attention(shape, device, work),
        experts=_experts(shape, device, work),
        elementwise=_elementwise(shape, device, work),
        tensor_comm=_tensor_comm(shape, device, work),
        expert_comm=_expert_comm(shape, device, work),
        head=_products((Product(shape.hidden, shape.vocab),), device, work),
        context_comm=_context_comm(shape, device, work),
    )


def _products(products: tuple[Product, ...], device: Device, work: Work) -> Both:
    """Dense products: one forwards; two backwards, for the input's and for the weights' gradient."""
    forward, backward = np.zeros_like(work.tokens), np.zeros_like(work.tokens)
    width, tokens = device.weight_byte, work.tokens
    for product in products:
        inputs, outputs = product.local(work.tensor)
        flop = 2.0 * tokens * inputs * outputs
        weights = inputs * outputs
        byte = width * (tokens * inputs + weights) + WIDE * tokens * outputs
        forward += operator_time_s(flop, byte, device.gemm, inputs)
        byte = width * (tokens * outputs + weights) + WIDE * tokens * inputs
        backward += operator_time_s(flop, byte, device.gemm, outputs)
        gradient_byte = width * tokens * (inputs + outputs) + ACCUMULATED * weights
        backward += operator_time_s(flop, gradient_byte, device.gemm, tokens)
    return Both(forward, backward)


def _gemm(shape: Shape, device: Device, work: Work) -> Both:
    mixer = _products(shape.attention_products(), device, work)
    dense = _products(shape.ffn_products(shape.ffn), device, work)
    always = (*shape.ffn_products(shape.shared_ffn), Product(shape.hidden, shape.experts, "none"))
    shared = _products(always if shape.is_moe else (), device, work)
    parts = ((mixer, shape.mixer_layers), (dense, shape.dense_layers), (shared, shape.moe_layers))
    return Both(
        sum((part.forward * count for part, count in parts), np.zeros_like(work.tokens)) / shape.layers,
        sum((part.backward * count for part, count in parts), np.zeros_like(work.tokens)) / shape.layers,
    )


def _attention(shape: Shape, device: Device, work: Work) -> Both:
    """Scores and values: 2 T k h (d_qk + d_v) FLOP with k mean keys, which holds the causal half.

    Attention that is not fused computes the whole square and moves its scores through memory several times.
    """
    heads = shape.heads / work.tensor
    flop = 2.0 * work.tokens * work.keys * heads * (shape.qk_dim + shape.v_dim) * (1.0 + work.unfused_share)
    kv_heads = shape.heads if shape.is_mla else shape.kv_heads
    width = heads + np.maximum(kv_heads / work.tensor, 1.0)
    byte = WIDE * work.tokens * width * (shape.qk_dim + shape.v_dim)
    share, units = shape.attention_layers / shape.layers, work.sequences * heads
    forward = operator_time_s(flop, byte, device.prefill, units)
    backward = operator_time_s(BACKWARD_ATTENTION * flop, BACKWARD_ATTENTION * byte, device.prefill, units)
    scores_s = WIDE * 2.0 * heads * work.tokens * work.keys * work.unfused_share * device.elementwise.s_per_byte
    return Both(
        share * (forward + SCORE_PASSES_FORWARD * scores_s), share * (backward + SCORE_PASSES_BACKWARD * scores_s)
    )


def _context_comm(shape: Shape, device: Device, work: Work) -> Both:
    """Keys and values of the other ranks of a sequence: gathered forwards; gathered and reduced backwards."""
    if not np.any(np.asarray(work.context) > 1.0):
        return Both(np.zeros_like(work.tokens), np.zeros_like(work.tokens))
    kv_heads = shape.heads if shape.is_mla else shape.kv_heads
    width = np.maximum(kv_heads / work.tensor, 1.0) * (shape.qk_dim + shape.v_dim)
    size = WIDE * work.tokens * work.context * width
    near = np.clip(np.floor(device.domain / work.tensor), 1.0, work.context)
    gather = hierarchical_time_s(
        "all-gather", work.context, near, size, scale_up=device.scale_up, scale_out=device.scale_out
    )
    share = shape.attention_layers / shape.layers
    return Both(share * gather, share * 2.0 * gather)


def expected_experts(shape: Shape, tokens: FloatArray, local: FloatArray) -> FloatArray:
    """Experts of `local` ones that at least one of the group's tokens reaches: E_l (1 - (1 - k/E)^tokens)."""
    if not shape.is_moe:
        return np.zeros_like(tokens)
    touched: FloatArray = local * (1.0 - (1.0 - np.minimum(1.0, shape.topk / shape.experts)) ** tokens)
    return touched


def _experts(shape: Shape, device: Device, work: Work) -> Both:
    zero = np.zeros_like(work.tokens)
    if not shape.is_moe:
        return Both(zero, zero)
    routed = work.tokens / work.tensor * shape.topk * work.imbalance
    group_tokens = work.tokens / work.tensor * work.expert
    touched = expected_experts(shape, group_tokens, shape.experts / work.expert)
    share = shape.moe_layers / shape.layers
    forward, backward = zero.copy(), zero.copy()
    local = shape.experts / work.expert
    sides = ((shape.moe_width, (1.0 + shape.gates) * shape.moe_ffn), (shape.moe_ffn, shape.moe_width))
    for inputs, outputs in sides:
        flop, weights, width = 2.0 * routed * inputs * outputs, touched * inputs * outputs, device.expert_byte
        byte = width * (routed * inputs + weights) + WIDE * routed * outputs
        forward += operator_time_s(flop, byte, device.grouped, local / 2.0)
        byte = width * (routed * outputs + weights) + WIDE * routed * inputs
        backward += operator_time_s(flop, byte, device.grouped, local / 2.0)
        gradient_byte = width * routed * (inputs + outputs) + ACCUMULATED * weights
        backward += operator_time_s(flop, gradient_byte, device.grouped, local / 2.0)
    return Both(share * forward, share * backward)


def _elementwise(shape: Shape, device: Device, work: Work) -> Both:
    """Norms, residuals, rotary embedding, activations, casts and expert permutation, each a pass through memory."""
    own = work.tokens / work.tensor
    mixer_width = shape.heads * (shape.qk_dim + shape.v_dim)
    is_narrow = np.asarray(device.weight_byte < WIDE, dtype=np.float64)

    def time_s(values: FloatArray | float, kernels: FloatArray | float) -> FloatArray:
        each = operator_time_s(0.0, WIDE * values / kernels * own, device.elementwise)
        return kernels * each

    # Values read and written per token: norm 2h, residual 3h, rotary 2 d, activation (2 + gates) f, cast 1.5 a value.
    cast = 1.5 * is_narrow
    mixer = time_s((5.0 + cast) * shape.hidden + (2.0 + cast) * mixer_width, 3.0 + 2.0 * is_narrow)
    total = shape.mixer_layers * mixer
    if np.any(shape.dense_layers):
        values = (5.0 + cast) * shape.hidden + (2.0 + shape.gates + cast) * shape.ffn
        total = total + shape.dense_layers * time_s(values, 3.0 + 2.0 * is_narrow)
    if shape.is_moe:
        width = shape.topk * shape.moe_ffn + shape.shared_ffn
        moved = 4.0 * shape.topk * shape.moe_width
        values = (5.0 + cast) * shape.hidden + (2.0 + shape.gates + cast) * width + moved
        total = total + shape.moe_layers * time_s(values, 6.0 + 2.0 * is_narrow)
    mean = total / shape.layers
    return Both(mean, BACKWARD_ELEMENTWISE * mean)


def _tensor_comm(shape: Shape, device: Device, work: Work) -> Both:
    """Gather before and scatter after each split part: mixer, dense FFN and shared experts; the same backwards."""
    size = WIDE * work.tokens * shape.hidden
    pair = collective_time_s("all-gather", work.tensor, size, device.scale_up)
    pair = pair + collective_time_s("reduce-scatter", work.tensor, size, device.scale_up)
    parts = shape.mixer_layers + shape.dense_layers + shape.moe_layers * (np.asarray(shape.shared_ffn) > 0.0)
    return Both(pair * parts / shape.layers, pair * parts / shape.layers)


def _expert_comm(shape: Shape, device: Device, work: Work) -> Both:
    """Dispatch in the width of products and combine in BF16 forwards; both in BF16 backwards."""
    if not shape.is_moe:
        return Both(np.zeros_like(work.tokens), np.zeros_like(work.tokens))
    values = work.tokens / work.tensor * shape.moe_width
    near = np.minimum(work.expert, device.domain)

    def exchange(width: FloatArray | float) -> FloatArray:
        return dispatch_time_s(
            work.expert, near, width * values, shape.topk, scale_up=device.scale_up, scale_out=device.scale_out
        )

    share = shape.moe_layers / shape.layers
    return Both(share * (exchange(np.minimum(device.expert_byte, WIDE)) + exchange(WIDE)), share * 2.0 * exchange(WIDE))


def model_flop_per_token(shape: Shape, keys: float) -> float:
    """FLOPs of one token forwards: products of its active weights, attention to its mean keys, and the output head.

    Training costs three times as much, without recomputation.
    """
    weights = shape.mixer_layers * sum(p.inputs * (p.outputs + p.kv_outputs) for p in shape.attention_products())
    weights += shape.dense_layers * (2.0 + shape.gates) * shape.hidden * shape.ffn
    shared = (2.0 + shape.gates) * shape.hidden * shape.shared_ffn + shape.hidden * shape.experts
    weights += shape.moe_layers * (shared + shape.topk * shape.expert_params)
    weights += shape.hidden * shape.vocab
    core = shape.attention_layers * keys * shape.heads * (shape.qk_dim + shape.v_dim)
    return 2.0 * (weights + core)
