"""By when can more racks be promised, without moving anybody, and what would it cost others to have them first?

The plan is solved again with the request as one more tranche of a block of its platform and site. First everybody else
keeps every rack on its day and the request takes what is left: those days can be promised. Then all racks are planned
alike, and what others lose is told. Sources, cells, crews and power bind as in the plan; floor positions are not looked
at, since the request has no hall.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem
from rackwright.solve import HotModel, LinearModel, LinearSolution
from rackwright.supply.assemble import Assembly, assemble
from rackwright.supply.lateness import tranche_lateness
from rackwright.supply.request import SupplyRequest
from rackwright.supply.scope import scope_network
from rackwright.supply.targets import target_shares
from rackwright.supply.timing import FloatArray, Grid
from rackwright.tables.bom import ItemNeeds
from rackwright.tables.siting import Tranches

__all__ = ["Ask", "Promise", "Step", "promise_racks"]

REQUEST = "request"
SLACK = 1e-6  # racks by which a kept date may differ, so that the kept plan stays possible
NEARLY = 1e-3


@dataclass(frozen=True)
class Ask:
    """Racks of a platform wanted at a site, all by a day; `by_day` None for as soon as possible."""

    platform: str
    site: str
    racks: int
    by_day: int | None = None


@dataclass(frozen=True)
class Step:
    """Racks accepted by the end of a bucket, counted from its first day to the first day after it."""

    from_day: int
    to_day: int
    racks: float
    total: float


@dataclass(frozen=True)
class Promise:
    """What can be promised.

    Parameters
    ----------
    steps
        Racks of the request by bucket if nobody else moves.
    first_steps
        Racks of the request by bucket if all racks are planned alike.
    missing, first_missing
        Racks that do not come within the horizon, in either case.
    moved
        Rack-days that other tranches lose in the second case, by tranche.
    by_day
        Day wanted; None for as soon as possible.
    """

    steps: tuple[Step, ...]
    first_steps: tuple[Step, ...]
    missing: float
    first_missing: float
    moved: Mapping[str, float]
    by_day: int | None

    @property
    def is_kept(self) -> bool:
        """True if all racks come by the day wanted without moving anybody."""
        if self.missing > NEARLY:
            return False
        return self.by_day is None or all(step.to_day <= self.by_day for step in self.steps)

    def racks_by(self, day: int) -> float:
        """Racks accepted by a day, whole buckets only, if nobody else moves."""
        return max((step.total for step in self.steps if step.to_day <= day), default=0.0)


def promise_racks(request: SupplyRequest, ask: Ask) -> Promise:
    """Solve the plan with the request kept out, then with all others kept, then with all alike.

    Raises
    ------
    InputError
        No block of the plan is of that platform at that site, so nobody knows what such a rack takes there.
    """
    policy = request.policy
    grid = Grid.of(request.horizon.buckets(num_weekly=policy.weekly_buckets, num_monthly=policy.monthly_buckets))
    asked = _with_ask(request, ask)
    scope = scope_network(asked, grid)
    assembly = assemble(scope.network, policy, target_shares(policy, request.horizon, grid))
    mine = [i for i, racks in enumerate(scope.network.acceptances) if racks.tranche == REQUEST]
    hot = HotModel(_bounded(assembly, mine, None))
    without = hot.solve("ipm")
    kept = hot.solve_variant(_bounded(assembly, mine, without))
    alike = hot.solve_variant(assembly.model)
    before, after = tranche_lateness(assembly, without), tranche_lateness(assembly, alike)
    moved = {
        name: after[name].rack_days - row.rack_days
        for name, row in before.items()
        if name != REQUEST and abs(after[name].rack_days - row.rack_days) > 0.5
    }
    steps, first = _steps(assembly, kept, mine), _steps(assembly, alike, mine)
    given = (steps[-1].total if steps else 0.0, first[-1].total if first else 0.0)
    return Promise(steps, first, ask.racks - given[0], ask.racks - given[1], moved, ask.by_day)


def _with_ask(request: SupplyRequest, ask: Ask) -> SupplyRequest:
    """The request of the stage with one more tranche, of the latest configuration of a block that fits."""
    blocks = request.blocks.frame.filter((pl.col("platform") == ask.platform) & (pl.col("site") == ask.site))
    if not blocks.height:
        known = sorted({f"{p} at {s}" for p, s in request.blocks.frame.select("platform", "site").iter_rows()})
        rule = f"the plan has no block of {ask.platform} at {ask.site}."
        raise InputError([Problem("no-such-block", Place(path="promise"), rule, f"It has {', '.join(known)}.")])
    block = str(blocks["block"][0])
    own = request.tranches.frame.filter(pl.col("block") == block).sort("need_day")
    last = own.row(own.height - 1, named=True)
    units = int(last["first_unit"]) + int(last["units"])
    row = last | {
        "tranche": REQUEST, "first_unit": units, "units": 1, "racks": ask.racks, "accepted_racks": 0,
        "need_day": max(0, ask.by_day or 0), "state": "planned",
    }  # fmt: skip
    schema = request.tranches.frame.schema
    tranches = pl.concat([request.tranches.frame, pl.DataFrame([row], schema=schema)])
    need = pl.DataFrame(
        [(last["configuration"], "tranche", REQUEST, 0, ask.racks, "rack")],
        schema=request.needs.frame.schema,
        orient="row",
    )
    return replace(
        request,
        tranches=Tranches.of(tranches),
        needs=ItemNeeds.of(pl.concat([request.needs.frame, need])),
        with_reasons=False,
    )


def _bounded(assembly: Assembly, mine: list[int], keep: LinearSolution | None) -> LinearModel:
    """The model with the request shut out (`keep` None), or with all other racks kept on their days in `keep`."""
    model, columns = assembly.model, assembly.columns
    lower, upper = model.col_lower.copy(), model.col_upper.copy()
    if keep is None:
        for i in mine:
            upper[columns.of("accept", i)] = 0.0
        return replace(model, col_upper=upper)
    for i in range(len(assembly.network.acceptances)):
        if i not in mine:
            cols = columns.of("accept", i)
            lower[cols] = np.maximum(0.0, keep.x[cols] - SLACK)
    return replace(model, col_lower=lower, col_upper=upper)


def _steps(assembly: Assembly, plan: LinearSolution, mine: list[int]) -> tuple[Step, ...]:
    grid = assembly.network.grid
    accepted: FloatArray = np.clip(assembly.columns.table("accept", plan.x)[mine].sum(axis=0), 0.0, None)
    total = np.cumsum(accepted)
    return tuple(
        Step(int(grid.starts[b]), int(grid.ends[b]), float(accepted[b]), float(total[b]))
        for b in np.flatnonzero(accepted > NEARLY)
    )
