"""What does a link cost at each length? A step function: copper while it reaches, then active copper, then optics.

The same parts fit as in cabling, which chooses the part once it knows the length. Whether the links of a cage meet
again is counted there; here they are taken to where the links between two devices fill the smaller of the two cages.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from rackwright.base.units import HOURS_PER_YEAR
from rackwright.catalog.index import Catalog
from rackwright.catalog.installation import LayoutRules
from rackwright.catalog.parts import CableAssembly, Fact, Switch, Transceiver, Tray

__all__ = ["CableRules", "LinkPrice", "TrayCage", "cable_rules", "link_price", "tray_cages"]

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
class TrayCage:
    """A cage in which a network meets a tray: its form factor, and the links in it."""

    tray: str
    network: str
    form: str
    links: int


@dataclass(frozen=True)
class LinkPrice:
    """Price of a link of a rate to a switch: `usd[m]` at a length of m metres; without any part that reaches, flat.

    `form` and `links` are those of the tray's cage at the lower end; `form` is empty for a switch, or an unknown tray.
    """

    gbit_s: float
    part: str
    usd: tuple[float, ...]
    form: str = ""
    links: int = 1


def cable_rules(rules: LayoutRules) -> CableRules | None:
    """The lengths of layout rules; None if one is missing."""
    drop, run, slack, loop = rules.drop_height_m, rules.rack_run_m, rules.slack_share, rules.service_loop_m
    if drop is None or run is None or slack is None or loop is None:
        return None
    return CableRules(drop_height_m=drop, rack_run_m=run, slack_share=slack, service_loop_m=loop)


def tray_cages(trays: Iterable[Tray]) -> tuple[TrayCage, ...]:
    """Cages of trays whose form factor is known."""
    found = []
    for tray in trays:
        shared = max(1, round(_value(tray.scale_out_ports_per_cage)))
        found.append(TrayCage(tray.id, "scale-out", tray.scale_out_cage, shared))
        found += [TrayCage(tray.id, network, tray.storage_cage, 1) for network in ("storage", "in-band")]
    return tuple(cage for cage in found if cage.form)


def link_price(
    catalog: Catalog,
    part: str,
    gbit_s: float,
    cage: TrayCage | None = None,
    *,
    bundle: int = 1,
    service_years: float = 0.0,
) -> LinkPrice | None:
    """Lowest price at each length for links of a rate that end on a switch; None if no priced part fits.

    Parameters
    ----------
    catalog
        Switches, assemblies and transceivers.
    part, gbit_s
        Upper switch, and rate of the link.
    cage
        Cage of the tray at the lower end; taken to be the switch's where None.
    bundle
        Links between any two devices come in multiples of so many; cages meet again where they fill the smaller one.
    service_years
        Years over which replacements of what fails count.

    Notes
    -----
    As in cabling: a straight assembly carries all links of both cages, a splitter all links of the one at its head;
    fibre has a transceiver of its own form at either end. Shared cages that may not meet again take optics.
    """
    ends = _ends(catalog.get(Switch, part), gbit_s, cage, bundle)
    hours = service_years * HOURS_PER_YEAR
    offers = [*_direct(catalog, ends, hours), *_optical(catalog, ends, hours)]
    if not offers:
        return None
    usd: list[float] = []
    for length_m in range(LONGEST_M + 1):
        reaching = [base + slope * length_m for reach_m, base, slope in offers if reach_m >= length_m]
        usd.append(min(reaching) if reaching else usd[-1] + min(slope for _, _, slope in offers))
    return LinkPrice(gbit_s, part, tuple(usd), cage.form if cage else "", cage.links if cage else 1)


Offer = tuple[float, float, float]


class _Cage(NamedTuple):
    """Form factor, links, and ports before any split."""

    form: str
    links: int
    ports: int


class _Ends(NamedTuple):
    """Rate of a link, its cages, whether links of a shared one may meet again, and what the upper one can feed [W]."""

    gbit_s: float
    upper: _Cage
    lower: _Cage
    can_share: bool
    cage_power_w: float


def _ends(switch: Switch, gbit_s: float, cage: TrayCage | None, bundle: int) -> _Ends:
    split = max(1, math.floor(_value(switch.port_gbit_s) / max(gbit_s, 1e-9)))
    ports = max(1, round(_value(switch.ports_per_cage)))
    upper = _Cage(switch.cage, split * ports, ports)
    lower = _Cage(cage.form, cage.links, cage.links) if cage else upper
    can_share = bundle % min(upper.links, lower.links) == 0
    return _Ends(gbit_s, upper, lower, can_share, switch.cage_power_w.value if switch.cage_power_w else math.inf)


def _direct(catalog: Catalog, ends: _Ends, hours: float) -> Iterator[Offer]:
    """Reach, price and price per metre of a link in assemblies with plugs of their own."""
    most, least = max(ends.upper.links, ends.lower.links), min(ends.upper.links, ends.lower.links)
    if most > 1 and not ends.can_share:
        return
    forms = (ends.upper.form, ends.lower.form)
    head, leg = forms if ends.upper.links >= ends.lower.links else forms[::-1]
    for cable in catalog.all(CableAssembly):
        is_fit = cable.medium != "fibre" and (cable.cage, cable.leg_cage or cable.cage) == (head, leg)
        legs = max(1, round(_value(cable.legs)))
        load_share = least * ends.gbit_s / max(_value(cable.rate_gbit_s), 1e-9)
        plug_w = _value(cable.power_w) * load_share / 2.0 / (1 if ends.upper.links == most else legs)
        if is_fit and most == legs * least and load_share <= 1.0 and cable.price_usd and not _is_too_hot(ends, plug_w):
            each = (1.0 + _value(cable.failures_per_h) * hours) / most
            yield _value(cable.reach_m), cable.price_usd.value * each, _value(cable.price_per_m_usd) * each


def _optical(catalog: Catalog, ends: _Ends, hours: float) -> Iterator[Offer]:
    """Reach, price and price per metre of fibre with a link's share of a transceiver at each end."""
    fibres = [cable for cable in catalog.all(CableAssembly) if cable.medium == "fibre" and cable.price_usd is not None]
    for upper, lower in _pairs(catalog, ends):
        b, a = _per_connector(ends.upper, upper), _per_connector(ends.lower, lower)
        head, leg = (upper, lower) if b >= a else (lower, upper)
        ends_usd = _module_usd(upper, hours) / ends.upper.links + _module_usd(lower, hours) / ends.lower.links
        for fibre in fibres:
            is_fit = _meets(fibre, head, leg) and max(a, b) == min(a, b) * max(1, round(_value(fibre.legs)))
            if is_fit and _value(fibre.rate_gbit_s) >= min(a, b) * ends.gbit_s:
                each = (1.0 + _value(fibre.failures_per_h) * hours) / max(a, b)
                reach_m = min(_value(part.reach_m) for part in (upper, lower, fibre))
                yield reach_m, _value(fibre.price_usd) * each + ends_usd, _value(fibre.price_per_m_usd) * each


