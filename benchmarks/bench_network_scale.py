"""How long do design, wiring and all checks of a fabric take at 131,072 endpoints, and the wiring alone at a million?

Three tiers of 128-port switches at 400 Gb/s, one link an endpoint. Lengths and cut-sheets (`bench_network_cables.py`)
and as-built checks (`bench_network_verify.py`) have scripts of their own. Peak memory is that of the process.
"""

from __future__ import annotations

import resource
import time

import numpy as np
import polars as pl

from rackwright.catalog.parts import Fact
from rackwright.fabric import ClosNeed, FabricRequest, design_fabric, size_clos
from rackwright.fabric.request import BlockNeed, RackRun, SwitchSpec, Target
from rackwright.fabric.wiring import ClosParts, wire_clos
from rackwright.tables.racks import Ports, Slots

TRAYS, RAILS, UNIT_RACKS = 16, 8, 8


def spec(ports: int) -> SwitchSpec:
    """A switch of 400 Gb/s ports."""
    figures = {"ports": float(ports), "port_gbit_s": 400.0}
    facts = {name: Fact(f"case.{name}", value, "", "", "", "assumption") for name, value in figures.items()}
    return SwitchSpec(id="switch", protocol="ethernet", **facts)


def request_of(units: int) -> FabricRequest:
    """One block of units of eight racks of 16 trays with eight rails: 1,024 endpoints a unit."""
    switch = spec(128)
    target = Target(
        platform="p",
        protocol="ethernet",
        family="rail-optimised",
        unit_racks=UNIT_RACKS,
        rails=RAILS,
        planes=1,
        leaf=switch,
        spine=switch,
        core=switch,
        oversubscription=1.0,
        storage=None,
        in_band=None,
        out_of_band=None,
    )
    slots = [("rack", u + 1, 0, "tray", "compute", 1, u) for u in range(TRAYS)]
    ports = [("rack", u + 1, 0, r, "scale-out", r, 0, 400.0) for u in range(TRAYS) for r in range(RAILS)]
    need = BlockNeed(block="b", units=units, runs=(RackRun(0, units, "rack"),), target=target)
    return FabricRequest((need,), Slots.from_rows(slots), Ports.from_rows(ports))


def million() -> tuple[float, int]:
    """Seconds to wire 1,048,576 endpoints in four planes of three tiers, and to check degree and rails; links."""
    planes, rails, trays = 4, 8, 32_768
    started = time.perf_counter()
    need = ClosNeed(
        groups=512, endpoints=64, rails=rails, planes=planes, leaf_radix=128, spine_radix=128, core_radix=128
    )
    clos = size_clos(need)
    assert clos is not None
    tray, port = np.divmod(np.arange(trays * rails * planes), rails * planes)
    columns = {"device": tray, "port": port, "rail": port % rails, "plane": port // rails, "unit": tray // 64}
    ports = pl.DataFrame(columns).with_columns(gbit_s=pl.lit(400.0))
    names = {tier: tier for tier in ("leaf", "spine", "core")}
    radix = {f"{tier}_radix": 128 for tier in names}
    wiring = wire_clos(clos, ClosParts(**names, **radix, gbit_s=400.0), ports, first_device=trays, by_rail=True)
    b_device, b_port = (wiring.links[name].to_numpy() for name in ("b_device", "b_port"))
    a_device, a_port = (wiring.links[name].to_numpy() for name in ("a_device", "a_port"))
    ends = np.sort(np.concatenate([a_device * 128 + a_port, b_device * 128 + b_port]))
    assert (ends[1:] != ends[:-1]).all()
    assert np.bincount(np.concatenate([a_device, b_device]))[trays:].max() <= 128
    leaf = b_device[: len(ports)] - trays
    assert np.array_equal(wiring.switches["rail"].to_numpy()[leaf], ports["rail"].to_numpy())
    assert np.array_equal(wiring.switches["plane"].to_numpy()[leaf], ports["plane"].to_numpy())
    return time.perf_counter() - started, len(wiring.links)


def main() -> None:
    """Time both sizes."""
    request = request_of(128)
    started, cpu = time.perf_counter(), time.process_time()
    fabric = design_fabric(request)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    design = fabric.designs.frame.row(0, named=True)
    assert design["endpoints"] == 131_072
    assert fabric.checks["passed"].all()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    switches = (design["leaves"], design["spines"], design["cores"])
    print(
        f"network scale: 131,072 endpoints, switches {switches}, {len(fabric.links):,} links, "
        f"{len(fabric.checks)} checks: {seconds:.2f} s, {cpu:.2f} s CPU, {memory:.0f} MB (to reach: 5 s, 500 MB)"
    )
    seconds, count = million()
    print(f"network scale: 1,048,576 endpoints with {count:,} links, degree and rails: {seconds:.2f} s (to reach: 5 s)")


if __name__ == "__main__":
    main()
