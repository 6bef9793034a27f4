"""What does a rack cost, what is it made of, and which parts cost most over the whole plan?"""

from __future__ import annotations

from typing import Any

import polars as pl

from rackwright.bom.rollup import rolled_cost_cent
from rackwright.bom.structure import by_parent, effective_rows, rows_of_table
from rackwright.figures import Bar, BarChart, Caption
from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.period import musd
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted, percent

__all__ = ["BOM"]

MOST_BARS = 12
MOST_PARTS = 40
CENTS = 100


def _show(plan: Plan) -> Shown:
    if not len(plan.bom.items):
        return absent(plan, "No bill of materials", "bom")
    parts = _parts(plan)
    total = sum(parts["cent"].to_list())
    figure = BarChart(
        Caption("bom", "Parts by cost over the horizon", "Lowest level, standard cost times pieces, scrap included."),
        "MUSD",
        ("MUSD",),
        tuple(Bar(row["item"], row["name"] or row["item"], (musd(row["cent"]),)) for row in _top(parts)),
    )
    items = counted(len(plan.bom.items), "item")
    lead = f"{items}; parts of the lowest level cost {musd(total):,.1f} MUSD at standard cost"
    lead += f", {percent(parts['cent'].to_list()[0] / total)} of it {parts['item'].to_list()[0]}." if total else "."
    tables = (_sku_table(plan), _part_table(parts), _unpriced_table(parts))
    return Shown(lead, tables, (figure,) if total else ())


def _top(parts: pl.DataFrame) -> list[dict[str, Any]]:
    return parts.filter(pl.col("cent") > 0).head(MOST_BARS).to_dicts()


def _parts(plan: Plan) -> pl.DataFrame:
    """Items without components by what they cost in all, the dearest first."""
    parents = plan.bom.structure.frame.select(pl.col("parent").alias("item")).unique()
    lowest = plan.bom.items.frame.join(parents, on="item", how="anti").join(
        plan.bom.totals.frame, on="item", how="inner"
    )
    cost = lowest.with_columns((pl.col("qty") * pl.col("cost_cent")).round().cast(pl.Int64).alias("cent"))
    return cost.sort("cent", "item", descending=[True, False])


def _sku_table(plan: Plan) -> ViewTable:
    """Cost of one rack of each SKU by direct component, as it is made up on the day its first tranche needs it."""
    days = plan.siting.tranches.frame.group_by("configuration").agg(pl.col("need_day").min()).sort("configuration")
    children = by_parent(rows_of_table(plan.bom.structure))
    names = dict(plan.bom.items.frame.select("item", "name").iter_rows())
    rows: list[tuple[Cell, ...]] = []
    for sku, need_day in days.iter_rows():
        day = max(0, need_day)
        total = rolled_cost_cent(plan.bom, sku, day=day) if sku in names else 0
        lines = []
        for row in effective_rows(children.get(sku, ()), day):
            cent = rolled_cost_cent(plan.bom, row.component, day=day)
            name = names.get(row.component) or row.component
            lines.append((sku, name, row.qty, cent / CENTS, row.qty * cent / CENTS))
        lines.sort(key=lambda line: (-line[4], line[1]))
        rows.append((sku, "one rack", 1.0, total / CENTS, total / CENTS))
        rows += lines
    columns = (
        TableColumn("sku", "Rack"),
        TableColumn("component", "Made of"),
        TableColumn("qty", "Pieces", "", 0),
        TableColumn("unit_usd", "Each", "USD", 0),
        TableColumn("cost_usd", "In one rack", "USD", 0),
    )
    note = (
        "Standard cost of parts with scrap, as a rack is made up on the day its first tranche needs it; conversion, "
        "freight and duty are in the orders."
    )
    return ViewTable("Cost of one rack", columns, tuple(rows), note)


def _part_table(parts: pl.DataFrame) -> ViewTable:
    columns = (
        TableColumn("item", "Item"),
        TableColumn("name", "Name"),
        TableColumn("qty", "Pieces", "", 0),
        TableColumn("unit_usd", "Each", "USD", 2),
        TableColumn("cost_musd", "In all", "MUSD", 2),
        TableColumn("owner", "Owner"),
        TableColumn("origin", "Usual origin"),
    )
    rows = tuple(
        (r["item"], r["name"], r["qty"], r["cost_cent"] / CENTS, musd(r["cent"]), r["owner"], r["origin"])
        for r in parts.filter(pl.col("cent") > 0).head(MOST_PARTS).iter_rows(named=True)
    )
    more = parts.filter(pl.col("cent") > 0).height - len(rows)
    note = f"{more:,} cheaper items in tables/bom.items.csv and bom.totals.csv." if more > 0 else ""
    return ViewTable("Dearest parts over the horizon", columns, rows, note)


def _unpriced_table(parts: pl.DataFrame) -> ViewTable:
    columns = (TableColumn("item", "Item"), TableColumn("name", "Name"), TableColumn("qty", "Pieces", "", 0))
    rows = tuple(parts.filter(pl.col("cent") == 0).sort("item").select("item", "name", "qty").iter_rows())
    return ViewTable("Parts without a price", columns, rows, "They count as free; state `cost` in supply.yaml.")


BOM = View("bom", "Bill of materials", "What does a rack cost, and which parts cost most in all?", _show)
