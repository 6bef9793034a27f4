"""When does something started in a bucket arrive? Days on a grid of telescoping buckets.

Work of a bucket is taken as spread evenly over the days on which it may start, so its results arrive evenly over the
same days moved by the lead time. A lead time of any number of days thus has its exact mean, nothing arrives in a bucket
that ends before its lead time is over, and moving a date by a day moves the plan by a day, not by a bucket.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rackwright.base.horizon import Bucket

__all__ = ["Grid", "Window"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, order=True)
class Window:
    """Days `[from_day, to_day)` on which something may start."""

    from_day: float
    to_day: float

    def shifted(self, days: float) -> Window:
        """The window with its first day moved; the last stays."""
        return Window(self.from_day + days, self.to_day)


@dataclass(frozen=True)
class Grid:
    """Bucket edges as arrays.

    Parameters
    ----------
    starts, ends
        First day and first day after of each bucket, shape (num,).
    """

    starts: FloatArray
    ends: FloatArray

    @staticmethod
    def of(buckets: Sequence[Bucket]) -> Grid:
        """Edges of buckets."""
        return Grid(
            np.array([bucket.start_day for bucket in buckets], dtype=np.float64),
            np.array([bucket.end_day for bucket in buckets], dtype=np.float64),
        )

    @property
    def num(self) -> int:
        """Number of buckets."""
        return len(self.starts)

    @property
    def days(self) -> FloatArray:
        """Length of each bucket [day]."""
        return self.ends - self.starts

    @property
    def num_days(self) -> float:
        """Length of the horizon [day]."""
        return float(self.ends[-1])

    def bucket_of(self, day: float) -> int:
        """Bucket that holds a day; days before the horizon count as its first, later ones give `num`."""
        return int(np.searchsorted(self.ends, max(day, 0.0), side="right"))

    def open_days(self, window: Window) -> tuple[FloatArray, FloatArray]:
        """First day and first day after of the part of each bucket on which a window is open; equal where closed."""
        first = np.clip(self.starts, window.from_day, None)
        last = np.maximum(first, np.minimum(self.ends, window.to_day))
        return first, last

    def spread(self, window: Window, lead_days: float) -> FloatArray:
        """Share of the work started in bucket t that arrives in bucket k, shape (num, num).

        Rows of closed buckets are zero; rows add up to less than 1 where results fall behind the horizon.

        Notes
        -----
        w[t, k] = |[a_t + L, b_t + L) and [s_k, e_k)| / (b_t - a_t)
        """
        first, last = self.open_days(window)
        return self.overlap(first + lead_days, last + lead_days)

    def overlap(self, first: FloatArray, last: FloatArray) -> FloatArray:
        """Share of each interval `[first, last)` that lies in each bucket, shape (len(first), num)."""
        length = last - first
        inside = np.minimum(last[:, None], self.ends[None, :]) - np.maximum(first[:, None], self.starts[None, :])
        share = np.clip(inside, 0.0, None) / np.where(length > 0, length, 1.0)[:, None]
        return np.where(length[:, None] > 0, share, 0.0)

    def mean(self, daily: FloatArray) -> FloatArray:
        """Mean of a daily series over each bucket."""
        total = np.concatenate([[0.0], np.cumsum(daily)])
        ends, starts = self.ends.astype(int), self.starts.astype(int)
        sums: FloatArray = total[ends] - total[starts]
        return sums / self.days

    def mean_late_days(self, first: FloatArray, last: FloatArray, due_day: float) -> FloatArray:
        """Mean of max(0, day - due) over each interval; 0 for empty ones.

        Notes
        -----
        ((b - d)+^2 - (a - d)+^2) / (2 (b - a))
        """
        length = np.where(last > first, last - first, 1.0)
        squares = np.clip(last - due_day, 0, None) ** 2 - np.clip(first - due_day, 0, None) ** 2
        mean: FloatArray = np.where(last > first, squares / (2.0 * length), 0.0)
        return mean
