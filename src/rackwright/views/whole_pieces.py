"""How does a plan in fractions read in whole pieces, so that every book still balances?

A linear plan makes 0.6 of a unit in one week and 0.4 in the next. Nobody does. Running totals are rounded, not single
amounts: what comes is rounded up and what is used is rounded down, so stock never turns negative, no total is off by a
whole piece, and nothing adds up over time. Items measured otherwise than by the piece keep their fractions.
"""

from __future__ import annotations

import polars as pl

from rackwright.plan import Plan

__all__ = ["is_counted", "whole_flows", "whole_orders"]

PIECE = "each"
NEARLY = 1e-4  # a running total this near a whole number is that number
ORDER_KEYS = ("kind", "item", "source", "site", "demand")


def is_counted(plan: Plan) -> pl.Expr:
    """True for rows whose `item` is counted in pieces."""
    measured = sorted(item.id for item in plan.program.supply.items if item.unit != PIECE)
    return ~pl.col("item").is_in(measured)


def whole_flows(plan: Plan) -> pl.DataFrame:
    """Item, site, bucket, received, used, stock: whole pieces that balance in every bucket.

    Notes
    -----
    R[t] = ceil(r[1] + ... + r[t]), U[t] = floor(u[1] + ... + u[t]), stock = R - U >= 0
    """
    buckets = plan.supply.buckets.frame.select("bucket")
    flows = plan.supply.flows.frame
    places = flows.select("item", "site").unique(maintain_order=True)
    frame = (
        places.join(buckets, how="cross")
        .join(flows, on=["item", "site", "bucket"], how="left")
        .with_columns(pl.col("received", "used").fill_null(0.0))
        .sort("item", "site", "bucket")
    )
    keys, counted = ["item", "site"], is_counted(plan)
    totals = frame.with_columns(
        pl.when(counted)
        .then((pl.col("received").cum_sum().over(keys) - NEARLY).ceil().clip(lower_bound=0.0).abs())
        .otherwise(pl.col("received").cum_sum().over(keys))
        .alias("total_received"),
        pl.when(counted)
        .then((pl.col("used").cum_sum().over(keys) + NEARLY).floor())
        .otherwise(pl.col("used").cum_sum().over(keys))
        .alias("total_used"),
    )
    return totals.select(
        "item",
        "site",
        "bucket",
        _steps("total_received", keys).alias("received"),
        _steps("total_used", keys).alias("used"),
        (pl.col("total_received") - pl.col("total_used")).clip(lower_bound=0.0).abs().alias("stock"),
    )


def whole_orders(plan: Plan) -> pl.DataFrame:
    """The orders with whole `qty`, those without a piece left out; money follows the pieces.

    Orders of one kind, item, source and place are rounded up together, so in all at most one piece more is ordered.
    """
    keys = list(ORDER_KEYS)
    frame = plan.supply.orders.frame.sort(*keys, "start_day", "order")
    total = pl.col("qty").cum_sum().over(keys)
    whole = pl.when(is_counted(plan)).then((total - NEARLY).ceil().clip(lower_bound=0.0).abs()).otherwise(total)
    stepped = frame.with_columns(whole.alias("total")).with_columns(_steps("total", keys).alias("pieces"))
    share = pl.col("pieces") / pl.col("qty")
    money = [(pl.col(name) * share).round().cast(pl.Int64).alias(name) for name in ("cost_cent", "duty_cent")]
    return (
        stepped.filter(pl.col("pieces") > 0)
        .with_columns(*money, pl.col("pieces").alias("qty"))
        .drop("total", "pieces")
        .sort("order")
    )


def _steps(total: str, keys: list[str]) -> pl.Expr:
    """Amounts of each row from a running total."""
    return pl.col(total) - pl.col(total).shift(1).over(keys).fill_null(0.0)
