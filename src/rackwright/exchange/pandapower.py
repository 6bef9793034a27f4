"""How does a network look to pandapower? JSON text that its `from_json_string` reads, written without that library."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from rackwright.plan import Plan
from rackwright.power.ac_network import AcLines, AcLoads, AcNetwork, AcTransformers

__all__ = ["network_of_plan", "pandapower_json", "plan_pandapower"]

FORMAT, VERSION = "3.3.0", "3.5.6"
"""Format of the file, and the release of pandapower it was tried with."""
FREQUENCY_HZ = 60.0
Cells = Sequence[Any]


def pandapower_json(network: AcNetwork, name: str, buses: Sequence[str] = ()) -> bytes:
    """A balanced network as pandapower's JSON.

    Parameters
    ----------
    network
        Buses, cables, transformers and loads.
    name
        Name of the network.
    buses
        Names of the buses, in order; numbers where none are given.
    """
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
            ("bus", "uint32", [network.slack_bus]),
            ("vm_pu", "float64", [network.slack_pu]),
            ("va_degree", "float64", [0.0]),
            ("slack_weight", "float64", [1.0]),
            ("in_service", "bool", [True]),
        ),
        "line": _line_frame(line),
        "trafo": _transformer_frame(unit),
        "load": _load_frame(load),
    }
    grid = {"name": name, "f_hz": network.frequency_hz, "sn_mva": network.base_va / 1e6}
    body = {**tables, **grid, "version": VERSION, "format_version": FORMAT, "std_types": {}}
    document = {"_module": "pandapower.auxiliary", "_class": "pandapowerNet", "_object": body}
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


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
    """Transformers and boards of the first site of a plan at peak; `network_of_plan` gives the others."""
    site = next(iter(plan.power.balances["site"].to_list()), "")
    network, names = network_of_plan(plan, site)
    return pandapower_json(network, site or plan.program.name, names)


def network_of_plan(plan: Plan, site: str) -> tuple[AcNetwork, tuple[str, ...]]:
    """Alternating-current network of one site from the tables of a plan, with the names of its buses.

    Bus 0 is the grid; each transformer has one bus behind it, on which its boards stand. Figures of the parts are those
    the power stage used.
    """
    figures = dict(plan.facts.frame.filter(stage="power").select("fact", "value").iter_rows())
    elements = plan.power.elements.frame.filter(site=site)
    loads = dict(plan.power.loads.frame.select("element", "normal_w").iter_rows())
    units = elements.filter(pl.col("kind").is_in(["hv-transformer", "unit-substation"])).sort("kind", "element")
    bus = {name: number + 1 for number, name in enumerate(units["element"].to_list())}
    boards = elements.filter(pl.col("kind").is_in(["mv-switchgear", "ats", "lv-switchgear"]))
    behind = dict(boards.select("element", "upstream").iter_rows())
    behind |= {name: behind[above] for name, above in behind.items() if above in behind}
    low = boards.filter(kind="lv-switchgear")["element"].to_list()
    parts = units["part"].to_list()

    def column(name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.array([figures[f"{part}.{name}"] for part in parts], dtype=np.float64)

    above = [bus.get(behind.get(name, ""), 0) for name in units["upstream"].to_list()]
    active_w = np.array([loads[name] for name in low])
    none = np.zeros(0)
    high_v = column("primary_v")
    network = AcNetwork(
        nominal_v=np.concatenate([high_v[:0], [max(high_v, default=0.0)], column("secondary_v")]),
        lines=AcLines(none.astype(np.int64), none.astype(np.int64), none, none, none),
        transformers=AcTransformers(
            high=np.array(above, dtype=np.int64),
            low=np.arange(len(parts), dtype=np.int64) + 1,
            rating_va=column("rating_va"),
            high_v=high_v,
            low_v=column("secondary_v"),
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
        frequency_hz=FREQUENCY_HZ,
    )
    return network, (f"{site}-grid", *bus)
