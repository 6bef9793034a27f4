"""Are cells shown as people read them, and kept as machines read them?"""

from __future__ import annotations

import datetime as dt

import pytest

from rackwright.views.view import Cell, TableColumn, ViewTable, shown


@pytest.mark.parametrize(
    ("cell", "column", "text"),
    [
        (None, TableColumn("a", "A"), "–"),
        (True, TableColumn("a", "A"), "yes"),
        (1234567, TableColumn("a", "A"), "1,234,567"),
        (72584.63, TableColumn("a", "A"), "72,585"),
        (0.043216, TableColumn("a", "A"), "0.04322"),
        (2.0, TableColumn("a", "A", "MW", 2), "2.00"),
        (0.256, TableColumn("a", "A", is_share=True), "26 %"),
        (0.0304, TableColumn("a", "A", digits=1, is_share=True), "3.0 %"),
        (dt.date(2027, 3, 1), TableColumn("a", "A"), "2027-03-01"),
    ],
)
def test_101_a_cell_as_text(cell: Cell, column: TableColumn, text: str) -> None:
    """Thousands are separated, shares are percentages, dates are ISO, and what is missing is a dash."""
    assert shown(cell, column) == text


def test_102_machines_get_the_fraction() -> None:
    """JSON keeps the fraction of a share, and dates as ISO text."""
    table = ViewTable(
        "t", (TableColumn("s", "S", is_share=True), TableColumn("d", "D")), ((0.256, dt.date(2027, 3, 1)),)
    )
    assert table.as_json() == [{"s": 0.256, "d": "2027-03-01"}]
