"""How does a weekly network look on longer buckets, and how does a point come from one grid to the next?

The first week stands alone, since opening stock counts from it. The starts of a bucket are spread evenly over those of
its weeks from which they still arrive; arrivals fall into two neighbouring buckets. Stock and pieces owed stand at the
ends of buckets. A point goes from grid to grid by way of weeks: quantities even in a bucket, levels straight between
ends of buckets, prices straight between their middles, and the worth of pieces in closed form.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rackwright.supply.atscale.weekly import FloatArray, IntArray, WeeklyNetwork

__all__ = ["Float32Array", "Grid", "GridProblem", "grid_problem", "make_grid"]

Float32Array = NDArray[np.float32]


@dataclass(frozen=True)
class Grid:
    """Buckets of weeks.

    Parameters
    ----------
    edges
        First week of each bucket, and the number of weeks, shape (buckets + 1,).
    step
        Weeks in a bucket; the first has one, the last what is left.
    """

    edges: IntArray
    step: int

    @property
    def num(self) -> int:
        """Number of buckets."""
        return len(self.edges) - 1

    @property
    def weeks(self) -> IntArray:
        """Weeks in each bucket."""
        found: IntArray = np.diff(self.edges)
        return found

    def sums(self, weekly: FloatArray) -> FloatArray:
        """Sum over the weeks of each bucket, along the last axis."""
        found: FloatArray = np.add.reduceat(weekly, self.edges[:-1], axis=-1)
        return found

    def means(self, weekly: FloatArray) -> FloatArray:
        """Mean over the weeks of each bucket."""
        found: FloatArray = self.sums(weekly) / self.weeks
        return found

    def at_ends(self, weekly: FloatArray) -> FloatArray:
        """Value in the last week of each bucket."""
        found: FloatArray = weekly[..., self.edges[1:] - 1]
        return found

    def between_ends(self) -> FloatArray:
        """Matrix from levels at bucket ends to levels at the ends of weeks, shape (buckets, weeks)."""
        return _straight(self.edges[1:].astype(np.float64), np.arange(1, self.edges[-1] + 1))

    def between_middles(self) -> FloatArray:
        """Matrix from prices of buckets to prices of weeks, shape (buckets, weeks)."""
        return _straight((self.edges[1:] + self.edges[:-1]) / 2.0, np.arange(self.edges[-1]) + 0.5)

    def shared(self, lead_weeks: int) -> FloatArray:
        """Share of a bucket's starts in each week: even where they still arrive, shape (buckets, weeks)."""
        weeks = np.arange(self.edges[-1])
        inside = (weeks >= self.edges[:-1, None]) & (weeks < self.edges[1:, None])
        inside &= weeks < self.edges[-1] - lead_weeks
        share: FloatArray = inside / np.maximum(inside.sum(axis=1, keepdims=True), 1)
        return share


def make_grid(num_weeks: int, step: int) -> Grid:
    """The first week, then buckets of so many weeks."""
    edges = np.unique(np.concatenate([[0], np.arange(1, num_weeks, step), [num_weeks]]))
    return Grid(edges, step)


def _straight(points: FloatArray, at: FloatArray | IntArray) -> FloatArray:
    """Weights of straight lines between points, level outside them; shape (points, at)."""
    unit = np.eye(len(points))
    return np.stack([np.interp(np.asarray(at, dtype=np.float64), points, row) for row in unit])


_CONTENT_UNITS = 10.0
"""Mean value of a start in one unit of a content row: a row over everything must not rule the steps of all columns."""


@dataclass(frozen=True)
class GridProblem:
    """A network on a grid in units of the order of one: what the first-order method iterates on.

    Starts count in the unit of their buffer, money in `money_usd`. Matrices are those of one bucket, per entity.

    Parameters
    ----------
    shift
        Whole buckets of the lead time of each activity.
    early, tardy
        Share of a bucket's starts that arrives `shift` buckets later, and one more, by lead time, shape (leads, K).
    lead
        Row of `early` and `tardy` for each activity.
    start_cost, stock_cost, owed_cost
        Costs, shapes (activities,), (buffers, K), (buffers, K).
    wanted
        Right sides of the balances, shape (buffers, K).
    hours, draw, content
        Entries in the rows of ceilings and content, shape (activities,).
    ceiling
        Ceilings of work centres, then suppliers, shape (ceilings, K).
    in_row
        Share of each bucket's weeks in each content row, shape (rows, K).
    """

    network: WeeklyNetwork
    grid: Grid
    money_usd: float
    shift: IntArray
    lead: IntArray
    early: Float32Array
    tardy: Float32Array
    start_cost: Float32Array
    stock_cost: Float32Array
    owed_cost: Float32Array
    wanted: Float32Array
    take: Float32Array
    hours: Float32Array
    draw: Float32Array
    content: Float32Array
    ceiling: Float32Array
    ceiling_unit: FloatArray
    in_row: Float32Array
    target: Float32Array
    short: Float32Array
    content_unit: float


