"""Which current does a direct-current bus carry, what does it lose, and how long does storage hold it?"""

from __future__ import annotations

__all__ = ["bus_current_a", "bus_drop_v", "bus_loss_w", "hold_up_s", "storage_j"]


def bus_current_a(power_w: float, voltage_v: float) -> float:
    """Current [A] of a direct-current load: I = P / U; between the poles of a +/- 400 V bus U is 800 V.

    Examples
    --------
    >>> bus_current_a(120e3, 48.0), bus_current_a(120e3, 800.0)
    (2500.0, 150.0)
    """
    return power_w / voltage_v


def bus_drop_v(current_a: float, resistance_ohm: float) -> float:
    """Voltage [V] lost on a bus, both poles in `resistance_ohm`."""
    return current_a * resistance_ohm


def bus_loss_w(current_a: float, resistance_ohm: float) -> float:
    """Power [W] lost on a bus: I^2 R."""
    return current_a**2 * resistance_ohm


def storage_j(power_w: float, seconds: float) -> float:
    """Energy [J] that carries a load for a time: E = P t.

    Examples
    --------
    >>> storage_j(33e3, 90.0) / 3.6e6
    0.825
    """
    return power_w * seconds


def hold_up_s(energy_j: float, power_w: float) -> float:
    """Time [s] storage carries a load."""
    return energy_j / power_w
