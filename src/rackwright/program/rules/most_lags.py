"""Can every most lag be kept at all, or do other links hold its two ends further apart, whatever the plan?

Starts and ends are nodes; an arc says how many days at least one lies after the other. A most lag is an arc back with
its days taken off. Together they can be kept if and only if no cycle of arcs adds up to more than nothing. Work on a
calendar is taken at its shortest and its longest over all days it may begin, so that what is reported is impossible for
sure, resources aside. What is reported is a warning: the plan goes on and stretches the link.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rackwright.program.projects import Activity, Project
from rackwright.program.rules.finding import Finding, Subject
from rackwright.program.rules.timing import Days, TimeLink, lead_days, links_into, quickest_days

__all__ = ["check_most_lags"]

Node = tuple[str, str]
"""Activity and S (its start) or F (its end)."""
_ORIGIN: Node = ("", "")
"""The node of dates: day 0 of the ordinals."""


@dataclass(frozen=True, slots=True)
class _Arc:
    """`after` lies at least so many days after `before`; how it reads in a path."""

    before: Node
    after: Node
    days: int
    words: str


def check_most_lags(subject: Subject) -> Iterator[Finding]:
    """A most lag that other links make impossible is a warning with their path and the least lag that would do."""
    most = [(index, row) for index, row in enumerate(subject.program.links) if row.max_lag_days is not None]
    links = links_into(subject) if most else None
    if links is None:
        return
    rows = {f"{p.id}.{a.id}": (p, a) for p in subject.program.projects for a in p.activities}
    least = [*_arcs_of_links(links, rows), *_arcs_of_work(subject, rows)]
    backs = [(index, _back(row.origin, row.to, row.kind, round(row.max_lag_days or 0))) for index, row in most]
    backs = [(index, arc) for index, arc in backs if not all(_is_actual(rows[node[0]][1]) for node in _ends(arc))]
    if not _settles(least) or _settles([*least, *(arc for _, arc in backs)]):
        return
    kept: dict[Node, list[_Arc]] = {}
    for arc in least:
        kept.setdefault(arc.before, []).append(arc)
    for index, arc in backs:
        days, path = _longest(kept, arc.after, arc.before)
        if path and days > -arc.days:
            yield _finding(index, arc, days, path)
        else:
            kept.setdefault(arc.before, []).append(arc)


def _finding(index: int, arc: _Arc, days: int, path: list[_Arc]) -> Finding:
    way = "".join(step.words for step in path)
    rule = (
        f"at most {-arc.days} days lie between {arc.after[0]} and {arc.before[0]}, but other links hold them at least "
        f"{days} apart: {arc.after[0]}{way}."
    )
    repair = f"Write at least {days} days, or shorten the path; the plan goes on and stretches the link."
    return Finding("most-lag-impossible", ("links", index, "max_lag_days"), rule, repair, "warning")


def _ends(arc: _Arc) -> tuple[Node, Node]:
    return arc.before, arc.after


def _is_actual(activity: Activity) -> bool:
    return activity.started is not None or activity.finished is not None


def _back(origin: str, to: str, kind: str, most: int) -> _Arc:
    return _Arc((to, kind[1]), (origin, kind[0]), -most, f" -> ({kind}, at most {most} days after) {origin}")


def _arcs_of_links(links: dict[str, list[TimeLink]], rows: dict[str, tuple[Project, Activity]]) -> Iterator[_Arc]:
    """Least lags; what has begun waits for nothing."""
    for name, into in links.items():
        if not _is_actual(rows[name][1]):
            for link in into:
                words = f" -> ({link.kind}, {link.lag} days) {name}"
                yield _Arc((link.before, link.kind[0]), (name, link.kind[1]), link.lag, words)


def _arcs_of_work(subject: Subject, rows: dict[str, tuple[Project, Activity]]) -> Iterator[_Arc]:
    """Dates, and the time between start and end of each activity."""
    days, leads = Days(subject), lead_days(subject)
    for name, (project, activity) in rows.items():
        start, finish = (name, "S"), (name, "F")
        if _is_actual(activity):
            yield from _arcs_of_actuals(name, activity, (days, quickest_days(activity, leads)))
            continue
        least = quickest_days(activity, leads)
        most = max([round(mode.duration.value) for mode in activity.modes], default=least)
        calendar = days.calendar(activity)
        first = max(day.toordinal() for day in (project.release, activity.earliest) if day)
        yield _Arc(_ORIGIN, start, max(first, days.first), f" -> (not before) {name}")
        span = days.shortest(calendar, least)
        yield _Arc(start, finish, span, f", {span} days" if span else "")
        yield _Arc(finish, start, -days.longest(days.fewest(activity), most), f" -> (its start) {name}")


def _arcs_of_actuals(name: str, activity: Activity, work: tuple[Days, int]) -> Iterator[_Arc]:
    """What has begun has its dates; its end is the stated one, or comes once what is left is done."""
    days, left = work
    if activity.started is not None:
        yield from _fixed((name, "S"), activity.started.toordinal())
    if activity.finished is not None:
        yield from _fixed((name, "F"), activity.finished.toordinal())
    elif activity.started is not None:
        begin = activity.started.toordinal() if activity.done_share is None else days.first
        end = max(days.span(days.calendar(activity), begin, left)[1], days.first + 1)
        yield from _fixed((name, "F"), end)


def _fixed(node: Node, day: int) -> Iterator[_Arc]:
    date, what = dt.date.fromordinal(day), "start" if node[1] == "S" else "end"
    yield _Arc(_ORIGIN, node, day, f" -> ({what} {date}) {node[0]}")
    yield _Arc(node, _ORIGIN, -day, f" ({what} {date})")


def _settles(arcs: list[_Arc]) -> bool:
    """True if no cycle of arcs adds up to more than nothing (Bellman and Ford)."""
    names: dict[Node, int] = {}
    for arc in arcs:
        for node in _ends(arc):
            names.setdefault(node, len(names))
    before = np.array([names[arc.before] for arc in arcs], dtype=np.int64)
    after = np.array([names[arc.after] for arc in arcs], dtype=np.int64)
    days = np.array([arc.days for arc in arcs], dtype=np.int64)
    reached = np.zeros(len(names), dtype=np.int64)
    for _ in range(len(names) + 1):
        last = reached.copy()
        np.maximum.at(reached, after, last[before] + days)
        if (reached == last).all():
            return True
    return False


def _longest(arcs: dict[Node, list[_Arc]], origin: Node, target: Node) -> tuple[int, list[_Arc]]:
    """Most days from one node to another and the arcs that need them; no arcs where there is no way."""
    reached, came, waiting = {origin: 0}, dict[Node, _Arc](), deque([origin])
    while waiting:
        node = waiting.popleft()
        for arc in arcs.get(node, ()):
            days = reached[node] + arc.days
            if arc.after not in reached or days > reached[arc.after]:
                reached[arc.after], came[arc.after] = days, arc
                waiting.append(arc.after)
    path: list[_Arc] = []
    while target in came and target != origin:
        path.append(came[target])
        target = path[-1].before
    return reached.get(path[0].after, 0) if path else 0, path[::-1]
