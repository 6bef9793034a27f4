"""Which sheets of the workbook tell of projects: resources, gates by generation, drivers, risks, buffers, progress?

Tables that the views show, without their figures. What a risk does to the end of its project is sampled on request only
(`rackwright show OUT risks`): its sheet holds the register as given.
"""

from __future__ import annotations

import polars as pl

from rackwright.plan import Plan
from rackwright.views.buffers import buffer_tables
from rackwright.views.drivers import DRIVERS
from rackwright.views.gantt_chart import GENERATIONS
from rackwright.views.progress import PROGRESS
from rackwright.views.resources import RESOURCES, month_use_table
from rackwright.views.risks import given_risk_table, tornado_table
from rackwright.views.view import ViewTable

__all__ = ["schedule_sheets", "table_frame"]

SHEETS = {
    "Shared resources": "Resources",
    "Use by month": "Histogram",
    "Worth of a unit": "Worth of a unit",
    "Resources that are used up": "Used up",
    "Gates by generation": "Gates by generation",
    "Driving chain of each project's end": "Drivers",
    "Projects that wait for others": "Waits for others",
    "Last responsible day of each long-lead order": "Long-lead orders",
    "How early each project could end at best": "Earliest ends",
    "What schedules were compared by, in order": "Objective",
    "Risk register": "Risks",
    "Durations the ends hang on": "Durations",
    "Buffers before gates": "Buffers",
    "Feeding buffers": "Feeding buffers",
    "Moved gates": "Moved gates",
    "Earned value": "Earned value",
}
"""Title of a table -> name of its sheet; other tables have none."""


def schedule_sheets(plan: Plan) -> list[tuple[str, pl.DataFrame]]:
    """Sheets by name, in the order in which a programme manager reads them; a table without rows has none."""
    if not len(plan.schedule.activities):
        return []
    shown = [table for view in (RESOURCES, GENERATIONS, DRIVERS, PROGRESS) for table in view.build(plan).tables]
    shown += [month_use_table(plan), given_risk_table(plan), tornado_table(plan), *buffer_tables(plan)]
    tables = {table.title: table for table in shown}
    return [
        (name, table_frame(tables[title])) for title, name in SHEETS.items() if title in tables and tables[title].rows
    ]


def table_frame(table: ViewTable) -> pl.DataFrame:
    """A shown table as columns by machine name; cells keep their values."""
    columns = [column.name for column in table.columns]
    cells = list(zip(*table.rows, strict=True)) if table.rows else [()] * len(columns)
    series = {name: pl.Series(name, list(own), strict=False) for name, own in zip(columns, cells, strict=True)}
    return pl.DataFrame(series)
