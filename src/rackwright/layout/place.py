"""Where does every rack stand, in which rack is every switch, and does the hall carry it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from rackwright.layout.checks import check_floors
from rackwright.layout.fits import HallUnits, fit_units
from rackwright.layout.floor import Floor, Placed, fill_hall
from rackwright.layout.held import Spot
from rackwright.layout.packing import NetworkRack, pack_switches
from rackwright.layout.request import BlockSpec, HallSpec, LayoutRequest, RackSpec
from rackwright.layout.search import improve_floor
from rackwright.layout.sequence import Item, line_up
from rackwright.layout.steady import Arranged, planned_rows, steadiest
from rackwright.tables.checks import Checks
from rackwright.tables.layout import HallFits, Layout, Mounts, PlacedRacks, Reserved

__all__ = ["place_racks"]

MM_PER_M = 1000.0
OMISSIONS = (
    "layout: the search for cheaper cables looks at one hall at a time, by exchanges of two racks up to a count.",
    "layout: racks of released tranches keep their places only where the earlier plan is named (--incumbent).",
    "layout: one position is kept for each CDU and each DC side rack; air handlers and switchgear stand elsewhere.",
    "layout: transceivers' power is not in the load of network racks; all heat of switches is taken to air.",
    "layout: floor load is a rack's mass over rack pitch x row pitch; loads under single feet are not looked at.",
)


@dataclass(frozen=True)
class _BlockRacks:
    """Network racks of one block with the power and mass of their switches."""

    spec: BlockSpec
    networks: tuple[tuple[int, NetworkRack, float, float], ...]
    spots: Mapping[int, Spot]


def place_racks(request: LayoutRequest) -> Layout:
    """Place compute and network racks in their halls and mount the switches.

    Parameters
    ----------
    request
        Blocks in the order of filling, halls, rack types, switches and the fabric's devices.

    Returns
    -------
    Placed racks, mounts, reserved positions, checks. Network racks are packed densely only where racks would else find
    no place. A rack that finds no place is not in the tables; the failed check
    `layout-racks-placed` of its block counts and names it. Devices of such racks have no mount.
    """
    found = _arranged(request)
    if request.standing is not None:
        found = steadiest(request, request.standing, found, _arranged)
    racks = _racks_table(request.halls, _numbered(request, found.floors))
    mounts = _mounts_table(found.devices, racks)
    reserved = [(hall, *row) for hall, floor in found.floors.items() for row in floor.reserved]
    checks = check_floors(request, found.floors, racks, mounts, found.fits)
    return Layout(
        racks=racks,
        mounts=mounts,
        reserved=Reserved.from_rows(reserved),
        checks=Checks.from_rows([*checks, *planned_rows(request, found)]),
        omissions=OMISSIONS,
        fits=found.fits,
    )


def _arranged(request: LayoutRequest) -> Arranged:
    """Halls filled by rule, then by the search for cheaper cables."""
    blocks, floors = _fill_halls(request, {}, dense=False)
    if _num_unplaced(floors):
        blocks, floors = _fill_tightly(request)
    fits = _hall_fits(request, blocks, floors)
    devices = _device_racks(request, blocks)
    floors = {hall.id: improve_floor(request, hall, floors[hall.id], devices) for hall in request.halls}
    return Arranged(floors, fits, devices)


def _num_unplaced(floors: dict[str, Floor]) -> int:
    return sum(len(floor.unplaced) for floor in floors.values())


def _fill_tightly(request: LayoutRequest) -> tuple[list[_BlockRacks], dict[str, Floor]]:
    """Halls filled with dense network racks; a block's spines go to another of its halls where that leaves out less."""
    main: dict[str, str] = {}
    blocks, floors = _fill_halls(request, main, dense=True)
    for block in request.blocks:
        for run in block.halls:
            if not _num_unplaced(floors):
                break
            other = {**main, block.block: run.hall}
            tried = _fill_halls(request, other, dense=True)
            if _num_unplaced(tried[1]) < _num_unplaced(floors):
                main, (blocks, floors) = other, tried
    return blocks, floors


def _fill_halls(
    request: LayoutRequest, main: dict[str, str], *, dense: bool
) -> tuple[list[_BlockRacks], dict[str, Floor]]:
    """Network racks of all blocks, and what stands in every hall; `main` is the hall of some blocks' spines."""
    blocks = [_pack_block(block, request, main.get(block.block, ""), dense=dense) for block in request.blocks]
    specs = {spec.type: spec for spec in request.racks}
    filled = {hall.id: _fill(request, hall, _chunks(hall.id, blocks, specs)) for hall in request.halls}
    return blocks, filled


def _fill(request: LayoutRequest, hall: HallSpec, chunks: list[list[Item]]) -> Floor:
    return fill_hall(hall, chunks, request.held.cdus)


def _pack_block(block: BlockSpec, request: LayoutRequest, main: str, *, dense: bool) -> _BlockRacks:
    switches = request.devices.frame.filter((pl.col("block") == block.block) & (pl.col("tier") > 0))
    rack = next(spec for spec in request.racks if spec.type == block.network_type)
    share = 1.0 if request.network_fill_share is None else request.network_fill_share.value
    usable_u = int(rack.height_u * share)
    held = [switch for switch in request.held.switches if switch.block == block.block]
    ordered = switches.sort("device")
    packed = pack_switches(block, ordered, request.switches, usable_u, dense=dense, main=main, held=held)
    power_w = {spec.id: spec.power_w.value if spec.power_w else 0.0 for spec in request.switches}
    kg = {spec.id: spec.mass_kg.value if spec.mass_kg else 0.0 for spec in request.switches}
    return _BlockRacks(
        block,
        tuple(
            (
                ordinal,
                network,
                sum(power_w[part] for _, part, _ in network.devices),
                sum(kg[part] for _, part, _ in network.devices),
            )
            for ordinal, network in enumerate(packed)
        ),
        {rack.rack_index: rack.spot for rack in request.held.racks if rack.block == block.block},
    )


