"""Published counts of switches and cables against the sizing rule; see README.md for sources and exceptions."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import pytest

from rackwright.fabric import Clos, ClosNeed, size_clos

HERE = Path(__file__).parent
with (HERE / "reference_counts.csv").open(encoding="utf-8", newline="") as lines:
    ROWS = [{**row, "id": f"{row['arch_id']}/{row['config']}"} for row in csv.DictReader(lines)]

NOT_COVERED = {
    "meta-24k-roce/pod": "ports of the switches and spines are not published",
    "meta-24k-roce/cluster": "ports of the switches and spines are not published",
}
PINS: Mapping[str, Mapping[str, float]] = {
    "dgx-gb200-superpod": {"tiers": 3, "leaf_down": 18, "pod_leaves": 8},
    "simai-spectrum-x": {"bundle": 1},
    "simai-dcn-plus": {"bundle": 1, "oversubscription": 8.0},
}
"""What a row's note says of its design beyond the sizing rule."""
MANAGER_PORTS = {"dgx-h100-superpod-ufm": 4}
COVERED = [row for row in ROWS if row["id"] not in NOT_COVERED]


def need_of(row: Mapping[str, str]) -> ClosNeed:
    """The fabric a row asks for: a rail for each NIC where rails are sorted, else all NICs of a unit together."""
    by_rail = row["rail_optimised"] == "1"
    nics, radix = int(row["nics_per_server"]), int(row["switch_ports_at_fabric_speed"])
    unit = int(row["su_size_servers"])
    return ClosNeed(
        groups=-(-int(row["servers"]) // unit),
        endpoints=unit if by_rail else unit * nics,
        rails=nics if by_rail else 1,
        planes=int(row["planes"]),
        leaf_radix=radix,
        spine_radix=radix,
        core_radix=radix,
        **PINS.get(row["arch_id"], {}),  # type: ignore[arg-type]
    )


def sized(row: Mapping[str, str]) -> Clos:
    """The fabric of a row; fails where none can be built."""
    clos = size_clos(need_of(row))
    assert clos is not None
    return clos


def test_101_the_rows_left_out_are_those_named() -> None:
    """Every other row is scored, and every row left out is in the file."""
    assert len(COVERED) == len(ROWS) - len(NOT_COVERED) == 16


@pytest.mark.parametrize("row", COVERED, ids=lambda row: row["id"])
def test_102_switches_are_exact(row: Mapping[str, str]) -> None:
    """Tiers, leaves, spines and cores as printed."""
    clos = sized(row)
    found = (clos.tiers, clos.leaves, clos.spines, clos.cores)
    assert found == tuple(int(row[name]) for name in ("tiers", "leaf", "spine", "core"))


@pytest.mark.parametrize("row", COVERED, ids=lambda row: row["id"])
def test_103_cables_are_exact(row: Mapping[str, str]) -> None:
    """Cables to endpoints, from leaves to spines, from spines to cores as printed."""
    clos = sized(row)
    endpoints = int(row["servers"]) * int(row["nics_per_server"]) + MANAGER_PORTS.get(row["arch_id"], 0)
    found = (endpoints, clos.leaves * clos.leaf_up, clos.spines * clos.spine_up)
    names = ("endpoint_leaf_cables", "leaf_spine_cables", "spine_core_cables")
    assert found == tuple(int(row[name]) for name in names)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_201_rows_are_consistent(row: Mapping[str, str]) -> None:
    """Servers x NICs, with the fabric manager's ports, are the printed endpoint cables: no printing errors here."""
    ports = int(row["servers"]) * int(row["nics_per_server"]) + MANAGER_PORTS.get(row["arch_id"], 0)
    assert ports == int(row["endpoint_leaf_cables"])
