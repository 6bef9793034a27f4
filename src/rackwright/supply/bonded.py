"""Which duty is due when goods leave a trade zone, and on what? None on the way in, all of it on the way out.

Goods from abroad enter a bonded plant without duty. When they, or what was made of them, leave it into the country, the
rules of that day apply to the value that came from abroad: at the tariff heading of what leaves, by the origin of each
part (the treatment of non-privileged foreign status, 19 CFR 146.65). Between zones, and to another country, nothing is
due here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from rackwright.supply.books import Books
from rackwright.supply.kits import Alternative
from rackwright.supply.request import SupplyRequest
from rackwright.supply.timing import FloatArray

__all__ = ["Bonded"]

Parts = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Bonded:
    """Trade zones of a request.

    Parameters
    ----------
    request
        What was asked.
    books
        Its kits, lanes and duties.
    """

    request: SupplyRequest
    books: Books
    _known: dict[tuple[str, str], Parts] = field(default_factory=dict, repr=False, compare=False)

    def has(self, place: str) -> bool:
        """True if a place is a trade zone."""
        return place in self._zones

    @cached_property
    def _zones(self) -> frozenset[str]:
        return frozenset(plant.id for plant in self.request.supply.plants if plant.bonded)

    def duty_usd(self, item: str, ends: tuple[str, str], days: FloatArray) -> FloatArray | None:
        """Duty of a piece that moves between two places on each day [USD]; None where no zone has a say in it."""
        origin, place = ends
        country_of = self.books.lanes.country_of
        is_home = country_of.get(origin, "") == country_of.get(place, "")
        if self.has(place):
            return np.zeros(len(days))
        if not (self.has(origin) and is_home):
            return None
        hts, country = self.books.hts.get(item, ""), country_of.get(place, "")
        rates = self.books.duties.rates
        owed_usd = np.zeros(len(days))
        for made_in, value in self.foreign(item, origin):
            owed_usd += value * rates(hts, made_in, (country, place), days)
        return owed_usd

    def foreign(self, item: str, zone: str) -> Parts:
        """Value from abroad in one piece at a zone, by origin [USD]."""
        key = item, zone
        if key not in self._known:
            self._known[key] = ()  # an item that is in itself adds nothing
            self._known[key] = _summed(self._found(item, zone))
        return self._known[key]

    def _found(self, item: str, zone: str) -> Parts:
        supply, country_of = self.request.supply, self.books.lanes.country_of
        home = country_of.get(zone, "")
        if any((row.item, row.plant) == (item, zone) for row in supply.makes):
            return self._made(item, zone)
        offers = [row for row in supply.offers if row.item == item and row.plant in {"", zone}]
        if offers:
            best = min(offers, key=lambda row: row.price.value)
            return ((best.origin, best.price.value),) if best.origin != home else ()
        for row in supply.makes:
            if row.item == item and country_of.get(row.plant, "") != home:
                return ((country_of.get(row.plant, ""), self.books.value_usd.get(item, 0.0)),)
            if row.item == item and self.has(row.plant):
                return self.foreign(item, row.plant)
        return ()

    def _made(self, item: str, zone: str) -> Parts:
        found: list[tuple[str, float]] = []
        for group in self.books.kits.below(item):
            first = min(group.alternatives, key=_preference)
            for line in first.lines:
                found += [(origin, value * line.qty) for origin, value in self.foreign(line.item, zone)]
        return tuple(found)


def _preference(row: Alternative) -> tuple[int, float]:
    return row.priority, row.from_day


def _summed(parts: Parts) -> Parts:
    total: dict[str, float] = {}
    for origin, value in parts:
        total[origin] = total.get(origin, 0.0) + value
    return tuple(sorted(total.items()))
