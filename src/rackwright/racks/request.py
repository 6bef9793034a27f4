"""Which facts does the design of a rack rest on, and how is the stage's request cut from program and catalog?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem
from rackwright.base.units import Estimate
from rackwright.catalog.evidence import ALTERNATIVES
from rackwright.catalog.index import Catalog
from rackwright.catalog.parts import Component, Fact, Part, PowerShelf, RackFrame, Switch, Tray
from rackwright.program.model import Program
from rackwright.program.platforms import Configuration, Content, FabricTarget, Platform
from rackwright.racks.direct import direct_configurations, is_rectifier, rectifier_efficiency

__all__ = ["Fill", "Frame", "NetworkRack", "RackDesign", "RackPart", "RackPorts", "RacksRequest", "racks_request"]

SHELF_ROLES: Final = {"rectifier": "power", "battery": "battery", "capacitor": "battery", "side-rack": "side-rack"}


@dataclass(frozen=True, kw_only=True)
class RackPart:
    """What a rack needs to know of one part.

    `role` is that of `tables.racks.Slots`; parts without a slot have the role `inside`, a DC side rack `side-rack`.
    `airflow` is empty where the catalog does not say, `mount` (rear, side) where a part without a slot hangs inside.
    """

    id: str
    role: str
    airflow: str = ""
    mount: str = ""
    height_u: Fact | None = None
    mass_kg: Fact | None = None
    power_w: Fact | None = None
    accelerators: Fact | None = None
    scale_out_ports: Fact | None = None
    scale_out_gbit_s: Fact | None = None
    storage_ports: Fact | None = None
    storage_gbit_s: Fact | None = None
    management_ports: Fact | None = None
    rating_w: Fact | None = None
    efficiency_share: Fact | None = None
    switch_ports: Fact | None = None
    scale_up_links: Fact | None = None


@dataclass(frozen=True)
class Fill:
    """Pieces of one part in one zone of a rack."""

    part: RackPart
    count: int
    zone: str


@dataclass(frozen=True)
class Frame:
    """An empty rack; `form` tells 19-inch from open racks."""

    id: str
    height_u: Fact
    mass_kg: Fact | None
    static_load_kg: Fact | None
    form: str = ""
    width_mm: Fact | None = None
    depth_mm: Fact | None = None
    standing_slope: Fact | None = None


@dataclass(frozen=True, kw_only=True)
class RackPorts:
    """How the ports of a platform's racks meet its networks.

    `service` lists the networks that share a tray's storage ports, in order: storage, in-band, both or none.
    `out_of_band_gbit_s` is the port rate of the out-of-band switch, None where there is no such network.
    """

    rails: int
    planes: int
    service: tuple[str, ...]
    out_of_band_gbit_s: Fact | None


@dataclass(frozen=True, kw_only=True)
class RackDesign:
    """One compute rack type to design."""

    id: str
    platform: str
    frame: Frame
    fills: tuple[Fill, ...]
    stated_power_w: float | None
    liquid_share: float
    ports: RackPorts
    blank: RackPart | None
    typical_power_w: float | None = None


@dataclass(frozen=True)
class NetworkRack:
    """The empty rack that holds a platform's switches."""

    platform: str
    frame: Frame


@dataclass(frozen=True)
class RacksRequest:
    """Everything the stage uses; `frames` are those another rack could be built on."""

    designs: tuple[RackDesign, ...]
    network_racks: tuple[NetworkRack, ...]
    frames: tuple[Frame, ...] = field(default=(), metadata=ALTERNATIVES)


def racks_request(program: Program, catalog: Catalog) -> RacksRequest:
    """Cut the request from program and catalog.

    Raises
    ------
    InputError
        A part has no height though it takes a slot, or ports without a rate; a frame has no height; all of them at
        once. A part the catalog does not know is named alone.
    """
    problems: list[Problem] = []
    blank, direct = _blank(catalog), direct_configurations(program)
    designs = [
        _design(platform, _fed(configuration, direct, catalog), catalog, blank, problems)
        for platform in program.platforms
        for configuration in _newest(platform.configurations)
    ]
    networks = [
        NetworkRack(platform.id, _frame(catalog.get(RackFrame, platform.fabric.network_frame), problems))
        for platform in program.platforms
    ]
    if problems:
        raise InputError(problems)
    frames = [frame for frame in catalog.all(RackFrame) if frame.height_u and frame.static_load_kg]
    return RacksRequest(tuple(designs), tuple(networks), tuple(_frame(frame, problems) for frame in frames))


def _newest(configurations: tuple[Configuration, ...]) -> tuple[Configuration, ...]:
    """Each SKU once, at its last revision."""
    return tuple({configuration.id: configuration for configuration in configurations}.values())


