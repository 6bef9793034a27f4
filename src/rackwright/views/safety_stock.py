"""Where would safety stock stand, how much of it, and what would it cost? By the program's own spread of demand."""

from __future__ import annotations

from rackwright.plan import Plan
from rackwright.supply.planned_service import PlannedService, place_planned_stock
from rackwright.views.absent import absent
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted, percent

__all__ = ["SAFETY_STOCK"]

CENT_PER_USD, USD_PER_KUSD = 100.0, 1000.0
LEAST_PIECES = 1e-6
NONE = (
    "No spread of demand is stated: give `policy.safety_stock` with `service` and `demand_spread`, and stock is placed "
    "where it costs least."
)


def _show(plan: Plan) -> Shown:
    policy = plan.program.policy.safety_stock
    if not len(plan.supply.orders):
        return absent(plan, "No supply plan", "supply")
    if policy is None:
        return Shown(NONE)
    rate, supply = plan.program.policy.capital_cost_share_per_year, plan.program.supply
    values = {item: cent / CENT_PER_USD for item, cent in plan.bom.items.frame.select("item", "cost_cent").iter_rows()}
    found = place_planned_stock(
        plan.supply.orders,
        plan.supply.takes,
        (supply.offers, supply.makes),
        policy,
        {item: value * rate for item, value in values.items()},
    )
    if found is None:
        return absent(plan, "No supply plan", "supply")
    placed = found.placed
    proof = "no placement is cheaper" if placed.is_proved else f"at most {percent(placed.gap, 2)} above the cheapest"
    stages = f"{counted(int((placed.pieces > LEAST_PIECES).sum()), 'stage')} of {len(found.stages)}"
    cost, bound, each = (usd / USD_PER_KUSD for usd in (placed.total, placed.bound, found.each_usd))
    lead = (
        f"Safety stock for {percent(policy.service_level, 1)} service costs {cost:,.1f} kUSD a year at {stages}: "
        f"{proof} (bound {bound:,.1f}). With stock at every stage it would cost {each:,.1f}."
    )
    return Shown(lead, (_table(plan, found, values),))


def _table(plan: Plan, found: PlannedService, values: dict[str, float]) -> ViewTable:
    """Stages that hold stock, the dearest first."""
    held: dict[tuple[str, str], float] = {}
    for row in plan.program.supply.stock:
        if row.status == "free":
            held[row.item, row.plant] = held.get((row.item, row.plant), 0.0) + row.qty
    placed, rows = found.placed, list[tuple[Cell, ...]]()
    for i in sorted(range(len(found.stages)), key=lambda i: (-placed.cost[i], found.stages[i])):
        item, site = found.stages[i]
        aside = _in_plan(plan, item, site)
        pieces = float(placed.pieces[i]) if aside is None else aside[0]
        if pieces > LEAST_PIECES:
            rows.append((
                item, site, int(placed.inbound_days[i]), int(found.network.lead_days[i]), int(placed.service_days[i]),
                int(placed.net_days[i]), pieces, held.get((item, site), 0.0),
                *((None, None) if aside is None else aside[1:]),
                pieces * values.get(item, 0.0) / USD_PER_KUSD,
                float(placed.cost[i]) / USD_PER_KUSD,
            ))  # fmt: skip
    policy = plan.program.policy.safety_stock
    is_plan = policy is not None and policy.use == "plan"
    columns = (
        TableColumn("item", "Item"),
        TableColumn("site", "At"),
        TableColumn("inbound_days", "Served within", "days"),
        TableColumn("lead_days", "Works", "days"),
        TableColumn("service_days", "Promises", "days"),
        TableColumn("net_days", "Covers", "days"),
        TableColumn("pieces", "Safety stock", "", 1),
        TableColumn("held", "On hand now", "", 0),
        TableColumn("set_aside", "Held by the plan", "", 0),
        TableColumn("from", "from"),
        TableColumn("value_kusd", "Value", "kUSD", 1),
        TableColumn("cost_kusd", "Cost a year", "kUSD", 2),
    )
    note = (
        "Guaranteed service (Graves, Willems): each stage covers demand up to its bound for the days its supply is "
        "slower than its promise. Demand is what the plan draws for racks and claims, lead times are at "
        "`safety_stock.lead_at` of their bands. "
        + (
            "The plan buys and holds it after racks, as placed on the plan without it; times and cost are those of "
            "the plan as it is."
            if is_plan
            else "The plan itself does not order this stock (`safety_stock.use: plan` makes it)."
        )
    )
    return ViewTable("Where safety stock stands", columns, tuple(rows), note)


def _in_plan(plan: Plan, item: str, site: str) -> tuple[float, float, str] | None:
    """Pieces that the plan wants and sets aside, and the day from which all are there; None where it wants none."""
    rows = plan.supply.safety_stocks.frame.filter(item=item, site=site).select("wanted", "held", "from_day").rows()
    if not rows:
        return None
    ((wanted, held, day),) = rows
    return wanted, held, "not all" if day is None else plan.program.horizon.date(day).isoformat()


SAFETY_STOCK = View(
    "safety_stock",
    "Safety stock",
    "Where would safety stock stand for a service level, how much of it, and what would it cost?",
    _show,
    in_report=False,
)
