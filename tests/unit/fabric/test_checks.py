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
