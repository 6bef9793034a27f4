from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.base.table import Column, Table


class Cables(Table):
    """One row per cable, as the cabling stage would declare it."""

    cable = Column(pl.Int64, "id of the cable", key=True)
    part = Column(pl.String, "catalog part", nullable=True)
    length_mm = Column(pl.Int64, "routed length", unit="mm", ge=0, le=100_000, formula="pull-length", inputs=["a.b"])
    loss_db = Column(pl.Float64, "loss", unit="dB", ge=0, nullable=True)


class Ends(Table):
    """A table with a key of two columns."""

    device = Column(pl.Int64, "device", key=True)
    port = Column(pl.Int32, "port", key=True)


class TaggedCables(Cables):
    """A table that adds a column to another."""

    tag = Column(pl.String, "label")


def test_101_rows_are_sorted_by_key_and_cast() -> None:
    """A table holds the declared columns in their order and types, its rows sorted by key."""
    cables = Cables.from_columns(cable=[2, 1], length_mm=np.array([5.0, 7.0]), part=["b", None], loss_db=[1, 2])
    assert cables.frame.schema == pl.Schema(Cables.schema())
    assert cables.frame.rows() == [(1, None, 7, 2.0), (2, "b", 5, 1.0)]
    assert len(cables) == 2
    assert cables["length_mm"].to_list() == [7, 5]


def test_102_other_columns_are_left_out() -> None:
    """Columns of the frame that are not declared do not enter the table."""
    frame = pl.DataFrame({"port": [1], "device": [1], "note": ["x"]})
    assert Ends.of(frame).frame.columns == ["device", "port"]


@pytest.mark.parametrize("table", [Cables.empty(), Cables.from_rows([]), Cables.of(Cables.empty().frame)])
def test_103_an_empty_table_keeps_its_types(table: Cables) -> None:
    """A table without rows has every column in its declared type, however it is made."""
    assert len(table) == 0
    assert table.frame.schema == pl.Schema(Cables.schema())


def test_104_columns_know_what_was_declared() -> None:
    """A table class tells its columns with name, unit, formula and inputs, and its keys in order."""
    assert list(Cables.columns) == ["cable", "part", "length_mm", "loss_db"]
    column = Cables.columns["length_mm"]
    assert (column.name, column.unit, column.formula, column.inputs) == ("length_mm", "mm", "pull-length", ("a.b",))
    assert Ends.keys() == ["device", "port"]


def test_105_a_table_may_add_columns_to_another() -> None:
    """A subclass has the columns of its parent first, and leaves the parent as it was."""
    assert list(TaggedCables.columns) == ["cable", "part", "length_mm", "loss_db", "tag"]
    assert "tag" not in Cables.columns


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([(1, "a", 5, 0.0), (1, "b", 6, 0.0)], r"key \['cable'\] used twice, such as \[\(1,\)"),
        ([(1, "a", None, 0.0)], "length_mm: 1 values are missing"),
        ([(None, "a", 5, 0.0)], "cable: 1 values are missing"),
        ([(1, "a", -5, 0.0)], "length_mm: -5 is below 0"),
        ([(1, "a", 100_001, 0.0)], "length_mm: 100001 is above 100000"),
        ([(1, "a", 5, float("nan"))], "loss_db: holds NaN"),
        ([(1, "a", 5, -0.5)], "loss_db: -0.5 is below 0"),
        ([(1, "a", 5.5, 0.0)], "length_mm: 5.5 is not a whole number"),
        ([(1, "a", "long", 0.0)], "length_mm: .*long"),
        ([(1, "a", float("inf"), 0.0)], "length_mm: .*inf"),
    ],
)
def test_201_a_broken_promise_raises(rows: list[tuple[object, ...]], message: str) -> None:
    """A frame that breaks the declaration is refused, and the message names table, column and value."""
    with pytest.raises(ValueError, match=f"^Cables.*{message}"):
        Cables.from_rows(rows)


def test_202_a_missing_column_is_named() -> None:
    """A frame without a declared column is refused, and the message names the column."""
    with pytest.raises(ValueError, match=r"Ends: missing columns \['port'\]; the frame has \['device'\]"):
        Ends.of(pl.DataFrame({"device": [1]}))


def test_203_a_value_too_large_for_its_column_is_refused() -> None:
    """A number that does not fit the declared type raises instead of wrapping around."""
    with pytest.raises(ValueError, match=r"Ends\.port"):
        Ends.from_columns(device=[1], port=[2**40])


def test_204_bounds_are_inclusive_and_gaps_are_allowed_where_declared() -> None:
    """A value at its bound passes, and so does a missing value of a nullable column."""
    cables = Cables.from_rows([(1, None, 0, None), (2, None, 100_000, 0.0)])
    assert cables["loss_db"].null_count() == 1


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), unique=True), st.randoms())
def test_301_row_order_does_not_matter(rows: list[tuple[int, int]], random: object) -> None:
    """The same rows in another order make an equal table, sorted by all key columns."""
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    table = Ends.from_rows(rows)
    assert table == Ends.from_rows(shuffled)
    assert table.frame.rows() == sorted(rows)


def test_302_tables_of_two_classes_are_never_equal() -> None:
    """Equality needs the same class and the same rows; tables are not hashable."""
    rows = [(1, 2)]
    assert Ends.from_rows(rows) == Ends.from_rows(rows)
    assert Ends.from_rows(rows) != Ends.from_rows([(1, 3)])
    assert Ends.from_rows(rows) != Cables.empty()
    assert Ends.from_rows(rows) != rows
    with pytest.raises(TypeError, match="unhashable"):
        hash(Ends.empty())


def test_303_a_table_prints_its_name_and_size() -> None:
    """The text of a table begins with its class and its number of rows."""
    assert repr(Ends.from_rows([(1, 2)])).startswith("Ends(1 rows)\n")
