"""The planned world as plain rows: who can make, buy, call off, move and accept what, where and when.

A buffer is an item at a place. Quantities of rows are pieces; money is USD for one piece; days count from the
horizon's start. Capacities are arrays over buckets. Everything here is data; `scope` makes it, `assemble` turns it
into a linear program, `causes` makes variants of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rackwright.supply.timing import Grid, Window

__all__ = [
    "Acceptance",
    "Allocation",
    "Blocked",
    "Buy",
    "Call",
    "Capacity",
    "Cell",
    "Choice",
    "Claimed",
    "Make",
    "Network",
    "Opening",
    "Option",
    "Receipt",
    "Ship",
]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Option:
    """One way to fill a choice: `(buffer, pieces)` taken when it is used, effective in a window."""

    priority: int
    window: Window
    takes: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Choice:
    """Options that replace each other; `must` is True if one of them has to be used."""

    name: str
    must: bool
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Make:
    """An item made at a plant; quantities are units started."""

    item: str
    plant: str
    buffer: int
    window: Window
    lead_days: float
    cost_usd: float
    labour_hours: float
    yield_share: float
    us_share: float
    choices: tuple[Choice, ...]
    steps: tuple[tuple[int, FloatArray], ...]
    """Pairs of cell and expected station hours of one started unit in each bucket."""


@dataclass(frozen=True)
class Held:
    """What the terms let change of the orders of a plan before, one entry per bucket.

    Parameters
    ----------
    windows
        Window in which a delivery ordered in the bucket lies: firm, flexible or forecast.
    ordered
        Pieces that the plan before orders.
    asked, most
        Least and most pieces that the windows allow; 0 and infinite where they leave it free.
    least
        What is asked, as far as it can be had.
    """

    windows: tuple[str, ...]
    ordered: FloatArray
    asked: FloatArray
    least: FloatArray
    most: FloatArray


@dataclass(frozen=True)
class Buy:
    """An offer ordered for a place; `dock_days` to the supplier's dock, `transit_days` from there.

    `first_dock_day` is the first day at the dock that qualification, gates and confirmed deliveries allow, however
    short the lead time; 0 where none of them says anything.
    """

    item: str
    supplier: str
    place: str
    buffer: int
    window: Window
    dock_days: float
    transit_days: float
    price_usd: float
    freight_usd: float
    duty_usd: FloatArray
    us_share: float
    allocation: int
    lane: int
    minimum: float = 0.0
    multiple: float = 1.0
    first_dock_day: float = 0.0
    held: Held | None = None


@dataclass(frozen=True)
class Call:
    """Pieces a supplier has confirmed for a day, taken to a place at the offer's price."""

    item: str
    supplier: str
    place: str
    buffer: int
    arrival_day: float
    price_usd: float
    freight_usd: float
    duty_usd: float
    us_share: float
    commit: int


@dataclass(frozen=True)
class Ship:
    """An item moved between two places."""

    item: str
    origin: str
    place: str
    from_buffer: int
    buffer: int
    window: Window
    days: float
    freight_usd: float
    duty_usd: FloatArray
    lane: int


@dataclass(frozen=True)
class Blocked:
    """Why racks can never be placed: the constraint, its kind as of a cause, and what would relieve it."""

    constraint: str
    kind: str
    relief: str


@dataclass(frozen=True)
class Acceptance:
    """Racks of a tranche in one hall.

    `takes` is what one rack consumes when it is placed, but for `follows`; `blocked` is why it can never be, None if it
    can.
    """

    tranche: str
    block: str
    hall: str
    site: str
    sku: str
    racks: float
    need_day: float
    accept_days: float
    place_window: Window
    is_placed: bool
    power_w: float
    value_usd: float
    takes: tuple[tuple[int, float], ...]
    blocked: Blocked | None = None
    follows: tuple[tuple[int, float], ...] = ()
    """What of `takes` may come `follow_days` after the rack was placed, by the tranche's short-ship rule."""
    follow_days: float = 0.0

    def after_days(self, buffer: int) -> float:
        """Days after placing on which the first piece of a buffer is needed; above 0 where all of them may follow."""
        needed, later = dict(self.takes)[buffer], dict(self.follows).get(buffer, 0.0)
        return self.follow_days if later >= needed else 0.0


@dataclass(frozen=True)
class Receipt:
    """Pieces that come whatever is planned: stock on hand (day 0) or an order already placed."""

    item: str
    supplier: str
    place: str
    buffer: int
    day: float
    qty: float
    is_order: bool


@dataclass(frozen=True)
class Claimed:
    """Pieces wanted beside racks: an engineering sample, a spare, a replacement of a returned unit.

    `weight` is the price of a late day of the pieces of one rack, in late days of a rack: above 1 the pieces come
    before racks, below 1 they take what racks leave.
    """

    name: str
    item: str
    place: str
    buffer: int
    qty: float
    want_day: float
    weight: float


@dataclass(frozen=True)
class Capacity:
    """A ceiling in each bucket."""

    name: str
    limit: FloatArray


@dataclass(frozen=True)
class Cell:
    """A work centre: hours in each bucket, and what a busy station draws of its plant's test power and coolant."""

    id: str
    plant: str
    hours: FloatArray
    week_hours: float
    station_w: float
    station_lpm: float


