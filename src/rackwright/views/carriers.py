"""Whose money lies in the stock of each place? Stock at standard cost, split by who carries each of its parts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rackwright.bom.structure import by_parent, effective_rows, rows_of_table
from rackwright.plan import Plan
from rackwright.supply.liability import PAYER_CARRIES
from rackwright.supply.timing import FloatArray

__all__ = ["PullDays", "carried_value"]

Shares = Mapping[str, float]
ENOUGH = 1e-6  # share of what came that may be left for it to count as used
PAYER = ""  # stands for the owner of the place, until the place is known


def carried_value(plan: Plan) -> dict[str, FloatArray]:
    """Value of the stock that each party carries at the end of each bucket, shape (buckets,) [cent]."""
    cents = dict(plan.bom.items.frame.select("item", "cost_cent").iter_rows())
    owners = {plant.id: plant.owner for plant in plan.program.supply.plants}
    makers = [party.id for party in plan.program.parties if party.role == "manufacturer"]
    maker = (makers or [party.id for party in plan.program.parties])[0]
    shares, hubs = _Carriers(plan), _hub_shares(plan)
    found: dict[str, FloatArray] = {}
    for item, site, bucket, qty in plan.supply.levels.frame.iter_rows():
        in_hub = hubs.get((item, site), {})
        theirs = sum(in_hub.values())
        ours = [(party, share * (1.0 - theirs)) for party, share in shares.of(item).items()]
        for party, share in (*ours, *in_hub.items()):
            name = party or owners.get(site, "") or maker
            found.setdefault(name, np.zeros(len(plan.supply.buckets)))
            found[name][bucket] += share * qty * cents.get(item, 0)
    return found


def _hub_shares(plan: Plan) -> dict[tuple[str, str], dict[str, float]]:
    """Share of what comes to a place that lies there in the hub of its supplier, by item and place."""
    hubs = {(row.item, row.supplier) for row in plan.program.supply.terms if row.hub}
    places = {item for item, _ in hubs}
    total: dict[tuple[str, str], float] = {}
    theirs: dict[tuple[str, str], dict[str, float]] = {}
    for item, site, received in plan.supply.flows.frame.select("item", "site", "received").iter_rows():
        if item in places:
            total[item, site] = total.get((item, site), 0.0) + received
    for kind, item, source, site, qty in plan.supply.orders.frame.select(
        "kind", "item", "source", "site", "qty"
    ).iter_rows():
        if kind in {"buy", "call", "open"} and (item, source) in hubs and total.get((item, site), 0.0) > 0:
            mine = theirs.setdefault((item, site), {})
            mine[source] = mine.get(source, 0.0) + qty / total[item, site]
    return {
        key: {name: share / max(1.0, sum(mine.values())) for name, share in sorted(mine.items())}
        for key, mine in theirs.items()
    }


class PullDays:
    """Day by which what came to a place by a day is used there, first come, first used."""

    def __init__(self, plan: Plan) -> None:
        self._ends = plan.supply.buckets["end_day"].to_numpy().astype(np.float64)
        self._flows = plan.supply.flows.frame
        self._memo: dict[tuple[str, str], tuple[FloatArray, FloatArray]] = {}

    def day(self, item: str, site: str, arrival_day: float) -> float:
        """End of the bucket in which it is pulled; infinite where the plan does not use it."""
        received, used = self._sums(item, site)
        before = int(np.searchsorted(self._ends, arrival_day, side="right"))
        so_far = received[min(before, len(received) - 1)]
        later = np.flatnonzero(used >= so_far * (1.0 - ENOUGH))
        return max(float(self._ends[later[0]]), arrival_day) if later.size else float("inf")

    def _sums(self, item: str, site: str) -> tuple[FloatArray, FloatArray]:
        if (item, site) not in self._memo:
            received, used = np.zeros(len(self._ends)), np.zeros(len(self._ends))
            rows = self._flows.filter(item=item, site=site).select("bucket", "received", "used")
            for bucket, came, went in rows.iter_rows():
                received[bucket], used[bucket] = came, went
            self._memo[item, site] = np.cumsum(received), np.cumsum(used)
        return self._memo[item, site]


class _Carriers:
    """Share of an item's standard cost that each party carries; what is not theirs is the owner's of the place."""

    def __init__(self, plan: Plan) -> None:
        self.children = by_parent(rows_of_table(plan.bom.structure))
        self.cents: dict[str, int] = dict(plan.bom.items.frame.select("item", "cost_cent").iter_rows())
        self.bought = _bought_shares(plan)
        self.memo: dict[str, Shares] = {}

    def of(self, item: str) -> Shares:
        """Shares by party; they add up to 1."""
        if item not in self.memo:
            self.memo[item] = self.bought.get(item) or self._made(item)
        return self.memo[item]

    def _made(self, item: str) -> Shares:
        total = float(self.cents.get(item, 0))
        found: dict[str, float] = {}
        for row in effective_rows(self.children.get(item, ()), 0):
            worth = row.qty * self.cents.get(row.component, 0)
            for party, share in self.of(row.component).items():
                if party != PAYER and total > 0:
                    found[party] = found.get(party, 0.0) + share * worth / total
        theirs = min(1.0, sum(found.values()))
        scale = theirs / sum(found.values()) if found else 0.0
        return {PAYER: 1.0 - theirs} | {party: share * scale for party, share in sorted(found.items())}


def _bought_shares(plan: Plan) -> dict[str, Shares]:
    """Who carries what is bought of an item, by what the plan buys from each supplier."""
    terms = {(row.item, row.supplier): row for row in plan.program.supply.terms}
    total: dict[str, dict[str, float]] = {}
    names = ["kind", "item", "source", "owner", "qty"]
    for kind, item, source, party, qty in plan.supply.orders.frame.select(names).iter_rows():
        if kind in {"buy", "call", "open"}:
            own = terms.get((item, source))
            name = party if own is not None and own.ownership in PAYER_CARRIES else PAYER
            mine = total.setdefault(item, {})
            mine[name] = mine.get(name, 0.0) + qty
    return {
        item: {name: qty / sum(mine.values()) for name, qty in sorted(mine.items())} for item, mine in total.items()
    }
