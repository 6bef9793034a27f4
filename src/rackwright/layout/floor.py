"""Which position of a hall does each rack get, and which positions stay reserved?

Rows are filled from row 1, each from position 1. A chunk (the racks of a unit) goes to the next row if it does not fit
the rest of this one, as long as the hall has room for that; else racks follow each other without a gap. A row takes no
more power, and gives no more heat to air, than its limits. Positions are counted from 1 outside, from 0 in this file.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rackwright.base.loops import LoopRule, num_loop_units
from rackwright.layout.held import Spot
from rackwright.layout.request import HallSpec
from rackwright.layout.sequence import Item

__all__ = ["Floor", "Placed", "fill_hall", "num_cdus"]

Grid = NDArray[np.bool_]


@dataclass(frozen=True)
class Placed:
    """A rack at its place; row and position counted from 1."""

    item: Item
    hall: str
    row: int
    position: int


@dataclass(frozen=True)
class Floor:
    """What became of a hall: placed racks, racks without a place, reserved positions (row, position, purpose)."""

    placed: tuple[Placed, ...]
    unplaced: tuple[Item, ...]
    reserved: tuple[tuple[int, int, str], ...]
    wanted_cdus: int


def num_cdus(hall: HallSpec, items: Sequence[Item]) -> int:
    """CDU positions a hall needs for its racks.

    Notes
    -----
    Those of `num_loop_units` for the liquid-cooled racks in their order on the floor, one position each. Heat is peak
    power times the share in liquid.
    """
    wet = [item for item in items if item.liquid_w > 0.0]
    if not wet or hall.cdu_rating_w is None or hall.cdu_rating_w.value <= 0:
        return 0
    rule = LoopRule(
        racks_per_loop=hall.racks_per_loop,
        rated_w=hall.cdu_rating_w.value,
        rated_lpm=hall.cdu_flow_lpm.value if hall.cdu_flow_lpm else None,
        spare_units=hall.spare_units,
    )
    return num_loop_units(np.array([item.liquid_w for item in wet]), np.array([item.flow_lpm for item in wet]), rule)


def fill_hall(hall: HallSpec, chunks: Sequence[Sequence[Item]], held_cdus: Sequence[Spot] = ()) -> Floor:
    """Place the racks of a hall in their order; racks and CDUs that stand already keep their places."""
    free = np.ones((hall.rows, hall.positions), dtype=np.bool_)
    reserved = []
    for row, position in hall.keep_out:
        if 1 <= row <= hall.rows and 1 <= position <= hall.positions:
            free[row - 1, position - 1] = False
            reserved.append((row, position, "keep-out"))
    for row, position in hall.columns:
        if free[row - 1, position - 1]:
            free[row - 1, position - 1] = False
            reserved.append((row, position, "column"))
    items = [item for chunk in chunks for item in chunk]
    wanted = num_cdus(hall, items)
    standing = _stand(hall, free, items)
    kept = [spot for spot in held_cdus if spot.hall == hall.id and _take(free, spot, 1)][:wanted]
    reserved.extend((spot.row, spot.position, "cdu") for spot in kept)
    known = {id(item) for item, _ in standing}
    left = [[item for item in chunk if id(item) not in known] for chunk in chunks]
    room = sum(item.width for chunk in left for item in chunk)
    for row, position in _cdu_positions(free, room, wanted - len(kept)):
        free[row, position] = False
        reserved.append((row + 1, position + 1, "cdu"))
    base_w = np.zeros((hall.rows, 2))
    for item, at in standing:  # a few racks, and the sum does not depend on anything but their order
        base_w[at[0]] += _load_w(item)
    places = _place(hall, free, base_w, left, whole=True) or _place(hall, free, base_w, left, whole=False) or []
    return _floor(hall, [*standing, *places], reserved, wanted)


def _stand(hall: HallSpec, free: Grid, items: Sequence[Item]) -> list[tuple[Item, tuple[int, int]]]:
    """Racks that stand in the hall already, where their places are still positions of it."""
    found = []
    for item in items:
        spot = item.spot
        if spot is not None and spot.hall == hall.id and _take(free, spot, item.width):
            found.append((item, (spot.row - 1, spot.position - 1)))
    return found


def _load_w(item: Item) -> NDArray[np.float64]:
    """What a rack adds to its row: power and heat to air [W]."""
    return np.array([item.peak_w, item.air_w])


def _take(free: Grid, spot: Spot, width: int) -> bool:
    """Take positions from a spot on if all of them are free; a side rack beyond the row's end is not."""
    row, first = spot.row - 1, spot.position - 1
    if row >= len(free) or first + width > free.shape[1] or not free[row, first : first + width].all():
        return False
    free[row, first : first + width] = False
    return True


