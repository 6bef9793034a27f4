"""How many leaves, spines and cores does a folded Clos need so that every pair of neighbours has the same bundle?

All counts are in logical ports of one rate. A *group* is a scalable unit; a leaf belongs to one rail of one group, or
of a few whole groups that fit it. A *pod* is a set of neighbouring leaves that share their spines under cores.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import NamedTuple

from rackwright.fabric.directions import even_dims, torus_cut, torus_degree

__all__ = ["Clos", "ClosNeed", "clos_choices", "largest_groups", "most_down", "size_clos"]

ROUNDING = 1e-9
"""A ratio of two whole numbers that is a whole number may come out this much above it."""
KEPT_SIZES, KEPT_SPREADS = 4_096, 65_536
"""Answers kept by the two functions that equal blocks and like families ask the same things over and over."""


@dataclass(frozen=True, kw_only=True)
class ClosNeed:
    """What a fabric must connect and with what.

    Parameters
    ----------
    groups
        Scalable units.
    endpoints
        Endpoint ports of one rail of one group in one plane; the largest where groups differ.
    rails
        Rails that go to different leaves; 1 where endpoints are not sorted by rail.
    planes
        Disjoint planes.
    leaf_radix, spine_radix, core_radix
        Logical ports of a switch of each tier.
    uplink_ratio
        Leaf ports one link to a spine takes: its rate over that of an endpoint port. Radices of spine and core are
        counted in links of that rate.
    oversubscription, spine_oversubscription
        Highest down over up capacity at the leaf, and at the spine of three tiers.
    reserved, spine_reserved
        Ports kept free on each leaf and on each spine.
    tiers, leaf_down, leaf_up, pod_leaves, bundle, core_bundle
        Pins: number of tiers, endpoints and uplinks of a leaf, leaves of a pod, links of a leaf-spine and of a
        spine-core pair; 0 leaves the choice to the rule.
    connector_links
        Links that one connector of a transceiver carries between switches: those run to one switch, since they cannot
        be led apart, so a bundle the rule chooses is a multiple of it.
    has_peers
        True where the spines of pods are joined straight to those of other pods, without cores (Dragonfly+).
    is_torus, torus
        True where leaves alone are joined with their neighbours, and a pin of the leaves along each direction.
    """

    groups: int
    endpoints: int
    rails: int = 1
    planes: int = 1
    leaf_radix: int
    spine_radix: int
    core_radix: int
    uplink_ratio: int = 1
    oversubscription: float = 1.0
    spine_oversubscription: float = 1.0
    reserved: int = 0
    spine_reserved: int = 0
    tiers: int = 0
    leaf_down: int = 0
    leaf_up: int = 0
    pod_leaves: int = 0
    bundle: int = 0
    core_bundle: int = 0
    connector_links: int = 1
    has_peers: bool = False
    is_torus: bool = False
    torus: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Clos:
    """A fabric that can be built; counts are of one plane unless the name says otherwise.

    `leaf_groups` sets of leaves serve `groups_per_leaf` units each with `leaves_per_rail` leaves for every rail;
    `spine_down` is the same for all spines, `bundle` and `core_bundle` are the links of one leaf-spine and one
    spine-core pair; `cores_per_spine` cores stand over the spines of one ordinal in all pods. In their place
    `peer_bundle` links may join the spines of one ordinal in any two pods (Dragonfly+); `spine_up` counts their ends
    on one spine. In a torus `dims` leaves stand along each direction, and as many links join two neighbours; `leaf_up`
    counts their ends on one leaf.
    """

    tiers: int
    planes: int
    rails: int
    leaf_groups: int
    groups_per_leaf: int
    leaves_per_rail: int
    leaf_down: int
    leaf_up: int
    pod_leaves: int
    spines_per_pod: int = 0
    bundle: int = 0
    spine_up: int = 0
    cores_per_spine: int = 0
    core_bundle: int = 0
    peer_bundle: int = 0
    dims: tuple[int, ...] = ()

    @property
    def plane_leaves(self) -> int:
        """Leaves of one plane."""
        return self.leaf_groups * self.rails * self.leaves_per_rail

    @property
    def pods(self) -> int:
        """Pods of one plane."""
        return math.ceil(self.plane_leaves / self.pod_leaves)

    @property
    def leaves(self) -> int:
        """Leaves of all planes."""
        return self.planes * self.plane_leaves

    @property
    def spines(self) -> int:
        """Spines of all planes."""
        return self.planes * self.pods * self.spines_per_pod

    @property
    def cores(self) -> int:
        """Cores of all planes."""
        return self.planes * self.spines_per_pod * self.cores_per_spine

    @property
    def leaf_links(self) -> int:
        """Links above the leaves of all planes: to spines, or to leaves, which have two ends there."""
        return self.leaves * self.leaf_up // (2 if self.dims else 1)

    @property
    def spine_links(self) -> int:
        """Links above the spines of all planes: to cores, or to spines of other pods, which have two ends there."""
        return self.spines * self.spine_up // (2 if self.peer_bundle else 1)

    @property
    def peer_cut(self) -> int:
        """Links of all planes from one half of pods or leaves to the other; 0 without links between peers.

        A torus is cut across its longest direction; where that is odd, between unequal parts.
        """
        if self.dims:
            return self.planes * self.peer_bundle * torus_cut(self.dims)
        return self.planes * self.spines_per_pod * self.peer_bundle * (self.pods // 2) * -(-self.pods // 2)


@lru_cache(maxsize=KEPT_SIZES)
def size_clos(need: ClosNeed) -> Clos | None:
    """Smallest Clos of the fewest tiers that serves a need; None if the switches have too few ports.

    Notes
    -----
    Two tiers: with u uplinks a leaf, L leaves and spine radix R, the number of spines is the smallest divisor d of u
    with L (u / d) <= R, so every leaf-spine pair has u / d links, a multiple of those of one connector. Three tiers:
    the same rule with the lower half of the spines' ports inside each pod, and again between spines of one ordinal and
    the cores over them. Of the uplink counts the leaf has room for, the cheapest is taken: every port of an upper
    switch counts one, every link two (its ends), so a few uplinks more are worth it where they save switches.

    Examples
    --------
    >>> need = ClosNeed(groups=3, endpoints=32, rails=8, leaf_radix=64, spine_radix=64, core_radix=64)
    >>> clos = size_clos(need)
    >>> clos.leaves, clos.spines, clos.bundle
    (24, 16, 2)
    """
    if need.is_torus:
        return _torus(need)
    tier = _leaf_tier(need)
    if tier is None:
        return None
    single = need.rails == 1 and tier.plane_leaves == 1 and need.tiers in {0, 1}
    if single:
        return tier
    if need.has_peers:
        return _joined_pods(need, tier) if need.tiers in {0, 2} else None
    if need.tiers in {0, 2}:
        two = _cheapest(need, tier, _two_tiers(need, tier))
        if two is not None:
            return two
    return _cheapest(need, tier, _worthwhile(need, tier)) if need.tiers in {0, 3} else None


def _torus(need: ClosNeed) -> Clos | None:
    """The torus of fewest leaves whose links between halves carry what these send; one leaf where one will do.

    Notes
    -----
    E endpoints send E / 2 from half to half at most: b links of each pair of neighbours carry b c of it over the c
    pairs of the narrowest cut, within the oversubscription. A leaf needs b ports for each neighbour.
    """
    if need.tiers > 1 or need.uplink_ratio > 1 or need.rails > 1:
        return None
    room = need.leaf_radix - need.reserved
    for down in [need.leaf_down] if need.leaf_down else range(room, 0, -1):
        tier = _leaf_tier(replace(need, leaf_down=down, tiers=2))
        if tier is None:
            continue
        if tier.plane_leaves == 1:
            return tier
        dims = need.torus or even_dims(tier.plane_leaves)
        if math.prod(dims) != tier.plane_leaves:
            continue
        least = need.groups * need.endpoints / (2.0 * need.oversubscription * torus_cut(dims))
        links = math.ceil(least / need.connector_links - ROUNDING) * need.connector_links
        links = max(need.bundle, links)
        up = links * torus_degree(dims)
        if tier.leaf_down + up <= room and links == (need.bundle or links):
            return replace(tier, tiers=1, leaf_up=up, peer_bundle=links, dims=tuple(dims))
    return None


def _joined_pods(need: ClosNeed, tier: Clos) -> Clos | None:
    """Pods joined spine to spine; a single one where no leaves are left for a second, or no pods can be joined."""
    joined = _cheapest(need, tier, _with_peers(need, tier))
    is_single = not need.pod_leaves or tier.plane_leaves <= need.pod_leaves
    return _cheapest(need, tier, _two_tiers(need, tier)) if joined is None and is_single else joined


def largest_groups(need: ClosNeed) -> int:
    """Most groups, up to those asked for, for which the same switches make a fabric; 0 if not even one."""
    low, high = 0, need.groups
    while low < high:
        middle = (low + high + 1) // 2
        if size_clos(replace(need, groups=middle)) is None:
            high = middle - 1
        else:
            low = middle
    return low


def _leaf_tier(need: ClosNeed) -> Clos | None:
    """The leaves alone: how many groups share one, or how many serve one rail of one group."""
    if need.groups * need.endpoints <= need.leaf_radix - need.reserved and need.rails == 1 and need.tiers in {0, 1}:
        return _leaves(need, need.groups, 1, need.groups * need.endpoints)
    most = need.leaf_down or most_down(need)
    if most < 1 or need.endpoints < 1:
        return None
    if need.endpoints > most:
        per_rail = math.ceil(need.endpoints / most)
        return _leaves(need, 1, per_rail, math.ceil(need.endpoints / per_rail))
    sets = math.ceil(need.groups / (most // need.endpoints))
    together = math.ceil(need.groups / sets)
    return _leaves(need, together, 1, together * need.endpoints)


def _leaves(need: ClosNeed, groups_per_leaf: int, leaves_per_rail: int, leaf_down: int) -> Clos:
    leaf_groups = math.ceil(need.groups / groups_per_leaf)
    return Clos(
        tiers=1,
        planes=need.planes,
        rails=need.rails,
        leaf_groups=leaf_groups,
        groups_per_leaf=groups_per_leaf,
        leaves_per_rail=leaves_per_rail,
        leaf_down=leaf_down,
        leaf_up=0,
        pod_leaves=leaf_groups * need.rails * leaves_per_rail,
    )


def most_down(need: ClosNeed) -> int:
    """Most endpoint ports of a leaf that leave room for its uplinks and reserved ports."""
    room = need.leaf_radix - need.reserved
    if need.leaf_up:
        up = need.uplink_ratio * need.leaf_up
        return max(0, min(room - up, int(up * need.oversubscription + ROUNDING)))
    most = int(room * need.oversubscription / (1.0 + need.oversubscription))
    while most > 0 and most + need.uplink_ratio * _least_up(need, most) > room:
        most -= 1
    return most


def _least_up(need: ClosNeed, down: int) -> int:
    return math.ceil(down / (need.oversubscription * need.uplink_ratio) - ROUNDING)


def _uplink_choices(need: ClosNeed, tier: Clos) -> range:
    """Uplinks a leaf may have: enough for the oversubscription, no more than its free ports."""
    least = _least_up(need, tier.leaf_down)
    most = (need.leaf_radix - need.reserved - tier.leaf_down) // need.uplink_ratio
    return range(max(least, need.leaf_up), min(most, need.leaf_up or most) + 1)


class _Upper(NamedTuple):
    """Tiers above the leaves; a named tuple, since tens of thousands are weighed to find one."""

    leaf_up: int
    pod_leaves: int
    pods: int
    spines_per_pod: int
    spine_up: int = 0
    cores_per_spine: int = 0
    peer_bundle: int = 0

    def cost(self, need: ClosNeed, leaves: int) -> int:
        """Ports of spines and cores, and both ends of every link above the leaves, in one plane."""
        spines, cores = self.pods * self.spines_per_pod, self.spines_per_pod * self.cores_per_spine
        links = leaves * self.leaf_up + spines * self.spine_up // (2 if self.peer_bundle else 1)
        return spines * need.spine_radix + cores * need.core_radix + 2 * links

    def over(self, tier: Clos) -> Clos:
        """The whole fabric."""
        return replace(
            tier,
            tiers=3 if self.cores_per_spine else 2,
            leaf_up=self.leaf_up,
            pod_leaves=self.pod_leaves,
            spines_per_pod=self.spines_per_pod,
            bundle=self.leaf_up // self.spines_per_pod,
            spine_up=self.spine_up,
            cores_per_spine=self.cores_per_spine,
            core_bundle=self.spine_up // self.cores_per_spine if self.cores_per_spine else 0,
            peer_bundle=self.peer_bundle,
        )


def _two_tiers(need: ClosNeed, tier: Clos) -> Iterator[_Upper]:
    leaves = tier.plane_leaves
    for leaf_up in _uplink_choices(need, tier):
        spines = _spread(
            leaf_up, leaves, need.spine_radix - need.spine_reserved, _Pair(need.bundle, need.connector_links)
        )
        if spines:
            yield _Upper(leaf_up, leaves, 1, spines)


def _three_tiers(need: ClosNeed, tier: Clos) -> Iterator[_Upper]:
    pods = _pod_choices(need, tier)
    for leaf_up in _uplink_choices(need, tier):
        yield from _with_pods(need, tier, leaf_up, pods)


def _worthwhile(need: ClosNeed, tier: Clos) -> Iterator[_Upper]:
    """Fabrics of three tiers without those whose uplinks alone cost more than one before them.

    Notes
    -----
    L leaves of u uplinks cost 2 L u for the links and at least R ceil(L u / m) for the spines that end them, m the
    ports down of a spine of R; both grow with u.
    """
    most_down, leaves, pods = _most_spine_down(need), tier.plane_leaves, _pod_choices(need, tier)
    least = math.inf
    for leaf_up in _uplink_choices(need, tier) if most_down > 0 else ():
        links = leaves * leaf_up
        if 2 * links + need.spine_radix * math.ceil(links / most_down) > least:
            return
        for upper in _with_pods(need, tier, leaf_up, pods):
            least = min(least, upper.cost(need, leaves))
            yield upper


def _with_pods(need: ClosNeed, tier: Clos, leaf_up: int, pods: Sequence[int]) -> Iterator[_Upper]:
    """Fabrics of three tiers with so many uplinks a leaf, for each number of leaves a pod may have."""
    most_down, leaves = _most_spine_down(need), tier.plane_leaves
    for pod_leaves in pods:
        spines = _spread(leaf_up, pod_leaves, most_down, _Pair(need.bundle, need.connector_links))
        if spines:
            yield from _with_cores(need, _Upper(leaf_up, pod_leaves, math.ceil(leaves / pod_leaves), spines))


def _with_cores(need: ClosNeed, shape: _Upper) -> Iterator[_Upper]:
    """Fabrics with cores over the spines: the least ports up, or a few more where these do not divide."""
    spine_down = shape.pod_leaves * (shape.leaf_up // shape.spines_per_pod)
    least = _least_spine_up(need, spine_down)
    for spine_up in range(least, need.spine_radix - need.spine_reserved - spine_down + 1):
        cores = _spread(spine_up, shape.pods, need.core_radix, _Pair(need.core_bundle, need.connector_links))
        if cores:
            yield shape._replace(spine_up=spine_up, cores_per_spine=cores)
            return


def _with_peers(need: ClosNeed, tier: Clos) -> Iterator[_Upper]:
    """Pods (groups) of leaves and spines, the spines of one ordinal joined with one another, pod by pod.

    Notes
    -----
    Of G pods whose spines have d ports down, half sends at most G d / 2 for each ordinal, and b links of each pair of
    pods carry b floor(G / 2) ceil(G / 2) of it: b is the least multiple of a connector's links for which the one over
    the other is within the oversubscription of the spine. A spine needs d + b (G - 1) ports.
    """
    leaves, group = tier.plane_leaves, tier.rails * tier.leaves_per_rail
    choices = [need.pod_leaves] if need.pod_leaves else range(group, leaves, group)
    for leaf_up in _uplink_choices(need, tier):
        for pod_leaves in choices:
            pods = math.ceil(leaves / pod_leaves)
            found = _joined(need, leaf_up, pod_leaves, pods) if pods > 1 else None
            if found is not None:
                yield found


def _joined(need: ClosNeed, leaf_up: int, pod_leaves: int, pods: int) -> _Upper | None:
    """Pods with the fewest spines that have ports enough for their leaves and for all other pods."""
    across, pair = (pods // 2) * -(-pods // 2), _Pair(need.bundle, need.connector_links)
    for spines in _divisors(leaf_up):
        down = pod_leaves * (leaf_up // spines)
        least = down * pods / (2.0 * across * need.spine_oversubscription)
        links = math.ceil(least / need.connector_links - ROUNDING) * need.connector_links
        has_room = down + links * (pods - 1) <= need.spine_radix - need.spine_reserved
        if has_room and pair.allows(leaf_up // spines):
            return _Upper(leaf_up, pod_leaves, pods, spines, links * (pods - 1), peer_bundle=links)
    return None


def _least_spine_up(need: ClosNeed, down: int) -> int:
    return math.ceil(down / need.spine_oversubscription - ROUNDING)


def _most_spine_down(need: ClosNeed) -> int:
    """Most ports of a spine under cores that leave room for its uplinks and reserved ports."""
    room = need.spine_radix - need.spine_reserved
    most = int(room * need.spine_oversubscription / (1.0 + need.spine_oversubscription))
    while most > 0 and most + _least_spine_up(need, most) > room:
        most -= 1
    return most


def _pod_choices(need: ClosNeed, tier: Clos) -> list[int]:
    """Leaves a pod may have: whole leaf groups, or an equal share of one."""
    if need.pod_leaves:
        return [need.pod_leaves]
    group = tier.rails * tier.leaves_per_rail
    most = min(_most_spine_down(need) * need.leaf_radix, tier.plane_leaves)
    return [*_divisors(group)[:-1], *range(group, most + 1, group)]


class _Pair(NamedTuple):
    """Links of a pair of neighbours: the number asked for (0 for any), else a multiple of those of a connector."""

    asked: int
    multiple: int

    def allows(self, links: int) -> bool:
        """Whether a pair may have so many links."""
        return links == self.asked if self.asked else links % self.multiple == 0


@lru_cache(maxsize=KEPT_SPREADS)
def _spread(links: int, lower: int, radix: int, pair: _Pair) -> int:
    """Fewest upper switches that `lower` switches with `links` links each meet in equal bundles; 0 if none will do."""
    for upper in _divisors(links):
        if lower * (links // upper) <= radix and pair.allows(links // upper):
            return upper
    return 0


@cache
def _divisors(number: int) -> tuple[int, ...]:
    return tuple(divisor for divisor in range(1, number + 1) if number % divisor == 0)


def _cheapest(need: ClosNeed, tier: Clos, choices: Iterator[_Upper]) -> Clos | None:
    """The fabric of least cost, then of fewest uplinks, then of largest pods; None if there is none."""
    leaves = tier.plane_leaves
    best = min(choices, key=lambda upper: (upper.cost(need, leaves), upper.leaf_up, -upper.pod_leaves), default=None)
    return None if best is None else best.over(tier)


def clos_choices(need: ClosNeed) -> tuple[Clos, ...]:
    """Every fabric of two and three tiers the rule finds for a need, the cheapest first; empty if there is none.

    They differ in uplinks, leaves of a pod and bundles. Cost counts ports of upper switches and ends of links, as
    `size_clos` does; of equal cost, more spines come first, as one spine lost takes less with it.
    """
    tier = _leaf_tier(need)
    if tier is None:
        return ()
    two = _two_tiers(need, tier) if need.tiers in {0, 2} else iter(())
    three = _three_tiers(need, tier) if need.tiers in {0, 3} else iter(())
    leaves = tier.plane_leaves

    def rank(upper: _Upper) -> tuple[int, int, int, int]:
        spines = upper.pods * upper.spines_per_pod
        return upper.cost(need, leaves), -spines, upper.leaf_up, -upper.pod_leaves

    return tuple(upper.over(tier) for upper in sorted({*two, *three}, key=rank))
