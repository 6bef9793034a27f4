"""Which rows does a CSV file or one sheet of a workbook hold, as text, each with its place? Values, no formulas."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

from rackwright.base.errors import InputError
from rackwright.base.intake import Limits, read_bytes_guarded, read_csv
from rackwright.base.problem import Place, Problem, did_you_mean

__all__ = ["Sheet", "read_sheet"]

WORKBOOK = ".xlsx"
DELIMITERS = ",;\t"
"""What may separate the fields of a CSV file; spreadsheets of languages with decimal commas write semicolons."""
MOST_UNPACKED_BYTES = 512_000_000
"""A workbook that unpacks to more is refused before it is opened."""


@dataclass(frozen=True)
class Sheet:
    """Rows of a file by heading.

    Parameters
    ----------
    file
        Name for messages; of a workbook with its sheet.
    headings
        Headings in order.
    rows, lines
        Cells as text by heading, and the line each row stands on, from 1.
    """

    file: str
    headings: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    lines: tuple[int, ...]
    delimiter: str = ","
    """What separates the fields of a CSV file."""

    def place(self, row: int, heading: str, path: str) -> Place:
        """Place of a cell; column 1 where the row has no such heading."""
        column = self.headings.index(heading) + 1 if heading in self.headings else 1
        return Place(self.file, self.lines[row], column, path)


def read_sheet(path: Path, *, sheet: str = "", limits: Limits | None = None) -> Sheet:
    """Read a CSV file, or a sheet of a workbook (the first if none is named).

    Raises
    ------
    InputError
        The file cannot be read, is too large, or has no such sheet or no headings.
    """
    limits = limits or Limits()
    if path.suffix.lower() != WORKBOOK:
        table = read_csv(path, name=path.name, limits=limits, delimiters=DELIMITERS)
        return Sheet(path.name, table.columns, table.rows, table.lines, table.delimiter)
    data = read_bytes_guarded(path, name=path.name, max_bytes=limits.max_bytes)
    return _workbook_sheet(data, path.name, sheet, limits)


def _refused(code: str, place: Place, rule: str, repair: str) -> InputError:
    return InputError([Problem(code, place, rule, repair)])


def _workbook_sheet(data: bytes, name: str, sheet: str, limits: Limits) -> Sheet:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > MOST_UNPACKED_BYTES:
            rule = f"the workbook unpacks to {unpacked:,} bytes."
            raise _refused("file-too-large", Place(name), rule, "Export the sheet as CSV.")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise _refused("not-a-workbook", Place(name), "this is no XLSX workbook.", "Save it as XLSX or CSV.") from error
    names = [tab.title for tab in book.worksheets]
    if sheet and sheet not in names:
        raise _refused("unknown-sheet", Place(name), f'no sheet is called "{sheet}".', did_you_mean(sheet, names))
    tab = book[sheet] if sheet else book.worksheets[0]
    lines = enumerate(tab.iter_rows(values_only=True, max_row=limits.max_rows, max_col=limits.max_columns), 1)
    return _rows_of(f"{name}[{tab.title}]", [(line, [_text(cell) for cell in cells]) for line, cells in lines])


def _rows_of(name: str, lines: list[tuple[int, list[str]]]) -> Sheet:
    """The first line with a cell holds the headings; empty lines are left out."""
    filled = [(line, cells) for line, cells in lines if any(cells)]
    if not filled:
        raise _refused("file-empty", Place(name), "the sheet is empty.", "Name another sheet.")
    headings = tuple(filled[0][1])
    given = [heading for heading in headings if heading]
    if len(set(given)) < len(given):
        twice = next(heading for heading in given if given.count(heading) > 1)
        rule = f'two columns are headed "{twice}".'
        raise _refused("duplicate-key", Place(name, filled[0][0]), rule, "Rename one.")
    rows = tuple({h: cell for h, cell in zip(headings, cells, strict=False) if h} for _, cells in filled[1:])
    return Sheet(name, headings, rows, tuple(line for line, _ in filled[1:]))


def _text(cell: object) -> str:
    """A cell as a person would write it: dates ISO, whole numbers without a point."""
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
