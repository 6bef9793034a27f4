"""How moist, how heavy and how warm is air? The equations of the ASHRAE Handbook of Fundamentals 2017, chapter 1.

All functions take arrays (temperatures in C, pressures in Pa, humidity ratio in kg of vapour per kg of dry air), so a
year of hours is one call.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = [
    "dew_point_c",
    "enthalpy_j_kg",
    "humidity_ratio",
    "humidity_ratio_of_wet_bulb",
    "relative_humidity",
    "saturation_pa",
    "specific_volume_m3_kg",
    "standard_pressure_pa",
    "wet_bulb_c",
]

FloatArray = npt.NDArray[np.float64]

KELVIN = 273.15
"""0 C in K, by definition."""
MASS_RATIO = 0.621945
"""Molar mass of water over that of dry air (eq. 20)."""
GAS_DRY_J_KG_K = 287.042
"""Specific gas constant of dry air (eq. 1)."""
BISECTIONS = 40
"""Halvings of the interval of a wet-bulb temperature: below 1e-9 K."""
# Saturation pressure over ice (eq. 5) and over liquid water (eq. 6): coefficients of 1/T, 1, T, T^2, T^3, T^4, ln T.
_ICE = (-5.6745359e3, 6.3925247, -9.6778430e-3, 6.2215701e-7, 2.0747825e-9, -9.4840240e-13, 4.1635019)
_LIQUID = (-5.8002206e3, 1.3914993, -4.8640239e-2, 4.1764768e-5, -1.4452093e-8, 0.0, 6.5459673)


def saturation_pa(celsius: npt.ArrayLike) -> FloatArray:
    """Saturation pressure of water vapour [Pa], over ice below 0 C (equations 5 and 6).

    Examples
    --------
    >>> saturation_pa(25.0).round(1)
    np.float64(3169.2)
    """
    kelvin = np.asarray(celsius, dtype=np.float64) + KELVIN
    values = [
        c[0] / kelvin
        + c[1]
        + kelvin * (c[2] + kelvin * (c[3] + kelvin * (c[4] + kelvin * c[5])))
        + c[6] * np.log(kelvin)
        for c in (_ICE, _LIQUID)
    ]
    return np.asarray(np.exp(np.where(kelvin < KELVIN, values[0], values[1])))[()]


def standard_pressure_pa(altitude_m: npt.ArrayLike) -> FloatArray:
    """Pressure of the standard atmosphere [Pa] at an altitude (equation 3)."""
    return np.asarray(101_325.0 * (1.0 - 2.25577e-5 * np.asarray(altitude_m, dtype=np.float64)) ** 5.2559)[()]


def humidity_ratio(vapour_pa: npt.ArrayLike, pressure_pa: npt.ArrayLike) -> FloatArray:
    """Humidity ratio of air with a vapour pressure (equation 20)."""
    vapour = np.asarray(vapour_pa, dtype=np.float64)
    return np.asarray(MASS_RATIO * vapour / (np.asarray(pressure_pa, dtype=np.float64) - vapour))[()]


def humidity_ratio_of_wet_bulb(
    dry_bulb_c: npt.ArrayLike, wet_bulb: npt.ArrayLike, pressure_pa: npt.ArrayLike
) -> FloatArray:
    """Humidity ratio from dry and wet bulb (equation 33; 35 below 0 C).

    Examples
    --------
    >>> humidity_ratio_of_wet_bulb(40.0, 20.0, 101_325.0).round(4)
    np.float64(0.0064)
    """
    dry, wet = np.asarray(dry_bulb_c, dtype=np.float64), np.asarray(wet_bulb, dtype=np.float64)
    full = humidity_ratio(saturation_pa(wet), pressure_pa)
    above = ((2501.0 - 2.326 * wet) * full - 1.006 * (dry - wet)) / (2501.0 + 1.86 * dry - 4.186 * wet)
    below = ((2830.0 - 0.24 * wet) * full - 1.006 * (dry - wet)) / (2830.0 + 1.86 * dry - 2.1 * wet)
    return np.asarray(np.maximum(np.where(wet >= 0.0, above, below), 0.0))[()]


def relative_humidity(dry_bulb_c: npt.ArrayLike, ratio: npt.ArrayLike, pressure_pa: npt.ArrayLike) -> FloatArray:
    """Relative humidity as a share (equations 12 and 22)."""
    moist = np.asarray(ratio, dtype=np.float64)
    vapour = np.asarray(pressure_pa, dtype=np.float64) * moist / (MASS_RATIO + moist)
    return np.asarray(vapour / saturation_pa(dry_bulb_c))[()]


def enthalpy_j_kg(dry_bulb_c: npt.ArrayLike, ratio: npt.ArrayLike) -> FloatArray:
    """Enthalpy of moist air for each kg of dry air [J/kg] (equation 30)."""
    dry = np.asarray(dry_bulb_c, dtype=np.float64)
    return np.asarray(1e3 * (1.006 * dry + np.asarray(ratio, dtype=np.float64) * (2501.0 + 1.86 * dry)))[()]


def specific_volume_m3_kg(dry_bulb_c: npt.ArrayLike, ratio: npt.ArrayLike, pressure_pa: npt.ArrayLike) -> FloatArray:
    """Volume of moist air for each kg of dry air [m3/kg] (equation 26)."""
    kelvin = np.asarray(dry_bulb_c, dtype=np.float64) + KELVIN
    moist = 1.0 + 1.607858 * np.asarray(ratio, dtype=np.float64)
    return np.asarray(GAS_DRY_J_KG_K * kelvin * moist / np.asarray(pressure_pa, dtype=np.float64))[()]


def dew_point_c(vapour_pa: npt.ArrayLike) -> FloatArray:
    """Dew or frost point [C] of a vapour pressure: the inverse of `saturation_pa`, by bisection in -100..200 C."""
    wanted = np.asarray(vapour_pa, dtype=np.float64)
    low, high = np.full(wanted.shape, -100.0), np.full(wanted.shape, 200.0)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2.0
        is_below = saturation_pa(middle) < wanted
        low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
    return np.asarray((low + high) / 2.0)[()]


def wet_bulb_c(dry_bulb_c: npt.ArrayLike, ratio: npt.ArrayLike, pressure_pa: npt.ArrayLike) -> FloatArray:
    """Wet-bulb temperature [C], by bisection on equations 33 and 35.

    Examples
    --------
    >>> wet_bulb_c(40.0, humidity_ratio_of_wet_bulb(40.0, 20.0, 101_325.0), 101_325.0).round(6)
    np.float64(20.0)
    """
    dry, wanted = np.asarray(dry_bulb_c, dtype=np.float64), np.asarray(ratio, dtype=np.float64)
    low, high = np.broadcast_to(dry - 60.0, dry.shape).copy(), dry.copy()
    for _ in range(BISECTIONS):
        middle = (low + high) / 2.0
        is_below = humidity_ratio_of_wet_bulb(dry, middle, pressure_pa) < wanted
        low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
    return np.asarray((low + high) / 2.0)[()]
