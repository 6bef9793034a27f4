"""Which yes or no costs money whatever is made with it, from which day on and how much?"""

from __future__ import annotations

import numpy as np

from rackwright.supply.capacities import shift_day
from rackwright.supply.network import Opening
from rackwright.supply.orders import manufacturer
from rackwright.supply.request import SupplyRequest
from rackwright.supply.timing import FloatArray, Grid

__all__ = ["openings_of"]

DAYS_PER_WEEK = 7.0


def openings_of(request: SupplyRequest, grid: Grid) -> tuple[Opening, ...]:
    """Extra shifts of cells, open or not, in the order of the program."""
    owners = {plant.id: plant.owner for plant in request.supply.plants}
    found = []
    for cell in request.supply.cells:
        shift = cell.extra_shift
        if shift is not None:
            day = float(shift_day(cell, request.horizon))
            party = owners.get(cell.plant) or manufacturer(request)
            weekly = shift.cost_per_week.value
            running = weekly / DAYS_PER_WEEK * _days_from(grid, day)
            found.append(Opening("shift", cell.id, cell.plant, party, shift.state == "open", day, running))
    return tuple(found)


def _days_from(grid: Grid, day: float) -> FloatArray:
    """Days of each bucket from a day on."""
    days: FloatArray = np.clip(grid.ends - np.maximum(grid.starts, day), 0.0, None)
    return days
