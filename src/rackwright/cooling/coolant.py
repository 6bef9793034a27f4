"""How much coolant carries a heat at a temperature rise, and how warm must water or outdoor air be for it?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["coolant_flow_lpm", "coolant_rise_k", "trim_share"]

FloatArray = npt.NDArray[np.float64]

LITRE_MINUTES_PER_M3_SECOND = 60_000.0
"""L/min in one m3/s, by definition."""


def coolant_flow_lpm(heat_w: FloatArray, rise_k: FloatArray, *, kg_m3: float, j_kg_k: float) -> FloatArray:
    """Flow that carries a heat at a temperature rise.

    Parameters
    ----------
    heat_w
        Heat [W], any shape, >= 0.
    rise_k
        Temperature rise [K], same shape, > 0.
    kg_m3, j_kg_k
        Density [kg/m3] and specific heat [J/kg/K] at the mean temperature.

    Returns
    -------
    Flow [L/min].

    Notes
    -----
    Q = rho V cp dT, first law for a steady stream.

    Examples
    --------
    >>> coolant_flow_lpm(np.array([100e3]), np.array([10.0]), kg_m3=1009.9, j_kg_k=3968.6).round(1)
    array([149.7])
    """
    return np.asarray(heat_w / (kg_m3 * j_kg_k * rise_k) * LITRE_MINUTES_PER_M3_SECOND)


def coolant_rise_k(heat_w: float, flow_lpm: float, *, kg_m3: float, j_kg_k: float) -> float:
    """Temperature rise [K] of a flow [L/min] that takes up a heat [W]; 0 without flow. The inverse of the flow."""
    return heat_w / (kg_m3 * j_kg_k * flow_lpm) * LITRE_MINUTES_PER_M3_SECOND if flow_lpm > 0.0 else 0.0


def trim_share(reached_c: float, supply_c: float, rise_k: float) -> float:
    """Share of the heat a trim chiller in series must take because outdoor air is too warm for the supply.

    The cooler brings the water from `supply_c + rise_k` down to `reached_c`, never below the supply; the chiller brings
    it the rest of the way.

    Examples
    --------
    >>> trim_share(41.0, 40.0, 10.0)
    0.1
    >>> trim_share(28.0, 40.0, 10.0)
    0.0
    """
    missing_k = reached_c - supply_c
    if missing_k <= 0.0:
        return 0.0
    return min(1.0, missing_k / rise_k) if rise_k > 0.0 else 1.0
