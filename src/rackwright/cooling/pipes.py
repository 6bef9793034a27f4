"""How much pressure does a pipe with its fittings take, and how much power its pump?

Darcy-Weisbach with the friction factor of Colebrook; fittings by the resistance coefficient K of Crane TP-410, on the
velocity in the pipe named. SI units: m, m3/s, kg/m3, Pa s, Pa, W.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = [
    "GRAVITY_M_S2",
    "Fitting",
    "Run",
    "contraction_k",
    "friction_factor",
    "gravity_flow_m3_s",
    "head_m",
    "lift_check_k",
    "loss_pa",
    "manifold_shares",
    "pump_at_speed",
    "pump_power_w",
    "reynolds",
    "run_k",
    "turbulent_friction",
]

GRAVITY_M_S2 = 9.80665
"""Standard acceleration of gravity (CGPM 1901), exact."""
LAMINAR_RE = 2040.0
"""Reynolds number up to which pipe flow is laminar (Avila et al. 2011)."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """Fittings of one kind in a run.

    Parameters
    ----------
    count
        Pieces.
    k
        Resistance coefficient of one, on the run's velocity.
    friction_lengths
        Equivalent length L/D of one: K = (L/D) f_T (Crane TP-410, appendix A: 30 for a standard 90-degree elbow, 8 for
        a gate valve, 60 for a 90-degree mitre bend); in place of `k`.
    """

    count: int
    k: float = 0.0
    friction_lengths: float = 0.0


@dataclass(frozen=True, slots=True)
class Run:
    """A pipe of one bore with its fittings: bore, length and roughness in m."""

    bore_m: float
    length_m: float
    roughness_m: float
    fittings: tuple[Fitting, ...] = ()

    @property
    def area_m2(self) -> float:
        """Free area."""
        return math.pi * self.bore_m**2 / 4.0


def reynolds(flow_m3_s: float, bore_m: float, *, kg_m3: float, pa_s: float) -> float:
    """Reynolds number of a flow in a round pipe: 4 rho V / (pi D mu).

    Examples
    --------
    >>> round(reynolds(200 / 60_000, 0.0525, kg_m3=995.65, pa_s=0.7972e-3), -2)
    101000.0
    """
    return 4.0 * kg_m3 * flow_m3_s / (math.pi * bore_m * pa_s)


def friction_factor(reynolds_number: float, relative_roughness: float) -> float:
    """Darcy friction factor: 64/Re while laminar, else Colebrook (1939), solved by fixed-point steps.

    Notes
    -----
    1/sqrt(f) = -2 log10(eps/(3.7 D) + 2.51/(Re sqrt(f))). The step contracts by about ten a time.

    Examples
    --------
    >>> round(friction_factor(100_600.0, 0.0), 4), friction_factor(1000.0, 0.0)
    (0.018, 0.064)
    """
    if reynolds_number <= 0.0:
        return 0.0
    if reynolds_number <= LAMINAR_RE:
        return 64.0 / reynolds_number
    inverse_root = 8.0
    for _ in range(30):
        inside = relative_roughness / 3.7 + 2.51 * inverse_root / reynolds_number
        inverse_root = -2.0 * math.log10(inside)
    return 1.0 / inverse_root**2


def turbulent_friction(relative_roughness: float) -> float:
    """Friction factor f_T of a pipe in complete turbulence, on which Crane's fittings rest (von Karman).

    Examples
    --------
    >>> round(turbulent_friction(0.0018 / 3.068), 4)
    0.0173
    """
    return 0.25 / math.log10(relative_roughness / 3.7) ** 2


def contraction_k(diameter_ratio: float) -> float:
    """K of a sudden contraction on the smaller pipe's velocity: 0.5 (1 - beta^2) (Crane TP-410, A-26, theta 180)."""
    return 0.5 * (1.0 - diameter_ratio**2)


def lift_check_k(diameter_ratio: float, friction: float) -> float:
    """K of a globe lift check valve with reduced seat on the pipe's velocity (Crane TP-410, A-28, formula 7).

    K2 = (600 f_T + beta (0.5 (1 - beta^2) + (1 - beta^2)^2)) / beta^4.
    """
    lost = 1.0 - diameter_ratio**2
    return (600.0 * friction + diameter_ratio * (0.5 * lost + lost**2)) / diameter_ratio**4


