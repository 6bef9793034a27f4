"""How much can cells, suppliers, lanes, crews and power lines give in each bucket?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rackwright.base.horizon import Horizon
from rackwright.program.supply import Cell as CellRow
from rackwright.program.supply import Offer, RouteStep, Terms
from rackwright.supply.network import Allocation, Capacity, Cell
from rackwright.supply.readiness import RampProfile, ReadyDays, energised_w, ramp_profiles
from rackwright.supply.request import SupplyRequest
from rackwright.supply.timing import Grid

__all__ = ["REVOCABLE", "Book", "capacities", "expected_hours", "held_per_week"]

FloatArray = NDArray[np.float64]
REVOCABLE = frozenset({"forecast", "letter-of-intent"})
"""Rungs a supplier may take back: they secure nothing beyond what it has."""
DAYS_PER_WEEK, SECONDS_PER_HOUR = 7.0, 3600.0


@dataclass(frozen=True)
class Book:
    """Every capacity on the grid, and the station hours of each route step: (item, plant, cell number, hours)."""

    cells: tuple[Cell, ...]
    steps: tuple[tuple[str, str, int, FloatArray], ...]
    allocations: tuple[Allocation, ...]
    test_power_w: tuple[Capacity, ...]
    test_flow_lpm: tuple[Capacity, ...]
    lanes: tuple[Capacity, ...]
    crews: tuple[Capacity, ...]
    power: tuple[Capacity, ...]


def capacities(request: SupplyRequest, grid: Grid, ready: ReadyDays, taken: Mapping[str, FloatArray]) -> Book:
    """All capacities of the program on the grid; `taken` holds the hours of cells that projects take, by day."""
    ramps = ramp_profiles(request.supply.ramps, request.horizon, grid, ready)
    return Book(
        cells=tuple(_cell(row, grid, _starts(row, request, ready), ramps, taken) for row in request.supply.cells),
        steps=_steps(request, grid, ramps),
        allocations=_allocations(request, grid, ramps),
        test_power_w=_of_plants(request, grid, "power_w"),
        test_flow_lpm=_of_plants(request, grid, "flow_lpm"),
        lanes=_lanes(request, grid),
        crews=tuple(
            Capacity(campus.id, campus.racks_per_week * grid.days / DAYS_PER_WEEK) for campus in request.campuses
        ),
        power=power_left(request, grid, ready),
    )


def _starts(row: CellRow, request: SupplyRequest, ready: ReadyDays) -> int:
    """Day from which a cell runs."""
    return max(0 if row.start is None else request.horizon.day(row.start), ready.thing("line", row.id))


def _cell(
    row: CellRow, grid: Grid, starts: int, ramps: Mapping[str, RampProfile], taken: Mapping[str, FloatArray]
) -> Cell:
    """Planned hours: stations x hours a week x utilisation x ramp, from the day it runs, less what projects take."""
    open_days = np.clip(grid.ends - np.maximum(grid.starts, starts), 0.0, None)
    ramp = ramps[row.ramp].rate_share if row.ramp in ramps else np.ones(grid.num)
    hours = row.stations * row.hours_per_week * row.utilisation_share * ramp * open_days / DAYS_PER_WEEK
    lost = grid.mean(taken[row.id]) * grid.days if row.id in taken else 0.0
    return Cell(
        id=row.id,
        plant=row.plant,
        hours=np.clip(hours - lost, 0.0, None),
        week_hours=row.hours_per_week,
        station_w=row.station_w or 0.0,
        station_lpm=row.station_lpm or 0.0,
    )


def _steps(
    request: SupplyRequest, grid: Grid, ramps: Mapping[str, RampProfile]
) -> tuple[tuple[str, str, int, FloatArray], ...]:
    numbers = {row.id: number for number, row in enumerate(request.supply.cells)}
    good = {
        row.id: ramps[row.ramp].yield_share if row.ramp in ramps else np.ones(grid.num) for row in request.supply.cells
    }
    return tuple(
        (row.item, row.plant, numbers[row.cell], expected_hours(row, good[row.cell]))
        for row in request.supply.routes
        if row.cell in numbers
    )


def expected_hours(step: RouteStep, relative_yield: FloatArray) -> FloatArray:
    """Station hours of one unit until it passes: failed units are debugged and go round.

    Infinite where nothing passes.

    Notes
    -----
    With first-pass share y the number of passes is geometric with mean 1/y, so
    hours = h / y + d (1 / y - 1).
    """
    passes = step.first_pass_share * relative_yield
    visits = np.divide(1.0, passes, out=np.full(len(passes), np.inf), where=passes > 0)
    work, debug = step.hours.value / SECONDS_PER_HOUR, step.debug_hours.value / SECONDS_PER_HOUR
    again = np.where(np.isfinite(visits), visits - 1.0, 0.0)
    return np.where(np.isfinite(visits), work * np.where(np.isfinite(visits), visits, 0.0) + debug * again, np.inf)


def _allocations(request: SupplyRequest, grid: Grid, ramps: Mapping[str, RampProfile]) -> tuple[Allocation, ...]:
    names: dict[str, int] = {}
    terms = {(row.item, row.supplier): row for row in request.supply.terms}
    found = []
    for row in request.supply.offers:
        ramp = ramps[row.ramp].rate_after(grid, row.lead_days.value) if row.ramp in ramps else np.ones(grid.num)
        per_week = row.per_week.value * row.available_share * ramp
        own = terms.pop((row.item, row.supplier), None)
        secured = None if own is None else held_per_week(own, row, request.horizon)
        if secured is not None and row.per_week.value > 0:
            per_week = _at_least(per_week, secured, grid)
        limit = per_week * grid.days / DAYS_PER_WEEK
        name = f"{row.supplier}: {row.item}" + (f" to {row.plant}" if row.plant else "")
        names[name] = names.get(name, 0) + 1
        name += f" ({names[name]})" if names[name] > 1 else ""
        found.append(Allocation(name, row.item, row.supplier, limit, row.split_max_share))
    return tuple(found)


def held_per_week(terms: Terms, offer: Offer, horizon: Horizon) -> FloatArray | None:
    """Pieces a week that rungs held already secure on each day of the horizon; None where none is held.

    A rung the supplier may take back (forecast, letter of intent) secures nothing. Without `expires_after` it holds for
    the lead time that remains after it. Of several rungs held on one day the largest counts.
    """
    rungs = [
        rung for rung in terms.rungs if rung.held_from is not None and rung.per_week and rung.rung not in REVOCABLE
    ]
    if not rungs:
        return None
    daily = np.zeros(horizon.num_days)
    for rung in rungs:
        first = horizon.day(rung.held_from) if rung.held_from is not None else 0
        last = first + round(rung.expires_days or (rung.lead_days or offer.lead_days).value)
        here = slice(max(0, first), max(0, last))
        daily[here] = np.maximum(daily[here], rung.per_week or 0.0)
    return daily


def _at_least(per_week: FloatArray, secured: FloatArray, grid: Grid) -> FloatArray:
    """The ceiling of each bucket, on each of its days no lower than what is secured; nothing before the ramp begins."""
    daily = np.repeat(per_week, grid.days.astype(int))
    lifted = np.where(daily > 0, np.maximum(daily, secured[: len(daily)]), 0.0)
    return np.maximum(per_week, grid.mean(lifted))


def _of_plants(request: SupplyRequest, grid: Grid, field: str) -> tuple[Capacity, ...]:
    limits = [(plant.id, getattr(plant, field)) for plant in request.supply.plants]
    return tuple(Capacity(plant, np.full(grid.num, limit)) for plant, limit in limits if limit is not None)


def _lanes(request: SupplyRequest, grid: Grid) -> tuple[Capacity, ...]:
    found: list[Capacity] = []
    for number, row in enumerate(request.supply.lanes):
        per_week = np.inf if row.kg_per_week is None else row.kg_per_week
        name = f"{row.origin} > {row.destination} by {row.mode}"
        name += f" ({number})" if any(other.name == name for other in found) else ""
        found.append(Capacity(name, per_week * grid.days / DAYS_PER_WEEK))
    return tuple(found)


def power_left(request: SupplyRequest, grid: Grid, ready: ReadyDays, *, earlier_days: int = 0) -> tuple[Capacity, ...]:
    """IT power of each site less the racks that are accepted already [W]."""
    site_of = dict(request.blocks.frame.select("block", "site").iter_rows())
    watts = {sku.id: sku.power_w for sku in request.skus}
    used: dict[str, float] = {}
    rows = request.tranches.frame.select("block", "configuration", "racks", "accepted_racks", "state")
    for block, sku, racks, accepted, state in rows.iter_rows():
        done = 0 if state == "retired" else racks if state == "accepted" else accepted
        site = site_of.get(block, "")
        used[site] = used.get(site, 0.0) + done * watts.get(sku, 0.0)
    return tuple(
        Capacity(
            campus.id,
            np.clip(
                energised_w(request.envelopes, campus.id, grid, ready, earlier_days=earlier_days)
                - used.get(campus.id, 0.0),
                0.0,
                None,
            ),
        )
        for campus in request.campuses
    )
