"""The switches of one network as a graph: which switch reaches which, with how many links and how much capacity?

Links between the same two switches are one edge. Switches are numbered from 0 in the order of their devices.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rackwright.fabric.endpoints import IntArray
from rackwright.fabric.network import Network
from rackwright.fabric.wiring import Wiring

__all__ = ["BoolArray", "SwitchGraph", "max_flow_gbit_s", "switch_graph"]

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class SwitchGraph:
    """Edges between switches (lower, upper, links, capacity [Gbit/s]) and what hangs on every switch.

    `tier`, `plane` and `endpoint_gbit_s` have one entry per switch; capacities are whole Gbit/s. Switches of two planes
    never meet: a plane here is a graph of its own, be it a plane of the network or a rail that is not joined.
    """

    tier: IntArray
    plane: IntArray
    endpoint_gbit_s: IntArray
    lower: IntArray
    upper: IntArray
    links: IntArray
    gbit_s: IntArray

    @property
    def size(self) -> int:
        """Switches."""
        return len(self.tier)

    def without_switch(self, switch: int) -> SwitchGraph:
        """The graph with every edge of one switch gone, and its endpoints with it."""
        kept = (self.lower != switch) & (self.upper != switch)
        endpoint = self.endpoint_gbit_s.copy()
        endpoint[switch] = 0
        return replace(
            self,
            endpoint_gbit_s=endpoint,
            lower=self.lower[kept],
            upper=self.upper[kept],
            links=self.links[kept],
            gbit_s=self.gbit_s[kept],
        )

    def without_link(self, edge: int) -> SwitchGraph:
        """The graph with one link of an edge gone."""
        gbit_s, links = self.gbit_s.copy(), self.links.copy()
        gbit_s[edge] -= gbit_s[edge] // links[edge]
        links[edge] -= 1
        return replace(self, links=links, gbit_s=gbit_s)


def switch_graph(network: Network, wiring: Wiring) -> SwitchGraph:
    """Add up the links of a network between its switches."""
    first, size = network.first_device, len(wiring.switches)
    a, b = (wiring.links[name].to_numpy() - first for name in ("a_device", "b_device"))
    rate = np.round(wiring.links["gbit_s"].to_numpy()).astype(np.int64)
    tier, plane = wiring.switches["tier"].to_numpy().astype(np.int64), network.lanes.graph_of(wiring.switches)
    count = len(network.ports)
    endpoint = np.bincount(b[:count], weights=rate[:count], minlength=size).astype(np.int64)
    key, place, links = np.unique(a[count:] * size + b[count:], return_inverse=True, return_counts=True)
    gbit_s = np.bincount(place, weights=rate[count:], minlength=len(key)).astype(np.int64)
    return SwitchGraph(tier, plane, endpoint, key // size, key % size, links.astype(np.int64), gbit_s)


def max_flow_gbit_s(graph: SwitchGraph, is_left: BoolArray) -> int:
    """Most that the endpoints on the left switches can send to those on the right at once [Gbit/s].

    Parameters
    ----------
    graph
        Switches and edges; each edge carries its capacity in both directions.
    is_left
        Side of each switch, shape (switches,); only switches with endpoints matter.

    Notes
    -----
    Maximum flow from a source joined to the left switches to a sink joined to the right ones, each by what its
    endpoints can send; Dinic's algorithm (scipy.sparse.csgraph).
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_flow

    has_endpoints = graph.endpoint_gbit_s > 0
    left, right = np.flatnonzero(has_endpoints & is_left), np.flatnonzero(has_endpoints & ~is_left)
    source, sink = graph.size, graph.size + 1
    tail = np.concatenate([graph.lower, graph.upper, np.full(len(left), source), right])
    head = np.concatenate([graph.upper, graph.lower, left, np.full(len(right), sink)])
    capacity = np.concatenate([graph.gbit_s, graph.gbit_s, graph.endpoint_gbit_s[left], graph.endpoint_gbit_s[right]])
    shape = (graph.size + 2, graph.size + 2)
    matrix = csr_array((capacity.astype(np.int32), (tail, head)), shape=shape)
    return int(maximum_flow(matrix, source, sink).flow_value)
