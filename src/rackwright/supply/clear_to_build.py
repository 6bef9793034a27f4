"""How many whole racks can be started in each of the next weeks with what is on hand, in transit and confirmed?

Nothing planned counts. Racks are built one by one in the order of their tranches: what is ordered before what is
released before what is planned, then by need; golden units of test cells come before all. A rack is clear on the day
on which its complete kit is at the plant, sub-assemblies that are not there being made from parts that are; a kit that
lacks one piece takes nothing. Test cells are not counted here, material only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from rackwright.base.horizon import Horizon
from rackwright.program.supply import Claim, Make
from rackwright.supply.golden import GoldenUnits
from rackwright.supply.kits import Alternative, Group, Kits
from rackwright.supply.lots import Lot, Lots, Shortage
from rackwright.tables.bom import Items, Structure

__all__ = ["ClearRack", "ClearRequest", "ClearToBuild", "Given", "Held", "RackOrder", "SkuWindow", "clear_to_build"]

NEVER = float("inf")


@dataclass(frozen=True)
class RackOrder:
    """Racks of a tranche that still have to be built, in the order in which parts are given to them."""

    tranche: str
    sku: str
    racks: int
    need_day: int


@dataclass(frozen=True)
class SkuWindow:
    """Days on which racks of a SKU may be started."""

    sku: str
    from_day: float
    to_day: float


@dataclass(frozen=True)
class ClearRequest:
    """What the answer rests on.

    Parameters
    ----------
    horizon, weeks
        Day 0, and how many weeks are looked at.
    lots
        On hand, in transit, confirmed.
    orders
        Racks to build, in order.
    claims
        Samples, spares and returns that ask for the same parts.
    makes
        What can be made where, with the day from which each line may run (`line_days`, one for each make).
    structure, items, sourced
        Bill of materials, and the items somebody makes, sells or has.
    transit_days
        Days between places that are connected.
    golden
        Units that test cells keep; racks among them are built first, other items taken first.
    """

    horizon: Horizon
    weeks: int
    lots: tuple[Lot, ...]
    orders: tuple[RackOrder, ...]
    claims: tuple[Claim, ...]
    makes: tuple[Make, ...]
    line_days: tuple[float, ...]
    windows: tuple[SkuWindow, ...]
    structure: Structure
    items: Items
    sourced: frozenset[str]
    transit_days: Mapping[tuple[str, str], float]
    golden: tuple[GoldenUnits, ...] = ()


@dataclass(frozen=True, order=True)
class ClearRack:
    """A rack whose kit is complete: tranche, plant and day; `is_finished` if the rack itself is there already."""

    tranche: str
    plant: str
    day: float
    is_finished: bool


@dataclass(frozen=True)
class Held:
    """The next rack of a tranche that cannot be started, and what its kit lacks; `line` where no line may run."""

    tranche: str
    racks: int
    plant: str
    shortages: tuple[Shortage, ...]
    line: str = ""


@dataclass(frozen=True, order=True)
class Given:
    """Pieces of an item given to somebody: a tranche, or a claim by its kind."""

    item: str
    taker: str
    origin: str
    qty: float


@dataclass(frozen=True)
class ClearToBuild:
    """The answer: racks clear to build, racks held, and who got which parts."""

    racks: tuple[ClearRack, ...]
    held: tuple[Held, ...]
    given: tuple[Given, ...]
    left: tuple[Lot, ...]


def clear_to_build(request: ClearRequest) -> ClearToBuild:
    """Give parts to golden units and to claims that come first, to racks one by one, and to the other claims."""
    builder = _Builder(request)
    for kept in request.golden:
        if not kept.is_there and kept.day < builder.lots.last_day:
            builder.keep(kept)
    for claim in request.claims:
        if claim.before_racks:
            builder.serve(claim)
    for order in request.orders:
        builder.build(order)
    for claim in request.claims:
        if not claim.before_racks:
            builder.serve(claim)
    left = tuple(replace(lot, qty=qty) for lot, qty in zip(request.lots, builder.lots.left, strict=True) if qty > 1e-9)
    return ClearToBuild(tuple(builder.racks), tuple(builder.held), builder.given_rows(), left)


class _Builder:
    def __init__(self, request: ClearRequest) -> None:
        self.request = request
        self.kits = Kits(request.structure, request.items, request.sourced)
        self.lots = Lots(request.lots, self._transit, request.weeks * 7.0)
        self.racks: list[ClearRack] = []
        self.held: list[Held] = []
        self._given: dict[tuple[str, str, str], float] = {}
        self._short: list[Shortage] = []
        self._windows = {row.sku: row for row in request.windows}

    def _transit(self, origin: str, place: str) -> float | None:
        return self.request.transit_days.get((origin, place))

    def given_rows(self) -> tuple[Given, ...]:
        """Everything given, by item and taker."""
        return tuple(Given(*key, qty) for key, qty in sorted(self._given.items()))

    def _book(self, taker: str, mark: int) -> None:
        for lot, qty in self.lots.since(mark):
            key = (lot.item, taker, lot.origin)
            self._given[key] = self._given.get(key, 0.0) + qty

    def serve(self, claim: Claim) -> None:
        """Give a claim what is there; what is missing is a shortage of its kind."""
        mark = self.lots.mark()
        missing, _ = self.lots.take(claim.item, claim.plant, claim.qty)
        self._book(claim.kind, mark)
        if missing > 1e-9:
            self.held.append(Held(claim.kind, 0, claim.plant, (Shortage(claim.item, claim.plant, missing),)))

    def keep(self, kept: GoldenUnits) -> None:
        """Golden units of a cell, from what is there or from parts at the plant; what they lack is a shortage."""
        mark, before = self.lots.mark(), len(self._short)
        if self._get(kept.item, kept.plant, float(kept.units)) is not None:
            self._book(kept.name, mark)
        else:
            self.lots.give_back(mark)
            self.held.append(Held(kept.name, 0, kept.plant, _summed(self._short[before:])))
        del self._short[before:]

    def build(self, order: RackOrder) -> None:
        """Racks of a tranche until the first whose kit is not complete."""
        for number in range(order.racks):
            mark = self.lots.mark()
            rack = self._rack(order)
            if rack is None:
                self.held.append(self._held(order, order.racks - number))
                return
            self._book(order.tranche, mark)
            self.racks.append(rack)

    def _rack(self, order: RackOrder) -> ClearRack | None:
        """A finished rack, else the plant at which one can be started first."""
        finished = [(day, n) for day, n in self._finished(order.sku)]
        if finished:
            ready, number = finished[0]
            place = self.request.lots[number].place
            self.lots.take(order.sku, place, 1.0)
            return ClearRack(order.tranche, place, ready, is_finished=True)
        best: tuple[float, str] | None = None
        for row, line in self._makes(order.sku):
            mark = self.lots.mark()
            day = self._start(order.sku, row, line)
            self.lots.give_back(mark)
            if day is not None and (best is None or day < best[0]):
                best = (day, row.plant)
        if best is None:
            return None
        for row, line in self._makes(order.sku):
            if row.plant == best[1]:
                self._start(order.sku, row, line)
                break
        return ClearRack(order.tranche, best[1], best[0], is_finished=False)

    def _finished(self, sku: str) -> list[tuple[float, int]]:
        """Whole racks on hand or on the way, the first first, wherever they are."""
        return sorted(
            (lot.day, n)
            for n, lot in enumerate(self.request.lots)
            if lot.item == sku and self.lots.left[n] >= 1.0 and lot.day <= self.lots.last_day
        )

    def _makes(self, item: str) -> list[tuple[Make, float]]:
        rows = zip(self.request.makes, self.request.line_days, strict=True)
        return [(row, day) for row, day in rows if row.item == item]

    def _start(self, sku: str, row: Make, line: float) -> float | None:
        """Day on which a rack can be started at a plant with its parts taken; None if it cannot in time."""
        window = self._windows.get(sku, SkuWindow(sku, 0.0, NEVER))
        parts = self._kit(sku, row.plant, 1.0)
        if parts is None:
            return None
        day = max(parts, line, window.from_day)
        return day if day < min(self.lots.last_day, window.to_day) else None

    # ---------------------------------------------------------------------------------------------------------- kits
    def _kit(self, item: str, plant: str, qty: float) -> float | None:
        """Day on which the components of units started are all at a plant; None where something is missing."""
        last, is_whole = 0.0, True
        for group in self.kits.below(item):
            day = self._group(group, plant, qty)
            if day is None:
                is_whole = False
            else:
                last = max(last, day)
        return last if is_whole else None

    def _group(self, group: Group, plant: str, qty: float) -> float | None:
        open_ones = [row for row in group.alternatives if row.from_day <= self.lots.last_day and row.to_day > 0]
        if not open_ones:
            return None if group.is_choice else 0.0
        for place, row in enumerate(open_ones):
            mark, before = self.lots.mark(), len(self._short)
            day = self._alternative(row, plant, qty)
            if day is not None:
                del self._short[before:]
                return max(day, float(row.from_day))
            if len(open_ones) > 1:
                self.lots.give_back(mark)
            if place:
                del self._short[before:]  # shortages are told of the preferred alternate
        return None

    def _alternative(self, row: Alternative, plant: str, qty: float) -> float | None:
        days = [self._get(line.item, plant, line.qty * qty) for line in row.lines]
        known = [day for day in days if day is not None]
        return max(known, default=0.0) if len(known) == len(days) else None

    def _get(self, item: str, plant: str, qty: float) -> float | None:
        """Day on which pieces are at a plant: from lots, the rest made from parts."""
        missing, day = self.lots.take(item, plant, qty)
        if missing <= 1e-9:
            return day
        before = first = len(self._short)
        for row, line in self._makes(item):
            transit = 0.0 if row.plant == plant else self._transit(row.plant, plant)
            if transit is None or line == NEVER:
                continue
            mark = self.lots.mark()
            parts = self._kit(item, row.plant, missing / row.yield_share.value)
            if parts is not None:
                ready = max(parts, line) + row.lead_days.value + transit
                if ready <= self.lots.last_day:
                    del self._short[before:]
                    return max(day, ready)
            self.lots.give_back(mark)
            first = first if first > before else len(self._short)
            del self._short[first:]  # what the parts of the first source lack is what is told
        if first == before:
            self._short.append(Shortage(item, plant, missing))
        return None

    def _held(self, order: RackOrder, racks: int) -> Held:
        """Why the next rack cannot be started: the fewest kinds of pieces missing at any plant, summed by item."""
        found: list[tuple[int, str, tuple[Shortage, ...]]] = []
        makes = self._makes(order.sku)
        for row, line in makes:
            mark = self.lots.mark()
            self._short = []
            day = self._start(order.sku, row, line)
            self.lots.give_back(mark)
            if day is None and not self._short:
                date = self.request.horizon.date(round(line)) if line < NEVER else "never"
                return Held(order.tranche, racks, row.plant, (), f"{row.plant} may start it from {date}")
            found.append((len({s.item for s in self._short}), row.plant, _summed(self._short)))
        self._short = []
        if not found:
            return Held(order.tranche, racks, "", (Shortage(order.sku, "", float(racks)),), "nobody makes it")
        _, plant, shortages = min(found)
        return Held(order.tranche, racks, plant, shortages)


def _summed(shortages: Iterable[Shortage]) -> tuple[Shortage, ...]:
    total: dict[tuple[str, str], float] = {}
    for row in shortages:
        total[row.item, row.place] = total.get((row.item, row.place), 0.0) + row.qty
    return tuple(Shortage(item, place, qty) for (item, place), qty in sorted(total.items()))
