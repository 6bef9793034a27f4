"""Which figures make the product agree best with published rows? A repeatable fit: nothing drawn or tuned by hand.

Three stages, each taking the earlier ones as given: kernels (one fit for each set of coefficients), training steps,
serving latencies. Each minimises a robust sum of squared logarithms of predicted over published times, plus the prior:
sum of 2 (sqrt(1 + (ln ratio / scale)^2) - 1) + sum of z^2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from rackwright.catalog import Catalog
from rackwright.catalog.parts import OperatorCoefficients
from rackwright.validate.kernel_set import KernelRow, KernelSet
from rackwright.validate.parameters import FloatArray, Parameter, with_values
from rackwright.validate.serving_set import ServingSet
from rackwright.validate.training_set import TrainingSet

__all__ = ["Fitted", "fit_kernels", "fit_serving", "fit_training", "spread_parameters"]

Stage = Literal["kernels", "training", "serving"]
KERNEL_SCALE, STEP_SCALE, TPOT_SCALE, TTFT_SCALE = 0.12, 0.08, 0.2, 0.35
"""Logarithmic error at which a row begins to count as an outlier."""
DOUBTFUL_WEIGHT = 0.5
"""Weight of rows with unverified or missing fields."""
MOST_EVALUATIONS = 20
TEN_PERCENT = 1.2815515655446004
"""Standard deviations from the median to the 10 % point of a normal distribution."""
LEAST = 1e-9


@dataclass(frozen=True)
class Fitted:
    """Result of one stage.

    Parameters
    ----------
    parameters
        What was fitted.
    value, low, high
        Fitted figures with the 10 % and 90 % points of their posterior, in the order of `parameters`.
    objective
        Value of the robust sum of squares with the prior, halved.
    """

    parameters: tuple[Parameter, ...]
    value: FloatArray
    low: FloatArray
    high: FloatArray
    objective: float

    def applied(self, catalog: Catalog) -> Catalog:
        """The catalog with the fitted figures."""
        return with_values(catalog, self.parameters, self.value)


def robust(error: FloatArray) -> FloatArray:
    """Residual whose square grows with the square of small errors, but only in proportion to large ones."""
    return np.sign(error) * np.sqrt(2.0 * (np.sqrt(1.0 + error * error) - 1.0))


def fit(
    catalog: Catalog, parameters: Sequence[Parameter], residual: Callable[[Catalog], FloatArray], *, rounds: int
) -> Fitted:
    """Fit parameters from their priors, with at most `rounds` steps."""
    chosen = tuple(parameters)

    def values(z: FloatArray) -> FloatArray:
        return np.array([p.value(float(x)) for p, x in zip(chosen, z, strict=True)])

    def stacked(z: FloatArray) -> FloatArray:
        return np.concatenate([robust(residual(with_values(catalog, chosen, values(z)))), z])

    found = least_squares(stacked, np.zeros(len(chosen)), max_nfev=rounds, x_scale=1.0)
    covariance = np.linalg.inv(found.jac.T @ found.jac)
    deviation = np.sqrt(np.maximum(np.diag(covariance), 0.0)) * TEN_PERCENT
    ends = values(found.x - deviation), values(found.x + deviation)
    return Fitted(chosen, values(found.x), ends[0], ends[1], float(found.cost))


def spread_parameters(parameters: Sequence[Parameter], stage: Stage) -> tuple[Parameter, ...]:
    """Parameters of a stage."""
    return tuple(p for p in parameters if p.stage == stage)


def fit_kernels(
    catalog: Catalog, parameters: Sequence[Parameter], rows: Sequence[KernelRow], *, rounds: int = MOST_EVALUATIONS
) -> tuple[Fitted, ...]:
    """One fit for each operator class that has rows; its precisions may share figures."""
    blocks: dict[str, list[Parameter]] = {}
    for parameter in spread_parameters(parameters, "kernels"):
        blocks.setdefault(catalog.get(OperatorCoefficients, parameter.targets[0]).operator, []).append(parameter)
    results = []
    for block in blocks.values():
        own = KernelSet([row for row in rows if any(row.part in parameter.targets for parameter in block)])
        if own.rows:
            results.append(fit(catalog, block, _kernel_residual(own), rounds=rounds))
    return tuple(results)


def _kernel_residual(rows: KernelSet) -> Callable[[Catalog], FloatArray]:
    return lambda catalog: np.log(rows.predict(catalog) / rows.published_s) / KERNEL_SCALE


def fit_training(
    catalog: Catalog,
    parameters: Sequence[Parameter],
    rows: TrainingSet,
    *,
    used: NDArray[np.bool_] | None = None,
    rounds: int = MOST_EVALUATIONS,
) -> Fitted:
    """Fit the training stage on the rows used (all if not given)."""
    kept = np.ones(len(rows.rows), dtype=bool) if used is None else used
    weight = np.array([DOUBTFUL_WEIGHT if row.doubts else 1.0 for row in rows.rows])

    def residual(trial: Catalog) -> FloatArray:
        error: FloatArray = (weight * np.log(rows.predict(trial) / rows.published_s) / STEP_SCALE)[kept]
        return error

    return fit(catalog, spread_parameters(parameters, "training"), residual, rounds=rounds)


def fit_serving(
    catalog: Catalog,
    parameters: Sequence[Parameter],
    rows: ServingSet,
    *,
    used: NDArray[np.bool_] | None = None,
    rounds: int = MOST_EVALUATIONS,
) -> Fitted:
    """Fit the serving stage on the rows used (all if not given).

    Missing figures, overloaded rows and first tokens that no load of their row explains have no say.
    """
    kept = (np.ones(len(rows.rows), dtype=bool) if used is None else used) & (rows.overloaded(catalog) == 0.0)
    published = [np.array([getattr(row, name) or np.nan for row in rows.rows]) for name in ("tpot_s", "ttft_s")]
    published[1][rows.unexplained()] = np.nan

    def residual(trial: Catalog) -> FloatArray:
        parts = []
        for got, told, scale in zip(rows.predict(trial), published, (TPOT_SCALE, TTFT_SCALE), strict=True):
            error = np.log(np.maximum(got, LEAST) / told) / scale
            parts.append(error[kept & np.isfinite(told)])
        return np.concatenate(parts)

    return fit(catalog, spread_parameters(parameters, "serving"), residual, rounds=rounds)
