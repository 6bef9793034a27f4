"""Which cable goes from where to where? One line per cable with both ends by hall, rack, rack unit and port.

Labels follow the TIA-606 idea of naming both ends on each end: `HALL.ROW-POSITION.Uxx.Pyy / far end`.
"""

from __future__ import annotations

import polars as pl

from rackwright.plan import Plan

__all__ = ["cut_sheet", "cut_sheet_halls"]


def cut_sheet(plan: Plan, hall: str | None = None) -> pl.DataFrame:
    """Every cable of a plan, or of one hall, in pull order, with both ends and their labels."""
    cables = plan.cabling.cables.frame
    if hall is not None:
        cables = cables.filter(hall=hall)
    links = plan.fabric.links.frame.select("link", "network", "a_device", "a_port", "b_device", "b_port")
    joined = cables.join(links, on="link", how="left").join(_ends(plan, "a"), on="a_device", how="left")
    joined = joined.join(_ends(plan, "b"), on="b_device", how="left")
    labelled = joined.with_columns(_label("a"), _label("b"))
    return labelled.select(
        "hall",
        "pull_order",
        "cable",
        "network",
        pl.col("a_label").alias("from"),
        pl.col("b_label").alias("to"),
        (pl.col("a_label") + " / " + pl.col("b_label")).alias("label_from"),
        (pl.col("b_label") + " / " + pl.col("a_label")).alias("label_to"),
        "part",
        "module",
        "medium",
        (pl.col("length_mm") / 1000).alias("length_m"),
    ).sort("hall", "pull_order", "cable")


def cut_sheet_halls(plan: Plan) -> dict[str, int]:
    """Number of cables of each hall that has any, by hall."""
    return dict(plan.cabling.cables.frame.group_by("hall").len().sort("hall").iter_rows())


def _ends(plan: Plan, side: str) -> pl.DataFrame:
    """Hall, row, position and rack unit of each mounted device, named for one end of a link."""
    racks = plan.layout.racks.frame.select("rack", "hall", "row", "position")
    mounts = plan.layout.mounts.frame.join(racks, on="rack", how="left")
    return mounts.select(
        pl.col("device").alias(f"{side}_device"),
        pl.col("hall").alias(f"{side}_hall"),
        pl.col("row").alias(f"{side}_row"),
        pl.col("position").alias(f"{side}_position"),
        pl.col("u").alias(f"{side}_u"),
    )


def _label(side: str) -> pl.Expr:
    """`HALL.ROW-POSITION.Uxx.Pyy` of one end, ports counted from 1."""
    row, position = (pl.col(f"{side}_{name}").cast(pl.String).str.zfill(2) for name in ("row", "position"))
    unit = pl.col(f"{side}_u").cast(pl.String).str.zfill(2)
    port = (pl.col(f"{side}_port") + 1).cast(pl.String).str.zfill(2)
    return pl.concat_str(
        [pl.col(f"{side}_hall"), pl.lit("."), row, pl.lit("-"), position, pl.lit(".U"), unit, pl.lit(".P"), port]
    ).alias(f"{side}_label")
