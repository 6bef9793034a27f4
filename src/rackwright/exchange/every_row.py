"""How is a file read so that all its bad rows are named at once, not only the first?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from rackwright.base.errors import InputError
from rackwright.base.problem import Problem

__all__ = ["read_each"]

Row = TypeVar("Row")
Read = TypeVar("Read")


def read_each(rows: Iterable[Row], read: Callable[[Row], Read], problems: list[Problem]) -> Iterator[tuple[Row, Read]]:
    """Each row with what it says; what is wrong with the others is added to `problems`."""
    for row in rows:
        try:
            found = read(row)
        except InputError as error:
            problems.extend(error.problems)
        else:
            yield row, found
