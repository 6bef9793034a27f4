"""Does the wiring keep its rules? Each rule is counted on the finished columns, apart from the code that made them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rackwright.fabric.clos import Clos
from rackwright.fabric.endpoints import IntArray
from rackwright.fabric.network import CheckRow, Network
from rackwright.fabric.request import BlockNeed
from rackwright.fabric.robustness import Robustness, measure, robustness_rows
from rackwright.fabric.wiring import Wiring

__all__ = ["bisection_gbit_s", "check_network", "leaf_ratio"]

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
    rows.extend(robustness_rows(subject, found or measure(network), is_clos=isinstance(network.size, Clos)))
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
    """Link ends on switch ports that the switch does not have."""
    radix = np.array([np.iinfo(np.int64).max, *view.network.radix_by_tier])
    return int(
        np.count_nonzero(view.a_port >= radix[view.a_tier]) + np.count_nonzero(view.b_port >= radix[view.b_tier])
    )


def _wrong_rail(view: _View) -> int:
    if not view.network.by_rail:
        return 0
    return int(np.count_nonzero((view.a_tier == 0) & (view.a_rail != view.b_rail)))


def _wrong_plane(view: _View) -> int:
    return int(np.count_nonzero(view.a_plane != view.b_plane))


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
    """Highest down over up capacity of any leaf; 1 where one switch is the whole network, 0 without a network."""
    if network.wiring is None or network.size is None:
        return 0.0
    if network.size.tiers == 1:
        return 1.0
    view = _view(network, network.wiring)
    first, size = network.first_device, len(network.wiring.switches)
    down, up = view.a_tier == 0, view.a_tier == 1
    down_gbit_s = np.bincount(view.b_device[down] - first, weights=view.gbit_s[down], minlength=size)
    up_gbit_s = np.bincount(view.a_device[up] - first, weights=view.gbit_s[up], minlength=size)
    is_leaf = network.wiring.switches["tier"].to_numpy() == 1
    return float(np.max(down_gbit_s[is_leaf] / up_gbit_s[is_leaf]))


def bisection_gbit_s(network: Network) -> float:
    """Bisection bandwidth in closed form: half of the narrowest of endpoint ports, leaf uplinks, spine uplinks.

    Both halves hold whole leaves and, in three tiers, whole pods, the worst split of a Clos with equal bundles.
    """
    if network.wiring is None or network.size is None:
        return 0.0
    view = _view(network, network.wiring)
    tiers = range(network.size.tiers)
    capacity = [float(np.sum(view.gbit_s, where=view.a_tier == tier)) for tier in tiers]
    return min(capacity) / 2.0


def _capacity_rows(need: BlockNeed, subject: str, view: _View) -> list[CheckRow]:
    limit = view.network.oversubscription
    if limit is None:
        return []
    source = f"program:platforms[{need.target.platform}].fabric.oversubscription"
    source = source if view.network.name == "scale-out" else "house rule: service networks are not oversubscribed"
    ratio, bisection = leaf_ratio(view.network), bisection_gbit_s(view.network)
    wanted = float(np.sum(view.gbit_s, where=view.a_tier == 0)) / 2.0 / limit
    return [
        ("fabric-oversubscription", subject, ratio, limit, "down/up", ratio <= limit * (1 + 1e-9), source),
        ("fabric-bisection", subject, bisection, wanted, "Gbit/s", bisection >= wanted * (1 - 1e-9), source),
    ]


def _protocol_row(need: BlockNeed, subject: str) -> CheckRow:
    """Switches speak the protocol the platform asks for."""
    target = need.target
    other = sum(switch.protocol != target.protocol for switch in (target.leaf, target.spine, target.core))
    source = f"program:platforms[{target.platform}].fabric.protocol"
    return ("fabric-protocol", subject, other, 0, "tiers of another protocol", other == 0, source)
