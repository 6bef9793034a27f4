"""How many whole units still fit into the halls and under the power of a site?

A hall holds what its floor can take: racks, their side and network racks, and the CDUs of their loops on its positions;
racks side by side between keep-outs and under the power of a row; their coolant; its power. Where a layout has already
shown that fewer units find a place, that number holds. Halls and sites are filled in the order of blocks. What released
tranches take is booked first, whether it fits or not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from rackwright.base.loops import num_loop_units
from rackwright.siting.orders import BlockOrder, HallSpace, RackSize, UnitSize

__all__ = ["Caps", "HallFill", "Room"]

WHOLE = 1e-9


@dataclass(frozen=True, slots=True)
class Caps:
    """Most units a block can still take: each figure under its own limit and all those before it, over all halls.

    Parameters
    ----------
    positions
        Floor positions, with network racks and CDUs.
    rows
        Runs of positions wide enough, and the power of rows.
    coolant
        Coolant flow of the halls.
    hall_power
        Power of the halls.
    layout
        Units for which a layout was found.
    site_power
        Power of the site, by itself.
    site_free_w, halls_free_w
        IT power that is still free at the site, and in the block's halls together.
    """

    positions: int
    rows: int
    coolant: int
    hall_power: int
    layout: int
    site_power: int
    site_free_w: int = 0
    halls_free_w: int = 0

    @property
    def units(self) -> int:
        """The smallest of all, >= 0."""
        return max(0, min(self.layout, self.site_power))


@dataclass(frozen=True, slots=True)
class HallFill:
    """Units put into one hall."""

    hall: str
    units: int


class _HallRoom:
    """What stands in one hall: units by block, in the order of booking."""

    def __init__(self, space: HallSpace) -> None:
        self.space = space
        self.stands: dict[str, tuple[UnitSize, int]] = {}

    def with_units(self, block: BlockOrder, units: int) -> list[tuple[UnitSize, int]]:
        """Sizes and units of the hall with so many more of a block."""
        before = self.stands.get(block.block, (block.size, 0))[1]
        return list({**self.stands, block.block: (block.size, before + units)}.values())

    def book(self, block: BlockOrder, units: int) -> None:
        """Put units of a block into the hall."""
        before = self.stands.get(block.block, (block.size, 0))[1]
        self.stands[block.block] = (block.size, before + units)

    def positions(self) -> int:
        """Positions still free; negative if more are booked than there are."""
        return self.space.positions - self._positions_of(list(self.stands.values()))

    def limits(self, block: BlockOrder) -> tuple[int, int, int, int, int]:
        """Further units of a block by positions, rows, coolant, power and layout, in the order of `Caps`."""
        room = (self._most_by_positions(block), self._by_rows(block.size), self._by_coolant(block.size))
        return (*room, self._by_power(block.size), self._by_layout(block))

    def _most_by_positions(self, block: BlockOrder) -> int:
        """Halving finds it: one more unit never takes fewer positions."""
        low, high = 0, max(0, self.positions()) // max(1, block.size.racks * block.size.rack.width)
        while low < high:
            middle = (low + high + 1) // 2
            fits = self._positions_of(self.with_units(block, middle)) <= self.space.positions
            low, high = (middle, high) if fits else (low, middle - 1)
        return low

    def _positions_of(self, stands: list[tuple[UnitSize, int]]) -> int:
        """Positions that units take with their side racks, network racks and CDUs."""
        racks = sum(units * size.racks * size.rack.width for size, units in stands)
        networks = sum(math.ceil(units * size.network_racks - WHOLE) for size, units in stands)
        return racks + networks + self._cdus(stands)

    def _cdus(self, stands: list[tuple[UnitSize, int]]) -> int:
        if self.space.loops is None:
            return 0
        wet = [(size.rack, units * size.racks) for size, units in stands if size.rack.liquid_w > 0]
        counts = [count for _, count in wet]
        liquid_w = np.repeat([rack.liquid_w for rack, _ in wet], counts)
        return num_loop_units(liquid_w, np.repeat([rack.flow_lpm for rack, _ in wet], counts), self.space.loops)

    def _by_rows(self, size: UnitSize) -> int:
        """Runs hold whole racks, a row no more racks than its power; racks that stand are counted as of this size."""
        rows = self.space.rows or ((self.space.positions,),)
        slots = sum(_slots(runs, self.space, size.rack) for runs in rows)
        return max(0, slots - self._racks()) // size.racks

    def _racks(self) -> int:
        return sum(units * size.racks for size, units in self.stands.values())

    def _by_coolant(self, size: UnitSize) -> int:
        unit_lpm = size.racks * size.rack.flow_lpm
        if self.space.flow_lpm is None or unit_lpm <= 0:
            return self.space.positions
        used = sum(units * other.racks * other.rack.flow_lpm for other, units in self.stands.values())
        return max(0, math.floor((self.space.flow_lpm - used) / unit_lpm + WHOLE))

    def free_w(self) -> int:
        """IT power still free, >= 0 [W]."""
        return max(0, self.space.it_w - sum(units * other.it_w for other, units in self.stands.values()))

    def _by_power(self, size: UnitSize) -> int:
        return self.free_w() // size.it_w if size.it_w else self.space.positions

    def _by_layout(self, block: BlockOrder) -> int:
        found = [limit.units for limit in block.limits if limit.hall == self.space.hall]
        before = self.stands.get(block.block, (block.size, 0))[1]
        return max(0, min(found) - before) if found else self.space.positions


def _slots(runs: tuple[int, ...], hall: HallSpace, rack: RackSize) -> int:
    """Racks of a size that one row takes: wide enough, and under its power and its heat to air."""
    slots = sum(run // rack.width for run in runs)
    for limit_w, rack_w in ((hall.row_w, rack.peak_w), (hall.row_air_w, rack.peak_w - rack.liquid_w)):
        if limit_w is not None and rack_w > 0:
            slots = min(slots, math.floor(limit_w / rack_w + WHOLE))
    return slots


class Room:
    """Free positions and free power, booked unit by unit.

    Parameters
    ----------
    halls
        Every hall.
    site_w
        Pairs of site and IT power that blocks may use there at the horizon's end.
    """

    def __init__(self, halls: Iterable[HallSpace], site_w: Iterable[tuple[str, int]]) -> None:
        self._halls = {hall.hall: _HallRoom(hall) for hall in halls}
        self._site_w = dict(site_w)

    def site_w(self, site: str) -> int:
        """IT power still free at a site; negative if more is booked than there is."""
        return self._site_w.get(site, 0)

    def positions(self, hall: str) -> int:
        """Positions still free in a hall; negative if more are booked than there are."""
        return self._halls[hall].positions()

    def caps(self, block: BlockOrder) -> Caps:
        """How many more units of a block fit into its halls."""
        every = [self._halls[hall].limits(block) for hall in block.halls]
        depth = [sum(min(limits[: step + 1]) for limits in every) for step in range(5)]
        site_w = self._site_w.get(self._halls[block.halls[0]].space.site, 0)
        by_site = max(0, site_w // block.size.it_w) if block.size.it_w else depth[0]
        free_w = sum(self._halls[hall].free_w() for hall in block.halls)
        return Caps(depth[0], depth[1], depth[2], depth[3], depth[4], by_site, max(0, site_w), free_w)

    def take(self, block: BlockOrder, units: int, *, force: bool) -> tuple[HallFill, ...]:
        """Book units into a block's halls in their order; with `force` what does not fit goes into the last hall."""
        fills: list[HallFill] = []
        rest = units
        for hall in block.halls:
            here = min(rest, *self._halls[hall].limits(block))
            if force and hall == block.halls[-1]:
                here = rest
            self._book(self._halls[hall], block, here)
            rest -= here
            fills.append(HallFill(hall, here))
        return tuple(fills)

    def _book(self, hall: _HallRoom, block: BlockOrder, units: int) -> None:
        hall.book(block, units)
        site = hall.space.site
        self._site_w[site] = self._site_w.get(site, 0) - units * block.size.it_w
