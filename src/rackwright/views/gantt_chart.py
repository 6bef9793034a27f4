"""What does every activity look like in time: its float, its links, its baseline; and the gates by generation?"""

from __future__ import annotations

from typing import Any

from rackwright.figures import Caption, Gantt, GanttBar, GanttGroup, GanttLink, Severity
from rackwright.plan import Plan
from rackwright.program.after import parse_after
from rackwright.program.projects import Project
from rackwright.views.absent import absent
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["GANTT", "GENERATIONS"]

MOST_FLOAT_DAYS = 365  # a longer float is drawn as a year


def _show(plan: Plan) -> Shown:
    frame = plan.schedule.activities.frame
    if not frame.height:
        return absent(plan, "No projects", "schedule")
    gates = {row["gate"]: row for row in plan.schedule.gates.frame.iter_rows(named=True)}
    baselines = _baselines(plan)
    groups = []
    for project in plan.program.projects:
        own = frame.filter(project=project.id).sort("start_day", "finish_day", "activity")
        bars = tuple(
            _bar(row, gates.get(row["activity"]), baselines.get(row["activity"])) for row in own.iter_rows(named=True)
        )
        groups.append(GanttGroup(project.id, project.name, bars))
    words = "Bars are activities, diamonds gates; links run from an activity to those that wait for it."
    figure = Gantt(
        Caption("gantt-full", "Every activity with float, links and baseline", words),
        plan.program.horizon.start, tuple(groups), _links(plan), _today(plan), has_years=True,
    )  # fmt: skip
    critical = frame.filter(is_critical=True).height
    lead = f"{counted(frame.height, 'activity', 'activities')}, {critical} critical, {len(baselines)} with a baseline."
    return Shown(lead, (_table(plan, baselines),), (figure,))


def _today(plan: Plan) -> int | None:
    """Status date in days of the horizon; None before it."""
    horizon = plan.program.horizon
    return horizon.day(plan.program.as_of) if plan.program.as_of >= horizon.start else None


def _baselines(plan: Plan) -> dict[str, tuple[int, int]]:
    """Baseline (first day, day after) of each activity that has one; without a start the end alone."""
    origin = plan.program.horizon.start
    found = {}
    for project in plan.program.projects:
        for activity in project.activities:
            if activity.baseline_finish is not None:
                start = activity.baseline_start or activity.baseline_finish
                found[f"{project.id}.{activity.id}"] = ((start - origin).days, (activity.baseline_finish - origin).days)
    return found


def _bar(row: dict[str, Any], gate: dict[str, Any] | None, baseline: tuple[int, int] | None) -> GanttBar:
    return GanttBar(
        row["activity"].split(".", 1)[1], row["name"], row["start_day"], row["finish_day"],
        "gate" if row["kind"] == "gate" else "activity",
        None if gate is None else gate["p50_day"], None if gate is None else gate["p80_day"],
        row["is_critical"],
        p95_day=None if gate is None else gate["p95_day"],
        float_days=min(row["float_days"], MOST_FLOAT_DAYS) if row["driver_kind"] != "actual" else 0,
        baseline=baseline,
    )  # fmt: skip


def _links(plan: Plan) -> tuple[GanttLink, ...]:
    names = {f"{p.id}.{a.id}" for p in plan.program.projects for a in p.activities}
    pairs = [
        (after.activity, f"{project.id}.{activity.id}")
        for project in plan.program.projects
        for activity in project.activities
        for after in (parse_after(text, project.id, names) for text in activity.after)
        if after is not None
    ]
    pairs += [(link.origin, link.to) for link in plan.program.links]
    return tuple(GanttLink(before.replace(".", "/", 1), after.replace(".", "/", 1)) for before, after in pairs)


