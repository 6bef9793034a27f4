"""How does a plan go into NetBox? An archive of CSV files for its bulk import, in the order of import, and a loader.

Sites, locations, roles, manufacturers and device types first, then racks, devices, interfaces and cables. Devices stand
at the rack unit where they are mounted, interfaces carry the words of `export device-types`, and a cable the label of
its lower end. Links of one assembly are a cable each, since the import takes one end a side; the description says which
leg of which assembly it is, by which the loader makes them one cable. Names are those of `verify`.
"""

from __future__ import annotations

import math
from importlib import resources

import polars as pl

from rackwright.catalog import Catalog
from rackwright.exchange.archive import archive_bytes
from rackwright.exchange.device_library import UNKNOWN, interface_type
from rackwright.exchange.folder import csv_bytes
from rackwright.exchange.wires import cabled_wires, named_devices
from rackwright.figures.svg import slug
from rackwright.plan import Plan
from rackwright.views.panel_ways import printed_labels

__all__ = ["netbox_bytes", "netbox_files"]

CABLE_TYPES = {
    "dac": "dac-passive",
    "acc": "dac-active",
    "aec": "dac-active",
    "aoc": "aoc",
    "fibre": "smf",
    "trunk": "smf",
    "copper": "cat6",
}
ROLES = ("tray", "leaf switch", "spine switch", "core switch")
KBIT_PER_GBIT = 1_000_000
COPPER_MOST_GBIT_S = 10.0
UPLINK_CAGE = "QSFP28"
"""Form factor of the uplinks of a switch whose own ports are RJ45, as in the library of device types."""
LOADER = "load.py"
"""Name in the archive of the script that writes the files through NetBox's own interpreter."""


def netbox_bytes(plan: Plan) -> bytes:
    """The archive."""
    loader = resources.files("rackwright.exchange").joinpath("netbox_load.py").read_bytes()
    files = enumerate(netbox_files(plan), 1)
    rows = [(f"{number:02d}-{name}.csv", csv_bytes(frame)) for number, (name, frame) in files]
    return archive_bytes([*rows, (LOADER, loader)])


def netbox_files(plan: Plan) -> list[tuple[str, pl.DataFrame]]:
    """Model and rows of each file, in the order of import."""
    devices = named_devices(plan).filter(pl.col("rack").is_not_null())
    site = pl.col("hall").replace_strict({hall.id: hall.site for hall in plan.program.halls}, return_dtype=pl.String)
    devices = devices.with_columns(site=site, rack_name=_rack_name())
    devices = devices.join(_models(plan, devices), on="part", maintain_order="left")
    return [
        ("sites", _sites(plan)),
        ("locations", _locations(plan)),
        ("manufacturers", _named(devices["maker"].unique().sort().to_list())),
        ("device-roles", _named(list(ROLES))),
        ("device-types", _device_types(devices)),
        ("racks", _racks(plan)),
        ("devices", _devices(devices)),
        ("interfaces", _interfaces(plan)),
        ("cables", _cables(plan)),
    ]


def _rack_name() -> pl.Expr:
    row, position = (pl.col(name).cast(pl.String).str.zfill(2) for name in ("row", "position"))
    return pl.concat_str([pl.col("hall"), pl.lit("-"), row, pl.lit("-"), position])


def _named(names: list[str]) -> pl.DataFrame:
    return pl.DataFrame({"name": names, "slug": [slug(name) for name in names]}, schema_overrides={"name": pl.String})


def _sites(plan: Plan) -> pl.DataFrame:
    return _named([site.id for site in plan.program.sites]).with_columns(status=pl.lit("planned"))


def _locations(plan: Plan) -> pl.DataFrame:
    halls = [hall for hall in plan.program.halls if hall.id in set(plan.layout.racks["hall"].to_list())]
    sites = pl.Series("site", [hall.site for hall in halls], dtype=pl.String)
    return _named([hall.id for hall in halls]).with_columns(sites, status=pl.lit("planned"))


def _models(plan: Plan, devices: pl.DataFrame) -> pl.DataFrame:
    """Maker and height of each part, whole rack units; 0 where the part shares its units with others side by side."""
    catalog = plan.catalog()
    seated = plan.racks.slots.frame.group_by("part").agg(pl.col("height_u").max(), pl.col("bay").max())
    slots = {part: (height_u, bay) for part, height_u, bay in seated.iter_rows()}
    heights = dict(
        plan.facts.frame.filter(pl.col("fact").str.ends_with(".height_u")).select("fact", "value").iter_rows()
    )
    rows = []
    for part in devices["part"].unique().sort().to_list():
        height_u, bay = slots.get(part, (math.ceil(heights.get(f"{part}.height_u", 0.0)), 0))
        rows.append((part, _maker(catalog, part), 0 if bay else height_u))
    return pl.DataFrame(rows, {"part": pl.String, "maker": pl.String, "type_u": pl.Int32}, orient="row")


def _maker(catalog: Catalog, part: str) -> str:
    return (catalog.find(part).vendor if catalog.has(part) else "") or UNKNOWN


