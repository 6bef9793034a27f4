"""What does each board, UPS and busway feed, and how loaded is it? The load schedule an electrician reads."""

from __future__ import annotations

import polars as pl

from rackwright.plan import Plan
from rackwright.views.equipment_only import without_feeders

__all__ = ["load_schedule"]

FED = (
    "hv-transformer",
    "mv-switchgear",
    "turbine",
    "engine",
    "fuel-cell",
    "unit-substation",
    "ats",
    "lv-switchgear",
    "generator",
    "ups",
    "sts",
    "busway",
    "tap",
    "side-rack",
)


def load_schedule(plan: Plan) -> pl.DataFrame:
    """One row per element with a rating: what feeds it, what it feeds, its load and its margin at worst.

    Powers are in kW at the planning power factor; `margin_kw` is rating minus worst load in any single failure.
    """
    elements, loads = without_feeders(plan.power.elements.frame), plan.power.loads.frame
    fed = elements.filter(pl.col("upstream") != "").group_by("upstream").agg(pl.len().alias("feeds"))
    joined = elements.filter(pl.col("kind").is_in(FED)).join(loads, on="element", how="left")
    joined = joined.join(fed.rename({"upstream": "element"}), on="element", how="left")
    kilowatts = [(pl.col(f"{name}_w") / 1000).round(3).alias(f"{name}_kw") for name in ("rating", "normal", "worst")]
    margin = ((pl.col("rating_w") - pl.col("worst_w")) / 1000).round(3).alias("margin_kw")
    return joined.select(
        "site",
        "hall",
        "side",
        "kind",
        "element",
        "part",
        pl.col("upstream").alias("fed_from"),
        "standby",
        pl.col("feeds").fill_null(0),
        "racks",
        *kilowatts,
        margin,
        "failure",
    ).sort("site", "hall", "side", "kind", "element")
