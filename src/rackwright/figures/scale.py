"""Which pixel is a value or a day, and where do the ticks of an axis stand?"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass

from rackwright.figures.lettering import short_number

__all__ = ["LinearScale", "MonthTick", "finite_range", "month_ticks", "value_labels", "value_scale"]

_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)
_MONTH_STEPS = (1, 3, 6, 12, 24, 60, 120)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS_PER_MONTH = 365.25 / 12


@dataclass(frozen=True, slots=True)
class LinearScale:
    """A linear map from values [low, high], low < high, to pixels [start, end].

    Values outside are clamped by `clamped`.
    """

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Pixel of a value."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def clamped(self, value: float) -> float:
        """Pixel of a value, not outside the range."""
        return self(min(max(value, self.low), self.high))


def finite_range(values: Iterable[float | None], *, at_least: tuple[float, ...] = ()) -> tuple[float, float]:
    """Smallest and largest finite value, together with those in `at_least`; (0, 1) where there is none."""
    known = [value for value in (*values, *at_least) if value is not None and math.isfinite(value)]
    return (min(known), max(known)) if known else (0.0, 1.0)


def _nice_step(span: float, count: int) -> float:
    """The smallest step of 1, 2, 2.5 or 5 times a power of ten that gives at most `count` steps over the span."""
    rough = span / count
    power = 10.0 ** math.floor(math.log10(rough))
    return next(nice * power for nice in _NICE if nice * power >= rough * (1 - 1e-9))


def value_scale(
    low: float, high: float, pixels: tuple[float, float], *, num_ticks: int = 5
) -> tuple[LinearScale, list[float]]:
    """A scale over a range widened to whole ticks, and the ticks.

    An empty range is widened to one that can be drawn.
    """
    if high <= low:
        low, high = min(low, 0.0), max(low, 0.0)
        high = high if high > low else low + 1.0
    step = _nice_step(high - low, num_ticks)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = [index * step for index in range(first, last + 1)]
    return LinearScale(ticks[0], ticks[-1], *pixels), ticks


def value_labels(ticks: list[float]) -> list[str]:
    """Short labels of ticks, all different: where rounding would make two alike, all digits of the step are kept."""
    labels = [short_number(tick) for tick in ticks]
    return labels if len(set(labels)) == len(labels) else [f"{tick:,.6g}" for tick in ticks]


@dataclass(frozen=True, slots=True)
class MonthTick:
    """A tick at the first of a month.

    The day, the month's short name, and the year where it starts one (or the axis).
    """

    day: int
    label: str
    year: str


def _month_start(index: int) -> dt.date:
    """First day of the month with index 12 * year + month - 1."""
    return dt.date(index // 12, index % 12 + 1, 1)


def month_ticks(start: dt.date, first_day: int, end_day: int, *, max_ticks: int) -> list[MonthTick]:
    """Ticks at firsts of months inside [first_day, end_day], about `max_ticks` at most, every 1, 3, 6 ... months."""
    months = (end_day - first_day) / _DAYS_PER_MONTH
    step = next((step for step in _MONTH_STEPS if months / step <= max_ticks), _MONTH_STEPS[-1])
    first_date = start + dt.timedelta(days=first_day)
    index = (first_date.year * 12 + first_date.month - 1) // step * step
    ticks: list[MonthTick] = []
    year = ""
    while index < dt.MAXYEAR * 12:
        date = _month_start(index)
        day = (date - start).days
        if day > end_day:
            break
        if day >= first_day:
            shown = "" if str(date.year) == year else str(date.year)
            year = str(date.year)
            ticks.append(MonthTick(day, _MONTHS[date.month - 1], shown))
        index += step
    return ticks
