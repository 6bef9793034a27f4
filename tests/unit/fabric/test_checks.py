"""Every rule of the wiring fails once: links of a small pod are bent or lost by hand."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import polars as pl
import pytest

from rackwright.fabric import FabricRequest
from rackwright.fabric.checks import check_network
from rackwright.fabric.endpoints import find_endpoints, take_network
from rackwright.fabric.network import Network, design_clos
from rackwright.fabric.request import BlockNeed

RequestOf = Callable[..., FabricRequest]


@pytest.fixture
def pod(request_of: RequestOf) -> tuple[BlockNeed, Network]:
    """Two units of 8 trays and 2 rails on 16-port switches, four leaves under two spines: need, and its network."""
    request = request_of()
    need = request.blocks[0]
    endpoints = find_endpoints(need, request)
    return need, design_clos(need, "scale-out", take_network(endpoints, "scale-out"), len(endpoints.nodes))


def broken(pod: tuple[BlockNeed, Network], bend: Callable[[pl.DataFrame, int], pl.DataFrame]) -> set[str]:
    """Rules that fail once the links are bent; `bend` takes links and the first leaf."""
    need, network = pod
    assert network.wiring is not None
    wiring = dataclasses.replace(network.wiring, links=bend(network.wiring.links, network.first_device))
    return {row[0] for row in check_network(need, dataclasses.replace(network, wiring=wiring)) if not row[5]}


def last(links: pl.DataFrame) -> pl.Expr:
    """The last link, an uplink."""
    return pl.int_range(pl.len()) == links.height - 1


def uplinks_of(leaf: int) -> pl.Expr:
    """Links from a leaf upwards."""
    return pl.col("a_device") == leaf


def half_of(links: pl.DataFrame, leaf: int) -> pl.DataFrame:
    """All links but every second uplink of a leaf."""
    return links.filter(~(uplinks_of(leaf) & (pl.col("a_port") % 2 == 0)))


BENDS: dict[str, Callable[[pl.DataFrame, int], pl.DataFrame]] = {
    "fabric-port-exists": lambda links, _: links.with_columns(
        b_port=pl.when(last(links)).then(999).otherwise("b_port").cast(links["b_port"].dtype)
    ),
    "fabric-speed": lambda links, _: links.with_columns(
        gbit_s=pl.when(last(links)).then(pl.col("gbit_s") * 4).otherwise("gbit_s")
    ),
    "fabric-connected": lambda links, leaf: links.filter(~uplinks_of(leaf)),
    "fabric-paths": lambda links, leaf: links.filter(
        ~(uplinks_of(leaf) & (pl.col("b_device") == links.filter(uplinks_of(leaf))["b_device"].min()))
    ),
    "fabric-max-flow": half_of,
    "fabric-oversubscription": half_of,
    "fabric-bisection": half_of,
    "fabric-no-valley": lambda links, leaf: links.filter(
        ~(uplinks_of(leaf) & (pl.col("b_device") == links["b_device"].max()))
        & ~(uplinks_of(leaf + 1) & (pl.col("b_device") < links["b_device"].max()))
    ),
}


@pytest.mark.parametrize("rule", list(BENDS))
def test_101_each_rule_fails_on_what_breaks_it(pod: tuple[BlockNeed, Network], rule: str) -> None:
    """As designed nothing fails; a bent port, rate or link, or lost uplinks, fail the rule that speaks of them."""
    assert broken(pod, lambda links, _: links) == set()
    assert rule in broken(pod, BENDS[rule])


def pod_of(request: FabricRequest) -> tuple[BlockNeed, Network]:
    """Need and scale-out network of the first block of a request."""
    need = request.blocks[0]
    endpoints = find_endpoints(need, request)
    return need, design_clos(need, "scale-out", take_network(endpoints, "scale-out"), len(endpoints.nodes))


def row_of(pod: tuple[BlockNeed, Network], rule: str, links: pl.DataFrame | None = None) -> tuple[float, float, bool]:
    """Value, limit and result of a rule for a network, with other links where given."""
    need, network = pod
    assert network.wiring is not None
    if links is not None:
        network = dataclasses.replace(network, wiring=dataclasses.replace(network.wiring, links=links))
    return next((row[2], row[3], row[5]) for row in check_network(need, network) if row[0] == rule)


def led_to(pod: tuple[BlockNeed, Network], row: int, like: int) -> pl.DataFrame:
    """Links in which the endpoint of one goes to the leaf that another's goes to."""
    network = pod[1]
    assert network.wiring is not None
    links = network.wiring.links
    is_bent = pl.int_range(pl.len()) == row
    return links.with_columns(b_device=pl.when(is_bent).then(int(links["b_device"][like])).otherwise("b_device"))


def test_102_an_endpoint_without_a_link_is_counted(pod: tuple[BlockNeed, Network]) -> None:
    """Of 32 ports of endpoints one has lost its link: 31 links where 32 are wanted."""
    assert pod[1].wiring is not None
    assert row_of(pod, "fabric-endpoints") == (32, 32, True)
    assert row_of(pod, "fabric-endpoints", pod[1].wiring.links.slice(1)) == (31, 32, False)


def test_103_cages_of_two_forms_meet_in_no_link(pod: tuple[BlockNeed, Network]) -> None:
    """Leaves of OSFP cages under spines of QSFP-DD cages: all 32 links between them have unlike ends."""
    need, network = pod
    assert network.asked is not None
    forms = {"leaf": "OSFP", "spine": "QSFP-DD"}
    switches = {tier: dataclasses.replace(getattr(network.asked, tier), cage=form) for tier, form in forms.items()}
    unlike = dataclasses.replace(network, asked=dataclasses.replace(network.asked, **switches))
    assert row_of(pod, "fabric-cage") == (0, 0, True)
    assert row_of((need, unlike), "fabric-cage") == (32, 0, False)


def test_104_a_leaf_by_rack_serves_one_rack(request_of: RequestOf) -> None:
    """Rack-aligned: the first port of the first rack on the leaf of the last rack is one leaf that serves two."""
    aligned = pod_of(request_of(family="rack-aligned"))
    last_port = len(aligned[1].ports) - 1
    assert row_of(aligned, "fabric-rack-leaf") == (0, 0, True)
    assert row_of(aligned, "fabric-rack-leaf", led_to(aligned, 0, last_port)) == (1, 0, False)


def test_105_planes_of_a_device_keep_to_leaves_of_their_own(request_of: RequestOf) -> None:
    """Two planes: the second port of the first tray on the leaf of its first is one device with two ports on a leaf."""
    planes = pod_of(request_of(planes=2, rails=1))
    ports = planes[1].ports
    assert ports["plane"].to_list()[:2] == [0, 1]
    assert row_of(planes, "fabric-plane-spread") == (0, 0, True)
    assert row_of(planes, "fabric-plane-spread", led_to(planes, 1, 0)) == (1, 0, False)
