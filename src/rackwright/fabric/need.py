"""What is the sizing rule asked for a network: how many endpoint ports of a unit, plane and rail, on which switches?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import polars as pl

from rackwright.fabric.asked import Asked
from rackwright.fabric.breakout import connector_links, logical_ports, split_of
from rackwright.fabric.clos import ClosNeed, most_down, size_clos
from rackwright.fabric.lanes import Lanes, ridden

__all__ = ["Census", "Radix", "clos_need", "radix_of", "take_census"]


@dataclass(frozen=True)
class Radix:
    """Logical ports of leaf, spine and core, the leaf ports one uplink takes, the uplinks of one connector."""

    leaf: int
    spine: int
    core: int
    uplink_ratio: int
    connector_links: int = 1

    @property
    def by_tier(self) -> tuple[int, int, int]:
        """Ports of leaf, spine, core."""
        return self.leaf, self.spine, self.core


def radix_of(asked: Asked, gbit_s: float, uplink_gbit_s: float) -> Radix:
    """Ports of the three tiers for endpoint links and uplinks of given rates; 0 where a switch cannot run them.

    A leaf is counted in ports of endpoints; an uplink that is faster takes two or more of them.
    """
    leaf = logical_ports(asked.leaf, gbit_s, asked.pins.breakout)
    ways = leaf // max(round(asked.leaf.ports.value), 1) // max(split_of(asked.leaf, uplink_gbit_s), 1)
    spine, core = (logical_ports(switch, uplink_gbit_s) for switch in (asked.spine, asked.core))
    together = max(connector_links(switch, uplink_gbit_s) for switch in (asked.leaf, asked.spine, asked.core))
    return Radix(leaf, spine, core, max(1, ways), together)


@dataclass(frozen=True)
class Census:
    """Endpoint ports counted by unit, rack_index, plane and rail: a few rows for each rack."""

    rows: pl.DataFrame
    known: dict[tuple[Lanes, str], int] = field(default_factory=dict, compare=False, repr=False)

    def largest(self, lanes: Lanes, group: str) -> int:
        """Most ports of one plane and rail of the Clos in a `unit` or rack (`rack_index`)."""
        if (lanes, group) not in self.known:
            sums = ridden(self.rows, lanes).group_by(group, "plane", "rail").agg(pl.col("count").sum())
            largest = sums["count"].max()
            self.known[lanes, group] = int(largest) if isinstance(largest, int) else 0
        return self.known[lanes, group]


def take_census(ports: pl.DataFrame) -> Census:
    """Count the endpoint ports of a network."""
    return Census(ports.group_by("unit", "rack_index", "plane", "rail").agg(pl.len().cast(pl.Int64).alias("count")))


def clos_need(census: Census, units: int, asked: Asked, radix: Radix) -> ClosNeed:
    """What the sizing rule is asked; a rack-aligned fabric has a leaf for each rail of a rack, its pods are units."""
    pins = asked.pins
    found = ClosNeed(
        groups=units,
        endpoints=census.largest(asked.lanes, "unit"),
        rails=asked.lanes.clos_rails,
        planes=asked.lanes.clos_planes,
        leaf_radix=radix.leaf,
        spine_radix=radix.spine,
        core_radix=radix.core,
        uplink_ratio=radix.uplink_ratio,
        oversubscription=asked.oversubscription,
        spine_oversubscription=asked.spine_oversubscription,
        reserved=asked.reserved("leaf"),
        spine_reserved=asked.reserved("spine"),
        tiers=pins.tiers,
        leaf_down=pins.leaf_down,
        leaf_up=pins.leaf_up,
        pod_leaves=pins.pod_leaves,
        bundle=pins.bundle,
        core_bundle=pins.core_bundle,
        connector_links=radix.connector_links,
        has_peers=asked.has_peers,
        is_torus=asked.is_torus,
        torus=pins.torus,
    )
    return _by_rack(found, census, asked.lanes) if asked.by_rack else found


def _by_rack(need: ClosNeed, census: Census, lanes: Lanes) -> ClosNeed:
    """The need with one leaf for each rail of a rack (or the fewest), and each rail of a unit as a pod of its own.

    Where spines have too few ports for a unit's leaves, the sizing rule chooses the pods.
    """
    of_rack = census.largest(lanes, "rack_index")
    leaves_of_rack = -(-of_rack // max(most_down(need), 1))
    down = need.leaf_down or max(1, -(-of_rack // max(leaves_of_rack, 1)))
    free = replace(need, leaf_down=down)
    if need.pod_leaves or need.tiers not in {0, 3} or need.groups * need.rails == 1:
        return free
    by_unit = replace(free, tiers=3, pod_leaves=-(-need.endpoints // down))
    return by_unit if size_clos(by_unit) is not None else free
