"""What drives each gate, which project waits for which other, and until when can each long-lead order wait?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rackwright.figures import Caption, DriverLink, DriverNetwork, DriverNode
from rackwright.plan import Plan
from rackwright.program.after import parse_after
from rackwright.schedule.reasons import ANNOUNCED, MOST_LAG, held_words
from rackwright.views.absent import absent
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["DRIVERS"]

ACTUAL = "actual"


@dataclass(frozen=True, slots=True)
class _Wait:
    """An activity that waits for one of another project, and how long for a resource (0 through a link)."""

    activity: str
    driver: str
    resource: str
    days: int
    others: str = ""
    is_held_back: bool = False

    @property
    def projects(self) -> tuple[str, str]:
        """The project waited for, and the one that waits."""
        return self.driver.split(".", 1)[0], self.activity.split(".", 1)[0]

    @property
    def words(self) -> str:
        """Why the activity starts when it does, in one sentence."""
        if self.is_held_back:
            return f"{self.activity} is held back for {self.driver}"
        if not self.resource:
            return f"{self.activity} follows {self.driver}"
        held = _held(self.driver, self.others)
        return f"{self.activity} waits {counted(self.days, 'day')} for {self.resource}, {held}"


def _held(driver: str, others: str) -> str:
    """Who held a resource, the one that gave it back last first."""
    return held_words([name for name in (driver, *others.split(", ")) if name])


def _show(plan: Plan) -> Shown:
    frame = plan.schedule.activities.frame
    if not frame.height:
        return absent(plan, "No projects", "schedule")
    rows = {row["activity"]: row for row in frame.iter_rows(named=True)}
    waits = [
        _Wait(
            name,
            row["driver"],
            row["driver_resource"],
            row["wait_days"],
            row["also_held"],
            row["driver_kind"] == MOST_LAG,
        )
        for name, row in rows.items()
        if row["driver"] and row["driver_kind"] != ACTUAL
    ]
    across = [wait for wait in waits if wait.projects[0] != wait.projects[1]]
    lead = (
        f"{counted(len(across), 'start')} of {counted(len(rows), 'activity', 'activities')} hang on another project, "
        f"{sum(bool(wait.resource) for wait in across)} of them on a resource that it holds."
    )
    tables = (
        _chain_table(plan, rows),
        _across_table(across),
        _order_table(plan),
        _part_table(plan),
        _bound_table(plan),
        _measure_table(plan),
    )
    return Shown(lead, tables, (_network(plan, across),))


def _chain_table(plan: Plan, rows: dict[str, dict[str, Any]]) -> ViewTable:
    """Every step of the driving chain of each project's last activity, the first step first."""
    columns = (
        TableColumn("project", "Project"),
        TableColumn("step", "Step"),
        TableColumn("activity", "Activity"),
        TableColumn("start", "Start"),
        TableColumn("end", "End"),
        TableColumn("reason", "Why it starts then"),
    )
    date = plan.program.horizon.date
    cells: list[tuple[Cell, ...]] = []
    for project in plan.program.projects:
        own = [row for row in rows.values() if row["project"] == project.id]
        last = max(own, key=lambda row: (row["finish_day"], row["activity"]))
        for step, name in enumerate(_chain(rows, last["activity"]), 1):
            row = rows[name]
            days = (date(row["start_day"]), date(row["finish_day"]))
            cells.append((project.id, step, name, *days, _reason(row)))
    return ViewTable("Driving chain of each project's end", columns, tuple(cells))


def _chain(rows: dict[str, dict[str, Any]], activity: str) -> list[str]:
    chain: list[str] = []
    while activity and activity not in chain:
        chain.append(activity)
        activity = rows[activity]["driver"]
    return chain[::-1]


def _reason(row: dict[str, Any]) -> str:
    if row["driver_kind"] == ACTUAL:
        return "has begun"
    if row["driver_kind"] == "resource":
        held = _held(row["driver"], row["also_held"])
        return f"waits {counted(row['wait_days'], 'day')} for {row['driver_resource']}, {held}"
    if row["driver_kind"] == MOST_LAG:
        return f"held back, so as not to lie further before {row['driver']} than a most lag allows"
    if row["driver_kind"] == ANNOUNCED:
        return "held back for the day on which it was announced"
    return f"follows {row['driver']}" if row["driver"] else "release of the project, or its own earliest day"


def _across_table(across: list[_Wait]) -> ViewTable:
    columns = (
        TableColumn("project", "Project"),
        TableColumn("waits_for", "waits for"),
        TableColumn("wait_days", "Waits", "days"),
        TableColumn("words", "Where"),
    )
    ordered = sorted(across, key=lambda wait: (-wait.days, wait.activity))
    rows = tuple((wait.projects[1], wait.projects[0], wait.days or None, wait.words) for wait in ordered)
    return ViewTable("Projects that wait for others", columns, rows)


def _order_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("activity", "Order"),
        TableColumn("item", "Item"),
        TableColumn("supplier", "Supplier"),
        TableColumn("planned", "Planned"),
        TableColumn("need", "There by"),
        TableColumn("p50", "Last day, 50 % sure"),
        TableColumn("p80", "80 %"),
        TableColumn("p95", "95 %"),
        TableColumn("is_late", "Too late for 80 %"),
    )
    date = plan.program.horizon.date
    rows = tuple(
        (
            row["activity"], row["item"], row["supplier"],
            *(date(row[name]) for name in ("planned_day", "need_day", "p50_day", "p80_day", "p95_day")),
            row["p80_day"] < 0,
        )
        for row in plan.schedule.long_lead.frame.sort("p80_day", "activity").iter_rows(named=True)
    )  # fmt: skip
    return ViewTable("Last responsible day of each long-lead order", columns, rows)


