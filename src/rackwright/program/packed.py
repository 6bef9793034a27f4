"""What is the program with the other party's pack in place of its own workloads or suppliers?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.base.units import Estimate
from rackwright.program.model import Program
from rackwright.program.supply import Commit, Offer, Supplier
from rackwright.program.workloads import Requirement

__all__ = ["PackedItem", "PackedNeed", "with_capabilities", "with_requirements"]

PARTNER = "partner"
"""Supplier that stands for everyone behind a capability pack."""


@dataclass(frozen=True)
class PackedNeed:
    """Racks of a platform by a day, with the power of one [W] if it is disclosed."""

    platform: str
    racks: int
    need_by: dt.date
    power_w: tuple[float, float] | None


@dataclass(frozen=True)
class PackedItem:
    """What can be had of an item; None where it is not disclosed."""

    item: str
    lead_days: tuple[float, float] | None
    price_usd: tuple[float, float] | None
    per_week: tuple[float, float] | None
    commits: tuple[tuple[dt.date, float], ...]


def with_requirements(program: Program, needs: Sequence[PackedNeed]) -> Program:
    """Workloads replaced by dated needs of racks; blocks of a platform take its needs.

    Raises
    ------
    InputError
        A need is of a platform the program does not have.
    """
    known = {platform.id for platform in program.platforms}
    problems = [
        Problem(
            "unknown-reference",
            Place(path=f"pack.requirements[{index}]"),
            f'no platform is called "{need.platform}".',
            did_you_mean(need.platform, known),
        )
        for index, need in enumerate(needs)
        if need.platform not in known
    ]
    if problems:
        raise InputError(problems)
    rows = tuple(_requirement(index, need) for index, need in enumerate(needs) if need.racks > 0)
    blocks = tuple(
        block.model_copy(update={"workloads": tuple(row.id for row in rows if row.platform == block.platform)})
        for block in program.blocks
    )
    update = {"training": (), "serving": (), "requirements": rows, "blocks": blocks}
    return program.model_copy(update=update)


def _requirement(index: int, need: PackedNeed) -> Requirement:
    row = Requirement.model_construct(
        id=f"need-{index + 1}", platform=need.platform, racks=need.racks, need_by=need.need_by
    )
    if need.power_w is None:
        return row
    low, high = need.power_w
    return row.model_copy(update={"power_per_rack": Estimate((low + high) / 2.0, low, high)})


def with_capabilities(program: Program, items: Sequence[PackedItem]) -> Program:
    """Offers and commits of the pack's items replaced by those of one partner; what is not disclosed is kept as it was.

    Items the program has no offer for are left out: nobody here needs them.
    """
    packed = {item.item: item for item in items}
    offers: list[Offer] = []
    seen: set[str] = set()
    for offer in program.supply.offers:
        if offer.item not in packed:
            offers.append(offer)
        elif offer.item not in seen:
            seen.add(offer.item)
            offers.append(_offer(offer, packed[offer.item]))
    countries = {row.country for row in program.supply.suppliers}
    partner = Supplier.model_construct(id=PARTNER, name="Partner", country=min(countries, default="US"))
    commits = [row for row in program.supply.commits if row.item not in seen]
    commits += [
        Commit.model_construct(item=name, supplier=PARTNER, date=day, qty=qty, confirmed_on=program.as_of)
        for name in sorted(seen)
        for day, qty in packed[name].commits
        if qty > 0
    ]
    supply = program.supply.model_copy(
        update={
            "offers": tuple(offers),
            "suppliers": (*program.supply.suppliers, partner),
            "commits": tuple(commits),
            "terms": tuple(row for row in program.supply.terms if row.item not in seen),
        }
    )
    projects = tuple(
        project.model_copy(
            update={
                "activities": tuple(
                    row.model_copy(update={"supplier": PARTNER}) if row.item in seen and row.supplier else row
                    for row in project.activities
                )
            }
        )
        for project in program.projects
    )
    return program.model_copy(update={"supply": supply, "projects": projects})


def _offer(offer: Offer, item: PackedItem) -> Offer:
    update: dict[str, object] = {"supplier": PARTNER, "available_share": 1.0, "gate": "", "ramp": ""}
    for name, band in (("lead_days", item.lead_days), ("price", item.price_usd), ("per_week", item.per_week)):
        if band is not None:
            update[name] = Estimate((band[0] + band[1]) / 2.0, band[0], band[1])
    return offer.model_copy(update=update)
