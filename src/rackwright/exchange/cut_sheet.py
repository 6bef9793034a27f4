"""Which cable goes from where to where? One line per cable with both ends by hall, rack, rack unit and port."""

from __future__ import annotations

import polars as pl

from rackwright.plan import Plan
from rackwright.views.cable_ends import labelled_cables

__all__ = ["cut_sheet", "cut_sheet_halls"]


def cut_sheet(plan: Plan, hall: str | None = None) -> pl.DataFrame:
    """Every cable of a plan, or of one hall, in pull order, with both ends and their labels."""
    return labelled_cables(plan, hall).select(
        "hall",
        "pull_order",
        "cable",
        "network",
        pl.col("a_label").alias("from"),
        pl.col("b_label").alias("to"),
        pl.col("label_a").alias("label_from"),
        pl.col("label_b").alias("label_to"),
        "part",
        "module",
        "medium",
        (pl.col("length_mm") / 1000).alias("length_m"),
    )


def cut_sheet_halls(plan: Plan) -> dict[str, int]:
    """Number of cables of each hall that has any, by hall."""
    return dict(plan.cabling.cables.frame.group_by("hall").len().sort("hall").iter_rows())
