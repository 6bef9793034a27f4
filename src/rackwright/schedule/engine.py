"""When does each job run, given an order of preference? The serial schedule-generation scheme, forwards and backwards.

Jobs are taken one by one, always the most preferred whose predecessors are placed, and put at the earliest day at which
links, calendar and every resource allow (Kolisch 1996, "Serial and parallel resource-constrained project scheduling
methods revisited", EJOR 90). Justification (Valls, Ballestin, Quintanilla 2005, "Justification and RCPSP", EJOR 165)
moves all jobs as late as they may, then as early as they may; it never makes a schedule worse.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rackwright.schedule.bitsets import BitsetEngine
from rackwright.schedule.instance import Instance, IntArray, Placed, mirrored
from rackwright.schedule.loops import HAS_COMPILER, order_by_rank, place_in_order

__all__ = ["Engine", "rank_of"]

FloatArray = NDArray[np.float64]


def rank_of(priority: FloatArray | IntArray) -> IntArray:
    """Place of each job when sorted by priority, ties by index; shape (jobs,)."""
    rank = np.empty(len(priority), dtype=np.int64)
    rank[np.argsort(priority, kind="stable")] = np.arange(len(priority))
    return rank


class Engine:
    """Makes schedules of one instance and counts them.

    Parameters
    ----------
    instance
        What to schedule.
    is_compiled
        True for the compiled form; by default wherever a compiler is installed. Both forms give the same schedules.
    """

    def __init__(self, instance: Instance, *, is_compiled: bool = HAS_COMPILER) -> None:
        self.instance = instance
        self.num_schedules = 0
        self._is_compiled = is_compiled
        self._plain = None if is_compiled else BitsetEngine(instance)
        self._back: Engine | None = None

    def order(self, priority: FloatArray | IntArray) -> IntArray:
        """Jobs in the order in which they are placed; the lowest priority first among those that may be placed."""
        return order_by_rank(self.instance, rank_of(priority))

    def place(self, order: IntArray) -> Placed:
        """Schedule jobs in an order that keeps predecessors before their successors."""
        self.num_schedules += 1
        if self._plain is not None:
            return self._plain.place(order)
        return Placed(*place_in_order(self.instance, order))

    def schedule(self, priority: FloatArray | IntArray) -> Placed:
        """Schedule every job by priority."""
        return self.place(self.order(priority))

    def justified(self, placed: Placed, last_finish: IntArray) -> Placed:
        """The schedule after one push to the right and one to the left.

        Parameters
        ----------
        placed
            A feasible schedule.
        last_finish
            Day by which each job has to end, not before its finish; shape (jobs,).
        """
        if self._back is None:
            self._back = Engine(mirrored(self.instance, last_finish), is_compiled=self._is_compiled)
        days = self.instance.num_days
        self._back._set_release(days - last_finish)
        late = self._back.schedule(days - placed.finish)
        self.num_schedules += 1
        return self.schedule(days - late.finish)

    def _set_release(self, release: IntArray) -> None:
        self.instance = self.instance._replace(release=release)
        if self._plain is not None:
            self._plain.set_release(release)
