"""Through which panels does each link run, by the names on the labels, and which pieces of cable is it made of?"""

from __future__ import annotations

import polars as pl

from rackwright.cabling import cable_label, end_label, rack_label
from rackwright.plan import Plan
from rackwright.views.cable_ends import cable_costs_cent, labelled_cables, shared_assemblies, whole_assemblies

__all__ = ["cable_pieces", "panel_legs", "panel_names", "panel_ways", "printed_labels", "sheet_pieces", "way_text"]

SIDES = ("a", "b")
MADE = ("link", "block", "part", "medium", "length_mm", "cost_cent")
PIECE_COLUMNS = (
    "hall", "pull_order", "cable", "network", "a_label", "b_label", "label_a", "label_b",
    "part", "a_module", "module", "medium", "length_mm",
)  # fmt: skip
LEG_COLUMNS = ("assembly", "leg", "assembly_mm")


def panel_names(plan: Plan) -> pl.DataFrame:
    """Columns panel, rack label (`place`), u and name (`HALL.ROW-POSITION.Uxx`) of every patch panel."""
    place = rack_label(pl.col("hall"), pl.col("row"), pl.col("position"))
    racks = plan.layout.racks.frame.select("rack", place.alias("place"))
    named = plan.cabling.panels.frame.select("panel", "rack", "u").join(racks, on="rack", maintain_order="left")
    unit = pl.col("u").cast(pl.String).str.zfill(2)
    return named.select("panel", "place", "u", name=pl.concat_str([pl.col("place"), pl.lit(".U"), unit]))


def panel_ways(plan: Plan) -> pl.DataFrame:
    """The columns of `cabling.channels`, and for a and b: panel (name), place, panel_port (from 1), panel_label."""
    panels = panel_names(plan)
    cassettes = plan.cabling.cassettes.frame.select("cassette", "panel").join(panels, on="panel")
    frame = plan.cabling.channels.frame
    for side in SIDES:
        columns = {"cassette": f"{side}_cassette", "name": f"{side}_panel", "place": f"{side}_place", "u": f"{side}_u"}
        named = cassettes.drop("panel").rename(columns)
        label = end_label(pl.col(f"{side}_place"), pl.col(f"{side}_u"), pl.lit(0), pl.col(f"{side}_port"))
        frame = frame.join(named, on=f"{side}_cassette", how="left", maintain_order="left").with_columns(
            label.alias(f"{side}_panel_label"), (pl.col(f"{side}_port") + 1).alias(f"{side}_panel_port")
        )
    return frame.drop("a_u", "b_u")


def panel_legs(plan: Plan) -> pl.DataFrame:
    """Ports of panels that a leg of a trunk joins, from either end: panel, panel_port, far_panel, far_port (from 1)."""
    ways = panel_ways(plan)
    near, far = ("panel", "panel_port"), ("far_panel", "far_port")
    frames = [
        ways.select(
            *(pl.col(f"{here}_{name}").alias(name) for name in near),
            *(pl.col(f"{there}_{name}").alias(alias) for name, alias in zip(near, far, strict=True)),
        )
        for here, there in (SIDES, SIDES[::-1])
    ]
    return pl.concat(frames).cast({"panel_port": pl.Int64, "far_port": pl.Int64})


def way_text(trunk: pl.Expr) -> pl.Expr:
    """`panel port > trunk T3 > panel port` of the rows of `panel_ways`."""
    number = pl.concat_str([pl.lit("trunk T"), (trunk + 1).cast(pl.String)])
    return pl.concat_str([pl.col("a_panel_label"), number, pl.col("b_panel_label")], separator=" > ")


