"""Which share of the value of what is deployed is traced to US plants, by product and plant?

Value and its traced part are carried up the structure on the plan's own mix of sources over the horizon. It is a traced
share, not a legal test.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rackwright.solve import LinearSolution
from rackwright.supply.assemble import Assembly
from rackwright.supply.network import Make, Network
from rackwright.supply.timing import FloatArray
from rackwright.tables.supply import Content

__all__ = ["content_table", "traced_values"]

CENT_PER_USD = 100.0
DUST = 1e-9


@dataclass(frozen=True)
class TracedValues:
    """Mean value and traced US value of a piece in each buffer, and of a piece made by each make row [USD]."""

    value: FloatArray
    us: FloatArray
    made_value: FloatArray
    made_us: FloatArray


def content_table(assembly: Assembly, plan: LinearSolution) -> Content:
    """Rack SKUs that were deployed, by the plant that made them."""
    network = assembly.network
    traced = traced_values(assembly, plan.x)
    totals = assembly.columns.table("make", plan.x).sum(axis=1)
    accepted = assembly.columns.table("accept", plan.x).sum(axis=1)
    deployed: dict[str, float] = {}
    for racks, count in zip(network.acceptances, accepted, strict=True):
        deployed[racks.sku] = deployed.get(racks.sku, 0.0) + count
    rows = []
    for sku in sorted(deployed):
        mine = [i for i, make in enumerate(network.makes) if make.item == sku and totals[i] > DUST]
        made = sum(totals[i] * network.makes[i].yield_share for i in mine)
        for i in mine:
            part = deployed[sku] * totals[i] * network.makes[i].yield_share / made
            value, us = part * traced.made_value[i], part * traced.made_us[i]
            share = min(1.0, us / value) if value > 0 else 0.0
            cents = round(value * CENT_PER_USD)
            rows.append((sku, network.makes[i].plant, cents, min(cents, round(us * CENT_PER_USD)), share))
    return Content.from_rows(rows)


def traced_values(assembly: Assembly, x: FloatArray) -> TracedValues:
    """Mean values on the flows of the whole horizon.

    Notes
    -----
    v[b] = (sum buys q p + sum makes q v_make + sum ships q v[origin] + stock v0) / (sum of all q), and
    v_make = conversion + sum components (pieces per good unit) v[component]; the traced value alike, with the traced
    share of a price and with conversion in US plants; stock and open orders count as not traced.
    """
    network, columns = assembly.network, assembly.columns
    made = columns.table("make", x).sum(axis=1)
    bought, moved = (columns.table(name, x).sum(axis=1) for name in ("buy", "ship"))
    num = len(network.buffers)
    qty, value, us = np.zeros(num), np.zeros(num), np.zeros(num)
    for buy, count in zip(network.buys, bought, strict=True):
        _pour(qty, value, us, buy.buffer, (count, buy.price_usd, buy.price_usd * buy.us_share))
    for i, call in enumerate(network.calls):
        count = x[columns.one("call", i)] * network.unit(call.item)
        _pour(qty, value, us, call.buffer, (count, call.price_usd, call.price_usd * call.us_share))
    for receipt in network.receipts:
        _pour(qty, value, us, receipt.buffer, (receipt.qty, network.value_usd.get(receipt.item, 0.0), 0.0))
    return _settle(assembly, x, (qty, value, us), made, moved)


def _pour(qty: FloatArray, value: FloatArray, us: FloatArray, buffer: int, what: tuple[float, float, float]) -> None:
    count, each, traced = what
    qty[buffer] += count
    value[buffer] += count * each
    us[buffer] += count * traced


def _settle(
    assembly: Assembly,
    x: FloatArray,
    given: tuple[FloatArray, FloatArray, FloatArray],
    made: FloatArray,
    moved: FloatArray,
) -> TracedValues:
    """Repeat the averages until values have come up through every level and every move."""
    network = assembly.network
    mean = np.zeros((2, len(network.buffers)))
    takes = [_takes(assembly, x, i, make) for i, make in enumerate(network.makes)]
    per_make = np.zeros((2, len(network.makes)))
    for _ in range(2 * len(network.buffers) + 2):
        before = mean.copy()
        for i, make in enumerate(network.makes):
            per_make[:, i] = _made_value(make, takes[i], mean)
        qty, sums = given[0].copy(), np.array([given[1], given[2]])
        for i, make in enumerate(network.makes):
            good = made[i] * make.yield_share
            qty[make.buffer] += good
            sums[:, make.buffer] += good * per_make[:, i]
        for ship, count in zip(network.ships, moved, strict=True):
            qty[ship.buffer] += count
            sums[:, ship.buffer] += count * before[:, ship.from_buffer]
        mean = sums / np.where(qty > DUST, qty, 1.0)
        if np.allclose(mean, before, rtol=1e-12, atol=1e-9):
            break
    return TracedValues(mean[0], mean[1], per_make[0], per_make[1])


def _made_value(make: Make, takes: list[tuple[int, float]], mean: FloatArray) -> FloatArray:
    """Value and traced value of one good unit."""
    total = np.array([make.cost_usd, make.cost_usd * make.us_share])
    for buffer, qty in takes:
        total = total + qty * mean[:, buffer]
    return total / make.yield_share if make.yield_share > 0 else total


def _takes(assembly: Assembly, x: FloatArray, i: int, make: Make) -> list[tuple[int, float]]:
    """Mean pieces of each component taken by a unit started, on the plan's use of options over the horizon."""
    network, columns = assembly.network, assembly.columns
    started = columns.table("make", x)[i]
    total = started.sum()
    if total <= DUST:
        return []
    options = columns.table("option", x)
    used = {(row.choice, row.option): options[j].sum() for j, row in enumerate(columns.options) if row.make == i}
    found: list[tuple[int, float]] = []
    for c, choice in enumerate(make.choices):
        for o, option in enumerate(choice.options):
            open_now = _open_share(network, option.window.from_day, option.window.to_day, started)
            part = used[c, o] / total if (c, o) in used else open_now
            found += [(buffer, qty * part) for buffer, qty in option.takes]
    return found


def _open_share(network: Network, from_day: float, to_day: float, started: FloatArray) -> float:
    starts = network.grid.starts
    return float(started[(from_day <= starts) & (starts < to_day)].sum() / started.sum())
