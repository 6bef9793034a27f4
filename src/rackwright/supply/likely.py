"""By which day is each tranche accepted in full if every gate is reached at its 50 % or its 80 % date?

The plan is solved once for each quantile of readiness: quantiles of dates are never added up, so a tranche that waits
for two gates takes both at the same probability. Lead times and yields stay at their central values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rackwright.supply.answering import answer_program
from rackwright.supply.assemble import assemble
from rackwright.supply.extract import deployments_table
from rackwright.supply.request import SupplyRequest
from rackwright.supply.scope import scope_network
from rackwright.supply.targets import target_shares
from rackwright.supply.timing import Grid
from rackwright.tables.supply import Acceptances, Deployments

__all__ = ["acceptances_table", "likely_deployments"]

QUANTILES = (0.5, 0.8)
WHOLE = 0.5  # a tranche is complete when its fraction of racks rounds to all of them


def likely_deployments(request: SupplyRequest, grid: Grid) -> dict[float, Deployments]:
    """Deployments of the relaxed plan at each quantile other than the policy's own, whose plan is made anyway."""
    return {q: _deployed(request, grid, q) for q in QUANTILES if q != request.policy.ready_at}


def acceptances_table(request: SupplyRequest, grid: Grid, deployments: Mapping[float, Deployments]) -> Acceptances:
    """Day of full acceptance of every tranche at each quantile of readiness; none where it falls behind the horizon.

    Parameters
    ----------
    request
        Arguments of the stage.
    grid
        Buckets.
    deployments
        By quantile.
    """
    likely, safe = (_full_days(request, grid, deployments[quantile]) for quantile in QUANTILES)
    return Acceptances.from_rows(
        [(tranche, _earlier(day, safe[tranche]), safe[tranche]) for tranche, day in likely.items()]
    )


def _earlier(day: int | None, later: int | None) -> int | None:
    """The 50 % day, never after the 80 % day: a plan made for later gates can be followed when they come earlier."""
    known = [value for value in (day, later) if value is not None]
    return min(known, default=None)


def _deployed(request: SupplyRequest, grid: Grid, quantile: float) -> Deployments:
    """Deployments of the relaxed plan with readiness at a quantile."""
    policy = request.policy.model_copy(update={"ready_at": quantile})
    likely = replace(request, policy=policy)
    assembly = assemble(scope_network(likely, grid).network, policy, target_shares(policy, request.horizon, grid))
    return deployments_table(likely, assembly, answer_program(likely, assembly, is_proved=False).relaxed)


def _full_days(request: SupplyRequest, grid: Grid, deployments: Deployments) -> dict[str, int | None]:
    """First day after the bucket in which the last rack of each tranche is accepted; 0 if that was before the plan."""
    days: dict[str, int | None] = {}
    for tranche, racks, before in request.tranches.frame.select("tranche", "racks", "accepted_racks").iter_rows():
        rows = deployments.frame.filter(tranche=tranche).sort("bucket").select("bucket", "cumulative")
        full = (int(grid.ends[bucket]) for bucket, cumulative in rows.iter_rows() if cumulative >= racks - WHOLE)
        days[tranche] = 0 if before >= racks else next(full, None)
    return days
