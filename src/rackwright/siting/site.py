"""How many whole scalable units does each block get, where do they stand, and which units were wanted but not given?

Released and later tranches are booked first for every block. Then blocks are served in the order of the program: each
gets what its workloads ask for, capped by positions, by power and by the bound the user gave, rounded down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rackwright.siting.envelope import Level, envelope_levels, make_envelopes
from rackwright.siting.findings import ReliefTerms, checks_of, shortfalls_of
from rackwright.siting.orders import BlockOrder, TrancheOrder
from rackwright.siting.request import SitingRequest
from rackwright.siting.room import HallFill, Room
from rackwright.siting.share import DemandBook
from rackwright.siting.sited import SitedBlock
from rackwright.siting.tranches import fill_tranches, frozen_units, written_units
from rackwright.tables.siting import BlockHalls, Blocks, Siting, Tranches

__all__ = ["OMISSIONS", "site_blocks"]

OMISSIONS = (
    "Siting takes planned dates: gates that slip are the schedule's and the supply plan's business.",
    "Site power is divided by the planning PUE; the power stage closes the true balance.",
    "Generators listed under `generation` add no power here; write them as `on-site` energisation steps.",
    "Retired tranches free their units; their removal is not planned.",
    "Network racks are estimated from port counts; the fabric and layout stages count and place them.",
)


def site_blocks(request: SitingRequest) -> Siting:
    """Resolve every block to whole units, place them in halls and divide them into tranches.

    Released and later tranches are kept whole even where they do not fit; that is then a shortfall and a failed check.
    """
    levels = tuple(
        (supply.site, envelope_levels(supply, request.halls, horizon_days=request.horizon_days))
        for supply in request.supplies
    )
    room = Room(request.halls, _planning_power(levels, request.power_margin_share))
    book = DemandBook(request.demands, request.blocks)
    blocks = tuple(_serve_blocks(request, room, book))
    hall_bound = frozenset(site for site, own in levels if own and own[-1].binding == "hall")
    return Siting(
        blocks=_blocks_table(blocks),
        block_halls=_halls_table(blocks),
        tranches=_tranches_table(blocks),
        envelopes=make_envelopes(levels),
        shortfalls=shortfalls_of(blocks, ReliefTerms(request.power_margin_share, request.start, hall_bound)),
        checks=checks_of(request, blocks, levels, room, book),
        omissions=OMISSIONS,
    )


def _planning_power(levels: Sequence[tuple[str, tuple[Level, ...]]], margin_share: float) -> list[tuple[str, int]]:
    """IT power blocks may use at each site at the end of the horizon."""
    return [(site, int(own[-1].it_w * (1.0 - margin_share)) if own else 0) for site, own in levels]


@dataclass(frozen=True)
class _Held:
    """What a block holds before anything is planned: its rows and its frozen units."""

    tranches: tuple[TrancheOrder, ...]
    units: int
    fills: tuple[HallFill, ...]
    fits: bool


def _serve_blocks(request: SitingRequest, room: Room, book: DemandBook) -> list[SitedBlock]:
    held = [_hold(block, request.tranches, room) for block in request.blocks]
    return [_serve(block, own, room, book) for block, own in zip(request.blocks, held, strict=True)]


def _hold(block: BlockOrder, tranches: Sequence[TrancheOrder], room: Room) -> _Held:
    """Book the frozen units of a block, whether they fit or not."""
    own = tuple(tranche for tranche in tranches if tranche.block == block.block)
    units = frozen_units(own)
    fits = units <= room.caps(block).units
    return _Held(own, units, room.take(block, units, force=True), fits)


def _serve(block: BlockOrder, held: _Held, room: Room, book: DemandBook) -> SitedBlock:
    """Give a block the units it wants, as far as they fit beside what is booked already."""
    caps = room.caps(block)
    most = held.units + caps.units
    bound = most if block.max_units is None or block.units is not None else min(most, max(block.max_units, held.units))
    asked = book.wanted(block, bound * block.size.racks)
    stated = block.units if block.units is not None else -(-asked.peak // block.size.racks)
    wanted = max(stated, written_units(held.tranches))
    given = min(wanted, bound)  # both hold the frozen units
    added = room.take(block, given - held.units, force=False)
    carried = book.carry(block, given * block.size.racks)
    return SitedBlock(
        order=block,
        wanted=wanted,
        given=given,
        frozen=held.units,
        fits=held.fits,
        caps=caps,
        halls=tuple(HallFill(a.hall, a.units + b.units) for a, b in zip(held.fills, added, strict=True)),
        tranches=fill_tranches(block, held.tranches, given, carried.rises(block.size.racks)),
        carried=carried,
    )


def _need_day(block: SitedBlock) -> int:
    """Day the first racks are wanted: of its first tranche with units, else of its workloads, else day 0."""
    days = [filled.order.need_day for filled in block.tranches if filled.units]
    return min(days, default=min((day for day, _ in block.carried.rises(block.order.size.racks)), default=0))


def _blocks_table(blocks: Sequence[SitedBlock]) -> Blocks:
    return Blocks.from_rows(
        [
            (b.order.block, b.order.site, b.order.platform, b.given, b.given * b.order.size.racks, _need_day(b))
            for b in blocks
        ]
    )


def _halls_table(blocks: Sequence[SitedBlock]) -> BlockHalls:
    rows = []
    for block in blocks:
        first = 0
        for fill in block.halls:
            rows.append((block.order.block, fill.hall, first, fill.units))
            first += fill.units
    return BlockHalls.from_rows(rows)


def _tranches_table(blocks: Sequence[SitedBlock]) -> Tranches:
    return Tranches.from_rows(
        [
            (
                filled.order.tranche,
                filled.order.block,
                filled.order.configuration,
                filled.first_unit,
                filled.units,
                filled.racks,
                filled.accepted_racks,
                filled.order.need_day,
                filled.order.accept_days,
                filled.order.state,
            )
            for block in blocks
            for filled in block.tranches
        ]
    )
