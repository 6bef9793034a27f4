"""Which links are to be cabled, between which places, out of which parts? The narrow request of the stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem
from rackwright.cabling.held import find_held_cables
from rackwright.cabling.plant import TrunkPlant, trunk_plant
from rackwright.catalog.index import Catalog
from rackwright.catalog.installation import LayoutRules
from rackwright.catalog.parts import CableAssembly, Fact, Switch, Transceiver, Tray
from rackwright.program.model import Program
from rackwright.program.sites import Hall
from rackwright.tables.cabling import HeldCables
from rackwright.tables.fabric import Devices, Fabric, Links
from rackwright.tables.incumbent import Incumbent
from rackwright.tables.layout import Layout, Mounts, PlacedRacks
from rackwright.tables.siting import Siting

__all__ = ["CableSpec", "CablingRequest", "HallSpec", "ModuleSpec", "SwitchSpec", "TraySpec", "cabling_request"]

MM_PER_M = 1000.0
NEEDED_RULES = (
    "drop_height_m",
    "rack_run_m",
    "slack_share",
    "service_loop_m",
    "stock_step_m",
    "rack_pitch_m",
    "row_pitch_m",
)


@dataclass(frozen=True, kw_only=True)
class CableSpec:
    """One cable assembly of the catalog; a splitter has more than one leg."""

    id: str
    medium: str
    cage: str
    fibre: str
    connector: str
    rate_gbit_s: Fact
    reach_m: Fact
    power_w: Fact | None
    price_usd: Fact | None
    price_per_m_usd: Fact | None
    diameter_m: Fact | None
    failures_per_h: Fact | None = None
    lead_days: Fact | None = None
    legs: Fact | None = None
    leg_cage: str = ""
    leg_connector: str = ""
    leg_optics: str = ""

    @property
    def num_legs(self) -> int:
        """Plugs at the end that splits; one where it is straight."""
        return 1 if self.legs is None else max(1, round(self.legs.value))


@dataclass(frozen=True, kw_only=True)
class ModuleSpec:
    """One transceiver of the catalog; two face each other if they keep one optical standard, `optics`."""

    id: str
    cage: str
    fibre: str
    connector: str
    rate_gbit_s: Fact
    links: Fact
    reach_m: Fact
    power_w: Fact | None
    price_usd: Fact | None
    optics: str = ""
    failures_per_h: Fact | None = None
    lead_days: Fact | None = None


@dataclass(frozen=True, kw_only=True)
class SwitchSpec:
    """What a cable meets at a switch: `ports` as in the catalog, before any split."""

    id: str
    cage: str
    ports: Fact
    ports_per_cage: Fact | None
    cage_power_w: Fact | None


@dataclass(frozen=True, kw_only=True)
class TraySpec:
    """What a cable meets at a tray; a cage is empty where its form factor is not known."""

    id: str
    scale_out_cage: str
    storage_cage: str
    scale_out_ports_per_cage: Fact | None = None


@dataclass(frozen=True, kw_only=True)
class HallSpec:
    """One hall and the rules of its cable plant."""

    id: str
    rows: int
    positions: int
    rack_pitch_m: Fact
    drop_height_m: Fact
    rack_run_m: Fact
    slack_share: Fact
    service_loop_m: Fact
    stock_step_m: Fact
    spare_share: Fact | None
    spare_service_share: Fact | None = None
    service_years: Fact | None = None
    bend_radius_diameters: Fact | None = None
    tray_area_m2: Fact | None
    tray_fill_share: Fact | None
    hall_distance_m: Fact | None


@dataclass(frozen=True, kw_only=True)
class CablingRequest:
    """Everything the stage uses; `blocks` in the program's order (a block's ordinal is part of its cables' ids).

    `plant` is what trunks are made of, None where the program asks for none.
    """

    blocks: tuple[str, ...]
    halls: tuple[HallSpec, ...]
    cables: tuple[CableSpec, ...]
    modules: tuple[ModuleSpec, ...]
    switches: tuple[SwitchSpec, ...]
    devices: Devices
    links: Links
    racks: PlacedRacks
    mounts: Mounts
    held: HeldCables = field(default_factory=HeldCables.empty)
    plant: TrunkPlant | None = None
    trays: tuple[TraySpec, ...] = ()


def cabling_request(
    program: Program,
    catalog: Catalog,
    fabric: Fabric,
    layout: Layout,
    *,
    siting: Siting | None = None,
    incumbent: Incumbent | None = None,
) -> CablingRequest:
    """Cut the request from program, catalog and the stages before.

    With an `incumbent`, an earlier plan, and the tranches of `siting`, cables of released tranches stay as they are.

    Raises
    ------
    InputError
        No layout rules of the catalog match the pitch a hall was laid out with, or they miss a length.
    """
    used = set(layout.racks["hall"].to_list())
    parts = fabric.devices.frame.filter(pl.col("tier") > 0)["part"].unique().sort().to_list()
    return CablingRequest(
        blocks=tuple(block.id for block in program.blocks),
        halls=tuple(_hall(hall, catalog, layout) for hall in program.halls if hall.id in used),
        cables=tuple(spec for cable in catalog.all(CableAssembly) if (spec := _cable(cable)) is not None),
        modules=tuple(found for module in catalog.all(Transceiver) if (found := _module(module)) is not None),
        switches=tuple(met for part in parts if (met := _switch(catalog.get(Switch, part))) is not None),
        devices=fabric.devices,
        links=fabric.links,
        racks=layout.racks,
        mounts=layout.mounts,
        held=HeldCables.empty() if incumbent is None or siting is None else find_held_cables(incumbent, siting),
        plant=trunk_plant(program, catalog, parts),
        trays=_trays(catalog, fabric),
    )


def _cable(cable: CableAssembly) -> CableSpec | None:
    """The assembly, or None where rate or reach is not published: it cannot be chosen."""
    if cable.rate_gbit_s is None or cable.reach_m is None:
        return None
    return CableSpec(
        id=cable.id,
        medium=cable.medium,
        cage=cable.cage,
        fibre=cable.fibre,
        connector=cable.connector,
        rate_gbit_s=cable.rate_gbit_s,
        reach_m=cable.reach_m,
        power_w=cable.power_w,
        price_usd=cable.price_usd,
        price_per_m_usd=cable.price_per_m_usd,
        diameter_m=cable.diameter_m,
        failures_per_h=cable.failures_per_h,
        lead_days=cable.lead_days,
        legs=cable.legs,
        leg_cage=cable.leg_cage,
        leg_connector=cable.leg_connector,
        leg_optics=cable.leg_optics,
    )


def _module(module: Transceiver) -> ModuleSpec | None:
    """The transceiver, or None where rate, links or reach are not published: it cannot be chosen."""
    if module.rate_gbit_s is None or module.links is None or module.reach_m is None:
        return None
    return ModuleSpec(
        id=module.id,
        cage=module.cage,
        fibre=module.fibre,
        connector=module.connector,
        rate_gbit_s=module.rate_gbit_s,
        links=module.links,
        reach_m=module.reach_m,
        power_w=module.power_w,
        price_usd=module.price_usd,
        optics=module.optics,
        failures_per_h=module.failures_per_h,
        lead_days=module.lead_days,
    )


def _trays(catalog: Catalog, fabric: Fabric) -> tuple[TraySpec, ...]:
    """Trays with links whose cages are known."""
    used = set(fabric.devices.frame.filter(pl.col("tier") == 0)["part"].unique().to_list())
    return tuple(
        TraySpec(
            id=tray.id,
            scale_out_cage=tray.scale_out_cage,
            storage_cage=tray.storage_cage,
            scale_out_ports_per_cage=tray.scale_out_ports_per_cage,
        )
        for tray in catalog.all(Tray)
        if tray.id in used and (tray.scale_out_cage or tray.storage_cage)
    )


def _switch(switch: Switch) -> SwitchSpec | None:
    """The switch's cages; the fabric has made sure that ports are published."""
    if switch.ports is None:
        return None
    return SwitchSpec(
        id=switch.id,
        cage=switch.cage,
        ports=switch.ports,
        ports_per_cage=switch.ports_per_cage,
        cage_power_w=switch.cage_power_w,
    )


