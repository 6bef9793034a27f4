"""Can the schedule be executed? Every link and every resource day, counted one by one."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict

from rackwright.judge.verdict import Verdict
from rackwright.plan import Plan
from rackwright.program.projects import Activity, Calendar, Mode

__all__ = ["judge_schedule"]

AFTER = re.compile(r"^\s*(?P<name>[\w.+-]*\w)\s*(?:(?P<sign>[+-])\s*(?P<lag>\d+(?:\.\d+)?)\s*(?P<unit>[a-z]+))?\s*$")
DAYS_OF = {"d": 1.0, "day": 1.0, "days": 1.0, "week": 7.0, "weeks": 7.0, "month": 30.4375, "months": 30.4375}


def judge_schedule(plan: Plan) -> list[Verdict]:
    """Verdicts on precedence, releases, working days and resources."""
    dates = {
        row[0]: (row[1], row[2])
        for row in plan.schedule.activities.frame.select("activity", "start_day", "finish_day").iter_rows()
    }
    if not dates:
        return []
    return [
        _precedence(plan, dates),
        _links(plan, dates),
        _releases(plan, dates),
        _working_days(plan),
        _resources(plan),
    ]


def _precedence(plan: Plan, dates: dict[str, tuple[int, int]]) -> Verdict:
    verdict = Verdict(
        "judge-precedence", "an activity starts after everything it comes after, unless it has started already"
    )
    for project in plan.program.projects:
        for activity in project.activities:
            name = f"{project.id}.{activity.id}"
            if activity.started or activity.finished:
                continue
            for text in activity.after:
                before, lag_days = _after(text)
                other = before if "." in before else f"{project.id}.{before}"
                verdict.look(f"{name} after {text}", holds=dates[name][0] >= dates[other][1] + lag_days)
    return verdict


def _after(text: str) -> tuple[str, float]:
    """Name of a predecessor and its lag in whole days; a text that cannot be read is its own name."""
    match = AFTER.match(text)
    if match is None or not match["lag"]:
        return text.strip(), 0.0
    days = float(match["lag"]) * DAYS_OF[match["unit"]]
    return match["name"], float(round(-days if match["sign"] == "-" else days))


def _links(plan: Plan, dates: dict[str, tuple[int, int]]) -> Verdict:
    verdict = Verdict(
        "judge-links", "links between projects hold with their lags, unless the successor has started already"
    )
    started = {f"{p.id}.{a.id}" for p in plan.program.projects for a in p.activities if a.started or a.finished}
    for link in plan.program.links:
        first, second = dates[link.origin], dates[link.to]
        start = first[1] if link.kind[0] == "F" else first[0]
        end = second[0] if link.kind[1] == "S" else second[1]
        if link.to not in started:
            verdict.look(f"{link.origin} {link.kind} {link.to}", holds=end - start >= link.lag_days)
    return verdict


def _releases(plan: Plan, dates: dict[str, tuple[int, int]]) -> Verdict:
    verdict = Verdict("judge-releases", "no activity starts before its project's release or its own earliest day")
    horizon = plan.program.horizon
    for project in plan.program.projects:
        for activity in project.activities:
            if activity.started or activity.finished:
                continue
            name = f"{project.id}.{activity.id}"
            floor = horizon.day(max(project.release, activity.earliest or project.release))
            verdict.look(name, holds=dates[name][0] >= floor)
    return verdict


def _working_days(plan: Plan) -> Verdict:
    """Days counted one by one, each looked up in every calendar by itself; what has begun keeps the dates it has."""
    verdict = Verdict("judge-working-days", "work takes days that its calendar and those of its resources all work")
    rows = plan.schedule.activities.frame.select("activity", "start_day", "finish_day", "mode").iter_rows()
    chosen = {name: (start, finish, mode) for name, start, finish, mode in rows}
    for project in plan.program.projects:
        for activity in project.activities:
            if activity.modes and not (activity.started or activity.finished):
                start, finish, mode = chosen[f"{project.id}.{activity.id}"]
                _look_at_days(verdict, plan, activity, (start, finish, activity.modes[mode]))
    return verdict


def _look_at_days(verdict: Verdict, plan: Plan, activity: Activity, way: tuple[int, int, Mode]) -> None:
    start, finish, mode = way
    names = [activity.calendar]
    if not activity.ignores_resource_calendars:
        taken = {demand.resource for demand in mode.demands}
        names += [row.calendar for row in plan.program.resources if row.id in taken and row.kind == "renewable"]
    needed = [calendar for calendar in plan.program.calendars if calendar.id in names]
    days = [all(_is_worked(row, plan.program.horizon.date(day)) for row in needed) for day in range(start, finish)]
    asked = round(mode.duration.value)
    holds = sum(days) == asked and (not days or (days[0] and days[-1]))
    verdict.look(f"{activity.id}: {sum(days)} of {asked} days, {start} to {finish}", holds=holds)


def _is_worked(calendar: Calendar, date: dt.date) -> bool:
    is_off = date in calendar.holidays or any(row.start <= date < row.end for row in calendar.shutdowns)
    return f"{date:%a}".lower() in calendar.weekdays and not is_off


def _resources(plan: Plan) -> Verdict:
    verdict = Verdict("judge-resources", "no resource is used above its capacity on any day")
    capacity = {resource.id: (resource.capacity, resource.kind) for resource in plan.program.resources}
    used: dict[tuple[str, int], int] = defaultdict(int)
    total: dict[str, int] = defaultdict(int)
    rows = plan.schedule.bookings.frame.select("resource", "units", "start_day", "finish_day")
    for resource, units, start, finish in rows.iter_rows():
        total[resource] += units
        for day in range(start, finish):
            used[resource, day] += units
    for (resource, day), units in sorted(used.items()):
        if capacity[resource][1] == "renewable":
            verdict.look(
                f"{resource} day {day}: {units} of {capacity[resource][0]}", holds=units <= capacity[resource][0]
            )
    for resource, units in sorted(total.items()):
        if capacity[resource][1] == "consumable":
            verdict.look(f"{resource}: {units} of {capacity[resource][0]}", holds=units <= capacity[resource][0])
    return verdict
