"""When does an inverse-time relay trip? The characteristic of IEC 60255-151."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = [
    "CURVE_END",
    "EXTREMELY_INVERSE",
    "LONG_TIME_INVERSE",
    "STANDARD_INVERSE",
    "VERY_INVERSE",
    "InverseCurve",
    "trip_s",
]


@dataclass(frozen=True, slots=True)
class InverseCurve:
    """Constants of a curve: time `k_s` at multiple 2^(1/alpha), and exponent `alpha` (IEC 60255-151, Table A.1)."""

    k_s: float
    alpha: float


STANDARD_INVERSE = InverseCurve(0.14, 0.02)
"""Curve A of IEC 60255-151, Annex A."""
VERY_INVERSE = InverseCurve(13.5, 1.0)
"""Curve B of IEC 60255-151, Annex A."""
EXTREMELY_INVERSE = InverseCurve(80.0, 2.0)
"""Curve C of IEC 60255-151, Annex A."""
LONG_TIME_INVERSE = InverseCurve(120.0, 1.0)
"""The long-time curve of British practice (BS 142), not in the standard's annex."""

CURVE_END = 20.0
"""Multiple of the setting from which a relay's time no longer falls (IEC 60255-151; manual of the ABB REB650, tMin)."""


def trip_s(multiple: float, curve: InverseCurve, *, time_multiplier: float = 1.0) -> float:
    """Operating time [s] of an inverse-time relay; infinite at or below its setting.

    Parameters
    ----------
    multiple
        Fault current over setting current; above `CURVE_END` the formula is no longer a relay's, which stays at its
        time there.
    curve
        Characteristic.
    time_multiplier
        Time multiplier setting (TMS).

    Notes
    -----
    t = TMS k / (M^alpha - 1), IEC 60255-151:2009, formula 1 with c = 0.

    Examples
    --------
    >>> round(trip_s(10.0, STANDARD_INVERSE), 4)
    2.9706
    >>> trip_s(1.0, VERY_INVERSE)
    inf
    """
    if multiple <= 1.0:
        return math.inf
    return float(time_multiplier * curve.k_s / (multiple**curve.alpha - 1.0))
