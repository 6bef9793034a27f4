"""How good are predictions of rows that took no part in the fit? Families, sources or devices are left out whole.

A random split would leak: rows come in families. Each fold starts from the priors, never from a fit on all rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rackwright.catalog import Catalog
from rackwright.catalog.parts import Fact
from rackwright.validate.calibrate import fit_kernels, fit_serving, fit_training
from rackwright.validate.kernel_set import KernelRow, KernelSet
from rackwright.validate.parameters import FloatArray, Parameter
from rackwright.validate.serving_set import ServingSet
from rackwright.validate.training_set import TrainingSet

__all__ = ["Band", "band_of", "kernels_left_out", "nested_bands", "serving_left_out", "training_left_out"]

FOLD_ROUNDS = 15
LOW_SHARE, HIGH_SHARE = 0.1, 0.9


def training_left_out(
    catalog: Catalog, parameters: Sequence[Parameter], rows: TrainingSet, folds: Sequence[str]
) -> FloatArray:
    """Steps [s] of all rows, each predicted by a fit without the rows of its fold.

    Parameters
    ----------
    catalog
        With the kernel stage applied, which uses no training row.
    parameters
        All parameters.
    rows
        The rows.
    folds
        Name of each row's fold.
    """
    labels = np.array(folds)
    steps = np.zeros(len(rows.rows))
    for label in sorted(set(folds)):
        out = labels == label
        fitted = fit_training(catalog, parameters, rows, used=~out, rounds=FOLD_ROUNDS)
        steps[out] = rows.predict(fitted.applied(catalog))[out]
    return steps


def serving_left_out(
    catalog: Catalog,
    parameters: Sequence[Parameter],
    rows: ServingSet,
    *,
    training: TrainingSet,
    kernels: Sequence[KernelRow],
) -> tuple[FloatArray, FloatArray]:
    """Latencies [s] of all rows, each by fits of all three stages without any row of its device."""
    devices = np.array([row.accelerator.id for row in rows.rows])
    tpot, ttft = np.zeros(len(devices)), np.zeros(len(devices))
    for device in sorted(set(devices.tolist())):
        out = devices == device
        trial = catalog
        for block in fit_kernels(trial, parameters, [row for row in kernels if row.accelerator.id != device]):
            trial = block.applied(trial)
        used = np.array([row.accelerator.id != device for row in training.rows])
        trial = fit_training(trial, parameters, training, used=used, rounds=FOLD_ROUNDS).applied(trial)
        trial = fit_serving(trial, parameters, rows, used=~out, rounds=FOLD_ROUNDS).applied(trial)
        got = rows.predict(trial)
        tpot[out], ttft[out] = got[0][out], got[1][out]
    return tpot, ttft


def kernels_left_out(catalog: Catalog, parameters: Sequence[Parameter], rows: Sequence[KernelRow]) -> FloatArray:
    """Kernel times [s], each predicted by a fit without any kernel of its device."""
    every = KernelSet(rows)
    devices = np.array([row.gpu for row in rows])
    times = np.zeros(len(rows))
    for device in sorted(set(devices.tolist())):
        trial = catalog
        for block in fit_kernels(trial, parameters, [row for row in rows if row.gpu != device]):
            trial = block.applied(trial)
        out = devices == device
        times[out] = every.predict(trial)[out]
    return times


@dataclass(frozen=True, slots=True)
class Band:
    """Measured over predicted at the 10 % and 90 % points of rows that were left out."""

    low: float
    high: float

    def fact(self, part: str, field: str) -> Fact:
        """The band as a figure of the catalog, around one."""
        return Fact(f"{part}.{field}", 1.0, "", "", "calibration", "computed", low=self.low, high=self.high)


def band_of(published: FloatArray, predicted: FloatArray) -> Band:
    """Band of measured over predicted; it always holds one, so that the prediction lies inside its band."""
    ratio = published / predicted
    low, high = np.quantile(ratio, [LOW_SHARE, HIGH_SHARE])
    return Band(min(float(low), 1.0), max(float(high), 1.0))


def nested_bands(
    published: FloatArray, predicted: FloatArray, folds: Sequence[str], kinds: Sequence[str]
) -> tuple[FloatArray, FloatArray]:
    """Ends of the band of each row, from rows of the same kind in other folds only."""
    label, kind = np.array(folds), np.array(kinds)
    low, high = np.zeros(len(label)), np.zeros(len(label))
    for index in range(len(label)):
        others = (label != label[index]) & (kind == kind[index])
        band = band_of(published[others], predicted[others])
        low[index], high[index] = predicted[index] * band.low, predicted[index] * band.high
    return low, high
