"""What would mend each failed check of power and cooling, with its size?"""

from __future__ import annotations

import polars as pl

from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.view import Shown, TableColumn, View, ViewTable, counted

__all__ = ["REPAIRS"]

KEY = ["rule", "subject"]


def _show(plan: Plan) -> Shown:
    if not len(plan.power.checks) and not len(plan.cooling.checks):
        return absent(plan, "Neither power nor cooling was planned", "power")
    stages = (plan.power, plan.cooling)
    parts = [
        stage.checks.frame.filter(~pl.col("passed")).join(
            stage.reliefs.frame, on=KEY, how="left", maintain_order="left"
        )
        for stage in stages
    ]
    failed = pl.concat(parts).select(*KEY, "value", "limit", "unit", pl.col("relief").fill_null(""))
    held = sum(len(stage.checks) for stage in stages)
    columns = (
        TableColumn("rule", "Rule"),
        TableColumn("subject", "Subject"),
        TableColumn("value", "Value"),
        TableColumn("limit", "Limit"),
        TableColumn("unit", "Unit"),
        TableColumn("relief", "Nearest repair"),
    )
    lead = f"{counted(failed.height, 'check')} of {held:,} of power and cooling failed."
    note = "Each repair is of its own check; what else it moves shows once it is in the program and planned again."
    return Shown(lead, (ViewTable("Failed checks and their repairs", columns, tuple(failed.iter_rows()), note),))


REPAIRS = View(
    "repairs", "Repairs", "What would mend each failed check of power and cooling, with its size?", _show,
    in_report=False,
)  # fmt: skip
