"""Which part carries a link of a given rate and length between two cages at the least price?

Every assembly and, for fibre, every pair of transceivers of the catalog is tried. A part is feasible if its rate and
reach suffice, its plugs have the form factor of the cages, and the module's power is within what a cage can feed. A
plug fills its cage, and a fibre its connector: where more links share one, a straight assembly carries them if they all
meet again at the other end, a splitter if each of its legs fills a cage there. Transceivers of two ends may differ in
form factor but keep one optical standard. Among feasible parts the cheapest by link is taken, replacements of what
fails within the years of service included, then the one with the least power; parts without a price come last.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rackwright.base.units import HOURS_PER_YEAR
from rackwright.cabling.cages import GroupSizes
from rackwright.cabling.request import CableSpec, ModuleSpec
from rackwright.catalog.parts import Fact

__all__ = ["Choice", "LinkClass", "cable_price_usd", "choose_part", "connector_links", "farthest_part"]


@dataclass(frozen=True, order=True)
class LinkClass:
    """What the ends of a link ask of a part.

    `lower_cage` is empty where the lower end's form factor is not known (a management port): it is taken equal to the
    upper's. `links_per_cage` and `lower_links` are the links one upper and one lower cage holds, `upper_ports` and
    `lower_ports` their ports before any split; `cage_power_w` is what the upper cage can feed, negative for no
    published limit. `gbit_s` is the highest rate in the upper cage, `lower_gbit_s` that of the link (0 for the same).
    `joins` are the sizes of groups, beyond single ports, that one assembly can join.
    """

    gbit_s: float
    lower_cage: str
    upper_cage: str
    links_per_cage: int
    cage_power_w: float
    lower_links: int = 1
    upper_ports: int = 1
    lower_ports: int = 1
    lower_gbit_s: float = 0.0
    joins: tuple[GroupSizes, ...] = ()

    @property
    def sizes(self) -> GroupSizes:
        """Links of the upper and of the lower cage."""
        return self.links_per_cage, self.lower_links

    def can_join(self, sizes: GroupSizes, legs: int) -> bool:
        """Whether an assembly of so many legs can join groups of these sizes."""
        return max(sizes) == legs * min(sizes) and (sizes == (1, 1) or sizes in self.joins)


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


def farthest_part(link: LinkClass, cables: Sequence[CableSpec], modules: Sequence[ModuleSpec]) -> Choice | None:
    """The part with the longest reach of all that fit the ends, the cheapest of equals; None if none fits."""
    offers = [*_direct(link, 0.0, cables, 0.0), *_optical(link, 0.0, (cables, modules), 0.0)]
    return min(offers, key=lambda offer: (-offer[1].reach_mm, offer[0]))[1] if offers else None


Offer = tuple[tuple[bool, float, float, str, str], Choice]


def _direct(link: LinkClass, length_m: float, cables: Sequence[CableSpec], hours: float) -> Iterator[Offer]:
    """Assemblies with plugs of their own; one that runs slower links gives up power in proportion."""
    upper_links, lower_links = link.sizes
    for cable in cables:
        plugs = (cable.cage, cable.leg_cage or cable.cage)
        upper, lower = plugs if upper_links >= lower_links else plugs[::-1]
        is_fit = cable.medium != "fibre" and upper == link.upper_cage and lower == (link.lower_cage or link.upper_cage)
        if not is_fit or not link.can_join(link.sizes, cable.num_legs) or cable.reach_m.value < length_m:
            continue
        load_share = min(link.sizes) * link.gbit_s / cable.rate_gbit_s.value
        if load_share > 1.0:
            continue
        power_w = _value(cable.power_w) * load_share
        if _is_too_hot(link, power_w / 2.0 / (1 if upper_links >= lower_links else cable.num_legs)):
            continue
        choice = Choice(cable.id, "", cable.medium, round(cable.reach_m.value * 1000.0))
        price_usd = cable_price_usd(cable, length_m, hours)
        each_usd = None if price_usd is None else price_usd / max(link.sizes)
        yield _rank(each_usd, power_w / max(link.sizes), choice), choice


def _optical(
    link: LinkClass, length_m: float, parts: tuple[Sequence[CableSpec], Sequence[ModuleSpec]], hours: float
) -> Iterator[Offer]:
    """Fibre with a transceiver at both ends; a module must fill the cage's links, a fibre those of its connector."""
    cables, modules = parts
    for upper, lower in _pairs(link, modules):
        sizes = connector_links(link.sizes, (upper, lower))
        head, leg = (upper, lower) if sizes[0] >= sizes[1] else (lower, upper)
        for cable in cables:
            reach_m = min(upper.reach_m.value, lower.reach_m.value, cable.reach_m.value)
            if not _meets(cable, head, leg) or not link.can_join(sizes, cable.num_legs) or reach_m < length_m:
                continue
            if cable.rate_gbit_s.value < min(sizes) * link.gbit_s:
                continue
            ends_usd, ends_w = _ends(link, (upper, lower), hours)
            fibre_usd = cable_price_usd(cable, length_m, hours)
            price_usd = None if ends_usd is None or fibre_usd is None else fibre_usd / max(sizes) + ends_usd
            choice = Choice(cable.id, upper.id, "fibre", round(reach_m * 1000.0), lower.id)
            yield _rank(price_usd, _value(cable.power_w) + ends_w, choice), choice


def connector_links(per_cage: GroupSizes, modules: tuple[ModuleSpec, ModuleSpec]) -> GroupSizes:
    """Links of one connector of the upper and of the lower transceiver."""
    upper, lower = (max(1, links // round(module.links.value)) for links, module in zip(per_cage, modules, strict=True))
    return upper, lower


def _meets(cable: CableSpec, head: ModuleSpec, leg: ModuleSpec) -> bool:
    """Whether a fibre fits the transceivers at its head and at its legs, and these keep one standard through it."""
    at_leg = (cable.fibre, cable.leg_connector or cable.connector, cable.leg_optics or head.optics)
    is_fibre = (cable.medium, cable.fibre, cable.connector) == ("fibre", head.fibre, head.connector)
    return is_fibre and at_leg == (leg.fibre, leg.connector, leg.optics)


def _pairs(link: LinkClass, modules: Sequence[ModuleSpec]) -> Iterator[tuple[ModuleSpec, ModuleSpec]]:
    """Transceivers for the upper and the lower cage; the same for like cages and where the lower is not known."""
    upper_cage = _Cage(link.gbit_s, link.upper_cage, link.links_per_cage, link.upper_ports)
    lower_cage = _Cage(link.lower_gbit_s or link.gbit_s, link.lower_cage, link.lower_links, link.lower_ports)
    is_like = not link.lower_cage or lower_cage == upper_cage
    for upper in modules:
        if not _fills(upper, upper_cage) or _is_too_hot(link, _value(upper.power_w)):
            continue
        if is_like:
            yield upper, upper
            continue
        for lower in modules:
            if _fills(lower, lower_cage):
                yield upper, lower


class _Cage(NamedTuple):
    """What a cage asks of a transceiver: rate, form factor, links, and ports before any split."""

    gbit_s: float
    form: str
    links: int
    ports: int


def _fills(module: ModuleSpec, cage: _Cage) -> bool:
    """A module has a link for each port of the cage, no more than its links, and is split where the ports are."""
    if module.cage != cage.form or module.rate_gbit_s.value < cage.gbit_s:
        return False
    own = round(module.links.value)
    return cage.ports <= own <= cage.links <= own * _split(module, cage.gbit_s)


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
