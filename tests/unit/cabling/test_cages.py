from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.cabling.cages import Cage, find_joins, group_sizes, highest_of_cage

Ends = tuple[int, int, int, int]
ENDS = ("a_device", "a_port", "b_device", "b_port")


def frame_of(links: list[Ends], per_cage: tuple[int, int], forms: list[str] | None = None) -> pl.DataFrame:
    """Links from lower (device, port) to upper (device, port) with cages of so many ports, upper then lower."""
    upper, lower = per_cage
    frame = pl.DataFrame(links, schema=dict.fromkeys(ENDS, pl.Int64), orient="row")
    return frame.with_columns(
        a_part=pl.lit(""),
        a_form=pl.Series(forms or ["OSFP"] * len(links)),
        a_per_cage=pl.lit(lower),
        b_per_cage=pl.lit(upper),
        a_cage=pl.col("a_port") // lower if lower > 1 else pl.lit(-1),
        b_cage=pl.col("b_port") // upper,
    )


def joins(frame: pl.DataFrame, size: tuple[int, int]) -> list[bool]:
    """Whether one assembly can join each link's groups of a size."""
    return [bool(bit) for bit in find_joins(frame, (size,)).to_list()]


def test_101_a_head_and_its_legs() -> None:
    """Two trays meet one cage of two ports: joined; cages whose trays are of two forms are not."""
    links = [(0, 0, 9, 0), (1, 0, 9, 1), (2, 0, 9, 2), (3, 0, 9, 3)]
    frame = frame_of(links, (2, 1), ["OSFP", "OSFP", "OSFP", "QSFP112"])
    assert joins(frame, (2, 1)) == [True, True, False, False]


def test_102_straight_cables_join_whole_cages() -> None:
    """Cages of two ports whose links all meet again are joined; links that cross to other cages are not."""
    straight = [(0, 0, 9, 0), (0, 1, 9, 1)]
    crossed = [(0, 2, 9, 2), (0, 3, 8, 0), (1, 0, 9, 3), (1, 1, 8, 1)]
    assert joins(frame_of(straight + crossed, (2, 2)), (2, 2)) == [True, True, False, False, False, False]


def test_103_legs_of_several_links() -> None:
    """A cage of four ports with two cages of two ports under it is joined; with three it is not."""
    two = [(0, 0, 9, 0), (0, 1, 9, 1), (1, 0, 9, 2), (1, 1, 9, 3)]
    three = [(2, 0, 9, 4), (3, 0, 9, 5), (3, 1, 9, 6), (4, 0, 9, 7)]
    assert joins(frame_of(two + three, (4, 2)), (4, 2)) == [True] * 4 + [False] * 4


def test_104_the_head_may_be_below() -> None:
    """A lower cage of two ports whose links go to two switches of one link a cage is joined from below."""
    assert joins(frame_of([(0, 0, 8, 0), (0, 1, 9, 0)], (1, 2)), (1, 2)) == [True, True]


def test_105_sizes_are_those_of_cages_and_connectors() -> None:
    """A split twin cage over single ones: whole cages, and connectors of a module with two links; none with one."""
    assert group_sizes([(Cage(4, 2), Cage(1, 1))], (1, 2)) == ((2, 1), (4, 1))
    assert group_sizes([(Cage(2, 2), Cage(2, 2))], (1, 2)) == ((2, 2),)
    assert group_sizes([(Cage(1, 1), Cage(1, 1))], (1, 2)) == ()


def test_106_the_highest_reaches_all_that_share_a_cage() -> None:
    """Two upper cages joined by one lower cage have one highest value; a cage alone keeps its own."""
    frame = frame_of([(0, 0, 9, 0), (0, 1, 9, 2), (1, 0, 9, 3), (2, 0, 9, 4)], (2, 2))
    found, other = highest_of_cage(frame, np.array([1, 5, 3, 2]), np.array([4, 4, 4, 1]))
    assert found.tolist() == [5, 5, 5, 2]
    assert other.tolist() == [4, 4, 4, 1]


@given(st.permutations(range(16)), st.sampled_from([(2, 1), (4, 1), (2, 2), (4, 4), (4, 2), (1, 2), (2, 4)]))
def test_201_joined_groups_are_stars(order: list[int], per_cage: tuple[int, int]) -> None:
    """Whatever the wiring, each head that is joined has whole legs of its own, no more than there are ports for."""
    upper, lower = per_cage
    frame = frame_of([(port // 4, port % 4, 9, place) for place, port in enumerate(order)], per_cage)
    frame = frame.with_columns(joins=pl.Series(joins(frame, per_cage)))
    low, high = pl.struct("a_device", pl.col("a_port") // lower), pl.struct("b_device", pl.col("b_port") // upper)
    head, leg = (high, low) if upper >= lower else (low, high)
    named = frame.with_columns(head=head, leg=leg)
    legs = max(per_cage) // min(per_cage)
    one_head = pl.col("head").n_unique().over("leg") == 1
    is_star = one_head.all().over("head") & (pl.col("leg").n_unique().over("head") <= legs)
    assert named.select((pl.col("joins") == is_star).all()).item()


@pytest.mark.parametrize("sizes", [(), ((2, 1),)])
def test_301_no_links_no_joins(sizes: tuple[tuple[int, int], ...]) -> None:
    """A frame without links has no joins."""
    assert len(find_joins(frame_of([], (2, 1)), sizes)) == 0
