"""Which good units does a test cell keep to test against, and from which day on?

A cell tests nothing without its golden units, so the first units of a line that starts within the plan go to its cells
before any rack. A cell that tests on the first day has them already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rackwright.base.horizon import Horizon
from rackwright.program.by_tranche import revision_id
from rackwright.program.supply import Cell, RouteStep

__all__ = ["GoldenUnits", "golden_units"]

Line = tuple[str, str]
"""Item and plant that makes it."""


@dataclass(frozen=True)
class GoldenUnits:
    """Units of an item that a cell keeps, wanted when the first of its line are done.

    `is_there` is True where the cell tests them on the first day of the plan already.
    """

    cell: str
    item: str
    plant: str
    units: int
    day: float
    is_there: bool

    @property
    def name(self) -> str:
        """Name as a claim."""
        return f"golden {self.item} in {self.cell}"


def golden_units(
    cells: Iterable[Cell], routes: Iterable[RouteStep], starts: Mapping[Line, tuple[float, float]], horizon: Horizon
) -> tuple[GoldenUnits, ...]:
    """Units kept by each cell of every item that it tests, in the order of cells and items.

    A revision by tranche shares those of the item it revises, where that is made too.

    Parameters
    ----------
    starts
        First day on which each line may start a unit, and its lead time, by item and plant; others are left out.
    """
    lines = {(step.cell, step.item, step.plant) for step in routes if (step.item, step.plant) in starts}
    tested = sorted(line for line in lines if not _is_shared(line, lines))
    found = []
    for cell in cells:
        runs = 0 if cell.start is None else horizon.day(cell.start)
        for name, item, plant in tested:
            if name == cell.id and cell.golden_units:
                first, lead_days = starts[item, plant]
                day = max(first, float(runs))
                there = day <= 0
                found.append(GoldenUnits(name, item, plant, cell.golden_units, day + lead_days, there))
    return tuple(found)


def _is_shared(line: tuple[str, str, str], lines: Iterable[tuple[str, str, str]]) -> bool:
    """True if the cell tests what an item revises there as well."""
    cell, item, plant = line
    return any((cell, plant) == (at, there) and item.startswith(revision_id(other, "")) for at, other, there in lines)
