"""When does each job run in samples in which users of resources take their turn anew, and which jobs drive the ends?

Each sample is one serial schedule in the time order of the plan: a fixed order of preference, in which a job may pass
another that a sample makes late. Its dates are hopeful, since a gap is filled by a job whose length nobody knew before;
those that keep the plan's order (`risk`) are cautious, since a late user delays all that come after it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rackwright.schedule.bitsets import BitsetEngine
from rackwright.schedule.instance import BoolArray, Instance, IntArray
from rackwright.schedule.loops import HAS_COMPILER, count_drivers, place_samples

__all__ = ["Anew"]


@dataclass(frozen=True)
class Anew:
    """Samples of an instance, placed in an order of preference.

    Attributes
    ----------
    instance, order
        The jobs, and the order in which they are placed.
    duration, fixed_finish
        Duration, and end of what has begun (-1 for the others), shape (samples, jobs).
    start, finish, blocker
        Days and last blocking resource (-1 for none) of every job, shape (samples, jobs).
    """

    instance: Instance
    order: IntArray
    duration: IntArray
    fixed_finish: IntArray
    start: IntArray
    finish: IntArray
    blocker: IntArray

    @classmethod
    def placed(cls, instance: Instance, order: IntArray, duration: IntArray, fixed_finish: IntArray) -> Anew:
        """Place every sample; the compiled form and that of whole numbers give the same days."""
        days = np.empty_like(duration), np.empty_like(duration), np.empty_like(duration)
        if HAS_COMPILER:
            place_samples(instance, order, (duration, fixed_finish), days)
        else:
            engine = BitsetEngine(instance)
            for sample in range(len(duration)):
                engine.set_durations(duration[sample], fixed_finish[sample])
                days[0][sample], days[1][sample], days[2][sample] = engine.place(order)
        return cls(instance, order, duration, fixed_finish, *days)

    def driver_counts(self, is_last: BoolArray) -> IntArray:
        """Number of samples in which each job drives the end of a project, shape (jobs,).

        `is_last` is True for jobs that end their project in a sample, shape (samples, jobs).
        """
        drawn, days = (self.duration, self.fixed_finish), (self.start, self.finish, self.blocker)
        return count_drivers(self.instance, drawn, days, is_last)
