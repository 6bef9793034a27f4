"""Which units were wanted and not given, why, and what would help? And which rules were held against which values?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rackwright.base.units import format_quantity
from rackwright.siting.envelope import Level
from rackwright.siting.request import SitingRequest
from rackwright.siting.room import Room
from rackwright.siting.share import DemandBook
from rackwright.siting.sited import SitedBlock
from rackwright.tables.checks import Checks
from rackwright.tables.siting import Shortfalls

__all__ = ["ReliefTerms", "checks_of", "shortfalls_of"]

HALLS = "power of the halls"

Row = tuple[str, str, float, float, str, bool, str]


@dataclass(frozen=True, slots=True)
class ReliefTerms:
    """What reliefs are worded with.

    Parameters
    ----------
    margin_share
        Share of a site's energised power kept free.
    start
        Day 0, so that people read a date.
    hall_bound
        Sites whose power at the horizon's end is that of their halls.
    """

    margin_share: float
    start: dt.date
    hall_bound: frozenset[str]


def shortfalls_of(blocks: Iterable[SitedBlock], terms: ReliefTerms) -> Shortfalls:
    """One row per block that got fewer units than it wanted, or whose released units do not fit."""
    rows = []
    for block in blocks:
        if block.wanted > block.given or not block.fits:
            cause = _cause(block, terms.hall_bound)
            relief = _relief(block, cause, terms)
            rows.append((block.order.block, block.wanted, block.given, cause, relief))
    return Shortfalls.from_rows(rows)


def _cause(block: SitedBlock, hall_bound: frozenset[str]) -> str:
    if not block.fits:
        return "released units do not fit"
    caps, order = block.caps, block.order
    room = block.frozen + caps.units
    if order.units is None and order.max_units is not None and order.max_units < room:
        return "bound given by the user"
    site = HALLS if order.site in hall_bound else "power of the site"
    named = (
        (caps.site_power, site),
        (caps.positions, "positions"),
        (caps.rows, "rows of the halls"),
        (caps.coolant, "coolant of the halls"),
        (caps.hall_power, HALLS),
    )
    return next((name for units, name in named if units == caps.units), "places on the floor")


def _relief(block: SitedBlock, cause: str, terms: ReliefTerms) -> str:
    short = block.wanted - block.given
    size = block.order.size
    if cause == "released units do not fit":
        return "more positions or power for the released units, or a later state taken back"
    if cause == "bound given by the user":
        return f"raise max_units to {block.wanted}, or {_units(short)} fewer"
    if cause == "positions":
        positions = short * (size.racks * size.rack.width + size.network_racks)
        return f"{positions:.0f} more rack positions in its halls, or {_units(short)} fewer{_standing(block)}"
    if cause == "rows of the halls":
        return f"rows of more positions or power in its halls, or {_units(short)} fewer{_standing(block)}"
    if cause == "places on the floor":
        return f"more rows or positions in its halls, or {_units(short)} fewer{_standing(block)}"
    if cause == "coolant of the halls":
        flow_lpm = short * size.racks * size.rack.flow_lpm
        return f"{flow_lpm:,.0f} L/min more coolant in its halls, or {_units(short)} fewer"
    where = f"at {block.order.site}" if cause == "power of the site" else "in its halls"
    date = terms.start + dt.timedelta(days=_day(block))
    missing = format_quantity(_missing_w(block, terms), "W")
    return f"{missing} more IT power {where} by {date.isoformat()}, or {_units(short)} fewer"


def _missing_w(block: SitedBlock, terms: ReliefTerms) -> float:
    """IT power that the units wanted lack beside what is free: of the halls, or of the site with its margin."""
    wanted_w = (block.wanted - block.frozen) * block.order.size.it_w
    site_w = (wanted_w - block.caps.site_free_w) / (1.0 - min(terms.margin_share, 0.99))
    if block.caps.site_power == block.caps.units:
        return float(max(site_w, 0.0))
    return float(max(wanted_w - block.caps.halls_free_w, 0.0))


def _standing(block: SitedBlock) -> str:
    """The nearest layout that works, hall by hall."""
    places = ", ".join(f"{fill.units} in {fill.hall}" for fill in block.halls if fill.units)
    return f": then {places} find a place" if places else ""


def _units(count: int) -> str:
    return f"{count} unit" if count == 1 else f"{count} units"


def _day(block: SitedBlock) -> int:
    """Day the largest need of the block begins."""
    days = [filled.order.need_day for filled in block.tranches]
    return max(days, default=0)


def checks_of(
    request: SitingRequest,
    blocks: Sequence[SitedBlock],
    levels: Sequence[tuple[str, tuple[Level, ...]]],
    room: Room,
    book: DemandBook,
) -> Checks:
    """All checks of the stage."""
    rows = [
        *_unit_checks(blocks),
        *_hall_checks(request, room),
        *_site_checks(request, blocks, levels),
        *_workload_checks(blocks, book),
    ]
    return Checks.from_rows(rows)


def _unit_checks(blocks: Iterable[SitedBlock]) -> Iterator[Row]:
    for block in blocks:
        name = block.order.block
        yield (
            "siting-units",
            name,
            block.given,
            block.wanted,
            "unit",
            block.given >= block.wanted,
            f"program:blocks[{name}]",
        )
        if block.frozen:
            source = f"program:tranches of {name}"
            yield (
                "siting-released-fit",
                name,
                block.frozen if block.fits else 0,
                block.frozen,
                "unit",
                block.fits,
                source,
            )


def _hall_checks(request: SitingRequest, room: Room) -> Iterator[Row]:
    for hall in request.halls:
        used = hall.positions - room.positions(hall.hall)
        source = f"program:halls[{hall.hall}]"
        yield "siting-positions", hall.hall, used, hall.positions, "position", used <= hall.positions, source


def _site_checks(
    request: SitingRequest, blocks: Sequence[SitedBlock], levels: Sequence[tuple[str, tuple[Level, ...]]]
) -> Iterator[Row]:
    """Power at the horizon's end with margin, and on the worst day on which a tranche is wanted."""
    for site, own in levels:
        here = [block for block in blocks if block.order.site == site]
        source = f"program:sites[{site}].energisation"
        need_w = sum(block.given * block.order.size.it_w for block in here)
        limit_w = int(own[-1].it_w * (1.0 - request.power_margin_share)) if own else 0
        yield "siting-power", site, need_w, limit_w, "W", need_w <= limit_w, source
        worst_w, worst_limit_w = _worst_day(here, own)
        yield "siting-power-when-needed", site, worst_w, worst_limit_w, "W", worst_w <= worst_limit_w, source


def _worst_day(blocks: Sequence[SitedBlock], levels: Sequence[Level]) -> tuple[int, int]:
    """IT power wanted and energised on the need day with the largest gap."""
    steps = sorted(
        (filled.order.need_day, filled.units * block.order.size.it_w) for block in blocks for filled in block.tranches
    )
    worst, total = (0, 0), 0
    for day, power_w in steps:
        total += power_w
        energised_w = next((level.it_w for level in reversed(levels) if level.day <= max(day, 0)), 0)
        if worst == (0, 0) or total - energised_w > worst[0] - worst[1]:
            worst = (total, energised_w)
    return worst


def _workload_checks(blocks: Iterable[SitedBlock], book: DemandBook) -> Iterator[Row]:
    for block in blocks:
        if block.order.units is None and not block.order.workloads:
            name = block.order.block
            yield "siting-auto-has-workloads", name, 0, 1, "workload", False, f"program:blocks[{name}].workloads"
        for workload in block.order.workloads:
            is_sized = book.is_sized(workload, block.order.platform)
            subject = f"{block.order.block}/{workload}"
            yield "siting-workload-sized", subject, float(is_sized), 1, "row", is_sized, "sizing.needs"
