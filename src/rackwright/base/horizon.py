"""Which integer day is a date, and which days make a bucket?

Days count from 0 at the horizon's first day; `end_day` is the first day after. Week buckets exist only in supply.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["Bucket", "Horizon"]

DAYS_PER_WEEK = 7


@dataclass(frozen=True, slots=True)
class Bucket:
    """A run of whole days, `[start_day, end_day)`."""

    index: int
    start_day: int
    end_day: int

    @property
    def num_days(self) -> int:
        """Length of the bucket in days, > 0."""
        return self.end_day - self.start_day


@dataclass(frozen=True, slots=True)
class Horizon:
    """The planning window, from `start` (day 0) up to and without `end`."""

    start: dt.date
    end: dt.date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"horizon ends {self.end}, which is not after its start {self.start}")

    @property
    def num_days(self) -> int:
        """Number of days in the horizon, > 0."""
        return (self.end - self.start).days

    def day(self, date: dt.date) -> int:
        """Integer day of a date; negative before the horizon, >= `num_days` after it."""
        return (date - self.start).days

    def date(self, day: int) -> dt.date:
        """Date of an integer day, the inverse of `day`."""
        return self.start + dt.timedelta(days=day)

    def buckets(self, *, num_weekly: int, num_monthly: int) -> tuple[Bucket, ...]:
        """Telescoping buckets: single weeks, then four-week ones, then quarters of 13 weeks to the end.

        Parameters
        ----------
        num_weekly
            Number of one-week buckets at the start, >= 0.
        num_monthly
            Number of four-week buckets after them, >= 0.

        Returns
        -------
        Buckets that cover the whole horizon without gap or overlap; the last one may be short.
        """
        edges = [0]
        for weeks, count in ((1, num_weekly), (4, num_monthly), (13, self.num_days)):
            for _ in range(count):
                if edges[-1] >= self.num_days:
                    break
                edges.append(min(edges[-1] + weeks * DAYS_PER_WEEK, self.num_days))
        return tuple(Bucket(i, a, b) for i, (a, b) in enumerate(pairwise(edges)))
