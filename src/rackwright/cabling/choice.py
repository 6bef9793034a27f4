"""Which part carries a link of a given rate and length between two cages at the least price?

Every assembly and, for fibre, every transceiver of the catalog is tried. A part is feasible if its rate and reach
suffice, its form factor is that of both cages, and the module's power is within what a cage can feed. Among feasible
parts the cheapest is taken, replacements of what fails within the years of service included, then the one with the
least power; parts without a price come last.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rackwright.base.units import HOURS_PER_YEAR
from rackwright.cabling.request import CableSpec, ModuleSpec
from rackwright.catalog.parts import Fact

__all__ = ["Choice", "LinkClass", "cable_price_usd", "choose_part"]


@dataclass(frozen=True, order=True)
class LinkClass:
    """What the ends of a link ask of a part.

    `lower_cage` is empty where the lower end's form factor is not known (a tray, a management port): it is taken equal
    to the upper's. `links_per_cage` is the number of links one upper cage holds; `cage_power_w` is negative for no
    published limit.
    """

    gbit_s: float
    lower_cage: str
    upper_cage: str
    links_per_cage: int
    cage_power_w: float


@dataclass(frozen=True)
class Choice:
    """Part and transceiver (empty for direct attach) for a link, and the reach of both together."""

    part: str
    module: str
    medium: str
    reach_mm: int


def choose_part(
    link: LinkClass,
    length_mm: int,
    cables: Sequence[CableSpec],
    modules: Sequence[ModuleSpec],
    *,
    service_years: float = 0.0,
) -> Choice | None:
    """Cheapest feasible part for a link of a length over its years of service; None if there is none.

    Notes
    -----
    Cost = p (1 + lambda T), p the price of the part at the length, lambda its failure rate, T the years of service; for
    fibre with its share of a transceiver at both ends.
    """
    if link.lower_cage and link.lower_cage != link.upper_cage:
        return None
    length_m = length_mm / 1000.0
    hours = service_years * HOURS_PER_YEAR
    offers = [*_direct(link, length_m, cables, hours), *_optical(link, length_m, (cables, modules), hours)]
    return min(offers, key=lambda offer: offer[0])[1] if offers else None


Offer = tuple[tuple[bool, float, float, str, str], Choice]


def _direct(link: LinkClass, length_m: float, cables: Sequence[CableSpec], hours: float) -> Iterator[Offer]:
    """Assemblies with ends of their own. One that runs a slower link gives up power in proportion (a splitter)."""
    for cable in cables:
        is_fit = cable.medium != "fibre" and cable.cage == link.upper_cage
        if not is_fit or cable.rate_gbit_s.value < link.gbit_s or cable.reach_m.value < length_m:
            continue
        power_w = _value(cable.power_w) * min(1.0, link.gbit_s / cable.rate_gbit_s.value)
        if _is_too_hot(link, power_w / 2.0 * link.links_per_cage):
            continue
        choice = Choice(cable.id, "", cable.medium, round(cable.reach_m.value * 1000.0))
        yield _rank(cable_price_usd(cable, length_m, hours), power_w, choice), choice


def _optical(
    link: LinkClass, length_m: float, parts: tuple[Sequence[CableSpec], Sequence[ModuleSpec]], hours: float
) -> Iterator[Offer]:
    """Fibre with the same transceiver at both ends; a module must fill the cage's links."""
    cables, modules = parts
    for module in modules:
        links = round(module.links.value) * max(1, int(module.rate_gbit_s.value // max(link.gbit_s, 1e-9)))
        is_fit = module.cage == link.upper_cage and module.rate_gbit_s.value >= link.gbit_s
        if not is_fit or links < link.links_per_cage or _is_too_hot(link, _value(module.power_w)):
            continue
        for cable in cables:
            same = (cable.medium, cable.fibre, cable.connector) == ("fibre", module.fibre, module.connector)
            reach_m = min(module.reach_m.value, cable.reach_m.value)
            if not same or cable.rate_gbit_s.value < link.gbit_s or reach_m < length_m:
                continue
            used = min(links, link.links_per_cage)
            power_w = _value(cable.power_w) + 2.0 * _value(module.power_w) / used
            replaced = 1.0 + _value(module.failures_per_h) * hours
            module_usd = None if module.price_usd is None else 2.0 * module.price_usd.value * replaced / used
            fibre_usd = cable_price_usd(cable, length_m, hours)
            price_usd = None if module_usd is None or fibre_usd is None else fibre_usd + module_usd
            choice = Choice(cable.id, module.id, "fibre", round(reach_m * 1000.0))
            yield _rank(price_usd, power_w, choice), choice


def cable_price_usd(cable: CableSpec, length_m: float, hours: float) -> float | None:
    """Price of an assembly of a length with its replacements [USD]; None where none is published."""
    if cable.price_usd is None:
        return None
    replaced = 1.0 + _value(cable.failures_per_h) * hours
    return (cable.price_usd.value + _value(cable.price_per_m_usd) * length_m) * replaced


def _rank(price_usd: float | None, power_w: float, choice: Choice) -> tuple[bool, float, float, str, str]:
    return (price_usd is None, math.inf if price_usd is None else price_usd, power_w, choice.part, choice.module)


def _is_too_hot(link: LinkClass, module_w: float) -> bool:
    return 0.0 <= link.cage_power_w < module_w


def _value(fact: Fact | None) -> float:
    return 0.0 if fact is None else fact.value
