"""What does the power stage answer to the electrical cases? Each case goes to the public function of its rule.

A case's inputs come as JSON with the units in their names; answers are given by quantity, in the unit of the case.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from rackwright.catalog import load_catalog
from rackwright.catalog.installation import Conductor
from rackwright.power import conductors, dc_bus, efficiency, gensets, iec60909, protection, redundancy, transients
from rackwright.power.ac_flow import solve_flow
from rackwright.power.arc_flash import ArcEnclosure, arc_flash, has_arc_flash
from rackwright.power.electrics import bolted_fault_a, full_load_a, point_to_point_factor, point_to_point_fault_a
from rackwright.power.fault_elements import FaultNetworkBuilder, UnitPlate
from rackwright.power.fault_network import Faults, solve_faults
from rackwright.validate.power_networks import NamedFaults, read_campus, read_fault_network, read_feeder

__all__ = ["Answers", "Unanswered", "answer_electric"]

METRES_PER_FOOT = 0.3048
Answers = dict[str, float]


class Unanswered(Exception):  # noqa: N818 - a reason, not an error of the program
    """A case that is not scored; its text says why."""


def answer_electric(family: str, inputs: dict[str, Any], title: str, folder: Path) -> Answers:
    """Answers by quantity.

    Raises
    ------
    Unanswered
        Another library would be needed, or the case is of no known form.
    """
    if family == "short-circuit":
        return _short_circuit(inputs, folder)
    if family == "power-flow":
        return _power_flow(inputs, title, folder)
    plain = {
        "arc-flash": _arc_flash,
        "voltage-drop": _voltage_drop,
        "ampacity": _ampacity,
        "protection": _protection,
        "generator": _generator,
        "redundancy": _redundancy,
        "load-transient": _load_transient,
        "dc-bus": _dc_bus,
        "efficiency": _efficiency,
    }
    return plain[family](inputs)


def _short_circuit(p: dict[str, Any], folder: Path) -> Answers:
    if "network" in p:
        named, faults = _network_faults(folder / p["network"])
        values = {}
        for number, name in enumerate(named.buses):
            values[f'Ik" bus {name}'] = faults.fault_a[number] / 1e3
            values[f"ip bus {name}"] = faults.peak_a[number] / 1e3
            values[f'Sk" bus {name}'] = faults.power_va[number] / 1e6
        return values
    if "T1" in p:
        return _two_units(p)
    if "U20_V" in p:
        rating_va, volts = p["S_kVA"] * 1e3, p["U20_V"]
        fault_a = bolted_fault_a(rating_va, volts, p["usc_pct"] / 100.0)
        return {"In": full_load_a(rating_va, volts), "Isc": fault_a / 1e3}
    if "Pk_kW" in p:
        resistance, impedance = p["Pk_kW"] / p["S_kVA"], p["uk_pct"] / 100.0
        reactance = (impedance**2 - resistance**2) ** 0.5
        return {"K_T": iec60909.transformer_factor(p["c_max"], reactance)}
    return _point_to_point(p)


@cache
def _network_faults(path: Path) -> tuple[NamedFaults, Faults]:
    named = read_fault_network(path)
    return named, solve_faults(named.network)


def _point_to_point(p: dict[str, Any]) -> Answers:
    rating_va, volts = p["kVA"] * 1e3, p["V"]
    fault_a = bolted_fault_a(rating_va, volts, p["Zpct"] / 100.0)
    factor = point_to_point_factor(
        fault_a, volts, length_m=p["L_ft"] * METRES_PER_FOOT, constant_per_ft=p["C"], parallel=p["n_parallel"]
    )
    end_a = point_to_point_fault_a(fault_a, factor)
    return {
        "full load A": full_load_a(rating_va, volts),
        "Isc at terminals": fault_a,
        "f": factor,
        "M": end_a / fault_a,
        "Isc at end of run": end_a,
    }


def _two_units(p: dict[str, Any]) -> Answers:
    """Two transformers on a common feeder, joined by cables on the low-voltage side."""
    builder = FaultNetworkBuilder()
    grid = builder.bus(p["feeder"]["UnQ_kV"] * 1e3)
    builder.feeder(grid, p["feeder"]["IkQ_kA"] * 1e3, p["feeder"]["RQ_over_XQ"])
    first, second, behind = (builder.bus(p["Un_V"]) for _ in range(3))
    builder.transformer(grid, first, _kva_unit(p["T1"]))
    builder.transformer(grid, behind, _kva_unit(p["T2"]))
    builder.line(first, second, _cable_ohm(p["L1"]))
    builder.line(behind, second, _cable_ohm(p["L2"]))
    faults = solve_faults(builder.network())
    return {'Ik" F1': faults.fault_a[first] / 1e3, 'Ik" F2': faults.fault_a[second] / 1e3}


def _kva_unit(p: dict[str, Any]) -> UnitPlate:
    high, low = (float(text) * 1e3 for text in re.findall(r"[\d.]+", p["ratio"])[:2])
    return UnitPlate(p["S_kVA"] * 1e3, high, low, p["uk_pct"] / 100.0, p["Pk_kW"] / p["S_kVA"])


def _cable_ohm(p: dict[str, Any]) -> complex:
    return complex(p["r_ohm_km"], p["x_ohm_km"]) * float(p["m"]) / 1e3 / float(p.get("parallel", 1))


def _power_flow(p: dict[str, Any], title: str, folder: Path) -> Answers:
    if "branch" in p:
        stated = re.search(r"([\d.]+) kV", title)
        if stated is None:
            raise Unanswered("the nominal voltage stands neither in the inputs nor in the title")
        flow = solve_flow(read_feeder(folder, p, float(stated.group(1)) * 1e3))
        lowest = int(np.nanargmin(np.abs(flow.voltage_pu)))
        return {
            "active losses": float(np.sum(flow.loss_w)) / 1e3,
            "reactive losses": float(np.sum(flow.loss_var)) / 1e3,
            f"minimum voltage (bus index {lowest})": flow.lowest_pu,
        }
    flow = solve_flow(read_campus(folder, p))
    return {
        "losses": float(np.sum(flow.loss_w)) / 1e6,
        "minimum bus voltage": flow.lowest_pu,
        "maximum transformer loading (apparent power over rating)": float(np.max(flow.loading_share)) * 100.0,
    }


def _arc_flash(p: dict[str, Any]) -> Answers:
    if not has_arc_flash():
        raise Unanswered("arc flash not evaluated: no library arcflash-calc; pip install 'rackwright[arcflash]'")
    gear = ArcEnclosure(
        p["Voc_kV"] * 1e3, p["config"], p["gap_mm"], p["D_mm"], p["h_mm"], width_mm=p["w_mm"], depth_mm=p["d_mm"]
    )
    full_s = p.get("T_full_ms", p.get("T_ms", 0.0)) / 1e3
    full = arc_flash(gear, p["Ibf_kA"] * 1e3, full_s)
    values = {
        "Iarc": full.arcing_a / 1e3,
        "EES": full.enclosure_size_in,
        "CF": full.correction,
        "E": full.incident_j_cm2,
        "AFB": full.boundary_mm,
    }
    names = ("Iarc 600", "Iarc 2700", "Iarc 14300")
    values |= {name: amps / 1e3 for name, amps in zip(names, full.intermediate_a, strict=False)}
    reduced = arc_flash(gear, p["Ibf_kA"] * 1e3, p.get("T_reduced_ms", full_s * 1e3) / 1e3, is_reduced=True)
    for word, one in (("full", full), ("reduced", reduced)):
        values |= {f"Iarc {word}": one.arcing_a / 1e3, f"E {word}": one.incident_j_cm2, f"AFB {word}": one.boundary_mm}
    return values


def _voltage_drop(p: dict[str, Any]) -> Answers:
    if "k_V_per_A_km" in p:
        lost_v = p["k_V_per_A_km"] * p["I_A"] * p["L_km"]
        share = conductors.drop_share([p["upstream_V"], lost_v], p["U_V"])
        return {"drop in cable": lost_v, "total percent": share * 100.0}
    length_m, ohm_per_m = p["L_ft"] * METRES_PER_FOOT, p["Z_ohm_per_kft"] / (1000.0 * METRES_PER_FOOT)
    lost_v = conductors.drop_v(p["I_A"], length_m, ohm_per_m=ohm_per_m)
    share = conductors.drop_share([lost_v], p["V_LL"])
    return {"voltage drop line-neutral": lost_v / 3.0**0.5, "percent": share * 100.0}


def _ampacity(p: dict[str, Any]) -> Answers:
    if "base_A" in p:
        return {"adjusted ampacity": conductors.adjusted_ampacity_a(p["base_A"], (p["factor"],))}
    table = load_catalog(None).all(Conductor)
    return {"ampacity": conductors.ampacity_a(table, p["size"], p["metal"], rating_c=float(p["col_C"]))}


def _protection(p: dict[str, Any]) -> Answers:
    curve = protection.InverseCurve(p["k"], p["a"])
    return {"t": protection.trip_s(p["M"], curve, time_multiplier=p["TMS"])}


def _generator(p: dict[str, Any]) -> Answers:
    rating_va, share = p["S_kVA"] * 1e3, p["Xd2"]
    dip = gensets.step_dip_share(p["P_kW"] * 1e3, p["pf"], rating_va=rating_va, subtransient_share=share)
    return {'Sk"': gensets.fault_va(rating_va, share) / 1e3, "dip": dip * 100.0}


def _redundancy(p: dict[str, Any]) -> Answers:
    if "systems" in p:
        normal = redundancy.normal_loading(p["systems"], p["needed"])
        after = redundancy.loading_after_loss(p["systems"], normal)
        return {"max normal load per system": normal * 100.0, "load per survivor after one loss": after * 100.0}
    scheme = next(one for one in redundancy.SCHEMES if one.name == "2N")
    normal = redundancy.normal_loading(scheme.systems, scheme.needed)
    after = redundancy.loading_after_loss(scheme.systems, normal)
    return {"normal": normal * p["load_kW"], "after loss": after * p["load_kW"]}


def _load_transient(p: dict[str, Any]) -> Answers:
    if "dP_MW" in p:
        energy_j, seconds = transients.ramp_buffer(p["dP_MW"] * 1e6, p["ramp_MW_s"] * 1e6)
        return {"energy": energy_j / 1e6, "time": seconds}
    swing = transients.LoadSwing(p["Plo_MW"] * 1e6, p["Phi_MW"] * 1e6, p["T_s"], p["duty"])
    energy_j, power_w = transients.square_buffer(swing)
    return {
        "mean": transients.square_mean_w(swing) / 1e6,
        "buffer energy swing": energy_j / 1e6,
        "buffer power": power_w / 1e6,
    }


def _dc_bus(p: dict[str, Any]) -> Answers:
    if "s" in p:
        return {"energy": dc_bus.storage_j(p["kW"] * 1e3, p["s"]) / 3.6e6}
    return {f"I {volts:g} V": dc_bus.bus_current_a(p["kW"] * 1e3, volts) for volts in p["V"]}


def _efficiency(p: dict[str, Any]) -> Answers:
    return {"PUE": efficiency.pue_of_parts(p["IT"], [p["cool"], p["loss"], p["other"]])}