def _hall(hall: Hall, catalog: Catalog, layout: Layout) -> HallSpec:
    rules = _rules_of(hall.id, catalog.all(LayoutRules), layout)
    missing = [name for name in NEEDED_RULES if rules is None or getattr(rules, name) is None]
    if rules is None or missing:
        rule = f"no layout rules of the catalog match the pitch of this hall or carry {', '.join(missing)}."
        raise InputError([Problem("missing-fact", Place(path=f"halls[{hall.id}]"), rule, "Complete the LayoutRules.")])
    return HallSpec(
        id=hall.id,
        rows=hall.rows,
        positions=hall.positions_per_row,
        rack_pitch_m=_known(rules.rack_pitch_m),
        drop_height_m=_known(rules.drop_height_m),
        rack_run_m=_known(rules.rack_run_m),
        slack_share=_known(rules.slack_share),
        service_loop_m=_known(rules.service_loop_m),
        stock_step_m=_known(rules.stock_step_m),
        spare_share=rules.spare_share,
        spare_service_share=rules.spare_service_share,
        service_years=rules.service_years,
        bend_radius_diameters=rules.bend_radius_diameters,
        tray_area_m2=rules.tray_area_m2,
        tray_fill_share=rules.tray_fill_share,
        hall_distance_m=rules.hall_distance_m,
    )


def _known(fact: Fact | None) -> Fact:
    """A fact that was found present above."""
    if fact is None:
        raise ValueError("a layout rule that was checked to be present is missing")
    return fact


def _rules_of(hall: str, rules: Sequence[LayoutRules], layout: Layout) -> LayoutRules | None:
    """The rules whose pitches give the coordinates at which the hall's first rack stands."""
    first = layout.racks.frame.filter(pl.col("hall") == hall).row(0, named=True)
    for candidate in rules:
        if candidate.rack_pitch_m is None or candidate.row_pitch_m is None:
            continue
        x_mm = round((first["position"] - 0.5) * candidate.rack_pitch_m.value * MM_PER_M)
        y_mm = round((first["row"] - 0.5) * candidate.row_pitch_m.value * MM_PER_M)
        if (x_mm, y_mm) == (first["x_mm"], first["y_mm"]):
            return candidate
    return None
