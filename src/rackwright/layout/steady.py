"""Should the racks of a re-plan stand where the earlier plan has them, or does moving them pay?

Racks of released tranches stay in any case. For those only planned, arrangements are compared by the racks they leave
without a place and the price of their cables: all racks of both plans kept; all placed anew; and, where that is
cheaper, the kept arrangement with exchanges that gain. The first is taken unless another is better, so a planned rack
moves only for a gain.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import polars as pl

from rackwright.layout.floor import Floor, Placed
from rackwright.layout.held import Held, Spot
from rackwright.layout.request import LayoutRequest
from rackwright.layout.search import floor_price_usd, improve_floor
from rackwright.tables.layout import HallFits

__all__ = ["Arranged", "planned_rows", "steadiest"]

CheckRow = tuple[str, str, float, float, str, bool, str]


@dataclass(frozen=True)
class Arranged:
    """Filled halls, the units that fit them, and the rack of every device.

    `gain_usd` is what cables cost less than with all racks of the earlier plan in their places; None where that was not
    possible.
    """

    floors: dict[str, Floor]
    fits: HallFits
    devices: pl.DataFrame
    gain_usd: float | None = None


def steadiest(
    request: LayoutRequest, standing: Held, fresh: Arranged, arrange: Callable[[LayoutRequest], Arranged]
) -> Arranged:
    """The arrangement that keeps most racks of the earlier plan in place, unless another is better.

    Parameters
    ----------
    request
        What is to be placed, with what is held in any case.
    standing
        Everything the earlier plan has that may stay.
    fresh
        The arrangement that holds only what must be held.
    arrange
        Makes an arrangement of a request.
    """
    kept = arrange(replace(request, held=standing))
    if _lacking(kept) > _lacking(fresh):
        return fresh
    kept_usd, fresh_usd = _price_usd(request, kept), _price_usd(request, fresh)
    if _lacking(kept) < _lacking(fresh) or kept_usd <= fresh_usd:
        return replace(kept, gain_usd=0.0)
    eased = _eased(request, kept)
    eased_usd = _price_usd(request, eased)
    best, usd = (eased, eased_usd) if eased_usd <= fresh_usd else (fresh, fresh_usd)
    return replace(best, gain_usd=kept_usd - usd)


def _lacking(found: Arranged) -> tuple[int, int]:
    """Racks without a place, CDU positions that are missing."""
    floors = found.floors.values()
    cdus = sum(floor.wanted_cdus - sum(what == "cdu" for _, _, what in floor.reserved) for floor in floors)
    return sum(len(floor.unplaced) for floor in floors), max(0, cdus)


def _price_usd(request: LayoutRequest, found: Arranged) -> int:
    """Price of the cables inside the halls, in whole dollars so that sums in another order are equal."""
    prices = (floor_price_usd(request, hall, found.floors[hall.id], found.devices) for hall in request.halls)
    return round(sum(prices))


def _eased(request: LayoutRequest, kept: Arranged) -> Arranged:
    """The kept arrangement after exchanges of racks that are not held in any case."""
    racks = {(rack.block, rack.rack_index) for rack in request.held.racks}
    switches = {switch.spot for switch in request.held.switches}

    def free(placed: Placed) -> Placed:
        item = placed.item
        is_held = (item.block, item.rack_index) in racks if item.role == "compute" else item.spot in switches
        return placed if is_held else replace(placed, item=replace(item, spot=None))

    floors = {
        name: replace(floor, placed=tuple(free(placed) for placed in floor.placed))
        for name, floor in kept.floors.items()
    }
    better = {hall.id: improve_floor(request, hall, floors[hall.id], kept.devices) for hall in request.halls}
    return replace(kept, floors=better)


def planned_rows(request: LayoutRequest, found: Arranged) -> list[CheckRow]:
    """Planned racks that stand where the earlier plan has them, by block; moves are allowed and always told."""
    if request.standing is None:
        return []
    must = {(rack.block, rack.rack_index) for rack in request.held.racks}
    stands = {
        (placed.item.block, placed.item.rack_index): Spot(placed.hall, placed.row, placed.position)
        for floor in found.floors.values()
        for placed in floor.placed
        if placed.item.role == "compute"
    }
    free = [rack for rack in request.standing.racks if (rack.block, rack.rack_index) not in must]
    rows: list[CheckRow] = []
    for block in sorted({rack.block for rack in free}):
        known = [rack for rack in free if rack.block == block]
        kept = sum(stands.get((block, rack.rack_index)) == rack.spot for rack in known)
        source = "earlier plan; a planned rack moves only for a gain"
        if kept < len(known):
            gain = "to find a place" if found.gain_usd is None else f"cables {found.gain_usd:,.0f} USD cheaper in all"
            source = f"earlier plan; {len(known) - kept} planned racks move: {gain}"
        rows.append(("layout-planned-kept", block, kept, len(known), "racks", True, source))
    return rows
