"""How close to the best plan of a grid do so many first-order steps come?

Primal-dual hybrid gradient with reflection and Halpern's anchor (Lu, Yang 2024, "Restarted Halpern PDHG for linear
programming"): xh = max(0, x - tau (c - A'y)), yh = y + sigma (b - A (2 xh - x)), and
z <- (1 - w)(2 zh - z) + w z0 with w = 1 / (k + 2). The anchor z0 moves at restarts, and with it the weight of prices
against quantities. Steps stop by a count and give the same bytes on any number of threads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rackwright.supply.atscale.compiled import HAS_COMPILER
from rackwright.supply.atscale.grids import Float32Array, GridProblem
from rackwright.supply.atscale.kernels import step_ceilings, step_levels, step_starts
from rackwright.supply.atscale.products import Products
from rackwright.supply.atscale.weekly import IntArray

__all__ = ["Point", "Stepper", "iterate"]

_CHECK_EVERY = 40
"""Steps between two looks at the residual."""
_ENOUGH, _SOME, _LONGEST_SHARE = 0.2, 0.8, 0.36
"""Restart when the residual fell to the first share, or to the second and rises, or after this share of all steps."""
_MOST_CHANGE = 1.5
"""Factor by which the primal weight changes at most at a restart: near the end the moves say little."""
_SAFETY = 0.95
"""The power method comes to the norm from below."""
_POWER_STEPS = 15
_STEEP = 2.8
"""Phase from bucket to bucket of the first wave; the steepest has pi."""


@dataclass
class Point:
    """Quantities and prices on a grid, scaled as in `GridProblem`; overwritten by steps."""

    starts: Float32Array
    stock: Float32Array
    owed: Float32Array
    worth: Float32Array
    ceiling: Float32Array
    content: Float32Array

    def arrays(self) -> tuple[Float32Array, ...]:
        """All six."""
        return self.starts, self.stock, self.owed, self.worth, self.ceiling, self.content

    def copy(self) -> Point:
        """A point of its own."""
        return Point(*(array.copy() for array in self.arrays()))

    @staticmethod
    def zero(problem: GridProblem) -> Point:
        """Nothing started, nothing priced."""
        net, num = problem.network, problem.grid.num
        sizes = (net.num_activities, net.num_buffers, net.num_buffers, net.num_buffers, len(problem.ceiling))
        starts, stock, owed, worth, ceiling = [np.zeros((size, num), dtype=np.float32) for size in sizes]
        return Point(starts, stock, owed, worth, ceiling, np.zeros(len(problem.target), dtype=np.float32))


@dataclass(frozen=True)
class _Steps:
    """Step sizes by entity before the primal weight: 1 / sum of the entries of the column or row, times a factor."""

    starts: Float32Array
    level: Float32Array
    worth: Float32Array
    ceiling: Float32Array
    content: Float32Array


def _steps(problem: GridProblem, users: _Users) -> _Steps:
    """Diagonal step sizes after Pock and Chambolle (2011)."""
    net = problem.network
    per_start = 1.0 + np.bincount(net.taker_of, weights=problem.take, minlength=net.num_activities)
    per_start += problem.hours + problem.draw + problem.content
    per_buffer = 2.0 + np.bincount(net.into, minlength=net.num_buffers) + 2.0 * (net.late_usd > 0)
    per_buffer += np.bincount(net.input_of, weights=problem.take, minlength=net.num_buffers)
    owner = np.repeat(np.arange(len(problem.ceiling)), np.diff(users.first_user))
    per_ceiling = np.bincount(owner, weights=users.each, minlength=len(problem.ceiling))
    per_content = problem.in_row.sum(axis=1, dtype=np.float64) * problem.content.sum(dtype=np.float64)
    two = np.full(net.num_buffers, 2.0)
    return _Steps(*(_inverse(rows) for rows in (per_start, two, per_buffer, per_ceiling, per_content)))


def _inverse(sums: NDArray[Any]) -> Float32Array:
    return np.where(sums > 0, 1.0 / np.where(sums > 0, sums, 1.0), 1.0).astype(np.float32)


@dataclass(frozen=True)
class _Users:
    """Entries of the matrix by row: who takes from a buffer, who draws on a ceiling."""

    fills: IntArray
    first_taker: IntArray
    taker: IntArray
    taken: Float32Array
    first_user: IntArray
    user: IntArray
    each: Float32Array


def _users(problem: GridProblem) -> _Users:
    net = problem.network
    order = np.argsort(net.input_of, kind="stable")
    used, drawn = np.flatnonzero(net.center >= 0), np.flatnonzero(net.supplier >= 0)
    row = np.concatenate([net.center[used], len(net.center_hours) + net.supplier[drawn]])
    each = np.concatenate([problem.hours[used], problem.draw[drawn]])
    user = np.concatenate([used, drawn])
    by_row = np.argsort(row, kind="stable")
    return _Users(
        np.searchsorted(net.into, np.arange(net.num_buffers + 1)),
        np.searchsorted(net.input_of[order], np.arange(net.num_buffers + 1)),
        net.taker_of[order],
        problem.take[order],
        np.searchsorted(row[by_row], np.arange(len(problem.ceiling) + 1)),
        user[by_row],
        each[by_row],
    )


@dataclass(frozen=True)
class _Pace:
    """Size of one step: primal weight, factor of the diagonal steps, weight of the anchor, share of the reflection."""

    weight: float
    factor: float
    back: float
    reflect: float

    @property
    def of_quantities(self) -> np.float32:
        return np.float32(self.factor / self.weight)

    @property
    def of_prices(self) -> np.float32:
        return np.float32(self.factor * self.weight)


class Stepper:
    """Steps on one grid problem; keeps its room from step to step."""

    def __init__(self, problem: GridProblem, *, is_compiled: bool = HAS_COMPILER) -> None:
        net, num = problem.network, problem.grid.num
        self.problem, self.is_compiled = problem, is_compiled
        self.users = _users(problem)
        self.steps = _steps(problem, self.users)
        self.products = Products.of(problem)
        self.factor = _SAFETY / self._norm()
        self.mirrored = np.zeros((net.num_activities, num), dtype=np.float32)
        self.in_content = np.zeros((net.num_activities, len(problem.target)), dtype=np.float32)
        sizes = (net.num_activities, net.num_buffers, net.num_buffers, len(problem.ceiling))
        self.moved = tuple(np.zeros(size, dtype=np.float32) for size in sizes)
        open_buckets = problem.early + problem.tardy > 0
        self.last = np.where(open_buckets.any(axis=1), num - np.argmax(open_buckets[:, ::-1], axis=1), 0)[problem.lead]

    def _norm(self) -> float:
        """Norm of the scaled matrix by the power method, from a point that oscillates as steep waves do."""
        problem, products, steps = self.problem, self.products, self.steps
        net, num = problem.network, problem.grid.num
        roots = [np.sqrt(array)[:, None] for array in (steps.starts, steps.level, steps.worth, steps.ceiling)]
        wave = np.cos(np.arange(num) * _STEEP).astype(np.float32)
        y = np.tile(wave, (net.num_buffers, 1)) * np.cos(np.arange(net.num_buffers, dtype=np.float32))[:, None]
        lam = np.zeros((len(problem.ceiling), num), dtype=np.float32)
        found = 1.0
        no_content = np.zeros(len(problem.target), dtype=np.float32)
        is_open = problem.early[problem.lead] + problem.tardy[problem.lead] > 0
        for _ in range(_POWER_STEPS):
            worth, ceiling = roots[2] * y, roots[3] * lam
            slope = np.where(is_open, products.pull(worth, ceiling, no_content), 0.0)
            starts = -(roots[0] ** 2) * slope
            after = np.concatenate([worth[:, 1:], np.zeros((net.num_buffers, 1), dtype=np.float32)], axis=1)
            stock = -(roots[1] ** 2) * (worth - after)
            owed = -stock * (net.late_usd > 0)[:, None]
            y = roots[2] * products.balance(starts, stock, owed)
            lam = -roots[3] * products.drawn(starts)
            found = float(np.sqrt(np.vdot(y, y) + np.vdot(lam, lam)))
            y, lam = y / np.float32(found), lam / np.float32(found)
        return float(np.sqrt(found))

    def step(self, point: Point, anchor: Point, pace: _Pace) -> tuple[float, float]:
        """One step in place; squared lengths of the moves of quantities and of prices, over their step sizes."""
        take_step = self._compiled_step if self.is_compiled else self._plain_step
        return take_step(point, anchor, pace)

    def _compiled_step(self, point: Point, anchor: Point, pace: _Pace) -> tuple[float, float]:
        p, net, users, steps = self.problem, self.problem.network, self.users, self.steps
        x_scale, y_scale = pace.of_quantities, pace.of_prices
        blend = (np.float32(pace.back), np.float32(pace.reflect))
        is_weekly = p.grid.step == 1
        takes = (net.first_input, net.input_of, p.take)
        draws = (net.center, p.hours, net.supplier, p.draw, p.content, len(net.center_hours))
        arrivals = (p.shift, p.lead, p.early, p.tardy, is_weekly)
        prices = (point.worth, point.ceiling, point.content @ p.in_row)
        step_starts(
            (point.starts, anchor.starts, self.mirrored), prices, (takes, draws, (net.into, *arrivals)),
            (p.start_cost, steps.starts * x_scale, self.last, blend), (self.moved[0], self.in_content, p.in_row),
        )  # fmt: skip
        step_levels(
            ((point.stock, point.owed, point.worth), (anchor.stock, anchor.owed, anchor.worth)), self.mirrored,
            (users.fills, (users.first_taker, users.taker, users.taken), arrivals),
            (p.stock_cost, p.owed_cost, net.late_usd > 0, p.wanted),
            (steps.level * x_scale, steps.worth * y_scale, blend, (self.moved[1], self.moved[2])),
        )  # fmt: skip
        users_of = (users.first_user, users.user, users.each, p.ceiling)
        rule = (steps.ceiling * y_scale, blend)
        step_ceilings((point.ceiling, anchor.ceiling), self.mirrored, users_of, rule, self.moved[3])
        content = self.in_content.sum(axis=0, dtype=np.float64).astype(np.float32)
        sums = [float(rows.sum(dtype=np.float64)) for rows in self.moved]
        moved_content = self._step_content(point, anchor, pace, content)
        return (sums[0] + sums[1]) * float(x_scale), (sums[2] + sums[3]) * float(y_scale) + moved_content

    def _step_content(self, point: Point, anchor: Point, pace: _Pace, found: Float32Array) -> float:
        sigma = self.steps.content * pace.of_prices
        ahead = np.clip(point.content + sigma * (self.problem.target - found), 0.0, self.problem.short)
        step = ahead - point.content
        point.content[:] = _blend(ahead, step, anchor.content, pace)
        return float((step**2 / self.steps.content).sum())

    def _plain_step(self, point: Point, anchor: Point, pace: _Pace) -> tuple[float, float]:
        p, products, steps = self.problem, self.products, self.steps
        x_scale, y_scale = pace.of_quantities, pace.of_prices
        after = np.concatenate([point.worth[:, 1:], np.zeros((len(point.worth), 1), dtype=np.float32)], axis=1)
        slope = p.start_cost[:, None] + products.pull(point.worth, point.ceiling, point.content)
        kept = np.arange(p.grid.num) < self.last[:, None]
        is_end = (p.network.late_usd > 0)[:, None]
        moved, mirrored = 0.0, []
        for now, old, gradient, tau, mask in (
            (point.starts, anchor.starts, slope, steps.starts, kept),
            (point.stock, anchor.stock, p.stock_cost + point.worth - after, steps.level, True),
            (point.owed, anchor.owed, p.owed_cost - point.worth + after, steps.level, is_end),
        ):
            ahead = np.where(mask, np.maximum(now - (tau * x_scale)[:, None] * gradient, 0.0), 0.0).astype(np.float32)
            step = ahead - now
            mirrored.append(ahead + step)
            moved += float((step**2 / tau[:, None]).sum(dtype=np.float64))
            now[:] = _blend(ahead, step, old, pace)
        moved_y = self._step_content(point, anchor, pace, products.counted(mirrored[0]))
        step = (steps.worth * y_scale)[:, None] * (p.wanted - products.balance(*mirrored))
        moved_y += float((step**2 / steps.worth[:, None]).sum(dtype=np.float64))
        point.worth[:] = _blend(point.worth + step, step, anchor.worth, pace)
        rise = products.drawn(mirrored[0]) - p.ceiling
        ahead = np.maximum(point.ceiling + (steps.ceiling * y_scale)[:, None] * rise, 0.0).astype(np.float32)
        step = ahead - point.ceiling
        moved_y += float((step**2 / steps.ceiling[:, None]).sum(dtype=np.float64))
        point.ceiling[:] = _blend(ahead, step, anchor.ceiling, pace)
        return moved, moved_y


def _blend(ahead: Float32Array, step: Float32Array, anchor: Float32Array, pace: _Pace) -> Float32Array:
    """(1 - w)(zh + r (zh - z)) + w z0."""
    back, reflect = np.float32(pace.back), np.float32(pace.reflect)
    blended: Float32Array = (np.float32(1.0) - back) * (ahead + reflect * step) + back * anchor
    return blended


def iterate(stepper: Stepper, point: Point, steps: int, weight: float, *, is_adaptive: bool = True) -> float:
    """Take so many steps from a point, in place; returns the primal weight at the end.

    Parameters
    ----------
    stepper
        The grid problem.
    point
        Where to start; afterwards the last point that is not reflected, so its quantities and prices are >= 0.
    steps
        How many.
    weight
        Primal weight to begin with: how much prices move for a move of quantities.
    is_adaptive
        False to keep the weight.
    """
    anchor = point.copy()
    since, at_restart, last = 0, np.inf, np.inf
    for number in range(1, steps + 1):
        since += 1
        is_check = number % _CHECK_EVERY == 0 or number == steps
        pace = _Pace(weight, stepper.factor, 0.0 if is_check else 1.0 / (since + 2.0), 0.0 if is_check else 1.0)
        moved = stepper.step(point, anchor, pace)
        if is_check:
            residual = float(np.sqrt(weight * moved[0] + moved[1] / weight))
            if np.isinf(at_restart):
                at_restart = residual
            is_better = residual <= _ENOUGH * at_restart
            is_stuck = residual <= _SOME * at_restart and residual > last
            if is_better or is_stuck or since >= _LONGEST_SHARE * number:
                weight = _moved_weight(stepper, point, anchor, weight) if is_adaptive else weight
                anchor = point.copy()
                since, at_restart, last = 0, residual, np.inf
            else:
                last = residual
    return weight


def _moved_weight(stepper: Stepper, point: Point, anchor: Point, weight: float) -> float:
    """Half way, on a logarithmic scale, to the ratio of how far prices and quantities have moved since the restart."""
    steps = stepper.steps
    pairs = zip(point.arrays(), anchor.arrays(), strict=True)
    scale = (steps.starts, steps.level, steps.level, steps.worth, steps.ceiling, steps.content)
    squares = [
        float((((now - old) ** 2).reshape(len(size), -1).sum(axis=1, dtype=np.float64) / size).sum())
        for (now, old), size in zip(pairs, scale, strict=True)
    ]
    quantities, prices = sum(squares[:3]), sum(squares[3:])
    if quantities <= 0 or prices <= 0:
        return weight
    wanted = float(np.sqrt(weight * np.sqrt(prices / quantities)))
    return float(np.clip(wanted, weight / _MOST_CHANGE, weight * _MOST_CHANGE))
