"""Which power, current and fault current belong to a rating? The closed forms of three-phase circuits."""

from __future__ import annotations

import math

__all__ = ["bolted_fault_a", "full_load_a", "three_phase_w"]

SQRT3 = math.sqrt(3.0)
"""Line-to-line over line-to-neutral voltage of a symmetric three-phase system, exact."""


def three_phase_w(voltage_v: float, current_a: float, power_factor: float) -> float:
    """Active power [W] of a symmetric three-phase circuit: P = sqrt(3) U I cos(phi), U line to line.

    Examples
    --------
    >>> round(three_phase_w(415.0, 1000.0, 1.0))
    718801
    """
    return SQRT3 * voltage_v * current_a * power_factor


def full_load_a(rating_va: float, voltage_v: float) -> float:
    """Current [A] of a three-phase apparatus at its rating: I = S / (sqrt(3) U).

    Examples
    --------
    >>> round(full_load_a(1.5e6, 480.0))
    1804
    """
    return rating_va / (SQRT3 * voltage_v)


def bolted_fault_a(rating_va: float, voltage_v: float, impedance_share: float) -> float:
    """Three-phase fault current [A] at the terminals of a transformer fed by an infinite bus.

    Parameters
    ----------
    rating_va
        Rating of the transformer [VA].
    voltage_v
        Secondary voltage without load, line to line [V].
    impedance_share
        Short-circuit impedance on the transformer's rating, in (0, 1].

    Notes
    -----
    I = S / (sqrt(3) U uk). The upper bound of IEC 60909-0 without voltage factor: the source has no impedance, and
    motors do not contribute.

    Examples
    --------
    >>> round(bolted_fault_a(400e3, 420.0, 0.04), -2)
    13700.0
    """
    return full_load_a(rating_va, voltage_v) / impedance_share
