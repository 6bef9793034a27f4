from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rackwright.fabric import FabricRequest, design_fabric
from rackwright.fabric.out_of_band import Tree, TreeTop, size_tree, wire_tree


@pytest.mark.parametrize(
    ("counts", "radix", "tree"),
    [
        ((2, 2), 4, Tree((1, 0), 0, 0)),
        ((2, 3), 4, Tree((1, 1), 1, 0)),
        ((0, 6, 6), 4, Tree((0, 2, 2), 1, 0)),
        ((0, 15), 4, Tree((0, 5), 2, 1)),
    ],
)
def test_101_size_by_hand(counts: tuple[int, ...], radix: int, tree: Tree) -> None:
    """One switch, then leaves under one spine, then spines under a core."""
    assert size_tree(counts, radix) == tree


def test_102_three_tiers_have_an_end() -> None:
    """Four-port switches end at 4 x 3 x 3 ports."""
    assert size_tree((0, 36), 4) is not None
    assert size_tree((0, 37), 4) is None


@given(st.lists(st.integers(0, 30), min_size=1, max_size=6), st.integers(4, 12))
def test_201_every_device_hangs_on_one_port(counts: list[int], radix: int) -> None:
    """No port is used twice, groups never share a leaf in a tree, and there is one root."""
    tree = size_tree(tuple(counts), radix)
    assume(tree is not None and sum(counts))
    assert tree is not None
    group = [number for number, count in enumerate(counts) for _ in range(count)]
    device = list(range(len(group)))
    ports = pl.DataFrame({"device": device, "port": [0] * len(group), "gbit_s": [1.0] * len(group), "group": group})
    wiring = wire_tree(tree, ("mgmt", radix), ports, first_device=len(group))
    ends = pl.concat([wiring.links.select(d=f"{side}_device", p=f"{side}_port") for side in ("a", "b")])
    assert ends.unique().height == ends.height
    assert ends.filter(pl.col("d") >= len(group))["p"].max() < radix  # type: ignore[operator]
    assert len(wiring.links) == len(group) + len(wiring.switches) - 1
    if tree.tiers > 1:
        met = (
            wiring.links.head(len(group))
            .with_columns(group=pl.Series(group))
            .group_by("b_device")
            .agg(pl.col("group").n_unique())
        )
        assert met["group"].max() == 1


TOP = TreeTop(part="top", radix=4, gbit_s=100.0, sides=2)


@pytest.mark.parametrize(
    ("counts", "tree"),
    [
        ((2, 2), Tree((1, 0), 0, 0)),
        ((0, 8, 8), Tree((0, 2, 2), 2, 0, 2)),
        ((0, 20), Tree((0, 5), 4, 2, 2)),
    ],
)
def test_301_uplink_cages_by_hand(counts: tuple[int, ...], tree: Tree) -> None:
    """Leaves keep their four ports and have an uplink on each side: one spine a side, then spines under a core."""
    assert size_tree(counts, 4, TOP) == tree


@given(st.lists(st.integers(0, 30), min_size=2, max_size=6), st.integers(4, 12))
def test_302_two_sides_share_only_leaves(counts: list[int], radix: int) -> None:
    """With a switch above, each leaf has an uplink in a cage of its own to each of two trees that share no switch."""
    tree = size_tree(tuple(counts), radix, TOP)
    assume(tree is not None and tree.tiers > 1)
    assert tree is not None
    group = [number for number, count in enumerate(counts) for _ in range(count)]
    size = len(group)
    columns = {"device": list(range(size)), "port": [0] * size, "gbit_s": [1.0] * size, "group": group}
    wiring = wire_tree(tree, ("mgmt", radix), pl.DataFrame(columns), first_device=size, top=TOP)
    ends = pl.concat([wiring.links.select(d=f"{side}_device", p=f"{side}_port") for side in ("a", "b")])
    assert ends.unique().height == ends.height
    up = wiring.links.slice(size)
    leaves = up.filter(pl.col("a_device") < size + tree.leaves)
    assert sorted(leaves["a_port"].unique()) == [radix, radix + 1]
    assert set(up["gbit_s"]) == {100.0}
    sides = [set(leaves.filter(pl.col("a_port") == radix + side)["b_device"]) for side in (0, 1)]
    assert not sides[0] & sides[1]
    assert set(wiring.switches.filter(pl.col("tier") > 1)["part"]) == {"top"}


def test_303_a_block_with_uplink_cages(request_of: Callable[..., FabricRequest]) -> None:
    """Named in the program, the switch above is wired to two cages of every management leaf and every check holds."""
    fabric = design_fabric(request_of(units=4, storage=16, out_of_band=8, out_of_band_top=16))
    assert fabric.checks["passed"].all()
    row = fabric.designs.frame.filter(network="out-of-band").row(0, named=True)
    assert (row["tiers"], row["spines"]) == (2, 2)
    up = fabric.links.frame.filter((pl.col("network") == "out-of-band") & (pl.col("gbit_s") == 100.0))
    assert len(up) == 2 * row["leaves"]
