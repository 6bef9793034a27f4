"""What schedule hands on: dated activities with their drivers, gates with probabilities, readiness, use of lines."""

from __future__ import annotations

from dataclasses import dataclass

from polars import Boolean, Int32, Int64, String

from rackwright.base.table import Column, Table
from rackwright.tables.checks import Checks

__all__ = ["Activities", "Bookings", "Gates", "LateProjects", "LineUse", "Readiness", "Schedule"]


class Activities(Table):
    """One row per activity; `finish_day` is the first day after."""

    activity = Column(String, "`project.activity`", key=True)
    project = Column(String, "project")
    name = Column(String, "name")
    kind = Column(String, "work, procure, build or gate")
    mode = Column(Int32, "mode chosen, from 0", ge=0)
    start_day = Column(Int32, "first day", unit="day")
    finish_day = Column(Int32, "first day after", unit="day")
    float_days = Column(
        Int32, "how far it may slip without moving its project's due gate, resources aside", unit="day", ge=0
    )
    is_critical = Column(Boolean, "True if on the driving chain of its project's last gate")
    driver = Column(String, "activity that sets its start; empty if its release does")
    driver_kind = Column(String, "link, resource, release or actual")
    driver_resource = Column(String, "resource it waited for; empty if none")
    wait_days = Column(Int32, "days it waited for that resource", unit="day", ge=0)


class Bookings(Table):
    """Which activity uses which resource."""

    activity = Column(String, "activity", key=True)
    resource = Column(String, "resource", key=True)
    units = Column(Int32, "units", ge=1)
    start_day = Column(Int32, "first day", unit="day")
    finish_day = Column(Int32, "first day after", unit="day")


class Gates(Table):
    """Every gate with its probable dates."""

    gate = Column(String, "`project.activity`", key=True)
    project = Column(String, "project")
    kind = Column(String, "concept, EVT, DVT, PVT, qualification, energisation, ready, accepted")
    day = Column(Int32, "date of the deterministic plan", unit="day")
    p50_day = Column(Int32, "median", unit="day")
    p80_day = Column(Int32, "80 %", unit="day")
    p95_day = Column(Int32, "95 %", unit="day")
    due_day = Column(Int32, "due day of its project", unit="day")
    cause = Column(String, "driving chain, in words")


class Readiness(Table):
    """When things become usable, for supply."""

    kind = Column(String, "platform, line, hall, power or source", key=True)
    ref = Column(String, "which one", key=True)
    gate = Column(String, "gate that makes it ready")
    p50_day = Column(Int32, "median", unit="day")
    p80_day = Column(Int32, "80 %", unit="day")
    p95_day = Column(Int32, "95 %", unit="day")


class LineUse(Table):
    """Minutes of a supply cell that projects take on a day."""

    resource = Column(String, "cell", key=True)
    day = Column(Int32, "day", unit="day", key=True)
    minutes = Column(Int64, "minutes taken", unit="min", ge=0)


class LateProjects(Table):
    """Projects that end after their due day or deadline."""

    project = Column(String, "project", key=True)
    due_day = Column(Int32, "due", unit="day")
    finish_day = Column(Int32, "end", unit="day")
    late_days = Column(Int32, "days late", unit="day", ge=0)
    is_deadline = Column(Boolean, "True if a deadline is missed, not only a due day")
    cause = Column(String, "driving chain, in words")
    relief = Column(String, "cheapest relief found")


@dataclass(frozen=True)
class Schedule:
    """Result of the stage."""

    activities: Activities
    bookings: Bookings
    gates: Gates
    readiness: Readiness
    line_use: LineUse
    late: LateProjects
    checks: Checks
    omissions: tuple[str, ...]
