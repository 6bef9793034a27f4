"""By when must equipment be there, and what is on hand or on order for the site? Days from the program's day."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator

from rackwright.power.request import EquipmentGate, EquipmentGates, Procured
from rackwright.program.model import Program
from rackwright.program.projects import Activity, Project
from rackwright.program.sites import Site

__all__ = ["equipment_gates", "procured_parts"]

GRID = ("contract", "substation")


def equipment_gates(site: Site, program: Program) -> EquipmentGates:
    """The next day of power from the grid, of a hall, of on-site generation; a day that is behind asks for nothing.

    Notes
    -----
    Power from the grid is the lesser of contract and substation: the next day on which both together give more.
    """
    halls = [(f"hall {hall.id}", hall.ready) for hall in program.halls if hall.site == site.id]
    units = [(f"{unit.count:,} x {unit.part}", unit.date) for unit in site.generation]
    return EquipmentGates(
        energisation=_next(_rises(site), program), hall=_next(halls, program), on_site=_next(units, program)
    )


def _rises(site: Site) -> Iterator[tuple[str, dt.date]]:
    """Steps of contract and substation with which the lesser of both grows."""
    steps = sorted((step for step in site.energisation if step.kind in GRID), key=lambda step: (step.date, step.id))
    power_w = {step.kind: 0.0 for step in steps}
    given_w = 0.0
    for step in steps:
        power_w[step.kind] = step.power_w
        if min(power_w.values()) > given_w:
            yield f"power step {step.id}", step.date
        given_w = min(power_w.values())


def _next(gates: Iterable[tuple[str, dt.date]], program: Program) -> EquipmentGate | None:
    """The first gate that lies ahead; None where there is none."""
    ahead = [(date, name) for name, date in gates if date > program.as_of]
    if not ahead:
        return None
    date, name = min(ahead)
    return EquipmentGate(name, date, float((date - program.as_of).days))


def procured_parts(site: Site, program: Program) -> tuple[Procured, ...]:
    """What is on hand and on order for a site, and what its projects procure, by part and the day it is there."""
    part_of = {item.id: item.part or item.id for item in program.supply.items}
    found = [
        Procured(part_of.get(item, item), days, source, pieces)
        for item, days, source, pieces in (
            *_on_hand(site, program),
            *_by_orders(site, program),
            *((*own, math.inf) for own in _by_projects(site, program)),
        )
    ]
    return tuple(sorted(found, key=lambda own: (own.part, own.days, own.source)))


def _on_hand(site: Site, program: Program) -> Iterator[tuple[str, float, str, float]]:
    """Item, no days, source and pieces of what stands free at the site."""
    for stock in program.supply.stock:
        if stock.plant == site.id and stock.status == "free":
            yield stock.item, 0.0, f"program:stock[item={stock.item},plant={stock.plant}]", stock.qty


def _by_orders(site: Site, program: Program) -> Iterator[tuple[str, float, str, float]]:
    """Item, days to the promise, source and pieces of each order already placed for the site."""
    for order in program.supply.open_orders:
        if order.plant == site.id:
            days = float((order.promised - program.as_of).days)
            yield order.item, days, f"program:open_orders[item={order.item},supplier={order.supplier}]", order.qty


def _by_projects(site: Site, program: Program) -> Iterator[tuple[str, float, str]]:
    """Item, days to its arrival and source of each procurement by a project of the site."""
    leads = {(offer.item, offer.supplier): offer.lead_days.value for offer in program.supply.offers}
    for project, activity in _procurements(site, program):
        days = _soonest_days(project, activity, leads, program)
        if days is not None:
            yield activity.item, days, f"program:projects[{project.id}].activities[{activity.id}]"


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
