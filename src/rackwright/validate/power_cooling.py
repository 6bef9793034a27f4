"""What does the cooling stage answer to the cases of fluids, pipes, moist air and weather?

A case's inputs come as JSON with the units in their names; answers are given by quantity, in the unit of the case.
Where an example of a handbook leaves out what its drawing shows, the reading is stated beside it.
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import numpy as np

from rackwright.catalog import load_catalog
from rackwright.catalog.installation import Pipe
from rackwright.catalog.narrow import figure
from rackwright.cooling import pipes, psychrometrics
from rackwright.cooling.coolant import coolant_flow_lpm
from rackwright.cooling.free_cooling import hours_at_or_below
from rackwright.cooling.glycol import pg25_state
from rackwright.cooling.water import water_state
from rackwright.cooling.weather import read_weather

__all__ = ["answer_cooling"]

Answers = dict[str, float]
METRES_PER_FOOT = 0.3048
KG_M3_PER_LB_FT3 = 0.45359237 / METRES_PER_FOOT**3
M3_S_PER_GPM = 231.0 * 0.0254**3 / 60.0
W_PER_HP = 745.6998715822702
LITRES_PER_MINUTE = 60_000.0
COOLANT_PA, KELVIN = 3e5, 273.15
STANDARD_PA = 101_325.0


def answer_cooling(family: str, inputs: dict[str, Any], title: str, folder: Path) -> Answers:
    """Answers by quantity."""
    if family == "free-cooling":
        return _free_cooling(inputs, folder)
    if family == "hydraulics":
        return _hydraulics(inputs, title)
    plain = {"liquid-cooling": _liquid_cooling, "properties": _properties, "psychrometrics": _psychrometrics}
    return plain[family](inputs)


def _liquid_cooling(p: dict[str, Any]) -> Answers:
    """Flow with the product's own properties, not with those the case names."""
    mean_c, heat_w, rise_k = p["Tmean_C"], p["Q_kW"] * 1e3, p["dT_K"]
    if p["fluid"] == "water":
        water = water_state(mean_c + KELVIN, COOLANT_PA)
        density, heat = water.kg_m3, water.j_kg_k
    else:
        coolant = pg25_state(mean_c)
        density, heat = coolant.kg_m3, coolant.j_kg_k
    flow = float(coolant_flow_lpm(np.array([heat_w]), np.array([float(rise_k)]), kg_m3=density, j_kg_k=heat)[0])
    return {"flow": flow, "per kW": flow / p["Q_kW"]}


def _properties(p: dict[str, Any]) -> Answers:
    water = water_state(p["T_K"], p["p_MPa"] * 1e6)
    return {"v": 1.0 / water.kg_m3, "h": water.j_kg / 1e3, "cp": water.j_kg_k / 1e3}


def _psychrometrics(p: dict[str, Any]) -> Answers:
    if "T" in p:
        return {f"{celsius:g} C": float(psychrometrics.saturation_pa(celsius)) for celsius in p["T"]}
    ratio = float(psychrometrics.humidity_ratio_of_wet_bulb(p["Tdb"], p["Twb"], p["p"]))
    return {
        "humidity ratio": ratio,
        "relative humidity": float(psychrometrics.relative_humidity(p["Tdb"], ratio, p["p"])),
        "enthalpy": float(psychrometrics.enthalpy_j_kg(p["Tdb"], ratio)) / 1e3,
        "specific volume": float(psychrometrics.specific_volume_m3_kg(p["Tdb"], ratio, p["p"])),
    }


def _free_cooling(p: dict[str, Any], folder: Path) -> Answers:
    weather = read_weather(folder / p["file"])
    return {f"<={limit} C": float(hours_at_or_below(weather.dry_bulb_c, float(limit))) for limit in range(-20, 51)}


