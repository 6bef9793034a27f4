"""What rows does a CSV file hold? RFC 4180 with a stated dialect: UTF-8, comma, double quotes; nothing is guessed.

Lines may end in CR LF or LF, also mixed. Cells are text exactly as written; blank lines are skipped.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rackwright.base.intake.guard import Limits, decode_text, raise_all, read_bytes_guarded
from rackwright.base.problem import Place, Problem, did_you_mean

__all__ = ["CsvRows", "read_csv"]


@dataclass(frozen=True, slots=True)
class CsvRows:
    """Rows of one CSV file.

    Parameters
    ----------
    file
        Name of the file, for messages.
    columns
        Names of the columns, mapped names first replaced by ours, in the order of the file.
    rows
        One mapping from column name to text per row.
    lines
        Line of the file on which each row starts, from 1.
    """

    file: str
    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    lines: tuple[int, ...]
    delimiter: str = ","
    """What the fields are separated by."""

    def place(self, row: int, column: str = "") -> Place:
        """Place of a cell or row; the place's column is the number of the field, from 1 (1 without a column name)."""
        number = self.columns.index(column) + 1 if column in self.columns else 1
        cells = self.rows[row]
        name = next((cells[key] for key in ("id", "name") if cells.get(key)), str(row))
        return Place(self.file, self.lines[row], number, f"[{name}].{column}" if column else f"[{name}]")

    def __len__(self) -> int:
        return len(self.rows)


def read_csv(
    path: Path,
    *,
    name: str = "",
    root: Path | None = None,
    required: Sequence[str] = (),
    mapping: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    delimiters: str = ",",
) -> CsvRows:
    """Read a CSV file with a header row.

    Parameters
    ----------
    path
        The file.
    name
        How messages call it; default is `path`.
    root
        Folder the file must stay in after links are followed; None means anywhere.
    required
        Columns (our names) that must be there.
    mapping
        Our name -> header in the file, for exports of other systems; columns not named keep their header.
    limits
        Largest size; default `Limits()`.
    delimiters
        Characters that may separate fields; the one that the header line holds most often does.

    Raises
    ------
    InputError
        All problems of the file, up to `limits.max_problems`: guards of the file, header (`missing-column`,
        `duplicate-column`, `empty-column-name`), rows (`ragged-row`, `syntax`, `field-too-long`), size
        (`too-many-rows`, `too-many-columns`).
    """
    bounds = limits or Limits()
    name = name or str(path)
    text = decode_text(read_bytes_guarded(path, name=name, root=root, max_bytes=bounds.max_bytes), name=name)
    reading = _Reading(name, bounds, _delimiter(text, delimiters))
    records = reading.records(text)
    header = _Header.of(next(records, (1, []))[1], mapping or {}, required, reading)
    rows = reading.rows(records, header)
    raise_all(reading.problems, bounds.max_problems)
    return CsvRows(
        name, header.columns, tuple(row for _, row in rows), tuple(line for line, _ in rows), reading.delimiter
    )


def _delimiter(text: str, candidates: str) -> str:
    """The candidate that stands most often outside quotes in the header line; the first where none is more frequent."""
    header = re.sub(r'"[^"]*"', "", text.lstrip().split("\n", 1)[0]) if len(candidates) > 1 else ""
    return max(candidates, key=header.count)


