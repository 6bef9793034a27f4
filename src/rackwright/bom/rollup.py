"""What does an item cost, weigh and come from when its structure is summed, and where is it used?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rackwright.bom.structure import StructureRow, by_parent, effective_rows, rows_of_table
from rackwright.tables.bom import Bom

__all__ = ["Use", "origin_shares", "rolled_cost_cent", "rolled_mass_g", "rolled_power_w", "where_used"]


@dataclass(frozen=True, order=True)
class Use:
    """An item's use in something above it: pieces in one of `parent`, `depth` levels up."""

    depth: int
    parent: str
    qty: float


def rolled_cost_cent(bom: Bom, item: str, *, day: int = 0) -> int:
    """Cost of one piece: the sum of its lowest components with scrap, or its own cost where it has none [cent]."""
    leaves = leaf_quantities(bom, item, day=day, with_scrap=True)
    cents: dict[str, int] = dict(bom.items.frame.select("item", "cost_cent").iter_rows())
    return round(sum(qty * cents.get(leaf, 0) for leaf, qty in leaves.items()))


def rolled_mass_g(bom: Bom, item: str, *, day: int = 0) -> int:
    """Mass of one piece as the sum of its lowest components, without scrap [g]."""
    leaves = leaf_quantities(bom, item, day=day, with_scrap=False)
    grams: dict[str, int] = dict(bom.items.frame.select("item", "mass_g").iter_rows())
    return round(sum(qty * grams.get(leaf, 0) for leaf, qty in leaves.items()))


def rolled_power_w(bom: Bom, item: str, *, day: int = 0) -> int:
    """Electric load of one piece: the sum over its direct components, each with the load it states or holds [W]."""
    watts: dict[str, int] = dict(bom.items.frame.select("item", "power_w").iter_rows())
    rows = effective_rows(by_parent(rows_of_table(bom.structure)).get(item, ()), day)
    return round(sum(row.qty * watts.get(row.component, 0) for row in rows)) if rows else watts.get(item, 0)


def origin_shares(bom: Bom, item: str, *, day: int = 0) -> Mapping[str, float]:
    """Share of the rolled-up cost by usual country of origin of the lowest components; "" where it is not known."""
    leaves = leaf_quantities(bom, item, day=day, with_scrap=True)
    facts = {
        name: (origin, cent) for name, origin, cent in bom.items.frame.select("item", "origin", "cost_cent").iter_rows()
    }
    sums: dict[str, float] = {}
    for leaf, qty in leaves.items():
        origin, cent = facts.get(leaf, ("", 0))
        sums[origin] = sums.get(origin, 0.0) + qty * cent
    total = sum(sums.values())
    return {origin: value / total for origin, value in sorted(sums.items())} if total > 0 else {}


def leaf_quantities(bom: Bom, item: str, *, day: int, with_scrap: bool) -> Mapping[str, float]:
    """Pieces of the lowest components in one piece of an item, on a day."""
    children = by_parent(rows_of_table(bom.structure))
    found: dict[str, float] = {}
    waiting = [(item, 1.0)]
    while waiting:
        name, qty = waiting.pop()
        rows = effective_rows(children.get(name, ()), day)
        if not rows:
            found[name] = found.get(name, 0.0) + qty
        waiting += [(row.component, qty * row.qty * (1.0 + row.scrap_share if with_scrap else 1.0)) for row in rows]
    return dict(sorted(found.items()))


def where_used(bom: Bom, item: str) -> tuple[Use, ...]:
    """Every item above this one at any date, with the pieces in one of it; alternates are listed side by side."""
    parents: dict[str, list[StructureRow]] = {}
    for row in rows_of_table(bom.structure):
        parents.setdefault(row.component, []).append(row)
    uses: dict[tuple[int, str], float] = {}
    waiting = [(item, 0, 1.0)]
    while waiting:
        name, depth, qty = waiting.pop()
        for row in parents.get(name, ()):
            key = (depth + 1, row.parent)
            uses[key] = uses.get(key, 0.0) + qty * row.qty
            waiting.append((row.parent, depth + 1, qty * row.qty))
    return tuple(sorted(Use(depth, parent, qty) for (depth, parent), qty in uses.items()))
