"""What architecture does a model's published `config.json` describe? The common form, read with guards."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rackwright.base.digest import digest_bytes
from rackwright.base.errors import InputError
from rackwright.base.intake import read_json
from rackwright.base.problem import Place, Problem
from rackwright.catalog.parts import Fact, ModelArchitecture
from rackwright.catalog.read import fact_fields

__all__ = ["architecture_of_config", "architecture_text", "read_architecture"]

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
PLAIN_WIDTH = 4.0
"""Width of a plain FFN over that of the model where a config gives none: the convention of the first such models."""
REQUIRED = ("layers", "hidden", "heads", "vocab")
GATED = ("silu", "swish", "swiglu", "geglu", "gelu_pytorch_tanh")
"""Activations of configs whose FFN has a gate."""
TIED = ("bloom", "cohere", "falcon", "gemma", "gpt2", "gpt_bigcode", "mpt", "opt", "starcoder2")
"""How the types of models begin whose embeddings are one matrix unless their config says otherwise."""
SLIDING_PERIOD = {"cohere2": 4, "gemma2": 2, "gemma3": 6, "gemma3_text": 6, "gpt_oss": 2}
"""Types of models in which one layer of so many attends to everything, where the config does not say how many."""
PERIODS = ("sliding_window_pattern", "_sliding_window_pattern")
STATE_KEYS = (
    "attn_layer_period",
    "attn_type_list",
    "hybrid_override_pattern",
    "linear_attn_config",
    "linear_num_key_heads",
    "mamba_d_state",
    "mamba_num_heads",
    "ssm_cfg",
    "ssm_state_size",
    "state_size",
)
"""Keys only of configs with layers that keep a state of constant size in place of a key-value cache."""
STATE_KINDS = ("linear", "mamba", "recurrent", "rwkv", "ssm")
"""Words in the kinds of such layers."""


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
    return architecture_of_config(document.data, part_id or path.resolve().parent.name.lower(), file=str(path))


def architecture_text(path: Path, *, part_id: str = "") -> tuple[str, str]:
    """Id of the part and the catalog file (YAML) that a `config.json` makes.

    The file lays one part over the catalog. Its figures are assumptions, since nobody answers for the file; each names
    the file and its digest, and may be given a source by hand.
    """
    part = read_architecture(path, part_id=part_id)
    stamp = f"{path.name}, digest {digest_bytes(path.read_bytes())}"
    lines = [
        "# Made by `rackwright import config-json`. Figures are those of the file; give them a source if you have one.",
        "class: ModelArchitecture",
        "parts:",
        f"  - id: {part.id}",
        f"    name: {_quoted(part.name)}",
        f"    family: {part.family}",
        f"    attention: {part.attention}",
        f"    native_precision: {part.native_precision}",
        "    kind: assumption",
        f"    at: {_quoted(stamp)}",
        "    facts:",
    ]
    for entry in fact_fields(ModelArchitecture):
        fact = getattr(part, entry.name)
        if fact is not None:
            figure = f"{fact.value:.12g}"
            lines.append(f"      {entry.name}: {{value: {figure}, low: {figure}, high: {figure}}}")
    return part.id, "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Text as a YAML string on one line."""
    return json.dumps(text, ensure_ascii=True)


def architecture_of_config(config: Any, part_id: str, *, file: str = "") -> ModelArchitecture:
    """The architecture of a config already read; a text model inside a larger one is taken from `text_config`."""
    if not isinstance(config, Mapping):
        rule = "a model's config is one JSON object."
        raise InputError(
            [Problem("bad-config", Place(file), rule, "Name the `config.json` that lies beside the model.")]
        )
    inner = config.get("text_config")
    text: Mapping[str, Any] = inner if isinstance(inner, Mapping) else config
    numbers = {field: value for field, keys in KEYS.items() if (value := _first(text, keys)) is not None}
    problems = _stateful(text, file)
    if not problems:
        problems = [_missing(text, field, file) for field in REQUIRED if field not in numbers]
        problems += _contradictions(text, numbers, file)
    if problems:
        raise InputError(problems)
    is_moe = numbers.get("experts", 0.0) > 0
    numbers |= _block_counts(text, numbers, is_moe=is_moe)
    numbers["gated_ffn"] = float(str(text.get("hidden_act", text.get("activation_function", "silu"))) in GATED)
    numbers["tied_embeddings"] = float(_is_tied(config, text))
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


def _type(config: Mapping[str, Any]) -> str:
    return str(config.get("model_type", "")).lower()


def _is_tied(config: Mapping[str, Any], text: Mapping[str, Any]) -> bool:
    """As the config says; where it does not, as its type of model is by default."""
    for part in (text, config):
        if isinstance(part.get("tie_word_embeddings"), bool):
            return bool(part["tie_word_embeddings"])
    return _type(text).startswith(TIED) or _type(config).startswith(TIED)