@dataclass(slots=True)
class _Reading:
    """One pass over the file, and the problems met on the way."""

    file: str
    limits: Limits
    delimiter: str = ","
    problems: list[Problem] = field(default_factory=list)

    def complain(self, code: str, spot: tuple[int, int], rule: str, repair: str = "") -> None:
        """Note a broken rule; raise all of them when the list is full."""
        self.problems.append(Problem(code, Place(self.file, *spot), rule, repair))
        if len(self.problems) > self.limits.max_problems:
            raise_all(self.problems, self.limits.max_problems)

    def records(self, text: str) -> Iterator[tuple[int, list[str]]]:
        """First line and fields of each record that is not blank; ends at a quoting error."""
        reader = csv.reader(_lines(text, self.limits.max_line_chars), delimiter=self.delimiter, strict=True)
        line = 1
        try:
            for fields in reader:
                if reader.line_num - line >= self.limits.max_field_lines:
                    self._complain_span(line, reader.line_num)
                if fields:
                    yield line, fields
                line = reader.line_num + 1
        except csv.Error as error:
            self.complain("syntax", (line, 1), *_quoting_rule(str(error)))

    def rows(self, records: Iterator[tuple[int, list[str]]], header: _Header) -> list[tuple[int, dict[str, str]]]:
        """Rows that fit the header; the others become problems. Stops at the limits."""
        rows: list[tuple[int, dict[str, str]]] = []
        max_rows = min(self.limits.max_rows, self.limits.max_cells // max(header.width, 1))
        for count, (line, fields) in enumerate(records):
            if count >= max_rows:
                rule = f"The file has more than {max_rows:,} rows of {header.width} columns."
                self.complain("too-many-rows", (line, 1), rule, "Split the file.")
                break
            if len(fields) != header.width:
                rule = f"The row has {len(fields)} fields; the header has {header.width}."
                self.complain("ragged-row", (line, 1), rule, "Put text that holds a comma in double quotes.")
            elif max(map(len, fields)) > self.limits.max_field_chars:
                self._complain_length(line, fields)
            else:
                rows.append((line, {column: fields[index] for column, index in header.fields}))
        return rows

    def _complain_span(self, first: int, last: int) -> None:
        rule = f"A quoted field runs over {last - first + 1} lines; the limit is {self.limits.max_field_lines}."
        self.complain("syntax", (first, 1), rule, "Close the quote.")

    def _complain_length(self, line: int, fields: list[str]) -> None:
        for number, text in enumerate(fields, 1):
            if len(text) > self.limits.max_field_chars:
                rule = f"The field has {len(text):,} characters; the limit is {self.limits.max_field_chars:,}."
                self.complain("field-too-long", (line, number), rule, "Check for a quote that is not closed.")


def _lines(text: str, max_chars: int) -> Iterator[str]:
    """Lines with their ends, split at line feeds only (other separators may stand inside a field)."""
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield _line(text, start, end + 1, max_chars)
        start = end + 1
    if start < len(text):
        yield _line(text, start, len(text), max_chars)


def _line(text: str, start: int, end: int, max_chars: int) -> str:
    if end - start > max_chars:
        raise csv.Error(f"line of {end - start:,} characters")
    return text[start:end]


def _quoting_rule(words: str) -> tuple[str, str]:
    if "new-line character" in words:
        return "A carriage return stands alone inside the row.", "End lines with LF or CR LF."
    if "unexpected end" in words:
        return "A double quote opened in this row is never closed.", "Close the quote."
    if "field larger" in words or "line of" in words:
        return f"This row is too long ({words}).", "Check the line ends, and for a quote that is not closed."
    return f"The quoting of this row is broken: {words}.", 'Write a double quote inside a quoted field twice: "".'


@dataclass(frozen=True, slots=True)
class _Header:
    """Which field of a row goes to which column."""

    columns: tuple[str, ...]
    fields: tuple[tuple[str, int], ...]
    width: int

    @classmethod
    def of(cls, cells: list[str], mapping: Mapping[str, str], required: Sequence[str], reading: _Reading) -> _Header:
        """Header of a file, with its problems noted."""
        names = [cell.strip() for cell in cells]
        if len(names) > reading.limits.max_columns:
            rule = f"The file has {len(names):,} columns; the limit is {reading.limits.max_columns}."
            reading.complain("too-many-columns", (1, 1), rule)
            return cls((), (), len(names))
        _check_names(names, reading)
        names = [name[: reading.limits.max_key_chars] for name in names]
        fields = _mapped_fields(names, mapping, reading)
        known = {column for column, _ in fields}
        for column in required:
            if column not in known and column not in mapping:
                _complain_missing(column, names, reading)
        return cls(tuple(column for column, _ in fields), tuple(fields), len(names))


def _check_names(names: list[str], reading: _Reading) -> None:
    for number, name in enumerate(names, 1):
        if len(name) > reading.limits.max_key_chars:
            rule = f"The name of column {number} has {len(name):,} characters."
            reading.complain("field-too-long", (1, number), rule, "Check for a quote that is not closed.")
        elif not name:
            reading.complain("empty-column-name", (1, number), f"Column {number} has no name.", "Name it or remove it.")
        elif name in names[: number - 1]:
            first = names.index(name) + 1
            rule = f'The column "{name}" is given twice (fields {first} and {number}).'
            reading.complain("duplicate-column", (1, number), rule, "Keep one.")


def _mapped_fields(names: list[str], mapping: Mapping[str, str], reading: _Reading) -> list[tuple[str, int]]:
    """Columns in order of the file; a header used by the mapping appears under our names only."""
    ours: dict[str, list[str]] = {}
    for column, header in mapping.items():
        ours.setdefault(header, []).append(column)
        if header not in names:
            _complain_missing(header, names, reading)
    fields = [(column, index) for index, name in enumerate(names) for column in ours.get(name, [name])]
    mapped = set(mapping)
    for column, index in fields:
        if column in mapped and mapping[column] != names[index]:
            rule = f'The column "{column}" of the file clashes with the one mapped from "{mapping[column]}".'
            reading.complain("duplicate-column", (1, index + 1), rule, f'Map "{column}" to one of them.')
    return fields


def _complain_missing(column: str, names: list[str], reading: _Reading) -> None:
    hint = did_you_mean(column, [name for name in names if name])
    reading.complain("missing-column", (1, 1), f'The column "{column}" is missing.', hint)
