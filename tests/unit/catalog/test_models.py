"""Do the formulas give the parameters that makers publish, and the cache sizes that follow from the shapes?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.catalog import Catalog, ModelArchitecture, load_catalog
from rackwright.catalog.models import (
    active_parameters,
    attention_parameters,
    count_parameters,
    is_counted,
    kv_bytes,
    kv_bytes_per_token_layer,
    total_parameters,
)

PUBLISHED = [
    # id, total [1e9], active [1e9], where the figure is published
    ("llama-3.1-8b", 8, 8, "Llama 3.1 model card"),
    ("llama-3.1-70b", 70, 70, "Llama 3.1 model card"),
    ("llama-3.1-405b", 405, 405, "Llama 3.1 model card"),
    ("llama-4-scout", 109, 17, "Llama 4 model card; the total includes a vision part"),
    ("llama-4-maverick", 400, 17, "Llama 4 model card"),
    ("qwen3-235b-a22b", 235, 22, "Megatron-Bridge model pages"),
    ("deepseek-v3", 671, 37, "DeepSeek-V3 README"),
    ("kimi-k2", 1040, 32, "arXiv 2507.20534"),
    ("minimax-m3", 428, 23, "Megatron-Bridge model pages; the total includes a vision part"),
    ("gpt-oss-120b", 116.8, 5.1, "arXiv 2508.10925; active without the input embedding"),
    ("gpt-oss-20b", 20.9, 3.6, "arXiv 2508.10925; active without the input embedding"),
    ("glm-4.5", 355, 32, "Megatron-Bridge model pages; with multi-token prediction"),
    ("glm-4.5-air", 106, 12, "Megatron-Bridge model pages"),
    ("deepseek-v4-flash", 284, None, "MaxText model configuration"),
    ("gpt-3-175b", 175, 175, "arXiv 2005.14165"),
    ("megatron-1t", 1008, 1008, "arXiv 2104.04473"),
]
TOTAL_TOLERANCE, ROUNDING = 0.015, 0.02


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The built-in catalog."""
    return load_catalog()


def model(name: str) -> ModelArchitecture:
    """A built-in architecture."""
    return load_catalog().get(ModelArchitecture, name)


@pytest.mark.parametrize(("name", "total", "active", "source"), PUBLISHED, ids=[row[0] for row in PUBLISHED])
def test_101_parameters_as_published(name: str, total: float, active: float | None, source: str) -> None:
    """Totals agree within 1.5 %; active ones lie between those without and with embeddings: makers do either."""
    counts = count_parameters(model(name))
    assert counts.total / 1e9 == pytest.approx(total, rel=TOTAL_TOLERANCE), source
    if active is not None:
        least, most = (counts.active - counts.embeddings) / 1e9, counts.active / 1e9
        assert least * (1 - ROUNDING) <= active <= most * (1 + ROUNDING), source


@pytest.mark.parametrize("name", load_catalog().ids(ModelArchitecture))
def test_102_every_counted_model_is_near_its_published_total(name: str) -> None:
    """No shape of the catalog is far from the total that its maker names."""
    architecture = model(name)
    if is_counted(architecture) and architecture.params_total is not None:
        assert count_parameters(architecture).total == pytest.approx(architecture.params_total.value, rel=0.075)


def test_103_llama_8b_by_hand() -> None:
    """32 blocks of 2 (4096 x 4096) + 2 (4096 x 1024) + 3 (4096 x 14336), and two embeddings of 128256 x 4096."""
    by_hand = 32 * (2 * 4096**2 + 2 * 4096 * 1024 + 3 * 4096 * 14336) + 2 * 128256 * 4096
    assert count_parameters(model("llama-3.1-8b")).total == by_hand


def test_104_deepseek_attention_by_hand() -> None:
    """Latent attention: queries through 1536, keys and values through 512 + 64, 128 heads of 128 + 64 and 128."""
    queries = 7168 * 1536 + 1536 * 128 * 192
    keys_values = 7168 * 576 + 512 * 128 * 256
    assert attention_parameters(model("deepseek-v3")) == queries + keys_values + 128 * 128 * 7168


