"""What is the program when several sets of edits of it come together? A three-way merge of rows and fields.

What one side left as it was is taken from the other; what both made equal is taken once. Rows are matched by what
identifies them. A field that two sides gave different values, or a row that one removed and the other changed, is a
conflict: the merge goes on with the value of the side that is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from rackwright.program.difference import named_rows, value_text
from rackwright.program.entry import Entry
from rackwright.program.model import Program
from rackwright.program.shape import FieldShape, shapes

__all__ = ["MergeConflict", "merge_programs"]


E = TypeVar("E", bound=Entry)


@dataclass(frozen=True)
class MergeConflict:
    """A field or row to which two sides did different things, with what each made of it, as people write it."""

    path: str
    first: str
    second: str


def merge_programs(
    common: Program, sides: tuple[Program, Program], *, keep: int
) -> tuple[Program, list[MergeConflict]]:
    """Two changed programs in one, and what they do not agree on.

    Parameters
    ----------
    common
        The program both sides changed.
    sides
        The changed programs.
    keep
        Side, 0 or 1, whose value is taken where they do not agree.
    """
    merge = _Merge(keep)
    return merge.entries(common, sides, ""), merge.conflicts


@dataclass
class _Merge:
    keep: int
    conflicts: list[MergeConflict] = field(default_factory=list)

    def entries(self, common: E, sides: Sequence[E], path: str) -> E:
        """One row, field by field."""
        update = {}
        for shape in shapes(type(common)).values():
            base, first, second = (getattr(row, shape.name) for row in (common, *sides))
            if first != second and base == first:
                update[shape.name] = second
            elif second not in (first, base):
                where = f"{path}.{shape.alias}".removeprefix(".").removeprefix("supply.")
                update[shape.name] = self._values(type(common), shape, (base, first, second), where)
        return sides[0].model_copy(update=update)

    def _values(self, cls: type[Entry], shape: FieldShape, values: tuple[Any, Any, Any], path: str) -> Any:
        """A value that both sides changed, each in its own way."""
        base, first, second = values
        if all(isinstance(value, Entry) for value in values):
            return self.entries(base, (first, second), "" if path == "supply" else path)
        if all(isinstance(value, tuple) for value in values):
            if shape.row is not None:
                return self._rows(base, (first, second), path)
            if first[: len(base)] == base == second[: len(base)]:
                return first + tuple(value for value in second[len(base) :] if value not in first)
        self.conflicts.append(MergeConflict(path, value_text(cls, shape, first), value_text(cls, shape, second)))
        return (first, second)[self.keep]

    def _rows(
        self, common: tuple[Entry, ...], sides: tuple[tuple[Entry, ...], tuple[Entry, ...]], path: str
    ) -> tuple[Entry, ...]:
        """Rows of the common program that are left, then those that either side added."""
        base, first, second = (named_rows(rows) for rows in (common, *sides))
        found: list[Entry] = []
        for name in dict.fromkeys((*base, *first, *second)):
            row = self._row(base.get(name), (first.get(name), second.get(name)), f"{path}[{name}]")
            found += [row] if row is not None else []
        return tuple(found)

    def _row(self, base: Entry | None, sides: tuple[Entry | None, Entry | None], path: str) -> Entry | None:
        first, second = sides
        if second in (first, base):
            return first
        if base == first:
            return second
        if base is not None and first is not None and second is not None:
            return self.entries(base, (first, second), path)
        told = ["removed" if row is None else "changed" if base is not None else "added otherwise" for row in sides]
        self.conflicts.append(MergeConflict(path, told[0], told[1]))
        return sides[self.keep]
