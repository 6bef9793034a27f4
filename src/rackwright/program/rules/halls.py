"""Do halls, blocks and tranches fit into one another?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rackwright.program.rules.finding import Finding, Subject
from rackwright.program.shape import Path
from rackwright.program.sites import Block, Hall, Tranche

__all__ = ["check_halls"]

_KEEP_OUT: Final = re.compile(r"([0-9]{1,6})/([0-9]{1,6})(?:-([0-9]{1,6}))?")


def check_halls(subject: Subject) -> Iterator[Finding]:
    """Positions kept out, halls of a block, tranches of a block."""
    for path, hall in subject.rows(Hall):
        for index, text in enumerate(hall.keep_out):
            yield from _check_keep_out((*path, "keep_out", index), text, hall)
        if hall.columns is not None and hall.columns.size_m >= min(
            hall.columns.pitch_along_m, hall.columns.pitch_across_m
        ):
            rule = f"columns of {hall.columns.size_m:g} m leave no floor between them."
            yield Finding("bad-columns", (*path, "columns", "size"), rule, "Correct the size or the pitch.")
    for path, block in subject.rows(Block):
        yield from _check_block(subject, path, block)
        yield from _check_tranches(subject, block)
    yield from _check_workload_platforms(subject)


def _check_keep_out(path: Path, text: str, hall: Hall) -> Iterator[Finding]:
    match = _KEEP_OUT.fullmatch(text)
    if match is None:
        rule = f'"{text}" is not a position.'
        yield Finding("bad-keep-out", path, rule, 'Write "row/position" or "row/from-to", counted from 1.')
        return
    row, first = int(match[1]), int(match[2])
    last = int(match[3] or first)
    if not (1 <= row <= hall.rows and 1 <= first <= last <= hall.positions_per_row):
        rule = f'"{text}" is not in a hall of {hall.rows} rows of {hall.positions_per_row} positions.'
        yield Finding("bad-keep-out", path, rule, "Correct the row or the positions.")


def _check_block(subject: Subject, path: Path, block: Block) -> Iterator[Finding]:
    sites = subject.names("site")
    site_of = {hall.id: hall.site for hall in subject.program.halls if hall.site in sites}
    for index, name in enumerate(block.halls):
        if site_of.get(name, block.site) != block.site:
            rule = f'hall "{name}" stands on {site_of[name]}, the block on {block.site}.'
            yield Finding("hall-on-other-site", (*path, "halls", index), rule, "A block lies on one site.")
        if name in block.halls[:index]:
            yield Finding("duplicate-id", (*path, "halls", index), f'hall "{name}" is listed twice.', "Remove one.")
    if block.units != "auto" and block.max_units is not None and block.units > block.max_units:
        rule = f"{block.units} units are above `max_units`, {block.max_units}."
        yield Finding("too-many-units", (*path, "units"), rule, "Correct one of them.")


def _check_tranches(subject: Subject, block: Block) -> Iterator[Finding]:
    """Units of the tranches are within the block; one tranche at most takes the rest; SKUs are the platform's."""
    platform = next((row for row in subject.program.platforms if row.id == block.platform), None)
    skus = {sku.id for sku in platform.configurations} if platform else set()
    num_units = num_rests = 0
    for path, tranche in subject.rows(Tranche):
        if tranche.block != block.id:
            continue
        if skus and tranche.configuration not in skus and tranche.configuration in subject.names("configuration"):
            rule = f'"{tranche.configuration}" is a configuration of another platform than {block.platform}.'
            yield Finding("configuration-of-other-platform", (*path, "configuration"), rule, f"Use {_listed(skus)}.")
        num_rests += tranche.units == "rest"
        num_units += 0 if tranche.units == "rest" else tranche.units
        if num_rests > 1:
            rule = f'two tranches of block "{block.id}" take the rest.'
            yield Finding("two-rest-tranches", (*path, "units"), rule, "Give one of them its units.")
        if block.units != "auto" and num_units > block.units:
            rule = f'the tranches of block "{block.id}" add up to {num_units} units; it has {block.units}.'
            yield Finding("too-many-units", (*path, "units"), rule, "Enlarge the block or shrink a tranche.")
        racks_per_unit = platform.fabric.unit_racks if platform else 0
        if racks_per_unit and tranche.units != "rest" and tranche.accepted_racks > tranche.units * racks_per_unit:
            rule = (
                f"{tranche.accepted_racks} accepted racks are more than {tranche.units} units of {racks_per_unit} hold."
            )
            yield Finding("too-many-racks", (*path, "accepted_racks"), rule, "Correct the count.")


def _listed(names: set[str]) -> str:
    return " or ".join(f'"{name}"' for name in sorted(names))


def _check_workload_platforms(subject: Subject) -> Iterator[Finding]:
    """A block meant for a workload that may not run on its platform serves nobody."""
    program = subject.program
    allowed = {row.id: row.platforms for row in (*program.training, *program.serving)}
    for path, block in subject.rows(Block):
        for index, name in enumerate(block.workloads):
            if allowed.get(name) and block.platform not in allowed[name]:
                rule = f'workload "{name}" may not run on {block.platform}.'
                repair = "Add the platform to the workload, or take the workload off the block."
                yield Finding("workload-not-allowed", (*path, "workloads", index), rule, repair)
