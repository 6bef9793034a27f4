"""How many whole racks are clear to build in each of the next 13 weeks, what is short, who gets scarce parts?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from rackwright.plan import Plan
from rackwright.program.supply import Claim
from rackwright.supply.clear_to_build import (
    ClearRequest,
    ClearToBuild,
    Held,
    RackOrder,
    SkuWindow,
    clear_to_build,
)
from rackwright.supply.golden import GoldenUnits, golden_units
from rackwright.supply.lots import Lot, Shortage
from rackwright.supply.readiness import ReadyDays, ready_days
from rackwright.supply.trade import LaneBook
from rackwright.views.absent import absent
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["CLEAR_TO_BUILD", "clear_request"]

WEEKS, DAYS_PER_WEEK = 13, 7
STATES = ("ordered", "released", "planned")
MOST_SCARCE, MOST_HELD = 40, 6
NEARLY = 1e-6
NOT_GIVEN = "not given: too late, elsewhere, or of no use alone"
ON_HAND, IN_TRANSIT, CONFIRMED = "on hand", "in transit", "confirmed"


def clear_request(plan: Plan, *, weeks: int = WEEKS) -> ClearRequest:
    """What a plan's program has on hand, in transit and confirmed, and the racks that still have to be built."""
    supply, ready = plan.program.supply, _ready(plan)
    sourced = {row.item for row in supply.makes} | {row.item for row in supply.offers}
    sourced |= {row.item for row in supply.stock} | {row.item for row in supply.open_orders}
    sourced |= set(plan.siting.tranches["configuration"].to_list())
    line_days, windows = _line_days(plan, ready), _windows(plan, ready)
    return ClearRequest(
        horizon=plan.program.horizon,
        weeks=weeks,
        lots=_lots(plan),
        orders=_orders(plan),
        claims=(*_build_claims(plan, weeks), *supply.claims),
        makes=supply.makes,
        line_days=line_days,
        windows=windows,
        structure=plan.bom.structure,
        items=plan.bom.items,
        sourced=frozenset(sourced),
        transit_days=_transit_days(plan),
        golden=_golden(plan, line_days, windows),
    )


def _line_days(plan: Plan, ready: ReadyDays) -> tuple[float, ...]:
    """Day from which each make may run."""
    horizon = plan.program.horizon
    return tuple(
        float(
            max(
                0 if row.start is None else horizon.day(row.start),
                ready.gate(row.gate),
                ready.thing("line", row.plant),
            )
        )
        for row in plan.program.supply.makes
    )


def _golden(plan: Plan, line_days: tuple[float, ...], windows: tuple[SkuWindow, ...]) -> tuple[GoldenUnits, ...]:
    """Golden units of every line that the plan runs, from the day on which it may start a unit."""
    used = set(plan.supply.orders.frame.filter(kind="make").select("item", "site").iter_rows())
    supply, sku_days = plan.program.supply, {row.sku: row.from_day for row in windows}
    starts: dict[tuple[str, str], tuple[float, float]] = {}
    for row, line in zip(supply.makes, line_days, strict=True):
        if (row.item, row.plant) in used:
            first = (max(line, sku_days.get(row.item, 0.0), 0.0), row.lead_days.value)
            starts[row.item, row.plant] = min(first, starts.get((row.item, row.plant), first))
    return golden_units(supply.cells, supply.routes, starts, plan.program.horizon)


def _build_claims(plan: Plan, weeks: int) -> tuple[Claim, ...]:
    """Parts of engineering builds that start in these weeks: samples, which come before racks.

    A build whose project names no plant takes them where most of them lie.
    """
    held: dict[str, dict[str, float]] = {}
    for stock in plan.program.supply.stock:
        places = held.setdefault(stock.item, {})
        places[stock.plant] = places.get(stock.plant, 0.0) + stock.qty
    claims = []
    soon = plan.schedule.part_needs.frame.filter(pl.col("day") < weeks * DAYS_PER_WEEK).sort("day", "activity", "item")
    for item, plant, qty, day in soon.select("item", "plant", "qty", "day").iter_rows():
        places = held.get(item, {})
        lies = max(places, key=lambda place: (places[place], place), default="")
        date = plan.program.horizon.date(max(day, 0))
        claims.append(Claim(item=item, plant=plant or lies, kind="sample", qty=qty, date=date))
    return tuple(claims)


def _ready(plan: Plan) -> ReadyDays:
    return ready_days(plan.schedule.gates, plan.schedule.readiness, plan.program.policy.ready_at)


