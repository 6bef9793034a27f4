"""Which racks share a busway, which busways a UPS, which UPS a line-up? Filled in floor order up to the limit."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rackwright.power.classes import ChainClasses

__all__ = ["LoadGroup", "fill_in_order", "pack_cooling", "pack_racks", "split_blocks"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

ROUNDING = 1e-9
"""Dust of floating point, relative, that must not open one more group."""


@dataclass(frozen=True)
class LoadGroup:
    """Loads of a hall that share line-ups: its racks, or its cooling.

    Parameters
    ----------
    hall, purpose
        Hall, and `it` or `cooling`.
    load_ids
        Rack of each load, or ordinal of a cooling load.
    load_w
        Peak power of each load [W].
    feeder_of_load
        Busway of each load; for cooling each load is its own feeder.
    feeder_names, feeder_w
        Name of each feeder, row and ordinal for a busway, and its load at the feeding end [W].
    ups_of_feeder, lineup_of_ups
        UPS (or, without UPS, feed) of each feeder, and the line-up of each.
    lineup_w
        Load of each line-up at its low-voltage board when it carries all of its loads [W].
    has_ups
        True where UPS stand between boards and feeders.
    block
        Ordinal of the block where a hall's line-ups are split into blocks with a reserve each; 0 where they are not.
    """

    hall: str
    purpose: str
    load_ids: tuple[int, ...]
    load_w: FloatArray
    feeder_of_load: IntArray
    feeder_names: tuple[str, ...]
    feeder_w: FloatArray
    ups_of_feeder: IntArray
    lineup_of_ups: IntArray
    lineup_w: FloatArray
    has_ups: bool
    block: int = 0

    @property
    def infix(self) -> str:
        """What sets the names of its line-ups apart from those of the hall's other groups."""
        purpose = "" if self.purpose == "it" else f"{self.purpose}-"
        return purpose + (f"block{self.block}-" if self.block else "")


def fill_in_order(load_w: FloatArray, limit_w: float) -> IntArray:
    """Group of each load: a group takes the next load while it fits; a load above the limit stands alone.

    Examples
    --------
    >>> fill_in_order(np.array([3.0, 3.0, 3.0, 9.0, 1.0]), 6.0)
    array([0, 0, 1, 2, 3])
    """
    groups = np.zeros(load_w.size, dtype=np.int64)
    group, filled_w = 0, 0.0
    # Each decision rests on the one before; a few thousand loads at most.
    for index, each_w in enumerate(load_w.tolist()):
        if filled_w > 0.0 and filled_w + each_w > limit_w * (1.0 + ROUNDING):
            group, filled_w = group + 1, 0.0
        filled_w += each_w
        groups[index] = group
    return groups


def pack_racks(
    hall: str,
    racks: tuple[int, ...],
    load_w: FloatArray,
    rows: IntArray,
    classes: ChainClasses,
    *,
    most_w: float = math.inf,
) -> LoadGroup:
    """Busways along each row, then UPS, then line-ups.

    Parameters
    ----------
    hall
        Hall.
    racks
        Racks in order of row and position.
    load_w
        Peak power of each rack [W], shape (n,).
    rows
        Row of each rack, shape (n,), non-decreasing.
    classes
        Ratings and efficiencies.
    most_w
        Most load of a busway [W], where the scheme asks for shorter ones than their rating does.
    """
    busway_w = load_w / classes.rack_efficiency_share
    limit_w = min(most_w, classes.limit_w(classes.busway))
    busway_of_rack = np.zeros(load_w.size, dtype=np.int64)
    names: list[str] = []
    for row in np.unique(rows).tolist():
        own = rows == row
        segments = fill_in_order(busway_w[own], limit_w)
        busway_of_rack[own] = segments + len(names)
        names += [f"r{row:02d}-{segment + 1}" for segment in range(int(segments[-1]) + 1)]
    feeder_w = _sums(busway_of_rack, busway_w)
    has_ups = classes.ups is not None
    ups_of_feeder, lineup_of_ups, lineup_w = _pack_feeders(feeder_w, classes, has_ups=has_ups)
    return LoadGroup(
        hall=hall,
        purpose="it",
        load_ids=racks,
        load_w=load_w,
        feeder_of_load=busway_of_rack,
        feeder_names=tuple(names),
        feeder_w=feeder_w,
        ups_of_feeder=ups_of_feeder,
        lineup_of_ups=lineup_of_ups,
        lineup_w=lineup_w,
        has_ups=has_ups,
    )


