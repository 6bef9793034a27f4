"""Which linear program is a weekly network? Column-wise arrays, made whole families at a time.

Columns: starts of every activity, stock of every buffer, pieces owed of every end, missing content; within a family by
row of the network, then by week. Rows: balances, work-centre hours, allocations, content. Columns count in the unit of
their buffer and money in `Units.money_usd`, so that figures are of the order of one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rackwright.solve import LinearModel
from rackwright.supply.atscale.plan import Plan, Prices
from rackwright.supply.atscale.weekly import BoolArray, FloatArray, IntArray, WeeklyNetwork

__all__ = ["Units", "WeeklyProgram", "weekly_program"]

Int32Array = NDArray[np.int32]

_LEAST = 1e-9
"""Smallest unit of a row, where a ceiling is zero."""


@dataclass(frozen=True)
class Units:
    """What one unit of the objective and of the rows stands for; balances count in the unit of their buffer."""

    money_usd: float
    center_hours: FloatArray
    supplier_qty: FloatArray
    content_usd: FloatArray


@dataclass(frozen=True)
class WeeklyProgram:
    """A linear program and how to read it.

    Parameters
    ----------
    network
        What it was made of.
    model
        The scaled program.
    units
        What one unit of it stands for.
    """

    network: WeeklyNetwork
    model: LinearModel
    units: Units

    def plan_of(self, x: FloatArray) -> Plan:
        """A point of the program as a plan in pieces."""
        net, weeks = self.network, self.network.num_weeks
        cuts = np.cumsum([net.num_activities * weeks, net.num_buffers * weeks, len(net.ends) * weeks])
        starts, stock, owed, short = np.split(x, cuts)
        return Plan(
            starts.reshape(-1, weeks) * net.unit[net.into][:, None],
            stock.reshape(-1, weeks) * net.unit[:, None],
            owed.reshape(-1, weeks) * net.unit[net.ends][:, None],
            short * self.units.content_usd,
        )

    def prices_of(self, row_dual: FloatArray) -> Prices:
        """Row duals of the program as prices of ceilings, content and opening stock."""
        net, weeks, units, money = self.network, self.network.num_weeks, self.units, self.units.money_usd
        cuts = np.cumsum([row * weeks for row in (net.num_buffers, len(net.center_hours), len(net.supplier_qty))])
        balance, center, supplier, content = np.split(row_dual, cuts)
        return Prices(
            stock_usd=balance.reshape(-1, weeks)[:, 0] * money / net.unit,
            center_usd=-center.reshape(-1, weeks) * money / units.center_hours[:, None],
            supplier_usd=-supplier.reshape(-1, weeks) * money / units.supplier_qty[:, None],
            content_share=content * money / units.content_usd,
        )


def weekly_program(net: WeeklyNetwork) -> WeeklyProgram:
    """The linear program of a network."""
    units = _units(net)
    cost, col_upper = _costs(net, units)
    lower, upper = _row_bounds(net, units)
    starts, index, value = _matrix(net, units)
    model = LinearModel(
        cost=cost,
        col_lower=np.zeros(len(cost)),
        col_upper=col_upper,
        row_lower=lower,
        row_upper=upper,
        rows=index,
        cols=np.zeros(0, dtype=np.int32),
        values=value,
        starts=starts,
    )
    return WeeklyProgram(net, model, units)


def _units(net: WeeklyNetwork) -> Units:
    flow_usd = net.cost_usd * net.unit[net.into]
    return Units(
        money_usd=float(2.0 ** np.round(np.log2(max(1.0, float(np.median(flow_usd)))))),
        center_hours=np.maximum(net.center_hours.mean(axis=1), _LEAST),
        supplier_qty=np.maximum(net.supplier_qty.mean(axis=1), _LEAST),
        content_usd=np.maximum(net.content_target_usd / net.num_weeks, 1.0),
    )


@dataclass(frozen=True)
class _Takes:
    """What one unit of an activity takes besides the content row: rows of the sheet, by activity."""

    owner: IntArray
    row: IntArray
    """Row in the first week."""
    value: FloatArray
    place: IntArray
    """Place among the entries of its activity."""


def _takes(net: WeeklyNetwork, units: Units) -> _Takes:
    """Inputs, hours and allocation."""
    size = net.unit[net.into]
    used, drawn = np.flatnonzero(net.center >= 0), np.flatnonzero(net.supplier >= 0)
    first_center = net.num_buffers
    first_supplier = first_center + len(net.center_hours)
    owner = np.concatenate([net.taker_of, used, drawn])
    row = np.concatenate([net.input_of, first_center + net.center[used], first_supplier + net.supplier[drawn]])
    value = np.concatenate([
        -net.input_qty * size[net.taker_of] / net.unit[net.input_of],
        net.hours[used] * size[used] / units.center_hours[net.center[used]],
        size[drawn] / units.supplier_qty[net.supplier[drawn]],
    ])  # fmt: skip
    order = np.argsort(owner, kind="stable")
    owner = owner[order]
    place = np.arange(len(owner)) - np.searchsorted(owner, owner)
    return _Takes(owner, row[order] * net.num_weeks, value[order], place)


def _matrix(net: WeeklyNetwork, units: Units) -> tuple[Int32Array, Int32Array, FloatArray]:
    """Starts of the columns, rows and values of the entries.

    The entries of a start are what it takes, then its content where it counts, then its arrival where it arrives.
    """
    num_weeks = net.num_weeks
    weeks = np.arange(num_weeks, dtype=np.int32)
    takes = _takes(net, units)
    num_takes = np.bincount(takes.owner, minlength=net.num_activities).astype(np.int32)
    counts = (net.content_usd > 0)[:, None] & (net.content_row >= 0)
    arrives = weeks < (num_weeks - net.lead_weeks)[:, None]
    lengths = np.concatenate([
        (num_takes[:, None] + counts + arrives).ravel(),
        np.tile(_pairs(num_weeks), net.num_buffers + len(net.ends)),
        np.ones(len(net.short_usd), dtype=np.int32),
    ])  # fmt: skip
    starts = np.zeros(len(lengths) + 1, dtype=np.int32)
    np.cumsum(lengths, out=starts[1:])
    index, value = np.empty(starts[-1], dtype=np.int32), np.empty(starts[-1])
    first = starts[: counts.size].reshape(counts.shape)
    at = first[takes.owner] + takes.place.astype(np.int32)[:, None]
    index[at] = takes.row.astype(np.int32)[:, None] + weeks
    value[at] = takes.value[:, None]
    at = (first + num_takes[:, None])[counts]
    index[at], value[at] = _content_entries(net, units, counts)
    last = starts[1 : counts.size + 1].reshape(counts.shape)[arrives] - 1
    row = (net.into * num_weeks + net.lead_weeks).astype(np.int32)[:, None] + weeks
    index[last], value[last] = row[arrives], 1.0
    _write_levels(net, starts[counts.size], index, value)
    return starts, index, value


def _pairs(num_weeks: int) -> Int32Array:
    """Entries of the stock columns of a buffer: two balances each, one in the last week."""
    return np.append(np.full(num_weeks - 1, 2, dtype=np.int32), np.int32(1))


def _content_entries(net: WeeklyNetwork, units: Units, counts: BoolArray) -> tuple[IntArray, FloatArray]:
    """Rows and values of the starts that count for the content row of their week."""
    base = (net.num_buffers + len(net.center_hours) + len(net.supplier_qty)) * net.num_weeks
    activity, week = np.nonzero(counts)
    row = net.content_row[week]
    each = net.content_usd * net.unit[net.into]
    return base + row, each[activity] / units.content_usd[row]


def _write_levels(net: WeeklyNetwork, begin: int, index: Int32Array, value: FloatArray) -> None:
    """Stock carried and pieces owed join the balances of two weeks; missing content stands in its row."""
    num_weeks = net.num_weeks
    width = 2 * num_weeks - 1
    pattern = np.repeat(np.arange(num_weeks), _pairs(num_weeks))
    pattern[1::2] += 1
    sign = np.where(np.arange(width) % 2 == 0, -1.0, 1.0)
    rows = np.concatenate([np.arange(net.num_buffers), net.ends]) * num_weeks
    size = len(rows) * width
    index[begin : begin + size] = (rows[:, None] + pattern).ravel()
    value[begin : begin + size] = (sign * np.repeat([1.0, -1.0], [net.num_buffers, len(net.ends)])[:, None]).ravel()
    base = (net.num_buffers + len(net.center_hours) + len(net.supplier_qty)) * num_weeks
    index[begin + size :] = base + np.arange(len(net.short_usd))
    value[begin + size :] = 1.0


def _costs(net: WeeklyNetwork, units: Units) -> tuple[FloatArray, FloatArray]:
    """Cost of each column in units, and its upper bound: 0 for a start that arrives after the last week."""
    weeks, size = np.arange(net.num_weeks), net.unit[net.into]
    late = np.where(weeks == net.num_weeks - 1, net.last_late_weeks, 1.0)
    cost = np.concatenate([
        np.repeat(net.cost_usd * size, net.num_weeks),
        np.repeat(net.holding_usd * net.unit, net.num_weeks),
        ((net.late_usd * net.unit)[net.ends][:, None] * late).ravel(),
        net.short_usd * units.content_usd,
    ])  # fmt: skip
    upper = np.full(len(cost), np.inf)
    arrives = weeks < (net.num_weeks - net.lead_weeks)[:, None]
    upper[: arrives.size] = np.where(arrives, np.inf, 0.0).ravel()
    return cost / units.money_usd, upper


def _row_bounds(net: WeeklyNetwork, units: Units) -> tuple[FloatArray, FloatArray]:
    """Balances are equations, ceilings have an upper side, content rows a lower side."""
    wanted = net.demand.copy()
    wanted[:, 0] -= net.stock
    balance = (wanted / net.unit[:, None]).ravel()
    ceilings = np.concatenate([
        (net.center_hours / units.center_hours[:, None]).ravel(),
        (net.supplier_qty / units.supplier_qty[:, None]).ravel(),
    ])  # fmt: skip
    target = net.content_target_usd / units.content_usd
    lower = np.concatenate([balance, np.full(len(ceilings), -np.inf), target])
    upper = np.concatenate([balance, ceilings, np.full(len(target), np.inf)])
    return lower, upper
