"""Which networks do the files beside the power cases describe? Read with guards, turned into the stage's classes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rackwright.base.intake import CsvRows, read_csv
from rackwright.power.ac_network import AcLines, AcLoads, AcNetwork, AcTransformers
from rackwright.power.fault_elements import FaultNetworkBuilder, GeneratorPlate, ThreeWindingPlate, UnitPlate
from rackwright.power.fault_network import FaultNetwork
from rackwright.power.iec60909 import asynchronous_motor_ohm

__all__ = ["NamedFaults", "read_campus", "read_fault_network", "read_feeder"]

FloatArray = npt.NDArray[np.float64]
NO_NODES, NO_FIGURES = np.zeros(0, np.int64), np.zeros(0)


def _column(rows: CsvRows, name: str, factor: float = 1.0) -> FloatArray:
    return np.array([float(row[name]) for row in rows.rows]) * factor


def _nodes(rows: CsvRows, name: str) -> npt.NDArray[np.int64]:
    return np.array([int(row[name]) for row in rows.rows], dtype=np.int64)


def _loads(rows: CsvRows) -> AcLoads:
    return AcLoads(_nodes(rows, "bus"), _column(rows, "p_mw", 1e6), _column(rows, "q_mvar", 1e6))


def _no_transformers() -> AcTransformers:
    none = NO_FIGURES
    return AcTransformers(NO_NODES, NO_NODES, none, none, none, none, none, iron_w=none, magnetising_share=none)


def read_feeder(folder: Path, inputs: dict[str, Any], nominal_v: float) -> AcNetwork:
    """A network of cables at one voltage (files `branch` and `load`), fed at `slack_bus`."""
    branch = read_csv(folder / inputs["branch"], required=("from_bus", "to_bus", "r_ohm", "x_ohm"))
    load = read_csv(folder / inputs["load"], required=("bus", "p_mw", "q_mvar"))
    closed = [n for n, row in enumerate(branch.rows) if row.get("in_service", "True").lower() in {"true", "1"}]
    start, end = _nodes(branch, "from_bus")[closed], _nodes(branch, "to_bus")[closed]
    size = int(max(start.max(), end.max())) + 1
    return AcNetwork(
        nominal_v=np.full(size, nominal_v),
        lines=AcLines(
            start, end, _column(branch, "r_ohm")[closed], _column(branch, "x_ohm")[closed], np.zeros(start.size)
        ),
        transformers=_no_transformers(),
        loads=_loads(load),
        slack_bus=int(inputs["slack_bus"]),
        slack_pu=float(inputs["slack_pu"]),
        frequency_hz=50.0,
    )


def read_campus(folder: Path, inputs: dict[str, Any]) -> AcNetwork:
    """A campus of buses, cables, transformers and loads (files `bus`, `line`, `trafo`, `load`)."""
    bus = read_csv(folder / inputs["bus"], required=("vn_kv",))
    line = read_csv(folder / inputs["line"], required=("from", "to", "length_km", "r_ohm_per_km", "x_ohm_per_km"))
    unit = read_csv(folder / inputs["trafo"], required=("hv_bus", "lv_bus", "sn_mva", "vk_percent"))
    length_km = _column(line, "length_km")
    return AcNetwork(
        nominal_v=_column(bus, "vn_kv", 1e3),
        lines=AcLines(
            _nodes(line, "from"),
            _nodes(line, "to"),
            length_km * _column(line, "r_ohm_per_km"),
            length_km * _column(line, "x_ohm_per_km"),
            length_km * _column(line, "c_nf_per_km", 1e-9),
        ),
        transformers=AcTransformers(
            high=_nodes(unit, "hv_bus"),
            low=_nodes(unit, "lv_bus"),
            rating_va=_column(unit, "sn_mva", 1e6),
            high_v=_column(unit, "vn_hv_kv", 1e3),
            low_v=_column(unit, "vn_lv_kv", 1e3),
            impedance_share=_column(unit, "vk_percent", 0.01),
            resistance_share=_column(unit, "vkr_percent", 0.01),
            iron_w=_column(unit, "pfe_kw", 1e3),
            magnetising_share=_column(unit, "i0_percent", 0.01),
        ),
        loads=_loads(read_csv(folder / inputs["load"], required=("bus", "p_mw", "q_mvar"))),
        slack_bus=int(inputs["slack_bus"]),
        slack_pu=float(inputs["slack_pu"]),
        frequency_hz=float(inputs["f_hz"]),
    )


@dataclass(frozen=True)
class NamedFaults:
    """A short-circuit network with the names of its buses, in order."""

    network: FaultNetwork
    buses: tuple[str, ...]


def read_fault_network(path: Path) -> NamedFaults:
    """Network of a file with the columns type, name and params_json."""
    table = read_csv(path, required=("type", "name", "params_json"))
    rows = [_Row(row["type"], row["name"], json.loads(row["params_json"])) for row in table.rows]
    builder = FaultNetworkBuilder()
    names = {row.name: builder.bus(row.p["vn_kv"] * 1e3) for row in rows if row.kind == "bus"}
    units = {row.name: row for row in rows if row.kind == "trafo"}
    stations = {row.p["unit_trafo"] for row in rows if row.kind == "gen" and "unit_trafo" in row.p}
    adders: dict[str, Callable[[FaultNetworkBuilder, dict[str, int], dict[str, Any]], None]] = {
        "feeder": _add_feeder,
        "line": _add_line,
        "trafo3w": _add_three_winding,
        "motor": _add_motor,
    }
    for row in rows:
        if row.kind in adders:
            adders[row.kind](builder, names, row.p)
        elif row.kind == "trafo" and row.name not in stations:
            builder.transformer(names[row.p["hv"]], names[row.p["lv"]], _unit(row.p))
        elif row.kind == "gen" and "unit_trafo" in row.p:
            unit = units[row.p["unit_trafo"]].p
            ends = names[unit["hv"]], names[unit["lv"]]
            builder.power_station(*ends, _generator(row.p), _unit(unit), has_tap_changer=unit["oltc"])
        elif row.kind == "gen":
            builder.generator(names[row.p["bus"]], _generator(row.p))
    return NamedFaults(builder.network(), tuple(names))


@dataclass(frozen=True)
class _Row:
    kind: str
    name: str
    p: dict[str, Any]


def _add_feeder(builder: FaultNetworkBuilder, names: dict[str, int], p: dict[str, Any]) -> None:
    builder.feeder(names[p["bus"]], p["ik_ka"] * 1e3, p["rx"])


def _add_line(builder: FaultNetworkBuilder, names: dict[str, int], p: dict[str, Any]) -> None:
    builder.line(names[p["from"]], names[p["to"]], p["km"] * complex(p["r"], p["x"]))


def _add_three_winding(builder: FaultNetworkBuilder, names: dict[str, int], p: dict[str, Any]) -> None:
    plate = ThreeWindingPlate(
        rating_va=_triple(p["sn_mva"], 1e6),
        rated_v=_triple(p["vn_kv"], 1e3),
        impedance_share=_triple(p["vk_pct"], 0.01),
        resistance_share=_triple(p["vkr_pct"], 0.01),
    )
    builder.three_winding((names[p["hv"]], names[p["mv"]], names[p["lv"]]), plate)


def _triple(values: list[float], factor: float) -> tuple[float, float, float]:
    first, second, third = (value * factor for value in values)
    return first, second, third


def _add_motor(builder: FaultNetworkBuilder, names: dict[str, int], p: dict[str, Any]) -> None:
    ohm = asynchronous_motor_ohm(
        p["pn_mw"] * 1e6,
        p["vn_kv"] * 1e3,
        efficiency_share=p["eff_pct"] / 100.0,
        power_factor=p["cos_phi"],
        locked_rotor_ratio=p["lrc_pu"],
        r_over_x=p["rx"],
    )
    builder.source(names[p["bus"]], ohm)


def _generator(p: dict[str, Any]) -> GeneratorPlate:
    return GeneratorPlate(
        rating_va=p["sn_mva"] * 1e6,
        rated_v=p["vn_kv"] * 1e3,
        subtransient_share=p["xdss_pu"],
        resistance_ohm=p["rdss_ohm"],
        power_factor=p["cos_phi"],
        regulation_share=p.get("pg_pct", 0.0) / 100.0,
    )


def _unit(p: dict[str, Any]) -> UnitPlate:
    return UnitPlate(
        p["sn_mva"] * 1e6, p["vn_hv_kv"] * 1e3, p["vn_lv_kv"] * 1e3, p["vk_pct"] / 100.0, p["vkr_pct"] / 100.0
    )
