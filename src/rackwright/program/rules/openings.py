"""Does every opening open something, and is everything opened by one opening alone?"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.program.rules.finding import Finding, Subject
from rackwright.program.shape import Path
from rackwright.program.shifts import Opening

__all__ = ["check_openings"]


def check_openings(subject: Subject) -> Iterator[Finding]:
    """A cell or source that one opening brings is not brought, lengthened or added to by another row."""
    offers = {(row.item, row.supplier) for row in subject.program.supply.offers}
    taken = {row.id: "its `extra_shift`" for row in subject.program.supply.cells if row.extra_shift is not None}
    taken |= {add.cell: f'opening "{row.id}" adds to it' for row in subject.program.supply.openings for add in row.adds}
    sources: dict[tuple[str, str], str] = {}
    for path, row in subject.rows(Opening):
        if not row.cells and not row.adds and not row.qualifies:
            rule = f'"{row.id}" opens nothing.'
            yield Finding("opening-of-nothing", path, rule, "Add `cells`, `adds` or `qualifies`.")
        yield from _check_cells(path, row, taken)
        for index, source in enumerate(row.qualifies):
            pair, where = (source.item, source.supplier), (*path, "qualifies", index)
            if pair not in offers:
                rule = f'"{source.supplier}" offers no "{source.item}".'
                yield Finding("opening-without-offer", where, rule, "Add the offer, or name another source.")
            if pair in sources:
                rule = f'opening "{sources[pair]}" qualifies the same source.'
                yield Finding("opened-twice", where, rule, "Keep one of the two.")
            sources[pair] = row.id


def _check_cells(path: Path, row: Opening, taken: dict[str, str]) -> Iterator[Finding]:
    """Adds the cells of an opening to what is taken."""
    for index, cell in enumerate(row.cells):
        if cell in taken:
            rule = f'cell "{cell}" stands only if "{row.id}" opens, and has another row to open it: {taken[cell]}.'
            yield Finding("opened-twice", (*path, "cells", index), rule, "Keep one of the two.")
        taken[cell] = f'opening "{row.id}"'
