"""supply.yaml: what is made and bought where, by whom, on which terms, and what already exists?"""

from __future__ import annotations

import re
from typing import Final, Literal

from pydantic import Field

from rackwright.base.units import Estimate
from rackwright.program.entry import (
    CountEstimate,
    Date,
    DaysEstimate,
    Entry,
    FlowLpm,
    HoursEstimate,
    Id,
    MassKg,
    MoneyEstimate,
    PowerW,
    Share,
    ShareEstimate,
    TimeDays,
)
from rackwright.program.shifts import ExtraShift

__all__ = [
    "BomRow",
    "Cell",
    "Claim",
    "Commit",
    "ContentRule",
    "Duty",
    "ExtraShift",
    "Item",
    "JobMultiplier",
    "Lane",
    "Make",
    "Offer",
    "OpenOrder",
    "Plant",
    "Ramp",
    "RampPoint",
    "RouteStep",
    "Rung",
    "Stock",
    "Supplier",
    "Terms",
]

_DATA_CENTRE: Final = re.compile(r"\bdata[ -]?cent(re|er)s?\b", re.IGNORECASE)


class Plant(Entry):
    """A place where items are made, tested, stocked."""

    id: Id
    """Name of the plant."""
    name: str
    """Name for people."""
    country: str
    """Country, ISO 3166 alpha-2."""
    state: str = ""
    """State or region."""
    kind: Literal["plant", "hub"] = "plant"
    """A plant makes and tests; a hub only stocks."""
    power_w: PowerW | None = Field(default=None, alias="test_power")
    """Power available for racks on test."""
    flow_lpm: FlowLpm | None = Field(default=None, alias="test_coolant")
    """Coolant flow available for racks on test."""
    hours_per_head_week: float = Field(default=40.0, gt=0, le=80)
    """Paid hours of one person and week."""
    staff: float = Field(default=0.0, ge=0)
    """Trained people there when the plan begins."""
    training: tuple[tuple[float, float], ...] = Field(default=(), alias="training_ramp")
    """Pairs (weeks since hiring, share of full pace) by which new people learn; full after the last."""
    bonded: bool = False
    """True for a foreign-trade zone or bonded warehouse: duty is due when goods, or what is made of them, leave it into
    the country, by the rules of that day."""


class Supplier(Entry):
    """Somebody items are bought from. Invented suppliers are called `Supplier A` and the like."""

    id: Id
    """Name of the supplier."""
    name: str
    """Name for people."""
    country: str
    """Country it ships from."""


class Item(Entry):
    """Something planned: made, bought, or a phantom level."""

    id: Id
    """Item number."""
    name: str = ""
    """Name for people."""
    part: str = ""
    """Catalog part it is; the item id where the catalog has a part of that id."""
    generation: int | None = None
    """Hardware generation it belongs to; none when shared."""
    phantom: bool = False
    """True if it is never stocked: its components go straight into the parent."""
    unit: str = "each"
    """Unit of measure."""
    cost: MoneyEstimate | None = None
    """Standard cost; the catalog's price class where empty."""
    hts: str = ""
    """Tariff heading; the catalog's where empty."""
    mass_kg: MassKg | None = Field(default=None, alias="mass")
    """Mass; the catalog's where empty."""
    lead_by: Literal["supply", "schedule"] = "supply"
    """Which stage dates it: rate material by supply, site plant, tooling and NPI material by schedule."""


class BomRow(Entry):
    """So many of a component in one parent."""

    parent: str
    """Item, configuration SKU or catalog part."""
    component: str
    """Item."""
    qty: float = Field(gt=0, le=1e6)
    """Components in one parent."""
    scrap_share: Share = Field(default=0.0, alias="scrap")
    """Share of components lost when building the parent."""
    start: Date | None = Field(default=None, alias="from")
    """Effective from."""
    end: Date | None = Field(default=None, alias="to")
    """Effective until (first day no longer)."""
    group: str = ""
    """Alternate group; rows of a parent with one group replace each other."""
    priority: int = Field(default=1, ge=1)
    """Preference within the group; 1 first."""
    qualified: Date | None = None
    """Day the alternate is qualified; the later of this and `from` wins."""
    tranches: tuple[str, ...] = ()
    """Tranches whose racks take the row, in which it replaces rows of its group that name none; empty for all."""
    on_change: Literal["use-as-is", "rework", "scrap"] = "use-as-is"
    """What becomes of pieces that are left when an engineering change takes this row out."""
    rework_cost: MoneyEstimate = Field(default=Estimate(0, 0, 0))
    """Cost of reworking one such piece."""


