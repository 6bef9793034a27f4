from __future__ import annotations

import dataclasses
import datetime as dt
import subprocess
import sys
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.base.digest import digest, digest_bytes
from rackwright.base.table import Column, Table


@dataclasses.dataclass(frozen=True)
class Hall:
    """A dataclass as the stages use them."""

    name: str
    power_w: int


@dataclasses.dataclass(frozen=True)
class Campus:
    """The same fields under another name."""

    name: str
    power_w: int


class Offer(pydantic.BaseModel):
    """A model as the program uses them."""

    item: str
    price_cent: int


class Racks(Table):
    """A table as the stages use them."""

    rack = Column(pl.Int64, "id", key=True)
    power_w = Column(pl.Int64, "power", unit="W")


class Halls(Table):
    """The same columns under another name."""

    rack = Column(pl.Int64, "id", key=True)
    power_w = Column(pl.Int64, "power", unit="W")


scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.binary(), st.dates()
)
values = st.recursive(
    scalars,
    lambda parts: st.one_of(
        st.lists(parts, max_size=4),
        st.dictionaries(st.text(max_size=3), parts, max_size=4),
        st.frozensets(scalars, max_size=3),
    ),
    max_leaves=8,
)


def shape(value: Any) -> Any:
    """A value with its types, so that 1, 1.0 and True, or a list and a mapping, differ as they do in a digest."""
    if isinstance(value, list | tuple):
        return ("list", tuple(shape(part) for part in value))
    if isinstance(value, dict):
        return ("map", frozenset((shape(key), shape(part)) for key, part in value.items()))
    if isinstance(value, frozenset):
        return ("set", frozenset(shape(part) for part in value))
    return (type(value).__name__, value)


@given(values, values)
def test_101_digests_are_equal_for_equal_values_only(first: Any, second: Any) -> None:
    """Two values have one digest exactly when they are equal in type and content."""
    assert (digest(first) == digest(second)) == (shape(first) == shape(second))


@given(st.dictionaries(st.text(), scalars, max_size=6))
def test_102_mappings_have_no_order(mapping: dict[str, Any]) -> None:
    """A mapping filled in another order has the same digest."""
    assert digest(mapping) == digest(dict(reversed(mapping.items())))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([["a"], []], [[], ["a"]]),
        (["ab", "c"], ["a", "bc"]),
        ([1, [2]], [[1], 2]),
        (frozenset({"a"}), [digest("a")]),
        ({"a": 1}, [("a", 1)]),
        ("1", 1),
        (1, 1.0),
        (1, True),
        (0, None),
        (b"a", "a"),
        (dt.date(2026, 1, 1), dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
        (Hall("a", 1), Campus("a", 1)),
        (Hall("a", 1), {"name": "a", "power_w": 1}),
        (np.zeros((2, 3)), np.zeros((3, 2))),
        (np.zeros(2, dtype=np.int32), np.zeros(2, dtype=np.float32)),
        (np.array([1, 2]), [1, 2]),
        (pl.DataFrame({"a": [1]}), pl.DataFrame({"b": [1]})),
        (pl.DataFrame({"a": [1, None]}), pl.DataFrame({"a": [None, 1]})),
        (pl.DataFrame({"a": [1]}), pl.DataFrame({"a": [1.0]})),
        (Racks.from_rows([(1, 2)]), Halls.from_rows([(1, 2)])),
        (Racks.empty(), Racks.from_rows([(1, 2)])),
    ],
)
def test_103_values_that_look_alike_differ(first: Any, second: Any) -> None:
    """Values that differ only in nesting, type or name have different digests."""
    assert digest(first) != digest(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((1, "a"), [1, "a"]),
        (0.0, -0.0),
        (Hall("a", 1), Hall("a", 1)),
        (Offer(item="a", price_cent=1), Offer(item="a", price_cent=1)),
        (np.arange(6).reshape(2, 3).T, np.array([[0, 3], [1, 4], [2, 5]])),
        (pl.DataFrame({"a": ["x", None]}), pl.DataFrame({"a": ["x", None]})),
        (pl.DataFrame({"a": [Decimal("1.5")]}), pl.DataFrame({"a": [Decimal("1.5")]})),
        (Racks.from_rows([(2, 1), (1, 1)]), Racks.from_rows([(1, 1), (2, 1)])),
        (pl.concat([pl.DataFrame({"a": [1]}), pl.DataFrame({"a": [2]})]), pl.DataFrame({"a": [1, 2]})),
    ],
)
def test_104_equal_content_has_one_digest(first: Any, second: Any) -> None:
    """Equal content has one digest, however it lies in memory."""
    assert digest(first) == digest(second)


@pytest.mark.parametrize(
    "value",
    [object(), len, Hall, np.array([object()]), pl.LazyFrame({"a": [1]}), [1, object()], 1j, Decimal(1)],
    ids=lambda value: type(value).__name__,
)
def test_105_an_unknown_type_raises(value: Any) -> None:
    """A value without a canonical form is refused, also deep inside; it never gets a constant digest."""
    with pytest.raises(TypeError, match="no canonical form"):
        digest(value)


def test_106_a_digest_outlives_its_process() -> None:
    """Another process, with another hash seed, finds the same digest."""
    program = (
        "from rackwright.base.digest import digest;"
        "print(digest({'b': frozenset({'x', 'y', 'z'}), 'a': (1, 2.5, None, True)}))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert found == {digest({"a": (1, 2.5, None, True), "b": frozenset({"x", "y", "z"})})}


def test_107_a_digest_is_a_short_name() -> None:
    """A digest is 32 hexadecimal digits, of a value as of raw bytes."""
    for found in (digest(1), digest_bytes(b"")):
        assert len(found) == 32
        assert int(found, 16) >= 0
    assert digest_bytes(b"a") != digest_bytes(b"b")


def test_108_a_table_with_another_frame_has_another_digest() -> None:
    """The digest of a table is that of the frame it holds now, also when it was asked before."""
    racks = Racks.from_rows([(1, 2)])
    before = digest(racks)
    assert digest(racks) == before
    racks.frame = racks.frame.with_columns(power_w=pl.lit(3, pl.Int64))
    assert digest(racks) == digest(Racks.from_rows([(1, 3)])) != before
