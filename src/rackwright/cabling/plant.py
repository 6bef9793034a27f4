"""Out of what may trunks and panels be built, and where does the program ask for them? Part of the stage's request."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeVar

from rackwright.catalog.fibre import FibreCassette, FibreTrunk, OpticalStandard, PatchPanel
from rackwright.catalog.index import Catalog
from rackwright.catalog.parts import Fact, Part, RackFrame, Switch, Transceiver
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


Spec = TypeVar("Spec", TrunkSpec, CassetteSpec, PanelSpec)


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
        trunks=tuple(trunk for part in catalog.all(FibreTrunk) if (trunk := _spec(TrunkSpec, part)) is not None),
        cassettes=tuple(
            plate for part in catalog.all(FibreCassette) if (plate := _spec(CassetteSpec, part)) is not None
        ),
        panels=tuple(panel for part in catalog.all(PatchPanel) if (panel := _spec(PanelSpec, part)) is not None),
        optics=_optics(catalog),
        racks=tuple(Height(name, fact) for name, fact in heights.items() if fact is not None),
        switches=tuple(Height(part, fact) for part, fact in tall.items() if fact is not None),
    )


def _spec(cls: type[Spec], part: Part) -> Spec | None:
    """What a specification asks of a part; None where a figure it cannot do without is not published."""
    values = {field.name: getattr(part, field.name) for field in fields(cls)}
    needed = [field.name for field in fields(cls) if field.type == "Fact"]
    return None if any(values[name] is None for name in needed) else cls(**values)


def _optics(catalog: Catalog) -> tuple[OpticsSpec, ...]:
    """Loss budget of each transceiver whose standard the catalog holds."""
    standards = {standard.id: standard for standard in catalog.all(OpticalStandard)}
    rows = []
    for module in catalog.all(Transceiver):
        standard = standards.get(module.optics)
        if standard is not None and standard.loss_db is not None and standard.fibres is not None:
            rows.append(OpticsSpec(module=module.id, loss_db=standard.loss_db, fibres=standard.fibres))
    return tuple(rows)
