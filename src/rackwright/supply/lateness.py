"""How late and how short is each tranche?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rackwright.solve import LinearSolution
from rackwright.supply.assemble import Assembly
from rackwright.supply.objective import late_days_of_buckets
from rackwright.supply.timing import FloatArray

__all__ = ["LATE_FROM_DAYS", "Lateness", "rack_days_late", "tranche_lateness"]

LATE_FROM_DAYS = 1.0
"""Mean lateness from which a tranche counts as late: dates inside a bucket are not known better than that."""
LEAST_MISSING = 1e-3
HALF_A_RACK = 0.5
"""Beyond the near weeks racks are planned in fractions; what rounds to all racks of a tranche is all of them."""


@dataclass(frozen=True)
class Lateness:
    """Remaining racks of a tranche, those not accepted within the horizon, and rack-days late.

    A missing rack is late until the end of the horizon; one that is not due within it is neither late nor missing.
    `after_need` racks come in buckets that begin on the day of the need or later; others that count as late come in the
    bucket that holds that day, spread evenly over it. `last_days` is the lateness of the last rack, counted to the end
    of the bucket by which the racks round to all; infinite where they never do. `last_days_least` is that to the start
    of the bucket.
    """

    racks: float
    missing: float
    rack_days: float
    after_need: float = 0.0
    last_days: float = np.inf
    last_days_least: float = 0.0

    @property
    def mean_days(self) -> float:
        """Mean lateness of a rack, at most that of the last: a tail below half a rack comes with the rest [day]."""
        return min(self.rack_days / self.racks, self.last_days) if self.racks > 0 else 0.0

    @property
    def is_late(self) -> bool:
        """True if racks are a day late on average, the last one surely is, or some do not come within the horizon."""
        return max(self.mean_days, self.last_days_least) >= LATE_FROM_DAYS or self.missing > LEAST_MISSING

    @property
    def is_within_bucket(self) -> bool:
        """True if all lateness comes from counting inside the bucket that holds the need."""
        return self.after_need < HALF_A_RACK and self.missing <= LEAST_MISSING


def rack_days_late(assembly: Assembly, plan: LinearSolution) -> FloatArray:
    """Rack-days late of each acceptance row (tranche and hall)."""
    network = assembly.network
    accepted = np.clip(assembly.columns.table("accept", plan.x), 0.0, None)
    days: FloatArray = (accepted * late_days_of_buckets(network)).sum(axis=1)
    rest = np.array([max(0.0, network.grid.num_days - racks.need_day) for racks in network.acceptances])
    missing: FloatArray = np.clip(plan.x[assembly.columns.family("undelivered")], 0.0, None) * rest
    return days + missing


def tranche_lateness(assembly: Assembly, plan: LinearSolution) -> Mapping[str, Lateness]:
    """Lateness of every tranche that has racks left."""
    network, days = assembly.network, rack_days_late(assembly, plan)
    accepted = np.clip(assembly.columns.table("accept", plan.x), 0.0, None)
    last = _last_days(assembly, accepted)
    found: dict[str, Lateness] = {}
    for i, racks in enumerate(network.acceptances):
        is_due = racks.need_day < network.grid.num_days
        missing = max(0.0, float(plan.x[assembly.columns.one("undelivered", i)])) if is_due else 0.0
        after = float(accepted[i, network.grid.starts >= racks.need_day].sum())
        before = found.get(racks.tranche, Lateness(0.0, 0.0, 0.0))
        found[racks.tranche] = Lateness(
            before.racks + racks.racks,
            before.missing + missing,
            before.rack_days + float(days[i]),
            before.after_need + after,
            *last[racks.tranche],
        )
    return found


def _last_days(assembly: Assembly, accepted: FloatArray) -> Mapping[str, tuple[float, float]]:
    """Days from a tranche's need to end and start of the bucket by which its racks round to all, over all its halls."""
    network = assembly.network
    wanted: dict[str, float] = {}
    arrived: dict[str, FloatArray] = {}
    needs: dict[str, float] = {}
    for racks, row in zip(network.acceptances, accepted, strict=True):
        name = racks.tranche
        wanted[name] = wanted.get(name, 0.0) + racks.racks
        arrived[name] = arrived.get(name, 0.0) + np.cumsum(row)
        needs[name] = racks.need_day
    days: dict[str, tuple[float, float]] = {}
    for name, total in arrived.items():
        full = np.flatnonzero(total >= wanted[name] - HALF_A_RACK)
        edges = (network.grid.ends[full[0]], network.grid.starts[full[0]]) if full.size else (np.inf, np.inf)
        days[name] = max(0.0, float(edges[0]) - needs[name]), max(0.0, float(edges[1]) - needs[name])
    return days
