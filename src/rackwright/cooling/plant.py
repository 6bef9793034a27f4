"""How many CDUs, air handlers, coolers and chillers carry a hall's heat, with spares, and what do they draw?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rackwright.catalog.narrow import figure
from rackwright.catalog.parts import Cdu, FacilityRules, HeatRejection
from rackwright.cooling.coolant import coolant_flow_lpm, trim_share
from rackwright.cooling.loops import AirSystem, HallHeat, LiquidLoop
from rackwright.cooling.request import HallPlant

__all__ = ["WET_BULB_ROLES", "AirSide", "Fleet", "HallCooling", "air_side", "choose_fleets", "outdoor_supply_c"]

ROUNDING = 1e-9
"""Dust of floating point that must not turn into one more unit."""
WET_BULB_ROLES = frozenset({"adiabatic", "tower"})


@dataclass(frozen=True, slots=True)
class Fleet:
    """Equal units that share one duty.

    Parameters
    ----------
    hall, loop, role, part
        Where and what; `loop` is `facility` for plant.
    units
        Units installed, spares included.
    rated_w
        Heat one unit can move [W].
    duty_w, electric_w
        Heat of all units together and what that draws [W].
    water_l_per_kwh
        Water per heat [L/kWh].
    """

    hall: str
    loop: str
    role: str
    part: str
    units: int
    rated_w: float
    duty_w: float
    electric_w: float
    water_l_per_kwh: float = 0.0

    @property
    def one_lost_w(self) -> float:
        """Heat the fleet can move with one unit lost [W]."""
        return max(0, self.units - 1) * self.rated_w


@dataclass(frozen=True, slots=True)
class AirSide:
    """How room air is made cold enough.

    Parameters
    ----------
    supply_c
        Air at the rack inlets [C].
    is_chilled
        True where the facility water is too warm, so that chilled water is needed.
    flow_lpm
        Water through the air handlers [L/min].
    """

    supply_c: float
    is_chilled: bool
    flow_lpm: float


@dataclass(frozen=True)
class HallCooling:
    """Everything chosen for one hall."""

    plant: HallPlant
    heat: HallHeat
    air: AirSide
    fleets: tuple[Fleet, ...]

    @property
    def heat_w(self) -> float:
        """Peak heat of the hall, losses of the power chain included [W]."""
        return self.heat.air.heat_w + sum(loop.heat_w for loop in self.heat.loops)


def outdoor_supply_c(plant: HallPlant) -> float:
    """Coldest facility water the heat rejection makes on the design day without a chiller [C]."""
    part = plant.rejection
    if part.role == "chiller":
        return plant.facility_supply_c
    ambient_c = plant.design_wet_bulb_c if part.role in WET_BULB_ROLES else plant.design_dry_bulb_c
    return ambient_c + figure(part.approach_k)


def air_side(plant: HallPlant, heat: HallHeat, rules: FacilityRules) -> AirSide:
    """Air from the facility water where that is cold enough, else from chilled water at the highest air supply."""
    warm_c = plant.facility_supply_c + figure(plant.air.approach_k)
    highest_c = figure(rules.air_supply_c)
    has_chiller = plant.chiller is not None or plant.rejection.role == "chiller"
    is_chilled = warm_c > highest_c and has_chiller
    flow_lpm = 0.0
    if heat.rise_k > 0.0:
        water = {"kg_m3": figure(rules.coolant_kg_m3), "j_kg_k": figure(rules.coolant_j_kg_k)}
        flow_lpm = float(coolant_flow_lpm(np.array([heat.air.heat_w]), np.array([heat.rise_k]), **water)[0])
    return AirSide(highest_c if is_chilled else warm_c, is_chilled, flow_lpm)


def choose_fleets(plant: HallPlant, heat: HallHeat, air: AirSide) -> tuple[Fleet, ...]:
    """CDUs of each loop, air handlers, heat rejection and, where needed, chillers; fleets without duty are left out."""
    cdus = [_cdus(plant, loop) for loop in heat.loops]
    fleets = [*cdus, _air_handlers(plant, heat.air), *_facility(plant, heat, air)]
    return tuple(fleet for fleet in fleets if fleet.duty_w > 0.0)


def _cdus(plant: HallPlant, loop: LiquidLoop) -> Fleet:
    """Units by heat and by flow, whichever asks for more."""
    part = plant.cdu
    busy = loop.heat_w / figure(part.rating_w)
    if part.flow_lpm is not None:
        busy = max(busy, loop.flow_lpm / part.flow_lpm.value)
    return _pumped(plant, part, loop.loop, loop.heat_w, busy)


def _air_handlers(plant: HallPlant, air: AirSystem) -> Fleet:
    return _pumped(plant, plant.air, f"{plant.hall}-air", air.heat_w, air.heat_w / figure(plant.air.rating_w))


def _pumped(plant: HallPlant, part: Cdu, loop: str, duty_w: float, busy: float) -> Fleet:
    """Fleet of `busy` fully loaded units and the spares; pumps and fans draw by how busy they are."""
    role = "air" if part.role == "air" else "cdu"
    units = _units(busy, plant.spare_units)
    electric_w = busy * figure(part.pump_w)
    return Fleet(plant.hall, loop, role, part.id, units, figure(part.rating_w), duty_w, electric_w)


def _facility(plant: HallPlant, heat: HallHeat, air: AirSide) -> Iterator[Fleet]:
    """Heat rejection of the facility water, and the chiller that trims it or chills the room air."""
    liquid_w = sum(loop.heat_w for loop in heat.loops)
    chilled_w = heat.air.heat_w if air.is_chilled else 0.0
    warm_w = liquid_w + heat.air.heat_w - chilled_w
    if plant.rejection.role == "chiller":
        yield _rejecting(plant, plant.rejection, warm_w + chilled_w)
        return
    if plant.chiller is None:
        yield _rejecting(plant, plant.rejection, warm_w)
        return
    trim = trim_share(outdoor_supply_c(plant), plant.facility_supply_c, heat.rise_k)
    yield _rejecting(plant, plant.rejection, warm_w * (1.0 - trim))
    yield _rejecting(plant, plant.chiller, warm_w * trim + chilled_w)


def _rejecting(plant: HallPlant, part: HeatRejection, duty_w: float) -> Fleet:
    rated_w = figure(part.rating_w)
    water = part.water_l_per_kwh.value if part.water_l_per_kwh is not None else 0.0
    units = _units(duty_w / rated_w, plant.spare_units)
    electric_w = duty_w * figure(part.electric_per_heat)
    return Fleet(plant.hall, "facility", part.role, part.id, units, rated_w, duty_w, electric_w, water)


def _units(busy: float, spares: int) -> int:
    """Whole units for a load of `busy` units, and the spares; none without load."""
    return math.ceil(busy - ROUNDING) + spares if busy > 0.0 else 0