def pack_cooling(hall: str, cooling_w: float, classes: ChainClasses, *, on_ups: bool, least: int = 1) -> LoadGroup:
    """Equal cooling loads, as few as UPS or line-ups allow, and not fewer than `least`."""
    has_ups = on_ups and classes.ups is not None
    through = classes.ups_efficiency_share if has_ups else 1.0
    limit_w = min(classes.lineup_limit_w * through, classes.limit_w(classes.ups) if has_ups else math.inf)
    count = max(least, math.ceil(cooling_w / limit_w - ROUNDING))
    load_w = np.full(count, cooling_w / count)
    each = np.arange(count, dtype=np.int64)
    names = tuple(f"{number + 1:02d}" for number in range(count))
    ups_of_feeder, lineup_of_ups, lineup_w = _pack_feeders(load_w, classes, has_ups=has_ups)
    return LoadGroup(
        hall=hall,
        purpose="cooling",
        load_ids=tuple(each.tolist()),
        load_w=load_w,
        feeder_of_load=each,
        feeder_names=names,
        feeder_w=load_w,
        ups_of_feeder=ups_of_feeder,
        lineup_of_ups=lineup_of_ups,
        lineup_w=lineup_w,
        has_ups=has_ups,
    )


def split_blocks(group: LoadGroup, most: int) -> tuple[LoadGroup, ...]:
    """The group in blocks of at most `most` line-ups, as even as whole line-ups allow; itself where `most` is 0."""
    count = group.lineup_w.size
    if not most or not count:
        return (group,)
    blocks = -(-count // most)
    block_of_lineup = np.arange(count) * blocks // count
    block_of_ups = block_of_lineup[group.lineup_of_ups]
    block_of_feeder = block_of_ups[group.ups_of_feeder]
    block_of_load = block_of_feeder[group.feeder_of_load]
    places = (block_of_load, block_of_feeder, block_of_ups, block_of_lineup)
    return tuple(_block(group, block, tuple(of == block for of in places)) for block in range(blocks))


def _block(group: LoadGroup, block: int, own: tuple[npt.NDArray[np.bool_], ...]) -> LoadGroup:
    """One block, given which loads, feeders, UPS and line-ups are its own; ordinals start again at 0."""
    load, feeder, ups, lineup = own
    return LoadGroup(
        hall=group.hall,
        purpose=group.purpose,
        load_ids=tuple(np.array(group.load_ids, dtype=np.int64)[load].tolist()),
        load_w=group.load_w[load],
        feeder_of_load=group.feeder_of_load[load] - int(np.argmax(feeder)),
        feeder_names=tuple(name for name, is_own in zip(group.feeder_names, feeder.tolist(), strict=True) if is_own),
        feeder_w=group.feeder_w[feeder],
        ups_of_feeder=group.ups_of_feeder[feeder] - int(np.argmax(ups)),
        lineup_of_ups=group.lineup_of_ups[ups] - int(np.argmax(lineup)),
        lineup_w=group.lineup_w[lineup],
        has_ups=group.has_ups,
        block=block + 1,
    )


def _pack_feeders(
    feeder_w: FloatArray, classes: ChainClasses, *, has_ups: bool
) -> tuple[IntArray, IntArray, FloatArray]:
    """UPS of each feeder, line-up of each UPS, load of each line-up; without UPS a feeder counts as its own UPS."""
    if has_ups:
        ups_of_feeder = fill_in_order(feeder_w, classes.limit_w(classes.ups))
        ups_w = _sums(ups_of_feeder, feeder_w) / classes.ups_efficiency_share
    else:
        ups_of_feeder, ups_w = np.arange(feeder_w.size, dtype=np.int64), feeder_w
    lineup_of_ups = fill_in_order(ups_w, classes.lineup_limit_w)
    return ups_of_feeder, lineup_of_ups, _sums(lineup_of_ups, ups_w)


def _sums(groups: IntArray, load_w: FloatArray) -> FloatArray:
    """Load of each group, summed in order of the loads."""
    return np.bincount(groups, weights=load_w).astype(np.float64)
