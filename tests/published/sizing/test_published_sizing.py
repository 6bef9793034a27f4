"""How far is the sizing model from published steps and decode times, without any fitting?"""

from __future__ import annotations

import csv
import math
import re
import statistics
from pathlib import Path

import numpy as np
import pytest

from rackwright.catalog.load import Catalog, load_catalog
from rackwright.catalog.parts import Accelerator, Fact, ModelArchitecture, OperatorCoefficients, PlanningRules
from rackwright.sizing import Device, Partition, Shape, make_device, model_shape, serving_times, step_times
from rackwright.sizing.decode import Instance, Request
from rackwright.sizing.memory import RECOMPUTE
from rackwright.sizing.serving import ServingCase
from rackwright.sizing.step import Overlap, RunShape

HERE = Path(__file__).parent
CHIPS = {
    "A100-80GB": "nvidia-a100-sxm-80gb",
    "H100": "nvidia-h100-sxm",
    "GB200": "nvidia-gb200",
    "h100_sxm": "nvidia-h100-sxm",
    "h200_sxm": "nvidia-h200-sxm",
    "b200_sxm": "nvidia-b200-sxm",
}
MODELS = {"Llama-3.1-70B": "llama-3.1-70b", "DeepSeek-R1": "deepseek-r1", "DeepSeek-V3": "deepseek-v3"}
LATENT = {"q_lora_rank": 1536, "kv_lora_rank": 512, "qk_nope_dim": 128, "qk_rope_dim": 64, "v_head_dim": 128}
"""Latent widths of DeepSeek-V3, which the training table does not carry."""


def rows(name: str) -> list[dict[str, str]]:
    """Rows of a table as text."""
    with (HERE / name).open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The built-in catalog."""
    return load_catalog()


def fact(value: float) -> Fact:
    """A figure of a published row."""
    return Fact(id="row", value=float(value), unit="", written="", source="", kind="measured")


def shape_of(row: dict[str, str]) -> Shape:
    """The model a training row describes."""
    names = ("layers", "hidden", "heads", "kv_heads", "head_dim", "ffn", "gated_ffn", "moe_ffn", "experts", "topk")
    figures = {name: fact(float(row[name])) for name in (*names, "shared_experts", "vocab") if row[name]}
    is_moe, is_latent = row["arch"] == "moe", row["attention"] == "mla"
    if is_moe:
        figures["moe_layers"] = fact(float(row["layers"]) - float(row["dense_layers"]))
    if is_latent:
        figures |= {name: fact(value) for name, value in LATENT.items()}
    family, attention = ("moe" if is_moe else "dense"), ("MLA" if is_latent else "GQA")
    return model_shape(ModelArchitecture(id="row", name="row", family=family, attention=attention, **figures))


def device_of(catalog: Catalog, chip: str, precision: str) -> Device:
    """The catalog's device at its middle speed."""
    accelerator = catalog.get(Accelerator, CHIPS[chip])
    coefficients = catalog.all(OperatorCoefficients)
    return make_device(accelerator, coefficients, precision=precision, kv_precision="fp8", speed="middle")


def step_error(catalog: Catalog, row: dict[str, str]) -> float:
    """Predicted over published step time, minus one."""
    rules = catalog.get(PlanningRules, "planning-rules")
    shares = ("tensor_overlap_share", "expert_overlap_share", "pipeline_overlap_share", "data_overlap_share")
    overlap = Overlap(*(getattr(rules, name).value for name in (*shares, "expert_imbalance")))
    tp, pp, gpus = (float(row[name]) for name in ("tp", "pp", "gpus"))
    degrees = (tp, pp, gpus / tp / pp, float(row["ep"]), float(row["vpp"]), float(row["microbatch"]))
    mode = next((i for i, name in enumerate(RECOMPUTE) if row["recompute"].startswith(name)), 0)
    part = Partition(*(np.array([value]) for value in (*degrees, float(mode))))
    precision = "fp8" if row["precision"].startswith("FP8") else "bf16"
    run = RunShape(float(row["seq"]), float(row["globalbatch"]))
    step_s = float(
        step_times(shape_of(row), device_of(catalog, row["hardware"], precision), run, part, overlap).step_s[0]
    )
    value = float(row["value"])
    published_s = value if row["metric"] == "step_s" else run.sequence * run.global_batch / gpus / value
    return step_s / published_s - 1.0


def tpot_error(catalog: Catalog, row: dict[str, str]) -> float:
    """Predicted over published time per output token, minus one."""
    model = next(part for name, part in MODELS.items() if name in row["model"])
    shape = model_shape(catalog.get(ModelArchitecture, model))
    tensor = float(re.search(r"\btp(\d+)", row["parallelism"])[1])
    request = Request(float(row["isl"]), float(row["osl"]), 0.0, 1.0, 1.0, "fp8", 1.15)
    case = ServingCase(shape, request, math.inf, math.inf, 1.0, 1.0)
    instance = Instance(np.array([tensor]), np.array([1.0]), np.array([float(row["concurrency_or_scenario"])]))
    device = device_of(catalog, row["hardware"], row["precision"])
    times = serving_times(case, device, instance)
    return float(times.tpot_s[0]) * 1e3 / float(row["value"]) - 1.0


def test_101_training_steps(catalog: Catalog) -> None:
    """Eleven steps: median error within ten per cent, every one within 25 %."""
    errors = {row["id"]: step_error(catalog, row) for row in rows("training.csv")}
    assert statistics.median(abs(error) for error in errors.values()) <= 0.10, errors
    assert max(abs(error) for error in errors.values()) <= 0.25, errors


def test_102_larger_models_are_closer(catalog: Catalog) -> None:
    """In table 5 of arXiv 2205.05198 the prediction is too fast, and less so the larger the model."""
    errors = [step_error(catalog, row) for row in rows("training.csv") if row["id"].startswith("k22")]
    assert all(error < 0.0 for error in errors)
    assert errors[0] < errors[2] < errors[4] < errors[6]


def test_103_recompute_costs_what_it_costs(catalog: Catalog) -> None:
    """Full against selective recompute: the published ratio of steps within five per cent."""
    table = {row["id"]: row for row in rows("training.csv")}
    for model in ("megatron-22B", "gpt3-175B", "turing-530B", "megatron-1T"):
        full, selective = (table[f"k22-{model}-{mode}"] for mode in ("full", "seqsel"))
        published = float(full["value"]) / float(selective["value"])
        predicted = published * (1 + step_error(catalog, full)) / (1 + step_error(catalog, selective))
        assert predicted == pytest.approx(published, rel=0.05)


def test_104_decode_times(catalog: Catalog) -> None:
    """Six configurations: median error within 44 %, every one within 87 %."""
    errors = {row["id"]: tpot_error(catalog, row) for row in rows("inference.csv")}
    assert statistics.median(abs(error) for error in errors.values()) <= 0.44, errors
    assert max(abs(error) for error in errors.values()) <= 0.87, errors
