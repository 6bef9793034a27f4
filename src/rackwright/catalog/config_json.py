"""What architecture does a model's published `config.json` describe? The common form, read with guards."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rackwright.base.errors import InputError
from rackwright.base.intake import read_json
from rackwright.base.problem import Place, Problem
from rackwright.catalog.parts import Fact, ModelArchitecture

__all__ = ["architecture_of_config", "read_architecture"]

KEYS: dict[str, tuple[str, ...]] = {
    "layers": ("num_hidden_layers", "n_layer", "n_layers", "num_layers"),
    "hidden": ("hidden_size", "n_embd", "d_model"),
    "heads": ("num_attention_heads", "n_head", "n_heads"),
    "kv_heads": ("num_key_value_heads", "n_head_kv", "multi_query_group_num"),
    "head_dim": ("head_dim", "kv_channels"),
    "ffn": ("intermediate_size", "ffn_hidden_size", "n_inner"),
    "vocab": ("vocab_size", "padded_vocab_size"),
    "context": ("max_position_embeddings", "seq_length", "n_positions"),
    "experts": ("n_routed_experts", "num_experts", "num_local_experts", "moe_num_experts"),
    "topk": ("num_experts_per_tok", "moe_topk", "top_k_experts"),
    "moe_ffn": ("moe_intermediate_size", "expert_ffn_hidden_size"),
    "shared_experts": ("n_shared_experts", "num_shared_experts"),
    "shared_ffn": ("shared_expert_intermediate_size",),
    "q_lora_rank": ("q_lora_rank",),
    "kv_lora_rank": ("kv_lora_rank",),
    "qk_nope_dim": ("qk_nope_head_dim",),
    "qk_rope_dim": ("qk_rope_head_dim",),
    "v_head_dim": ("v_head_dim",),
    "sliding_window": ("sliding_window",),
    "mtp_layers": ("num_nextn_predict_layers", "num_mtp_modules"),
}
"""Field of an architecture and the keys by which configs name it; the first one present counts."""
REQUIRED = ("layers", "hidden", "heads", "vocab")
GATED = ("silu", "swish", "swiglu", "geglu", "gelu_pytorch_tanh")
"""Activations of configs whose FFN has a gate."""


def read_architecture(path: Path, *, part_id: str = "") -> ModelArchitecture:
    """The architecture of a `config.json`.

    Parameters
    ----------
    path
        The file.
    part_id
        Id of the part; the name of the folder if empty.

    Raises
    ------
    InputError
        The file is no JSON object, or lacks what every architecture has; all problems at once.
    """
    document = read_json(path)
    return architecture_of_config(document.data, part_id or path.resolve().parent.name, file=str(path))


def architecture_of_config(config: Any, part_id: str, *, file: str = "") -> ModelArchitecture:
    """The architecture of a config already read; a text model inside a larger one is taken from `text_config`."""
    if not isinstance(config, Mapping):
        raise InputError([Problem("bad-config", Place(file), "a model's config is one JSON object.")])
    inner = config.get("text_config")
    text: Mapping[str, Any] = inner if isinstance(inner, Mapping) else config
    numbers = {field: value for field, keys in KEYS.items() if (value := _first(text, keys)) is not None}
    missing = [field for field in REQUIRED if field not in numbers]
    if missing:
        raise InputError([_missing(field, file) for field in missing])
    is_moe = numbers.get("experts", 0.0) > 0
    numbers |= _block_counts(text, numbers, is_moe=is_moe)
    numbers["gated_ffn"] = float(str(text.get("hidden_act", text.get("activation_function", "silu"))) in GATED)
    numbers["tied_embeddings"] = float(bool(text.get("tie_word_embeddings", config.get("tie_word_embeddings", False))))
    facts: dict[str, Any] = {field: _fact(part_id, field, value) for field, value in numbers.items()}
    return ModelArchitecture(
        id=part_id,
        name=str(config.get("_name_or_path") or part_id),
        family="moe" if is_moe else "dense",
        attention=_attention(numbers),
        native_precision=_precision(config),
        **facts,
    )


def _first(config: Mapping[str, Any], keys: tuple[str, ...]) -> float | None:
    for key in keys:
        value = config.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
    return None


def _missing(field: str, file: str) -> Problem:
    rule = f"the config states no {field}: none of {', '.join(KEYS[field])}."
    return Problem("bad-config", Place(file), rule)


def _block_counts(config: Mapping[str, Any], numbers: Mapping[str, float], *, is_moe: bool) -> dict[str, float]:
    """Blocks with experts, with a dense FFN, and the share that slides."""
    layers = numbers["layers"]
    counts = {"dense_layers": layers, "moe_layers": 0.0}
    if is_moe:
        first = _first(config, ("first_k_dense_replace",)) or 0.0
        alone = config.get("mlp_only_layers")
        every = _first(config, ("decoder_sparse_step", "moe_layer_freq")) or 1.0
        routed = (layers - first - (len(alone) if isinstance(alone, list) else 0)) // max(every, 1.0)
        counts = {"dense_layers": layers - routed, "moe_layers": routed}
        counts["moe_ffn"] = numbers.get("moe_ffn", numbers.get("ffn", 0.0))
    kinds = config.get("layer_types")
    if isinstance(kinds, list) and kinds and "sliding_window" in numbers:
        counts["sliding_share"] = sum("sliding" in str(kind) for kind in kinds) / len(kinds)
    elif "sliding_window" in numbers:
        counts["sliding_share"] = float(config.get("use_sliding_window", True) is not False)
    return counts


def _attention(numbers: Mapping[str, float]) -> str:
    if numbers.get("kv_lora_rank"):
        return "MLA"
    heads, kv_heads = numbers["heads"], numbers.get("kv_heads", numbers["heads"])
    if kv_heads == 1.0:
        return "MQA"
    return "MHA" if kv_heads == heads else "GQA"


def _precision(config: Mapping[str, Any]) -> str:
    method = config.get("quantization_config")
    name = str(method.get("quant_method", "")) if isinstance(method, Mapping) else ""
    if "fp4" in name:
        return "fp4"
    return "fp8" if "fp8" in name else "bf16"


def _fact(part: str, field: str, value: float) -> Fact:
    return Fact(f"{part}.{field}", value, "", f"{value:g}", "", "datasheet", at="config.json")
