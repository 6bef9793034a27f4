"""Until when can the order of each long-lead item wait? Jointly sampled dates and lead times, never date minus mean.

In each sample: day on which the first tranche that is not covered wants its racks (not before its hall and platform are
ready in that sample), less acceptance, less everything built and moved after the item, less the item's own lead time
and transport. The last responsible day at 80 % is the day before which 80 % of the samples fall into place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rackwright.base.units import Estimate
from rackwright.scenarios.chance import Draw, Luck
from rackwright.scenarios.decisions import LastMoment
from rackwright.scenarios.evaluation import World
from rackwright.schedule.risk import two_piece
from rackwright.supply.network import Acceptance, Buy, Make, Network
from rackwright.supply.scope import scope_network
from rackwright.supply.timing import Grid
from rackwright.tables.schedule import LongLead

__all__ = ["DECISION_DAYS", "last_moments"]

FloatArray = NDArray[np.float64]
SURE = (0.5, 0.8, 0.95)
WEEK = 7.0
DECISION_DAYS = 0.0
"""Days a decision takes where the program does not say."""
LONG_DAYS = 56.0
"""Lead time from which an item counts as long-lead: eight weeks."""


@dataclass(frozen=True)
class _Use:
    """How an item at a place gets into the racks of an acceptance row: pieces a rack, and days until placing."""

    row: int
    pieces: float
    days: FloatArray


def last_moments(
    world: World,
    draws: Sequence[Draw],
    *,
    grid: Grid,
    correlation: float,
    long_lead: LongLead,
    latency_days: float = DECISION_DAYS,
) -> tuple[LastMoment, ...]:
    """Last responsible days of every long-lead item, those of supply and those the schedule dates, earliest first.

    Parameters
    ----------
    world
        The branch the days are for.
    draws
        Samples; their numbers fix the luck.
    grid
        Buckets of the network; only its rows are used.
    correlation
        Common part of the luck of one supplier or plant.
    long_lead
        Procurements of the schedule, with their own last days.
    latency_days
        Days from the need for a decision to the order.
    """
    network = scope_network(world.request, grid).network
    sampler = _Sampler(world, tuple(Luck(draw, correlation) for draw in draws), network)
    found = [
        moment
        for key in sorted({(buy.item, buy.supplier) for buy in network.buys})
        if (moment := sampler.moment(key, latency_days)) is not None
    ]
    payer = {(row.item, row.supplier): row.payer for row in world.request.supply.terms}
    found += [_of_schedule(row, payer) for row in long_lead.frame.iter_rows(named=True)]
    return tuple(sorted(found, key=lambda row: (row.p80_day, row.item, row.supplier, row.serves)))


def _of_schedule(row: dict[str, object], payer: dict[tuple[str, str], str]) -> LastMoment:
    item, supplier = str(row["item"]), str(row["supplier"])
    need, p50 = int(str(row["need_day"])), int(str(row["p50_day"]))
    return LastMoment(
        item=item or str(row["activity"]),
        supplier=supplier,
        serves=str(row["activity"]),
        need_day=need,
        lead_days=float(need - p50),
        p50_day=p50,
        p80_day=int(str(row["p80_day"])),
        p95_day=int(str(row["p95_day"])),
        week_usd=float("nan"),
        week_days=float("nan"),
        payer=payer.get((item, supplier), ""),
    )


@dataclass
class _Sampler:
    world: World
    lucks: tuple[Luck, ...]
    network: Network

    def __post_init__(self) -> None:
        self._makes: dict[int, list[Make]] = {}
        self._lead: dict[tuple[str, str, str], FloatArray] = {}
        for make in self.network.makes:
            self._makes.setdefault(make.buffer, []).append(make)
        gates = self.world.gates
        size = gates.days.shape[1] if gates.days.size else 0
        self._columns = [luck.sample(size) if size else 0 for luck in self.lucks]
        self._wanted = [self._wanted_day(row) for row in self.network.acceptances]
        self._uses: dict[str, list[_Use]] = {}
        for number, row in enumerate(self.network.acceptances):
            best: dict[str, _Use] = {}
            for buffer, qty in row.takes:
                self._walk(buffer, _Use(number, qty, np.full(len(self.lucks), -row.after_days(buffer))), best)
            for item, use in best.items():
                self._uses.setdefault(item, []).append(use)

    def moment(self, key: tuple[str, str], latency_days: float) -> LastMoment | None:
        """The row of one item and supplier; None where nothing open needs it or its lead time is short."""
        item, supplier = key
        use = self._first_open(item)
        offer = next(row for row in self.world.request.supply.offers if (row.item, row.supplier) == key)
        transit = min(buy.transit_days for buy in self.network.buys if (buy.item, buy.supplier) == key)
        lead = self._sampled(offer.lead_days, "lead", supplier, item) + transit + latency_days
        if use is None or float(np.median(lead)) < LONG_DAYS:
            return None
        row = self.network.acceptances[use.row]
        need = self._wanted[use.row] - row.accept_days - use.days
        last = need - lead
        sure = [int(np.floor(np.quantile(last, 1.0 - share))) for share in SURE]
        week_days = float(np.mean(_late(sure[1] + WEEK, last) - _late(float(sure[1]), last)))
        payer = {(terms.item, terms.supplier): terms.payer for terms in self.world.request.supply.terms}
        return LastMoment(
            item=item,
            supplier=supplier,
            serves=row.tranche,
            need_day=int(np.floor(np.median(need))),
            lead_days=float(np.median(lead)),
            p50_day=sure[0],
            p80_day=sure[1],
            p95_day=sure[2],
            week_usd=week_days * self._tranche_racks(row) * self.world.request.policy.late_usd_per_rack_day,
            week_days=week_days,
            payer=payer.get(key, ""),
        )

    def _tranche_racks(self, row: Acceptance) -> float:
        return sum(other.racks for other in self.network.acceptances if other.tranche == row.tranche)

    def _first_open(self, item: str) -> _Use | None:
        """The first use that stock, open orders and confirmed deliveries do not cover."""
        given = sum(row.qty for row in self.network.receipts if row.item == item)
        calls = {row.commit for row in self.network.calls if row.item == item}
        given += sum(self.network.commit_qty[number] for number in calls)
        uses = sorted(self._uses.get(item, ()), key=lambda use: (self.network.acceptances[use.row].need_day, use.row))
        for use in uses:
            given -= use.pieces * self.network.acceptances[use.row].racks
            if given < 0:
                return use
        return None

    def _wanted_day(self, row: Acceptance) -> FloatArray:
        """Day on which the racks of a row are wanted in each sample, not before they can be accepted."""
        request = self.world.request
        days = np.zeros(len(self.lucks))
        for hall in request.halls:
            if hall.id == row.hall:
                days = np.maximum(days, np.maximum(float(hall.ready_day), self._gate(hall.gate)))
                days = np.maximum(days, self._thing("hall", hall.id))
        for sku in request.skus:
            if sku.id == row.sku:
                days = np.maximum(days, self._thing("platform", sku.platform, float(sku.available_day)))
        wanted: FloatArray = np.maximum(days + row.accept_days, float(row.need_day))
        return wanted

    def _gate(self, name: str) -> FloatArray:
        gates = self.world.gates
        if name not in gates.row_of:
            return np.zeros(len(self.lucks))
        days: FloatArray = gates.days[gates.row_of[name]][self._columns].astype(np.float64)
        return days

    def _thing(self, kind: str, ref: str, otherwise: float = 0.0) -> FloatArray:
        frame = self.world.request.readiness.frame
        gate = next((g for k, r, g in frame.select("kind", "ref", "gate").iter_rows() if (k, r) == (kind, ref)), "")
        return self._gate(gate) if gate else np.full(len(self.lucks), otherwise)

    def _sampled(self, estimate: Estimate, kind: str, owner: str, item: str) -> FloatArray:
        if estimate.is_point:
            return np.full(len(self.lucks), estimate.value)
        key = (kind, owner, item)
        if key not in self._lead:
            scores = np.array([luck.score(kind, owner, item) for luck in self.lucks])
            self._lead[key] = np.asarray(two_piece(estimate, scores), dtype=np.float64)
        return self._lead[key]

    def _walk(self, buffer: int, use: _Use, best: dict[str, _Use]) -> None:
        """Remember the longest way of every item below a buffer."""
        item = self.network.buffers[buffer][0]
        known = best.get(item)
        if known is not None and float(known.days.mean()) >= float(use.days.mean()):
            return
        best[item] = use
        moves = [ship for ship in self.network.ships if ship.buffer == buffer]
        for ship in moves[:1] if not self._makes.get(buffer) and not self._buys(buffer) else []:
            self._walk(ship.from_buffer, _Use(use.row, use.pieces, use.days + ship.days), best)
        for make in self._makes.get(buffer, [])[:1]:
            rows = self.world.request.supply.makes
            lead = next(row.lead_days for row in rows if (row.item, row.plant) == (make.item, make.plant))
            days = use.days + self._sampled(lead, "make-lead", make.plant, make.item)
            for choice in make.choices:
                for below, qty in choice.options[0].takes if choice.options else ():
                    self._walk(below, _Use(use.row, use.pieces * qty / make.yield_share, days), best)

    def _buys(self, buffer: int) -> list[Buy]:
        return [buy for buy in self.network.buys if buy.buffer == buffer]


def _late(day: float, last: FloatArray) -> FloatArray:
    return np.clip(day - last, 0.0, None)
