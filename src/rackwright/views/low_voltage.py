"""Which low-voltage cables feed boards, UPS and busways, and do ampacity and voltage drop hold?"""

from __future__ import annotations

import polars as pl

from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.power_checks import power_checks
from rackwright.views.view import Shown, TableColumn, View, ViewTable, counted

__all__ = ["LOW_VOLTAGE"]
CHECKS_NOTE = "The fullest and the longest feeder of each kind. The engineer of record must review."


def _show(plan: Plan) -> Shown:
    feeders = plan.power.feeders.frame
    if not feeders.height:
        return absent(plan, "No low-voltage feeders", "power")
    kilometres = float(feeders["conductor_m"].to_numpy().sum()) / 1000.0
    fullest = float((feeders["worst_a"] / feeders["limit_a"]).to_numpy().max())
    lead = (
        f"{counted(feeders.height, 'feeder')} with {kilometres:,.1f} km of conductor; the fullest carries "
        f"{fullest * 100:.0f} % of its ampacity in the worst single failure."
    )
    checks = power_checks(plan, "Checks of the low-voltage feeders", "power-lv-", note=CHECKS_NOTE)
    return Shown(lead, (checks, _sizes(feeders), _runs(feeders)))


def _sizes(feeders: pl.DataFrame) -> ViewTable:
    columns = (
        TableColumn("site", "Site"),
        TableColumn("kind", "Kind"),
        TableColumn("part", "Conductor"),
        TableColumn("parallel", "Sets"),
        TableColumn("feeders", "Feeders"),
        TableColumn("length_m", "Mean length", "m", 1),
        TableColumn("conductor_m", "Conductor", "m", 0),
    )
    rows = []
    for key, own in feeders.group_by("site", "kind", "part", "parallel", maintain_order=True):
        site, kind, part, parallel = map(str, key)
        mean_m, metres = float(own["length_m"].to_numpy().mean()), float(own["conductor_m"].to_numpy().sum())
        rows.append((site, kind, part, int(parallel), own.height, mean_m, metres))
    note = "Conductor: phases and neutral of all sets. It is in the bill of materials by the metre."
    return ViewTable("Conductor by kind of feeder", columns, tuple(rows), note)


def _runs(feeders: pl.DataFrame) -> ViewTable:
    columns = (
        TableColumn("feeder", "Feeder"),
        TableColumn("start", "From"),
        TableColumn("end", "To"),
        TableColumn("part", "Conductor"),
        TableColumn("parallel", "Sets"),
        TableColumn("length_m", "Length", "m", 1),
        TableColumn("normal_a", "Normal", "A", 0),
        TableColumn("worst_a", "Worst", "A", 0),
        TableColumn("design_a", "Chosen for", "A", 0),
        TableColumn("limit_a", "Ampacity", "A", 0),
        TableColumn("drop_share", "Drop", digits=2, is_share=True),
    )
    names = [column.name for column in columns]
    return ViewTable("Feeders", columns, tuple(feeders.select(names).iter_rows()))


LOW_VOLTAGE = View(
    "low_voltage",
    "Low-voltage feeders",
    "Which cables feed boards, UPS and busways, and do ampacity and voltage drop hold?",
    _show,
    in_report=False,
)
