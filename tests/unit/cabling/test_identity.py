from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.cabling.identity import FIELDS, cable_ids

COLUMNS = ("block", "network", "a_network", "a_tier", "a_index", "a_port", "b_index", "b_port")
KINDS = st.sampled_from([("node", 0), ("scale-out", 1), ("scale-out", 2), ("storage", 1), ("out-of-band", 2)])
ROWS = st.tuples(
    st.sampled_from(["x", "y"]),
    st.sampled_from(["scale-out", "out-of-band"]),
    KINDS,
    st.integers(0, (1 << 19) - 1),
    st.integers(0, 511),
    st.integers(0, (1 << 14) - 1),
    st.integers(0, 511),
)


def frame(rows: list[tuple[str, str, tuple[str, int], int, int, int, int]]) -> pl.DataFrame:
    """Links as the stage joins them."""
    flat = [(block, network, *kind, *rest) for block, network, kind, *rest in rows]
    return pl.DataFrame(flat, schema=list(COLUMNS), orient="row")


def test_101_the_fields_fill_63_bits() -> None:
    """A number is never negative."""
    assert sum(bits for _, bits in FIELDS) == 63


def test_102_the_same_ordinal_in_another_network_is_another_device() -> None:
    """Management links of a scale-out, a storage leaf, a spine and a tray of one ordinal have four numbers."""
    kinds = [("scale-out", 1), ("storage", 1), ("scale-out", 2), ("node", 0)]
    rows = [("x", "out-of-band", kind, 7, 64, 1, 2) for kind in kinds]
    assert len(set(cable_ids(("x",), frame(rows)).tolist())) == 4


@given(st.lists(ROWS, unique=True, min_size=1, max_size=30))
def test_201_different_ends_have_different_numbers(
    rows: list[tuple[str, str, tuple[str, int], int, int, int, int]],
) -> None:
    """No two cables share a number, and numbers are not negative."""
    numbers = cable_ids(("x", "y"), frame(rows)).tolist()
    assert len(set(numbers)) == len(rows)
    assert min(numbers) >= 0


@given(st.lists(ROWS, unique=True, min_size=1, max_size=10))
def test_202_a_block_added_later_changes_no_number(
    rows: list[tuple[str, str, tuple[str, int], int, int, int, int]],
) -> None:
    """Numbers depend on the ends alone, not on later blocks or on other cables."""
    alone = [int(cable_ids(("x", "y"), frame([row]))[0]) for row in rows]
    assert cable_ids(("x", "y", "z"), frame(rows)).tolist() == alone


def test_301_an_end_beyond_the_bits_is_refused() -> None:
    """A port of 512 does not fit nine bits; the message names the field."""
    with pytest.raises(ValueError, match="b_port below 512, not 512"):
        cable_ids(("x",), frame([("x", "scale-out", ("node", 0), 0, 0, 0, 512)]))
