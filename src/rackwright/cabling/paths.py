"""How far is it from one rack to another along the trays, and how long a cable is ordered for it?

A tray runs over each row; cross trays join the rows at both ends and in the middle of a hall. Trays to other halls
leave at row 1, position 1; halls stand side by side in the program's order. Lengths are whole millimetres.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rackwright.cabling.request import HallSpec
from rackwright.catalog.parts import Fact

__all__ = ["NUM_CROSS_TRAYS", "Ends", "IntArray", "Routes", "find_routes", "stock_length_mm"]

IntArray = NDArray[np.int64]
MM_PER_M = 1000.0
NUM_CROSS_TRAYS = 3


@dataclass(frozen=True)
class Ends:
    """Racks at one end of each link: rack id, hall (ordinal among the request's halls), row, position, x, y [mm]."""

    rack: IntArray
    hall: IntArray
    row: IntArray
    position: IntArray
    x_mm: IntArray
    y_mm: IntArray


@dataclass(frozen=True)
class Routes:
    """Tray path of each link [mm] and the cross tray it takes: 0, 1, 2 from position 1 on, -1 for none."""

    route_mm: IntArray
    cross: IntArray


def find_routes(halls: Sequence[HallSpec], a: Ends, b: Ends) -> Routes:
    """Shortest tray path between the racks of each link.

    Notes
    -----
    Same rack: 0. Same row: |xa - xb|. Another row: |ya - yb| + min over cross trays c of |xa - c| + |xb - c|. Another
    hall: xa + ya + xb + yb + n d, with n halls to pass and d the distance of neighbours.
    """
    width_mm = _by_hall(halls, lambda hall: hall.positions * hall.rack_pitch_m.value * MM_PER_M)
    cross_mm = width_mm[a.hall][:, None] * np.arange(NUM_CROSS_TRAYS) // (NUM_CROSS_TRAYS - 1)
    along_mm = np.abs(a.x_mm[:, None] - cross_mm) + np.abs(b.x_mm[:, None] - cross_mm)
    best = np.argmin(along_mm, axis=1)
    over_rows_mm = np.abs(a.y_mm - b.y_mm) + np.take_along_axis(along_mm, best[:, None], axis=1)[:, 0]
    distance_mm = _by_hall(halls, lambda hall: MM_PER_M * _hall_distance_m(hall))
    between_mm = a.x_mm + a.y_mm + b.x_mm + b.y_mm + np.abs(a.hall - b.hall) * distance_mm[a.hall]
    same_hall = a.hall == b.hall
    same_row = same_hall & (a.row == b.row)
    route_mm = np.where(same_row, np.abs(a.x_mm - b.x_mm), np.where(same_hall, over_rows_mm, between_mm))
    return Routes(route_mm, np.where(same_row, -1, np.where(same_hall, best, 0)))


def _hall_distance_m(hall: HallSpec) -> float:
    """Tray path to the next hall: the fact, else the hall's own width."""
    if hall.hall_distance_m is not None:
        return hall.hall_distance_m.value
    return hall.positions * hall.rack_pitch_m.value


def _by_hall(halls: Sequence[HallSpec], figure: Callable[[HallSpec], float]) -> IntArray:
    return np.array([round(figure(hall)) for hall in halls], dtype=np.int64)


def stock_length_mm(halls: Sequence[HallSpec], routes: Routes, a: Ends, b: Ends) -> IntArray:
    """Length to order for each cable [mm]: path with slack, vertical runs, service loop, rounded up to stock.

    Notes
    -----
    L = ceil((path (1 + slack) + v + loop) / step) step, with v = 2 (rack run + drop) between racks and one rack run
    inside a rack. The rules are those of the lower end's hall.
    """
    slack = np.array([hall.slack_share.value for hall in halls])[a.hall]
    run_mm, drop_mm, loop_mm, step_mm = (
        _by_hall(halls, lambda hall, name=name: MM_PER_M * _value(getattr(hall, name)))[a.hall]  # type: ignore[misc]
        for name in ("rack_run_m", "drop_height_m", "service_loop_m", "stock_step_m")
    )
    vertical_mm = np.where(a.rack == b.rack, run_mm, 2 * (run_mm + drop_mm))
    # Rounded before it is rounded up, so that a product such as 20,000 x 1.05 does not gain a millimetre.
    path_mm = np.ceil(np.round(routes.route_mm * (1.0 + slack), 6)).astype(np.int64)
    length_mm = path_mm + vertical_mm + loop_mm
    step_mm = np.maximum(step_mm, 1)
    rounded: IntArray = -(-length_mm // step_mm) * step_mm
    return rounded


def _value(fact: Fact) -> float:
    return fact.value
