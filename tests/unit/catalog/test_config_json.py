"""An architecture from the common form of a model's config."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rackwright.base.errors import InputError
from rackwright.catalog import load_catalog
from rackwright.catalog.config_json import architecture_of_config, architecture_text, read_architecture
from rackwright.catalog.parts import ModelArchitecture

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


@pytest.mark.parametrize(
    ("change", "share"),
    [
        ({"sliding_window_pattern": 6, "num_hidden_layers": 48}, 5 / 6),
        ({"sliding_window_pattern": 6, "num_hidden_layers": 62}, 52 / 62),
        ({"model_type": "gemma2"}, 0.5),
        ({"use_sliding_window": False}, 0.0),
        ({}, 1.0),
    ],
)
def test_105_the_period_of_sliding_layers_counts(change: dict[str, Any], share: float) -> None:
    """One layer of each period attends to everything, the rest slide."""
    assert value(GROUPED | {"sliding_window": 1024} | change, "sliding_share") == pytest.approx(share)


@pytest.mark.parametrize(
    ("change", "tied"),
    [
        ({"model_type": "gemma3_text"}, 1.0),
        ({"model_type": "gemma3_text", "tie_word_embeddings": False}, 0.0),
        ({"model_type": "llama"}, 0.0),
        ({"model_type": "llama", "tie_word_embeddings": True}, 1.0),
    ],
)
def test_106_embeddings_are_tied_as_the_type_of_model_has_them(change: dict[str, Any], tied: float) -> None:
    """A config without `tie_word_embeddings` means the default of its type of model."""
    assert value(GROUPED | change, "tied_embeddings") == tied


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"full_attention_interval": 4, "linear_num_key_heads": 16}, "full_attention_interval"),
        ({"layer_types": ["linear_attention", "full_attention"]}, "layer_types"),
        ({"model_type": "mamba", "state_size": 16, "num_attention_heads": None}, "state_size"),
    ],
)
def test_204_layers_that_keep_a_state_are_refused(change: dict[str, Any], key: str) -> None:
    """A mixture of attention and linear layers is not read as attention alone; the repair names the fields to write."""
    with pytest.raises(InputError) as caught:
        architecture_of_config(GROUPED | change, "m", file="config.json")
    (problem,) = caught.value.problems
    assert problem.place.path == key
    assert "linear_layers" in problem.repair


def test_205_attention_in_every_layer_is_read_beside_keys_of_states() -> None:
    """A listed kind of attention for every layer outweighs keys of state-space layers that the model does not have."""
    assert value(GROUPED | {"layer_types": ["attention"] * 32, "mamba_d_state": 128}, "layers") == 32.0


@pytest.mark.parametrize("bad", [[], {"hidden_size": 4096}, {**PLAIN, "num_hidden_layers": "many"}])
def test_201_what_is_no_architecture_says_so(bad: Any) -> None:
    """Every missing figure is named with the keys that were looked for."""
    with pytest.raises(InputError) as caught:
        architecture_of_config(bad, "m", file="config.json")
    assert "config" in str(caught.value)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"hidden_size": 0}, "hidden_size is 0"),
        ({"num_hidden_layers": 31.5}, "31.5"),
        ({"num_key_value_heads": 7}, "7 key-value heads do not divide 32"),
        ({"n_routed_experts": 8, "num_experts_per_tok": 9}, "a token goes to 9 of 8 experts"),
    ],
)
def test_202_contradictions_name_key_value_and_repair(change: dict[str, Any], word: str) -> None:
    """A count no model can have is refused at its key, with its value and what to write."""
    with pytest.raises(InputError) as caught:
        architecture_of_config(GROUPED | change, "m", file="config.json")
    problem = caught.value.problems[0]
    assert word in problem.rule
    assert problem.place.path in change
    assert problem.repair


def test_203_a_plain_ffn_without_width_is_four_times_the_model() -> None:
    """Configs that give null for the width of the FFN mean four times the model's."""
    assert value(PLAIN | {"n_inner": None, "activation_function": "gelu_new"}, "ffn") == 4 * 4096.0


def test_301_the_text_is_a_catalog_file(tmp_path: Path) -> None:
    """What an import writes is read back by the catalog with equal figures, as assumptions with the file's digest."""
    source = tmp_path / "config.json"
    source.write_text(json.dumps(LATENT | {"intermediate_size": 18432}))
    name, text = architecture_text(source, part_id="my-model")
    folder = tmp_path / "catalog"
    folder.mkdir()
    (folder / "mine.yaml").write_text(text)
    part = load_catalog(folder).get(ModelArchitecture, name)
    assert part.experts is not None
    assert (part.experts.value, part.experts.kind) == (256.0, "assumption")
    assert part.experts.at.startswith("config.json, digest ")
