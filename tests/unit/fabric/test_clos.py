from __future__ import annotations

import dataclasses

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rackwright.catalog.parts import Fact
from rackwright.fabric import ClosNeed, largest_groups, size_clos
from rackwright.fabric.breakout import connector_links
from rackwright.fabric.clos import Clos, clos_choices
from rackwright.fabric.switch import SwitchSpec


def need(groups: int, **changes: float) -> ClosNeed:
    """A DGX H100 style fabric: 32 servers and 8 rails a group, 64-port switches."""
    fields = {"groups": groups, "endpoints": 32, "rails": 8, "leaf_radix": 64, "spine_radix": 64, "core_radix": 64}
    return ClosNeed(**{**fields, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(("groups", "spines", "bundle"), [(1, 4, 8), (2, 8, 4), (3, 16, 2), (4, 16, 2), (8, 32, 1)])
def test_101_spines_divide_the_uplinks(groups: int, spines: int, bundle: int) -> None:
    """Three groups take 16 spines, not 12: 32 uplinks must split evenly."""
    clos = size_clos(need(groups))
    assert clos is not None
    assert (clos.tiers, clos.leaves, clos.spines, clos.bundle) == (2, 8 * groups, spines, bundle)


def test_109_links_of_a_connector_stay_together() -> None:
    """96 uplinks to 32 spines would be bundles of three; where a connector carries two, 48 spines take two each.

    A bundle that is pinned is kept.
    """
    shape = ClosNeed(groups=72, endpoints=96, leaf_radix=256, spine_radix=256, core_radix=256, leaf_up=96)
    for links, spines, bundle in ((1, 32, 3), (2, 48, 2)):
        clos = size_clos(dataclasses.replace(shape, connector_links=links))
        assert clos is not None
        assert (clos.spines, clos.bundle) == (spines, bundle)
    pinned = size_clos(dataclasses.replace(shape, connector_links=2, bundle=3))
    assert pinned is not None
    assert pinned.spines == 32


def test_102_three_tiers_when_no_divisor_fits() -> None:
    """From 16 groups on, 64-port switches need cores: as many spines as leaves, half as many cores."""
    clos = size_clos(need(16))
    assert clos is not None
    assert (clos.tiers, clos.leaves, clos.spines, clos.cores) == (3, 128, 128, 64)


def test_103_small_groups_share_leaves() -> None:
    """Groups of 8 endpoints a rail share a leaf of 32, evenly."""
    clos = size_clos(need(6, endpoints=8))
    assert clos is not None
    assert (clos.groups_per_leaf, clos.leaf_groups, clos.leaf_down) == (3, 2, 24)


def test_104_large_groups_take_several_leaves_a_rail() -> None:
    """144 endpoints of a rail spread over five leaves of at most 32."""
    clos = size_clos(need(1, endpoints=144, rails=4))
    assert clos is not None
    assert (clos.leaves_per_rail, clos.leaf_down) == (5, 29)


def test_105_one_switch_is_enough_for_few_endpoints() -> None:
    """Endpoints that are not sorted by rail and fit one switch need no spine."""
    clos = size_clos(need(2, rails=1))
    assert clos is not None
    assert (clos.tiers, clos.leaves, clos.spines) == (1, 1, 0)


def test_106_oversubscription_saves_uplinks() -> None:
    """At 3:1 a leaf of 48 endpoints has 16 uplinks."""
    clos = size_clos(need(2, endpoints=48, oversubscription=3.0))
    assert clos is not None
    assert (clos.leaf_down, clos.leaf_up) == (48, 16)


def test_107_a_few_more_uplinks_save_spines() -> None:
    """41 endpoints would need 41 spines for 41 uplinks; 44 uplinks need four."""
    clos = size_clos(need(1, endpoints=41, rails=10, leaf_radix=128, spine_radix=128, core_radix=128))
    assert clos is not None
    assert (clos.leaf_down, clos.leaf_up, clos.spines) == (41, 44, 4)


def test_108_reserved_ports_stay_free() -> None:
    """With 4 reserved ports a leaf of 64 ports takes 30 endpoints at most."""
    clos = size_clos(need(1, endpoints=32, reserved=4))
    assert clos is not None
    assert clos.leaf_down + clos.leaf_up + 4 <= 64
    assert clos.leaves_per_rail == 2


def test_201_too_many_groups_cannot_be_built() -> None:
    """Three tiers of 64 ports end at 65,536 endpoints, 256 groups of 256."""
    assert size_clos(need(257)) is None
    assert largest_groups(need(257)) == 256


def test_202_nothing_fits_a_switch_of_one_port() -> None:
    """A switch that leaves no port for an endpoint builds nothing."""
    tiny = need(4, leaf_radix=1, spine_radix=1, core_radix=1)
    assert size_clos(tiny) is None
    assert largest_groups(tiny) == 0


SHAPES = st.builds(
    ClosNeed,
    groups=st.integers(1, 40),
    endpoints=st.integers(1, 40),
    rails=st.integers(1, 8),
    planes=st.integers(1, 2),
    leaf_radix=st.sampled_from([8, 16, 32, 48, 64]),
    spine_radix=st.sampled_from([8, 16, 32, 64]),
    core_radix=st.sampled_from([8, 16, 32, 64]),
    oversubscription=st.sampled_from([1.0, 1.5, 2.0, 3.0]),
    reserved=st.integers(0, 2),
)


@given(SHAPES)
def test_301_no_switch_has_more_links_than_ports(shape: ClosNeed) -> None:
    """Ports of every tier suffice, bundles are even and the oversubscription is kept."""
    clos = size_clos(shape)
    assume(clos is not None)
    assert clos is not None
    assert clos.leaf_down + clos.leaf_up + shape.reserved <= shape.leaf_radix
    assert clos.leaf_groups * clos.groups_per_leaf >= shape.groups
    assert clos.leaf_down * clos.leaves_per_rail >= clos.groups_per_leaf * shape.endpoints
    if clos.tiers > 1:
        assert clos.leaf_down <= clos.leaf_up * shape.oversubscription + 1e-9
        assert clos.spines_per_pod * clos.bundle == clos.leaf_up
        assert clos.pod_leaves * clos.bundle + clos.spine_up <= shape.spine_radix
    if clos.tiers > 2:
        assert clos.spine_up >= clos.pod_leaves * clos.bundle
        assert clos.cores_per_spine * clos.core_bundle == clos.spine_up
        assert clos.pods * clos.core_bundle <= shape.core_radix


@given(SHAPES, st.integers(2, 3))
def test_302_planes_multiply_everything(shape: ClosNeed, planes: int) -> None:
    """A fabric of n planes has n times the switches of one plane."""
    one = size_clos(dataclasses.replace(shape, planes=1))
    more = size_clos(dataclasses.replace(shape, planes=planes))
    assume(one is not None and more is not None)
    assert one is not None
    assert more is not None
    assert (more.leaves, more.spines, more.cores) == (planes * one.leaves, planes * one.spines, planes * one.cores)


@given(SHAPES)
def test_303_none_of_the_others_is_cheaper(shape: ClosNeed) -> None:
    """The fabric of three tiers that is taken costs no more than any the rule finds: upper ports and ends of links."""

    def cost(clos: Clos) -> int:
        spines = clos.pods * clos.spines_per_pod
        cores, links = clos.spines_per_pod * clos.cores_per_spine, clos.plane_leaves * clos.leaf_up
        return spines * shape.spine_radix + cores * shape.core_radix + 2 * (links + spines * clos.spine_up)

    deep = dataclasses.replace(shape, tiers=3)
    taken, every = size_clos(deep), clos_choices(deep)
    assert (taken is None) == (not every)
    if taken is not None:
        best = min(every, key=lambda clos: (cost(clos), clos.leaf_up, -clos.pod_leaves))
        assert taken == best


@pytest.mark.parametrize(
    ("ports_per_cage", "gbit_s", "links"), [(2, 800.0, 1), (2, 400.0, 2), (1, 400.0, 1), (1, 200.0, 2)]
)
def test_110_links_of_a_connector(ports_per_cage: int, gbit_s: float, links: int) -> None:
    """A module of two links parts a twin cage, or a port split in two; finer parts share a connector."""
    figures = {"ports": 64.0, "port_gbit_s": 800.0, "ports_per_cage": ports_per_cage, "connectors": 2.0}
    facts = {name: Fact(f"s.{name}", value, "", "", "", "assumption") for name, value in figures.items()}
    assert connector_links(SwitchSpec(id="s", protocol="ethernet", **facts), gbit_s) == links
