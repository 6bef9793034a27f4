"""What is in each kind of rack, and where?"""

from __future__ import annotations

import polars as pl

from rackwright.figures import Caption, RackDevice, RackElevation, RackFace
from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["ELEVATION"]

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
    counts = dict(
        plan.siting.tranches.frame.group_by("configuration", maintain_order=True).agg(pl.col("racks").sum()).iter_rows()
    )
    faces = []
    for row in plan.racks.types.frame.filter(role="compute").iter_rows(named=True):
        devices = _devices(plan, row["type"])
        count = counts.get(row["type"], 0)
        note = f"{count:,} planned" if count else "not placed"
        faces.append(RackFace(row["type"], row["type"], row["height_u"], devices, row["peak_w"], row["kg"], note))
    figure = RackElevation(
        Caption("elevation", "Rack types", "Front view of each rack type, U1 at the floor."), tuple(faces)
    )
    lead = f"{counted(len(faces), 'kind')} of compute rack, the heaviest load {_most(plan):,.0f} kW."
    return Shown(lead, (_table(plan, counts),), (figure,))


def _devices(plan: Plan, kind: str) -> tuple[RackDevice, ...]:
    """Devices of a rack type from the floor up; narrow ones that share a height are one, with their number."""
    slots = plan.racks.slots.frame.filter(pl.col("type") == kind, pl.col("role") != "blank").sort("u", "bay")
    folded = slots.group_by("u", "part", maintain_order=True).agg(
        pl.col("role").first(), pl.col("height_u").max(), pl.len().alias("count")
    )
    first = folded.unique("u", keep="first", maintain_order=True)
    return tuple(
        RackDevice(f"u{u}", f"{count} × {part}" if count > 1 else part, ROLES.get(role, role), u, height)
        for u, part, role, height, count in first.iter_rows()
    )


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
