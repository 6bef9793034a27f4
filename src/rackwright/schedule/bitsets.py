"""Where does each job go when jobs are placed one by one in a given order? With whole numbers as sets of days.

The form for an install without a compiler. For each resource and each number k, one Python integer holds the days on
which at least k units are taken, one bit a day: a window is tested by one "and", a job is booked by one shift of
memberships per unit of capacity. Gives the same schedules as `loops`, which is tested.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rackwright.schedule.instance import Arcs, Instance, IntArray, Placed

__all__ = ["BitsetEngine"]


@dataclass(frozen=True)
class _Arc:
    other: int
    is_finish: bool
    asks_end: bool
    lag: int


class BitsetEngine:
    """An instance as lists and integers, made once and asked often."""

    def __init__(self, instance: Instance) -> None:
        self._days = instance.num_days
        self._duration = instance.duration.tolist()
        self._release = instance.release.tolist()
        self._fixed = list(zip(instance.fixed_start.tolist(), instance.fixed_finish.tolist(), strict=True))
        self._calendar = instance.calendar.tolist()
        self._worked_before = instance.worked_before.tolist()
        self._day_of = instance.day_of.tolist()
        self._demands = [[(r, units) for r, units in enumerate(row) if units > 0] for row in instance.demand.tolist()]
        self._arcs = [_arcs_into(instance.before, job) for job in range(instance.num_jobs)]
        self._taken = [_taken(profile) for profile in instance.capacity]

    def set_release(self, release: IntArray) -> None:
        """Replace the earliest start of every job."""
        self._release = release.tolist()

    def set_durations(self, duration: IntArray, fixed_finish: IntArray) -> None:
        """Replace the duration of every job, and the end of those that have begun (-1 for the others)."""
        self._duration = duration.tolist()
        self._fixed = [(start, end) for (start, _), end in zip(self._fixed, fixed_finish.tolist(), strict=True)]

    def place(self, order: IntArray) -> Placed:
        """Start, finish and blocker of every job, each placed at its earliest feasible day."""
        count = len(self._duration)
        start, finish, blocker = [-1] * count, [-1] * count, [-1] * count
        taken = [levels.copy() for levels in self._taken]
        for job in order.tolist():
            begin, end = self._fixed[job]
            if end < 0:
                earliest = self._earliest(job, start, finish)
                begin, end, blocker[job] = self._first_free(job, earliest, taken)
            start[job], finish[job] = begin, end
            window = ((1 << max(end, 0)) - 1) ^ ((1 << max(begin, 0)) - 1)
            for resource, units in self._demands[job] if window else ():
                _book(taken[resource], units, window)
        return Placed(*(np.array(part, dtype=np.int64) for part in (start, finish, blocker)))

    def _earliest(self, job: int, start: list[int], finish: list[int]) -> int:
        duration, row = self._duration[job], self._calendar[job]
        earliest = self._release[job]
        for arc in self._arcs[job]:
            reached = (finish if arc.is_finish else start)[arc.other] + arc.lag
            if arc.asks_end and reached > 0 and duration > 0:
                worked = self._worked_before[row][min(reached, self._days) - 1]
                reached = self._day_of[row][max(worked - duration + 1, 0)]
            earliest = max(earliest, reached)
        earliest = min(max(earliest, 0), self._days)
        return int(self._day_of[row][self._worked_before[row][earliest]]) if duration > 0 else int(earliest)

    def _first_free(self, job: int, earliest: int, taken: list[list[int]]) -> tuple[int, int, int]:
        duration, row = self._duration[job], self._calendar[job]
        if duration == 0:
            return earliest, earliest, -1
        worked_before, day_of = self._worked_before[row], self._day_of[row]
        full = [(r, self._short(taken[r], units)) for r, units in self._demands[job]]
        begin, blocker = earliest, -1
        while True:
            end = min(day_of[min(worked_before[begin] + duration - 1, self._days)] + 1, self._days)
            window = (1 << (end - begin)) - 1
            resource, conflict = _conflict(full, begin, window)
            if not conflict:
                return begin, end, blocker
            blocker, day = resource, begin + conflict.bit_length()
            if worked_before[day] + duration > worked_before[self._days]:
                return (
                    earliest,
                    min(day_of[min(worked_before[earliest] + duration - 1, self._days)] + 1, self._days),
                    blocker,
                )
            begin = day_of[worked_before[day]]

    def _short(self, levels: list[int], units: int) -> int:
        """Days on which so many units are not free."""
        return levels[len(levels) - units] if units <= len(levels) else (1 << self._days) - 1


def _conflict(full: list[tuple[int, int]], begin: int, window: int) -> tuple[int, int]:
    """The first resource that falls short in a window of days from `begin`, and on which of them, as bits."""
    for resource, days_full in full:
        conflict = (days_full >> begin) & window
        if conflict:
            return resource, conflict
    return -1, 0


def _arcs_into(before: Arcs, job: int) -> list[_Arc]:
    own = slice(before.first[job], before.first[job + 1])
    rows = zip(before.job[own].tolist(), before.kind[own].tolist(), before.lag[own].tolist(), strict=True)
    return [_Arc(other, kind in {0, 2}, kind >= 2, lag) for other, kind, lag in rows]


def _taken(profile: IntArray) -> list[int]:
    """Entry k: the days on which more than k of the most units are taken before anything is placed, as bits."""
    most = int(profile.max(initial=0))
    levels = []
    for k in range(most):
        short = np.packbits(most - profile > k, bitorder="little")
        levels.append(int.from_bytes(short.tobytes(), "little"))
    return [*levels] or [(1 << len(profile)) - 1]


def _book(levels: list[int], units: int, window: int) -> None:
    """Take units on the days of a window: what had more than k - units taken has now more than k."""
    for k in range(len(levels) - 1, units - 1, -1):
        levels[k] |= levels[k - units] & window
    for k in range(min(units, len(levels))):
        levels[k] |= window
