"""What is a view? One question a reader asks, answered by a sentence, a table and perhaps a picture.

A view is a pure function `Plan -> Shown`. Faces (command line, report, workbook) show it and compute nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rackwright.plan import Plan

__all__ = ["Cell", "Shown", "TableColumn", "View", "ViewTable", "counted", "percent", "shown"]

WHOLE_FROM = 1000.0
Cell = str | int | float | bool | dt.date | None


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column of a shown table.

    Parameters
    ----------
    name
        Machine name with the unit in it, such as `power_w`; used in JSON and CSV.
    label
        Heading for people.
    unit
        Unit of the numbers as shown; empty for counts and text.
    digits
        Decimals shown; None shows text and whole numbers as they are, other numbers to four figures.
    is_share
        True for a fraction that people read as a percentage; JSON and CSV keep the fraction.
    """

    name: str
    label: str
    unit: str = ""
    digits: int | None = None
    is_share: bool = False


@dataclass(frozen=True, slots=True)
class ViewTable:
    """A table ready to be shown: cells are values, not text."""

    title: str
    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    def as_json(self) -> list[dict[str, Cell]]:
        """One object per row, keyed by machine name; dates as ISO text."""
        names = [column.name for column in self.columns]
        return [
            {n: c.isoformat() if isinstance(c, dt.date) else c for n, c in zip(names, row, strict=True)}
            for row in self.rows
        ]

    def as_text(self) -> list[list[str]]:
        """Cells as people read them: thousands separated, decimals as declared, dates ISO, missing as a dash."""
        return [[shown(c, column) for c, column in zip(row, self.columns, strict=True)] for row in self.rows]


def shown(cell: Cell, column: TableColumn) -> str:
    """One cell as text."""
    if cell is None:
        return "–"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if column.is_share and isinstance(cell, int | float):
        return percent(cell, column.digits or 0)
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float):
        return _number(cell) if column.digits is None else f"{cell:,.{column.digits}f}"
    return cell.isoformat() if isinstance(cell, dt.date) else cell


def counted(count: int, one: str, many: str = "") -> str:
    """A number with its noun.

    Examples
    --------
    >>> counted(1, "rack"), counted(1200, "rack"), counted(2, "campus", "campuses")
    ('1 rack', '1,200 racks', '2 campuses')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def percent(share: float, digits: int = 0) -> str:
    """A fraction as people read it.

    Examples
    --------
    >>> percent(0.254), percent(0.254, 1)
    ('25 %', '25.4 %')
    """
    return f"{share * 100:,.{digits}f} %"


def _number(value: float) -> str:
    """A number to four significant figures, without exponent where it is large."""
    return f"{value:,.0f}" if abs(value) >= WHOLE_FROM else f"{value:.4g}"


@dataclass(frozen=True, slots=True)
class Shown:
    """The answer of a view.

    Parameters
    ----------
    lead
        The answer in one or two sentences, with its numbers.
    tables
        Tables behind it, most important first.
    figures
        Figure data (frozen classes of `rackwright.figures`), rendered by `rackwright.figures.render`.
    """

    lead: str
    tables: tuple[ViewTable, ...] = ()
    figures: tuple[Any, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class View:
    """A named question; one that is not `in_report` is answered on request only (`rackwright show`)."""

    name: str
    title: str
    question: str
    build: Callable[[Plan], Shown]
    in_report: bool = True
