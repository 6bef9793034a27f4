"""Which order serves which tranche? Every piece is followed from what uses it back to what brought it.

At each place the first piece that comes is the first that is used. An order that serves several users belongs to their
tranches in proportion to the pieces each takes; what nobody takes belongs to stock. So all shares of an order add up to
one, and following them forward or back gives the same amounts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rackwright.plan import Plan
from rackwright.tables.supply import OPENING_KINDS

__all__ = ["STOCK", "Arc", "Pegs", "pegs_of"]

STOCK = "stock"
ON_HAND = -1
DUST = 1e-6


@dataclass(frozen=True)
class Arc:
    """Pieces of an item that one order (`ON_HAND` for what was there) gives to another; slack may be negative.

    Slack is the time between the day the pieces come and the day they are used; the plan spreads lead times over days,
    so single dates can cross by less than a bucket.
    """

    giver: int
    taker: int
    item: str
    qty: float
    slack_days: int


@dataclass(frozen=True)
class Order:
    """The fields of an order that pegging needs."""

    kind: str
    item: str
    source: str
    site: str
    start_day: int
    end_day: int
    qty: float
    demand: str
    good_share: float = 1.0


@dataclass
class Pegs:
    """Orders, the arcs between them, and the share of each order that each tranche takes.

    Parameters
    ----------
    orders
        Orders by number.
    arcs
        Every arc, in the order of items, places and days.
    """

    orders: Mapping[int, Order]
    arcs: tuple[Arc, ...]
    _memo: dict[int, dict[str, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.given: dict[int, list[Arc]] = {}
        self.taken: dict[int, list[Arc]] = {}
        for arc in self.arcs:
            self.given.setdefault(arc.giver, []).append(arc)
            self.taken.setdefault(arc.taker, []).append(arc)

    def shares(self, order: int) -> Mapping[str, float]:
        """Share of an order by tranche; the rest is `STOCK`."""
        if order not in self._memo:
            self._memo[order] = {STOCK: 1.0}  # what moves in a circle serves nobody
            self._memo[order] = self._split(order)
        return self._memo[order]

    def _split(self, order: int) -> dict[str, float]:
        row = self.orders[order]
        if row.kind in {"accept", "claim"}:
            return {row.demand: 1.0}
        found: dict[str, float] = {}
        arcs = self.given.get(order, [])
        total = max(row.qty * row.good_share, sum(arc.qty for arc in arcs))
        for arc in arcs:
            for tranche, share in self.shares(arc.taker).items():
                found[tranche] = found.get(tranche, 0.0) + share * arc.qty / total
        rest = 1.0 - sum(found.values())
        if rest > DUST:
            found[STOCK] = found.get(STOCK, 0.0) + rest
        return dict(sorted(found.items()))


@dataclass(frozen=True, order=True)
class _Event:
    day: int
    order: int
    qty: float


def pegs_of(plan: Plan) -> Pegs:
    """Pegs of a plan, from its orders and what they use up."""
    yields = {(row.item, row.plant): row.yield_share.value for row in plan.program.supply.makes}
    orders = {
        row["order"]: Order(
            row["kind"], row["item"], row["source"], row["site"], row["start_day"], row["end_day"], row["qty"],
            row["demand"], yields.get((row["item"], row["site"]), 1.0) if row["kind"] == "make" else 1.0,
        )
        for row in plan.supply.orders.frame.iter_rows(named=True)
    }  # fmt: skip
    comes: dict[tuple[str, str], list[_Event]] = {}
    goes: dict[tuple[str, str], list[_Event]] = {}
    for stock in plan.program.supply.stock:
        if stock.status == "free" and stock.qty > 0:
            comes.setdefault((stock.item, stock.plant), []).append(_Event(0, ON_HAND, stock.qty))
    for number, row in orders.items():
        if row.kind not in {"accept", "claim", *OPENING_KINDS}:
            comes.setdefault((row.item, row.site), []).append(_Event(row.end_day, number, row.qty * row.good_share))
        if row.kind == "ship":
            goes.setdefault((row.item, row.source), []).append(_Event(row.start_day, number, row.qty))
    for number, item, qty in plan.supply.takes.frame.iter_rows():
        row = orders[number]
        goes.setdefault((item, row.site), []).append(_Event(row.start_day, number, qty))
    arcs = [arc for key in sorted(goes) for arc in _matched(key[0], comes.get(key, []), goes[key])]
    return Pegs(orders, tuple(arcs))


def _matched(item: str, comes: list[_Event], goes: list[_Event]) -> list[Arc]:
    """First come, first used."""
    arcs: list[Arc] = []
    lots = sorted(comes)
    at, left = 0, lots[0].qty if lots else 0.0
    for event in sorted(goes):
        wanted = event.qty
        while wanted > DUST and at < len(lots):
            part = min(wanted, left)
            if part > DUST:
                arcs.append(Arc(lots[at].order, event.order, item, part, event.day - lots[at].day))
            wanted, left = wanted - part, left - part
            if left <= DUST:
                at += 1
                left = lots[at].qty if at < len(lots) else 0.0
    return arcs
