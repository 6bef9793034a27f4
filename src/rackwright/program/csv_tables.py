"""How does `{csv: FILE, columns: {...}, defaults: {...}}` become rows of a table?

Cells are text as in YAML; an empty cell takes the default or is left out; a list of texts is separated by semicolons.
Without `columns` every heading must be a field. With it, headings that are neither mapped nor fields are the export's
own and are left alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rackwright.base.errors import InputError
from rackwright.base.intake import Document, inside, read_csv
from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.program.origins import CsvOrigin, Origin
from rackwright.program.shape import FieldShape, is_flat, shapes, tables
from rackwright.program.shape import Path as ProgramPath

__all__ = ["CsvReference"]

_KEYS: Final = ("csv", "columns", "defaults")
_LIST_SEPARATOR: Final = ";"


@dataclass(frozen=True, slots=True)
class CsvReference:
    """One reference to a CSV file.

    Parameters
    ----------
    key
        Table it fills.
    written
        The reference as written.
    document, path
        Where it is written.
    """

    key: str
    written: Mapping[str, Any]
    document: Document
    path: ProgramPath

    def rows(self, folder: Path, problems: list[Problem]) -> list[tuple[Origin, Any]]:
        """Rows of the file with their origin; whatever is wrong is added to `problems`."""
        own = self._problems()
        problems += own
        if own:
            return []
        name, columns = self.written["csv"], self.written.get("columns")
        try:
            source = inside(folder, name, place=self.document.place((*self.path, "csv")))
            table = read_csv(source, name=name, root=folder, mapping=columns or {})
        except InputError as error:
            problems += error.problems
            return []
        used = self._used(table.columns, Place(name, 1), problems)
        defaults = self.written.get("defaults") or {}
        return [(CsvOrigin(table, i), {**defaults, **_cells(row, used)}) for i, row in enumerate(table.rows)]

    @property
    def _fields(self) -> Mapping[str, FieldShape]:
        return shapes(tables()[self.key])

    def _used(self, columns: tuple[str, ...], place: Place, problems: list[Problem]) -> tuple[FieldShape, ...]:
        """Fields that the columns of the file fill."""
        used = []
        for column in columns:
            field = self._fields.get(column)
            if field is not None and is_flat(field):
                used.append(field)
            elif field is not None:
                rule = f'the field "{column}" of {self.key} holds rows of its own and cannot stand in a CSV file.'
                problems.append(Problem("not-flat", place, rule, "Write these rows in YAML."))
            elif self.written.get("columns") is None:
                repair = f'{did_you_mean(column, self._fields)} Or map it: `columns: {{field: "{column}"}}`.'
                rule = f'the column "{column}" is no field of {self.key}.'
                problems.append(Problem("unknown-field", place, rule, repair))
        return tuple(used)

    def _problems(self) -> list[Problem]:
        """What is wrong with the reference itself."""
        found = [self._unknown(name, ()) for name in self.written if name not in _KEYS]
        if not isinstance(self.written["csv"], str):
            found.append(self._wrong(("csv",), "`csv` must name a file.", "Write `csv: FILE.csv`."))
        for part in _KEYS[1:]:
            mapping = self.written.get(part)
            if isinstance(mapping, dict):
                found += [self._unknown(name, (part,)) for name in mapping if name not in self._fields]
            elif mapping is not None:
                found.append(self._wrong((part,), f"`{part}` must be a mapping from fields.", "Write `field: value`."))
        columns = self.written.get("columns")
        for name, column in columns.items() if isinstance(columns, dict) else ():
            if not isinstance(column, str):
                where = ("columns", name)
                found.append(self._wrong(where, "a column is named by text.", 'Write `field: "Column"`.'))
        return found

    def _unknown(self, name: str, below: ProgramPath) -> Problem:
        place = self.document.places.key((*self.path, *below, name))
        known = self._fields if below else _KEYS
        rule = f'{self.key} has no field "{name}".' if below else f'a CSV table has no "{name}".'
        return Problem("unknown-field", place, rule, did_you_mean(name, known))

    def _wrong(self, below: ProgramPath, rule: str, repair: str) -> Problem:
        return Problem("wrong-type", self.document.place((*self.path, *below)), rule, repair)


def _cells(row: Mapping[str, str], used: tuple[FieldShape, ...]) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for field in used:
        text = row[field.alias].strip()
        if text:
            parts = (part.strip() for part in text.split(_LIST_SEPARATOR))
            cells[field.alias] = [part for part in parts if part] if field.is_list else text
    return cells
