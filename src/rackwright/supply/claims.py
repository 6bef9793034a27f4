"""Which pieces are wanted beside racks, where, when, and before or after racks?

Spares and returns stand in the program; engineering builds of the schedule take parts too, and test cells keep golden
units. All are taken from the same stock, orders and capacity as racks. A claim for a level that nobody plans is one for
what is below it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from rackwright.supply.kits import Kits, Line
from rackwright.supply.network import Claimed
from rackwright.supply.request import SupplyRequest

__all__ = ["IN_RESERVE", "SAFETY_STOCK", "ClaimRow", "as_claimed", "claimed_pieces"]

PART_COLUMNS = ["activity", "item", "plant", "qty", "day"]
SAFETY_STOCK: Final = "safety-stock"
BEFORE_RACKS, AFTER_RACKS, IN_RESERVE = 3.0, 0.1, 0.001
"""Price of a late day of the pieces of one rack, in late days of a rack. A piece is worth at most the rack it completes
by the size of its unit, a power of two, so 3 is above every rack and 0.1 below. Safety
stock is there as soon as it can be, but no rack waits for it: a thousand of its days weigh one of a rack."""


@dataclass(frozen=True, order=True)
class ClaimRow:
    """Pieces of an item wanted at a place on a day."""

    name: str
    item: str
    place: str
    qty: float
    day: int
    is_before_racks: bool


def claimed_pieces(request: SupplyRequest, kits: Kits) -> tuple[tuple[ClaimRow, Line], ...]:
    """Every claim with the planned pieces it takes; claims for what nobody makes or sells are left out as unsourced."""
    last = request.horizon.num_days - 1
    seen: dict[str, int] = {}
    found: list[tuple[ClaimRow, Line]] = []
    for row in (*_program_rows(request), *_build_rows(request)):
        for line in kits.of_scope(row.item, row.qty, min(max(0, row.day), last)):
            name = row.name if line.item == row.item else f"{row.name}: {line.item}"
            seen[name] = seen.get(name, 0) + 1
            found.append((replace(row, name=name if seen[name] == 1 else f"{name} #{seen[name]}"), line))
    return tuple(found)


def as_claimed(row: ClaimRow, line: Line, buffer: int) -> Claimed:
    """A claim for one planned item as the model sees it."""
    weight = BEFORE_RACKS if row.is_before_racks else AFTER_RACKS
    if row.name.startswith(f"{SAFETY_STOCK} "):
        weight = IN_RESERVE
    return Claimed(row.name, line.item, row.place, buffer, line.qty, max(0.0, float(row.day)), weight)


def _program_rows(request: SupplyRequest) -> list[ClaimRow]:
    horizon = request.horizon
    return [
        ClaimRow(
            f"{row.kind} {row.item} at {row.plant}" + ("" if row.date is None else f", {row.date}"),
            row.item,
            row.plant,
            row.qty,
            0 if row.date is None else horizon.day(row.date),
            row.before_racks and row.kind != SAFETY_STOCK,
        )
        for row in request.supply.claims
    ]


def _build_rows(request: SupplyRequest) -> list[ClaimRow]:
    """Parts of engineering builds, at the plant of their project; a prototype does not wait for racks."""
    found = []
    for activity, item, plant, qty, day in request.part_needs.frame.select(PART_COLUMNS).iter_rows():
        place = plant or _plant_of(request, item)
        if place:
            found.append(ClaimRow(f"build {activity}", item, place, float(qty), day, is_before_racks=True))
    return found


def _plant_of(request: SupplyRequest, item: str) -> str:
    """Plant of a build whose project names none: where the item is made, else where a parent of it is, else held."""
    parents = {row[0] for row in request.structure.frame.filter(component=item).select("parent").iter_rows()}
    supply = request.supply
    found = [row.plant for row in supply.makes if row.item == item]
    found += [row.plant for row in supply.makes if row.item in parents]
    found += [row.plant for row in supply.offers if row.item == item and row.plant]
    found += [row.plant for row in supply.stock if row.item == item]
    found += [plant.id for plant in supply.plants if plant.kind == "plant"]
    return found[0] if found else ""
