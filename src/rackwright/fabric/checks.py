"""Does the wiring keep its rules? Each rule is counted on the finished columns, apart from the code that made them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rackwright.fabric.asked import Asked
from rackwright.fabric.clos import Clos
from rackwright.fabric.endpoints import IntArray
from rackwright.fabric.network import CheckRow, Network
from rackwright.fabric.request import BlockNeed
from rackwright.fabric.robustness import Robustness, measure, promised_ratio, robustness_rows
from rackwright.fabric.wiring import Wiring

__all__ = ["bisection_gbit_s", "check_network", "leaf_ratio", "tier_ratio"]

ARITHMETIC = "arithmetic"


@dataclass(frozen=True)
class _View:
    """Columns of one network: link ends, and tier, plane, rail of both ends (tier 0, plane and rail of the port)."""

    network: Network
    wiring: Wiring
    a_device: IntArray
    a_port: IntArray
    b_device: IntArray
    b_port: IntArray
    a_tier: IntArray
    b_tier: IntArray
    a_plane: IntArray
    b_plane: IntArray
    a_rail: IntArray
    b_rail: IntArray
    gbit_s: NDArray[np.float64]


def check_network(need: BlockNeed, network: Network, found: Robustness | None = None) -> list[CheckRow]:
    """Rows of all rules for one network of a block; only the reason where it was not built.

    `found` holds the figures of `measure` where they are known already.
    """
    if network.wiring is None:
        return list(network.problems)
    view = _view(network, network.wiring)
    subject = f"{need.block}/{network.name}"
    rows = [_none_row(rule, subject, count(view), unit) for rule, unit, count in _COUNTS]
    rows.append(_endpoint_row(subject, view))
    rows.append(_connected_row(subject, view))
    rows.extend(_capacity_rows(need, subject, view))
    rows.extend(_fit_rows(subject, view))
    rows.extend(robustness_rows(subject, found or measure(network), network=network))
    if network.name == "scale-out":
        rows.append(_protocol_row(need, subject))
    return rows


def _view(network: Network, wiring: Wiring) -> _View:
    ends = {name: wiring.links[name].to_numpy() for name in ("a_device", "a_port", "b_device", "b_port")}
    first, port_count = network.first_device, len(network.ports)
    columns: dict[str, IntArray] = {}
    for side in ("a", "b"):
        at = ends[f"{side}_device"] - first
        is_switch = (at >= 0) & (at < len(wiring.switches))
        for name in ("tier", "plane", "rail"):
            values = wiring.switches[name].to_numpy()
            columns[f"{side}_{name}"] = np.where(is_switch, values[np.where(is_switch, at, 0)], 0)
    for name in ("plane", "rail"):
        columns[f"a_{name}"][:port_count] = network.ports[name].to_numpy()
    return _View(network=network, wiring=wiring, gbit_s=wiring.links["gbit_s"].to_numpy(), **ends, **columns)


def _none_row(rule: str, subject: str, count: int, unit: str) -> CheckRow:
    return (rule, subject, count, 0, unit, count == 0, ARITHMETIC)


def _ports_twice(view: _View) -> int:
    """Ports, of any device, on which more than one link ends."""
    device = np.concatenate([view.a_device, view.b_device])
    port = np.concatenate([view.a_port, view.b_port])
    key = np.sort(device * (int(port.max(initial=0)) + 1) + port)
    return int(np.count_nonzero(key[1:] == key[:-1]))


def _ports_missing(view: _View) -> int:
    """Link ends on switch ports that the switch does not have; uplink cages of a leaf come after its other ports."""
    radix = np.array([np.iinfo(np.int64).max, *view.network.radix_by_tier])
    radix[1] += view.network.leaf_uplinks
    return int(
        np.count_nonzero(view.a_port >= radix[view.a_tier]) + np.count_nonzero(view.b_port >= radix[view.b_tier])
    )


def _wrong_rail(view: _View) -> int:
    """Endpoint links on a leaf of another rail; where rails are apart, links between rails of any tier."""
    lanes = view.network.lanes
    if not lanes.by_rail:
        return 0
    looked_at = (view.a_tier == 0) | lanes.is_apart
    return int(np.count_nonzero(looked_at & (view.a_rail != view.b_rail)))


def _wrong_plane(view: _View) -> int:
    """Links between planes; where planes share their spines, of endpoints alone."""
    looked_at = (view.a_tier == 0) | (not view.network.lanes.is_joined)
    return int(np.count_nonzero(looked_at & (view.a_plane != view.b_plane)))


def _uneven_bundles(view: _View) -> int:
    """Pairs of neighbouring switches whose bundle differs from the first pair of the same tiers."""
    uneven = 0
    for tier in (1, 2):
        between = view.a_tier == tier
        if view.network.name == "out-of-band" or not between.any():
            continue
        key = view.a_device[between] * (int(view.b_device.max()) + 1) + view.b_device[between]
        widths = np.unique(key, return_counts=True)[1]
        uneven += int(np.count_nonzero(widths != widths[0]))
    return uneven


_COUNTS: tuple[tuple[str, str, Callable[[_View], int]], ...] = (
    ("fabric-port-once", "ports used twice", _ports_twice),
    ("fabric-port-exists", "links on missing ports", _ports_missing),
    ("fabric-rail", "links on a wrong rail", _wrong_rail),
    ("fabric-planes", "links between planes", _wrong_plane),
    ("fabric-bundle-uniform", "uneven bundles", _uneven_bundles),
)


def _endpoint_row(subject: str, view: _View) -> CheckRow:
    """Every endpoint port has its link."""
    linked = int(np.count_nonzero(view.a_tier == 0))
    wanted = len(view.network.ports)
    return ("fabric-endpoints", subject, linked, wanted, "links", linked == wanted, ARITHMETIC)


def _connected_row(subject: str, view: _View) -> CheckRow:
    """The switches of a plane are one connected graph, those of two planes are not."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    between = view.a_tier > 0
    first, size = view.network.first_device, len(view.wiring.switches)
    ends = (view.a_device[between] - first, view.b_device[between] - first)
    graph = coo_array((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(size, size))
    found = int(connected_components(graph, directed=False, return_labels=False))
    planes = view.network.size.planes if isinstance(view.network.size, Clos) else 1
    return ("fabric-connected", subject, found, planes, "separate graphs", found == planes, ARITHMETIC)


def leaf_ratio(network: Network) -> float:
    """Highest down over up capacity of any leaf; 1 where one switch is the whole network, 0 without a network.

    Of a torus, what half of the endpoints may send over what the links to the other half carry.
    """
    if network.wiring is None or network.size is None:
        return 0.0
    if isinstance(network.size, Clos) and network.size.dims:
        half_gbit_s = float(np.sum(network.wiring.links["gbit_s"].to_numpy()[: len(network.ports)])) / 2.0
        return max(1.0, half_gbit_s / (network.size.peer_cut * network.uplink_gbit_s))
    if network.size.tiers == 1:
        return 1.0
    return tier_ratio(network, 1)


def bisection_gbit_s(network: Network) -> float:
    """Bisection bandwidth in closed form: half of the narrowest of endpoint ports, leaf uplinks, spine uplinks.

    Both halves hold whole leaves and, in three tiers, whole pods, the worst split of a Clos with equal bundles. Where
    spines of pods are joined straight, the links from one half of the pods to the other count as well.
    """
    if network.wiring is None or network.size is None:
        return 0.0
    view = _view(network, network.wiring)
    tiers = range(network.size.tiers)
    capacity = [float(np.sum(view.gbit_s, where=view.a_tier == tier)) / 2.0 for tier in tiers]
    size = network.size
    across = [size.peer_cut * network.uplink_gbit_s] if isinstance(size, Clos) and size.peer_bundle else []
    return min([*capacity, *across])


def tier_ratio(network: Network, tier: int) -> float:
    """Highest down over up capacity of any switch of a tier that has links up or to its peers; 1 where none has."""
    if network.wiring is None:
        return 0.0
    view = _view(network, network.wiring)
    first, size = network.first_device, len(network.wiring.switches)
    is_peer = view.a_tier == view.b_tier
    down, up, peer = (view.b_tier == tier) & ~is_peer, view.a_tier == tier, (view.b_tier == tier) & is_peer
    if not up.any():
        return 1.0
    down_gbit_s = np.bincount(view.b_device[down] - first, weights=view.gbit_s[down], minlength=size)
    up_gbit_s = np.bincount(view.a_device[up] - first, weights=view.gbit_s[up], minlength=size)
    up_gbit_s += np.bincount(view.b_device[peer] - first, weights=view.gbit_s[peer], minlength=size)
    is_up = up_gbit_s > 0
    return float(np.max(down_gbit_s[is_up] / up_gbit_s[is_up]))


def _capacity_rows(need: BlockNeed, subject: str, view: _View) -> list[CheckRow]:
    network, asked = view.network, view.network.asked
    if asked is None or network.size is None:
        return []
    path = f"program:platforms[{need.target.platform}].fabric"
    field = "oversubscription" if network.name == "scale-out" else "service_oversubscription"
    limit, ratio, bisection = asked.oversubscription, leaf_ratio(network), bisection_gbit_s(network)
    wanted = float(np.sum(view.gbit_s, where=view.a_tier == 0)) / 2.0 / promised_ratio(network)
    rows: list[CheckRow] = [
        ("fabric-oversubscription", subject, ratio, limit, "down/up", ratio <= limit * (1 + 1e-9), f"{path}.{field}"),
        ("fabric-bisection", subject, bisection, wanted, "Gbit/s", bisection >= wanted * (1 - 1e-9), f"{path}.{field}"),
    ]
    if network.size.tiers > 2:
        ratio, limit = tier_ratio(network, 2), asked.spine_oversubscription
        source, passed = f"{path}.spine_oversubscription", ratio <= limit * (1 + 1e-9)
        rows.append(("fabric-spine-oversubscription", subject, ratio, limit, "down/up", passed, source))
    return rows


def _fit_rows(subject: str, view: _View) -> list[CheckRow]:
    """Ports run at the rate of their links, cages of both ends are of one form, racks keep to their leaves."""
    network, asked = view.network, view.network.asked
    if asked is None:
        return []
    rows = [_none_row("fabric-speed", subject, _too_fast(view, asked), "links faster than a port")]
    forms = (asked.leaf.cage, asked.spine.cage, asked.core.cage)
    unlike = sum(
        int(np.count_nonzero((view.a_tier == tier) & (view.b_tier > tier)))
        for tier in (1, 2)
        if forms[tier - 1] and forms[tier] and forms[tier - 1] != forms[tier]
    )
    rows.append(_none_row("fabric-cage", subject, unlike, "links between unlike cages"))
    if asked.by_rack:
        rows.append(_none_row("fabric-rack-leaf", subject, _mixed_leaves(view), "leaves that serve two racks"))
    if network.lanes.planes > 1:
        rows.append(_none_row("fabric-plane-spread", subject, _crowded(view), "devices with two ports on one leaf"))
    return rows


def _too_fast(view: _View, asked: Asked) -> int:
    """Links whose rate is above that of the ports they take: each port is the catalog port over its split."""
    too_fast = 0
    for tier, switch in enumerate((asked.leaf, asked.spine, asked.core), start=1):
        radix = view.network.radix_by_tier[tier - 1]
        port_gbit_s = switch.port_gbit_s.value * round(switch.ports.value) / max(radix, 1)
        ways = view.network.uplink_ratio if tier == 1 else 1
        too_fast += int(np.count_nonzero((view.b_tier == tier) & (view.gbit_s > port_gbit_s * (1 + 1e-9))))
        too_fast += int(np.count_nonzero((view.a_tier == tier) & (view.gbit_s > port_gbit_s * ways * (1 + 1e-9))))
    return too_fast


def _mixed_leaves(view: _View) -> int:
    """Leaves whose endpoints stand in more than one rack."""
    count = len(view.network.ports)
    leaf = view.b_device[:count] - view.network.first_device
    rack = view.network.ports["rack_index"].to_numpy().astype(np.int64)
    pairs = np.unique(leaf * (int(rack.max(initial=0)) + 1) + rack) // (int(rack.max(initial=0)) + 1)
    return int(np.count_nonzero(np.bincount(pairs) > 1)) if len(pairs) else 0


def _crowded(view: _View) -> int:
    """Devices with ports of two planes on one leaf."""
    count = len(view.network.ports)
    plane = view.network.ports["plane"].to_numpy().astype(np.int64)
    size = int(view.b_device[:count].max(initial=0)) + 1
    pair = view.a_device[:count] * size + view.b_device[:count]
    both = np.unique(pair * (int(plane.max(initial=0)) + 1) + plane) // (int(plane.max(initial=0)) + 1)
    repeated = both[1:][both[1:] == both[:-1]]
    return len(np.unique(repeated // size))


def _protocol_row(need: BlockNeed, subject: str) -> CheckRow:
    """Switches speak the protocol the platform asks for."""
    target = need.target
    other = sum(switch.protocol != target.protocol for switch in (target.leaf, target.spine, target.core))
    source = f"program:platforms[{target.platform}].fabric.protocol"
    return ("fabric-protocol", subject, other, 0, "tiers of another protocol", other == 0, source)
