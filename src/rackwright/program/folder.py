"""Which files of a program folder are read, and what do they say together, before any of it is understood?

Lists of one table are joined over all files, in the order the files are read; a header key may be given once only.
A table, or an entry of it, may be `{csv: FILE, columns: {field: "Column"}, defaults: {field: value}}`.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from rackwright.base.errors import InputError
from rackwright.base.intake import Document, Limits, decode_text, inside, read_bytes_guarded, read_yaml
from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.program.csv_tables import CsvReference
from rackwright.program.entry import LARGEST_NUMBER
from rackwright.program.model import Program
from rackwright.program.origins import DocumentOrigin, Origin, Origins
from rackwright.program.shape import FILES, shapes, table_path, tables

__all__ = ["PROGRAM_FILE", "Gathered", "gather"]

PROGRAM_FILE: Final = "program.yaml"
_ENDS: Final = frozenset({"scenarios", "disclosure"})
"""Tables that no other row refers to: what is wrong elsewhere can be told without them."""
_KEY: Final = re.compile(r"^([A-Za-z_]\w*)\s*:", re.MULTILINE)
_SURELY: Final = 0.85
"""Likeness from which a misspelt table is taken for the one meant."""
_SUPPLY_HINT: Final = "Write its tables (items, offers, ...) at the top of the file."


@dataclass(frozen=True, slots=True)
class Gathered:
    """The merged program as written, the place of everything in it, and the problems met so far.

    `is_whole` is false where a problem may hide rows that others refer to.
    """

    origins: Origins
    problems: tuple[Problem, ...]
    is_whole: bool


def gather(folder: Path) -> Gathered:
    """Read all files of a program folder and join their tables."""
    gathering = _Gathering(folder)
    if not folder.is_dir():
        rule = "this folder does not exist." if not folder.exists() else "this is a file, not a program folder."
        gathering.complain(
            "folder-missing", Place(str(folder)), rule, "`rackwright init DIR` makes a folder to start from."
        )
        return gathering.result()
    gathering.read(PROGRAM_FILE)
    for name in FILES:
        if os.path.lexists(folder / f"{name}.yaml"):
            gathering.read(f"{name}.yaml")
    gathering.read_included()
    gathering.warn_of_strays()
    gathering.warn_of_no_scenarios()
    gathering.check_sizes()
    return gathering.result()


@dataclass
class _Gathering:
    """Joins the files of one folder."""

    folder: Path
    raw: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Origin] = field(default_factory=dict)
    rows: dict[str, list[Origin]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    num_harmless: int = 0

    def result(self) -> Gathered:
        num_errors = sum(problem.severity == "error" for problem in self.problems)
        is_whole = num_errors == self.num_harmless
        return Gathered(Origins(self.raw, self.values, self.rows), tuple(self.problems), is_whole)

    def complain(self, code: str, place: Place, rule: str, repair: str = "") -> None:
        self.problems.append(Problem(code, place, rule, repair))

    def read(self, name: str) -> None:
        """Read one YAML file and join what it holds."""
        self.files.append(name)
        try:
            document = read_yaml(self.folder / name, name=name, root=self.folder)
        except InputError as error:
            self.problems.extend(error.problems)
            self.num_harmless += len(error.problems) if self._keys_at_left(name) <= _ENDS else 0
            return
        if not isinstance(document.data, dict):
            self.complain(
                "wrong-type", document.place(()), "the file must hold keys with values.", "Write `key: value`."
            )
            return
        for key, value in document.data.items():
            self._join(key, value, document)

    def _keys_at_left(self, name: str) -> set[str]:
        """Keys that lines of a file, which is no YAML, begin with; what it might hold where there are none."""
        try:
            most = Limits().max_document_bytes
            data = read_bytes_guarded(self.folder / name, name=name, root=self.folder, max_bytes=most)
            text = decode_text(data, name=name)
        except InputError:
            return {""}
        return set(_KEY.findall(text)) or {""}

    def read_included(self) -> None:
        """Read the files named in `include`, each once."""
        names = self.raw.get("include")
        origin = self.values.get("include")
        if not isinstance(names, list) or origin is None:
            return
        for index, name in enumerate(names):
            if not isinstance(name, str):
                continue  # the model says what is wrong
            place = origin.place((index,), of_key=False)
            if name in self.files:
                self.complain("included-twice", place, f'"{name}" is read already.', "Remove it from `include`.")
            elif self._is_inside(name, place):
                self.read(name)

    def warn_of_strays(self) -> None:
        """Warn of YAML files beside program.yaml that nothing reads: often a misspelt name."""
        standard = [f"{name}.yaml" for name in ("program", *FILES)]
        for path in sorted(self.folder.iterdir()):
            if path.suffix in {".yaml", ".yml"} and path.name not in self.files:
                hint = did_you_mean(path.name, standard) if path.suffix == ".yaml" else ""
                hint = hint if hint.startswith("Did") else ""
                repair = f"{hint} Add it to `include`, or move it away.".strip()
                rule = "nothing reads this file."
                self.problems.append(Problem("file-not-read", Place(path.name), rule, repair, "warning"))

    def warn_of_no_scenarios(self) -> None:
        """Warn of a list of scenarios without any: often rows that were commented out."""
        has_errors = any(problem.severity == "error" for problem in self.problems)  # rows may be missing for them
        if "scenarios" in self.values and self.raw["scenarios"] == [] and not has_errors:
            place = self.values["scenarios"].place((), of_key=False)
            rule = "the list is empty: nothing could be different."
            repair = "Add a scenario, or take the list away."
            self.problems.append(Problem("no-scenarios", place, rule, repair, "warning"))

    def check_sizes(self) -> None:
        """Refuse plain numbers no build-out can hold."""
        origins = Origins(self.raw, self.values, self.rows)
        stack: list[tuple[tuple[str | int, ...], Any]] = [((), self.raw)]
        while stack:
            path, value = stack.pop()
            if isinstance(value, dict):
                stack.extend(((*path, key), below) for key, below in value.items())
            elif isinstance(value, list):
                stack.extend(((*path, index), below) for index, below in enumerate(value))
            elif isinstance(value, int | float) and abs(value) > LARGEST_NUMBER:
                rule = f"{value:g} is beyond {LARGEST_NUMBER:g}."
                self.complain("number-too-large", origins.place(path), rule, "Check the exponent.")

    def _is_inside(self, name: str, place: Place) -> bool:
        try:
            inside(self.folder, name, place=place)
        except InputError as error:
            self.problems.extend(error.problems)
            return False
        return True

    def _join(self, key: str, value: Any, document: Document) -> None:
        known = {alias for alias in shapes(Program) if alias != "supply"} | set(FILES["supply"])
        if key not in known:
            hint = (
                "Write its tables (items, offers, ...) at the top of the file."
                if key == "supply"
                else did_you_mean(key, known)
            )
            self.complain("unknown-field", document.places.key((key,)), f'a program has no key "{key}".', hint)
            self._join_as_meant(key, value, document)
        elif key in tables():
            self._join_rows(key, self._table(key, value, document), DocumentOrigin(document, (key,)))
        elif key in self.raw:
            first = self.values[key].place((), of_key=True)
            rule = f'"{key}" is given twice, first in {first.file}:{first.line}.'
            self.complain("duplicate-key", document.places.key((key,)), rule, "Keep one.")
        else:
            self.raw[key] = value
            self.values[key] = DocumentOrigin(document, (key,))

    def _join_as_meant(self, key: str, value: Any, document: Document) -> None:
        """Take the rows of a misspelt table for those of the one meant, so that all else can be checked with them."""
        meant = next(iter(difflib.get_close_matches(key, tables(), n=1, cutoff=_SURELY)), "")
        if meant and isinstance(value, list) and all(isinstance(row, dict) and "csv" not in row for row in value):
            rows = [(DocumentOrigin(document, (key, index)), row) for index, row in enumerate(value)]
            self._join_rows(meant, rows, DocumentOrigin(document, (key,)))
            self.num_harmless += 1

    def _join_rows(self, key: str, rows: Sequence[tuple[Origin, Any]], origin: Origin) -> None:
        """Add rows to a table."""
        parent = self.raw.setdefault("supply", {}) if table_path(key)[0] == "supply" else self.raw
        parent.setdefault(key, []).extend(row for _, row in rows)
        self.rows.setdefault(key, []).extend(place for place, _ in rows)
        self.values.setdefault(key, origin)

    def _table(self, key: str, value: Any, document: Document) -> list[tuple[Origin, Any]]:
        """Rows of one table of one file, with the rows of the CSV files it names."""
        if isinstance(value, dict) and "csv" in value:
            return CsvReference(key, value, document, (key,)).rows(self.folder, self.problems)
        if not isinstance(value, list):
            rule = f'"{key}" must be a list of rows.'
            repair = "Start each row with `- `, or name a file: `{csv: FILE}`."
            self.complain("wrong-type", document.place((key,)), rule, repair)
            self.num_harmless += key in _ENDS
            return []
        rows: list[tuple[Origin, Any]] = []
        for index, row in enumerate(value):
            if isinstance(row, dict) and "csv" in row:
                rows += CsvReference(key, row, document, (key, index)).rows(self.folder, self.problems)
            else:
                rows.append((DocumentOrigin(document, (key, index)), row))
        return rows