def _cdu_positions(free: Grid, wanted: int, cdus: int) -> list[tuple[int, int]]:
    """Positions for CDUs at the ends of the rows that will be used, row by row, last end first."""
    room = np.cumsum(free.sum(axis=1))
    used = int(np.searchsorted(room, wanted + cdus)) + 1
    ends = [_ends(np.flatnonzero(free[row])) for row in range(min(used, len(free)))]
    depth = max((len(end) for end in ends), default=0)
    order = [(row, end[ring]) for ring in range(depth) for row, end in enumerate(ends) if ring < len(end)]
    return order[:cdus]


def _ends(positions: NDArray[np.intp]) -> list[int]:
    """Positions from the outside inwards, last and first in turn."""
    inward: list[int] = []
    low, high = 0, len(positions) - 1
    while low <= high:
        inward.append(int(positions[high]))
        if low < high:
            inward.append(int(positions[low]))
        low, high = low + 1, high - 1
    return inward


class _Cursor:
    """Next free place of a hall, going row by row; keeps each row under its power limit."""

    def __init__(self, hall: HallSpec, free: Grid, base_w: NDArray[np.float64]) -> None:
        self.free = free
        self.base_w = base_w
        self.positions = hall.positions
        self.row_w = np.array([math.inf if limit is None else limit for limit in (hall.row_w, hall.row_air_w)])
        self.row = 0
        self.position = 0
        self.load_w = base_w[0].copy()

    @property
    def is_full(self) -> bool:
        """True if no row is left."""
        return self.row >= len(self.free)

    def next_row(self) -> None:
        """Go to the start of the next row."""
        self.row, self.position = self.row + 1, 0
        self.load_w = np.zeros(2) if self.is_full else self.base_w[self.row].copy()

    def holds(self, chunk: Sequence[Item]) -> bool:
        """True if a chunk fits the rest of the row, or would not fit an empty row either."""
        needed = sum(item.width for item in chunk)
        needed_w = np.sum([_load_w(item) for item in chunk], axis=0)
        left = int(self.free[self.row, self.position :].sum())
        if needed <= left and bool((self.load_w + needed_w <= self.row_w).all()):
            return True
        is_too_much = bool((needed_w > self.row_w).any())
        return self.position == 0 or needed > int(self.free[self.row].sum()) or is_too_much

    def take(self, item: Item) -> tuple[int, int] | None:
        """First place of an item from here on (all its positions side by side); None if there is none."""
        while not self.is_full:
            load_w = self.load_w + _load_w(item)
            if bool((load_w <= self.row_w).all()) or not self.load_w.any():
                for start in range(self.position, self.positions - item.width + 1):
                    if self.free[self.row, start : start + item.width].all():
                        self.position = start + item.width
                        self.load_w = load_w
                        return self.row, start
            self.next_row()
        return None


def _place(
    hall: HallSpec, free: Grid, base_w: NDArray[np.float64], chunks: Sequence[Sequence[Item]], *, whole: bool
) -> list[tuple[Item, tuple[int, int] | None]] | None:
    """Place of each rack on rows that carry `base_w` already.

    With `whole` chunks keep to one row, and None is returned if that leaves any rack out.
    """
    cursor = _Cursor(hall, free, base_w)
    places: list[tuple[Item, tuple[int, int] | None]] = []
    for chunk in chunks:
        while whole and not cursor.is_full and not cursor.holds(chunk):
            cursor.next_row()
        # One rack after the other: where one goes depends on the one before.
        for item in chunk:
            place = cursor.take(item)
            if place is None and whole:
                return None
            places.append((item, place))
    return places


def _floor(
    hall: HallSpec,
    places: Sequence[tuple[Item, tuple[int, int] | None]],
    reserved: Sequence[tuple[int, int, str]],
    wanted: int,
) -> Floor:
    placed = tuple(Placed(item, hall.id, at[0] + 1, at[1] + 1) for item, at in places if at is not None)
    side = [(rack.row, rack.position + step, "power") for rack in placed for step in range(1, rack.item.width)]
    unplaced = tuple(item for item, at in places if at is None)
    return Floor(placed, unplaced, (*reserved, *side), wanted)
