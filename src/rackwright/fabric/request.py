"""What must be connected in each block, and with which switches? The narrow request of the stage."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem
from rackwright.catalog.index import Catalog
from rackwright.catalog.parts import Fact, Switch
from rackwright.program.model import Program
from rackwright.program.platforms import FabricTarget
from rackwright.tables.racks import Ports, Racks, Slots
from rackwright.tables.siting import Siting

__all__ = ["BlockNeed", "FabricRequest", "RackRun", "SwitchSpec", "Target", "fabric_request"]


@dataclass(frozen=True, kw_only=True)
class SwitchSpec:
    """What a fabric needs to know of a switch."""

    id: str
    protocol: str
    ports: Fact
    port_gbit_s: Fact


@dataclass(frozen=True, kw_only=True)
class Target:
    """What the networks of a platform must be; `storage`, `in_band`, `out_of_band` are None where there is none."""

    platform: str
    protocol: str
    rail_optimised: bool
    unit_racks: int
    rails: int
    planes: int
    leaf: SwitchSpec
    spine: SwitchSpec
    core: SwitchSpec
    oversubscription: float
    reserved_leaf_ports: int
    storage: SwitchSpec | None
    in_band: SwitchSpec | None
    out_of_band: SwitchSpec | None


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
    """Everything the stage uses; slots and ports only of the rack types that stand in a block."""

    blocks: tuple[BlockNeed, ...]
    slots: Slots
    ports: Ports


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
    return FabricRequest(blocks, Slots(racks.slots.frame.filter(is_used)), Ports(racks.ports.frame.filter(is_used)))


def _runs(siting: Siting, block: str) -> tuple[RackRun, ...]:
    """Runs of a block in the order of units; retired racks are gone and need no ports."""
    rows = siting.tranches.frame.filter(
        (pl.col("block") == block) & (pl.col("state") != "retired") & (pl.col("units") > 0)
    ).sort("first_unit", "tranche")
    return tuple(RackRun(*row) for row in rows.select("first_unit", "units", "configuration").iter_rows())


def _target(platform: str, target: FabricTarget, catalog: Catalog, problems: list[Problem]) -> Target:
    def switch(field: str, part: str) -> SwitchSpec:
        return _switch(catalog.get(Switch, part), f"platforms[{platform}].fabric.{field}", problems)

    return Target(
        platform=platform,
        protocol=target.protocol,
        rail_optimised=target.family == "rail-optimised",
        unit_racks=target.unit_racks,
        rails=target.rails,
        planes=target.planes,
        leaf=switch("leaf", target.leaf),
        spine=switch("spine", target.spine),
        core=switch("core", target.core or target.spine),
        oversubscription=target.oversubscription,
        reserved_leaf_ports=target.reserved_leaf_ports,
        storage=switch("storage", target.storage) if target.storage else None,
        in_band=switch("in_band", target.in_band) if target.in_band else None,
        out_of_band=switch("out_of_band", target.out_of_band) if target.out_of_band else None,
    )


def _switch(switch: Switch, where: str, problems: list[Problem]) -> SwitchSpec:
    figures = {"ports": switch.ports, "port_gbit_s": switch.port_gbit_s}
    for name, figure in figures.items():
        if figure is None:
            rule = f"the catalog switch {switch.id} carries no `{name}`."
            problems.append(Problem("missing-fact", Place(path=where), rule, "Add the figure to the catalog folder."))
    unknown = Fact(f"{switch.id}.unknown", 1.0, "", "", "", "assumption")
    return SwitchSpec(
        id=switch.id,
        protocol=switch.protocol,
        ports=switch.ports or unknown,
        port_gbit_s=switch.port_gbit_s or unknown,
    )
