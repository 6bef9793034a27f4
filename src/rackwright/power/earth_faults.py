"""Which current does an earth fault on the medium-voltage system draw, and does the relay of its ring see it?

Each power transformer has a star winding at medium voltage, whose neutral is earthed solidly, by a resistance or by a
reactance, or not at all; a delta on its other side keeps the grid out of the zero sequence. The cables behind it count
with their capacitance. Arcs, touch voltages and the neutral's own heating are for the engineer of record.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rackwright.catalog.installation import ElectricRules
from rackwright.catalog.narrow import figure
from rackwright.power.board_faults import BoardFaults, board_faults
from rackwright.power.finding import Finding
from rackwright.power.iec60909 import (
    earth_fault_factor,
    line_to_ground_a,
    neutral_ohm,
    short_circuit_va,
    voltage_factor_max,
    voltage_factor_min,
    zero_sequence_ohm,
)
from rackwright.power.mv_rings import MvRings
from rackwright.power.mv_system import M_PER_KM
from rackwright.power.request import Earthing, MvPlan, SiteChain
from rackwright.power.site import SitePower

__all__ = ["EarthFault", "earth_faults", "earth_findings", "earth_rows"]

Row = tuple[str, str, str, float, float, float, float, float, float, float]
SQRT3 = math.sqrt(3.0)


@dataclass(frozen=True, slots=True)
class EarthFault:
    """Earth faults behind one power transformer.

    Parameters
    ----------
    transformer, earthing
        Power transformer, and how its neutral is earthed.
    power_va
        Three-phase short-circuit power at the board.
    highest_a
        Earth fault at the board, c max [A].
    lowest_a
        Earth fault at the end of the longest ring opened at its other end, c min, as its relay sees it: less what the
        ring's own cables feed back, taken off as if in phase [A].
    capacitive_a
        Current of all cables to earth with the neutral isolated [A].
    own_a
        That of the longest ring: what its relay sees when the fault is elsewhere [A].
    pickup_a
        First setting of the ring's earth-fault relay [A].
    factor
        Highest voltage of a sound phase to earth over that before the fault.
    """

    transformer: str
    earthing: Earthing
    power_va: float
    highest_a: float
    lowest_a: float
    capacitive_a: float
    own_a: float
    pickup_a: float
    factor: float


def earth_faults(power: SitePower, rules: ElectricRules) -> tuple[EarthFault, ...]:
    """Earth faults behind each power transformer that feeds rings; none where no cables or no figures are known."""
    plan, rings = power.order.mv, power.rings
    if plan is None or rings is None or plan.earth_current_a is None or rules.mv_zero_ratio is None:
        return ()
    faults = board_faults(power.order)
    feeding = power.chain.upstream[rings.board]
    return tuple(
        _behind((power.chain.names[unit], power.order), np.flatnonzero(feeding == unit), (faults, rings, plan), rules)
        for unit in np.unique(feeding).tolist()
    )


def _behind(
    at: tuple[str, SiteChain], own: np.ndarray, system: tuple[BoardFaults, MvRings, MvPlan], rules: ElectricRules
) -> EarthFault:
    """The rings `own` behind one transformer."""
    (name, order), (faults, rings, plan) = at, system
    frequency_hz = order.frequency_hz
    medium_v, current_a = faults.medium_v, plan.earth_current_a or 0.0
    length_m = np.bincount(rings.ring, weights=rings.length_m)[own]
    per_m = figure(rings.cable.capacitance_f) / M_PER_KM * rings.parallel if rings.cable.capacitance_f else 0.0
    total_a, own_a = (
        SQRT3 * 2.0 * math.pi * frequency_hz * per_m * metres * medium_v
        for metres in (float(length_m.sum()), float(length_m.max()))
    )
    positive, winding = complex(0.0, faults.medium_ohm), complex(0.0, faults.transformer_ohm)
    neutral = _neutral(plan.earthing, medium_v, current_a)
    zero = zero_sequence_ohm(winding, neutral, capacitance_f=per_m * float(length_m.sum()), frequency_hz=frequency_hz)
    cable = complex(figure(rings.cable.resistance_ohm), figure(rings.cable.reactance_ohm)) / rings.parallel
    far = cable * float(length_m.max()) / M_PER_KM
    far_zero = zero + far * figure(rules.mv_zero_ratio)
    lowest_a = _fault_a(medium_v, positive + far, far_zero, voltage_factor_min(medium_v))
    pickup_a = max(
        figure(rules.earth_pickup_least_a),
        figure(rules.earth_margin_ratio) * own_a,
        figure(rules.earth_pickup_share) * current_a if plan.earthing in {"resistance", "reactance"} else 0.0,
    )
    return EarthFault(
        transformer=name,
        earthing=plan.earthing,
        power_va=short_circuit_va(medium_v, faults.medium_a),
        highest_a=_fault_a(medium_v, positive, zero, voltage_factor_max(medium_v)),
        lowest_a=max(0.0, lowest_a - own_a),
        capacitive_a=total_a,
        own_a=own_a,
        pickup_a=pickup_a,
        factor=earth_fault_factor(positive, zero),
    )


def _neutral(earthing: Earthing, medium_v: float, current_a: float) -> complex | None:
    if earthing == "isolated":
        return None
    return 0j if earthing == "solid" else neutral_ohm(medium_v, current_a, is_reactance=earthing == "reactance")


def _fault_a(medium_v: float, positive: complex, zero: complex, voltage_factor: float) -> float:
    if math.isinf(abs(zero)):
        return 0.0
    return line_to_ground_a(medium_v, positive, zero, voltage_factor=voltage_factor)


def earth_rows(power: SitePower, rules: ElectricRules) -> Iterator[Row]:
    """Rows of the table of earth faults."""
    for fault in earth_faults(power, rules):
        where = (power.order.site, fault.transformer, fault.earthing, fault.power_va)
        seen = (fault.highest_a, fault.lowest_a, fault.capacitive_a, fault.own_a, fault.pickup_a, fault.factor)
        yield *where, *seen


def earth_findings(power: SitePower, rules: ElectricRules) -> Iterator[Finding]:
    """The board interrupts an earth fault; a ring's relay sees one at its end, and none that is elsewhere."""
    board = power.order.parts.mv_switchgear
    for fault in earth_faults(power, rules):
        place, margin = f"{fault.transformer} {fault.earthing}", figure(rules.earth_margin_ratio)
        limit_a, source = figure(board.interrupting_a), f"fact:{board.id}.interrupting_a"
        needed = f"{fault.highest_a / 1e3:.1f} kA"
        relief = f"mv_earthing: resistance, mv_earth_current of at most {limit_a:,.0f} A, or a board of {needed}"
        yield Finding("power-mv-earth-fault", place, fault.highest_a, limit_a, "A", source, relief)
        source = f"lowest earth fault at the end of a ring, own cables aside; fact:{rules.id}.earth_margin_ratio"
        most_a = fault.lowest_a / margin
        relief = f"a core-balance transformer with a pickup of at most {most_a:,.1f} A ({fault.pickup_a:,.1f} A now)"
        relief += ", directional relays, or a neutral of less impedance"
        yield Finding("power-mv-earth-pickup", place, fault.pickup_a * margin, fault.lowest_a, "A", source, relief)
