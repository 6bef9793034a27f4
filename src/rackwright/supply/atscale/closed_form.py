"""Which lower bound of every plan's cost do given prices prove? In closed form: one pass over the network, no solver.

Prices of ceilings, content and opening stock leave a problem in which the worth of every piece follows from the worth
of its inputs: an item costs no more than the cheapest way to get it in time, or to have kept it. Items are priced from
the bottom up, weeks forwards; pieces that may be owed also backwards. The result is the largest dual value that has
these prices, so it is a bound for any of them, good or bad.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from rackwright.supply.atscale.compiled import HAS_COMPILER, compiled, compiled_row, rows_in_parallel
from rackwright.supply.atscale.plan import Prices
from rackwright.supply.atscale.weekly import FloatArray, IntArray, WeeklyNetwork, row_numbers

__all__ = ["Bound", "closed_form_bound"]


@dataclass(frozen=True)
class Bound:
    """What prices prove.

    Parameters
    ----------
    cost_usd
        No plan costs less.
    worth_usd
        Worth of a piece at each buffer in each week, shape (buffers, weeks).
    prices
        The prices it holds for: those given, moved into their ranges.
    """

    cost_usd: float
    worth_usd: FloatArray
    prices: Prices


def closed_form_bound(net: WeeklyNetwork, prices: Prices, *, is_compiled: bool = HAS_COMPILER) -> Bound:
    """Lower bound of the cost of every plan.

    Parameters
    ----------
    net
        The network.
    prices
        Any prices; those out of their range are moved into it.
    is_compiled
        False for the plain form; both give the same bound.

    Notes
    -----
    With z[a, t] = cost + hours lam + mu - content nu + sum q pi[input, t] (what a start in week t costs),
    pi[b, t] = min(pi[b, t-1] + holding, min over a into b of z[a, t - lead]), pi[b, 0] <= the price of opening stock;
    at ends also pi[b, t] <= pi[b, t+1] + late, pi[b, T-1] <= late * last weeks.
    Bound = sum demand pi - sum stock pi[., 0] - sum hours lam - sum allocation mu + sum target nu.
    A piece left over costs its holding to the end, so pi[b, T-1] >= -holding; where an input with a negative worth
    would break this, opening stock is priced at no less than zero.
    """
    fair = _in_range(net, prices)
    worth = _worth(net, fair, is_compiled=is_compiled)
    if (worth[:, -1] < -net.holding_usd * (1.0 + _ROUNDING)).any():
        fair = replace(fair, stock_usd=np.maximum(fair.stock_usd, 0.0))
        worth = _worth(net, fair, is_compiled=is_compiled)
    return Bound(_dual_value(net, fair, worth), worth, fair)


_ROUNDING = 1e-9
"""Relative rounding of a chain of sums that must not count as a breach."""


def _in_range(net: WeeklyNetwork, prices: Prices) -> Prices:
    return Prices(
        stock_usd=np.maximum(np.asarray(prices.stock_usd, dtype=np.float64), -net.num_weeks * net.holding_usd),
        center_usd=np.maximum(np.asarray(prices.center_usd, dtype=np.float64), 0.0),
        supplier_usd=np.maximum(np.asarray(prices.supplier_usd, dtype=np.float64), 0.0),
        content_share=np.clip(np.asarray(prices.content_share, dtype=np.float64), 0.0, net.short_usd),
    )


def _dual_value(net: WeeklyNetwork, prices: Prices, worth: FloatArray) -> float:
    return float(
        np.vdot(net.demand, worth)
        - net.stock @ worth[:, 0]
        - np.vdot(net.center_hours, prices.center_usd)
        - np.vdot(net.supplier_qty, prices.supplier_usd)
        + net.content_target_usd @ prices.content_share
    )


def _worth(net: WeeklyNetwork, prices: Prices, *, is_compiled: bool) -> FloatArray:
    """Worth of a piece by buffer and week [USD]."""
    row = net.content_row
    content = np.append(prices.content_share, 0.0)[row]
    if is_compiled:
        return _compiled_worth(net, prices, content)
    return _plain_worth(net, prices, content)


def _plain_worth(net: WeeklyNetwork, prices: Prices, content: FloatArray) -> FloatArray:
    worth = np.full((net.num_buffers, net.num_weeks), np.inf)
    start_of = np.searchsorted(net.into, np.arange(net.num_buffers + 1))
    for level in net.levels:
        activities = row_numbers(start_of, level)
        costs = start_costs(net, prices, content, worth, activities)
        _price_level(net, prices, worth, (level, activities), costs)
    return worth


def start_costs(
    net: WeeklyNetwork, prices: Prices, content: FloatArray, worth: FloatArray, activities: IntArray
) -> FloatArray:
    """What a piece costs when it is started in each week, moves between sites aside, shape (activities, weeks)."""
    from scipy.sparse import csr_matrix

    center = np.vstack([prices.center_usd, np.zeros(net.num_weeks)])[net.center[activities]]
    supplier = np.vstack([prices.supplier_usd, np.zeros(net.num_weeks)])[net.supplier[activities]]
    rows = row_numbers(net.first_input, activities)
    below = net.item_of[net.input_of[rows]] != net.item_of[net.into[net.taker_of[rows]]]
    rows = rows[below]
    place = np.searchsorted(activities, net.taker_of[rows])
    used, number = np.unique(net.input_of[rows], return_inverse=True)
    takes = csr_matrix((net.input_qty[rows], (place, number)), shape=(len(activities), len(used)))
    costs = net.cost_usd[activities, None] + net.hours[activities, None] * center + supplier
    costs -= net.content_usd[activities, None] * content
    if len(used):
        costs += takes @ worth[used]
    return costs


def _price_level(
    net: WeeklyNetwork, prices: Prices, worth: FloatArray, rows_of_level: tuple[IntArray, IntArray], costs: FloatArray
) -> None:
    """Forwards over the weeks for all buffers of a level at once, and backwards for those that may owe."""
    level, activities = rows_of_level
    lead, into = net.lead_weeks[activities], net.into[activities]
    rows = row_numbers(net.first_input, activities)
    moves = rows[net.item_of[net.input_of[rows]] == net.item_of[net.into[net.taker_of[rows]]]]
    moving, origin = np.searchsorted(activities, net.taker_of[moves]), net.input_of[moves]
    filled, first = np.unique(into, return_index=True)
    ends = level[net.late_usd[level] > 0]
    ceiling = np.full((len(level), net.num_weeks), np.inf)
    while True:
        for week in range(net.num_weeks):
            kept = prices.stock_usd[level] if week == 0 else worth[level, week - 1] + net.holding_usd[level]
            worth[level, week] = np.minimum(kept, ceiling[:, week])
            if week and len(activities):
                started = week - lead
                price = np.where(started >= 0, costs[np.arange(len(lead)), np.maximum(started, 0)], np.inf)
                back = started[moving]
                price[moving] += net.input_qty[moves] * worth[origin, np.maximum(back, 0)]
                worth[filled, week] = np.minimum(worth[filled, week], np.minimum.reduceat(price, first))
        if not len(ends) or not _price_backwards(net, worth, ends):
            return
        ceiling = worth[level].copy()


def _price_backwards(net: WeeklyNetwork, worth: FloatArray, ends: IntArray) -> bool:
    """A piece wanted now is worth no more than one wanted later and owed till then; True where that changed any."""
    mine = worth[ends]
    late = net.late_usd[ends]
    before = mine.copy()
    mine[:, -1] = np.minimum(mine[:, -1], net.last_late_weeks * late)
    for week in range(net.num_weeks - 2, -1, -1):
        mine[:, week] = np.minimum(mine[:, week], mine[:, week + 1] + late)
    worth[ends] = mine
    return bool((mine < before).any())


def _compiled_worth(net: WeeklyNetwork, prices: Prices, content: FloatArray) -> FloatArray:
    worth = np.empty((net.num_buffers, net.num_weeks))
    start_of = np.searchsorted(net.into, np.arange(net.num_buffers + 1))
    entries = (
        (start_of, net.lead_weeks, net.cost_usd, net.center, net.hours, net.supplier, net.content_usd),
        (net.first_input, net.input_of, net.input_qty),
        (prices.stock_usd, net.holding_usd, net.late_usd, net.last_late_weeks),
        (prices.center_usd, prices.supplier_usd, content),
    )
    for level in net.levels:
        first = np.flatnonzero(np.diff(net.item_of[level], prepend=_NO_ITEM))
        last = np.append(first[1:], len(level)) - 1
        _price_items(level[first], level[last] + 1, entries, worth)
    return worth


_NO_ITEM = -1


@compiled
def _price_items(firsts: Any, lasts: Any, entries: Any, worth: Any) -> None:
    """Worth of all buffers of the items of a level; each item on its own.

    Arrays are taken out of their tuples before the loop, since a compiled loop over rows carries no tuples.
    """
    (start_of, lead, cost, center, hours, supplier, value), (first_input, input_of, input_qty) = entries[0], entries[1]
    (stock_price, holding, is_end, last_late), (center_price, supplier_price, content_price) = entries[2], entries[3]
    for row in rows_in_parallel(len(firsts)):
        mine = (
            (start_of, lead, cost, center, hours, supplier, value),
            (first_input, input_of, input_qty),
            (stock_price, holding, is_end, last_late),
            (center_price, supplier_price, content_price),
        )
        first, last = firsts[row], lasts[row]
        begin, end = start_of[first], start_of[last]
        costs = np.empty((end - begin, worth.shape[1]))
        move = np.full(end - begin, -1)
        for a in range(begin, end):
            move[a - begin] = _price_start(a, (first, last), mine, worth, costs[a - begin])
        has_ends = False
        for b in range(first, last):
            has_ends = has_ends or is_end[b] > 0
            worth[b, :] = np.inf
        changed = True
        while changed:
            _price_forwards((first, last), mine, costs, move, worth)
            changed = False
            if has_ends:
                for b in range(first, last):
                    changed = _price_one_backwards(b, mine, worth) or changed


@compiled_row
def _price_start(a: Any, span: Any, entries: Any, worth: Any, costs: Any) -> int:
    """What a start costs in each week, moves aside; returns the input row of a move between sites, or -1."""
    _, _, cost, center, hours, supplier, value = entries[0]
    first_input, input_of, input_qty = entries[1]
    center_price, supplier_price, content_price = entries[3]
    weeks, move = len(costs), -1
    for t in range(weeks):
        costs[t] = cost[a] - value[a] * content_price[t]
    if center[a] >= 0:
        for t in range(weeks):
            costs[t] += hours[a] * center_price[center[a], t]
    if supplier[a] >= 0:
        for t in range(weeks):
            costs[t] += supplier_price[supplier[a], t]
    for e in range(first_input[a], first_input[a + 1]):
        used = input_of[e]
        if span[0] <= used < span[1]:
            move = e
        else:
            for t in range(weeks):
                costs[t] += input_qty[e] * worth[used, t]
    return move


@compiled_row
def _price_forwards(span: Any, entries: Any, costs: Any, move: Any, worth: Any) -> None:
    """Least of what was kept and what arrives, week by week for the sites of an item."""
    start_of, lead = entries[0][0], entries[0][1]
    _, input_of, input_qty = entries[1]
    stock_price, holding, _, _ = entries[2]
    begin = start_of[span[0]]
    for t in range(worth.shape[1]):
        for b in range(span[0], span[1]):
            kept = stock_price[b] if t == 0 else worth[b, t - 1] + holding[b]
            least = min(worth[b, t], kept)
            for a in range(start_of[b], start_of[b + 1]):
                s = t - lead[a]
                if s >= 0:
                    price = costs[a - begin, s]
                    e = move[a - begin]
                    if e >= 0:
                        price += input_qty[e] * worth[input_of[e], s]
                    least = min(least, price)
            worth[b, t] = least


@compiled_row
def _price_one_backwards(b: Any, entries: Any, worth: Any) -> bool:
    """A piece wanted now is worth no more than one wanted later and owed till then; True where that changed any."""
    late, last_late = entries[2][2][b], entries[2][3]
    if late <= 0:
        return False
    changed = False
    limit = last_late * late
    for t in range(worth.shape[1] - 1, -1, -1):
        if worth[b, t] > limit:
            worth[b, t] = limit
            changed = True
        limit = worth[b, t] + late
    return changed
