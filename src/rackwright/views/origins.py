"""From which country, supplier and evidence do the pieces of an order come? Followed through every move, lot by lot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rackwright.plan import Plan
from rackwright.views.pegs import ON_HAND, Pegs

__all__ = ["UNKNOWN", "Origins"]

UNKNOWN = "not known"


@dataclass
class Origins:
    """Countries of origin of what orders bring; stock counts at the item's usual origin."""

    plan: Plan
    pegs: Pegs

    def __post_init__(self) -> None:
        supply = self.plan.program.supply
        self.country_of_plant = {row.id: row.country for row in supply.plants}
        self.offers = {(row.item, row.supplier): row for row in reversed(supply.offers)}
        self.usual: dict[str, str] = dict(self.plan.bom.items.frame.select("item", "origin").iter_rows())
        self._memo: dict[int, Mapping[str, float]] = {}

    def of_order(self, number: int) -> Mapping[str, float]:
        """Share of an order's pieces by country: where they are made, or the origin of the offer they are bought at."""
        if number not in self._memo:
            self._memo[number] = {UNKNOWN: 1.0}  # what moves in a circle
            self._memo[number] = self._find(number)
        return self._memo[number]

    def _find(self, number: int) -> Mapping[str, float]:
        order = self.pegs.orders[number]
        if order.kind == "make":
            return {self.country_of_plant.get(order.site, UNKNOWN): 1.0}
        if order.kind in {"buy", "call", "open"}:
            offer = self.offers.get((order.item, order.source))
            return {offer.origin: 1.0} if offer is not None else self.of_stock(order.item)
        return self.taken_by(number, order.item)

    def of_stock(self, item: str) -> Mapping[str, float]:
        """What is known of pieces on hand."""
        return {self.usual.get(item) or UNKNOWN: 1.0}

    def taken_by(self, number: int, item: str) -> Mapping[str, float]:
        """Share by country of the pieces of an item that an order takes."""
        arcs = [arc for arc in self.pegs.taken.get(number, []) if arc.item == item]
        total = sum(arc.qty for arc in arcs)
        if total <= 0:
            return self.of_stock(item)
        found: dict[str, float] = {}
        for arc in arcs:
            shares = self.of_stock(item) if arc.giver == ON_HAND else self.of_order(arc.giver)
            for country, share in shares.items():
                found[country] = found.get(country, 0.0) + share * arc.qty / total
        return dict(sorted(found.items()))
