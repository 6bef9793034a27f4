"""How many parameters has a model, how many act on a token, and how many bytes does a cached token take?

Pure arithmetic on a `ModelArchitecture`. Counted are attention, feed-forward, experts, router and embeddings; norms,
biases, indexers and multi-token-prediction blocks (all under 2 %) are left out. Blocks of a state-space or linear
mixer are not counted: `is_counted` says where the formulas hold, and elsewhere the published totals are used.
"""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.catalog.parts import Fact, ModelArchitecture

__all__ = [
    "ParameterCounts",
    "active_parameters",
    "attention_parameters",
    "count_parameters",
    "is_counted",
    "kv_bytes",
    "kv_bytes_per_token_layer",
    "total_parameters",
]


@dataclass(frozen=True, slots=True)
class ParameterCounts:
    """Parameters by module over all blocks, and what of them acts on one token.

    Parameters
    ----------
    attention
        Projections of queries, keys, values and output.
    dense_ffn
        Feed-forward matrices of dense blocks.
    experts
        Routed experts, all of them.
    active_experts
        Routed experts that act on one token.
    shared_experts
        Experts that act on every token.
    router
        Router matrices and, where experts work in a latent width, the projections to and from it.
    embeddings
        Input and output embeddings; once if they are tied.
    """

    attention: float
    dense_ffn: float
    experts: float
    active_experts: float
    shared_experts: float
    router: float
    embeddings: float

    @property
    def always(self) -> float:
        """Parameters that act on every token, embeddings included."""
        return self.attention + self.dense_ffn + self.shared_experts + self.router + self.embeddings

    @property
    def total(self) -> float:
        """All parameters."""
        return self.always + self.experts

    @property
    def active(self) -> float:
        """Parameters that act on one token, both embeddings included."""
        return self.always + self.active_experts


def _number(fact: Fact | None, default: float = 0.0) -> float:
    return default if fact is None else fact.value


def _attention_layers(model: ModelArchitecture) -> float:
    return _number(model.attention_layers, _number(model.layers))


def _head_dim(model: ModelArchitecture) -> float:
    return _number(model.head_dim, _number(model.hidden) / max(_number(model.heads), 1.0))


def attention_parameters(model: ModelArchitecture) -> float:
    """Parameters of the attention projections of one block.

    Notes
    -----
    Grouped queries: h (H d + K d_k + K d_v) + H d_v h, with h model width, H heads, K key-value heads. Latent
    attention: queries through rank r_q, keys and values through rank r_kv beside a positional part.
    """
    hidden, heads = _number(model.hidden), _number(model.heads)
    if model.attention == "MLA":
        return _latent_attention_parameters(model)
    width = _head_dim(model)
    value_width = _number(model.v_head_dim, width)
    kv_heads = _number(model.kv_heads, heads)
    queries = _low_rank(hidden, heads * width, _number(model.q_lora_rank))
    keys_values = hidden * kv_heads * (width if _number(model.shared_kv) else width + value_width)
    return queries + keys_values + _output_parameters(model, heads * value_width)


def _latent_attention_parameters(model: ModelArchitecture) -> float:
    """DeepSeek-V2, arXiv 2405.04434, section 2.1: low-rank joint compression of keys and values."""
    hidden, heads = _number(model.hidden), _number(model.heads)
    plain, positional = _number(model.qk_nope_dim), _number(model.qk_rope_dim)
    values, rank = _number(model.v_head_dim), _number(model.kv_lora_rank)
    queries = _low_rank(hidden, heads * (plain + positional), _number(model.q_lora_rank))
    keys_values = hidden * (rank + positional) + rank * heads * (plain + values)
    return queries + keys_values + _output_parameters(model, heads * values)


def _low_rank(inputs: float, outputs: float, rank: float) -> float:
    """A projection in one matrix, or in two through `rank` where that is positive."""
    return (inputs + outputs) * rank if rank else inputs * outputs


def _output_parameters(model: ModelArchitecture, width: float) -> float:
    """Output projection, in one matrix or grouped and low rank: each group has its own matrix down to the rank."""
    rank, hidden = _number(model.o_lora_rank), _number(model.hidden)
    return width * rank + _number(model.o_groups, 1.0) * rank * hidden if rank else width * hidden


def count_parameters(model: ModelArchitecture) -> ParameterCounts:
    """Parameters of a model by module.

    Examples
    --------
    >>> from rackwright.catalog.load import load_catalog
    >>> counts = count_parameters(load_catalog().get(ModelArchitecture, "llama-3.1-8b"))
    >>> round(counts.total / 1e9, 2)
    8.03
    """
    hidden = _number(model.hidden)
    matrices = 3.0 if _number(model.gated_ffn, 1.0) else 2.0
    moe_layers, experts = _number(model.moe_layers), _number(model.experts)
    expert_input = _number(model.latent_moe_dim, hidden)
    one_expert = matrices * expert_input * _number(model.moe_ffn)
    latent = 0.0 if model.latent_moe_dim is None else 2.0 * hidden * expert_input
    dense_layers = _number(model.dense_layers, 0.0 if experts else _number(model.layers))
    return ParameterCounts(
        attention=_attention_layers(model) * attention_parameters(model),
        dense_ffn=dense_layers * matrices * hidden * _number(model.ffn),
        experts=moe_layers * experts * one_expert,
        active_experts=moe_layers * _number(model.topk) * one_expert,
        shared_experts=moe_layers * matrices * hidden * _number(model.shared_ffn),
        router=moe_layers * (hidden * experts + latent),
        embeddings=hidden * _number(model.vocab) * (1.0 if _number(model.tied_embeddings) else 2.0),
    )


def is_counted(model: ModelArchitecture) -> bool:
    """True if every block is of a kind that `count_parameters` knows."""
    return not _number(model.linear_layers)


def total_parameters(model: ModelArchitecture) -> float:
    """All parameters: by formula where it holds, else as published, else by formula as a floor."""
    published = None if is_counted(model) else model.params_total
    return count_parameters(model).total if published is None else published.value


def active_parameters(model: ModelArchitecture) -> float:
    """Parameters that act on one token, chosen as in `total_parameters`."""
    published = None if is_counted(model) else model.params_active
    return count_parameters(model).active if published is None else published.value


def kv_bytes_per_token_layer(model: ModelArchitecture, bytes_per_value: float) -> float:
    """Bytes that one cached token takes in one attention block.

    Parameters
    ----------
    model
        The architecture.
    bytes_per_value
        Width of a cached value [B]: 2 for BF16, 1 for FP8.

    Notes
    -----
    Grouped queries: K (d_k + d_v); latent attention: r_kv + d_rope, shared by all heads.
    """
    if model.attention == "MLA":
        values = _number(model.kv_lora_rank) + _number(model.qk_rope_dim)
    else:
        width = _head_dim(model)
        both = width if _number(model.shared_kv) else width + _number(model.v_head_dim, width)
        values = _number(model.kv_heads, _number(model.heads)) * both
    return values * bytes_per_value / _number(model.kv_compression, 1.0)


def kv_bytes(model: ModelArchitecture, tokens: float, bytes_per_value: float) -> float:
    """Bytes of the key-value cache of one sequence; sliding blocks keep no more than their window.

    Parameters
    ----------
    model
        The architecture.
    tokens
        Length of the sequence, >= 0.
    bytes_per_value
        Width of a cached value [B].
    """
    window = _number(model.sliding_window)
    sliding = _number(model.sliding_share) if window else 0.0
    kept = (1.0 - sliding) * tokens + sliding * min(tokens, window)
    return _attention_layers(model) * kept * kv_bytes_per_token_layer(model, bytes_per_value)
