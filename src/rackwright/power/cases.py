"""How is each kind of element loaded when one element of a kind is lost? The one-line diagram, failure by failure.

Equal elements are folded as in the diagram: by kind, part and side. Of each folded group the element whose loss moves
most onto another one stands for all. Where every loaded board has a generator, the loss of the grid is a case too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from rackwright.power.chain import COVERED_KINDS
from rackwright.power.feeders import FEEDER_KINDS
from rackwright.power.pairs import PairLoads
from rackwright.power.site import SitePower

__all__ = ["case_rows", "pair_rows", "pair_stop_row"]

UPPER = ("hv-transformer", "mv-switchgear")
NOT_SHOWN = ("rack", "cooling", *FEEDER_KINDS)


def case_rows(power: SitePower) -> Iterator[tuple[str, str, str, str, str, float]]:
    """Rows of the table of cases: site, lost element, kind, part and side of a group, and its highest load [W]."""
    chain, loads = power.chain, power.loads
    keys = list(zip(chain.kind.tolist(), chain.part, chain.side, strict=True))
    names = sorted({key for key in keys if key[0] not in NOT_SHOWN})
    group_of = {key: number for number, key in enumerate(names)}
    group = np.array([group_of.get(key, -1) for key in keys])
    rated = np.flatnonzero((group >= 0) & (chain.rating_w > 0.0))
    states = [(lost, loads.normal_w + loads.moved_w(lost)) for lost in _representatives(power, names, group)]
    for lost, load_w in (*states, *_without_grid(power)):
        load_w[lost] = 0.0
        most_w = np.zeros(len(names))
        np.maximum.at(most_w, group[rated], load_w[rated])
        for number, (kind, part, side) in enumerate(names):
            yield power.order.site, chain.names[lost], kind, part, side, max(0.0, float(most_w[number]))


def pair_rows(power: SitePower, found: PairLoads) -> Iterator[tuple[str, float, str, str]]:
    """Rows of the table of pairs: an upstream element, its highest load [W], and the two whose loss gives it."""
    for number, worst_w, pair in zip(found.element.tolist(), found.worst_w.tolist(), found.pair.tolist(), strict=True):
        yield power.chain.names[number], worst_w, *_names(power, pair)


def pair_stop_row(power: SitePower, found: PairLoads) -> tuple[str, int, float, str, str]:
    """Row of the table of pairs that stop most: site, pairs looked at, power stopped [W], and the two."""
    return power.order.site, found.pairs, found.lost_w, *_names(power, found.lost_pair)


def _names(power: SitePower, pair: Sequence[int]) -> tuple[str, str]:
    first, second = (power.chain.names[number] if number >= 0 else "" for number in pair)
    return first, second


def _representatives(power: SitePower, names: list[tuple[str, str, str]], group: np.ndarray) -> list[int]:
    """One element of each group whose loss moves load: the one after whose loss another is fullest."""
    chain, loads = power.chain, power.loads
    moved = loads.moved.tocsr()
    may_fail = chain.is_kind(*UPPER, *COVERED_KINDS[power.order.scheme])
    found: list[int] = []
    for number in range(len(names)):
        own = np.flatnonzero((group == number) & may_fail)
        own = own[np.diff(moved.indptr)[own] > 0]
        if own.size:
            rows = (moved.data[moved.indptr[n] : moved.indptr[n + 1]] for n in own.tolist())
            raised = [round(float(np.max(row, initial=0.0)), 3) for row in rows]
            found.append(int(own[int(np.argmax(raised))]))
    return found


def _without_grid(power: SitePower) -> Iterator[tuple[int, npt.NDArray[np.float64]]]:
    """The grid (element 0) and each element's load [W] while generators carry every board; none where they cannot."""
    chain, loads = power.chain, power.loads
    boards = np.flatnonzero(chain.is_kind("lv-switchgear") & (loads.normal_w > 0.0))
    has_standby = chain.is_kind("lv-switchgear", "ats") & (chain.standby >= 0)
    if power.order.on_site or not boards.size or not (has_standby[boards] | has_standby[chain.upstream[boards]]).all():
        return
    load_w = np.where(loads.failure == 0, loads.worst_w, loads.normal_w)
    above = chain.upstream[has_standby & (loads.normal_w > 0.0)]
    while above.size:
        load_w[above] = 0.0
        above = chain.upstream[above]
        above = above[above >= 0]
    yield 0, load_w
