"""How many whole units of each block does a hall hold, where not all that were wanted find a place?

Units of released tranches are kept before planned ones, blocks in their order. The number is found by laying the hall
out again with fewer units, so that it is what the floor, its rows and its CDUs really take.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rackwright.layout.floor import Floor

__all__ = ["HallUnits", "fit_units"]


@dataclass(frozen=True)
class HallUnits:
    """Units of a block in a hall; the first `frozen` of them belong to released tranches."""

    block: str
    units: int
    frozen: int


def fit_units(wanted: Sequence[HallUnits], lay_out: Callable[[tuple[int, ...]], Floor]) -> tuple[int, ...]:
    """Most units of each block that stand with all their racks.

    Parameters
    ----------
    wanted
        Blocks of the hall in the order of filling.
    lay_out
        Floor of the hall with so many units of each block.

    Notes
    -----
    Halving over the units kept in order of priority; a floor that holds some units is taken to hold fewer.
    """
    low, high = 0, sum(entry.units for entry in wanted)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if not lay_out(_kept(wanted, middle)).unplaced else (low, middle - 1)
    return _kept(wanted, low)


def _kept(wanted: Sequence[HallUnits], units: int) -> tuple[int, ...]:
    """Units kept of each block: the frozen ones of all first."""
    kept = []
    for entry in wanted:
        kept.append(min(entry.frozen, units))
        units -= kept[-1]
    for place, entry in enumerate(wanted):
        more = min(entry.units - kept[place], units)
        kept[place] += more
        units -= more
    return tuple(kept)
