"""Who is liable for how much in each week, what becomes non-cancellable when, and who carries the value?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from rackwright.plan import Plan
from rackwright.program.supply import Terms
from rackwright.supply.liability import Exposure, carrier_of, exposure, share_due, window_of
from rackwright.supply.timing import FloatArray
from rackwright.views.absent import absent
from rackwright.views.carriers import PullDays, carried_value
from rackwright.views.period import musd
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable

__all__ = ["LIABILITY", "OrderExposure", "order_exposures"]

WEEKS = 26
MOST_LINES = 60


@dataclass(frozen=True)
class OrderExposure:
    """A buy with its terms: who pays, who carries, its value [cent], and its exposure by bucket."""

    item: str
    supplier: str
    site: str
    party: str
    carrier: str
    terms: Terms | None
    order_day: int
    delivery_day: int
    cent: int
    shares: Exposure


def order_exposures(plan: Plan) -> Iterator[OrderExposure]:
    """Every purchase, planned or placed, in the order of the table."""
    terms = {(row.item, row.supplier): row for row in plan.program.supply.terms}
    owners = {plant.id: plant.owner for plant in plan.program.supply.plants}
    ends = plan.supply.buckets["end_day"].to_numpy().astype(np.float64)
    names = ["kind", "item", "source", "site", "start_day", "end_day", "cost_cent", "duty_cent", "owner"]
    buys = plan.supply.orders.frame.filter(pl.col("kind").is_in(["buy", "call", "open"]))
    pulls = PullDays(plan)
    for kind, item, source, site, start, end, cost, duty, party in buys.select(names).iter_rows():
        own = terms.get((item, source))
        pulled = pulls.day(item, site, end) if own is not None and own.hub else None
        placed = start if kind == "buy" else -1  # what is confirmed is ordered
        yield OrderExposure(item, source, site, party, carrier_of(own, party, site, owners), own, placed, end,
                            cost + duty, exposure(own, ends, placed, end, pull_day=pulled))  # fmt: skip


def _show(plan: Plan) -> Shown:
    rows = list(order_exposures(plan))
    if not rows:
        return absent(plan, "No purchases", "supply")
    names = {party.id: party.name for party in plan.program.parties}
    today = _today(plan, rows)
    lead = (
        f"On {plan.program.as_of} orders worth {musd(sum(today.placed.values())):,.1f} MUSD are placed; stopping all "
        f"of them would cost {musd(sum(today.due.values())):,.1f} MUSD. {_lead_tail(plan, rows)}"
    )
    return Shown(
        lead,
        (
            _party_table(today, names),
            _week_table(plan, rows, names),
            _fixed_table(plan, rows),
            _terms_table(plan, rows, names),
        ),
    )


def _lead_tail(plan: Plan, rows: list[OrderExposure]) -> str:
    """The bucket in which most would be due."""
    due = sum((row.cent * (row.shares.cancel + row.shares.payable) for row in rows), start=np.zeros(_num(plan)))
    peak = int(np.argmax(due))
    day = plan.program.horizon.date(int(plan.supply.buckets["end_day"].to_list()[peak]))
    return f"The most is at stake on {day}: {musd(float(due[peak])):,.1f} MUSD."


def _num(plan: Plan) -> int:
    return len(plan.supply.buckets)


# --------------------------------------------------------------------------------------------------------------- today
@dataclass(frozen=True)
class _Today:
    """Sums by party on the day the facts were current [cent]; windows by party and name."""

    placed: Mapping[str, int]
    due: Mapping[str, float]
    windows: Mapping[tuple[str, str], int]


def _today(plan: Plan, rows: list[OrderExposure]) -> _Today:
    now = plan.program.horizon.day(plan.program.as_of)
    placed: dict[str, int] = {}
    due: dict[str, float] = {}
    windows: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (row.party, window_of(row.terms, row.delivery_day - now))
        windows[key] = windows.get(key, 0) + row.cent
        placed.setdefault(row.party, 0)
        due.setdefault(row.party, 0.0)
        if row.order_day < 0:
            placed[row.party] += row.cent
            due[row.party] += row.cent * share_due(row.terms, row.delivery_day - now)
    return _Today(placed, due, windows)


def _party_table(today: _Today, names: Mapping[str, str]) -> ViewTable:
    columns = (
        TableColumn("party", "Party"),
        TableColumn("placed_musd", "Placed", "MUSD", 2),
        TableColumn("due_musd", "due if all is stopped now", "MUSD", 2),
        TableColumn("firm_musd", "Deliveries in the firm window", "MUSD", 2),
        TableColumn("flexible_musd", "in the flexible window", "MUSD", 2),
        TableColumn("forecast_musd", "forecast only", "MUSD", 2),
        TableColumn("no_terms_musd", "without terms", "MUSD", 2),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            names.get(party, party) or "no party",
            musd(today.placed[party]),
            musd(today.due[party]),
            *(musd(today.windows.get((party, name), 0)) for name in ("firm", "flexible", "forecast", "no terms")),
        )
        for party in sorted(today.placed)
    )
    note = "Planned and placed purchases with freight and duty; an order without terms is taken to be firm."
    return ViewTable("Liability today by party", columns, rows, note)


# --------------------------------------------------------------------------------------------------------------- weeks
def _week_table(plan: Plan, rows: list[OrderExposure], names: Mapping[str, str]) -> ViewTable:
    """By party and bucket: paid in it, and at its end what is owed, fixed, due if stopped, and carried in stock."""
    carried = carried_value(plan)
    paid = {(party, bucket): cent for party, bucket, cent in plan.supply.cash.frame.select(
        "party", "bucket", "paid_cent").iter_rows()}  # fmt: skip
    parties = sorted({row.party for row in rows} | set(carried) | {party for party, _ in paid})
    starts = plan.supply.buckets.frame.select("bucket", "start_day").rows()[:WEEKS]
    cells: list[tuple[Cell, ...]] = []
    for party in parties:
        mine = [row for row in rows if row.party == party]
        sums = {name: _sum(mine, name, _num(plan)) for name in ("cancel", "fixed", "payable", "planned")}
        stock = carried.get(party, np.zeros(_num(plan)))
        for bucket, day in starts:
            figures = (
                paid.get((party, bucket), 0), sums["payable"][bucket], sums["fixed"][bucket], sums["cancel"][bucket],
                sums["planned"][bucket], stock[bucket],
            )  # fmt: skip
            if any(figures[:4]) or figures[5]:
                label = names.get(party, party) or "no party"
                cells.append((label, plan.program.horizon.date(day), *(musd(float(value)) for value in figures)))
    columns = (
        TableColumn("party", "Party"),
        TableColumn("bucket", "Bucket from"),
        TableColumn("paid_musd", "Paid in it", "MUSD", 2),
        TableColumn("payable_musd", "Delivered, not paid", "MUSD", 2),
        TableColumn("fixed_musd", "Ordered, non-cancellable", "MUSD", 2),
        TableColumn("cancel_musd", "Ordered, due if stopped", "MUSD", 2),
        TableColumn("planned_musd", "Planned, not ordered", "MUSD", 2),
        TableColumn("stock_musd", "Stock carried at standard cost", "MUSD", 2),
    )
    note = (
        "At the end of the bucket, nominal USD. Due if stopped contains what cannot be cancelled. Who carries stock "
        "follows from the terms of its parts: consigned and customer-directed parts stay with the payer; "
        "what lies in a hub is its supplier's until it is pulled, and is paid for from then on."
    )
    return ViewTable(f"By party, the first {WEEKS} buckets", columns, tuple(cells), note)


def _sum(rows: list[OrderExposure], name: str, num: int) -> FloatArray:
    total = np.zeros(num)
    for row in rows:
        total += row.cent * getattr(row.shares, name)
    return total


# --------------------------------------------------------------------------------------------------------------- terms
def _fixed_table(plan: Plan, rows: list[OrderExposure]) -> ViewTable:
    """The next orders that can still be stopped, by the day from which they cannot."""
    horizon = plan.program.horizon
    found: list[tuple[dt.date, str, str, str, dt.date, dt.date, float]] = []
    for row in rows:
        if row.terms is None or row.terms.ncnr_days <= 0:
            continue
        day = max(row.delivery_day - round(row.terms.ncnr_days), row.order_day, 0)
        fixed = horizon.date(day)
        if fixed >= plan.program.as_of:
            found.append((fixed, row.item, row.supplier, row.party, horizon.date(max(row.order_day, 0)),
                          horizon.date(row.delivery_day), musd(row.cent)))  # fmt: skip
    found.sort()
    columns = (
        TableColumn("fixed_on", "Non-cancellable from"),
        TableColumn("item", "Item"),
        TableColumn("supplier", "Supplier"),
        TableColumn("party", "Party"),
        TableColumn("ordered", "Ordered"),
        TableColumn("delivery", "Delivery"),
        TableColumn("value_musd", "Value", "MUSD", 2),
    )
    return ViewTable("Next orders to become non-cancellable", columns, tuple(found[:MOST_LINES]))


def _terms_table(plan: Plan, rows: list[OrderExposure], names: Mapping[str, str]) -> ViewTable:
    """Who pays and who carries, by item and supplier."""
    total: dict[tuple[str, str, str, str], int] = {}
    for row in rows:
        key = (row.item, row.supplier, row.party, row.carrier)
        total[key] = total.get(key, 0) + row.cent
    terms = {(row.item, row.supplier): row for row in plan.program.supply.terms}
    cells: list[tuple[Cell, ...]] = []
    for (item, supplier, party, carrier), cent in sorted(total.items(), key=lambda pair: (-pair[1], pair[0])):
        own = terms.get((item, supplier))
        curve = "" if own is None else ", ".join(f"{d} d {share:.0%}" for d, share in own.cancel_shares)
        cells.append(
            (item, supplier, "no terms" if own is None else own.ownership, names.get(party, party),
             names.get(carrier, carrier), musd(cent), None if own is None else round(own.payment_days),
             None if own is None else round(own.ncnr_days), curve)
        )  # fmt: skip
    columns = (
        TableColumn("item", "Item"),
        TableColumn("supplier", "Supplier"),
        TableColumn("ownership", "Ownership"),
        TableColumn("payer", "Pays"),
        TableColumn("carrier", "Carries the value"),
        TableColumn("value_musd", "Purchases", "MUSD", 2),
        TableColumn("payment_days", "Payment after delivery or pull", "days"),
        TableColumn("ncnr_days", "Non-cancellable within", "days"),
        TableColumn("curve", "Due when cancelled so many days before delivery"),
    )
    return ViewTable("Terms: who pays, who carries", columns, tuple(cells[:MOST_LINES]))


LIABILITY = View(
    "liability",
    "Liability and carried value",
    "Who is liable for how much in each week, what becomes non-cancellable when, and who carries the value?",
    _show,
    in_report=False,
)
