"""Which searched configurations does no other beat in racks, step time, memory and load, and so at no price in cost?

Cuts through the Pareto set are kept: the fastest step of every gang size that no smaller gang reaches; at the size that
was chosen, those that need less memory for a slower step; and of all that meet the deadline, the ones with the least
load and with the least rack time and energy, between which the cheapest run lies whatever racks and energy cost.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rackwright.sizing.operators import FloatArray
from rackwright.sizing.partition import Partition
from rackwright.sizing.searched import Searched

__all__ = ["Rival", "find_rivals"]

MOST_SMALLER, MOST_LARGER, MOST_LEANER = 3, 5, 3

Columns = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rival:
    """One configuration (columns of length one) with its racks, step, memory and the mean load of its gang."""

    part: Partition
    racks: int
    step_s: float
    memory_byte: float
    load_w: float
    is_chosen: bool


def find_rivals(searched: Searched, *, chosen: int, longest_step_s: float) -> tuple[Rival, ...]:
    """Configurations of the Pareto set around the chosen one, by racks and step time.

    Parameters
    ----------
    searched
        What the search timed.
    chosen
        Column of the chosen gang.
    longest_step_s
        Step that just meets the deadline [s].
    """
    columns = [chosen, *_sizes(searched, chosen), *_leaner(searched, chosen)]
    columns += _cheapest(searched, longest_step_s)
    columns += _least_load(searched, longest_step_s)
    kept = [column for column in dict.fromkeys(columns) if column == chosen or not searched.is_beaten(column)]
    ordered = sorted(kept, key=lambda column: (searched.racks[column], searched.step_s[column], column))
    return tuple(_rival(searched, column, is_chosen=column == chosen) for column in ordered)


def _sizes(searched: Searched, chosen: int) -> list[int]:
    """Around the chosen size, the fastest of each number of racks where it is faster than every smaller gang."""
    order = np.lexsort((searched.load_w, searched.memory_byte, searched.step_s, searched.racks))
    _, first = np.unique(searched.racks[order], return_index=True)
    best = order[first]
    steps = searched.step_s[best]
    front = best[steps < np.r_[np.inf, np.minimum.accumulate(steps)[:-1]]]
    racks = searched.racks[front]
    smaller = front[racks < searched.racks[chosen]][-MOST_SMALLER:]
    larger = front[racks > searched.racks[chosen]][:MOST_LARGER]
    return [int(column) for column in (*smaller, *larger)]


def _leaner(searched: Searched, chosen: int) -> list[int]:
    """At the chosen size, those that need less memory than the chosen and every faster one."""
    is_same = searched.racks == searched.racks[chosen]
    own = np.flatnonzero(is_same & (searched.step_s > searched.step_s[chosen]))
    order = own[np.lexsort((searched.load_w[own], searched.memory_byte[own], searched.step_s[own]))]
    memory = searched.memory_byte[order]
    before = np.minimum.accumulate(np.r_[searched.memory_byte[chosen], memory])[:-1]
    return [int(column) for column in order[memory < before][:MOST_LEANER]]


def _cheapest(searched: Searched, longest_step_s: float) -> list[int]:
    """What costs least at some price of racks and of energy, of those that meet the deadline.

    These are the corners of the lower hull of rack time and energy of a step.
    """
    own = np.flatnonzero(searched.step_s <= longest_step_s)
    rack_s, energy_j = (searched.step_s[own] * row[own] for row in (searched.racks, searched.load_w))
    order = np.lexsort((searched.memory_byte[own], energy_j, rack_s))
    hull: list[int] = []
    least = np.inf
    for place in order:
        if energy_j[place] >= least:
            continue
        least = float(energy_j[place])
        while len(hull) > 1 and _is_above(rack_s, energy_j, corner=(hull[-2], hull[-1], int(place))):
            hull.pop()
        hull.append(int(place))
    return [int(own[place]) for place in hull]


def _is_above(across: FloatArray, up: FloatArray, *, corner: tuple[int, int, int]) -> bool:
    """Whether the middle one of three points lies on or above the line through the other two."""
    first, middle, last = corner
    rise, run = up[last] - up[first], across[last] - across[first]
    return bool((up[middle] - up[first]) * run >= rise * (across[middle] - across[first]))


def _least_load(searched: Searched, longest_step_s: float) -> list[int]:
    """What draws least power on average, of those that meet the deadline."""
    own = np.flatnonzero(searched.step_s <= longest_step_s)
    rows = (searched.memory_byte, searched.step_s, searched.racks, searched.load_w)
    return [int(own[np.lexsort([row[own] for row in rows])[0]])] if own.size else []


def _rival(searched: Searched, column: int, *, is_chosen: bool) -> Rival:
    return Rival(
        part=searched.one(column),
        racks=int(searched.racks[column]),
        step_s=float(searched.step_s[column]),
        memory_byte=float(searched.memory_byte[column]),
        load_w=float(searched.load_w[column]),
        is_chosen=is_chosen,
    )