def run_k(run: Run, flow_m3_s: float, *, kg_m3: float, pa_s: float) -> float:
    """Resistance of a run on its own velocity: friction and fittings."""
    relative = run.roughness_m / run.bore_m
    friction = friction_factor(reynolds(flow_m3_s, run.bore_m, kg_m3=kg_m3, pa_s=pa_s), relative)
    turbulent = turbulent_friction(relative) if relative > 0.0 else friction
    fittings = sum(one.count * (one.k + one.friction_lengths * turbulent) for one in run.fittings)
    return friction * run.length_m / run.bore_m + fittings


def loss_pa(runs: Iterable[Run], flow_m3_s: float, *, kg_m3: float, pa_s: float) -> float:
    """Pressure [Pa] lost over runs in series: sum of K rho v^2 / 2."""
    lost = 0.0
    for run in runs:
        speed = flow_m3_s / run.area_m2
        lost += run_k(run, flow_m3_s, kg_m3=kg_m3, pa_s=pa_s) * kg_m3 * speed**2 / 2.0
    return lost


def head_m(pressure_pa: float, kg_m3: float) -> float:
    """Head [m] of a pressure: p / (rho g)."""
    return pressure_pa / (kg_m3 * GRAVITY_M_S2)


def pump_power_w(flow_m3_s: float, pressure_pa: float, *, efficiency_share: float) -> float:
    """Power [W] of a pump: V dp / eta.

    Examples
    --------
    >>> round(pump_power_w(0.01, 200e3, efficiency_share=0.7))
    2857
    """
    return flow_m3_s * pressure_pa / efficiency_share


def pump_at_speed(flow_m3_s: float, pressure_pa: float, power_w: float, *, speed_ratio: float) -> tuple[float, ...]:
    """Flow, pressure and power of a pump at another speed: n, n^2, n^3 (affinity laws, Crane TP-410 ch. 5).

    Examples
    --------
    >>> pump_at_speed(0.02, 100e3, 4e3, speed_ratio=0.5)
    (0.01, 25000.0, 500.0)
    """
    return flow_m3_s * speed_ratio, pressure_pa * speed_ratio**2, power_w * speed_ratio**3


def gravity_flow_m3_s(runs: tuple[Run, ...], fall_m: float, *, kg_m3: float, pa_s: float) -> float:
    """Flow [m3/s] that a fall of height drives through runs in series, by bisection on the pressure lost."""
    driving_pa = kg_m3 * GRAVITY_M_S2 * fall_m
    low, high = 0.0, min(run.area_m2 for run in runs) * math.sqrt(2.0 * GRAVITY_M_S2 * fall_m) * 10.0
    for _ in range(60):
        middle = (low + high) / 2.0
        if loss_pa(runs, middle, kg_m3=kg_m3, pa_s=pa_s) < driving_pa:
            low = middle
        else:
            high = middle
    return (low + high) / 2.0


def manifold_shares(branch_pa: float, header_pa: float, branches: int) -> tuple[float, ...]:
    """Flow of each branch of a manifold over the mean, where supply and return enter at the same end.

    Parameters
    ----------
    branch_pa
        Pressure a branch takes at mean flow.
    header_pa
        Pressure supply and return header lose together from first to last branch at full flow.
    branches
        Branches.

    Notes
    -----
    Header loss up to branch k goes with the square of the flow still inside; branch flow with the square root of the
    pressure left. One pass from equal flows: good to a few percent while the header loses less than a branch.

    Examples
    --------
    >>> [round(x, 3) for x in manifold_shares(50e3, 0.0, 3)]
    [1.0, 1.0, 1.0]
    """
    left, flows = branch_pa + header_pa, []
    for branch in range(branches):
        inside = (branches - branch) / branches
        flows.append(math.sqrt(max(0.0, left)))
        left -= header_pa * 3.0 * inside**2 / branches
    mean = math.fsum(flows) / branches
    return tuple(flow / mean for flow in flows)