class Cell(Entry):
    """A work centre or test cell."""

    id: Id
    """Name of the cell."""
    plant: str
    """Plant it stands in."""
    kind: Literal[
        "assembly",
        "smt",
        "l10-test",
        "l11-test",
        "l12-test",
        "leak-test",
        "burn-in",
        "cable",
        "power",
        "cooling",
        "packaging",
    ]
    """What it does."""
    stations: int = Field(gt=0)
    """Parallel stations."""
    hours_per_week: float = Field(gt=0, le=168)
    """Hours a station runs in a week."""
    extra_shift: ExtraShift | None = None
    """A shift that may be opened besides."""
    utilisation_share: Share = Field(default=0.85, alias="utilisation")
    """Share of those hours that can be planned."""
    station_w: PowerW | None = Field(default=None, alias="station_power")
    """Power drawn by one busy station."""
    station_lpm: FlowLpm | None = Field(default=None, alias="station_coolant")
    """Coolant used by one busy station."""
    ramp: str = ""
    """Ramp that scales its capacity."""
    start: Date | None = Field(default=None, alias="from")
    """First day it runs."""
    golden_units: int = Field(default=0, ge=0)
    """Good units it keeps to test against, of every item it tests: the first ones of a line, before racks. A cell that
    tests on the first day of the plan has them already."""


class RampPoint(Entry):
    """Rate and yield reached on a date; linear between points."""

    date: Date
    """Day."""
    rate_share: Share = Field(alias="rate")
    """Share of full rate."""
    yield_share: Share = Field(default=1.0, alias="yield")
    """Share of units good at first pass relative to the mature line."""


class Ramp(Entry):
    """How a line or an allocation grows."""

    id: Id
    """Name of the ramp."""
    points: tuple[RampPoint, ...] = Field(min_length=1)
    """In order of date."""
    gate: str = ""
    """Gate `project.activity` before which nothing is made; dates shift with it."""


class Make(Entry):
    """An item can be made at a plant."""

    item: str
    """Item."""
    plant: str
    """Plant."""
    lead_days: DaysEstimate = Field(alias="lead_time")
    """From release to stock, without waiting for components."""
    cost: MoneyEstimate = Field(default=Estimate(0, 0, 0))
    """Conversion cost of one unit, without components."""
    labour_hours: CountEstimate = Field(default=Estimate(0, 0, 0))
    """Paid hours in one unit."""
    trade: str = ""
    """Trade of those hours, such as `assembler` or `test technician`; paid hours are then told by trade."""
    yield_share: ShareEstimate = Field(default=Estimate(1, 1, 1), alias="yield")
    """Good units out of units started, scrap only; failed units that are repaired go round in `routes`."""
    min_lot: float = Field(default=0.0, ge=0)
    """Smallest lot; `lot_sizes` names lots below it."""
    setup_cost: MoneyEstimate = Field(default=Estimate(0, 0, 0))
    """Cost of setting a line up for a lot (view `lot_sizes`)."""
    start: Date | None = Field(default=None, alias="from")
    """First day."""
    end: Date | None = Field(default=None, alias="to")
    """First day no longer."""
    gate: str = ""
    """Gate `project.activity` that qualifies the line for the item."""


class RouteStep(Entry):
    """One step of making an item at a plant: the cell it uses and for how long."""

    item: str
    """Item."""
    plant: str
    """Plant."""
    step: int = Field(ge=1)
    """Order of the step."""
    cell: str
    """Cell used."""
    hours: HoursEstimate
    """Station time of one unit and pass [s inside, hours outside]."""
    first_pass_share: Share = Field(default=1.0, alias="first_pass_yield")
    """Share that passes at once; the rest goes round."""
    debug_hours: HoursEstimate = Field(default=Estimate(0, 0, 0), alias="debug")
    """Extra station time of a failed unit before it is tried again."""
    setup_hours: HoursEstimate = Field(default=Estimate(0, 0, 0), alias="setup")
    """Time of the cell that each lot of the item takes before its first unit (view `lot_sizes`)."""


