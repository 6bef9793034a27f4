"""Which activities and links are drawn in a way that makes dates hard to believe, and by which rule?"""

from __future__ import annotations

import polars as pl

from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.view import Shown, TableColumn, View, ViewTable, counted

__all__ = ["LINT"]


def _show(plan: Plan) -> Shown:
    if not len(plan.schedule.activities):
        return absent(plan, "No projects", "schedule")
    flaws = plan.schedule.flaws.frame
    rules = _rules(plan)
    failed = rules.filter(~pl.col("passed")).height
    lead = f"{counted(failed, 'rule')} broken; {counted(flaws.height, 'flaw')} of links, durations and evidence in all."
    return Shown(lead, (_rule_table(rules, flaws), _flaw_table(flaws, rules)))


def _rules(plan: Plan) -> pl.DataFrame:
    """The worst row of each rule that lists offenders, failed ones first."""
    checks = plan.schedule.checks.frame.filter(pl.col("rule").is_in(plan.schedule.flaws["rule"].unique()))
    return checks.sort("passed", "rule", "subject").unique("rule", keep="first", maintain_order=True)


def _rule_table(rules: pl.DataFrame, flaws: pl.DataFrame) -> ViewTable:
    columns = (
        TableColumn("rule", "Rule"),
        TableColumn("state", "State"),
        TableColumn("flaws", "Offenders"),
        TableColumn("limit", "Limit"),
        TableColumn("unit", "Unit"),
        TableColumn("source", "Limit from"),
    )
    counts = dict(flaws.group_by("rule").len().iter_rows())
    rows = tuple(
        (
            row["rule"],
            "passed" if row["passed"] else "failed",
            counts[row["rule"]],
            row["limit"],
            row["unit"],
            row["source"],
        )
        for row in rules.iter_rows(named=True)
    )
    return ViewTable("Rules with offenders", columns, rows)


def _flaw_table(flaws: pl.DataFrame, rules: pl.DataFrame) -> ViewTable:
    columns = (TableColumn("rule", "Rule"), TableColumn("subject", "Where"), TableColumn("words", "What"))
    place = {rule: number for number, rule in enumerate(rules["rule"])}
    rows = sorted(flaws.select("rule", "subject", "words").iter_rows(), key=lambda row: (place[row[0]], row[1]))
    return ViewTable("Offenders", columns, tuple(rows))


LINT = View(
    "lint", "How projects are drawn", "Which activities and links make dates hard to believe, and by which rule?",
    _show, in_report=False,
)  # fmt: skip
