"""Which racks stop when one element of the power chain is lost?

An element lives while its normal source or the one it can transfer to lives; the utility, generators and other elements
without a source live until they are lost themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

__all__ = ["Feed", "feeds_that_stop_racks"]

LOADS = ("rack", "cooling")
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Feed:
    """An element and the racks that stop with it, by rack id."""

    element: str
    kind: str
    racks: tuple[int, ...]


def feeds_that_stop_racks(elements: pl.DataFrame) -> list[Feed]:
    """Elements whose loss stops a rack, in the order of the table; none where every rack has a second way.

    Parameters
    ----------
    elements
        The table `power.elements`; racks are `rack-NNNNN`.
    """
    found: list[Feed] = []
    for site in elements["site"].unique(maintain_order=True).to_list():
        found += _of_site(elements.filter(site=site))
    return found


def _of_site(elements: pl.DataFrame) -> Iterator[Feed]:
    names, kinds = elements["element"].to_list(), elements["kind"].to_list()
    number = {name: index for index, name in enumerate(names)}
    first, second = (
        np.array([number.get(name, -1) for name in elements[column].to_list()], dtype=np.int64)
        for column in ("upstream", "standby")
    )
    racks = np.array([index for index, kind in enumerate(kinds) if kind == "rack"], dtype=np.int64)
    rounds = _levels(first, second)
    for lost, kind in enumerate(kinds):
        if kind in LOADS:
            continue
        dead = racks[~_alive(first, second, lost, rounds)[racks]]
        if len(dead):
            yield Feed(names[lost], kind, tuple(int(names[rack].rsplit("-", 1)[1]) for rack in dead.tolist()))


def _levels(first: IntArray, second: IntArray) -> int:
    """Elements on the longest way from a source: after so many rounds every loss has reached its racks."""
    depth = np.zeros(len(first), dtype=np.int64)
    for _ in range(len(first)):
        deeper = np.maximum(np.where(first >= 0, depth[first] + 1, 0), np.where(second >= 0, depth[second] + 1, 0))
        if np.array_equal(deeper, depth):
            break
        depth = deeper
    return int(depth.max(initial=0)) + 1


def _alive(first: IntArray, second: IntArray, lost: int, rounds: int) -> NDArray[np.bool_]:
    alive = np.ones(len(first), dtype=np.bool_)
    alive[lost] = False
    is_source = (first < 0) & (second < 0)
    for _ in range(rounds):
        fed = is_source | ((first >= 0) & alive[first]) | ((second >= 0) & alive[second])
        fed[lost] = False
        if np.array_equal(fed, alive):
            break
        alive = fed
    return alive
