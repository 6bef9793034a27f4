"""What is left over at the end, and what would be obsolete if a generation stopped today?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rackwright.bom.rollup import where_used
from rackwright.plan import Plan
from rackwright.supply.liability import share_due
from rackwright.views.absent import absent
from rackwright.views.period import musd
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable

__all__ = ["EXCESS"]

MOST_ITEMS = 40
SHARED = "several generations"
LEAST_PIECES = 0.5


@dataclass
class _Risk:
    """Money of one generation [cent]."""

    on_hand: float = 0.0
    on_order: float = 0.0
    due: float = 0.0
    planned: float = 0.0
    left_over: float = 0.0
    items: set[str] = field(default_factory=set)


def _show(plan: Plan) -> Shown:
    if not len(plan.supply.buckets):
        return absent(plan, "No supply plan", "supply")
    owner = _generations(plan)
    cents = dict(plan.bom.items.frame.select("item", "cost_cent").iter_rows())
    left = _left_over(plan)
    risks: dict[str, _Risk] = {}
    _stock_and_orders(plan, owner, cents, risks)
    for item, qty in left.items():
        risk = risks.setdefault(owner.get(item, SHARED), _Risk())
        risk.left_over += qty * cents.get(item, 0)
    at_risk = sum(risk.on_hand + risk.due for name, risk in risks.items() if name != SHARED)
    over = sum(risk.left_over for risk in risks.values())
    lead = (
        f"Parts of one generation only: {musd(at_risk):,.1f} MUSD on hand or due today would be obsolete if their "
        f"generation stopped; {musd(over):,.1f} MUSD of all parts are left over at the end of the plan."
    )
    return Shown(lead, (_generation_table(risks), _item_table(plan, owner, left, cents)))


def _generations(plan: Plan) -> dict[str, str]:
    """Platform of every item that only racks of one platform hold; the program's own word comes first."""
    names = {platform.generation: platform.id for platform in plan.program.platforms}
    platform_of = {sku.id: platform.id for platform in plan.program.platforms for sku in platform.configurations}
    found: dict[str, str] = {}
    for item in plan.bom.items["item"].to_list():
        above = {item, *(use.parent for use in where_used(plan.bom, item))}
        platforms = {platform_of[name] for name in above if name in platform_of}
        if len(platforms) == 1:
            found[item] = next(iter(platforms))
    for row in plan.program.supply.items:
        if row.generation is not None and row.generation in names:
            found.setdefault(row.id, names[row.generation])
    return found


def _left_over(plan: Plan) -> dict[str, float]:
    """Pieces in stock at the end of the last bucket."""
    last = len(plan.supply.buckets) - 1
    found: dict[str, float] = {}
    for item, qty in plan.supply.levels.frame.filter(bucket=last).select("item", "qty").iter_rows():
        if qty > LEAST_PIECES:
            found[item] = found.get(item, 0.0) + qty
    return found


def _stock_and_orders(plan: Plan, owner: Mapping[str, str], cents: Mapping[str, int], risks: dict[str, _Risk]) -> None:
    """Book stock at standard cost, placed orders at their value with what stopping them costs, and planned buys."""
    now = plan.program.horizon.day(plan.program.as_of)
    terms = {(row.item, row.supplier): row for row in plan.program.supply.terms}
    for stock in plan.program.supply.stock:
        risk = risks.setdefault(owner.get(stock.item, SHARED), _Risk())
        risk.on_hand += stock.qty * cents.get(stock.item, 0)
        risk.items.add(stock.item)
    names = ["kind", "item", "source", "end_day", "cost_cent", "duty_cent"]
    for kind, item, source, end, cost, duty in plan.supply.orders.frame.select(names).iter_rows():
        risk = risks.setdefault(owner.get(item, SHARED), _Risk())
        if kind in {"open", "call"}:
            risk.on_order += cost + duty
            risk.due += (cost + duty) * share_due(terms.get((item, source)), end - now)
            risk.items.add(item)
        elif kind == "buy":
            risk.planned += cost + duty


def _generation_table(risks: Mapping[str, _Risk]) -> ViewTable:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, len(risk.items), musd(risk.on_hand), musd(risk.on_order), musd(risk.due), musd(risk.planned),
         musd(risk.left_over))
        for name, risk in sorted(risks.items())
    )  # fmt: skip
    columns = (
        TableColumn("generation", "Platform"),
        TableColumn("items", "Items in hand or on order"),
        TableColumn("on_hand_musd", "On hand", "MUSD", 2),
        TableColumn("on_order_musd", "On order", "MUSD", 2),
        TableColumn("due_musd", "due if stopped today", "MUSD", 2),
        TableColumn("planned_musd", "Planned purchases", "MUSD", 2),
        TableColumn("left_musd", "Left over at the end", "MUSD", 2),
    )
    note = "Stock and what is left at standard cost; an order without terms is due in full."
    return ViewTable("At risk by generation", columns, rows, note)


def _item_table(plan: Plan, owner: Mapping[str, str], left: Mapping[str, float], cents: Mapping[str, int]) -> ViewTable:
    """What is left over, the dearest first, with the day of its last use."""
    last_used: dict[str, int] = {}
    starts = dict(plan.supply.buckets.frame.select("bucket", "end_day").iter_rows())
    for item, bucket, used in plan.supply.flows.frame.select("item", "bucket", "used").iter_rows():
        if used > 0:
            last_used[item] = max(last_used.get(item, 0), starts[bucket])
    order = sorted(left, key=lambda item: (-left[item] * cents.get(item, 0), item))[:MOST_ITEMS]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (item, owner.get(item, SHARED), left[item], musd(left[item] * cents.get(item, 0)),
         plan.program.horizon.date(last_used[item]) if item in last_used else None)
        for item in order
    )  # fmt: skip
    columns = (
        TableColumn("item", "Item"),
        TableColumn("generation", "Platform"),
        TableColumn("qty", "Left over", "", 0),
        TableColumn("value_musd", "Value", "MUSD", 3),
        TableColumn("last_used", "Last used before"),
    )
    return ViewTable("Left over at the end", columns, rows)


EXCESS = View(
    "excess",
    "Excess and obsolete",
    "What is left over at the end, and what would be obsolete if a generation stopped today?",
    _show,
    in_report=False,
)
