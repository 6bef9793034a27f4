"""What of a program is read, checked and kept, but not yet used by any stage? Said in each result, never hidden.

Remove a line when a stage begins to use the field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rackwright.program.entry import Entry
from rackwright.program.model import Program
from rackwright.program.shape import shapes, tables

__all__ = ["UNUSED", "unused_fields"]

UNUSED: Final[Mapping[str, str]] = {
    "training.weight": "workloads share racks by block, not by weight",
    "serving.weight": "workloads share racks by block, not by weight",
    "requirements.power_per_rack": "halls are filled with the power of the platform's own racks",
    "requirements.flow": "halls are filled with the coolant flow of the platform's own racks",
    "plants.state": "duties, content and jobs go by country and plant, not by state",
    "sites.state": "duties and content go by country, weather by its file",
    "terms.rungs": "supply applies rungs with `held_from`; only `decide` chooses among the others",
    "scenarios.decide_by": "scenarios are compared side by side, without decisions in time",
    "scenarios.trigger": "triggers are shown, not watched",
}
"""Field or table -> what today's stages do instead."""


def unused_fields(program: Program) -> tuple[str, ...]:
    """Fields and tables that this program gives and no stage uses, in the order of the list."""
    return tuple(path for path in UNUSED if _is_given(program, path))


def _is_given(program: Program, path: str) -> bool:
    steps = path.split(".")
    start: Entry = program.supply if steps[0] in tables() and steps[0] not in shapes(Program) else program
    return _has(start, steps)


def _has(entry: Entry, steps: list[str]) -> bool:
    field = shapes(type(entry))[steps[0]]
    value = getattr(entry, field.name)
    if len(steps) == 1:
        return field.name in entry.model_fields_set and value not in ((), "", None)
    rows = value if isinstance(value, tuple) else (value,)
    return any(_has(row, steps[1:]) for row in rows if isinstance(row, Entry))
