"""A file or table that cannot be read does not hide what is wrong elsewhere, where nothing refers to its rows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rackwright.catalog import Catalog
from rackwright.program.read import load_program

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "one-pod"
UNKNOWN = ("terms:\n  - item: gpu-gb300\n", "terms:\n  - item: gpu-gb3000\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small example, whose terms name an item that is not there."""
    made = tmp_path / "program"
    shutil.copytree(EXAMPLE, made)
    _edit(made / "supply.yaml", *UNKNOWN)
    return made


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def _codes(folder: Path, catalog: Catalog) -> list[str]:
    program, problems = load_program(folder, catalog=catalog)
    assert program is None
    return sorted(problem.code for problem in problems if problem.severity == "error")


@pytest.mark.parametrize(
    ("text", "code"),
    [("scenario: []\n", "unknown-field"), ("scenarios: [\n", "syntax"), ("scenarios: none\n", "wrong-type")],
)
def test_101_a_broken_header_of_scenarios_hides_nothing(folder: Path, catalog: Catalog, text: str, code: str) -> None:
    """Misspelt, no YAML, or no list: an unknown item in the terms is told beside it."""
    (folder / "scenarios.yaml").write_text(text)
    assert _codes(folder, catalog) == sorted([code, "unknown-reference"])


def test_102_rows_of_a_misspelt_table_are_taken_as_meant(folder: Path, catalog: Catalog) -> None:
    """`supplier:` for `suppliers:` is one slip and one problem: offers still know their suppliers, rows are checked."""
    _edit(folder / "supply.yaml", "\nsuppliers:", "\nsupplier:")
    assert _codes(folder, catalog) == ["unknown-field", "unknown-reference"]
    _edit(folder / "supply.yaml", "country: VN}   # cables", "country: Vietnam}   # cables")
    assert len(_codes(folder, catalog)) > 2


def test_103_lost_rows_that_others_refer_to_still_hide_references(folder: Path, catalog: Catalog) -> None:
    """A list of suppliers that is no list loses them all; that no offer knows its supplier is not told forty times."""
    text = (folder / "supply.yaml").read_text()
    first, rest = text.split("\nsuppliers:", 1)
    (folder / "supply.yaml").write_text(f"{first}\nsuppliers: none\nitems:{rest.split('items:', 1)[1]}")
    assert _codes(folder, catalog) == ["wrong-type"]
