"""How much does each element carry when all is well, and at worst when any one other element is lost?

Instead of one calculation per failure, all failures at once are sparse matrix products of the loads' paths.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from rackwright.power.chain import COVERED_KINDS, NONE, Chain
from rackwright.power.feeders import FEEDER_KINDS
from rackwright.power.paths import Paths, trace_paths
from rackwright.power.redundancy import scheme_named

__all__ = ["ElementLoads", "element_loads", "lost_racks", "shared_elements"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


SHARED_KINDS = ("utility", "hv-transformer", "mv-switchgear")
"""Kinds that both paths of a load may pass."""


@dataclass(frozen=True)
class ElementLoads:
    """Loads of the elements of a chain, each of shape (n_elements,).

    Parameters
    ----------
    normal_w, worst_w
        Load with all in service, and the highest with one other element lost [W].
    failure
        Element whose loss gives the worst load, -1 where none raises it.
    racks
        Racks fed in the normal state.
    path_a, path_b
        Paths of the loads.
    moved
        Load moved onto each element (column) when another (row) is lost [W].
    """

    normal_w: FloatArray
    worst_w: FloatArray
    failure: IntArray
    racks: IntArray
    path_a: Paths
    path_b: Paths
    moved: sparse.csr_array

    def moved_w(self, lost: int) -> FloatArray:
        """Load moved onto each element, or away from it, when one is lost [W], shape (n_elements,)."""
        return np.asarray(self.moved[[lost], :].toarray()[0], dtype=np.float64)


def element_loads(chain: Chain, scheme: str, *, has_sources: bool = True) -> ElementLoads:
    """Normal and worst loads of all elements.

    Parameters
    ----------
    chain
        Elements and loads of a site.
    scheme
        A name of `redundancy.SCHEMES`: which kinds a load's second path makes up for.
    has_sources
        False leaves out the loss of boards and transformers above the line-ups, where only these are looked at.

    Notes
    -----
    Three kinds of transfer, each for its own failing elements, so that their matrices add: loads to their other path;
    unit substations and boards to their second source; low-voltage boards to their generator when the grid is lost.
    """
    loads = chain.loads
    path_a = trace_paths(chain, loads.feed_a, chain.upstream)
    path_b = trace_paths(chain, loads.feed_b, chain.alternate)
    part_a, part_b = loads.power_w * loads.share_a, loads.power_w * (1.0 - loads.share_a)
    normal_w = path_a.load_w.T @ part_a + path_b.load_w.T @ part_b
    normal_w[loads.element] = loads.power_w
    covered = chain.is_kind(*COVERED_KINDS[scheme])
    moved = _pair_moves(path_a, path_b, part_a, covered)
    if scheme_named(scheme).is_dual_corded:
        moved = moved + _pair_moves(path_b, path_a, part_b, covered)
    transfers = (("unit-substation", "mv-switchgear"), ("mv-switchgear", "hv-transformer")) if has_sources else ()
    for unit_kind, source_kind in transfers:
        moved = moved + _source_moves(chain, normal_w, unit_kind, source_kind)
    worst_w, failure = _worst(normal_w, sparse.csc_array(moved))
    _generators(chain, normal_w, worst_w, failure)
    count = loads.racks.astype(np.float64)
    racks = path_a.passes.T @ count
    if scheme_named(scheme).is_dual_corded:
        racks = racks + path_b.passes.T @ count
        racks[chain.is_kind(*SHARED_KINDS)] = _distinct_racks(path_a, path_b, chain)
    racks[loads.element] = count
    return ElementLoads(normal_w, worst_w, failure, np.rint(racks).astype(np.int64), path_a, path_b, moved)


def _distinct_racks(path_a: Paths, path_b: Paths, chain: Chain) -> FloatArray:
    """Racks of elements that both paths of a rack may pass, each counted once."""
    upper = np.flatnonzero(chain.is_kind(*SHARED_KINDS))
    either = (path_a.passes + path_b.passes)[:, upper] > 0
    return np.asarray(either.astype(np.float64).T @ chain.loads.racks.astype(np.float64))


def _pair_moves(own: Paths, other: Paths, power_w: FloatArray, may_fail: BoolArray) -> sparse.csr_array:
    """Load moved onto each element (column) when another (row) is lost and its loads go to their other path.

    D = F' diag(p) (L_other - L_own), F the elements on the own path alone that may fail. A load without other path is
    not moved; it is lost, which raises nothing.
    """
    has_other = np.asarray(other.passes.sum(axis=1)).ravel() > 0
    moving = np.flatnonzero(has_other)
    own_passes, other_passes = own.passes[moving], other.passes[moving]
    fails = own_passes - own_passes.multiply(other_passes)
    fails.data = fails.data * may_fail[fails.indices]
    fails.eliminate_zeros()
    change = other.load_w[moving] - own.load_w[moving]
    change.data = change.data * np.repeat(power_w[moving], np.diff(change.indptr))
    return sparse.csr_array(fails.T @ change)


def _source_moves(chain: Chain, normal_w: FloatArray, unit_kind: str, source_kind: str) -> sparse.csr_array:
    """The same for elements of a kind that transfer to a second source when their source is lost."""
    units = np.flatnonzero(chain.is_kind(unit_kind) & (chain.standby >= 0))
    drawn_w = normal_w[units] / chain.efficiency_share[units]
    own = trace_paths(chain, chain.upstream[units], chain.upstream)
    other = trace_paths(chain, chain.standby[units], chain.upstream)
    return _pair_moves(own, other, drawn_w, chain.is_kind(source_kind))


def _worst(normal_w: FloatArray, moved: sparse.csc_array) -> tuple[FloatArray, IntArray]:
    """Highest load over all rows of `moved`, and the first row that gives it."""
    moved.sort_indices()
    worst_w, failure = normal_w.copy(), np.full(normal_w.size, NONE, dtype=np.int64)
    columns = np.flatnonzero(np.diff(moved.indptr))
    if not columns.size:
        return worst_w, failure
    starts = moved.indptr[columns]
    largest = np.maximum.reduceat(moved.data, starts)
    column_of = np.repeat(np.arange(columns.size), np.diff(moved.indptr)[columns])
    is_largest = np.flatnonzero(moved.data == largest[column_of])
    first = is_largest[np.unique(column_of[is_largest], return_index=True)[1]]
    raised = largest > 0.0
    worst_w[columns[raised]] += largest[raised]
    failure[columns[raised]] = moved.indices[first][raised]
    return worst_w, failure


def _generators(chain: Chain, normal_w: FloatArray, worst_w: FloatArray, failure: IntArray) -> None:
    """A standby generator and its feeder carry a board when the grid (element 0) is lost; written into the arrays."""
    boards = np.flatnonzero(chain.is_kind("lv-switchgear", "ats") & (chain.standby >= 0))
    loaded = boards[normal_w[boards] > 0.0]
    source, carried_w = chain.standby[loaded], normal_w[loaded]
    while source.size:
        worst_w[source], failure[source] = carried_w, 0
        carried_w, source = carried_w / chain.efficiency_share[source], chain.upstream[source]
        carried_w, source = carried_w[source >= 0], source[source >= 0]


def shared_elements(chain: Chain, loads: ElementLoads) -> IntArray:
    """Elements below medium voltage on both paths of one and the same load."""
    both = loads.path_a.passes.multiply(loads.path_b.passes)
    count = np.asarray(both.sum(axis=0)).ravel()
    below = ~chain.is_kind(*SHARED_KINDS)
    return np.flatnonzero((count > 0) & below)


def lost_racks(chain: Chain, loads: ElementLoads) -> IntArray:
    """Racks that lose all power when one element is lost, for each element; the grid counts as lost for good.

    An element costs the racks both of whose paths pass it (or whose only path does), unless everything it feeds has a
    second source.
    """
    has_b = np.asarray(loads.path_b.passes.sum(axis=1)).ravel() > 0
    racks = chain.loads.racks.astype(np.float64)
    only_a = loads.path_a.passes.T @ (racks * ~has_b)
    both = loads.path_a.passes.multiply(loads.path_b.passes).T @ racks
    lost: IntArray = np.rint(only_a + both).astype(np.int64)
    is_fed = chain.upstream >= 0
    fed = np.bincount(chain.upstream[is_fed], minlength=lost.size)
    has_second = chain.standby >= 0
    # A feeder stands for what it feeds: the second round sees through feeders, which never follow each other.
    for _ in range(2):
        bare = np.bincount(chain.upstream[is_fed & ~has_second], minlength=lost.size)
        is_spared = (fed > 0) & (bare == 0)
        has_second = has_second | (is_spared & chain.is_kind(*FEEDER_KINDS))
    lost[is_spared] = 0
    return lost
