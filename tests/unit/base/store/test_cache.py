"""Is a stored result the same result again, and is a broken one treated as absent?"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.base.digest import digest
from rackwright.base.store import ResultCache, result_digest
from rackwright.base.store.codec import decode_result, encode_result
from rackwright.base.table import Column, Table

KEY = digest("key")


class Racks(Table):
    """A table with every column type."""

    rack = Column(pl.Int64, "id", key=True)
    name = Column(pl.String, "name", nullable=True)
    heat_w = Column(pl.Float64, "heat", unit="W")
    is_cooled = Column(pl.Boolean, "liquid cooled")
    row = Column(pl.Int32, "row", nullable=True)


@dataclass(frozen=True, slots=True)
class Step:
    """A small nested value."""

    day: int
    share: float
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hall:
    """A result with all kinds of fields."""

    racks: Racks
    spare: Racks | None
    name: str
    start: dt.date
    limit_w: float
    state: Literal["planned", "released"]
    steps: tuple[Step, ...]
    pair: tuple[int, str]
    best: Step | None = None
    number: int | float = 0


RACKS = Racks.from_rows([(2, "b", 1.5, True, None), (1, None, -0.0, False, 7)])
HALL = Hall(RACKS, None, "Hall Ä", dt.date(2026, 12, 1), float("inf"), "planned", (Step(1, 0.1, ("x",)),), (1, "a"))


def test_101_a_result_comes_back_equal(tmp_path: Path) -> None:
    """What is put under a key is got back, field by field, also by another cache object."""
    ResultCache(tmp_path / "c").put(KEY, HALL)
    assert ResultCache(tmp_path / "c").get(KEY, Hall) == HALL


def test_102_an_unknown_key_is_absent(tmp_path: Path) -> None:
    """Nothing stored is None, without a finding."""
    cache = ResultCache(tmp_path / "c")
    assert cache.get(KEY, Hall) is None
    assert cache.find(KEY, Hall) is None
    assert cache.findings == []


def test_103_the_digest_needs_no_reading(tmp_path: Path) -> None:
    """`put` and `find` give the digest that `result_digest` gives."""
    cache = ResultCache(tmp_path / "c")
    assert cache.put(KEY, HALL) == cache.find(KEY, Hall) == result_digest(HALL)


def test_104_empty_tables_come_back(tmp_path: Path) -> None:
    """A table without rows keeps its columns."""
    hall = Hall(Racks.empty(), Racks.empty(), "", dt.date(2027, 1, 1), 0.0, "released", (), (0, ""), Step(0, 0.5), 0.5)
    cache = ResultCache(tmp_path / "c")
    cache.put(KEY, hall)
    assert cache.get(KEY, Hall) == hall


def test_105_a_put_replaces(tmp_path: Path) -> None:
    """The last result of a key is the one that is got."""
    cache = ResultCache(tmp_path / "c")
    cache.put(KEY, Step(1, 0.0))
    cache.put(KEY, Step(2, 0.0))
    assert cache.get(KEY, Step) == Step(2, 0.0)


@given(
    st.builds(
        Step,
        day=st.integers(-(2**70), 2**70),
        share=st.floats(allow_nan=False),
        tags=st.lists(st.text(st.characters(exclude_categories=["Cs"]))).map(tuple),
    )
)
def test_201_plain_values_come_back_exactly(step: Step) -> None:
    """Every integer, finite or infinite float and text survives storing."""
    assert decode_result(Step, encode_result(step)) == step


def test_202_nan_comes_back() -> None:
    """Not a number stays not a number."""
    share = decode_result(Step, encode_result(Step(1, float("nan")))).share
    assert share != share  # noqa: PLR0124


def test_203_an_integer_in_a_float_field_comes_back() -> None:
    """A field declared float may hold an integer; it comes back as it was."""
    assert type(decode_result(Step, encode_result(Step(1, 2))).share) is int


@given(st.lists(st.tuples(st.none() | st.text("abé"), st.floats(allow_nan=False)), max_size=20), st.integers(0, 20))
def test_204_bytes_depend_on_values_only(values: list[tuple[str | None, float]], cut: int) -> None:
    """The same rows in other chunks, cut from a larger frame, give the same bytes."""
    rows = [(index, name, heat, index % 2 == 0, None) for index, (name, heat) in enumerate(values)]
    frame = Racks.from_rows(rows).frame
    doubled = pl.concat([frame, frame], rechunk=False)
    other = pl.concat([doubled[:cut], doubled[cut:]], rechunk=False)[: frame.height]
    assert result_digest(Wrapped(Racks(other))) == result_digest(Wrapped(Racks(frame)))


@dataclass(frozen=True, slots=True)
class Wrapped:
    """One table."""

    racks: Racks


def test_205_bytes_are_the_same_in_every_process() -> None:
    """Another process, with another hash seed and one thread, stores the same bytes."""
    code = (
        "import polars as pl, io; f = pl.DataFrame({'a': list(range(1000)), 's': [str(i % 7) for i in range(1000)]});"
        "from dataclasses import dataclass; from rackwright.base.table import Column, Table\n"
        "from rackwright.base.store import result_digest\n"
        "class T(Table):\n a = Column(pl.Int64, 'a', key=True)\n s = Column(pl.String, 's')\n"
        "@dataclass(frozen=True)\nclass R:\n t: T\n"
        "print(result_digest(R(T.of(f))))"
    )
    outputs = set()
    for threads, seed in (("1", "1"), ("2", "2")):
        environment = {"POLARS_MAX_THREADS": threads, "PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        outputs.add(done.stdout)
    assert len(outputs) == 1


@pytest.mark.parametrize("value", [{"a": 1}, [1], {1}, b"x", dt.datetime(2026, 1, 1, tzinfo=dt.UTC)])
def test_206_what_cannot_be_stored_raises(tmp_path: Path, value: object) -> None:
    """A field that is neither a table nor plain is named; nothing is stored."""
    with pytest.raises(TypeError, match=r"Step\.day holds"):
        ResultCache(tmp_path / "c").put(KEY, Step(value, 0.0))  # type: ignore[arg-type]
    assert not (tmp_path / "c").exists()


@pytest.mark.parametrize("key", ["", "../x", "ABC", "zz"])
def test_207_a_key_is_a_digest(tmp_path: Path, key: str) -> None:
    """A key that is not a digest is a bug of the caller; it never becomes a path."""
    with pytest.raises(ValueError, match="not a digest"):
        ResultCache(tmp_path / "c").get(key, Step)


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "gone"])
@pytest.mark.parametrize("which", ["objects", "index"])
def test_301_damage_counts_as_absent_and_is_repaired(tmp_path: Path, which: str, damage: str) -> None:
    """Each damaged file makes the result absent, says so, and is whole after the next put."""
    cache = ResultCache(tmp_path / "c")
    cache.put(KEY, HALL)
    for path in sorted((cache.folder / which).rglob("*")):
        if path.is_dir():
            continue
        data = path.read_bytes()
        flipped = data[:20] + bytes([data[20] ^ 1]) + data[21:]
        path.unlink()
        if damage != "gone":
            path.write_bytes({"cut": data[:-1], "flip": flipped, "empty": b""}[damage])
        cache.findings.clear()
        assert cache.get(KEY, Hall) is None
        assert len(cache.findings) == (0 if (which, damage) == ("index", "gone") else 1)
        cache.put(KEY, HALL)
        assert cache.get(KEY, Hall) == HALL


def test_302_another_class_counts_as_absent(tmp_path: Path) -> None:
    """A key that holds a result of another class is absent for this one."""
    cache = ResultCache(tmp_path / "c")
    cache.put(KEY, Step(1, 0.0))
    assert cache.get(KEY, Hall) is None
    assert "holds" in cache.findings[0]


def test_303_sweeping_keeps_what_is_named(tmp_path: Path) -> None:
    """Objects no entry names, temporary files and broken entries go; results stay."""
    cache = ResultCache(tmp_path / "c")
    cache.put(KEY, Step(1, 0.0))
    cache.put(KEY, Step(2, 0.0))
    cache.put(digest("other"), Step(3, 0.0))
    entry = next((cache.folder / "index").rglob(f"{digest('other')}.json"))
    entry.write_text("{}")
    (entry.parent / f".{entry.name}.1-0.tmp").write_text("half")
    removed = cache.sweep()
    assert len(removed) == 4
    assert cache.get(KEY, Step) == Step(2, 0.0)
    assert cache.sweep() == ()
    assert ResultCache(tmp_path / "none").sweep() == ()
