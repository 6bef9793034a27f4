"""What would a hall's plant draw and drink through a year of weather? The design of the stage, hour by hour."""

from __future__ import annotations

import numpy as np

from rackwright.catalog.narrow import figure
from rackwright.catalog.weather import Weather
from rackwright.cooling.free_cooling import PlantYear, YearPlant, cool_year
from rackwright.cooling.plant import WET_BULB_ROLES, HallCooling

__all__ = ["free_water_hours", "hall_year", "year_plant"]

ROUNDING = 1e-9


def year_plant(hall: HallCooling) -> YearPlant:
    """Plant of a hall in the form the year asks for.

    A hall whose heat rejection is a chiller has no free hours: all of its heat is chilled. Without a chiller nothing
    trims, and hours that are too warm count as if the cooler did it all; the stage's checks name them.
    """
    plant, rejection = hall.plant, hall.plant.rejection
    base_w = sum(fleet.electric_w for fleet in hall.fleets if fleet.loop != "facility")
    is_chiller = rejection.role == "chiller"
    chiller = rejection if is_chiller else plant.chiller
    cooler_per_heat = figure(rejection.electric_per_heat)
    air_share = hall.heat.air.heat_w / hall.heat_w if hall.heat_w > 0.0 else 0.0
    litres = rejection.water_l_per_kwh.value if rejection.water_l_per_kwh is not None else 0.0
    return YearPlant(
        supply_c=plant.facility_supply_c,
        rise_k=hall.heat.rise_k,
        approach_k=figure(rejection.approach_k),
        is_wet=rejection.role in WET_BULB_ROLES,
        cooler_per_heat=cooler_per_heat,
        chiller_per_heat=figure(chiller.electric_per_heat) if chiller is not None else cooler_per_heat,
        litres_per_kwh=litres,
        base_w=base_w,
        chilled_share=1.0 if is_chiller else (air_share if hall.air.is_chilled else 0.0),
    )


def hall_year(hall: HallCooling, weather: Weather) -> PlantYear:
    """Electricity and water of a hall's cooling in every hour, at its peak heat."""
    return cool_year(weather, year_plant(hall), hall.heat_w)


def free_water_hours(hall: HallCooling, year: PlantYear) -> int:
    """Hours in which outdoor air alone holds the facility water, whatever colder water the room air needs."""
    plant = year_plant(hall)
    if plant.chilled_share >= 1.0:
        return 0
    chilled_w = hall.heat_w * plant.chilled_share
    return int(np.count_nonzero(year.chiller_w <= chilled_w * (1.0 + ROUNDING)))
