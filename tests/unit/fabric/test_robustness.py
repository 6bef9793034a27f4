r"""Flow, paths and losses are measured on the wiring, and a bent wire shows.

leaf0   leaf1        two units of two trays with one port each on a leaf,
|  \ /  |            two spines; one link each, 400 Gb/s
|  / \  |
spine0  spine1
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from rackwright.fabric import FabricRequest, design_fabric
from rackwright.fabric.graph import SwitchGraph, max_flow_gbit_s
from rackwright.fabric.robustness import _paths, _valleys

RequestOf = Callable[..., FabricRequest]


def two_by_two(links: int = 1) -> SwitchGraph:
    """Two leaves with two endpoints each under two spines."""
    lower, upper = np.array([0, 0, 1, 1]), np.array([2, 3, 2, 3])
    count = np.full(4, links)
    tier, plane = np.array([1, 1, 2, 2]), np.zeros(4, dtype=np.int64)
    return SwitchGraph(tier, plane, np.array([800, 800, 0, 0]), lower, upper, count, count * 400)


def test_101_flow_is_that_of_the_narrower_side() -> None:
    """Two uplinks of 400 Gb/s carry the 800 Gb/s of two endpoints; one link or one spine less halves it."""
    graph, left = two_by_two(), np.array([True, False, False, False])
    assert max_flow_gbit_s(graph, left) == 800
    assert max_flow_gbit_s(graph.without_link(0), left) == 400
    assert max_flow_gbit_s(graph.without_switch(2), left) == 400


@pytest.mark.parametrize(("links", "paths"), [(1, 2), (2, 8)])
def test_102_each_link_of_a_bundle_is_a_path(links: int, paths: int) -> None:
    """Two spines give two paths with single links, eight with bundles of two."""
    assert _paths(two_by_two(links)) == (paths, 0)


def test_103_a_valley_is_found() -> None:
    """Two spines joined only by way of a leaf make routes that come down and go up again."""
    lower, upper = np.array([0, 1, 1, 2]), np.array([3, 3, 4, 4])
    one = np.ones(4, dtype=np.int64)
    graph = SwitchGraph(
        np.array([1, 1, 1, 2, 2]), np.zeros(5, dtype=np.int64), one[:1].repeat(5), lower, upper, one, one
    )
    hops = np.array([[0], [2], [4], [1], [3]])
    assert _valleys(graph, hops) == 1


def test_201_a_full_fabric_loses_little(request_of: RequestOf) -> None:
    """Without oversubscription the worst split carries half of all endpoints; a spine takes its share with it."""
    fabric = design_fabric(request_of(units=4, trays=8, rails=2, radix=16))
    design = fabric.designs.frame.row(0, named=True)
    assert design["max_flow_gbit_s"] == design["bisection_gbit_s"]
    assert design["switch_loss_share"] == pytest.approx(1 - 1 / design["spines"])
    assert 1 - design["link_loss_share"] <= 1 - design["switch_loss_share"]
    assert design["paths"] == design["spines"] * design["bundle"] ** 2


def test_202_rails_keep_a_tray_on_the_net(request_of: RequestOf) -> None:
    """With two rails the loss of a leaf cuts off no tray; with one rail it cuts off those of the leaf."""
    two = design_fabric(request_of(rails=2, trays=4)).designs.frame.row(0, named=True)
    one = design_fabric(request_of(rails=1, trays=4, units=4)).designs.frame.row(0, named=True)
    assert two["cut_off_nodes"] == 0 < two["lost_ports"]
    assert one["cut_off_nodes"] == one["lost_ports"] > 0
