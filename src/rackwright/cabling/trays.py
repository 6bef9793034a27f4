"""How many trays does each run need, and how full is its fullest section?

Sections of a row tray lie between neighbouring positions, those of a cross tray between neighbouring rows; a cable
fills every section between where it enters and where it leaves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rackwright.cabling.paths import NUM_CROSS_TRAYS, Ends, IntArray, Routes
from rackwright.cabling.request import HallSpec
from rackwright.tables.cabling import TrayFill

__all__ = ["fill_trays"]

UM2_PER_M2 = 1e12


@dataclass(frozen=True)
class _Runs:
    """Stretches of cable in trays: hall, tray (rows from 1, cross trays from 0), both section ends, area [um2]."""

    hall: IntArray
    tray: IntArray
    start: IntArray
    end: IntArray
    area_um2: IntArray


def fill_trays(halls: Sequence[HallSpec], routes: Routes, ends: tuple[Ends, Ends], area_m2: np.ndarray) -> TrayFill:
    """Cables through the fullest section of every run that carries any, trays side by side, and how full they are.

    Parameters
    ----------
    halls
        Halls in the order of `Ends.hall`.
    routes, ends
        Path and both ends of each cable.
    area_m2
        Cross-section of each cable [m2]; 0 where the diameter is not published, negative where it lies in no tray.

    Notes
    -----
    n = ceil(A / (fill limit x tray area)), at least 1; fill = A / (n x tray area), A the cables' cross-section in the
    fullest section. Without a published tray area one tray is taken, its fill 0; without a limit, filled to the brim.
    """
    area_um2 = np.round(area_m2 * UM2_PER_M2).astype(np.int64)
    in_rows, in_cross = _row_runs(halls, routes, ends, area_um2), _cross_runs(routes, ends, area_um2)
    rows: list[tuple[str, str, int, int, float]] = []
    for number, hall in enumerate(halls):
        rows += _fullest(hall, "row", _of_hall(in_rows, number), (hall.rows + 1, hall.positions + 2))
        rows += _fullest(hall, "cross", _of_hall(in_cross, number), (NUM_CROSS_TRAYS, hall.rows + 1))
    return TrayFill.from_rows(rows)


def _row_runs(halls: Sequence[HallSpec], routes: Routes, ends: tuple[Ends, Ends], area_um2: IntArray) -> _Runs:
    """In a row: between both racks, or at each end between the rack and its cross tray."""
    a, b = ends
    positions = np.array([hall.positions for hall in halls], dtype=np.int64)
    straight = (a.hall == b.hall) & (a.row == b.row) & (a.position != b.position)
    over = routes.cross >= 0
    stretches = [(a.hall, a.row, a.position, b.position, straight)]
    for end in ends:
        cross_at = routes.cross * (positions[end.hall] + 1) // (NUM_CROSS_TRAYS - 1)
        stretches.append((end.hall, end.row, end.position, cross_at, over))
    return _join(stretches, area_um2)


def _cross_runs(routes: Routes, ends: tuple[Ends, Ends], area_um2: IntArray) -> _Runs:
    """In a cross tray: between both rows of a hall, or at each end between the row and the way to the next hall."""
    a, b = ends
    inside, between = (a.hall == b.hall) & (routes.cross >= 0), a.hall != b.hall
    stretches = [(a.hall, routes.cross, a.row, b.row, inside)]
    stretches += [(end.hall, routes.cross, end.row, np.zeros_like(end.row), between) for end in ends]
    return _join(stretches, area_um2)


def _join(stretches: Sequence[tuple[IntArray, ...]], area_um2: IntArray) -> _Runs:
    chosen = []
    for *columns, mask in stretches:
        there = np.flatnonzero(mask & (area_um2 >= 0))
        chosen.append([column[there] for column in (*columns, area_um2)])
    hall, tray, one, other, area = (np.concatenate(columns) for columns in zip(*chosen, strict=True))
    return _Runs(hall, tray, np.minimum(one, other), np.maximum(one, other), area)


def _of_hall(runs: _Runs, hall: int) -> _Runs:
    inside = runs.hall == hall
    if inside.all():
        return runs
    return _Runs(runs.hall[inside], runs.tray[inside], runs.start[inside], runs.end[inside], runs.area_um2[inside])


def _fullest(hall: HallSpec, kind: str, runs: _Runs, shape: tuple[int, int]) -> list[tuple[str, str, int, int, float]]:
    """Rows for the runs of one kind; a run without cables has no row."""
    counts = _sections(runs, np.ones(len(runs.tray), dtype=np.int64), shape).max(axis=1)
    areas = _sections(runs, runs.area_um2, shape).max(axis=1)
    first = 1 if kind == "cross" else 0
    return [
        (hall.id, f"{kind} {tray + first}", int(counts[tray]), *_trays(hall, int(areas[tray])))
        for tray in np.flatnonzero(counts)
    ]


def _trays(hall: HallSpec, area_um2: int) -> tuple[int, float]:
    """Trays side by side for a cross-section of cables, and the share of each that is filled."""
    if hall.tray_area_m2 is None:
        return 1, 0.0
    limit = 1.0 if hall.tray_fill_share is None else hall.tray_fill_share.value
    tray_um2 = hall.tray_area_m2.value * UM2_PER_M2
    trays = max(1, math.ceil(area_um2 / (limit * tray_um2)))
    return trays, area_um2 / (trays * tray_um2)


def _sections(runs: _Runs, weight: IntArray, shape: tuple[int, int]) -> IntArray:
    """Sum of weights over each section of each tray: steps up where a stretch starts, down where it ends."""
    steps = np.zeros(shape[0] * shape[1], dtype=np.int64)
    np.add.at(steps, runs.tray * shape[1] + runs.start, weight)
    np.subtract.at(steps, runs.tray * shape[1] + runs.end, weight)
    sums: IntArray = np.cumsum(steps.reshape(shape), axis=1)
    return sums
