"""Which rungs are there at all, taken or not; what guards against bad luck; what is taken when a branch is known?"""

from __future__ import annotations

import datetime as dt
import math

from rackwright.program import Program
from rackwright.scenarios import Decided, LadderOption
from rackwright.scenarios.project_rungs import ProjectRung
from rackwright.scenarios.swings import Swing
from rackwright.views.view import Cell, TableColumn, ViewTable, percent

__all__ = [
    "DAYS_PER_WEEK",
    "RUNG_COLUMNS",
    "SHOWN_USD",
    "USD_PER_MUSD",
    "driver_table",
    "guard_table",
    "ladder_table",
    "musd",
    "project_rung_table",
    "rung_words",
    "stage_table",
    "without_sign",
]

USD_PER_MUSD, DAYS_PER_WEEK = 1e6, 7.0
SHOWN_USD = 5_000.0
"""Half of the last digit of money that is shown."""
RUNG_COLUMNS = (TableColumn("item", "Item"), TableColumn("supplier", "Supplier"), TableColumn("rung", "Rung"))
"""What names a rung in every table about commitments."""
KINDS = {"lead": "lead time", "allocation": "allocation", "make-lead": "making time", "yield": "yield"}


def musd(usd: float) -> float | None:
    """Millions for a table, without the sign of what would be shown as minus nothing; empty where it is not known."""
    return without_sign(usd) / USD_PER_MUSD if math.isfinite(usd) else None


def without_sign(usd: float) -> float:
    """The amount, or 0 where it would be shown as minus nothing."""
    return 0.0 if -SHOWN_USD < usd <= 0.0 else usd


def rung_words(text: str) -> str:
    """A rung for people."""
    return text.replace("-", " ")


def ladder_table(decided: Decided, program: Program) -> ViewTable:
    """Every rung that could be taken, by item and supplier in rising commitment, and what becomes of it."""
    columns = (
        *RUNG_COLUMNS,
        TableColumn("per_week", "Size", "a week", 0),
        TableColumn("qty", "in all", "pieces", 0),
        TableColumn("fee_musd", "Fee now", "MUSD", 2),
        TableColumn("sunk_musd", "of it lost if unused", "MUSD", 2),
        TableColumn("liable_musd", "Owed if never used", "MUSD", 2),
        TableColumn("lead_weeks", "Lead time then", "weeks", 1),
        TableColumn("lapses", "Lapses"),
        TableColumn("payer", "Pays"),
        TableColumn("advice", "Advice"),
    )
    taken, free = set(decided.best.picks), set(decided.free)
    later = {(row.option.group, row.option.rung): row.used_share for row in decided.waits}
    rows = tuple(
        (
            option.item,
            option.supplier,
            rung_words(option.rung),
            option.per_week,
            option.qty,
            musd(option.fee_usd),
            musd(min(option.fee_usd, option.lost_usd)),
            musd(option.liable_usd),
            option.lead_days.value / DAYS_PER_WEEK if option.lead_days is not None else None,
            program.as_of + dt.timedelta(days=round(option.hold_days)),
            option.payer,
            "take, free"
            if option in free
            else _advice(option, number in taken, later.get((option.group, option.rung), 0.0)),
        )
        for number, option in enumerate(decided.options)
    )
    note = (
        "Lead time then: empty where the rung leaves it as it is. Sizes: half and all of what a rung secures, "
        "never more pieces than the branch that needs most could use; fees are on all its pieces. Lost if unused: what "
        "does not come back when nothing is ordered under it."
    )
    return ViewTable("The ladder", columns, rows, note)


def _advice(option: LadderOption, is_taken: bool, later_share: float) -> str:  # noqa: FBT001 - one cell's words
    if is_taken:
        return "take now"
    if later_share > 0.0 and option.level_share == 1.0:
        return f"wait; taken in {percent(later_share)}"
    return "leave"


