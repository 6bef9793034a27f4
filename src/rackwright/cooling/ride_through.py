"""How long does a loop hold its temperature when flow or cooling is lost, and what is left when one pump stops?"""

from __future__ import annotations

import math

__all__ = ["flow_share_with_pumps", "heat_capacity_j_k", "seconds_to_limit"]


def heat_capacity_j_k(volume_m3: float, *, kg_m3: float, j_kg_k: float, metal_j_k: float = 0.0) -> float:
    """Heat [J/K] that a loop stores for each kelvin: its coolant and, where known, the metal around it.

    Examples
    --------
    >>> round(heat_capacity_j_k(1.0, kg_m3=1000.0, j_kg_k=4000.0))
    4000000
    """
    return volume_m3 * kg_m3 * j_kg_k + metal_j_k


def seconds_to_limit(excess_w: float, capacity_j_k: float, rise_k: float, *, cooling_w_per_k: float = 0.0) -> float:
    """Time [s] until a loop is `rise_k` warmer, when `excess_w` more heat goes in than is carried away.

    Parameters
    ----------
    excess_w
        Heat in minus heat out at the start.
    capacity_j_k
        Heat capacity of the loop.
    rise_k
        Kelvin up to the limit.
    cooling_w_per_k
        Heat more that is carried away for each kelvin the loop is warmer; 0 where cooling is lost altogether.

    Returns
    -------
    Seconds; infinite where the loop settles below the limit.

    Notes
    -----
    One well-mixed volume: C dT/dt = q - g T, so t = -(C/g) ln(1 - g dT/q), or C dT/q without g. Mixing is never
    perfect: a hot slug arrives earlier, so this is the best case.

    Examples
    --------
    >>> seconds_to_limit(100e3, 4e6, 10.0)
    400.0
    """
    if excess_w <= 0.0 or cooling_w_per_k * rise_k >= excess_w:
        return math.inf
    if cooling_w_per_k <= 0.0:
        return capacity_j_k * rise_k / excess_w
    return -capacity_j_k / cooling_w_per_k * math.log1p(-cooling_w_per_k * rise_k / excess_w)


def flow_share_with_pumps(running: int, installed: int, *, static_share: float = 0.0) -> float:
    """Flow with some of equal parallel pumps running, over the flow with all of them.

    Parameters
    ----------
    running, installed
        Pumps in service, and in all.
    static_share
        Part of the system's pressure that does not depend on flow.

    Notes
    -----
    Pump curve h = 4/3 - q^2 / 3 for each (design point 1, 1; the common shape of centrifugal pumps), system curve
    h = s + (1 - s) Q^2 with Q the flow of all. Solved in closed form.

    Examples
    --------
    >>> flow_share_with_pumps(2, 2), round(flow_share_with_pumps(1, 2), 3)
    (1.0, 0.756)
    """
    if running <= 0:
        return 0.0
    ratio = installed / running
    return math.sqrt((4.0 / 3.0 - static_share) / ((1.0 - static_share) + ratio**2 / 3.0))
