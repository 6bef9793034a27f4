"""What does a cable plant have to make: which kinds in which lengths, and by which week for which tranche?

A cable belongs to the tranche whose units its lower end serves; what serves a whole block is needed with its first
tranche. It has to lie before the tranche's first racks are placed.
"""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import polars as pl

from rackwright.figures import Bar, BarChart, Caption
from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.panel_ways import cable_pieces
from rackwright.views.tranches import NEARLY, tranche_states
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["CABLE_PLANT", "tranche_cables"]

BINS_M = (3, 5, 10, 20, 50)
MM_PER_M = 1000.0
CENT_PER_KUSD = 100_000.0
KIND = (
    TableColumn("part", "Cable assembly"),
    TableColumn("medium", "Medium"),
    TableColumn("count", "Installed"),
    TableColumn("spares", "Spares"),
    TableColumn("lengths", "Stock lengths"),
    TableColumn("shortest_m", "Shortest", "m", 1),
    TableColumn("median_m", "Median", "m", 1),
    TableColumn("longest_m", "Longest", "m", 1),
    TableColumn("total_km", "In all", "km", 2),
    TableColumn("cost_kusd", "Cost", "kUSD", 0),
    *(TableColumn(f"to_{bin_m}_m", f"≤ {bin_m} m") for bin_m in BINS_M),
    TableColumn(f"over_{BINS_M[-1]}_m", f"> {BINS_M[-1]} m"),
)
WEEKS = (
    TableColumn("need_week", "Needed in week of"),
    TableColumn("tranche", "Tranche"),
    TableColumn("part", "Cable assembly"),
    TableColumn("count", "Cables"),
    TableColumn("total_km", "In all", "km", 2),
    TableColumn("accepted_from", "First racks accepted"),
    TableColumn("accepted_to", "Accepted in full"),
)


def _show(plan: Plan) -> Shown:
    if not len(plan.cabling.cables):
        return absent(plan, "No cables", "cabling")
    cables = cable_pieces(plan)
    kinds = _kinds(plan, cables)
    weeks = _weeks(plan)
    total_km = float(cables["length_mm"].sum()) / 1e6
    lead = (
        f"{counted(cables.height, 'cable')}, {total_km:,.0f} km in all, of {counted(len(kinds), 'type')} in "
        f"{counted(cables.select('part', 'length_mm').unique().height, 'type and length', 'types and lengths')}; "
        f"the first are needed in the week of {weeks[0][0]}. Drawings: `rackwright export OUT wireviz`."
    )
    tables = (ViewTable("Types to make, with their lengths", KIND, kinds), ViewTable("Weeks needed", WEEKS, weeks))
    if len(plan.cabling.trunks):
        lead += " Trunks between patch panels are in `rackwright show OUT panels`."
    return Shown(lead, tables, (_histogram(cables),))


def _kinds(plan: Plan, cables: pl.DataFrame) -> tuple[tuple[Cell, ...], ...]:
    """One row per type: counts, lengths and how many fall into each class of length."""
    length_m = pl.col("length_mm") / MM_PER_M
    edges = (0, *BINS_M)
    classes = [((length_m > low) & (length_m <= high)).sum() for low, high in pairwise(edges)]
    spares = plan.cabling.assemblies.frame.group_by("part").agg(pl.col("spares").sum())
    rows = (
        cables.group_by("part", "medium")
        .agg(
            pl.len().alias("count"),
            pl.col("length_mm").n_unique().alias("lengths"),
            length_m.min().alias("low"),
            length_m.median().alias("middle"),
            length_m.max().alias("high"),
            (pl.col("length_mm").sum() / 1e6).alias("km"),
            (pl.col("cost_cent").sum() / CENT_PER_KUSD).alias("cost"),
            *(count.alias(f"class {place}") for place, count in enumerate([*classes, (length_m > BINS_M[-1]).sum()])),
        )
        .join(spares, on="part", how="left")
        .sort("count", "part", descending=[True, False])
    )
    return tuple(
        rows.select("part", "medium", "count", "spares", pl.exclude("part", "medium", "count", "spares")).iter_rows()
    )