def test_105_an_ungated_ffn_has_two_matrices() -> None:
    """GPT-3 has no gate: 96 blocks of 2 (12288 x 49152)."""
    assert count_parameters(model("gpt-3-175b")).dense_ffn == 96 * 2 * 12288 * 49152


def test_106_hybrids_use_published_totals() -> None:
    """Where blocks are not attention, the published figure stands, and the formula only as a floor."""
    hybrid = model("nemotron-3-ultra-550b-a55b")
    assert not is_counted(hybrid)
    assert total_parameters(hybrid) == 550e9
    assert active_parameters(hybrid) == 55e9
    unpublished = replace(hybrid, params_total=None, params_active=None)
    assert total_parameters(unpublished) == count_parameters(hybrid).total
    assert active_parameters(unpublished) == count_parameters(hybrid).active


def test_107_counted_models_use_the_formula() -> None:
    """The formula stands where it holds, so that a changed shape changes the count."""
    assert total_parameters(model("deepseek-v3")) == count_parameters(model("deepseek-v3")).total


@pytest.mark.parametrize(
    ("name", "by_hand"),
    [
        ("llama-3.1-405b", 8 * (128 + 128) * 2),
        ("gpt-3-175b", 96 * (128 + 128) * 2),
        ("deepseek-v3", (512 + 64) * 2),
        ("mimo-v2-flash", 4 * (192 + 128) * 2),
        ("gemma-4-31b", 16 * 256 * 2),
    ],
)
def test_201_cache_bytes_per_token_and_block(name: str, by_hand: float) -> None:
    """Grouped queries keep keys and values of each group; latent attention keeps rank and position only."""
    assert kv_bytes_per_token_layer(model(name), 2.0) == by_hand


def test_202_deepseek_caches_70_kb_a_token() -> None:
    """A 61-block latent model takes 70 kB a token in BF16 (sizing practice), half of it in FP8."""
    assert kv_bytes(model("deepseek-v3"), 1.0, 2.0) == pytest.approx(70.3e3, rel=1e-3)
    assert kv_bytes(model("deepseek-v3"), 1.0, 1.0) == pytest.approx(35.1e3, rel=2e-3)


def test_203_sliding_blocks_keep_their_window() -> None:
    """Half the blocks of gpt-oss keep 128 tokens however long the sequence is."""
    gpt_oss = model("gpt-oss-120b")
    per_token = 36 * kv_bytes_per_token_layer(gpt_oss, 2.0)
    assert kv_bytes(gpt_oss, 100.0, 2.0) == 100 * per_token
    assert kv_bytes(gpt_oss, 10_000.0, 2.0) == pytest.approx(per_token * (10_000 + 128) / 2)


def test_204_linear_blocks_cache_nothing() -> None:
    """Only the 12 attention blocks of a 108-block hybrid grow with the sequence."""
    hybrid = model("nemotron-3-ultra-550b-a55b")
    assert kv_bytes(hybrid, 1.0, 2.0) == 12 * kv_bytes_per_token_layer(hybrid, 2.0)


@given(
    name=st.sampled_from(load_catalog().ids(ModelArchitecture)),
    shorter=st.floats(min_value=0, max_value=1e6),
    longer=st.floats(min_value=0, max_value=1e6),
)
def test_301_a_longer_sequence_never_takes_less(name: str, shorter: float, longer: float) -> None:
    """The cache grows with the sequence and is empty at length zero."""
    short, long = sorted((shorter, longer))
    assert kv_bytes(model(name), short, 2.0) <= kv_bytes(model(name), long, 2.0)
    assert kv_bytes(model(name), 0.0, 2.0) == 0.0


@pytest.mark.parametrize("name", load_catalog().ids(ModelArchitecture))
def test_302_active_never_exceeds_total(name: str) -> None:
    """What acts on a token is part of the model; in a dense model it is all of it."""
    counts = count_parameters(model(name))
    assert 0 < counts.active <= counts.total
    if model(name).family == "dense":
        assert counts.active == counts.total
