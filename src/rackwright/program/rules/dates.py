"""Do dates stand in order, inside the horizon, and not in the future of what is said to have happened?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from rackwright.program.entry import Entry
from rackwright.program.header import HorizonSpan
from rackwright.program.platforms import Configuration
from rackwright.program.projects import Activity, Calendar, Project, Shutdown
from rackwright.program.rules.finding import Finding, Subject
from rackwright.program.scenarios import Scenario
from rackwright.program.shape import Path, shapes
from rackwright.program.sites import Energisation, Generation, Hall, Tranche
from rackwright.program.supply import BomRow, Cell, Commit, ContentRule, Duty, Make, OpenOrder, Stock
from rackwright.program.workloads import Requirement, Training

__all__ = ["check_dates"]

_LONGEST_YEARS: Final = 50
_MOST_YEARS_AFTER: Final = 5
_DAYS_PER_YEAR: Final = 366
_ORDERED: Final[Mapping[type[Entry], tuple[tuple[str, str], ...]]] = {
    HorizonSpan: (("start", "end"),),
    Training: (("start", "finish"),),
    Configuration: (("start", "end"),),
    BomRow: (("start", "end"),),
    Make: (("start", "end"),),
    Duty: (("start", "end"),),
    ContentRule: (("start", "end"),),
    Shutdown: (("start", "end"),),
    Project: (("release", "due"), ("release", "deadline")),
    Activity: (("started", "finished"), ("baseline_start", "baseline_finish")),
}
"""Row -> pairs of fields of which the second must be later."""
_LISTS: Final = ("demand", "energisation", "points", "traced_us_share")
"""Lists that must stand in order of date."""
_MUST_LIE_INSIDE: Final[Mapping[type[Entry], tuple[str, ...]]] = {
    Training: ("finish",),
    Requirement: ("need_by",),
    Scenario: ("decide_by",),
}
_HAS_NO_EFFECT_AFTER: Final[Mapping[type[Entry], tuple[str, ...]]] = {
    Energisation: ("date",),
    Generation: ("date",),
    Hall: ("ready",),
    Cell: ("start",),
    Configuration: ("start",),
    BomRow: ("start",),
    Make: ("start",),
    Duty: ("start",),
}
_IN_A_LIFETIME: Final[Mapping[type[Entry], tuple[str, ...]]] = {
    Activity: ("earliest", "due", "started", "finished", "baseline_start", "baseline_finish"),
    Project: ("due", "deadline"),
}
_HAPPENED: Final[Mapping[type[Entry], tuple[str, ...]]] = {
    Activity: ("started", "finished"),
    Commit: ("confirmed_on",),
    Stock: ("as_of",),
}


def check_dates(subject: Subject) -> Iterator[Finding]:
    """Order, horizon and past of every date."""
    yield from _check_horizon(subject)
    for path, entry in subject.entries:
        for earlier, later in _ORDERED.get(type(entry), ()):
            yield from _check_pair(path, entry, earlier, later)
        yield from _check_lists(path, entry)
        yield from _check_inside(subject, path, entry)
        yield from _check_lifetime(subject, path, entry)
        yield from _check_happened(subject, path, entry)
    yield from _check_tranches(subject)
    yield from _check_projects(subject)
    yield from _check_open_orders(subject)


def _check_horizon(subject: Subject) -> Iterator[Finding]:
    span, as_of = subject.program.span, subject.program.as_of
    if (span.end - span.start).days > _LONGEST_YEARS * _DAYS_PER_YEAR:
        rule = f"the horizon runs over more than {_LONGEST_YEARS} years."
        yield Finding("horizon-too-long", ("span", "end"), rule, "Check the years.")
    if as_of >= span.end:
        rule = f"{as_of} is not before the end of the horizon, {span.end}."
        yield Finding("date-outside-horizon", ("as_of",), rule, "Check both dates.")
    elif span.start < as_of:
        rule = (
            f"the plan begins {span.start}, before `as_of`, {as_of}: what it plans for the days between cannot be done."
        )
        repair = f"Begin the horizon on {as_of} or later, and state what was done until then."
        yield Finding("plan-begins-in-past", ("span", "start"), rule, repair, "warning")


def _check_pair(path: Path, entry: Entry, earlier: str, later: str) -> Iterator[Finding]:
    first, second = getattr(entry, earlier), getattr(entry, later)
    if first is not None and second is not None and second <= first:
        rule = f"{second} is not after {_alias(entry, earlier)}, {first}."
        yield Finding("date-order", (*path, later), rule, "Exchange or correct the dates.")


def _alias(entry: Entry, name: str) -> str:
    return next(f"`{shape.alias}`" for shape in shapes(type(entry)).values() if shape.name == name)


def _check_lists(path: Path, entry: Entry) -> Iterator[Finding]:
    for name in _LISTS:
        rows: tuple[Entry, ...] = getattr(entry, name, ())
        for index, (before, row) in enumerate(pairwise(rows), 1):
            first, second = _date_of(before), _date_of(row)
            is_other_kind = getattr(before, "kind", "") != getattr(row, "kind", "")
            if second < first or (second == first and not is_other_kind):
                rule = f"{second} does not follow the entry before it, {first}."
                yield Finding("list-out-of-order", (*path, name, index), rule, "Sort the entries by date; one a day.")


def _date_of(row: Entry) -> dt.date:
    date: dt.date = row.start if hasattr(row, "start") else row.date  # type: ignore[attr-defined]
    return date


def _check_inside(subject: Subject, path: Path, entry: Entry) -> Iterator[Finding]:
    span = subject.program.span
    for name in _MUST_LIE_INSIDE.get(type(entry), ()):
        date = getattr(entry, name)
        if date is not None and not span.start <= date < span.end:
            yield _outside(subject, (*path, name), date)
    for name in _HAS_NO_EFFECT_AFTER.get(type(entry), ()):
        date = getattr(entry, name)
        if date is not None and date >= span.end:
            rule = f"{date} lies after the horizon, which ends {span.end}; the row has no effect."
            yield Finding("no-effect", (*path, name), rule, "Check the year, or lengthen the horizon.", "warning")


def _outside(subject: Subject, path: Path, date: dt.date) -> Finding:
    span = subject.program.span
    rule = f"{date} lies outside the horizon, {span.start} to {span.end}."
    return Finding("date-outside-horizon", path, rule, "Check the year, or move the horizon.")


def _check_happened(subject: Subject, path: Path, entry: Entry) -> Iterator[Finding]:
    as_of = subject.program.as_of
    for name in _HAPPENED.get(type(entry), ()):
        date = getattr(entry, name)
        last_ordinal = as_of.toordinal() + (name == "finished")  # the first day after the work
        if date is not None and date.toordinal() > last_ordinal:
            rule = f"{date} is later than the program's `as_of`, {as_of}, so it cannot have happened."
            yield Finding("actual-in-future", (*path, name), rule, "Correct the date, or move `as_of`.")


def _check_tranches(subject: Subject) -> Iterator[Finding]:
    """A need lies inside the horizon, unless the racks stand already."""
    span = subject.program.span
    for path, tranche in subject.rows(Tranche):
        is_past = tranche.state in {"installed", "accepted", "retired"} and tranche.need_by < span.start
        if not is_past and not span.start <= tranche.need_by < span.end:
            yield _outside(subject, (*path, "need_by"), tranche.need_by)


def _check_projects(subject: Subject) -> Iterator[Finding]:
    span = subject.program.span
    for path, project in subject.rows(Project):
        if project.release >= span.end or project.release.toordinal() < _first_ordinal(subject):
            yield _outside(subject, (*path, "release"), project.release)
        if project.deadline is not None and project.deadline < project.due:
            rule = f"the deadline {project.deadline}, which must be kept, is before the due date {project.due}."
            repair = "Move one of the two; the plan goes on and tells whether the deadline is kept."
            yield Finding("deadline-before-due", (*path, "deadline"), rule, repair, "warning")
    for path, activity in subject.rows(Activity):
        if activity.finished is not None and activity.started is None and activity.modes:
            rule = f"finished before {activity.finished}, but never started."
            yield Finding("finished-not-started", (*path, "finished"), rule, "Add `started`.")


def _check_lifetime(subject: Subject, path: Path, entry: Entry) -> Iterator[Finding]:
    """Dates of work and single days off lie within a lifetime of the horizon; further away a digit is wrong."""
    span = subject.program.span
    first, years_after = _first_ordinal(subject), _MOST_YEARS_AFTER if isinstance(entry, Activity) else _LONGEST_YEARS
    last = span.end.toordinal() + years_after * _DAYS_PER_YEAR
    named = [((*path, name), getattr(entry, name)) for name in _IN_A_LIFETIME.get(type(entry), ())]
    if isinstance(entry, Calendar):
        named += [((*path, "holidays", index), day) for index, day in enumerate(entry.holidays)]
    for place, date in named:
        if date is not None and not first <= date.toordinal() <= last:
            yield _outside(subject, place, date)


def _first_ordinal(subject: Subject) -> int:
    """First day that a program may speak of."""
    return subject.program.span.start.toordinal() - _LONGEST_YEARS * _DAYS_PER_YEAR


def _check_open_orders(subject: Subject) -> Iterator[Finding]:
    as_of = subject.program.as_of
    for path, order in subject.rows(OpenOrder):
        if order.promised < as_of:
            rule = f"promised for {order.promised}, before `as_of`, {as_of}, and still open."
            yield Finding("promise-overdue", (*path, "promised"), rule, "Ask for a new promise.", "warning")
