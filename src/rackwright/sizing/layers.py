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
from rackwright.sizing.crossings import tier_crossings
from rackwright.sizing.device import Device
from rackwright.sizing.on_chip import attention_byte, product_byte
from rackwright.sizing.operators import FloatArray, OperatorCost, operator_time_s

__all__ = ["LayerTimes", "Work", "expected_experts", "layer_times", "model_flop_per_token"]

WIDE = 2.0
"""Bytes of a BF16 value: activations outside products, and results of products."""
ACCUMULATED = 4.0
"""Bytes of an FP32 weight gradient."""
BACKWARD_ATTENTION = 2.5
"""Fused attention runs two products forwards and five backwards (scores are computed again)."""
SCORE_PASSES_FORWARD, SCORE_PASSES_BACKWARD = 6.0, 8.0
"""Passes of scores through memory where attention is not fused: product, softmax, dropout, product, and back."""
CROSS_ENTROPY_BYTE = 4.0
"""Bytes a logit costs in either direction: a fused loss reads BF16 and writes BF16."""
CAST = 1.5
"""BF16 values moved for each value cast to a narrow precision: two bytes in, one out."""
CAST_KERNELS = 2.0
"""Casts of a block: of its input and of what stands between its products."""
MEASURED_WIDTH = 256.0
"""Width of scores and values together in the kernels that attention's coefficients were fitted on."""
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
    attention_factor
        Time of attention over that of kernels written for the device.
    copied_share
        Share of the dispatch that sends a token once for each of its experts, not once to each scale-up domain.
    """

    tokens: FloatArray
    keys: float
    tensor: FloatArray
    expert: FloatArray
    imbalance: FloatArray | float
    sequences: FloatArray | float = 1.0
    context: FloatArray | float = 1.0
    unfused_share: FloatArray | float = 0.0
    attention_factor: FloatArray | float = 1.0
    copied_share: FloatArray | float = 0.0


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
    quantise: Both


def layer_times(shape: Shape, device: Device, work: Work) -> LayerTimes:
    """Times of a mean layer and of the output head."""
    return LayerTimes(
        gemm=_gemm(shape, device, work),
        attention=_attention(shape, device, work),
        experts=_experts(shape, device, work),
        elementwise=_elementwise(shape, device, work),
        tensor_comm=_tensor_comm(shape, device, work),
        expert_comm=_expert_comm(shape, device, work),
        head=_head(shape, device, work),
        context_comm=_context_comm(shape, device, work),
        quantise=_quantise(shape, device, work),
    )


def _products(products: tuple[Product, ...], device: Device, work: Work) -> Both:
    """Dense products in the device's precision."""
    return _product_times(products, device, device.gemm, work)


def _head(shape: Shape, device: Device, work: Work) -> Both:
    """Product with the vocabulary, and the cross-entropy over each rank's part of it."""
    product = _product_times((Product(shape.hidden, shape.vocab),), device, device.logits, work)
    values = work.tokens * shape.vocab / work.tensor
    loss = operator_time_s(0.0, CROSS_ENTROPY_BYTE * values, device.cross_entropy)
    return Both(product.forward + loss, product.backward + loss)


