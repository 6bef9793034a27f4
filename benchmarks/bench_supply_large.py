"""What does a supply plan above the exact limit cost, how far is it proved, and what does a changed one cost?

python benchmarks/supply_programmes.py PROGRAM 3 78
rackwright plan PROGRAM -o OUT
python benchmarks/bench_supply_large.py PROGRAM OUT [exact] [causes]

CPU seconds of the supply stage alone without reasons, then of four changes answered from the stored plan (stages before
supply not counted), each with its gap. `exact` also solves the whole program by interior point; `causes` plans with
reasons and counts the late tranches that have a leaf cause whose relief was solved again.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from rackwright.base.units import Estimate
from rackwright.cli.program import open_folder
from rackwright.exchange.folder import read_parts
from rackwright.program.supply import Offer
from rackwright.scenarios.whatif import SUPPLY_TABLES, changed_request
from rackwright.solve import solve_linear
from rackwright.supply import SupplyRequest, plan_supply
from rackwright.supply.assemble import assemble
from rackwright.supply.replan import replan_supply
from rackwright.supply.scope import scope_network
from rackwright.supply.targets import target_shares
from rackwright.supply.timing import Grid
from rackwright.tables.supply import Supply

TARGET_S = 10.0


def main() -> None:
    """Plan, and change four times."""
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    _, catalog = open_folder(folder)
    request = changed_request(read_parts(out, SUPPLY_TABLES), catalog)
    started = time.process_time()
    base = plan_supply(request)
    _say("supply stage", base, started)
    if "exact" in sys.argv[3:]:
        _exact(request)
    if "causes" in sys.argv[3:]:
        _causes(request)
    for name, change in EDITS.items():
        changed = replace(request, supply=change(request.supply))
        started = time.process_time()
        answer = replan_supply(changed, base)
        _say(f"{name} (to reach: {TARGET_S:.0f} s, the gap above)", answer.supply, started)


def _say(name: str, supply: Supply, started: float) -> None:
    row = supply.solves.frame.row(0, named=True)
    plan, bound = row["objective"] / 1e6, row["bound"] / 1e6
    spent = time.process_time() - started
    print(
        f"supply large: {name}: {row['num_columns']:,} columns, {spent:.1f} CPU s, plan {plan:,.2f} MUSD, "
        f"bound {bound:,.2f} MUSD, gap {row['gap']:.2%}",
        flush=True,
    )


def _exact(request: SupplyRequest) -> None:
    policy, horizon = request.policy, request.horizon
    grid = Grid.of(horizon.buckets(num_weekly=policy.weekly_buckets, num_monthly=policy.monthly_buckets))
    assembly = assemble(scope_network(request, grid).network, policy, target_shares(policy, horizon, grid))
    started = time.process_time()
    found = solve_linear(assembly.model, method="ipm-without-crossover")
    cost = found.objective * assembly.money_unit_usd / 1e6
    print(f"supply large: interior point: {time.process_time() - started:.1f} CPU s, {found.status}, {cost:,.2f} MUSD")


def _causes(request: SupplyRequest) -> None:
    started = time.process_time()
    causes = plan_supply(replace(request, with_reasons=True)).causes.frame
    proved, late = causes.filter(causes["proved"])["demand"].n_unique(), causes["demand"].n_unique()
    spent = time.process_time() - started
    print(
        f"supply large: with reasons {spent:.1f} CPU s, {proved} of {late} late tranches with a proved leaf", flush=True
    )


def _moved(value: Estimate, *, factor: float = 1.0, step: float = 0.0) -> Estimate:
    return Estimate(*(each * factor + step for each in (value.value, value.low, value.high)))


def _offers(test: Callable[[Offer], bool], edit: Callable[[Offer], dict[str, Any]]) -> Callable[[Any], Any]:
    def change(supply: Any) -> Any:
        rows = tuple(row.model_copy(update=edit(row)) if test(row) else row for row in supply.offers)
        return supply.model_copy(update={"offers": rows})

    return change


def _cells(supply: Any) -> Any:
    rows = tuple(
        row.model_copy(update={"hours_per_week": row.hours_per_week / 2}) if row.plant == "fort-worth" else row
        for row in supply.cells
    )
    return supply.model_copy(update={"cells": rows})


def _duties(supply: Any) -> Any:
    rows = tuple(
        row.model_copy(update={"rate_share": min(1.0, row.rate_share + 0.15)}) if row.origin == "TW" else row
        for row in supply.duties
    )
    return supply.model_copy(update={"duties": rows})


EDITS: dict[str, Callable[[Any], Any]] = {
    "memory of one supplier at half": _offers(
        lambda row: row.item == "hbm4-stack" and row.supplier == "supplier-b",
        lambda row: {"per_week": _moved(row.per_week, factor=0.5)},
    ),
    "boards' power stages 5 weeks later": _offers(
        lambda row: row.item == "vrm-power-stage", lambda row: {"lead_days": _moved(row.lead_days, step=35.0)}
    ),
    "one plant at half its hours": _cells,
    "duty on Taiwan 15 points more": _duties,
}


if __name__ == "__main__":
    main()
