from __future__ import annotations

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rackwright.fabric.out_of_band import Tree, size_tree, wire_tree


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
    wiring = wire_tree(tree, "mgmt", radix, ports, first_device=len(group))
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