def _stateful(config: Mapping[str, Any], file: str) -> list[Problem]:
    """Layers with a linear or state-space mixer, whose widths the common form does not tell."""
    kinds = config.get("layer_types") or config.get("layers_block_type") or config.get("block_types")
    if isinstance(kinds, list):
        found = next((str(kind) for kind in kinds if any(word in str(kind) for word in STATE_KINDS)), "")
        key = next(name for name in ("layer_types", "layers_block_type", "block_types") if config.get(name))
        said = f"{key} names {found}"
    else:
        interval = _first(config, ("full_attention_interval",)) or 1.0
        key = (
            "full_attention_interval" if interval > 1.0 else next((name for name in STATE_KEYS if config.get(name)), "")
        )
        said = f"{key} is {json.dumps(config.get(key), default=str)[:40]}"
        found = key or next((word for word in ("mamba", "rwkv") if word in _type(config)), "")
        key, said = (key, said) if key else ("model_type", f"model_type is {_type(config)}")
    if not found:
        return []
    rule = f"{said}: layers that keep a state instead of a key-value cache, which an import does not read."
    repair = "Write the architecture as a part of catalog/ with attention_layers and linear_layers."
    return [Problem("bad-config", Place(file, path=key), rule, repair)]


def _missing(config: Mapping[str, Any], field: str, file: str) -> Problem:
    """A required number that is absent, or that stands there as something else."""
    keys = KEYS[field]
    found = next((key for key in keys if key in config), "")
    if found:
        rule = f"{found} is {json.dumps(config[found], default=str)[:40]}, which is no number."
        return Problem("bad-config", Place(file, path=found), rule, f"Write {found} as a whole number.")
    rule = f"the config states no {field}: none of {', '.join(keys)}."
    return Problem("bad-config", Place(file, path=keys[0]), rule, "Take the file as published, or add the key.")


def _contradictions(config: Mapping[str, Any], numbers: Mapping[str, float], file: str) -> list[Problem]:
    """Numbers no model can have: negative or broken counts, heads that do not divide, more choices than experts."""
    problems = []
    for field, value in numbers.items():
        least = 1.0 if field in REQUIRED else 0.0
        if not math.isfinite(value) or value < least or value != int(value):
            key = next(key for key in KEYS[field] if key in config)
            rule = f"{key} is {value:g}, but must be a whole number of at least {least:g}."
            problems.append(Problem("bad-config", Place(file, path=key), rule, "Take the file as published."))
    if problems:
        return problems
    heads, kv_heads = numbers.get("heads", 1.0), numbers.get("kv_heads", 0.0)
    if kv_heads and heads % kv_heads:
        rule = f"{kv_heads:g} key-value heads do not divide {heads:g} heads."
        repair = f"Use a divisor of {heads:g}."
        problems.append(Problem("bad-config", Place(file, path=_key(config, "kv_heads")), rule, repair))
    experts, topk = numbers.get("experts", 0.0), numbers.get("topk", 0.0)
    if experts and not 1.0 <= topk <= experts:
        rule = f"a token goes to {topk:g} of {experts:g} experts."
        problems.append(Problem("bad-config", Place(file, path=_key(config, "topk")), rule, f"State 1 to {experts:g}."))
    return problems


def _key(config: Mapping[str, Any], field: str) -> str:
    return next((key for key in KEYS[field] if key in config), KEYS[field][0])


def _block_counts(config: Mapping[str, Any], numbers: Mapping[str, float], *, is_moe: bool) -> dict[str, float]:
    """Blocks with experts, with a dense FFN, and the share that slides."""
    layers = numbers["layers"]
    counts = {"dense_layers": layers, "moe_layers": 0.0}
    if "ffn" not in numbers and not is_moe:
        counts["ffn"] = PLAIN_WIDTH * numbers["hidden"]  # what configs mean that give no width, or null
    if is_moe:
        first = _first(config, ("first_k_dense_replace",)) or 0.0
        alone = config.get("mlp_only_layers")
        every = _first(config, ("decoder_sparse_step", "moe_layer_freq")) or 1.0
        routed = (layers - first - (len(alone) if isinstance(alone, list) else 0)) // max(every, 1.0)
        counts = {"dense_layers": layers - routed, "moe_layers": routed}
        counts["moe_ffn"] = numbers.get("moe_ffn", numbers.get("ffn", 0.0))
    if "sliding_window" in numbers:
        counts["sliding_share"] = _sliding_share(config, layers)
    return counts


def _sliding_share(config: Mapping[str, Any], layers: float) -> float:
    """Share of layers that slide: as listed, as the period says (the last layer of each sees everything), or all."""
    kinds = config.get("layer_types")
    if isinstance(kinds, list) and kinds:
        return sum("sliding" in str(kind) for kind in kinds) / len(kinds)
    if config.get("use_sliding_window", True) is False:
        return 0.0
    period = _first(config, PERIODS) or float(SLIDING_PERIOD.get(_type(config), 0))
    return 1.0 - (layers // period) / layers if period >= 1.0 else 1.0


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
