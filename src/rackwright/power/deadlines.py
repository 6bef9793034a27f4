"""By when must equipment be there, and what do the site's projects procure? Days from the program's day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from rackwright.power.request import EquipmentGates, Procured
from rackwright.program.model import Program
from rackwright.program.projects import Activity, Project
from rackwright.program.sites import Site

__all__ = ["equipment_gates", "procured_parts"]

GRID = ("contract", "substation")


def equipment_gates(site: Site, program: Program) -> EquipmentGates:
    """The first day of power from the grid, of a hall, of on-site generation; a day that is behind asks for nothing.

    Notes
    -----
    Power is there when contract and substation both give some: the later of their first steps.
    """
    first = [
        min(step.date for step in site.energisation if step.kind == kind)
        for kind in GRID
        if any(step.kind == kind for step in site.energisation)
    ]
    halls = [hall.ready for hall in program.halls if hall.site == site.id]
    return EquipmentGates(
        energisation_days=_days([max(first)] if first else [], program),
        hall_days=_days(halls, program),
        on_site_days=_days([unit.date for unit in site.generation], program),
    )


def _days(dates: Iterable[dt.date], program: Program) -> float | None:
    """Days to the first date that lies ahead; None where there is none."""
    ahead = [float((date - program.as_of).days) for date in dates if date > program.as_of]
    return min(ahead, default=None)


def procured_parts(site: Site, program: Program) -> tuple[Procured, ...]:
    """What projects of a site procure, by part: the first delivery of each."""
    part_of = {item.id: item.part or item.id for item in program.supply.items}
    leads = {(offer.item, offer.supplier): offer.lead_days.value for offer in program.supply.offers}
    found: dict[str, Procured] = {}
    for project, activity in _procurements(site, program):
        days = _soonest_days(project, activity, leads, program)
        part = part_of.get(activity.item, activity.item)
        if days is not None and (part not in found or days < found[part].days):
            found[part] = Procured(part, days, f"program:projects[{project.id}].activities[{activity.id}]")
    return tuple(found[part] for part in sorted(found))


def _procurements(site: Site, program: Program) -> Iterator[tuple[Project, Activity]]:
    for project in program.projects:
        if project.site == site.id:
            yield from ((project, own) for own in project.activities if own.kind == "procure" and own.item)


def _soonest_days(
    project: Project, activity: Activity, leads: dict[tuple[str, str], float], program: Program
) -> float | None:
    """First day it can be there; the duration of its fastest mode, else its offer's lead time; None without either."""
    if activity.finished is not None:
        return float((activity.finished - program.as_of).days)
    lead = leads.get((activity.item, activity.supplier))
    durations = [mode.duration.value for mode in activity.modes] or ([lead] if lead is not None else [])
    if not durations:
        return None
    start = activity.started or max(activity.earliest or project.release, project.release, program.as_of)
    return float((start - program.as_of).days) + min(durations)
