"""How many pieces of every item does the plan need? Explosion from what is placed, level by level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from rackwright.bom.items import items_table
from rackwright.bom.request import BomRequest, Placed
from rackwright.bom.structure import (
    StructureRow,
    by_parent,
    drawing_rows,
    effective_rows,
    item_of_part,
    low_level_codes,
    program_rows,
    reachable_rows,
    revised_drawing,
    structure_table,
)
from rackwright.tables.bom import Bom, ItemNeeds, Totals
from rackwright.tables.checks import Checks

__all__ = ["explode_bom"]

OMISSIONS = (
    "Cables of one part are one item; its cost is the price of the ends plus the price per metre at the mean length.",
    "The structure is taken as it holds on the day a scope needs its pieces; lead times do not move that day.",
    "On-site generation, standby fuel and building works are not part of the bill of materials.",
)


def explode_bom(request: BomRequest) -> Bom:
    """Items, structure, needs and totals of everything placed.

    Quantities go down the structure in the order of low-level codes, so each item is exploded once, after all of its
    parents. Of an alternate group the most preferred row effective on the need day is counted.
    """
    numbers = item_of_part(request.items)
    drawn = drawing_rows(request.types, request.slots, request.internal, numbers=numbers, horizon=request.horizon)
    drawn, kept = revised_drawing(drawn, request.rows)
    written, repeated = program_rows(kept, drawn, numbers=numbers, horizon=request.horizon)
    needs = tuple((numbers.get(row.part, row.part), row) for row in request.placed)
    roots = sorted({item for item, _ in needs})
    rows = reachable_rows((*drawn, *written), roots)
    codes = low_level_codes(rows, roots)
    totals = explode_needs(needs, rows, codes, need_days=_days(request))
    return Bom(
        items=items_table(request, rows, codes, roots),
        structure=structure_table(rows),
        needs=_needs_table(needs),
        totals=Totals.from_rows(sorted(totals.items())),
        checks=_checks(request, numbers, totals, repeated),
        omissions=OMISSIONS,
    )


def _days(request: BomRequest) -> Mapping[tuple[str, str], int]:
    last = request.horizon.num_days - 1
    return {(row.scope, row.scope_id): min(max(0, row.day), last) for row in request.need_days}


def explode_needs(
    needs: Iterable[tuple[str, Placed]],
    rows: Iterable[StructureRow],
    codes: Mapping[str, int],
    *,
    need_days: Mapping[tuple[str, str], int],
) -> Mapping[str, float]:
    """Pieces of every item, scrap included.

    Notes
    -----
    N[c] = placed[c] + sum over rows (p, c) effective on the need day of N[p] q (1 + scrap)
    """
    needs = tuple(needs)
    days = sorted({need_days.get((row.scope, row.scope_id), 0) for _, row in needs}) or [0]
    place_of_day = {day: place for place, day in enumerate(days)}
    amounts: dict[str, NDArray[np.float64]] = {name: np.zeros(len(days)) for name in codes}
    for item, placed in needs:
        amounts[item][place_of_day[need_days.get((placed.scope, placed.scope_id), 0)]] += placed.count
    children = by_parent(rows)
    # One pass over the items in level order; all need days at once.
    for parent in sorted(children, key=lambda name: (codes[name], name)):
        masks = _masks(children[parent], days)
        for row, mask in masks:
            amounts[row.component] += amounts[parent] * (row.qty * (1.0 + row.scrap_share)) * mask
    return {name: float(amount.sum()) for name, amount in amounts.items()}


def _masks(rows: tuple[StructureRow, ...], days: list[int]) -> list[tuple[StructureRow, NDArray[np.float64]]]:
    masks = {row: np.zeros(len(days)) for row in rows}
    for place, day in enumerate(days):
        for row in effective_rows(rows, day):
            masks[row][place] = 1.0
    return list(masks.items())


def _needs_table(needs: Iterable[tuple[str, Placed]]) -> ItemNeeds:
    merged: dict[tuple[str, str, str, int], tuple[int, str]] = {}
    for item, row in needs:
        key = (item, row.scope, row.scope_id, row.index)
        merged[key] = (merged.get(key, (0, row.trigger))[0] + row.count, row.trigger)
    return ItemNeeds.from_rows([(*key, *value) for key, value in sorted(merged.items())])


def _checks(
    request: BomRequest, numbers: Mapping[str, str], totals: Mapping[str, float], repeated: Iterable[str]
) -> Checks:
    asked: dict[str, int] = {}
    for row in request.placed:
        if row.trigger == "rack":
            asked[row.part] = asked.get(row.part, 0) + row.count
    floor = dict(request.floor_racks)
    rows = [
        ("bom-racks-placed", sku, float(floor.get(sku, 0)), float(asked.get(sku, 0)), "racks",
         floor.get(sku, 0) == asked.get(sku, 0), "layout.racks against siting.tranches")
        for sku in sorted(set(asked) | set(floor))
    ]  # fmt: skip
    needed: dict[str, int] = {}
    for placed in request.placed:
        item = numbers.get(placed.part, placed.part)
        needed[item] = needed.get(item, 0) + placed.count
    rows += [
        ("bom-covers-placed", item, totals[item], float(count), "pieces", totals[item] >= count, "arithmetic")
        for item, count in sorted(needed.items())
    ]
    rows += [
        (
            "bom-repeats-drawing",
            pair,
            1.0,
            0.0,
            "rows",
            False,
            "the rack's drawing holds, the program's row is left out",
        )
        for pair in repeated
    ]
    return Checks.from_rows(rows)
