from __future__ import annotations

import copy
import shutil
import tempfile
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from rackwright.catalog.load import load_catalog
from rackwright.program.read import load_program

ONE_POD = Path(__file__).parents[3] / "examples" / "one-pod"
FILES = sorted(path.name for path in ONE_POD.iterdir())
HOSTILE: list[Any] = [
    None, True, 0, -1, 1.5, 1e300, 10**15, "", " ", "x", "-5 kg", "1e999 MW", "9" * 400 + " kW", "12 (15..10) weeks",
    "2027-02-30", "0001-01-01", "9999-12-31", "../x", "a.b", "ohio", "gb300-nvl72", "*", [], {}, [[]], [None],
    {"csv": "offers.csv"}, {"id": "x"}, "\u202e", "é", "1e15", "+3 weeks", "1/1-99", [1, 2, 3], " " * 5000,
]  # fmt: skip


def read_changed(file: str, content: bytes) -> None:
    """Read the example with one file replaced; any exception but an input error (inside) fails the test."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "p"
        shutil.copytree(ONE_POD, folder)
        (folder / file).write_bytes(content)
        program, problems = load_program(folder, catalog=load_catalog())
    is_broken = any(problem.severity == "error" for problem in problems)
    assert (program is None) == is_broken
    assert all(problem.code and problem.rule and problem.place.file for problem in problems)


@given(st.sampled_from(FILES), st.integers(0, 10_000), st.integers(0, 40), st.binary(max_size=12) | st.text(max_size=6))
def test_damaged_text_never_raises(file: str, start: int, length: int, inserted: bytes | str) -> None:
    """Bytes cut out of a file and others put in give a program or problems, never another exception."""
    content = (ONE_POD / file).read_bytes()
    start %= len(content)
    new = inserted if isinstance(inserted, bytes) else inserted.encode("utf-8", "surrogatepass")
    read_changed(file, content[:start] + new + content[start + length :])


@given(st.sampled_from([name for name in FILES if name.endswith(".yaml")]), st.data())
def test_hostile_value_never_raises(file: str, data: st.DataObject) -> None:
    """Any value of a file replaced by a hostile one gives a program or problems, never another exception."""
    document = yaml.safe_load((ONE_POD / file).read_text(encoding="utf-8"))
    for _ in range(data.draw(st.integers(1, 3))):
        replace_somewhere(document, data)
    read_changed(file, yaml.safe_dump(document, allow_unicode=True, sort_keys=False).encode())


def replace_somewhere(value: Any, data: st.DataObject) -> None:
    """Walk down at random and put a hostile value, or a copy of a neighbour, in some place."""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        if not keys:
            return
        key = data.draw(st.sampled_from(keys))
        if isinstance(value[key], dict | list) and value[key] and data.draw(st.integers(0, 3)):
            value = value[key]
            continue
        if isinstance(value, list) and data.draw(st.booleans()):
            value.append(copy.deepcopy(value[key]))
        else:
            value[key] = copy.deepcopy(data.draw(st.sampled_from(HOSTILE)))
        return


@given(st.sampled_from([name for name in FILES if name.endswith(".yaml")]), st.integers(0, 200), st.integers(0, 200))
def test_moved_lines_never_raise(file: str, start: int, end: int) -> None:
    """A line moved elsewhere, with its indentation, gives a program or problems."""
    lines = (ONE_POD / file).read_bytes().splitlines(keepends=True)
    line = lines.pop(start % len(lines))
    lines.insert(end % len(lines), line)
    read_changed(file, b"".join(lines))