def _part_table(plan: Plan) -> ViewTable:
    """Parts of engineering builds with the last day to order them from the quickest offer."""
    columns = (
        TableColumn("activity", "Build"),
        TableColumn("item", "Part"),
        TableColumn("qty", "Number"),
        TableColumn("need", "Taken on"),
        TableColumn("order_by", "Order by"),
        TableColumn("supplier", "Quickest offer"),
    )
    quickest: dict[str, tuple[float, str]] = {}
    for offer in plan.program.supply.offers:
        lead = (offer.lead_days.value, offer.supplier)
        quickest[offer.item] = min(lead, quickest.get(offer.item, lead))
    date = plan.program.horizon.date
    rows: list[tuple[Cell, ...]] = []
    for row in plan.schedule.part_needs.frame.sort("day", "activity", "item").iter_rows(named=True):
        days, supplier = quickest.get(row["item"], (None, ""))
        order_by = None if days is None else date(row["day"] - round(days))
        rows.append((row["activity"], row["item"], row["qty"], date(row["day"]), order_by, supplier))
    note = "They come before racks. Order by: need less the median lead time of the quickest offer."
    return ViewTable("Parts of engineering builds", columns, tuple(rows), note)


def _bound_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("project", "Project"),
        TableColumn("end", "Ends"),
        TableColumn("critical_path", "Not before, by links"),
        TableColumn("energetic", "Not before, by work of resources"),
        TableColumn("sharing_days", "Days that sharing costs", "days"),
        TableColumn("least_lateness", "Lateness that no plan avoids", "weighted days", 0),
    )
    date = plan.program.horizon.date
    rows = tuple(
        (
            row["project"], date(row["day"]), date(row["critical_path_day"]), date(row["energetic_day"]),
            row["day"] - row["critical_path_day"], row["least_lateness"],
        )
        for row in plan.schedule.bounds.frame.sort("project").iter_rows(named=True)
    )  # fmt: skip
    return ViewTable("How early each project could end at best", columns, rows)


def _measure_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("rank", "Rank"),
        TableColumn("measure", "Measure"),
        TableColumn("value", "The plan", digits=0),
        TableColumn("unit", "Unit"),
        TableColumn("least", "Never below", digits=0),
    )
    rows = tuple(plan.schedule.measures.frame.sort("rank").iter_rows())
    note = (
        f"Objective of the program (policy.schedule_objective): {plan.program.policy.schedule_objective}. The first "
        "measure in which two schedules differ decides; less is better."
    )
    return ViewTable("What schedules were compared by, in order", columns, rows, note)


def _spare_links(plan: Plan, rows: dict[str, dict[str, Any]]) -> dict[tuple[str, str], int]:
    """Least days to spare of the links from one project to another, by pair of projects."""
    links = [(link.origin, link.to, link.kind, round(link.lag_days)) for link in plan.program.links]
    for project in plan.program.projects:
        for activity in project.activities:
            found = (parse_after(text, project.id, rows.keys()) for text in activity.after)
            name = f"{project.id}.{activity.id}"
            links += [(after.activity, name, "FS", round(after.lag_days)) for after in found if after is not None]
    spare: dict[tuple[str, str], int] = {}
    for before, after, kind, lag in links:
        pair = (before.split(".", 1)[0], after.split(".", 1)[0])
        if pair[0] != pair[1]:
            reached = rows[before]["finish_day" if kind[0] == "F" else "start_day"] + lag
            days = rows[after]["finish_day" if kind[1] == "F" else "start_day"] - reached
            spare[pair] = min(days, spare.get(pair, days))
    return spare


def _network(plan: Plan, across: list[_Wait]) -> DriverNetwork:
    """Projects that wait for one another: the longest wait of each pair."""
    longest: dict[tuple[tuple[str, str], bool], _Wait] = {}
    for wait in sorted(across, key=lambda wait: (wait.days, wait.activity)):
        longest[wait.projects, bool(wait.resource)] = wait
    late = set(plan.schedule.late["project"].to_list())
    ends = dict(plan.schedule.bounds.frame.select("project", "day").iter_rows())
    spare = _spare_links(plan, {row["activity"]: row for row in plan.schedule.activities.frame.iter_rows(named=True)})
    spare = {pair: days for pair, days in spare.items() if (pair, False) not in longest}
    used = {name for pair in (*(pair for pair, _ in longest), *spare) for name in pair}
    nodes = tuple(
        DriverNode(
            project.id,
            project.name,
            f"ends {plan.program.horizon.date(ends[project.id])}, due {project.due}",
            "warning" if project.id in late else "none",
        )
        for project in sorted(plan.program.projects, key=lambda project: (ends[project.id], project.id))
        if project.id in used
    )
    links = tuple(
        DriverLink(*pair, f"{wait.days} d: {wait.resource}" if wait.resource else "link", bool(wait.resource))
        for (pair, _), wait in sorted(longest.items())
    )
    links += tuple(DriverLink(*pair, f"link, {days} d to spare") for pair, days in sorted(spare.items()))
    words = "An arrow runs from a project to one that waits for it, through a link or for a resource that it holds."
    return DriverNetwork(Caption("drivers", "Which project waits for which", words), nodes, links)


DRIVERS = View(
    "drivers", "What drives each date", "What drives each gate, and which project waits for which other?",
    _show, in_report=False,
)  # fmt: skip
