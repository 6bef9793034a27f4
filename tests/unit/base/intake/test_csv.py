"""Are CSV rows read as written, with lines, and is every broken file refused with a sentence?"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.base.errors import InputError
from rackwright.base.intake import Limits, read_csv


def problems(path: Path, text: str | bytes, **options: Any) -> list[str]:
    """`code line:column` of every problem of a text."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError) as caught:
        read_csv(path, name="t.csv", **options)
    return [f"{p.code} {p.place.line}:{p.place.column}" for p in caught.value.problems]


def test_101_rows_and_lines(tmp_path: Path) -> None:
    """Quotes, mixed line ends, blank lines and a byte order mark are understood; cells stay as written."""
    path = tmp_path / "t.csv"
    path.write_bytes(b'\xef\xbb\xbfid, name \r\na,"x, ""y"""\n\n"b\nb", z \r\nc,')
    rows = read_csv(path, name="t.csv")
    assert rows.columns == ("id", "name")
    assert rows.rows == ({"id": "a", "name": 'x, "y"'}, {"id": "b\nb", "name": " z "}, {"id": "c", "name": ""})
    assert rows.lines == (2, 4, 6)
    assert len(rows) == 3


def test_102_places(tmp_path: Path) -> None:
    """A cell's place is its line, the number of its field and a path with the row's id."""
    (tmp_path / "t.csv").write_text("id,qty\ncdu-1,3\n")
    rows = read_csv(tmp_path / "t.csv", name="t.csv")
    assert str(rows.place(0, "qty")) == "t.csv:2:2: [cdu-1].qty"
    assert str(rows.place(0)) == "t.csv:2:1: [cdu-1]"


def test_103_mapping(tmp_path: Path) -> None:
    """Headers of other systems are read under our names; one header may serve two of them."""
    (tmp_path / "t.csv").write_text("Material,Menge,plant\nX1,5,Ohio\n")
    rows = read_csv(tmp_path / "t.csv", required=["item", "qty"],
                    mapping={"qty": "Menge", "item": "Material", "id": "Material"})  # fmt: skip
    assert rows.columns == ("item", "id", "qty", "plant")
    assert rows.rows == ({"item": "X1", "id": "X1", "qty": "5", "plant": "Ohio"},)


def test_104_a_header_alone_is_an_empty_table(tmp_path: Path) -> None:
    """No rows is an answer, not a problem."""
    (tmp_path / "t.csv").write_text("id,qty\n")
    assert len(read_csv(tmp_path / "t.csv")) == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["file-empty 0:0"]),
        (b"PK\x03\x04....", ["file-not-text 0:0"]),
        (b"a,b\n1,\x00\n", ["file-not-text 2:3"]),
        ("ä\n".encode("latin-1"), ["file-not-text 1:1"]),
        ("a,b\n1\n1,2,3\n1,2\n", ["ragged-row 2:1", "ragged-row 3:1"]),
        ("a,b,a,\n1,2,3,4\n", ["duplicate-column 1:3", "empty-column-name 1:4"]),
        ('a\n"x\n', ["syntax 2:1"]),
        ('a\n"x"y\n', ["syntax 2:1"]),
        ("a\r1\r", ["syntax 1:1"]),
        ('a\n"' + "x\n" * 200 + '"\n', ["syntax 2:1"]),
        ("a\n" + "x" * 40_000 + "\n", ["field-too-long 2:1"]),
        ("a\n" + "x" * 200_000 + "\n", ["syntax 2:1"]),
        ("a" * 300 + "\n", ["field-too-long 1:1"]),
        ("a,b\n" + "," * 2_000_000 + "\n", ["syntax 2:1"]),
        (",".join(f"c{i}" for i in range(600)), ["too-many-columns 1:1"]),
    ],
)
def test_201_refused(tmp_path: Path, text: str | bytes, expected: list[str]) -> None:
    """Each kind of broken file is refused with its codes and lines."""
    assert problems(tmp_path / "t.csv", text) == expected


def test_202_missing_columns_are_guessed_at(tmp_path: Path) -> None:
    """Every missing column is named, with the nearest header."""
    (tmp_path / "t.csv").write_text("item,quantity\n")
    with pytest.raises(InputError) as caught:
        read_csv(tmp_path / "t.csv", name="t.csv", required=["quantty", "plant"], mapping={"x": "itm"})
    assert str(caught.value).splitlines() == [
        't.csv:1:1: The column "itm" is missing. Did you mean "item"?',
        't.csv:1:1: The column "quantty" is missing. Did you mean "quantity"?',
        't.csv:1:1: The column "plant" is missing. Known: "item", "quantity".',
    ]


def test_203_a_mapped_name_must_not_hide_a_column(tmp_path: Path) -> None:
    """A column of the file that has one of our mapped names is a clash, not silently dropped."""
    assert problems(tmp_path / "t.csv", "qty,Menge\n1,2\n", mapping={"qty": "Menge"}) == ["duplicate-column 1:1"]


def test_204_rows_and_problems_are_bounded(tmp_path: Path) -> None:
    """Too many rows, cells or problems end the reading."""
    assert problems(tmp_path / "t.csv", "a\n1\n2\n3\n", limits=Limits(max_rows=2)) == ["too-many-rows 4:1"]
    assert problems(tmp_path / "t.csv", "a,b\n1,2\n3,4\n", limits=Limits(max_cells=2)) == ["too-many-rows 3:1"]
    found = problems(tmp_path / "t.csv", "a,b\n" + "1\n" * 500)
    assert len(found) == 101
    assert found[-1] == "too-many-problems 0:0"


cells = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=6
) | st.sampled_from(["", 'say "hi"', "a,b", "two\nlines", "\u2028"])


@given(st.lists(st.tuples(st.just("k"), cells, cells), max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_301_what_the_standard_library_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]], end: str
) -> None:
    """Any cells come back equal."""
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator=end).writerows([("id", "b", "c"), *rows])
    path = tmp_path_factory.getbasetemp() / "written.csv"
    path.write_bytes(file.getvalue().encode())
    assert [tuple(row.values()) for row in read_csv(path).rows] == rows


@given(st.binary(max_size=120) | st.text('ab,"\n\r ', max_size=40).map(str.encode))
def test_302_any_bytes_give_rows_or_problems(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """No bytes lead to any other exception."""
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(data)
    try:
        assert all(len(row) == len(read_csv(path).columns) for row in read_csv(path).rows)
    except InputError as error:
        assert error.problems  # noqa: PT017
