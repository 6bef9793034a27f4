"""An architecture from the common form of a model's config."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rackwright.base.errors import InputError
from rackwright.catalog.config_json import architecture_of_config, read_architecture

PLAIN = {"num_hidden_layers": 32, "hidden_size": 4096, "num_attention_heads": 32, "vocab_size": 128256}
GROUPED = PLAIN | {"num_key_value_heads": 8, "intermediate_size": 14336, "hidden_act": "silu"}
LATENT = PLAIN | {
    "kv_lora_rank": 512,
    "q_lora_rank": 1536,
    "n_routed_experts": 256,
    "num_experts_per_tok": 8,
    "moe_intermediate_size": 2048,
    "first_k_dense_replace": 3,
    "n_shared_experts": 1,
}


def value(config: dict[str, Any], field: str) -> float | None:
    """One figure of the architecture of a config."""
    fact = getattr(architecture_of_config(config, "m"), field)
    return None if fact is None else float(fact.value)


def test_101_a_dense_model(tmp_path: Path) -> None:
    """Grouped queries and a gated FFN are recognised, and the part takes the folder's name."""
    folder = tmp_path / "my-model"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(GROUPED))
    part = read_architecture(folder / "config.json")
    assert (part.id, part.family, part.attention) == ("my-model", "dense", "GQA")
    assert value(GROUPED, "gated_ffn") == 1.0
    assert value(GROUPED, "dense_layers") == 32.0


def test_102_a_mixture_with_latent_attention() -> None:
    """Three dense blocks before 29 with experts; attention keeps a latent."""
    part = architecture_of_config(LATENT, "m")
    assert (part.family, part.attention) == ("moe", "MLA")
    assert (value(LATENT, "dense_layers"), value(LATENT, "moe_layers")) == (3.0, 29.0)


def test_103_a_text_model_inside_a_larger_one() -> None:
    """The numbers of `text_config` count."""
    assert value({"text_config": GROUPED}, "hidden") == 4096.0


def test_104_mixed_layers() -> None:
    """The share of sliding blocks is counted in the list of layers."""
    mixed = GROUPED | {"sliding_window": 128, "layer_types": ["sliding_attention", "full_attention"] * 16}
    assert value(mixed, "sliding_share") == 0.5


@pytest.mark.parametrize("bad", [[], {"hidden_size": 4096}, {**PLAIN, "num_hidden_layers": "many"}])
def test_201_what_is_no_architecture_says_so(bad: Any) -> None:
    """Every missing figure is named with the keys that were looked for."""
    with pytest.raises(InputError) as caught:
        architecture_of_config(bad, "m", file="config.json")
    assert "config" in str(caught.value)
