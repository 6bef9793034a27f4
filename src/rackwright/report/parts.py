"""What does a page consist of? Views turned into blocks of text, tables and drawn figures, within a size budget."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from rackwright.figures import render, without_style
from rackwright.views.view import Cell, Shown, TableColumn, ViewTable, shown

__all__ = ["Block", "Budget", "Drawn", "Heading", "TablePart", "TextCell", "anchor_of", "block_of", "table_part"]

LONG_TEXT = 28  # characters from which a cell may wrap


@dataclass(frozen=True, slots=True)
class TextCell:
    """A cell as text; `look` is its class: `n` for numbers, `w` for long text, empty for short text and dates."""

    text: str
    look: str


@dataclass(frozen=True, slots=True)
class TablePart:
    """A table as the page shows it; `more` says how many rows are not shown and where they are."""

    title: str
    heads: tuple[TextCell, ...]
    rows: tuple[tuple[TextCell, ...], ...]
    note: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn figure: its title, and its SVG without a style of its own."""

    title: str
    svg: Markup


@dataclass(frozen=True, slots=True)
class Block:
    """One answered question; `left_out` says what was not drawn and how to see it."""

    anchor: str
    title: str
    question: str
    lead: str
    figures: tuple[Drawn, ...] = ()
    tables: tuple[TablePart, ...] = ()
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """How a block is named and limited.

    Parameters
    ----------
    anchor, title, question
        Id on the page, heading, and the question below it.
    where
        Where every row is, such as `tables/plan.facts.csv`.
    rows
        Most rows shown of each table.
    """

    anchor: str
    title: str
    question: str
    where: str
    rows: int


@dataclass
class Budget:
    """Characters of SVG that may still be drawn; a figure that does not fit is left out and named."""

    left: int

    def take(self, size: int) -> bool:
        """True if a figure of this size may be drawn; counts it."""
        if size > self.left:
            return False
        self.left -= size
        return True


def table_part(table: ViewTable, *, rows: int, where: str) -> TablePart:
    """A view's table with at most `rows` rows."""
    numbers = [_is_number(table.rows, index) for index in range(len(table.columns))]
    kept = table.rows[:rows]
    cut = len(table.rows) - len(kept)
    more = f"{cut:,} more rows in {where}" if cut > 0 else ""
    return TablePart(
        table.title,
        tuple(TextCell(_head(column), "n" if n else "") for column, n in zip(table.columns, numbers, strict=True)),
        tuple(
            tuple(_cell(c, column, is_number=n) for c, column, n in zip(row, table.columns, numbers, strict=True))
            for row in kept
        ),
        table.note,
        more,
    )


def _is_number(rows: Sequence[Sequence[Cell]], index: int) -> bool:
    return any(isinstance(row[index], int | float) and not isinstance(row[index], bool) for row in rows)


def _head(column: TableColumn) -> str:
    return f"{column.label} [{column.unit}]" if column.unit else column.label


def _cell(cell: Cell, column: TableColumn, *, is_number: bool) -> TextCell:
    text = shown(cell, column)
    if is_number:
        return TextCell(text, "n")
    return TextCell(text, "w" if len(text) > LONG_TEXT and not isinstance(cell, dt.date) else "")


def anchor_of(view: str) -> str:
    """Id of a view on the page; figures have ids of their own, so it has a prefix."""
    return f"view-{view.replace('_', '-')}"


def block_of(answer: Shown, heading: Heading, budget: Budget) -> Block:
    """The answer of a view as a block; empty tables are left out, figures as far as the budget goes."""
    tables = tuple(table_part(t, rows=heading.rows, where=heading.where) for t in answer.tables if t.rows)
    block = Block(heading.anchor, heading.title, heading.question, answer.lead, tables=tables)
    return draw(block, answer, budget)


def draw(block: Block, answer: Shown, budget: Budget) -> Block:
    """The block with the answer's figures, those first that come first."""
    drawn, missing = [], []
    for figure in answer.figures:
        svg = without_style(render(figure))
        if budget.take(len(svg)):
            drawn.append(Drawn(figure.caption.title, Markup(svg)))  # noqa: S704 - figures escape every text themselves
        else:
            missing.append(figure.caption.title)
    left_out = f"Not drawn here, to keep this file small: {'; '.join(missing)}." if missing else ""
    return replace(block, figures=tuple(drawn), left_out=left_out)
