"""Which management switch does each device hang on? A tree: switches for each unit, one uplink each, one root.

Where a switch for the tiers above is given, the leaves' own uplink cages are used instead: one to each of two trees
that share nothing above the leaves. Every tray's management port and every other switch's management port is served. A
switch's management port is numbered after its last data port. Switches that serve the whole block come before those of
its units.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from rackwright.fabric.endpoints import IntArray
from rackwright.fabric.wiring import LINK_COLUMNS, Wiring, empty_links

__all__ = ["Tree", "TreeTop", "size_tree", "wire_tree"]


@dataclass(frozen=True, kw_only=True)
class TreeTop:
    """The switch above the leaves: part, ports at the rate of the uplinks, that rate, and trees side by side."""

    part: str
    radix: int
    gbit_s: float
    sides: int


@dataclass(frozen=True)
class Tree:
    """Size of an out-of-band tree: leaves of each group (block-wide first), spines, cores and tiers.

    Spines and cores are those of all `sides` together.
    """

    leaves_of: tuple[int, ...]
    spines: int
    cores: int
    sides: int = 1

    @property
    def leaves(self) -> int:
        """All leaf switches."""
        return sum(self.leaves_of)

    @property
    def tiers(self) -> int:
        """Tiers of switches."""
        return 1 + (self.spines > 0) + (self.cores > 0)


def size_tree(counts: tuple[int, ...], radix: int, top: TreeTop | None = None) -> Tree | None:
    """Smallest tree for the ports of each group; None if three tiers do not reach.

    Notes
    -----
    A leaf keeps one port for its uplink, so a group of n ports needs ceil(n / (radix - 1)) leaves; up to `radix` leaves
    meet in one spine, more in several spines under one core. A block whose ports all fit one switch has only that.
    With a switch above, leaves keep all their ports, and the same holds on each side with its ports.
    """
    if sum(counts) <= radix:
        return Tree((1, *(0 for _ in counts[1:])), 0, 0)
    if top is not None:
        return _size_sides(tuple(-(-count // radix) for count in counts), top)
    leaves_of = tuple(-(-count // (radix - 1)) for count in counts)
    leaves = sum(leaves_of)
    if leaves <= radix:
        return Tree(leaves_of, 1, 0)
    spines = -(-leaves // (radix - 1))
    return Tree(leaves_of, spines, 1) if spines <= radix else None


def _size_sides(leaves_of: tuple[int, ...], top: TreeTop) -> Tree | None:
    leaves = sum(leaves_of)
    if leaves <= top.radix:
        return Tree(leaves_of, top.sides, 0, top.sides)
    spines = -(-leaves // max(top.radix - 1, 1))
    return Tree(leaves_of, top.sides * spines, top.sides, top.sides) if spines <= top.radix else None


def wire_tree(
    tree: Tree, leaf: tuple[str, int], ports: pl.DataFrame, first_device: int, top: TreeTop | None = None
) -> Wiring:
    """Lay out an out-of-band tree port by port.

    Parameters
    ----------
    tree
        Its size.
    leaf
        Catalog switch of the leaves, and of every tier without `top`, and its ports.
    ports
        Management ports: device, port, gbit_s, group (0 for the whole block, then the units); in the order of group.
    first_device
        Number of the first switch.
    top
        The switch above the leaves, where it is another.
    """
    part, radix = leaf
    at = _leaf_of(tree, ports["group"].to_numpy())
    ordinal = np.arange(len(ports)) - np.searchsorted(at, at)
    rates = ports["gbit_s"].to_numpy()
    ends = (ports["device"].to_numpy(), ports["port"].to_numpy(), first_device + at, ordinal, rates)
    same = TreeTop(part=part, radix=radix, gbit_s=float(rates.max()), sides=1)
    uplinks = _uplinks(tree, top or same, first_device, radix if top else radix - 1)
    links = [pl.DataFrame(dict(zip(LINK_COLUMNS, ends, strict=True))), uplinks]
    return Wiring(_switches(tree, part, (top or same).part, first_device), pl.concat(links))


def _leaf_of(tree: Tree, group: IntArray) -> IntArray:
    """Leaf of each port: the ports of a group are spread evenly over its leaves, neighbours together."""
    leaves_of = np.array(tree.leaves_of)
    if tree.tiers == 1:
        return np.zeros(len(group), dtype=np.int64)
    counts = np.bincount(group, minlength=len(leaves_of))
    starts = np.cumsum(counts) - counts
    ordinal = np.arange(len(group)) - starts[group]
    first_leaf = np.cumsum(leaves_of) - leaves_of
    leaf: IntArray = first_leaf[group] + ordinal * leaves_of[group] // counts[group]
    return leaf


def _uplinks(tree: Tree, top: TreeTop, first_device: int, first_port: int) -> pl.DataFrame:
    """Ports of each leaf from `first_port` on, one to the spine of each side; last port of each spine to its core."""
    if tree.tiers == 1:
        return empty_links()
    leaf, of_side = np.arange(tree.leaves), tree.spines // tree.sides
    below = tree.leaves if of_side == 1 else top.radix - 1
    first_spine, first_core = first_device + tree.leaves, first_device + tree.leaves + tree.spines
    rows = []
    for side in range(tree.sides):
        spine = first_spine + side * of_side
        rows.append(_single(first_device + leaf, first_port + side, spine + leaf // below, leaf % below, top.gbit_s))
        if tree.cores:
            each = np.arange(of_side)
            rows.append(_single(spine + each, top.radix - 1, np.full(of_side, first_core + side), each, top.gbit_s))
    return pl.concat(rows)


def _single(a_device: IntArray, a_port: int, b_device: IntArray, b_port: IntArray, gbit_s: float) -> pl.DataFrame:
    count = len(a_device)
    columns = (a_device, np.full(count, a_port), b_device, b_port, np.full(count, gbit_s))
    return pl.DataFrame(dict(zip(LINK_COLUMNS, columns, strict=True)))


def _switches(tree: Tree, leaf: str, upper: str, first_device: int) -> pl.DataFrame:
    tiers = np.repeat([1, 2, 3], [tree.leaves, tree.spines, tree.cores])
    unit = np.full(len(tiers), -1)
    if tree.tiers > 1:
        unit[: tree.leaves] = np.repeat(np.arange(len(tree.leaves_of)) - 1, tree.leaves_of)
    index = np.concatenate([np.arange(count) for count in (tree.leaves, tree.spines, tree.cores)])
    columns = {
        "device": first_device + np.arange(len(tiers)),
        "plane": np.zeros(len(tiers), dtype=np.int64),
        "rail": np.full(len(tiers), -1),
        "unit": unit,
        "index": index,
    }
    frame = pl.DataFrame({name: values.astype(np.int64) for name, values in columns.items()})
    parts = [leaf if tier == 1 else upper for tier in tiers.tolist()]
    return frame.with_columns(part=pl.Series(parts, dtype=pl.String), tier=pl.Series(tiers.astype(np.int64)))
