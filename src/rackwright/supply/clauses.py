"""Which fields of the program hold a plan back, and what is left of its model when some of them are set aside?

A clause is one field of one row of the program: an allocation, a lead time, a date, a number of stations. Setting it
aside leaves its ceiling, its days or its date out and all else as it is, so models with and without it have one shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, replace

import numpy as np

from rackwright.program.shape import row_name
from rackwright.program.supply import Commit, Lane, Offer
from rackwright.program.supply import Make as MakeRow
from rackwright.solve import LinearModel
from rackwright.supply.assemble import Assembly, assemble
from rackwright.supply.network import Acceptance, Buy, Capacity, Choice, Make, Network, Option
from rackwright.supply.readiness import ready_days
from rackwright.supply.request import SupplyRequest
from rackwright.supply.timing import FloatArray, Window

__all__ = ["Clause", "Clauses", "demand_columns", "serving"]

UNIT_FIELD = {"cell": "stations", "test power": "test_power", "test coolant": "test_coolant"}
CEILINGS = ("cell", "test power", "test coolant", "allocation", "split", "commit", "lane", "acceptance")


@dataclass(frozen=True, order=True)
class Clause:
    """One field of one row of the program, as its path names it: `offers[item@supplier].lead_time`, `policy.budget`."""

    table: str
    row: str
    field: str

    def __str__(self) -> str:
        return f"{self.table}[{self.row}].{self.field}" if self.row else f"{self.table}.{self.field}"


def demand_columns(assembly: Assembly) -> dict[Clause, list[int]]:
    """Columns of what is not delivered and not given, by demand that is due within the horizon."""
    network, columns = assembly.network, assembly.columns
    found: dict[Clause, list[int]] = {}
    for i, racks in enumerate(network.acceptances):
        if racks.need_day < network.grid.num_days:
            found.setdefault(Clause("tranches", racks.tranche, "units"), []).append(columns.one("undelivered", i))
    for i, want in enumerate(network.claims):
        if want.want_day < network.grid.num_days:
            found.setdefault(Clause("claims", want.name, "qty"), []).append(columns.one("unclaimed", i))
    return found


def serving(network: Network, demand: Clause) -> Network:
    """The part of a network that can end in one demand, without all others."""
    racks = tuple(row for row in network.acceptances if Clause("tranches", row.tranche, "units") == demand)
    claims = tuple(row for row in network.claims if Clause("claims", row.name, "qty") == demand)
    reached: set[int] = set()
    waiting = [buffer for row in racks for buffer, _ in row.takes] + [row.buffer for row in claims]
    while waiting:
        buffer = waiting.pop()
        if buffer not in reached:
            reached.add(buffer)
            waiting += [row.from_buffer for row in network.ships if row.buffer == buffer]
            waiting += [taken for row in network.makes if row.buffer == buffer for taken in _taken(row)]
    return replace(
        network,
        acceptances=racks,
        claims=claims,
        makes=tuple(row for row in network.makes if row.buffer in reached),
        buys=tuple(row for row in network.buys if row.buffer in reached),
        calls=tuple(row for row in network.calls if row.buffer in reached),
        ships=tuple(row for row in network.ships if row.buffer in reached),
    )


def _taken(make: Make) -> list[int]:
    return [buffer for choice in make.choices for option in choice.options for buffer, _ in option.takes]


class Clauses:
    """Clauses of a request, and its model with only some of them in force.

    Parameters
    ----------
    request
        What supply was asked.
    network
        Its network.
    """

    def __init__(self, request: SupplyRequest, network: Network) -> None:
        self.request, self.network = request, network
        self._offers = [row_name(row, Offer, 0) for row in request.supply.offers]
        self._lanes = [row_name(row, Lane, 0) for row in request.supply.lanes]
        self._ready = ready_days(request.gates, request.readiness, request.policy.ready_at)
        self._most_w = sum(racks.racks * racks.power_w for racks in network.acceptances)

    def all(self) -> tuple[Clause, ...]:
        """Every clause that holds anything back, in the order of their paths."""
        assembly = assemble(self.network, self.request.policy, None)
        ceilings = (clause for _, _, clause in self._ceilings(assembly))
        return tuple(sorted({*ceilings, *self._power(), *self._dates()}))

    def model(self, kept: Set[Clause]) -> LinearModel:
        """The model with these clauses in force and all others set aside; only open demands among them cost."""
        return self.variant(kept).model

    def variant(self, kept: Set[Clause], shares: FloatArray | None = None) -> Assembly:
        """The same with its columns and rows; `shares` is the traced US value share wanted in each bucket."""
        assembly = assemble(self._relaxed(kept), self.request.policy, shares)
        upper, cost = assembly.model.row_upper.copy(), np.zeros(assembly.model.num_cols)
        for family, entry, clause in self._ceilings(assembly):
            if clause not in kept:
                upper[assembly.rows_of(family, entry)] = np.inf
        for clause, columns in demand_columns(assembly).items():
            cost[columns] = 1.0 if clause in kept else 0.0
        return replace(assembly, model=replace(assembly.model, row_upper=upper, cost=cost))

    # ---------------------------------------------------------------------------------------------------- ceilings
    def _ceilings(self, assembly: Assembly) -> Iterator[tuple[str, int, Clause]]:
        """Entries of the families of ceilings with the field that sets each."""
        for family in CEILINGS:
            clause_of = self._namer(family, assembly)
            for entry in range(len(assembly.blocks[family].names)):
                yield family, entry, clause_of(entry)

    def _namer(self, family: str, assembly: Assembly) -> Callable[[int], Clause]:
        names, supply, network = assembly.blocks[family].names, self.request.supply, self.network
        if family == "allocation":
            return lambda entry: Clause("offers", self._offers[entry], "allocation_per_week")
        if family == "split":
            bound = [i for i, row in enumerate(network.allocations) if row.split_max_share < 1.0]
            return lambda entry: Clause("offers", self._offers[bound[entry]], "split_max")
        if family == "commit":
            return lambda entry: Clause("commits", row_name(supply.commits[entry], Commit, entry), "qty")
        if family == "lane":
            limited = [i for i, lane in enumerate(network.lanes) if np.isfinite(lane.limit).all()]
            return lambda entry: Clause("lanes", self._lanes[limited[entry]], "kg_per_week")
        if family == "acceptance":
            return lambda entry: Clause("sites", names[entry], "installation_rate")
        table = "cells" if family == "cell" else "plants"
        return lambda entry: Clause(table, names[entry], UNIT_FIELD[family])

    def _power(self) -> Iterator[Clause]:
        for site in self.network.power:
            if np.isfinite(site.limit).all():
                yield Clause("sites", site.name, "energisation")

    # ------------------------------------------------------------------------------------------- times and dates
    def _dates(self) -> Iterator[Clause]:
        network = self.network
        for buy in network.buys:
            yield from (self._lead(buy), self._usable(buy), *self._transit(buy.lane))
        for ship in network.ships:
            yield from self._transit(ship.lane)
        for make in network.makes:
            yield Clause("makes", _made(make), "lead_time")
            if make.window.from_day > 0:
                yield self._start(make)
            if make.window.to_day < network.grid.num_days:
                yield Clause("makes", _made(make), "to")
            for choice in make.choices:
                yield from (self._effective(make, option) for option in choice.options if _is_dated(network, option))
        for racks in network.acceptances:
            yield from (self._place(racks), Clause("tranches", racks.tranche, "acceptance"))

    def _lead(self, buy: Buy) -> Clause:
        return Clause("offers", self._offers[buy.allocation], "lead_time")

    def _usable(self, buy: Buy) -> Clause:
        """What says from when an offer delivers: its gate, its qualification, or the last confirmed day."""
        offer, horizon = self.request.supply.offers[buy.allocation], self.request.horizon
        name = self._offers[buy.allocation]
        commits = [row for row in self.request.supply.commits if (row.item, row.supplier) == (buy.item, buy.supplier)]
        last = max(commits, key=lambda row: row.date, default=None)
        days = {
            Clause("offers", name, "gate"): self._ready.gate(offer.gate),
            Clause("offers", name, "qualified"): 0 if offer.qualified is None else horizon.day(offer.qualified),
        }
        if last is not None:
            days[Clause("commits", row_name(last, Commit, 0), "date")] = horizon.day(last.date)
        return max(days, key=lambda clause: days[clause])

    def _transit(self, lane: int) -> tuple[Clause, ...]:
        return (Clause("lanes", self._lanes[lane], "transit"),) if lane >= 0 else ()

    def _start(self, make: Make) -> Clause:
        """What says from when an item is made: a gate, the row's date, the line, or its platform."""
        rows = [row for row in self.request.supply.makes if (row.item, row.plant) == (make.item, make.plant)]
        row = rows[0] if rows else None
        if row is not None and self._ready.gate(row.gate) >= make.window.from_day:
            return Clause("makes", _made(make), "gate")
        if row is None or not _is_own_date(row, make, self.request):
            platform = next((sku.platform for sku in self.request.skus if sku.id == make.item), "")
            if platform:
                return Clause("platforms", platform, "available")
        return Clause("makes", _made(make), "from")

    def _effective(self, make: Make, option: Option) -> Clause:
        taken = self.network.buffers[option.takes[0][0]][0] if option.takes else ""
        return Clause("bom", f"{make.item}@{taken}", "from")

    def _place(self, racks: Acceptance) -> Clause:
        """What says from when racks may be placed: the later of hall and platform."""
        ready = max((hall.ready_day for hall in self.request.halls if hall.id == racks.hall), default=0)
        gate = max((self._ready.gate(hall.gate) for hall in self.request.halls if hall.id == racks.hall), default=0)
        gate = max(gate, self._ready.thing("hall", racks.hall))
        platform = next((sku.platform for sku in self.request.skus if sku.id == racks.sku), "")
        if platform and racks.place_window.from_day > max(ready, gate):
            return Clause("platforms", platform, "available")
        return Clause("halls", racks.hall, "gate" if gate > ready else "ready")

    # ------------------------------------------------------------------------------------------------- set aside
    def _relaxed(self, kept: Set[Clause]) -> Network:
        """The network with the days, dates and power of all other clauses left out."""
        network = self.network
        running = {i for i, cell in enumerate(network.cells) if Clause("cells", cell.id, UNIT_FIELD["cell"]) in kept}
        return replace(
            network,
            buys=tuple(self._bought(buy, kept) for buy in network.buys),
            makes=tuple(self._made(make, kept, running) for make in network.makes),
            ships=tuple(replace(row, days=self._days(row.lane, row.days, kept)) for row in network.ships),
            acceptances=tuple(self._placed(racks, kept) for racks in network.acceptances),
            power=tuple(
                site
                if Clause("sites", site.name, "energisation") in kept or not np.isfinite(site.limit).all()
                else Capacity(site.name, np.full(network.grid.num, max(self._most_w, 1.0)))
                for site in network.power
            ),
        )

    def _days(self, lane: int, days: float, kept: Set[Clause]) -> float:
        return days if lane < 0 or set(self._transit(lane)) & kept else 0.0

    def _bought(self, buy: Buy, kept: Set[Clause]) -> Buy:
        lead = buy.dock_days if self._lead(buy) in kept else 0.0
        first = buy.first_dock_day if self._usable(buy) in kept else 0.0
        window = Window(max(0.0, first - lead), buy.window.to_day)
        return replace(
            buy,
            dock_days=lead,
            window=window,
            first_dock_day=first,
            transit_days=self._days(buy.lane, buy.transit_days, kept),
        )

    def _made(self, make: Make, kept: Set[Clause], running: Set[int]) -> Make:
        first = make.window.from_day if self._start(make) in kept else 0.0
        is_ending = Clause("makes", _made(make), "to") in kept
        return replace(
            make,
            lead_days=make.lead_days if Clause("makes", _made(make), "lead_time") in kept else 0.0,
            window=Window(first, make.window.to_day if is_ending else self.network.grid.num_days),
            steps=tuple(step for step in make.steps if step[0] in running),
            choices=tuple(self._chosen(make, choice, kept) for choice in make.choices),
        )

    def _chosen(self, make: Make, choice: Choice, kept: Set[Clause]) -> Choice:
        always = Window(0.0, self.network.grid.num_days)
        options = tuple(
            option
            if not _is_dated(self.network, option) or not choice.must or self._effective(make, option) in kept
            else replace(option, window=always)
            for option in choice.options
        )
        return replace(choice, options=options)

    def _placed(self, racks: Acceptance, kept: Set[Clause]) -> Acceptance:
        first = racks.place_window.from_day if self._place(racks) in kept else 0.0
        days = racks.accept_days if Clause("tranches", racks.tranche, "acceptance") in kept else 0.0
        return replace(racks, place_window=Window(first, racks.place_window.to_day), accept_days=days)


def _made(make: Make) -> str:
    return f"{make.item}@{make.plant}"


def _is_own_date(row: MakeRow, make: Make, request: SupplyRequest) -> bool:
    return row.start is not None and request.horizon.day(row.start) >= make.window.from_day


def _is_dated(network: Network, option: Option) -> bool:
    return option.window.from_day > 0 or option.window.to_day < network.grid.num_days
