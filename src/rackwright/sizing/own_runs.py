"""What do speeds measured on an own cluster change in the predictions for the same hardware?

Errors of predictions are taken as jointly normal in logarithms: two runs on one device share a part of theirs, two of
the same model a larger part. What was measured then moves the centre of a prediction and narrows its band, and the
shipped figures stay as they are.
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
    "Correction",
    "ErrorModel",
    "Observation",
    "OwnRun",
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


@dataclass(frozen=True, slots=True)
class ErrorModel:
    """How predictions err: standard deviation of the logarithm, and what errors have in common.

    Parameters
    ----------
    deviation
        Of measured over predicted speed.
    hardware_share, model_share
        Correlation of two errors on the same hardware, of different models and of the same model.
    """

    deviation: float
    hardware_share: float
    model_share: float


@dataclass(frozen=True, slots=True)
class Correction:
    """What the runs change: speed over predicted speed, and the deviation that is left over the one before."""

    runs: int = 0
    speed_factor: float = 1.0
    band_share: float = 1.0


def correction(error: ErrorModel, observations: tuple[Observation, ...], *, model: str) -> Correction:
    """Correction for a model on the hardware and of the kind on which the runs were made.

    Parameters
    ----------
    error
        How predictions err.
    observations
        Runs of the same hardware and kind; those without a prediction do not count.
    model
        Id of the model to be predicted.

    Notes
    -----
    Conditioning of a normal distribution: with y_i = ln(measured / predicted) and C_ij = s^2 (m where models agree,
    else h) + [i = j] (s^2 (1 - m) + noise_i^2), c_i = s^2 (m or h): ln factor = c C^-1 y, s'^2 = s^2 - c C^-1 c.

    Examples
    --------
    >>> run = Observation("r", "p", "serving", "chip", "m", 80.0, 100.0, 0.0)
    >>> found = correction(ErrorModel(0.2, 0.2, 0.5), (run,), model="m")
    >>> round(found.speed_factor, 3), round(found.band_share, 3)
    (0.894, 0.866)
    """
    used = [row for row in observations if row.predicted_tok_s]
    if not used or error.deviation <= 0.0:
        return Correction()
    variance = error.deviation**2
    ratio = np.array([math.log(row.measured_tok_s / (row.predicted_tok_s or 1.0)) for row in used])
    shared = np.array([[_share(error, a.model, b.model) for b in used] for a in used])
    own = np.array([variance * (1.0 - error.model_share) + row.noise**2 for row in used])
    towards = variance * np.array([_share(error, row.model, model) for row in used])
    weights = np.linalg.solve(variance * shared + np.diag(own), towards)
    left = max(variance - float(weights @ towards), 0.0)
    return Correction(len(used), math.exp(float(weights @ ratio)), math.sqrt(left / variance))


def _share(error: ErrorModel, one: str, other: str) -> float:
    return error.model_share if one == other else error.hardware_share


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
