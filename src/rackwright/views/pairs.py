"""What do two losses at once do: which two stop most, and what do those that are left carry?"""

from __future__ import annotations

from typing import Any

import polars as pl

from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.period import WATTS_PER_MW
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["PAIRS"]

MOST_ROWS = 60
NOTE = (
    "Upstream elements: transformers, medium-voltage boards, and unit substations with the board behind them. Above "
    "100 % a second loss trips what is left, or load has to be shed; chains are sized for one. Standby generators and "
    "on-site units bring nothing back here."
)
STOPS = (
    TableColumn("site", "Site"),
    TableColumn("pairs", "Pairs looked at"),
    TableColumn("stopped_mw", "The worst stops", "MW", 2),
    TableColumn("share", "of racks and cooling", digits=0, is_share=True),
    TableColumn("first", "Lost"),
    TableColumn("second", "and"),
)
LOADS = (
    TableColumn("element", "Element"),
    TableColumn("rating_mw", "Rating", "MW", 2),
    TableColumn("normal_mw", "Normal", "MW", 2),
    TableColumn("single_mw", "One lost", "MW", 2),
    TableColumn("pair_mw", "Two lost", "MW", 2),
    TableColumn("share", "of rating", digits=0, is_share=True),
    TableColumn("first", "Lost"),
    TableColumn("second", "and"),
)


def _show(plan: Plan) -> Shown:
    stops = plan.power.pair_stops.frame.join(plan.power.balances.frame, on="site", maintain_order="left")
    if not stops.height:
        return absent(plan, "No power chain", "power")
    loads = (
        plan.power.pairs.frame.rename({"worst_w": "pair_w"})
        .join(plan.power.elements.frame.select("element", "rating_w"), on="element", maintain_order="left")
        .join(plan.power.loads.frame.select("element", "normal_w", "worst_w"), on="element", maintain_order="left")
        .with_columns((pl.col("pair_w") / pl.col("rating_w")).alias("share"))
        .sort("share", "element", descending=[True, False])
    )
    over = loads.filter(pl.col("share") > 1.0).height
    most_mw = max(stops["stopped_w"].to_list()) / WATTS_PER_MW
    lead = (
        f"{counted(over, 'element')} of {loads.height:,} above its rating in the worst loss of two upstream elements; "
        f"the worst two of {sum(stops['pairs'].to_list()):,} stop {most_mw:,.2f} MW."
    )
    left = f" {loads.height - MOST_ROWS:,} more in the table `power.pairs`." if loads.height > MOST_ROWS else ""
    tables = (
        ViewTable("Which two stop most", STOPS, tuple(map(_stop_cells, stops.iter_rows(named=True)))),
        ViewTable(
            "Loads with two lost", LOADS, tuple(map(_load_cells, loads[:MOST_ROWS].iter_rows(named=True))), NOTE + left
        ),
    )
    return Shown(lead, tables)


def _stop_cells(row: dict[str, Any]) -> tuple[Cell, ...]:
    stopped_mw = row["stopped_w"] / WATTS_PER_MW
    share = row["stopped_w"] / max(row["it_w"] + row["cooling_w"], 1.0)
    return row["site"], row["pairs"], stopped_mw, share, row["first"], row["second"]


def _load_cells(row: dict[str, Any]) -> tuple[Cell, ...]:
    loads = (row[name] / WATTS_PER_MW for name in ("rating_w", "normal_w", "worst_w", "pair_w"))
    return row["element"], *loads, row["share"], row["first"], row["second"]


PAIRS = View(
    "pairs",
    "Pairs of failures",
    "What do two losses at once do: which two stop most, and what do those that are left carry?",
    _show,
    in_report=False,
)
