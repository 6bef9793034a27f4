"""What does the engine schedule? Jobs, arcs, calendars and capacities as plain arrays of integers.

A named tuple of arrays, so that compiled code can take it as it is. Days run from 0 to `num_days`; a job takes the days
[start, finish). Calendars are the two arrays of `workdays`, one row each.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["FF", "FS", "KINDS", "SF", "SS", "Arcs", "Instance", "Placed", "arcs_of", "elapsed_calendar", "mirrored"]

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
KINDS = ("FS", "SS", "FF", "SF")
FS, SS, FF, SF = range(4)
MIRRORED_KIND = np.array([FS, FF, SS, SF])


class Arcs(NamedTuple):
    """Arcs grouped by one of their ends: those of job j are the entries first[j] to first[j + 1]."""

    first: IntArray
    job: IntArray
    kind: IntArray
    lag: IntArray


class Instance(NamedTuple):
    """What to schedule.

    Attributes
    ----------
    duration
        Days of the job's calendar, shape (jobs,).
    demand
        Units of each renewable resource while a job runs, shape (jobs, resources).
    release, fixed_start, fixed_finish
        Earliest start, and actual dates (-1 where none), shape (jobs,).
    calendar
        Row of `worked_before` and `day_of`, shape (jobs,).
    worked_before, day_of
        Calendars, shape (calendars, days + 1); `day_of` is filled up with the number of days.
    capacity
        Units of each renewable resource, shape (resources, days).
    before, after
        Arcs into and out of each job.
    """

    duration: IntArray
    demand: IntArray
    release: IntArray
    fixed_start: IntArray
    fixed_finish: IntArray
    calendar: IntArray
    worked_before: IntArray
    day_of: IntArray
    capacity: IntArray
    before: Arcs
    after: Arcs

    @property
    def num_jobs(self) -> int:
        """Number of jobs."""
        return len(self.duration)

    @property
    def num_days(self) -> int:
        """Number of days of the axis."""
        return int(self.capacity.shape[1])


class Placed(NamedTuple):
    """Days of every job, and the resource that was the last to keep it from starting (-1 if none did)."""

    start: IntArray
    finish: IntArray
    blocker: IntArray


def arcs_of(num_jobs: int, arcs: list[tuple[int, int, int, int]]) -> tuple[Arcs, Arcs]:
    """Arcs (before, after, kind, lag) grouped by their second and by their first job, in the order given."""
    table = np.array(arcs, dtype=np.int64).reshape(-1, 4)
    return _grouped(num_jobs, table[:, 1], table[:, [0, 2, 3]]), _grouped(num_jobs, table[:, 0], table[:, [1, 2, 3]])


def _grouped(num_jobs: int, owner: IntArray, rest: IntArray) -> Arcs:
    order = np.argsort(owner, kind="stable")
    first = np.concatenate(([0], np.cumsum(np.bincount(owner, minlength=num_jobs)))).astype(np.int64)
    job, kind, lag = (np.ascontiguousarray(rest[order, i]) for i in range(3))
    return Arcs(first, job, kind, lag)


def elapsed_calendar(num_days: int) -> tuple[IntArray, IntArray]:
    """The one calendar on which every day counts, as `worked_before` and `day_of` of one row."""
    days = np.arange(num_days + 1, dtype=np.int64)[np.newaxis]
    return days, days


def mirrored(instance: Instance, last_finish: IntArray) -> Instance:
    """The same instance with time running backwards: day t becomes `num_days` - t.

    Parameters
    ----------
    instance
        What to mirror.
    last_finish
        Day by which each job has to end, shape (jobs,): it becomes the release.
    """
    days = instance.num_days
    worked = np.diff(instance.worked_before, axis=1)[:, ::-1] > 0
    worked_before = np.zeros((len(worked), days + 1), dtype=np.int64)
    worked_before[:, 1:] = np.cumsum(worked, axis=1)
    day_of = np.full((len(worked), days + 1), days, dtype=np.int64)
    for row, works in enumerate(worked):
        found = np.nonzero(works)[0]
        day_of[row, : len(found)] = found
    return instance._replace(
        release=days - last_finish,
        fixed_start=np.where(instance.fixed_finish >= 0, days - instance.fixed_finish, -1),
        fixed_finish=np.where(instance.fixed_start >= 0, days - instance.fixed_start, -1),
        worked_before=worked_before,
        day_of=day_of,
        capacity=np.ascontiguousarray(instance.capacity[:, ::-1]),
        before=instance.after._replace(kind=MIRRORED_KIND[instance.after.kind]),
        after=instance.before._replace(kind=MIRRORED_KIND[instance.before.kind]),
    )
