"""How does the power chain read with its low-voltage cables taken for plain connections?"""

from __future__ import annotations

import polars as pl

__all__ = ["without_feeders"]


def without_feeders(elements: pl.DataFrame) -> pl.DataFrame:
    """The table of elements without feeders: what one feeds is fed by the element the feeder starts at.

    Parameters
    ----------
    elements
        The table `power.elements`, or the rows of some sites.
    """
    is_feeder = pl.col("kind").str.ends_with("-feeder")
    start = elements.filter(is_feeder).select(pl.col("element").alias("feeder"), pl.col("upstream").alias("start"))
    kept = elements.filter(~is_feeder)
    for column in ("upstream", "standby"):
        kept = kept.join(start, left_on=column, right_on="feeder", how="left", maintain_order="left")
        kept = kept.with_columns(pl.coalesce("start", column).alias(column)).drop("start")
    return kept
