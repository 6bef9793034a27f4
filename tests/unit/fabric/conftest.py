"""Small blocks made by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from rackwright.catalog.parts import Fact
from rackwright.fabric.request import BlockNeed, FabricRequest, Pins, RackRun, Reserve, SwitchSpec, Target
from rackwright.tables.racks import Ports, Slots


@dataclass(frozen=True, kw_only=True)
class Pod:
    """One block: units of racks of equal trays, and the switches of its networks (radix, rate)."""

    units: int = 2
    unit_racks: int = 2
    trays: int = 4
    rails: int = 2
    planes: int = 1
    radix: int = 16
    rate: float = 400.0
    endpoint_rate: float = 400.0
    oversubscription: float = 1.0
    reserved: int = 0
    rail_optimised: bool = True
    family: str = ""
    joined_planes: bool = False
    uplink_rate: float = 0.0
    spine_oversubscription: float = 1.0
    reserves: tuple[Reserve, ...] = ()
    pins: Pins = field(default_factory=Pins)
    storage_ports: int = 2
    service_planes: int = 1
    service_oversubscription: float = 1.0
    storage: int = 0
    out_of_band: int = 0
    out_of_band_top: int = 0
    protocol: str = "ethernet"


def _switch(name: str, ports: int, gbit_s: float) -> SwitchSpec:
    facts = [
        Fact(f"{name}.{f}", float(v), "", "", "", "assumption") for f, v in (("ports", ports), ("port_gbit_s", gbit_s))
    ]
    return SwitchSpec(id=name, protocol="ethernet", ports=facts[0], port_gbit_s=facts[1])


def _management(pod: Pod) -> SwitchSpec | None:
    """The management switch, with four uplink cages of 100G."""
    if not pod.out_of_band:
        return None
    uplinks, rate = (
        Fact(f"mgmt.{f}", v, "", "", "", "assumption") for f, v in (("uplinks", 4.0), ("uplink_gbit_s", 100.0))
    )
    return replace(_switch("mgmt", pod.out_of_band, 1.0), uplinks=uplinks, uplink_gbit_s=rate)


def _port_rows(pod: Pod) -> list[tuple[str, int, int, int, str, int, int, float]]:
    scale_out = [
        ("scale-out", rail, plane, pod.endpoint_rate) for rail in range(pod.rails) for plane in range(pod.planes)
    ]
    others = [("storage", -1, 0, 200.0)] * (pod.storage_ports if pod.storage else 0) + [("out-of-band", -1, 0, 1.0)] * (
        1 if pod.out_of_band else 0
    )
    return [
        ("rack", u + 1, 0, port, network, rail, plane, rate)
        for u in range(pod.trays)
        for port, (network, rail, plane, rate) in enumerate([*scale_out, *others])
    ]


def make_request(pod: Pod, names: tuple[str, ...] = ("b",)) -> FabricRequest:
    """Request for blocks of one form."""
    switch = _switch("clos", pod.radix, pod.rate)
    target = Target(
        platform="p",
        protocol=pod.protocol,
        family=pod.family or ("rail-optimised" if pod.rail_optimised else "leaf-spine"),  # type: ignore[arg-type]
        unit_racks=pod.unit_racks,
        rails=pod.rails,
        planes=pod.planes,
        leaf=switch,
        spine=switch,
        core=switch,
        oversubscription=pod.oversubscription,
        reserves=pod.reserves or ((Reserve("spare", "leaf", pod.reserved),) if pod.reserved else ()),
        joined_planes=pod.joined_planes,
        uplink_gbit_s=pod.uplink_rate,
        spine_oversubscription=pod.spine_oversubscription,
        pins=pod.pins,
        service_planes=pod.service_planes,
        service_oversubscription=pod.service_oversubscription,
        storage=_switch("storage", pod.storage, 200.0) if pod.storage else None,
        in_band=None,
        out_of_band=_management(pod),
        out_of_band_spine=_switch("mgmt-top", pod.out_of_band_top, 100.0) if pod.out_of_band_top else None,
    )
    blocks = tuple(
        BlockNeed(block=name, units=pod.units, runs=(RackRun(0, pod.units, "rack"),), target=target) for name in names
    )
    slots = Slots.from_rows([("rack", u + 1, 0, "tray", "compute", 1, u) for u in range(pod.trays)])
    return FabricRequest(blocks, slots, Ports.from_rows(_port_rows(pod)))


@pytest.fixture(scope="session")
def request_of() -> Callable[..., FabricRequest]:
    """Make a request: `request_of(units=3, radix=8)`."""

    def make(names: tuple[str, ...] = ("b",), **fields: object) -> FabricRequest:
        return make_request(Pod(**fields), names)  # type: ignore[arg-type]

    return make
