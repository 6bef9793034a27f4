from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from rackwright.base.digest import digest
from rackwright.fabric import FabricRequest, design_fabric
from rackwright.fabric.optics import Candidate, Market
from rackwright.fabric.request import RackRun
from rackwright.tables.fabric import Fabric
from rackwright.tables.racks import Ports, Slots

RequestOf = Callable[..., FabricRequest]


def failed(fabric: Fabric) -> dict[str, tuple[float, float]]:
    """Failed checks by rule: value and limit."""
    rows = fabric.checks.frame.filter(~pl.col("passed")).select("rule", "value", "limit").iter_rows()
    return {rule: (value, limit) for rule, value, limit in rows}


def links_of(fabric: Fabric, network: str) -> pl.DataFrame:
    """Links of a network with tier, plane and rail of both ends."""
    ends = fabric.devices.frame.select("device", "tier", "plane", "rail", "unit")
    links = fabric.links.frame.filter(pl.col("network") == network)
    for side in ("a", "b"):
        links = links.join(ends.rename({name: f"{side}_{name}" for name in ends.columns}), on=f"{side}_device")
    return links


def test_101_a_small_pod_wired_by_hand(request_of: RequestOf) -> None:
    """Two units of 8 trays and 2 rails on 16-port switches.

    A rail of a unit fills one leaf (8 down, 8 up), so 4 leaves; 32 uplinks fill 2 spines in bundles of 4.
    """
    fabric = design_fabric(request_of())
    row = fabric.designs.frame.row(0, named=True)
    assert (row["leaves"], row["spines"], row["bundle"], row["endpoints"]) == (4, 2, 4, 32)
    assert len(fabric.links) == 32 + 32
    assert failed(fabric) == {}
    assert row["bisection_gbit_s"] == 16 * 400


def test_102_a_rail_of_a_unit_meets_one_leaf(request_of: RequestOf) -> None:
    """All ports of one rail of a unit end on the same leaf, in the order of racks and trays."""
    links = links_of(design_fabric(request_of()), "scale-out").filter(pl.col("a_tier") == 0)
    met = links.join(
        design_fabric(request_of()).devices.frame.select(a_device="device", node_unit="unit"), on="a_device"
    )
    assert met.group_by("node_unit", "a_port").agg(pl.col("b_device").n_unique())["b_device"].to_list() == [1] * 4
    assert links.sort("b_device", "b_port")["b_port"].to_list() == list(range(8)) * 4


def test_103_uplinks_come_from_the_last_ports(request_of: RequestOf) -> None:
    """Ports between endpoints and uplinks stay free for what is reserved."""
    links = links_of(design_fabric(request_of(trays=2, reserved=3)), "scale-out")
    down = links.filter(pl.col("b_tier") == 1)["b_port"].to_numpy()
    up = links.filter(pl.col("a_tier") == 1)["a_port"].to_numpy()
    assert down.max() < up.min() - 3
    assert up.max() == 15


def test_104_three_tiers(request_of: RequestOf) -> None:
    """Sixteen units need cores, and every check still holds."""
    fabric = design_fabric(request_of(units=16, radix=16))
    row = fabric.designs.frame.row(0, named=True)
    assert (row["tiers"], row["leaves"], row["spines"], row["cores"]) == (3, 32, 32, 16)
    assert failed(fabric) == {}


def test_105_service_networks_come_with_their_switches(request_of: RequestOf) -> None:
    """Storage is a Clos of its own; every tray and every other switch has an out-of-band link."""
    fabric = design_fabric(request_of(storage=16, out_of_band=8))
    switches = fabric.devices.frame.filter((pl.col("tier") > 0) & (pl.col("network") != "out-of-band"))
    managed = links_of(fabric, "out-of-band").filter(pl.col("b_tier") == 1)
    assert len(managed) == 16 + len(switches)
    assert failed(fabric) == {}
    ports = managed.join(fabric.devices.frame.select("device", "ports"), left_on="a_device", right_on="device")
    assert ports.filter(pl.col("ports") > 0).select((pl.col("a_port") == pl.col("ports")).all()).item()