def _hall_fits(request: LayoutRequest, blocks: Sequence[_BlockRacks], floors: dict[str, Floor]) -> HallFits:
    """Units of each block in each hall, and those that stand whole."""
    rows = []
    for hall in request.halls:
        wanted = [_hall_units(block.spec, hall.id) for block in blocks]
        wanted = [entry for entry in wanted if entry.units]
        unplaced = floors[hall.id].unplaced
        fits = _fit_hall(request, hall, blocks, wanted) if unplaced else [entry.units for entry in wanted]
        cause = _cause(hall, unplaced) if unplaced else ""
        for entry, units in zip(wanted, fits, strict=True):
            rows.append((entry.block, hall.id, entry.units, units, cause if units < entry.units else ""))
    return HallFits.from_rows(rows)


def _hall_units(block: BlockSpec, hall: str) -> HallUnits:
    runs = [run for run in block.halls if run.hall == hall]
    units = [unit for run in runs for unit in range(run.first_unit, run.first_unit + run.units)]
    frozen = {u for run in block.runs if run.is_frozen for u in range(run.first_unit, run.first_unit + run.units)}
    return HallUnits(block.block, len(units), sum(unit in frozen for unit in units))


def _fit_hall(
    request: LayoutRequest, hall: HallSpec, blocks: Sequence[_BlockRacks], wanted: Sequence[HallUnits]
) -> tuple[int, ...]:
    specs = {spec.type: spec for spec in request.racks}

    def lay_out(units: tuple[int, ...]) -> Floor:
        keep = {entry.block: count for entry, count in zip(wanted, units, strict=True)}
        return _fill(request, hall, _chunks(hall.id, [_with_units(block, hall.id, keep) for block in blocks], specs))

    return fit_units(wanted, lay_out)


def _with_units(block: _BlockRacks, hall: str, keep: dict[str, int]) -> _BlockRacks:
    """A block with fewer units in a hall."""
    left = keep.get(block.spec.block, 0)
    halls = tuple(replace(run, units=min(run.units, left)) if run.hall == hall else run for run in block.spec.halls)
    return replace(block, spec=replace(block.spec, halls=halls))


def _cause(hall: HallSpec, unplaced: Sequence[Item]) -> str:
    """What the racks without a place lack: `floor` knows only that no position was left that keeps the limits."""
    limits = [
        name for name, limit in (("row power", hall.row_w), ("row heat to air", hall.row_air_w)) if limit is not None
    ]
    return " or ".join(["positions", *limits]) if max(item.width for item in unplaced) == 1 else "positions"


def _chunks(hall: str, blocks: Sequence[_BlockRacks], specs: dict[str, RackSpec]) -> list[list[Item]]:
    """Racks of all blocks in a hall, block after block."""
    return [
        chunk
        for block in blocks
        for run in block.spec.halls
        if run.hall == hall
        for chunk in line_up(block.spec, run, block.networks, specs, block.spots)
    ]


def _numbered(request: LayoutRequest, floors: dict[str, Floor]) -> list[Placed]:
    """All placed racks in the order of block, role and ordinal: their position in the list is their number."""
    order = {block.block: number for number, block in enumerate(request.blocks)}
    placed = [rack for floor in floors.values() for rack in floor.placed]
    return sorted(placed, key=lambda rack: (order[rack.item.block], rack.item.role, rack.item.rack_index))


def _racks_table(halls: Sequence[HallSpec], placed: Sequence[Placed]) -> PlacedRacks:
    pitch = {hall.id: (hall.rack_pitch_m.value, hall.row_pitch_m.value) for hall in halls}
    rows = []
    for number, rack in enumerate(placed):
        item, (rack_pitch_m, row_pitch_m) = rack.item, pitch[rack.hall]
        rows.append(
            (
                number,
                item.block,
                item.tranche,
                item.unit,
                item.rack_index,
                item.type,
                item.role,
                rack.hall,
                rack.row,
                rack.position,
                round((rack.position - 0.5) * rack_pitch_m * MM_PER_M),
                round((rack.row - 0.5) * row_pitch_m * MM_PER_M),
                item.mean_w,
                item.peak_w,
                item.liquid_share,
                item.kg,
            )
        )
    return PlacedRacks.from_rows(rows)


def _device_racks(request: LayoutRequest, blocks: Sequence[_BlockRacks]) -> pl.DataFrame:
    """Rack of every device by its block, role and ordinal: device, block, role, rack_index, u."""
    nodes = request.devices.frame.filter(pl.col("tier") == 0)
    packed = pl.DataFrame(
        [
            (device, block.spec.block, ordinal, u)
            for block in blocks
            for ordinal, network, _, _ in block.networks
            for device, _, u in network.devices
        ],
        schema={"device": pl.Int32, "block": pl.String, "rack_index": pl.Int32, "u": pl.Int32},
        orient="row",
    )
    columns = ("device", "block", pl.col("rack_index").cast(pl.Int64), "u")
    return pl.concat(
        [
            nodes.select(*columns).with_columns(role=pl.lit("compute")),
            packed.select(*columns).with_columns(role=pl.lit("network")),
        ]
    )


def _mounts_table(devices: pl.DataFrame, racks: PlacedRacks) -> Mounts:
    """Trays in the slot of their compute rack, switches where they were packed."""
    numbers = racks.frame.select("rack", "block", pl.col("rack_index").cast(pl.Int64), "role")
    return Mounts.of(devices.join(numbers, on=["block", "role", "rack_index"]).select("device", "rack", "u"))
