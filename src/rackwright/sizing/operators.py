"""How long does one operator take, given its work and the bytes it moves?

One form for every operator and chip: a launch floor, then compute and memory time that overlap as a p-norm. At p = 1
they add, for large p the longer one hides the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["FloatArray", "OperatorCost", "operator_time_s"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OperatorCost:
    """Coefficients of one operator class at one precision on one device.

    Parameters
    ----------
    floor_s
        Launch floor [s].
    s_per_flop
        c / P: seconds for one FLOP, with the compute factor c over the dense peak P.
    s_per_byte
        m / W: seconds for one byte, with the memory factor m over the memory bandwidth W.
    exponent
        p >= 1: how compute and memory time overlap.
    s_per_unit
        u: seconds for one unit of serial work, see `operator_time_s`.
    held_passes
        Experts: passes through memory of every token a rank holds, to route, cast and sum it.
    """

    floor_s: float
    s_per_flop: float
    s_per_byte: float
    exponent: float
    s_per_unit: float = 0.0
    held_passes: float = 0.0


def operator_time_s(
    flop: FloatArray | float, byte: FloatArray | float, cost: OperatorCost, units: FloatArray | float = 0.0
) -> FloatArray:
    """Time of an operator [s], shape as `flop` and `byte` broadcast.

    Parameters
    ----------
    flop
        Work [FLOP], a multiply-add counts two, >= 0.
    byte
        Bytes moved to and from device memory, >= 0.
    cost
        Coefficients on the device.
    units
        Serial work the kernel cannot spread: inner length of a product, sequences times heads of a prompt's attention,
        sequences times key-value heads of one token's, experts that a grouped product reaches.

    Notes
    -----
    t = floor + u N + ((c F/P)^p + (m B/W)^p)^(1/p) with N units; an operator without work and bytes takes no
    time at all.

    Examples
    --------
    >>> float(operator_time_s(3.0, 4.0, OperatorCost(0.0, 1.0, 1.0, 2.0)))
    5.0
    """
    compute_s = np.asarray(flop, dtype=np.float64) * cost.s_per_flop
    memory_s = np.asarray(byte, dtype=np.float64) * cost.s_per_byte
    larger = np.maximum(compute_s, memory_s)
    smaller = np.minimum(compute_s, memory_s)
    ratio = np.divide(smaller, larger, out=np.zeros_like(larger), where=larger > 0.0)
    busy_s = larger * (1.0 + ratio**cost.exponent) ** (1.0 / cost.exponent)
    return np.where(larger > 0.0, cost.floor_s + cost.s_per_unit * np.asarray(units) + busy_s, 0.0)
