"""Is JSON read strictly, with places?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.base.errors import InputError
from rackwright.base.intake import Limits, read_json


def problems(path: Path, text: str | bytes, limits: Limits | None = None) -> list[str]:
    """`code line:column path` of every problem of a text."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError) as caught:
        read_json(path, name="p.json", limits=limits)
    return [f"{p.code} {p.place.line}:{p.place.column} {p.place.path}".rstrip() for p in caught.value.problems]


def test_101_data_and_places(tmp_path: Path) -> None:
    """Values and their lines, columns and paths are known."""
    path = tmp_path / "p.json"
    path.write_text('{"racks": [\n  {"id": "r1", "u": [1, 2.5, -3e2, true, null]},\n  {"a\\"b": "[{,:"}\n]}')
    document = read_json(path, name="p.json")
    assert document.data == {"racks": [{"id": "r1", "u": [1, 2.5, -300.0, True, None]}, {'a"b': "[{,:"}]}
    assert str(document.places[("racks", 0, "u", 1)]) == "p.json:2:25: racks[r1].u[1]"
    assert type(document.data["racks"][0]["u"][0]) is int


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["file-empty 0:0"]),
        ("{", ["syntax 1:2"]),
        ('{"a": 1,}', ["syntax 1:9"]),
        ("{'a': 1}", ["syntax 1:2"]),
        ("[1] [2]", ["syntax 1:5"]),
        ("[01]", ["syntax 1:3"]),
        ("[" * 5000, ["too-deep 1:65"]),
        ("[" * 5000 + "]" * 5000, ["too-deep 1:65"]),
        (b"\x89PNG\r\n", ["file-not-text 1:1"]),
        ('{"a": 1, "a": 2,\n "a": 3}', ["duplicate-key 1:10 a", "duplicate-key 2:2 a"]),
        ("[NaN, -Infinity, 1e999, 12345678901234567890]", [f"bad-number 1:{c} [{i}]" for i, c in
                                                          enumerate((2, 7, 18, 25))]),
        ('["\\ud800", "\\u0000", "\\ud83d\\ude00"]', ["control-character 1:2 [0]", "control-character 1:12 [1]"]),
    ],
)  # fmt: skip
def test_201_refused(tmp_path: Path, text: str | bytes, expected: list[str]) -> None:
    """Each kind of broken file is refused with its codes and places."""
    found = problems(tmp_path / "p.json", text)
    assert [line[: len(want)] for line, want in zip(found, expected, strict=True)] == expected


def test_202_brackets_are_counted_before_anything_is_built(tmp_path: Path) -> None:
    """Millions of empty lists are refused by their number."""
    assert problems(tmp_path / "p.json", "[" + "[]," * 10 + "[]]", Limits(max_nodes=10)) == ["too-many-values 0:0"]
    assert problems(tmp_path / "p.json", "[1,2,3]", Limits(max_nodes=3)) == ["too-many-values 1:6 [2]"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), max_size=8),
        lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text("ab\"\\{", max_size=4), below, max_size=4),
        max_leaves=12,
    ),
    st.booleans(),
)  # fmt: skip
def test_301_what_the_standard_library_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, data: Any, ascii_only: bool
) -> None:
    """Data come back equal, types included."""
    path = tmp_path_factory.getbasetemp() / "written.json"
    path.write_text(json.dumps(data, ensure_ascii=ascii_only, indent=1))
    assert repr(read_json(path).data) == repr(data)
