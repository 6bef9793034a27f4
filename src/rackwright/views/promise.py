"""By when can more racks be promised? The answer of `promise` in words and tables."""

from __future__ import annotations

import math

from rackwright.base.horizon import Horizon
from rackwright.supply.promise import Ask, Promise, Step
from rackwright.views.view import Cell, Shown, TableColumn, ViewTable, counted

__all__ = ["promise_shown"]

NEARLY = 1e-3


def promise_shown(ask: Ask, answer: Promise, horizon: Horizon) -> Shown:
    """Dates that can be promised without moving anybody, and what it would cost others to have the racks first."""
    what = f"{counted(ask.racks, 'rack')} of {ask.platform} at {ask.site}"
    lead = f"{_kept(ask, answer, horizon, what)} {_first(ask, answer, horizon)}"
    tables = (
        _step_table("If nobody else moves", _whole(answer.steps), horizon),
        _step_table("If all racks are planned alike", _whole(answer.first_steps), horizon),
        _moved_table(answer),
    )
    return Shown(lead, tuple(table for table in tables if table.rows))


def _racks(count: float) -> int:
    """Whole racks of a count planned in fractions: a part of a rack cannot be promised."""
    return math.floor(count + NEARLY)


def _whole(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Steps by which whole racks are there."""
    whole, before = [], 0
    for step in steps:
        total = _racks(step.total)
        if total > before:
            whole.append(Step(step.from_day, step.to_day, total - before, total))
        before = total
    return tuple(whole)


def _kept(ask: Ask, answer: Promise, horizon: Horizon, what: str) -> str:
    if answer.missing > NEARLY:
        come = _racks(ask.racks - answer.missing)
        rest = f"{come:,} come by {horizon.date(_whole(answer.steps)[-1].to_day)}" if come else "none comes"
        return f"Of {what} {rest}, {ask.racks - come:,} do not within the horizon, without moving anybody."
    last = horizon.date(answer.steps[-1].to_day) if answer.steps else horizon.start
    text = f"{what} can all be accepted by {last} without moving anybody"
    if answer.by_day is None:
        return f"{text}."
    by = horizon.date(answer.by_day)
    if answer.is_kept:
        return f"Yes: {text}, wanted by {by}."
    return f"Not by {by}: {counted(_racks(answer.racks_by(answer.by_day)), 'rack')} can come by then; {text}."


def _first(ask: Ask, answer: Promise, horizon: Horizon) -> str:
    lost = sum(days for days in answer.moved.values() if days > 0)
    steps = _whole(answer.first_steps)
    if not steps:
        return "Planned alike with all others, none of them comes."
    last, come = horizon.date(steps[-1].to_day), int(steps[-1].total)
    rest = f"{come:,} come by {last} and {ask.racks - come:,} do not within the horizon"
    who = f"all come by {last}" if come >= ask.racks else rest
    return f"Planned alike with all others {who}, and others lose {lost:,.0f} rack-days."


def _step_table(title: str, steps: tuple[Step, ...], horizon: Horizon) -> ViewTable:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (horizon.date(step.from_day), horizon.date(step.to_day), step.racks, step.total) for step in steps
    )
    columns = (
        TableColumn("from", "Accepted from"),
        TableColumn("to", "and before"),
        TableColumn("racks", "Racks", "", 0),
        TableColumn("total", "In all", "", 0),
    )
    return ViewTable(title, columns, rows, "Floor positions are not looked at: the request has no hall.")


def _moved_table(answer: Promise) -> ViewTable:
    rows = tuple(sorted(answer.moved.items(), key=lambda pair: (-pair[1], pair[0])))
    columns = (TableColumn("tranche", "Tranche"), TableColumn("rack_days", "Loses", "rack-days", 0))
    return ViewTable("Who would move", columns, rows, "Negative: racks of equal price change places.")