def _lots(plan: Plan) -> tuple[Lot, ...]:
    supply, horizon = plan.program.supply, plan.program.horizon
    held = [Lot(0.0, row.item, row.plant, row.qty, ON_HAND) for row in supply.stock if row.status == "free"]
    coming = [
        Lot(float(max(0, horizon.day(row.promised))), row.item, row.plant, row.qty, IN_TRANSIT)
        for row in supply.open_orders
    ]
    confirmed = [
        Lot(float(max(0, horizon.day(row.date))), row.item, row.supplier, row.qty, CONFIRMED) for row in supply.commits
    ]
    return tuple(lot for lot in (*held, *coming, *confirmed) if lot.qty > 0)


def _orders(plan: Plan) -> tuple[RackOrder, ...]:
    names = ["tranche", "configuration", "racks", "accepted_racks", "need_day", "state"]
    rows = [row for row in plan.siting.tranches.frame.select(names).rows() if row[5] in STATES]
    rows.sort(key=lambda row: (STATES.index(row[5]), row[4], row[0]))
    return tuple(RackOrder(row[0], row[1], row[2] - row[3], row[4]) for row in rows if row[2] > row[3])


def _windows(plan: Plan, ready: ReadyDays) -> tuple[SkuWindow, ...]:
    horizon = plan.program.horizon
    found = []
    for platform in plan.program.platforms:
        available = 0 if platform.available is None else max(0, horizon.day(platform.available))
        for sku in platform.configurations:
            first = 0 if sku.start is None else horizon.day(sku.start)
            last = float("inf") if sku.end is None else float(horizon.day(sku.end))
            found.append(SkuWindow(sku.id, max(first, ready.thing("platform", platform.id, available)), last))
    return tuple(found)


def _transit_days(plan: Plan) -> Mapping[tuple[str, str], float]:
    """Days from every place where something is to every plant, by the quickest lane; no entry where none leads."""
    supply = plan.program.supply
    country = {row.id: row.country for row in supply.suppliers} | {row.id: row.country for row in supply.plants}
    country |= {site.id: site.country for site in plan.program.sites}
    book = LaneBook(supply.lanes, country)
    found: dict[tuple[str, str], float] = {}
    for origin in sorted(country):
        for plant in sorted({row.id for row in supply.plants} | {site.id for site in plan.program.sites}):
            routes = book.routes(origin, plant)
            if routes and origin != plant:
                found[origin, plant] = min(route.days for route in routes)
    return found


# --------------------------------------------------------------------------------------------------------------- shown
@dataclass(frozen=True)
class _Owner:
    """Who has to act on an item, and who would send it."""

    owner: str
    supplier: str
    next_day: str


def _show(plan: Plan) -> Shown:
    if not len(plan.supply.buckets):
        return absent(plan, "Nothing to build", "supply")
    request = clear_request(plan)
    answer = clear_to_build(request)
    racks, held = len(answer.racks), sum(row.racks for row in answer.held)
    short = {shortage.item for row in answer.held for shortage in row.shortages}
    lead = (
        f"{counted(racks, 'rack')} of {counted(racks + held, 'rack')} still to be built are clear to build within "
        f"{WEEKS} weeks of {plan.program.horizon.start}; {counted(len(short), 'part')} of the next racks are short."
    )
    tables = (
        _week_table(plan, request, answer),
        _shortage_table(plan, answer),
        _scarce_table(answer, short),
    )
    return Shown(lead, tables)


