"""Which power, current and fault current belong to a rating? The closed forms of three-phase circuits."""

from __future__ import annotations

import math

__all__ = ["bolted_fault_a", "full_load_a", "point_to_point_factor", "point_to_point_fault_a", "three_phase_w"]

SQRT3 = math.sqrt(3.0)
"""Line-to-line over line-to-neutral voltage of a symmetric three-phase system, exact."""
METRES_PER_FOOT = 0.3048
"""International foot, exact."""


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


def point_to_point_factor(
    fault_a: float, voltage_v: float, *, length_m: float, constant_per_ft: float, parallel: int = 1
) -> float:
    """Factor f of the point-to-point method for a three-phase run: sqrt(3) L I / (C n U).

    Parameters
    ----------
    fault_a
        Fault current at the start of the run [A].
    voltage_v
        Line-to-line voltage [V].
    length_m
        Length [m]; the method's constants are for feet, so it is turned into them.
    constant_per_ft
        Constant C of conductor and conduit, from the method's tables.
    parallel
        Conductors per phase.

    Notes
    -----
    Bussmann, Selecting Protective Devices: f for three phases; the fault at the end is I / (1 + f). Magnitudes are
    added without their angles, so the result is on the low side.

    Examples
    --------
    >>> round(point_to_point_factor(51_550.0, 480.0, length_m=7.62, constant_per_ft=22_185.0, parallel=6), 4)
    0.0349
    """
    return SQRT3 * (length_m / METRES_PER_FOOT) * fault_a / (constant_per_ft * parallel * voltage_v)


def point_to_point_fault_a(fault_a: float, factor: float) -> float:
    """Fault current [A] at the end of a run by the point-to-point method: I M with M = 1 / (1 + f)."""
    return fault_a / (1.0 + factor)
