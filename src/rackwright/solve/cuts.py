"""Which point is best, judged by planes below convex costs? A pool of planes and the small models that choose by them.

Points are 0/1 vectors of options, of which each group allows one. Each point that was tried left, for every scenario,
its cost there and a plane below its cost anywhere. The models choose the next point for a mean, for the mean of the
worst cases (CVaR, Rockafellar and Uryasev 2000), or for the least regret; their optimum is a bound that is proved.
Where the points are few they are listed, else a whole-number model chooses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from rackwright.solve.linear import FloatArray, IntArray, Limits, LinearModel, solve_linear
from rackwright.solve.listing import all_points, heights, worst_means

__all__ = ["Choice", "CutPool"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A point and the proved lower bound of what was minimised."""

    point: FloatArray
    bound: float


@dataclass
class CutPool:
    """Costs and planes of the points tried.

    Parameters
    ----------
    price
        Cost of taking each option.
    groups
        Options that exclude each other.
    shares
        Weight of each scenario.
    part
        Part (branch) of each scenario, from 0; planes of a part are added up where only its mean counts.
    """

    price: FloatArray
    groups: Sequence[Sequence[int]]
    shares: FloatArray
    part: IntArray
    points: list[FloatArray] = field(default_factory=list)
    values: list[FloatArray] = field(default_factory=list)
    slopes: list[FloatArray] = field(default_factory=list)

    def add(self, point: FloatArray, values: FloatArray, slopes: FloatArray) -> int:
        """Keep what a point cost in each scenario, shape (scenarios,), and the planes there; returns its number."""
        self.points.append(point)
        self.values.append(values)
        self.slopes.append(slopes)
        return len(self.points) - 1

    def find(self, point: FloatArray) -> int | None:
        """Number of a point that was tried."""
        return next((i for i, known in enumerate(self.points) if np.array_equal(known, point)), None)

    @property
    def whole(self) -> list[int]:
        """Points tried that are decisions: all options taken or not."""
        return [i for i, point in enumerate(self.points) if np.all((point == 0) | (point == 1))]

    def costs(self, number: int) -> FloatArray:
        """Cost of a point in each scenario, its options paid."""
        return self.values[number] + float(self.price @ self.points[number])

    def mean(self, number: int) -> float:
        """Expected cost of a point."""
        return float(self.shares @ self.costs(number))

    def by_part(self, number: int) -> FloatArray:
        """Mean cost of a point in each part; scenarios of a part without weight count evenly."""
        weight = self.even_shares()
        means: FloatArray = np.bincount(self.part, weights=weight * self.costs(number)).astype(np.float64)
        return means

    def least_mean(self, *, without: Sequence[int] = (), weights: FloatArray | None = None) -> Choice:
        """The point of least mean cost by the planes; `without` names options that may not be taken."""
        used = self.shares if weights is None else weights
        num_parts = int(self.part.max()) + 1
        rows, sides = self._part_planes(used)
        if len(self._listed):
            planned = self._part_heights(rows, sides).sum(axis=0)
            return self._least_listed(planned + used.sum() * (self._listed @ self.price), without)
        cost = np.concatenate([self.price * used.sum(), np.ones(num_parts)])
        return self._solve(cost, rows, sides, without)

    def least_tail(self, level: float, weight: float) -> Choice:
        """The point of least (1 - weight) mean + weight CVaR by the planes."""
        if len(self._listed):
            costs = self._scenario_heights()
            planned = (1.0 - weight) * (self.shares @ costs) + weight * worst_means(costs, self.shares, level)
            return self._least_listed(planned + self._listed @ self.price)
        num, count = len(self.price), len(self.shares)
        planes, sides = self._scenario_planes()
        # columns: options, cost of each scenario, level value, excess of each scenario
        width = num + count + 1 + count
        rows = [np.concatenate([row, np.zeros(1 + count)]) for row in planes]
        excess = np.zeros((count, width))
        every = np.arange(count)
        excess[every, num + every], excess[:, num + count], excess[every, num + count + 1 + every] = -1.0, 1.0, 1.0
        tail = weight / (1.0 - level) * self.shares
        cost = np.concatenate([self.price, (1.0 - weight) * self.shares, [weight], tail])
        lower = np.concatenate([sides, np.zeros(count)])
        return self._solve(cost, np.vstack([*rows, excess]), lower, (), free=num + count)

    def least_regret(self, best: FloatArray, parts: IntArray) -> Choice:
        """The point whose largest regret over some parts is least; `best` is the least cost of each part."""
        num, num_parts = len(self.price), int(self.part.max()) + 1
        planes, sides = self._part_planes(self.even_shares())
        if len(self._listed):
            regrets = self._part_heights(planes, sides)[parts] - best[parts, None]
            return self._least_listed(regrets.max(axis=0) + self._listed @ self.price)
        rows = np.hstack([planes, np.zeros((len(planes), 1))])
        regret = np.zeros((len(parts), num + num_parts + 1))
        for row, part in enumerate(parts.tolist()):
            regret[row, :num], regret[row, num + part], regret[row, -1] = -self.price, -1.0, 1.0
        cost = np.concatenate([np.zeros(num + num_parts), [1.0]])
        lower = np.concatenate([sides, -best[parts]])
        return self._solve(cost, np.vstack([rows, regret]), lower, ())

    def least_of_part(self, part: int) -> float:
        """Proved lower bound of the mean cost of one part if only it could come true."""
        weights = np.where(self.part == part, self.even_shares(), 0.0)
        return self.least_mean(weights=weights).bound

    def even_shares(self) -> FloatArray:
        """Weights that add up to 1 in each part."""
        even = np.where(np.bincount(self.part, weights=self.shares)[self.part] > 0, self.shares, 1.0)
        total: FloatArray = even / np.bincount(self.part, weights=even)[self.part]
        return total

    def _part_planes(self, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Planes of the parts, added up over their scenarios: rows over (options, cost of each part), lower sides."""
        num_parts = int(self.part.max()) + 1
        rows, sides = [], []
        for point, values, slopes in zip(self.points, self.values, self.slopes, strict=True):
            offset = values - slopes @ point
            for part in range(num_parts):
                own = np.where(self.part == part, weights, 0.0)
                row = np.zeros(len(self.price) + num_parts)
                row[: len(self.price)], row[len(self.price) + part] = -(own @ slopes), 1.0
                rows.append(row)
                sides.append(float(own @ offset))
        return np.array(rows), np.array(sides)

    def floor(self, point: FloatArray) -> float:
        """Proved lower bound of the expected cost of a point that was not tried."""
        tried = zip(self.points, self.values, self.slopes, strict=True)
        planes = [value + slope @ (point - at) for at, value, slope in tried]
        return float(self.shares @ np.max(planes, axis=0) + self.price @ point)

    def least_of_scenario(self, scenario: int) -> float:
        """Proved lower bound of the cost of one scenario if it alone could come true."""
        slopes = np.array([slope[scenario] for slope in self.slopes])
        offset = np.array([value[scenario] for value in self.values]) - (slopes * np.array(self.points)).sum(axis=1)
        if len(self._listed):
            planned = heights(slopes, offset, np.zeros(len(slopes), dtype=np.int64), self._listed)[0]
            return self._least_listed(planned + self._listed @ self.price).bound
        planes = np.hstack([-slopes, np.ones((len(slopes), 1))])
        return self._solve(np.concatenate([self.price, [1.0]]), planes, offset, ()).bound

    @cached_property
    def _listed(self) -> FloatArray:
        """All points, where they are few; else none."""
        return all_points(len(self.price), self.groups)

    def _least_listed(self, planned: FloatArray, without: Sequence[int] = ()) -> Choice:
        """The listed point that is planned to cost least."""
        allowed = ~self._listed[:, list(without)].any(axis=1)
        at = int(np.argmin(np.where(allowed, planned, np.inf)))
        return Choice(self._listed[at], float(planned[at]))

    def _part_heights(self, rows: FloatArray, sides: FloatArray) -> FloatArray:
        """Planned cost of each part at each listed point; planes come part by part."""
        num = len(self.price)
        owner = np.arange(len(rows)) % (rows.shape[1] - num)
        return heights(-rows[:, :num], sides, owner, self._listed)

    def _scenario_heights(self) -> FloatArray:
        """Planned cost of each scenario at each listed point."""
        found = np.full((len(self.shares), len(self._listed)), -np.inf)
        for point, values, slopes in zip(self.points, self.values, self.slopes, strict=True):
            np.maximum(found, (values - slopes @ point)[:, None] + slopes @ self._listed.T, out=found)
        return found

    def _scenario_planes(self) -> tuple[list[FloatArray], FloatArray]:
        count, rows, sides = len(self.shares), [], []
        for point, values, slopes in zip(self.points, self.values, self.slopes, strict=True):
            for scenario in range(count):
                row = np.zeros(len(self.price) + count)
                row[: len(self.price)], row[len(self.price) + scenario] = -slopes[scenario], 1.0
                rows.append(row)
                sides.append(float(values[scenario] - slopes[scenario] @ point))
        return rows, np.array(sides)

    def _solve(
        self, cost: FloatArray, planes: FloatArray, sides: FloatArray, without: Sequence[int], *, free: int = -1
    ) -> Choice:
        """Least cost with whole options, one of each group; other columns are free below."""
        num, width = len(self.price), len(cost)
        limits = np.zeros((len(self.groups), width))
        for row, group in enumerate(self.groups):
            limits[row, list(group)] = 1.0
        matrix = np.vstack([planes, limits])
        rows, cols = np.nonzero(matrix)
        lower = np.concatenate([np.zeros(num), np.full(width - num, -np.inf)])
        if free >= 0:
            lower[free + 1 :] = 0.0
        upper = np.concatenate([np.ones(num), np.full(width - num, np.inf)])
        upper[list(without)] = 0.0
        model = LinearModel(
            cost=cost,
            col_lower=lower,
            col_upper=upper,
            row_lower=np.concatenate([sides, np.full(len(limits), -np.inf)]),
            row_upper=np.concatenate([np.full(len(sides), np.inf), np.ones(len(limits))]),
            rows=rows.astype(np.int64),
            cols=cols.astype(np.int64),
            values=matrix[rows, cols],
            is_integer=np.arange(width) < num,
        )
        found = solve_linear(model, limits=Limits(mip_gap_share=1e-9))
        return Choice(np.round(found.x[:num]), found.bound)