def _week_table(plan: Plan, request: ClearRequest, answer: ClearToBuild) -> ViewTable:
    starts = [plan.program.horizon.date(week * DAYS_PER_WEEK).isoformat() for week in range(WEEKS)]
    held = {row.tranche: row for row in answer.held if row.racks}
    shown = _next_held(answer)
    rows: list[tuple[Cell, ...]] = []
    for order in request.orders:
        weeks = [0] * WEEKS
        finished = 0
        for rack in answer.racks:
            if rack.tranche == order.tranche:
                weeks[min(int(rack.day // DAYS_PER_WEEK), WEEKS - 1)] += 1
                finished += rack.is_finished
        if sum(weeks) or order.tranche in shown:
            need = plan.program.horizon.date(order.need_day)
            rows.append((order.tranche, order.sku, need, order.racks, sum(weeks), finished,
                         _why(held.get(order.tranche)), *weeks))  # fmt: skip
    columns = (
        TableColumn("tranche", "Tranche"),
        TableColumn("configuration", "Rack"),
        TableColumn("need", "Need"),
        TableColumn("racks", "To build"),
        TableColumn("clear", "Clear"),
        TableColumn("finished", "of them finished"),
        TableColumn("held_by", "The next one lacks"),
        *(TableColumn(f"week_{start}", start) for start in starts),
    )
    note = (
        "Whole racks by the week in which their kit is complete at a plant: ordered before released before planned, "
        f"then by need. Only material counts; of the tranches without a clear rack the next {MOST_HELD} are shown."
    )
    return ViewTable("Racks clear to build by week", columns, tuple(rows), note)


def _next_held(answer: ClearToBuild) -> set[str]:
    """The tranches whose next rack is held, the first in line only."""
    return {row.tranche for row in [held for held in answer.held if held.racks][:MOST_HELD]}


def _why(held: Held | None) -> str:
    if held is None:
        return ""
    if held.line:
        return held.line
    names = [f"{shortage.item} ({_whole_pieces(shortage):,})" for shortage in held.shortages[:3]]
    more = len(held.shortages) - len(names)
    return ", ".join(names) + (f" and {more} more" if more > 0 else "")


def _whole_pieces(shortage: Shortage) -> int:
    """Pieces to get, scrap included, in whole ones."""
    return math.ceil(shortage.qty - NEARLY)


def _shortage_table(plan: Plan, answer: ClearToBuild) -> ViewTable:
    rows: list[tuple[Cell, ...]] = []
    shown = _next_held(answer)
    for held in (row for row in answer.held if not row.racks or row.tranche in shown):
        for shortage in held.shortages:
            who = _owner(plan, shortage)
            missing = _whole_pieces(shortage)
            rows.append((held.tranche, shortage.item, shortage.place, missing, held.racks or None, who.owner,
                         who.supplier, who.next_day))  # fmt: skip
    columns = (
        TableColumn("tranche", "Held"),
        TableColumn("item", "Short"),
        TableColumn("place", "At"),
        TableColumn("missing", "Missing for the next rack"),
        TableColumn("racks", "Racks held"),
        TableColumn("owner", "Owner"),
        TableColumn("supplier", "From"),
        TableColumn("next", "Next on the way"),
    )
    return ViewTable("Shortages", columns, tuple(rows), "Missing after everything before it in line has its parts.")


def _owner(plan: Plan, shortage: Shortage) -> _Owner:
    """The owner of the item, else of its quickest offer or its plant, else the manufacturer."""
    supply, horizon = plan.program.supply, plan.program.horizon
    offers = sorted(
        (row.lead_days.value, row.supplier, row.owner) for row in supply.offers if row.item == shortage.item
    )
    makers = sorted(row.plant for row in supply.makes if row.item == shortage.item)
    owners = [row.owner for row in supply.items if row.id == shortage.item]
    owners += [owner for _, _, owner in offers]
    owners += [plant.owner for plant in supply.plants if plant.id in {*makers, shortage.place}]
    owners += [party.id for party in plan.program.parties if party.role == "manufacturer"]
    later = [row.promised for row in supply.open_orders if row.item == shortage.item]
    later += [row.date for row in supply.commits if row.item == shortage.item]
    after = horizon.date(WEEKS * DAYS_PER_WEEK)
    coming = min((day for day in later if day >= after), default=None)
    source = offers[0][1] if offers else (makers[0] if makers else "")
    return _Owner(next((name for name in owners if name), ""), source, "" if coming is None else coming.isoformat())


def _scarce_table(answer: ClearToBuild, short: set[str]) -> ViewTable:
    """Who got the parts of which there is not enough."""
    rows: list[tuple[Cell, ...]] = []
    for item in sorted(short)[:MOST_SCARCE]:
        mine = [row for row in answer.given if row.item == item]
        takers: dict[str, float] = {}
        for row in mine:
            takers[row.taker] = takers.get(row.taker, 0.0) + row.qty
        left = sum(lot.qty for lot in answer.left if lot.item == item)
        rows += [(item, taker, qty) for taker, qty in takers.items()]
        if left > 0:
            rows.append((item, NOT_GIVEN, left))
    columns = (TableColumn("item", "Item"), TableColumn("taker", "Given to"), TableColumn("qty", "Pieces", "", 1))
    note = "Golden units come first; claims (samples, spares, returns) before racks or after them as each row says."
    return ViewTable("Scarce parts and who gets them", columns, tuple(rows), note)


CLEAR_TO_BUILD = View(
    "clear_to_build",
    "Clear to build",
    "How many whole racks are clear to build in each of the next 13 weeks, what is short, and who gets scarce parts?",
    _show,
    in_report=False,
)
