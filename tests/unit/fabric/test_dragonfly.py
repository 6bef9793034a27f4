r"""Groups of leaves and spines, joined spine to spine (Dragonfly+): counts in closed form, and bent wires that show.

group 0          group 1          group 2       a spine of each ordinal in every group,
l l l l          l l l l          l l l l       joined with the spines of its ordinal in all others
s s s s ======== s s s s ======== s s s s
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from rackwright.fabric import FabricRequest, design_fabric
from rackwright.fabric.checks import check_network
from rackwright.fabric.clos import Clos, ClosNeed, size_clos
from rackwright.fabric.endpoints import find_endpoints, take_network
from rackwright.fabric.network import Network, design_clos
from rackwright.fabric.request import Pins
from rackwright.fabric.wiring import Wiring

RequestOf = Callable[..., FabricRequest]
FAMILY = "dragonfly-plus"


def sized(*, groups: int, endpoints: int, rails: int, radix: int, ratio: float = 2.0, pod_leaves: int = 0) -> Clos:
    """Size of a fabric of equal switches."""
    radices = {"leaf_radix": radix, "spine_radix": radix, "core_radix": radix}
    need = ClosNeed(groups=groups, endpoints=endpoints, rails=rails, spine_oversubscription=ratio, has_peers=True,
        pod_leaves=pod_leaves, **radices)  # fmt: skip
    found = size_clos(need)
    assert found is not None
    return found


def built(request: FabricRequest) -> Network:
    """The scale-out network of a request of one block."""
    (need,) = request.blocks
    endpoints = find_endpoints(need, request)
    return design_clos(need, "scale-out", take_network(endpoints, "scale-out"), len(endpoints.nodes))


def failed(request: FabricRequest, network: Network) -> set[str]:
    """Rules that fail on a network."""
    return {row[0] for row in check_network(request.blocks[0], network) if not row[5]}


@pytest.mark.parametrize(
    ("block", "pods"),
    [
        ({"units": 4, "trays": 8, "rails": 2, "radix": 16, "pins": Pins(pod_leaves=4)}, 2),
        ({"units": 6, "trays": 8, "rails": 2, "radix": 16, "pins": Pins(pod_leaves=4)}, 3),
        ({"units": 8, "trays": 4, "rails": 2, "radix": 16, "pins": Pins(pod_leaves=4)}, 2),
        ({"units": 24, "trays": 8, "rails": 4, "radix": 32, "pins": Pins(pod_leaves=8)}, 6),
        ({"units": 9, "trays": 8, "rails": 2, "radix": 32, "pins": Pins(pod_leaves=6)}, 2),
        ({"units": 12, "trays": 8, "rails": 2, "radix": 32, "planes": 2}, 0),
    ],
)
def test_101_every_pair_of_groups_is_joined_alike(request_of: RequestOf, block: dict[str, Any], pods: int) -> None:
    """Spines of one ordinal meet in all pairs of groups over equal bundles, no port is used twice, all checks pass."""
    request = request_of(**block, unit_racks=1, family=FAMILY, spine_oversubscription=2.0)
    network = built(request)
    clos = network.size
    assert isinstance(clos, Clos)
    assert network.wiring is not None
    pods = pods or clos.pods
    assert (clos.tiers, clos.cores, clos.pods) == (2, 0, pods)
    spines = network.wiring.switches.filter(tier=2)["device"].to_numpy()
    links = network.wiring.links.filter(pl.col("a_device").is_in(spines.tolist()))
    a, b = (links[f"{side}_device"].to_numpy() - spines[0] for side in ("a", "b"))
    lanes = clos.planes * clos.spines_per_pod
    assert len(links) == clos.spine_links == lanes * clos.peer_bundle * pods * (pods - 1) // 2
    assert np.array_equal(a % lanes, b % lanes)
    pairs, counts = np.unique(a // lanes * pods + b // lanes, return_counts=True)
    assert len(pairs) == pods * (pods - 1) // 2
    assert set(counts.tolist()) == {lanes * clos.peer_bundle}
    assert failed(request, network) == set()


def test_102_large_fabrics_have_no_cores() -> None:
    """16,384 endpoints on 64 ports: 16 groups of 32 leaves and spines; two links of each pair of spines carry half."""
    clos = sized(groups=64, endpoints=32, rails=8, radix=64)
    assert (clos.leaves, clos.spines, clos.cores, clos.pods) == (512, 512, 0, 16)
    assert (clos.peer_bundle, clos.spine_up, clos.spine_links) == (2, 30, 512 * 30 // 2)
    assert clos.peer_cut * 2 * 2.0 >= clos.leaves * clos.leaf_up


def test_103_the_cut_between_halves_is_what_is_promised(request_of: RequestOf) -> None:
    """Bisection is that of the links between groups; the flow measured on the wiring is no less."""
    request = request_of(
        units=24,
        unit_racks=1,
        trays=8,
        rails=4,
        radix=32,
        family=FAMILY,
        spine_oversubscription=2.0,
        pins=Pins(pod_leaves=8),
    )
    fabric = design_fabric(request)
    design = fabric.designs.frame.filter(network="scale-out").row(0, named=True)
    clos = built(request).size
    assert isinstance(clos, Clos)
    assert design["bisection_gbit_s"] == clos.peer_cut * 400.0
    assert design["max_flow_gbit_s"] >= design["bisection_gbit_s"]
    spine = fabric.tiers.frame.filter(network="scale-out", tier=2).row(0, named=True)
    assert (spine["down"], spine["up"]) == (clos.pod_leaves * clos.bundle, clos.spine_up)
    assert not fabric.growths.frame.height


def test_104_one_group_is_a_leaf_spine() -> None:
    """Where one group is all there is, its spines have nobody to meet."""
    clos = sized(groups=1, endpoints=8, rails=2, radix=16)
    assert (clos.pods, clos.peer_bundle, clos.spine_up) == (1, 0, 0)


def test_105_a_group_more_moves_no_port(request_of: RequestOf) -> None:
    """Every link between the groups of a fabric is, port for port, one of the same fabric with a group more."""
    links = []
    for units in (6, 8):
        pins = Pins(pod_leaves=4, bundle=1, leaf_up=8)
        request = request_of(
            units=units, unit_racks=1, trays=8, rails=2, radix=16, family=FAMILY, spine_oversubscription=8.0, pins=pins
        )
        network = built(request)
        assert network.wiring is not None
        switches = network.wiring.switches.select("device", "tier", "index")
        frame = network.wiring.links.join(switches, left_on="a_device", right_on="device")
        frame = frame.join(switches, left_on="b_device", right_on="device", suffix="_b").filter(tier=2)
        links.append(set(frame.select("index", "a_port", "index_b", "b_port").iter_rows()))
    assert links[0]
    assert links[0] < links[1]


def bent(network: Network, change: Callable[[pl.DataFrame], pl.DataFrame]) -> Network:
    """The network with its links between spines changed."""
    assert network.wiring is not None
    spines = network.wiring.switches.filter(tier=2)["device"].to_list()
    is_peer = pl.col("a_device").is_in(spines)
    links = network.wiring.links
    return replace(
        network,
        wiring=Wiring(network.wiring.switches, pl.concat([links.filter(~is_peer), change(links.filter(is_peer))])),
    )


@pytest.mark.parametrize(
    ("rules", "change"),
    [
        ({"fabric-bundle-uniform"}, lambda links: links[1:]),
        ({"fabric-port-once"}, lambda links: links.with_columns(b_port=pl.lit(links["b_port"][0], dtype=pl.Int64))),
        ({"fabric-port-exists"}, lambda links: links.with_columns(a_port=pl.col("a_port") + 16)),
        ({"fabric-connected"}, lambda links: links[:0]),
        ({"fabric-no-valley"}, lambda links: links.filter(pl.col("b_device") - pl.col("a_device") <= 4)),
    ],
)
def test_201_a_bent_fabric_fails_by_name(
    request_of: RequestOf, rules: set[str], change: Callable[[pl.DataFrame], pl.DataFrame]
) -> None:
    """A missing, doubled, impossible or lost link between groups fails the rule of its name."""
    request = request_of(
        units=6,
        unit_racks=1,
        trays=8,
        rails=2,
        radix=16,
        family=FAMILY,
        spine_oversubscription=2.0,
        pins=Pins(pod_leaves=4),
    )
    network = built(request)
    assert failed(request, network) == set()
    assert rules <= failed(request, bent(network, change))


def test_202_too_few_ports_between_groups_are_told(request_of: RequestOf) -> None:
    """Spines without room for the other groups: no network is built, and the nearest design is named."""
    request = request_of(units=64, unit_racks=1, trays=8, rails=2, radix=16, family=FAMILY, pins=Pins(pod_leaves=4))
    network = built(request)
    assert network.wiring is None
    (row,) = network.problems
    assert row[0] == "fabric-size"
    assert "oversubscription" in row[6] or "pod_leaves" in row[6] or "ports" in row[6]
