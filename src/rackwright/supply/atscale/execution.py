"""What happens when wanted starts are carried out week by week with what is there? A plan that keeps every rule.

A start takes what it needs from stock on hand, hours and allocation left in its week; what finds too little stays
wanted for later weeks. Those who want the same scarce piece are served in an order given by prices, not in proportion:
cutting every user a little starves all that is made of them, and the loss multiplies from level to level.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rackwright.supply.atscale.compiled import compiled_row
from rackwright.supply.atscale.plan import Plan
from rackwright.supply.atscale.weekly import FloatArray, IntArray, WeeklyNetwork

__all__ = ["execute", "plan_of_starts"]


def execute(net: WeeklyNetwork, wanted: FloatArray, rank: IntArray) -> Plan:
    """Carry out wanted starts.

    Parameters
    ----------
    net
        The network; pieces are wanted at ends only.
    wanted
        Pieces each activity should start in each week, shape (activities, weeks).
    rank
        Activities in the order in which they are served.
    """
    starts = np.zeros((net.num_activities, net.num_weeks))
    acts = (net.into, net.lead_weeks, net.center, net.hours, net.supplier)
    parts = (net.first_input, net.input_of, net.input_qty)
    left = (net.stock.copy(), net.center_hours.copy(), net.supplier_qty.copy())
    _run((acts, parts), net.demand, left, (np.maximum(wanted, 0.0), rank), starts)
    return plan_of_starts(net, starts)


@compiled_row
def _run(entries: Any, demand: Any, left: Any, wish: Any, starts: Any) -> None:
    """Week by week, in the order of rank; `left` is used up on the way."""
    (into, lead, _, _, _), _ = entries
    on_hand, wanted, rank = left[0], wish[0], wish[1]
    num_weeks = starts.shape[1]
    backlog = np.zeros(len(into))
    arriving = np.zeros((num_weeks, len(on_hand)))
    for t in range(num_weeks):
        for b in range(len(on_hand)):
            on_hand[b] += arriving[t, b] - demand[b, t]
        for i in range(len(rank)):
            a = rank[i]
            backlog[a] += wanted[a, t]
            if t + lead[a] < num_weeks and backlog[a] > 0.0:
                qty = min(backlog[a], _possible(a, t, entries, left))
                if qty > 0.0:
                    _use(a, t, qty, entries, left)
                    backlog[a] -= qty
                    starts[a, t] = qty
                    arriving[t + lead[a], into[a]] += qty


@compiled_row
def _possible(a: Any, t: Any, entries: Any, left: Any) -> float:
    """Pieces that stock, hours and allocation still allow."""
    (_, _, center, hours, supplier), (first_input, input_of, input_qty) = entries
    on_hand, center_left, supplier_left = left
    qty = np.inf
    for e in range(first_input[a], first_input[a + 1]):
        qty = min(qty, on_hand[input_of[e]] / input_qty[e])
    if center[a] >= 0 and hours[a] > 0.0:
        qty = min(qty, center_left[center[a], t] / hours[a])
    if supplier[a] >= 0:
        qty = min(qty, supplier_left[supplier[a], t])
    return qty


@compiled_row
def _use(a: Any, t: Any, qty: Any, entries: Any, left: Any) -> None:
    """Take what a start needs; rounding leaves nothing below zero."""
    (_, _, center, hours, supplier), (first_input, input_of, input_qty) = entries
    on_hand, center_left, supplier_left = left
    for e in range(first_input[a], first_input[a + 1]):
        on_hand[input_of[e]] = max(0.0, on_hand[input_of[e]] - qty * input_qty[e])
    if center[a] >= 0:
        center_left[center[a], t] = max(0.0, center_left[center[a], t] - qty * hours[a])
    if supplier[a] >= 0:
        supplier_left[supplier[a], t] = max(0.0, supplier_left[supplier[a], t] - qty)


def plan_of_starts(net: WeeklyNetwork, starts: FloatArray) -> Plan:
    """The plan whose starts are given: stock, pieces owed and missing content follow."""
    balance = -np.cumsum(net.demand, axis=1)
    balance += net.stock[:, None]
    so_far = np.cumsum(starts, axis=1)
    arrived = np.zeros_like(so_far)
    for lead in np.unique(net.lead_weeks):
        rows = net.lead_weeks == lead
        arrived[rows, lead:] = so_far[rows, : max(0, net.num_weeks - lead)]
    balance += _sum_rows(net.into, arrived, net.num_buffers)
    balance -= _take_rows(net, so_far)
    owed = np.maximum(-balance[net.ends], 0.0)
    balance[net.ends] += owed
    inside = net.content_row >= 0
    value = (net.content_usd @ starts)[inside]
    found = np.bincount(net.content_row[inside], weights=value, minlength=len(net.short_usd))
    dust = np.abs(balance) <= 1e-9 * net.unit[:, None] * net.num_weeks
    return Plan(starts, np.where(dust, 0.0, balance), owed, np.maximum(net.content_target_usd - found, 0.0))


def _sum_rows(owner: IntArray, rows: FloatArray, num: int) -> FloatArray:
    from scipy.sparse import csr_matrix

    every = np.arange(len(owner))
    found: FloatArray = csr_matrix((np.ones(len(owner)), (owner, every)), shape=(num, len(owner))) @ rows
    return found


def _take_rows(net: WeeklyNetwork, rows: FloatArray) -> FloatArray:
    from scipy.sparse import csr_matrix

    size = (net.num_buffers, net.num_activities)
    found: FloatArray = csr_matrix((net.input_qty, (net.input_of, net.taker_of)), shape=size) @ rows
    return found
