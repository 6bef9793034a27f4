"""Which searched configurations does no other beat in racks, step time and memory at once?

Two cuts through the Pareto set are kept: the fastest step of every gang size that no smaller gang reaches, and, at the
size that was chosen, the configurations that need less memory for a slower step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rackwright.sizing.operators import FloatArray
from rackwright.sizing.partition import Partition

__all__ = ["Rival", "find_rivals"]

Measure = Callable[[Partition], FloatArray]
MOST_SMALLER, MOST_LARGER, MOST_LEANER = 3, 5, 3


@dataclass(frozen=True, slots=True)
class Rival:
    """One configuration (columns of length one) with its racks, step and memory."""

    part: Partition
    racks: int
    step_s: float
    memory_byte: float


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a configuration stands in the windows searched: its chunk and its column."""

    racks: float
    step_s: float
    chunk: int
    column: int


def find_rivals(
    searched: Sequence[tuple[Partition, FloatArray]],
    *,
    racks_of: Measure,
    memory_of: Measure,
    racks: int,
    step_s: float,
) -> tuple[Rival, ...]:
    """Configurations of the Pareto set around the chosen one, by racks and step time.

    Parameters
    ----------
    searched
        Configurations with their steps [s], in chunks.
    racks_of, memory_of
        Whole racks of configurations, and bytes on the fullest accelerator of each.
    racks, step_s
        The chosen gang.
    """
    fronts = _fastest(searched, racks_of)
    smaller = [place for place in fronts if place.racks < racks][-MOST_SMALLER:]
    larger = [place for place in fronts if place.racks > racks][:MOST_LARGER]
    leaner = _leaner(searched, racks_of=racks_of, memory_of=memory_of, limit=(racks, step_s))
    return tuple(_rival(searched, place, memory_of) for place in (*smaller, *leaner, *larger))


def _fastest(searched: Sequence[tuple[Partition, FloatArray]], racks_of: Measure) -> list[_Place]:
    """The fastest configuration of each number of racks, where it is faster than every smaller gang."""
    best: dict[float, _Place] = {}
    for chunk, (part, steps) in enumerate(searched):
        racks = racks_of(part)
        order = np.lexsort((np.arange(steps.size), steps, racks))
        _, first = np.unique(racks[order], return_index=True)
        for column in order[first]:
            place = _Place(float(racks[column]), float(steps[column]), chunk, int(column))
            known = best.get(place.racks)
            if known is None or place.step_s < known.step_s:
                best[place.racks] = place
    kept: list[_Place] = []
    for racks_needed in sorted(best):
        if not kept or best[racks_needed].step_s < kept[-1].step_s:
            kept.append(best[racks_needed])
    return kept


def _leaner(
    searched: Sequence[tuple[Partition, FloatArray]],
    *,
    racks_of: Measure,
    memory_of: Measure,
    limit: tuple[int, float],
) -> list[_Place]:
    """The chosen configuration and, at its size, those that need less memory than every faster one."""
    racks, step_s = limit
    places: list[tuple[_Place, float]] = []
    for chunk, (part, steps) in enumerate(searched):
        columns = np.flatnonzero((racks_of(part) == racks) & (steps >= step_s))
        if columns.size:
            memory = memory_of(part.take(columns))
            places += [
                (_Place(float(racks), float(steps[column]), chunk, int(column)), float(byte))
                for column, byte in zip(columns, memory, strict=True)
            ]
    kept: list[tuple[_Place, float]] = []
    for place, byte in sorted(places, key=lambda row: (row[0].step_s, row[0].chunk, row[0].column)):
        if not kept or byte < kept[-1][1]:
            kept.append((place, byte))
    return [place for place, _ in kept[: 1 + MOST_LEANER]]


def _rival(searched: Sequence[tuple[Partition, FloatArray]], place: _Place, memory_of: Measure) -> Rival:
    part = searched[place.chunk][0].take(np.array([place.column]))
    return Rival(part, int(place.racks), place.step_s, float(memory_of(part)[0]))
