"""What is left of a hall's cooling when a pump, a unit or all of them are lost, and how soon is it too warm?

Pumps and units that are left run at their rated speed. What they do not carry warms the coolant of the loop, or the
facility water, from its supply to the warmest a rack allows; the whole volume is taken as mixed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rackwright.catalog.narrow import figure
from rackwright.catalog.parts import FacilityRules
from rackwright.cooling.plant import Fleet, HallCooling
from rackwright.cooling.ride_through import flow_share_with_pumps, heat_capacity_j_k, seconds_to_limit

__all__ = ["loss_rows"]

LITRES_PER_M3 = 1000.0
W_PER_KW = 1000.0
LOST = ("pump", "unit", "all")

Row = tuple[str, str, str, str, str, int, float | None, float, float | None, float | None]


@dataclass(frozen=True, slots=True)
class _Group:
    """Units that share a duty: name, fleet, flow installed over flow needed, K to the limit, heat capacity [J/K]."""

    name: str
    fleet: Fleet
    flow_ratio: float | None
    rise_k: float | None
    capacity_j_k: float | None


def loss_rows(halls: Iterable[HallCooling], rules: FacilityRules) -> Iterator[Row]:
    """Rows of every group of units: one pump of a CDU, one unit, and every unit lost."""
    pumps = 1 if rules.pumps_per_cdu is None else max(1, round(rules.pumps_per_cdu.value))
    for hall in halls:
        for group in _groups(hall, rules):
            for lost in LOST:
                if lost != "pump" or group.flow_ratio is not None:
                    yield _row(group, lost, pumps)


def _groups(hall: HallCooling, rules: FacilityRules) -> Iterator[_Group]:
    plant, loops = hall.plant, {loop.loop: loop for loop in hall.heat.loops}
    highest_c = min((loop.highest_supply_c for loop in loops.values()), default=None)
    facility_k = None
    if highest_c is not None:
        facility_k = max(0.0, highest_c - figure(plant.cdu.approach_k) - plant.facility_supply_c)
    for fleet in hall.fleets:
        loop = loops.get(fleet.loop)
        if loop is not None:
            rated_lpm = figure(plant.cdu.flow_lpm) * fleet.units if plant.cdu.flow_lpm is not None else None
            ratio = rated_lpm / loop.flow_lpm if rated_lpm is not None and loop.flow_lpm > 0.0 else None
            rise_k = max(0.0, loop.highest_supply_c - loop.supply_c)
            litres = None if rules.loop_l_per_kw is None else rules.loop_l_per_kw.value
            yield _Group(fleet.loop, fleet, ratio, rise_k, _capacity(litres, loop.heat_w, rules))
        elif fleet.loop == "facility":
            litres = None if rules.facility_l_per_kw is None else rules.facility_l_per_kw.value
            name = f"{fleet.hall}-{fleet.role}"
            is_of_air = fleet.role == "chiller" and hall.air.is_chilled
            left_k = None if is_of_air else facility_k
            yield _Group(name, fleet, None, left_k, _capacity(litres, fleet.duty_w, rules))
        else:
            yield _Group(fleet.loop, fleet, None, None, None)


def _capacity(litres_per_kw: float | None, heat_w: float, rules: FacilityRules) -> float | None:
    """Heat capacity [J/K] of the coolant that carries a heat."""
    if litres_per_kw is None:
        return None
    volume_m3 = litres_per_kw * heat_w / W_PER_KW / LITRES_PER_M3
    return heat_capacity_j_k(volume_m3, kg_m3=figure(rules.coolant_kg_m3), j_kg_k=figure(rules.coolant_j_kg_k))


def _row(group: _Group, lost: str, pumps: int) -> Row:
    fleet = group.fleet
    gone = {"pump": 1, "unit": pumps, "all": fleet.units * pumps}[lost]
    flow = None
    if group.flow_ratio is not None:
        left = flow_share_with_pumps(fleet.units * pumps - gone, fleet.units * pumps)
        flow = min(1.0, group.flow_ratio * left)
    units = fleet.units if lost == "pump" else fleet.units - 1 if lost == "unit" else 0
    heat = min(1.0, units * fleet.rated_w / fleet.duty_w, 1.0 if flow is None else flow)
    seconds = None
    if group.capacity_j_k is not None and group.rise_k is not None:
        seconds = seconds_to_limit(fleet.duty_w * (1.0 - heat), group.capacity_j_k, group.rise_k)
    shown = seconds if seconds is not None and math.isfinite(seconds) else None
    where = (fleet.hall, fleet.role, fleet.part, fleet.units)
    return group.name, lost, *where, flow, heat, group.rise_k, shown
