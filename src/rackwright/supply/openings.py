"""Which yes or no adds capacity for money, from which day on, how much of it and at what cost?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

import numpy as np

from rackwright.base.horizon import Horizon
from rackwright.program.model import SupplyProgram
from rackwright.program.shifts import ExtraShift
from rackwright.program.shifts import Opening as OpeningRow
from rackwright.program.supply import Cell as CellRow
from rackwright.supply.capacities import Book
from rackwright.supply.network import Opening
from rackwright.supply.orders import manufacturer
from rackwright.supply.request import SupplyRequest
from rackwright.supply.timing import FloatArray, Grid

__all__ = ["day_it_runs", "hours_per_week", "in_states", "with_openings"]

DAYS_PER_WEEK = 7.0
NAMES = ("closed", "open")

State = Literal["open", "closed", "asked"]


def day_it_runs(row: ExtraShift | OpeningRow, horizon: Horizon, *, not_before: int = 0) -> int:
    """Day of the plan from which it can be used, if it opens; the end of the plan where that is later."""
    start = 0 if row.start is None else horizon.day(row.start)
    notice = row.notice_days if isinstance(row, ExtraShift) else row.lead_days
    return min(max(not_before, start, math.ceil(notice)), horizon.num_days)


def with_openings(request: SupplyRequest, grid: Grid, book: Book) -> tuple[Book, tuple[Opening, ...]]:
    """Capacities with all that is open, and every extra shift and opening of the program, in its order.

    A cell that only an opening brings, or an offer that only an opening qualifies, gives nothing without it.
    """
    rows = (*_shifts(request, grid, book), *_openings(request, grid, book))
    brought = {name for row in request.supply.openings for name in row.cells}
    hours = [np.zeros(grid.num) if cell.id in brought else cell.hours for cell in book.cells]
    pieces = [row.limit for row in book.allocations]
    for row in rows:
        for k, _ in row.pieces:
            pieces[k] = np.zeros(grid.num)
    for row in (row for row in rows if row.is_open):
        for cell, more in row.hours:
            hours[cell] = hours[cell] + more
        for k, more in row.pieces:
            pieces[k] = more
    cells = tuple(replace(cell, hours=mine) for cell, mine in zip(book.cells, hours, strict=True))
    allocations = tuple(replace(row, limit=mine) for row, mine in zip(book.allocations, pieces, strict=True))
    return replace(book, cells=cells, allocations=allocations), rows


def in_states(supply: SupplyProgram, states: Mapping[tuple[bool, str], bool]) -> SupplyProgram:
    """The tables with extra shifts and openings open or closed, by whether it is a shift and by name; others as is."""
    cells = tuple(
        row.model_copy(update={"extra_shift": row.extra_shift.model_copy(update=_state_of(states, (True, row.id)))})
        if row.extra_shift is not None
        else row
        for row in supply.cells
    )
    openings = tuple(row.model_copy(update=_state_of(states, (False, row.id))) for row in supply.openings)
    return supply.model_copy(update={"cells": cells, "openings": openings})


def _state_of(states: Mapping[tuple[bool, str], bool], key: tuple[bool, str]) -> dict[str, str]:
    return {"state": NAMES[states[key]]} if key in states else {}


def hours_per_week(supply: SupplyProgram) -> Mapping[tuple[bool, str], float]:
    """Station hours that each adds in a week, by whether it is a shift and by name."""
    cells = {cell.id: cell for cell in supply.cells}
    shifts = {
        (True, cell.id): cell.stations * cell.extra_shift.hours_per_week
        for cell in supply.cells
        if cell.extra_shift is not None
    }
    lines = {
        (False, row.id): sum(cells[name].stations * cells[name].hours_per_week for name in row.cells)
        + sum(add.stations * cells[add.cell].hours_per_week for add in row.adds)
        for row in supply.openings
    }
    return {**shifts, **lines}


def _shifts(request: SupplyRequest, grid: Grid, book: Book) -> Iterator[Opening]:
    for number, (cell, own) in enumerate(zip(request.supply.cells, book.cells, strict=True)):
        shift = cell.extra_shift
        if shift is None:
            continue
        day = day_it_runs(shift, request.horizon, not_before=_first_day(cell, request.horizon))
        more = own.hours * (shift.hours_per_week / cell.hours_per_week) * _open_days(grid, day) / grid.days
        yield Opening(
            kind="shift",
            name=cell.id,
            plant=cell.plant,
            party=_party(request, cell.plant),
            state=_state(request, shift.state),
            order_day=day,
            from_day=day,
            once_usd=0.0,
            running_usd=shift.cost_per_week.value / DAYS_PER_WEEK * _open_days(grid, day),
            hours=((number, more),),
        )


def _openings(request: SupplyRequest, grid: Grid, book: Book) -> Iterator[Opening]:
    cells = {cell.id: (number, cell) for number, cell in enumerate(request.supply.cells)}
    for row in request.supply.openings:
        day = day_it_runs(row, request.horizon)
        share = _open_days(grid, day) / grid.days
        named = [(name, 1.0) for name in row.cells]
        named += [(add.cell, add.stations / cells[add.cell][1].stations) for add in row.adds]
        hours = tuple((cells[name][0], book.cells[cells[name][0]].hours * part * share) for name, part in named)
        sources = {(source.item, source.supplier) for source in row.qualifies}
        pieces = tuple((k, a.limit) for k, a in enumerate(book.allocations) if (a.item, a.supplier) in sources)
        plant = cells[named[0][0]][1].plant if named else row.qualifies[0].supplier
        yield Opening(
            kind="line" if named else "source",
            name=row.id,
            plant=plant,
            party=row.owner or _party(request, plant),
            state=_state(request, row.state),
            order_day=max(0.0, day - math.ceil(row.lead_days)),
            from_day=day,
            once_usd=row.capital_cost.value if row.capital_cost is not None else 0.0,
            running_usd=(row.cost_per_week.value if row.cost_per_week is not None else 0.0)
            / DAYS_PER_WEEK
            * _open_days(grid, day),
            hours=hours,
            pieces=pieces,
        )


def _state(request: SupplyRequest, state: Literal["decide", "open", "closed"]) -> State:
    if state == "decide":
        return "asked" if request.asks else "closed"
    return state


def _party(request: SupplyRequest, plant: str) -> str:
    owners = {row.id: row.owner for row in request.supply.plants}
    return owners.get(plant) or manufacturer(request)


def _first_day(cell: CellRow, horizon: Horizon) -> int:
    return 0 if cell.start is None else horizon.day(cell.start)


def _open_days(grid: Grid, day: float) -> FloatArray:
    """Days of each bucket from a day on."""
    days: FloatArray = np.clip(grid.ends - np.maximum(grid.starts, day), 0.0, None)
    return days
