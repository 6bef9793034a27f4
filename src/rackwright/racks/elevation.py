"""Which part sits at which height? Parts are piled by zone and role; what finds no height is named, never squeezed in.

Heights count from 1 at the bottom. Power stands low (or wherever the configuration says), switch trays in the middle
of the compute trays, management on top. A part lower than one rack unit shares its height with others of its kind.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from rackwright.racks.request import Fill, RackPart

__all__ = ["Elevation", "Seat", "elevate"]

ROLE_ORDER: Final = ("power", "battery", "control", "storage", "compute", "scale-up-switch", "management", "blank")


@dataclass(frozen=True)
class Seat:
    """One part at its place; `index` counts the parts of its role upwards from 0."""

    part: RackPart
    u: int
    bay: int
    height_u: int
    index: int = 0


@dataclass(frozen=True)
class Elevation:
    """All seats from the bottom up, height used, and the parts that found no height with their number."""

    seats: tuple[Seat, ...]
    used_u: int
    overflow: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class _Level:
    """Parts side by side at one height."""

    part: RackPart
    pieces: int
    height_u: int


def elevate(fills: Sequence[Fill], height_u: int) -> Elevation:
    """Seat the parts of a rack.

    Parameters
    ----------
    fills
        Parts by zone; those of the zone `inside` take no seat.
    height_u
        Usable height [U].

    Returns
    -------
    Zone bottom from the lowest unit, middle on it, top hung from the highest unit. If all together are too high, the
    three zones are piled in this order and the parts above the frame are left out and counted as overflow.
    """
    bottom, middle, top = (_zone(fills, name) for name in ("bottom", "middle", "top"))
    used_u = sum(level.height_u for level in (*bottom, *middle, *top))
    if used_u > height_u:
        seats, left = _pile((*bottom, *middle, *top), 1, height_u)
        return Elevation(_count_roles(seats), used_u, _merge(left))
    low, _ = _pile((*bottom, *middle), 1, height_u)
    high, _ = _pile(top, height_u + 1 - sum(level.height_u for level in top), height_u)
    return Elevation(_count_roles((*low, *high)), used_u, ())


def _zone(fills: Sequence[Fill], zone: str) -> tuple[_Level, ...]:
    """Levels of a zone from the bottom up."""
    chosen = [fill for fill in fills if fill.zone == zone and fill.part.height_u is not None]
    chosen.sort(key=lambda fill: _rank(fill.part.role))
    if zone != "middle":
        return tuple(level for fill in chosen for level in _levels(fill))
    return _around_switches(chosen)


def _rank(role: str) -> int:
    return ROLE_ORDER.index(role) if role in ROLE_ORDER else len(ROLE_ORDER)


def _around_switches(fills: Sequence[Fill]) -> tuple[_Level, ...]:
    """Compute trays half below and half above the scale-up switches; other roles keep their order."""
    levels = [level for fill in fills for level in _levels(fill)]
    compute = [level for level in levels if level.part.role == "compute"]
    switches = [level for level in levels if level.part.role == "scale-up-switch"]
    low = [level for level in levels if _rank(level.part.role) < _rank("compute")]
    high = [level for level in levels if _rank(level.part.role) > _rank("scale-up-switch")]
    half = math.ceil(len(compute) / 2)
    return (*low, *compute[:half], *switches, *compute[half:], *high)


def _levels(fill: Fill) -> tuple[_Level, ...]:
    """Heights one part's pieces take: one each, or several side by side where they are lower than a rack unit."""
    height_u = fill.part.height_u.value if fill.part.height_u else 1.0
    side_by_side = max(1, int(1.0 / height_u)) if height_u > 0 else 1
    full, rest = divmod(fill.count, side_by_side)
    pieces = [side_by_side] * full + ([rest] if rest else [])
    return tuple(_Level(fill.part, number, max(1, math.ceil(height_u))) for number in pieces)


def _pile(levels: Sequence[_Level], start_u: int, height_u: int) -> tuple[list[Seat], list[tuple[str, int]]]:
    """Seats of levels one upon the other, and what would stand above the frame."""
    seats: list[Seat] = []
    left: list[tuple[str, int]] = []
    u = start_u
    for level in levels:
        if u + level.height_u - 1 > height_u:
            left.append((level.part.id, level.pieces))
            continue
        seats.extend(Seat(level.part, u, bay, level.height_u) for bay in range(level.pieces))
        u += level.height_u
    return seats, left


def _merge(left: Sequence[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    totals: dict[str, int] = {}
    for part, pieces in left:
        totals[part] = totals.get(part, 0) + pieces
    return tuple(totals.items())


def _count_roles(seats: Sequence[Seat]) -> tuple[Seat, ...]:
    """The seats with their ordinal within the role."""
    seen: dict[str, int] = {}
    counted = []
    for seat in seats:
        index = seen.get(seat.part.role, 0)
        seen[seat.part.role] = index + 1
        counted.append(replace(seat, index=index))
    return tuple(counted)
