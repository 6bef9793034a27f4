"""Where in its folder does a program state a field, and as what?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path as FolderPath
from typing import Any

from rackwright.base.problem import Place
from rackwright.program.folder import gather
from rackwright.program.shape import row_name, table_path, tables

__all__ = ["stated_fields"]


def stated_fields(folder: FolderPath, fields: Sequence[tuple[str, str, str]]) -> list[tuple[Place, str]]:
    """Place and written value of each field, given by table, row as messages call it, and name in the file.

    Where the row leaves the field out, the place is that of the row and the value is empty; a row that the folder does
    not have has no place.
    """
    origins = gather(folder).origins
    return [_stated(origins.raw, origins.place, field) for field in fields]


def _stated(raw: Any, place: Any, field: tuple[str, str, str]) -> tuple[Place, str]:
    table, name, key = field
    rows: Any = raw
    for step in table_path(table):
        rows = rows.get(step, ())
    if isinstance(rows, dict):  # the policy, which has no rows
        return place((*table_path(table), *((key,) if key in rows else ()))), _written(rows.get(key))
    for index, row in enumerate(rows):
        if row_name(row, tables()[table], index) == name:
            value = row.get(key)
            path = (*table_path(table), index, *((key,) if value is not None else ()))
            return place(path), _written(value)
    return Place(), ""


def _written(value: Any) -> str:
    return "" if value is None or isinstance(value, list | dict) else str(value)
