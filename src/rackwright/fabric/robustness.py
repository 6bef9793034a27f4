"""What does a network carry in the worst split, over how many paths, and what is left when one thing fails?

Everything is counted on the finished wiring, apart from the rule that sized it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rackwright.fabric.clos import Clos
from rackwright.fabric.endpoints import IntArray
from rackwright.fabric.graph import SwitchGraph, max_flow_gbit_s, switch_graph
from rackwright.fabric.network import CheckRow, Network
from rackwright.fabric.wiring import Wiring, torus_places

__all__ = ["Robustness", "halves", "measure", "promised_ratio", "robustness_rows"]

SEED = 1
NUM_SOURCES = 8
"""Leaves from which paths are counted where a network has more; spread evenly over its leaves."""


@dataclass(frozen=True, kw_only=True)
class Robustness:
    """Figures of one network.

    Parameters
    ----------
    max_flow_gbit_s, wanted_gbit_s
        Flow over the worst of the splits tried, and what its smaller half sends over the oversubscription.
    paths
        Fewest shortest paths between two leaves, each link of a bundle a path of its own; 0 with one leaf.
    expected_paths
        The same from the size of the network.
    link_loss_share, switch_loss_share
        Flow left when the worst link, or spine or core, is lost, over the flow before.
    lost_ports, cut_off_nodes
        Endpoint ports lost with the worst leaf, and devices that then have no port of the network left.
    valleys
        Switches at which a shortest route comes from above and goes up again, the start of every cyclic channel
        dependency in a folded Clos; or comes from a peer and goes to another, which does so between pods.
    """

    max_flow_gbit_s: float
    wanted_gbit_s: float
    paths: int
    expected_paths: int
    link_loss_share: float
    switch_loss_share: float
    lost_ports: int
    cut_off_nodes: int
    valleys: int


NOTHING = Robustness(
    max_flow_gbit_s=0.0,
    wanted_gbit_s=0.0,
    paths=0,
    expected_paths=0,
    link_loss_share=0.0,
    switch_loss_share=0.0,
    lost_ports=0,
    cut_off_nodes=0,
    valleys=0,
)


def measure(network: Network) -> Robustness:
    """Figures of one network; all zero where it was not built."""
    if network.wiring is None:
        return NOTHING
    graph = switch_graph(network, network.wiring)
    lost_ports, cut_off = _leaf_loss(network, network.wiring)
    if not len(graph.lower):
        total = float(np.sum(graph.endpoint_gbit_s)) / 2.0
        return _single_switch(total, lost_ports, cut_off)
    splits = halves(graph)
    flows = [max_flow_gbit_s(graph, is_left) for is_left in splits]
    ratios = [flow / max(_smaller_half(graph, left), 1) for flow, left in zip(flows, splits, strict=True)]
    worst = int(np.argmin(ratios))
    left_after = _losses(graph, splits[worst], max(flows[worst], 1))
    paths, valleys = _paths(graph)
    if isinstance(network.size, Clos) and network.size.dims:
        valleys = _strays(network.size, graph)
    return Robustness(
        max_flow_gbit_s=float(flows[worst]),
        wanted_gbit_s=_smaller_half(graph, splits[worst]) / promised_ratio(network),
        paths=paths,
        expected_paths=_expected_paths(network.size) if isinstance(network.size, Clos) else paths,
        link_loss_share=left_after[0],
        switch_loss_share=left_after[1],
        lost_ports=lost_ports,
        cut_off_nodes=cut_off,
        valleys=valleys,
    )


def promised_ratio(network: Network) -> float:
    """Endpoint capacity over what the upper tiers are to carry: the oversubscription of all tiers together."""
    if network.asked is None or network.size is None:
        return 1.0
    has_peers = isinstance(network.size, Clos) and network.size.peer_bundle > 0
    spine = network.asked.spine_oversubscription if network.size.tiers > 2 or has_peers else 1.0
    return network.asked.oversubscription * spine


def _single_switch(half_gbit_s: float, lost_ports: int, cut_off: int) -> Robustness:
    """One leaf is the whole network: it carries everything, and everything is lost with it."""
    return Robustness(
        max_flow_gbit_s=half_gbit_s,
        wanted_gbit_s=half_gbit_s,
        paths=0,
        expected_paths=0,
        link_loss_share=1.0,
        switch_loss_share=0.0,
        lost_ports=lost_ports,
        cut_off_nodes=cut_off,
        valleys=0,
    )


def halves(graph: SwitchGraph) -> list[NDArray[np.bool_]]:
    """Halves of the leaves of each plane: the first against the last, every other one, and one at random.

    The first half holds whole units and pods.
    """
    leaves = np.flatnonzero(graph.endpoint_gbit_s > 0)
    odd = np.concatenate([leaves[::2], leaves[1::2]])
    return [_half(graph, order) for order in (leaves, odd, np.random.default_rng(SEED).permutation(leaves))]


def _half(graph: SwitchGraph, order: IntArray) -> NDArray[np.bool_]:
    """The first half of the leaves of each plane, in an order."""
    is_left = np.zeros(graph.size, dtype=np.bool_)
    by_plane = order[np.argsort(graph.plane[order], kind="stable")]
    counts = np.bincount(graph.plane[order])
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    is_left[by_plane[np.arange(len(by_plane)) - starts < np.repeat(counts // 2, counts)]] = True
    return is_left


def _smaller_half(graph: SwitchGraph, is_left: NDArray[np.bool_]) -> int:
    """What the smaller side of each plane sends, over all planes: no traffic passes from plane to plane."""
    total = np.bincount(graph.plane, weights=graph.endpoint_gbit_s)
    left = np.bincount(graph.plane, weights=np.where(is_left, graph.endpoint_gbit_s, 0))
    return int(np.sum(np.minimum(left, total - left)))


def _losses(graph: SwitchGraph, is_left: NDArray[np.bool_], before: int) -> tuple[float, float]:
    """Share of the flow left after the loss of the worst link and of the worst upper switch.

    Of each tier the link or switch with the most capacity is taken: bundles of a tier are alike where the check
    `fabric-bundle-uniform` passes.
    """
    links, switches = [1.0], [1.0]
    capacity = np.bincount(graph.lower, graph.gbit_s, graph.size) + np.bincount(graph.upper, graph.gbit_s, graph.size)
    for tier in range(1, int(graph.tier.max()) + 1):
        edges = np.flatnonzero(graph.tier[graph.lower] == tier)
        if len(edges):
            per_link = graph.gbit_s[edges] // graph.links[edges]
            worst = int(edges[np.argmax(per_link)])
            links.append(max_flow_gbit_s(graph.without_link(worst), is_left) / before)
        if tier > 1:
            worst = int(np.argmax(np.where(graph.tier == tier, capacity, -1.0)))
            switches.append(max_flow_gbit_s(graph.without_switch(worst), is_left) / before)
    return min(links), min(switches)


def _paths(graph: SwitchGraph) -> tuple[int, int]:
    """Fewest shortest paths from sampled leaves to the leaves they reach, and switches with a valley on such a path."""
    from scipy.sparse import csr_array

    leaves = np.flatnonzero(graph.tier == 1)
    sources = leaves[np.unique(np.linspace(0, len(leaves) - 1, NUM_SOURCES).astype(np.int64))]
    ends = (np.concatenate([graph.lower, graph.upper]), np.concatenate([graph.upper, graph.lower]))
    shape = (graph.size, graph.size)
    matrix = csr_array((np.concatenate([graph.links, graph.links]).astype(np.float64), ends), shape=shape)
    count = np.zeros((graph.size, len(sources)))
    count[sources, np.arange(len(sources))] = 1.0
    hops = np.where(count > 0, 0, -1)
    front = count
    for hop in range(1, graph.size):
        front = np.where(hops < 0, matrix @ front, 0.0)
        if not front.any():
            break
        hops[front > 0] = hop
        count += front
    reached = count[leaves][hops[leaves] > 0]
    return int(reached.min()) if len(reached) else 0, _valleys(graph, hops)


def _valleys(graph: SwitchGraph, hops: IntArray) -> int:
    """Switches that a shortest route to a sampled leaf enters from above and leaves upwards, or from peer to peer."""
    is_peer = graph.tier[graph.lower] == graph.tier[graph.upper]
    lower, upper = graph.lower[~is_peer], graph.upper[~is_peer]
    one, other = graph.lower[is_peer], graph.upper[is_peer]
    found = np.zeros(graph.size, dtype=np.bool_)
    for hop in hops.T:
        found |= _turns(hop, lower, upper)
        found |= _turns(hop, np.concatenate([one, other]), np.concatenate([other, one]))
    return int(np.count_nonzero(found))


def _strays(size: Clos, graph: SwitchGraph) -> int:
    """Switches of a torus with a link to one that is no neighbour of theirs."""
    places = torus_places(size)
    away = np.abs(places[graph.lower] - places[graph.upper])
    lengths = np.array([size.planes + 2, *size.dims])  # planes do not close to a ring
    steps = np.minimum(away, lengths - away).sum(axis=1) + 2 * away[:, 0]
    stray = steps != 1
    return len(np.unique(np.concatenate([graph.lower[stray], graph.upper[stray]])))


def _turns(hop: IntArray, own: IntArray, far: IntArray) -> NDArray[np.bool_]:
    """Switches that a shortest route enters over one of some edges, from the far end, and leaves over another."""
    entered = np.zeros(len(hop), dtype=np.bool_)
    left = entered.copy()
    entered[own[(hop[far] == hop[own] + 1) & (hop[own] >= 0)]] = True
    left[own[(hop[own] == hop[far] + 1) & (hop[far] >= 0)]] = True
    return entered & left


def _expected_paths(clos: Clos) -> int:
    """Paths between leaves of one pod, or of two pods if those are fewer."""
    inside = clos.spines_per_pod * clos.bundle**2 if clos.pod_leaves > 1 else 0
    across = clos.spines_per_pod * clos.bundle**2 * (clos.cores_per_spine * clos.core_bundle**2 + clos.peer_bundle)
    known = [paths for paths in (inside, across if clos.pods > 1 else 0) if paths]
    return min(known, default=0)


def _leaf_loss(network: Network, wiring: Wiring) -> tuple[int, int]:
    """Endpoint ports on the fullest leaf, and devices all of whose ports are on one leaf, at the worst leaf."""
    count = len(network.ports)
    if not count:
        return 0, 0
    leaf = wiring.links["b_device"].to_numpy()[:count] - network.first_device
    device = wiring.links["a_device"].to_numpy()[:count]
    lost = int(np.bincount(leaf).max())
    order = np.lexsort((leaf, device))
    starts = np.flatnonzero(np.diff(device[order], prepend=-1))
    low, high = np.minimum.reduceat(leaf[order], starts), np.maximum.reduceat(leaf[order], starts)
    single = low[low == high]
    return lost, int(np.bincount(single).max()) if len(single) else 0


def robustness_rows(subject: str, found: Robustness, *, network: Network) -> list[CheckRow]:
    """Rows of the rules that rest on these figures; a tree of management switches promises only that it is one."""
    rows: list[CheckRow] = []
    size = network.size
    if isinstance(size, Clos):
        flow, wanted = found.max_flow_gbit_s, found.wanted_gbit_s
        source = "maximum flow over the worst of three splits of the leaves, against endpoints over oversubscription"
        rows.append(("fabric-max-flow", subject, flow, wanted, "Gbit/s", flow >= wanted * (1 - 1e-9), source))
        enough = found.paths >= found.expected_paths
        rows.append(("fabric-paths", subject, found.paths, found.expected_paths, "paths", enough, "arithmetic"))
    source = "shortest routes from sampled leaves: none comes from above and goes up again, or passes two peers"
    if isinstance(size, Clos) and size.dims:
        source = (
            "every link joins neighbours: routes by direction on two virtual lanes form no cycle (Dally and Seitz, "
            "Deadlock-free message routing in multiprocessor interconnection networks, 1987)"
        )
    rows.append(("fabric-no-valley", subject, found.valleys, 0, "switches", found.valleys == 0, source))
    return rows
