"""How many whole units still fit into the halls and under the power of a site?

Halls and sites are filled in the order of blocks. What released tranches take is booked first, whether it fits or not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from rackwright.siting.orders import HallSpace, UnitSize

__all__ = ["Caps", "HallFill", "Room"]

WHOLE = 1e-9


@dataclass(frozen=True, slots=True)
class Caps:
    """Most units a block can still take: by positions, by the halls' power, and by the site's power."""

    positions: int
    hall_power: int
    site_power: int

    @property
    def units(self) -> int:
        """The smallest of the three, >= 0."""
        return max(0, min(self.positions, self.hall_power, self.site_power))


@dataclass(frozen=True, slots=True)
class HallFill:
    """Units put into one hall."""

    hall: str
    units: int


def _positions(size: UnitSize, units: int) -> int:
    return units * size.racks + math.ceil(units * size.network_racks - WHOLE)


def _fitting(size: UnitSize, positions: int) -> int:
    """Most whole units whose compute and network racks stand on so many positions."""
    if positions <= 0:
        return 0
    units = int(positions / (size.racks + size.network_racks) + WHOLE) + 1
    while units > 0 and _positions(size, units) > positions:
        units -= 1
    return units


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
        spaces = tuple(halls)
        self._site_of = {hall.hall: hall.site for hall in spaces}
        self._positions = {hall.hall: hall.positions for hall in spaces}
        self._hall_w = {hall.hall: hall.it_w for hall in spaces}
        self._site_w = dict(site_w)

    def site_w(self, site: str) -> int:
        """IT power still free at a site; negative if more is booked than there is."""
        return self._site_w.get(site, 0)

    def positions(self, hall: str) -> int:
        """Positions still free in a hall; negative if more are booked than there are."""
        return self._positions[hall]

    def caps(self, halls: Iterable[str], size: UnitSize) -> Caps:
        """How many more units fit into these halls."""
        names = tuple(halls)
        fits = [(_fitting(size, self._positions[hall]), self._power_fit(hall, size)) for hall in names]
        site_w = self._site_w.get(self._site_of[names[0]], 0)
        return Caps(
            positions=sum(by_positions for by_positions, _ in fits),
            hall_power=sum(min(pair) for pair in fits),
            site_power=max(0, site_w // size.it_w) if size.it_w else sum(p for p, _ in fits),
        )

    def _power_fit(self, hall: str, size: UnitSize) -> int:
        return max(0, self._hall_w[hall] // size.it_w) if size.it_w else _fitting(size, self._positions[hall])

    def take(self, halls: Iterable[str], size: UnitSize, units: int, *, force: bool) -> tuple[HallFill, ...]:
        """Book units into halls in their order; with `force` what does not fit is booked in the last hall."""
        names = tuple(halls)
        fills: list[HallFill] = []
        rest = units
        for hall in names:
            here = min(rest, _fitting(size, self._positions[hall]), self._power_fit(hall, size))
            if force and hall == names[-1]:
                here = rest
            self._book(hall, size, here)
            rest -= here
            fills.append(HallFill(hall, here))
        return tuple(fills)

    def _book(self, hall: str, size: UnitSize, units: int) -> None:
        site = self._site_of[hall]
        self._positions[hall] -= _positions(size, units)
        self._hall_w[hall] -= units * size.it_w
        self._site_w[site] = self._site_w.get(site, 0) - units * size.it_w
