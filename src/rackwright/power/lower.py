"""Which line-ups, UPS, busways and taps stand between the medium-voltage boards and the racks?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rackwright.catalog.narrow import figure
from rackwright.power.chain import NONE, Chain, ChainBuilder
from rackwright.power.classes import ChainClasses, ElementClass
from rackwright.power.packing import LoadGroup
from rackwright.power.request import SiteChain
from rackwright.power.upper import Boards, build_boards

__all__ = ["build_chain"]


@dataclass(frozen=True, slots=True)
class _Lineup:
    """A line-up to be built: its group, side, name, ordinal in the group, and its source."""

    group: LoadGroup
    side: str
    name: str
    ordinal: int
    source: int
    standby: int


def build_chain(chain: SiteChain, classes: ChainClasses, groups: tuple[LoadGroup, ...], *, energised_w: float) -> Chain:
    """All elements of a site from the grid to the racks.

    Parameters
    ----------
    chain
        Scheme, parts and on-site generation.
    classes
        Ratings and efficiencies.
    groups
        Loads with their line-ups, hall by hall.
    energised_w
        Power of the grid connection.

    Notes
    -----
    Scheme N: one path. 2N: two equal sides from the medium-voltage boards on, each able to carry all; HV transformers
    are N+1 with transfer between boards. N+1: each group of loads has one reserve line-up that any busway transfers to;
    boards and transformers are N+1 with transfer.
    """
    builder = ChainBuilder(chain.site, chain.scheme)
    grid = builder.add(f"{chain.site}-grid", ElementClass("utility", "", energised_w), upstream=NONE)
    boards = build_boards(builder, classes, groups, grid)
    taken = 0
    for group in groups:
        lineups = _lineups(group, builder.scheme, boards, taken)
        taken += len(lineups) // len(boards.by_side)
        feeds_a, feeds_b = (
            _build_side(builder, classes, [one for one in lineups if one.side == side]) for side in "AB"
        )
        _build_loads(builder, classes, group, _feed_pairs(builder.scheme, group, feeds_a, feeds_b))
    _build_on_site(builder, chain)
    return builder.chain()


def _build_on_site(builder: ChainBuilder, chain: SiteChain) -> None:
    """On-site generators; they are counted as energised power and carry no load in this balance."""
    for generation in chain.on_site:
        each = ElementClass("generator", generation.part.id, figure(generation.part.rating_w))
        for number in range(generation.count):
            builder.add(f"{chain.site}-on-site-{generation.part.id}-{number + 1:02d}", each, upstream=NONE)


def _lineups(group: LoadGroup, scheme: str, boards: Boards, taken: int) -> list[_Lineup]:
    """Line-ups of a group with their boards; `taken` units of the bank belong to the groups before."""
    bank, count = boards.bank, group.lineup_w.size
    infix = "" if group.purpose == "it" else f"{group.purpose}-"
    lineups = []
    for number, own in enumerate(boards.by_side):
        for ordinal in range(count + (scheme == "N+1")):
            is_reserve = ordinal == count
            side = "B" if is_reserve else "AB"[number]
            unit = taken + ordinal
            second = int(bank.standby[unit])
            lineup = _Lineup(
                group=group,
                side=side,
                name=f"{group.hall}-{side}-{infix}",
                ordinal=0 if is_reserve else ordinal,
                source=own[bank.primary[unit]],
                standby=own[second] if second >= 0 else NONE,
            )
            lineups.append(lineup)
    return lineups


def _build_side(builder: ChainBuilder, classes: ChainClasses, lineups: list[_Lineup]) -> list[int]:
    """Line-ups of a side with their UPS; the feeds they offer, in order."""
    feeds: list[int] = []
    for lineup in lineups:
        group, number = lineup.group, lineup.ordinal + 1
        hall, side = group.hall, lineup.side
        unit = builder.add(
            f"{lineup.name}unit-substation-{number:02d}",
            classes.unit_substation,
            upstream=lineup.source,
            standby=lineup.standby,
            hall=hall,
            side=side,
        )
        second = NONE
        if classes.generator is not None:
            second = builder.add(
                f"{lineup.name}generator-{number:02d}", classes.generator, upstream=NONE, hall=hall, side=side
            )
        board = builder.add(
            f"{lineup.name}lv-switchgear-{number:02d}",
            classes.lv_switchgear,
            upstream=unit,
            standby=second,
            hall=hall,
            side=side,
        )
        feeds += _build_ups(builder, classes, lineup, board, len(feeds))
    return feeds


def _build_ups(builder: ChainBuilder, classes: ChainClasses, lineup: _Lineup, board: int, built: int) -> list[int]:
    """UPS of one line-up, or the board once for each feed where there are none."""
    group = lineup.group
    per_lineup = np.bincount(group.lineup_of_ups)
    is_reserve = builder.scheme == "N+1" and lineup.side == "B"
    count = int(per_lineup.max() if is_reserve else per_lineup[lineup.ordinal])
    if classes.ups is None or not group.has_ups:
        return [board] * count
    return [
        builder.add(
            f"{lineup.name}ups-{built + n + 1:02d}", classes.ups, upstream=board, hall=group.hall, side=lineup.side
        )
        for n in range(count)
    ]


def _build_loads(builder: ChainBuilder, classes: ChainClasses, group: LoadGroup, pairs: list[tuple[int, int]]) -> None:
    """Busways, taps and racks, or cooling loads, on the feeds of each UPS."""
    if group.purpose == "cooling":
        for number, power_w in enumerate(group.load_w.tolist()):
            feed_a, feed_b = pairs[int(group.ups_of_feeder[number])]
            name = f"{group.hall}-cooling-{group.feeder_names[number]}"
            node = ElementClass("cooling", "", power_w)
            element = builder.add(name, node, upstream=feed_a, hall=group.hall, standby=feed_b)
            builder.load(element, power_w, (feed_a, feed_b), is_rack=False)
        return
    busways = [
        _build_busways(builder, classes, group, name, pairs[int(group.ups_of_feeder[n])])
        for n, name in enumerate(group.feeder_names)
    ]
    for rack, power_w, feeder in zip(group.load_ids, group.load_w.tolist(), group.feeder_of_load.tolist(), strict=True):
        _build_rack(builder, classes, (group.hall, f"{rack:05d}"), power_w, busways[feeder])


def _feed_pairs(scheme: str, group: LoadGroup, feeds_a: list[int], feeds_b: list[int]) -> list[tuple[int, int]]:
    """Both feeds of each UPS ordinal: the mirror on side B (2N), a place in the reserve line-up (N+1), or none."""
    if scheme == "2N":
        return list(zip(feeds_a, feeds_b, strict=True))
    if scheme == "N":
        return [(feed, NONE) for feed in feeds_a]
    first = np.searchsorted(group.lineup_of_ups, group.lineup_of_ups)
    place = np.arange(group.lineup_of_ups.size) - first
    return [(feed, feeds_b[n]) for feed, n in zip(feeds_a, place.tolist(), strict=True)]


def _build_busways(
    builder: ChainBuilder, classes: ChainClasses, group: LoadGroup, name: str, pair: tuple[int, int]
) -> tuple[tuple[str, int], ...]:
    """Busways over one stretch of a row, one for each side, as (side, element)."""
    hall = group.hall
    if builder.scheme == "2N":
        sides = zip("AB", pair, strict=True)
        return tuple(
            (side, builder.add(f"{hall}-{side}-busway-{name}", classes.busway, upstream=feed, hall=hall, side=side))
            for side, feed in sides
        )
    name = f"{hall}-A-busway-{name}"
    return (("A", builder.add(name, classes.busway, upstream=pair[0], hall=hall, side="A", standby=pair[1])),)


def _build_rack(
    builder: ChainBuilder,
    classes: ChainClasses,
    place: tuple[str, str],
    power_w: float,
    busways: tuple[tuple[str, int], ...],
) -> None:
    """Taps of one rack, given as (hall, name), and the rack."""
    hall, rack = place
    ends = [
        builder.add(f"{hall}-{side}-tap-{rack}", classes.tap, upstream=busway, hall=hall, side=side)
        if classes.tap is not None
        else busway
        for side, busway in busways
    ]
    second = ends[1] if len(ends) > 1 else NONE
    node = ElementClass("rack", "", power_w)
    element = builder.add(f"rack-{rack}", node, upstream=ends[0], hall=hall, standby=second)
    feed_b = second if builder.scheme == "2N" else (ends[0] if builder.scheme == "N+1" else NONE)
    builder.load(element, power_w, (ends[0], feed_b), is_rack=True)
