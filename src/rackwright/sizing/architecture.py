"""What does a transformer's shape amount to: products per token, parameters, keys a query attends to, cache per token?

Everything is per layer kind (attention, dense FFN, experts) and per token, before any parallelism; functions take the
tensor-parallel degree where it changes the shape of a product.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from rackwright.catalog.parts import Fact, ModelArchitecture
from rackwright.sizing.operators import FloatArray

__all__ = ["Product", "Shape", "kv_byte_per_token", "mean_keys", "model_shape", "parameter_counts"]


WHOLE = 1e-9
"""Smallest number of new tokens, where a mean over them is asked for."""


@dataclass(frozen=True, slots=True)
class Product:
    """One weight matrix of `inputs x outputs`; `split` says which side tensor parallelism divides.

    `whole` is the part of `outputs` that cannot be split further than its `parts` (key-value heads).
    """

    inputs: float
    outputs: float
    split: str = "outputs"
    kv_outputs: float = 0.0
    kv_heads: float = 0.0

    def local(self, tensor: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Inputs and outputs of one rank; key-value heads are repeated where there are fewer of them than ranks."""
        one = np.ones_like(tensor)
        if self.split == "none":
            return self.inputs * one, self.outputs * one
        if self.split == "inputs":
            return self.inputs / tensor, self.outputs * one
        kv = self.kv_outputs / np.minimum(tensor, np.maximum(self.kv_heads, 1.0))
        return self.inputs * one, self.outputs / tensor + kv


@dataclass(frozen=True, slots=True)
class Shape:
    """Numbers of an architecture; counts as floats, absent features as 0."""

    layers: float
    attention_layers: float
    linear_layers: float
    dense_layers: float
    moe_layers: float
    hidden: float
    heads: float
    kv_heads: float
    qk_dim: float
    v_dim: float
    is_mla: bool
    q_rank: float
    kv_rank: float
    rope_dim: float
    nope_dim: float
    ffn: float
    gates: float
    experts: float
    topk: float
    moe_ffn: float
    moe_width: float
    shared_ffn: float
    vocab: float
    is_tied: bool
    window: float
    window_share: float
    attended_keys: float

    @property
    def is_moe(self) -> bool:
        """True if any block routes to experts."""
        return bool(np.all(self.experts > 0) and np.any(self.moe_layers > 0))

    @property
    def mixer_layers(self) -> float:
        """Blocks with attention or another sequence mixer."""
        return self.attention_layers + self.linear_layers

    def attention_products(self) -> tuple[Product, ...]:
        """Weight matrices of one attention block."""
        h, heads = self.hidden, self.heads
        out = Product(heads * self.v_dim, h, "inputs")
        if not self.is_mla:
            kv = self.kv_heads * (self.qk_dim + self.v_dim)
            return (Product(h, heads * self.qk_dim, "outputs", kv, self.kv_heads), out)
        queries = (
            (Product(h, self.q_rank, "none"), Product(self.q_rank, heads * self.qk_dim))
            if np.all(self.q_rank > 0)
            else (Product(h, heads * self.qk_dim),)
        )
        latent = Product(h, self.kv_rank + self.rope_dim, "none")
        return (*queries, latent, Product(self.kv_rank, heads * (self.nope_dim + self.v_dim)), out)

    def ffn_products(self, width: float) -> tuple[Product, ...]:
        """Weight matrices of a gated or plain FFN of a width."""
        if not np.any(width):
            return ()
        return (Product(self.hidden, (1.0 + self.gates) * width), Product(width, self.hidden, "inputs"))

    @property
    def expert_params(self) -> float:
        """Parameters of one routed expert."""
        return (2.0 + self.gates) * self.moe_width * self.moe_ffn


def _number(fact: Fact | None, default: float = 0.0) -> float:
    return default if fact is None else fact.value


