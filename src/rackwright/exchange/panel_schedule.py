"""Which circuits leave each board, UPS and busway, and what do they carry? The panel schedule."""

from __future__ import annotations

import polars as pl

from rackwright.plan import Plan
from rackwright.views.equipment_only import without_feeders

__all__ = ["panel_schedule"]

PANELS = ("mv-switchgear", "lv-switchgear", "ups", "busway")


def panel_schedule(plan: Plan) -> pl.DataFrame:
    """One row per circuit: panel, place on it, what it feeds, normal and worst load, rating, second source.

    Circuits are in order of the elements they feed; an element's standby source has a circuit for it too, since a
    breaker is kept there.
    """
    elements = without_feeders(plan.power.elements.frame)
    panels = elements.filter(pl.col("kind").is_in(PANELS)).select(
        pl.col("element").alias("panel"), pl.col("kind").alias("panel_kind"), pl.col("part").alias("panel_part")
    )
    circuits = [
        elements.filter(pl.col(column) != "").with_columns(pl.col(column).alias("panel"), pl.lit(word).alias("source"))
        for column, word in (("upstream", "normal"), ("standby", "standby"))
    ]
    joined = pl.concat(circuits).join(panels, on="panel").join(plan.power.loads.frame, on="element", how="left")
    numbered = joined.sort("panel", "source", "element").with_columns(
        circuit=pl.col("element").cum_count().over("panel").cast(pl.Int32)
    )
    kilowatts = [(pl.col(f"{name}_w") / 1000).round(3).alias(f"{name}_kw") for name in ("normal", "worst", "rating")]
    return numbered.select(
        "site",
        "panel",
        "panel_kind",
        "panel_part",
        "circuit",
        "source",
        pl.col("element").alias("feeds"),
        "kind",
        "part",
        "hall",
        "side",
        "racks",
        *kilowatts,
    ).sort("site", "panel", "circuit")
