"""One step of the first-order method, row by row: every product with the matrix is a shift of a row of numbers.

For a compiler; `products` says the same with whole arrays. Each function writes the outcome of the step over the point
it was given, and for each row the squared length of its move over its step size. All numbers are single precision.
Arrays are taken out of their tuples before a loop over rows, since a compiled loop carries no tuples.
Signs: a balance is arrivals - takes + stock before - stock + owed - owed before = wanted.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rackwright.supply.atscale.compiled import compiled, compiled_row, rows_in_parallel

__all__ = ["step_ceilings", "step_levels", "step_starts"]

ZERO, ONE = np.float32(0.0), np.float32(1.0)


@compiled_row
def pull_start(g: Any, a: Any, prices: Any, entries: Any) -> None:
    """Row a of -A'y: what a start takes at its prices, less what its arrival is worth."""
    worth, ceiling_price, content_price = prices
    (first_input, input_of, take), (center, hours, supplier, draw, content, num_centers), arrivals = entries
    num = len(g)
    g[:] = ZERO
    for e in range(first_input[a], first_input[a + 1]):
        price, q = worth[input_of[e]], take[e]
        for k in range(num):
            g[k] += q * price[k]
    if center[a] >= 0:
        price, q = ceiling_price[center[a]], hours[a]
        for k in range(num):
            g[k] += q * price[k]
    if supplier[a] >= 0:
        price, q = ceiling_price[num_centers + supplier[a]], draw[a]
        for k in range(num):
            g[k] += q * price[k]
    if content[a] > ZERO:
        q = content[a]
        for k in range(num):
            g[k] -= q * content_price[k]
    pull_arrival(g, a, worth, arrivals)


@compiled_row
def pull_arrival(g: Any, a: Any, worth: Any, arrivals: Any) -> None:
    """Subtract from g what a start is worth when it arrives."""
    into, shift, lead, early, tardy, is_weekly = arrivals
    num, d, price = len(g), shift[a], worth[into[a]]
    if is_weekly:
        for k in range(num - d):
            g[k] -= price[k + d]
    else:
        first, second = early[lead[a]], tardy[lead[a]]
        for k in range(num - d):
            g[k] -= first[k] * price[k + d]
        for k in range(num - d - 1):
            g[k] -= second[k] * price[k + d + 1]


@compiled_row
def push_balance(r: Any, b: Any, starts: Any, entries: Any) -> None:
    """Subtract row b of A x from r, as far as starts go."""
    fills, (first_taker, taker, taken), (shift, lead, early, tardy, is_weekly) = entries
    num = len(r)
    for a in range(fills[b], fills[b + 1]):
        x, d = starts[a], shift[a]
        if is_weekly:
            for k in range(num - d):
                r[k + d] -= x[k]
        else:
            first, second = early[lead[a]], tardy[lead[a]]
            for k in range(num - d):
                r[k + d] -= first[k] * x[k]
            for k in range(num - d - 1):
                r[k + d + 1] -= second[k] * x[k]
    for e in range(first_taker[b], first_taker[b + 1]):
        x, q = starts[taker[e]], taken[e]
        for k in range(num):
            r[k] += q * x[k]


@compiled_row
def step_row(row: Any, slope: Any, tau: Any, blend: Any, last: Any) -> Any:
    """One row of quantities; `slope` becomes the mirrored row. Returns the squared length of the move over tau."""
    (x, x0), (back, reflect) = row, blend
    total = ZERO
    for k in range(last):
        ahead = max(x[k] - tau * slope[k], ZERO)
        step = ahead - x[k]
        total += step * step
        slope[k] = ahead + step
        x[k] = (ONE - back) * (ahead + reflect * step) + back * x0[k]
    for k in range(last, len(x)):
        slope[k] = ZERO
    return total / tau


