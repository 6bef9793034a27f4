"""What differs between two programs? Rows are matched by what identifies them, not by where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from rackwright.base.units import DIMENSIONS, Estimate, format_quantity
from rackwright.program.entry import Entry
from rackwright.program.model import Program
from rackwright.program.shape import FieldShape, quantity_of, row_name, shapes

__all__ = ["ProgramChange", "diff_programs", "named_rows", "value_text"]

_DIGITS = 6


@dataclass(frozen=True, slots=True)
class ProgramChange:
    """One difference.

    Parameters
    ----------
    path
        Field or row, such as `offers[gpu@supplier-a].lead_time`.
    kind
        A field `changed`, or a row `added` or `removed`.
    before, after
        The values as people write them, with units; for a whole row, what identifies it; empty where there is none.
    """

    path: str
    kind: Literal["changed", "added", "removed"]
    before: str
    after: str


def diff_programs(a: Program, b: Program) -> list[ProgramChange]:
    """Differences from `a` to `b`, in the order of the program; the order of rows is no difference.

    Returns
    -------
    One change a field, and one a row that came or went; what is inside such a row is not listed.
    """
    return list(_entries(a, b, ""))


def _entries(a: Entry, b: Entry, path: str) -> Iterator[ProgramChange]:
    for field in shapes(type(a)).values():
        before, after = getattr(a, field.name), getattr(b, field.name)
        if before == after:
            continue
        where = f"{path}.{field.alias}".removeprefix(".").removeprefix("supply.")
        if isinstance(before, Entry) and isinstance(after, Entry):
            yield from _entries(before, after, "" if where == "supply" else where)
        elif field.row is not None and isinstance(before, tuple) and isinstance(after, tuple):
            yield from _rows(before, after, where)
        else:
            yield ProgramChange(where, "changed", value_text(type(a), field, before), value_text(type(a), field, after))


def _rows(before: tuple[Entry, ...], after: tuple[Entry, ...], path: str) -> Iterator[ProgramChange]:
    old, new = named_rows(before), named_rows(after)
    for name, row in old.items():
        if name not in new:
            yield ProgramChange(f"{path}[{name}]", "removed", name, "")
        elif row != new[name]:
            yield from _entries(row, new[name], f"{path}[{name}]")
    for name in new:
        if name not in old:
            yield ProgramChange(f"{path}[{name}]", "added", "", name)


def named_rows(rows: tuple[Entry, ...]) -> dict[str, Entry]:
    """Rows by name; a second row of one name is `name#2`."""
    named: dict[str, Entry] = {}
    for index, row in enumerate(rows):
        name = base = row_name(row, type(row), index)
        count = 1
        while name in named:
            count += 1
            name = f"{base}#{count}"
        named[name] = row
    return named


def value_text(cls: type[Entry], field: FieldShape, value: Any) -> str:
    """A value as people write it, with the unit of its field."""
    quantity = quantity_of(cls, field.name)
    dimension = quantity.dimension if quantity else ""
    unit = next((name for name, factor in DIMENSIONS.get(dimension, {}).items() if factor == 1.0), "")
    if value is None:
        return ""
    if isinstance(value, Estimate):
        band = "" if value.is_point else f" ({_number(value.low)}..{_number(value.high)})"
        return f"{_number(value.value)}{band} {unit}".strip()
    if isinstance(value, float):
        return format_quantity(value, unit, _DIGITS) if unit else _number(value)
    if isinstance(value, tuple):
        return ", ".join(str(part) for part in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10**_DIGITS else f"{value:.{_DIGITS}g}"