def _fed(configuration: Configuration, direct: frozenset[str], catalog: Catalog) -> Configuration:
    """A configuration behind side racks without its rectifier shelves, its stated power without their loss."""
    if configuration.id not in direct:
        return configuration
    share = rectifier_efficiency(configuration, catalog)
    contents = tuple(content for content in configuration.contents if not is_rectifier(content, catalog))
    power, typical = (
        None if stated is None else Estimate(stated.value * share, stated.low * share, stated.high * share)
        for stated in (configuration.rack_power, configuration.typical_power)
    )
    return configuration.model_copy(update={"contents": contents, "rack_power": power, "typical_power": typical})


def _blank(catalog: Catalog) -> RackPart | None:
    """The catalog's blanking panel of one rack unit; None if it has none."""
    panels = [tray for tray in catalog.all(Tray) if tray.role == "blank" and tray.height_u and tray.height_u.value == 1]
    return _rack_part(panels[0]) if panels else None


def _design(
    platform: Platform,
    configuration: Configuration,
    catalog: Catalog,
    blank: RackPart | None,
    problems: list[Problem],
) -> RackDesign:
    where = f"platforms[{platform.id}].configurations[{configuration.id}]"
    power = configuration.rack_power
    return RackDesign(
        id=configuration.id,
        platform=platform.id,
        frame=_frame(catalog.get(RackFrame, configuration.frame), problems),
        fills=tuple(_fill(content, catalog, where, problems) for content in configuration.contents),
        stated_power_w=None if power is None else power.value,
        typical_power_w=None if configuration.typical_power is None else configuration.typical_power.value,
        liquid_share=platform.facility.liquid_share.value,
        ports=_rack_ports(platform.fabric, catalog),
        blank=blank,
    )


def _rack_ports(target: FabricTarget, catalog: Catalog) -> RackPorts:
    networks = (("storage", target.storage), ("in-band", target.in_band))
    out_of_band = catalog.get(Switch, target.out_of_band).port_gbit_s if target.out_of_band else None
    return RackPorts(
        rails=target.rails,
        planes=target.planes,
        service=tuple(name for name, switch in networks if switch),
        out_of_band_gbit_s=out_of_band,
    )


def _frame(frame: RackFrame, problems: list[Problem]) -> Frame:
    if frame.height_u is None:
        problems.append(_missing(f"catalog[{frame.id}]", frame.id, "height_u", "Give the frame its usable height."))
    height_u = frame.height_u or Fact(f"{frame.id}.height_u", 1.0, "U", "", "", "assumption")
    return Frame(
        frame.id,
        height_u,
        frame.mass_kg,
        frame.static_load_kg,
        frame.form,
        width_mm=frame.width_mm,
        depth_mm=frame.depth_mm,
        standing_slope=frame.standing_slope,
    )


def _fill(content: Content, catalog: Catalog, where: str, problems: list[Problem]) -> Fill:
    part = _rack_part(catalog.find(content.part))
    path = f"{where}.contents[{content.part}]"
    if content.zone != "inside" and part.height_u is None:
        repair = "Give the part its height, or put it into the zone `inside`."
        problems.append(_missing(path, part.id, "height_u", repair))
    for count, rate in (("scale_out_ports", "scale_out_gbit_s"), ("storage_ports", "storage_gbit_s")):
        if getattr(part, count) is not None and getattr(part, rate) is None:
            problems.append(_missing(path, part.id, rate, "Give the ports their rate."))
    return Fill(part, content.count, content.zone)


def _missing(path: str, part: str, field: str, repair: str) -> Problem:
    return Problem("missing-fact", Place(path=path), f"the catalog part {part} carries no `{field}`.", repair)


def _rack_part(part: Part) -> RackPart:
    """The figures of a part that a rack uses; a class that draws no power and has no ports leaves them out."""
    if isinstance(part, Tray):
        return RackPart(
            id=part.id,
            role=part.role,
            airflow=part.airflow,
            height_u=part.height_u,
            mass_kg=part.mass_kg,
            power_w=part.power_w,
            accelerators=part.accelerators,
            scale_out_ports=part.scale_out_ports,
            scale_out_gbit_s=part.scale_out_gbit_s,
            storage_ports=part.storage_ports,
            storage_gbit_s=part.storage_gbit_s,
            management_ports=part.management_ports,
            scale_up_links=part.scale_up_links,
        )
    if isinstance(part, PowerShelf):
        return RackPart(
            id=part.id,
            role=SHELF_ROLES.get(part.role, "power"),
            height_u=part.height_u,
            mass_kg=part.mass_kg,
            rating_w=part.rating_w if part.role == "rectifier" else None,
            efficiency_share=part.efficiency_share if part.role == "rectifier" else None,
        )
    if isinstance(part, Switch):
        return RackPart(
            id=part.id,
            role="management",
            airflow=part.airflow,
            height_u=part.height_u,
            mass_kg=part.mass_kg,
            power_w=part.power_w,
            switch_ports=part.ports,
        )
    power_w, mount = (part.power_w, part.mount) if isinstance(part, Component) else (None, "")
    return RackPart(id=part.id, role="inside", mount=mount, mass_kg=part.mass_kg, power_w=power_w)
