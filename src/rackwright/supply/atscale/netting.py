"""Which starts cover what is needed, item by item from the ends down? Net requirements with ceilings and prices.

The quantities of a first-order point nearly balance. Netting makes them balance from the top: what the parents take is
known, surplus is taken back, and what is missing is started in the latest weeks in which ceilings leave room, in the
way that is cheapest at the prices. What finds no room stays missing and is shared out by `execution`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rackwright.supply.atscale.closed_form import Bound
from rackwright.supply.atscale.compiled import compiled_row
from rackwright.supply.atscale.weekly import FloatArray, IntArray, WeeklyNetwork

__all__ = ["net_requirements", "within_ceilings"]

_DUST = 1e-9
"""Missing pieces that are rounding, in units of the buffer."""
_PASSES = 3
"""Rounds over the sites of an item, since a move from one site to another is a need of the first."""


def net_requirements(
    net: WeeklyNetwork, starts: FloatArray, owed: FloatArray, bound: Bound, *, is_trimmed: bool
) -> FloatArray:
    """Starts that cover what ends deliver, as far as ceilings leave room.

    Parameters
    ----------
    net
        The network.
    starts
        Starts to begin from, shape (activities, weeks); ceilings hold.
    owed
        Pieces that may be owed at each end, shape (ends, weeks).
    bound
        Prices to choose ways by.
    is_trimmed
        True to take back what is not needed.
    """
    found = starts.copy()
    wanted = net.demand.copy()
    delivered = np.maximum.accumulate(np.cumsum(net.demand[net.ends], axis=1) - owed, axis=1)
    wanted[net.ends] = np.diff(np.maximum(delivered, 0.0), axis=1, prepend=0.0)
    content = np.append(bound.prices.content_share, 0.0)[net.content_row]
    entries = (
        (net.lead_weeks, net.cost_usd, net.center, net.hours, net.supplier, net.content_usd),
        (net.first_input, net.input_of, net.input_qty),
        _users(net),
        (net.item_of, net.stock, wanted, net.holding_usd, net.unit),
        (bound.worth_usd, bound.prices.center_usd, bound.prices.supplier_usd, content),
    )
    _cover(entries, _left(net, found), is_trimmed, found)
    return found


def _users(net: WeeklyNetwork) -> tuple[IntArray, IntArray, IntArray, FloatArray]:
    """Activities into each buffer, and takers of each buffer with what they take."""
    order = np.argsort(net.input_of, kind="stable")
    buffers = np.arange(net.num_buffers + 1)
    fills, first_taker = np.searchsorted(net.into, buffers), np.searchsorted(net.input_of[order], buffers)
    return fills, first_taker, net.taker_of[order], net.input_qty[order]


def within_ceilings(net: WeeklyNetwork, starts: FloatArray) -> FloatArray:
    """Starts cut in proportion where a week's ceiling is overdrawn, and none that arrives too late."""
    found = np.maximum(starts, 0.0).astype(np.float64)
    found[np.arange(net.num_weeks) >= (net.num_weeks - net.lead_weeks)[:, None]] = 0.0
    for owner, ceiling, used in _loads(net, found):
        share = np.ones((len(ceiling) + 1, net.num_weeks))
        share[:-1] = np.where(used > ceiling, ceiling / np.where(used > 0, used, 1.0), 1.0)
        found *= share[owner]
    return found


def _loads(net: WeeklyNetwork, starts: FloatArray) -> list[tuple[IntArray, FloatArray, FloatArray]]:
    from scipy.sparse import csr_matrix

    found = []
    ones = np.ones(net.num_activities)
    for owner, each, ceiling in ((net.center, net.hours, net.center_hours), (net.supplier, ones, net.supplier_qty)):
        mine = np.flatnonzero(owner >= 0)
        size = (len(ceiling), net.num_activities)
        found.append((owner, ceiling, csr_matrix((each[mine], (owner[mine], mine)), shape=size) @ starts))
    return found


def _left(net: WeeklyNetwork, starts: FloatArray) -> tuple[FloatArray, FloatArray]:
    centers, suppliers = (np.maximum(ceiling - used, 0.0) for _, ceiling, used in _loads(net, starts))
    return centers, suppliers


@compiled_row
def _cost_of(a: Any, s: Any, entries: Any) -> float:
    """What a piece costs when it is started in a week, at the prices."""
    _, cost, center, hours, supplier, value = entries[0]
    first_input, input_of, input_qty = entries[1]
    worth, center_price, supplier_price, content_price = entries[4]
    total: float = cost[a] - value[a] * content_price[s]
    if center[a] >= 0:
        total += hours[a] * center_price[center[a], s]
    if supplier[a] >= 0:
        total += supplier_price[supplier[a], s]
    for e in range(first_input[a], first_input[a + 1]):
        total += input_qty[e] * worth[input_of[e], s]
    return total


