"""The bill of the compute fabric of a published 127-node cluster, from racks of servers to transceivers in cages."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

from rackwright.cabling import CablingRequest, route_cables
from rackwright.cabling.request import CableSpec, HallSpec, ModuleSpec
from rackwright.cabling.request import SwitchSpec as CabledSwitch
from rackwright.catalog.parts import Fact
from rackwright.fabric import FabricRequest, design_fabric
from rackwright.fabric.request import BlockNeed, RackRun, SwitchSpec, Target
from rackwright.tables.cabling import Cabling
from rackwright.tables.fabric import Fabric
from rackwright.tables.layout import Mounts, PlacedRacks
from rackwright.tables.racks import Ports, Slots

with (Path(__file__).parent / "superpod_h100_4su_bom.csv").open(encoding="utf-8", newline="") as lines:
    BILL = {row["item"]: int(row["count"]) for row in csv.DictReader(lines)}

SERVERS = {"unit-of-32": 32, "unit-of-31": 31}


def fact(name: str, value: float) -> Fact:
    """A fact with a name and a value."""
    return Fact(name, float(value), "", str(value), "", "assumption")


@pytest.fixture(scope="module")
def fabric() -> Fabric:
    """Three units of 32 servers and one of 31; a unit is drawn as one tall rack of eight-NIC servers."""
    switch = SwitchSpec(
        id="qm9700", protocol="infiniband", ports=fact("qm9700.ports", 64), port_gbit_s=fact("qm9700.port_gbit_s", 400)
    )
    target = Target(
        platform="dgx-h100",
        protocol="infiniband",
        family="rail-optimised",
        unit_racks=1,
        rails=8,
        planes=1,
        leaf=switch,
        spine=switch,
        core=switch,
        oversubscription=1.0,
        storage=None,
        in_band=None,
        out_of_band=None,
    )
    runs = (RackRun(0, 3, "unit-of-32"), RackRun(3, 1, "unit-of-31"))
    slots = [(name, u + 1, 0, "dgx-h100", "compute", 1, u) for name, count in SERVERS.items() for u in range(count)]
    ports = [(name, u, 0, nic, "scale-out", nic, 0, 400.0) for name, u, *_ in slots for nic in range(8)]
    need = BlockNeed(block="pod", units=4, runs=runs, target=target)
    return design_fabric(FabricRequest((need,), Slots.from_rows(slots), Ports.from_rows(ports)))


@pytest.fixture(scope="module")
def cabling(fabric: Fabric) -> Cabling:
    """Every link by fibre and twin-port transceivers; all racks stand in one row."""
    devices = fabric.devices.frame
    rack = devices.select(pl.when(pl.col("tier") == 0).then("rack_index").otherwise(4 + pl.col("tier")))
    racks = [
        (number, "pod", "", -1, number, "t", "compute", "h", 1, 1 + number, 300 + 600 * number, 1700, 0, 0, 0, 0)
        for number in range(8)
    ]
    rules = {"rack_pitch_m": 0.6, "drop_height_m": 0.6, "rack_run_m": 1.1, "slack_share": 0.05}
    rules |= {"service_loop_m": 1.0, "stock_step_m": 1.0}
    known = {name: fact(f"rules.{name}", value) for name, value in rules.items()}
    none = dict.fromkeys(("spare_share", "tray_area_m2", "tray_fill_share", "hall_distance_m"))
    optics = {"fibre": "multimode", "connector": "MPO-12"}
    request = CablingRequest(
        blocks=("pod",),
        halls=(
            HallSpec(id="h", rows=1, positions=8, **known, **none),  # type: ignore[arg-type]
        ),
        cables=(
            CableSpec(
                id="ndr",
                medium="fibre",
                cage="",
                rate_gbit_s=fact("ndr.rate_gbit_s", 400),
                reach_m=fact("ndr.reach_m", 50),
                power_w=None,
                price_usd=None,
                price_per_m_usd=None,
                diameter_m=None,
                **optics,
            ),
        ),
        modules=(
            ModuleSpec(
                id="twin",
                cage="OSFP",
                rate_gbit_s=fact("twin.rate_gbit_s", 400),
                links=fact("twin.links", 2),
                reach_m=fact("twin.reach_m", 50),
                power_w=None,
                price_usd=None,
                **optics,
            ),
        ),
        switches=(
            CabledSwitch(
                id="qm9700",
                cage="OSFP",
                ports=fact("qm9700.ports", 64),
                ports_per_cage=fact("qm9700.ports_per_cage", 2),
                cage_power_w=None,
            ),
        ),
        devices=fabric.devices,
        links=fabric.links,
        racks=PlacedRacks.from_rows(racks),
        mounts=Mounts.of(devices.select("device", rack=rack.to_series(), u=pl.lit(1))),
    )
    return route_cables(request)


def test_101_compute_switches(fabric: Fabric) -> None:
    """32 leaves and 16 spines."""
    assert fabric.devices.frame.filter(pl.col("tier") > 0).height == BILL["compute_switches"]
    assert fabric.devices.frame.filter(pl.col("tier") == 0).height == BILL["servers"]


def test_102_compute_cables(cabling: Cabling) -> None:
    """127 x 8 to the nodes and 1,024 above the leaves."""
    assert cabling.assemblies["count"].sum() == BILL["compute_ndr_cables"]


def test_103_transceivers(cabling: Cabling) -> None:
    """All 32 cages of 48 switches, and four twin-port transceivers in each of 127 systems."""
    assert cabling.modules["count"].sum() == BILL["compute_switch_osfp"] + BILL["compute_system_osfp"]
