"""How much fuel does on-site generation burn for a year's electricity, and how much carbon dioxide leaves its stack?"""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.base.units import HOURS_PER_YEAR
from rackwright.catalog.installation import FuelGas
from rackwright.catalog.narrow import figure

__all__ = ["FuelYear", "fuel_year"]

MMBTU_PER_MWH = 3.412141633
"""International-table British thermal units: 1 MWh = 3.412141633 MMBtu."""
W_PER_MW = 1e6
KG_PER_T = 1000.0


@dataclass(frozen=True, slots=True)
class FuelYear:
    """Fuel of a year, by its higher heating value.

    Parameters
    ----------
    electric_mwh, fuel_mwh
        Electricity made, and heat of the fuel burnt for it [MWh].
    fuel_mmbtu, fuel_m3
        The same heat [MMBtu], and the gas at 15.6 C and 1 atm [m3].
    co2_t
        Carbon dioxide from combustion or reforming [t].
    """

    electric_mwh: float
    fuel_mwh: float
    fuel_mmbtu: float
    fuel_m3: float
    co2_t: float


def fuel_year(mean_w: float, efficiency_share: float, gas: FuelGas) -> FuelYear:
    """Fuel and carbon dioxide of a mean electric load held for a year.

    Parameters
    ----------
    mean_w
        Mean electric output [W].
    efficiency_share
        Net electric efficiency on the higher heating value, above 0.
    gas
        Its heat in a cubic metre, and its carbon dioxide for each MWh of heat.

    Notes
    -----
    Fuel = P h / eta; CO2 = fuel x factor of its heat (40 CFR 98, subpart C, equation C-1a and Table C-1).
    """
    electric_mwh = mean_w * HOURS_PER_YEAR / W_PER_MW
    fuel_mwh = electric_mwh / efficiency_share
    fuel_m3 = fuel_mwh / figure(gas.heat_mwh_per_m3)
    co2_t = fuel_mwh * figure(gas.co2_kg_per_mwh) / KG_PER_T
    return FuelYear(electric_mwh, fuel_mwh, fuel_mwh * MMBTU_PER_MWH, fuel_m3, co2_t)
