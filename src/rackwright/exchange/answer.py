"""How is an answer under chance kept, so that its tables are shown again without solving?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from rackwright.base.errors import InputError
from rackwright.base.intake import Limits, read_bytes_guarded
from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.views.view import Shown, TableColumn, ViewTable

__all__ = ["answer_json", "read_answers", "table_name", "tables_called"]

ANSWERS = ("decide.json", "stress.json")
"""Files that hold answers, in the order in which their tables are shown."""

StoredCell = str | bool | int | float | None


class _StoredTable(BaseModel):
    """A table with its headings; dates are text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    columns: tuple[TableColumn, ...]
    rows: tuple[dict[str, StoredCell], ...]
    note: str

    def table(self) -> ViewTable:
        """The table as it was shown."""
        rows = tuple(tuple(row[column.name] for column in self.columns) for row in self.rows)
        return ViewTable(self.title, self.columns, rows, self.note)


class _StoredAnswer(BaseModel):
    """What `answer_json` writes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format_version: Literal[1]
    lead: str
    tables: tuple[_StoredTable, ...]


def answer_json(shown: Shown) -> dict[str, Any]:
    """An answer with every table, its headings and notes."""
    names = ("name", "label", "unit", "digits", "is_share")
    tables = [
        {
            "title": table.title,
            "columns": [{name: getattr(column, name) for name in names} for column in table.columns],
            "rows": table.as_json(),
            "note": table.note,
        }
        for table in shown.tables
    ]
    return {"format_version": 1, "lead": shown.lead, "tables": tables}


def read_answers(folder: Path) -> tuple[Shown, ...]:
    """Read the answers that `decide` and `stress` wrote to a folder; none where there is none.

    Raises
    ------
    InputError
        A file was changed by hand, or another version of the product wrote it.
    """
    return tuple(_read(folder / name) for name in ANSWERS if (folder / name).is_file())


def _read(path: Path) -> Shown:
    data = read_bytes_guarded(path, name=str(path), max_bytes=Limits().max_document_bytes)
    try:
        stored = _StoredAnswer.model_validate_json(data)
        return Shown(stored.lead, tuple(table.table() for table in stored.tables))
    except (ValidationError, KeyError):
        rule, repair = "another version of Rackwright wrote this answer, or it was changed.", f"Run {path.stem} again."
        raise InputError([Problem("plan-of-another-version", Place(str(path)), rule, repair)]) from None


def table_name(table: ViewTable) -> str:
    """What a table is called at the command line."""
    return "-".join(_words(table.title))


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def tables_called(answers: Sequence[Shown], name: str) -> Shown:
    """The tables whose title is a name, else those whose title holds all its words.

    Raises
    ------
    InputError
        No table is called so.
    """
    wanted = _words(name)
    tables = [(answer, table) for answer in answers for table in answer.tables]
    found = [pair for pair in tables if _words(pair[1].title) == wanted]
    found = found or [pair for pair in tables if wanted and set(wanted) <= set(_words(pair[1].title))]
    if not found:
        known = [table_name(table) for _, table in tables]
        rule = f'no table of this answer is called "{name}".'
        raise InputError([Problem("unknown-view", Place(path=name), rule, did_you_mean(name, known))])
    return Shown(found[0][0].lead, tuple(table for _, table in found))
