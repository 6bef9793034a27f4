"""How do projects stand against their baseline: moved gates with their price, and earned value?"""

from __future__ import annotations

from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.view import Shown, TableColumn, View, ViewTable, counted

__all__ = ["PROGRESS", "moved_gates_table"]

CENTS_PER_MUSD = 1e8


def _show(plan: Plan) -> Shown:
    if not len(plan.schedule.activities):
        return absent(plan, "No projects", "schedule")
    moved = plan.schedule.moved.frame
    later = moved.filter(moved["moved_days"] > 0).height
    lead = f"{counted(moved.height, 'gate')} moved against the plan announced, {later} of them later."
    return Shown(lead, (moved_gates_table(plan), _earned_table(plan)))


def moved_gates_table(plan: Plan) -> ViewTable:
    """Gates that moved against the incumbent, or the baseline where there is none; the largest move first."""
    columns = (
        TableColumn("gate", "Gate"),
        TableColumn("announced", "Announced"),
        TableColumn("now", "Now"),
        TableColumn("moved_days", "Moved", "days"),
        TableColumn("price", "Price", "weighted days", 1),
    )
    date = plan.program.horizon.date
    rows = sorted(
        (
            (row["gate"], date(row["announced_day"]), date(row["day"]), row["moved_days"], row["price"])
            for row in plan.schedule.moved.frame.iter_rows(named=True)
        ),
        key=lambda row: (-abs(row[3]), row[0]),
    )
    return ViewTable("Moved gates", columns, tuple(rows))


def _earned_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("project", "Project"),
        TableColumn("planned_musd", "Planned value PV", "MUSD", 3),
        TableColumn("earned_musd", "Earned value EV", "MUSD", 3),
        TableColumn("actual_musd", "Actual cost AC", "MUSD", 3),
        TableColumn("schedule_index", "SPI", digits=2),
        TableColumn("cost_index", "CPI", digits=2),
    )
    rows = tuple(
        (
            row["project"],
            *(row[name] / CENTS_PER_MUSD for name in ("planned_cent", "earned_cent", "actual_cent")),
            row["schedule_index"], row["cost_index"],
        )
        for row in plan.schedule.earned.frame.sort("project").iter_rows(named=True)
    )  # fmt: skip
    note = "In money of modes and resources; actual cost is pro rata of days worked where no `spent` is booked."
    return ViewTable("Earned value", columns, rows, note)


PROGRESS = View(
    "progress", "Progress of projects", "Which gates have moved against the plan announced, and what has been earned?",
    _show, in_report=False,
)  # fmt: skip
