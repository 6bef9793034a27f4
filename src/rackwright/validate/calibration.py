"""What does a calibration find, and how is it written down: as parts of a catalog and as a report of every row?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem
from rackwright.catalog import Catalog
from rackwright.catalog.read import fact_fields
from rackwright.validate.calibrate import Fitted, fit_kernels, fit_serving, fit_training
from rackwright.validate.inference_rows import read_inference_rows
from rackwright.validate.kernel_set import KINDS, KernelRow, KernelSet, read_kernel_rows
from rackwright.validate.left_out import (
    band_of,
    kernels_left_out,
    matching_end_share,
    serving_left_out,
    training_left_out,
)
from rackwright.validate.parameters import FloatArray, Parameter, read_parameters
from rackwright.validate.score import median, quantile
from rackwright.validate.serving_set import ServingSet
from rackwright.validate.training_rows import read_training_rows
from rackwright.validate.training_set import TrainingSet

__all__ = ["Calibration", "FittedFigure", "calibrate", "catalog_files", "patched"]

SOURCE = "calibration"
RULES = "planning-rules"
WRITTEN = {"duration": (1e6, " us"), "bytes": (1e-6, " MB")}
"""Factor and unit in which figures of a dimension are written."""


@dataclass(frozen=True, slots=True)
class FittedFigure:
    """One figure of one part with its band, where it comes from, and its dimension."""

    part: str
    field: str
    value: float
    low: float
    high: float
    at: str
    dimension: str

    def written(self) -> str:
        """The figure as a catalog file writes it."""
        factor, unit = WRITTEN.get(self.dimension, (1.0, ""))
        value, low, high = (f"{number * factor:.4g}{unit}" for number in (self.value, self.low, self.high))
        return f'{{value: {value}, low: {low}, high: {high}, source: {SOURCE}, kind: computed, at: "{self.at}"}}'


@dataclass(frozen=True)
class Calibration:
    """Fitted figures, and the report: rows used, objective, residuals, left-out errors."""

    figures: tuple[FittedFigure, ...]
    report: dict[str, Any]


@dataclass(frozen=True)
class _Paths:
    kernels: Path
    training: Path
    inference: Path


def calibrate(catalog: Catalog, folder: Path) -> Calibration:
    """Fit all stages on the rows of a folder with `kernels/`, `training.csv` and `inference.csv`.

    Raises
    ------
    InputError
        One of them is missing.
    """
    paths = _paths(folder)
    parameters = read_parameters()
    kernels, _ = read_kernel_rows(paths.kernels, catalog)
    training = TrainingSet(read_training_rows(paths.training, catalog)[0])
    serving = ServingSet(read_inference_rows(paths.inference, catalog)[0])
    blocks = fit_kernels(catalog, parameters, kernels)
    short = _applied(catalog, blocks)
    steps = fit_training(short, parameters, training)
    latencies = fit_serving(steps.applied(short), parameters, serving)
    fitted = _applied(catalog, (*blocks, steps, latencies))
    left_steps = training_left_out(short, parameters, training, [row.family for row in training.rows])
    left = serving_left_out(catalog, parameters, serving, training=training, kernels=kernels)
    plain = serving.overloaded(fitted) == 0.0
    bands = _bands(training, left_steps, serving, (left[0][plain], left[1][plain]), plain)
    kernel_times = kernels_left_out(catalog, parameters, kernels)
    bands += _kernel_bands(kernels, kernel_times)
    figures = [*_figures(catalog, (*blocks, steps, latencies)), *bands]
    stages = (("kernels", blocks), ("training", (steps,)), ("serving", (latencies,)))
    report = {
        "stages": [_stage(name, results) for name, results in stages],
        "rows": [
            *_rows("kernels", [row.id for row in kernels], KernelSet(kernels).predict(fitted), _latencies(kernels)),
            *_rows("training", [row.id for row in training.rows], training.predict(fitted), training.published_s),
            *_rows("tpot", [row.id for row in serving.rows], serving.predict(fitted)[0], _told(serving, "tpot_s")),
            *_rows("ttft", [row.id for row in serving.rows], serving.predict(fitted)[1], _told(serving, "ttft_s")),
        ],
        "left_out": _left_out(training, left_steps, serving, left),
    }
    return Calibration(tuple(figures), report)


def _paths(folder: Path) -> _Paths:
    paths = _Paths(folder / "kernels", folder / "training.csv", folder / "inference.csv")
    missing = [path for path in (paths.kernels, paths.training, paths.inference) if not path.exists()]
    if missing:
        rule = "calibration needs kernels/, training.csv and inference.csv; this is not there."
        raise InputError([Problem("file-missing", Place(str(path)), rule) for path in missing])
    return paths


def _applied(catalog: Catalog, results: Sequence[Fitted]) -> Catalog:
    for result in results:
        catalog = result.applied(catalog)
    return catalog


def _latencies(rows: Sequence[Any]) -> FloatArray:
    return np.array([row.latency_s for row in rows])


def _told(serving: ServingSet, name: str) -> FloatArray:
    return np.array([getattr(row, name) or np.nan for row in serving.rows])


def _figures(catalog: Catalog, results: Sequence[Fitted]) -> list[FittedFigure]:
    figures = []
    for result in results:
        for parameter, value, low, high in zip(result.parameters, result.value, result.low, result.high, strict=True):
            for target in parameter.targets:
                dimension = _dimension(catalog, target, parameter.field)
                at = f"fitted on {parameter.stage} rows; prior {parameter.prior:.4g}"
                figures.append(
                    FittedFigure(target, parameter.field, float(value), float(low), float(high), at, dimension)
                )
    return figures


def _dimension(catalog: Catalog, part: str, field: str) -> str:
    declared = fact_fields(type(catalog.find(part)))
    return next((entry.dimension for entry in declared if entry.name == field), "count")


def _bands(
    training: TrainingSet,
    steps: FloatArray,
    serving: ServingSet,
    left: tuple[FloatArray, FloatArray],
    plain: NDArray[np.bool_],
) -> list[FittedFigure]:
    """Bands of predictions from rows that were left out of the fit.

    Training rows with unverified or missing fields have no say, nor first tokens that no load of their row explains;
    `plain` serving rows are not overloaded.
    """
    is_moe = np.array([row.is_moe for row in training.rows])
    is_plain = np.array([not row.doubts for row in training.rows])
    dense, mixture = is_plain & ~is_moe, is_plain & is_moe
    families = np.array([row.family for row in training.rows])
    devices = np.array([row.accelerator.id for row in serving.rows])[plain]
    first_s = np.where(serving.unexplained(), np.nan, _told(serving, "ttft_s"))
    pairs = [
        ("dense_step_error", training.published_s[dense], steps[dense], families[dense]),
        ("moe_step_error", training.published_s[mixture], steps[mixture], families[mixture]),
        ("tpot_error", _told(serving, "tpot_s")[plain], left[0], devices),
        ("ttft_error", first_s[plain], left[1], devices),
    ]
    return [_band(RULES, field, told, got, folds) for field, told, got, folds in pairs]


def _band(part: str, field: str, told: FloatArray, got: FloatArray, folds: NDArray[np.str_]) -> FittedFigure:
    """Measured over predicted between which 80 % of the rows lie that were left out with their fold."""
    known = np.isfinite(told)
    published, predicted, labels = told[known], got[known], folds[known].tolist()
    end = matching_end_share(published, predicted, labels, [field] * len(labels))
    band = band_of(published, predicted, end)
    at = f"ends of {end:.0%} among {len(labels)} left-out rows"
    return FittedFigure(part, field, 1.0, band.low, band.high, at, "count")


def _kernel_bands(rows: Sequence[KernelRow], times: FloatArray) -> list[FittedFigure]:
    """The band of each class of kernels, for every set of coefficients that times it; devices are left out."""
    figures = []
    for kind in KINDS:
        index = [number for number, row in enumerate(rows) if row.kind == kind]
        devices = np.array([rows[number].gpu for number in index])
        parts = sorted({rows[number].part for number in index})
        told = _latencies([rows[number] for number in index])
        figures += [_band(part, "kernel_error", told, times[index], devices) for part in parts]
    return figures


def _stage(name: str, results: Sequence[Fitted]) -> dict[str, Any]:
    return {
        "stage": name,
        "objective": round(sum(result.objective for result in results), 6),
        "parameters": [
            {"name": _name(p), "prior": p.prior, "value": _short(value), "low": _short(low), "high": _short(high)}
            for result in results
            for p, value, low, high in zip(result.parameters, result.value, result.low, result.high, strict=True)
        ],
    }


def _name(parameter: Parameter) -> str:
    return f"{'|'.join(parameter.targets)}.{parameter.field}"


def _short(number: float) -> float:
    return float(f"{number:.6g}")


def _rows(stage: str, ids: Sequence[str], predicted: FloatArray, published: FloatArray) -> list[dict[str, Any]]:
    return [
        {"stage": stage, "id": name, "residual": round(math.log(float(got) / float(told)), 4)}
        for name, got, told in zip(ids, predicted, published, strict=True)
        if math.isfinite(float(told))
    ]


def _left_out(
    training: TrainingSet, steps: FloatArray, serving: ServingSet, left: tuple[FloatArray, FloatArray]
) -> dict[str, Any]:
    plain = np.array([not row.doubts for row in training.rows])
    errors = {
        "training": np.abs(training.published_s / steps - 1.0)[plain],
        "tpot": np.abs(left[0] / _told(serving, "tpot_s") - 1.0),
        "ttft": np.abs(left[1] / _told(serving, "ttft_s") - 1.0),
    }
    found = {name: [float(e) for e in error if np.isfinite(e)] for name, error in errors.items()}
    return {
        name: {"rows": len(e), "median_ape": _short(median(e) or 0.0), "p90_ape": _short(quantile(e, 0.9) or 0.0)}
        for name, e in found.items()
    }


def catalog_files(catalog: Catalog, figures: Sequence[FittedFigure]) -> dict[str, str]:
    """Fitted figures as files of a program's own catalog folder: known parts with the fields they replace."""
    classes: dict[str, dict[str, list[FittedFigure]]] = {}
    for figure in figures:
        name = type(catalog.find(figure.part)).__name__
        classes.setdefault(name, {}).setdefault(figure.part, []).append(figure)
    return {f"calibrated-{name.lower()}.yaml": _class_text(name, parts) for name, parts in classes.items()}


def _class_text(name: str, parts: dict[str, list[FittedFigure]]) -> str:
    lines = [f"class: {name}", "parts:"]
    for part, figures in parts.items():
        lines += [f"  - id: {part}", "    facts:"]
        lines += [f"      {figure.field}: {figure.written()}" for figure in figures]
    return "\n".join(lines) + "\n"


def patched(text: str, figures: Sequence[FittedFigure]) -> str:
    """A catalog file with the fitted figures in place of its own lines; other lines stay as they are."""
    wanted = {(figure.part, figure.field): figure.written() for figure in figures}
    lines, part = [], ""
    for line in text.splitlines(keepends=True):
        stripped = line.strip()
        if stripped.startswith("- id: "):
            part = stripped.removeprefix("- id: ")
        field = stripped.split(":", 1)[0]
        fresh = wanted.get((part, field))
        indent = line[: len(line) - len(line.lstrip())]
        lines.append(line if fresh is None else f"{indent}{field}: {fresh}\n")
    return "".join(lines)
