r"""Leaves joined with their neighbours in two or three directions: counts in closed form, and bent wires that show.

l - l - l - l -      4 x 4: each leaf has four neighbours, and the narrowest cut crosses 2 x 4 pairs of them
|   |   |   |
l - l - l - l -      (the last of a row or column is joined with the first)
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
from rackwright.fabric.clos import Clos
from rackwright.fabric.directions import torus_degree
from rackwright.fabric.endpoints import find_endpoints, take_network
from rackwright.fabric.network import Network, design_clos
from rackwright.fabric.request import Pins
from rackwright.fabric.wiring import Wiring

RequestOf = Callable[..., FabricRequest]


def built(request: FabricRequest) -> Network:
    """The scale-out network of a request of one block."""
    (need,) = request.blocks
    endpoints = find_endpoints(need, request)
    return design_clos(need, "scale-out", take_network(endpoints, "scale-out"), len(endpoints.nodes))


def failed(request: FabricRequest, network: Network) -> set[str]:
    """Rules that fail on a network."""
    return {row[0] for row in check_network(request.blocks[0], network) if not row[5]}


@pytest.mark.parametrize(
    ("block", "dims"),
    [
        ({"units": 16, "trays": 8, "radix": 64, "pins": Pins(leaf_down=8, torus=(4, 4))}, (4, 4)),
        ({"units": 32, "trays": 8, "radix": 64, "pins": Pins(leaf_down=8, torus=(4, 4, 2))}, (4, 4, 2)),
        ({"units": 27, "trays": 4, "radix": 32, "pins": Pins(leaf_down=4), "oversubscription": 2.0}, (3, 3, 3)),
        ({"units": 8, "trays": 4, "radix": 32, "planes": 2, "pins": Pins(leaf_down=4)}, (2, 2, 2)),
        ({"units": 10, "trays": 4, "radix": 64, "pins": Pins(leaf_down=4, torus=(10,))}, (10,)),
    ],
)
def test_101_every_leaf_has_its_neighbours(request_of: RequestOf, block: dict[str, Any], dims: tuple[int, ...]) -> None:
    """Each pair of neighbours has the same bundle, each leaf the same links, no port is used twice, all checks pass."""
    request = request_of(**block, rails=1, unit_racks=1, family="torus")
    network = built(request)
    clos = network.size
    assert isinstance(clos, Clos)
    assert network.wiring is not None
    assert (clos.dims, clos.tiers, clos.spines, clos.cores) == (dims, 1, 0, 0)
    links = network.wiring.links[len(network.ports) :]
    ends = np.concatenate([links["a_device"].to_numpy(), links["b_device"].to_numpy()]) - network.first_device
    assert len(links) == clos.leaf_links == clos.leaves * torus_degree(dims) * clos.peer_bundle // 2
    assert set(np.bincount(ends).tolist()) == {torus_degree(dims) * clos.peer_bundle}
    assert failed(request, network) == set()


def test_102_the_cut_carries_what_halves_send(request_of: RequestOf) -> None:
    """16 leaves of 8 endpoints in 4 x 4: 64 endpoints send over 8 pairs of neighbours, so eight links each."""
    request = request_of(
        units=16, trays=8, radix=64, rails=1, unit_racks=1, family="torus", pins=Pins(leaf_down=8, torus=(4, 4))
    )
    clos = built(request).size
    assert isinstance(clos, Clos)
    assert (clos.peer_bundle, clos.peer_cut, clos.leaf_up) == (8, 64, 32)
    fabric = design_fabric(request)
    design = fabric.designs.frame.filter(network="scale-out").row(0, named=True)
    assert design["bisection_gbit_s"] == 64 * 400.0
    assert design["max_flow_gbit_s"] >= design["bisection_gbit_s"]
    leaf = fabric.tiers.frame.filter(network="scale-out", tier=1).row(0, named=True)
    assert (leaf["down"], leaf["up"]) == (8, 32)


def test_103_without_pins_the_fewest_leaves_are_taken(request_of: RequestOf) -> None:
    """128 endpoints on 32 ports: as many on a leaf as leave ports for its neighbours."""
    clos = built(request_of(units=16, trays=8, radix=32, rails=1, unit_racks=1, family="torus")).size
    assert isinstance(clos, Clos)
    assert clos.dims
    assert clos.leaf_down + clos.leaf_up <= 32
    assert clos.leaves * clos.leaf_down >= 128


def bent(network: Network, change: Callable[[pl.DataFrame], pl.DataFrame]) -> Network:
    """The network with its links between leaves changed."""
    assert network.wiring is not None
    count = len(network.ports)
    links = network.wiring.links
    return replace(network, wiring=Wiring(network.wiring.switches, pl.concat([links[:count], change(links[count:])])))


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("fabric-bundle-uniform", lambda links: links[1:]),
        ("fabric-port-once", lambda links: links.with_columns(b_port=pl.lit(links["b_port"][0], dtype=pl.Int64))),
        ("fabric-port-exists", lambda links: links.with_columns(a_port=pl.col("a_port") + 64)),
        ("fabric-connected", lambda links: links[:0]),
        ("fabric-no-valley", lambda links: links.with_columns(b_device=pl.col("b_device").reverse())),
        ("fabric-max-flow", lambda links: links[::2]),
    ],
)
def test_201_a_bent_torus_fails_by_name(
    request_of: RequestOf, rule: str, change: Callable[[pl.DataFrame], pl.DataFrame]
) -> None:
    """A missing, doubled, impossible, lost or crossed link fails the rule of its name."""
    request = request_of(
        units=16, trays=8, radix=64, rails=1, unit_racks=1, family="torus", pins=Pins(leaf_down=8, torus=(4, 4))
    )
    network = built(request)
    assert failed(request, network) == set()
    assert rule in failed(request, bent(network, change))


def test_202_directions_that_do_not_multiply_to_the_leaves_are_told(request_of: RequestOf) -> None:
    """16 leaves are no 3 x 5: no network is built."""
    pins = Pins(leaf_down=8, torus=(3, 5))
    network = built(request_of(units=16, trays=8, radix=64, rails=1, unit_racks=1, family="torus", pins=pins))
    assert network.wiring is None
    assert [row[0] for row in network.problems] == ["fabric-size"]
