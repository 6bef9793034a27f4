"""How many cooling units do the liquid loops of a hall need? The one count that siting, layout and cooling go by."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["LoopRule", "coolant_flow_lpm", "num_loop_units"]

FloatArray = NDArray[np.float64]
LITRE_MINUTES_PER_M3_SECOND = 60_000.0
"""L/min in one m3/s, by definition."""
ROUNDING = 1e-9
"""Dust of floating point that must not turn into one more unit."""


@dataclass(frozen=True, kw_only=True)
class LoopRule:
    """Rule of the loops of a hall.

    Parameters
    ----------
    racks_per_loop
        Most racks on one loop, >= 1.
    rated_w
        Heat one unit carries [W], > 0.
    rated_lpm
        Flow one unit gives [L/min]; None where it is not published.
    spare_units
        Units beyond need in each loop, >= 0.
    """

    racks_per_loop: int
    rated_w: float
    rated_lpm: float | None
    spare_units: int


def num_loop_units(liquid_w: FloatArray, flow_lpm: FloatArray, rule: LoopRule) -> int:
    """Cooling units for liquid-cooled racks in their order on the floor.

    Parameters
    ----------
    liquid_w
        Heat into liquid of each rack [W], shape (racks,), > 0.
    flow_lpm
        Coolant of each rack [L/min], shape (racks,).
    rule
        Rule of the hall.

    Notes
    -----
    The racks form the fewest loops of at most `racks_per_loop` racks, as even as whole racks allow. Each loop gets
    ceil(max(heat / rated heat, flow / rated flow)) units and the spare ones. One more rack never needs fewer units.

    Examples
    --------
    >>> rule = LoopRule(racks_per_loop=8, rated_w=1.3e6, rated_lpm=None, spare_units=1)
    >>> [num_loop_units(np.full(n, 115e3), np.zeros(n), rule) for n in (0, 8, 9)]
    [0, 2, 4]
    """
    if not len(liquid_w):
        return 0
    count = math.ceil(len(liquid_w) / rule.racks_per_loop)
    loop = np.arange(len(liquid_w)) * count // len(liquid_w)
    busy = np.bincount(loop, weights=liquid_w) / rule.rated_w
    if rule.rated_lpm:
        busy = np.maximum(busy, np.bincount(loop, weights=flow_lpm) / rule.rated_lpm)
    return int(np.sum(np.ceil(busy - ROUNDING))) + count * rule.spare_units


def coolant_flow_lpm(heat_w: float, rise_k: float, *, kg_m3: float, j_kg_k: float) -> float:
    """Coolant that carries a heat at a temperature rise [L/min].

    Notes
    -----
    V = Q / (rho cp dT): the first law for a steady stream.

    Examples
    --------
    >>> round(coolant_flow_lpm(100e3, 10.0, kg_m3=1009.9, j_kg_k=3968.6), 1)
    149.7
    """
    return heat_w / (kg_m3 * j_kg_k * rise_k) * LITRE_MINUTES_PER_M3_SECOND