def tranche_cables(plan: Plan) -> pl.DataFrame:
    """Cables by tranche and part: block, tranche, need_day, part, count, length_mm."""
    tranches = plan.siting.tranches.frame.filter(pl.col("units") > 0)
    units = tranches.select(
        "block",
        "tranche",
        "need_day",
        unit=pl.int_ranges("first_unit", pl.col("first_unit") + pl.col("units")),
    ).explode("unit")
    first = units.sort("need_day", "unit").group_by("block", maintain_order=True).agg(pl.exclude("block").first())
    wide = first.with_columns(unit=pl.lit(-1, dtype=units.schema["unit"])).select(units.columns)
    owners = pl.concat([units, wide]).with_columns(pl.col("unit").cast(pl.Int32))
    ends = plan.fabric.links.frame.select("link", "a_device")
    devices = plan.fabric.devices.frame.select("device", "unit")
    joined = (
        cable_pieces(plan)
        .select("link", "block", "part", "length_mm")
        .join(ends, on="link")
        .join(devices, left_on="a_device", right_on="device")
        .join(owners, on=["block", "unit"])
    )
    counted_up = joined.group_by("block", "tranche", "need_day", "part").agg(
        pl.len().alias("count"), pl.col("length_mm").sum()
    )
    return counted_up.sort("need_day", "tranche", "part")


def _weeks(plan: Plan) -> tuple[tuple[Cell, ...], ...]:
    """Types by tranche in the order of the week in which they have to lie."""
    accepted = _accepted(plan)
    accept_days = dict(plan.siting.tranches.frame.select("tranche", "accept_days").iter_rows())
    rows: list[tuple[Cell, ...]] = []
    for _, tranche, need_day, part, count, length_mm in tranche_cables(plan).iter_rows():
        week = _monday(plan.program.horizon.date(need_day - accept_days[tranche]))
        rows.append((week, tranche, part, count, length_mm / 1e6, *accepted.get(tranche, (None, None))))
    return tuple(sorted(rows, key=lambda row: (str(row[0]), str(row[1]), str(row[2]))))


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def _accepted(plan: Plan) -> dict[str, tuple[dt.date | None, dt.date | None]]:
    """First day of the bucket of each tranche's first rack, and the day on which it is accepted in full.

    Racks are rounded as in the view of tranches; None where they do not come within the horizon.
    """
    days = plan.supply.buckets.frame.select("bucket", "start_day")
    rows = plan.supply.deployments.frame.filter(pl.col("cumulative") >= NEARLY).join(days, on="bucket")
    first = dict(rows.group_by("tranche").agg(pl.col("start_day").min()).iter_rows())
    date = plan.program.horizon.date
    return {
        state.tranche: (date(first[state.tranche]) if state.tranche in first else None, state.accepted)
        for state in tranche_states(plan)
    }


def _histogram(cables: pl.DataFrame) -> BarChart:
    """How many cables there are of each class of length."""
    edges = (0, *BINS_M)
    metres = cables["length_mm"] / MM_PER_M
    names = [f"{low} to {high} m" for low, high in pairwise(edges)] + [f"over {BINS_M[-1]} m"]
    highs = (*BINS_M, float("inf"))
    counts = [int(((metres > low) & (metres <= high)).sum()) for low, high in zip(edges, highs, strict=True)]
    bars = tuple(Bar(name, name, (float(count),)) for name, count in zip(names, counts, strict=True))
    return BarChart(Caption("cable-lengths", "Cable lengths", "Cables by class of stock length."), "cables", (), bars)


CABLE_PLANT = View(
    "cable_plant",
    "Cable plant",
    "Which cables does the plant make, in which lengths, and by which week for which tranche?",
    _show,
    in_report=False,
)
