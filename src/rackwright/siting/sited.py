"""What has siting decided about one block? The working row behind the tables, shortfalls and checks."""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.siting.orders import BlockOrder
from rackwright.siting.room import Caps, HallFill
from rackwright.siting.share import Series
from rackwright.siting.tranches import Filled

__all__ = ["SitedBlock"]


@dataclass(frozen=True)
class SitedBlock:
    """A block with what it wanted, what it got, and why not more.

    Parameters
    ----------
    wanted, given
        Scalable units.
    frozen
        Units of released and later tranches.
    fits
        False if the frozen units alone do not fit.
    caps
        What would still have fitted when its turn came, on top of the frozen units.
    carried
        Racks by day the block's workloads use of it.
    """

    order: BlockOrder
    wanted: int
    given: int
    frozen: int
    fits: bool
    caps: Caps
    halls: tuple[HallFill, ...]
    tranches: tuple[Filled, ...]
    carried: Series