def test_106_a_faster_port_is_split(request_of: RequestOf) -> None:
    """Sixteen 800G ports are 32 ports of 400G, but no more than four parts come out of one port."""
    fabric = design_fabric(request_of(rate=800.0))
    assert set(fabric.devices.frame.filter(pl.col("tier") > 0)["ports"].to_list()) == {32}
    quarter = design_fabric(request_of(rate=6400.0, radix=8))
    assert set(quarter.devices.frame.filter(pl.col("tier") > 0)["ports"].to_list()) == {32}


def test_107_blocks_are_apart(request_of: RequestOf) -> None:
    """No link joins two blocks, and each has its own devices."""
    fabric = design_fabric(request_of(names=("a", "b")))
    block = dict(fabric.devices.frame.select("device", "block").iter_rows())
    links = fabric.links.frame.select("block", "a_device", "b_device").iter_rows()
    assert all(block[a] == name == block[b] for name, a, b in links)
    assert fabric.devices["device"].to_list() == list(range(len(fabric.devices)))


def test_201_too_many_units_are_named(request_of: RequestOf) -> None:
    """A fabric beyond three tiers is left out, and the check says how many units would do."""
    fabric = design_fabric(request_of(units=300, radix=8, trays=2, unit_racks=2))
    assert failed(fabric)["fabric-size"] == (300.0, 16.0)
    assert len(fabric.links) == 0
    assert len(fabric.designs) == 0


def test_202_slow_switches_are_named(request_of: RequestOf) -> None:
    """Endpoints faster than the switch's ports get no network; the check names the slowest switch that would do."""
    request = request_of(endpoint_rate=800.0)
    fabric = design_fabric(request)
    assert failed(fabric)["fabric-rate"] == (800.0, 400.0)
    assert len(fabric.links) == 0
    leaf = request.blocks[0].target.leaf
    rates = [dataclasses.replace(leaf.port_gbit_s, value=value) for value in (400.0, 1600.0, 800.0)]
    market = Market(
        tuple(
            Candidate(dataclasses.replace(leaf, id=f"s{n}", port_gbit_s=rate), None, None)
            for n, rate in enumerate(rates)
        )
    )
    source = design_fabric(dataclasses.replace(request, market=market)).checks.frame["source"]
    assert source.str.contains("nearest: s2 with 16 ports of 800 Gbit/s").any()
    assert fabric.checks.frame["source"].str.contains("no switch of the catalog is as fast").any()


def test_203_another_protocol_is_named(request_of: RequestOf) -> None:
    """Ethernet switches in an InfiniBand fabric fail the protocol check in all three tiers."""
    assert failed(design_fabric(request_of(protocol="infiniband"))) == {"fabric-protocol": (3.0, 0.0)}


def test_301_a_fabric_that_grows_keeps_its_leaves(request_of: RequestOf) -> None:
    """Device ordinals and ports of the first units' endpoint links are the same with more units."""
    columns = ["a_device", "a_port", "b_index", "b_port"]

    def endpoint_links(units: int) -> pl.DataFrame:
        fabric = design_fabric(request_of(units=units))
        index = fabric.devices.frame.select(b_device="device", b_index="index")
        links = links_of(fabric, "scale-out").filter(pl.col("a_tier") == 0).join(index, on="b_device")
        return links.select(columns).sort(columns)

    small, large = endpoint_links(2), endpoint_links(4)
    assert large.join(small, on=columns, how="semi").height == small.height


def test_302_the_order_of_input_rows_does_not_matter(request_of: RequestOf) -> None:
    """Ports and slots in reverse give the same bytes."""
    request = request_of(storage=16, out_of_band=8)
    reverse = FabricRequest(request.blocks, Slots(request.slots.frame.reverse()), Ports(request.ports.frame.reverse()))
    first, second = design_fabric(request), design_fabric(reverse)
    assert digest((first.devices, first.links, first.designs)) == digest((second.devices, second.links, second.designs))


