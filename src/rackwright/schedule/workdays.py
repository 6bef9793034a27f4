"""When does work that starts on a day end, given weekends, holidays and shutdowns?

A calendar compiles to two integer arrays over an axis of days: `worked_before[t]`, working days before day t, and
`day_of[n]`, the day of the n-th working day. Then finish = day_of[worked_before[start] + duration - 1] + 1. Work may
span free days, may not start on one, and ends the day after a working day. Days on the axis count from its own origin.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rackwright.program.projects import Calendar

__all__ = ["Axis", "Workdays", "compile_calendar", "elapsed"]

IntArray = NDArray[np.int64]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Axis:
    """A run of days long enough for any schedule of the program."""

    origin: dt.date
    num_days: int

    def day(self, date: dt.date) -> int:
        """Axis day of a date, kept inside the axis."""
        return min(max((date - self.origin).days, 0), self.num_days - 1)


@dataclass(frozen=True)
class Workdays:
    """A compiled calendar."""

    worked_before: IntArray
    day_of: IntArray
    is_elapsed: bool = False

    def next_start(self, day: int) -> int:
        """First working day on or after a day."""
        return int(self.day_of[self.worked_before[day]])

    def last_workday(self, day: int) -> int:
        """Last working day on or before a day; the first of the axis where there is none."""
        last = min(max(day + 1, 0), len(self.worked_before) - 1)
        return int(self.day_of[max(int(self.worked_before[last]) - 1, 0)])

    def finish(self, start: int, duration: int) -> int:
        """First day after work of `duration` working days that starts on working day `start`."""
        if duration == 0:
            return start
        return int(self.day_of[self.worked_before[start] + duration - 1]) + 1

    def latest_start(self, finish: int, duration: int) -> int:
        """Latest day to start so that the work ends by `finish`."""
        if duration == 0:
            return finish
        return int(self.day_of[max(int(self.worked_before[finish]) - duration, 0)])

    def start_to_end_at(self, day: int, duration: int) -> int:
        """First day to start so that the work does not end before a day."""
        if duration == 0 or day <= 0:
            return day
        last = min(day, len(self.worked_before) - 1)
        return int(self.day_of[max(int(self.worked_before[last - 1]) - duration + 1, 0)])

    def next_starts(self, days: IntArray) -> IntArray:
        """`next_start` for many days at once, shape (n,)."""
        return self.day_of[self.worked_before[np.minimum(days, len(self.worked_before) - 1)]]

    def starts_to_end_at(self, days: IntArray, durations: IntArray) -> IntArray:
        """`start_to_end_at` for many days at once, shapes (n,)."""
        last = np.clip(days, 1, len(self.worked_before) - 1)
        starts = self.day_of[np.maximum(self.worked_before[last - 1] - durations + 1, 0)]
        return np.where((durations == 0) | (days <= 0), days, starts)

    def finishes(self, starts: IntArray, durations: IntArray) -> IntArray:
        """`finish` for many starts at once, each moved to its next working day first; shapes (n,)."""
        last = len(self.worked_before) - 1
        index = self.worked_before[np.minimum(starts, last)]
        ends = self.day_of[np.minimum(index + np.maximum(durations, 1) - 1, len(self.day_of) - 1)] + 1
        return np.where(durations > 0, ends, starts)


def elapsed(axis: Axis) -> Workdays:
    """The calendar on which every day counts."""
    days = np.arange(axis.num_days + 1, dtype=np.int64)
    return Workdays(days, days, is_elapsed=True)


def compile_calendar(calendar: Calendar, axis: Axis) -> Workdays:
    """Compile a calendar over an axis; a calendar that never works was refused when the program was read."""
    first = axis.origin.weekday()
    weekly = np.array([WEEKDAYS[(first + i) % 7] in calendar.weekdays for i in range(7)])
    works = np.resize(weekly, axis.num_days)
    for holiday in calendar.holidays:
        _close(works, (holiday - axis.origin).days, (holiday - axis.origin).days + 1)
    for shutdown in calendar.shutdowns:
        _close(works, (shutdown.start - axis.origin).days, (shutdown.end - axis.origin).days)
    worked_before = np.concatenate(([0], np.cumsum(works))).astype(np.int64)
    day_of = np.append(np.nonzero(works)[0], axis.num_days).astype(np.int64)
    return Workdays(worked_before, day_of)


def _close(works: NDArray[np.bool_], start: int, end: int) -> None:
    """Mark days [start, end) as free, as far as they lie on the axis."""
    works[max(start, 0) : max(end, 0)] = False
