"""Is what is left after an outage counted rightly?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from rackwright.fabric import FabricRequest, design_fabric
from rackwright.fabric.outage import BuiltNetwork, Outage, build_network, measure_outage, worst_split

RequestOf = Callable[..., FabricRequest]


@pytest.fixture
def pod(request_of: RequestOf) -> BuiltNetwork:
    """Four leaves of 8 + 8 ports, two spines in bundles of 4; device 16 is the first leaf, 20 the first spine."""
    fabric = design_fabric(request_of())
    return build_network(fabric.devices.frame, fabric.links.frame)


def lose(network: BuiltNetwork, *devices: int, links: tuple[int, ...] = ()) -> Outage:
    """Lose devices and links."""
    cut = np.zeros(len(network.a), dtype=np.bool_)
    cut[list(links)] = True
    return measure_outage(network, worst_split(network), cut, np.array(devices, dtype=np.int64))


def test_101_nothing_lost(pod: BuiltNetwork) -> None:
    """Without an outage everything is left: sixteen ports of 400G over the middle."""
    assert worst_split(pod).gbit_s == 16 * 400
    assert lose(pod) == Outage(0, 0, 1.0)


def test_102_a_spine_takes_its_half(pod: BuiltNetwork) -> None:
    """One of two spines lost: half of the flow is left, no endpoint port goes."""
    assert lose(pod, 20) == Outage(0, 0, 0.5)


def test_103_a_leaf_takes_its_ports(pod: BuiltNetwork) -> None:
    """A leaf lost takes its 8 ports; no tray is cut off, since each has a port on another rail."""
    outage = lose(pod, 16)
    assert (outage.lost_ports, outage.cut_off_nodes) == (8, 0)
    assert outage.flow_share == pytest.approx(0.5)


def test_104_links_of_a_tray(pod: BuiltNetwork) -> None:
    """All links above the leaves cut: no flow is left, no endpoint port is lost."""
    outage = lose(pod, links=tuple(np.flatnonzero(pod.a >= 0).tolist()))
    assert outage == Outage(0, 0, 0.0)


def test_105_endpoints_that_stop(pod: BuiltNetwork) -> None:
    """Trays without power are cut off with all their ports."""
    outage = lose(pod, 0, 1)
    assert (outage.lost_ports, outage.cut_off_nodes) == (4, 2)


def test_201_planes_are_apart(request_of: RequestOf) -> None:
    """A lost spine of one plane leaves the other plane whole: three quarters of the flow."""
    fabric = design_fabric(request_of(planes=2))
    network = build_network(fabric.devices.frame, fabric.links.frame)
    spine = int(network.switches[network.tier == 2][0])
    assert lose(network, spine).flow_share == pytest.approx(0.75)
