"""Which lots would a line with set-ups make for a plan? Its starts by week gathered into lots, with a proved bound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rackwright.program.supply import Make, RouteStep
from rackwright.supply.capacitated_lots import CapacitatedLots, LotEffort, plan_capacitated_lots
from rackwright.supply.lot_sizing import LotPlan
from rackwright.supply.timing import FloatArray

__all__ = ["LineLots", "lots_of_lines"]

SECONDS_PER_HOUR, WEEK_YEARS = 3600.0, 7.0 / 365.25
EFFORT = LotEffort(moves=10)


@dataclass(frozen=True)
class LineLots:
    """A line, the items with their smallest lots, the starts the plan wants of each by bucket, and the lots found."""

    cell: str
    makes: tuple[Make, ...]
    wanted: FloatArray
    found: LotPlan


def lots_of_lines(
    steps: tuple[RouteStep, ...],
    makes: tuple[Make, ...],
    starts: Mapping[tuple[str, str], FloatArray],
    hours: Mapping[str, FloatArray],
    yearly_usd: Mapping[str, float],
) -> tuple[LineLots, ...]:
    """Lots of every cell that has a step with a set-up, each line for itself.

    Parameters
    ----------
    steps, makes
        Routes and makes of the program.
    starts
        Pieces the plan starts in each week, by item and plant.
    hours
        Hours each cell has in each week.
    yearly_usd
        Cost of holding one piece of each item for a year [USD].
    """
    of = {(row.item, row.plant): row for row in makes}
    lines: dict[str, list[RouteStep]] = {}
    for step in steps:
        key = step.item, step.plant
        if key in of and key in starts and (step.setup_hours.value > 0 or of[key].setup_cost.value > 0):
            lines.setdefault(step.cell, []).append(step)
    found = []
    for cell, mine in sorted(lines.items()):
        if cell not in hours:
            continue
        rows = [of[step.item, step.plant] for step in mine]
        wanted = np.array([starts[step.item, step.plant] for step in mine])
        problem = CapacitatedLots(
            setup_cost=np.array([row.setup_cost.value for row in rows]),
            setup_time=np.array([step.setup_hours.value / SECONDS_PER_HOUR for step in mine]),
            holding_cost=np.array([yearly_usd.get(row.item, 0.0) * WEEK_YEARS for row in rows]),
            unit_time=np.array([_unit_hours(step) for step in mine]),
            demand=wanted,
            capacity=hours[cell],
        )
        found.append(LineLots(cell, tuple(rows), wanted, plan_capacitated_lots(problem, effort=EFFORT)))
    return tuple(found)


def _unit_hours(step: RouteStep) -> float:
    """Station hours of a piece until it passes: h / y + d (1 / y - 1)."""
    passes = step.first_pass_share
    return (step.hours.value / passes + step.debug_hours.value * (1.0 / passes - 1.0)) / SECONDS_PER_HOUR
