"""What does scheduling need to know? Projects, links, resources, calendars, and the lead times of what is procured."""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.base.horizon import Horizon
from rackwright.base.units import Estimate
from rackwright.program import Program
from rackwright.program.projects import Calendar, Link, Project, Resource

__all__ = ["CellHours", "LeadTime", "ScheduleRequest", "schedule_request"]


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


@dataclass(frozen=True)
class ScheduleRequest:
    """All arguments of `schedule_projects`."""

    horizon: Horizon
    projects: tuple[Project, ...]
    links: tuple[Link, ...]
    resources: tuple[Resource, ...]
    calendars: tuple[Calendar, ...]
    lead_times: tuple[LeadTime, ...]
    cells: tuple[CellHours, ...]


def schedule_request(program: Program) -> ScheduleRequest:
    """Pick what scheduling needs; only lead times of items that projects procure are taken."""
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
    )