def test_303_retired_units_leave_their_ports_free(request_of: RequestOf) -> None:
    """Units without racks have no endpoints, and the fabric keeps its size."""
    request = request_of(units=3)
    need = dataclasses.replace(request.blocks[0], runs=(RackRun(0, 1, "rack"), RackRun(2, 1, "rack")))
    fabric = design_fabric(dataclasses.replace(request, blocks=(need,)))
    assert fabric.designs["leaves"][0] == 6
    assert fabric.designs["endpoints"][0] == 32
    assert failed(fabric) == {}


@given(
    units=st.integers(1, 6),
    unit_racks=st.integers(1, 3),
    trays=st.integers(1, 5),
    rails=st.integers(1, 4),
    planes=st.integers(1, 2),
    radix=st.sampled_from([8, 16, 32]),
    oversubscription=st.sampled_from([1.0, 2.0, 3.0]),
    rail_optimised=st.booleans(),
)
def test_401_any_fabric_is_whole(request_of: RequestOf, **fields: object) -> None:
    """No port is used twice, every endpoint port has one link, and endpoints of a plane reach each other."""
    fabric = design_fabric(request_of(**fields))
    assume(len(fabric.links))
    assert failed(fabric) == {}
    links = links_of(fabric, "scale-out")
    ends = pl.concat([links.select(d=f"{side}_device", p=f"{side}_port") for side in ("a", "b")])
    assert ends.unique().height == ends.height
    row = fabric.designs.frame.row(0, named=True)
    assert links.filter(pl.col("a_tier") == 0).height == row["endpoints"]
    assert row["endpoints"] == np.prod([fields[name] for name in ("units", "unit_racks", "trays", "rails", "planes")])
    assert connected(links, row["planes"])


def connected(links: pl.DataFrame, planes: int) -> bool:
    """True if the links of each plane, endpoints included, are one graph."""
    for plane in range(planes):
        of_plane = links.filter(pl.col("b_plane") == plane)
        ends = np.concatenate([of_plane["a_device"].to_numpy(), of_plane["b_device"].to_numpy()])
        names, number = np.unique(ends, return_inverse=True)
        half = len(of_plane)
        graph = coo_array((np.ones(half), (number[:half], number[half:])), shape=(len(names), len(names)))
        if connected_components(graph, directed=False, return_labels=False) != 1:
            return False
    return True


@pytest.mark.parametrize("broken", ["fabric-port-once", "fabric-rail", "fabric-planes", "fabric-bundle-uniform"])
def test_501_the_checks_find_what_is_broken(request_of: RequestOf, broken: str) -> None:
    """Links bent by hand are counted by the rule they break."""
    from rackwright.fabric.checks import check_network
    from rackwright.fabric.endpoints import find_endpoints, take_network
    from rackwright.fabric.network import design_clos

    request = request_of(planes=2)
    need = request.blocks[0]
    endpoints = find_endpoints(need, request)
    network = design_clos(need, "scale-out", take_network(endpoints, "scale-out"), len(endpoints.nodes))
    assert network.wiring is not None
    leaf = network.first_device
    bent = {
        "fabric-port-once": pl.when(pl.int_range(pl.len()) == 1).then(0).otherwise("a_port").alias("a_port"),
        "fabric-rail": pl.when(pl.col("b_device") == leaf).then(leaf + 1).otherwise("b_device").alias("b_device"),
        "fabric-planes": pl.when(pl.col("b_device") == leaf).then(leaf + 2).otherwise("b_device").alias("b_device"),
        "fabric-bundle-uniform": pl.when(pl.int_range(pl.len()) == pl.len() - 1)
        .then(pl.col("b_device").min())
        .otherwise("b_device")
        .alias("b_device"),
    }
    wiring = dataclasses.replace(network.wiring, links=network.wiring.links.with_columns(bent[broken]))
    rows = check_network(need, dataclasses.replace(network, wiring=wiring))
    assert broken in {row[0] for row in rows if not row[5]}
