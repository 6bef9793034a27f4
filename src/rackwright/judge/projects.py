"""Can the schedule be executed? Every link and every resource day, counted one by one."""

from __future__ import annotations

import re
from collections import defaultdict

from rackwright.judge.verdict import Verdict
from rackwright.plan import Plan

__all__ = ["judge_schedule"]

AFTER = re.compile(r"^\s*(?P<name>[\w.+-]*\w)\s*(?:(?P<sign>[+-])\s*(?P<lag>\d+(?:\.\d+)?)\s*(?P<unit>[a-z]+))?\s*$")
DAYS_OF = {"d": 1.0, "day": 1.0, "days": 1.0, "week": 7.0, "weeks": 7.0, "month": 30.4375, "months": 30.4375}


def judge_schedule(plan: Plan) -> list[Verdict]:
    """Verdicts on precedence, releases and resources."""
    dates = {
        row[0]: (row[1], row[2])
        for row in plan.schedule.activities.frame.select("activity", "start_day", "finish_day").iter_rows()
    }
    if not dates:
        return []
    return [_precedence(plan, dates), _links(plan, dates), _releases(plan, dates), _resources(plan)]


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
