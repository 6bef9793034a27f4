"""How does the power of one rack swing over a step of the workload?

Accelerators follow their phases: products draw the compute share of thermal design power, waiting for the network
draws less. The rest of the rack (switches, processors, fans) is taken as steady while the rack works.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rackwright.sizing.operators import FloatArray

__all__ = ["Phases", "PowerFacts", "PowerProfile", "mean_load_w", "power_profile"]

MS = 1e3


@dataclass(frozen=True, slots=True)
class PowerFacts:
    """Power figures of a rack.

    Parameters
    ----------
    rack_w
        Peak electric load of the rack.
    accel_w
        Thermal design power of all its accelerators together.
    idle_share, compute_share, memory_share, communication_share
        Accelerator power over thermal design power: idle, in products, bound by memory, waiting for the network.
    other_idle_share
        Power of the rest of the rack when idle over its load.
    ramp_s
        Time from communication to compute power.
    """

    rack_w: float
    accel_w: float
    idle_share: float
    compute_share: float
    memory_share: float
    communication_share: float
    other_idle_share: float
    ramp_s: float


@dataclass(frozen=True, slots=True)
class PowerProfile:
    """Power of one rack over a period of `period_ms`, of which `duty_share` is at `peak_w`."""

    idle_w: float
    low_w: float
    mean_w: float
    peak_w: float
    period_ms: float
    duty_share: float
    ramp_w_s: float


@dataclass(frozen=True)
class Phases:
    """Time of steps, and of it the time in products, bound by memory, and waiting for others [s]; the rest idles."""

    step_s: FloatArray
    compute_s: FloatArray
    memory_s: FloatArray
    communication_s: FloatArray


def _busy_share(facts: PowerFacts, phases: Phases) -> FloatArray:
    """Mean power of the accelerators over their thermal design power."""
    step_s = phases.step_s
    idle_s = np.maximum(0.0, step_s - phases.compute_s - phases.memory_s - phases.communication_s)
    weighted_s = facts.compute_share * phases.compute_s + facts.memory_share * phases.memory_s
    weighted_s = weighted_s + (facts.communication_share * phases.communication_s + facts.idle_share * idle_s)
    return np.where(step_s > 0.0, weighted_s / np.where(step_s > 0.0, step_s, 1.0), facts.idle_share)


def mean_load_w(facts: PowerFacts, phases: Phases) -> FloatArray:
    """Mean load of one rack over each of many steps [W]; the mean of `power_profile`."""
    return max(0.0, facts.rack_w - facts.accel_w) + facts.accel_w * _busy_share(facts, phases)


def power_profile(
    facts: PowerFacts, *, step_s: float, compute_s: float, memory_s: float, communication_s: float
) -> PowerProfile:
    """Profile of one rack from the phases of a step [s].

    Notes
    -----
    mean = rest + TDP (c t_c + m t_m + n t_n + idle t_idle) / t with t_idle = t - t_c - t_m - t_n (pipeline bubbles).
    A square wave between peak (compute) and low (communication) with the same mean gives the duty, clipped to [0, 1].
    """
    rest_w = max(0.0, facts.rack_w - facts.accel_w)
    seconds = (np.array([value]) for value in (step_s, compute_s, memory_s, communication_s))
    busy_share = float(_busy_share(facts, Phases(*seconds))[0])
    peak_w = rest_w + facts.accel_w * facts.compute_share
    low_w = rest_w + facts.accel_w * min(facts.communication_share, busy_share)
    mean_w = rest_w + facts.accel_w * busy_share
    swing_w = peak_w - low_w
    return PowerProfile(
        idle_w=rest_w * facts.other_idle_share + facts.accel_w * facts.idle_share,
        low_w=low_w,
        mean_w=mean_w,
        peak_w=peak_w,
        period_ms=step_s * MS,
        duty_share=min(1.0, max(0.0, (mean_w - low_w) / swing_w)) if swing_w > 0.0 else 1.0,
        ramp_w_s=swing_w / facts.ramp_s if facts.ramp_s > 0.0 else 0.0,
    )
