"""Which halls, racks and switches are to be placed, by which rules? The narrow request of the stage."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem
from rackwright.catalog.index import Catalog
from rackwright.catalog.installation import LayoutRules
from rackwright.catalog.parts import (
    Cdu,
    FacilityRules,
    Fact,
    PlanningRules,
    PowerShelf,
    RackFrame,
    Switch,
    Tray,
)
from rackwright.layout.columns import column_positions
from rackwright.layout.held import Held, find_held
from rackwright.layout.prices import CableRules, LinkPrice, TrayCage, cable_rules, link_price, tray_cages
from rackwright.program.model import Program
from rackwright.program.platforms import FacilityNeeds
from rackwright.program.sites import Hall
from rackwright.tables.fabric import Devices, Fabric, Links
from rackwright.tables.incumbent import Incumbent
from rackwright.tables.racks import Racks
from rackwright.tables.siting import Siting

__all__ = [
    "BlockSpec",
    "CoolantNeed",
    "HallRun",
    "HallSpec",
    "LayoutRequest",
    "RackRun",
    "RackSpec",
    "SwitchSpec",
    "layout_request",
]

KEEP_OUT: Final = re.compile(r"^\s*(\d+)\s*/\s*(\d+)(?:\s*-\s*(\d+))?\s*$")


@dataclass(frozen=True, kw_only=True)
class RackSpec:
    """One rack type; `side_racks` stand beside each rack of it (DC side racks).

    `airflows` are the ways of the air that its parts state, those that state none left out.
    """

    type: str
    height_u: int
    mean_w: float
    peak_w: float
    liquid_share: float
    kg: float
    width_mm: Fact | None
    side_racks: int
    airflows: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SwitchSpec:
    """One catalog switch as a thing to mount."""

    id: str
    height_u: Fact
    power_w: Fact | None
    mass_kg: Fact | None
    airflow: str = ""


@dataclass(frozen=True, kw_only=True)
class HallSpec:
    """One hall: its grid, limits, the rules that measure it, and what its CDUs need.

    `keep_out` and `columns` hold (row, position) pairs counted from 1, what is kept out and what building columns take;
    `frame_depth_mm` is the depth of the deepest frame, known only where there are columns; `row_w` and `row_air_w` are
    None for no limit;
    `cdu_rating_w` is None if the liquid loop has no rated CDU, `cdu_flow_lpm` if its flow is not published.
    """

    id: str
    rows: int
    positions: int
    keep_out: tuple[tuple[int, int], ...]
    columns: tuple[tuple[int, int], ...] = ()
    frame_depth_mm: Fact | None = None
    it_w: float
    row_w: float | None
    row_air_w: float | None = None
    floor_load_kg_m2: float
    rack_pitch_m: Fact
    row_pitch_m: Fact
    cdu_rating_w: Fact | None
    cdu_flow_lpm: Fact | None = None
    cable_rules: CableRules | None = None
    spare_units: int
    racks_per_loop: int


@dataclass(frozen=True)
class RackRun:
    """Neighbouring units of a block filled by one tranche with racks of one type; frozen if released or later."""

    first_unit: int
    units: int
    type: str
    tranche: str
    is_frozen: bool = False


@dataclass(frozen=True)
class HallRun:
    """Neighbouring units of a block that stand in one hall."""

    hall: str
    first_unit: int
    units: int


@dataclass(frozen=True, kw_only=True)
class CoolantNeed:
    """Coolant of one liquid-cooled rack: the platform's stated flow [L/min], else what its heat needs at `rise_k`."""

    rise_k: float
    flow_lpm: float | None
    coolant_kg_m3: Fact
    coolant_j_kg_k: Fact


@dataclass(frozen=True, kw_only=True)
class BlockSpec:
    """One block: its racks, its halls, the type of its network racks, and the coolant of a rack (None: unknown)."""

    block: str
    unit_racks: int
    network_type: str
    runs: tuple[RackRun, ...]
    halls: tuple[HallRun, ...]
    coolant: CoolantNeed | None = None


