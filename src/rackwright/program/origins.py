"""In which file, line and column does a value of the merged program stand?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from rackwright.base.intake import CsvRows, Document
from rackwright.base.problem import Place
from rackwright.program.shape import Path, readable, table_path, tables, written

__all__ = ["CsvOrigin", "DocumentOrigin", "Origin", "Origins"]


class Origin(Protocol):
    """Where a row or header value was read."""

    def place(self, rest: Path, *, of_key: bool) -> Place:
        """Place of a value below it, or of the nearest one above that is there."""
        ...


@dataclass(frozen=True, slots=True)
class DocumentOrigin:
    """A value of a YAML file."""

    document: Document
    path: Path

    def place(self, rest: Path, *, of_key: bool) -> Place:
        """Line and column of the value, or of its key."""
        places = self.document.places
        return places.key((*self.path, *rest)) if of_key else places.nearest((*self.path, *rest))


@dataclass(frozen=True, slots=True)
class CsvOrigin:
    """A row of a CSV file; columns that the file lacks stand at the reference to it."""

    table: CsvRows
    row: int

    def place(self, rest: Path, *, of_key: bool) -> Place:  # noqa: ARG002 - a cell has no key
        """Line of the row and number of the field."""
        column = rest[0] if rest and isinstance(rest[0], str) else ""
        return self.table.place(self.row, column)


@dataclass(frozen=True, slots=True)
class Origins:
    """Places of a merged program.

    Parameters
    ----------
    raw
        The merged program as written.
    values
        Origin of each header key.
    rows
        Origin of each row, by table, in the order of `raw`.
    """

    raw: Mapping[str, Any]
    values: Mapping[str, Origin] = field(default_factory=dict)
    rows: Mapping[str, Sequence[Origin]] = field(default_factory=dict)

    def place(self, path: Path, *, of_key: bool = False) -> Place:
        """Place of a written path; the printed path names rows by what identifies them."""
        text = readable(self.raw, path)
        below = path[1:] if path[:1] == ("supply",) else path
        origin, rest = self._origin(below)
        if origin is None:
            return Place("program.yaml", path=text)
        return replace(origin.place(rest, of_key=of_key), path=text)

    def place_of_field(self, path: Path) -> Place:
        """Place of a field path."""
        return self.place(written(path))

    def without(self, dropped: Mapping[str, set[int]]) -> Origins:
        """The same without some rows: table -> positions."""
        raw: dict[str, Any] = dict(self.raw)
        raw["supply"] = dict(self.raw.get("supply", {}))
        rows = dict(self.rows)
        for key, gone in dropped.items():
            parent = raw["supply"] if table_path(key)[0] == "supply" else raw
            parent[key] = [row for index, row in enumerate(parent[key]) if index not in gone]
            rows[key] = [origin for index, origin in enumerate(self.rows[key]) if index not in gone]
        return Origins(raw, self.values, rows)

    def _origin(self, path: Path) -> tuple[Origin | None, Path]:
        key = path[0] if path else ""
        if key in tables() and len(path) > 1:
            index, found = path[1], self.rows.get(str(key), ())
            if isinstance(index, int) and index < len(found):
                return found[index], path[2:]
        return self.values.get(str(key)), path[1:]