def cable_pieces(plan: Plan) -> pl.DataFrame:
    """What the cable plant makes: link, block, part, medium, length_mm, cost_cent (None where it is not published).

    A row for each assembly, at the length of its longest leg and with the first of its links, and for each jumper; with
    the cost of the transceivers at its ends.
    """
    cables = whole_assemblies(plan.cabling.cables.frame)
    priced = cables.with_columns(cable_costs_cent(plan, cables), length_mm="whole_mm").select(*MADE, "assembly")
    whole = priced.filter((pl.col("medium") != "trunk") & (cables["links"] == 1)).select(MADE)
    legs = priced.filter(cables["links"] > 1).sort("assembly", "link")
    has_cost = pl.col("cost_cent").null_count() == 0
    shared = legs.group_by("assembly", maintain_order=True).agg(
        pl.exclude("cost_cent").first(), cost_cent=pl.when(has_cost).then(pl.col("cost_cent").sum())
    )
    return pl.concat([whole, shared.select(MADE), *_jumpers(plan)])


def _jumpers(plan: Plan) -> list[pl.DataFrame]:
    """Jumpers at the lower and at the upper ends of links through panels, each with the transceiver at its end."""
    if not len(plan.cabling.channels):
        return []
    lengths = plan.cabling.channels.frame.select("cable", "a_jumper_mm", "b_jumper_mm")
    led = plan.cabling.cables.frame.join(lengths, on="cable").with_columns(medium=pl.lit("jumper"), links=pl.lit(1))
    found = []
    for side, other in (("a", "module"), ("b", "a_module")):
        jumpers = led.with_columns(pl.lit("").alias(other), whole_mm=pl.col(f"{side}_jumper_mm"))
        found.append(jumpers.with_columns(cable_costs_cent(plan, jumpers), length_mm="whole_mm").select(MADE))
    return found


def sheet_pieces(plan: Plan, hall: str | None = None) -> pl.DataFrame:
    """Rows of the cut-sheet: cables and legs; where links run through panels trunks first, then both jumpers of a link.

    Returns
    -------
    The columns of `labelled_cables` that a cut-sheet shows. Where a plan has assemblies of several links, assembly
    (number), leg (from 1) and assembly_mm (length it is ordered at), all missing for other cables; a leg of several
    links is one row, its labels name the first and last port of its plugs. Where links run through panels, path: the
    way of a jumper's link, empty for a cable. The number in `cable` is that of the first link's cable, or the trunk's.
    """
    whole = labelled_cables(plan, hall)
    columns: tuple[str, ...] = PIECE_COLUMNS
    if plan.cabling.num_cables < len(plan.cabling.cables):
        whole, columns = _by_leg(plan, whole), (*PIECE_COLUMNS, *LEG_COLUMNS)
    if not len(plan.cabling.channels):
        return whole.select(columns)
    ways = panel_ways(plan)
    led = whole.join(ways, on="cable", how="inner", maintain_order="left").with_columns(path=way_text(pl.col("trunk")))
    frames = [
        _trunk_rows(plan, ways, hall),
        whole.filter(pl.col("medium") != "trunk").with_columns(path=pl.lit("")),
        *(_jumper_rows(led, side) for side in SIDES),
    ]
    rows = pl.concat(
        [frame.select(pl.col(name) for name in frame.columns if name in {*columns, "path"}) for frame in frames],
        how="diagonal",
    )
    return rows.select(*columns, "path").sort(
        "hall", pl.col("medium") != "trunk", "pull_order", "cable", maintain_order=True
    )


def printed_labels(plan: Plan) -> pl.DataFrame:
    """What is printed on the lower end of each link's cable: cable, label_a; links of one leg share a label."""
    labelled = labelled_cables(plan)
    if plan.cabling.num_cables == len(plan.cabling.cables):
        return labelled.select("cable", "label_a")
    legs = _by_leg(plan, labelled).select(pl.coalesce("assembly", "cable"), pl.col("leg").fill_null(1), "label_a")
    own = labelled.select("cable", "assembly", "leg")
    return own.join(legs, on=["assembly", "leg"], how="left", maintain_order="left").select("cable", "label_a")