@dataclass(frozen=True, kw_only=True)
class LayoutRequest:
    """Everything the stage uses; blocks stand in the order in which halls are filled.

    Without links and prices racks stay where the rule puts them. `held` keeps its place; `standing` is everything of an
    earlier plan that may, racks of planned tranches too, and moves only for a gain; None without an earlier plan.
    """

    blocks: tuple[BlockSpec, ...]
    halls: tuple[HallSpec, ...]
    racks: tuple[RackSpec, ...]
    switches: tuple[SwitchSpec, ...]
    network_fill_share: Fact | None
    devices: Devices
    links: Links | None = None
    prices: tuple[LinkPrice, ...] = ()
    tray_cages: tuple[TrayCage, ...] = ()
    held: Held = field(default_factory=Held)
    standing: Held | None = None


def layout_request(
    program: Program,
    catalog: Catalog,
    siting: Siting,
    racks: Racks,
    fabric: Fabric,
    *,
    incumbent: Incumbent | None = None,
) -> LayoutRequest:
    """Cut the request from program, catalog and the stages before.

    With an `incumbent`, an earlier plan, racks of released tranches and their switches keep their places. Each hall is
    measured by the narrowest layout rules of the catalog whose rack pitch takes the widest frame that may
    stand in it, by the widest rules where none does.

    Raises
    ------
    InputError
        The catalog has no layout rules with both pitches, or a switch carries no height.
    """
    problems: list[Problem] = []
    blocks = _blocks(program, catalog, siting)
    specs = _racks(catalog, racks, blocks)
    width_mm = {spec.type: spec.width_mm.value if spec.width_mm else 0.0 for spec in specs}
    used = {run.hall for block in blocks for run in block.halls}
    halls = tuple(
        _hall(hall, catalog, _widest_mm(hall.id, blocks, width_mm), _frame_depth_mm(hall, catalog, racks, blocks))
        for hall in program.halls
        if hall.id in used
    )
    parts = fabric.devices.frame.filter(pl.col("tier") > 0)["part"].unique().sort().to_list()
    switches = tuple(_switch(catalog.get(Switch, part), problems) for part in parts)
    if problems:
        raise InputError(problems)
    planning = catalog.all(PlanningRules)
    trays = set(fabric.devices.frame.filter(pl.col("tier") == 0)["part"].unique())
    cages = tray_cages(tray for tray in catalog.all(Tray) if tray.id in trays)
    return LayoutRequest(
        blocks=blocks,
        halls=halls,
        racks=specs,
        switches=switches,
        network_fill_share=planning[0].network_rack_fill_share if planning else None,
        devices=fabric.devices,
        links=fabric.links,
        prices=_prices(catalog, fabric, cages),
        tray_cages=cages,
        held=Held() if incumbent is None else find_held(incumbent, siting, fabric),
        standing=None if incumbent is None else find_held(incumbent, siting, fabric, with_planned=True),
    )


def _prices(catalog: Catalog, fabric: Fabric, cages: Sequence[TrayCage]) -> tuple[LinkPrice, ...]:
    """Prices of every kind of link: rate, upper switch, and cage of the tray below."""
    parts = fabric.devices.frame.select("device", "part")
    bundles = (
        fabric.links.frame.group_by("a_device", "b_device", "gbit_s", "network")
        .len("bundle")
        .join(parts.rename({"device": "b_device"}), on="b_device")
        .join(parts.rename({"device": "a_device", "part": "tray"}), on="a_device")
        .select("part", "gbit_s", "tray", "network", "bundle")
        .unique()
    )
    below = {(cage.tray, cage.network): cage for cage in cages}
    wanted: dict[tuple[str, float, str, int], tuple[TrayCage | None, int]] = {}
    for part, gbit_s, tray, network, bundle in bundles.iter_rows():
        cage = below.get((tray, network))
        kind = (part, gbit_s, cage.form if cage else "", cage.links if cage else 1)
        wanted[kind] = (cage, math.gcd(bundle, wanted.get(kind, (cage, 0))[1]))
    years = max((_years(rules) for rules in catalog.all(LayoutRules)), default=0.0)
    found = (
        link_price(catalog, *kind[:2], cage, bundle=bundle, service_years=years)
        for kind, (cage, bundle) in sorted(wanted.items(), key=lambda entry: entry[0])
    )
    return tuple(price for price in found if price is not None)


