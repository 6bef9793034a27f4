"""What does one piece of an item take, once levels that nobody plans are passed through?

A phantom, and an item that nobody makes, sells or has but that has a structure, is passed through: its components go
straight into its parent. An item with neither source nor structure is left out and named as unsourced; an item dated
by the schedule is left out because the schedule dates it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rackwright.tables.bom import Items, Structure

__all__ = ["Alternative", "Group", "Kits", "Line"]


@dataclass(frozen=True, order=True)
class Line:
    """So many pieces of an item, scrap included."""

    item: str
    qty: float


@dataclass(frozen=True)
class Alternative:
    """One way to fill a group, effective in `[from_day, to_day)`."""

    priority: int
    from_day: int
    to_day: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Group:
    """A choice inside a parent; `is_choice` is False for a plain row, which is simply absent on other days."""

    name: str
    is_choice: bool
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True)
class _Row:
    component: str
    from_day: int
    to_day: int
    qty: float
    group: str
    priority: int


@dataclass
class Kits:
    """Answers what a piece of an item takes; remembers which items turned out to be unsourced.

    Parameters
    ----------
    structure, items
        Tables of the bill of materials.
    sourced
        Items that somebody makes, sells or has.
    """

    structure: Structure
    items: Items
    sourced: frozenset[str]
    unsourced: set[str] = field(default_factory=set)
    _rows: Mapping[str, tuple[_Row, ...]] = field(init=False)
    _phantoms: frozenset[str] = field(init=False)
    _scheduled: frozenset[str] = field(init=False)
    _memo: dict[str, tuple[Group, ...]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        frame = self.items.frame
        self._phantoms = frozenset(frame.filter(frame["phantom"])["item"])
        self._scheduled = frozenset(frame.filter(frame["lead_by"] == "schedule")["item"])
        self._rows = _rows_by_parent(self.structure)

    def is_planned(self, item: str) -> bool:
        """True if supply plans the item itself."""
        return item in self.sourced and item not in self._phantoms and item not in self._scheduled

    def below(self, item: str) -> tuple[Group, ...]:
        """Groups of planned items that one piece of an item takes."""
        if item not in self._memo:
            self._memo[item] = self._flatten(item)
        return self._memo[item]

    def of_scope(self, item: str, qty: float, day: int) -> tuple[Line, ...]:
        """Planned items in `qty` pieces of an item that is itself needed, with the preferred alternates of a day."""
        if item in self._scheduled:
            return ()
        if self.is_planned(item):
            return (Line(item, qty),)
        if not self._rows.get(item):
            self.unsourced.add(item)
            return ()
        return _summed(Line(line.item, line.qty * qty) for group in self.below(item) for line in _preferred(group, day))

    def _flatten(self, item: str) -> tuple[Group, ...]:
        plain: list[Group] = []
        choices: dict[str, list[Alternative]] = {}
        for row in self._rows.get(item, ()):
            if row.component in self._scheduled:
                continue
            if row.group:
                lines = self.of_scope(row.component, row.qty, row.from_day)
                if lines:
                    choices.setdefault(row.group, []).append(Alternative(row.priority, row.from_day, row.to_day, lines))
            else:
                plain += self._plain(row)
        return (*plain, *(Group(name, True, _ordered(found)) for name, found in sorted(choices.items())))

    def _plain(self, row: _Row) -> list[Group]:
        if self.is_planned(row.component):
            only = Alternative(1, row.from_day, row.to_day, (Line(row.component, row.qty),))
            return [Group(row.component, False, (only,))]
        if not self._rows.get(row.component):
            self.unsourced.add(row.component)
            return []
        return [_scaled(group, row) for group in self.below(row.component)]


def _rows_by_parent(structure: Structure) -> Mapping[str, tuple[_Row, ...]]:
    found: dict[str, list[_Row]] = {}
    names = ["parent", "component", "from_day", "to_day", "qty", "scrap_share", "group", "priority"]
    for parent, component, start, end, qty, scrap, group, priority in structure.frame.select(names).iter_rows():
        found.setdefault(parent, []).append(_Row(component, start, end, qty * (1.0 + scrap), group, priority))
    return {parent: tuple(rows) for parent, rows in found.items()}


def _ordered(alternatives: Iterable[Alternative]) -> tuple[Alternative, ...]:
    return tuple(sorted(alternatives, key=lambda row: (row.priority, row.from_day, row.lines)))


def _scaled(group: Group, row: _Row) -> Group:
    """A group of a passed-through component, seen from its parent."""
    alternatives = tuple(
        Alternative(
            inner.priority,
            max(inner.from_day, row.from_day),
            min(inner.to_day, row.to_day),
            tuple(Line(line.item, line.qty * row.qty) for line in inner.lines),
        )
        for inner in group.alternatives
    )
    return Group(f"{row.component}/{group.name}", group.is_choice, alternatives)


def _preferred(group: Group, day: int) -> tuple[Line, ...]:
    """Lines of the alternative used on a day; of a choice with none, those of the next to come into effect."""
    open_ones = [row for row in group.alternatives if row.from_day <= day < row.to_day]
    if not open_ones and group.is_choice:
        open_ones = [row for row in group.alternatives if row.to_day > day]
        open_ones.sort(key=lambda row: (row.from_day, row.priority))
    return open_ones[0].lines if open_ones else ()


def _summed(lines: Iterable[Line]) -> tuple[Line, ...]:
    total: dict[str, float] = {}
    for line in lines:
        total[line.item] = total.get(line.item, 0.0) + line.qty
    return tuple(Line(item, qty) for item, qty in sorted(total.items()))
