"""Which racks were wanted and found no place, in which tranche, why, and what would help?"""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.plan import Plan
from rackwright.views.view import TableColumn, ViewTable

__all__ = ["Shortfall", "shortfall_table", "tranche_shortfalls"]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Racks of one tranche that found no place, with the cause and the cheapest relief siting names."""

    racks: int
    cause: str
    relief: str


def tranche_shortfalls(plan: Plan) -> dict[str, Shortfall]:
    """Shortfall of every tranche that has one.

    A tranche with stated units lacks what it was not given; the tranche that takes the rest lacks what its block was
    not given beside that.
    """
    unit_racks = {platform.id: platform.fabric.unit_racks for platform in plan.program.platforms}
    given = dict(plan.siting.tranches.frame.select("tranche", "units").iter_rows())
    found: dict[str, Shortfall] = {}
    for row in plan.siting.shortfalls.frame.iter_rows(named=True):
        own = [tranche for tranche in plan.program.tranches if tranche.block == row["block"] and tranche.id in given]
        missing = {t.id: max(t.units - given[t.id], 0) for t in own if isinstance(t.units, int)}
        beyond = max(row["wanted_units"] - row["given_units"] - sum(missing.values()), 0)
        missing |= {t.id: beyond for t in own if t.units == "rest"}
        platform = next(block.platform for block in plan.program.blocks if block.id == row["block"])
        for tranche, units in missing.items():
            if units:
                found[tranche] = Shortfall(units * unit_racks[platform], row["cause"], row["relief"])
    return found


def shortfall_table(plan: Plan) -> ViewTable:
    """Every block that was not given what it wanted."""
    columns = (
        TableColumn("block", "Block"),
        TableColumn("wanted_units", "Wanted", "units"),
        TableColumn("given_units", "Placed", "units"),
        TableColumn("cause", "What limits it"),
        TableColumn("relief", "What would help"),
    )
    rows = tuple(plan.siting.shortfalls.frame.select(column.name for column in columns).iter_rows())
    return ViewTable("Blocks that are not placed in full", columns, rows)
