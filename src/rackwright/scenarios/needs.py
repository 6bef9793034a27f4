"""How many pieces of each item could still be bought at most? The bill of materials of racks not yet placed, exploded.

Where parts replace each other each counts as if it alone were taken, so the need is never told too small. Yields are
central. Stock, orders placed and what suppliers have confirmed comes off.
"""

from __future__ import annotations

from collections.abc import Mapping

from rackwright.supply.network import Make, Network

__all__ = ["largest_needs", "open_needs"]


def open_needs(network: Network) -> dict[str, float]:
    """Most pieces of each item that are still to be bought or made, 0 where all of them are there or ordered."""
    makes: dict[str, list[Make]] = {}
    for make in network.makes:
        makes.setdefault(make.item, []).append(make)
    wanted: dict[str, float] = {}
    for row in network.acceptances:
        for buffer, qty in row.takes:
            item = network.buffers[buffer][0]
            wanted[item] = wanted.get(item, 0.0) + qty * row.racks
    for claim in network.claims:
        wanted[claim.item] = wanted.get(claim.item, 0.0) + claim.qty
    found: dict[str, float] = {}
    known: dict[str, dict[str, float]] = {}
    for item, pieces in wanted.items():
        for part, each in _parts(item, makes, network, known).items():
            found[part] = found.get(part, 0.0) + pieces * each
    return {item: max(0.0, pieces - _given(network, item)) for item, pieces in found.items()}


def largest_needs(branches: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Need of each item in the branch that needs most of it."""
    found: dict[str, float] = {}
    for needs in branches.values():
        for item, pieces in needs.items():
            found[item] = max(found.get(item, 0.0), pieces)
    return found


def _parts(
    item: str, makes: Mapping[str, list[Make]], network: Network, known: dict[str, dict[str, float]]
) -> dict[str, float]:
    """Pieces of each item in one piece of an item, itself among them; of ways to make it the one that takes most."""
    if item not in known:
        most: dict[str, float] = {item: 1.0}
        for make in makes.get(item, ()):
            for part, qty in _taken(make, makes, network, known).items():
                most[part] = max(most.get(part, 0.0), qty / make.yield_share)
        known[item] = most
    return known[item]


def _taken(
    make: Make, makes: Mapping[str, list[Make]], network: Network, known: dict[str, dict[str, float]]
) -> dict[str, float]:
    """Pieces of each item that one started unit takes at most, over the options of each choice."""
    found: dict[str, float] = {}
    for choice in make.choices:
        most: dict[str, float] = {}
        for option in choice.options:
            own: dict[str, float] = {}
            for buffer, qty in option.takes:
                for part, each in _parts(network.buffers[buffer][0], makes, network, known).items():
                    own[part] = own.get(part, 0.0) + qty * each
            most = {part: max(own.get(part, 0.0), most.get(part, 0.0)) for part in (*most, *own)}
        for part, qty in most.items():
            found[part] = found.get(part, 0.0) + qty
    return found


def _given(network: Network, item: str) -> float:
    """Pieces in stock, on order, or confirmed by a supplier."""
    calls = sorted({row.commit for row in network.calls if row.item == item})
    received = sum(row.qty for row in network.receipts if row.item == item)
    return received + sum(network.commit_qty[number] for number in calls)
