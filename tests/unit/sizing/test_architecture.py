"""Parameters, cache bytes and attended keys follow from a model's shape."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rackwright.catalog.load import load_catalog
from rackwright.catalog.parts import ModelArchitecture
from rackwright.sizing import kv_byte_per_token, model_shape, parameter_counts
from rackwright.sizing.architecture import mean_keys, mixed_mean_keys


def test_101_dense_parameters_by_hand(bench: Any) -> None:
    """Sixteen blocks of grouped attention and gated FFN, two tables."""
    attention = 4096 * 4096 * 2 + 4096 * 2 * 8 * 128
    counts = parameter_counts(model_shape(bench.dense))
    assert counts.mixer == 16 * attention
    assert counts.dense_ffn == 16 * 3 * 4096 * 14336
    assert counts.embedding == 2 * 32000 * 4096
    assert counts.routed == 0
    assert counts.active == counts.total


@pytest.mark.parametrize(
    ("model", "total", "active"),
    [("llama-3.1-405b", 405.8e9, 405.8e9), ("deepseek-v3", 671e9, 37.5e9), ("gpt-3-175b", 175e9, 175e9)],
)
def test_102_published_counts(model: str, total: float, active: float) -> None:
    """Counts from the shape meet the published ones within one per cent (active: two, tables counted or not)."""
    counts = parameter_counts(model_shape(load_catalog().get(ModelArchitecture, model)))
    assert counts.total == pytest.approx(total, rel=0.01)
    assert counts.active == pytest.approx(active, rel=0.02)


def test_103_cache_of_a_latent_model() -> None:
    """DeepSeek-V3 keeps 61 x 576 x 2 B = 70,272 B a token in BF16."""
    shape = model_shape(load_catalog().get(ModelArchitecture, "deepseek-v3"))
    assert kv_byte_per_token(shape, 4096.0, 2.0) == 61 * 576 * 2


def test_104_cache_of_grouped_heads(bench: Any) -> None:
    """Keys and values of eight heads of 128 in sixteen blocks."""
    assert kv_byte_per_token(model_shape(bench.dense), 1000.0, 1.0) == 16 * 2 * 8 * 128


def test_105_sliding_blocks_keep_their_window(bench: Any) -> None:
    """With half of the blocks sliding over 128 of 1,280 tokens the cache shrinks to 55 %."""
    shape = replace(model_shape(bench.dense), window=128.0, window_share=0.5)
    full = kv_byte_per_token(model_shape(bench.dense), 1280.0, 1.0)
    assert kv_byte_per_token(shape, 1280.0, 1.0) == pytest.approx(0.55 * full)


@pytest.mark.parametrize(("past", "new", "window"), [(0, 1000, 0), (0, 1000, 100), (500, 700, 900), (500, 10, 100)])
def test_106_mean_keys_by_counting(past: int, new: int, window: int) -> None:
    """Causal halving and windows agree with counting every query's keys."""
    counted = np.mean([min(i + 0.5, window or 1e9) for i in range(past, past + new)])
    assert mean_keys(past, new, window) == pytest.approx(counted, rel=1e-4)


def test_107_an_indexer_bounds_the_keys(bench: Any) -> None:
    """A sparse model attends to at most its chosen keys."""
    shape = replace(model_shape(bench.dense), attended_keys=2048.0)
    assert mixed_mean_keys(shape, 100_000.0, 10.0) == 2048.0


def test_108_few_key_value_heads_are_repeated(bench: Any) -> None:
    """Thirty-two ranks share eight key-value heads: each holds one whole head."""
    product = model_shape(bench.dense).attention_products()[0]
    inputs, outputs = product.local(np.array([1.0, 8.0, 32.0]))
    assert inputs.tolist() == [4096.0] * 3
    assert outputs.tolist() == [4096 + 2048, 512 + 256, 128 + 256]