@dataclass(frozen=True)
class Allocation:
    """Pieces of an offer that can be ordered in each bucket, and its highest share of the item."""

    name: str
    item: str
    supplier: str
    limit: FloatArray
    split_max_share: float


@dataclass(frozen=True)
class Opening:
    """A yes or no that costs money whatever is made with it: an extra shift, a line, the qualification of a source.

    Parameters
    ----------
    kind, name, plant
        What it is, of which row of the program, and where it stands.
    party
        Who pays.
    state
        Open, closed, or asked: then the program has a column for it between no and yes.
    order_day, from_day
        Day on which it has to be ordered, and from which it can be used.
    once_usd
        Paid once, when it can be used.
    running_usd
        Cost of each bucket in which it runs, paid in it.
    hours
        Station hours it adds to cells, by number and bucket; in the cells already where it is open.
    pieces
        What it adds to allocations, likewise.
    """

    kind: str
    name: str
    plant: str
    party: str
    state: Literal["open", "closed", "asked"]
    order_day: float
    from_day: float
    once_usd: float
    running_usd: FloatArray
    hours: tuple[tuple[int, FloatArray], ...] = ()
    pieces: tuple[tuple[int, FloatArray], ...] = ()

    @property
    def cost_usd(self) -> float:
        """Cost to the end of the plan [USD]."""
        return self.once_usd + float(self.running_usd.sum())

    @property
    def is_open(self) -> bool:
        """True where the answer is yes."""
        return self.state == "open"


@dataclass(frozen=True)
class Network:
    """All rows; see the module's text for units."""

    grid: Grid
    buffers: tuple[tuple[str, str], ...]
    makes: tuple[Make, ...]
    buys: tuple[Buy, ...]
    calls: tuple[Call, ...]
    ships: tuple[Ship, ...]
    acceptances: tuple[Acceptance, ...]
    receipts: tuple[Receipt, ...]
    cells: tuple[Cell, ...]
    allocations: tuple[Allocation, ...]
    commit_qty: tuple[float, ...]
    test_power_w: tuple[Capacity, ...]
    test_flow_lpm: tuple[Capacity, ...]
    lanes: tuple[Capacity, ...]
    """Kilograms per bucket of the lanes of the program, infinite where not limited."""
    crews: tuple[Capacity, ...]
    """Racks each site can place per bucket."""
    power: tuple[Capacity, ...]
    """IT power of each site less what is accepted already [W]."""
    value_usd: Mapping[str, float]
    mass_kg: Mapping[str, float]
    claims: tuple[Claimed, ...] = ()
    openings: tuple[Opening, ...] = ()

    @cached_property
    def pieces_per_rack(self) -> Mapping[str, float]:
        """Most pieces of each item in one rack, rounded to a power of two; the unit of the item's columns."""
        most: dict[str, float] = {}
        reach: dict[int, float] = {}
        for row in self.acceptances:
            for buffer, qty in row.takes:
                reach[buffer] = max(reach.get(buffer, 0.0), qty)
        for want in self.claims:
            reach.setdefault(want.buffer, 1.0)
        makes_of: dict[int, list[Make]] = {}
        for make in self.makes:
            makes_of.setdefault(make.buffer, []).append(make)
        origins: dict[int, list[int]] = {}
        for ship in self.ships:
            origins.setdefault(ship.buffer, []).append(ship.from_buffer)
        waiting = sorted(reach.items())
        while waiting:
            buffer, qty = waiting.pop()
            if qty < reach.get(buffer, 0.0):
                continue
            below = [(origin, qty) for origin in origins.get(buffer, ())]
            for make in makes_of.get(buffer, ()):
                takes = (take for choice in make.choices for option in choice.options for take in option.takes)
                below += [(child, qty * each) for child, each in takes]
            for child, need in below:
                if need > reach.get(child, 0.0):
                    reach[child] = need
                    waiting.append((child, need))
        for buffer, qty in reach.items():
            item = self.buffers[buffer][0]
            most[item] = max(most.get(item, 0.0), qty)
        return {item: float(2.0 ** np.round(np.log2(qty))) for item, qty in most.items() if qty > 0}

    @cached_property
    def rack_value_usd(self) -> float:
        """Mean value of a rack as a power of two; the unit of columns and rows in money [USD]."""
        racks = sum(row.racks for row in self.acceptances)
        value = sum(row.value_usd * row.racks for row in self.acceptances) / max(1.0, racks)
        return float(2.0 ** np.round(np.log2(max(1.0, value))))

    @cached_property
    def powered_from(self) -> Mapping[tuple[str, float], float]:
        """First day of the first bucket in which a site carries a rack of a power, by site and power [W].

        The horizon's end where it never does. Without it, racks placed evenly over a time that begins before the power
        would need power they do not wait for, and a hall ready sooner would make the plan later.
        """
        limits = {row.name: row.limit for row in self.power}
        found: dict[tuple[str, float], float] = {}
        for row in self.acceptances:
            enough = np.flatnonzero(limits[row.site] >= row.power_w) if row.site in limits else np.array([0])
            found[row.site, row.power_w] = float(self.grid.starts[enough[0]]) if len(enough) else self.grid.num_days
        return found

    def unit(self, item: str) -> float:
        """Pieces in one unit of the columns of an item."""
        return self.pieces_per_rack.get(item, 1.0)
