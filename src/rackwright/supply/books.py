"""What does a supply request say that luck does not touch? Looked up once, for one request or for all draws of it.

Draws change lead times, allocations, yields and dates. What a piece takes, how places are connected, which duty is due
and what things weigh and cost stays, so that hundreds of networks of one branch share the same books.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from rackwright.supply.demand import RackShares
from rackwright.supply.kits import Kits
from rackwright.supply.request import SupplyRequest
from rackwright.supply.trade import DutyRules, LaneBook

__all__ = ["Books"]

CENT_PER_USD, GRAM_PER_KG = 100.0, 1000.0


@dataclass(frozen=True)
class Books:
    """Kits, lanes, duties and values of a request, and of all requests that differ in what draws change.

    Parameters
    ----------
    request
        One of these requests.
    """

    request: SupplyRequest

    @cached_property
    def kits(self) -> Kits:
        """What a piece of each item takes."""
        supply = self.request.supply
        sourced = {row.item for row in supply.makes} | {row.item for row in supply.offers}
        sourced |= {row.item for row in supply.stock} | {row.item for row in supply.open_orders}
        # A rack that is deployed is never taken for granted: without a source it holds its tranche back.
        sourced |= set(self.request.tranches["configuration"].to_list())
        return Kits(self.request.structure, self.request.items, frozenset(sourced))

    @cached_property
    def racks(self) -> RackShares:
        """Racks by hall, and what one of them takes of the needs of its block, hall and site."""
        return RackShares(self.request, self.kits)

    @cached_property
    def lanes(self) -> LaneBook:
        """Lanes with the country of every place."""
        supply, campuses = self.request.supply, self.request.campuses
        country = {row.id: row.country for row in supply.suppliers} | {row.id: row.country for row in supply.plants}
        country |= {campus.id: campus.country for campus in campuses}
        return LaneBook(supply.lanes, country)

    @cached_property
    def duties(self) -> DutyRules:
        """Duty rules."""
        return DutyRules(self.request.supply.duties, self.request.horizon)

    @cached_property
    def value_usd(self) -> Mapping[str, float]:
        """Standard value of a piece; the cheapest offer where the bill of materials knows none."""
        values = {
            item: cent / CENT_PER_USD for item, cent in self.request.items.frame.select("item", "cost_cent").iter_rows()
        }
        for offer in sorted(self.request.supply.offers, key=lambda row: -row.price.value):
            if not values.get(offer.item):
                values[offer.item] = offer.price.value
        return values

    @cached_property
    def mass_kg(self) -> Mapping[str, float]:
        """Mass of a piece."""
        return {
            item: gram / GRAM_PER_KG for item, gram in self.request.items.frame.select("item", "mass_g").iter_rows()
        }

    @cached_property
    def hts(self) -> Mapping[str, str]:
        """Tariff heading of an item."""
        return dict(self.request.items.frame.select("item", "hts").iter_rows())