def _table(plan: Plan, baselines: dict[str, tuple[int, int]]) -> ViewTable:
    columns = (
        TableColumn("activity", "Activity"),
        TableColumn("start", "Start"),
        TableColumn("end", "End"),
        TableColumn("float_days", "Float", "days"),
        TableColumn("is_critical", "Critical"),
        TableColumn("baseline_end", "Baseline end"),
        TableColumn("slip_days", "Later than baseline", "days"),
    )
    date = plan.program.horizon.date
    rows: list[tuple[Cell, ...]] = []
    for row in plan.schedule.activities.frame.sort("start_day", "activity").iter_rows(named=True):
        known = baselines.get(row["activity"])
        end = row["finish_day"]
        shown = (row["activity"], date(row["start_day"]), date(end), row["float_days"], row["is_critical"])
        rows.append((*shown, None if known is None else date(known[1]), None if known is None else end - known[1]))
    return ViewTable("Activities", columns, tuple(rows), "An end is the first day after.")


def _show_generations(plan: Plan) -> Shown:
    frame = plan.schedule.gates.frame
    if not frame.height:
        return absent(plan, "No gates", "schedule")
    generations = {platform.id: platform.generation for platform in plan.program.platforms}
    groups: dict[str, list[GanttBar]] = {}
    rows: list[tuple[Cell, ...]] = []
    date = plan.program.horizon.date
    projects = {project.id: project for project in plan.program.projects}
    for row in frame.sort("day", "gate").iter_rows(named=True):
        project = projects.get(row["project"])
        group = _group(project, generations)
        groups.setdefault(group, []).append(_gate_bar(row))
        days = tuple(date(row[name]) for name in ("day", "p50_day", "p80_day", "p95_day"))
        due = None if row["due_day"] is None else date(row["due_day"])
        spread = row["p95_day"] - row["p50_day"]
        rows.append((group, row["gate"], row["kind"], *days, due, spread, row["on_time_share"]))
    words = "Diamonds are planned dates; whiskers reach to P80 with a tick at P50, dots are P95; marked: late at P80."
    ordered = sorted(groups, key=lambda name: (not name.startswith("Generation"), name))
    figure = Gantt(
        Caption("generations", "Gates by generation", words),
        plan.program.horizon.start,
        tuple(GanttGroup(name.lower().replace(" ", "-"), name, tuple(groups[name])) for name in ordered),
        today_day=_today(plan),
    )
    rows.sort(key=lambda cells: (ordered.index(str(cells[0])), cells[3], cells[1]))
    lead = f"{counted(len(rows), 'gate')} in {counted(len(groups), 'group')}."
    return Shown(lead, (ViewTable("Gates by generation", GATE_COLUMNS, tuple(rows)),), (figure,))


def _group(project: Project | None, generations: dict[str, int]) -> str:
    if project is None:
        return "Set aside: not within the horizon"
    return f"Generation {generations[project.platform]}" if project.platform in generations else "Sites and lines"


GATE_COLUMNS = (
    TableColumn("generation", "Generation"),
    TableColumn("gate", "Gate"),
    TableColumn("kind", "Kind"),
    TableColumn("planned", "Planned"),
    TableColumn("p50", "P50"),
    TableColumn("p80", "P80"),
    TableColumn("p95", "P95"),
    TableColumn("due", "Due"),
    TableColumn("spread_days", "P95 less P50", "days"),
    TableColumn("on_time_share", "On time", digits=0, is_share=True),
)


def _gate_bar(row: dict[str, Any]) -> GanttBar:
    label = f"{row['gate']} ({row['kind']})"
    days = (row["p50_day"], row["p80_day"])
    severity: Severity = "warning" if row["due_day"] is not None and row["p80_day"] > row["due_day"] else "none"
    day = row["day"]
    return GanttBar(row["gate"], label, day, day, "gate", *days, severity=severity, p95_day=row["p95_day"])


GANTT = View(
    "gantt", "Every activity in time", "When does each activity run, how far may it slip, and what moved since the "
    "baseline?", _show, in_report=False,
)  # fmt: skip
GENERATIONS = View(
    "generations", "Gates by generation", "When does each generation pass its gates, and how sure is that?",
    _show_generations, in_report=False,
)  # fmt: skip