def _product_times(products: tuple[Product, ...], device: Device, cost: OperatorCost, work: Work) -> Both:
    """Dense products: one forwards; two backwards, for the input's and for the weights' gradient."""
    forward, backward = np.zeros_like(work.tokens), np.zeros_like(work.tokens)
    tokens, width = work.tokens, device.weight_byte
    for product in products:
        inputs, outputs = product.local(work.tensor)
        flop = 2.0 * tokens * inputs * outputs
        weights = inputs * outputs
        byte = width * (tokens * inputs + weights) + WIDE * tokens * outputs
        forward += operator_time_s(flop, product_byte(device, flop, byte, width), cost, inputs)
        byte = width * (tokens * outputs + weights) + WIDE * tokens * inputs
        backward += operator_time_s(flop, product_byte(device, flop, byte, width), cost, outputs)
        gradient_byte = width * tokens * (inputs + outputs) + ACCUMULATED * weights
        backward += operator_time_s(flop, product_byte(device, flop, gradient_byte, width), cost, tokens)
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
    flop = flop * _softmax_factor(shape, device)
    kv_heads = shape.heads if shape.is_mla else shape.kv_heads
    width = heads + np.maximum(kv_heads / work.tensor, 1.0)
    byte = WIDE * work.tokens * width * (shape.qk_dim + shape.v_dim)
    byte = attention_byte(device, flop, byte, head_width=(shape.qk_dim + shape.v_dim) / 2.0, width=WIDE)
    share, units = shape.attention_layers / shape.layers, work.sequences * heads
    forward = operator_time_s(flop, byte, device.prefill, units)
    backward = operator_time_s(BACKWARD_ATTENTION * flop, BACKWARD_ATTENTION * byte, device.prefill, units)
    scores_s = WIDE * 2.0 * heads * work.tokens * work.keys * work.unfused_share * device.elementwise.s_per_byte
    slow = work.attention_factor
    return Both(
        share * (slow * forward + SCORE_PASSES_FORWARD * scores_s),
        share * (slow * backward + SCORE_PASSES_BACKWARD * scores_s),
    )


def _softmax_factor(shape: Shape, device: Device) -> float:
    """Work of attention with its exponentials over that at the width the figures were measured at.

    One exponential a score costs the same at any head width, so narrow heads pay more for each product.
    """
    width = shape.qk_dim + shape.v_dim
    return (1.0 + device.softmax_width / width) / (1.0 + device.softmax_width / MEASURED_WIDTH)


