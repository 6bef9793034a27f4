"""Which safety stock does the plan itself buy and hold, and from which day on is it there?

A plan without it tells the stages, their times and what they draw; stock is placed there by guaranteed service, in
whole pieces, and asked for as claims that take what racks leave. The plan made with these claims is the plan.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from rackwright.program.supply import Claim
from rackwright.supply.claims import SAFETY_STOCK
from rackwright.supply.planned_service import place_planned_stock
from rackwright.supply.request import SupplyRequest
from rackwright.tables.supply import SafetyStocks, Supply

__all__ = ["is_held", "safety_claims", "safety_table", "with_safety_claims"]

CENT_PER_USD = 100.0
NEARLY = 1e-6
GIVEN = 1e-6
"""Share of a quantity below which a shortage is numerical noise."""


def is_held(request: SupplyRequest) -> bool:
    """True if the policy wants safety stock in the plan."""
    policy = request.policy.safety_stock
    return policy is not None and policy.use == "plan"


def with_safety_claims(request: SupplyRequest, claims: tuple[Claim, ...]) -> SupplyRequest:
    """The request with these claims in place of all claims for safety stock."""
    others = tuple(row for row in request.supply.claims if row.kind != SAFETY_STOCK)
    return replace(request, supply=request.supply.model_copy(update={"claims": (*others, *claims)}))


def safety_claims(request: SupplyRequest, supply: Supply) -> tuple[Claim, ...]:
    """Claims for the stock that is placed on the stages of a plan without it, in whole pieces."""
    policy, rate = request.policy.safety_stock, request.policy.capital_cost_share_per_year
    if policy is None:
        return ()
    values = request.items.frame.select("item", "cost_cent").iter_rows()
    yearly = {item: cent / CENT_PER_USD * rate for item, cent in values}
    sources = (request.supply.offers, request.supply.makes)
    found = place_planned_stock(supply.orders, supply.takes, sources, policy, yearly)
    if found is None:
        return ()
    pieces = zip(found.stages, found.placed.pieces.tolist(), strict=True)
    return tuple(
        Claim(item=item, plant=site, kind=SAFETY_STOCK, qty=float(math.ceil(qty - NEARLY)), before_racks=False)
        for (item, site), qty in pieces
        if qty > NEARLY
    )


def safety_table(request: SupplyRequest, supply: Supply) -> SafetyStocks:
    """What is wanted and given of each claim for safety stock, and from which day on all of it is there."""
    wanted: Mapping[tuple[str, str], float] = {
        (row.item, row.plant): row.qty for row in request.supply.claims if row.kind == SAFETY_STOCK
    }
    given: dict[tuple[str, str], list[tuple[int, float]]] = {key: [] for key in wanted}
    names = ["item", "site", "end_day", "qty", "demand"]
    for item, site, day, qty, demand in supply.orders.frame.filter(kind="claim").select(names).iter_rows():
        if (item, site) in given and demand.startswith(SAFETY_STOCK):
            given[item, site].append((day, qty))
    rows = []
    for (item, site), qty in wanted.items():
        mine = given[item, site]
        total = sum(each for _, each in mine)
        is_all = total >= qty * (1.0 - GIVEN)
        rows.append((item, site, qty, min(qty, total), max(day for day, _ in mine) if is_all and mine else None))
    return SafetyStocks.from_rows(rows)
