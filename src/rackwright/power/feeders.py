"""Which conductors feed boards, UPS and busways, in how many parallel sets, and what do they lose?

A feeder is sized by the equipment at its end, so that it is there before any load is known: a busway's by its rating
(its breaker is of that rating), those of UPS and unit substations by their current at the continuous limit, a
generator's by its rated current. Ampacity: NEC 310.15, IEC 60364-5-52, 523; for the engineer of record to confirm.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rackwright.catalog.installation import Conductor
from rackwright.catalog.narrow import figure
from rackwright.power.conductors import ambient_factor, column_a, drop_by_resistance_v
from rackwright.power.electrics import SQRT3, full_load_a, three_phase_w

if TYPE_CHECKING:
    from rackwright.power.request import LvPlan, SiteChain

__all__ = ["FEEDER_KINDS", "Feeder", "design_feeders"]

FEEDER_KINDS = ("unit-feeder", "generator-feeder", "ups-feeder", "busway-feeder")
"""Kinds of feeder from unit substation to board, generator to board, board to UPS, and UPS or board to busway."""
METRES_PER_KM = 1000.0
MOST_SETS = 40
"""Parallel sets tried; a feeder that needs more is left to the checks."""


@dataclass(frozen=True, slots=True)
class Feeder:
    """All feeders of a kind at a site are alike but for their length.

    Parameters
    ----------
    kind
        One of `FEEDER_KINDS`.
    conductor, parallel
        Conductor, and sets in parallel.
    design_a
        Current the conductors are chosen for, continuous-load factor included.
    ampacity_a
        Of all sets, after ambient and grouping.
    length_m
        Longest of its kind.
    voltage_v, power_factor
        Low voltage, and the planning power factor.
    """

    kind: str
    conductor: Conductor
    parallel: int
    design_a: float
    ampacity_a: float
    length_m: float
    voltage_v: float
    power_factor: float

    @property
    def rating_w(self) -> float:
        """Power at its ampacity."""
        return three_phase_w(self.voltage_v, self.ampacity_a, self.power_factor)

    def loss_share(self, current_a: float) -> float:
        """Power lost over power in along the longest one: 3 I^2 R / (sqrt(3) U I cos(phi))."""
        ohm = figure(self.conductor.resistance_ohm) / METRES_PER_KM * self.length_m / self.parallel
        return SQRT3 * current_a * ohm / (self.voltage_v * self.power_factor)

    def drop_share(self, current_a: float, length_m: float) -> float:
        """Voltage drop over nominal voltage."""
        return _drop_share(self.conductor, self.parallel, current_a, self, length_m)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A feeder to be sized: kind, current at the continuous limit, current to design for, length and ambient."""

    kind: str
    design_a: float
    length_m: float
    ambient_c: float
    voltage_v: float
    power_factor: float


def design_feeders(order: SiteChain, power_factor: float) -> tuple[Feeder, ...]:
    """Feeders of a site, one for each kind its chain has; none without a plan for low voltage.

    Notes
    -----
    Design current: continuous ratio x loading share x rated current, at least the rated current (NEC 215.2, 240.4); a
    generator's rated current x its ratio (NEC 445.13). Ampacity: table x sqrt((Tc - Ta) / (Tc - T0)) x grouping x sets.
    """
    if order.lv is None:
        return ()
    return tuple(_size(order.lv, asked) for asked in _asked(order, order.lv, power_factor))


def _asked(order: SiteChain, plan: LvPlan, power_factor: float) -> list[_Asked]:
    parts, low_v = order.parts, figure(order.parts.unit_substation.secondary_v)
    over = max(1.0, plan.continuous_ratio * order.loading_share)
    unit_a = over * full_load_a(figure(parts.unit_substation.rating_va), low_v)
    rows = [("unit-feeder", unit_a, plan.transformer_m, plan.outdoor_c)]
    if parts.generator is not None:
        rated_a = full_load_a(figure(parts.generator.rating_w) / power_factor, low_v)
        rows.append(("generator-feeder", plan.generator_ratio * rated_a, plan.generator_m, plan.outdoor_c))
    if parts.ups is not None:
        drawn_va = figure(parts.ups.rating_w) / figure(parts.ups.efficiency_share) / power_factor
        rows.append(("ups-feeder", over * full_load_a(drawn_va, low_v), plan.ups_m, plan.room_c))
    rows.append(("busway-feeder", figure(parts.busway.rating_a), plan.busway_m + plan.farthest_row_m, plan.room_c))
    return [_Asked(*row, low_v, power_factor) for row in rows]


def _size(plan: LvPlan, asked: _Asked) -> Feeder:
    """Fewest sets, then the smallest conductor, that carry the current and keep the drop."""
    table = sorted(plan.conductors, key=lambda each: (figure(each.area_m2), each.id))
    for parallel in range(1, MOST_SETS + 1):
        for conductor in table:
            drop = _drop_share(conductor, parallel, asked.design_a, asked, asked.length_m)
            if _ampacity_a(plan, asked, conductor) * parallel >= asked.design_a and drop <= plan.drop_share:
                return _feeder(plan, asked, conductor, parallel)
    carried_a = _ampacity_a(plan, asked, table[-1])
    sets = math.ceil(asked.design_a / carried_a) if carried_a > 0.0 else 1
    return _feeder(plan, asked, table[-1], max(1, min(sets, MOST_SETS)))


def _feeder(plan: LvPlan, asked: _Asked, conductor: Conductor, parallel: int) -> Feeder:
    return Feeder(
        kind=asked.kind,
        conductor=conductor,
        parallel=parallel,
        design_a=asked.design_a,
        ampacity_a=_ampacity_a(plan, asked, conductor) * parallel,
        length_m=asked.length_m,
        voltage_v=asked.voltage_v,
        power_factor=asked.power_factor,
    )


def _ampacity_a(plan: LvPlan, asked: _Asked, conductor: Conductor) -> float:
    """Ampacity of one set where it lies."""
    column_c, table_c = figure(conductor.column_c), figure(conductor.ambient_c)
    warm = ambient_factor(asked.ambient_c, rating_c=column_c, table_c=table_c)
    return (column_a(conductor, column_c) or 0.0) * warm * plan.grouping_share


def _drop_share(conductor: Conductor, parallel: int, current_a: float, at: Feeder | _Asked, length_m: float) -> float:
    lost_v = drop_by_resistance_v(
        current_a / parallel,
        length_m,
        r_ohm_per_m=figure(conductor.resistance_ohm) / METRES_PER_KM,
        x_ohm_per_m=figure(conductor.reactance_ohm) / METRES_PER_KM,
        power_factor=at.power_factor,
    )
    return lost_v / at.voltage_v
