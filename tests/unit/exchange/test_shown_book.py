"""The workbook of an answer holds its numbers in full, shows them as the page does, and names every table in full."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl

from rackwright.exchange.shown_book import shown_book
from rackwright.views.view import Shown, TableColumn, ViewTable

COLUMNS = (
    TableColumn("cost_musd", "Cost", "MUSD", 2),
    TableColumn("share", "Chance", digits=0, is_share=True),
    TableColumn("qty", "Pieces", digits=0),
    TableColumn("ratio", "Ratio"),
)
LONG = "Last responsible days of long-lead items"


def _book(*titles: str) -> openpyxl.Workbook:
    tables = tuple(ViewTable(title, COLUMNS, ((1.23456, 0.384, 1451.3, 0.5),)) for title in titles)
    data = shown_book(Shown("The answer.", tables), title="t", as_of=dt.date(2027, 1, 4))
    return openpyxl.load_workbook(io.BytesIO(data))


def test_101_numbers_are_whole_and_shown_as_on_the_page() -> None:
    """A cell holds 1.23456 and shows 1.23; a share shows per cent, pieces show no decimals."""
    cells = _book("Costs")["Costs"][2]
    assert [cell.value for cell in cells] == [1.23456, 0.384, 1451.3, 0.5]
    assert [cell.number_format for cell in cells] == ["#,##0.00", "0%", "#,##0", "General"]


def test_102_a_long_title_is_cut_between_words_and_told_in_full() -> None:
    """The name of a sheet is short of 32 signs; the first sheet tells the whole title of each, and twins apart."""
    book = _book(LONG, LONG)
    assert book.sheetnames == ["Answer", "Last responsible days of", "Last responsible days of (2)"]
    told = [[cell.value for cell in row] for row in book["Answer"].iter_rows(min_row=3)]
    assert told == [[LONG, name] for name in book.sheetnames[1:]]