class Offer(Entry):
    """A supplier offers an item to a plant, or to every plant."""

    item: str
    """Item."""
    supplier: str
    """Supplier."""
    plant: str = ""
    """Plant (or site) it ships to; empty for all."""
    price: MoneyEstimate
    """Price of one unit."""
    lead_days: DaysEstimate = Field(alias="lead_time")
    """From order acceptance to arrival at the supplier's dock."""
    per_week: CountEstimate = Field(alias="allocation_per_week")
    """Units a week allocated to this end customer."""
    available_share: Share = Field(default=1.0, alias="available_share")
    """Share of that allocation that is really ours."""
    minimum: float = Field(default=0.0, ge=0)
    """Smallest order."""
    multiple: float = Field(default=1.0, gt=0)
    """Order multiple."""
    origin: str
    """Country of origin for duty."""
    us_value_share: Share = Field(default=0.0, alias="traced_us_value")
    """Share of the price traced to US plants."""
    qualified: Date | None = None
    """Day from which deliveries may be used."""
    gate: str = ""
    """Gate `project.activity` that qualifies the source; the later of the two wins."""
    ramp: str = ""
    """Ramp of the allocation."""
    split_max_share: Share = Field(default=1.0, alias="split_max")
    """Highest share of an item's purchases from this source."""


class Rung(Entry):
    """One rung of the commitment ladder for an item and supplier."""

    rung: Literal["forecast", "letter-of-intent", "reservation", "deposit", "cancellable-order", "firm-order"]
    """How firmly we commit."""
    fee_share: Share = Field(default=0.0, alias="fee")
    """Fee as a share of the price."""
    refund_share: Share = Field(default=0.0, alias="refund")
    """Share of the fee that comes back or is deducted from a later order."""
    refund_when: Literal["ordered", "always"] = Field(default="ordered", alias="refund_if")
    """When the refund comes: only for what is ordered later (deducted from its price), or in any case."""
    lead_days: DaysEstimate | None = Field(default=None, alias="lead_time")
    """Lead time that remains after this rung."""
    expires_days: TimeDays | None = Field(default=None, alias="expires_after")
    """How long the rung holds."""
    per_week: float | None = Field(default=None, ge=0, alias="secures_per_week")
    """Units a week it secures."""
    held_from: Date | None = None
    """Day from which it is held, because it was taken already; orders of these days may reach what it secures."""


class Terms(Entry):
    """Terms of trade for an item and supplier."""

    item: str
    """Item."""
    supplier: str
    """Supplier."""
    ownership: Literal["turnkey", "buy-sell", "consigned", "customer-directed"] = "turnkey"
    """Who buys and owns the material."""
    payer: str = ""
    """Party that pays."""
    firm_days: TimeDays = Field(default=0.0, alias="firm_window")
    """Days to delivery within which orders cannot move: a new plan from an earlier one (`whatif`, `plan --incumbent`)
    keeps them and adds none."""
    flexible_days: TimeDays = Field(default=0.0, alias="flexible_window")
    """Days to delivery within which orders may change by `flexible_share`."""
    flexible_share: Share | None = None
    """Share by which pieces ordered inside the flexible window may change; left out, they are free."""
    cancel_shares: tuple[tuple[int, float], ...] = Field(default=(), alias="cancellation_curve")
    """Pairs (days before delivery, share of price due when cancelled)."""
    ncnr_days: TimeDays = Field(default=0.0, alias="non_cancellable_within")
    """Days before delivery from which an order is non-cancellable."""
    payment_days: TimeDays = Field(default=30.0, alias="payment")
    """Days from delivery to payment."""
    hub: bool = False
    """True if stock lies in the supplier's hub (VMI): the supplier carries its value until it is used or sent on, and
    payment counts from then."""
    rungs: tuple[Rung, ...] = ()
    """Commitment ladder."""


