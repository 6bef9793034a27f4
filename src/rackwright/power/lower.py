"""Which busways, switches, taps and side racks stand between the line-ups and the racks?"""

from __future__ import annotations

import numpy as np

from rackwright.catalog.narrow import figure
from rackwright.power.chain import NONE, Chain, ChainBuilder
from rackwright.power.classes import ChainClasses, ElementClass
from rackwright.power.lineups import build_feeder, build_paired, build_sides
from rackwright.power.packing import LoadGroup, fill_in_order, split_blocks
from rackwright.power.paired import pair_systems
from rackwright.power.request import SiteChain
from rackwright.power.upper import build_boards

__all__ = ["build_chain"]

Ends = tuple[tuple[str, int], ...]


def build_chain(
    chain: SiteChain,
    classes: ChainClasses,
    groups: tuple[LoadGroup, ...],
    *,
    energised_w: float,
    is_folded: bool = False,
) -> Chain:
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
    is_folded
        True makes all racks of a busway one load on its UPS, without busways and taps: enough to compare schemes.

    Notes
    -----
    Scheme N: one path. 2N: two equal sides from the medium-voltage boards on, each able to carry all; HV transformers
    are N+1 with transfer between boards. N+1, block redundant, catcher: loads have one reserve line-up, for all of a
    hall or for each block, that any busway transfers to. 3N/2, 4N/3: busways on two of three or four systems that back
    each other up. In these boards and transformers are N+1 with transfer.
    """
    builder = ChainBuilder(chain.site, chain.scheme)
    grid = builder.add(f"{chain.site}-grid", ElementClass("utility", "", energised_w), upstream=NONE)
    taken = 0
    if builder.plan.form == "pairs":
        paired = tuple(pair_systems(group, classes, builder.plan.systems) for group in groups)
        boards = build_boards(builder, classes, tuple(one.states_w for one in paired), grid)
        for one in paired:
            feeds, used = build_paired(builder, classes, one, boards, taken)
            taken += used
            _build_loads(builder, classes, one.group, feeds, is_folded=is_folded)
    else:
        blocks = tuple(part for group in groups for part in split_blocks(group, builder.plan.blocks_per_reserve))
        boards = build_boards(builder, classes, blocks, grid)
        for group in blocks:
            feeds, used = build_sides(builder, classes, group, boards, taken)
            taken += used
            _build_loads(builder, classes, group, feeds, is_folded=is_folded)
    _build_on_site(builder, chain, [board for side in boards.by_side for board in side])
    return builder.chain()


def _build_on_site(builder: ChainBuilder, chain: SiteChain, boards: list[int]) -> None:
    """On-site generators, dealt to the medium-voltage boards in turn."""
    number = 0
    for generation in chain.on_site:
        part = generation.part
        each = ElementClass(part.role or "generator", part.id, figure(part.rating_w))
        for unit in range(generation.count):
            element = builder.add(f"{chain.site}-on-site-{part.id}-{unit + 1:02d}", each, upstream=NONE)
            builder.feeds[element] = boards[number % len(boards)]
            number += 1


def _build_loads(
    builder: ChainBuilder, classes: ChainClasses, group: LoadGroup, feeds: list[tuple[int, int]], *, is_folded: bool
) -> None:
    """Busways, taps and racks, or cooling loads, each feeder on its one or two feeds."""
    if group.purpose == "cooling":
        for number, power_w in enumerate(group.load_w.tolist()):
            name = f"{group.hall}-cooling-{group.feeder_names[number]}"
            pair = feeds[int(group.feeder_of_load[number])]
            element = builder.add(
                name, ElementClass("cooling", "", power_w), upstream=pair[0], hall=group.hall, standby=pair[1]
            )
            builder.load(element, power_w, pair, racks=0)
        return
    if is_folded:
        _fold_racks(builder, group, feeds)
        return
    for feeder, name in enumerate(group.feeder_names):
        busways = _build_busways(builder, classes, (group.hall, name), feeds[feeder])
        own = np.flatnonzero(group.feeder_of_load == feeder)
        _build_racks(builder, classes, group, own, busways)


def _fold_racks(builder: ChainBuilder, group: LoadGroup, feeds: list[tuple[int, int]]) -> None:
    """Each busway with all its racks as one load."""
    racks = np.bincount(group.feeder_of_load, minlength=len(group.feeder_names))
    for feeder, name in enumerate(group.feeder_names):
        power_w = float(group.feeder_w[feeder])
        node = ElementClass("rack", "", power_w)
        one, other = feeds[feeder]
        element = builder.add(f"{group.hall}-racks-{name}", node, upstream=one, hall=group.hall, standby=other)
        builder.load(element, power_w, feeds[feeder], racks=int(racks[feeder]))


def _build_busways(builder: ChainBuilder, classes: ChainClasses, place: tuple[str, str], pair: tuple[int, int]) -> Ends:
    """Busways over one stretch of a row, given as (hall, name), one for each side, as (side, element).

    Each has a feeder from its UPS or board, and one from its second source where it, or its static switch, transfers.
    """
    hall, name = place
    pair = _build_feeders(builder, classes, place, pair)
    if builder.plan.is_dual_corded:
        sides = [builder.side[feed] for feed in pair]
        return tuple(
            (side, builder.add(f"{hall}-{side}-busway-{name}", classes.busway, upstream=feed, hall=hall, side=side))
            for side, feed in zip(sides, pair, strict=True)
        )
    feed, second = pair
    if classes.sts is not None and second != NONE:
        feed = builder.add(f"{hall}-A-sts-{name}", classes.sts, upstream=feed, hall=hall, side="A", standby=second)
        second = NONE
    busway = builder.add(f"{hall}-A-busway-{name}", classes.busway, upstream=feed, hall=hall, side="A", standby=second)
    return (("A", busway),)


def _build_feeders(
    builder: ChainBuilder, classes: ChainClasses, place: tuple[str, str], pair: tuple[int, int]
) -> tuple[int, int]:
    """The ends of the feeders from both sources; the sources themselves without cables, -1 for no second one."""
    hall, name = place
    one, other = (
        build_feeder(builder, classes.busway_feeder, f"{hall}-{builder.side[feed]}-busway-feeder-{name}", feed)
        if feed != NONE
        else NONE
        for feed in pair
    )
    return one, other


def _build_racks(
    builder: ChainBuilder, classes: ChainClasses, group: LoadGroup, own: np.ndarray, busways: Ends
) -> None:
    """Taps, side racks where the chain has them, and the racks of one stretch of busway."""
    load_w = group.load_w[own]
    ids = [f"{group.load_ids[n]:05d}" for n in own.tolist()]
    if classes.side_rack is None:
        taps = [_build_taps(builder, classes, (group.hall, rack), busways) for rack in ids]
    else:
        shared = fill_in_order(load_w, classes.side_rack_limit_w)
        first = [ids[int(np.argmax(shared == number))] for number in range(int(shared[-1]) + 1)]
        each = [_build_side_racks(builder, classes, (group.hall, rack), busways) for rack in first]
        taps = [each[number] for number in shared.tolist()]
    for rack, power_w, ends in zip(ids, load_w.tolist(), taps, strict=True):
        second = ends[1] if len(ends) > 1 else NONE
        node = ElementClass("rack", "", power_w)
        element = builder.add(f"rack-{rack}", node, upstream=ends[0], hall=group.hall, standby=second)
        feed_b = ends[0] if builder.plan.form == "reserve" else second
        builder.load(element, power_w, (ends[0], feed_b), racks=1)


def _build_taps(builder: ChainBuilder, classes: ChainClasses, place: tuple[str, str], busways: Ends) -> tuple[int, ...]:
    """Taps at one place, given as (hall, rack), on each busway; the busways themselves where there are none."""
    hall, rack = place
    if classes.tap is None:
        return tuple(busway for _, busway in busways)
    return tuple(
        builder.add(f"{hall}-{side}-tap-{rack}", classes.tap, upstream=busway, hall=hall, side=side)
        for side, busway in busways
    )


def _build_side_racks(
    builder: ChainBuilder, classes: ChainClasses, place: tuple[str, str], busways: Ends
) -> tuple[int, ...]:
    """Direct-current side racks beside one rack, one on each busway, for it and the racks after it."""
    hall, rack = place
    taps = _build_taps(builder, classes, place, busways)
    if classes.side_rack is None:
        return taps
    sides = [side for side, _ in busways]
    return tuple(
        builder.add(f"{hall}-{side}-side-rack-{rack}", classes.side_rack, upstream=tap, hall=hall, side=side)
        for side, tap in zip(sides, taps, strict=True)
    )
