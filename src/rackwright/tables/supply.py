"""What supply hands on: orders, levels, deployments, served workload, loads, causes, content, cash and people."""

from __future__ import annotations

from dataclasses import dataclass

from polars import Boolean, Float64, Int32, Int64, String

from rackwright.base.table import Column, Table
from rackwright.tables.checks import Checks

__all__ = [
    "OPENING_KINDS",
    "Acceptances",
    "Bases",
    "Buckets",
    "Cash",
    "Causes",
    "CellLoads",
    "Content",
    "Deployments",
    "Flows",
    "Headcounts",
    "Levels",
    "Openings",
    "Orders",
    "SafetyStocks",
    "Served",
    "Solves",
    "Supply",
    "Takes",
    "Unsourced",
    "Windows",
]


OPENING_KINDS = ("shift", "line", "source")
"""Kinds of orders that are no goods: what is opened and costs money whatever is made with it."""


class Buckets(Table):
    """Time buckets of the supply plan."""

    bucket = Column(Int32, "bucket, from 0", key=True, ge=0)
    start_day = Column(Int32, "first day", unit="day")
    end_day = Column(Int32, "first day after", unit="day")


class Orders(Table):
    """Everything made, bought, moved and accepted."""

    order = Column(Int32, "id", key=True)
    kind = Column(
        String,
        "make, buy, call (off a commit), open (already placed), ship, accept, claim (given beside racks), and "
        "what is opened, with all it costs: shift, line, source",
    )
    item = Column(String, "item")
    source = Column(String, "plant that makes, supplier, or place shipped from")
    site = Column(String, "plant or campus it goes to")
    start_day = Column(Int32, "release, order or departure", unit="day")
    end_day = Column(Int32, "first day it can be used", unit="day")
    qty = Column(Float64, "pieces", ge=0)
    cost_cent = Column(Int64, "price, conversion or freight", unit="cent", ge=0)
    duty_cent = Column(Int64, "duty", unit="cent", ge=0)
    owner = Column(String, "party that pays")
    demand = Column(String, "tranche whose racks are accepted, or claim that is served; empty for other kinds")


class Takes(Table):
    """What an order uses up: components of units started, the kit of racks placed, pieces of a claim."""

    order = Column(Int32, "order of kind make, accept or claim", key=True, ref="supply.orders.order")
    item = Column(String, "item used", key=True)
    qty = Column(Float64, "pieces, scrap included", ge=0)


class Flows(Table):
    """What comes to a place and is used there in a bucket, where either is not zero."""

    item = Column(String, "item", key=True)
    site = Column(String, "plant or campus", key=True)
    bucket = Column(Int32, "bucket", key=True)
    received = Column(
        Float64, "pieces made, bought, moved in or given", ge=0, formula="stock-balance", inputs=("levels.qty",)
    )
    used = Column(Float64, "pieces built in, moved out or placed", ge=0)


class Levels(Table):
    """Stock at the end of a bucket, where it is not zero."""

    item = Column(String, "item", key=True)
    site = Column(String, "plant or campus", key=True)
    bucket = Column(Int32, "bucket", key=True)
    qty = Column(Float64, "pieces", ge=0)


class Deployments(Table):
    """Racks accepted at a campus."""

    tranche = Column(String, "tranche", key=True)
    bucket = Column(Int32, "bucket", key=True)
    racks = Column(Float64, "racks accepted in the bucket", ge=0)
    cumulative = Column(Float64, "racks accepted so far", ge=0)


class Acceptances(Table):
    """Day by which a tranche is accepted in full if every gate is reached at its 50 % or 80 % date."""

    tranche = Column(String, "tranche", key=True)
    p50_day = Column(Int32, "with gates at 50 %; missing if beyond the horizon", unit="day", nullable=True)
    p80_day = Column(Int32, "with gates at 80 %; missing if beyond the horizon", unit="day", nullable=True)


class Served(Table):
    """Workload rate carried by the accepted racks of a block."""

    workload = Column(String, "workload", key=True)
    block = Column(String, "block", key=True)
    bucket = Column(Int32, "bucket", key=True)
    racks = Column(Float64, "accepted racks given to it", ge=0)
    rate = Column(Float64, "tokens per second carried", unit="tok/s", ge=0)
    wanted = Column(Float64, "tokens per second wanted of this block", unit="tok/s", ge=0)


class CellLoads(Table):
    """Use of work centres, test cells, allocations and lanes."""

    resource = Column(String, "cell, `supplier: item`, hall power, or installation crew", key=True)
    kind = Column(String, "cell, allocation, power, acceptance, lane", key=True)
    bucket = Column(Int32, "bucket", key=True)
    used = Column(Float64, "used", ge=0)
    free = Column(Float64, "left", ge=0)
    unit = Column(String, "hours, pieces, W, racks")
    price = Column(Float64, "worth of one more unit in the plan's objective", unit="USD")


class Causes(Table):
    """Why a tranche is late or short: leaf causes with their share and a relief."""

    demand = Column(String, "tranche", key=True)
    constraint = Column(String, "leaf cause: lead time, supplier, cell, lane, power, readiness, rule", key=True)
    kind = Column(String, "kind of the cause")
    share = Column(Float64, "share of the lateness", ge=0, le=1)
    late_days = Column(
        Float64,
        "mean lateness of the tranche's racks",
        unit="day",
        ge=0,
        formula="mean-lateness",
        inputs=("deployments.racks", "siting.tranches.need_day"),
    )
    relief = Column(String, "cheapest relief tried")
    gain_rack_days = Column(
        Float64, "rack-days the relief wins, by re-solving", unit="rack-days", formula="relief-gain"
    )
    proved = Column(Boolean, "True if the relief was re-solved and helped")


