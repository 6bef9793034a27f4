"""Which part of the supply model does a program under chance need? What never binds is folded into its consumers.

An item at a place that is only bought, or moved from where it is only bought, and whose allocations have no price in
the central plan of any branch, is a price and a lead time. Its price moves into the cost of what consumes it, its lead
time into the first day on which that can be made or placed (none where stock or open orders bridge it). Balances,
stocks, orders and moves of it vanish; what stock would have saved is a constant that all plans share.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rackwright.solve import HotModel
from rackwright.supply import SupplyRequest
from rackwright.supply.assemble import assemble
from rackwright.supply.network import Acceptance, Choice, Make, Network, Option, Ship
from rackwright.supply.timing import Window

__all__ = ["SCARCE_SHARE", "Folded", "fold_network", "scarce_offers"]

FloatArray = NDArray[np.float64]
SCARCE_SHARE = 0.02
"""Price of an allocation, as a share of the item's price, from which it counts as scarce."""


@dataclass(frozen=True)
class Folded:
    """A smaller network, and what the kit of a rack of each acceptance row costs beyond it [USD]."""

    network: Network
    kit_usd: FloatArray


@dataclass(frozen=True)
class _Price:
    """Least cost of a piece, and the least days until the first can be there."""

    usd: float
    days: float


def fold_network(network: Network, is_slack: NDArray[np.bool_]) -> Folded:
    """Fold every item that is a price and a lead time.

    Parameters
    ----------
    network
        The whole network.
    is_slack
        Mask of the allocations that never bind.
    """
    prices = _prices(network, is_slack)
    kept = [number for number in range(len(network.buffers)) if number not in prices]
    place = {old: new for new, old in enumerate(kept)}
    accepts = [_acceptance(row, prices, place) for row in network.acceptances]
    folded = replace(
        network,
        buffers=tuple(network.buffers[number] for number in kept),
        makes=tuple(_make(row, prices, place) for row in network.makes),
        buys=tuple(replace(row, buffer=place[row.buffer]) for row in network.buys if row.buffer in place),
        calls=tuple(replace(row, buffer=place[row.buffer]) for row in network.calls if row.buffer in place),
        ships=tuple(
            replace(row, buffer=place[row.buffer], from_buffer=place[row.from_buffer])
            for row in network.ships
            if row.buffer in place and row.from_buffer in place
        ),
        acceptances=tuple(row for row, _ in accepts),
        receipts=tuple(replace(row, buffer=place[row.buffer]) for row in network.receipts if row.buffer in place),
        claims=tuple(replace(row, buffer=place[row.buffer]) for row in network.claims if row.buffer in place),
    )
    return Folded(folded, np.array([usd for _, usd in accepts]))


def _prices(network: Network, is_slack: NDArray[np.bool_]) -> dict[int, _Price]:
    """Buffers that are a price and a lead time, found from those that are bought to those they are moved to."""
    fixed = {row.buffer for row in network.makes}
    fixed |= {row.buffer for row in network.buys if not is_slack[row.allocation]}
    fixed |= {row.buffer for row in network.buys if network.allocations[row.allocation].split_max_share < 1.0}
    fixed |= {row.buffer for row in network.buys if _is_limited(network, row.lane)}
    fixed |= {row.buffer for row in network.ships if _is_limited(network, row.lane)}
    fixed |= _in_choices(network)
    ways: dict[int, list[_Price]] = {}
    for buy in network.buys:
        usd = buy.price_usd + buy.freight_usd + float(np.mean(buy.duty_usd))
        ways.setdefault(buy.buffer, []).append(_Price(usd, buy.window.from_day + buy.dock_days + buy.transit_days))
    given = {row.buffer for row in network.calls} | {row.buffer for row in network.receipts}
    moves: dict[int, list[Ship]] = {}
    for ship in network.ships:
        moves.setdefault(ship.buffer, []).append(ship)
    while True:
        found = _spread(len(network.buffers), fixed, (ways, moves), given)
        open_ends = {ship.from_buffer for ship in network.ships if ship.buffer not in found} & set(found)
        if not open_ends:
            return found
        fixed |= open_ends


def _spread(
    num: int, fixed: set[int], ways: tuple[dict[int, list[_Price]], dict[int, list[Ship]]], given: set[int]
) -> dict[int, _Price]:
    """Prices from where things are bought along their moves; a buffer waits until all its origins have one."""
    bought, moves = ways
    found: dict[int, _Price] = {}
    while True:
        step = dict(found)
        for number in range(num):
            into = moves.get(number, [])
            if number in fixed or number in found or not all(ship.from_buffer in found for ship in into):
                continue
            own = bought.get(number, []) + [_moved(found[ship.from_buffer], ship) for ship in into]
            if own:
                days = 0.0 if number in given else min(way.days for way in own)
                step[number] = _Price(min(way.usd for way in own), days)
        if len(step) == len(found):
            return found
        found = step


def _moved(price: _Price, ship: Ship) -> _Price:
    return _Price(price.usd + ship.freight_usd + float(np.mean(ship.duty_usd)), price.days + ship.days)


def _is_limited(network: Network, lane: int) -> bool:
    return lane >= 0 and bool(np.isfinite(network.lanes[lane].limit).all())


def _in_choices(network: Network) -> set[int]:
    """Buffers taken by options that replace each other: which one is used is a decision."""
    choices = (choice for make in network.makes for choice in make.choices if choice.must and len(choice.options) > 1)
    return {buffer for choice in choices for option in choice.options for buffer, _ in option.takes}


def _make(make: Make, prices: dict[int, _Price], place: dict[int, int]) -> Make:
    takes = [take for choice in make.choices for option in choice.options for take in option.takes]
    folded = [(prices[buffer], qty) for buffer, qty in takes if buffer in prices]
    first = max([make.window.from_day, *(price.days for price, _ in folded)])
    return replace(
        make,
        buffer=place[make.buffer],
        window=Window(first, make.window.to_day),
        cost_usd=make.cost_usd + sum(price.usd * qty for price, qty in folded),
        choices=tuple(_choice(choice, place) for choice in make.choices),
    )


def _choice(choice: Choice, place: dict[int, int]) -> Choice:
    return replace(choice, options=tuple(_option(option, place) for option in choice.options))


def _option(option: Option, place: dict[int, int]) -> Option:
    return replace(option, takes=tuple((place[buffer], qty) for buffer, qty in option.takes if buffer in place))


def _acceptance(row: Acceptance, prices: dict[int, _Price], place: dict[int, int]) -> tuple[Acceptance, float]:
    folded = [(buffer, prices[buffer], qty) for buffer, qty in row.takes if buffer in prices]
    first = max([row.place_window.from_day, *(price.days - row.after_days(buffer) for buffer, price, _ in folded)])
    takes, follows = (
        tuple((place[buffer], qty) for buffer, qty in lines if buffer in place) for lines in (row.takes, row.follows)
    )
    window = Window(first, row.place_window.to_day)
    kept = replace(row, takes=takes, follows=follows, place_window=window)
    return kept, sum(price.usd * qty for _, price, qty in folded)


def scarce_offers(request: SupplyRequest, network: Network) -> frozenset[tuple[str, str]]:
    """Offers (item, supplier) whose allocation has a price in the central plan of a branch."""
    assembly = assemble(network, request.policy, None)
    prices = assembly.price_usd("allocation", HotModel(assembly.model).solve()).max(axis=1, initial=0.0)
    return frozenset(
        (offer.item, offer.supplier)
        for offer, price in zip(request.supply.offers, prices.tolist(), strict=True)
        if price > SCARCE_SHARE * offer.price.value
    )