def grid_problem(net: WeeklyNetwork, grid: Grid) -> GridProblem:
    """The network on a grid."""
    size = net.unit[net.into]
    money = float(2.0 ** np.round(np.log2(max(1.0, float(np.median(net.cost_usd * size))))))
    leads, lead = np.unique(net.lead_weeks, return_inverse=True)
    early, tardy = _arrivals(grid, leads)
    length = grid.weeks.astype(np.float64)
    after = np.append(length[1:], 1.0)
    owed_weeks = (length + after) / 2.0
    owed_weeks[-1] += net.last_late_weeks - 1.0
    wanted = grid.sums(net.demand)
    wanted[:, 0] -= net.stock
    limits = np.concatenate([net.center_hours, net.supplier_qty])
    ceiling_unit = np.maximum(limits.mean(axis=1), 1e-9)
    valued = net.content_usd > 0
    flow = (net.content_usd * size)[valued]
    content_unit = _CONTENT_UNITS * float(flow.mean()) if valued.any() else 1.0
    rows = net.content_row == np.arange(len(net.short_usd))[:, None]
    unit_of_row = np.append(ceiling_unit, 1.0)
    num_centers = len(net.center_hours)
    return GridProblem(
        network=net,
        grid=grid,
        money_usd=money,
        shift=net.lead_weeks // grid.step,
        lead=lead,
        early=_single(early),
        tardy=_single(tardy),
        start_cost=_single(net.cost_usd * size / money),
        stock_cost=_single((net.holding_usd * net.unit / money)[:, None] * ((length + after) / 2.0)),
        owed_cost=_single((net.late_usd * net.unit / money)[:, None] * owed_weeks),
        wanted=_single(wanted / net.unit[:, None]),
        take=_single(net.input_qty * size[net.taker_of] / net.unit[net.input_of]),
        hours=_single(np.where(net.center >= 0, net.hours * size / unit_of_row[net.center], 0.0)),
        draw=_single(
            np.where(net.supplier >= 0, size / ceiling_unit[num_centers + np.maximum(net.supplier, 0)], 0.0)
            if len(net.supplier_qty)
            else np.zeros(len(size))
        ),
        content=_single(net.content_usd * size / content_unit),
        ceiling=_single(grid.sums(limits) / ceiling_unit[:, None]),
        ceiling_unit=ceiling_unit,
        in_row=_single(grid.means(rows.astype(np.float64))),
        target=_single(net.content_target_usd / content_unit),
        short=_single(net.short_usd * content_unit / money),
        content_unit=content_unit,
    )


def _single(values: FloatArray) -> Float32Array:
    return np.ascontiguousarray(values, dtype=np.float32)


def _arrivals(grid: Grid, leads: IntArray) -> tuple[FloatArray, FloatArray]:
    """Shares of each bucket's starts that arrive in the first and in the second bucket they can, by lead time."""
    num_weeks = int(grid.edges[-1])
    bucket_of = np.repeat(np.arange(grid.num), grid.weeks)
    early, tardy = np.zeros((len(leads), grid.num)), np.zeros((len(leads), grid.num))
    for row, lead in enumerate(leads.tolist()):
        weeks = np.arange(max(0, num_weeks - lead))
        start, arrival = bucket_of[weeks], bucket_of[weeks + lead]
        late = arrival - start - lead // grid.step
        counts = np.bincount(start, minlength=grid.num)
        tardy[row] = np.bincount(start, weights=late, minlength=grid.num) / np.maximum(counts, 1)
        early[row] = np.where(counts > 0, 1.0 - tardy[row], 0.0)
    return early, tardy
