"""Does each family of fabrics join what it promises to join, and nothing else?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rackwright.fabric import FabricRequest, design_fabric
from rackwright.fabric.request import Pins, Reserve
from rackwright.tables.fabric import Fabric

RequestOf = Callable[..., FabricRequest]


def failed(fabric: Fabric) -> dict[str, str]:
    """Failed checks: rule and source."""
    return dict(fabric.checks.frame.filter(~pl.col("passed")).select("rule", "source").iter_rows())


def size_of(fabric: Fabric, network: str = "scale-out") -> tuple[int, int, int]:
    """Leaves, spines, cores of a network."""
    row = fabric.designs.frame.filter(network=network).row(0, named=True)
    return row["leaves"], row["spines"], row["cores"]


def ends_of(fabric: Fabric) -> pl.DataFrame:
    """Links with tier, plane, rail, rack and unit of both ends."""
    ends = fabric.devices.frame.select("device", "tier", "plane", "rail", "unit", "rack_index", "index")
    links = fabric.links.frame
    for side in ("a", "b"):
        links = links.join(ends.rename({name: f"{side}_{name}" for name in ends.columns}), on=f"{side}_device")
    return links


def test_101_rails_apart_never_meet(request_of: RequestOf) -> None:
    """Rail-only: each rail is a fabric of its own, without a link to another; eight units fill two leaves a rail."""
    fabric = design_fabric(request_of(family="rail-only", units=4, rails=2))
    assert failed(fabric) == {}
    assert size_of(fabric) == (8, 4, 0)
    between = ends_of(fabric).filter(pl.col("a_tier") > 0)
    assert (between["a_rail"] == between["b_rail"]).all()
    connected = fabric.checks.frame.filter(rule="fabric-connected")
    assert (connected["value"][0], connected["limit"][0]) == (2.0, 2.0)


def test_102_one_leaf_a_rail_needs_no_spine(request_of: RequestOf) -> None:
    """Rail-only with all endpoints of a rail on one leaf has one tier, and every port of a node another leaf."""
    fabric = design_fabric(request_of(family="rail-only", units=1, rails=4))
    assert size_of(fabric) == (4, 0, 0)
    assert failed(fabric) == {}


@pytest.mark.parametrize(("units", "counts"), [(2, (64, 48, 18)), (4, (128, 96, 36)), (16, (512, 384, 144))])
def test_103_published_rack_aligned_counts(request_of: RequestOf, units: int, counts: tuple[int, int, int]) -> None:
    """GB200 SuperPOD: 18 trays a rack, eight racks a unit, four rails, 64 ports give the published switches."""
    fabric = design_fabric(request_of(family="rack-aligned", units=units, unit_racks=8, trays=18, rails=4, radix=64))
    assert size_of(fabric) == counts
    assert failed(fabric) == {}


def test_104_a_leaf_for_each_rack(request_of: RequestOf) -> None:
    """Two servers of eight ports a rack and one switch a rack: 192 leaves for 3,072 accelerators, as published."""
    fabric = design_fabric(
        request_of(family="rack-aligned", units=2, unit_racks=96, trays=16, rails=1, radix=128, oversubscription=1.0)
    )
    assert size_of(fabric)[0] == 192
    assert failed(fabric) == {}
    links = ends_of(fabric).filter(pl.col("a_tier") == 0)
    assert links.group_by("b_device").agg(pl.col("a_rack_index").n_unique())["a_rack_index"].max() == 1


def test_105_a_rack_larger_than_a_leaf(request_of: RequestOf) -> None:
    """Rack-aligned with more ports a rack than a leaf can take gives each rack two leaves of a rail."""
    fabric = design_fabric(request_of(family="rack-aligned", units=2, unit_racks=2, trays=12, rails=1, radix=16))
    assert size_of(fabric)[0] == 8
    assert failed(fabric) == {}


def test_106_dual_tor_shares_its_spines(request_of: RequestOf) -> None:
    """Joined planes: both ports of a NIC on two leaves of one fabric; planes apart: two fabrics."""
    joined = design_fabric(request_of(planes=2, joined_planes=True))
    apart = design_fabric(request_of(planes=2))
    assert failed(joined) == failed(apart) == {}
    graphs = [f.checks.frame.filter(rule="fabric-connected")["value"][0] for f in (joined, apart)]
    assert graphs == [1.0, 2.0]
    links = ends_of(joined).filter(pl.col("a_tier") == 0)
    per_node = links.group_by("a_device").agg(pl.col("b_device").n_unique(), pl.len())
    assert (per_node["b_device"] == per_node["len"]).all()
    assert sorted(links["b_plane"].unique()) == [0, 1]


def test_107_a_fat_tree_has_three_tiers(request_of: RequestOf) -> None:
    """A plain fat tree is built in three tiers where two would do, and fills leaves in the order of racks."""
    fabric = design_fabric(request_of(family="fat-tree", units=4))
    assert fabric.designs["tiers"][0] == 3
    assert failed(fabric) == {}


def test_201_faster_uplinks(request_of: RequestOf) -> None:
    """Ports of 800G split for 400G endpoints and whole for uplinks: half as many uplinks of the same capacity."""
    plain = design_fabric(request_of(rate=800.0, units=8))
    fast = design_fabric(request_of(rate=800.0, units=8, uplink_rate=800.0))
    assert failed(plain) == failed(fast) == {}
    up = [ends_of(f).filter(pl.col("a_tier") == 1) for f in (plain, fast)]
    assert len(up[0]) == 2 * len(up[1])
    assert up[0]["gbit_s"].sum() == up[1]["gbit_s"].sum()
    assert (up[1]["a_port"].to_numpy() % 2 == 0).all()
    tiers = fast.tiers.frame.filter(network="scale-out").select("tier", "ports", "split").rows()
    assert tiers == [(1, 32, 2), (2, 16, 1)]


def test_202_reserved_ports_are_named_and_free(request_of: RequestOf) -> None:
    """Ports kept for a subnet manager, storage and the border stand in a table and carry no link."""
    reserves = (Reserve("subnet-manager", "leaf", 1), Reserve("storage", "leaf", 2), Reserve("border", "spine", 3))
    fabric = design_fabric(request_of(units=2, trays=2, reserves=reserves))
    assert failed(fabric) == {}
    kept = fabric.kept_ports.frame
    assert set(kept["purpose"]) == {"subnet-manager", "storage", "border"}
    links = fabric.links.frame
    used = set(links.select("a_device", "a_port").rows()) | set(links.select("b_device", "b_port").rows())
    radix = dict(fabric.devices.frame.select("device", "ports").iter_rows())
    for device, _, first, count in kept.select("device", "purpose", "first_port", "ports").iter_rows():
        assert first + count <= radix[device]
        assert not used & {(device, port) for port in range(first, first + count)}


def test_203_oversubscription_by_tier(request_of: RequestOf) -> None:
    """Three to one at the spine takes a third of the cores' links, and the check says the ratio."""
    full = design_fabric(request_of(units=16, radix=16))
    thin = design_fabric(request_of(units=16, radix=16, spine_oversubscription=3.0))
    assert failed(full) == failed(thin) == {}
    ratio = thin.checks.frame.filter(rule="fabric-spine-oversubscription")["value"][0]
    assert 1.0 < ratio <= 3.0
    assert size_of(thin)[2] < size_of(full)[2]