def model_shape(model: ModelArchitecture) -> Shape:
    """Read the facts of an architecture; what is not published takes its neutral meaning.

    Absent: `kv_heads` = heads, `head_dim` = width / heads, `dense_layers` = the blocks without experts,
    `attention_layers` = all blocks, gates and experts none.
    """
    layers, heads, hidden = _number(model.layers), _number(model.heads), _number(model.hidden)
    is_mla = model.attention == "MLA"
    head_dim = _number(model.head_dim, hidden / heads)
    moe_layers = _number(model.moe_layers, layers if model.family == "moe" else 0.0)
    nope, rope = _number(model.qk_nope_dim), _number(model.qk_rope_dim)
    linear = _number(model.linear_layers)
    return Shape(
        layers=layers,
        attention_layers=_number(model.attention_layers, layers - linear),
        linear_layers=linear,
        dense_layers=_number(model.dense_layers, layers - moe_layers),
        moe_layers=moe_layers,
        hidden=hidden,
        heads=heads,
        kv_heads=1.0 if model.attention == "MQA" else _number(model.kv_heads, heads),
        qk_dim=nope + rope if is_mla else head_dim,
        v_dim=_number(model.v_head_dim, head_dim) if is_mla else head_dim,
        is_mla=is_mla,
        q_rank=_number(model.q_lora_rank),
        kv_rank=_number(model.kv_lora_rank),
        rope_dim=rope,
        nope_dim=nope,
        ffn=_number(model.ffn),
        gates=_number(model.gated_ffn),
        experts=_number(model.experts),
        topk=_number(model.topk),
        moe_ffn=_number(model.moe_ffn),
        moe_width=_number(model.latent_moe_dim, hidden),
        shared_ffn=_number(model.shared_ffn, _number(model.shared_experts) * _number(model.moe_ffn)),
        vocab=_number(model.vocab),
        is_tied=_number(model.tied_embeddings) > 0,
        window=_number(model.sliding_window),
        window_share=_number(model.sliding_share) if model.sliding_window else 0.0,
        attended_keys=_number(model.attended_keys),
    )


@dataclass(frozen=True, slots=True)
class ParameterCounts:
    """Parameters by where parallelism may put them."""

    mixer: float
    dense_ffn: float
    routed: float
    embedding: float
    active: float

    @property
    def total(self) -> float:
        """All parameters."""
        return self.mixer + self.dense_ffn + self.routed + self.embedding


def parameter_counts(shape: Shape) -> ParameterCounts:
    """Parameters of a model from its shape, without norms; `active` are those one token passes through.

    Router and shared experts count with the dense FFN; embedding is the input and output table (one if tied).
    """
    mixer = shape.mixer_layers * _weights(shape.attention_products())
    always = shape.moe_layers * (_weights(shape.ffn_products(shape.shared_ffn)) + shape.hidden * shape.experts)
    dense = shape.dense_layers * _weights(shape.ffn_products(shape.ffn)) + always
    routed = shape.moe_layers * shape.experts * shape.expert_params
    embedding = shape.vocab * shape.hidden * (1.0 if shape.is_tied else 2.0)
    active = mixer + dense + shape.moe_layers * shape.topk * shape.expert_params + embedding
    return ParameterCounts(mixer, dense, routed, embedding, active)


def _weights(products: tuple[Product, ...]) -> float:
    return sum(product.inputs * (product.outputs + product.kv_outputs) for product in products)


def mean_keys(past: float, new: float, window: float) -> float:
    """Mean number of keys that `new` queries attend to after `past` tokens, causally, within a window (0 for none).

    Query i of the sequence sees min(i, window) keys: half of the square for a full prompt.
    """
    first, last = past, past + new
    most: Any = np.where(np.asarray(window) > 0.0, window, last)
    rising = np.maximum(most * most - first * first, 0.0) / 2.0
    sliding = np.where(most <= first, most, (rising + most * (last - most)) / np.maximum(last - first, WHOLE))
    return cast("float", np.where(most >= last, (first + last) / 2.0, sliding)[()])


def mixed_mean_keys(shape: Shape, past: float, new: float) -> float:
    """Mean keys over the attention blocks of a model, sliding and sparse ones included."""
    full = mean_keys(past, new, shape.attended_keys)
    slides = mean_keys(past, new, shape.window)
    return (1.0 - shape.window_share) * full + shape.window_share * slides


def kv_byte_per_token(shape: Shape, context: float, byte_per_value: float) -> float:
    """Bytes of key-value cache that one token of a sequence takes over all layers, before any parallelism.

    Parameters
    ----------
    shape
        The model.
    context
        Tokens in the sequence; sliding blocks keep at most their window of them.
    byte_per_value
        Width of a cached value [B].

    Notes
    -----
    GQA: L kv (d_qk + d_v) values; MLA: L (rank + rope) values. Blocks with a constant state keep no cache.

    Examples
    --------
    A 61-layer MLA model with rank 512 and 64 rotary dimensions keeps 61 x 576 x 2 B = 70 kB a token in bf16.
    """
    per_block = shape.kv_rank + shape.rope_dim if shape.is_mla else shape.kv_heads * (shape.qk_dim + shape.v_dim)
    window = np.where(np.asarray(shape.window) > 0.0, shape.window, context)
    kept_share: float = np.minimum(1.0, window / np.maximum(context, 1.0))[()]
    blocks = shape.attention_layers * (1.0 - shape.window_share + shape.window_share * kept_share)
    total: float = blocks * per_block * byte_per_value
    return total
