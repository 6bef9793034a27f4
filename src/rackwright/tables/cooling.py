"""What cooling hands on: loops, units, and the linear electric response that power closes the balance with."""

from __future__ import annotations

from dataclasses import dataclass, field

from polars import Float64, Int32, String

from rackwright.base.table import Column, Table
from rackwright.tables.checks import Checks

__all__ = [
    "Cooling",
    "CoolingReliefs",
    "CoolingUnits",
    "Hydraulics",
    "Loops",
    "LossesOfCooling",
    "Manifolds",
    "Responses",
    "Tanks",
    "Years",
]


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
    loop = Column(String, "loop it serves; `facility` for plant, `storage` for tanks")
    part = Column(String, "catalog part")
    role = Column(String, "cdu, air, dry-cooler, adiabatic, chiller, tower, buffer-tank")
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
    free_hours = Column(
        Int32, "hours in which outdoor air alone holds the facility water; room air may be chilled", unit="h", ge=0
    )
    free_air_hours = Column(
        Int32,
        "hours in which room air needs no compressor: by facility water, a free-cooling coil or outdoor air",
        unit="h",
        ge=0,
    )


class Hydraulics(Table):
    """Pressure, pump power and water of a liquid loop."""

    loop = Column(String, "loop", key=True)
    hall = Column(String, "hall")
    water_class = Column(String, "class of the facility water, such as W40")
    dew_margin_k = Column(Float64, "coolant at the rack above the highest dew point of room air", unit="K")
    pipe = Column(String, "pipe of the headers of each CDU in service")
    speed_m_s = Column(Float64, "speed in it", unit="m/s", ge=0, formula="loop-pressure")
    rack_pa = Column(Float64, "pressure a rack takes", unit="Pa", ge=0, formula="loop-pressure")
    header_pa = Column(Float64, "headers, supply and return", unit="Pa", ge=0, formula="loop-pressure")
    cdu_pa = Column(Float64, "heat exchanger, filter and valves", unit="Pa", ge=0, formula="loop-pressure")
    hydraulic_w = Column(
        Float64, "pumps by flow and pressure", unit="W", ge=0, formula="loop-pressure", inputs=("loops.flow_lpm",)
    )
    rated_w = Column(Float64, "pumps by the rating of the CDU", unit="W", ge=0, formula="pump-power")
    least_share = Column(Float64, "flow of the last rack over the mean, without balancing", ge=0, formula="manifold")
    most_share = Column(Float64, "flow of the first rack over the mean", ge=0, formula="manifold")


class Manifolds(Table):
    """Flow of each rack along the headers of a CDU in service, without balancing valves."""

    loop = Column(String, "loop", key=True)
    place = Column(Int32, "rack along the headers, 1 next to the CDU", key=True, ge=1)
    share = Column(Float64, "flow over the mean of the manifold", ge=0, formula="manifold")
    flow_lpm = Column(
        Float64, "flow through the rack", unit="L/min", ge=0, formula="manifold", inputs=("loops.flow_lpm",)
    )
    rise_k = Column(Float64, "rise of the coolant through a rack of mean heat", unit="K", ge=0, formula="manifold")


class LossesOfCooling(Table):
    """What is left when a pump, a unit or every unit of a group is lost, and how long that may last."""

    group = Column(String, "loop, or hall and role of plant", key=True)
    lost = Column(String, "pump, unit or all", key=True)
    hall = Column(String, "hall")
    role = Column(String, "cdu, air, dry-cooler, adiabatic, chiller, tower")
    part = Column(String, "catalog part")
    units = Column(Int32, "units installed", ge=0)
    flow_share = Column(
        Float64, "flow the rest gives at rated speed over the flow needed", ge=0, nullable=True, formula="flow-left"
    )
    heat_share = Column(Float64, "heat the rest carries over the duty", ge=0, formula="flow-left")
    rise_k = Column(Float64, "from the supply to the warmest allowed", unit="K", nullable=True)
    limit_s = Column(
        Float64,
        "time until the warmest allowed; none where the rest carries all, or the volume is not known",
        unit="s",
        ge=0,
        nullable=True,
        formula="time-to-limit",
    )


class Tanks(Table):
    """Tanks of facility water of a hall: how long they carry its heat, and how soon they are cold again."""

    hall = Column(String, "hall", key=True)
    part = Column(String, "catalog part")
    units = Column(Int32, "tanks", ge=0)
    volume_m3 = Column(Float64, "water of all", unit="m3", ge=0)
    span_k = Column(Float64, "from cold supply to warm return", unit="K", ge=0)
    heat_kwh = Column(Float64, "heat they take", unit="kWh", ge=0, formula="tank-hold", inputs=("tanks.volume_m3",))
    duty_w = Column(Float64, "heat on the facility water at peak", unit="W", ge=0, inputs=("loops.heat_w",))
    hold_s = Column(
        Float64,
        "time they carry the duty with no heat rejection",
        unit="s",
        ge=0,
        formula="tank-hold",
        inputs=("tanks.heat_kwh", "tanks.duty_w"),
    )
    restart_s = Column(Float64, "time until heat rejection is back", unit="s", ge=0)
    loss_w = Column(Float64, "standing loss when full", unit="W", ge=0, formula="tank-recharge")
    spare_w = Column(Float64, "heat rejection beyond the duty with all units", unit="W", ge=0, formula="tank-recharge")
    recharge_s = Column(
        Float64,
        "time until cold again at peak duty; none where nothing is left over",
        unit="s",
        ge=0,
        nullable=True,
        formula="tank-recharge",
        inputs=("tanks.heat_kwh", "tanks.spare_w", "tanks.loss_w"),
    )


class CoolingReliefs(Table):
    """Nearest repair of each check that does not hold."""

    rule = Column(String, "rule of the check", key=True, ref="cooling.checks.rule")
    subject = Column(String, "subject of the check", key=True)
    relief = Column(String, "what would keep the limit, with its size")


@dataclass(frozen=True)
class Cooling:
    """Result of the stage."""

    loops: Loops
    units: CoolingUnits
    responses: Responses
    checks: Checks
    omissions: tuple[str, ...]
    years: Years = field(default_factory=Years.empty)
    hydraulics: Hydraulics = field(default_factory=Hydraulics.empty)
    manifolds: Manifolds = field(default_factory=Manifolds.empty)
    losses: LossesOfCooling = field(default_factory=LossesOfCooling.empty)
    reliefs: CoolingReliefs = field(default_factory=CoolingReliefs.empty)
    tanks: Tanks = field(default_factory=Tanks.empty)
