"""On which day is a gate, hall, platform, line or source ready at the probability the policy plans with?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rackwright.base.horizon import Horizon
from rackwright.program.supply import Ramp
from rackwright.supply.timing import Grid
from rackwright.tables.schedule import Gates, Readiness
from rackwright.tables.siting import Envelopes

__all__ = ["ReadyDays", "energised_w", "ramp_profiles", "ready_days"]

FloatArray = NDArray[np.float64]
QUANTILES = (0.5, 0.8, 0.95)


@dataclass(frozen=True)
class ReadyDays:
    """Days by gate and by (kind, what) that schedule makes ready."""

    gates: Mapping[str, int]
    things: Mapping[tuple[str, str], int]

    def gate(self, name: str, otherwise: int = 0) -> int:
        """Day a gate is reached; `otherwise` where the schedule does not know it."""
        return self.gates.get(name, otherwise) if name else otherwise

    def thing(self, kind: str, ref: str, otherwise: int = 0) -> int:
        """Day a thing is ready; `otherwise` where no project delivers it."""
        return self.things.get((kind, ref), otherwise)


def ready_days(gates: Gates, readiness: Readiness, quantile: float) -> ReadyDays:
    """Dates at a quantile, linear between the 50, 80 and 95 % dates, clamped outside, rounded up to days."""
    days = ["p50_day", "p80_day", "p95_day"]
    return ReadyDays(
        gates={name: _at(row, quantile) for name, *row in gates.frame.select("gate", *days).iter_rows()},
        things={
            (kind, ref): _at(row, quantile)
            for kind, ref, *row in readiness.frame.select("kind", "ref", *days).iter_rows()
        },
    )


def _at(days: Iterable[int], quantile: float) -> int:
    return int(np.ceil(np.interp(quantile, QUANTILES, list(days)) - 1e-9))


@dataclass(frozen=True)
class RampProfile:
    """Rate and relative yield of a ramp, mean over each bucket, and the rate of each day."""

    rate_share: FloatArray
    yield_share: FloatArray
    daily_share: FloatArray

    def rate_after(self, grid: Grid, lead_days: float) -> FloatArray:
        """Mean rate on the days that lie a lead time after those of each bucket; the last day's rate goes on."""
        days = np.arange(len(self.daily_share)) + round(lead_days)
        return grid.mean(self.daily_share[np.minimum(days, len(self.daily_share) - 1)])


def ramp_profiles(ramps: Iterable[Ramp], horizon: Horizon, grid: Grid, ready: ReadyDays) -> Mapping[str, RampProfile]:
    """Every ramp on the grid: nothing before its first point, linear between points, constant after the last.

    A gate later than the first point moves all points by the difference.
    """
    days = np.arange(horizon.num_days, dtype=np.float64) + 0.5
    found = {}
    for ramp in ramps:
        points = np.array([horizon.day(point.date) for point in ramp.points], dtype=np.float64)
        points += max(0.0, ready.gate(ramp.gate, int(points[0])) - points[0])
        rate = np.interp(days, points, [point.rate_share for point in ramp.points])
        good = np.interp(days, points, [point.yield_share for point in ramp.points])
        started = days >= points[0]
        rate, good = np.where(started, rate, 0.0), np.where(started, good, 0.0)
        with_rate = grid.mean(rate)
        # Yield weighted by rate, so that a bucket in which the ramp starts is not diluted by idle days.
        weighted = grid.mean(rate * good)
        found[ramp.id] = RampProfile(
            with_rate, np.divide(weighted, with_rate, out=np.zeros(grid.num), where=with_rate > 0), rate
        )
    return found


def energised_w(envelopes: Envelopes, site: str, grid: Grid, ready: ReadyDays, *, earlier_days: int = 0) -> FloatArray:
    """IT power a site can carry, mean over each bucket [W]; a step waits for its gate and for the steps before it.

    A site without steps has no limit.
    """
    steps = envelopes.frame.filter(envelopes["site"] == site).sort("day")
    if steps.height == 0:
        return np.full(grid.num, np.inf)
    daily = np.zeros(int(grid.num_days))
    reached = 0
    for day, power_w, gate in steps.select("day", "it_w", "gate").iter_rows():
        reached = max(reached, day, ready.gate(gate, day))
        daily[max(0, reached - earlier_days) :] = power_w
    return grid.mean(daily)
