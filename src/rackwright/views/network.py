"""How are the networks of each block built, and what has to be made and pulled for them?"""

from __future__ import annotations

import polars as pl

from rackwright.figures import Caption, FabricBundle, FabricDiagram, FabricNode, FabricTier
from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["CABLES", "FABRIC"]

TIERS = ((3, "Core"), (2, "Spine"), (1, "Leaf"), (0, "Endpoints"))
MOST_FIGURES = 4


def _show(plan: Plan) -> Shown:
    if not len(plan.fabric.designs):
        return absent(plan, "No networks", "fabric")
    columns = (
        TableColumn("block", "Block"),
        TableColumn("network", "Network"),
        TableColumn("tiers", "Tiers"),
        TableColumn("planes", "Planes"),
        TableColumn("endpoints", "Endpoint ports"),
        TableColumn("leaves", "Leaves"),
        TableColumn("spines", "Spines"),
        TableColumn("cores", "Cores"),
        TableColumn("bundle", "Links of a leaf-spine pair"),
        TableColumn("oversubscription", "Oversubscription", "", 2),
        TableColumn("bisection_tbit_s", "Bisection", "Tb/s", 1),
    )
    rows: list[tuple[Cell, ...]] = [
        (*row[:-1], row[-1] / 1000)
        for row in plan.fabric.designs.frame.select(
            "block",
            "network",
            "tiers",
            "planes",
            "endpoints",
            "leaves",
            "spines",
            "cores",
            "bundle",
            "oversubscription",
            "bisection_gbit_s",
        ).iter_rows()
    ]
    blocks = plan.siting.blocks.frame.filter(pl.col("units") > 0)["block"].to_list()
    figures = tuple(_diagram(plan, block) for block in blocks[:MOST_FIGURES])
    links = counted(len(plan.fabric.links), "link")
    switches = int((plan.fabric.devices["tier"] > 0).sum())
    lead = f"{counted(switches, 'switch', 'switches')} and {links} in {counted(len(rows), 'network')}."
    return Shown(lead, (ViewTable("Networks", columns, tuple(rows)),), figures)


def _diagram(plan: Plan, block: str) -> FabricDiagram:
    """The scale-out network of a block, folded: nodes of a tier that serve the same unit or rail are one."""
    devices = _scale_out_devices(plan, block).with_columns(_group().alias("group"))
    bundles = _bundles(plan, block, devices)
    among = {bundle.from_node: bundle.num_links for bundle in bundles if bundle.from_node == bundle.to_node}
    tiers = []
    for tier, label in TIERS:
        own = (
            devices.filter(tier=tier)
            .group_by("group", maintain_order=True)
            .agg(pl.len().alias("count"), pl.col("part").unique(maintain_order=True))
        )
        nodes = tuple(FabricNode(g, g, count, ", ".join(parts)) for g, count, parts in own.iter_rows())
        within = sum(among.get(node.name, 0) for node in nodes)
        if nodes:
            tiers.append(FabricTier(label, nodes, f"{within:,} links within" if within else ""))
    return FabricDiagram(
        Caption(f"fabric-{block}", f"Scale-out network of {block}", "Folded by scalable unit; numbers are links."),
        tuple(tiers),
        tuple(bundle for bundle in bundles if bundle.from_node != bundle.to_node),
    )


def _scale_out_devices(plan: Plan, block: str) -> pl.DataFrame:
    """Switches of the scale-out network of a block, and the endpoints it reaches."""
    own = plan.fabric.devices.frame.filter(block=block)
    links = plan.fabric.links.frame.filter((pl.col("block") == block) & (pl.col("network") == "scale-out"))
    reached = links.select(pl.col("a_device").alias("device")).unique()
    endpoints = own.filter(tier=0).join(reached, on="device", how="semi", maintain_order="left")
    return pl.concat([own.filter(network="scale-out"), endpoints])


def _group() -> pl.Expr:
    unit = pl.format("unit {}", pl.col("unit") + 1)
    return (
        pl.when(pl.col("tier") == 0)
        .then(pl.format("{} trays", unit))
        .when((pl.col("tier") == 1) & (pl.col("unit") >= 0))
        .then(pl.format("{} leaves", unit))
        .when(pl.col("tier") == 1)
        .then(pl.format("rail {} leaves", pl.col("rail") + 1))
        .when(pl.col("tier") == 2)
        .then(pl.lit("spines"))
        .otherwise(pl.lit("cores"))
    )


def _bundles(plan: Plan, block: str, devices: pl.DataFrame) -> tuple[FabricBundle, ...]:
    groups = devices.select("device", "group")
    links = plan.fabric.links.frame.filter((pl.col("block") == block) & (pl.col("network") == "scale-out"))
    named = links.join(groups, left_on="a_device", right_on="device").join(
        groups, left_on="b_device", right_on="device", suffix="_b"
    )
    counted = named.group_by("group", "group_b", maintain_order=True).agg(pl.len(), pl.col("gbit_s").max())
    return tuple(FabricBundle(b, a, count, f"{rate:g}G") for a, b, count, rate in counted.iter_rows())


def _show_cables(plan: Plan) -> Shown:
    if not len(plan.cabling.cables):
        return absent(plan, "No cables", "cabling")
    columns = (
        TableColumn("part", "Assembly"),
        TableColumn("length_m", "Stock length", "m", 1),
        TableColumn("count", "Installed"),
        TableColumn("spares", "Spares"),
    )
    grouped = plan.cabling.assemblies.frame.group_by("part", "length_mm").agg(
        pl.col("count").sum(), pl.col("spares").sum()
    )
    rows = tuple((p, mm / 1000, n, s) for p, mm, n, s in grouped.sort("part", "length_mm").iter_rows())
    modules = (
        plan.cabling.modules.frame.group_by("part").agg(pl.col("count").sum(), pl.col("spares").sum()).sort("part")
    )
    module_columns = (
        TableColumn("part", "Transceiver"),
        TableColumn("count", "Installed"),
        TableColumn("spares", "Spares"),
    )
    cables = counted(plan.cabling.num_cables, "cable")
    total_km = sum(length_m * count for _, length_m, count, _ in rows) / 1e3
    lead = f"{cables}, {total_km:,.0f} km in all, of {counted(len(rows), 'kind')} by part and length."
    tables = (
        ViewTable("Cable plant", columns, rows),
        ViewTable("Transceivers", module_columns, tuple(modules.iter_rows())),
    )
    return Shown(lead, tables)


FABRIC = View("fabric", "Networks", "How are the networks of each block built?", _show)
CABLES = View(
    "cables", "Cables to make", "Which cable assemblies and transceivers are needed, at which length?", _show_cables
)
