"""Which line-ups (unit substation, generator, transfer switch, board, UPS) stand behind the medium-voltage boards?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rackwright.power.chain import NONE, ChainBuilder
from rackwright.power.classes import ChainClasses, ElementClass
from rackwright.power.packing import LoadGroup
from rackwright.power.paired import PairedGroup
from rackwright.power.upper import Boards

__all__ = ["build_feeder", "build_paired", "build_sides"]

Pairs = list[tuple[int, int]]
LETTERS = "ABCD"


@dataclass(frozen=True, slots=True)
class _Lineup:
    """A line-up to be built: hall, side, start of its names, ordinal from 1, its source and second source."""

    hall: str
    side: str
    name: str
    number: int
    source: int
    standby: int


def build_sides(
    builder: ChainBuilder, classes: ChainClasses, group: LoadGroup, boards: Boards, taken: int
) -> tuple[Pairs, int]:
    """Line-ups of a group in schemes of one path, two sides, or a reserve.

    Parameters
    ----------
    builder, classes
        Chain in the making, and ratings.
    group
        The loads.
    boards, taken
        Medium-voltage boards, and units of their bank that belong to the groups before.

    Returns
    -------
    Both feeds of each feeder (-1 for none), and the units of the bank taken.
    """
    has_reserve = builder.plan.form == "reserve"
    count = group.lineup_w.size
    sides: list[list[int]] = [[], []]
    for number, own in enumerate(boards.by_side):
        for ordinal in range(count + has_reserve):
            is_reserve = ordinal == count
            side = "B" if is_reserve else LETTERS[number]
            name, place = f"{group.hall}-{side}-{group.infix}", 1 if is_reserve else ordinal + 1
            source, standby = boards.sources(taken + ordinal, own)
            lineup = _Lineup(group.hall, side, name, place, source, standby)
            board = _build_board(builder, classes, lineup)
            feeds = sides[LETTERS.index(side)]
            ups = _ups_of(group, ordinal, is_reserve=is_reserve)
            feeds += _build_ups(builder, classes, lineup, board, (len(feeds), ups), has_ups=group.has_ups)
    pairs = _feed_pairs(builder.plan.form, group, sides)
    return [pairs[ups] for ups in group.ups_of_feeder.tolist()], count + has_reserve


def build_paired(
    builder: ChainBuilder, classes: ChainClasses, paired: PairedGroup, boards: Boards, taken: int
) -> tuple[Pairs, int]:
    """Systems of a group in 3N/2 and 4N/3; as `build_sides`."""
    group, (own,) = paired.group, boards.by_side
    ups_of_system = np.bincount(np.array(paired.system_of_ups, dtype=np.int64), minlength=paired.systems)
    feeds: list[int] = []
    built = dict.fromkeys(LETTERS, 0)
    for system in range(paired.systems):
        ordinal, letter = divmod(system, paired.per_group)
        side = LETTERS[letter]
        source, standby = boards.sources(taken + system, own)
        name = f"{group.hall}-{side}-{group.infix}"
        lineup = _Lineup(group.hall, side, name, ordinal + 1, source, standby)
        board = _build_board(builder, classes, lineup)
        count = int(ups_of_system[system])
        feeds += _build_ups(builder, classes, lineup, board, (built[side], count), has_ups=group.has_ups)
        built[side] += count
    return [(feeds[one], feeds[other]) for one, other in paired.ups_of_feeder], paired.systems


def _build_board(builder: ChainBuilder, classes: ChainClasses, lineup: _Lineup) -> int:
    """Unit substation, generator, transfer switch where one is named, and board; the board."""
    name, number = lineup.name, f"{lineup.number:02d}"
    hall, side = lineup.hall, lineup.side
    unit = builder.add(
        f"{name}unit-substation-{number}",
        classes.unit_substation,
        upstream=lineup.source,
        standby=lineup.standby,
        hall=hall,
        side=side,
    )
    generator = second = NONE
    source = build_feeder(builder, classes.unit_feeder, f"{name}unit-feeder-{number}", unit)
    if classes.generator is not None:
        generator = builder.add(f"{name}generator-{number}", classes.generator, upstream=NONE, hall=hall, side=side)
        second = build_feeder(builder, classes.generator_feeder, f"{name}generator-feeder-{number}", generator)
    if classes.ats is not None and generator != NONE:
        source = builder.add(f"{name}ats-{number}", classes.ats, upstream=source, standby=second, hall=hall, side=side)
        second = NONE
    board = builder.add(
        f"{name}lv-switchgear-{number}", classes.lv_switchgear, upstream=source, standby=second, hall=hall, side=side
    )
    if generator != NONE:
        builder.feeds[generator] = board
    return board


def build_feeder(builder: ChainBuilder, each: ElementClass | None, name: str, source: int) -> int:
    """Cable behind an element, in its hall and on its side; the element itself where the chain has no cables."""
    if each is None:
        return source
    return builder.add(name, each, upstream=source, hall=builder.hall[source], side=builder.side[source])


def _ups_of(group: LoadGroup, ordinal: int, *, is_reserve: bool) -> int:
    """UPS of one line-up; a reserve has as many as the fullest line-up it stands in for."""
    per_lineup = np.bincount(group.lineup_of_ups)
    return int(per_lineup.max() if is_reserve else per_lineup[ordinal])


def _build_ups(
    builder: ChainBuilder,
    classes: ChainClasses,
    lineup: _Lineup,
    board: int,
    numbers: tuple[int, int],
    *,
    has_ups: bool,
) -> list[int]:
    """UPS of one line-up as (those built before, count), or the board once for each feed where there are none."""
    before, count = numbers
    if classes.ups is None or not has_ups:
        return [board] * count
    built: list[int] = []
    for number in range(before + 1, before + count + 1):
        source = build_feeder(builder, classes.ups_feeder, f"{lineup.name}ups-feeder-{number:02d}", board)
        name = f"{lineup.name}ups-{number:02d}"
        built.append(builder.add(name, classes.ups, upstream=source, hall=lineup.hall, side=lineup.side))
    return built


def _feed_pairs(form: str, group: LoadGroup, sides: list[list[int]]) -> Pairs:
    """Both feeds of each UPS ordinal: the mirror on side B (sides), a place in the reserve line-up, or none."""
    feeds_a, feeds_b = sides
    if form == "sides":
        return list(zip(feeds_a, feeds_b, strict=True))
    if form == "single":
        return [(feed, NONE) for feed in feeds_a]
    first = np.searchsorted(group.lineup_of_ups, group.lineup_of_ups)
    place = np.arange(group.lineup_of_ups.size) - first
    return [(feed, feeds_b[n]) for feed, n in zip(feeds_a, place.tolist(), strict=True)]
