"""The example program, whole and in copies that a test may damage."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from rackwright.catalog.index import Catalog
from rackwright.catalog.load import load_catalog
from rackwright.program.model import Program
from rackwright.program.read import read_program

ONE_POD = Path(__file__).parents[3] / "examples" / "one-pod"
Damage = Callable[[str, str, str], Path]


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The built-in catalog."""
    return load_catalog()


@pytest.fixture(scope="session")
def one_pod(catalog: Catalog) -> Program:
    """The program of examples/one-pod."""
    return read_program(ONE_POD, catalog=catalog)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of examples/one-pod."""
    copy = tmp_path / "one-pod"
    shutil.copytree(ONE_POD, copy)
    return copy


@pytest.fixture
def damage(folder: Path) -> Damage:
    """Replaces a text of one file of the copy; returns the folder."""

    def replace(file: str, before: str, after: str) -> Path:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert before in text, f"{file} no longer holds {before!r}"
        path.write_text(text.replace(before, after, 1), encoding="utf-8")
        return folder

    return replace
