"""Out of what may trunks and panels be built, and where does the program ask for them? Part of the stage's request."""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.catalog.fibre import FibreCassette, FibreTrunk, OpticalStandard, PatchPanel
from rackwright.catalog.index import Catalog
from rackwright.catalog.parts import Fact, RackFrame, Switch, Transceiver
from rackwright.program.model import Program

__all__ = ["CassetteSpec", "Height", "OpticsSpec", "PanelSpec", "TrunkPlant", "TrunkSpec", "WhereSpec", "trunk_plant"]

MM_PER_M = 1000.0


@dataclass(frozen=True, kw_only=True)
class WhereSpec:
    """Where trunks are asked for: links of a block's network whose ends stand apart, from a length on."""

    block: str
    network: str
    between: str
    from_mm: int
    is_ruled: bool


@dataclass(frozen=True, kw_only=True)
class TrunkSpec:
    """One trunk of the catalog."""

    id: str
    fibre: str
    connector: str
    polarity: str
    legs: Fact
    leg_fibres: Fact
    reach_m: Fact
    loss_db_km: Fact
    price_usd: Fact | None
    price_per_m_usd: Fact | None
    diameter_m: Fact | None
    failures_per_h: Fact | None


@dataclass(frozen=True, kw_only=True)
class CassetteSpec:
    """One cassette or adapter plate of the catalog."""

    id: str
    fibre: str
    rear: str
    connector: str
    rear_ports: Fact
    ports: Fact
    mated_pairs: Fact
    pair_loss_db: Fact
    price_usd: Fact | None


@dataclass(frozen=True, kw_only=True)
class PanelSpec:
    """One patch panel of the catalog."""

    id: str
    height_u: Fact
    cassettes: Fact
    price_usd: Fact | None


@dataclass(frozen=True, kw_only=True)
class OpticsSpec:
    """What the fibres of one kind of transceiver may lose, and how many of them a link takes."""

    module: str
    loss_db: Fact
    fibres: Fact


@dataclass(frozen=True)
class Height:
    """Height of a switch, or of a type of network rack."""

    id: str
    height_u: Fact


@dataclass(frozen=True, kw_only=True)
class TrunkPlant:
    """Where trunks are asked for, all parts they may be made of, and the heights that say where a panel has room."""

    where: tuple[WhereSpec, ...]
    trunks: tuple[TrunkSpec, ...]
    cassettes: tuple[CassetteSpec, ...]
    panels: tuple[PanelSpec, ...]
    optics: tuple[OpticsSpec, ...]
    racks: tuple[Height, ...]
    switches: tuple[Height, ...]


def trunk_plant(program: Program, catalog: Catalog, switches: list[str]) -> TrunkPlant | None:
    """The parts of structured cabling; None where no platform of a block asks for trunks."""
    platforms = {platform.id: platform for platform in program.platforms}
    used = [(block.id, platforms[block.platform]) for block in program.blocks if block.platform in platforms]
    where = tuple(
        WhereSpec(
            block=block,
            network=rule.network,
            between=rule.between,
            from_mm=round(rule.from_m * MM_PER_M),
            is_ruled=rule.when == "ruled",
        )
        for block, platform in used
        for rule in platform.fabric.trunks
    )
    if not where:
        return None
    frames = {f"{platform.id}-network": platform.fabric.network_frame for _, platform in used}
    heights = {name: catalog.get(RackFrame, frame).height_u for name, frame in sorted(frames.items())}
    tall = {part: catalog.get(Switch, part).height_u for part in switches}
    return TrunkPlant(
        where=where,
        trunks=tuple(trunk for part in catalog.all(FibreTrunk) if (trunk := _trunk(part)) is not None),
        cassettes=tuple(plate for part in catalog.all(FibreCassette) if (plate := _cassette(part)) is not None),
        panels=tuple(
            PanelSpec(id=panel.id, height_u=panel.height_u, cassettes=panel.cassettes, price_usd=panel.price_usd)
            for panel in catalog.all(PatchPanel)
            if panel.height_u is not None and panel.cassettes is not None
        ),
        optics=_optics(catalog),
        racks=tuple(Height(name, fact) for name, fact in heights.items() if fact is not None),
        switches=tuple(Height(part, fact) for part, fact in tall.items() if fact is not None),
    )


def _trunk(trunk: FibreTrunk) -> TrunkSpec | None:
    """The trunk, or None where a figure it is chosen by is not published."""
    legs, leg_fibres, reach_m, loss_db_km = trunk.legs, trunk.leg_fibres, trunk.reach_m, trunk.loss_db_km
    if legs is None or leg_fibres is None or reach_m is None or loss_db_km is None:
        return None
    return TrunkSpec(
        id=trunk.id,
        fibre=trunk.fibre,
        connector=trunk.connector,
        polarity=trunk.polarity,
        legs=legs,
        leg_fibres=leg_fibres,
        reach_m=reach_m,
        loss_db_km=loss_db_km,
        price_usd=trunk.price_usd,
        price_per_m_usd=trunk.price_per_m_usd,
        diameter_m=trunk.diameter_m,
        failures_per_h=trunk.failures_per_h,
    )


def _cassette(cassette: FibreCassette) -> CassetteSpec | None:
    """The cassette, or None where a figure it is chosen by is not published."""
    rear_ports, ports, pairs, loss_db = (
        cassette.rear_ports,
        cassette.ports,
        cassette.mated_pairs,
        cassette.pair_loss_db,
    )
    if rear_ports is None or ports is None or pairs is None or loss_db is None:
        return None
    return CassetteSpec(
        id=cassette.id,
        fibre=cassette.fibre,
        rear=cassette.rear,
        connector=cassette.connector,
        rear_ports=rear_ports,
        ports=ports,
        mated_pairs=pairs,
        pair_loss_db=loss_db,
        price_usd=cassette.price_usd,
    )


def _optics(catalog: Catalog) -> tuple[OpticsSpec, ...]:
    """Loss budget of each transceiver whose standard the catalog holds."""
    standards = {standard.id: standard for standard in catalog.all(OpticalStandard)}
    rows = []
    for module in catalog.all(Transceiver):
        standard = standards.get(module.optics)
        if standard is not None and standard.loss_db is not None and standard.fibres is not None:
            rows.append(OpticsSpec(module=module.id, loss_db=standard.loss_db, fibres=standard.fibres))
    return tuple(rows)
