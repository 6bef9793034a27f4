"""How much electricity and water does a plant take hour by hour through a year of weather?

Each hour the dry cooler does what it can: it reaches dry bulb + approach, an adiabatic cooler or tower wet bulb +
approach. What is still above the supply temperature the chiller takes, in series. One hour is one column of arrays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rackwright.catalog.weather import Weather

__all__ = ["PlantYear", "YearPlant", "cool_year", "hours_at_or_below", "hours_of_free_cooling"]

FloatArray = npt.NDArray[np.float64]

J_PER_KWH = 3.6e6


def hours_at_or_below(temperature_c: FloatArray, limit_c: float) -> int:
    """Hours whose temperature is at or below a limit.

    Examples
    --------
    >>> hours_at_or_below(np.array([19.9, 20.0, 20.1]), 20.0)
    2
    """
    return int(np.count_nonzero(temperature_c <= limit_c))


def hours_of_free_cooling(weather: Weather, supply_c: float, *, approach_k: float, is_wet: bool) -> int:
    """Hours in which outdoor air alone holds the supply temperature: dry or wet bulb + approach <= supply."""
    air_c = weather.wet_bulb_c if is_wet else weather.dry_bulb_c
    return hours_at_or_below(air_c, supply_c - approach_k)


@dataclass(frozen=True, slots=True)
class YearPlant:
    """Plant of a hall as the year sees it.

    Parameters
    ----------
    supply_c
        Water temperature to hold.
    rise_k
        Rise of the water over the load.
    approach_k
        Approach of the cooler to dry bulb, or to wet bulb where `is_wet`.
    is_wet
        True for an adiabatic cooler or a tower.
    cooler_per_heat, chiller_per_heat
        Electric W per W of heat of each; pumps and fans beside them are `base_w`.
    litres_per_kwh
        Water of the cooler for each kWh it rejects; a wet cooler runs dry, and drinks nothing, while dry bulb alone
        would do.
    base_w
        Pumps and fans that always run.
    chilled_share
        Part of the heat that a chiller must take whatever the weather: room air that needs colder water.
    """

    supply_c: float
    rise_k: float
    approach_k: float
    is_wet: bool
    cooler_per_heat: float
    chiller_per_heat: float
    litres_per_kwh: float
    base_w: float
    chilled_share: float = 0.0


@dataclass(frozen=True)
class PlantYear:
    """Year of a plant.

    Parameters
    ----------
    electric_w
        Power of each hour, shape (n_hours,).
    chiller_w
        Heat the chiller takes in each hour, shape (n_hours,).
    water_l
        Water of each hour, shape (n_hours,).
    energy_kwh, water_total_l
        Totals.
    free_hours
        Hours without chiller.
    """

    electric_w: FloatArray
    chiller_w: FloatArray
    water_l: FloatArray
    energy_kwh: float
    water_total_l: float
    free_hours: int

    def pue(self, it_w: float, loss_w: float) -> float:
        """Facility over IT energy of the year at constant IT power (ISO/IEC 30134-2, category by point of meter)."""
        return float((it_w + loss_w + np.mean(self.electric_w)) / it_w) if it_w > 0.0 else 0.0

    def wue_l_per_kwh(self, it_w: float) -> float:
        """Water for each kWh of IT energy (ISO/IEC 30134-9)."""
        hours = self.electric_w.size
        return self.water_total_l / (it_w * hours / 1000.0) if it_w > 0.0 and hours else 0.0


def cool_year(weather: Weather, plant: YearPlant, heat_w: float) -> PlantYear:
    """Electricity and water of every hour at constant heat.

    Notes
    -----
    The chiller's share of the heat is (reached - supply) / rise within 0 and 1, as on the design day; a chiller rejects
    through the cooler what it takes and what it draws.
    """
    air_c = weather.wet_bulb_c if plant.is_wet else weather.dry_bulb_c
    missing_k = air_c + plant.approach_k - plant.supply_c
    share = np.clip(missing_k / plant.rise_k, 0.0, 1.0) if plant.rise_k > 0.0 else (missing_k > 0.0).astype(np.float64)
    warm_w = heat_w * (1.0 - plant.chilled_share)
    chiller_w = warm_w * share + heat_w * plant.chilled_share
    cooler_w = heat_w - chiller_w
    electric_w = plant.base_w + cooler_w * plant.cooler_per_heat + chiller_w * plant.chiller_per_heat
    is_drinking = weather.dry_bulb_c + plant.approach_k > plant.supply_c if plant.is_wet else np.zeros(air_c.size, bool)
    water_l = np.where(is_drinking, cooler_w / 1000.0 * plant.litres_per_kwh, 0.0)
    return PlantYear(
        electric_w=electric_w,
        chiller_w=chiller_w,
        water_l=water_l,
        energy_kwh=float(np.sum(electric_w)) / 1000.0,
        water_total_l=float(np.sum(water_l)),
        free_hours=int(np.count_nonzero(chiller_w <= 0.0)),
    )
