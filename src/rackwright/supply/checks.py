"""Which rules of the supply plan hold, and which fail?"""

from __future__ import annotations

import numpy as np
import polars as pl

from rackwright.solve import LinearSolution
from rackwright.supply.assemble import Assembly
from rackwright.supply.lateness import tranche_lateness
from rackwright.supply.request import SupplyRequest
from rackwright.supply.scope import Scope
from rackwright.supply.targets import target_periods
from rackwright.tables.checks import Checks
from rackwright.tables.supply import Cash

__all__ = ["checks_table"]

CENT_PER_USD = 100.0
TOLERANCE = 1e-6
ONE_USD = 1.0

CheckRow = tuple[str, str, float, float, str, bool, str]


def checks_table(
    request: SupplyRequest, scope: Scope, assembly: Assembly, plan: LinearSolution, *, cash: Cash
) -> Checks:
    """All checks of the stage."""
    return Checks.from_rows(
        [
            *_tranche_rows(assembly, plan),
            *_lane_rows(scope),
            *_price_rows(request, assembly),
            *_target_rows(request, assembly, plan),
            *_budget_rows(request, cash),
        ]
    )


def _tranche_rows(assembly: Assembly, plan: LinearSolution) -> list[CheckRow]:
    rows: list[CheckRow] = []
    for tranche, late in tranche_lateness(assembly, plan).items():
        is_all = late.missing <= TOLERANCE * max(1.0, late.racks)
        rows.append(
            ("supply-delivered", tranche, late.racks - late.missing, late.racks, "racks", is_all, "siting.tranches")
        )
        on_time = late.mean_days <= TOLERANCE
        rows.append(("supply-on-time", tranche, late.mean_days, 0.0, "days", on_time, "program:tranches.need_by"))
    return rows


def _lane_rows(scope: Scope) -> list[CheckRow]:
    text = "no lane is written down"
    return [
        ("supply-lane-known", f"{origin} > {place}", 0.0, 1.0, "lanes", False, text)
        for origin, place in scope.missing_lanes
    ]


def _price_rows(request: SupplyRequest, assembly: Assembly) -> list[CheckRow]:
    """A rack cheaper to leave out than to build would be left out; that is a price to think about, not a plan."""
    price = request.policy.unserved_usd_per_rack
    values = {racks.sku: racks.value_usd for racks in assembly.network.acceptances}
    return [
        ("supply-price-of-rack", sku, price, value, "USD", price >= value, "program:policy.price_of_rack_not_delivered")
        for sku, value in sorted(values.items())
    ]


def _target_rows(request: SupplyRequest, assembly: Assembly, plan: LinearSolution) -> list[CheckRow]:
    family = assembly.columns.family("short")
    short = plan.x[family] * assembly.columns.units[family]
    network, rows = assembly.network, []
    bought, made = (assembly.columns.table(name, plan.x) for name in ("buy", "make"))
    for period, missing in zip(target_periods(request.policy, request.horizon), short, strict=True):
        is_in = (network.grid.starts >= period.from_day) & (network.grid.starts < period.to_day)
        pairs = [
            (buy.price_usd * row[is_in].sum(), buy.us_share) for buy, row in zip(network.buys, bought, strict=True)
        ]
        pairs += [
            (make.cost_usd * row[is_in].sum(), make.us_share) for make, row in zip(network.makes, made, strict=True)
        ]
        total = sum(value for value, _ in pairs)
        share = float(np.clip(sum(value * part for value, part in pairs) / total, 0, 1)) if total > 0 else 0.0
        reached = bool(missing <= ONE_USD)
        rows.append(("supply-traced-us-share", f"from day {period.from_day}", share, period.share, "", reached,
                     "program:policy.traced_us_share"))  # fmt: skip
    return rows


def _budget_rows(request: SupplyRequest, cash: Cash) -> list[CheckRow]:
    if request.policy.budget_usd is None:
        return []
    by_bucket = cash.frame.group_by("bucket").agg(pl.col("liable_cent").sum())
    highest = max(by_bucket["liable_cent"].to_list(), default=0) / CENT_PER_USD
    limit = request.policy.budget_usd
    return [("supply-budget", "commitments", highest, limit, "USD", highest <= limit, "program:policy.budget")]