def _years(rules: LayoutRules) -> float:
    return rules.service_years.value if rules.service_years else 0.0


def _blocks(program: Program, catalog: Catalog, siting: Siting) -> tuple[BlockSpec, ...]:
    """Blocks in the program's order, as siting resolved them."""
    platforms = {platform.id: platform for platform in program.platforms}
    platform_of = dict(siting.blocks.frame.select("block", "platform").iter_rows())
    return tuple(
        BlockSpec(
            block=block.id,
            unit_racks=platforms[platform_of[block.id]].fabric.unit_racks,
            network_type=f"{platform_of[block.id]}-network",
            runs=_runs(siting, block.id),
            halls=_halls(siting, block.id, block.halls),
            coolant=_coolant(platforms[platform_of[block.id]].facility, catalog),
        )
        for block in program.blocks
        if block.id in platform_of
    )


def _coolant(facility: FacilityNeeds, catalog: Catalog) -> CoolantNeed | None:
    rules = next(iter(catalog.all(FacilityRules)), None)
    if rules is None or rules.coolant_kg_m3 is None or rules.coolant_j_kg_k is None:
        return None
    return CoolantNeed(
        rise_k=facility.rise_k,
        flow_lpm=facility.flow_lpm,
        coolant_kg_m3=rules.coolant_kg_m3,
        coolant_j_kg_k=rules.coolant_j_kg_k,
    )


def _runs(siting: Siting, block: str) -> tuple[RackRun, ...]:
    rows = siting.tranches.frame.filter(
        (pl.col("block") == block) & (pl.col("state") != "retired") & (pl.col("units") > 0)
    ).sort("first_unit", "tranche")
    columns = ("first_unit", "units", "configuration", "tranche", pl.col("state") != "planned")
    return tuple(RackRun(*row) for row in rows.select(columns).iter_rows())


def _halls(siting: Siting, block: str, order: Sequence[str]) -> tuple[HallRun, ...]:
    """Hall runs of a block in the order of filling; halls without units are left out."""
    rows = siting.block_halls.frame.filter((pl.col("block") == block) & (pl.col("units") > 0))
    runs = [HallRun(*row) for row in rows.select("hall", "first_unit", "units").iter_rows()]
    return tuple(sorted(runs, key=lambda run: (run.first_unit, order.index(run.hall) if run.hall in order else 0)))


def _racks(catalog: Catalog, racks: Racks, blocks: Sequence[BlockSpec]) -> tuple[RackSpec, ...]:
    used = {block.network_type for block in blocks} | {run.type for block in blocks for run in block.runs}
    columns = ("type", "enclosure", "height_u", "mean_w", "peak_w", "liquid_share", "kg")
    rows = pl.DataFrame([racks.types[name] for name in columns]).filter(pl.col("type").is_in(sorted(used)))
    return tuple(
        RackSpec(
            type=name,
            height_u=height_u,
            mean_w=mean_w,
            peak_w=peak_w,
            liquid_share=liquid_share,
            kg=kg,
            width_mm=catalog.get(RackFrame, frame).width_mm,
            side_racks=_side_racks(catalog, racks, name),
            airflows=_airflows(catalog, racks, name),
        )
        for name, frame, height_u, mean_w, peak_w, liquid_share, kg in rows.iter_rows()
    )


def _airflows(catalog: Catalog, racks: Racks, name: str) -> tuple[str, ...]:
    """Ways of the air that the parts of a rack type state."""
    parts = racks.slots.frame.filter(pl.col("type") == name, pl.col("part") != "")["part"].unique().to_list()
    found = (catalog.find(part) for part in parts)
    return tuple(sorted({part.airflow for part in found if isinstance(part, Tray | Switch) and part.airflow}))


def _side_racks(catalog: Catalog, racks: Racks, name: str) -> int:
    """DC side racks that one rack of a type brings along; each takes a position of its own."""
    rows = racks.internal.frame.filter(pl.col("type") == name).select("part", "count")
    shelves = ((catalog.find(part), count) for part, count in rows.iter_rows())
    return sum(count for part, count in shelves if isinstance(part, PowerShelf) and part.role == "side-rack")