class Content(Table):
    """Traced US value of what was deployed; never called US-made."""

    product = Column(String, "rack SKU, or item made for a block", key=True)
    site = Column(String, "plant that made it", key=True)
    value_cent = Column(Int64, "value of what was deployed", unit="cent", ge=0)
    us_cent = Column(Int64, "value traced to US plants", unit="cent", ge=0)
    share = Column(
        Float64,
        "traced US value share",
        ge=0,
        le=1,
        formula="traced-us-share",
        inputs=("content.us_cent", "content.value_cent"),
    )


class Cash(Table):
    """Payments by party and bucket, nominal."""

    party = Column(String, "party that pays", key=True)
    bucket = Column(Int32, "bucket", key=True)
    paid_cent = Column(Int64, "paid in the bucket", unit="cent")
    liable_cent = Column(Int64, "ordered and not yet paid at its end", unit="cent")


class Headcounts(Table):
    """People needed at a plant."""

    plant = Column(String, "plant", key=True)
    bucket = Column(Int32, "bucket", key=True)
    hours = Column(Float64, "paid hours", unit="h", ge=0)
    heads = Column(Float64, "people at the plant's hours per week", ge=0)


class Windows(Table):
    """Orders in the firm and flexible windows of the plan before: what may be ordered, and what is."""

    item = Column(String, "item", key=True)
    supplier = Column(String, "supplier", key=True)
    site = Column(String, "plant or campus it goes to", key=True)
    lead_days = Column(Int32, "days from order to use", unit="day", key=True)
    bucket = Column(Int32, "bucket of the order", key=True)
    window = Column(String, "window of the delivery: firm, flexible")
    before = Column(Float64, "pieces ordered by the plan before", ge=0)
    least = Column(Float64, "least pieces that the terms allow", ge=0)
    most = Column(Float64, "most pieces that the terms allow", ge=0)
    qty = Column(Float64, "pieces ordered", ge=0)
    stands = Column(Boolean, "False where the program can no longer bring what the window asks for")
    saving = Column(
        Float64, "what one piece more (above 0) or less (below 0) would save", unit="USD", formula="window-saving"
    )


class SafetyStocks(Table):
    """Safety stock that the plan buys and holds."""

    item = Column(String, "item", key=True)
    site = Column(String, "plant or campus it lies at", key=True)
    wanted = Column(Float64, "pieces placed by guaranteed service, or claimed", ge=0)
    held = Column(Float64, "pieces the plan sets aside by the end of the horizon", ge=0)
    from_day = Column(Int32, "day from which all of it is there; none where it never is", unit="day", nullable=True)


class Unsourced(Table):
    """Needed items that nobody makes or sells in this program: they do not gate the plan and are named instead."""

    item = Column(String, "item", key=True)
    qty = Column(Float64, "pieces needed", ge=0)
    reason = Column(String, "no offer, no make, not reachable")


class Openings(Table):
    """Extra shifts of cells, lines and sources that may be opened: open or not, and why."""

    kind = Column(String, "shift, line or source", key=True)
    opening = Column(String, "cell of the shift, or id of the opening", key=True)
    plant = Column(String, "plant it stands in, or supplier")
    order_day = Column(Int32, "day on which it has to be ordered if it opens", unit="day")
    from_day = Column(Int32, "day from which it can be used if it opens", unit="day")
    hours = Column(Float64, "station hours it adds in a week", unit="h", ge=0)
    is_open = Column(Boolean, "True if it opens")
    cost_cent = Column(Int64, "capital and running cost to the end of the plan", unit="cent", ge=0)
    worth_cent = Column(
        Int64,
        "what the plan gains by it with the others as decided, its cost not counted; the most it could where it was "
        "not solved",
        unit="cent",
        ge=0,
    )
    why = Column(String, "how that is known")


class Solves(Table):
    """What the solver said."""

    model = Column(String, "which model", key=True)
    status = Column(String, "optimal, limit, infeasible")
    objective = Column(Float64, "objective", unit="USD")
    bound = Column(Float64, "best bound", unit="USD")
    gap = Column(Float64, "relative gap", ge=0)
    num_rows = Column(Int32, "rows", ge=0)
    num_columns = Column(Int32, "columns", ge=0)
    iterations = Column(Int64, "iterations", ge=0)


class Bases(Table):
    """Where the linear program stands at its optimum, by name, so that a changed one can be solved from there."""

    part = Column(String, "column or row; price of a row, where prices prove the bound", key=True)
    family = Column(String, "family of columns or rows", key=True)
    name = Column(String, "what it is about", key=True)
    status = Column(String, "a digit for each bucket: 1 basic, 0 lower, 2 upper side, 9 left out; prices in USD")


@dataclass(frozen=True)
class Supply:
    """Result of the stage."""

    buckets: Buckets
    orders: Orders
    takes: Takes
    flows: Flows
    levels: Levels
    deployments: Deployments
    acceptances: Acceptances
    served: Served
    loads: CellLoads
    causes: Causes
    content: Content
    cash: Cash
    headcounts: Headcounts
    unsourced: Unsourced
    openings: Openings
    safety_stocks: SafetyStocks
    windows: Windows
    solves: Solves
    bases: Bases
    checks: Checks
    omissions: tuple[str, ...]
