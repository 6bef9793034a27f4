"""Which cables feed the unit substations, and does the medium-voltage system hold with any one part of it lost?"""

from __future__ import annotations

import polars as pl

from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.power_checks import power_checks
from rackwright.views.view import Shown, TableColumn, View, ViewTable, counted

__all__ = ["MEDIUM_VOLTAGE"]

RULES = ("power-voltage-drop", "power-fault-current", "power-unit-substation")
CHECKS_NOTE = "The engineer of record must review; low-voltage feeders: view low_voltage."


def _show(plan: Plan) -> Shown:
    runs = plan.power.runs.frame
    if not runs.height:
        return absent(plan, "No medium-voltage cables", "power")
    metres = sum(length * parallel for length, parallel in runs.select("length_m", "parallel").iter_rows())
    rings = runs.select("site", "ring").unique().height
    fullest = max(worst / limit for worst, limit in runs.select("worst_a", "limit_a").iter_rows())
    lead = (
        f"{counted(rings, 'ring')} with {metres / 1000:,.2f} km of circuits; the fullest segment carries "
        f"{fullest * 100:.0f} % of its ampacity with any one part lost."
    )
    checks = power_checks(plan, "Checks of the medium-voltage system", "power-mv-", others=RULES, note=CHECKS_NOTE)
    return Shown(lead, (checks, _earth_faults(plan), _cables(runs), _runs(runs)))


def _earth_faults(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("transformer", "Behind"),
        TableColumn("earthing", "Neutral"),
        TableColumn("power_mva", "Three-phase fault power", "MVA", 0),
        TableColumn("highest_a", "Earth fault at the board", "A", 0),
        TableColumn("lowest_a", "at a ring's end", "A", 0),
        TableColumn("pickup_a", "Pickup", "A", 0),
        TableColumn("capacitive_a", "Cables to earth", "A", 1),
        TableColumn("own_a", "of one ring", "A", 1),
        TableColumn("factor", "Sound phase", digits=2),
    )
    rows = tuple(
        (
            row["transformer"],
            row["earthing"],
            row["power_va"] / 1e6,
            *(row[column.name] for column in columns[3:]),
        )
        for row in plan.power.earth_faults.frame.iter_rows(named=True)
    )
    note = (
        "Sound phase: its highest voltage to earth over that before the fault. At a ring's end: as its relay sees it."
    )
    return ViewTable("Earth faults at medium voltage", columns, rows, note)


def _cables(runs: pl.DataFrame) -> ViewTable:
    columns = (
        TableColumn("site", "Site"),
        TableColumn("part", "Cable"),
        TableColumn("rings", "Rings"),
        TableColumn("segments", "Segments"),
        TableColumn("length_m", "Length of all circuits", "m", 0),
    )
    rows = []
    for (site, part), own in runs.group_by("site", "part", maintain_order=True):
        metres = float(sum(length * parallel for length, parallel in own.select("length_m", "parallel").iter_rows()))
        rows.append((str(site), str(part), own["ring"].n_unique(), own.height, metres))
    return ViewTable("Cable by part", columns, tuple(rows), "One circuit is three single-core cables.")


def _runs(runs: pl.DataFrame) -> ViewTable:
    columns = (
        TableColumn("run", "Run"),
        TableColumn("start", "From"),
        TableColumn("end", "To"),
        TableColumn("part", "Cable"),
        TableColumn("parallel", "Circuits"),
        TableColumn("length_m", "Length", "m", 0),
        TableColumn("normal_a", "Normal", "A", 0),
        TableColumn("worst_a", "Worst", "A", 0),
        TableColumn("limit_a", "Ampacity", "A", 0),
        TableColumn("failure", "when this is lost"),
    )
    names = [column.name for column in columns]
    return ViewTable("Ring segments", columns, tuple(runs.select(names).iter_rows()))


MEDIUM_VOLTAGE = View(
    "medium_voltage",
    "Medium-voltage system",
    "Which cables feed the unit substations, and does the system hold with any one part lost?",
    _show,
    in_report=False,
)