def project_rung_table(rungs: tuple[ProjectRung, ...], program: Program) -> ViewTable:
    """Rungs of what projects buy, and the order as planned."""
    columns = (
        TableColumn("activity", "Procurement"),
        *RUNG_COLUMNS,
        TableColumn("fee_musd", "Fee of a piece", "MUSD", 2),
        TableColumn("sunk_musd", "of it lost if unused", "MUSD", 2),
        TableColumn("lead_weeks", "Lead time then", "weeks", 1),
        TableColumn("p50", "Last day, P50"),
        TableColumn("p80", "P80"),
        TableColumn("p95", "P95"),
        TableColumn("late_weeks", "Late if taken today", "weeks", 1),
        TableColumn("payer", "Pays"),
    )
    date = program.horizon.date
    rows = tuple(
        (
            row.activity,
            row.item,
            row.supplier,
            rung_words(row.rung),
            musd(row.fee_usd),
            musd(row.sunk_usd),
            row.lead_days / DAYS_PER_WEEK,
            *(date(day) for day in row.last_days),
            row.late_days / DAYS_PER_WEEK,
            row.payer,
        )
        for row in rungs
    )
    note = "Late: expected, after the day that moves no project's end; a gate later in the project may hide it."
    return ViewTable("The ladder of what projects buy", columns, rows, note)


def guard_table(decided: Decided) -> ViewTable:
    """Worst case of some plans with a budget of things that go wrong."""
    columns = (
        TableColumn("plan", "Plan"),
        TableColumn("worse_musd", "Worst case costs more", "MUSD", 2),
        TableColumn("things", "What goes wrong in it"),
    )
    found = decided.robust
    if found is None:
        return ViewTable("Budgeted robustness", columns, ())
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            row.name,
            musd(row.worse_usd),
            "; ".join(f"{KINDS[kind]} of {item} ({owner})" for kind, owner, item in row.things),
        )
        for row in found.guards
    )
    note = (
        f"At most {found.budget} at their bad end (10 or 90 % point) at once, all else at its centre, no chances used; "
        f"{found.num_combined} of {found.num_things} things that cost anything alone, {found.num_cases} cases. Costs "
        "beyond doing nothing with everything at its centre."
    )
    return ViewTable("Budgeted robustness", columns, rows, note)


def stage_table(decided: Decided, program: Program) -> ViewTable:
    """What each branch takes when it is known, the same for all its luck."""
    columns = (
        TableColumn("branch", "Branch"),
        TableColumn("known", "Known by"),
        *RUNG_COLUMNS,
        TableColumn("share", "Part taken", digits=0, is_share=True),
    )
    found = decided.staged
    if found is None:
        return ViewTable("Three stages: when a branch is known", columns, ())
    day = {branch.id: program.horizon.date(branch.known_day) for branch in decided.branches}
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (row.branch, day[row.branch], row.option.item, row.option.supplier, rung_words(row.option.rung), row.share)
        for row in found.takes
    )
    if not rows:
        rows = (("every branch", None, "", "", "nothing", None),)
    gap = (found.cost_usd - found.bound_usd) / USD_PER_MUSD
    note = (
        f"Now, then when the branch is known (all its luck shares the decision), then luck: {found.num_draws} draws as "
        f"one model. Over these draws alone it costs {found.cost_usd / USD_PER_MUSD:,.2f} MUSD (proved within "
        f"{gap:,.2f} MUSD); what it costs over all scenarios is told under ways to choose."
    )
    return ViewTable("Three stages: when a branch is known", columns, rows, note)


def driver_table(swings: tuple[Swing, ...]) -> ViewTable:
    """What moves the cost of the plan advised."""
    columns = (
        TableColumn("driver", "Driver"),
        TableColumn("low_musd", "Expected cost where it is low", "MUSD", 2),
        TableColumn("high_musd", "where it is high", "MUSD", 2),
    )
    rows = tuple((row.name, musd(row.low_usd), musd(row.high_usd)) for row in swings)
    note = (
        "Lowest and highest fifth of the scenarios, by what a cost is above the mean of its branch. Of all "
        "things drawn only those whose effect chance would not show among so many; each by itself, all else as drawn."
    )
    return ViewTable("What moves the cost", columns, rows, note)
