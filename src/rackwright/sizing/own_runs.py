"""What do speeds measured on an own cluster change in the predictions for the same hardware?

Errors of predictions are taken as jointly normal in logarithms: two runs on one device share a part of theirs, two of
the same model a larger part, two of one configuration most. What was measured then moves the centre of a prediction
and narrows its band, and the shipped figures stay as they are.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from rackwright.catalog.parts import Fact, ModelArchitecture
from rackwright.sizing.bands import TEN_PERCENT, Spread
from rackwright.sizing.collectives import Link
from rackwright.sizing.device import Device
from rackwright.sizing.operators import OperatorCost

__all__ = [
    "Configuration",
    "Correction",
    "ErrorModel",
    "Observation",
    "OwnRun",
    "Workload",
    "corrected_spread",
    "correction",
    "deviation_of",
    "with_speed",
]

Kind = Literal["training", "serving"]


@dataclass(frozen=True)
class OwnRun:
    """A measured run with its model; `rate` or `tpot` carries what was measured as a fact, the other is None."""

    run: str
    platform: str
    kind: Kind
    model: ModelArchitecture
    precision: str
    kv_precision: str
    accels: int
    rate: Fact | None
    tpot: Fact | None
    sequence_length: int
    global_batch: int
    input_tokens: int
    output_tokens: int
    users: int
    tensor: int
    pipeline: int
    expert: int
    micro_batch: int

    @property
    def configuration(self) -> Configuration:
        """What has to agree with a workload for it to be the same."""
        if self.kind == "training":
            return Configuration(
                self.platform,
                self.precision,
                sequence_length=self.sequence_length,
                global_batch=self.global_batch,
            )
        return Configuration(
            self.platform,
            self.precision,
            self.kv_precision,
            input_tokens=self.input_tokens,
            output_tokens=self.output_tokens,
        )


@dataclass(frozen=True, slots=True)
class Configuration:
    """What makes two runs of a model on an accelerator the same; lengths in tokens.

    Two trainings agree in precision, sequence length and batch, two services in both precisions and the lengths of
    requests. Degrees and the number of accelerators are chosen anew at each prediction, so they do not count.
    """

    platform: str
    precision: str
    kv_precision: str = ""
    sequence_length: int = 0
    global_batch: int = 0
    input_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Workload:
    """What is to be corrected: the model's id and the configuration that is planned, None if any."""

    model: str
    configuration: Configuration | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """A run beside its prediction.

    Parameters
    ----------
    run, platform, kind, accelerator, model
        What ran, and where.
    measured_tok_s, predicted_tok_s
        Tokens per second of all accelerators; the prediction is None where there is none.
    noise
        Standard deviation of the logarithm of what was measured.
    reason
        Why there is no prediction; empty if there is one.
    relief
        The nearest run that could be predicted; empty if this one is.
    configuration
        What ran, with all that a prediction depends on; None where it is not told.
    """

    run: str
    platform: str
    kind: Kind
    accelerator: str
    model: str
    measured_tok_s: float
    predicted_tok_s: float | None
    noise: float
    reason: str = ""
    relief: str = ""
    configuration: Configuration | None = None


@dataclass(frozen=True, slots=True)
class ErrorModel:
    """How predictions err: standard deviation of the logarithm, and what errors have in common.

    Parameters
    ----------
    deviation
        Of measured over predicted speed.
    hardware_share, model_share, configuration_share
        Correlation of two errors on the same hardware, of different models, of the same model, and of one model in the
        same configuration; the last is never less than the second.
    """

    deviation: float
    hardware_share: float
    model_share: float
    configuration_share: float = 0.0


@dataclass(frozen=True, slots=True)
class Correction:
    """What the runs change: speed over predicted speed, and the deviation that is left over the one before."""

    runs: int = 0
    speed_factor: float = 1.0
    band_share: float = 1.0


def correction(error: ErrorModel, observations: tuple[Observation, ...], workload: Workload) -> Correction:
    """Correction for a workload on the hardware and of the kind on which the runs were made.

    Parameters
    ----------
    error
        How predictions err.
    observations
        Runs of the same hardware and kind; those without a prediction do not count.
    workload
        What is to be predicted.

    Notes
    -----
    Conditioning of a normal distribution: with y_i = ln(measured / predicted), r = e where model and configuration
    agree, m where models do, else h, C_ij = s^2 r_ij + [i = j] (s^2 (1 - r_ii) + noise_i^2), c_i = s^2 r_i:
    ln factor = c C^-1 y, s'^2 = s^2 - c C^-1 c.

    Examples
    --------
    >>> run = Observation("r", "p", "serving", "chip", "m", 80.0, 100.0, 0.0)
    >>> found = correction(ErrorModel(0.2, 0.2, 0.5), (run,), Workload("m"))
    >>> round(found.speed_factor, 3), round(found.band_share, 3)
    (0.894, 0.866)
    """
    used = [row for row in observations if row.predicted_tok_s]
    if not used or error.deviation <= 0.0:
        return Correction()
    variance = error.deviation**2
    ratio = np.array([math.log(row.measured_tok_s / (row.predicted_tok_s or 1.0)) for row in used])
    shared = np.array([[_share(error, _of(a), _of(b)) for b in used] for a in used])
    own = np.array([variance * (1.0 - _share(error, _of(row), _of(row))) + row.noise**2 for row in used])
    towards = variance * np.array([_share(error, _of(row), workload) for row in used])
    weights = np.linalg.solve(variance * shared + np.diag(own), towards)
    left = max(variance - float(weights @ towards), 0.0)
    return Correction(len(used), math.exp(float(weights @ ratio)), math.sqrt(left / variance))


def _of(row: Observation) -> Workload:
    return Workload(row.model, row.configuration)


def _share(error: ErrorModel, one: Workload, other: Workload) -> float:
    """Correlation of the errors of two workloads on one accelerator."""
    if one.model != other.model:
        return error.hardware_share
    if one.configuration is None or one.configuration != other.configuration:
        return error.model_share
    return max(error.configuration_share, error.model_share)


def deviation_of(spread: Spread) -> float:
    """Standard deviation of the logarithm of a 10-90 % band."""
    return (math.log(spread.fast) - math.log(spread.slow)) / (2.0 * TEN_PERCENT)


def corrected_spread(spread: Spread, change: Correction) -> Spread:
    """A band narrowed by what was measured."""
    return Spread(spread.slow**change.band_share, spread.fast**change.band_share)


def with_speed(device: Device, factor: float) -> Device:
    """The device with every time divided by a factor; peaks and sizes stay as they are."""
    if factor == 1.0:
        return device
    times: dict[str, Any] = {
        field.name: _scaled(value, factor)
        for field in dataclasses.fields(device)
        if isinstance(value := getattr(device, field.name), OperatorCost | Link)
    }
    return dataclasses.replace(device, **times)


def _scaled(cost: OperatorCost | Link, factor: float) -> OperatorCost | Link:
    if isinstance(cost, Link):
        return dataclasses.replace(
            cost, byte_s=cost.byte_s * factor, floor_s=cost.floor_s / factor, latency_s=cost.latency_s / factor
        )
    return dataclasses.replace(
        cost,
        floor_s=cost.floor_s / factor,
        s_per_flop=cost.s_per_flop / factor,
        s_per_byte=cost.s_per_byte / factor,
        s_per_unit=cost.s_per_unit / factor,
    )
