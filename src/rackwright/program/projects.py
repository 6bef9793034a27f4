"""projects.yaml: which projects run in parallel, through which labs, lines, teams and gates?"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from rackwright.program.entry import Date, DaysEstimate, Entry, Id, LagDays, MoneyUsd, Share

__all__ = [
    "Activity",
    "BuildPart",
    "Calendar",
    "Delivers",
    "Demand",
    "Link",
    "Mode",
    "Project",
    "Resource",
    "Risk",
    "SetAside",
    "Shutdown",
]


class Shutdown(Entry):
    """Days on which nothing runs."""

    start: Date = Field(alias="from")
    """First day off."""
    end: Date = Field(alias="to")
    """First day back."""


class Calendar(Entry):
    """Working days."""

    id: Id
    """Name of the calendar."""
    weekdays: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = ("mon", "tue", "wed", "thu", "fri")
    """Days worked."""
    holidays: tuple[Date, ...] = ()
    """Single days off."""
    shutdowns: tuple[Shutdown, ...] = ()
    """Longer breaks."""


class Resource(Entry):
    """A lab, line, cell, team or tool that projects share."""

    id: Id
    """Name of the resource."""
    name: str = ""
    """Name for people."""
    kind: Literal["renewable", "consumable"] = "renewable"
    """Renewable capacity comes back every day; consumable is used up."""
    capacity: int = Field(gt=0)
    """Units available at once (or in all, if consumable)."""
    calendar: str = ""
    """Calendar; every day where empty."""
    shutdowns: tuple[Shutdown, ...] = ()
    """Breaks of this resource."""
    cell: str = ""
    """Supply cell it stands for; its use by projects is subtracted from production."""
    usd_per_day: MoneyUsd = Field(default=0.0, alias="cost_per_day")
    """Cost of one unit and day."""


class Demand(Entry):
    """So many units of a resource while an activity runs."""

    resource: str
    """Resource."""
    units: int = Field(gt=0)
    """Units used."""


class Mode(Entry):
    """One way to do an activity."""

    duration: DaysEstimate
    """How long it takes: days worked by its calendar and those of its renewable resources; elapsed without any."""
    demands: tuple[Demand, ...] = ()
    """Resources used."""
    cost_usd: MoneyUsd = Field(default=0.0, alias="cost")
    """Cost of doing it this way."""


class Link(Entry):
    """A relation between two activities."""

    origin: str = Field(alias="from")
    """Activity `project.activity`."""
    to: str
    """Activity `project.activity`."""
    kind: Literal["FS", "SS", "FF", "SF"] = "FS"
    """Finish or start of the first against start or finish of the second."""
    lag_days: LagDays = Field(default=0.0, alias="lag")
    """Least time between them, elapsed; may be negative."""
    max_lag_days: LagDays | None = Field(default=None, alias="max_lag")
    """Most time between them."""


class BuildPart(Entry):
    """So many of a part that an engineering build takes."""

    item: str
    """Item, configuration or catalog part."""
    qty: int = Field(gt=0)
    """Number taken."""


class Activity(Entry):
    """A piece of work, a procurement, or a gate of a project."""

    id: Id
    """Name within the project."""
    name: str = ""
    """Name for people."""
    kind: Literal["work", "procure", "gate", "build", "inspection"] = "work"
    """`build` is an engineering build that takes parts, lines and cells; `inspection` is that of first articles."""
    calendar: str = ""
    """Calendar of working days; those of its resources alone where empty, elapsed days without any (procurement)."""
    ignores_resource_calendars: bool = False
    """Work on days off of the resources it uses; else only days count that they all work too."""
    modes: tuple[Mode, ...] = ()
    """Ways to do it; a gate has none and takes no time."""
    after: tuple[str, ...] = ()
    """Predecessors, finish to start: `activity` of the same project or `project.activity`; a lag as `evt +5 days`."""
    parts: tuple[BuildPart, ...] = ()
    """Parts that a build takes when it starts."""
    item: str = ""
    """Item procured."""
    supplier: str = ""
    """Supplier procured from; the lead time of its offer is used when no mode is given."""
    gate: Literal["", "concept", "EVT", "DVT", "PVT", "qualification", "energisation", "ready", "accepted"] = ""
    """Kind of gate."""
    earliest: Date | None = None
    """May not start before."""
    due: Date | None = None
    """Of a gate: should be passed before. Where empty, the due date of its project counts for the project's last gate
    and for those at which it delivers; other gates have none."""
    started: Date | None = None
    """Started on (actual)."""
    finished: Date | None = None
    """Finished before this day (actual)."""
    done_share: Share | None = Field(default=None, alias="done")
    """Share of the work done on the plan's first day, where it has started; the rest of its duration is to come."""
    spent_usd: MoneyUsd | None = Field(default=None, alias="spent")
    """Money spent on it so far; pro rata of the days worked where not stated."""
    baseline_start: Date | None = None
    """Start of the baseline."""
    baseline_finish: Date | None = None
    """First day after the baseline finish."""


class Delivers(Entry):
    """What the last gate of a project makes ready."""

    kind: Literal["platform", "line", "hall", "power", "source"]
    """Sort of thing."""
    ref: str
    """Its id: platform, plant or cell, hall, energisation step, `item@supplier`."""
    gate: str
    """Activity of this project that is the gate."""


class Risk(Entry):
    """An uncertain event of the risk register."""

    id: Id
    """Name of the risk."""
    activity: str
    """Activity of this project it delays."""
    probability_share: Share = Field(alias="probability")
    """Chance that it happens."""
    delay: DaysEstimate
    """Delay if it does."""


class Project(Entry):
    """A product introduction, a site, a qualification or a tooling project."""

    id: Id
    """Name of the project."""
    name: str
    """Name for people."""
    kind: Literal["npi", "site", "qualification", "line"] = "npi"
    """Sort of project."""
    platform: str = ""
    """Platform it is for."""
    site: str = ""
    """Site it is for."""
    plant: str = ""
    """Plant for which it qualifies a source."""
    revision: str = ""
    """Revision of the item or platform that it qualifies."""
    weight: float = Field(default=1.0, gt=0)
    """Price of one day of lateness relative to other projects."""
    release: Date
    """May not start before."""
    due: Date
    """Should end before (may be missed at a price)."""
    deadline: Date | None = None
    """Must end before."""
    activities: tuple[Activity, ...] = Field(min_length=1)
    """Its work."""
    delivers: tuple[Delivers, ...] = ()
    """What it makes ready."""
    risks: tuple[Risk, ...] = ()
    """Its risk register."""
    correlation: float = Field(default=0.3, ge=0.0, lt=1.0)
    """Correlation of the durations of its activities."""


class SetAside(Entry):
    """A project that is not scheduled: what it delivers is not ready within the horizon, and nothing waits for it."""

    id: Id
    """Name of the project."""
    reason: str
    """Why it is not scheduled."""
    due: Date | None = None
    """When it should have ended."""
    gates: tuple[str, ...] = ()
    """Its gates, by their names within the project: they are not reached within the horizon."""
    delivers: tuple[Delivers, ...] = ()
    """What it would have made ready."""
    cut: tuple[str, ...] = ()
    """Activities `project.activity` of other projects that are scheduled as if it were done."""
