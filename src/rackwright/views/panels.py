"""Which trunks run between which patch panels, how much of them is used, and how much light is lost?"""

from __future__ import annotations

import polars as pl

from rackwright.plan import Plan
from rackwright.views.absent import absent, skipped_stages
from rackwright.views.panel_ways import panel_names, panel_ways
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["PANELS"]

MM_PER_M = 1000.0
TRUNKS = (
    TableColumn("trunk", "Trunk"),
    TableColumn("network", "Network"),
    TableColumn("part", "Part"),
    TableColumn("from", "From"),
    TableColumn("to", "To"),
    TableColumn("length_m", "Length", "m", 1),
    TableColumn("links", "Links"),
    TableColumn("room", "of"),
    TableColumn("fibres_used", "Fibres used"),
    TableColumn("fibres", "of"),
    TableColumn("polarity", "Method"),
    TableColumn("loss_db", "Most lost", "dB", 2),
    TableColumn("budget_db", "Allowed", "dB", 1),
    TableColumn("pull_order", "Pull"),
)
PANEL_COLUMNS = (
    TableColumn("panel", "Panel"),
    TableColumn("part", "Part"),
    TableColumn("cassettes", "Cassettes"),
    TableColumn("ports_used", "Ports used"),
    TableColumn("trunks", "Trunks"),
)
NONE = (
    "No link runs through patch panels. A rule `trunks` of a platform's fabric asks for structured cabling "
    "(`network`, `between`, `from_length`, `when`)."
)


def _show(plan: Plan) -> Shown:
    trunks = plan.cabling.trunks.frame
    if not trunks.height:
        return (
            absent(plan, "No trunks", "cabling")
            if "cabling" in skipped_stages(plan)
            else Shown(NONE + _kept_text(plan))
        )
    used, fibres = int(trunks["fibres_used"].sum()), int(trunks["fibres"].sum())
    ways = panel_ways(plan)
    least_db = float((ways["budget_db"] - ways["loss_db"]).to_numpy().min())
    lead = (
        f"{counted(ways.height, 'link')} through {counted(trunks.height, 'trunk')} between "
        f"{counted(len(plan.cabling.panels), 'patch panel')}; {used:,} of {fibres:,} fibres carry light, "
        f"{least_db:.2f} dB to spare at least."
    ) + _kept_text(plan)
    tables = (
        ViewTable("Trunks, in the order of pulling", TRUNKS, _trunk_rows(plan, ways)),
        ViewTable("Patch panels", PANEL_COLUMNS, _panel_rows(plan, ways)),
    )
    return Shown(lead, tables)


def _kept_text(plan: Plan) -> str:
    """Links that a rule leads wherever it can but that keep a cable of their own, and why, by block; else empty."""
    rows = plan.cabling.checks.frame.filter(pl.col("value") < pl.col("limit"), rule="cabling-trunks-ruled")
    told = rows.select("subject", "value", "limit", "source").iter_rows()
    return "".join(
        f" Of {limit:,.0f} links that rules of {block} lead, {led:,.0f} run so: {source.partition('; ')[2]}."
        for block, led, limit, source in told
    )


def _trunk_rows(plan: Plan, ways: pl.DataFrame) -> tuple[tuple[Cell, ...], ...]:
    cassettes = plan.cabling.cassettes.frame.join(plan.cabling.panels.frame.select("panel", "rack"), on="panel")
    first = cassettes.join(panel_names(plan), on="panel").unique(["trunk", "rack"], keep="first", maintain_order=True)
    frame = plan.cabling.trunks.frame.join(
        ways.group_by("trunk").agg(pl.col("loss_db").max(), pl.col("budget_db").min()), on="trunk", how="left"
    )
    for side in ("a", "b"):
        named = first.select("trunk", pl.col("rack").alias(f"{side}_rack"), pl.col("name").alias(side))
        frame = frame.join(named, on=["trunk", f"{side}_rack"], how="left")
    rows = frame.sort("hall", "pull_order").select(
        pl.format("T{}", pl.col("trunk") + 1),
        "network",
        "part",
        "a",
        "b",
        pl.col("length_mm") / MM_PER_M,
        "links",
        "room",
        "fibres_used",
        "fibres",
        "polarity",
        "loss_db",
        "budget_db",
        "pull_order",
    )
    return tuple(rows.iter_rows())


def _panel_rows(plan: Plan, ways: pl.DataFrame) -> tuple[tuple[Cell, ...], ...]:
    ports = pl.concat([ways.select(name=f"{side}_panel", port=f"{side}_panel_port") for side in ("a", "b")])
    trunks = plan.cabling.cassettes.frame.group_by("panel").agg(pl.col("trunk").n_unique().alias("trunks"))
    frame = (
        plan.cabling.panels.frame.select("panel", "part", "cassettes")
        .join(panel_names(plan).select("panel", "name"), on="panel")
        .join(ports.group_by("name").len("ports_used"), on="name", how="left")
        .join(trunks, on="panel")
        .sort("name")
    )
    return tuple(frame.select("name", "part", "cassettes", "ports_used", "trunks").iter_rows())


PANELS = View(
    "panels",
    "Patch panels and trunks",
    "Which links run through patch panels, over which trunks, and with how much light to spare?",
    _show,
    in_report=False,
)
