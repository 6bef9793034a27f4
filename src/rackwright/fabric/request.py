"""What must be connected in each block, and with which switches? The narrow request of the stage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem
from rackwright.catalog.evidence import ALTERNATIVES
from rackwright.catalog.index import Catalog
from rackwright.catalog.parts import Switch
from rackwright.fabric.optics import Market, take_market
from rackwright.fabric.switch import SwitchSpec, switch_spec
from rackwright.program.model import Program
from rackwright.program.platforms import FabricFamily, FabricTarget
from rackwright.tables.racks import Ports, Racks, Slots
from rackwright.tables.siting import Siting

__all__ = ["BlockNeed", "FabricRequest", "Pins", "RackRun", "Reserve", "SwitchSpec", "Target", "fabric_request"]


@dataclass(frozen=True)
class Reserve:
    """Ports kept free on each switch of a tier (`leaf` or `spine`) for a purpose."""

    purpose: str
    tier: str
    ports: int


@dataclass(frozen=True, kw_only=True)
class Pins:
    """What the user has decided of the scale-out network; 0 leaves it to the sizing rule."""

    tiers: int = 0
    leaf_down: int = 0
    leaf_up: int = 0
    pod_leaves: int = 0
    bundle: int = 0
    core_bundle: int = 0
    breakout: int = 0
    torus: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Target:
    """What the networks of a platform must be; `storage`, `in_band`, `out_of_band` are None where there is none.

    `uplink_gbit_s` is the rate of links between switches, 0 for that of the endpoints.
    """

    platform: str
    protocol: str
    family: FabricFamily
    unit_racks: int
    rails: int
    planes: int
    leaf: SwitchSpec
    spine: SwitchSpec
    core: SwitchSpec
    oversubscription: float
    storage: SwitchSpec | None
    in_band: SwitchSpec | None
    out_of_band: SwitchSpec | None
    out_of_band_spine: SwitchSpec | None = None
    joined_planes: bool = False
    uplink_gbit_s: float = 0.0
    spine_oversubscription: float = 1.0
    reserves: tuple[Reserve, ...] = ()
    pins: Pins = field(default_factory=Pins)
    growth_keeps: float = 0.75
    service_planes: int = 1
    service_oversubscription: float = 1.0


@dataclass(frozen=True)
class RackRun:
    """Neighbouring units of a block whose racks are of one type."""

    first_unit: int
    units: int
    type: str


@dataclass(frozen=True, kw_only=True)
class BlockNeed:
    """One block: its units and what its racks are."""

    block: str
    units: int
    runs: tuple[RackRun, ...]
    target: Target


@dataclass(frozen=True)
class FabricRequest:
    """Everything the stage uses; slots and ports only of the rack types that stand in a block.

    `market` holds what other scale-out networks could be made of.
    """

    blocks: tuple[BlockNeed, ...]
    slots: Slots
    ports: Ports
    market: Market = field(default_factory=Market, metadata=ALTERNATIVES)


def fabric_request(program: Program, catalog: Catalog, siting: Siting, racks: Racks) -> FabricRequest:
    """Cut the request from program, catalog and the stages before.

    Raises
    ------
    InputError
        A switch is unknown or carries no port count or port rate; all of them at once.
    """
    problems: list[Problem] = []
    used = set(siting.blocks["platform"].to_list())
    targets = {
        platform.id: _target(platform.id, platform.fabric, catalog, problems)
        for platform in program.platforms
        if platform.id in used
    }
    if problems:
        raise InputError(problems)
    blocks = tuple(
        BlockNeed(block=block, units=units, runs=_runs(siting, block), target=targets[platform])
        for block, platform, units in siting.blocks.frame.select("block", "platform", "units").iter_rows()
    )
    types = sorted({run.type for need in blocks for run in need.runs})
    is_used = pl.col("type").is_in(types)
    protocols = sorted({target.protocol for target in targets.values()})
    market = take_market(catalog, protocols, [target.leaf for target in targets.values()])
    slots, ports = Slots(racks.slots.frame.filter(is_used)), Ports(racks.ports.frame.filter(is_used))
    return FabricRequest(blocks, slots, ports, market)


def _runs(siting: Siting, block: str) -> tuple[RackRun, ...]:
    """Runs of a block in the order of units; retired racks are gone and need no ports."""
    rows = siting.tranches.frame.filter(
        (pl.col("block") == block) & (pl.col("state") != "retired") & (pl.col("units") > 0)
    ).sort("first_unit", "tranche")
    return tuple(RackRun(*row) for row in rows.select("first_unit", "units", "configuration").iter_rows())


def _target(platform: str, target: FabricTarget, catalog: Catalog, problems: list[Problem]) -> Target:
    def switch(field: str, part: str) -> SwitchSpec:
        """The switch of a tier or network."""
        found = catalog.get(Switch, part)
        problems.extend(_missing(found, f"platforms[{platform}].fabric.{field}"))
        return switch_spec(found, catalog)

    return Target(
        platform=platform,
        protocol=target.protocol,
        family=target.family,
        unit_racks=target.unit_racks,
        rails=target.rails,
        planes=target.planes,
        leaf=switch("leaf", target.leaf),
        spine=switch("spine", target.spine),
        core=switch("core", target.core or target.spine),
        oversubscription=target.oversubscription,
        storage=switch("storage", target.storage) if target.storage else None,
        in_band=switch("in_band", target.in_band) if target.in_band else None,
        out_of_band=switch("out_of_band", target.out_of_band) if target.out_of_band else None,
        out_of_band_spine=switch("out_of_band_spine", target.out_of_band_spine) if target.out_of_band_spine else None,
        joined_planes=target.joined_planes,
        uplink_gbit_s=target.uplink_gbit_s or 0.0,
        spine_oversubscription=target.spine_oversubscription,
        reserves=_reserves(target),
        pins=_pins(target),
        growth_keeps=target.growth_keeps,
        service_planes=target.service_planes,
        service_oversubscription=target.service_oversubscription,
    )


def _reserves(target: FabricTarget) -> tuple[Reserve, ...]:
    """Ports kept free by purpose and tier, each pair once."""
    kept = {("spare", "leaf"): target.reserved_leaf_ports} if target.reserved_leaf_ports else {}
    for row in target.reserved:
        kept[row.purpose, row.tier] = kept.get((row.purpose, row.tier), 0) + row.ports
    return tuple(Reserve(purpose, tier, ports) for (purpose, tier), ports in kept.items())


def _pins(target: FabricTarget) -> Pins:
    return Pins(
        tiers=target.tiers,
        leaf_down=target.leaf_ports,
        leaf_up=target.leaf_uplinks,
        pod_leaves=target.pod_leaves,
        bundle=target.bundle,
        core_bundle=target.core_bundle,
        breakout=target.breakout,
        torus=target.torus,
    )


def _missing(switch: Switch, where: str) -> Iterator[Problem]:
    """Figures of a switch without which no fabric can be made of it."""
    figures = {"ports": switch.ports, "port_gbit_s": switch.port_gbit_s}
    for name, figure in figures.items():
        if figure is None:
            rule = f"the catalog switch {switch.id} carries no `{name}`."
            yield Problem("missing-fact", Place(path=where), rule, "Add the figure to the catalog folder.")
