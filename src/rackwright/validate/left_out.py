"""How good are predictions of rows that took no part in the fit? Families, sources or devices are left out whole.

A random split would leak: rows come in families. Each fold starts from the priors, never from a fit on all rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rackwright.catalog import Catalog
from rackwright.validate.calibrate import fit_kernels, fit_serving, fit_training
from rackwright.validate.kernel_set import KernelRow, KernelSet
from rackwright.validate.parameters import FloatArray, Parameter
from rackwright.validate.serving_set import ServingSet
from rackwright.validate.training_set import TrainingSet

__all__ = [
    "Band",
    "band_of",
    "kernels_left_out",
    "matching_end_share",
    "nested_bands",
    "serving_left_out",
    "training_left_out",
]

FOLD_ROUNDS = 15
END_SHARES = (0.1, 0.09, 0.08, 0.07, 0.06, 0.05, 0.04, 0.03)
"""Ends of the band to try: rows of unseen families scatter more than rows of seen ones, so 10 % ends hold too few."""
HELD_SHARE = 0.8


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


def kernels_left_out(
    catalog: Catalog, parameters: Sequence[Parameter], rows: Sequence[KernelRow], folds: Sequence[str] | None = None
) -> FloatArray:
    """Kernel times [s], each predicted by a fit without any kernel of its device, or of its fold where given."""
    every = KernelSet(rows)
    devices = np.array([row.gpu for row in rows] if folds is None else folds)
    times = np.zeros(len(rows))
    for device in sorted(set(devices.tolist())):
        trial = catalog
        for block in fit_kernels(
            trial, parameters, [row for row, own in zip(rows, devices, strict=True) if own != device]
        ):
            trial = block.applied(trial)
        out = devices == device
        times[out] = every.predict(trial)[out]
    return times


@dataclass(frozen=True, slots=True)
class Band:
    """Measured over predicted between which 80 % of rows lie that were left out."""

    low: float
    high: float


def band_of(published: FloatArray, predicted: FloatArray, end_share: float = END_SHARES[0]) -> Band:
    """Band of measured over predicted; it always holds one, so that the prediction lies inside its band."""
    ratio = published / predicted
    low, high = np.quantile(ratio, [end_share, 1.0 - end_share])
    return Band(min(float(low), 1.0), max(float(high), 1.0))


def nested_bands(
    published: FloatArray, predicted: FloatArray, folds: Sequence[str], kinds: Sequence[str], *, end_share: float
) -> tuple[FloatArray, FloatArray]:
    """Ends of the band of each row, from rows of the same kind in other folds only."""
    label, kind = np.array(folds), np.array(kinds)
    low, high = np.zeros(len(label)), np.zeros(len(label))
    for index in range(len(label)):
        others = (label != label[index]) & (kind == kind[index])
        band = band_of(published[others], predicted[others], end_share)
        low[index], high[index] = predicted[index] * band.low, predicted[index] * band.high
    return low, high


def matching_end_share(
    published: FloatArray, predicted: FloatArray, folds: Sequence[str], kinds: Sequence[str]
) -> float:
    """The ends whose bands, each made without the row's fold, hold a share of the rows nearest to 80 %."""

    def miss(end_share: float) -> float:
        low, high = nested_bands(published, predicted, folds, kinds, end_share=end_share)
        return abs(float(np.mean((low <= published) & (published <= high))) - HELD_SHARE)

    return min(END_SHARES, key=miss)