def _context_comm(shape: Shape, device: Device, work: Work) -> Both:
    """Keys and values of the other ranks of a sequence: gathered forwards; gathered and reduced backwards."""
    if not np.any(np.asarray(work.context) > 1.0):
        return Both(np.zeros_like(work.tokens), np.zeros_like(work.tokens))
    kv_heads = shape.heads if shape.is_mla else shape.kv_heads
    width = np.maximum(kv_heads / work.tensor, 1.0) * (shape.qk_dim + shape.v_dim)
    size = WIDE * work.tokens * work.context * width
    near = np.clip(np.floor(device.domain / work.tensor), 1.0, work.context)
    gather = hierarchical_time_s(
        "all-gather",
        work.context,
        near,
        size,
        scale_up=device.scale_up,
        scale_out=device.scale_out,
        beyond=tier_crossings(device, work.context, work.tensor),
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
    sides = ((shape.moe_width, (1.0 + shape.gates) * shape.moe_ffn), (shape.moe_ffn, shape.moe_width))
    for inputs, outputs in sides:
        flop, weights, width = 2.0 * routed * inputs * outputs, touched * inputs * outputs, device.expert_byte
        byte = width * (routed * inputs + weights) + WIDE * routed * outputs
        forward += operator_time_s(flop, product_byte(device, flop, byte, width), device.grouped, touched / 2.0)
        byte = width * (routed * outputs + weights) + WIDE * routed * inputs
        backward += operator_time_s(flop, product_byte(device, flop, byte, width), device.grouped, touched / 2.0)
        gradient_byte = width * routed * (inputs + outputs) + ACCUMULATED * weights
        moved = product_byte(device, flop, gradient_byte, width)
        backward += operator_time_s(flop, moved, device.grouped, touched / 2.0)
    return Both(share * forward, share * backward)


def _elementwise(shape: Shape, device: Device, work: Work) -> Both:
    """Norms, residuals, rotary embedding, activations and expert permutation, each a pass through memory."""
    own = work.tokens / work.tensor
    mixer_width = shape.heads * (shape.qk_dim + shape.v_dim)

    def time_s(values: FloatArray | float, kernels: float) -> FloatArray:
        return kernels * operator_time_s(0.0, WIDE * values / kernels * own, device.elementwise)

    # Values read and written per token: norm 2h, residual 3h, rotary 2 d, activation (2 + gates) f.
    total = shape.mixer_layers * time_s(5.0 * shape.hidden + 2.0 * mixer_width, 3.0)
    if np.any(shape.dense_layers):
        total = total + shape.dense_layers * time_s(5.0 * shape.hidden + (2.0 + shape.gates) * shape.ffn, 3.0)
    if shape.is_moe:
        width = shape.topk * shape.moe_ffn + shape.shared_ffn
        moved = 4.0 * shape.topk * shape.moe_width
        total = total + shape.moe_layers * time_s(5.0 * shape.hidden + (2.0 + shape.gates) * width + moved, 6.0)
    mean = total / shape.layers
    return Both(mean, BACKWARD_ELEMENTWISE * mean)


def _quantise(shape: Shape, device: Device, work: Work) -> Both:
    """Inputs of products cast to a narrow precision: two kernels a block; nothing in BF16."""
    own = work.tokens / work.tensor
    if not np.any(np.asarray(device.weight_byte) < WIDE):
        return Both(np.zeros_like(own), np.zeros_like(own))
    is_narrow = np.asarray(device.weight_byte < WIDE, dtype=np.float64)

    def time_s(values: FloatArray | float) -> FloatArray:
        return CAST_KERNELS * operator_time_s(0.0, CAST * WIDE * values / CAST_KERNELS * own, device.quantise)

    mixer_width = shape.heads * (shape.qk_dim + shape.v_dim)
    total = shape.mixer_layers * time_s(shape.hidden + mixer_width)
    if np.any(shape.dense_layers):
        total = total + shape.dense_layers * time_s(shape.hidden + shape.ffn)
    if shape.is_moe:
        total = total + shape.moe_layers * time_s(shape.hidden + shape.topk * shape.moe_ffn + shape.shared_ffn)
    mean = is_narrow * total / shape.layers
    return Both(mean, BACKWARD_ELEMENTWISE * mean)


def _tensor_comm(shape: Shape, device: Device, work: Work) -> Both:
    """Gather before and scatter after each split part: mixer, dense FFN and shared experts; the same backwards."""
    size = WIDE * work.tokens * shape.hidden
    pair = collective_time_s("all-gather", work.tensor, size, device.scale_up)
    pair = pair + collective_time_s("reduce-scatter", work.tensor, size, device.scale_up)
    parts = shape.mixer_layers + shape.dense_layers + shape.moe_layers * (np.asarray(shape.shared_ffn) > 0.0)
    return Both(pair * parts / shape.layers, pair * parts / shape.layers)


def _expert_comm(shape: Shape, device: Device, work: Work) -> Both:
    """Dispatch and combine in their widths forwards; both in that of the combine backwards."""
    if not shape.is_moe:
        return Both(np.zeros_like(work.tokens), np.zeros_like(work.tokens))
    values = work.tokens / work.tensor * shape.moe_width
    near = np.minimum(work.expert, device.domain)
    above = tier_crossings(device, work.expert, 1.0)

    def exchange(width: FloatArray | float) -> FloatArray:
        tiers = {"scale_up": device.scale_up, "scale_out": device.scale_out}
        once = dispatch_time_s(work.expert, near, width * values, shape.topk, **tiers, beyond=above)
        if not np.any(np.asarray(work.copied_share) > 0.0):
            return once
        size = width * values * shape.topk
        copies = hierarchical_time_s("all-to-all", work.expert, near, size, **tiers, beyond=above)
        return once + work.copied_share * (copies - once)

    share = shape.moe_layers / shape.layers
    there, back = exchange(device.dispatch_byte), exchange(device.combine_byte)
    return Both(share * (there + back), share * 2.0 * back)


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
