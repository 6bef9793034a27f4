"""Where does each cable begin and end, by the names on its labels and by those of its devices?"""

from __future__ import annotations

import re

import polars as pl

from rackwright.asbuilt import device_names
from rackwright.cabling import cable_label, end_label, rack_label
from rackwright.plan import Plan

__all__ = [
    "cable_costs_cent",
    "cable_ends",
    "find_cable",
    "labelled_cables",
    "shared_assemblies",
    "whole_assemblies",
]

PORT_RANGE = re.compile(r"(\.P\d+)-\d+$")


def cable_ends(plan: Plan) -> pl.DataFrame:
    """Every cable with both ends: the columns of `labelled_cables`, and a_name, b_name of the two devices."""
    frame = labelled_cables(plan)
    names = device_names(plan.fabric.devices)
    for side in ("a", "b"):
        named = names.rename({"device": f"{side}_device", "name": f"{side}_name"})
        frame = frame.join(named, on=f"{side}_device", how="left", maintain_order="left")
    return frame


def labelled_cables(plan: Plan, hall: str | None = None) -> pl.DataFrame:
    """Every cable of a plan, or of one hall, with what its labels say, in pull order by hall.

    Returns
    -------
    The columns of `cabling.cables`, and network; for a (lower) and b (upper end): device, port, rack label, end label;
    unit of the lower end; label_a and label_b as printed on the two ends.
    """
    cables = plan.cabling.cables.frame
    if hall is not None:
        cables = cables.filter(hall=hall)
    links = plan.fabric.links.frame.select("link", "network", "a_device", "a_port", "b_device", "b_port")
    frame = cables.join(links, on="link", how="left")
    ends = _ends(plan)
    for side in ("a", "b"):
        named = ends.rename({name: f"{side}_{name}" for name in ends.columns})
        columns = (pl.col(f"{side}_{name}") for name in ("rack", "u", "bay", "port"))
        frame = frame.join(named, on=f"{side}_device", how="left")
        frame = frame.with_columns(end_label(*columns).alias(f"{side}_label"))
    labelled = frame.with_columns(
        label_a=cable_label(pl.col("a_label"), pl.col("b_label")),
        label_b=cable_label(pl.col("b_label"), pl.col("a_label")),
        unit=pl.col("a_unit"),
    )
    return labelled.sort("hall", "pull_order", "cable")


def _ends(plan: Plan) -> pl.DataFrame:
    """Rack label, rack unit, bay and scalable unit of each mounted device."""
    place = rack_label(pl.col("hall"), pl.col("row"), pl.col("position"))
    racks = plan.layout.racks.frame.select("rack", place.alias("place"))
    mounts = plan.layout.mounts.frame.join(racks, on="rack").select("device", rack="place", u="u")
    return plan.fabric.devices.frame.select("device", "bay", "unit").join(mounts, on="device")


def find_cable(plan: Plan, text: str) -> int | None:
    """Number of the cable that carries a number, a label of either end, or one end; None if there is none or two.

    The label of a plug with several ports (`P03-04`) stands for the cable of its first.
    """
    if text.isdecimal():
        return int(text)
    near, _, far = (PORT_RANGE.sub(r"\1", part.strip()) for part in text.partition("/"))
    ends = labelled_cables(plan)
    one, two = (pl.col("a_label") == near), (pl.col("b_label") == near)
    if far:
        one, two = one & (pl.col("b_label") == far), two & (pl.col("a_label") == far)
    found = ends.filter(one | two)
    return int(found["cable"][0]) if found.height == 1 else None


def shared_assemblies(cables: pl.DataFrame) -> pl.DataFrame:
    """Assemblies of several links: assembly, links, and whole_mm, the length it is ordered at: its longest leg's."""
    shared = cables.select("assembly", "length_mm").filter(pl.col("assembly").is_duplicated())
    return shared.group_by("assembly").agg(links=pl.len(), whole_mm=pl.col("length_mm").max())


def whole_assemblies(cables: pl.DataFrame) -> pl.DataFrame:
    """All cables with links and whole_mm of their assembly, as in `shared_assemblies`."""
    joined = cables.join(shared_assemblies(cables), on="assembly", how="left", maintain_order="left")
    return joined.with_columns(links=pl.col("links").fill_null(1), whole_mm=pl.coalesce("whole_mm", "length_mm"))


def cable_costs_cent(plan: Plan, cables: pl.DataFrame) -> pl.Series:
    """Price of each cable with its share of assembly and transceivers [cent]; null where none is published.

    Parameters
    ----------
    plan
        Plan whose facts hold the prices.
    cables
        Rows with part, module, a_module, links and whole_mm.
    """
    facts = plan.facts.frame.filter(stage="cabling").select("fact", "value").unique("fact")
    price, slope = (_of_part(facts, name) for name in ("price_usd", "price_per_m_usd"))
    priced = (
        cables.select("part", "module", "a_module", "links", "whole_mm")
        .join(price.rename({"value": "usd"}), on="part", how="left", maintain_order="left")
        .join(slope.rename({"value": "per_m"}), on="part", how="left", maintain_order="left")
    )
    usd = (pl.col("usd") + pl.col("per_m").fill_null(0.0) * pl.col("whole_mm") / 1000.0) / pl.col("links")
    per_end = _usd_per_end(plan, price)
    for side in ("module", "a_module"):
        share = per_end.rename({"part": side, "usd_per_end": f"{side}_usd"})
        priced = priced.join(share, on=side, how="left", maintain_order="left")
        usd = usd + pl.when(pl.col(side) == "").then(0.0).otherwise(f"{side}_usd")
    return priced.select((usd * 100.0).round().cast(pl.Int64).alias("cost_cent"))["cost_cent"]


def _usd_per_end(plan: Plan, price: pl.DataFrame) -> pl.DataFrame:
    """Price of a transceiver for each link that ends in one, by part (usd_per_end); links that share one share it."""
    cables = plan.cabling.cables.frame
    ends = pl.concat([cables.select(part=name) for name in ("module", "a_module")]).group_by("part").len("ends")
    pieces = plan.cabling.modules.frame.group_by("part").agg(pl.col("count").sum())
    joined = pieces.join(ends, on="part").join(price, on="part").sort("part")
    return joined.select("part", usd_per_end=pl.col("value") * pl.col("count") / pl.col("ends"))


def _of_part(facts: pl.DataFrame, name: str) -> pl.DataFrame:
    """Part and value of one figure."""
    own = facts.filter(pl.col("fact").str.ends_with(f".{name}"))
    return own.select(part=pl.col("fact").str.strip_suffix(f".{name}"), value="value")
