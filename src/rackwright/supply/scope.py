"""Which items at which places does the plan have to think about, and what can be done about each?

Walks back from what racks take at their campuses: offers that deliver there, plants that make, places that hold or
receive. Only what is reached becomes part of the linear program.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rackwright.program.supply import Commit, Offer
from rackwright.program.supply import Make as MakeRow
from rackwright.supply.bonded import Bonded
from rackwright.supply.books import Books
from rackwright.supply.capacities import Book, capacities
from rackwright.supply.claims import ClaimRow, as_claimed, claimed_pieces
from rackwright.supply.demand import acceptances, idle_names
from rackwright.supply.golden import golden_units
from rackwright.supply.kits import Alternative, Group, Line
from rackwright.supply.network import (
    Acceptance,
    Blocked,
    Buy,
    Call,
    Choice,
    Make,
    Network,
    Opening,
    Option,
    Receipt,
    Ship,
)
from rackwright.supply.openings import day_it_runs, with_openings
from rackwright.supply.readiness import ReadyDays, ready_days
from rackwright.supply.request import SupplyRequest
from rackwright.supply.timing import Grid, Window
from rackwright.supply.trade import Route
from rackwright.supply.windows import with_held_orders

__all__ = ["Scope", "scope_network"]

FloatArray = NDArray[np.float64]
SMALLEST_FREIGHT_USD = 0.01  # a cent for each piece moved, so that nothing is carried in circles
US = "US"


@dataclass(frozen=True)
class Scope:
    """The network, what was left out of it, and connections that had to be guessed."""

    network: Network
    unsourced: tuple[tuple[str, str], ...]
    missing_lanes: tuple[tuple[str, str], ...]
    ready: ReadyDays
    capacity_book: Book
    idle_follows: tuple[tuple[str, str], ...] = ()
    """Tranche and name of what short-ship rules name and racks do not take at their site."""


def scope_network(request: SupplyRequest, grid: Grid, books: Books | None = None) -> Scope:
    """Everything the linear program needs, from what tranches ask for back to what exists.

    Parameters
    ----------
    request
        What supply is asked.
    grid
        Buckets.
    books
        Books of a request that differs from this one in what draws change; None to open new ones.
    """
    ready = ready_days(request.gates, request.readiness, request.policy.ready_at)
    walk = _Walk(request, grid, ready, books or Books(request))
    asked = acceptances(request, grid, walk.ready, walk.books.racks)
    for row in asked:
        for line in row.takes:
            walk.require(line.item, row.racks.site)
    racks = tuple(
        replace(row.racks, takes=walk.lines(row.takes, row.racks.site), follows=walk.lines(row.follows, row.racks.site))
        for row in asked
    )
    claimed = claimed_pieces(request, walk.books.kits)
    for claim, line in claimed:
        walk.require(line.item, claim.place)
    claimed += walk.golden()
    network = walk.network(racks)
    given = tuple(as_claimed(claim, line, walk.buffer(line.item, claim.place)) for claim, line in claimed)
    network = with_held_orders(request, replace(network, claims=given))
    unsourced = {(item, "no offer and no make") for item in walk.books.kits.unsourced}
    idle = idle_names(request, walk.books.racks)
    return Scope(network, tuple(sorted(unsourced)), tuple(sorted(walk.missing_lanes)), walk.ready, walk.book, idle)


@dataclass
class _Walk:
    """The walk back; `require` is called for each item wanted at a place and calls itself for what that takes."""

    request: SupplyRequest
    grid: Grid
    ready: ReadyDays
    books: Books
    buffers: dict[tuple[str, str], int] = field(default_factory=dict)
    makes: list[Make] = field(default_factory=list)
    buys: list[Buy] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    ships: list[Ship] = field(default_factory=list)
    missing_lanes: set[tuple[str, str]] = field(default_factory=set)
    _done: set[tuple[str, str]] = field(default_factory=set)

    @cached_property
    def book(self) -> Book:
        """Capacities on the grid, with all that is open."""
        return self._opened[0]

    @cached_property
    def openings(self) -> tuple[Opening, ...]:
        """What costs money whatever is made with it, open or not."""
        return self._opened[1]

    @cached_property
    def _opened(self) -> tuple[Book, tuple[Opening, ...]]:
        own = capacities(self.request, self.grid, self.ready, self.books.taken_hours)
        return with_openings(self.request, self.grid, own)

    @cached_property
    def _qualified_from(self) -> Mapping[tuple[str, str], int]:
        """Day from which an opening qualifies a source, by item and supplier."""
        return {
            (source.item, source.supplier): day_it_runs(row, self.request.horizon)
            for row in self.request.supply.openings
            for source in row.qualifies
        }

    @cached_property
    def bonded(self) -> Bonded:
        """Trade zones."""
        return Bonded(self.request, self.books)

    def buffer(self, item: str, place: str) -> int:
        """Number of an item at a place."""
        return self.buffers.setdefault((item, place), len(self.buffers))

    def lines(self, lines: Iterable[Line], place: str) -> tuple[tuple[int, float], ...]:
        """Lines of a kit at a place as buffers and pieces."""
        return tuple((self.buffer(line.item, place), line.qty) for line in lines)

    def golden(self) -> tuple[tuple[ClaimRow, Line], ...]:
        """Golden units of the cells that lines found run through; the line's own first units, before racks."""
        supply, horizon = self.request.supply, self.request.horizon
        starts: dict[tuple[str, str], tuple[float, float]] = {}
        for make in self.makes:
            first = (make.window.from_day, make.lead_days)
            starts[make.item, make.plant] = min(first, starts.get((make.item, make.plant), first))
        return tuple(
            (ClaimRow(row.name, row.item, row.plant, float(row.units), round(row.day), True), Line(row.item, row.units))
            for row in golden_units(supply.cells, supply.routes, starts, horizon)
            if not row.is_there and row.day < horizon.num_days
        )

    def require(self, item: str, place: str) -> None:
        """Add every way in which an item can get to a place where it is used."""
        if (item, place) in self._done:
            return
        self._done.add((item, place))
        for number in self.books.offers_of.get(item, ()):
            offer = self.request.supply.offers[number]
            if not offer.plant:
                self._buy(number, offer, place)
        self._require_here(item, place)
        for origin in self.books.origins(item):
            if origin == place:
                continue
            routes = self.books.lanes.routes(origin, place)
            if not routes or routes[0].lane < 0:
                self.missing_lanes.add((origin, place))
            if not routes:
                continue
            self._require_here(item, origin)
            self.ships += [self._ship(item, origin, place, route) for route in routes]

    def _require_here(self, item: str, place: str) -> None:
        """Add what makes or brings an item to a place without passing through another place of ours."""
        key = (f"here {item}", place)
        if key in self._done:
            return
        self._done.add(key)
        self.buffer(item, place)
        for number in self.books.offers_of.get(item, ()):
            offer = self.request.supply.offers[number]
            if offer.plant == place:
                self._buy(number, offer, place)
        for row in self.request.supply.makes:
            if row.item == item and row.plant == place:
                self._make(row)

    # ------------------------------------------------------------------------------------------------------- making
    def _make(self, row: MakeRow) -> None:
        groups = self.books.kits.below(row.item)
        for line in sorted({line.item for group in groups for option in group.alternatives for line in option.lines}):
            self.require(line, row.plant)
        steps = tuple(
            (cell, hours) for item, plant, cell, hours in self.book.steps if (item, plant) == (row.item, row.plant)
        )
        country = self.books.lanes.country_of.get(row.plant, "")
        self.makes.append(
            Make(
                item=row.item,
                plant=row.plant,
                buffer=self.buffer(row.item, row.plant),
                window=self._make_window(row),
                lead_days=row.lead_days.value,
                cost_usd=row.cost.value,
                labour_hours=row.labour_hours.value,
                yield_share=row.yield_share.value,
                us_share=1.0 if country == US else 0.0,
                choices=tuple(self._choice(group, row.plant) for group in groups),
                steps=steps,
            )
        )

    def _make_window(self, row: MakeRow) -> Window:
        horizon, ready = self.request.horizon, self.ready
        first = 0 if row.start is None else horizon.day(row.start)
        first = max(first, ready.gate(row.gate), ready.thing("line", row.plant), 0)
        last = horizon.num_days if row.end is None else horizon.day(row.end)
        for sku in self.request.skus:
            if sku.id == row.item:
                first = max(first, sku.from_day, ready.thing("platform", sku.platform, sku.available_day))
                last = min(last, sku.to_day)
        return Window(first, last)

    def _choice(self, group: Group, plant: str) -> Choice:
        return Choice(group.name, group.is_choice, tuple(self._option(row, plant) for row in group.alternatives))

    def _option(self, row: Alternative, plant: str) -> Option:
        return Option(row.priority, Window(row.from_day, row.to_day), self.lines(row.lines, plant))

    # ------------------------------------------------------------------------------------------------------- buying
    def _buy(self, number: int, offer: Offer, place: str) -> None:
        routes = self.books.lanes.routes(offer.supplier, place)
        if not routes or routes[0].lane < 0:
            self.missing_lanes.add((offer.supplier, place))
        if not routes:
            routes = (Route(-1, 0.0, 0.0),)
        commits = [
            (i, row)
            for i, row in enumerate(self.request.supply.commits)
            if (row.item, row.supplier) == (offer.item, offer.supplier)
        ]
        for route in routes:
            self.buys.append(self._offer_by(number, offer, place, route, [row for _, row in commits]))
            self.calls += [self._call(i, row, offer, place, route) for i, row in commits]

    def _offer_by(self, number: int, offer: Offer, place: str, route: Route, commits: Iterable[Commit]) -> Buy:
        horizon, lead = self.request.horizon, offer.lead_days.value
        qualified = 0 if offer.qualified is None else horizon.day(offer.qualified)
        source = f"{offer.item}@{offer.supplier}"
        usable = max(qualified, self.ready.gate(offer.gate), self.ready.thing("source", source))
        usable = max(usable, self._qualified_from.get((offer.item, offer.supplier), 0))
        confirmed = max([0, *(horizon.day(row.date) for row in commits)])
        first_dock = max(0.0, usable - route.days, confirmed)
        middle = (self.grid.starts + self.grid.ends) / 2 + lead + route.days
        return Buy(
            item=offer.item,
            supplier=offer.supplier,
            place=place,
            buffer=self.buffer(offer.item, place),
            window=Window(max(0.0, first_dock - lead), horizon.num_days),
            dock_days=lead,
            transit_days=route.days,
            price_usd=offer.price.value,
            freight_usd=route.usd_per_kg * self.books.mass_kg.get(offer.item, 0.0),
            duty_usd=self._duty(offer.item, offer.origin, (offer.supplier, place), middle) * offer.price.value,
            us_share=offer.us_value_share,
            allocation=number,
            lane=route.lane,
            minimum=offer.minimum,
            multiple=offer.multiple,
            first_dock_day=first_dock,
        )

    def _call(self, number: int, row: Commit, offer: Offer, place: str, route: Route) -> Call:
        day = max(0.0, self.request.horizon.day(row.date)) + route.days
        duty = self._duty(offer.item, offer.origin, (offer.supplier, place), np.array([day]))[0]
        return Call(
            item=offer.item,
            supplier=offer.supplier,
            place=place,
            buffer=self.buffer(offer.item, place),
            arrival_day=day,
            price_usd=offer.price.value,
            freight_usd=route.usd_per_kg * self.books.mass_kg.get(offer.item, 0.0),
            duty_usd=float(duty) * offer.price.value,
            us_share=offer.us_value_share,
            commit=number,
        )

    def _duty(self, item: str, origin: str, ends: tuple[str, str], days: FloatArray) -> FloatArray:
        """Rate on each day for goods that cross from one place to another; none within a country."""
        if self.bonded.has(ends[1]):
            return np.zeros(len(days))
        leaving, entering = (self.books.lanes.country_of.get(place, "") for place in ends)
        if leaving == entering:
            return np.zeros(len(days))
        hts = self.books.hts.get(item, "")
        return self.books.duties.rates(hts, origin, (entering, ends[1]), days)

    # ------------------------------------------------------------------------------------------------------- moving
    def _ship(self, item: str, origin: str, place: str, route: Route) -> Ship:
        country = self.books.lanes.country_of.get(origin, "")
        days = (self.grid.starts + self.grid.ends) / 2 + route.days
        duty = self.bonded.duty_usd(item, (origin, place), days)
        if duty is None:
            duty = self._duty(item, country, (origin, place), days) * self.books.value_usd.get(item, 0.0)
        freight = max(SMALLEST_FREIGHT_USD, route.usd_per_kg * self.books.mass_kg.get(item, 0.0))
        return Ship(
            item=item,
            origin=origin,
            place=place,
            from_buffer=self.buffer(item, origin),
            buffer=self.buffer(item, place),
            window=Window(0, self.grid.num_days),
            days=route.days,
            freight_usd=freight,
            duty_usd=duty,
            lane=route.lane,
        )

    # ------------------------------------------------------------------------------------------------------ together
    def network(self, asked: tuple[Acceptance, ...]) -> Network:
        """All rows found, without those that could never work."""
        receipts = self._receipts()
        draft = Network(
            grid=self.grid,
            buffers=tuple(self.buffers),
            makes=tuple(self.makes),
            buys=tuple(self.buys),
            calls=tuple(self.calls),
            ships=tuple(self.ships),
            acceptances=asked,
            receipts=receipts,
            cells=self.book.cells,
            allocations=self.book.allocations,
            commit_qty=tuple(row.qty for row in self.request.supply.commits),
            test_power_w=self.book.test_power_w,
            test_flow_lpm=self.book.test_flow_lpm,
            lanes=self.book.lanes,
            crews=self.book.crews,
            power=self.book.power,
            value_usd=self.books.value_usd,
            mass_kg=self.books.mass_kg,
            openings=self.openings,
        )
        return _without_dead_ends(draft)

    def _receipts(self) -> tuple[Receipt, ...]:
        supply, horizon = self.request.supply, self.request.horizon
        held = [
            Receipt(row.item, "", row.plant, self.buffers[row.item, row.plant], 0.0, row.qty, False)
            for row in supply.stock
            if row.status == "free" and row.qty > 0 and (row.item, row.plant) in self.buffers
        ]
        coming = [
            Receipt(row.item, row.supplier, row.plant, self.buffers[row.item, row.plant],
                    max(0.0, horizon.day(row.promised)), row.qty, True)
            for row in supply.open_orders
            if (row.item, row.plant) in self.buffers
        ]  # fmt: skip
        return (*held, *coming)


