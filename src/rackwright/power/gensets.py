"""How far does a generator's voltage dip when load steps on, how many are needed, in which order do loads start?"""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["altitude_factor", "fault_va", "gensets_needed", "start_steps", "step_dip_share"]


def fault_va(rating_va: float, subtransient_share: float) -> float:
    """Short-circuit power [VA] at the generator's terminals: S / x"d.

    Examples
    --------
    >>> round(fault_va(2.5e6, 0.12))
    20833333
    """
    return rating_va / subtransient_share


def step_dip_share(step_w: float, power_factor: float, *, rating_va: float, subtransient_share: float) -> float:
    """Voltage dip of a load step as a share of rated voltage: S_step x"d / S_rated.

    Notes
    -----
    Simplified method for the first cycles, without regulator; held against ISO 8528-5 class limits by the engineer of
    record.

    Examples
    --------
    >>> round(step_dip_share(900e3, 0.9, rating_va=2.5e6, subtransient_share=0.12), 4)
    0.048
    """
    return step_w / power_factor / fault_va(rating_va, subtransient_share)


def altitude_factor(altitude_m: float, *, from_m: float, share_per_hectometre: float) -> float:
    """Part of the rating left at an altitude; both figures are the engine maker's.

    Examples
    --------
    >>> altitude_factor(1500.0, from_m=1000.0, share_per_hectometre=0.01)
    0.95
    """
    return max(0.0, 1.0 - max(0.0, altitude_m - from_m) / 100.0 * share_per_hectometre)


def gensets_needed(load_w: float, rating_w: float, *, loading_share: float, factor: float = 1.0, spare: int = 0) -> int:
    """Generators that carry a load at a continuous loading limit, with spares.

    Examples
    --------
    >>> gensets_needed(10e6, 3e6, loading_share=0.8, spare=1)
    6
    """
    return math.ceil(load_w / (rating_w * loading_share * factor) - 1e-9) + spare


def start_steps(loads_w: Sequence[float], step_limit_w: float) -> tuple[int, ...]:
    """Step in which each load starts, in the order given, so that no step is above what the generators take.

    A load above the limit has a step of its own, and the check on the step says so.

    Examples
    --------
    >>> start_steps([400e3, 500e3, 300e3, 200e3], 900e3)
    (0, 0, 1, 1)
    """
    steps: list[int] = []
    step, filled_w = 0, 0.0
    for load_w in loads_w:
        if filled_w > 0.0 and filled_w + load_w > step_limit_w:
            step, filled_w = step + 1, 0.0
        filled_w += load_w
        steps.append(step)
    return tuple(steps)
