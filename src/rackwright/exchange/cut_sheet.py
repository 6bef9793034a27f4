"""Which cable goes from where to where? One line per cable with both ends by hall, rack, rack unit and port."""

from __future__ import annotations

import polars as pl

from rackwright.plan import Plan
from rackwright.views.panel_ways import sheet_pieces

__all__ = ["cut_sheet", "cut_sheet_halls"]


def cut_sheet(plan: Plan, hall: str | None = None) -> pl.DataFrame:
    """Every cable of a plan, or of one hall, in pull order, with both ends and their labels.

    Where links run through patch panels the trunks come first, `cable` being the number of the trunk; jumpers have
    a line each, and a last column tells the way of their link. Each leg of a splitter has a line, with the number of
    the assembly, its leg and the length the assembly is ordered at; both ports of a twin-port cable are on one line.
    """
    pieces = sheet_pieces(plan, hall)
    has_legs = "leg" in pieces.columns
    return pieces.select(
        "hall",
        "pull_order",
        "cable",
        "network",
        pl.col("a_label").alias("from"),
        pl.col("b_label").alias("to"),
        pl.col("label_a").alias("label_from"),
        pl.col("label_b").alias("label_to"),
        "part",
        pl.col("a_module").alias("module_from"),
        pl.col("module").alias("module_to"),
        "medium",
        (pl.col("length_mm") / 1000).alias("length_m"),
        *((pl.col("assembly"), pl.col("leg"), (pl.col("assembly_mm") / 1000).alias("assembly_m")) if has_legs else ()),
        *(name for name in ("path",) if name in pieces.columns),
    )


def cut_sheet_halls(plan: Plan) -> dict[str, int]:
    """Number of cables of each hall that has any, by hall."""
    return dict(plan.cabling.cables.frame.group_by("hall").len().sort("hall").iter_rows())
