"""How does a table stand in a terminal? Aligned, one line a row where it fits, folded where it does not."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Sequence
from itertools import zip_longest

__all__ = ["text_table"]

GAP = "  "
NARROWEST = 16
"""Characters under which no column of text is folded."""


def text_table(
    head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool], *, width: int | None = None
) -> str:
    """Aligned plain-text table.

    Parameters
    ----------
    right
        Which columns are numbers.
    width
        Characters of a line; 0 never folds. By default those of the terminal, and 0 where the output goes elsewhere, so
        that a row stays a line for other programs. Headings fold first, then the widest columns of text; numbers never.
    """
    limit = _terminal_width() if width is None else width
    widths = _widths(head, rows, right, limit)
    lines = _lines(head, widths, right)
    lines.append(GAP.join("-" * size for size in widths))
    for row in rows:
        lines += _lines(row, widths, right)
    return "\n".join(lines)


def _terminal_width() -> int:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 0


def _widths(head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool], limit: int) -> list[int]:
    """Characters of each column: as wide as it wants where the line holds it."""
    body = [max((len(row[i]) for row in rows), default=0) for i in range(len(head))]
    widths = [max(len(name), size) for name, size in zip(head, body, strict=True)]
    if not limit or _total(widths) <= limit:
        return widths
    words = [max((len(word) for word in name.split()), default=0) for name in head]
    widths = [max(word, size) for word, size in zip(words, body, strict=True)]
    least = [
        size if number else max(word, min(size, NARROWEST))
        for size, word, number in zip(widths, words, right, strict=True)
    ]
    while _total(widths) > limit and widths != least:
        _, widest = max((widths[i], i) for i in range(len(widths)) if widths[i] > least[i])
        widths[widest] -= 1
    return widths


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(GAP) * (len(widths) - 1)


def _lines(row: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> list[str]:
    """Lines of one row: more than one where a cell is wider than its column."""
    cells = [[cell] if len(cell) <= size else textwrap.wrap(cell, size) for cell, size in zip(row, widths, strict=True)]
    return [_line(parts, widths, right) for parts in zip_longest(*cells, fillvalue="")]


def _line(parts: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    cells = (part.rjust(w) if r else part.ljust(w) for part, w, r in zip(parts, widths, right, strict=True))
    return GAP.join(cells).rstrip()