@compiled
def step_starts(points: Any, prices: Any, entries: Any, rule: Any, found: Any) -> None:
    """Starts: xh = max(0, x - tau (cost - A'y)); mirrored 2 xh - x; then reflected and back towards the anchor.

    points
        Starts now, at the last restart and mirrored, each of shape (activities, K).
    prices
        Worth of pieces, prices of ceilings, content price of each bucket.
    entries
        The network's entries by activity: inputs, ceilings and content, arrivals.
    rule
        Cost, step size and last open bucket of each activity; weight of the anchor, share of the reflection.
    found
        Squared moves, and mirrored content of each activity in each content row, whose share of buckets is given.
    """
    point, anchor, mirrored = points
    cost, tau, last, (back, reflect) = rule
    moved, in_content, in_row = found
    worth, ceiling_price, content_price = prices
    (first_input, input_of, take), (center, hours, supplier, draw, content, num_centers) = entries[0], entries[1]
    into, shift, lead, early, tardy, is_weekly = entries[2]
    for a in rows_in_parallel(point.shape[0]):
        takes, draws = (first_input, input_of, take), (center, hours, supplier, draw, content, num_centers)
        arrivals = (into, shift, lead, early, tardy, is_weekly)
        g = mirrored[a]
        pull_start(g, a, (worth, ceiling_price, content_price), (takes, draws, arrivals))
        for k in range(len(g)):
            g[k] += cost[a]
        moved[a] = step_row((point[a], anchor[a]), g, tau[a], (back, reflect), last[a])
        if content[a] > ZERO:
            for y in range(in_row.shape[0]):
                total = ZERO
                for k in range(len(g)):
                    total += in_row[y, k] * g[k]
                in_content[a, y] = content[a] * total


@compiled
def step_levels(points: Any, starts: Any, entries: Any, costs: Any, rule: Any) -> None:
    """Stock, pieces owed and the worth of pieces of each buffer.

    points
        Stock, owed, worth now and at the last restart, shape (buffers, K) each; owed counts at ends only.
    starts
        Mirrored starts.
    entries
        The network's entries by buffer.
    costs
        Cost of stock and of pieces owed, which buffers are ends, and what is wanted.
    rule
        Step sizes of levels and worths by buffer, weight of the anchor and share of the reflection, and room for the
        squared moves of levels and of worths.
    """
    (stock, owed, worth), (stock0, owed0, worth0) = points
    stock_cost, owed_cost, is_end, wanted = costs
    level_step, worth_step, (back, reflect), (moved_level, moved_worth) = rule
    fills, (first_taker, taker, taken), (shift, lead, early, tardy, is_weekly) = entries
    num = worth.shape[1]
    for b in rows_in_parallel(worth.shape[0]):
        w = worth[b]
        r, m = np.empty(num, dtype=np.float32), np.empty(num, dtype=np.float32)
        r[:] = wanted[b]
        mine = (fills, (first_taker, taker, taken), (shift, lead, early, tardy, is_weekly))
        push_balance(r, b, starts, mine)
        for k in range(num - 1):
            m[k] = stock_cost[b, k] + w[k] - w[k + 1]
        m[num - 1] = stock_cost[b, num - 1] + w[num - 1]
        total = step_row((stock[b], stock0[b]), m, level_step[b], (back, reflect), num)
        for k in range(num):
            r[k] += m[k]
        for k in range(num - 1):
            r[k + 1] -= m[k]
        if is_end[b]:
            for k in range(num - 1):
                m[k] = owed_cost[b, k] - w[k] + w[k + 1]
            m[num - 1] = owed_cost[b, num - 1] - w[num - 1]
            total += step_row((owed[b], owed0[b]), m, level_step[b], (back, reflect), num)
            for k in range(num):
                r[k] -= m[k]
            for k in range(num - 1):
                r[k + 1] += m[k]
        moved_level[b] = total
        total = ZERO
        for k in range(num):
            step = worth_step[b] * r[k]
            total += step * step
            w[k] = (ONE - back) * (w[k] + (ONE + reflect) * step) + back * worth0[b, k]
        moved_worth[b] = total / worth_step[b]


@compiled
def step_ceilings(points: Any, starts: Any, entries: Any, rule: Any, moved: Any) -> None:
    """Prices of work centres and suppliers.

    points
        Prices now and at the last restart, shape (ceilings, K).
    starts
        Mirrored starts.
    entries
        First user of each ceiling, users, what each draws, and the ceilings.
    rule
        Step sizes by ceiling, weight of the anchor, share of the reflection.
    moved
        Squared moves.
    """
    point, anchor = points
    first_user, user, each, ceiling = entries
    sigma, (back, reflect) = rule
    num = point.shape[1]
    for c in rows_in_parallel(point.shape[0]):
        used = np.empty(num, dtype=np.float32)
        for k in range(num):
            used[k] = ceiling[c, k]
        for e in range(first_user[c], first_user[c + 1]):
            x, q = starts[user[e]], each[e]
            for k in range(num):
                used[k] -= q * x[k]
        moved[c] = step_row((point[c], anchor[c]), used, sigma[c], (back, reflect), num)
