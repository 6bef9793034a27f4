"""Can rows of the structure that hold for some tranches only be followed?"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.program.by_tranche import (
    as_written,
    is_revised,
    parents_above,
    revision_id,
    revision_ids,
    structure_pairs,
)
from rackwright.program.model import Program
from rackwright.program.platforms import Configuration
from rackwright.program.rules.finding import Finding, Subject
from rackwright.program.shape import Path
from rackwright.program.supply import BomRow, Item, Make

__all__ = ["check_tranche_rows"]

_LONGEST_ID = 64


def check_tranche_rows(subject: Subject) -> Iterator[Finding]:
    """A row by tranche lies below the racks it names, every such rack has one of each group, and nobody sells it."""
    if not any(row.tranches for row in subject.program.supply.bom):
        return
    yield from _check_names(subject)
    program = as_written(subject.program)
    below = {row.id: _parents_below(program, row.configuration) for row in program.tranches}
    yield from _check_reach(program, below)
    yield from _check_groups(program, below)
    yield from _check_bought(program)


def _check_names(subject: Subject) -> Iterator[Finding]:
    """Nothing in the files has the name of a revision: its rows would be taken for the revision's, and replaced."""
    if is_revised(subject.program):
        return
    base = revision_ids(subject.program)
    named: list[tuple[Path, str]] = [((*path, "id"), row.id) for path, row in subject.rows(Item)]
    named += [((*path, "id"), row.id) for path, row in subject.rows(Configuration)]
    named += [((*path, "parent"), row.parent) for path, row in subject.rows(BomRow)]
    named += [((*path, "item"), row.item) for path, row in subject.rows(Make)]
    for where, name in named:
        if name in base:
            rule = f'"{name}" is the name of a revision of "{base[name]}" that rows with `tranches` may make.'
            yield Finding("revision-name", where, rule, 'Give it another id, as without the "+".')


def _parents_below(program: Program, sku: str) -> frozenset[str]:
    """A configuration and everything below it: what its racks hold and what rows of the program put in."""
    found, pairs = {sku}, structure_pairs(program)
    while more := {component for parent, component in pairs if parent in found} - found:
        found |= more
    return frozenset(found)


def _check_reach(program: Program, below: dict[str, frozenset[str]]) -> Iterator[Finding]:
    sku_of = {row.id: row.configuration for row in program.tranches}
    for number, row in enumerate(program.supply.bom):
        for index, name in enumerate(row.tranches):
            path = ("supply", "bom", number, "tranches", index)
            if name in row.tranches[:index]:
                yield Finding("tranche-row-elsewhere", path, f'"{name}" is named twice.', "Name it once.")
            elif name in below and row.parent not in below[name]:
                rule = f'"{name}" is of {sku_of[name]}, whose racks hold no "{row.parent}".'
                yield Finding("tranche-row-elsewhere", path, rule, "Name tranches whose racks hold the parent.")
            elif len(revision_id(row.parent, name)) > _LONGEST_ID:
                rule = f'"{revision_id(row.parent, name)}", its revision, is longer than {_LONGEST_ID} letters.'
                yield Finding("tranche-row-elsewhere", path, rule, "Give the tranche or the parent a shorter id.")


def _check_groups(program: Program, below: dict[str, frozenset[str]]) -> Iterator[Finding]:
    """A group whose rows all name tranches leaves no tranche out."""
    groups: dict[tuple[str, str], list[tuple[int, BomRow]]] = {}
    for number, row in enumerate(program.supply.bom):
        if row.group:
            groups.setdefault((row.parent, row.group), []).append((number, row))
    for (parent, group), rows in groups.items():
        named = {name for _, row in rows for name in row.tranches}
        missing = sorted(name for name, inside in below.items() if parent in inside and name not in named)
        if all(row.tranches for _, row in rows) and missing:
            rule = f'racks of {", ".join(missing)} take nothing of group "{group}".'
            repair = "Name these tranches too, or let one row of the group name none: it holds for all others."
            yield Finding("tranche-without-row", ("supply", "bom", rows[0][0], "tranches"), rule, repair)


def _check_bought(program: Program) -> Iterator[Finding]:
    """What is revised is made: an offer is for the item as it was."""
    offered = {offer.item for offer in program.supply.offers}
    for number, row in enumerate(program.supply.bom):
        bought = sorted(parents_above(program, {row.parent}) & offered) if row.tranches else []
        if bought:
            rule = f'"{bought[0]}" would be revised for some tranches, and its offer does not say which it brings.'
            repair = "Make it instead, or give the revision an item with offers of its own."
            yield Finding("tranche-row-in-bought-item", ("supply", "bom", number, "parent"), rule, repair)
