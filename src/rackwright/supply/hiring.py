"""When must people be hired so that they are trained by the time they are needed?

A new hire works at a share of full pace that grows by the weeks since the day of hiring; nobody is let go. Somebody who
is needed at full pace in a week must have been hired before it, and who is hired sooner than that is paid for longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rackwright.solve import LinearModel, solve_linear

__all__ = ["Hiring", "hire", "pace"]

FloatArray = NDArray[np.float64]
DUST = 1e-6


@dataclass(frozen=True)
class Hiring:
    """People hired and on the payroll, by week.

    Parameters
    ----------
    first_week
        Week of the first entry; below 0 before the plan begins.
    hired
        People hired in each week.
    paid
        People on the payroll, those there from the start with them.
    working
        What they do together, in people at full pace.
    """

    first_week: int
    hired: FloatArray
    paid: FloatArray
    working: FloatArray


def pace(curve: Sequence[tuple[float, float]], weeks: int) -> FloatArray:
    """Share of full pace in each week after hiring, shape (weeks,): linear between the points, full after the last.

    Examples
    --------
    >>> pace([(0, 0.2), (4, 0.6)], 6).tolist()
    [0.2, 0.3, 0.4, 0.5, 1.0, 1.0]
    """
    if not curve:
        return np.ones(weeks)
    at, shares = np.array(sorted(curve), dtype=np.float64).T
    age = np.arange(weeks, dtype=np.float64)
    found: FloatArray = np.where(age >= at[-1], 1.0, np.interp(age, at, shares))
    return found


def hire(needed: FloatArray, curve: Sequence[tuple[float, float]], staff: float) -> Hiring:
    """Fewest paid weeks that give the people needed.

    Parameters
    ----------
    needed
        People at full pace in each week of the plan.
    curve
        Points of (weeks since hiring, share of full pace); full after the last point.
    staff
        Trained people there from the start.

    Notes
    -----
    min sum_w (T - w) x_w with sum_{w <= t} p(t - w) x_w >= needed_t - staff, x >= 0: a linear program for each plant.
    """
    before = int(np.ceil(max((weeks for weeks, _ in curve), default=0.0)))
    num = before + len(needed)
    share = pace(curve, num + 1)
    hired, week = np.meshgrid(np.arange(num), np.arange(len(needed)))
    age = week + before - hired
    keep = age >= 0
    model = LinearModel(
        cost=np.arange(num, 0, -1, dtype=np.float64),
        col_lower=np.zeros(num),
        col_upper=np.full(num, np.inf),
        row_lower=np.clip(needed - staff, 0.0, None),
        row_upper=np.full(len(needed), np.inf),
        rows=week[keep],
        cols=hired[keep],
        values=share[age[keep]],
    )
    x = np.where((found := solve_linear(model).x) > DUST, found, 0.0)
    working = np.convolve(x, share)[:num] + staff
    return Hiring(-before, x, np.cumsum(x) + staff, working)
