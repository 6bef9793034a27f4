"""Bundles are of equal width within the largest; equal bundles are one type, whatever racks they join."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.cabling.harness import BundleLimits, bundle_pieces, harness_types

LIMITS = BundleLimits(0.05, 0.7)
DIAMETERS = {"thick": 0.01, "thin": 0.002, "unknown": 0.0}


def pieces_of(*rows: tuple[str, str, str, int, int]) -> pl.DataFrame:
    """Pieces of rows (a_rack, b_rack, part, length_mm, count), numbered and pulled in the order of rows."""
    every = [row[:4] for row in rows for _ in range(row[4])]
    schema = {"a_rack": pl.String, "b_rack": pl.String, "part": pl.String, "length_mm": pl.Int64}
    frame = pl.DataFrame(every, schema=schema, orient="row")
    number = pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    return frame.with_columns(hall=pl.lit("h"), network=pl.lit("n"), number=number, pull_order=number)


def test_101_uniform_widths_by_hand() -> None:
    """0.7 x 50 mm squared hold 17 cables of 10 mm: forty make three bundles of 14, 13 and 13, of two types."""
    bundled = bundle_pieces(pieces_of(("r1", "r2", "thick", 6000, 40)), DIAMETERS, LIMITS)
    bundles = harness_types(bundled, LIMITS)
    assert sorted(bundles["cables"].to_list()) == [13, 13, 14]
    assert sorted(bundles["type"].to_list()) == ["H1", "H1", "H2"]
    widest = bundles.filter(cables=14).row(0, named=True)
    assert widest["diameter_mm"] == pytest.approx(math.sqrt(14 * 100 / 0.7))
    assert widest["fill_share"] == pytest.approx(14 * 100 / (0.7 * 2500))


def test_104_no_bundle_beyond_the_largest() -> None:
    """Thirty-five cables need three bundles, since two of 18 would be thicker than the largest."""
    bundles = harness_types(bundle_pieces(pieces_of(("r1", "r2", "thick", 6000, 35)), DIAMETERS, LIMITS), LIMITS)
    assert sorted(bundles["cables"].to_list()) == [11, 12, 12]
    assert float(bundles["fill_share"].to_numpy().max()) <= 1.0


def test_102_direction_does_not_matter() -> None:
    """Cables from either rack to the other lie in one bundle; another rack at the same distance makes the same type."""
    rows = (("r1", "r2", "thin", 6000, 3), ("r2", "r1", "thin", 6000, 2), ("r3", "r1", "thin", 6000, 5))
    bundles = harness_types(bundle_pieces(pieces_of(*rows), DIAMETERS, LIMITS), LIMITS)
    assert bundles["cables"].to_list() == [5, 5]
    assert bundles["type"].to_list() == ["H1", "H1"]
    assert bundles["contents"].to_list() == ["5 x thin 6.0 m"] * 2


def test_103_pulled_in_the_order_of_cables() -> None:
    """Bundles are counted in the order in which the first of their cables is pulled."""
    rows = (("r5", "r9", "thin", 9000, 1), ("r1", "r2", "thin", 3000, 2))
    bundles = harness_types(bundle_pieces(pieces_of(*rows), DIAMETERS, LIMITS), LIMITS)
    assert bundles.select("bundle", "low_rack").rows() == [(1, "r5"), (2, "r1")]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["r1", "r2", "r3"]),
            st.sampled_from(["r4", "r5"]),
            st.sampled_from(sorted(DIAMETERS)),
            st.sampled_from([3000, 6000]),
            st.integers(1, 40),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_201_nothing_lost_and_no_kind_uneven(rows: list[tuple[str, str, str, int, int]]) -> None:
    """Every piece is in one bundle; bundles of a pair of racks differ by one cable of each kind at most."""
    pieces = pieces_of(*rows)
    bundled = bundle_pieces(pieces, DIAMETERS, LIMITS)
    assert sorted(bundled["number"].to_list()) == pieces["number"].to_list()
    pair = ["low_rack", "high_rack"]
    counts = bundled.group_by(*pair, "bundle", "part", "length_mm").len()
    spread = counts.group_by(*pair, "part", "length_mm").agg(pl.col("len").max() - pl.col("len").min())
    assert int(spread["len"].to_numpy().max()) <= 1
    assert harness_types(bundled, LIMITS)["cables"].sum() == pieces.height
