"""Out of which trunk and cassettes is a bundle of links between two panels made, and does it cost less than fibres?

Every trunk of the catalog is tried with every cassette that takes its legs. A pair is feasible if a leg holds the
fibres of a link, the light lost on the way is within the budget of the transceivers, and lengths are within reach.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from rackwright.base.units import HOURS_PER_YEAR
from rackwright.cabling.choice import cable_price_usd
from rackwright.cabling.plant import CassetteSpec, OpticsSpec, PanelSpec, TrunkPlant, TrunkSpec
from rackwright.cabling.request import CableSpec

__all__ = ["Build", "Bundle", "channel_loss_db", "choose_build"]

MM_PER_M = 1000.0
MM_PER_KM = 1e6


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """Links of one kind between two panel racks.

    `jumpers_mm` is the length of all jumpers together, `longest_mm` that of the longest way from transceiver to
    transceiver; `direct_usd` is what fibres from end to end cost, None where one has no price.
    """

    jumper: CableSpec
    optics: OpticsSpec
    reach_mm: float
    links: int
    trunk_mm: int
    jumpers_mm: int
    longest_mm: int
    direct_usd: float | None
    is_ruled: bool


@dataclass(frozen=True)
class Build:
    """A trunk with its cassettes: links of one trunk, cassettes at each end of it, price of all (None: unknown)."""

    trunk: TrunkSpec
    cassette: CassetteSpec
    links: int
    cassettes: int
    usd: float | None

    def trunks(self, links: int) -> int:
        """Trunks for a number of links."""
        return math.ceil(links / self.links)


def choose_build(bundle: Bundle, plant: TrunkPlant, panel: PanelSpec, *, years: float = 0.0) -> Build | None:
    """Cheapest feasible trunk and cassette; None if there is none, or none that is cheaper where that is asked."""
    builds = sorted(
        _builds(bundle, plant, panel, years * HOURS_PER_YEAR),
        key=lambda build: (build.usd is None, build.usd or 0.0, build.trunk.id, build.cassette.id),
    )
    if not builds:
        return None
    best = builds[0]
    if bundle.is_ruled:
        return best
    is_cheaper = best.usd is not None and bundle.direct_usd is not None and best.usd < bundle.direct_usd
    return best if is_cheaper else None


def _builds(bundle: Bundle, plant: TrunkPlant, panel: PanelSpec, hours: float) -> Iterator[Build]:
    """Feasible pairs of trunk and cassette."""
    for trunk in plant.trunks:
        for cassette in plant.cassettes:
            links = _links(bundle, trunk, cassette)
            loss_db = channel_loss_db(trunk, cassette, bundle.longest_mm)
            is_short = bundle.longest_mm <= bundle.reach_mm and bundle.trunk_mm <= trunk.reach_m.value * MM_PER_M
            if links and is_short and loss_db <= bundle.optics.loss_db.value:
                cassettes = math.ceil(trunk.legs.value / cassette.rear_ports.value)
                build = Build(trunk, cassette, links, cassettes, None)
                yield Build(trunk, cassette, links, cassettes, _price_usd(bundle, build, panel, hours))


def _links(bundle: Bundle, trunk: TrunkSpec, cassette: CassetteSpec) -> int:
    """Links one trunk carries through a kind of cassette; 0 where they do not fit each other."""
    jumper = bundle.jumper
    same = (trunk.fibre, trunk.connector) == (cassette.fibre, cassette.rear)
    if not same or (jumper.fibre, jumper.connector) != (cassette.fibre, cassette.connector):
        return 0
    per_leg = cassette.ports.value / cassette.rear_ports.value
    if bundle.optics.fibres.value * per_leg > trunk.leg_fibres.value:
        return 0
    return int(trunk.legs.value * per_leg)


def channel_loss_db(trunk: TrunkSpec, cassette: CassetteSpec, length_mm: float) -> float:
    """Insertion loss between two transceivers.

    Notes
    -----
    a L + 2 n c: a the loss of the fibre by length, L all of it from end to end, n the mated pairs in a cassette, c the
    loss of one. The plugs in the transceivers belong to the transceivers.

    Examples
    --------
    0.4 dB/km over 50 m and one pair of 0.35 dB in each of two plates: 0.02 + 0.7 = 0.72 dB.
    """
    fibre_db = trunk.loss_db_km.value * length_mm / MM_PER_KM
    return fibre_db + 2.0 * cassette.mated_pairs.value * cassette.pair_loss_db.value


def _price_usd(bundle: Bundle, build: Build, panel: PanelSpec, hours: float) -> float | None:
    """Price of all trunks, cassettes with their share of a panel, and jumpers, replacements included."""
    trunk, cassette = build.trunk, build.cassette
    jumper_usd = cable_price_usd(bundle.jumper, bundle.jumpers_mm / MM_PER_M / (2 * bundle.links), hours)
    if trunk.price_usd is None or cassette.price_usd is None or panel.price_usd is None or jumper_usd is None:
        return None
    replaced = 1.0 + (trunk.failures_per_h.value if trunk.failures_per_h else 0.0) * hours
    per_m_usd = trunk.price_per_m_usd.value if trunk.price_per_m_usd else 0.0
    trunk_usd = (trunk.price_usd.value + per_m_usd * bundle.trunk_mm / MM_PER_M) * replaced
    place_usd = cassette.price_usd.value + panel.price_usd.value / panel.cassettes.value
    each_usd = trunk_usd + 2.0 * build.cassettes * place_usd
    return build.trunks(bundle.links) * each_usd + 2.0 * bundle.links * jumper_usd