def _by_leg(plan: Plan, cables: pl.DataFrame) -> pl.DataFrame:
    """Labelled cables, those of one leg as one row; assembly, leg, assembly_mm are missing for cables of one link."""
    lengths = shared_assemblies(plan.cabling.cables.frame).select("assembly", assembly_mm="whole_mm")
    joined = cables.join(lengths, on="assembly", how="left", maintain_order="left")
    is_shared = pl.col("assembly_mm").is_not_null()
    legs = joined.filter(is_shared).sort("assembly", "leg", "cable")
    ports = [(pl.col(f"{side}_port").max() + 1).alias(f"{side}_last") for side in SIDES]
    first = legs.group_by("assembly", "leg", maintain_order=True).agg(pl.all().first(), *ports)
    for side in SIDES:
        label, last = pl.col(f"{side}_label"), pl.col(f"{side}_last")
        several = pl.concat_str([label, pl.lit("-"), last.cast(pl.String).str.zfill(2)])
        first = first.with_columns(
            pl.when(last > pl.col(f"{side}_port") + 1).then(several).otherwise(label).alias(f"{side}_label")
        )
    first = first.with_columns(
        label_a=cable_label(pl.col("a_label"), pl.col("b_label")),
        label_b=cable_label(pl.col("b_label"), pl.col("a_label")),
    )
    alone = joined.filter(~is_shared).with_columns(pl.lit(None).alias(name) for name in ("assembly", "leg"))
    rows = pl.concat([alone.cast({"assembly": pl.Int64, "leg": pl.Int32}), first.select(joined.columns)])
    return rows.sort("hall", "pull_order", "cable")


def _jumper_rows(led: pl.DataFrame, side: str) -> pl.DataFrame:
    """Jumpers at one end of links through panels: from the device to the port of the panel."""
    device, panel = pl.col(f"{side}_label"), pl.col(f"{side}_panel_label")
    return led.with_columns(
        a_label=device,
        b_label=panel,
        label_a=cable_label(device, panel),
        label_b=cable_label(panel, device),
        medium=pl.lit("jumper"),
        a_module=pl.col("a_module") if side == "a" else pl.lit(""),
        module=pl.col("module") if side == "b" else pl.lit(""),
        length_mm=pl.col(f"{side}_jumper_mm"),
    )


def _trunk_rows(plan: Plan, ways: pl.DataFrame, hall: str | None) -> pl.DataFrame:
    """Trunks: from the first port at one end to the first port at the other."""
    trunks = plan.cabling.trunks.frame if hall is None else plan.cabling.trunks.frame.filter(hall=hall)
    racks = plan.layout.racks.frame.select("rack", "hall", "row", "position")
    place = rack_label(pl.col("hall"), pl.col("row"), pl.col("position"))
    named = racks.select(pl.col("rack").alias("a_rack"), place.alias("first"))
    ends = ways.select("trunk", "a_place", "a_panel_label", "b_panel_label").unique(
        "trunk", keep="first", maintain_order=True
    )
    joined = trunks.join(named, on="a_rack", how="left", maintain_order="left").join(
        ends, on="trunk", maintain_order="left"
    )
    is_turned = pl.col("a_place") != pl.col("first")
    first = pl.when(is_turned).then(pl.col("b_panel_label")).otherwise(pl.col("a_panel_label"))
    second = pl.when(is_turned).then(pl.col("a_panel_label")).otherwise(pl.col("b_panel_label"))
    used = pl.format("{} of {} fibres used", pl.col("fibres_used"), pl.col("fibres"))
    return joined.with_columns(a_label=first, b_label=second).select(
        "hall",
        "pull_order",
        pl.col("trunk").cast(pl.Int64).alias("cable") + 1,
        "network",
        "a_label",
        "b_label",
        cable_label(pl.col("a_label"), pl.col("b_label")).alias("label_a"),
        cable_label(pl.col("b_label"), pl.col("a_label")).alias("label_b"),
        "part",
        pl.lit("").alias("a_module"),
        pl.lit("").alias("module"),
        pl.lit("trunk").alias("medium"),
        "length_mm",
        used.alias("path"),
    )