def _device_types(devices: pl.DataFrame) -> pl.DataFrame:
    parts = devices.select("part", "maker", "type_u").unique().sort("part")
    return parts.select(
        manufacturer=pl.col("maker"),
        model=pl.col("part"),
        slug=pl.Series([slug(part) for part in parts["part"].to_list()], dtype=pl.String),
        u_height=pl.col("type_u"),
        is_full_depth=pl.lit("true"),
    )


def _racks(plan: Plan) -> pl.DataFrame:
    heights = dict(plan.racks.types.frame.select("type", "height_u").iter_rows())
    sites = {hall.id: hall.site for hall in plan.program.halls}
    return plan.layout.racks.frame.select(
        site=pl.col("hall").replace_strict(sites, return_dtype=pl.String),
        location=pl.col("hall"),
        name=_rack_name(),
        status=pl.lit("planned"),
        width=pl.lit(19),
        u_height=pl.col("type").replace_strict(heights, return_dtype=pl.Int32),
    )


def _devices(devices: pl.DataFrame) -> pl.DataFrame:
    """Devices at their lowest rack unit; those that share units side by side stand in the rack without a position."""
    has_place = pl.col("type_u") > 0
    return devices.select(
        "name",
        role=pl.col("tier").replace_strict(dict(enumerate(ROLES)), return_dtype=pl.String),
        manufacturer=pl.col("maker"),
        device_type=pl.col("part"),
        site=pl.col("site"),
        location=pl.col("hall"),
        rack=pl.col("rack_name"),
        position=pl.when(has_place).then(pl.col("mount_u")),
        face=pl.when(has_place).then(pl.lit("front")),
        status=pl.lit("planned"),
    )


def _interfaces(plan: Plan) -> pl.DataFrame:
    """Both ends of every cabled link with the word for their port, and their speed [kbit/s]."""
    links = cabled_wires(plan)
    ends = [
        links.select("block", "network", "gbit_s", device=side, name=f"{side}_port", number=f"{side}_device")
        for side in ("a", "b")
    ]
    ports = pl.concat(ends).unique(["device", "name"], keep="first", maintain_order=True)
    ports = ports.sort("number", maintain_order=True).join(
        plan.fabric.devices.frame.select("tier", number="device", own="network"), on="number", maintain_order="left"
    )
    tier = pl.when(pl.col("own") == pl.col("network")).then(pl.col("tier")).otherwise(1)
    kinds = ["block", "network", "tier", "gbit_s"]
    ports = ports.with_columns(tier=tier)
    words = _port_words(plan, ports.select(kinds).unique().sort(kinds))
    return ports.join(words, on=kinds, maintain_order="left").select(
        "device", "name", "type", speed=(pl.col("gbit_s") * KBIT_PER_GBIT).round().cast(pl.Int64)
    )


def _port_words(plan: Plan, kinds: pl.DataFrame) -> pl.DataFrame:
    """The kinds of port with NetBox's word for each; ends of other devices take the form factor of the leaf's."""
    tiers = plan.fabric.tiers.frame.select("block", "network", "tier", "cage")
    cages = {(block, network, tier): cage for block, network, tier, cage in tiers.iter_rows()}
    platforms = {block.id: block.platform for block in plan.program.blocks}
    protocols = {platform.id: platform.fabric.protocol for platform in plan.program.platforms}
    words = []
    for block, network, tier, gbit_s in kinds.iter_rows():
        cage = cages.get((block, network, tier), "")
        if cage == "RJ45" and gbit_s > COPPER_MOST_GBIT_S:
            cage = UPLINK_CAGE
        protocol = protocols[platforms[block]] if network == "scale-out" else "ethernet"
        words.append(interface_type(gbit_s, cage, protocol))
    return kinds.with_columns(type=pl.Series(words, dtype=pl.String))


def _cables(plan: Plan) -> pl.DataFrame:
    medium = pl.col("medium").replace_strict(CABLE_TYPES, return_dtype=pl.String)
    labels = printed_labels(plan)
    return (
        cabled_wires(plan)
        .join(labels, on="cable", maintain_order="left")
        .select(
            side_a_device=pl.col("a"),
            side_a_type=pl.lit("dcim.interface"),
            side_a_name=pl.col("a_port"),
            side_b_device=pl.col("b"),
            side_b_type=pl.lit("dcim.interface"),
            side_b_name=pl.col("b_port"),
            type=medium,
            status=pl.lit("planned"),
            label=pl.col("label_a"),
            length=pl.col("length_mm") / 1000,
            length_unit=pl.lit("m"),
            description=_leg_text(plan),
        )
    )


def _leg_text(plan: Plan) -> pl.Series:
    """Leg and assembly of each cabled link, in the order of `cabled_wires`; empty for a cable of one link."""
    cables = plan.cabling.cables.frame.select("link", "assembly", "leg", links=pl.len().over("assembly"))
    text = pl.format("leg {} of assembly {}", "leg", "assembly")
    told = cables.select("link", text=pl.when(pl.col("links") > 1).then(text).otherwise(pl.lit("")))
    return cabled_wires(plan).select("link").join(told, on="link", how="left", maintain_order="left")["text"]
