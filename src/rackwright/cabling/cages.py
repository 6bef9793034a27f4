"""Which links meet in one cage, what must its part suffice for, and which of its links could one assembly carry?

Ports of a cage are neighbours, and so are those of one connector of the transceiver in it: both are groups of so many
ports. An assembly joins a group at its head with groups at its legs, which may hold no link of another head.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from rackwright.cabling.paths import IntArray

__all__ = ["Cage", "GroupSizes", "find_joins", "group_sizes", "highest_of_cage", "mixed_groups", "numbered_groups"]

GroupSizes = tuple[int, int]
"""Ports of a group at the upper end, and of one at the lower end."""


class Cage(NamedTuple):
    """Links that a cage holds, and its ports before any split."""

    links: int
    ports: int


def highest_of_cage(frame: pl.DataFrame, *columns: IntArray) -> list[IntArray]:
    """The highest value of each column among the links that share a cage with each link, directly or through others.

    So links of one cage can take one part: the one that suffices for the longest and for the fastest of them.
    """
    shared = [found for side in ("a", "b") if len((found := _shared_cages(frame, side))[0])]
    return [_highest(shared, column) for column in columns]


def _highest(shared: Sequence[tuple[IntArray, IntArray]], values: IntArray) -> IntArray:
    """The highest value among links that are joined by groups: places of links, and the group of each."""
    highest, is_moving = values.copy(), bool(shared)
    while is_moving:
        is_moving = False
        for links, group in shared:
            of_group = np.zeros(int(group.max()) + 1, dtype=np.int64)
            np.maximum.at(of_group, group, highest[links])
            is_moving |= not np.array_equal(of_group[group], highest[links])
            highest[links] = of_group[group]
        is_moving &= len(shared) > 1
    return highest


def _shared_cages(frame: pl.DataFrame, side: str) -> tuple[IntArray, IntArray]:
    """Places of the links that end in a known cage of more than one port, and the number of their cage."""
    cage, per_cage = (_whole(frame, f"{side}_{name}") for name in ("cage", "per_cage"))
    links = np.flatnonzero((cage >= 0) & (per_cage > 1))
    return links, numbered_groups(_whole(frame, f"{side}_device")[links], cage[links])


def group_sizes(cages: Iterable[tuple[Cage, Cage]], owns: Iterable[int]) -> tuple[GroupSizes, ...]:
    """All sizes of groups that occur: those of whole cages, and of connectors of the transceivers they take.

    Parameters
    ----------
    cages
        Upper and lower cages that links join.
    owns
        Links of the transceivers there are.
    """
    owns, found = tuple(owns), set()
    for upper, lower in cages:
        found.add((upper.links, lower.links))
        ways = [
            {cage.links // own for own in owns if cage.ports <= own and cage.links % own == 0}
            for cage in (upper, lower)
        ]
        found |= {(b, a) for b in ways[0] for a in ways[1]}
    return tuple(sorted((b, a) for b, a in found if max(a, b) > 1 and (b % a == 0 or a % b == 0)))


def find_joins(frame: pl.DataFrame, sizes: Sequence[GroupSizes]) -> pl.Series:
    """Which group sizes one assembly can join, for each link.

    Parameters
    ----------
    frame
        Links with device, port and per_cage of both ends, a_part, a_form.
    sizes
        Sizes asked for.

    Returns
    -------
    Bit n is set where an assembly can join the link's groups of `sizes[n]`: the group at the head holds all links of
    the groups at its legs, no more of these than there are legs, and links to one kind of cage.
    """
    joins = np.zeros(frame.height, dtype=np.int64)
    columns = ("device", "port", "per_cage")
    upper, lower = (_Ends(*(_whole(frame, f"{side}_{name}") for name in columns)) for side in ("b", "a"))
    kind = _kinds(frame) if sizes else joins
    for bit, (b, a) in enumerate(sizes):
        head, leg = (upper.grouped(b), lower.grouped(a)) if b >= a else (lower.grouped(a), upper.grouped(b))
        joins[_joined(head, leg, kind)] |= 1 << bit
    return pl.Series("joins", joins)


@dataclass(frozen=True)
class _Groups:
    """Groups of one size at one end of all links: number of each link's group, and the links whose cage holds such."""

    size: int
    group: IntArray
    links: IntArray


@dataclass(frozen=True)
class _Ends:
    """One end of all links: device, port, ports of its cage."""

    device: IntArray
    port: IntArray
    per_cage: IntArray

    def grouped(self, size: int) -> _Groups:
        """The end in groups of neighbouring ports."""
        fits = np.flatnonzero(self.per_cage % size == 0)
        return _Groups(size, numbered_groups(self.device, self.port // size), fits)


def _joined(head: _Groups, leg: _Groups, kind: IntArray) -> IntArray:
    """Places of the links whose head's legs end nowhere else and are no more than an assembly has."""
    spoilt = mixed_groups(head.group, kind, head.links)
    has_leg = np.zeros(len(kind), dtype=np.bool_)
    has_leg[leg.links] = True
    if leg.size > 1:  # a group of one port holds one link
        mixed = mixed_groups(leg.group, head.group, leg.links)
        has_leg[leg.links[mixed[leg.group[leg.links]]]] = False
    spoilt[head.group[head.links[~has_leg[head.links]]]] = True
    if leg.size > 1:
        last = np.zeros(len(mixed), dtype=np.int64)
        last[leg.group[leg.links]] = leg.links
        one_each = leg.links[last[leg.group[leg.links]] == leg.links]
        num_legs = np.bincount(head.group[one_each], minlength=len(spoilt))
        spoilt |= num_legs > head.size // leg.size
    found: IntArray = head.links[~spoilt[head.group[head.links]]]
    return found


def mixed_groups(group: IntArray, value: IntArray, links: IntArray) -> NDArray[np.bool_]:
    """Groups in which some links have more than one value."""
    mixed = np.zeros(int(group.max(initial=0)) + 1, dtype=np.bool_)
    one = np.zeros(len(mixed), dtype=np.int64)
    one[group[links]] = value[links]
    mixed[group[links[one[group[links]] != value[links]]]] = True
    return mixed


def _kinds(frame: pl.DataFrame) -> IntArray:
    """Number of the kind of lower cage each link has."""
    part, form = (pl.col(name).cast(pl.Categorical).to_physical().cast(pl.Int64) for name in ("a_part", "a_form"))
    code = (part * (1 << 20) + form) * (1 << 10) + pl.col("a_per_cage")
    return frame.select(code.alias("kind"))["kind"].to_numpy()


def numbered_groups(device: IntArray, number: IntArray) -> IntArray:
    """Number of a device's cage, connector or port among those of all devices, with few numbers unused."""
    highest = np.full(int(device.max(initial=-1)) + 1, -1, dtype=np.int64)
    np.maximum.at(highest, device, number)
    first = np.cumsum(highest + 1) - (highest + 1)
    groups: IntArray = first[device] + number
    return groups


def _whole(frame: pl.DataFrame, name: str) -> IntArray:
    return frame[name].to_numpy().astype(np.int64)
