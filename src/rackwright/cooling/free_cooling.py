"""How much electricity and water does a plant take hour by hour through a year of weather?

Each hour the dry cooler does what it can: it reaches dry bulb + approach, an adiabatic cooler or tower wet bulb +
approach. What is still above the supply temperature the chiller takes, in series. One hour is one column of arrays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rackwright.catalog.weather import Weather
from rackwright.cooling.psychrometrics import humidity_ratio, humidity_ratio_of_wet_bulb, saturation_pa

__all__ = [
    "Chilled",
    "FreeWay",
    "PlantYear",
    "YearPlant",
    "cool_year",
    "hours_at_or_below",
    "hours_of_free_cooling",
]

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
class FreeWay:
    """A way to take chilled heat without a compressor while it is cold outdoors.

    Parameters
    ----------
    warmest_c
        Outdoor temperature from which on it takes nothing: the return temperature less the approach of a coil, or less
        the rise of outdoor air in the handler.
    span_k
        How much colder it must be to take all: the rise of the water or the air.
    electric_per_heat
        Electric W per W of heat it takes.
    highest_dew_c
        Dew point above which outdoor air is not let in; None for a coil.
    is_wet
        True where the wet bulb counts: water from a tower.
    """

    warmest_c: float
    span_k: float
    electric_per_heat: float
    highest_dew_c: float | None = None
    is_wet: bool = False

    def share(self, weather: Weather) -> FloatArray:
        """Part of the heat taken without compressor in each hour, shape (n_hours,)."""
        cold_k = self.warmest_c - (weather.wet_bulb_c if self.is_wet else weather.dry_bulb_c)
        taken = np.clip(cold_k / self.span_k, 0.0, 1.0) if self.span_k > 0.0 else (cold_k > 0.0).astype(np.float64)
        if self.highest_dew_c is None:
            return np.asarray(taken)
        moist = humidity_ratio_of_wet_bulb(weather.dry_bulb_c, weather.wet_bulb_c, weather.pressure_pa)
        highest = humidity_ratio(saturation_pa(self.highest_dew_c), weather.pressure_pa)
        return np.where(moist <= highest, taken, 0.0)


@dataclass(frozen=True, slots=True)
class Chilled:
    """Heat that needs water colder than the facility water: its share of all heat, and its ways without compressor."""

    share: float
    is_air: bool
    ways: tuple[FreeWay, ...] = ()


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
        Water of the cooler for each kWh it rejects; where it `runs_dry`, none while dry bulb alone would do.
    base_w
        Pumps and fans that always run.
    chilled
        Parts of the heat that need colder water: room air, and all of it where a chiller rejects the heat.
    runs_dry
        True for an adiabatic cooler, wetted only when it must be; an open tower evaporates whatever it rejects.
    chiller_litres_per_kwh
        Water of the chiller's tower for each kWh it takes, with compressor or without; outdoor air drinks nothing.
    """

    supply_c: float
    rise_k: float
    approach_k: float
    is_wet: bool
    cooler_per_heat: float
    chiller_per_heat: float
    litres_per_kwh: float
    base_w: float
    chilled: tuple[Chilled, ...] = ()
    chiller_litres_per_kwh: float = 0.0
    runs_dry: bool = True

    @property
    def chilled_share(self) -> float:
        """Part of the heat that needs water colder than the facility water."""
        return sum(part.share for part in self.chilled)


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
    free_water_hours, free_air_hours
        Hours in which the facility water, and in which the room air, need no compressor.
    """

    electric_w: FloatArray
    chiller_w: FloatArray
    water_l: FloatArray
    energy_kwh: float
    water_total_l: float
    free_hours: int
    free_water_hours: int
    free_air_hours: int

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
    through the cooler what it takes and what it draws. Chilled heat goes the way that takes most of it; what is left is
    the compressor's.
    """
    air_c = weather.wet_bulb_c if plant.is_wet else weather.dry_bulb_c
    missing_k = air_c + plant.approach_k - plant.supply_c
    share = np.clip(missing_k / plant.rise_k, 0.0, 1.0) if plant.rise_k > 0.0 else (missing_k > 0.0).astype(np.float64)
    warm_w = heat_w * (1.0 - plant.chilled_share)
    trim_w, cooler_w = warm_w * share, warm_w * (1.0 - share)
    parts = [(part, *_free(part, weather)) for part in plant.chilled if part.share > 0.0]
    free_w = sum((heat_w * part.share * taken * draw for part, taken, draw, _ in parts), np.zeros(air_c.size))
    chilled_w = sum((heat_w * part.share * (1.0 - taken) for part, taken, _, _ in parts), np.zeros(air_c.size))
    chiller_w = trim_w + chilled_w
    electric_w = plant.base_w + cooler_w * plant.cooler_per_heat + free_w + chiller_w * plant.chiller_per_heat
    water = [share <= 0.0] if plant.chilled_share < 1.0 else []
    water += [taken >= 1.0 for part, taken, _, _ in parts if not part.is_air]
    air = [taken >= 1.0 for part, taken, _, _ in parts if part.is_air] or water
    is_drinking = np.full(air_c.size, plant.is_wet)
    if plant.runs_dry:
        is_drinking &= weather.dry_bulb_c + plant.approach_k > plant.supply_c
    tower_w = chiller_w + sum((heat_w * part.share * wet for part, _, _, wet in parts), np.zeros(air_c.size))
    water_l = np.where(is_drinking, cooler_w / 1000.0 * plant.litres_per_kwh, 0.0)
    water_l += tower_w / 1000.0 * plant.chiller_litres_per_kwh
    return PlantYear(
        electric_w=electric_w,
        chiller_w=chiller_w,
        water_l=water_l,
        energy_kwh=float(np.sum(electric_w)) / 1000.0,
        water_total_l=float(np.sum(water_l)),
        free_hours=int(np.count_nonzero(chiller_w <= 0.0)),
        free_water_hours=int(np.count_nonzero(np.all(water, axis=0))) if water else 0,
        free_air_hours=int(np.count_nonzero(np.all(air, axis=0))) if air else 0,
    )


def _free(part: Chilled, weather: Weather) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Share of chilled heat that its best way takes in each hour, electric W per W of it, and the share by a tower."""
    taken, draw, wet = (np.zeros(weather.dry_bulb_c.size) for _ in range(3))
    for way in part.ways:
        own = way.share(weather)
        draw = np.where(own > taken, way.electric_per_heat, draw)
        wet = np.where(own > taken, own if way.is_wet else 0.0, wet)
        taken = np.maximum(own, taken)
    return taken, draw, wet
