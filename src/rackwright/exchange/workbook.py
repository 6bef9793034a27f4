"""How does a planner get a plan into a spreadsheet? One workbook: parts, supply book, schedule, facts, cut-sheets.

Numbers are written as numbers, text as text: no cell holds a formula, whatever a user typed. Bytes depend on the plan
alone (the workbook's creation date is the program's `as_of`).
"""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import polars as pl

from rackwright.exchange.cut_sheet import cut_sheet, cut_sheet_halls
from rackwright.exchange.schedule_sheets import schedule_sheets, table_frame
from rackwright.plan import Plan
from rackwright.views.clear_to_build import CLEAR_TO_BUILD
from rackwright.views.planning_book import planning_book
from rackwright.views.purchase_orders import PURCHASE_ORDERS
from rackwright.views.view import View
from rackwright.views.whole_pieces import whole_orders

__all__ = ["MOST_CUT_SHEET_ROWS", "workbook_bytes"]

MOST_CUT_SHEET_ROWS = 5000
SHEET_NAME_LENGTH = 31
CENTS = 100.0


def workbook_bytes(plan: Plan) -> bytes:
    """The XLSX workbook of a plan.

    A hall whose cut-sheet has more than `MOST_CUT_SHEET_ROWS` cables is named on the first sheet with the place of its
    CSV file instead: a workbook has to open on a site tablet.
    """
    import xlsxwriter

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        created = dt.datetime.combine(plan.program.as_of, dt.time())
        book.set_properties({"title": plan.program.title or plan.program.name, "created": created})
        style = {
            "head": book.add_format({"bold": True, "bottom": 1}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        frames, halls = _frames(plan), cut_sheet_halls(plan)
        _write_sheet(book, plan.program.name, _contents(frames, halls), style)
        for name, frame in frames:
            _write_sheet(book, name, frame, style)
        for hall, cables in halls.items():
            if cables <= MOST_CUT_SHEET_ROWS:
                _write_sheet(book, f"cut {hall}", cut_sheet(plan, hall), style)
    return file.getvalue()


def _contents(frames: list[tuple[str, pl.DataFrame]], halls: dict[str, int]) -> pl.DataFrame:
    """What the sheets hold, and where the cut-sheets are that do not fit."""
    rows = [(name, f"{frame.height} rows") for name, frame in frames]
    for hall, cables in halls.items():
        fits = cables <= MOST_CUT_SHEET_ROWS
        place = "in this workbook" if fits else f"too long for a sheet: cut-sheets/{hall}.csv"
        rows.append((f"cut-sheet of hall {hall}", f"{cables} cables, {place}"))
    return pl.DataFrame(rows, schema={"sheet": pl.String, "holds": pl.String}, orient="row")


def _frames(plan: Plan) -> list[tuple[str, pl.DataFrame]]:
    """Sheets in the order a planner reads them."""
    return [
        ("BOM needs", plan.bom.needs.frame),
        ("BOM items", _with_money(plan.bom.items.frame.join(plan.bom.totals.frame, on="item", how="left"))),
        ("BOM structure", plan.bom.structure.frame),
        ("Supply book", planning_book(plan)),
        *_view_sheets(plan, CLEAR_TO_BUILD, ("Clear to build", "Shortages", "Scarce parts")),
        *_view_sheets(plan, PURCHASE_ORDERS, ("Purchase orders",)),
        ("Orders", _dated(plan, _with_money(whole_orders(plan)))),
        ("Deployments", _bucketed(plan, plan.supply.deployments.frame)),
        ("Causes", plan.supply.causes.frame),
        ("Schedule", _dated(plan, plan.schedule.activities.frame)),
        ("Gates", _dated(plan, plan.schedule.gates.frame)),
        *schedule_sheets(plan),
        ("Assemblies", plan.cabling.assemblies.frame),
        ("Facts", plan.facts.frame.sort("assumption", "fact", descending=[True, False])),
    ]


def _view_sheets(plan: Plan, view: View, names: tuple[str, ...]) -> list[tuple[str, pl.DataFrame]]:
    """The tables of a view as sheets, one name each."""
    return [(name, table_frame(table)) for name, table in zip(names, view.build(plan).tables, strict=False)]


def _bucketed(plan: Plan, frame: pl.DataFrame) -> pl.DataFrame:
    """Rows with the first day of their bucket as a date."""
    days = plan.supply.buckets.frame.select("bucket", "start_day", "end_day")
    return _dated(plan, frame.join(days, on="bucket", how="left"))


def _dated(plan: Plan, frame: pl.DataFrame) -> pl.DataFrame:
    """Every `*_day` column as a date, named `*_date`."""
    start = plan.program.horizon.start
    days = [name for name in frame.columns if name == "day" or name.endswith("_day")]
    dated = [
        (pl.lit(start) + pl.duration(days=pl.col(name))).cast(pl.Date).alias(name.removesuffix("day") + "date")
        for name in days
    ]
    return frame.with_columns(dated).drop(days)


def _with_money(frame: pl.DataFrame) -> pl.DataFrame:
    """Every `*_cent` column as dollars, named `*_usd`."""
    cents = [name for name in frame.columns if name.endswith("_cent")]
    return frame.with_columns((pl.col(name) / CENTS).alias(name.removesuffix("cent") + "usd") for name in cents).drop(
        cents
    )


def _write_sheet(book: Any, name: str, frame: pl.DataFrame, style: dict[str, Any]) -> None:
    """One frame as one sheet with a frozen head and a filter."""
    sheet = book.add_worksheet("".join("-" if char in "[]:*?/\\" else char for char in name)[:SHEET_NAME_LENGTH])
    for place, column in enumerate(frame.columns):
        sheet.write_string(0, place, column, style["head"])
        values = frame[column].to_list()
        _write_column(sheet, place, values, style)
        longest = max((len(str(value)) for value in values[:200] if value is not None), default=0)
        sheet.set_column(place, place, min(max(len(column), longest) + 2, 60))
    sheet.freeze_panes(1, 0)
    if frame.height:
        sheet.autofilter(0, 0, frame.height, max(frame.width - 1, 0))


def _write_column(sheet: Any, place: int, values: list[Any], style: dict[str, Any]) -> None:
    for line, value in enumerate(values, 1):
        if value is None:
            continue
        if isinstance(value, bool):
            sheet.write_boolean(line, place, value)
        elif isinstance(value, int | float):
            sheet.write_number(line, place, value)
        elif isinstance(value, dt.date):
            sheet.write_datetime(line, place, value, style["date"])
        else:
            sheet.write_string(line, place, str(value))
