"""Which fields of the program forbid what is not delivered? The answer of `whatif --conflicts`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rackwright.base.problem import Place
from rackwright.supply.clauses import Clause
from rackwright.supply.conflicts import Conflict
from rackwright.views.view import Cell, Shown, TableColumn, ViewTable, counted

__all__ = ["conflicts_shown"]

NOTE = (
    "The fields of a set forbid the demand together, whatever all others say; without any one of them it could be met "
    "by the end of the horizon (a target or budget: kept by all demands named). Proved by solving with fields "
    "set aside: a ceiling or date out, a time of no days. "
    "Values are those of the files, before edits."
)


def conflicts_shown(found: Sequence[Conflict], stated: Mapping[Clause, tuple[Place, str]]) -> Shown:
    """One row for each field of each set, with its place in the program's files and what it says there."""
    if not found:
        return Shown("Nothing is left out: every rack and every claim of the horizon is delivered.")
    rows: list[tuple[Cell, ...]] = []
    for conflict in found:
        for clause in conflict.clauses:
            place, value = stated.get(clause, (Place(), ""))
            spot = f"{place.file}:{place.line}" if place.line else place.file
            reason = conflict.reason or ("" if conflict.is_smallest else "stopped early: it may be smaller")
            rows.append((conflict.subject, conflict.missing, conflict.unit, str(clause), value, spot, reason))
    columns = (
        TableColumn("demand", "Not met"),
        TableColumn("missing", "Missing", "", 1),
        TableColumn("unit", "of"),
        TableColumn("field", "Fields that conflict"),
        TableColumn("value", "says"),
        TableColumn("place", "at"),
        TableColumn("reason", "Why"),
    )
    first = found[0]
    why = first.reason or f"it conflicts with {counted(len(first.clauses) - 1, 'field')} of the program"
    lead = f"{counted(len(found), 'demand is', 'demands are')} not met within the horizon. {first.subject}: {why}."
    return Shown(lead, (ViewTable("Smallest conflicting sets", columns, tuple(rows), NOTE),))
