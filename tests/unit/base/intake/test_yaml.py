"""Is YAML read strictly, with places, and is every hostile file refused with a sentence?"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml as pyyaml
from hypothesis import given
from hypothesis import strategies as st

from rackwright.base.errors import InputError
from rackwright.base.intake import Document, Limits, read_yaml
from rackwright.base.intake.scalars import NumberError, plain_value

PROJECTS = """\
# a program
name: Erfurt Süd
projects:
  - id: tx-1
    days: 12
  - id: tx-2
    after: tx-1a
  - {name: oh, after: [tx-1, tx-2]}
  - 7
"""


@pytest.fixture
def read(tmp_path: Path) -> Any:
    """Read a text as a file called p.yaml."""

    def read_text(text: str | bytes, limits: Limits | None = None) -> Document:
        path = tmp_path / "p.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_yaml(path, name="p.yaml", limits=limits)

    return read_text


def problems(read: Any, text: str | bytes, limits: Limits | None = None) -> list[str]:
    """`code line:column path` of every problem of a text."""
    with pytest.raises(InputError) as caught:
        read(text, limits)
    found = caught.value.problems
    assert all(problem.rule.endswith(".") for problem in found)
    return [f"{p.code} {p.place.line}:{p.place.column} {p.place.path}".rstrip() for p in found]


def test_101_data(read: Any) -> None:
    """Mappings, lists and scalars become plain data."""
    data = read(PROJECTS).data
    assert data["name"] == "Erfurt Süd"
    assert data["projects"][2] == {"name": "oh", "after": ["tx-1", "tx-2"]}
    assert data["projects"][0]["days"] == 12


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"), ("yes", "yes"), ("on", "on"), ("true", True), ("False", False), ("null", None), ("~", None),
        ("12:30:45", "12:30:45"), ("2026-12-01", "2026-12-01"), ("1_000", "1_000"), ("1e3", 1000.0), (".5", 0.5),
        ("-7", -7), ("+7", 7), ("0", 0), ("0x1F", 31), ("0o17", 15), ("0b1", "0b1"), ("1.", 1.0), ("-.5E-1", -0.05),
        ("'12'", "12"), ('"true"', "true"), ("132 kW", "132 kW"), ("-", "-"), ("0.94", 0.94), ("=", "="),
        ("9007199254740992", 2**53), ("1.2.3", "1.2.3"), ("-0", 0), ("+", "+"), ("0x", "0x"), ("10.0.0.1", "10.0.0.1"),
    ],
)  # fmt: skip
def test_102_scalars(read: Any, text: str, value: object) -> None:
    """Plain scalars follow the core schema of YAML 1.2; everything in quotes is text."""
    found = read(f"a: {text}\n").data["a"] if text != "-" else plain_value("-")
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("text", [".nan", ".inf", "-.INF", "1e999", "0123", "-007", "9007199254740993", "9" * 5000])
def test_103_numbers_that_would_change(read: Any, text: str) -> None:
    """A number that is not finite, too large or has leading zeros is refused, not changed."""
    assert problems(read, f"a:\n  b: {text}\n") == ["bad-number 2:6 a.b"]


def test_104_keys_are_text(read: Any) -> None:
    """Keys stay text, whatever they look like."""
    assert read("2027: 1\nNO: 2\n~: 3\n").data == {"2027": 1, "NO": 2, "~": 3}


def test_201_places(read: Any) -> None:
    """Every value knows its line, column and a path by id or name."""
    document = read(PROJECTS)
    assert str(document.places[("projects", 1, "after")]) == "p.yaml:7:12: projects[tx-2].after"
    assert str(document.places[("projects", 2, "after", 1)]) == "p.yaml:8:30: projects[oh].after[1]"
    assert str(document.places[("projects", 3)]) == "p.yaml:9:5: projects[3]"
    assert str(document.places[()]) == "p.yaml:2:1"


def test_202_place_of_what_is_missing(read: Any) -> None:
    """A missing field stands where its nearest ancestor does."""
    document = read(PROJECTS)
    assert str(document.place(("projects", 1, "days"))) == "p.yaml:6:5: projects[tx-2].days"
    assert ("projects", 1, "days") not in document.places
    assert ("projects", "x") not in document.places
    assert ("projects", 9) not in document.places


def test_203_place_of_a_key(read: Any) -> None:
    """The place of a key differs from that of its value; a list entry has only one."""
    places = read(PROJECTS).places
    assert (places.key(("projects",)).line, places[("projects",)].line) == (3, 4)
    assert places.key(("projects", 0)) == places[("projects", 0)]


def test_204_all_places(read: Any) -> None:
    """The places can be listed, in the order of the file."""
    places = read("a:\n  - b: 1\nc: 2\n").places
    assert list(places) == [(), ("a",), ("a", 0), ("a", 0, "b"), ("c",)]
    assert len(places) == 5


def test_205_odd_keys_in_paths(read: Any) -> None:
    """A key with dots or spaces is quoted in the path."""
    assert read("'a.b': {c d: 1}\n").places[("a.b", "c d")].path == '["a.b"]["c d"]'


def test_301_all_problems_at_once(read: Any) -> None:
    """Problems that do not hide each other are listed together, in order of place."""
    text = (
        "a: 1\na: 2\na: 3\nlist:\n  - id: x\n    n: .nan\n    n: 1\n    t: !!str 5\n    <<: {}\n"
        '  - name: y\n    z: "\\0"\n    w: *nowhere\n'
    )
    assert problems(read, text) == [
        "duplicate-key 2:1 a",
        "duplicate-key 3:1 a",
        "bad-number 6:8 list[x].n",
        "duplicate-key 7:5 list[x].n",
        "tag 8:8 list[x].t",
        "merge-key 9:5 list[x]",
        "control-character 11:8 list[y].z",
        "unknown-alias 12:8 list[y].w",
    ]


def test_302_the_first_of_two_keys_is_named(read: Any) -> None:
    """A duplicate key says where the first one stands."""
    with pytest.raises(InputError, match=r'p.yaml:3:1: a: The key "a" is given twice \(first in line 1\)\. Keep one\.'):
        read("a: 1\nb: 2\na: 3\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "file-empty 0:0"),
        ("\n  \n", "file-empty 0:0"),
        ("# only words\n", "file-empty 1:1"),
        ("a: 1\n---\nb: 2\n", "several-documents 2:1"),
        ("a: b: c\n", "syntax 1:5"),
        ("a:\n\tb: c\n", "syntax 2:1 a"),
        ("a: [1, 2\n", "syntax 2:1 a[2]"),
        ("a: 'x\n", "syntax 2:1 a"),
        ("? [a]\n: 1\n", "bad-key 1:3"),
        ("? {a: 1}\n: 1\n", "bad-key 1:3"),
        ("a: &x 1\n*x : 2\n", "bad-key 2:1"),
        (": 1\n", "syntax 1:1"),
        ("'': 1\n", "bad-key 1:1"),
        ("a: &a [*a]\n", "unknown-alias 1:8 a[0]"),
        ("a: !!python/object/apply:os.system [x]\n", "tag 1:4 a"),
        ("a: !mine x\n", "tag 1:4 a"),
        ("a: ! x\n", "tag 1:4 a"),
        (b"a: \xff\n", "file-not-text 1:4"),
        (b"a: 1\nb: x\x00\n", "file-not-text 2:5"),
        (b"a: \x1b[31m\n", "control-character 1:4"),
        ("a: 1\n".encode("utf-16"), "file-not-text 0:0"),
        ("a: \u0085\n", "control-character 1:4"),
        ("b: 1\na: x\u2028y\n", "control-character 2:5"),
        ('a: "\\uD800"\n', "syntax 1:7 a"),
        (f"{'k' * 300}: 1\n", "bad-key 1:1"),
    ],
)
def test_303_refused(read: Any, text: str | bytes, expected: str) -> None:
    """Each kind of broken file is refused with its code and place."""
    assert problems(read, text)[0] == expected


def test_304_a_byte_order_mark_is_fine(read: Any) -> None:
    """A UTF-8 byte order mark does not count."""
    assert read(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n").data == {"a": 1, "b": 2}


def test_401_aliases_are_copies(read: Any) -> None:
    """An alias repeats its value; changing one copy leaves the other."""
    document = read("a: &x {n: [1, 2]}\nb: *x\nc: &x 5\nd: *x\n")
    data = document.data
    assert data["b"] == data["a"]
    assert data["b"] is not data["a"]
    assert data["b"]["n"] is not data["a"]["n"]
    assert data["d"] == 5
    assert document.places[("b",)].line == 2
    assert document.places[("b", "n", 1)].line == 1


def test_402_an_alias_bomb_is_counted_before_it_is_built(read: Any) -> None:
    """Nested aliases are refused by the number of values they stand for."""
    names = "abcdefghij"
    bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{name}: &{name} [{','.join(['*' + before] * 10)}]\n" for before, name in pairwise(names)
    )
    assert problems(read, bomb) == ["too-many-aliases 4:29 d[7]"]


def test_403_aliases_cannot_pass_the_depth(read: Any) -> None:
    """A chain of aliases is refused where its expansion is too deep."""
    chain = "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 20))
    assert problems(read, chain, Limits(max_depth=10))[0].startswith("too-deep 10:")


def test_404_anchors_are_counted(read: Any) -> None:
    """A file of nothing but anchors is refused."""
    text = "".join(f"- &a{i} x\n" for i in range(9))
    assert problems(read, text, Limits(max_alias_nodes=8)) == ["too-many-aliases 9:3 [9]"]


@pytest.mark.parametrize("text", ["[" * 5000, "- " * 5000, "{a: " * 5000, "[" * 5000 + "]" * 5000])
def test_405_nesting_is_bounded(read: Any, text: str) -> None:
    """Five thousand brackets are refused at the sixty-fifth."""
    assert [line.split(" ")[0] for line in problems(read, text)] == ["too-deep"]


def test_406_the_number_of_values_is_bounded(read: Any) -> None:
    """Keys and values together are bounded, and at the bound the file is read."""
    limits = Limits(max_nodes=6)
    assert read("a: [1, 2, 3]\n", limits).data == {"a": [1, 2, 3]}
    assert problems(read, "a: [1, 2, 3]\nb: 1\n", limits) == ["too-many-values 2:1"]


def test_407_the_number_of_problems_is_bounded(read: Any) -> None:
    """Reading stops after a hundred problems and says so."""
    found = problems(read, "a: 1\n" * 5000)
    assert len(found) == 101
    assert "too-many-problems 0:0" in found


plain_data = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=8),
    lambda below: st.lists(below, max_size=4)
    | st.dictionaries(st.text("abc -:#", min_size=1, max_size=6), below, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), plain_data, min_size=1, max_size=3))
def test_501_what_another_program_writes_is_read_back(tmp_path_factory: pytest.TempPathFactory, data: Any) -> None:
    """Data dumped by another YAML writer come back equal, but for numbers that are refused."""
    path = tmp_path_factory.getbasetemp() / "dumped.yaml"
    path.write_text(pyyaml.safe_dump(data, allow_unicode=True))
    try:
        assert read_yaml(path).data == data
    except InputError as error:
        assert {problem.code for problem in error.problems} <= {"bad-number"}  # noqa: PT017


@given(st.binary(max_size=200) | st.text("ab:-[]{}&*!|>'\"%@`#,? \n\t\\0.", max_size=60).map(str.encode))
def test_502_any_bytes_give_data_or_problems(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """No bytes lead to any other exception."""
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(data)
    try:
        document = read_yaml(path)
    except InputError as error:
        assert error.problems  # noqa: PT017
    else:
        assert all(document.places[place].line >= 1 for place in document.places)


@given(st.text("0123456789+-.eExoXOinfa_", max_size=8))
def test_503_a_plain_scalar_is_its_text_or_a_finite_number(text: str) -> None:
    """A plain scalar that is not text is a number that Python reads the same."""
    try:
        value = plain_value(text)
    except NumberError:
        return
    if isinstance(value, float):
        assert value == float(text)
    elif isinstance(value, int):
        assert value == int(text, 0)
    else:
        assert value == (text or None)
