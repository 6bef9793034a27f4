"""What is known of each item: name, level, cost, mass, tariff heading, origin, and which stage dates it?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from rackwright.bom.request import BomRequest
from rackwright.bom.structure import StructureRow, by_parent, effective_rows
from rackwright.catalog.fibre import FibreTrunk
from rackwright.catalog.parts import CableAssembly, Fact, Part
from rackwright.program.supply import Item
from rackwright.tables.bom import Items

__all__ = ["items_table"]

CENT_PER_USD, GRAM_PER_KG, MM_PER_M = 100, 1000, 1000.0


@dataclass(frozen=True)
class _Knowledge:
    """Where figures of an item may come from, looked up by name."""

    items: Mapping[str, Item]
    parts: Mapping[str, Part]
    sku_cent: Mapping[str, int]
    offer_cent: Mapping[str, int]
    mean_length_m: Mapping[str, float]
    children: Mapping[str, tuple[StructureRow, ...]]

    def part_of(self, name: str) -> Part | None:
        """Catalog part an item is."""
        item = self.items.get(name)
        return self.parts.get(item.part) if item is not None and item.part else self.parts.get(name)

    def offered_cent(self, name: str) -> int | None:
        """Cheapest offer of an item that is bought whole; None for one with components, whose offer may be a step."""
        if self.children.get(name):
            return None
        item = self.items.get(name)
        return self.offer_cent.get(name, self.offer_cent.get(item.part) if item is not None and item.part else None)


def items_table(
    request: BomRequest, rows: Iterable[StructureRow], codes: Mapping[str, int], roots: Iterable[str]
) -> Items:
    """One row per item at every level.

    Costs and masses are the program's, else the catalog's, else the sum of the components (`bom-cost`, `bom-mass`); a
    bought item without a cost of its own has that of its cheapest offer before the catalog's;
    loads are the catalog's, else that sum (`bom-power`).
    """
    known = _knowledge(request, rows)
    order = sorted(codes, key=lambda name: (-codes[name], name))
    cents = _rolled(order, known, _own_cent, with_scrap=True)
    grams = _rolled(order, known, _own_gram, with_scrap=False)
    watts = _rolled(order, known, _own_watt, with_scrap=False)
    dated = _lead_by(request, known, set(roots))
    return Items.from_rows(
        [
            (*_row(name, known, codes, dated), cents[name], grams[name], watts[name], *_trade(name, known))
            for name in sorted(codes)
        ]
    )


def _knowledge(request: BomRequest, rows: Iterable[StructureRow]) -> _Knowledge:
    lengths: dict[str, tuple[int, int]] = {}
    for placed in request.placed:
        count, total = lengths.get(placed.part, (0, 0))
        lengths[placed.part] = (count + placed.count, total + placed.length_mm)
    return _Knowledge(
        items={item.id: item for item in request.items},
        parts={part.id: part for part in request.parts},
        sku_cent={price.sku: price.cent for price in request.prices},
        offer_cent={offer.item: offer.cent for offer in request.offers},
        mean_length_m={part: total / count / MM_PER_M for part, (count, total) in lengths.items() if count},
        children=by_parent(rows),
    )


def _rolled(
    order: Iterable[str], known: _Knowledge, own: Callable[[str, _Knowledge], int | None], *, with_scrap: bool
) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for name in order:  # deepest first, so components are known before their parents
        stated = own(name, known)
        if stated is None:
            rows = effective_rows(known.children.get(name, ()), 0)
            scrap = [1.0 + row.scrap_share if with_scrap else 1.0 for row in rows]
            stated = round(sum(found[row.component] * row.qty * more for row, more in zip(rows, scrap, strict=True)))
        found[name] = stated
    return found


def _own_cent(name: str, known: _Knowledge) -> int | None:
    item, part = known.items.get(name), known.part_of(name)
    if item is not None and item.cost is not None:
        return round(item.cost.value * CENT_PER_USD)
    if name in known.sku_cent:
        return known.sku_cent[name]
    offered = known.offered_cent(name)
    if offered is not None:
        return offered
    per_metre = _value(part.price_per_m_usd) if isinstance(part, CableAssembly | FibreTrunk) else None
    ends = _value(part.price_usd) if part is not None else None
    if part is None or (ends is None and per_metre is None):
        return None
    length_m = known.mean_length_m.get(part.id, 0.0)
    return round(((ends or 0.0) + (per_metre or 0.0) * length_m) * CENT_PER_USD)


def _own_gram(name: str, known: _Knowledge) -> int | None:
    item, part = known.items.get(name), known.part_of(name)
    if item is not None and item.mass_kg is not None:
        return round(item.mass_kg * GRAM_PER_KG)
    kg = _value(part.mass_kg) if part is not None else None
    return None if kg is None else round(kg * GRAM_PER_KG)


def _own_watt(name: str, known: _Knowledge) -> int | None:
    """Load the catalog states for a part; that of a tray holds its accelerators."""
    fact = getattr(known.part_of(name), "power_w", None)
    return round(fact.value) if isinstance(fact, Fact) else None


def _value(fact: Fact | None) -> float | None:
    return None if fact is None else fact.value


def _lead_by(request: BomRequest, known: _Knowledge, roots: set[str]) -> Mapping[str, str]:
    """An item of the program says itself; else how it was placed: supply if any scope of it is dated by supply."""
    placed: dict[str, set[str]] = {}
    numbers = {item.part: item.id for item in reversed(request.items) if item.part}
    for row in request.placed:
        placed.setdefault(numbers.get(row.part, row.part), set()).add(row.lead_by)
    dated = {name: "supply" if "supply" in stages else "schedule" for name, stages in placed.items() if name in roots}
    return {**dated, **{name: item.lead_by for name, item in known.items.items()}}


def _row(
    name: str, known: _Knowledge, codes: Mapping[str, int], dated: Mapping[str, str]
) -> tuple[str, str, str, int, str, str, bool]:
    item, part = known.items.get(name), known.part_of(name)
    title = (item.name if item is not None else "") or (part.name if part is not None else name)
    owner, phantom = (item.owner, item.phantom) if item is not None else ("", False)
    return (name, title, part.id if part is not None else "", codes[name], dated.get(name, "supply"), owner, phantom)


def _trade(name: str, known: _Knowledge) -> tuple[str, str]:
    item, part = known.items.get(name), known.part_of(name)
    hts = (item.hts if item is not None else "") or (part.hts if part is not None else "")
    return hts, part.origin if part is not None else ""
