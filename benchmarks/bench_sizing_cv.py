"""How good is sizing on published rows that took no part in the fit? `python benchmarks/bench_sizing_cv.py FOLDER`.

A second word, `kernels`, `training` or `serving`, measures that part alone.
FOLDER holds kernels/, training.csv and inference.csv. Nothing of a fold is seen by its fit: families of models on one
device, sources, and devices are left out whole, each fit starts from the priors, and the bands of a fold come from the
other folds. Without a folder the benchmark says so and passes.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rackwright.catalog.load import Catalog, load_catalog
from rackwright.sizing.memory import activation_byte_per_token, training_memory_byte
from rackwright.validate.calibrate import fit_kernels, fit_training
from rackwright.validate.inference_rows import read_inference_rows
from rackwright.validate.kernel_set import KINDS, KernelRow, read_kernel_rows
from rackwright.validate.left_out import (
    kernels_left_out,
    matching_end_share,
    nested_bands,
    serving_left_out,
    training_left_out,
)
from rackwright.validate.parameters import Parameter, read_parameters
from rackwright.validate.serving_set import ServingSet
from rackwright.validate.training import source_name
from rackwright.validate.training_rows import TrainingRow, read_training_rows
from rackwright.validate.training_set import TrainingSet

Column = NDArray[np.float64]
Mask = NDArray[np.bool_]
THEIR_ACTIVATION_BYTE, THEIR_MASKS = 34.0, 2.0


def report(name: str, published: Column, predicted: Column, *, to_reach: str = "", rate: Mask | None = None) -> None:
    """One line of errors of times; where `rate` is true, of the rates they imply."""
    is_rate = np.zeros(published.size, dtype=bool) if rate is None else rate
    error = np.abs(np.where(is_rate, published / predicted, predicted / published) - 1.0)
    text = f"{name:<44} n {error.size:4d}  median {np.median(error):6.1%}  p90 {np.quantile(error, 0.9):6.1%}"
    print(f"{text}  {to_reach}")


def report_band(name: str, published: Column, low: Column, high: Column, predicted: Column) -> None:
    """Coverage and width of the nested 80 % band."""
    held = np.mean((low <= published) & (published <= high))
    width = np.median((high - low) / predicted)
    print(f"{name:<44} band holds {held:.1%} (to reach 75-85 %), median width {width:.2f} (to reach 0.5)")


def _only(mask: Mask, *columns: Sequence[str]) -> tuple[list[str], ...]:
    """Entries of columns where the mask is true."""
    return tuple([entry for entry, kept in zip(column, mask, strict=True) if kept] for column in columns)


def training(catalog: Catalog, parameters: Sequence[Parameter], rows: TrainingSet) -> None:
    """Families on a device, then sources, left out."""
    is_moe = np.array([row.is_moe for row in rows.rows])
    plain = np.array([not row.doubts for row in rows.rows])
    rate = np.array([row.metric != "step_s" for row in rows.rows])
    folds = [row.family for row in rows.rows]
    steps = training_left_out(catalog, parameters, rows, folds)
    cases: tuple[tuple[str, Mask, str], ...] = (
        ("training, family x device left out", plain, "to reach 8 / 25 %"),
        ("  dense", plain & ~is_moe, "to reach 7 %"),
        ("  mixtures", plain & is_moe, "to reach 14 %"),
        ("  rows with unverified or missing fields", ~plain, ""),
    )
    for name, mask, to_reach in cases:
        report(name, rows.published_s[mask], steps[mask], to_reach=to_reach, rate=rate[mask])
    kinds = ["moe" if moe else "dense" for moe in is_moe]
    end = matching_end_share(rows.published_s[plain], steps[plain], *_only(plain, folds, kinds))
    low, high = nested_bands(rows.published_s[plain], steps[plain], *_only(plain, folds, kinds), end_share=end)
    report_band("  ", rows.published_s[plain], low, high, steps[plain])
    steps_on_a100(catalog, parameters, rows, steps)
    by_source = training_left_out(catalog, parameters, rows, [source_name(row.source) for row in rows.rows])
    report("training, source left out", rows.published_s[plain], by_source[plain], rate=rate[plain])


def steps_on_a100(catalog: Catalog, parameters: Sequence[Parameter], rows: TrainingSet, left_out: Column) -> None:
    """The steps of 22B to 1T on A100 (arXiv 2205.05198), fitted and left out, and the memory of their activations."""
    own = np.array(["2205.05198" in row.source for row in rows.rows])
    if not own.any():
        return
    fitted = rows.predict(fit_training(catalog, parameters, rows).applied(catalog))
    for name, steps, to_reach in (("fitted", fitted, 4), ("left out", left_out, 7)):
        error = np.abs(steps[own] / rows.published_s[own] - 1.0)
        text = f"{f'  22B to 1T on A100, {name}':<44} n {own.sum():4d}  mean   {error.mean():6.1%}"
        print(f"{text}  largest {error.max():6.1%}  to reach {to_reach} %")
    entries = [row for row, kept in zip(rows.rows, own, strict=True) if kept]
    # Their equation keeps 34 bytes for each value of the width, two dropout masks included, attention recomputed.
    for name, errors in (("layer", map(layer_activation_error, entries)), ("stage", map(stage_memory_error, entries))):
        worst = list(errors)
        text = f"{f'  memory of activations of a {name}, their equation':<44} n {len(worst):4d}"
        print(f"{text}  largest {max(worst):6.1%}  to reach 5 %")


def layer_activation_error(row: TrainingRow) -> float:
    """Bytes kept for a token and layer against 34 s b h / t of arXiv 2205.05198, equation 2."""
    kept = activation_byte_per_token(row.shape, np.zeros(1), dropout_masks=THEIR_MASKS)[0][0]
    return abs(float(kept) / row.shape.hidden / THEIR_ACTIVATION_BYTE - 1.0)


def stage_memory_error(row: TrainingRow) -> float:
    """Activations of the fullest stage with the head, against section 4.2.3 of arXiv 2205.05198 without dropout masks.

    s b h L 32 / t (1 + (p - 1) / (p v)), and 4 s b h (1 + V / h) / t where there is one stage.
    """
    part, shape = replace(row.split, recompute=np.zeros(1)), row.shape
    memory = training_memory_byte(shape, part, sequence=row.run.sequence)
    pipeline, virtual = float(part.pipeline[0]), float(part.virtual[0])
    chunks = 1.0 + (pipeline - 1.0) / (pipeline * virtual) if virtual > 1.0 else 1.0
    width = row.run.sequence * float(part.micro_batch[0]) * shape.hidden / float(part.tensor[0])
    theirs = width * shape.layers * (THEIR_ACTIVATION_BYTE - THEIR_MASKS) * chunks
    if pipeline == 1.0:
        theirs += 4.0 * width * (1.0 + shape.vocab / shape.hidden)
    return abs(float(memory.activations[0] + memory.head[0]) / theirs - 1.0)


def serving(
    catalog: Catalog,
    parameters: Sequence[Parameter],
    rows: ServingSet,
    training_rows: TrainingSet,
    kernel_rows: Sequence[KernelRow],
) -> None:
    """Devices left out of all three stages."""
    got = serving_left_out(catalog, parameters, rows, training=training_rows, kernels=kernel_rows)
    folds = [row.accelerator.id for row in rows.rows]
    overloaded, unexplained = rows.overloaded(catalog) > 0.0, rows.unexplained()
    is_apart = np.array([row.prefill is not None for row in rows.rows])
    every = np.ones(len(folds), dtype=bool)
    plain = ~overloaded & ~unexplained
    cases: tuple[tuple[str, str, Column, Mask, str], ...] = (
        ("TPOT, device left out", "tpot_s", got[0], every, "to reach 12 / 30 %"),
        ("TPOT of plain rows", "tpot_s", got[0], ~overloaded, ""),
        ("TTFT, device left out", "ttft_s", got[1], every, "to reach 20 %"),
        ("TTFT of plain rows", "ttft_s", got[1], plain, ""),
        ("TTFT, prefill and decode together", "ttft_s", got[1], plain & ~is_apart, ""),
        ("TTFT, apart", "ttft_s", got[1], plain & is_apart, ""),
    )
    for name, field, predicted, mask, to_reach in cases:
        published = np.array([getattr(row, field) or np.nan for row in rows.rows])
        known = np.isfinite(published) & mask
        report(f"serving {name}", published[known], predicted[known], to_reach=to_reach)
        labels = [fold for fold, has in zip(folds, known, strict=True) if has]
        end = matching_end_share(published[known], predicted[known], labels, ["all"] * len(labels))
        low, high = nested_bands(published[known], predicted[known], labels, ["all"] * len(labels), end_share=end)
        report_band("  ", published[known], low, high, predicted[known])


def kernels(catalog: Catalog, parameters: Sequence[Parameter], rows: Sequence[KernelRow]) -> None:
    """Devices left out, then whole generations of devices, by kind of kernel."""
    published = np.array([row.latency_s for row in rows])
    generations = [row.accelerator.generation for row in rows]
    for name, folds in (("device", None), ("generation", generations)):
        times = kernels_left_out(catalog, parameters, rows, folds)
        for kind in KINDS:
            mask = np.array([row.kind == kind for row in rows])
            if mask.any():
                to_reach = "" if folds else "to reach 10 %" if kind == "gemm" else "to reach 15 %"
                report(f"kernels, {name} left out: {kind}", published[mask], times[mask], to_reach=to_reach)
                labels = [row.gpu if folds is None else row.accelerator.generation for row in rows if row.kind == kind]
                end = matching_end_share(published[mask], times[mask], labels, [kind] * len(labels))
                low, high = nested_bands(published[mask], times[mask], labels, [kind] * len(labels), end_share=end)
                report_band("  ", published[mask], low, high, times[mask])


def main() -> None:
    """Leave out, fit, predict, report."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("RACKWRIGHT_VALIDATION", "validation"))
    if not (folder / "training.csv").is_file():
        print(f"sizing left out: skipped, no published rows in {folder}")
        return
    started = time.process_time()
    catalog, parameters = load_catalog(), read_parameters()
    kernel_rows = read_kernel_rows(folder / "kernels", catalog)[0]
    training_rows = TrainingSet(read_training_rows(folder / "training.csv", catalog)[0])
    serving_rows = ServingSet(read_inference_rows(folder / "inference.csv", catalog)[0])
    parts = sys.argv[2:] or ["kernels", "training", "serving"]
    if "kernels" in parts:
        kernels(catalog, parameters, kernel_rows)
    if "training" in parts:
        fitted = catalog
        for block in fit_kernels(catalog, parameters, kernel_rows):
            fitted = block.applied(fitted)
        training(fitted, parameters, training_rows)
    if "serving" in parts:
        serving(catalog, parameters, serving_rows, training_rows, kernel_rows)
    print(f"sizing left out: {time.process_time() - started:.0f} s of processor time")


if __name__ == "__main__":
    main()
