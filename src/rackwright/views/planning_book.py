"""What does each place receive, use, hold and start, item by item and week by week? The book a planner knows."""

from __future__ import annotations

import polars as pl

from rackwright.plan import Plan
from rackwright.tables.supply import OPENING_KINDS
from rackwright.views.absent import absent
from rackwright.views.view import Shown, TableColumn, View, ViewTable, counted
from rackwright.views.whole_pieces import whole_flows, whole_orders

__all__ = ["PLANNING_BOOK", "planning_book"]

NEAR_BUCKETS = 13
MEASURES = ("received", "used", "stock", "started")
SCHEMA = {"item": pl.String, "site": pl.String, "measure": pl.String}


def planning_book(plan: Plan, *, buckets: int | None = None) -> pl.DataFrame:
    """One row per item, place and measure, one column per bucket named by its first day; whole pieces that balance.

    `received` and `used` change the `stock` at the end of the bucket; `started` is what is ordered, started or sent off
    in it for this place. The first `buckets` buckets, or all of them.
    """
    days = plan.supply.buckets.frame.select("bucket", "start_day", "end_day").sort("bucket").head(buckets or 10_000)
    if not days.height or not len(plan.supply.flows):
        return pl.DataFrame(schema=SCHEMA)
    flows = whole_flows(plan).unpivot(
        on=["received", "used", "stock"], index=["item", "site", "bucket"], variable_name="measure", value_name="qty"
    )
    orders = whole_orders(plan).filter(~pl.col("kind").is_in(["accept", "claim", "open", "call", *OPENING_KINDS]))
    started = orders.join_where(
        days.select("bucket", pl.col("start_day").alias("first"), pl.col("end_day").alias("after")),
        pl.col("start_day") >= pl.col("first"),
        pl.col("start_day") < pl.col("after"),
    ).select("item", "site", "bucket", pl.lit("started").alias("measure"), "qty")
    long = pl.concat([flows.select("item", "site", "bucket", "measure", "qty"), started])
    summed = long.sort("item", "site", "measure", "bucket").join(days.select("bucket"), on="bucket", how="semi")
    wide = summed.sort("bucket").pivot("bucket", index=list(SCHEMA), values="qty", aggregate_function="sum")
    names = {str(b): plan.program.horizon.date(day).isoformat() for b, day in days.select("bucket", "start_day").rows()}
    figures = [name for name in wide.columns if name in names]
    wide = wide.with_columns(pl.col(figures).fill_null(0.0)).rename({name: names[name] for name in figures})
    order = pl.col("measure").replace_strict(list(MEASURES), range(len(MEASURES)), return_dtype=pl.Int32)
    return wide.filter(pl.any_horizontal(pl.exclude(SCHEMA) != 0)).sort("item", "site", order)


def _show(plan: Plan) -> Shown:
    book = planning_book(plan, buckets=NEAR_BUCKETS)
    if not book.height:
        return absent(plan, "No supply to plan", "supply")
    weeks = book.columns[len(SCHEMA) :]
    columns = (
        TableColumn("item", "Item"),
        TableColumn("site", "Place"),
        TableColumn("measure", "Measure"),
        *(TableColumn(week, week, digits=0) for week in weeks),
    )
    pairs = book.select("item", "site").n_unique()
    lead = f"{counted(pairs, 'item')} by place move in the {counted(len(weeks), 'bucket')} from {weeks[0]}."
    note = "Running totals in whole pieces: what comes is rounded up, what is used down, so the stock always balances."
    return Shown(lead, (ViewTable("Planning book", columns, tuple(book.rows()), note),))


PLANNING_BOOK = View(
    "planning_book",
    "Planning book",
    "What does each place receive, use, hold and start, item by item and week by week?",
    _show,
    in_report=False,
)
