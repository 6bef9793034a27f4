"""How does a point come from one grid to the next? By way of weeks.

Quantities are even in a bucket, levels straight between the ends of buckets, prices straight between their middles.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rackwright.supply.atscale.first_order import Point
from rackwright.supply.atscale.grids import GridProblem
from rackwright.supply.atscale.plan import Prices
from rackwright.supply.atscale.weekly import FloatArray

__all__ = ["WeeklyPoint", "from_weeks", "to_weeks"]


@dataclass(frozen=True)
class WeeklyPoint:
    """A point of any grid, told by weeks: pieces and USD, nothing rounded and no rule promised.

    Parameters
    ----------
    starts, stock, owed
        Pieces by activity or buffer and week.
    prices
        Prices of ceilings, content and opening stock.
    """

    starts: FloatArray
    stock: FloatArray
    owed: FloatArray
    prices: Prices


def to_weeks(problem: GridProblem, point: Point) -> WeeklyPoint:
    """Spread a point of a grid over weeks."""
    net, grid, money = problem.network, problem.grid, problem.money_usd
    unit = net.unit
    size = unit[net.into][:, None]
    levels, prices = grid.between_ends().astype(np.float32), grid.between_middles().astype(np.float32)
    starts = np.empty((net.num_activities, net.num_weeks), dtype=np.float32)
    for lead in np.unique(net.lead_weeks):
        rows = net.lead_weeks == lead
        starts[rows] = point.starts[rows] @ grid.shared(int(lead)).astype(np.float32)
    ceiling = (point.ceiling @ prices) * (money / problem.ceiling_unit)[:, None]
    num_centers = len(net.center_hours)
    return WeeklyPoint(
        starts * size,
        (point.stock @ levels) * unit[:, None],
        (point.owed @ levels) * unit[:, None],
        Prices(
            stock_usd=point.worth[:, 0] * money / unit,
            center_usd=ceiling[:num_centers],
            supplier_usd=ceiling[num_centers:],
            content_share=np.asarray(point.content * money / problem.content_unit, dtype=np.float64),
        ),
    )


def from_weeks(problem: GridProblem, weekly: WeeklyPoint, worth_usd: FloatArray) -> Point:
    """A weekly point on a grid, with the worth of pieces in USD."""
    net, grid, money = problem.network, problem.grid, problem.money_usd
    unit = net.unit[:, None]
    limits = np.concatenate([weekly.prices.center_usd, weekly.prices.supplier_usd])
    arrays = (
        grid.sums(weekly.starts) / unit[net.into],
        grid.at_ends(weekly.stock) / unit,
        grid.at_ends(weekly.owed) / unit,
        grid.means(worth_usd) * unit / money,
        grid.means(limits) * problem.ceiling_unit[:, None] / money,
        weekly.prices.content_share * problem.content_unit / money,
    )
    return Point(*(np.ascontiguousarray(array, dtype=np.float32) for array in arrays))
