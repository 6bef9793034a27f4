"""Which rules were held against which values, which failed, and what does the independent judge say?"""

from __future__ import annotations

from rackwright.judge import judge_plan
from rackwright.plan import STAGES, Plan
from rackwright.tables.checks import Checks
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable

__all__ = ["CHECKS", "checks_shown"]


def checks_shown(plan: Plan, judged: Checks) -> Shown:
    """Checks of every stage, failed ones first, beside the judge's rows."""
    rows = _rows(plan)
    failed = [row for row in rows if row[0] == "failed"]
    broken = int((~judged["passed"]).sum())
    lead = f"{len(failed)} of {len(rows):,} checks failed; the judge found {broken} of its {len(judged)} rules broken."
    if not rows and not len(judged):
        lead = "Nothing was checked: no stage was run."
    return Shown(lead, (_judge_table(judged), _failed_table(failed), _rule_table(rows)))


def _rows(plan: Plan) -> list[tuple[Cell, ...]]:
    """(state, stage, rule, subject, value, limit, unit, source), failed first."""
    rows: list[tuple[Cell, ...]] = []
    for stage in STAGES:
        frame = getattr(plan, stage).checks.frame
        rows += [
            ("passed" if passed else "failed", stage, rule, subject, value, limit, unit, source)
            for rule, subject, value, limit, unit, passed, source in frame.select(
                "rule", "subject", "value", "limit", "unit", "passed", "source"
            ).iter_rows()
        ]
    return sorted(rows, key=lambda row: row[0] != "failed")


def _failed_table(failed: list[tuple[Cell, ...]]) -> ViewTable:
    columns = (
        TableColumn("stage", "Stage"),
        TableColumn("rule", "Rule"),
        TableColumn("subject", "Subject"),
        TableColumn("value", "Value"),
        TableColumn("limit", "Limit"),
        TableColumn("unit", "Unit"),
        TableColumn("source", "Limit from"),
    )
    return ViewTable("Failed checks", columns, tuple(row[1:] for row in failed))


def _rule_table(rows: list[tuple[Cell, ...]]) -> ViewTable:
    """Every rule with how often it was held and how often it failed."""
    counts: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        count = counts.setdefault((str(row[1]), str(row[2])), [0, 0])
        count[0] += 1
        count[1] += row[0] == "failed"
    columns = (
        TableColumn("stage", "Stage"),
        TableColumn("rule", "Rule"),
        TableColumn("held", "Held against"),
        TableColumn("failed", "Failed"),
    )
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1][1], list(STAGES).index(pair[0][0]), pair[0][1]))
    return ViewTable("Rules", columns, tuple((stage, rule, n, f) for (stage, rule), (n, f) in ordered))


def _judge_table(judged: Checks) -> ViewTable:
    columns = (
        TableColumn("state", "State"),
        TableColumn("rule", "Rule"),
        TableColumn("words", "In words"),
        TableColumn("subject", "Looked at"),
    )
    rows = [
        ("holds" if passed else "broken", rule, source, subject.replace(" looked at", "", 1))
        for rule, subject, passed, source in judged.frame.select("rule", "subject", "passed", "source").iter_rows()
    ]
    rows.sort(key=lambda row: row[0] != "broken")
    note = "Other code than the stages' counts every rack, cable, port and day of this plan again."
    return ViewTable("Judge", columns, tuple(rows), note)


def _show(plan: Plan) -> Shown:
    return checks_shown(plan, judge_plan(plan))


CHECKS = View("checks", "Checks and judge", "Which rules were held against which values, and which failed?", _show)
