"""What does a link cost at each length? A step function: copper while it reaches, then active copper, then optics.

Placement asks only how prices compare, so both ends are taken to be the upper switch's cage; cabling chooses the part.
Links that share a cage take optics at any length.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from rackwright.catalog.index import Catalog
from rackwright.catalog.installation import LayoutRules
from rackwright.catalog.parts import CableAssembly, Fact, Switch, Transceiver

__all__ = ["CableRules", "LinkPrice", "cable_rules", "link_price"]

LONGEST_M = 400
"""Lengths for which prices are listed; longer ones go on at the last slope."""


@dataclass(frozen=True, kw_only=True)
class CableRules:
    """Figures that turn a tray path into a length to order."""

    drop_height_m: Fact
    rack_run_m: Fact
    slack_share: Fact
    service_loop_m: Fact


@dataclass(frozen=True)
class LinkPrice:
    """Price of a link of a rate to a switch: `usd[m]` at a length of m metres; without any part that reaches, flat."""

    gbit_s: float
    part: str
    usd: tuple[float, ...]


def cable_rules(rules: LayoutRules) -> CableRules | None:
    """The lengths of layout rules; None if one is missing."""
    drop, run, slack, loop = rules.drop_height_m, rules.rack_run_m, rules.slack_share, rules.service_loop_m
    if drop is None or run is None or slack is None or loop is None:
        return None
    return CableRules(drop_height_m=drop, rack_run_m=run, slack_share=slack, service_loop_m=loop)


def link_price(catalog: Catalog, part: str, gbit_s: float) -> LinkPrice | None:
    """Lowest price at each length for links of a rate that end on a switch; None if no priced part fits."""
    offers = [*_direct(catalog, part, gbit_s), *_optical(catalog, part, gbit_s)]
    if not offers:
        return None
    usd: list[float] = []
    for length_m in range(LONGEST_M + 1):
        reaching = [base + slope * length_m for reach_m, base, slope in offers if reach_m >= length_m]
        usd.append(min(reaching) if reaching else usd[-1] + min(slope for _, _, slope in offers))
    return LinkPrice(gbit_s, part, tuple(usd))


Offer = tuple[float, float, float]


def _direct(catalog: Catalog, part: str, gbit_s: float) -> Iterator[Offer]:
    """Reach, price and price per metre of assemblies with plugs of their own; none where links share a cage."""
    switch = catalog.get(Switch, part)
    cage = switch.cage
    split = max(1, math.floor(_value(switch.port_gbit_s) / max(gbit_s, 1e-9)))
    if split * max(1.0, _value(switch.ports_per_cage)) > 1.0:
        return
    for cable in catalog.all(CableAssembly):
        if cable.medium != "fibre" and cable.cage == cage and _value(cable.rate_gbit_s) >= gbit_s and cable.price_usd:
            yield _value(cable.reach_m), cable.price_usd.value, _value(cable.price_per_m_usd)


def _optical(catalog: Catalog, part: str, gbit_s: float) -> Iterator[Offer]:
    """Reach, price and price per metre of fibre with its share of a transceiver at each end."""
    cage = catalog.get(Switch, part).cage
    for module in catalog.all(Transceiver):
        if module.cage != cage or _value(module.rate_gbit_s) < gbit_s or module.price_usd is None:
            continue
        links = max(1.0, _value(module.links)) * max(1, math.floor(_value(module.rate_gbit_s) / max(gbit_s, 1e-9)))
        for fibre in catalog.all(CableAssembly):
            same = (fibre.medium, fibre.fibre, fibre.connector) == ("fibre", module.fibre, module.connector)
            if same and _value(fibre.rate_gbit_s) >= gbit_s and fibre.price_usd is not None:
                base = fibre.price_usd.value + 2.0 * module.price_usd.value / links
                yield min(_value(module.reach_m), _value(fibre.reach_m)), base, _value(fibre.price_per_m_usd)


def _value(fact: Fact | None) -> float:
    return 0.0 if fact is None else fact.value
