"""Does each hall carry what was placed in it, and has every rack and device its place?"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import polars as pl

from rackwright.layout.floor import Floor
from rackwright.layout.held import Spot
from rackwright.layout.request import HallSpec, LayoutRequest
from rackwright.layout.sequence import Item
from rackwright.tables.layout import HallFits, Mounts, PlacedRacks

__all__ = ["CheckRow", "check_floors"]

CheckRow = tuple[str, str, float, float, str, bool, str]
ARITHMETIC = "arithmetic"
NAMED = 8
"""Racks named in the text of a failed check; the count is its value."""


def check_floors(
    request: LayoutRequest, floors: dict[str, Floor], racks: PlacedRacks, mounts: Mounts, fits: HallFits
) -> list[CheckRow]:
    """Rows of all rules of the stage."""
    rows = [row for block in request.blocks for row in _block_rows(block.block, request, floors, racks, mounts)]
    rows.extend(_fit_rows(fits))
    rows.extend(_held_rows(request, racks, mounts))
    for hall in request.halls:
        inside = racks.frame.filter(pl.col("hall") == hall.id)
        if len(inside):
            rows.extend(_hall_rows(hall, inside))
            rows.extend(_column_rows(hall, inside))
            rows.extend(_airflow_rows(hall, inside, _blown(request, mounts)))
        rows.append(_cdu_row(hall, floors[hall.id]))
    return rows + _width_rows(request)


def _block_rows(
    block: str, request: LayoutRequest, floors: dict[str, Floor], racks: PlacedRacks, mounts: Mounts
) -> list[CheckRow]:
    unplaced = [item for floor in floors.values() for item in floor.unplaced if item.block == block]
    placed = racks.frame.filter(pl.col("block") == block).height
    source = f"arithmetic; without a place: {_names(unplaced)}" if unplaced else ARITHMETIC
    wanted = placed + len(unplaced)
    devices = request.devices.frame.filter(pl.col("block") == block)
    mounted = devices.join(mounts.frame, on="device", how="semi").height
    return [
        ("layout-racks-placed", block, placed, wanted, "racks", not unplaced, source),
        ("layout-mounts", block, mounted, len(devices), "devices", mounted == len(devices), ARITHMETIC),
    ]


def _fit_rows(fits: HallFits) -> list[CheckRow]:
    """Whole units that stand in each hall against those siting put there; the first of them are the nearest layout."""
    return [
        (
            "layout-units-fit",
            f"{block}/{hall}",
            found,
            units,
            "units",
            found == units,
            f"{cause}; {found} whole units of {block} find a place in {hall}" if cause else ARITHMETIC,
        )
        for block, hall, units, found, cause in fits.frame.iter_rows()
    ]


def _held_rows(request: LayoutRequest, racks: PlacedRacks, mounts: Mounts) -> list[CheckRow]:
    """Racks and switches of released tranches that stand where the earlier plan has them, by block."""
    spots = {number: Spot(*spot) for number, *spot in racks.frame.select("rack", "hall", "row", "position").iter_rows()}
    compute = racks.frame.filter(pl.col("role") == "compute").select("rack", "block", "rack_index")
    stands = {(block, index): spots[number] for number, block, index in compute.iter_rows()}
    mounted = {device: (spots[rack], u) for device, rack, u in mounts.frame.iter_rows()}
    rows: list[CheckRow] = []
    names = {rack.block for rack in request.held.racks} | {switch.block for switch in request.held.switches}
    for block in sorted(names):
        own = [rack for rack in request.held.racks if rack.block == block]
        kept = [rack for rack in own if stands.get((block, rack.rack_index)) == rack.spot]
        switches = [switch for switch in request.held.switches if switch.block == block]
        bolted = [switch for switch in switches if mounted.get(switch.device) == (switch.spot, switch.u)]
        source = "earlier plan; `rackwright diff OLD NEW --cables` lists the moves"
        for what, found, wanted in (("racks", kept, own), ("switches", bolted, switches)):
            is_kept = len(found) == len(wanted)
            rows.append(("layout-released-kept", f"{block}/{what}", len(found), len(wanted), what, is_kept, source))
    return rows


def _names(items: Sequence[Item]) -> str:
    names = [f"{item.role} {item.rack_index}" for item in items[:NAMED]]
    return ", ".join(names) + (", ..." if len(items) > NAMED else "")


def _hall_rows(hall: HallSpec, racks: pl.DataFrame) -> list[CheckRow]:
    peak_w = racks["peak_w"].to_numpy()
    total_w = float(np.sum(peak_w))
    where = f"program:halls[{hall.id}]"
    twice = len(racks) - racks.select("row", "position").unique().height
    rows: list[CheckRow] = [
        ("layout-hall-power", hall.id, total_w, hall.it_w, "W", total_w <= hall.it_w, f"{where}.it_power"),
        _floor_row(hall, racks),
        ("layout-position-once", hall.id, twice, 0, "positions used twice", twice == 0, ARITHMETIC),
    ]
    if hall.row_w is not None:
        highest = float(np.bincount(racks["row"].to_numpy(), weights=peak_w).max())
        passed = highest <= hall.row_w
        rows.append(("layout-row-power", hall.id, highest, hall.row_w, "W", passed, f"{where}.row_power"))
    if hall.row_air_w is not None:
        air_w = peak_w * (1.0 - racks["liquid_share"].to_numpy())
        highest = float(np.bincount(racks["row"].to_numpy(), weights=air_w).max())
        passed = highest <= hall.row_air_w
        rows.append(("layout-row-air", hall.id, highest, hall.row_air_w, "W", passed, f"{where}.row_air_heat"))
    return rows


def _floor_row(hall: HallSpec, racks: pl.DataFrame) -> CheckRow:
    """Mass of the heaviest rack on the floor it has for itself; where that is too much, the nearest that would do."""
    heaviest = racks.sort("kg", "rack", descending=[True, False]).row(0, named=True)
    area_m2, allowed = hall.rack_pitch_m.value * hall.row_pitch_m.value, hall.floor_load_kg_m2
    load = float(heaviest["kg"]) / area_m2
    source = f"program:halls[{hall.id}].floor_load"
    if load > allowed:
        pitch_mm = math.ceil(1000.0 * float(heaviest["kg"]) / allowed / hall.rack_pitch_m.value)
        source += (
            f"; nearest: a floor of {math.ceil(load):,} kg/m2, racks of at most {math.floor(allowed * area_m2):,} kg"
            f" ({heaviest['type']} has {heaviest['kg']:,.0f}), or rows {pitch_mm / 1000:.3f} m apart instead of"
            f" {hall.row_pitch_m.value:.3f}"
        )
    return ("layout-floor-load", hall.id, load, allowed, "kg/m2", load <= allowed, source)


def _column_rows(hall: HallSpec, racks: pl.DataFrame) -> list[CheckRow]:
    """Racks that stand where a building column does; no row for a hall without columns in its rows."""
    if not hall.columns:
        return []
    stood = set(racks.select("row", "position").iter_rows())
    met = len(stood.intersection(hall.columns))
    source = f"program:halls[{hall.id}].columns; {len(hall.columns)} positions are lost to columns"
    return [("layout-columns", hall.id, met, 0, "racks", met == 0, source)]


BACK = "rear-to-front"


def _blown(request: LayoutRequest, mounts: Mounts) -> tuple[set[str], set[int]]:
    """Rack types, and racks by their switches, that blow to the front."""
    types = {spec.type for spec in request.racks if BACK in spec.airflows}
    parts = [spec.id for spec in request.switches if spec.airflow == BACK]
    devices = request.devices.frame.filter(pl.col("part").is_in(parts))
    return types, set(mounts.frame.join(devices, on="device", how="semi")["rack"].to_list())


def _airflow_rows(hall: HallSpec, racks: pl.DataFrame, blown: tuple[set[str], set[int]]) -> list[CheckRow]:
    """Racks that blow into the cold aisle of their row; no row where nothing is said to blow to the front."""
    types, numbers = blown
    is_back = pl.col("type").is_in(sorted(types)) | pl.col("rack").is_in(sorted(numbers))
    ways = racks.group_by("row").agg(is_back.sum().alias("back"), pl.len().alias("all")).sort("row")
    if not int(ways["back"].sum()):
        return []
    mixed = ways.filter((pl.col("back") > 0) & (pl.col("back") < pl.col("all")))
    against = int(mixed.select(pl.min_horizontal("back", pl.col("all") - pl.col("back")).sum()).item())
    named = ", ".join(f"row {row}" for row in mixed["row"].to_list()[:NAMED])
    source = f"catalog: airflow; mixed in {named}" if named else "catalog: airflow"
    return [("layout-airflow", hall.id, against, 0, "racks against their row", against == 0, source)]


def _cdu_row(hall: HallSpec, floor: Floor) -> CheckRow:
    """As many positions are reserved for CDUs as the rule asks for."""
    kept = sum(purpose == "cdu" for _, _, purpose in floor.reserved)
    wanted = floor.wanted_cdus
    source = "house rule: loops of racks_per_loop racks, heat over rating, spare units"
    return ("layout-cdu-positions", hall.id, kept, wanted, "positions", kept == wanted, source)


def _width_rows(request: LayoutRequest) -> list[CheckRow]:
    """A frame is no wider than a position."""
    widths = {spec.type: spec.width_mm for spec in request.racks if spec.width_mm is not None}
    rows: list[CheckRow] = []
    for hall in request.halls:
        inside = [block for block in request.blocks if any(run.hall == hall.id for run in block.halls)]
        types = {block.network_type for block in inside} | {run.type for block in inside for run in block.runs}
        for name in sorted(types & set(widths)):
            width_mm, limit_mm = widths[name].value, hall.rack_pitch_m.value * 1000.0
            source = f"fact:{hall.rack_pitch_m.id}"
            passed = width_mm <= limit_mm
            rows.append(("layout-rack-width", f"{hall.id}/{name}", width_mm, limit_mm, "mm", passed, source))
    return rows
