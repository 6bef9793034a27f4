"""Which extra shifts open? A yes or no for each cell that may have one, by what the plan gains against what it costs.

What the prices of the plan say its hours are worth is never too little, since more of the same is worth less and less.
So a shift whose hours are not worth its cost at these prices stays closed without solving; the others are opened one
after another, the most gainful first, as long as the plan solved again gains more than the shift costs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rackwright.program.supply import Cell, ExtraShift
from rackwright.solve import LinearSolution
from rackwright.supply.answering import answer_program
from rackwright.supply.assemble import Assembly, assemble
from rackwright.supply.capacities import shift_day
from rackwright.supply.request import SupplyRequest
from rackwright.supply.scope import scope_network
from rackwright.supply.targets import target_shares
from rackwright.supply.timing import Grid
from rackwright.tables.supply import Shifts

__all__ = ["decide_shifts"]

DAYS_PER_WEEK, CENT_PER_USD = 7.0, 100
BY_PRICES = "its hours are worth {worth:,.0f} USD at most at the prices of the plan"
SOLVED = "solved again with it, the plan gains {worth:,.0f} USD"
STATED = "the program says so"


@dataclass(frozen=True)
class _Answer:
    """A plan of the request with some shifts open, before racks are made whole."""

    request: SupplyRequest
    assembly: Assembly
    relaxed: LinearSolution

    @property
    def cost_usd(self) -> float:
        """Objective."""
        return self.relaxed.objective * self.assembly.money_unit_usd

    @property
    def unsure_usd(self) -> float:
        """How far the optimum may be below it."""
        return max(0.0, self.relaxed.objective - self.relaxed.bound) * self.assembly.money_unit_usd


def decide_shifts(request: SupplyRequest, grid: Grid) -> tuple[SupplyRequest, Shifts]:
    """The request with every extra shift open or closed, and why; a request without any is returned as it is."""
    cells = {row.id: row for row in request.supply.cells if row.extra_shift is not None}
    if not cells:
        return request, Shifts.empty()
    why = {name: (0.0, STATED) for name, row in cells.items() if _shift(row).state != "decide"}
    asked = [name for name in cells if name not in why]
    now = _answer(request, grid) if asked else None
    while asked and now is not None:
        tried = {name: _tried(now, cells[name], grid) for name in asked}
        name = max(asked, key=lambda cell: (tried[cell][0] - _cost_usd(request, cells[cell]), cell))
        worth, reason, answer = tried[name]
        if answer is None or worth <= _cost_usd(request, cells[name]):
            why |= {cell: row[:2] for cell, row in tried.items()}
            request = _with(now.request, dict.fromkeys(asked, "closed"))
            break
        why[name], now = (worth, reason), answer
        request = answer.request
        asked.remove(name)
    return request, _table(request, why)


def _tried(now: _Answer, cell: Cell, grid: Grid) -> tuple[float, str, _Answer | None]:
    """What a shift is worth now, how that is known, and the plan with it where it was solved."""
    opened = _with(now.request, {cell.id: "open"})
    network = scope_network(opened, grid).network
    number = next(i for i, row in enumerate(network.cells) if row.id == cell.id)
    more = network.cells[number].hours - now.assembly.network.cells[number].hours
    price = now.assembly.price_usd("cell", now.relaxed)[number].clip(min=0.0)
    most = float((price * more).sum()) + now.unsure_usd
    if most <= _cost_usd(now.request, cell):
        return most, BY_PRICES.format(worth=most), None
    answer = _answer(opened, grid)
    worth = max(0.0, now.cost_usd - answer.cost_usd + _cost_usd(opened, cell) - now.unsure_usd)
    return worth, SOLVED.format(worth=worth), answer


def _answer(request: SupplyRequest, grid: Grid) -> _Answer:
    shares = target_shares(request.policy, request.horizon, grid)
    assembly = assemble(scope_network(request, grid).network, request.policy, shares)
    return _Answer(request, assembly, answer_program(request, assembly).relaxed)


def _shift(cell: Cell) -> ExtraShift:
    if cell.extra_shift is None:
        raise ValueError(cell.id)
    return cell.extra_shift


def _with(request: SupplyRequest, states: Mapping[str, str]) -> SupplyRequest:
    """The request with shifts of some cells in another state."""
    cells = tuple(
        row.model_copy(update={"extra_shift": _shift(row).model_copy(update={"state": states[row.id]})})
        if row.id in states
        else row
        for row in request.supply.cells
    )
    return replace(request, supply=request.supply.model_copy(update={"cells": cells}))


def _cost_usd(request: SupplyRequest, cell: Cell) -> float:
    """Cost of a shift from the day it opens to the end of the plan [USD]."""
    days = max(0, request.horizon.num_days - shift_day(cell, request.horizon))
    return _shift(cell).cost_per_week.value * days / DAYS_PER_WEEK


def _table(request: SupplyRequest, why: Mapping[str, tuple[float, str]]) -> Shifts:
    rows = []
    for cell in (row for row in request.supply.cells if row.extra_shift is not None):
        worth, reason = why[cell.id]
        day, cost = shift_day(cell, request.horizon), _cost_usd(request, cell)
        hours = cell.stations * _shift(cell).hours_per_week
        is_open = _shift(cell).state == "open"
        cents = (round(cost * CENT_PER_USD), round(worth * CENT_PER_USD))
        rows.append((cell.id, day, hours, is_open, *cents, reason))
    return Shifts.from_rows(rows)
