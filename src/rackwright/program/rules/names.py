"""Is every row told apart from the others, and is every name one line of text?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from rackwright.program.entry import Entry
from rackwright.program.model import Program
from rackwright.program.projects import Link
from rackwright.program.rules.finding import Finding, Subject
from rackwright.program.shape import FieldShape, Path, identity, readable, row_name, shapes, table_path, written
from rackwright.program.supply import BomRow, Commit, Make, OpenOrder, Stock

__all__ = ["check_names"]

_MAY_REPEAT: Final = (BomRow, Make, Commit, OpenOrder, Stock, Link)
"""Rows that may have equal neighbours: dated ones (see effectivity), lots, and links of several kinds."""
_SHARED_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "workload": ("training", "serving", "requirements"),
    "place": ("plants", "sites", "suppliers"),
}
_TEXTS: Final = ("name", "title")


def check_names(subject: Subject) -> Iterator[Finding]:
    """No two rows of a table, and no two things referred to in one way, may have one name."""
    for path, entry in subject.entries:
        for shape in shapes(type(entry)).values():
            if shape.row is not None and shape.is_list:
                yield from _check_list(subject, (*path, shape.name), getattr(entry, shape.name), shape)
        yield from _check_text(path, entry)
    for noun, keys in _SHARED_NAMES.items():
        rows: list[tuple[Path, Entry]] = []
        for key in keys:
            rows += [((*table_path(key), i), row) for i, row in enumerate(subject.table(key))]
        yield from _check_shared(subject.program, rows, noun)
    yield from _check_shared(subject.program, list(_configurations(subject)), "configuration")
    yield from _check_shared(subject.program, list(_steps(subject)), "energisation step")


def _check_list(subject: Subject, path: Path, rows: tuple[Entry, ...], shape: FieldShape) -> Iterator[Finding]:
    cls = shape.row
    if cls is None or not identity(cls) or cls in _MAY_REPEAT:
        return
    first: dict[tuple[object, ...], int] = {}
    for index, row in enumerate(rows):
        key = tuple(getattr(row, name) for name in identity(cls))
        if key in first:
            name = row_name(row, cls, index)
            table = readable(subject.program, written(path))
            rule = f'"{name}" stands in {table} twice (rows {first[key] + 1} and {index + 1}).'
            yield Finding("duplicate-id", (*path, index), rule, "Rename or remove one of them.")
        first.setdefault(key, index)


def _check_shared(program: Program, rows: Iterable[tuple[Path, Entry]], noun: str) -> Iterator[Finding]:
    """One name for two rows of different lists that are referred to in one way."""
    by_id: dict[str, list[Path]] = defaultdict(list)
    for path, row in rows:
        by_id[getattr(row, "id", "")].append(path)
    for name, paths in by_id.items():
        for path in paths[1:]:
            if path[:-1] != paths[0][:-1]:
                rule = f'the {noun} "{name}" is also the name of {readable(program, written(paths[0]))}.'
                yield Finding("duplicate-id", path, rule, "Rename one of them.")


def _configurations(subject: Subject) -> Iterator[tuple[Path, Entry]]:
    for i, platform in enumerate(subject.program.platforms):
        for j, sku in enumerate(platform.configurations):
            yield ("platforms", i, "configurations", j), sku


def _steps(subject: Subject) -> Iterator[tuple[Path, Entry]]:
    for i, site in enumerate(subject.program.sites):
        for j, step in enumerate(site.energisation):
            yield ("sites", i, "energisation", j), step


def _check_text(path: Path, entry: Entry) -> Iterator[Finding]:
    """Names for people are one line; any script is fine."""
    for field in _TEXTS:
        text = getattr(entry, field, "")
        if isinstance(text, str) and not text.isprintable():
            spot = next(char for char in text if not char.isprintable())
            rule = f"the name holds the character U+{ord(spot):04X}, which cannot be shown on one line."
            yield Finding("control-character", (*path, field), rule, "Remove it.")
