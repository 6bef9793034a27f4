"""Which scale-out networks would serve a block, and which of them is best in what?

Every family, every catalog switch of the protocol, uplinks at the rate of endpoints or of a whole port, and a few
oversubscriptions are sized by the same rule as the plan. They are compared by cost, power, cables, bisection and by
what one lost switch takes with it: a choice stands higher the fewer others are at least as good in all of these and
better in one, then the cheaper it is. Cost and power rest on optical links throughout; cabling chooses the real parts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rackwright.fabric.asked import Asked, asked_of
from rackwright.fabric.clos import Clos, ClosNeed, size_clos
from rackwright.fabric.need import Census, Radix, clos_need, radix_of, take_census
from rackwright.fabric.network import Network
from rackwright.fabric.optics import Candidate, Market, link_cost
from rackwright.fabric.request import BlockNeed, Pins, Target
from rackwright.program.platforms import FabricFamily

__all__ = ["choice_rows"]

FAMILIES: tuple[FabricFamily, ...] = ("rail-optimised", "rail-only", "rack-aligned", "leaf-spine", "fat-tree")
RATIOS = (2.0, 3.0)
"""Oversubscriptions tried beside the one of the platform and none."""


@dataclass(frozen=True, kw_only=True)
class _Way:
    """One way to build the network; `need` is what the sizing rule is asked."""

    family: FabricFamily
    candidate: Candidate
    asked: Asked
    gbit_s: float
    uplink_gbit_s: float
    radix: Radix
    need: ClosNeed


@dataclass(frozen=True, kw_only=True)
class _Choice:
    """A way that can be built, and its figures."""

    way: _Way
    clos: Clos
    cables: int
    cost_usd: float | None
    power_w: float
    bisection_gbit_s: float
    spine_loss_share: float
    cut_off_nodes: int
    is_chosen: bool


def choice_rows(block: BlockNeed, network: Network, market: Market) -> list[tuple[str | int | float | None, ...]]:
    """Rows of `Choices` for the scale-out network of a block, best first; none where it has no endpoints.

    The network as it is planned is always among them, if it can be built.
    """
    if not len(network.ports) or network.asked is None:
        return []
    census = take_census(network.ports)
    sizes: dict[ClosNeed, Clos | None] = {}
    found: dict[tuple[str, str, float, Clos], _Choice] = {}
    for way, is_chosen in _ways(block, network, census, market):
        if way.need not in sizes:
            sizes[way.need] = size_clos(way.need)
        clos = sizes[way.need]
        if clos is not None:
            rate = way.uplink_gbit_s if clos.tiers > 1 else 0.0
            key = (way.family, way.candidate.switch.id, rate, clos)
            found.setdefault(key, _choice(way, clos, network, market, is_chosen=is_chosen))
    spine_limit = network.asked.spine_oversubscription
    return _ranked(block.block, list(found.values()), network.asked.oversubscription * spine_limit)


def _ways(block: BlockNeed, network: Network, census: Census, market: Market) -> Iterator[tuple[_Way, bool]]:
    """The planned way first, then all others."""
    target = block.target
    planned = _way(block, census, target, market.candidate(target.leaf.id), network)
    if planned is not None:
        yield planned, True
    free = replace(target, pins=Pins(), uplink_gbit_s=0.0)
    for candidate in market.candidates:
        if candidate.switch.protocol != target.protocol or candidate.switch.port_gbit_s.value < network.gbit_s:
            continue
        own = replace(free, leaf=candidate.switch, spine=candidate.switch, core=candidate.switch)
        for variant in _variants(own, network.gbit_s):
            way = _way(block, census, variant, candidate, network)
            if way is not None:
                yield way, False


def _variants(target: Target, gbit_s: float) -> Iterator[Target]:
    """Families, oversubscriptions and uplink rates of one switch."""
    ratios = sorted({1.0, target.oversubscription, *RATIOS})
    port_gbit_s = target.leaf.port_gbit_s.value
    rates = [0.0, port_gbit_s] if port_gbit_s > gbit_s and port_gbit_s % gbit_s == 0 else [0.0]
    for family in FAMILIES:
        if family == "rail-only" and target.rails == 1:
            continue
        for ratio in [target.oversubscription] if family == "fat-tree" else ratios:
            for rate in rates:
                pins = Pins(tiers=2) if family == "leaf-spine" else Pins()
                yield replace(target, family=family, oversubscription=ratio, uplink_gbit_s=rate, pins=pins)


def _way(
    block: BlockNeed, census: Census, target: Target, candidate: Candidate | None, network: Network
) -> _Way | None:
    asked = asked_of(target, "scale-out")
    uplink_gbit_s = asked.uplink_gbit_s or network.gbit_s
    radix = radix_of(asked, network.gbit_s, uplink_gbit_s)
    if candidate is None or not all(radix.by_tier):
        return None
    need = clos_need(census, block.units, asked, radix)
    return _Way(
        family=target.family,
        candidate=candidate,
        asked=asked,
        gbit_s=network.gbit_s,
        uplink_gbit_s=uplink_gbit_s,
        radix=radix,
        need=need,
    )


def _choice(way: _Way, clos: Clos, network: Network, market: Market, *, is_chosen: bool) -> _Choice:
    uplinks, core_links = clos.leaf_links, clos.spine_links
    endpoints = len(network.ports)
    switches = clos.leaves + clos.spines + clos.cores
    switch = way.candidate.switch
    down, up = (link_cost(market.optics, switch, rate) for rate in (network.gbit_s, way.uplink_gbit_s))
    price = way.candidate.price_usd
    prices = (None if price is None else price.value, down.usd, up.usd if uplinks else 0.0)
    counts = (switches, endpoints, uplinks + core_links)
    cost = None if None in prices else sum(c * p for c, p in zip(counts, prices, strict=True) if p is not None)
    switch_w = 0.0 if way.candidate.power_w is None else way.candidate.power_w.value
    narrowest = [endpoints * network.gbit_s]
    across = 2 * clos.peer_cut if clos.peer_bundle else core_links
    narrowest += [links * way.uplink_gbit_s for links in (uplinks, across) if links]
    return _Choice(
        way=way,
        clos=clos,
        cables=endpoints + uplinks + core_links,
        cost_usd=cost,
        power_w=switches * switch_w + endpoints * down.power_w + (uplinks + core_links) * up.power_w,
        bisection_gbit_s=min(narrowest) / 2.0,
        spine_loss_share=_spine_loss(clos),
        cut_off_nodes=_cut_off(clos, network),
        is_chosen=is_chosen,
    )


def _spine_loss(clos: Clos) -> float:
    """Capacity above the leaves left when one spine is lost; 0 where one leaf is the whole of a plane."""
    planes = clos.planes
    if clos.dims:
        return 1.0 - 1.0 / clos.leaves
    if clos.tiers == 1:
        return 1.0 - 1.0 / planes
    return 1.0 - 1.0 / (planes * clos.pods * clos.spines_per_pod)


def _cut_off(clos: Clos, network: Network) -> int:
    """Endpoints all of whose ports end on one leaf: none where rails or planes are spread over leaves."""
    if clos.rails * clos.planes > 1:
        return 0
    devices = network.ports["device"].n_unique()
    per_device = max(1, math.ceil(len(network.ports) / max(devices, 1)))
    return min(devices, clos.leaf_down // per_device)


def _ranked(block: str, found: Sequence[_Choice], limit: float) -> list[tuple[str | int | float | None, ...]]:
    better = _dominators(found)
    keys = [
        (not _meets(choice, limit), better[i], _price_key(choice), not choice.is_chosen, i)
        for i, choice in enumerate(found)
    ]
    order = [key[-1] for key in sorted(keys)]
    return [
        _row(block, place, found[index], int(better[index]), meets=_meets(found[index], limit))
        for place, index in enumerate(order, start=1)
    ]


def _meets(choice: _Choice, limit: float) -> bool:
    """True if the network is no more oversubscribed than the platform asks."""
    return _ratio(choice) <= limit * (1.0 + 1e-9)


def _ratio(choice: _Choice) -> float:
    """Endpoint capacity over that of the narrowest tier above."""
    clos, way = choice.clos, choice.way
    if clos.dims:
        half = clos.leaves * clos.leaf_down * way.gbit_s / 2.0
        return max(1.0, half / (clos.peer_cut * way.uplink_gbit_s))
    if clos.tiers == 1:
        return 1.0
    leaf = clos.leaf_down * way.gbit_s / (clos.leaf_up * way.uplink_gbit_s)
    spine = clos.pod_leaves * clos.bundle / clos.spine_up if clos.tiers > 2 else 1.0
    if clos.peer_bundle:
        spine = max(1.0, clos.leaves * clos.leaf_up / (2.0 * clos.peer_cut))
    return leaf * spine


def _price_key(choice: _Choice) -> float:
    return math.inf if choice.cost_usd is None else choice.cost_usd


def _dominators(found: Sequence[_Choice]) -> np.ndarray:
    """Choices that are at least as good in every respect and better in one."""
    if not found:
        return np.zeros(0, dtype=np.int64)
    bad = np.array(
        [(_price_key(c), c.power_w, c.cables, -c.bisection_gbit_s, -c.spine_loss_share, c.cut_off_nodes) for c in found]
    )
    as_good = np.all(bad[:, None, :] <= bad[None, :, :], axis=2)
    is_better = np.any(bad[:, None, :] < bad[None, :, :], axis=2)
    return np.asarray((as_good & is_better).sum(axis=0))


def _row(block: str, place: int, choice: _Choice, better: int, *, meets: bool) -> tuple[str | int | float | None, ...]:
    way, clos = choice.way, choice.clos
    split = way.radix.leaf // max(round(way.asked.leaf.ports.value), 1)
    return (
        block,
        place,
        choice.is_chosen,
        meets,
        way.family,
        way.candidate.switch.id,
        clos.tiers,
        way.uplink_gbit_s,
        max(1, split),
        _ratio(choice),
        clos.leaves,
        clos.spines,
        clos.cores,
        clos.bundle if clos.tiers > 1 else 0,
        choice.cables,
        choice.cost_usd,
        choice.power_w,
        choice.bisection_gbit_s,
        choice.spine_loss_share,
        choice.cut_off_nodes,
        better,
    )
