"""Which orders have to be expedited, put off, raised, cut, opened or cancelled since an earlier plan?"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from rackwright.plan import Plan
from rackwright.views.view import Cell, TableColumn, ViewTable
from rackwright.views.whole_pieces import whole_orders

__all__ = ["exception_table"]

LEAST_DAYS = 7
LEAST_SHARE = 0.02
MOST_ROWS = 60
CENTS_PER_MUSD = 1e8
KINDS = ("buy", "make", "ship")

Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class _Line:
    """Orders of one kind, item, source and place together: pieces, value, first date, mean date by pieces."""

    pieces: float
    cent: int
    first: dt.date
    mean_ordinal: float


def exception_table(before: Plan, after: Plan) -> ViewTable:
    """Messages for the planner, the most money first; small moves and small amounts are left out."""
    one, two = _lines(before), _lines(after)
    found: list[tuple[float, tuple[Cell, ...]]] = []
    for key in sorted({*one, *two}):
        text, days = _message(one.get(key), two.get(key))
        if text:
            a, b = one.get(key), two.get(key)
            money = max(row.cent for row in (a, b) if row is not None)
            kind, item, source, site = key
            found.append((float(money), (text, f"{kind} {item} from {source} to {site}", _told(a), _told(b), days,
                                         money / CENTS_PER_MUSD)))  # fmt: skip
    found.sort(key=lambda pair: (-pair[0], str(pair[1][1])))
    columns = (
        TableColumn("message", "Message"),
        TableColumn("order", "Orders"),
        TableColumn("before", "Before"),
        TableColumn("after", "After"),
        TableColumn("days", "Mean date moved", "days"),
        TableColumn("value_musd", "Value", "MUSD", 2),
    )
    more = len(found) - MOST_ROWS
    note = f"{more:,} more, of less value." if more > 0 else ""
    return ViewTable("Exceptions since the last plan", columns, tuple(row for _, row in found[:MOST_ROWS]), note)


def _lines(plan: Plan) -> dict[Key, _Line]:
    found: dict[Key, list[tuple[int, float, int]]] = {}
    names = ["kind", "item", "source", "site", "start_day", "qty", "cost_cent"]
    for kind, item, source, site, day, qty, cent in whole_orders(plan).select(names).iter_rows():
        if kind in KINDS:
            found.setdefault((kind, item, source, site), []).append((day, qty, cent))
    zero = plan.program.horizon.start.toordinal()
    lines = {}
    for key, rows in found.items():
        pieces = sum(qty for _, qty, _ in rows)
        mean = sum(day * qty for day, qty, _ in rows) / pieces
        first = plan.program.horizon.date(min(day for day, _, _ in rows))
        lines[key] = _Line(pieces, sum(cent for _, _, cent in rows), first, zero + mean)
    return lines


def _message(before: _Line | None, after: _Line | None) -> tuple[str, int | None]:
    """Words, and days by which the mean date moves; empty words for what needs nobody."""
    if before is None:
        return "open", None
    if after is None:
        return "cancel", None
    days = round(after.mean_ordinal - before.mean_ordinal)
    words = []
    if days <= -LEAST_DAYS:
        words.append("expedite")
    elif days >= LEAST_DAYS:
        words.append("put off")
    if after.pieces > before.pieces * (1.0 + LEAST_SHARE):
        words.append("raise")
    elif after.pieces < before.pieces * (1.0 - LEAST_SHARE):
        words.append("cut")
    return " and ".join(words), days


def _told(line: _Line | None) -> str:
    return "" if line is None else f"{line.pieces:,.0f} from {line.first.isoformat()}"
