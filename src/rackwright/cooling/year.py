"""What would a hall's plant draw and drink through a year of weather? The design of the stage, hour by hour."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.catalog.narrow import figure
from rackwright.catalog.parts import FacilityRules, HeatRejection
from rackwright.catalog.weather import Weather
from rackwright.cooling.free_cooling import Chilled, FreeWay, PlantYear, YearPlant, cool_year
from rackwright.cooling.plant import WET_BULB_ROLES, HallCooling
from rackwright.cooling.storage import tank_bank

__all__ = ["hall_year", "year_plant"]


def year_plant(hall: HallCooling, rules: FacilityRules) -> YearPlant:
    """Plant of a hall in the form the year asks for.

    A hall whose heat rejection is a chiller has no free hours but those of the chiller's own free-cooling coil: all of
    its heat is chilled. Without a chiller nothing trims, and hours that are too warm count as if the cooler did it all;
    the stage's checks name them.
    """
    plant, rejection = hall.plant, hall.plant.rejection
    base_w = sum(fleet.electric_w for fleet in hall.fleets if fleet.loop != "facility")
    is_chiller = rejection.role == "chiller"
    chiller = rejection if is_chiller else plant.chiller
    cooler_per_heat = figure(rejection.electric_per_heat)
    return YearPlant(
        supply_c=plant.facility_supply_c,
        rise_k=hall.heat.rise_k,
        approach_k=figure(rejection.approach_k),
        is_wet=rejection.role in WET_BULB_ROLES,
        runs_dry=rejection.role != "tower",
        cooler_per_heat=cooler_per_heat,
        chiller_per_heat=figure(chiller.electric_per_heat) if chiller is not None else cooler_per_heat,
        litres_per_kwh=_litres(rejection),
        base_w=base_w,
        chilled=tuple(_chilled(hall, chiller, rules)) if chiller is not None else (),
        chiller_litres_per_kwh=_litres(chiller),
    )


def _chilled(hall: HallCooling, chiller: HeatRejection, rules: FacilityRules) -> Iterator[Chilled]:
    """Room air where it needs colder water than the facility's, and the rest where a chiller rejects it."""
    is_chiller = hall.plant.rejection.role == "chiller"
    air_share = hall.heat.air.heat_w / hall.heat_w if hall.heat_w > 0.0 else 0.0
    if is_chiller:
        water_c = hall.plant.facility_supply_c
        yield Chilled(1.0 - air_share, False, tuple(_coil(hall, chiller, water_c)))
        yield Chilled(air_share, True, (*_coil(hall, chiller, water_c), *_outdoor(hall, rules)))
    elif hall.air.is_chilled:
        water_c = hall.air.supply_c - figure(hall.plant.air.approach_k)
        yield Chilled(air_share, True, (*_coil(hall, chiller, water_c), *_outdoor(hall, rules)))


def _coil(hall: HallCooling, chiller: HeatRejection, supply_c: float) -> Iterator[FreeWay]:
    """The free-cooling coil of a chiller, where it has one: it takes heat from the return water first."""
    if chiller.free_approach_k is not None:
        per_heat = chiller.free_electric_per_heat.value if chiller.free_electric_per_heat is not None else 0.0
        rise_k = hall.heat.rise_k
        warmest_c = supply_c + rise_k - chiller.free_approach_k.value
        yield FreeWay(warmest_c, rise_k, per_heat, is_wet=_litres(chiller) > 0.0)


def _litres(part: HeatRejection | None) -> float:
    """Water for each kWh of heat; a chiller that drinks has a tower."""
    return part.water_l_per_kwh.value if part is not None and part.water_l_per_kwh is not None else 0.0


def _outdoor(hall: HallCooling, rules: FacilityRules) -> Iterator[FreeWay]:
    """Outdoor air let into the room by its handlers, mixed with return air, while it is dry enough."""
    handler = hall.plant.air
    if handler.outdoor_rise_k is not None and rules.room_dew_c is not None:
        per_heat = handler.outdoor_electric_per_heat.value if handler.outdoor_electric_per_heat is not None else 0.0
        rise_k = figure(rules.air_rise_k)
        warmest_c = hall.air.supply_c + rise_k - handler.outdoor_rise_k.value
        yield FreeWay(warmest_c, rise_k, per_heat, figure(rules.room_dew_c))


def hall_year(hall: HallCooling, weather: Weather, rules: FacilityRules) -> PlantYear:
    """Electricity and water of a hall's cooling in every hour, at its peak heat and the standing loss of tanks."""
    bank = tank_bank(hall, rules)
    standing_w = bank.loss_w if bank is not None else 0.0
    return cool_year(weather, year_plant(hall, rules), hall.heat_w + standing_w)
