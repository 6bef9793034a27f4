"""Published steps, latencies and kernels are scored row by row; what cannot be scored says why; fits are repeatable."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rackwright.base.errors import InputError
from rackwright.catalog.load import Catalog, load_catalog
from rackwright.catalog.parts import OperatorCoefficients
from rackwright.validate import TOPICS
from rackwright.validate.calibrate import fit, fit_training
from rackwright.validate.calibration import FittedFigure, calibrate, patched
from rackwright.validate.inference import score_inference
from rackwright.validate.kernel_set import KernelSet, read_kernel_rows
from rackwright.validate.kernels import score_kernels
from rackwright.validate.left_out import band_of, nested_bands
from rackwright.validate.names import find_accelerator, find_model, model_family
from rackwright.validate.parameters import Parameter, read_parameters, with_values
from rackwright.validate.training import score_training
from rackwright.validate.training_rows import read_training_rows
from rackwright.validate.training_set import TrainingSet

TRAINING = {
    "source": "Megatron-Bridge docs, NeMo container 26.08",
    "model": "Llama3-8B",
    "arch": "dense",
    "attention": "gqa",
    "layers": "32",
    "hidden": "4096",
    "heads": "32",
    "kv_heads": "8",
    "head_dim": "128",
    "ffn": "14336",
    "gated_ffn": "1",
    "vocab": "128256",
    "seq": "8192",
    "hardware": "H100",
    "gpus": "8",
    "tp": "1",
    "pp": "1",
    "vpp": "1",
    "dp": "8",
    "cp": "1",
    "ep": "1",
    "sharding": "zero1",
    "microbatch": "1",
    "globalbatch": "128",
    "precision": "BF16",
    "recompute": "none",
    "metric": "step_s",
    "value": "10",
}
SERVING = {
    "config": "c1",
    "source": "someone",
    "model": "meta-llama/Llama-3.1-70B",
    "hardware": "h100_sxm",
    "gpus": "4",
    "parallelism": "agg tp4 pp1 attn_dp1 moe_tp4 moe_ep1",
    "precision": "fp8",
    "stack": "vllm 0.18",
    "isl": "1024",
    "osl": "1024",
    "concurrency_or_scenario": "16",
    "metric": "tpot_ms",
    "value": "10",
}
GEMM = {"gpu": "h100_sxm", "dtype": "bfloat16", "m": "4096", "n": "4096", "k": "4096", "latency_ms": "0.3"}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The built-in catalog."""
    return load_catalog()


