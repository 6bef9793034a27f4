"""The docs are true: formulas, error codes, views, commands and words stand where they should."""

from __future__ import annotations

import dataclasses
import re
import typing
from pathlib import Path

import pytest
from typer.main import get_command

from rackwright.base.table import Column, Table
from rackwright.cli.app import app
from rackwright.plan import STAGES
from rackwright.views import VIEWS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def stage_columns() -> list[tuple[str, str, str, Column]]:
    """Every column of every result table: stage, table, column name, declaration."""
    found = []
    for stage, kind in STAGES.items():
        hints = typing.get_type_hints(kind)
        for field in dataclasses.fields(kind):
            hint = hints[field.name]
            if isinstance(hint, type) and issubclass(hint, Table):
                found += [(stage, field.name, name, column) for name, column in hint.columns.items()]
    return found


def test_101_each_formula_is_written_down() -> None:
    """Each formula a column names has a heading in docs/formulas with an equation and a source."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted((DOCS / "formulas").glob("*.md")))
    sections = {part.split("\n", 1)[0].strip(): part for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]}
    named = {column.formula for *_, column in stage_columns() if column.formula}
    assert not named - set(sections), f"no entry for {sorted(named - set(sections))}"
    assert all("ource" in sections[name] for name in named)


def test_102_inputs_of_formulas_exist() -> None:
    """Each input a column declares is a column of a result, a program path, or a fact."""
    known = {(stage, table, name) for stage, table, name, _ in stage_columns()}
    for stage, table, name, column in stage_columns():
        for text in column.inputs:
            if text.startswith(("fact:", "program:")):
                continue
            parts = text.split(".")
            where = (stage, *parts) if len(parts) == 2 else tuple(parts)
            assert where in known, f"{stage}.{table}.{name} names the input {text}"


def test_103_references_exist() -> None:
    """Each reference of a column names a column of a result."""
    known = {f"{stage}.{table}.{name}" for stage, table, name, _ in stage_columns()}
    for stage, table, name, column in stage_columns():
        assert not column.ref or column.ref in known, f"{stage}.{table}.{name} refers to {column.ref}"


def test_104_each_column_says_what_it_means() -> None:
    """Each column has a meaning, and a unit where its name ends in one."""
    for stage, table, name, column in stage_columns():
        assert column.meaning, f"{stage}.{table}.{name}"
        if name.endswith(("_w", "_mm", "_day", "_cent", "_lpm")):
            assert column.unit, f"{stage}.{table}.{name} has no unit"


def test_201_each_view_is_documented() -> None:
    """docs/cli.md names every view with its question."""
    text = (DOCS / "cli.md").read_text(encoding="utf-8")
    for view in VIEWS:
        assert f"`{view.name}`" in text, view.name
        assert view.question in text, view.name


@pytest.mark.parametrize("name", sorted(get_command(app).commands))  # type: ignore[attr-defined]
def test_202_each_command_is_documented(name: str) -> None:
    """docs/cli.md has a section for each command, and each command's help shows two examples."""
    command = get_command(app).commands[name]  # type: ignore[attr-defined]
    assert f"### `rackwright {name}" in (DOCS / "cli.md").read_text(encoding="utf-8")
    assert command.epilog.count("rackwright ") >= 2


def test_203_each_option_is_documented() -> None:
    """Each option of each command stands in docs/cli.md."""
    text = (DOCS / "cli.md").read_text(encoding="utf-8")
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        for parameter in command.params:
            longest = max(parameter.opts, key=len)
            assert not longest.startswith("--") or longest in text, f"{name} {longest}"


def test_301_links_between_pages_work() -> None:
    """Each relative link in the docs and the README names a file that exists."""
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in target and not target.startswith("mailto:"):
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_302_glossary_is_sorted() -> None:
    """The glossary is in alphabetical order, each word once."""
    lines = (DOCS / "glossary.md").read_text(encoding="utf-8").splitlines()
    words = [line.split("|")[1].strip().lower() for line in lines if line.startswith("| ")][1:]
    assert words == sorted(set(words))
