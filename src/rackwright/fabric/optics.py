"""Which switches and optical links could a fabric be made of, and what do they cost and draw?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rackwright.catalog.index import Catalog
from rackwright.catalog.parts import CableAssembly, Fact, Switch, Transceiver
from rackwright.fabric.breakout import split_of
from rackwright.fabric.switch import SwitchSpec, switch_spec

__all__ = ["Candidate", "LinkCost", "Market", "Optic", "link_cost", "take_market"]


@dataclass(frozen=True)
class Candidate:
    """A switch with its price and load."""

    switch: SwitchSpec
    price_usd: Fact | None
    power_w: Fact | None


@dataclass(frozen=True, kw_only=True)
class Optic:
    """A transceiver with the cheapest fibre that fits it."""

    cage: str
    rate_gbit_s: Fact
    links: Fact
    price_usd: Fact
    power_w: Fact | None
    fibre_usd: Fact


@dataclass(frozen=True)
class Market:
    """Everything a scale-out network may be made of."""

    candidates: tuple[Candidate, ...] = ()
    optics: tuple[Optic, ...] = ()

    def candidate(self, part: str) -> Candidate | None:
        """The candidate of one part; None if there is none."""
        return next((candidate for candidate in self.candidates if candidate.switch.id == part), None)


@dataclass(frozen=True)
class LinkCost:
    """Price (None where no priced module fits) and load of one optical link."""

    usd: float | None
    power_w: float


def take_market(catalog: Catalog, protocols: Sequence[str], switches: Sequence[SwitchSpec]) -> Market:
    """Switches of the protocols whose figures are known, those in use among them, and all priced optical links."""
    used = {switch.id: switch for switch in switches}
    candidates = []
    for part in catalog.all(Switch):
        is_known = part.ports is not None and part.port_gbit_s is not None and part.cage != "RJ45"
        if part.id in used or (is_known and part.protocol in protocols):
            candidates.append(Candidate(used.get(part.id) or switch_spec(part, catalog), part.price_usd, part.power_w))
    return Market(tuple(candidates), _optics(catalog))


def _optics(catalog: Catalog) -> tuple[Optic, ...]:
    fibres = [cable for cable in catalog.all(CableAssembly) if cable.medium == "fibre"]
    found = []
    for module in catalog.all(Transceiver):
        fitting = [
            cable.price_usd
            for cable in fibres
            if cable.price_usd is not None and (cable.fibre, cable.connector) == (module.fibre, module.connector)
        ]
        if module.rate_gbit_s is None or module.links is None or module.price_usd is None or not fitting:
            continue
        found.append(
            Optic(
                cage=module.cage,
                rate_gbit_s=module.rate_gbit_s,
                links=module.links,
                price_usd=module.price_usd,
                power_w=module.power_w,
                fibre_usd=min(fitting, key=lambda price: price.value),
            )
        )
    return tuple(found)


def link_cost(optics: Sequence[Optic], switch: SwitchSpec, gbit_s: float) -> LinkCost:
    """Cheapest optical link of a rate to a cage of a switch.

    Notes
    -----
    c = 2 c_module / n + c_fibre, P = 2 P_module / n; n links share a module, no more than its cage has
    ports. Price without metres.
    """
    split = max(1, split_of(switch, gbit_s))
    per_cage = split * (switch.ports_per_cage.value if switch.ports_per_cage else 1.0)
    offers = []
    for optic in optics:
        if optic.cage != switch.cage or optic.rate_gbit_s.value < gbit_s:
            continue
        shared = min(per_cage, max(1.0, optic.links.value * (optic.rate_gbit_s.value // max(gbit_s, 1e-9))))
        usd = optic.fibre_usd.value + 2.0 * optic.price_usd.value / shared
        offers.append((usd, 2.0 * (optic.power_w.value if optic.power_w else 0.0) / shared))
    if not offers:
        return LinkCost(None, 0.0)
    return LinkCost(*min(offers))
