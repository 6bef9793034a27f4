"""How long do design, ports, lengths and all checks of 131,072 endpoints take, and the cut-sheet of their cables?

Three tiers of 128-port switches at 400 Gb/s as in `bench_network_scale.py`, in 1,024 racks of 16 trays and 160 racks of
switches, rows of 40. Switch, cables and transceivers are those of the catalog, rules of the hall those of
`examples/one-pod`. Peak memory is that of the process after the checks, the catalog and the example read before.
"""

from __future__ import annotations

import dataclasses
import resource
import time
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np

from bench_network_scale import TRAYS, request_of
from rackwright.cabling import CablingRequest, cabling_request, route_cables
from rackwright.catalog import load_catalog
from rackwright.catalog.index import Catalog
from rackwright.exchange.cut_sheet import cut_sheet
from rackwright.exchange.folder import csv_bytes
from rackwright.fabric import FabricRequest, design_fabric
from rackwright.plan import Plan
from rackwright.program import read_program
from rackwright.program.model import Program
from rackwright.tables.checks import Checks
from rackwright.tables.fabric import Fabric
from rackwright.tables.layout import Layout, Mounts, PlacedRacks, Reserved

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "one-pod"
SWITCH, BLOCK, HALL = "nvidia-sn5600", "pod-1", "ohio-1"
RACKS, ROWS, ROW, SWITCHES_A_RACK, PITCH_MM, ROW_MM = 1_024, 30, 40, 32, 600, 3_400
ENDPOINTS = 131_072


def fabric_asked() -> FabricRequest:
    """The request of the other script, in a block that the example and with a switch that the catalog knows."""
    found = request_of(ENDPOINTS // 1_024)
    target = found.blocks[0].target
    switch = dataclasses.replace(target.leaf, id=SWITCH)
    target = dataclasses.replace(target, leaf=switch, spine=switch, core=switch)
    return dataclasses.replace(found, blocks=(dataclasses.replace(found.blocks[0], block=BLOCK, target=target),))


def placed(fabric: Fabric) -> Layout:
    """Racks in rows of 40, the racks of switches last."""
    devices = fabric.devices.frame
    is_tray = devices["tier"].to_numpy() == 0
    ordinal = np.cumsum(~is_tray) - 1
    rack = np.where(is_tray, devices["rack_index"].to_numpy(), RACKS + ordinal // SWITCHES_A_RACK)
    u = np.where(is_tray, devices["u"].to_numpy(), ordinal % SWITCHES_A_RACK + 1)
    assert u[is_tray].max() == TRAYS
    number = np.arange(rack.max() + 1)
    is_compute = number < RACKS
    racks = PlacedRacks.from_columns(
        rack=number,
        block=[BLOCK] * len(number),
        tranche=np.where(is_compute, "pod-1a", ""),
        unit=np.where(is_compute, number // 8, -1),
        rack_index=np.where(is_compute, number, number - RACKS),
        type=["rack"] * len(number),
        role=np.where(is_compute, "compute", "network"),
        hall=[HALL] * len(number),
        row=number // ROW + 1,
        position=number % ROW + 1,
        x_mm=number % ROW * PITCH_MM + PITCH_MM // 2,
        y_mm=number // ROW * ROW_MM + ROW_MM // 2,
        mean_w=np.zeros(len(number)),
        peak_w=np.zeros(len(number)),
        liquid_share=np.zeros(len(number)),
        kg=np.zeros(len(number)),
    )
    mounts = Mounts.from_columns(device=devices["device"], rack=rack, u=u)
    return Layout(racks, mounts, Reserved.empty(), Checks.empty(), ())


def cabling_asked(program: Program, catalog: Catalog, fabric: Fabric, layout: Layout) -> CablingRequest:
    """The request for a hall that is large enough."""
    hall = next(hall for hall in program.halls if hall.id == HALL)
    larger = hall.model_copy(update={"rows": ROWS, "positions_per_row": ROW})
    return cabling_request(program.model_copy(update={"halls": (larger,)}), catalog, fabric, layout)


def main() -> None:
    """Time both steps."""
    catalog = load_catalog(None)
    program = read_program(EXAMPLE, catalog=catalog)
    started, cpu = time.perf_counter(), time.process_time()
    fabric = design_fabric(fabric_asked())
    layout = placed(fabric)
    cabling = route_cables(cabling_asked(program, catalog, fabric, layout))
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert fabric.designs["endpoints"][0] == ENDPOINTS
    assert len(cabling.cables) == len(fabric.links)
    assert fabric.checks["passed"].all()
    assert cabling.checks["passed"].all()
    print(
        f"network cables: {ENDPOINTS:,} endpoints, {len(cabling.cables):,} links, {cabling.num_cables:,} cables, "
        f"{len(fabric.checks) + len(cabling.checks)} checks: {seconds:.2f} s, {cpu:.2f} s CPU, {memory:.0f} MB "
        "(to reach: 5 s, 500 MB)"
    )
    plan = cast(Plan, SimpleNamespace(fabric=fabric, layout=layout, cabling=cabling))
    started, cpu = time.perf_counter(), time.process_time()
    sheet = cut_sheet(plan)
    data = csv_bytes(sheet)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    assert data.count(b"\n") == sheet.height + 1 == cabling.cables.frame.select("assembly", "leg").unique().height + 1
    print(
        f"network cables: cut-sheet of {sheet.height:,} lines, {len(data) / 1e6:.0f} MB: {seconds:.2f} s, "
        f"{cpu:.2f} s CPU (to reach: 10 s)"
    )


if __name__ == "__main__":
    main()
