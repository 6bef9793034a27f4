"""Which rules of the supply plan hold, and which fail?"""

from __future__ import annotations

import numpy as np
import polars as pl

from rackwright.solve import LinearSolution
from rackwright.supply.assemble import Assembly
from rackwright.supply.claims import IN_RESERVE
from rackwright.supply.extract import unsourced_table
from rackwright.supply.lateness import LATE_FROM_DAYS, tranche_lateness
from rackwright.supply.request import SupplyRequest
from rackwright.supply.scope import Scope
from rackwright.supply.targets import target_shares
from rackwright.tables.checks import Checks
from rackwright.tables.supply import Cash, Content

__all__ = ["checks_table"]

CENT_PER_USD = 100.0
TOLERANCE = 1e-6
SHARE_TOLERANCE = 1e-3

CheckRow = tuple[str, str, float, float, str, bool, str]


def checks_table(
    request: SupplyRequest, scope: Scope, assembly: Assembly, plan: LinearSolution, *, results: tuple[Cash, Content]
) -> Checks:
    """All checks of the stage."""
    cash, content = results
    return Checks.from_rows(
        [
            *_tranche_rows(assembly, plan),
            *_claim_rows(assembly, plan),
            *_short_ship_rows(scope),
            *_lane_rows(scope),
            *_source_rows(request, scope),
            *_used_up_rows(request, assembly, plan),
            *_price_rows(request, assembly),
            *_target_rows(request, assembly, plan, content),
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
        limit, source = LATE_FROM_DAYS, "program:tranches.need_by; dates inside a bucket are not known to a day"
        for rule, days in (("supply-on-time", late.mean_days), ("supply-last-rack-on-time", late.last_days_least)):
            rows.append((rule, tranche, days, limit, "days", days < LATE_FROM_DAYS, source))
    return rows


def _claim_rows(assembly: Assembly, plan: LinearSolution) -> list[CheckRow]:
    """Samples, spares and returns: pieces given within the horizon, and their mean lateness."""
    network, given = assembly.network, np.clip(assembly.columns.table("claim", plan.x), 0.0, None)
    rows: list[CheckRow] = []
    for want, mine in zip(network.claims, given, strict=True):
        total = float(mine.sum())
        is_all = total >= want.qty * (1.0 - TOLERANCE)
        rows.append(("supply-claim-given", want.name, total, want.qty, "pieces", is_all, "program:supply.claims"))
        if want.weight <= IN_RESERVE:
            continue  # it is there as soon as it can be, and late for nobody
        first = np.maximum(network.grid.starts, want.want_day)
        days = float(mine @ network.grid.mean_late_days(first, network.grid.ends, want.want_day)) / max(
            total, TOLERANCE
        )
        on_time = days < LATE_FROM_DAYS
        rows.append(("supply-claim-on-time", want.name, days, LATE_FROM_DAYS, "days", on_time, "program:supply.claims"))
    return rows


def _lane_rows(scope: Scope) -> list[CheckRow]:
    text = "no lane is written down"
    return [
        ("supply-lane-known", f"{origin} > {place}", 0.0, 1.0, "lanes", False, text)
        for origin, place in scope.missing_lanes
    ]


def _short_ship_rows(scope: Scope) -> list[CheckRow]:
    """A rule can only let follow what racks take at their site; what is built into them comes with them."""
    rows: list[CheckRow] = []
    for racks in scope.network.acceptances:
        if racks.follows and (racks.tranche not in {row[1] for row in rows}):
            kinds = float(len(racks.follows))
            rows.append(("supply-short-ship", racks.tranche, kinds, 1.0, "items", True, "program:tranches.short_ship"))
    text = "not taken at the site: it is built into the rack, or not needed there"
    for tranche, name in scope.idle_follows:
        rows.append(("supply-short-ship", f"{name} of {tranche}", 0.0, 1.0, "items", False, text))
    return rows


def _source_rows(request: SupplyRequest, scope: Scope) -> list[CheckRow]:
    """An item nobody makes or sells is taken as given: the plan does not show that it can be had."""
    rows = unsourced_table(request, scope).frame.select("item", "qty", "reason").iter_rows()
    return [("supply-sourced", item, 0.0, qty, "pieces", False, reason) for item, qty, reason in rows]


def _used_up_rows(request: SupplyRequest, assembly: Assembly, plan: LinearSolution) -> list[CheckRow]:
    """Where racks are not delivered: items that nobody makes or sells, of which less is there than all racks take."""
    late = tranche_lateness(assembly, plan)
    if all(own.missing <= TOLERANCE * max(1.0, own.racks) for own in late.values()):
        return []
    network, totals = assembly.network, dict(request.totals.frame.select("item", "qty").iter_rows())
    brought = {make.item for make in network.makes} | {buy.item for buy in network.buys}
    there: dict[str, float] = {}
    for row in network.receipts:
        if row.item not in brought:
            there[row.item] = there.get(row.item, 0.0) + row.qty
    text = "nobody makes or sells it: only what is in stock and on order is there"
    return [
        ("supply-sourced", item, qty, totals[item], "pieces", False, text)
        for item, qty in sorted(there.items())
        if qty < totals.get(item, 0.0)
    ]


def _price_rows(request: SupplyRequest, assembly: Assembly) -> list[CheckRow]:
    """A rack cheaper to leave out than to build would be left out; that is a price to think about, not a plan."""
    price = request.policy.unserved_usd_per_rack
    values = {racks.sku: racks.value_usd for racks in assembly.network.acceptances}
    return [
        ("supply-price-of-rack", sku, price, value, "USD", price >= value, "program:policy.price_of_rack_not_delivered")
        for sku, value in sorted(values.items())
    ]


def _target_rows(request: SupplyRequest, assembly: Assembly, plan: LinearSolution, content: Content) -> list[CheckRow]:
    """Traced share of what is deployed against the wanted one; a price from 1 on would pay for useless orders."""
    shares = target_shares(request.policy, request.horizon, assembly.network.grid)
    if shares is None:
        return []
    accepted = np.clip(assembly.columns.table("accept", plan.x), 0.0, None)
    worth = np.array([[racks.value_usd] for racks in assembly.network.acceptances]).reshape(-1, 1)
    total = float((accepted * worth).sum())
    wanted = float((accepted * worth * shares).sum()) / total if total > 0 else 0.0
    value, us = sum(content["value_cent"].to_list()), sum(content["us_cent"].to_list())
    found = us / value if value else 0.0
    price = request.policy.content_usd_per_usd_short
    source = "program:policy.traced_us_share"
    return [
        ("supply-traced-us-share", "deployed racks", found, wanted, "", found >= wanted - SHARE_TOLERANCE, source),
        (
            "supply-content-price",
            "USD of value missing",
            price,
            1.0,
            "USD",
            price < 1.0,
            "program:policy.content_price",
        ),
    ]


def _budget_rows(request: SupplyRequest, cash: Cash) -> list[CheckRow]:
    if request.policy.budget_usd is None:
        return []
    by_bucket = cash.frame.group_by("bucket").agg(pl.col("liable_cent").sum())
    highest = max(by_bucket["liable_cent"].to_list(), default=0) / CENT_PER_USD
    limit = request.policy.budget_usd
    return [("supply-budget", "commitments", highest, limit, "USD", highest <= limit, "program:policy.budget")]
