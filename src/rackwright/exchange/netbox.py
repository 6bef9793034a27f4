"""How does a plan go into NetBox? An archive of CSV files for its bulk import, in the order of import, and a loader.

Sites, locations, roles, manufacturers and device types first, then racks, devices, interfaces and cables. Tables of the
plan hold numbers; names are those of `verify`.
"""

from __future__ import annotations

from importlib import resources

import polars as pl

from rackwright.exchange.archive import archive_bytes
from rackwright.exchange.folder import csv_bytes
from rackwright.exchange.wires import cabled_wires, named_devices
from rackwright.figures.svg import slug
from rackwright.plan import Plan

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
MAKER = "Unknown"
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
    return [
        ("sites", _sites(plan)),
        ("locations", _locations(plan)),
        ("manufacturers", _named([MAKER])),
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


def _device_types(devices: pl.DataFrame) -> pl.DataFrame:
    parts = devices["part"].unique().sort().to_list()
    return _named(parts).select(
        manufacturer=pl.lit(MAKER),
        model=pl.col("name"),
        slug=pl.col("slug"),
        u_height=pl.lit(0),
        is_full_depth=pl.lit("false"),
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
    """Devices stand in their rack without a position: blades and trays of other heights share units."""
    return devices.select(
        "name",
        role=pl.col("tier").replace_strict(dict(enumerate(ROLES)), return_dtype=pl.String),
        manufacturer=pl.lit(MAKER),
        device_type=pl.col("part"),
        site=pl.col("site"),
        location=pl.col("hall"),
        rack=pl.col("rack_name"),
        status=pl.lit("planned"),
    )


def _interfaces(plan: Plan) -> pl.DataFrame:
    links = cabled_wires(plan)
    ends = [links.select(device=side, name=f"{side}_port", number=f"{side}_device") for side in ("a", "b")]
    ports = pl.concat(ends).unique(maintain_order=True).sort("number", maintain_order=True)
    return ports.select("device", "name", type=pl.lit("other"))


def _cables(plan: Plan) -> pl.DataFrame:
    medium = pl.col("medium").replace_strict(CABLE_TYPES, return_dtype=pl.String)
    return cabled_wires(plan).select(
        side_a_device=pl.col("a"),
        side_a_type=pl.lit("dcim.interface"),
        side_a_name=pl.col("a_port"),
        side_b_device=pl.col("b"),
        side_b_type=pl.lit("dcim.interface"),
        side_b_name=pl.col("b_port"),
        type=medium,
        status=pl.lit("planned"),
        label=pl.col("cable").cast(pl.String),
        length=pl.col("length_mm") / 1000,
        length_unit=pl.lit("m"),
    )
