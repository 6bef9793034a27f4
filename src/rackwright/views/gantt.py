"""How do the projects run in parallel, what is critical, and which date is safe?"""

from __future__ import annotations

from rackwright.figures import Caption, Gantt, GanttBar, GanttGroup
from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["GATES", "SCHEDULE"]

USUAL = "weighted-tardiness"


def _show(plan: Plan) -> Shown:
    if not len(plan.schedule.activities):
        return absent(plan, "No projects", "schedule")
    gates = {row["gate"]: row for row in plan.schedule.gates.frame.iter_rows(named=True)}
    groups = []
    for project in plan.program.projects:
        own = plan.schedule.activities.frame.filter(project=project.id).sort("start_day", "finish_day", "activity")
        bars = tuple(_bar(row, gates.get(str(row["activity"]))) for row in own.iter_rows(named=True))
        groups.append(GanttGroup(project.id, project.name, bars))
    figure = Gantt(
        Caption(
            "gantt", "Projects in parallel", "Bars are activities, diamonds gates; whiskers reach from P50 to P80."
        ),
        plan.program.horizon.start,
        tuple(groups),
        today_day=plan.program.horizon.day(plan.program.as_of)
        if plan.program.as_of >= plan.program.horizon.start
        else None,
    )
    late = plan.schedule.late.frame
    activities = counted(len(plan.schedule.activities), "activity", "activities")
    lead = f"{counted(len(groups), 'project')} with {activities}; {late.height} end after their due day."
    if plan.program.policy.schedule_objective != USUAL:
        lead += f" Chosen by {plan.program.policy.schedule_objective} before lateness."
    return Shown(lead, (_late_table(plan), _wait_table(plan)), (figure,))


def _bar(row: dict[str, object], gate: dict[str, object] | None) -> GanttBar:
    name = str(row["activity"]).split(".", 1)[1]
    is_gate = row["kind"] == "gate"
    return GanttBar(
        name,
        str(row["name"]),
        int(str(row["start_day"])),
        int(str(row["finish_day"])),
        "gate" if is_gate else "activity",
        None if gate is None else int(str(gate["p50_day"])),
        None if gate is None else int(str(gate["p80_day"])),
        bool(row["is_critical"]),
    )


def _late_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("project", "Project"),
        TableColumn("due", "Due"),
        TableColumn("end", "Ends"),
        TableColumn("late_days", "Late", "days"),
        TableColumn("cause", "Driving chain, from the end backwards"),
        TableColumn("relief", "Relief tried"),
    )
    date = plan.program.horizon.date
    rows = tuple(
        (row["project"], date(row["due_day"]), date(row["finish_day"]), row["late_days"], row["cause"], row["relief"])
        for row in plan.schedule.late.frame.sort("late_days", descending=True).iter_rows(named=True)
    )
    return ViewTable("Late projects", columns, rows)


def _wait_table(plan: Plan) -> ViewTable:
    """Longest waits for a shared resource."""
    columns = (
        TableColumn("activity", "Activity"),
        TableColumn("wait_days", "Waits", "days"),
        TableColumn("resource", "for"),
        TableColumn("driver", "held by"),
    )
    waits = plan.schedule.activities.frame.filter(driver_kind="resource").sort(
        "wait_days", "activity", descending=[True, False]
    )
    held = waits.select("activity", "wait_days", "driver_resource", "driver", "also_held").head(12).iter_rows()
    rows = tuple((*row[:3], ", ".join(name for name in row[3:] if name)) for row in held)
    return ViewTable("Longest waits for shared resources", columns, rows)


def _show_gates(plan: Plan) -> Shown:
    if not len(plan.schedule.gates):
        return absent(plan, "No gates", "schedule")
    columns = (
        TableColumn("gate", "Gate"),
        TableColumn("kind", "Kind"),
        TableColumn("planned", "Planned"),
        TableColumn("p50", "P50"),
        TableColumn("p80", "P80"),
        TableColumn("p95", "P95"),
        TableColumn("due", "Due"),
        TableColumn("cause", "Driven by"),
    )
    date = plan.program.horizon.date
    rows: list[tuple[Cell, ...]] = [
        (
            r["gate"],
            r["kind"],
            date(r["day"]),
            date(r["p50_day"]),
            date(r["p80_day"]),
            date(r["p95_day"]),
            None if r["due_day"] is None else date(r["due_day"]),
            r["cause"],
        )
        for r in plan.schedule.gates.frame.sort("p80_day", "gate").iter_rows(named=True)
    ]
    late = sum(row[4] > row[6] for row in rows if row[4] is not None and row[6] is not None)  # type: ignore[operator]
    bias = plan.schedule.gates["merge_bias_days"].to_list()
    lead = (
        f"{counted(len(rows), 'gate')}; {late} later than due at 80 %. Planned: every duration at "
        f"its median; merging paths, risks and long tails bring the median of a gate up to {max(*bias, 0)} days later."
    )
    return Shown(lead, (ViewTable("Gates", columns, tuple(rows)),))


SCHEDULE = View("schedule", "Projects in parallel", "How do the projects run in parallel, and what drives them?", _show)
GATES = View("gates", "Gates with probabilities", "Which date of each gate is safe?", _show_gates)
