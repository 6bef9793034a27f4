"""Which bundles of cables run between racks, and how many harnesses of each type does the plant make?"""

from __future__ import annotations

import math

import polars as pl

from rackwright.cabling.harness import BundleLimits, bundle_pieces, harness_types
from rackwright.catalog import BundleRules
from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.panel_ways import sheet_pieces
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["HARNESSES", "bundle_limits", "bundled_pieces", "harness_bundles"]

MM_PER_KM = 1e6
MM_PER_M = 1000.0
MOST_TYPES = 100
"""Types listed in the view; the export holds all."""
LEG = " (leg)"
"""Follows the part of one leg of a splitter, whose other legs may run to other racks."""
TYPES = (
    TableColumn("type", "Type"),
    TableColumn("bundles", "Harnesses"),
    TableColumn("cables", "Cables in each"),
    TableColumn("diameter_mm", "Diameter", "mm", 0),
    TableColumn("fill_share", "Of the largest", digits=0, is_share=True),
    TableColumn("longest_m", "Longest", "m", 1),
    TableColumn("total_km", "In all", "km", 2),
    TableColumn("networks", "Networks"),
    TableColumn("contents", "Made of"),
)
HALLS = (
    TableColumn("hall", "Hall"),
    TableColumn("network", "Network"),
    TableColumn("bundles", "Bundles"),
    TableColumn("cables", "Cables"),
    TableColumn("widest", "Widest, cables"),
    TableColumn("diameter_mm", "Thickest", "mm", 0),
    TableColumn("first", "Pulled from"),
    TableColumn("last", "to"),
)


def bundle_limits(plan: Plan) -> BundleLimits:
    """Largest bundle, as the catalog has it; without limit where it has none."""
    for rules in plan.catalog().all(BundleRules):
        if rules.bundle_diameter_m is not None and rules.packing_share is not None:
            return BundleLimits(rules.bundle_diameter_m.value, rules.packing_share.value)
    return BundleLimits(math.inf, 1.0)


def bundled_pieces(plan: Plan) -> pl.DataFrame:
    """Every cable, jumper and trunk with its bundle, in the order of pulling; racks by their labels."""
    pieces = sheet_pieces(plan).with_columns(
        pl.col(f"{side}_label").str.split(".U").list.first().alias(f"{side}_rack") for side in ("a", "b")
    )
    pieces = pieces.filter(pl.col("a_rack") != pl.col("b_rack")).rename({"cable": "number"})
    if "leg" in pieces.columns:
        is_leg = pl.col("assembly").is_not_null() & pl.col("part").is_in(_splitters(plan))
        pieces = pieces.with_columns(part=pl.when(is_leg).then(pl.col("part") + LEG).otherwise("part"))
    facts = plan.facts.frame.filter(stage="cabling").filter(pl.col("fact").str.ends_with(".diameter_m"))
    known = {fact.removesuffix(".diameter_m"): value for fact, value in facts.select("fact", "value").iter_rows()}
    parts = {part: float(known.get(part.removesuffix(LEG), 0.0)) for part in pieces["part"].unique().sort().to_list()}
    return bundle_pieces(pieces, parts, bundle_limits(plan))


def _splitters(plan: Plan) -> list[str]:
    """Assemblies with more than one leg."""
    legs = plan.facts.frame.filter((pl.col("stage") == "cabling") & pl.col("fact").str.ends_with(".legs"))
    return legs.filter(pl.col("value") > 1)["fact"].str.strip_suffix(".legs").unique().sort().to_list()


def harness_bundles(plan: Plan, bundled: pl.DataFrame) -> pl.DataFrame:
    """One row per bundle with its type of harness, in the order of pulling."""
    return harness_types(bundled, bundle_limits(plan))


def _show(plan: Plan) -> Shown:
    if not len(plan.cabling.cables):
        return absent(plan, "No cables", "cabling")
    bundled = bundled_pieces(plan)
    bundles = harness_bundles(plan, bundled)
    types = bundles["type"].n_unique()
    lead = (
        f"{counted(bundled.height, 'cable')} between racks in {counted(bundles.height, 'bundle')} of "
        f"{counted(types, 'type of harness', 'types of harness')}; the thickest is {_most(bundles):.0f} mm. "
        "Lists and drawings: `rackwright export OUT harnesses`."
    )
    note = f"The first {MOST_TYPES} types." if types > MOST_TYPES else ""
    tables = (
        ViewTable("Types of harness", TYPES, _types(bundles)[:MOST_TYPES], note),
        ViewTable("Bundles by hall and network", HALLS, _halls(bundles)),
    )
    return Shown(lead, tables)


def _most(bundles: pl.DataFrame) -> float:
    return float(bundles["diameter_mm"].to_numpy().max(initial=0.0))


def _types(bundles: pl.DataFrame) -> tuple[tuple[Cell, ...], ...]:
    rows = (
        bundles.group_by("type", "bundles", "cables", "contents")
        .agg(
            pl.col("diameter_mm", "fill_share", "longest_mm").first(),
            pl.col("total_mm").sum(),
            pl.col("network").unique().sort().str.join(", "),
        )
        .sort("bundles", "contents", descending=[True, False])
    )
    longest_m, total_km = pl.col("longest_mm") / MM_PER_M, pl.col("total_mm") / MM_PER_KM
    columns = ("type", "bundles", "cables", "diameter_mm", "fill_share", longest_m, total_km, "network", "contents")
    return tuple(rows.select(columns).iter_rows())


def _halls(bundles: pl.DataFrame) -> tuple[tuple[Cell, ...], ...]:
    rows = (
        bundles.group_by("hall", "network")
        .agg(
            pl.len(),
            pl.col("cables").sum(),
            pl.col("cables").max().alias("widest"),
            pl.col("diameter_mm").max(),
            pl.col("bundle").min().alias("first"),
            pl.col("bundle").max().alias("last"),
        )
        .sort("hall", "first")
    )
    return tuple(rows.select("hall", "network", "len", "cables", "widest", "diameter_mm", "first", "last").iter_rows())


HARNESSES = View(
    "harnesses",
    "Bundles and harnesses",
    "Which cables are bound into which bundles, and how many harnesses of each type are made?",
    _show,
    in_report=False,
)