def write(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    """A CSV file of rows with equal columns and ids in order."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, ["id", *rows[0]])
        writer.writeheader()
        writer.writerows({"id": f"r{number}", **row} for number, row in enumerate(rows))
    return path


def gemm(size: float, latency_ms: float = 0.3) -> dict[str, str]:
    """A square product."""
    work = {"m": f"{size}", "n": f"{size}", "k": f"{size}", "flops": f"{2 * size**3}", "bytes": f"{6 * size**2}"}
    return GEMM | work | {"latency_ms": f"{latency_ms:.9g}"}


def test_101_every_topic_of_sizing_is_there() -> None:
    """The three topics can be asked for by name."""
    assert {"training", "inference", "kernels"} <= set(TOPICS)


def test_102_a_right_row_has_no_error(tmp_path: Path, catalog: Catalog) -> None:
    """Rows that hold what the product predicts score zero in every metric and lie in their bands."""
    first = score_training(write(tmp_path / "t.csv", [TRAINING]), catalog)
    step_s = float(first.cases[0].got or 0.0)
    tokens_s = 8192 * 128 / 8 / step_s
    rows = [TRAINING | {"value": f"{step_s}"}, TRAINING | {"metric": "tokens_s_gpu", "value": f"{tokens_s}"}]
    score = score_training(write(tmp_path / "t.csv", [*rows, rows[0] | {"recompute": "none/unverified"}]), catalog)
    assert [case.error for case in score.cases] == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)
    assert score.metrics["median_ape"] == pytest.approx(0.0, abs=1e-9)
    assert score.metrics["coverage80"] == 1.0
    assert score.groups["rows"]["unverified"]["rows"] == 1
    assert score.metrics["rows"] == 2


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"hardware": "Abacus"}, "no accelerator"),
        ({"precision": "INT3"}, "precision"),
        ({"metric": "smiles"}, "metric"),
        ({"layers": ""}, "layers"),
        ({"value": "-1"}, "value"),
    ],
)
def test_201_a_skipped_training_row_says_why(
    tmp_path: Path, catalog: Catalog, change: dict[str, str], word: str
) -> None:
    """Rows that cannot be scored are named with their reason, and the others are scored."""
    score = score_training(write(tmp_path / "t.csv", [TRAINING, TRAINING | change]), catalog)
    assert [skip.id for skip in score.skipped] == ["r1"]
    assert word in score.skipped[0].reason
    assert len(score.cases) == 1


def test_103_a_missing_micro_batch_takes_the_fastest(tmp_path: Path, catalog: Catalog) -> None:
    """A row without micro batch is timed at the best one that fits, and stands apart."""
    rows = [TRAINING | {"seq": "1024", "microbatch": size} for size in ("1", "2", "4", "")]
    score = score_training(write(tmp_path / "t.csv", rows), catalog)
    steps = [float(case.got or 0.0) for case in score.cases]
    assert steps[3] in steps[:3]
    assert steps[3] < steps[0]
    assert score.groups["rows"]["without-microbatch"]["rows"] == 1


def test_104_latencies_are_scored_by_configuration(tmp_path: Path, catalog: Catalog) -> None:
    """TPOT and TTFT of one configuration are two cases; a row without stated lengths is skipped by name."""
    rows = [SERVING, SERVING | {"metric": "ttft_ms_mean", "value": "100"}, SERVING | {"config": "c2", "isl": "dataset"}]
    score = score_inference(write(tmp_path / "i.csv", rows), catalog)
    assert [case.id for case in score.cases] == ["r0", "r1"]
    assert score.metrics["tpot"]["rows"] == score.metrics["ttft"]["rows"] == 1
    assert "unstated" in score.skipped[0].reason
    assert score.rows == 3


def test_105_pools_apart_decode_undisturbed(tmp_path: Path, catalog: Catalog) -> None:
    """With a prefill pool of its own a token takes less time than where prompts are computed in between."""
    apart = SERVING | {"config": "c2", "parallelism": "disagg prefill 1x[tp4 pp1] decode 1x[tp4 pp1]"}
    score = score_inference(write(tmp_path / "i.csv", [SERVING, apart]), catalog)
    together, alone = (float(case.got or 0.0) for case in score.cases)
    assert alone < together


def test_107_repeated_ranks_count_once(tmp_path: Path, catalog: Catalog) -> None:
    """Tensor and expert ranks that are the same devices are not taken for attention groups."""
    shared = SERVING | {"parallelism": "agg tp4 pp1 attn_dp4 moe_tp1 moe_ep16"}
    plain = SERVING | {"config": "c2", "parallelism": "agg tp4 pp1 attn_dp1 moe_tp4 moe_ep1"}
    score = score_inference(write(tmp_path / "i.csv", [shared, plain]), catalog)
    assert score.cases[0].got == score.cases[1].got


def test_108_users_beyond_the_memory_stand_apart(tmp_path: Path, catalog: Catalog) -> None:
    """A row whose instances cannot hold its users is scored, and told apart from plain ones."""
    many = SERVING | {"config": "c2", "concurrency_or_scenario": "1000000"}
    score = score_inference(write(tmp_path / "i.csv", [SERVING, many]), catalog)
    assert {name: group["tpot"]["rows"] for name, group in score.groups["rows"].items()} == {
        "more users than memory": 1,
        "plain": 1,
    }


def test_109_first_tokens_that_no_load_explains_stand_apart(tmp_path: Path, catalog: Catalog) -> None:
    """A first token later than the prompts of all users one after another at a tenth of the peak stands apart."""
    soon, late = (
        SERVING | {"config": name, "metric": "ttft_ms_mean", "value": value}
        for name, value in (("c1", "900"), ("c2", "9000"))
    )
    score = score_inference(write(tmp_path / "i.csv", [soon, late]), catalog)
    assert {name: group["ttft"]["rows"] for name, group in score.groups["rows"].items()} == {
        "first token later than all prompts": 1,
        "plain": 1,
    }
    busy = late | {"concurrency_or_scenario": "512"}
    score = score_inference(write(tmp_path / "i.csv", [busy]), catalog)
    assert "first token later than all prompts" not in score.groups["rows"]


def test_106_kernels_by_kind(tmp_path: Path, catalog: Catalog) -> None:
    """A folder with one kind is scored under that kind; the kinds that are not there are named."""
    write(tmp_path / "gemm.csv", [gemm(4096.0), gemm(512.0)])
    score = score_kernels(tmp_path, catalog)
    assert score.metrics["gemm"]["rows"] == 2
    assert {skip.id for skip in score.skipped} >= {"moe.csv", "collectives.csv"}


def test_kernels_are_held_against_the_band_of_their_class(tmp_path: Path, catalog: Catalog) -> None:
    """A kernel measured as predicted lies inside the band, one of twenty times the time outside; the width is told."""
    write(tmp_path / "gemm.csv", [gemm(4096.0)])
    predicted_ms = 1e3 * float(score_kernels(tmp_path, catalog).cases[0].got or 0.0)
    write(tmp_path / "gemm.csv", [gemm(4096.0, predicted_ms), gemm(4096.0, 20.0 * predicted_ms)])
    figures = score_kernels(tmp_path, catalog).metrics["gemm"]
    assert figures["coverage80"] == 0.5
    low, high = catalog.get(OperatorCoefficients, "gemm-bf16").kernel_error.band  # type: ignore[union-attr]
    assert figures["band_width"] == pytest.approx(high - low)
    assert low < 1.0 < high


def test_107_names_are_found(catalog: Catalog) -> None:
    """Published names of devices and models lead to the catalog's parts; the longest name wins."""
    names = {
        "A100-80GB": "nvidia-a100-sxm-80gb",
        "gb200": "nvidia-gb200",
        "NVIDIA H200-NVL-141GB": "nvidia-h200-nvl",
        "TPUv5e": "google-tpu-v5e",
        "AMD Instinct MI300X 192GB HBM3": "amd-mi300x",
    }
    found = {name: find_accelerator(catalog, name) for name in names}
    assert {name: part.id if part else "" for name, part in found.items()} == names
    model = find_model(catalog, "MiniMaxAI/MiniMax-M2.5")
    assert model is not None
    assert model.id == "minimax-m2"
    assert model_family("Qwen3-235B-A22B") == "qwen"


def test_301_a_fit_finds_what_rows_were_made_with(tmp_path: Path, catalog: Catalog) -> None:
    """Kernels timed with a compute factor of 2 lead back to it, twice in the same way to the last bit."""
    factor = Parameter("kernels", ("gemm-bf16",), "compute_factor", "log", 1.4, 1.0)
    truth = with_values(catalog, [factor], [2.0])
    path = write(tmp_path / "gemm.csv", [gemm(float(size)) for size in range(2048, 16384, 1024)])
    rows = read_kernel_rows(path, catalog)[0]
    times = KernelSet(rows).predict(truth)
    made = KernelSet([replace(row, latency_s=float(time)) for row, time in zip(rows, times, strict=True)])
    found = [fit(catalog, [factor], lambda c: np.log(made.predict(c) / times) / 0.01, rounds=30) for _ in range(2)]
    assert found[0].value[0] == pytest.approx(2.0, rel=1e-3)
    assert found[0].value.tobytes() == found[1].value.tobytes()
    assert found[0].low[0] < found[0].value[0] < found[0].high[0]


def test_302_left_out_rows_have_no_say(tmp_path: Path, catalog: Catalog) -> None:
    """A fit without a row does not change when that row's figure does."""
    values = [["10", "12"], ["10", "1000"]]
    parameters = tuple(p for p in read_parameters() if p.name == "gemm-bf16.sustained_factor")
    found = []
    for pair in values:
        path = write(tmp_path / "t.csv", [TRAINING | {"value": value} for value in pair])
        rows = TrainingSet(read_training_rows(path, catalog)[0])
        found.append(fit_training(catalog, parameters, rows, used=np.array([True, False]), rounds=5).value[0])
    assert found[0] == found[1]


def test_303_bands_come_from_other_folds() -> None:
    """The band of a fold does not see the fold's own errors."""
    published = np.array([1.0, 1.0, 5.0])
    low, high = nested_bands(published, np.ones(3), ["a", "b", "c"], ["k"] * 3, end_share=0.1)
    assert high[2] == 1.0
    assert high[0] > 1.0
    assert band_of(np.full(3, 2.0), np.ones(3)).low == 1.0
    assert (low <= 1.0).all()


def test_108_fitted_figures_replace_their_lines_only() -> None:
    """The figure of the part named changes; the same figure of another part and the rest stay."""
    text = "parts:\n  - id: a\n    facts:\n      floor_s: 1 us\n  - id: b\n    facts:\n      floor_s: 1 us # own\n"
    figure = FittedFigure("a", "floor_s", 2e-6, 1e-6, 3e-6, "rows", "duration")
    changed = patched(text, [figure])
    assert "value: 2 us, low: 1 us, high: 3 us" in changed
    assert changed.endswith("floor_s: 1 us # own\n")
    assert changed.count("\n") == text.count("\n")


def test_202_a_calibration_names_all_missing_files(tmp_path: Path, catalog: Catalog) -> None:
    """An empty folder gives one problem for each file that is needed."""
    with pytest.raises(InputError) as caught:
        calibrate(catalog, tmp_path)
    assert len(caught.value.problems) == 3


def test_203_parameters_name_figures_of_the_catalog(catalog: Catalog) -> None:
    """Every fitted figure is a fact that its parts carry, and its value lies in the band."""
    for parameter in read_parameters():
        for target in parameter.targets:
            fact = getattr(catalog.find(target), parameter.field)
            assert fact is not None, parameter.name
            assert fact.band[0] <= fact.value <= fact.band[1]