def _without_dead_ends(network: Network) -> Network:
    """Remove makes and options that need something nobody can deliver, and say so on racks that do."""
    alive = {buy.buffer for buy in network.buys} | {row.buffer for row in network.receipts}
    while True:
        made = {make.buffer for make in network.makes if _can_build(make, alive)}
        moved = {ship.buffer for ship in network.ships if ship.from_buffer in alive | made}
        if made | moved <= alive:
            break
        alive |= made | moved
    makes = tuple(
        replace(make, choices=_alive_choices(make, alive)) for make in network.makes if _can_build(make, alive)
    )
    ships = tuple(ship for ship in network.ships if ship.from_buffer in alive)
    racks = tuple(replace(row, blocked=row.blocked or _blocked(row, alive, network)) for row in network.acceptances)
    return replace(network, makes=makes, ships=ships, acceptances=racks)


def _works(option: Option, alive: set[int]) -> bool:
    return all(buffer in alive for buffer, _ in option.takes)


def _can_build(make: Make, alive: set[int]) -> bool:
    return all(any(_works(option, alive) for option in choice.options) for choice in make.choices)


def _alive_choices(make: Make, alive: set[int]) -> tuple[Choice, ...]:
    return tuple(
        replace(choice, options=tuple(option for option in choice.options if _works(option, alive)))
        for choice in make.choices
    )


def _blocked(row: Acceptance, alive: set[int], network: Network) -> Blocked | None:
    dead = [network.buffers[buffer][0] for buffer, _ in row.takes if buffer not in alive]
    if not dead:
        return None
    return Blocked(f"no way to bring {dead[0]} to {row.site}", "lane", "a lane or an offer for it")
