"""How late and how short is each tranche?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rackwright.solve import LinearSolution
from rackwright.supply.assemble import Assembly
from rackwright.supply.objective import late_days_of_buckets

__all__ = ["Lateness", "tranche_lateness"]


@dataclass(frozen=True)
class Lateness:
    """Remaining racks of a tranche, those not accepted within the horizon, and rack-days late.

    A missing rack is late until the end of the horizon; one that is not due within it is neither late nor missing.
    """

    racks: float
    missing: float
    rack_days: float

    @property
    def mean_days(self) -> float:
        """Mean lateness of a rack [day]."""
        return self.rack_days / self.racks if self.racks > 0 else 0.0


def tranche_lateness(assembly: Assembly, plan: LinearSolution) -> Mapping[str, Lateness]:
    """Lateness of every tranche that has racks left."""
    network = assembly.network
    accepted = np.clip(assembly.columns.table("accept", plan.x), 0.0, None)
    days = late_days_of_buckets(network)
    found: dict[str, Lateness] = {}
    for i, racks in enumerate(network.acceptances):
        rest = max(0.0, network.grid.num_days - racks.need_day)
        missing = max(0.0, float(plan.x[assembly.columns.one("undelivered", i)])) if rest > 0 else 0.0
        before = found.get(racks.tranche, Lateness(0.0, 0.0, 0.0))
        found[racks.tranche] = Lateness(
            before.racks + racks.racks,
            before.missing + missing,
            before.rack_days + float(accepted[i] @ days[i]) + missing * rest,
        )
    return found
