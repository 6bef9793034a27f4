"""What cooling hands on: loops, units, and the linear electric response that power closes the balance with."""

from __future__ import annotations

from dataclasses import dataclass, field

from polars import Float64, Int32, String

from rackwright.base.table import Column, Table
from rackwright.tables.checks import Checks

__all__ = ["Cooling", "CoolingUnits", "Loops", "Responses", "Years"]


class Loops(Table):
    """One liquid loop (or the air system) of a hall."""

    loop = Column(String, "loop, `HALL-L1`, `HALL-air`", key=True)
    hall = Column(String, "hall")
    kind = Column(String, "liquid or air")
    racks = Column(Int32, "racks on it", ge=0)
    heat_w = Column(
        Float64,
        "heat at peak; of the air system with losses of the power chain in the hall",
        unit="W",
        ge=0,
        formula="loop-heat",
        inputs=("layout.racks.peak_w", "layout.racks.liquid_share"),
    )
    flow_lpm = Column(
        Float64,
        "coolant flow",
        unit="L/min",
        ge=0,
        formula="coolant-flow",
        inputs=("loops.heat_w", "fact:facility-rules.coolant_kg_m3", "fact:facility-rules.coolant_j_kg_k"),
    )
    supply_c = Column(Float64, "supply at the rack", unit="C", formula="rack-supply-temperature")
    return_c = Column(Float64, "return from the rack", unit="C")


class CoolingUnits(Table):
    """Every CDU, air handler, cooler and chiller."""

    unit = Column(String, "id", key=True)
    hall = Column(String, "hall")
    loop = Column(String, "loop it serves; `facility` for plant")
    part = Column(String, "catalog part")
    role = Column(String, "cdu, air, dry-cooler, adiabatic, chiller, tower")
    rated_w = Column(Float64, "heat it can move", unit="W", ge=0)
    duty_w = Column(
        Float64,
        "heat it moves with every unit running",
        unit="W",
        ge=0,
        formula="units-needed",
        inputs=("loops.heat_w",),
    )
    electric_w = Column(
        Float64, "electric load at duty", unit="W", ge=0, formula="pump-power", inputs=("units.duty_w",)
    )


class Responses(Table):
    """Electric load of a hall's cooling as base + slope x heat."""

    hall = Column(String, "hall", key=True)
    base_w = Column(
        Float64,
        "pumps and fans, whatever the heat",
        unit="W",
        ge=0,
        formula="cooling-response",
        inputs=("units.electric_w",),
    )
    w_per_w_heat = Column(
        Float64,
        "electric W per W of heat",
        ge=0,
        formula="cooling-response",
        inputs=("units.electric_w", "loops.heat_w"),
    )
    water_l_per_day = Column(
        Float64, "water at mean load", unit="L/day", ge=0, formula="water", inputs=("units.duty_w",)
    )


class Years(Table):
    """Cooling of a hall through a year of hours, at its peak heat."""

    hall = Column(String, "hall", key=True)
    weather = Column(String, "weather file; `design conditions` for a year made from them")
    filled = Column(Int32, "hours of the file that were missing and are interpolated", ge=0)
    hours = Column(Int32, "hours of the year", unit="h", ge=0)
    mean_w = Column(
        Float64,
        "mean electric load of the cooling",
        unit="W",
        ge=0,
        formula="hourly-plant",
        inputs=("loops.heat_w", "units.electric_w"),
    )
    worst_w = Column(Float64, "highest hour", unit="W", ge=0, formula="hourly-plant")
    energy_kwh = Column(Float64, "electricity of the year", unit="kWh", ge=0, formula="hourly-plant")
    water_l = Column(Float64, "water of the year", unit="L", ge=0, formula="hourly-plant")
    free_hours = Column(Int32, "hours in which outdoor air alone holds the facility water", unit="h", ge=0)


@dataclass(frozen=True)
class Cooling:
    """Result of the stage."""

    loops: Loops
    units: CoolingUnits
    responses: Responses
    checks: Checks
    omissions: tuple[str, ...]
    years: Years = field(default_factory=Years.empty)
