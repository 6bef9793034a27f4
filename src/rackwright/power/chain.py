"""Which elements stand between the grid and each rack, what feeds each of them, and what can take over?"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from rackwright.power.classes import ElementClass
from rackwright.power.redundancy import Scheme, scheme_named

__all__ = ["COVERED_KINDS", "NONE", "Chain", "ChainBuilder", "LoadPoints"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

NONE = -1
"""Number that stands for no element."""
TRANSFERS = ("busway", "sts")
"""Kinds through which a load's second path comes."""
_FEEDERS = frozenset({"unit-feeder", "ups-feeder", "busway-feeder"})
_LINE_UP = frozenset({"unit-substation", "ats", "lv-switchgear", "ups"}) | _FEEDERS
_DUAL = _LINE_UP | {"busway", "tap", "side-rack"}
COVERED_KINDS: dict[str, frozenset[str]] = {
    "N": frozenset(),
    "N+1": _LINE_UP,
    "2N": _DUAL | {"mv-switchgear"},
    "3N/2": _DUAL,
    "4N/3": _DUAL,
    "block redundant": _LINE_UP,
    "catcher": _LINE_UP,
}
"""Kinds whose loss a load survives by its other path, by scheme."""


@dataclass(frozen=True)
class LoadPoints:
    """Where power leaves the chain: racks, then cooling loads, in order of hall.

    Parameters
    ----------
    element
        Element of each load, shape (n,).
    power_w
        Peak power [W].
    feed_a, feed_b
        Element that feeds it, and the one of its other path (-1 for none).
    share_a
        Part of its power that comes by the first path when all is well.
    racks
        Racks it stands for: 1 for a rack, 0 for cooling, more where the racks of a busway are one load.
    """

    element: IntArray
    power_w: FloatArray
    feed_a: IntArray
    feed_b: IntArray
    share_a: FloatArray
    racks: IntArray

    @property
    def is_rack(self) -> BoolArray:
        """True for racks, False for cooling."""
        return self.racks > 0


@dataclass(frozen=True)
class Chain:
    """Elements of one site as columns, element 0 being the grid connection.

    `upstream` and `standby` hold element numbers, -1 for none. `alternate` is where the second path of a load goes
    through an element: the standby of a transfer switch, or of a busway that transfers without one; `upstream`
    everywhere else. `feeds` is the board a generator stands on. `efficiency_share` is power
    out over power in; `load_per_output` turns power out into the load held against `rating_w`.
    """

    names: tuple[str, ...]
    kind: npt.NDArray[np.str_]
    part: tuple[str, ...]
    hall: tuple[str, ...]
    side: tuple[str, ...]
    upstream: IntArray
    standby: IntArray
    alternate: IntArray
    feeds: IntArray
    rating_w: FloatArray
    efficiency_share: FloatArray
    load_per_output: FloatArray
    loads: LoadPoints

    def is_kind(self, *kinds: str) -> BoolArray:
        """Which elements are of some kinds, shape (n_elements,)."""
        return np.isin(self.kind, kinds)


@dataclass
class ChainBuilder:
    """Collects the elements of a site one by one: a few thousand of them, a few microseconds each."""

    site: str
    scheme: str
    names: list[str] = field(default_factory=list)
    classes: list[ElementClass] = field(default_factory=list)
    hall: list[str] = field(default_factory=list)
    side: list[str] = field(default_factory=list)
    upstream: list[int] = field(default_factory=list)
    standby: list[int] = field(default_factory=list)
    feeds: dict[int, int] = field(default_factory=dict)
    loads: list[tuple[int, float, int, int, float, int]] = field(default_factory=list)

    @property
    def plan(self) -> Scheme:
        """The scheme."""
        return scheme_named(self.scheme)

    def add(
        self, name: str, each: ElementClass, *, upstream: int, hall: str = "", side: str = "", standby: int = NONE
    ) -> int:
        """Add an element; its number."""
        self.names.append(name)
        self.classes.append(each)
        self.hall.append(hall)
        self.side.append(side)
        self.upstream.append(upstream)
        self.standby.append(standby)
        return len(self.names) - 1

    def load(self, element: int, power_w: float, feeds: tuple[int, int], *, racks: int) -> None:
        """Make an element a load, fed by one or two others."""
        share = 0.5 if self.plan.is_dual_corded else 1.0
        self.loads.append((element, power_w, feeds[0], feeds[1], share, racks))

    def chain(self) -> Chain:
        """The columns."""
        columns = list(zip(*self.loads, strict=True)) if self.loads else [()] * 6
        kind = np.array([each.kind for each in self.classes])
        upstream, standby = np.array(self.upstream, dtype=np.int64), np.array(self.standby, dtype=np.int64)
        detours = np.isin(kind, TRANSFERS) & (standby >= 0)
        feeds = np.full(kind.size, NONE, dtype=np.int64)
        feeds[list(self.feeds)] = list(self.feeds.values())
        return Chain(
            names=tuple(self.names),
            kind=kind,
            part=tuple(each.part for each in self.classes),
            hall=tuple(self.hall),
            side=tuple(self.side),
            upstream=upstream,
            standby=standby,
            alternate=np.where(detours, standby, upstream),
            feeds=feeds,
            rating_w=np.array([each.rating_w for each in self.classes]),
            efficiency_share=np.array([each.efficiency_share for each in self.classes]),
            load_per_output=np.array([each.load_per_output for each in self.classes]),
            loads=LoadPoints(
                element=np.array(columns[0], dtype=np.int64),
                power_w=np.array(columns[1], dtype=np.float64),
                feed_a=np.array(columns[2], dtype=np.int64),
                feed_b=np.array(columns[3], dtype=np.int64),
                share_a=np.array(columns[4], dtype=np.float64),
                racks=np.array(columns[5], dtype=np.int64),
            ),
        )
