"""What does a plan on coarser buckets tell about the fine one? Prices to start from, and columns worth having."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rackwright.supply.assemble import Assembly
from rackwright.supply.timing import FloatArray, Grid

__all__ = ["active_columns", "coarser", "prices_between"]

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

CHOSEN = ("make", "option", "buy", "ship")
"""Families of columns of which most are never used; the others are always kept."""
SMALLEST = 1e-7


def coarser(grid: Grid, num: int) -> Grid:
    """Neighbouring buckets put together so that at most so many are left, none longer than it has to be.

    Buckets are put together while they stay within the fewest days that do: long ones at the end stay as they are, or
    what comes late would seem not to come at all.
    """
    candidates = np.unique(grid.ends[:, None] - grid.starts[None, :])
    low, high = 0, len(candidates) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if len(_joined(grid, float(candidates[middle]))) <= num else (middle + 1, high)
    first = np.array(_joined(grid, float(candidates[low])))
    return Grid(grid.starts[first], np.append(grid.starts[first[1:]], grid.ends[-1]))


def _joined(grid: Grid, days: float) -> list[int]:
    """First bucket of each group of neighbours that together have no more than so many days, or are one bucket."""
    first = [0]
    for bucket in range(1, grid.num):
        if grid.ends[bucket] - grid.starts[first[-1]] > days:
            first.append(bucket)
    return first


def active_columns(fine: Assembly, coarse: Assembly, x: FloatArray, *, near_days: float) -> BoolArray:
    """Columns of the fine model that the coarse plan uses in the same bucket or one beside it, and all others.

    What is made, bought or moved in a bucket of the coarse plan may start in any of its parts and their neighbours, and
    in any bucket that ends within `near_days`, where lots may have to come sooner.
    """
    is_near: BoolArray = np.asarray(fine.network.grid.ends <= near_days)
    within = _coarse_bucket(fine.network.grid, coarse.network.grid)
    keep = np.ones(fine.model.num_cols, dtype=np.bool_)
    for family in CHOSEN:
        used: BoolArray = np.asarray(x[coarse.columns.family(family)] > SMALLEST).reshape(-1, coarse.network.grid.num)
        near = used.copy()
        near[:, 1:] |= used[:, :-1]
        near[:, :-1] |= used[:, 1:]
        keep[fine.columns.family(family)] = (near[:, within] | (used.any(axis=1, keepdims=True) & is_near)).ravel()
    return keep


def prices_between(fine: Assembly, coarse: Assembly, prices: FloatArray) -> FloatArray:
    """Prices of the fine rows from those of the coarse ones.

    Worth runs straight between the middles of buckets; ceilings cost what they cost in their coarse bucket; a price of
    power, which holds all racks so far, is shared by the parts of its bucket.
    """
    grids = fine.network.grid, coarse.network.grid
    within = _coarse_bucket(*grids)
    parts = np.bincount(within, minlength=grids[1].num)
    middles = [(grid.starts + grid.ends) / 2.0 for grid in grids]
    found = np.zeros(fine.model.num_rows)
    for kind, block in fine.blocks.items():
        other = coarse.blocks[kind]
        size = grids[1].num if block.is_timed else 1
        mine = prices[other.start : other.start + len(other.names) * size].reshape(-1, size)
        mine = mine * (other.scale / block.scale)[:, None]
        if block.is_timed and kind == "balance":
            mine = np.array([np.interp(middles[0], middles[1], row) for row in mine])
        elif block.is_timed:
            mine = mine[:, within] / (parts[within] if kind == "power" else 1.0)
        found[block.start : block.start + mine.size] = mine.ravel()
    return found


def _coarse_bucket(fine: Grid, coarse: Grid) -> IntArray:
    """The coarse bucket in which each fine one lies."""
    return np.searchsorted(coarse.ends, fine.starts, side="right").astype(np.int64)
