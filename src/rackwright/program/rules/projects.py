"""Can every activity be done: does it have a way, a predecessor that exists, and resources enough?"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.base.problem import did_you_mean
from rackwright.program.after import parse_after
from rackwright.program.projects import Activity, Link, Project, Resource
from rackwright.program.rules.finding import Finding, Subject
from rackwright.program.shape import Path

__all__ = ["check_projects"]


def check_projects(subject: Subject) -> Iterator[Finding]:
    """Predecessors, modes, demands, gates, risks and links."""
    for path, project in subject.rows(Project):
        for index, activity in enumerate(project.activities):
            where = (*path, "activities", index)
            yield from _check_after(subject, where, activity, project)
            yield from _check_modes(subject, where, activity)
            yield from _check_done(where, activity)
            yield from _check_due(where, activity)
        yield from _check_own_activities(path, project)
    yield from _check_consumables(subject)
    for path, link in subject.rows(Link):
        if link.max_lag_days is not None and link.max_lag_days < link.lag_days:
            rule = f"the most time between them, {link.max_lag_days:g} days, is less than the least, {link.lag_days:g}."
            yield Finding("lag-order", (*path, "max_lag_days"), rule, "Exchange them.")


def _check_after(subject: Subject, path: Path, activity: Activity, project: Project) -> Iterator[Finding]:
    known = subject.names("activity")
    for index, text in enumerate(activity.after):
        if parse_after(text, project.id, known) is not None:
            continue
        name = text.split()[0] if text.split() else ""
        if subject.is_broken(name):
            continue
        where = (*path, "after", index)
        if name in known or f"{project.id}.{name}" in known:
            rule = f'"{text}" ends in something that is not a lag.'
            yield Finding("bad-lag", where, rule, "Write the lag with sign and unit: `evt +5 days`.")
        else:
            own = [row.id for row in project.activities]
            hint = did_you_mean(name, own if "." not in name else known)
            yield Finding("unknown-reference", where, f'no activity is called "{name}".', hint)


def _check_modes(subject: Subject, path: Path, activity: Activity) -> Iterator[Finding]:
    if activity.kind == "gate" and activity.modes:
        yield Finding(
            "gate-with-modes", (*path, "modes"), "a gate takes no time and no resources.", "Remove its modes."
        )
    if activity.kind not in {"gate", "procure"} and not activity.modes:
        yield Finding("activity-without-mode", path, "the activity has no mode.", "Add `modes: [{duration: ...}]`.")
    if activity.kind == "procure" and not activity.modes:
        yield from _check_procured(subject, path, activity)
    capacity = {row.id: row.capacity for row in subject.program.resources}
    for i, mode in enumerate(activity.modes):
        for j, demand in enumerate(mode.demands):
            most = capacity.get(demand.resource, demand.units)
            if demand.units > most:
                rule = f'{demand.units} of "{demand.resource}" are asked for; there are {most}.'
                where = (*path, "modes", i, "demands", j, "units")
                yield Finding("demand-above-capacity", where, rule, "Ask for less, or add capacity.")


def _check_done(path: Path, activity: Activity) -> Iterator[Finding]:
    if activity.done_share is not None and activity.started is None and activity.finished is None:
        rule = f"{activity.done_share:.0%} is said to be done, but it has not started."
        yield Finding("done-not-started", (*path, "done_share"), rule, "Add `started`, or remove `done`.")


def _check_due(path: Path, activity: Activity) -> Iterator[Finding]:
    if activity.due is not None and activity.kind != "gate" and not activity.gate:
        rule = f"the activity is {activity.kind}, not a gate: only gates are held against a due date of their own."
        yield Finding("no-effect", (*path, "due"), rule, "Write it at the gate that follows.", "warning")


def _check_consumables(subject: Subject) -> Iterator[Finding]:
    """What is used up must last for every activity, each in the mode that takes least of it."""
    activities = [activity for _, project in subject.rows(Project) for activity in project.activities]
    for path, resource in subject.rows(Resource):
        if resource.kind != "consumable":
            continue
        taken = sum(_least_taken(activity, resource.id) for activity in activities)
        if taken > resource.capacity:
            rule = f'the activities use up at least {taken:,} of "{resource.id}"; there are {resource.capacity:,}.'
            yield Finding("consumable-overdrawn", (*path, "capacity"), rule, "Give it more, or ask for less.")


def _least_taken(activity: Activity, resource: str) -> int:
    amounts = [sum(row.units for row in mode.demands if row.resource == resource) for mode in activity.modes]
    return min(amounts, default=0)


def _check_procured(subject: Subject, path: Path, activity: Activity) -> Iterator[Finding]:
    """Without a mode, the lead time comes from the offer of an item and a supplier."""
    offers = subject.program.supply.offers
    if not activity.item:
        rule = "a procurement without a mode needs an item and its offer."
        yield Finding("activity-without-mode", path, rule, "Add `item` and `supplier`, or a mode.")
    elif not any(row.item == activity.item and activity.supplier in {"", row.supplier} for row in offers):
        who = f" from {activity.supplier}" if activity.supplier else ""
        if not subject.is_broken(activity.item):
            rule = f'there is no offer of "{activity.item}"{who} that gives a lead time.'
            yield Finding("procured-without-offer", path, rule, "Add the offer, or a mode with a duration.")


def _check_own_activities(path: Path, project: Project) -> Iterator[Finding]:
    """Risks and deliveries name activities of their own project; what is delivered hangs on a gate."""
    kinds = {activity.id: activity.kind for activity in project.activities}
    for index, risk in enumerate(project.risks):
        if risk.activity not in kinds:
            where = (*path, "risks", index, "activity")
            rule = f'the project has no activity "{risk.activity}".'
            yield Finding("unknown-reference", where, rule, did_you_mean(risk.activity, kinds))
    for index, delivers in enumerate(project.delivers):
        where = (*path, "delivers", index, "gate")
        if delivers.gate not in kinds:
            rule = f'the project has no activity "{delivers.gate}".'
            yield Finding("unknown-reference", where, rule, did_you_mean(delivers.gate, kinds))
        elif kinds[delivers.gate] != "gate":
            rule = f'"{delivers.gate}" is {kinds[delivers.gate]}, not a gate.'
            yield Finding("not-a-gate", where, rule, "Name an activity of kind `gate`.")
