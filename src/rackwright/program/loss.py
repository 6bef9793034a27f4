"""What is the program when a supplier, or a country, is lost? Everything that only they gave goes, and is named.

Offers stay with nothing to give, so that what only they gave is waited for and never taken for granted; what hangs on
them goes: terms with their rungs, commits and open orders. With a country its plants make nothing, their stock is on
hold, and every offer of its origin is lost. A procurement of a project goes to the quickest supplier left; where
there is none it is not there before the horizon ends. The loss holds for the whole horizon.
"""

from __future__ import annotations

from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.base.units import Estimate
from rackwright.program.model import Program
from rackwright.program.projects import Activity, Mode, Project
from rackwright.program.scenarios import LOSSES, ArchitectureShift
from rackwright.program.supply import Offer

__all__ = ["left_without", "loss_problems", "without_lost"]

NONE = Estimate(0.0, 0.0, 0.0)


def loss_problems(program: Program, shift: ArchitectureShift, place: Place) -> list[Problem]:
    """What a loss lacks: a name that exists, the whole horizon, and a country without a campus."""
    known = {row.id for row in program.supply.suppliers}
    word = "supplier"
    if shift.kind == "country-lost":
        known = {row.country for row in program.supply.suppliers} | {row.country for row in program.supply.plants}
        known |= {row.origin for row in program.supply.offers}
        word = "country"
    name = _lost_name(shift)
    found = []
    if name not in known:
        rule = (
            f'no {word} of the program is called "{name}".' if name else f"a shift of kind {shift.kind} needs `{word}`."
        )
        found.append(Problem("unknown-reference", place, rule, did_you_mean(name, known) or f"Add `{word}`."))
    if shift.start is not None:
        rule = "a loss holds for the whole horizon."
        found.append(Problem("bad-shift", place, rule, "Remove `from`."))
    sites = [row.id for row in program.sites if shift.kind == "country-lost" and row.country == name]
    if sites:
        rule = f"{name} has a campus ({', '.join(sites)}), and its loss is not one of supply."
        found.append(Problem("bad-shift", place, rule, "Name a country without a site of the program."))
    return found


def without_lost(program: Program, shift: ArchitectureShift) -> Program:
    """The program without what the supplier or the country gave."""
    supply, name = program.supply, _lost_name(shift)
    is_country = shift.kind == "country-lost"
    gone = {row.id for row in supply.suppliers if name == (row.country if is_country else row.id)}
    places = {row.id for row in supply.plants if is_country and row.country == name}
    offers = tuple(
        row.model_copy(update={"per_week": NONE})
        if row.supplier in gone or (is_country and row.origin == name)
        else row
        for row in supply.offers
    )
    left = {(row.item, row.supplier) for row in offers if row.per_week.high > 0}
    lost = {(row.item, row.supplier) for row in supply.offers} - left
    update = {
        "offers": offers,
        "terms": tuple(row for row in supply.terms if (row.item, row.supplier) not in lost),
        "commits": tuple(row for row in supply.commits if (row.item, row.supplier) not in lost),
        "open_orders": tuple(
            row for row in supply.open_orders if row.supplier not in gone and (row.item, row.supplier) not in lost
        ),
        "makes": tuple(
            row.model_copy(update={"start": None, "end": program.horizon.start}) if row.plant in places else row
            for row in supply.makes
        ),
        "stock": tuple(
            row.model_copy(update={"status": "hold"}) if row.plant in places else row for row in supply.stock
        ),
    }
    projects = tuple(_bought_elsewhere(program, project, lost, offers) for project in program.projects)
    return program.model_copy(update={"supply": supply.model_copy(update=update), "projects": projects})


def left_without(before: Program, after: Program) -> tuple[str, ...]:
    """Items that something offered or made before and nothing does after, and procurements that wait in vain."""
    waiting = {
        f"{project.id}.{activity.id}"
        for project in after.projects
        for activity in project.activities
        if activity.item and activity.modes == (_never(after),)
    }
    return (*sorted(_sources(before) - _sources(after)), *sorted(waiting))


def _sources(program: Program) -> set[str]:
    offered = {row.item for row in program.supply.offers if row.per_week.high > 0}
    return offered | {row.item for row in program.supply.makes if row.end is None or row.end > program.horizon.start}


def _lost_name(shift: ArchitectureShift) -> str:
    return shift.supplier if shift.kind == LOSSES[0] else shift.country


def _never(program: Program) -> Mode:
    days = float((program.horizon.end - program.horizon.start).days)
    return Mode(duration=Estimate(days, days, days))


def _bought_elsewhere(
    program: Program, project: Project, lost: set[tuple[str, str]], offers: tuple[Offer, ...]
) -> Project:
    """The project with its procurements from those who are lost taken to others."""
    left = {row.item for row in offers if row.per_week.high > 0}

    def is_lost(activity: Activity) -> bool:
        if activity.finished is not None:
            return False
        if activity.supplier:
            return (activity.item, activity.supplier) in lost
        return activity.item not in left and any(item == activity.item for item, _ in lost)

    changed = tuple(_rebought(program, row, offers) if is_lost(row) else row for row in project.activities)
    return project if changed == project.activities else project.model_copy(update={"activities": changed})


def _rebought(program: Program, activity: Activity, offers: tuple[Offer, ...]) -> Activity:
    """Bought anew from the quickest supplier left; in vain where there is none."""
    own = [row for row in offers if row.item == activity.item and row.per_week.high > 0]
    again: dict[str, object] = {"started": None, "done_share": None}
    if not own:
        return activity.model_copy(update=again | {"modes": (_never(program),)})
    best = min(own, key=lambda row: (row.lead_days.value, row.supplier))
    return activity.model_copy(update=again | {"modes": (), "supplier": best.supplier})
