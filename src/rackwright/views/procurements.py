"""What do projects buy by an offer, how many pieces at which price, who pays, and when does the schedule order it?"""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.plan import Plan
from rackwright.program.projects import Activity, Project

__all__ = ["Procurement", "procurements"]

CENTS_PER_USD = 100


@dataclass(frozen=True, slots=True)
class Procurement:
    """One item that a project buys.

    Parameters
    ----------
    item, supplier
        What is bought from whom.
    start_day
        Day on which the schedule orders it.
    pieces
        Pieces the design of the project's site wants; 0 where no design counts the item.
    cost_cent
        Pieces at the price of the offer, else the cost of the activity's mode [cent].
    party
        Party that pays by the terms, else the owner of the project.
    """

    item: str
    supplier: str
    start_day: int
    pieces: int
    cost_cent: int
    party: str


def procurements(plan: Plan) -> tuple[Procurement, ...]:
    """What projects still have to order, the first first; what has started is ordered already.

    The pieces of a site are counted once: at the first procurement of the item for it.
    """
    own = {
        f"{project.id}.{activity.id}": (project, activity)
        for project in plan.program.projects
        for activity in project.activities
        if activity.item and activity.started is None and activity.finished is None
    }
    rows = plan.schedule.activities.frame.filter(kind="procure").sort("start_day", "activity")
    pieces, found = _pieces(plan), []
    for name, day, cent in rows.select("activity", "start_day", "cost_cent").iter_rows():
        if name in own:
            project, activity = own[name]
            count = pieces.pop((project.site, _part(plan, activity.item)), 0)
            found.append(_procurement(plan, project, activity, (day, count, cent)))
    return tuple(found)


def _procurement(plan: Plan, project: Project, activity: Activity, planned: tuple[int, int, int]) -> Procurement:
    day, count, cent = planned
    key = (activity.item, activity.supplier)
    price_usd = next((row.price.value for row in plan.program.supply.offers if (row.item, row.supplier) == key), 0.0)
    payer = next((row.payer for row in plan.program.supply.terms if (row.item, row.supplier) == key), "")
    cost = round(count * price_usd * CENTS_PER_USD) or cent
    return Procurement(*key, day, count, cost, payer or project.owner)


def _part(plan: Plan, item: str) -> str:
    """Catalog part of an item."""
    return next((row.part for row in plan.program.supply.items if row.id == item), "") or item


def _pieces(plan: Plan) -> dict[tuple[str, str], int]:
    """Pieces by site and part, of electrical equipment and of cooling plant."""
    power = plan.power.equipment.frame.select("site", "part", "count").sort("site", "part")
    return {(site, part): count for site, part, count in power.iter_rows()}
