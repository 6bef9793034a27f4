"""What do projects use up for good: how much is there, who takes it and when, what is left, and who finds none?"""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.figures import Caption, LineChart, LineSeries
from rackwright.plan import Plan
from rackwright.program.projects import Resource
from rackwright.views.view import Cell, TableColumn, ViewTable

__all__ = ["UsedUp", "used_up", "used_up_figure", "used_up_table"]


@dataclass(frozen=True, slots=True)
class _Take:
    """An activity that takes so many units when it starts; `left` is what remains, below zero where there is none."""

    activity: str
    day: int
    units: int
    left: int


@dataclass(frozen=True, slots=True)
class UsedUp:
    """A resource that does not come back, and what is taken of it, in order of time."""

    resource: Resource
    takes: tuple[_Take, ...]

    @property
    def left(self) -> int:
        """Units left in the end; below zero where more is taken than there is."""
        return self.takes[-1].left if self.takes else self.resource.capacity

    @property
    def last_unit(self) -> _Take | None:
        """The first activity after which nothing is left; None where something is."""
        return next((take for take in self.takes if take.left <= 0), None)

    @property
    def without(self) -> tuple[str, ...]:
        """Activities that find too little."""
        return tuple(take.activity for take in self.takes if take.left < 0)


def used_up(plan: Plan) -> list[UsedUp]:
    """Every consumable resource that an activity takes, in the order of the program."""
    bookings = plan.schedule.bookings.frame.sort("start_day", "activity")
    found = []
    for resource in plan.program.resources:
        if resource.kind == "consumable":
            left, takes = resource.capacity, []
            own = bookings.filter(resource=resource.id).select("activity", "start_day", "units")
            for activity, day, units in own.iter_rows():
                left -= units
                takes.append(_Take(activity, day, units, left))
            found.append(UsedUp(resource, tuple(takes)))
    return [one for one in found if one.takes]


def used_up_table(plan: Plan, found: list[UsedUp]) -> ViewTable:
    """One row for each taking, in order of time, with what is left after it."""
    columns = (
        TableColumn("resource", "Resource"),
        TableColumn("day", "Taken on"),
        TableColumn("activity", "by"),
        TableColumn("units", "Units"),
        TableColumn("taken", "Taken so far"),
        TableColumn("there", "of"),
        TableColumn("left", "Left"),
        TableColumn("state", "State"),
    )
    rows: list[tuple[Cell, ...]] = []
    for one in found:
        there, name = one.resource.capacity, one.resource.name or one.resource.id
        for take in one.takes:
            date = plan.program.horizon.date(take.day)
            rows.append((name, date, take.activity, take.units, there - take.left, there, take.left, _state(one, take)))
    note = (
        "Units are taken when work starts and never come back. Nobody waits for them: waiting brings none, so the plan "
        "leaves dates alone, takes modes that need less where too little is there, and fails rule schedule-resource "
        "where it does not last."
    )
    return ViewTable("Resources that are used up", columns, tuple(rows), note)


def _state(one: UsedUp, take: _Take) -> str:
    if take.left < 0:
        return f"short of {min(-take.left, take.units)}"
    return "used up" if take is one.last_unit else ""


def used_up_figure(plan: Plan, one: UsedUp) -> LineChart:
    """Units left, as steps down at each taking."""
    first = min(0, one.takes[0].day - 1)
    steps: dict[int, int] = {first: one.resource.capacity}
    steps.update((take.day, take.left) for take in one.takes)
    days = tuple(sorted(steps))
    end = days[-1] + 1
    line = LineSeries(
        "left", "units left", tuple(day - first for day in (*days, end)), _values(steps, (*days, days[-1]))
    )
    name = one.resource.name or one.resource.id
    caption = Caption(f"left-{one.resource.id}", f"{name}: units left", "Each step down is work that starts.")
    return LineChart(caption, plan.program.horizon.date(first), "units", (line,), is_step=True)


def _values(steps: dict[int, int], days: tuple[int, ...]) -> tuple[float, ...]:
    return tuple(float(steps[day]) for day in days)
