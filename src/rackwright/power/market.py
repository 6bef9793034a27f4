"""Which equipment does the catalog offer, as a buyer sees it: rating, voltages, price, lead time, what a slot binds?"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from rackwright.base.units import format_quantity
from rackwright.catalog.index import Catalog
from rackwright.catalog.installation import CableTermination, Conductor, MvCable, ThermalStorage
from rackwright.catalog.narrow import figure
from rackwright.catalog.parts import (
    Breaker,
    Busway,
    Cdu,
    Fact,
    Generator,
    HeatRejection,
    Part,
    PowerShelf,
    Switchgear,
    Transformer,
    Ups,
)
from rackwright.power.request import MarketPart, PartTerms
from rackwright.program.model import Program

__all__ = ["market_parts", "offered_terms"]

SHELVES = ("capacitor", "battery", "side-rack", "bess")


def market_parts(catalog: Catalog, offered: Mapping[str, PartTerms]) -> tuple[MarketPart, ...]:
    """Everything ordered for power and cooling, from transformers to cables and coolers, by family, rating and id.

    Parameters
    ----------
    catalog
        Catalog with price classes and usual lead times.
    offered
        What the program's own offers say of a part; it comes first.
    """
    parts = [*_transformers(catalog), *_boards(catalog), *_others(catalog), *_cooling(catalog)]
    priced = (_with_offer(part, offered.get(part.part)) for part in parts)
    return tuple(sorted(priced, key=lambda part: (part.family, part.rating, part.part)))


def offered_terms(program: Program) -> Mapping[str, PartTerms]:
    """Terms of the program's offers by part: of the supplier a project procures from, else the cheapest."""
    parts = {item.id: item.part for item in program.supply.items if item.part}
    procured = {(own.item, own.supplier) for project in program.projects for own in project.activities}
    ranked = sorted(
        program.supply.offers,
        key=lambda offer: ((offer.item, offer.supplier) not in procured, offer.price.value, offer.supplier),
    )
    found: dict[str, PartTerms] = {}
    for offer in ranked:
        part = parts.get(offer.item, offer.item)
        found.setdefault(part, PartTerms(part, offer.price.value, offer.lead_days.value))
    return found


def _with_offer(part: MarketPart, terms: PartTerms | None) -> MarketPart:
    if terms is None:
        return part
    return dataclasses.replace(part, price_usd=terms.price_usd, lead_days=terms.lead_days, is_offered=True)


def _transformers(catalog: Catalog) -> Iterator[MarketPart]:
    for unit in catalog.all(Transformer):
        high_v, low_v = figure(unit.primary_v), figure(unit.secondary_v)
        binds = f"{high_v / 1e3:g}/{low_v / 1e3:g} kV, {format_quantity(figure(unit.rating_va), 'VA')}"
        yield _part(unit, unit.role, unit.rating_va, binds, (high_v, low_v), is_made_to_order=True)


def _boards(catalog: Catalog) -> Iterator[MarketPart]:
    for board in catalog.all(Switchgear):
        rated_v = figure(board.voltage_v)
        binds = f"{rated_v / 1e3:g} kV, {figure(board.rating_a):g} A, {figure(board.interrupting_a) / 1e3:g} kA"
        yield _part(board, f"{board.role}-board", board.rating_a, binds, (rated_v,), is_made_to_order=True)


def _others(catalog: Catalog) -> Iterator[MarketPart]:
    for generator in catalog.all(Generator):
        binds = format_quantity(figure(generator.rating_w), "W")
        yield _part(generator, generator.role, generator.rating_w, binds, (), is_made_to_order=True)
    for ups in catalog.all(Ups):
        yield _part(ups, "ups", ups.rating_w, "", (), is_made_to_order=False)
    for breaker in catalog.all(Breaker):
        if breaker.role in {"ats", "sts"}:
            yield _part(breaker, breaker.role, breaker.rating_a, "", (), is_made_to_order=False)
    for duct in catalog.all(Busway):
        yield _part(duct, duct.role, duct.rating_a, "", (figure(duct.voltage_v),), is_made_to_order=False)
    for conductor in catalog.all(Conductor):
        yield _part(conductor, "conductor", conductor.area_m2, "", (), is_made_to_order=False)
    for cable in catalog.all(MvCable):
        yield _part(cable, "mv-cable", cable.ampacity_a, "", (figure(cable.voltage_v),), is_made_to_order=False)
    for kit in catalog.all(CableTermination):
        yield _part(kit, "mv-termination", kit.voltage_v, "", (figure(kit.voltage_v),), is_made_to_order=False)
    for shelf in catalog.all(PowerShelf):
        if shelf.role in SHELVES:
            volts = (shelf.output_v.value,) if shelf.output_v is not None else ()
            yield _part(shelf, shelf.role, shelf.rating_w, "", volts, is_made_to_order=False)


def _cooling(catalog: Catalog) -> Iterator[MarketPart]:
    for unit in catalog.all(Cdu):
        yield _part(unit, "air" if unit.role == "air" else "cdu", unit.rating_w, "", (), is_made_to_order=False)
    for plant in catalog.all(HeatRejection):
        yield _part(plant, plant.role, plant.rating_w, "", (), is_made_to_order=False)
    for tank in catalog.all(ThermalStorage):
        yield _part(tank, "buffer-tank", tank.volume_m3, "", (), is_made_to_order=False)


def _part(
    part: Part, family: str, rating: Fact | None, binds: str, volts: tuple[float, ...], *, is_made_to_order: bool
) -> MarketPart:
    return MarketPart(
        part=part.id,
        name=part.name,
        family=family,
        rating=figure(rating),
        binds=binds,
        voltages_v=volts,
        is_made_to_order=is_made_to_order,
        origin=part.origin,
        price_usd=part.price_usd.value if part.price_usd is not None else None,
        lead_days=part.lead_days.value if part.lead_days is not None else None,
    )
