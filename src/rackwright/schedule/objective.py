"""What makes one schedule better than another? Makespan, or weighted tardiness with a price on moved ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from rackwright.schedule.engine import FloatArray
from rackwright.schedule.instance import IntArray, Placed

__all__ = ["Makespan", "Objective", "Tardiness"]

TIE_BREAK = 1e-6


class Objective(Protocol):
    """What a search needs to know of a goal."""

    def score(self, placed: Placed) -> float:
        """How bad a schedule is."""

    def last_finish(self, placed: Placed) -> IntArray:
        """Day by which each job may end without making the schedule worse, shape (jobs,)."""


@dataclass(frozen=True)
class Makespan:
    """The day on which everything has ended."""

    num_days: int

    def score(self, placed: Placed) -> float:
        """Last finish."""
        return float(placed.finish.max(initial=0))

    def last_finish(self, placed: Placed) -> IntArray:
        """The end of the axis: only differences count."""
        return np.full(len(placed.finish), self.num_days, dtype=np.int64)


@dataclass(frozen=True)
class Tardiness:
    """Weighted days after the due days of projects, and what it costs to move announced dates.

    A project ends when the last of its jobs does, or its gate where `gate` names one. `announced` are finish days that
    people know (-1 where none); each day of moving one costs `moved_weight`.
    """

    owner: IntArray
    due: IntArray
    weight: FloatArray
    gate: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    announced: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    moved_weight: float = 0.0

    def ends(self, finish: IntArray) -> IntArray:
        """Day on which each project ends, shape (projects,)."""
        if len(self.gate):
            return finish[self.gate]
        ends = np.zeros(len(self.due), dtype=np.int64)
        np.maximum.at(ends, self.owner, finish)
        return ends

    def tardiness(self, finish: IntArray) -> float:
        """Sum over projects of weight x days after the due day."""
        return float(np.sum(self.weight * np.maximum(self.ends(finish) - self.due, 0)))

    def moved(self, finish: IntArray) -> float:
        """Price of all announced dates that move."""
        known = self.announced >= 0
        return float(self.moved_weight * np.abs(finish[known] - self.announced[known]).sum()) if known.any() else 0.0

    def score(self, placed: Placed) -> float:
        """Tardiness and price of moves; among equals the schedule that ends earlier."""
        finish = placed.finish
        late = self.tardiness(finish) + (self.moved(finish) if len(self.announced) else 0.0)
        return late + TIE_BREAK * float(self.ends(finish).sum())

    def last_finish(self, placed: Placed) -> IntArray:
        """The end of the job's project, or its own end where that is later."""
        return np.maximum(self.ends(placed.finish)[self.owner], placed.finish)
