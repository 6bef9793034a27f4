"""What does scheduling need to know? Projects, links, resources, calendars, and the lead times of what is procured."""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.base.horizon import Horizon
from rackwright.base.units import Estimate
from rackwright.program import Program
from rackwright.program.header import SampledOrder, ScheduleObjective
from rackwright.program.projects import Calendar, Link, Project, Resource, SetAside
from rackwright.tables.schedule import Schedule

__all__ = ["AnnouncedGate", "CellHours", "KnownStart", "LeadTime", "ScheduleRequest", "schedule_request"]


@dataclass(frozen=True, slots=True)
class LeadTime:
    """Lead time of an item from a supplier [elapsed days]."""

    item: str
    supplier: str
    days: Estimate


@dataclass(frozen=True, slots=True)
class CellHours:
    """Hours a station of a production cell runs in a week, for the use of shared lines."""

    cell: str
    hours_per_week: float


@dataclass(frozen=True, slots=True)
class AnnouncedGate:
    """A gate of the plan that people know, and its day of the horizon."""

    gate: str
    day: int


@dataclass(frozen=True, slots=True)
class KnownStart:
    """An activity of the plan that people know, and the day of the horizon on which it starts there."""

    activity: str
    day: int


@dataclass(frozen=True)
class ScheduleRequest:
    """All arguments of `schedule_projects`.

    `moved_weight` is the price of one day by which a gate moves, `goal` what schedules are compared by first,
    `sampled_order` whether samples keep the plan's order on resources or have their users placed anew.
    """

    horizon: Horizon
    projects: tuple[Project, ...]
    links: tuple[Link, ...]
    resources: tuple[Resource, ...]
    calendars: tuple[Calendar, ...]
    lead_times: tuple[LeadTime, ...]
    cells: tuple[CellHours, ...]
    incumbent: tuple[AnnouncedGate, ...] = ()
    moved_weight: float = 0.0
    known_starts: tuple[KnownStart, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    goal: ScheduleObjective = "weighted-tardiness"
    sampled_order: SampledOrder = "kept"


def schedule_request(
    program: Program, *, incumbent: Schedule | None = None, moved_weight: float = 0.0
) -> ScheduleRequest:
    """Pick what scheduling needs; only lead times of items that projects procure are taken.

    Parameters
    ----------
    program
        The program.
    incumbent
        The plan people know; its gates should stay where they are.
    moved_weight
        Price of one day by which a gate moves, in the unit of the projects' weights.
    """
    wanted = {
        (a.item, a.supplier) for p in program.projects for a in p.activities if a.kind == "procure" and not a.modes
    }
    lead_times = tuple(
        LeadTime(offer.item, offer.supplier, offer.lead_days)
        for offer in program.supply.offers
        if (offer.item, offer.supplier) in wanted
    )
    shared = {resource.cell for resource in program.resources if resource.cell}
    cells = tuple(CellHours(cell.id, cell.hours_per_week) for cell in program.supply.cells if cell.id in shared)
    return ScheduleRequest(
        horizon=program.horizon,
        projects=program.projects,
        links=program.links,
        resources=program.resources,
        calendars=program.calendars,
        lead_times=lead_times,
        cells=cells,
        incumbent=_announced(incumbent),
        moved_weight=moved_weight,
        known_starts=_known_starts(incumbent),
        set_aside=program.set_aside,
        goal=program.policy.schedule_objective,
        sampled_order=program.policy.sampled_order,
    )


def _announced(incumbent: Schedule | None) -> tuple[AnnouncedGate, ...]:
    if incumbent is None:
        return ()
    return tuple(AnnouncedGate(gate, day) for gate, day in incumbent.gates.frame.select("gate", "day").iter_rows())


def _known_starts(incumbent: Schedule | None) -> tuple[KnownStart, ...]:
    if incumbent is None:
        return ()
    rows = incumbent.activities.frame.select("activity", "start_day").iter_rows()
    return tuple(KnownStart(activity, day) for activity, day in rows)
