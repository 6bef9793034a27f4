"""What does each upstream element carry, and which racks stop, when any two upstream elements are lost at once?

Above the busways a chain is small: transformers, boards and line-ups. Loads are gathered by the line-ups of their two
paths, so that one pair is a few array operations, and all pairs are done in blocks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rackwright.power.chain import COVERED_KINDS, Chain
from rackwright.power.failures import ElementLoads
from rackwright.power.paths import Paths

__all__ = ["UPSTREAM_KINDS", "PairLoads", "worst_pairs"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

UPSTREAM_KINDS = ("hv-transformer", "mv-switchgear", "unit-substation")
"""Kinds that are lost in pairs; the board behind a unit substation goes with it."""
BLOCK = 512
"""Pairs done at once, to bound memory."""


@dataclass(frozen=True)
class PairLoads:
    """Worst double failure.

    Parameters
    ----------
    element
        Upstream elements, shape (n,).
    worst_w
        Highest load of each with any two others lost, shape (n,).
    pair
        The two elements whose loss gives it, -1 where none raises it; shape (n, 2).
    lost_w
        Most rack and cooling power any pair stops.
    lost_pair
        That pair.
    pairs
        Pairs looked at.
    """

    element: IntArray
    worst_w: FloatArray
    pair: IntArray
    lost_w: float
    lost_pair: tuple[int, int]
    pairs: int


@dataclass(frozen=True)
class _Upper:
    """The chain above the line-ups, elements numbered 0..n-1 in the order of `element`."""

    element: IntArray
    source: IntArray
    standby: IntArray
    is_high: BoolArray
    is_board: BoolArray
    is_unit: BoolArray
    efficiency: FloatArray
    first: IntArray
    second: IntArray
    first_w: FloatArray
    second_w: FloatArray
    other_w: tuple[FloatArray, FloatArray]
    power_w: FloatArray


def worst_pairs(chain: Chain, loads: ElementLoads, scheme: str) -> PairLoads:
    """Loads of upstream elements under every pair of losses among them.

    Parameters
    ----------
    chain, loads
        Chain of a site, and its loads.
    scheme
        Scheme, as in `element_loads`: which losses a load's other path makes up for.

    Notes
    -----
    A board or line-up whose source is lost takes its standby; a load whose path is lost takes its other path. Racks in
    one pair of line-ups move together, so they are one load here.
    """
    upper = _gather(chain, loads)
    size = upper.element.size
    one, other = np.triu_indices(size, 1)
    moves = "unit-substation" in COVERED_KINDS[scheme]
    worst_w = loads.normal_w[upper.element].copy()
    pair = np.full((size, 2), -1, dtype=np.int64)
    lost_w, lost_pair = 0.0, (-1, -1)
    for begin in range(0, one.size, BLOCK):
        block = slice(begin, begin + BLOCK)
        lost = np.zeros((one[block].size, size), dtype=np.bool_)
        rows = np.arange(lost.shape[0])
        lost[rows, one[block]] = lost[rows, other[block]] = True
        carried_w, stopped_w = _carry(upper, lost, moves=moves)
        at = np.argmax(carried_w, axis=0)
        peak_w = carried_w[at, np.arange(size)]
        raised = peak_w > worst_w * (1.0 + 1e-12)
        worst_w[raised] = peak_w[raised]
        pair[raised] = upper.element[np.stack([one[block][at], other[block][at]], axis=1)][raised]
        most = int(np.argmax(stopped_w))
        if stopped_w[most] > lost_w:
            lost_w = float(stopped_w[most])
            lost_pair = int(upper.element[one[block][most]]), int(upper.element[other[block][most]])
    return PairLoads(upper.element, worst_w, pair, lost_w, lost_pair, int(one.size))


def _gather(chain: Chain, loads: ElementLoads) -> _Upper:
    element = np.flatnonzero(chain.is_kind(*UPSTREAM_KINDS))
    place = np.full(len(chain.names) + 1, -1, dtype=np.int64)
    place[element] = np.arange(element.size)
    units = np.flatnonzero(chain.is_kind("unit-substation"))
    at_a, own_a = _line_ups(loads.path_a, units, place)
    at_b, own_b = _line_ups(loads.path_b, units, place)
    key = np.stack([at_a, at_b, (chain.loads.share_a * 2).astype(np.int64)], axis=1)
    _, first, group = np.unique(key, axis=0, return_index=True, return_inverse=True)
    power_w, share = chain.loads.power_w, chain.loads.share_a

    def total(weights: FloatArray) -> FloatArray:
        return np.bincount(group.ravel(), weights=weights, minlength=first.size).astype(np.float64)

    kinds = chain.kind[element]
    return _Upper(
        element=element,
        source=place[chain.upstream[element]],
        standby=place[chain.standby[element]],
        is_high=kinds == "hv-transformer",
        is_board=kinds == "mv-switchgear",
        is_unit=kinds == "unit-substation",
        efficiency=chain.efficiency_share[element],
        first=at_a[first],
        second=at_b[first],
        first_w=total(power_w * share * own_a),
        second_w=total(power_w * (1.0 - share) * own_b),
        other_w=(total(power_w * (1.0 - share) * own_a), total(power_w * share * own_b)),
        power_w=total(power_w),
    )


def _line_ups(paths: Paths, units: IntArray, place: IntArray) -> tuple[IntArray, FloatArray]:
    """Line-up of each load on a path (-1 for none), and its load there for each W of the load."""
    part = paths.load_w[:, units].tocoo()
    at = np.full(paths.load_w.shape[0], -1, dtype=np.int64)
    weight = np.zeros(paths.load_w.shape[0])
    at[part.row] = place[units[part.col]]
    weight[part.row] = part.data
    return at, weight


def _carry(upper: _Upper, lost: BoolArray, *, moves: bool) -> tuple[FloatArray, FloatArray]:
    """Load of each element, and power stopped, in each of some cases of lost elements."""
    cases, size = lost.shape
    source = np.where(upper.is_high, -1, upper.source)[None, :].repeat(cases, axis=0)
    alive = ~lost
    for mask in (upper.is_board, upper.is_unit):
        for column in np.flatnonzero(mask).tolist():
            own, spare = upper.source[column], upper.standby[column]
            own_up = alive[:, own] if own >= 0 else np.ones(cases, dtype=np.bool_)
            spare_up = alive[:, spare] if spare >= 0 else np.zeros(cases, dtype=np.bool_)
            source[:, column] = np.where(own_up, own, spare)
            alive[:, column] &= own_up | spare_up
    up_a = np.where(upper.first >= 0, alive[:, upper.first], False)
    up_b = np.where(upper.second >= 0, alive[:, upper.second], False)
    takes = moves & (upper.second >= 0)
    by_a = upper.first_w * up_a + upper.other_w[0] * (up_a & ~up_b & takes)
    by_b = upper.second_w * up_b + upper.other_w[1] * (up_b & ~up_a & takes)
    is_fed = up_a | (up_b & takes)
    carried = np.zeros((cases, size + 1))
    rows = np.arange(cases)
    for at, power_w in ((upper.first, by_a), (upper.second, by_b)):
        for group in range(at.size):
            carried[:, at[group]] += power_w[:, group]
    for mask in (upper.is_unit, upper.is_board):
        for column in np.flatnonzero(mask).tolist():
            drawn_w = carried[:, column] / upper.efficiency[column]
            carried[rows, source[:, column]] += np.where(alive[:, column], drawn_w, 0.0)
    return carried[:, :size], np.where(is_fed, 0.0, upper.power_w).sum(axis=1)
