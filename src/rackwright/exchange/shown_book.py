"""How does a shown answer get into a spreadsheet? One sheet per table, numbers as numbers, no cell with a formula."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from rackwright.views.view import Shown, TableColumn, ViewTable

__all__ = ["shown_book"]

SHEET_NAME_LENGTH, WIDEST = 31, 60


def shown_book(shown: Shown, *, title: str, as_of: dt.date) -> bytes:
    """The XLSX workbook of an answer; its bytes depend on the answer alone."""
    import xlsxwriter

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": title, "created": dt.datetime.combine(as_of, dt.time())})
        head = book.add_format({"bold": True, "bottom": 1})
        date = book.add_format({"num_format": "yyyy-mm-dd"})
        names: set[str] = set()
        first = book.add_worksheet("Answer")
        first.set_column(0, 0, WIDEST)
        first.write_string(0, 0, shown.lead)
        for line, table in enumerate(shown.tables, 2):
            sheet = book.add_worksheet(_sheet_name(table.title, names))
            first.write_string(line, 0, table.title)
            first.write_string(line, 1, sheet.get_name())
            _write(sheet, table, head, date, [book.add_format({"num_format": _shown_as(c)}) for c in table.columns])
    return file.getvalue()


def _sheet_name(title: str, used: set[str]) -> str:
    clean = "".join("-" if char in "[]:*?/\\'" else char for char in title)
    if len(clean) > SHEET_NAME_LENGTH:
        clean = clean[: SHEET_NAME_LENGTH + 1].rpartition(" ")[0].rstrip(" ,;-") or clean[:SHEET_NAME_LENGTH]
    name, number = clean, 2
    while name.lower() in used:
        name, number = f"{clean[: SHEET_NAME_LENGTH - 4]} ({number})", number + 1
    used.add(name.lower())
    return name


def _shown_as(column: TableColumn) -> str:
    """How a number of a column is shown; the cell holds it in full."""
    if column.digits is None:
        return "0%" if column.is_share else "General"
    digits = f".{'0' * column.digits}" if column.digits else ""
    return f"0{digits}%" if column.is_share else f"#,##0{digits}"


def _write(sheet: Any, table: ViewTable, head: Any, date: Any, formats: list[Any]) -> None:
    for place, column in enumerate(table.columns):
        label = f"{column.label} [{column.unit}]" if column.unit else column.label
        sheet.write_string(0, place, label, head)
        longest = max([len(label), *(len(str(row[place])) for row in table.rows)])
        sheet.set_column(place, place, min(longest + 2, WIDEST))
    for line, row in enumerate(table.rows, 1):
        for place, cell in enumerate(row):
            if cell is None:
                continue
            if isinstance(cell, bool):
                sheet.write_boolean(line, place, cell)
            elif isinstance(cell, int | float):
                sheet.write_number(line, place, cell, formats[place])
            elif isinstance(cell, dt.date):
                sheet.write_datetime(line, place, dt.datetime.combine(cell, dt.time()), date)
            else:
                sheet.write_string(line, place, cell)
    sheet.freeze_panes(1, 0)
    if table.note:
        sheet.write_string(len(table.rows) + 2, 0, table.note)