def _widest_mm(hall: str, blocks: Sequence[BlockSpec], width_mm: dict[str, float]) -> float:
    inside = [block for block in blocks if any(run.hall == hall for run in block.halls)]
    types = {block.network_type for block in inside} | {run.type for block in inside for run in block.runs}
    return max((width_mm.get(name, 0.0) for name in types), default=0.0)


def _frame_depth_mm(hall: Hall, catalog: Catalog, racks: Racks, blocks: Sequence[BlockSpec]) -> Fact | None:
    """Depth of the deepest frame that may stand in a hall with columns; None without columns or published depth."""
    if hall.columns is None:
        return None
    inside = [block for block in blocks if any(run.hall == hall.id for run in block.halls)]
    types = {block.network_type for block in inside} | {run.type for block in inside for run in block.runs}
    frames = racks.types.frame.filter(pl.col("type").is_in(sorted(types)))["enclosure"].unique().sort().to_list()
    depths = [fact for frame in frames if (fact := catalog.get(RackFrame, frame).depth_mm) is not None]
    return max(depths, key=lambda fact: fact.value, default=None)


def _hall(hall: Hall, catalog: Catalog, widest_mm: float, frame_depth_mm: Fact | None) -> HallSpec:
    rules, rack_pitch_m, row_pitch_m = _rules(catalog, hall.id, widest_mm)
    pitches_m = (rack_pitch_m.value, row_pitch_m.value)
    cdu = catalog.get(Cdu, hall.cooling.cdu)
    return HallSpec(
        id=hall.id,
        rows=hall.rows,
        positions=hall.positions_per_row,
        keep_out=_keep_out(hall.keep_out),
        columns=column_positions(
            hall, pitches_m, frame_depth_mm.value / 1000.0 if frame_depth_mm else pitches_m[1] / 2
        ),
        frame_depth_mm=frame_depth_mm,
        it_w=hall.it_w,
        row_w=hall.row_w,
        row_air_w=hall.row_air_w,
        floor_load_kg_m2=hall.floor_load_kg_m2,
        rack_pitch_m=rack_pitch_m,
        row_pitch_m=row_pitch_m,
        cdu_rating_w=cdu.rating_w,
        cdu_flow_lpm=cdu.flow_lpm,
        cable_rules=cable_rules(rules),
        spare_units=hall.cooling.spare_units,
        racks_per_loop=hall.cooling.racks_per_loop,
    )


def _rules(catalog: Catalog, hall: str, widest_mm: float) -> tuple[LayoutRules, Fact, Fact]:
    """The rules that suit the widest frame, with their rack and row pitch."""
    found = [
        (rules, rules.rack_pitch_m, rules.row_pitch_m)
        for rules in catalog.all(LayoutRules)
        if rules.rack_pitch_m is not None and rules.row_pitch_m is not None
    ]
    if not found:
        rule = "the catalog has no layout rules with `rack_pitch_m` and `row_pitch_m`."
        raise InputError(
            [Problem("missing-fact", Place(path=f"halls[{hall}]"), rule, "Add a part of class LayoutRules.")]
        )
    found.sort(key=lambda entry: entry[1].value)
    wide_enough = [entry for entry in found if entry[1].value * 1000.0 >= widest_mm]
    return wide_enough[0] if wide_enough else found[-1]


def _keep_out(texts: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Pairs (row, position) of `row/position` and `row/from-to`."""
    pairs: list[tuple[int, int]] = []
    for text in texts:
        match = KEEP_OUT.match(text)
        if match:
            row, first, last = int(match[1]), int(match[2]), int(match[3] or match[2])
            pairs.extend((row, position) for position in range(first, last + 1))
    return tuple(sorted(set(pairs)))


def _switch(switch: Switch, problems: list[Problem]) -> SwitchSpec:
    height_u = switch.height_u
    if height_u is None:
        rule = f"the catalog switch {switch.id} carries no `height_u`."
        problems.append(
            Problem("missing-fact", Place(path=f"catalog[{switch.id}]"), rule, "Give the switch its height.")
        )
        height_u = Fact(f"{switch.id}.height_u", 1.0, "U", "", "", "assumption")
    return SwitchSpec(
        id=switch.id, height_u=height_u, power_w=switch.power_w, mass_kg=switch.mass_kg, airflow=switch.airflow
    )
