"""What does a supply request say that luck does not touch? Looked up once, for one request or for all draws of it.

Draws change lead times, allocations, yields and dates. What a piece takes, how places are connected, which duty is due
and what things weigh and cost stays, so that hundreds of networks of one branch share the same books.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rackwright.supply.demand import RackShares
from rackwright.supply.end_use import Use, end_users
from rackwright.supply.kits import Kits
from rackwright.supply.request import SupplyRequest
from rackwright.supply.trade import DutyRules, LaneBook

__all__ = ["Books"]

FloatArray = NDArray[np.float64]
CENT_PER_USD, GRAM_PER_KG, MINUTES_PER_HOUR = 100.0, 1000.0, 60.0


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
        """Duty rules, and the campuses that goods are for."""
        request = self.request
        uses = [Use(campus.id, campus.country, campus.end_uses) for campus in request.campuses]
        return DutyRules(request.supply.duties, request.horizon, end_users(uses, request.blocks, request.tranches))

    @cached_property
    def offers_of(self) -> Mapping[str, tuple[int, ...]]:
        """Numbers of the offers of each item."""
        found: dict[str, list[int]] = {}
        for number, offer in enumerate(self.request.supply.offers):
            found.setdefault(offer.item, []).append(number)
        return {item: tuple(numbers) for item, numbers in found.items()}

    def origins(self, item: str) -> tuple[str, ...]:
        """Places other than suppliers where an item can appear."""
        return self._origins.get(item, ())

    @cached_property
    def _origins(self) -> Mapping[str, tuple[str, ...]]:
        supply = self.request.supply
        rows = [(row.item, row.plant) for row in supply.makes]
        rows += [(row.item, row.plant) for row in supply.open_orders]
        rows += [(row.item, row.plant) for row in supply.stock if row.status == "free"]
        rows += [(row.item, row.plant) for row in supply.offers if row.plant]
        found: dict[str, set[str]] = {}
        for item, plant in rows:
            found.setdefault(item, set()).add(plant)
        return {item: tuple(sorted(plants)) for item, plants in found.items()}

    @cached_property
    def taken_hours(self) -> Mapping[str, FloatArray]:
        """Hours of each cell that projects take, by day of the horizon."""
        num = self.request.horizon.num_days
        found: dict[str, FloatArray] = {}
        for cell, day, minutes in self.request.line_use.frame.select("resource", "day", "minutes").iter_rows():
            if 0 <= day < num:
                found.setdefault(cell, np.zeros(num))[day] += minutes / MINUTES_PER_HOUR
        return found

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
