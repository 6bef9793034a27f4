"""Do structure, plants, routes, offers and terms agree with one another?"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from rackwright.program.rules.finding import Finding, Subject
from rackwright.program.rules.openings import check_openings
from rackwright.program.rules.tranche_rows import check_tranche_rows
from rackwright.program.shape import Path, shapes
from rackwright.program.sites import Site
from rackwright.program.supply import BomRow, Cell, Commit, Duty, Make, Offer, Plant, RouteStep, Supplier, Terms

__all__ = ["check_supply"]

HOURS_PER_WEEK: Final = 168
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_COUNTRY_FIELDS: Final = (
    (Site, "country"),
    (Plant, "country"),
    (Supplier, "country"),
    (Duty, "country"),
    (Duty, "origin"),
    (Offer, "origin"),
)


def check_supply(subject: Subject) -> Iterator[Finding]:
    """Every rule of supply.yaml that is about more than one row."""
    yield from _check_effectivity(subject)
    yield from _check_alternates(subject)
    yield from check_tranche_rows(subject)
    yield from _check_plants(subject)
    yield from _check_shifts(subject)
    yield from check_openings(subject)
    yield from _check_training(subject)
    yield from _check_terms(subject)
    yield from _check_minimums(subject)
    yield from _check_countries(subject)
    yield from _check_end_uses(subject)
    yield from _check_sources_of_items(subject)


def _check_effectivity(subject: Subject) -> Iterator[Finding]:
    """Rows that say the same of one pair must not hold on the same day."""
    supply = subject.program.supply
    dated: list[tuple[str, int, BomRow | Make]] = []
    dated += [("bom", index, row) for index, row in enumerate(supply.bom)]
    dated += [("makes", index, row) for index, row in enumerate(supply.makes)]
    seen: dict[tuple[str, str, str], list[tuple[int, BomRow | Make]]] = {}
    for table, index, row in dated:
        pair = (row.parent, row.component) if isinstance(row, BomRow) else (row.item, row.plant)
        group = seen.setdefault((table, *pair), [])
        for other_index, other in group:
            if _overlap(row, other) and not _apart(row, other):
                rule = f"it holds on days on which row {other_index + 1} says the same of these two."
                yield Finding(
                    "effectivity-overlap", ("supply", table, index), rule, "Set `from` and `to`, or `tranches`, apart."
                )
                break
        group.append((index, row))


def _overlap(a: BomRow | Make, b: BomRow | Make) -> bool:
    first, last = dt.date.min, dt.date.max
    return (a.start or first) < (b.end or last) and (b.start or first) < (a.end or last)


def _apart(a: BomRow | Make, b: BomRow | Make) -> bool:
    """True if no tranche takes both rows: they name different ones, or one replaces the other in its group."""
    if not isinstance(a, BomRow) or not isinstance(b, BomRow):
        return False
    if a.tranches and b.tranches:
        return not {*a.tranches} & {*b.tranches}
    return bool(a.tranches or b.tranches) and a.group == b.group != ""


def _check_alternates(subject: Subject) -> Iterator[Finding]:
    """Alternates of one group need a day of qualification, unless they are the first choice."""
    for path, row in subject.rows(BomRow):
        if row.group and row.priority > 1 and row.qualified is None:
            rule = f'"{row.component}" is alternate {row.priority} of group "{row.group}" without a qualification date.'
            yield Finding("alternate-not-qualified", (*path, "qualified"), rule, "Add `qualified`.", "warning")


def _check_plants(subject: Subject) -> Iterator[Finding]:
    """Hubs make nothing; a route runs through cells of its own plant, for items made there."""
    supply = subject.program.supply
    kinds = {plant.id: plant.kind for plant in supply.plants}
    plant_of = {cell.id: cell.plant for cell in supply.cells}
    made = {(row.item, row.plant) for row in supply.makes}
    for path, make in subject.rows(Make):
        if kinds.get(make.plant) == "hub":
            rule = f'"{make.plant}" is a hub, which only stocks.'
            yield Finding("made-at-hub", (*path, "plant"), rule, "Name a plant, or set its `kind`.")
    for path, step in subject.rows(RouteStep):
        if plant_of.get(step.cell, step.plant) != step.plant:
            rule = f'cell "{step.cell}" stands in {plant_of[step.cell]}, not in {step.plant}.'
            yield Finding("cell-in-other-plant", (*path, "cell"), rule, "Name a cell of this plant.")
        if (step.item, step.plant) not in made and not subject.is_broken(step.item):
            rule = f'"{step.item}" is not made at {step.plant}.'
            yield Finding("route-without-make", path, rule, "Add a row to `makes`, or remove the step.")
        if step.first_pass_share == 0:
            yield Finding("out-of-range", (*path, "first_pass_share"), "no unit ever passes.", "Give a share above 0.")
    yield from _check_yields(subject)


def _check_shifts(subject: Subject) -> Iterator[Finding]:
    """A cell with its extra shift runs no more hours than a week has."""
    for path, cell in subject.rows(Cell):
        shift = cell.extra_shift
        if shift is not None and cell.hours_per_week + shift.hours_per_week > HOURS_PER_WEEK:
            rule = f"{cell.hours_per_week:g} and {shift.hours_per_week:g} more are above {HOURS_PER_WEEK} hours a week."
            where = (*path, "extra_shift", "hours_per_week")
            yield Finding("out-of-range", where, rule, "Lower the hours of the shift.")


def _check_training(subject: Subject) -> Iterator[Finding]:
    """Points of a training ramp are weeks from 0 and shares between 0 and 1 that do not fall."""
    for path, plant in subject.rows(Plant):
        points = sorted(plant.training)
        for index, (weeks, share) in enumerate(plant.training):
            if weeks < 0 or not 0.0 <= share <= 1.0:
                rule = f"[{weeks:g}, {share:g}] is not a number of weeks from 0 and a share between 0 and 1."
                yield Finding("out-of-range", (*path, "training", index), rule, "Correct the pair.")
        if any(a[1] > b[1] for a, b in pairwise(points)):
            rule = "the share of full pace falls with the weeks."
            yield Finding("out-of-range", (*path, "training"), rule, "People only get faster: order the shares.")


def _check_yields(subject: Subject) -> Iterator[Finding]:
    for path, make in subject.rows(Make):
        if make.yield_share.low <= 0:
            yield Finding("out-of-range", (*path, "yield_share"), "no unit is ever good.", "Give a share above 0.")


def _check_terms(subject: Subject) -> Iterator[Finding]:
    """Terms and commits belong to an offer; shares of a cancellation curve lie in [0, 1]."""
    offers = {(row.item, row.supplier) for row in subject.program.supply.offers}
    rows: list[tuple[Path, Terms | Commit]] = [*subject.rows(Terms), *subject.rows(Commit)]
    for path, row in rows:
        if (row.item, row.supplier) not in offers and not subject.is_broken(row.item):
            code = "terms-without-offer" if isinstance(row, Terms) else "commit-without-offer"
            rule = f'there is no offer of "{row.item}" from {row.supplier}.'
            yield Finding(code, path, rule, "Add the offer, or remove the row.", "warning")
    for path, terms in subject.rows(Terms):
        for index, (days, share) in enumerate(terms.cancel_shares):
            if days < 0 or not 0.0 <= share <= 1.0:
                rule = f"[{days}, {share:g}] is not a number of days from 0 and a share between 0 and 1."
                yield Finding("out-of-range", (*path, "cancel_shares", index), rule, "Correct the pair.")
        yield from _check_rungs(subject, path, terms)


def _check_minimums(subject: Subject) -> Iterator[Finding]:
    """A smallest order must fit into a week of the allocation, or of what a rung that is held secures."""
    held: dict[tuple[str, str], float] = {}
    for _, terms in subject.rows(Terms):
        most = max((rung.per_week or 0.0 for rung in terms.rungs if rung.held_from is not None), default=0.0)
        held[terms.item, terms.supplier] = most
    dated_elsewhere = {item.id for item in subject.program.supply.items if item.lead_by == "schedule"}
    for path, offer in subject.rows(Offer):
        if offer.item in dated_elsewhere:
            continue
        weekly = max(offer.per_week.value * offer.available_share, held.get((offer.item, offer.supplier), 0.0))
        if offer.minimum > weekly > 0:
            rule = f"an order of {offer.minimum:g} at least does not fit into {weekly:g} pieces a week."
            repair = "Lower the minimum, raise the allocation, or hold a rung that secures it."
            yield Finding("minimum-above-allocation", (*path, "minimum"), rule, repair, "warning")


def _check_rungs(subject: Subject, path: Path, terms: Terms) -> Iterator[Finding]:
    """A rung must hold until after the first day on which it can be decided, or, once held, of the plan."""
    for index, rung in enumerate(terms.rungs):
        since = rung.held_from or subject.program.as_of
        before = (subject.program.span.start - since).days
        if rung.expires_days is not None and rung.expires_days <= max(0, before):
            lapses = f"lapses {rung.expires_days:g} days after {since}"
            rule = f"the {rung.rung} {lapses}, before the plan begins."
            repair = f"Let it hold for more than {max(0, before)} days, or leave `expires_after` out."
            yield Finding("rung-lapses-early", (*path, "rungs", index, "expires_days"), rule, repair)


def _check_end_uses(subject: Subject) -> Iterator[Finding]:
    """A duty rule with an end use needs a campus of that end use in its country, or it never applies."""
    campuses = subject.program.sites
    for path, rule in subject.rows(Duty):
        here = [campus.end_uses for campus in campuses if campus.country == rule.country]
        covered = any(rule.is_for_data_centres if words is None else rule.end_use in words for words in here)
        if rule.end_use and campuses and not covered:
            text = f'no campus in {rule.country} has the end use "{rule.end_use}", so the rule never applies.'
            repair = "List these words in `end_uses` of the sites they hold for, or leave `end_use` out."
            yield Finding("end-use-without-campus", (*path, "end_use"), text, repair, "warning")


def _check_countries(subject: Subject) -> Iterator[Finding]:
    for cls, field in _COUNTRY_FIELDS:
        alias = next(shape.alias for shape in shapes(cls).values() if shape.name == field)
        for path, row in subject.rows(cls):
            country = getattr(row, field)
            if country and not _COUNTRY.fullmatch(country):
                rule = f'"{country}" is not a country code.'
                repair = f"Write `{alias}` as two capital letters (ISO 3166 alpha-2), such as US, MX or TW."
                yield Finding("bad-country", (*path, field), rule, repair)


def _check_sources_of_items(subject: Subject) -> Iterator[Finding]:
    """An item nobody makes or sells cannot arrive; an offer of an item nobody uses is idle."""
    supply = subject.program.supply
    parents = {row.parent for row in supply.bom}
    used = {row.component for row in supply.bom} | _used_outside(subject)
    had = {row.item for row in supply.makes} | {row.item for row in supply.offers}
    had |= {row.item for row in supply.stock} | {row.item for row in supply.open_orders}
    for index, item in enumerate(supply.items):
        if subject.is_broken(item.id):
            continue
        if item.id not in had and not item.phantom and item.lead_by == "supply":
            rule = f'nobody makes or sells "{item.id}", and none is in stock or on order.'
            repair = "Add an offer or a make, or mark it phantom."
            yield Finding("item-without-source", ("supply", "items", index), rule, repair, "warning")
        part = item.part or item.id
        if not {item.id, part} & used and item.id not in parents and item.lead_by == "supply":
            rule = f'nothing uses "{item.id}".'
            yield Finding("item-unused", ("supply", "items", index), rule, "Add it to `bom`, or remove it.", "warning")


def _used_outside(subject: Subject) -> set[str]:
    """Items used otherwise than in a BOM: as a configuration, in a rack, as plant of a site, in a project."""
    program = subject.program
    names = set(subject.names("configuration"))
    names |= {
        content.part for platform in program.platforms for sku in platform.configurations for content in sku.contents
    }
    names |= {activity.item for project in program.projects for activity in project.activities}
    for path, entry in subject.entries:
        if path[:1] in {("sites",), ("halls",), ("platforms",)}:
            names |= {value for value in vars(entry).values() if isinstance(value, str)}
    return names