@compiled_row
def _balance(bal: Any, b: Any, entries: Any, starts: Any) -> None:
    """Running balance of a buffer."""
    lead = entries[0][0]
    fills, first_taker, taker, taken = entries[2]
    _, stock, wanted, _, _ = entries[3]
    num = len(bal)
    for t in range(num):
        bal[t] = -wanted[b, t]
    bal[0] += stock[b]
    for a in range(fills[b], fills[b + 1]):
        for s in range(num - lead[a]):
            bal[s + lead[a]] += starts[a, s]
    for e in range(first_taker[b], first_taker[b + 1]):
        for s in range(num):
            bal[s] -= taken[e] * starts[taker[e], s]
    for t in range(1, num):
        bal[t] += bal[t - 1]


@compiled_row
def _add(where: Any, qty: Any, entries: Any, left: Any, starts: Any) -> None:
    """Start a quantity more (or less) of an activity in a week, out of what its ceilings leave."""
    a, s = where
    _, _, center, hours, supplier, _ = entries[0]
    starts[a, s] += qty
    if center[a] >= 0:
        left[0][center[a], s] -= qty * hours[a]
    if supplier[a] >= 0:
        left[1][supplier[a], s] -= qty


@compiled_row
def _room(a: Any, s: Any, entries: Any, left: Any) -> float:
    """Pieces that ceilings leave to a start."""
    _, _, center, hours, supplier, _ = entries[0]
    room = np.inf
    if center[a] >= 0 and hours[a] > 0.0:
        room = min(room, left[0][center[a], s] / hours[a])
    if supplier[a] >= 0:
        room = min(room, left[1][supplier[a], s])
    return room


@compiled_row
def _trim(bal: Any, b: Any, entries: Any, left: Any, starts: Any) -> None:
    """Take back arrivals that nobody needs later, the earliest first."""
    fills, lead, num = entries[2][0], entries[0][0], len(bal)
    spare = np.empty(num)
    least = np.inf
    for t in range(num - 1, -1, -1):
        least = min(least, bal[t])
        spare[t] = least
    gone = 0.0
    for t in range(num):
        for a in range(fills[b], fills[b + 1]):
            s = t - lead[a]
            if s >= 0 and starts[a, s] > 0.0 and spare[t] - gone > 0.0:
                qty = min(starts[a, s], spare[t] - gone)
                _add((a, s), -qty, entries, left, starts)
                gone += qty
        bal[t] -= gone


@compiled_row
def _start_missing(where: Any, missing: Any, entries: Any, left: Any, starts: Any) -> None:
    """Start what is missing at a buffer in a week, the cheapest way first, as far as there is room."""
    b, t = where
    fills, lead, holding = entries[2][0], entries[0][0], entries[3][3]
    first, last = fills[b], fills[b + 1]
    at = t - lead[first:last]
    while missing > 0.0:
        best, least = -1, np.inf
        for a in range(first, last):
            s = at[a - first]
            while s >= 0 and _room(a, s, entries, left) <= 0.0:
                s -= 1
            at[a - first] = s
            if s >= 0:
                price = _cost_of(a, s, entries) + holding[b] * (t - lead[a] - s)
                if price < least:
                    best, least = a, price
        if best < 0:
            break
        s = at[best - first]
        qty = min(missing, _room(best, s, entries, left))
        _add((best, s), qty, entries, left, starts)
        missing -= qty
        at[best - first] = s - 1


@compiled_row
def _cover(entries: Any, left: Any, is_trimmed: Any, starts: Any) -> None:
    """Item by item, ends first; the sites of an item several times over."""
    item_of, unit = entries[3][0], entries[3][4]
    bal = np.empty(starts.shape[1])
    first = 0
    while first < len(item_of):
        last = first + 1
        while last < len(item_of) and item_of[last] == item_of[first]:
            last += 1
        for _ in range(_PASSES if last - first > 1 else 1):
            for b in range(first, last):
                _balance(bal, b, entries, starts)
                if is_trimmed:
                    _trim(bal, b, entries, left, starts)
                done = 0.0
                for t in range(len(bal)):
                    missing = -(bal[t] + done)
                    if missing > _DUST * unit[b]:
                        _start_missing((b, t), missing, entries, left, starts)
                        done += missing
        first = last
