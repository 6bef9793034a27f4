"""A live fabric grows with the fewest moved links, counted on the wiring of before and after."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rackwright.fabric.clos import Clos, ClosNeed, clos_choices, size_clos
from rackwright.fabric.growth import grow_clos
from rackwright.fabric.wiring import ClosParts, wire_clos

Switch = tuple[int, ...]


def need_of(groups: int, endpoints: int = 4, rails: int = 2, radix: int = 8, planes: int = 1) -> ClosNeed:
    """A need with equal switches."""
    return ClosNeed(
        groups=groups,
        endpoints=endpoints,
        rails=rails,
        planes=planes,
        leaf_radix=radix,
        spine_radix=radix,
        core_radix=radix,
    )


def pairs(clos: Clos, radix: int) -> Counter[tuple[Switch, Switch]]:
    """Links of each pair of switches, by places that do not change when a fabric grows."""
    names = {tier: tier for tier in ("leaf", "spine", "core")}
    parts = ClosParts(**names, **{f"{tier}_radix": radix for tier in names}, gbit_s=400.0)  # type: ignore[arg-type]
    schema = dict.fromkeys(("device", "port", "rail", "plane", "unit"), pl.Int64)
    none = pl.DataFrame(schema={**schema, "gbit_s": pl.Float64})
    wiring = wire_clos(clos, parts, none, first_device=0, by_rail=True)

    def place(device: int) -> Switch:
        if device < clos.leaves:
            return (1, device)
        spine = device - clos.leaves
        if spine < clos.spines:
            pod, rest = divmod(spine, clos.planes * clos.spines_per_pod)
            return (2, pod, *divmod(rest, clos.spines_per_pod))
        above, rest = divmod(spine - clos.spines, clos.planes * clos.spines_per_pod)
        return (3, above, *divmod(rest, clos.spines_per_pod))

    rows = wiring.links.select("a_device", "b_device").iter_rows()
    return Counter((place(a), place(b)) for a, b in rows)


@given(
    groups=st.integers(2, 12),
    endpoints=st.integers(1, 6),
    rails=st.integers(1, 3),
    planes=st.integers(1, 2),
    added=st.integers(1, 4),
)
def test_101_moved_links_are_those_pairs_lose(groups: int, endpoints: int, rails: int, planes: int, added: int) -> None:
    """The count of moved links is the sum over pairs of switches of the links they have less after growing."""
    need = need_of(groups, endpoints, rails, 8, planes)
    before = size_clos(need)
    assume(before is not None and before.tiers > 1)
    assert before is not None
    growth = grow_clos(before, replace(need, groups=groups + added), kept_share=0.75)
    assume(growth is not None and growth.clos.tiers == before.tiers and growth.moved < growth.links)
    assert growth is not None
    same_cut = before.groups_per_leaf == growth.clos.groups_per_leaf
    assume(same_cut and (before.tiers == 2 or before.pod_leaves == growth.clos.pod_leaves))
    lost = pairs(before, 8)
    lost.subtract(pairs(growth.clos, 8))
    assert growth.moved == sum(count for count in lost.values() if count > 0)


def test_102_room_at_the_cores_moves_nothing() -> None:
    """A fabric whose cores have free ports takes a unit without moving a link, in one stage."""
    need = need_of(5)
    before = size_clos(need)
    assert before is not None
    assert before.tiers == 3
    growth = grow_clos(before, replace(need, groups=6), kept_share=0.75)
    assert growth is not None
    assert (growth.moved, growth.stages) == (0, 1)


def test_103_too_small_switches() -> None:
    """Where the switches cannot carry the larger need there is no growth."""
    before = size_clos(need_of(4))
    assert before is not None
    assert grow_clos(before, need_of(10_000), kept_share=0.75) is None


@pytest.mark.parametrize("groups", [3, 6])
def test_201_choices_hold_the_cheapest(groups: int) -> None:
    """The choices are distinct, all serve the need, and begin with what costs as little as the chosen fabric."""
    need = need_of(groups, endpoints=3, radix=16)
    choices = clos_choices(need)
    assert len(set(choices)) == len(choices) > 1
    assert all(clos.leaves >= need.groups * need.rails // clos.groups_per_leaf for clos in choices)
    chosen = size_clos(need)
    assert chosen in choices
