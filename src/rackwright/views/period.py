"""In which calendar quarter does a day fall, and how do bucket figures add up to quarters?"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right

from rackwright.base.units import convert
from rackwright.plan import Plan

__all__ = ["CENTS_PER_MUSD", "DAYS_PER_YEAR", "WATTS_PER_MW", "bucket_ends", "musd", "quarter", "step_value"]

CENTS_PER_MUSD = 1e8
WATTS_PER_MW = 1e6
DAYS_PER_YEAR = convert(1.0, "year", "days")
MONTHS_PER_QUARTER = 3


def musd(cent: float) -> float:
    """Cents as millions of dollars."""
    return cent / CENTS_PER_MUSD


def quarter(date: dt.date) -> str:
    """Calendar quarter of a date.

    Examples
    --------
    >>> quarter(dt.date(2027, 8, 1))
    '2027 Q3'
    """
    return f"{date.year} Q{(date.month - 1) // MONTHS_PER_QUARTER + 1}"


def bucket_ends(plan: Plan) -> dict[int, int]:
    """First day after each bucket of the supply plan."""
    return dict(plan.supply.buckets.frame.select("bucket", "end_day").iter_rows())


def step_value(steps: list[tuple[int, float]], day: int) -> float:
    """Value of a step function `(from day, value)`, sorted by day, on a day; 0 before its first step.

    Examples
    --------
    >>> step_value([(0, 1.0), (10, 5.0)], 9)
    1.0
    """
    at = bisect_right([start for start, _ in steps], day)
    return steps[at - 1][1] if at else 0.0