def test_204_service_networks_spread_over_planes(request_of: RequestOf) -> None:
    """Storage ports of a tray go to two planes, so a lost storage leaf cuts off nobody."""
    one = design_fabric(request_of(storage=16))
    two = design_fabric(request_of(storage=16, service_planes=2))
    assert failed(one) == failed(two) == {}
    lost = [f.designs.frame.filter(network="storage")["cut_off_nodes"][0] for f in (one, two)]
    assert lost[0] > 0
    assert lost[1] == 0


@pytest.mark.parametrize(
    ("pins", "column", "value"),
    [
        (Pins(tiers=3), "tiers", 3),
        (Pins(leaf_down=4), "leaves", 8),
        (Pins(bundle=2), "bundle", 2),
        (Pins(leaf_up=12, bundle=3), "spines", 4),
        (Pins(breakout=1), "leaves", 4),
    ],
)
def test_301_pins_are_kept(request_of: RequestOf, pins: Pins, column: str, value: int) -> None:
    """What the user pins is what is built."""
    fabric = design_fabric(
        request_of(pins=pins, rate=800.0 if pins.breakout else 400.0, trays=2 if pins.leaf_up else 4)
    )
    assert failed(fabric) == {}
    assert fabric.designs[column][0] == value


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"pins": Pins(bundle=3)}, "`bundle: 4` instead of 3"),
        ({"pins": Pins(tiers=2), "units": 16}, "`tiers: 3` instead of 2"),
        ({"units": 200, "radix": 8, "trays": 2}, "switches of"),
        ({"reserved": 15, "trays": 1, "unit_racks": 1}, "no reserved ports"),
    ],
)
def test_302_the_nearest_design_is_named(request_of: RequestOf, fields: dict[str, object], words: str) -> None:
    """A fabric that cannot be built as asked is a failed check that names what would work."""
    problem = failed(design_fabric(request_of(**fields)))
    assert words in problem["fabric-size"]


def test_303_odd_rates_are_named(request_of: RequestOf) -> None:
    """Uplinks faster than a port or no multiple of the endpoints, and a breakout too fine, are failed checks."""
    assert "fabric-rate" in failed(design_fabric(request_of(uplink_rate=800.0)))
    assert "fabric-uplink-rate" in failed(design_fabric(request_of(rate=1000.0, uplink_rate=1000.0)))
    assert "fabric-breakout" in failed(design_fabric(request_of(rate=800.0, pins=Pins(breakout=4))))


@given(
    family=st.sampled_from(["rail-optimised", "rail-only", "rack-aligned", "leaf-spine", "fat-tree"]),
    units=st.integers(1, 5),
    unit_racks=st.integers(1, 3),
    trays=st.integers(1, 5),
    rails=st.integers(1, 3),
    planes=st.integers(1, 2),
    joined_planes=st.booleans(),
    radix=st.sampled_from([16, 32]),
    rate=st.sampled_from([400.0, 800.0]),
    uplink_rate=st.sampled_from([0.0, 800.0]),
    oversubscription=st.sampled_from([1.0, 2.0]),
    spine_oversubscription=st.sampled_from([1.0, 2.0]),
    reserved=st.integers(0, 2),
)
def test_401_every_family_is_whole(request_of: RequestOf, **fields: object) -> None:
    """Whatever is built passes every check, gives each endpoint port one link, and uses no port twice."""
    fabric = design_fabric(request_of(**fields))
    assume(len(fabric.links))
    assert failed(fabric) == {}
    links = ends_of(fabric)
    ends = pl.concat([links.select(d=f"{side}_device", p=f"{side}_port") for side in ("a", "b")])
    assert ends.unique().height == ends.height
    wanted = np.prod([fields[name] for name in ("units", "unit_racks", "trays", "rails", "planes")])
    assert links.filter(pl.col("a_tier") == 0).height == wanted
