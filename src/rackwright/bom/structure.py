"""What is one level of each item made of, from when to when? Drawings of racks and rows of the program together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from rackwright.base.errors import InputError
from rackwright.base.horizon import Horizon
from rackwright.base.problem import Place, Problem
from rackwright.program.by_tranche import revision_id
from rackwright.program.supply import BomRow, Item
from rackwright.tables.bom import Structure
from rackwright.tables.racks import Internal, RackTypes, Slots

__all__ = [
    "StructureRow",
    "by_parent",
    "drawing_rows",
    "effective_rows",
    "item_of_part",
    "low_level_codes",
    "program_rows",
    "reachable_rows",
    "revised_drawing",
    "structure_table",
]


@dataclass(frozen=True, order=True)
class StructureRow:
    """So many of a component in one parent, effective in `[from_day, to_day)`."""

    parent: str
    component: str
    from_day: int
    to_day: int
    qty: float
    scrap_share: float = 0.0
    group: str = ""
    priority: int = 1

    def is_effective(self, day: int) -> bool:
        """True if the row holds on a day."""
        return self.from_day <= day < self.to_day


def item_of_part(items: Iterable[Item]) -> Mapping[str, str]:
    """Item number of each catalog part that the program gives another number; the first item wins.

    A revision by tranche is never what the part stands for.
    """
    numbers: dict[str, str] = {}
    for item in items:
        if item.part and not item.id.startswith(revision_id(item.part, "")):
            numbers.setdefault(item.part, item.id)
    return numbers


def drawing_rows(
    types: RackTypes, slots: Slots, internal: Internal, *, numbers: Mapping[str, str], horizon: Horizon
) -> tuple[StructureRow, ...]:
    """Frame, slots and inside parts of each rack type as structure rows; blanks without a part are left out."""
    counts: dict[tuple[str, str], float] = {}
    pieces = [
        *((kind, part, 1) for kind, part in slots.frame.select("type", "part").iter_rows()),
        *internal.frame.select("type", "part", "count").iter_rows(),
    ]
    inside = {(kind, part) for kind, part, _ in pieces}
    frames = zip(types["type"], types["enclosure"], strict=True)
    pieces += [(kind, frame, 1) for kind, frame in frames if (kind, frame) not in inside]
    for kind, part, count in pieces:
        if part:
            key = (kind, numbers.get(part, part))
            counts[key] = counts.get(key, 0.0) + count
    days = (0, horizon.num_days)
    return tuple(StructureRow(parent, part, *days, qty) for (parent, part), qty in sorted(counts.items()))


def revised_drawing(
    drawn: Iterable[StructureRow], rows: Iterable[BomRow]
) -> tuple[tuple[StructureRow, ...], tuple[BomRow, ...]]:
    """Drawn rows with the revision by tranche that a row names in place of a part, and the rows that are left."""
    kept = list(rows)
    found = []
    for line in drawn:
        own = [
            row
            for row in kept
            if row.parent == line.parent and row.component.startswith(revision_id(line.component, ""))
        ]
        kept = [row for row in kept if row not in own]
        found.append(replace(line, component=own[0].component) if own else line)
    return tuple(sorted(found)), tuple(kept)


def program_rows(
    rows: Iterable[BomRow], drawn: Iterable[StructureRow], *, numbers: Mapping[str, str], horizon: Horizon
) -> tuple[tuple[StructureRow, ...], tuple[str, ...]]:
    """Rows of the program with days, and `parent: component` of those that repeat a drawing (the drawing holds).

    Raises
    ------
    InputError
        Two rows have one parent, component and first day.
    """
    known = {(row.parent, row.component) for row in drawn}
    kept: dict[tuple[str, str, int], StructureRow] = {}
    repeated: list[str] = []
    problems: list[Problem] = []
    for row in rows:
        made = _dated(row, numbers, horizon)
        key = (made.parent, made.component, made.from_day)
        if (made.parent, made.component) in known:
            repeated.append(f"{made.parent}: {made.component}")
        elif key in kept:
            rule = f"{made.component} stands twice in {made.parent} from the same day."
            place = Place(path=f"bom[{row.parent}:{row.component}]")
            problems.append(Problem("duplicate-structure", place, rule, "Add the quantities in one row."))
        elif made.from_day < made.to_day:
            kept[key] = made
    if problems:
        raise InputError(problems)
    return tuple(sorted(kept.values())), tuple(sorted(set(repeated)))


def _dated(row: BomRow, numbers: Mapping[str, str], horizon: Horizon) -> StructureRow:
    starts = [horizon.day(date) for date in (row.start, row.qualified) if date is not None]
    end = horizon.num_days if row.end is None else min(horizon.num_days, horizon.day(row.end))
    return StructureRow(
        parent=numbers.get(row.parent, row.parent),
        component=numbers.get(row.component, row.component),
        from_day=max([0, *starts]),
        to_day=end,
        qty=row.qty,
        scrap_share=row.scrap_share,
        group=row.group,
        priority=row.priority,
    )


def by_parent(rows: Iterable[StructureRow]) -> Mapping[str, tuple[StructureRow, ...]]:
    """Rows of each parent, in order."""
    found: dict[str, list[StructureRow]] = {}
    for row in rows:
        found.setdefault(row.parent, []).append(row)
    return {parent: tuple(sorted(mine)) for parent, mine in found.items()}


def reachable_rows(rows: Iterable[StructureRow], roots: Iterable[str]) -> tuple[StructureRow, ...]:
    """Rows below what was placed, at every level and date."""
    children = by_parent(rows)
    seen, waiting = set(), sorted(set(roots))
    while waiting:
        parent = waiting.pop()
        if parent not in seen:
            seen.add(parent)
            waiting += [row.component for row in children.get(parent, ())]
    return tuple(sorted(row for row in rows if row.parent in seen))


def low_level_codes(rows: Iterable[StructureRow], roots: Iterable[str]) -> Mapping[str, int]:
    """Deepest level at which each item occurs; 0 for what is placed and never inside anything.

    Raises
    ------
    InputError
        An item is inside itself; its name is given.
    """
    rows = tuple(rows)
    children = by_parent(rows)
    waiting_parents = {name: 0 for row in rows for name in (row.parent, row.component)}
    waiting_parents |= dict.fromkeys(roots, 0)
    for row in rows:
        waiting_parents[row.component] += 1
    codes = dict.fromkeys(waiting_parents, 0)
    ready = sorted(name for name, count in waiting_parents.items() if count == 0)
    num_done = 0
    while ready:
        parent = ready.pop()
        num_done += 1
        for row in children.get(parent, ()):
            codes[row.component] = max(codes[row.component], codes[parent] + 1)
            waiting_parents[row.component] -= 1
            if waiting_parents[row.component] == 0:
                ready.append(row.component)
    if num_done < len(codes):
        name = min(name for name, count in waiting_parents.items() if count > 0)
        rule = f'the structure has a cycle through or above "{name}".'
        raise InputError([Problem("structure-cycle", Place(path="bom"), rule, "Remove one of its rows.")])
    return codes


def effective_rows(rows: Iterable[StructureRow], day: int) -> tuple[StructureRow, ...]:
    """Rows of one parent that hold on a day: every row without group, and of each group the most preferred.

    A group with no row on that day uses the one that comes into effect next, since something must be built in.
    """
    chosen: dict[str, StructureRow] = {}
    plain: list[StructureRow] = []
    for row in sorted(rows):
        if not row.group:
            if row.is_effective(day):
                plain.append(row)
            continue
        if row.to_day <= day:
            continue
        other = chosen.get(row.group)
        if other is None or _preference(row, day) < _preference(other, day):
            chosen[row.group] = row
    return (*plain, *(chosen[group] for group in sorted(chosen)))


def _preference(row: StructureRow, day: int) -> tuple[int, int, str]:
    return max(row.from_day, day), row.priority, row.component


def structure_table(rows: Iterable[StructureRow]) -> Structure:
    """The rows as a table."""
    return Structure.from_rows(
        [
            (row.parent, row.component, row.from_day, row.to_day, row.qty, row.scrap_share, row.group, row.priority)
            for row in rows
        ]
    )


def rows_of_table(table: Structure) -> tuple[StructureRow, ...]:
    """The inverse of `structure_table`."""
    order = ["parent", "component", "from_day", "to_day", "qty", "scrap_share", "group", "priority"]
    return tuple(StructureRow(*row) for row in table.frame.select(order).iter_rows())
