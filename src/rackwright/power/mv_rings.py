"""Which medium-voltage rings feed the unit substations, how long are they, and which cable carries them?

Each board feeds closed rings: a feeder to the first unit substation, segments between neighbours, a feeder back. With a
ring opened at one end, the other end carries all of it: that is what a cable is chosen for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rackwright.catalog.installation import MvCable
from rackwright.catalog.narrow import figure
from rackwright.power.chain import Chain
from rackwright.power.electrics import SQRT3
from rackwright.power.failures import ElementLoads
from rackwright.power.request import MvPlan

__all__ = ["MvRings", "lay_rings"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
ROUNDING = 1e-9


@dataclass(frozen=True)
class MvRings:
    """Rings of a site; arrays of segments are of shape (n_segments,), in order along each ring.

    Parameters
    ----------
    board
        Medium-voltage board of each ring, shape (n_rings,).
    units
        Unit substations of each ring in order, element numbers.
    ring, start, end
        Ring of each segment, and the elements at its ends: the board, or a unit substation.
    length_m
        Length of each segment.
    cable, parallel
        Cable of all rings, and circuits in parallel.
    """

    board: IntArray
    units: tuple[IntArray, ...]
    ring: IntArray
    start: IntArray
    end: IntArray
    length_m: FloatArray
    cable: MvCable
    parallel: int

    @property
    def ampacity_a(self) -> float:
        """Current all circuits of a ring carry together [A]."""
        return figure(self.cable.ampacity_a) * self.parallel

    @property
    def ends(self) -> IntArray:
        """First and last segment of each ring: losing one of them is a ring's worst case.

        With constant-power loads along a ring, the whole of it then flows through the other end and over the longest
        way: no other segment lost gives a higher current or a lower voltage.
        """
        last = np.append(np.flatnonzero(np.diff(self.ring)), self.ring.size - 1)
        first = np.append(0, last[:-1] + 1)
        return np.unique(np.concatenate([first, last]))


def lay_rings(chain: Chain, loads: ElementLoads, plan: MvPlan, *, voltage_v: float, power_factor: float) -> MvRings:
    """Rings of neighbouring unit substations on each board, and the smallest cable that carries the fullest ring.

    Parameters
    ----------
    chain, loads
        Elements with their loads.
    plan
        Lengths, units to a ring, and cables to choose from.
    voltage_v, power_factor
        Medium voltage, and the planning power factor.
    """
    units = np.flatnonzero(chain.is_kind("unit-substation"))
    groups: list[IntArray] = []
    for board in np.unique(chain.upstream[units]).tolist():
        own = units[chain.upstream[units] == board]
        count = math.ceil(own.size / plan.units_per_ring - ROUNDING)
        ring_of = np.arange(own.size) * count // own.size
        groups += [own[ring_of == ring] for ring in range(count)]
    board_of = np.array([chain.upstream[group[0]] for group in groups], dtype=np.int64)
    drawn_w = loads.worst_w / chain.efficiency_share
    most_w = max(float(np.sum(drawn_w[group])) for group in groups)
    cable, parallel = choose_cable(plan.cables, most_w / (SQRT3 * voltage_v * power_factor))
    ends = [np.concatenate([[board], group, [board]]) for board, group in zip(board_of, groups, strict=True)]
    lengths = [np.full(group.size + 1, plan.segment_m) for group in groups]
    for length_m in lengths:
        length_m[[0, -1]] = plan.feeder_m
    return MvRings(
        board=board_of,
        units=tuple(groups),
        ring=np.repeat(np.arange(len(groups)), [group.size + 1 for group in groups]),
        start=np.concatenate([nodes[:-1] for nodes in ends]).astype(np.int64),
        end=np.concatenate([nodes[1:] for nodes in ends]).astype(np.int64),
        length_m=np.concatenate(lengths),
        cable=cable,
        parallel=parallel,
    )


def choose_cable(cables: tuple[MvCable, ...], current_a: float) -> tuple[MvCable, int]:
    """Smallest cable that carries a current in one circuit; else the largest, in as few circuits as it takes.

    Parameters
    ----------
    cables
        To choose from; one where the program names it.
    current_a
        Current of the fullest ring, opened at one end.
    """
    ordered = sorted(cables, key=lambda cable: (figure(cable.ampacity_a), cable.id))
    fitting = [cable for cable in ordered if figure(cable.ampacity_a) >= current_a]
    if fitting:
        return fitting[0], 1
    return ordered[-1], math.ceil(current_a / figure(ordered[-1].ampacity_a) - ROUNDING)
