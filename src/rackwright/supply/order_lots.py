"""In which lots are the orders of the next weeks placed? Minimums and multiples of offers, chosen and solved again.

Within the weeks of whole racks every order of an offer with a minimum or a multiple is nothing, or at least the minimum
in whole multiples. For each offer and place the cheapest lots that cover the plan at any time are found exactly; then
they are held and the rest of the plan is solved again, so racks, stock and later orders follow, and the gap to the plan
without lots is known. Later orders stay amounts; `purchase_orders` rounds them by a rule.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rackwright.program.header import Policy
from rackwright.solve import LinearModel, LinearSolution, Solver
from rackwright.supply.assemble import Assembly
from rackwright.supply.network import Buy
from rackwright.supply.timing import FloatArray
from rackwright.supply.whole import rounded_model

__all__ = ["Needs", "cheapest_lots", "lot_cells", "plan_in_lots"]

IntArray = NDArray[np.int64]
DAYS_PER_WEEK = 7
DAYS_PER_YEAR = 365.25
NEARLY = 1e-6
ORDER_USD = 1.0
"""A tie-break: of equally dear lots fewer orders."""


@dataclass(frozen=True)
class Needs:
    """What one offer has to cover at one place, in whole multiples, one entry per bucket.

    Parameters
    ----------
    so_far
        Multiples needed so far.
    most
        Multiples that can be ordered.
    least
        Multiples in the smallest order.
    hold_usd
        Cost of one multiple that is there one bucket too soon [USD].
    """

    so_far: IntArray
    most: IntArray
    least: int
    hold_usd: FloatArray


def plan_in_lots(
    hot: Solver, assembly: Assembly, relaxed: LinearSolution, plan: LinearSolution, policy: Policy
) -> LinearSolution:
    """The plan with orders of the next weeks in lots; the plan as it is where none binds or they cannot be held."""
    cells = lot_cells(assembly, plan, policy)
    if cells is None:
        return plan
    model = rounded_model(assembly, relaxed, policy.whole_rack_weeks) or assembly.model
    found = hot.solve_variant(_held(model, cells))
    if found.status == "optimal":
        return found
    # The racks that were rounded need orders no lot allows: lots first, then as many whole racks as they bring.
    found = hot.solve_variant(_held(assembly.model, cells))
    if found.status != "optimal":
        return plan
    rounded = rounded_model(assembly, found, policy.whole_rack_weeks)
    whole = found if rounded is None else hot.solve_variant(_held(rounded, cells))
    return whole if whole.status == "optimal" else found


def _held(model: LinearModel, cells: tuple[IntArray, FloatArray]) -> LinearModel:
    """The model with columns held at values."""
    lower, upper = model.col_lower.copy(), model.col_upper.copy()
    lower[cells[0]] = upper[cells[0]] = cells[1]
    return replace(model, col_lower=lower, col_upper=upper)


def lot_cells(assembly: Assembly, plan: LinearSolution, policy: Policy) -> tuple[IntArray, FloatArray] | None:
    """Columns of orders of the next weeks and the lots they are held at; None where all are lots already."""
    network, table = assembly.network, np.clip(assembly.columns.table("buy", plan.x), 0.0, None)
    near = int(np.count_nonzero(network.grid.ends <= policy.whole_rack_weeks * DAYS_PER_WEEK))
    rate = policy.capital_cost_share_per_year / DAYS_PER_YEAR
    room = {k: row.limit[:near].copy() for k, row in enumerate(network.allocations)}
    for i, buy in enumerate(network.buys):
        room[buy.allocation] -= table[i, :near]
    columns, values, is_moved = [], [], False
    for i, buy in enumerate(network.buys):
        first = _held_buckets(buy, near)
        own = table[i, first:near]
        if (buy.minimum <= 0 and buy.multiple == 1.0) or own.sum() <= NEARLY:
            continue
        cols = assembly.columns.of("buy", i)[first:near]
        is_open = assembly.model.col_upper[cols] > 0
        free = np.where(is_open, own + np.clip(room[buy.allocation][first:], 0.0, None), 0.0)
        lots = _lots(buy, own, free, buy.price_usd * rate * network.grid.days[first:near])
        if lots is not None:
            room[buy.allocation][first:] += own - lots
            is_moved |= not np.allclose(lots, own, atol=NEARLY * buy.multiple)
            columns.append(cols)
            values.append(lots / network.unit(buy.item))
    return (np.concatenate(columns), np.concatenate(values)) if is_moved else None


def _held_buckets(buy: Buy, near: int) -> int:
    """First bucket in which no order of a plan before is held: in windows, orders stay as they were placed."""
    if buy.held is None:
        return 0
    return int(np.flatnonzero(np.isfinite(buy.held.most[:near])).max(initial=-1)) + 1


def _lots(buy: Buy, planned: FloatArray, free: FloatArray, hold_usd: FloatArray) -> FloatArray | None:
    """Pieces ordered in each bucket, never later than planned but where the allocation is full."""
    so_far = np.cumsum(planned) / buy.multiple
    most = np.floor(free / buy.multiple + NEARLY).astype(np.int64)
    least = max(1, int(np.ceil(buy.minimum / buy.multiple - NEARLY)))
    down = np.floor(so_far + NEARLY)
    possible = np.cumsum(np.where(most >= least, most, 0))
    for needed in (np.ceil(so_far - NEARLY), down, np.minimum(down, possible)):
        found = cheapest_lots(Needs(needed.astype(np.int64), most, least, hold_usd * buy.multiple))
        if found is not None:
            return found.astype(np.float64) * buy.multiple
    return None


def cheapest_lots(needs: Needs) -> IntArray | None:
    """Multiples ordered in each bucket, by dynamic programming over what is ahead; None where nothing covers the need.

    Notes
    -----
    f[k, a] = min over orders q in {0} and [least, most[k]] of f[k-1, a - q + need[k]] + hold[k] a + [q > 0], with the
    multiples `a` that are ahead at the end of bucket k. Being ahead by more than twice the smallest order never pays.

    Examples
    --------
    >>> rows = Needs(np.array([3, 6, 12]), np.array([9, 9, 9]), 5, np.ones(3))
    >>> cheapest_lots(rows)
    array([6, 0, 6])
    """
    wanted = np.diff(needs.so_far, prepend=0)
    ahead = np.arange(2 * needs.least + 2)
    cost, steps = np.where(ahead == 0, 0.0, np.inf), []
    for k, want in enumerate(wanted.tolist()):
        order = ahead[None, :] - ahead[:, None] + want  # from what is ahead (rows) to what will be (columns)
        is_allowed = (order == 0) | ((order >= needs.least) & (order <= needs.most[k]))
        total = np.where(is_allowed, cost[:, None] + ORDER_USD * (order > 0), np.inf)
        steps.append(np.argmin(total, axis=0))
        cost = total.min(axis=0) + needs.hold_usd[k] * ahead
    at = int(np.argmin(cost))
    if not np.isfinite(cost[at]):
        return None
    found = np.zeros(len(wanted), dtype=np.int64)
    for k in range(len(wanted) - 1, -1, -1):
        before = int(steps[k][at])
        found[k] = at - before + wanted[k]
        at = before
    return found
