"""How does an export of another system become a table of the program? Mapped, given units, checked whole, then written.

Nothing is guessed beyond headings that read like a field (`Lead Time` is `lead_time`); the mapping is a file
and not retyped each week. Every problem of every row is told at once, with the place in the source file.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, get_args

from pydantic import ValidationError

from rackwright.base.errors import InputError
from rackwright.base.intake import read_yaml
from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.base.units import Estimate
from rackwright.catalog.index import Catalog
from rackwright.exchange.sheet import Sheet
from rackwright.program.entry import AS_WRITTEN, Entry
from rackwright.program.model import Program
from rackwright.program.rules.all import find_all
from rackwright.program.rules.finding import Finding, Subject
from rackwright.program.shape import FieldShape, is_flat, shapes, tables

__all__ = ["IMPORTS", "ColumnMapping", "Imported", "import_table", "read_mapping"]

IMPORTS: Final = ("items", "bom", "stock", "open_orders", "commits", "offers", "makes", "routes", "lanes", "claims")
"""Tables that can be imported."""
NUMBER: Final = re.compile(r"[+-]?[0-9][0-9,]*(\.[0-9]+)?")
GROUPED: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?(?![0-9,.])")
"""A number at the beginning of a cell whose commas stand before groups of three digits."""
NOT_NUMBERS: Final = frozenset({"float_parsing", "float_type", "int_parsing", "int_type", "int_from_float"})


@dataclass(frozen=True)
class ColumnMapping:
    """Field -> heading, field -> unit added to bare numbers, field -> value where a cell is empty."""

    columns: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Imported:
    """A checked table: its key, the CSV text in our fields, rows, warnings, and headings nobody used."""

    key: str
    text: str
    num_rows: int
    warnings: tuple[Problem, ...]
    unused: tuple[str, ...]


def read_mapping(path: Path) -> ColumnMapping:
    """Mapping file: `columns`, `units` and `defaults`, each a mapping from our fields to text.

    Raises
    ------
    InputError
        The file is not YAML, or is not of that form.
    """
    document = read_yaml(path, name=path.name)
    data: Any = document.data
    problems: list[Problem] = []
    parts: dict[str, dict[str, str]] = {"columns": {}, "units": {}, "defaults": {}}
    if not isinstance(data, dict):
        raise InputError([Problem("wrong-type", Place(path.name), "a mapping is expected.", "Write `columns: {...}`.")])
    for key, value in data.items():
        if key not in parts:
            place = document.place((key,))
            problems.append(Problem("unknown-field", place, f'a mapping has no "{key}".', did_you_mean(key, parts)))
        elif not isinstance(value, dict):
            problems.append(Problem("wrong-type", document.place((key,)), "a mapping is expected.", "Write `a: b`."))
        else:
            parts[key] = {str(name): str(text) for name, text in value.items()}
    if problems:
        raise InputError(problems)
    return ColumnMapping(**parts)


def import_table(key: str, sheet: Sheet, mapping: ColumnMapping, program: Program, catalog: Catalog) -> Imported:
    """Rows of a sheet as a table of the program, checked by its schema and by every rule that looks at the table.

    Raises
    ------
    InputError
        The mapping or rows are wrong; every problem at once.
    """
    fields = {name: shape for name, shape in shapes(tables()[key]).items() if is_flat(shape)}
    used, problems = _headings(key, sheet, mapping, fields)
    if problems:
        raise InputError(problems)
    problems = list(_unmapped(key, sheet, used, mapping))
    if problems:
        raise InputError(problems)
    rows: dict[int, Entry] = {}
    grouped = frozenset() if sheet.delimiter == ";" else frozenset(name for name in fields if _is_number(fields[name]))
    cells = [_ungrouped(_cells(row, used, mapping), grouped) for row in sheet.rows]
    for number, values in enumerate(cells):
        try:
            rows[number] = tables()[key].model_validate(_typed(values, fields), context=AS_WRITTEN)
        except ValidationError as error:
            problems += _schema_problems(error, sheet, number, used)
    own = getattr(program.supply, key)
    supply = program.supply.model_copy(update={key: (*own, *(rows[number] for number in sorted(rows)))})
    subject = Subject(program.model_copy(update={"supply": supply}), catalog)
    known = {(finding.path, finding.rule) for finding in find_all(Subject(program, catalog))} if own else set()
    findings = [finding for finding in find_all(subject) if (finding.path, finding.rule) not in known]
    found = list(_rule_problems(key, (len(own), sorted(rows)), sheet, used, findings))
    problems += [problem for problem in found if problem.severity == "error"]
    if problems:
        raise InputError(sorted(problems, key=lambda problem: (problem.place.line, problem.place.column)))
    unused = tuple(heading for heading in sheet.headings if heading and heading not in used.values())
    return Imported(key, _csv(cells, used, mapping), len(rows), tuple(found), unused)


def _headings(
    key: str, sheet: Sheet, mapping: ColumnMapping, fields: Mapping[str, FieldShape]
) -> tuple[dict[str, str], list[Problem]]:
    """Heading of each field that has one; what is wrong with the mapping."""
    problems: list[Problem] = []
    for part in (mapping.columns, mapping.units, mapping.defaults):
        for name in part:
            if name not in fields:
                rule = f'{key} has no field "{name}".'
                problems.append(Problem("unknown-field", Place(path=name), rule, did_you_mean(name, fields)))
    for name, heading in mapping.columns.items():
        if heading not in sheet.headings:
            rule = f'the file has no column "{heading}".'
            place = Place(sheet.file, path=name)
            problems.append(Problem("missing-column", place, rule, did_you_mean(heading, sheet.headings)))
    plain = {_plain(heading): heading for heading in reversed(sheet.headings) if heading}
    used = {name: plain[_plain(name)] for name in fields if _plain(name) in plain}
    used |= {name: heading for name, heading in mapping.columns.items() if heading in sheet.headings}
    return {name: used[name] for name in fields if name in used}, problems


def _unmapped(key: str, sheet: Sheet, used: Mapping[str, str], mapping: ColumnMapping) -> Iterator[Problem]:
    """Fields that every row needs and that have neither a column nor a default: one problem each."""
    cls = tables()[key]
    needed = [info.alias or name for name, info in cls.model_fields.items() if info.is_required()]
    headings = ", ".join(f'"{heading}"' for heading in sheet.headings if heading)
    for name in needed:
        if name not in used and name not in mapping.defaults:
            rule = f'no column is mapped to "{name}"; the file has {headings}.'
            repair = f"Name its column, --column {name}=HEADING, or give a default in the mapping."
            yield Problem("missing-field", Place(sheet.file, path=f"{key}.{name}"), rule, repair)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _cells(row: Mapping[str, str], used: Mapping[str, str], mapping: ColumnMapping) -> dict[str, str]:
    """Cells by field, with units on bare numbers and defaults in empty ones."""
    found = dict(mapping.defaults)
    for name, heading in used.items():
        text = row.get(heading, "").strip()
        if text and name in mapping.units and NUMBER.fullmatch(text):
            text = f"{text} {mapping.units[name]}"
        if text:
            found[name] = text
    return found


def _is_number(shape: FieldShape) -> bool:
    """True if a field holds a number or a quantity and never a text."""

    def parts(annotation: Any) -> Iterator[Any]:
        yield annotation
        for inner in get_args(annotation):
            yield from parts(inner)

    kinds = set(parts(shape.annotation)) if not shape.is_list else set()
    return bool(kinds & {int, float, Estimate}) and str not in kinds


def _ungrouped(cells: dict[str, str], numbers: Set[str]) -> dict[str, str]:
    """Cells with `1,200` as `1200`; a file separated by semicolons is left, since its commas may be decimal ones."""
    return {
        name: GROUPED.sub(lambda found: found[0].replace(",", ""), text, count=1)
        if name in numbers and GROUPED.match(text)
        else text
        for name, text in cells.items()
    }


def _typed(cells: Mapping[str, str], fields: Mapping[str, FieldShape]) -> dict[str, Any]:
    """Cells as the reader of program folders takes them: a list is separated by semicolons."""
    return {
        name: [part.strip() for part in text.split(";") if part.strip()] if fields[name].is_list else text
        for name, text in cells.items()
    }


def _schema_problems(error: ValidationError, sheet: Sheet, row: int, used: Mapping[str, str]) -> Iterator[Problem]:
    for detail in error.errors(include_url=False):
        name = str(detail["loc"][0]) if detail["loc"] else ""
        place = sheet.place(row, used.get(name, ""), name)
        if detail["type"] == "missing":
            yield Problem("missing-field", place, f'the field "{name}" is empty.', "Fill it, or give a default.")
        elif detail["type"] in NOT_NUMBERS:
            rule = f'"{str(detail["input"])[:60]}" is no {"whole " if detail["type"].startswith("int") else ""}number.'
            repair = "Write it with digits and a point before decimals, 1200.5; of commas only 1,200 is read, not 1,5."
            yield Problem("invalid-value", place, rule, repair)
        else:
            text = str(detail["input"])[:60]
            message = str(detail["msg"]).rstrip(".")
            repair = "Give the unit in the mapping: `units`." if detail["type"] == "wrong-unit" else "Correct the cell."
            yield Problem(_code(detail["type"]), place, f'"{text}": {message}.', repair)


def _code(kind: str) -> str:
    """Our code of a broken rule: our own as it is, bounds and words by their kind."""
    if "-" in kind:
        return kind
    if kind in {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}:
        return "out-of-range"
    return "not-allowed" if kind == "literal_error" else "invalid-value"


def _rule_problems(
    key: str, rows: tuple[int, list[int]], sheet: Sheet, used: Mapping[str, str], findings: Iterable[Finding]
) -> Iterator[Problem]:
    """Findings of the program's rules that point into the table: first come the program's own rows, then the sheet's.

    A finding at a row of the program is one that the sheet's rows brought about; its place is the file as a whole.
    """
    num_own, numbers = rows
    for finding in findings:
        if finding.path[:2] == ("supply", key) and len(finding.path) > 2 and isinstance(finding.path[2], int):
            column = str(finding.path[3]) if len(finding.path) > 3 else ""
            path, row = f"{key}.{column}".rstrip("."), finding.path[2] - num_own
            if row >= 0:
                place = sheet.place(numbers[row], used.get(column, ""), path)
                yield Problem(finding.code, place, finding.rule, finding.repair, finding.severity)
            elif finding.severity == "error":
                rule = f"with the rows of the program, {finding.rule}"
                yield Problem(finding.code, Place(sheet.file, path=path), rule, finding.repair)


def _csv(rows: list[dict[str, str]], used: Mapping[str, str], mapping: ColumnMapping) -> str:
    """The table under our field names."""
    names = [name for name in (*used, *mapping.defaults) if any(name in row for row in rows)]
    names = list(dict.fromkeys(names))
    file = io.StringIO()
    writer = csv.DictWriter(file, names, restval="", lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()
