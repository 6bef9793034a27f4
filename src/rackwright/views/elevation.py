"""What is in each kind of rack, and where?"""

from __future__ import annotations

import math

import polars as pl

from rackwright.asbuilt import device_names
from rackwright.figures import Caption, RackDevice, RackElevation, RackFace
from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.rack_contents import content_tables
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["ELEVATION", "network_faces", "rack_faces"]

MOST_UNFOLDED = 2  # with more rack types, equal neighbours are drawn as one
ROLES = {
    "compute": "compute",
    "scale-up-switch": "switch",
    "power": "power",
    "battery": "power",
    "management": "management",
    "control": "management",
    "storage": "storage",
    "blank": "blank",
}


def _show(plan: Plan) -> Shown:
    if not len(plan.racks.types):
        return absent(plan, "No racks", "racks")
    counts = _counts(plan)
    kinds = plan.racks.types.frame.filter(role="compute").height
    faces = rack_faces(plan, is_folded=kinds > MOST_UNFOLDED)
    figure = RackElevation(
        Caption("elevation", "Rack types", "Front view of each rack type, U1 at the floor."), tuple(faces)
    )
    lead = f"{counted(len(faces), 'kind')} of compute rack, the heaviest load {_most(plan):,.0f} kW."
    return Shown(lead, (_table(plan, counts), *content_tables(plan)), (figure,))


def _counts(plan: Plan) -> dict[str, int]:
    tranches = plan.siting.tranches.frame.group_by("configuration", maintain_order=True)
    return dict(tranches.agg(pl.col("racks").sum()).iter_rows())


def rack_faces(plan: Plan, *, is_folded: bool) -> list[RackFace]:
    """Front of each type of compute rack; folded, equal neighbours are drawn as one."""
    counts, faces = _counts(plan), []
    for row in plan.racks.types.frame.filter(role="compute").iter_rows(named=True):
        devices = _devices(plan, row["type"], is_folded=is_folded)
        count = counts.get(row["type"], 0)
        note = f"{count:,} planned" if count else "not placed"
        faces.append(RackFace(row["type"], row["type"], row["height_u"], devices, row["peak_w"], row["kg"], note))
    return faces


def network_faces(plan: Plan, hall: str) -> list[RackFace]:
    """Front of each network rack of a hall, with its switches by name and its patch panels, row by row."""
    heights = dict(plan.racks.types.frame.select("type", "height_u").iter_rows())
    tall = _switch_heights(plan)
    switches = plan.fabric.devices.frame.filter(pl.col("tier") > 0).select("device", "part")
    named = switches.join(device_names(plan.fabric.devices), on="device")
    mounts = plan.layout.mounts.frame.join(named, on="device").sort("rack", "u")
    panels = _panels(plan)
    faces = []
    for rack in plan.layout.racks.frame.filter(hall=hall, role="network").sort("row", "position").iter_rows(named=True):
        own = mounts.filter(rack=rack["rack"])
        rows = own.select("name", "part", "u").iter_rows()
        devices = tuple(RackDevice(name, name, "switch", u, tall.get(part, 1)) for name, part, u in rows)
        devices += tuple(panels.get(rack["rack"], ()))
        label = f"{hall}.{rack['row']:02d}-{rack['position']:02d}"
        faces.append(RackFace(label, label, heights[rack["type"]], devices, rack["peak_w"], rack["kg"]))
    return faces


def _panels(plan: Plan) -> dict[int, list[RackDevice]]:
    """Patch panels by rack."""
    heights = plan.facts.frame.filter((pl.col("stage") == "cabling") & pl.col("fact").str.ends_with(".height_u"))
    tall = {
        fact.removesuffix(".height_u"): math.ceil(value) for fact, value in heights.select("fact", "value").iter_rows()
    }
    found: dict[int, list[RackDevice]] = {}
    for rack, u, part, cassettes in plan.cabling.panels.frame.select("rack", "u", "part", "cassettes").iter_rows():
        label = f"{part}, {cassettes} cassettes"
        found.setdefault(rack, []).append(RackDevice(f"panel-u{u}", label, "cable", u, tall.get(part, 1)))
    return found


def _switch_heights(plan: Plan) -> dict[str, int]:
    """Rack units of each switch the layout mounted, by its fact."""
    facts = plan.facts.frame.filter((pl.col("stage") == "layout") & pl.col("fact").str.ends_with(".height_u"))
    return {
        fact.removesuffix(".height_u"): math.ceil(value) for fact, value in facts.select("fact", "value").iter_rows()
    }


def _devices(plan: Plan, kind: str, *, is_folded: bool) -> tuple[RackDevice, ...]:
    """Devices of a rack type from the floor up; narrow ones that share a height are one, with their number."""
    slots = plan.racks.slots.frame.filter(pl.col("type") == kind, pl.col("role") != "blank").sort("u", "bay")
    wide = slots.group_by("u", "part", maintain_order=True).agg(
        pl.col("role").first(), pl.col("height_u").max(), pl.len().alias("count")
    )
    devices: list[RackDevice] = []
    for u, part, role, height, count in wide.unique("u", keep="first", maintain_order=True).iter_rows():
        label = f"{count} × {part}" if count > 1 else part
        devices.append(RackDevice(f"u{u}", label, ROLES.get(role, role), u, height))
    return tuple(_folded(devices) if is_folded else devices)


def _folded(devices: list[RackDevice]) -> list[RackDevice]:
    """Equal devices on top of each other as one, with their number."""
    runs: list[list[RackDevice]] = []
    for device in devices:
        above = runs[-1][-1] if runs else None
        if above and above.label == device.label and above.bottom_u + above.height_u == device.bottom_u:
            runs[-1].append(device)
        else:
            runs.append([device])
    return [_run(run) for run in runs]


def _run(run: list[RackDevice]) -> RackDevice:
    first = run[0]
    label = f"{len(run)} × {first.label}" if len(run) > 1 else first.label
    return RackDevice(first.name, label, first.role, first.bottom_u, sum(device.height_u for device in run))


def _most(plan: Plan) -> float:
    return max(plan.racks.types["peak_w"].to_list(), default=0.0) / 1000


def _table(plan: Plan, counts: dict[str, int]) -> ViewTable:
    columns = (
        TableColumn("type", "Rack type"),
        TableColumn("platform", "Platform"),
        TableColumn("racks", "Planned"),
        TableColumn("accels", "Accelerators"),
        TableColumn("used_u", "Height used", "U"),
        TableColumn("height_u", "of", "U"),
        TableColumn("peak_kw", "Peak", "kW", 1),
        TableColumn("mass_kg", "Mass", "kg", 0),
        TableColumn("liquid_share", "Heat in liquid", digits=0, is_share=True),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            row["type"],
            row["platform"],
            counts.get(row["type"], 0),
            row["accels"],
            row["used_u"],
            row["height_u"],
            row["peak_w"] / 1000,
            row["kg"],
            row["liquid_share"],
        )
        for row in plan.racks.types.frame.filter(role="compute").iter_rows(named=True)
    ]
    return ViewTable("Rack types", columns, tuple(rows))


ELEVATION = View("elevation", "Rack elevations", "What is in each kind of rack, and where?", _show)