def _hydraulics(p: dict[str, Any], title: str) -> Answers:
    if "D_mm" in p:
        return _smooth_pipe(p)
    if "eff" in p:
        return _pumping(p)
    return _gravity(p, title)


def _bore_m(size: str) -> float:
    return figure(next(one for one in load_catalog(None).all(Pipe) if one.size == f"NPS {size} schedule 40").bore_m)


def _roughness_m() -> float:
    return figure(load_catalog(None).all(Pipe)[0].roughness_m)


def _smooth_pipe(p: dict[str, Any]) -> Answers:
    """The pipe of the catalog whose bore is nearest to the one asked for, taken as smooth."""
    wanted = p["D_mm"] / 1e3
    bore_m = min((figure(one.bore_m) for one in load_catalog(None).all(Pipe)), key=lambda bore: abs(bore - wanted))
    water = water_state(p["T_C"] + KELVIN, STANDARD_PA)
    number = pipes.reynolds(p["Q_L_min"] / LITRES_PER_MINUTE, bore_m, kg_m3=water.kg_m3, pa_s=water.pa_s)
    return {"Re": number, "friction factor": pipes.friction_factor(number, 0.0)}


def _pumping(p: dict[str, Any]) -> Answers:
    """Example 7.15: the lift check valve of its drawing has the seat of the next smaller size."""
    bore_m, rough_m = _bore_m("3"), _roughness_m()
    density, viscosity = p["rho_lb_ft3"] * KG_M3_PER_LB_FT3, p["mu_cP"] * 1e-3
    check = pipes.lift_check_k(_bore_m("2.5") / bore_m, pipes.turbulent_friction(rough_m / bore_m))
    fittings = (
        pipes.Fitting(4, friction_lengths=30.0),
        pipes.Fitting(1, friction_lengths=8.0),
        pipes.Fitting(1, k=check),
        pipes.Fitting(1, k=1.0),
    )
    run = pipes.Run(bore_m, p["L_ft"] * METRES_PER_FOOT, rough_m, fittings)
    flow = p["gpm"] * M3_S_PER_GPM
    lift_pa = density * pipes.GRAVITY_M_S2 * p["dH_ft"] * METRES_PER_FOOT
    pressure_pa = pipes.loss_pa((run,), flow, kg_m3=density, pa_s=viscosity) + lift_pa
    power_w = pipes.pump_power_w(flow, pressure_pa, efficiency_share=p["eff"])
    return {"head": pipes.head_m(pressure_pa, density) / METRES_PER_FOOT, "power": power_w / W_PER_HP}


def _gravity(p: dict[str, Any], title: str) -> Answers:
    """Example 7.19: lengths and sizes of both pipes stand in the title; water at 60 F, sharp entrance, free exit."""
    lengths = [(float(feet), size) for feet, size in re.findall(r"([\d.]+) ft of ([\d.]+) in", title)]
    (first_ft, first), (second_ft, second) = lengths
    wide_m, narrow_m, rough_m = _bore_m(first), _bore_m(second), _roughness_m()
    inlet = (
        pipes.Fitting(1, k=0.5),
        pipes.Fitting(1, friction_lengths=60.0),
        pipes.Fitting(1, friction_lengths=8.0),
    )
    outlet = (pipes.Fitting(1, k=pipes.contraction_k(narrow_m / wide_m)), pipes.Fitting(1, k=1.0))
    runs = (
        pipes.Run(wide_m, first_ft * METRES_PER_FOOT, rough_m, inlet),
        pipes.Run(narrow_m, second_ft * METRES_PER_FOOT, rough_m, outlet),
    )
    water = water_state(KELVIN + (60.0 - 32.0) / 1.8, STANDARD_PA)
    flow = pipes.gravity_flow_m3_s(runs, p["dH_ft"] * METRES_PER_FOOT, kg_m3=water.kg_m3, pa_s=water.pa_s)
    return {"flow": flow / M3_S_PER_GPM if math.isfinite(flow) else math.nan}