class Commit(Entry):
    """What a supplier has confirmed."""

    item: str
    """Item."""
    supplier: str
    """Supplier."""
    date: Date
    """Delivery day confirmed."""
    qty: float = Field(gt=0)
    """Quantity confirmed."""
    confirmed_on: Date
    """Day of the confirmation; the plan shows its age."""


class Lane(Entry):
    """How goods move between places."""

    origin: str = Field(alias="from")
    """Plant, supplier, or country (such as `TW`)."""
    destination: str = Field(alias="to")
    """Plant, site, or country; `*` for all. The most specific lane wins."""
    mode: Literal["air", "sea", "road", "rail"] = "road"
    """Mode of transport."""
    days: DaysEstimate = Field(alias="transit")
    """Door to door."""
    usd_per_kg: float = Field(default=0.0, ge=0)
    """Freight per kilogram [USD/kg]."""
    kg_per_week: float | None = Field(default=None, gt=0)
    """Capacity [kg/week]."""


class Duty(Entry):
    """A dated duty rule applied when goods enter the country of destination."""

    id: Id
    """Name of the rule."""
    authority: str
    """Law or proclamation."""
    country: str = "US"
    """Country that levies it."""
    hts_prefix: str = ""
    """Tariff heading prefix it covers; empty for all."""
    origin: str = ""
    """Country of origin it covers; empty for all."""
    end_use: str = ""
    """End use it is for, in words: it then applies only to goods for campuses of that end use (`sites.end_uses`)."""
    rate_share: Share = Field(alias="rate")
    """Ad valorem rate."""
    start: Date = Field(alias="from")
    """First day."""
    end: Date | None = Field(default=None, alias="to")
    """First day no longer."""
    stacks: bool = True
    """True if it adds to other rules; False if the highest non-stacking rule replaces the others."""

    @property
    def is_for_data_centres(self) -> bool:
        """True if the words of its end use name a data centre."""
        return _DATA_CENTRE.search(self.end_use) is not None


class Stock(Entry):
    """What is on hand."""

    item: str
    """Item."""
    plant: str
    """Plant, hub or site."""
    qty: float = Field(ge=0)
    """Quantity."""
    status: Literal["free", "allocated", "hold"] = "free"
    """Only free stock is planned."""
    as_of: Date | None = None
    """Day of the count."""


class OpenOrder(Entry):
    """An order already placed; dated by its promise, not by a lead time."""

    item: str
    """Item."""
    supplier: str
    """Supplier."""
    plant: str
    """Place it goes to."""
    promised: Date
    """Promised arrival."""
    qty: float = Field(gt=0)
    """Quantity."""


class Claim(Entry):
    """Pieces asked for beside racks: they compete with builds for what is on hand, in transit and confirmed."""

    item: str
    """Item."""
    plant: str
    """Plant or site that asks."""
    kind: Literal["sample", "spare", "return", "safety-stock"]
    """Engineering sample, spare part, replacement of a returned unit, or safety stock (after racks in any case)."""
    qty: float = Field(gt=0)
    """Quantity."""
    date: Date | None = None
    """Day it is wanted."""
    before_racks: bool = True
    """True if it is served before racks are built; False if it takes what racks leave."""


class JobMultiplier(Entry):
    """Jobs elsewhere for one at a plant, from a source of the user's own; none is built in."""

    id: Id
    """Name of the multiplier."""
    plant: str = ""
    """Plant it holds for; empty for all."""
    indirect: float = Field(ge=0, le=20)
    """Jobs at suppliers for one job at the plant."""
    induced: float = Field(default=0.0, ge=0, le=20)
    """Jobs from what these people spend, for one job at the plant."""


class ContentRule(Entry):
    """A legal content test, for those it binds; never applied to the traced share."""

    id: Id
    """Name of the rule."""
    authority: str
    """Law or clause."""
    threshold_share: Share = Field(alias="threshold")
    """Share to reach."""
    basis: Literal["component-cost", "transaction-value", "net-cost"]
    """What the share is of."""
    start: Date = Field(alias="from")
    """Delivered from."""
    end: Date | None = Field(default=None, alias="to")
    """Delivered before."""
    binds: tuple[str, ...] = ()
    """End products it is tested for; empty for none."""
    waived: str = ""
    """Why the test is waived for them, such as commercial information technology; empty if it is not."""
