"""Which field or rows does a path such as `offers[item=x,supplier=y].lead_time` name?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from rackwright.program.entry import Entry
from rackwright.program.shape import identity, row_name, shapes

__all__ = ["Step", "matching", "parse_path"]

_STEP: Final = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?:\[(?P<rows>[^\[\]]{1,200})\])?(?:\.|$)")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: a field, and which of its rows; `rows` is empty for the field as a whole."""

    name: str
    rows: str = ""


def parse_path(text: str) -> tuple[Step, ...] | None:
    """Steps of a path, or None if it is not one.

    Examples
    --------
    >>> parse_path("serving[chat].demand[0].output")
    (Step(name='serving', rows='chat'), Step(name='demand', rows='0'), Step(name='output', rows=''))
    """
    steps, start = [], 0
    while start < len(text):
        match = _STEP.match(text, start)
        if match is None or match.end() == start:
            return None
        steps.append(Step(match["name"], match["rows"] or ""))
        start = match.end()
    return None if not steps or text.endswith(".") else tuple(steps)


def matching(rows: tuple[Any, ...], selector: str) -> list[int]:
    """Positions of the rows a selector names: `*`, a position from 0, a name, or `field=value,field=value`."""
    if selector == "*":
        return list(range(len(rows)))
    if "=" in selector:
        wanted = [pair.partition("=") for pair in selector.split(",")]
        pairs = [(field.strip(), value.strip()) for field, _, value in wanted]
        return [i for i, row in enumerate(rows) if all(_has(row, field, value) for field, value in pairs)]
    named = [i for i, row in enumerate(rows) if isinstance(row, Entry) and row_name(row, type(row), i) == selector]
    named = named or [i for i, row in enumerate(rows) if isinstance(row, Entry) and _first_name(row) == selector]
    if not named and selector.isdecimal() and int(selector) < len(rows):
        return [int(selector)]
    return named


def _first_name(row: Entry) -> str:
    return str(getattr(row, identity(type(row))[0])) if identity(type(row)) else ""


def _has(row: Any, field: str, value: str) -> bool:
    shape = shapes(type(row)).get(field) if isinstance(row, Entry) else None
    return shape is not None and (value == "*" or str(getattr(row, shape.name)) == value)
