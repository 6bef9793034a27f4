"""Which part carries a link of a given rate and length between two cages at the least price?

Every assembly and, for fibre, every pair of transceivers of the catalog is tried. A part is feasible if its rate and
reach suffice, its plugs have the form factor of the cages, and the module's power is within what a cage can feed. A
plug fills its cage: an assembly with plugs of its own carries one link, so none fits a cage that more links share.
Transceivers of two ends may differ in form factor but keep one optical standard. Among feasible
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

    `lower_cage` is empty where the lower end's form factor is not known (a management port): it is taken equal to the
    upper's. `links_per_cage` and `lower_links` are the links one upper and one lower cage holds; `cage_power_w` is what
    the upper cage can feed, negative for no published limit.
    """

    gbit_s: float
    lower_cage: str
    upper_cage: str
    links_per_cage: int
    cage_power_w: float
    lower_links: int = 1


@dataclass(frozen=True)
class Choice:
    """Part and transceivers at the upper and lower end (empty for direct attach) of a link, and the reach of all."""

    part: str
    module: str
    medium: str
    reach_mm: int
    lower_module: str = ""


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
    length_m = length_mm / 1000.0
    hours = service_years * HOURS_PER_YEAR
    offers = [*_direct(link, length_m, cables, hours), *_optical(link, length_m, (cables, modules), hours)]
    return min(offers, key=lambda offer: offer[0])[1] if offers else None


Offer = tuple[tuple[bool, float, float, str, str], Choice]


def _direct(link: LinkClass, length_m: float, cables: Sequence[CableSpec], hours: float) -> Iterator[Offer]:
    """Assemblies with plugs of their own, for links that have both cages to themselves.

    One that runs a slower link gives up power in proportion.
    """
    if link.links_per_cage > 1 or link.lower_links > 1 or link.lower_cage not in {"", link.upper_cage}:
        return
    for cable in cables:
        is_fit = cable.medium != "fibre" and cable.cage == link.upper_cage
        if not is_fit or cable.rate_gbit_s.value < link.gbit_s or cable.reach_m.value < length_m:
            continue
        power_w = _value(cable.power_w) * min(1.0, link.gbit_s / cable.rate_gbit_s.value)
        if _is_too_hot(link, power_w / 2.0):
            continue
        choice = Choice(cable.id, "", cable.medium, round(cable.reach_m.value * 1000.0))
        yield _rank(cable_price_usd(cable, length_m, hours), power_w, choice), choice


def _optical(
    link: LinkClass, length_m: float, parts: tuple[Sequence[CableSpec], Sequence[ModuleSpec]], hours: float
) -> Iterator[Offer]:
    """Fibre with a transceiver at both ends; a module must fill the cage's links."""
    cables, modules = parts
    for upper, lower in _pairs(link, modules):
        for cable in cables:
            same = (cable.medium, cable.fibre, cable.connector) == ("fibre", upper.fibre, upper.connector)
            reach_m = min(upper.reach_m.value, lower.reach_m.value, cable.reach_m.value)
            if not same or cable.rate_gbit_s.value < link.gbit_s or reach_m < length_m:
                continue
            ends_usd, ends_w = _ends(link, (upper, lower), hours)
            fibre_usd = cable_price_usd(cable, length_m, hours)
            price_usd = None if ends_usd is None or fibre_usd is None else fibre_usd + ends_usd
            choice = Choice(cable.id, upper.id, "fibre", round(reach_m * 1000.0), lower.id)
            yield _rank(price_usd, _value(cable.power_w) + ends_w, choice), choice


def _pairs(link: LinkClass, modules: Sequence[ModuleSpec]) -> Iterator[tuple[ModuleSpec, ModuleSpec]]:
    """Transceivers for the upper and the lower cage; the same for like cages and where the lower is not known."""
    lower_cage = (link.lower_cage, link.lower_links)
    is_like = not link.lower_cage or lower_cage == (link.upper_cage, link.links_per_cage)
    for upper in modules:
        if not _fills(upper, link.gbit_s, link.upper_cage, link.links_per_cage) or _is_too_hot(
            link, _value(upper.power_w)
        ):
            continue
        if is_like:
            yield upper, upper
            continue
        facing = (upper.fibre, upper.connector, upper.optics)
        for lower in modules:
            if (lower.fibre, lower.connector, lower.optics) == facing and _fills(lower, link.gbit_s, *lower_cage):
                yield upper, lower


def _fills(module: ModuleSpec, gbit_s: float, cage: str, links: int) -> bool:
    """A module serves all links of a cage, each split off one of its own links, and has no more than the cage."""
    if module.cage != cage or module.rate_gbit_s.value < gbit_s:
        return False
    own = round(module.links.value)
    return own <= links <= own * _split(module, gbit_s)


def _split(module: ModuleSpec, gbit_s: float) -> int:
    """Links of a rate that one link of the module can be split into."""
    return max(1, int(module.rate_gbit_s.value // max(gbit_s, 1e-9)))


def _ends(link: LinkClass, pair: tuple[ModuleSpec, ModuleSpec], hours: float) -> tuple[float | None, float]:
    """Price with replacements [USD], None where one is not published, and power [W] of a link's share of both ends."""
    upper, lower = pair
    counts = (link.links_per_cage, link.lower_links if link.lower_cage else link.links_per_cage)
    price_usd: float | None = 0.0
    power_w = 0.0
    for module, count in zip((upper, lower), counts, strict=True):
        power_w += _value(module.power_w) / count
        replaced = 1.0 + _value(module.failures_per_h) * hours
        price_usd = (
            None
            if price_usd is None or module.price_usd is None
            else price_usd + module.price_usd.value * replaced / count
        )
    return price_usd, power_w


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