def _pairs(catalog: Catalog, ends: _Ends) -> Iterator[tuple[Transceiver, Transceiver]]:
    """Transceivers for the upper and the lower cage; the same in like cages."""
    for upper in catalog.all(Transceiver):
        if not _fills(upper, ends.upper, ends.gbit_s) or _is_too_hot(ends, _value(upper.power_w)):
            continue
        if ends.lower == ends.upper:
            yield upper, upper
        else:
            yield from ((upper, lower) for lower in catalog.all(Transceiver) if _fills(lower, ends.lower, ends.gbit_s))


def _per_connector(cage: _Cage, module: Transceiver) -> int:
    return max(1, cage.links // max(1, round(_value(module.links))))


def _fills(module: Transceiver, cage: _Cage, gbit_s: float) -> bool:
    """Whether a priced module has a link for each port of the cage, no more than its links, and is split like them."""
    if module.cage != cage.form or module.price_usd is None or _value(module.rate_gbit_s) < gbit_s:
        return False
    own = round(_value(module.links))
    return cage.ports <= own <= cage.links <= own * max(1, int(_value(module.rate_gbit_s) // max(gbit_s, 1e-9)))


def _meets(fibre: CableAssembly, head: Transceiver, leg: Transceiver) -> bool:
    """Whether a fibre fits the transceivers at its head and its legs, and keeps the standard the legs meet."""
    at_leg = (fibre.fibre, fibre.leg_connector or fibre.connector, fibre.leg_optics or head.optics)
    return (fibre.fibre, fibre.connector) == (head.fibre, head.connector) and at_leg == (
        leg.fibre, leg.connector, leg.optics,
    )  # fmt: skip


def _is_too_hot(ends: _Ends, module_w: float) -> bool:
    return module_w > ends.cage_power_w


def _module_usd(module: Transceiver, hours: float) -> float:
    return _value(module.price_usd) * (1.0 + _value(module.failures_per_h) * hours)


def _value(fact: Fact | None) -> float:
    return 0.0 if fact is None else fact.value
