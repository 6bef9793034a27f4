"""Which loops, units and plant carry each hall's heat, and what do they draw and drink?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import polars as pl

from rackwright.catalog.narrow import figure
from rackwright.catalog.parts import FacilityRules
from rackwright.cooling.climate import year_of
from rackwright.cooling.findings import MADE_YEAR, check_halls, check_years
from rackwright.cooling.hydraulics import hydraulic_rows, loop_flows, manifold_checks, manifold_rows
from rackwright.cooling.loops import hall_heat, rack_heat
from rackwright.cooling.losses import loss_rows
from rackwright.cooling.plant import Fleet, HallCooling, air_side, choose_fleets
from rackwright.cooling.reliefs import relief_rows
from rackwright.cooling.request import CoolingRequest
from rackwright.cooling.storage import tank_bank, tank_checks, tank_reliefs, tank_rows, tank_unit_rows
from rackwright.cooling.year import hall_year
from rackwright.tables.checks import Checks
from rackwright.tables.cooling import (
    Cooling,
    CoolingReliefs,
    CoolingUnits,
    Hydraulics,
    Loops,
    LossesOfCooling,
    Manifolds,
    Responses,
    Tanks,
    Years,
)

__all__ = ["OMISSIONS", "cool_halls", "design_cooling"]

HOURS_PER_DAY = 24.0
UnitRow = tuple[str, str, str, str, str, float, float, float]
YearRow = tuple[str, str, int, int, float, float, float, float, int, int]
W_PER_KW = 1000.0

OMISSIONS = (
    "Cooling: pumps draw by the units' rating; pipes are not laid out, pressure and balance are of usual lengths.",
    "Cooling: units are sized for the design day; a year without a weather file is made from design conditions.",
    "Cooling: coolant properties are those at 40 C; no altitude; dew point of room air is its highest.",
    "Cooling: part-load efficiency of chillers and fans is not modelled; draw is proportional to heat.",
    "Cooling: air handlers and outdoor plant are not placed; only CDUs are held against reserved positions.",
)


def design_cooling(request: CoolingRequest) -> Cooling:
    """Group racks into loops, choose units with spares, and state each hall's electric response.

    Notes
    -----
    Water and air temperatures that cannot be held, positions and flow that are missing are checks, never errors.
    """
    halls = cool_halls(request)
    years = Years.from_rows([row for hall in halls for row in _year_row(hall, request)])
    checks = check_halls(halls, request.reserved, request.rules)
    extremes = check_years(halls, years)
    flows = list(loop_flows(halls, request))
    balance = Checks.from_rows(list(manifold_checks(flows, request.rules)))
    held = Checks.of(pl.concat([checks.frame, balance.frame, extremes.frame]))
    banks = [bank for hall in halls if (bank := tank_bank(hall, request.rules)) is not None]
    tanks = Checks.from_rows(list(tank_checks(banks)))
    reliefs = [*relief_rows(halls, request, held), *tank_reliefs(banks, tanks)]
    return Cooling(
        loops=_loops(halls, request.rules),
        units=CoolingUnits.from_rows([*_unit_rows(halls), *tank_unit_rows(banks)]),
        responses=_responses(halls),
        checks=Checks.of(pl.concat([held.frame, tanks.frame])),
        omissions=OMISSIONS,
        years=years,
        hydraulics=Hydraulics.from_rows(list(hydraulic_rows(flows, request))),
        manifolds=Manifolds.from_rows(list(manifold_rows(flows))),
        losses=LossesOfCooling.from_rows(list(loss_rows(halls, request.rules))),
        reliefs=CoolingReliefs.from_rows(reliefs),
        tanks=Tanks.from_rows(list(tank_rows(banks))),
    )


def cool_halls(request: CoolingRequest) -> list[HallCooling]:
    """Heat, air side and plant of every hall, in order of the program; `year.hall_year` takes one through a year."""
    heat = rack_heat(request.racks, request.needs, request.rules)
    halls = []
    for plant in request.halls:
        own = hall_heat(heat, plant, request.rules)
        air = air_side(plant, own, request.rules)
        halls.append(HallCooling(plant, own, air, choose_fleets(plant, own, air)))
    return halls


def _loops(halls: Iterable[HallCooling], rules: FacilityRules) -> Loops:
    rows = []
    for hall in halls:
        name, air = hall.plant.hall, hall.heat.air
        rows += [
            (loop.loop, name, "liquid", loop.racks, loop.heat_w, loop.flow_lpm, loop.supply_c, loop.return_c)
            for loop in hall.heat.loops
        ]
        if air.heat_w > 0.0:
            return_c = hall.air.supply_c + figure(rules.air_rise_k)
            loop = f"{name}-air"
            rows.append((loop, name, "air", air.racks, air.heat_w, hall.air.flow_lpm, hall.air.supply_c, return_c))
    return Loops.from_rows(rows)


def _unit_rows(halls: Iterable[HallCooling]) -> Iterator[UnitRow]:
    return (row for hall in halls for fleet in hall.fleets for row in _fleet_rows(fleet))


def _fleet_rows(fleet: Fleet) -> Iterator[UnitRow]:
    """One row per unit; every unit runs and takes an equal part of the duty."""
    owner = fleet.hall if fleet.loop in {"facility", f"{fleet.hall}-air"} else fleet.loop
    width = max(2, len(str(fleet.units)))
    duty_w, electric_w = fleet.duty_w / fleet.units, fleet.electric_w / fleet.units
    for number in range(1, fleet.units + 1):
        unit = f"{owner}-{fleet.role}-{number:0{width}d}"
        yield unit, fleet.hall, fleet.loop, fleet.part, fleet.role, fleet.rated_w, duty_w, electric_w


def _responses(halls: Iterable[HallCooling]) -> Responses:
    return Responses.from_rows([_response(hall) for hall in halls])


def _year_row(hall: HallCooling, request: CoolingRequest) -> Iterator[YearRow]:
    """A hall with heat through the year of its site."""
    found = year_of(hall.plant, request)
    if found is None or hall.heat_w <= 0.0:
        return
    air, is_filed = found
    year, hours = hall_year(hall, air, request.rules), air.dry_bulb_c.size
    mean_w, worst_w = float(np.mean(year.electric_w)), float(np.max(year.electric_w))
    name = hall.plant.weather if is_filed else MADE_YEAR
    totals = (year.energy_kwh, year.water_total_l, year.free_water_hours, year.free_air_hours)
    yield hall.plant.hall, name, air.filled, hours, mean_w, worst_w, *totals


def _response(hall: HallCooling) -> tuple[str, float, float, float]:
    """Pumps and fans as base, heat rejection as slope over the hall's heat, water at mean load."""
    base_w = sum(fleet.electric_w for fleet in hall.fleets if fleet.loop != "facility")
    plant = [fleet for fleet in hall.fleets if fleet.loop == "facility"]
    plant_w = sum(fleet.electric_w for fleet in plant)
    slope = plant_w / hall.heat_w if hall.heat_w > 0.0 else 0.0
    litres = sum(fleet.duty_w / W_PER_KW * HOURS_PER_DAY * fleet.water_l_per_kwh for fleet in plant)
    return hall.plant.hall, base_w, slope, litres * hall.heat.mean_share
