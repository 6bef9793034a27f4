"""What is left of a network when many things are lost at once: all links in a tray, all racks on a feed?

Works on the finished tables of a plan, so it asks nothing of the stage that made them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from rackwright.fabric.endpoints import IntArray
from rackwright.fabric.graph import BoolArray, SwitchGraph, max_flow_gbit_s
from rackwright.fabric.robustness import halves

__all__ = ["BuiltNetwork", "Outage", "Split", "build_network", "measure_outage", "worst_split"]


@dataclass(frozen=True, kw_only=True)
class BuiltNetwork:
    """One network of a block as its tables have it.

    Parameters
    ----------
    switches
        Devices that are switches of the network, in order.
    a, b
        Both ends of each link: number of the switch among `switches`, -1 for an endpoint.
    node
        Endpoint of each link by its device id, -1 for links between switches.
    gbit_s
        Rate of each link [Gbit/s].
    tier, plane
        Tier of each switch, and the graph it belongs to.
    """

    switches: IntArray
    a: IntArray
    b: IntArray
    node: IntArray
    gbit_s: IntArray
    tier: IntArray
    plane: IntArray


@dataclass(frozen=True)
class Outage:
    """Endpoint ports lost, endpoints without any port left, and the share of the flow over the worst split left."""

    lost_ports: int
    cut_off_nodes: int
    flow_share: float


def build_network(devices: pl.DataFrame, links: pl.DataFrame) -> BuiltNetwork:
    """The network of the links given; `devices` may hold more than its switches.

    Parameters
    ----------
    devices
        Columns device and tier.
    links
        Links of one network of one block: a_device, b_device, gbit_s.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    tier_of = dict(devices.select("device", "tier").iter_rows())
    ends = [links[name].to_numpy().astype(np.int64) for name in ("a_device", "b_device")]
    switches = np.array([d for d in np.unique(np.concatenate(ends)).tolist() if tier_of[d] > 0], dtype=np.int64)
    a, b = (_number(switches, end) for end in ends)
    between = (a >= 0) & (b >= 0)
    shape = (len(switches), len(switches))
    graph = coo_array((np.ones(int(between.sum()), dtype=np.int8), (a[between], b[between])), shape=shape)
    plane = connected_components(graph, directed=False)[1]
    return BuiltNetwork(
        switches=switches,
        a=a,
        b=b,
        node=np.where(between, -1, ends[0]),
        gbit_s=np.rint(links["gbit_s"].to_numpy()).astype(np.int64),
        tier=np.array([tier_of[d] for d in switches.tolist()], dtype=np.int64),
        plane=np.asarray(plane, dtype=np.int64),
    )


def _number(switches: IntArray, device: IntArray) -> IntArray:
    """Place of each device among the switches, -1 for others."""
    at = np.minimum(np.searchsorted(switches, device), max(len(switches) - 1, 0))
    return np.where(switches[at] == device, at, -1)


def _graph(network: BuiltNetwork, kept: NDArray[np.bool_]) -> SwitchGraph:
    """The switch graph of the links that are kept."""
    size = len(network.switches)
    down, up = kept & (network.node >= 0), kept & (network.node < 0)
    endpoint = np.bincount(network.b[down], weights=network.gbit_s[down], minlength=size).astype(np.int64)
    key, place, links = np.unique(network.a[up] * size + network.b[up], return_inverse=True, return_counts=True)
    gbit_s = np.bincount(place, weights=network.gbit_s[up], minlength=len(key)).astype(np.int64)
    return SwitchGraph(network.tier, network.plane, endpoint, key // size, key % size, links.astype(np.int64), gbit_s)


@dataclass(frozen=True)
class Split:
    """A halving of the leaves, and the flow over it with everything in service."""

    is_left: BoolArray
    gbit_s: int


def worst_split(network: BuiltNetwork) -> Split:
    """The halving, of three tried, over which the whole network carries least."""
    whole = _graph(network, np.ones(len(network.a), dtype=np.bool_))
    return min((Split(half, max_flow_gbit_s(whole, half)) for half in halves(whole)), key=lambda split: split.gbit_s)


def measure_outage(network: BuiltNetwork, split: Split, lost_links: BoolArray, lost_devices: IntArray) -> Outage:
    """Figures of one outage.

    Parameters
    ----------
    network, split
        The whole network, and the halving over which its flow is taken.
    lost_links
        True for each link that is cut.
    lost_devices
        Devices, switches or endpoints, that stop.
    """
    gone = np.isin(network.switches, lost_devices)
    dead = lost_links | gone[network.b] | ((network.a >= 0) & gone[network.a]) | np.isin(network.node, lost_devices)
    is_down = network.node >= 0
    lost_ports = int(np.count_nonzero(dead & is_down))
    all_nodes, left = np.unique(network.node[is_down]), np.unique(network.node[is_down & ~dead])
    after = max_flow_gbit_s(_graph(network, ~dead), split.is_left)
    return Outage(lost_ports, len(all_nodes) - len(left), after / split.gbit_s if split.gbit_s else 0.0)
