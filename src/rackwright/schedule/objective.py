"""What makes one schedule better than another? Makespan, or weighted tardiness with a price on moved ends.

The objective of a program is weighted tardiness, alone or behind another goal that is compared first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from rackwright.program.header import ScheduleObjective
from rackwright.schedule.engine import FloatArray
from rackwright.schedule.instance import IntArray, Placed

__all__ = ["Makespan", "Objective", "Ranked", "Tardiness"]

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

    def measure(self, finish: IntArray) -> float:
        """What a change of resources is judged by: the sum of weighted days late."""
        return self.tardiness(finish)

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

    @property
    def aims(self) -> IntArray:
        """Day by which each project should end, for rules that work back from it, shape (projects,)."""
        return self.due

    def is_settled(self, score: float) -> bool:
        """True if no schedule with a better score matters: nothing is late and nothing has moved."""
        return score < 1.0


@dataclass(frozen=True)
class Ranked(Tardiness):
    """A goal that is compared before weighted tardiness, which decides among schedules that are equal in it."""

    goal: ScheduleObjective = "makespan"

    def moved_days(self, finish: IntArray) -> int:
        """Days by which announced dates move, earlier or later."""
        known = self.announced >= 0
        return int(np.abs(finish[known] - self.announced[known]).sum()) if known.any() else 0

    def reached(self, finish: IntArray, cost_usd: float) -> float:
        """What is compared before lateness: the last end of all, the cost of the modes, or the days moved."""
        if self.goal == "mode-cost":
            return cost_usd
        return float(finish.max(initial=0)) if self.goal == "makespan" else float(self.moved_days(finish))

    def measure(self, finish: IntArray) -> float:
        """The goal itself where it is one of dates, else the sum of weighted days late."""
        return self.tardiness(finish) if self.goal == "mode-cost" else self.reached(finish, 0.0)

    def score(self, placed: Placed) -> float:
        """The goal in days, and a part of a day that grows with lateness; the cost of modes is no matter of dates."""
        late = super().score(placed)
        if self.goal == "mode-cost":
            return late
        return self.reached(placed.finish, 0.0) + late / (1.0 + late)

    def last_finish(self, placed: Placed) -> IntArray:
        """The end of all for a makespan, the end of the job's project otherwise."""
        if self.goal != "makespan":
            return super().last_finish(placed)
        return np.full(len(placed.finish), placed.finish.max(initial=0), dtype=np.int64)

    @property
    def aims(self) -> IntArray:
        """One day for all projects for a makespan, their due days otherwise."""
        if self.goal != "makespan":
            return super().aims
        return np.full(len(self.due), self.due.max(initial=0), dtype=np.int64)

    def is_settled(self, score: float) -> bool:
        """A last end can always be earlier; a cost of modes is weighed apart from dates."""
        return self.goal == "mode-cost" and super().is_settled(score)
