"""How does a network look to pandapower? JSON text that its `from_json_string` reads, written without that library."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from rackwright.plan import Plan
from rackwright.power.ac_network import AcLines, AcLoads, AcNetwork, AcTransformers
from rackwright.power.grid_frequency import HIGH_HZ, grid_frequency_hz
from rackwright.views.equipment_only import without_feeders

__all__ = ["network_of_plan", "pandapower_json", "plan_pandapower"]

FORMAT, VERSION = "3.3.0", "3.5.6"
"""Format of the file, and the release of pandapower it was tried with."""
FloatArray = npt.NDArray[np.float64]
Columns = TypeVar("Columns", AcLines, AcTransformers, AcLoads)


def pandapower_json(networks: AcNetwork | Sequence[AcNetwork], name: str, buses: Sequence[str] = ()) -> bytes:
    """One balanced network, or several side by side, as pandapower's JSON.

    Parameters
    ----------
    networks
        Buses, cables, transformers and loads; each network has its own grid.
    name
        Name of the network.
    buses
        Names of the buses, in order; numbers where none are given.
    """
    network, slack = _joined((networks,) if isinstance(networks, AcNetwork) else tuple(networks))
    line, unit, load = network.lines, network.transformers, network.loads
    names = list(buses) or [str(n) for n in range(network.nominal_v.size)]
    tables = {
        "bus": _frame(
            ("name", "object", names),
            ("vn_kv", "float64", network.nominal_v / 1e3),
            ("type", "object", ["b"] * len(names)),
            ("in_service", "bool", [True] * len(names)),
        ),
        "ext_grid": _frame(
            ("bus", "uint32", slack),
            ("vm_pu", "float64", [network.slack_pu] * len(slack)),
            ("va_degree", "float64", [0.0] * len(slack)),
            ("slack_weight", "float64", [1.0] * len(slack)),
            ("in_service", "bool", [True] * len(slack)),
        ),
        "line": _line_frame(line),
        "trafo": _transformer_frame(unit),
        "load": _load_frame(load),
    }
    grid = {"name": name, "f_hz": network.frequency_hz, "sn_mva": network.base_va / 1e6}
    body = {**tables, **grid, "version": VERSION, "format_version": FORMAT, "std_types": {}}
    document = {"_module": "pandapower.auxiliary", "_class": "pandapowerNet", "_object": body}
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def _joined(networks: tuple[AcNetwork, ...]) -> tuple[AcNetwork, list[int]]:
    """Networks with their buses counted on, and the grid bus of each."""
    if not networks:
        none, whole = np.zeros(0), np.zeros(0, dtype=np.int64)
        empty = AcTransformers(whole, whole, none, none, none, none, none, none, none)
        lines = AcLines(whole, whole, none, none, none)
        return AcNetwork(none, lines, empty, AcLoads(whole, none, none), 0, 1.0, HIGH_HZ), []
    first = np.concatenate([[0], np.cumsum([network.nominal_v.size for network in networks])[:-1]]).astype(np.int64)
    slack = [int(start) + network.slack_bus for start, network in zip(first, networks, strict=True)]
    joined = replace(
        networks[0],
        nominal_v=np.concatenate([network.nominal_v for network in networks]),
        lines=_stacked([network.lines for network in networks], first, ("start", "end")),
        transformers=_stacked([network.transformers for network in networks], first, ("high", "low")),
        loads=_stacked([network.loads for network in networks], first, ("bus",)),
    )
    return joined, slack


def _stacked(tables: Sequence[Columns], first: npt.NDArray[np.int64], buses: tuple[str, ...]) -> Columns:
    """Tables of equal columns below each other, with their buses counted on."""
    columns = {
        field.name: np.concatenate(
            [
                getattr(table, field.name) + (start if field.name in buses else 0)
                for table, start in zip(tables, first.tolist(), strict=True)
            ]
        )
        for field in fields(tables[0])
    }
    return type(tables[0])(**columns)


def _frame(*columns: tuple[str, str, Any]) -> dict[str, Any]:
    """One table in the split form of a data frame."""
    values = [np.asarray(cells).tolist() for _, _, cells in columns]
    rows = [list(row) for row in zip(*values, strict=True)]
    split = {"columns": [name for name, _, _ in columns], "index": list(range(len(rows))), "data": rows}
    return {
        "_module": "pandas.core.frame",
        "_class": "DataFrame",
        "_object": json.dumps(split, separators=(",", ":"), ensure_ascii=False),
        "orient": "split",
        "dtype": {name: kind for name, kind, _ in columns},
        "is_multiindex": False,
        "is_multicolumn": False,
    }


def _line_frame(line: AcLines) -> dict[str, Any]:
    size = line.start.size
    return _frame(
        ("name", "object", [f"line-{n}" for n in range(size)]),
        ("from_bus", "uint32", line.start),
        ("to_bus", "uint32", line.end),
        ("length_km", "float64", np.ones(size)),
        ("r_ohm_per_km", "float64", line.r_ohm),
        ("x_ohm_per_km", "float64", line.x_ohm),
        ("c_nf_per_km", "float64", line.c_f * 1e9),
        ("g_us_per_km", "float64", np.zeros(size)),
        ("max_i_ka", "float64", np.full(size, 99_999.0)),
        ("df", "float64", np.ones(size)),
        ("parallel", "uint32", np.ones(size, dtype=np.int64)),
        ("type", "object", ["cs"] * size),
        ("in_service", "bool", [True] * size),
    )


def _transformer_frame(unit: AcTransformers) -> dict[str, Any]:
    size = unit.high.size
    return _frame(
        ("name", "object", [f"transformer-{n}" for n in range(size)]),
        ("hv_bus", "uint32", unit.high),
        ("lv_bus", "uint32", unit.low),
        ("sn_mva", "float64", unit.rating_va / 1e6),
        ("vn_hv_kv", "float64", unit.high_v / 1e3),
        ("vn_lv_kv", "float64", unit.low_v / 1e3),
        ("vk_percent", "float64", unit.impedance_share * 100.0),
        ("vkr_percent", "float64", unit.resistance_share * 100.0),
        ("pfe_kw", "float64", unit.iron_w / 1e3),
        ("i0_percent", "float64", unit.magnetising_share * 100.0),
        ("shift_degree", "float64", np.zeros(size)),
        ("parallel", "uint32", np.ones(size, dtype=np.int64)),
        ("df", "float64", np.ones(size)),
        ("in_service", "bool", [True] * size),
        ("tap_dependency_table", "bool", [False] * size),
    )


def _load_frame(load: AcLoads) -> dict[str, Any]:
    size = load.bus.size
    zero = np.zeros(size)
    shares = [(f"const_{kind}_{part}_percent", "float64", zero) for kind in "zi" for part in "pq"]
    return _frame(
        ("bus", "uint32", load.bus),
        ("p_mw", "float64", load.active_w / 1e6),
        ("q_mvar", "float64", load.reactive_var / 1e6),
        *shares,
        ("scaling", "float64", np.ones(size)),
        ("in_service", "bool", [True] * size),
    )


def plan_pandapower(plan: Plan) -> bytes:
    """Transformers, rings and boards of every site at peak, each on its own grid; `network_of_plan` has one of them."""
    sites = plan.power.balances["site"].to_list()
    networks = [network_of_plan(plan, site) for site in sites]
    names = tuple(name for _, own in networks for name in own)
    title = sites[0] if len(sites) == 1 else plan.program.name
    return pandapower_json([network for network, _ in networks], title, names)


def network_of_plan(plan: Plan, site: str) -> tuple[AcNetwork, tuple[str, ...]]:
    """Alternating-current network of one site from the tables of a plan, with the names of its buses.

    Bus 0 is the grid; each transformer has one bus behind it, on which its boards stand; each unit substation on a ring
    has one before it. Figures of the parts are those the power stage used.
    """
    figures = dict(plan.facts.frame.filter(stage="power").select("fact", "value").iter_rows())
    elements = without_feeders(plan.power.elements.frame.filter(site=site))
    loads = dict(plan.power.loads.frame.select("element", "normal_w").iter_rows())
    units = elements.filter(pl.col("kind").is_in(["hv-transformer", "unit-substation"])).sort("kind", "element")
    bus = {name: number + 1 for number, name in enumerate(units["element"].to_list())}
    boards = elements.filter(pl.col("kind").is_in(["mv-switchgear", "ats", "lv-switchgear"]))
    behind = dict(boards.select("element", "upstream").iter_rows())
    behind |= {name: behind[above] for name, above in behind.items() if above in behind}
    runs = plan.power.runs.frame.filter(site=site)
    on_ring = [name for name in units["element"].to_list() if name in set(runs["end"].to_list())]
    before = {name: len(bus) + 1 + number for number, name in enumerate(on_ring)}
    low = boards.filter(kind="lv-switchgear")["element"].to_list()
    parts = units["part"].to_list()

    def column(name: str) -> FloatArray:
        return np.array([figures[f"{part}.{name}"] for part in parts], dtype=np.float64)

    pairs = units.select("element", "upstream").iter_rows()
    above = [before.get(name, bus.get(behind.get(up, ""), 0)) for name, up in pairs]
    active_w = np.array([loads[name] for name in low])
    high_v, low_v = column("primary_v"), column("secondary_v")
    ring_v = [high_v[bus[name] - 1] for name in on_ring]
    network = AcNetwork(
        nominal_v=np.concatenate([[max(high_v, default=0.0)], low_v, ring_v]),
        lines=_rings(runs, {name: bus[behind[name]] for name in behind if behind[name] in bus} | before, figures),
        transformers=AcTransformers(
            high=np.array(above, dtype=np.int64),
            low=np.arange(len(parts), dtype=np.int64) + 1,
            rating_va=column("rating_va"),
            high_v=high_v,
            low_v=low_v,
            impedance_share=column("impedance_share"),
            resistance_share=1.0 - column("efficiency_share"),
            iron_w=np.zeros(len(parts)),
            magnetising_share=np.zeros(len(parts)),
        ),
        loads=AcLoads(
            np.array([bus[behind[name]] for name in low], dtype=np.int64),
            active_w,
            active_w * float(np.tan(np.arccos(figures.get("facility-rules.power_factor", 1.0)))),
        ),
        slack_bus=0,
        slack_pu=1.0,
        frequency_hz=_frequency_hz(plan, site),
    )
    return network, (f"{site}-grid", *bus, *(f"{name}-mv" for name in on_ring))


def _frequency_hz(plan: Plan, site: str) -> float:
    catalog = plan.catalog()
    return next(grid_frequency_hz(row, catalog) for row in plan.program.sites if row.id == site)


def _rings(runs: pl.DataFrame, bus: dict[str, int], figures: dict[str, float]) -> AcLines:
    """Ring segments of a site; the figures of a cable are those of one kilometre."""
    rows = list(runs.select("start", "end", "part", "length_m", "parallel").iter_rows())

    def column(name: str) -> FloatArray:
        return np.array([figures.get(f"{part}.{name}", 0.0) * metres / 1e3 for _, _, part, metres, _ in rows])

    parallel = np.array([row[4] for row in rows], dtype=np.float64)
    return AcLines(
        np.array([bus[row[0]] for row in rows], dtype=np.int64),
        np.array([bus[row[1]] for row in rows], dtype=np.int64),
        column("resistance_ohm") / parallel,
        column("reactance_ohm") / parallel,
        column("capacitance_f") * parallel,
    )
