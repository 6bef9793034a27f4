"""Which cables are bound into one bundle, and which bundles are equal, so that they are made as one type of harness?

Cables of one network between the same two racks are bound together. Where they make more than the largest bundle they
are split into bundles of equal width: each takes its share of every kind of cable, neighbouring ports together.
Bundles of the same kinds in the same numbers are one type, whatever racks they join.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import polars as pl

__all__ = ["BundleLimits", "bundle_pieces", "harness_types"]

UM_PER_M = 1e6
MM_PER_M = 1000.0
PAIR = ("hall", "network", "low_rack", "high_rack")
KIND = ("part", "length_mm")


@dataclass(frozen=True)
class BundleLimits:
    """Largest diameter of a bundle [m], and the share of its cross-section that cables fill."""

    diameter_m: float
    packing_share: float

    @property
    def square_um2(self) -> float:
        """Largest sum of squares of the cables' diameters in one bundle [um2]."""
        return self.packing_share * (self.diameter_m * UM_PER_M) ** 2


def bundle_pieces(pieces: pl.DataFrame, diameter_m: dict[str, float], limits: BundleLimits) -> pl.DataFrame:
    """The pieces with their bundle, in the order in which bundles are pulled.

    Parameters
    ----------
    pieces
        Cables, jumpers and trunks: hall, network, a_rack, b_rack (labels), part, length_mm, pull_order, number.
    diameter_m
        Outer diameter of each part; 0 where it is not published.
    limits
        Largest bundle.

    Returns
    -------
    The pieces with low_rack, high_rack, square_um2, and bundle: the order of pulling in the hall, from 1.

    Notes
    -----
    n = ceil(sum of d^2 / (d_max^2 floor(f D^2 / d_max^2))) bundles for each pair of racks; cable k of m of a kind goes
    to bundle floor(k n / m). D largest diameter, f packing share, d diameters of the cables.
    """
    square = pl.col("part").replace_strict(
        {part: round((value * UM_PER_M) ** 2) for part, value in diameter_m.items()}, return_dtype=pl.Int64
    )
    frame = pieces.with_columns(
        low_rack=pl.min_horizontal("a_rack", "b_rack"),
        high_rack=pl.max_horizontal("a_rack", "b_rack"),
        square_um2=square,
    ).sort(*PAIR, *KIND, "number")
    # A bundle holds whole cables, at least one, and no pair of racks has more bundles than cables.
    widest = pl.col("square_um2").max().over(PAIR).cast(pl.Float64)
    most = pl.when(widest > 0).then(widest * (limits.square_um2 / widest).floor().clip(1)).otherwise(limits.square_um2)
    splits = (pl.col("square_um2").sum().over(PAIR) / most).ceil().clip(1, pl.len().over(PAIR)).cast(pl.Int64)
    frame = frame.with_columns(splits=splits)
    place, count = pl.int_range(pl.len()).over(*PAIR, *KIND), pl.len().over(*PAIR, *KIND).cast(pl.Int64)
    frame = frame.with_columns(split=place * pl.col("splits") // count)
    first = frame.group_by(*PAIR, "split").agg(pl.col("pull_order").min().alias("first"))
    order = first.sort("hall", "first", *PAIR[1:], "split").with_columns(
        bundle=pl.int_range(1, pl.len() + 1).over("hall")
    )
    joined = frame.join(order, on=[*PAIR, "split"], how="left")
    return joined.sort("hall", "bundle", *KIND, "number").drop("splits", "split", "first")


def harness_types(bundled: pl.DataFrame, limits: BundleLimits) -> pl.DataFrame:
    """One row per bundle: hall, bundle, network, low_rack, high_rack, cables, contents, diameter_mm, longest_mm, type.

    `contents` lists number, part and length of every kind; bundles of equal contents have one `type`, counted from the
    most frequent (`H1`). `fill_share` is the bundle's cross-section over that of the largest.

    Notes
    -----
    D = sqrt(sum of d^2 / f).
    """
    kinds = bundled.group_by("hall", "bundle", *KIND).agg(pl.len().alias("count")).sort("hall", "bundle", *KIND)
    one = pl.format("{} x {} {} m", "count", "part", (pl.col("length_mm") / MM_PER_M).round(3))
    contents = kinds.group_by("hall", "bundle", maintain_order=True).agg(one.str.join(", ").alias("contents"))
    frame = (
        bundled.group_by("hall", "bundle")
        .agg(
            pl.col("network", "low_rack", "high_rack").first(),
            pl.len().alias("cables"),
            pl.col("square_um2").sum(),
            pl.col("length_mm").max().alias("longest_mm"),
            pl.col("length_mm").sum().alias("total_mm"),
        )
        .join(contents, on=["hall", "bundle"])
    )
    diameter_mm = (pl.col("square_um2") / limits.packing_share).sqrt() / MM_PER_M
    frame = frame.with_columns(
        diameter_mm=diameter_mm, fill_share=pl.col("square_um2") / limits.square_um2 if limits.square_um2 else math.nan
    )
    types = frame.group_by("contents").len("bundles").sort("bundles", "contents", descending=[True, False])
    named = types.with_columns(type=pl.format("H{}", pl.int_range(1, pl.len() + 1)))
    return frame.join(named, on="contents", how="left").sort("hall", "bundle").drop("square_um2")
