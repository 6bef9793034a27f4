"""How do goods move between two places, and which duty is due when they enter a country?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rackwright.base.horizon import Horizon
from rackwright.program.supply import Duty, Lane
from rackwright.supply.end_use import EndUser, is_for, users_at

__all__ = ["DutyRules", "LaneBook", "Route"]

FloatArray = NDArray[np.float64]
ANYWHERE = "*"

_Dated = tuple[float, float, Duty]


@dataclass(frozen=True)
class Route:
    """One way to move a kilogram: lane (-1 where none is written down), days and price."""

    lane: int
    days: float
    usd_per_kg: float


@dataclass(frozen=True)
class LaneBook:
    """Lanes and the country of each place.

    Parameters
    ----------
    lanes
        Lanes of the program.
    country_of
        Country of each plant, hub, campus and supplier.
    """

    lanes: tuple[Lane, ...]
    country_of: Mapping[str, str]
    _known: dict[tuple[str, str], tuple[Route, ...]] = field(default_factory=dict, repr=False, compare=False)

    def routes(self, origin: str, destination: str) -> tuple[Route, ...]:
        """Routes by the most specific lanes that fit: place before country before `*`, origin first.

        Without a lane, places of one country are next door (no days, no freight); places of two countries are not
        connected and the answer is empty.
        """
        key = origin, destination
        if key not in self._known:
            self._known[key] = self._found(origin, destination)
        return self._known[key]

    def _found(self, origin: str, destination: str) -> tuple[Route, ...]:
        ends = [(a, b) for a in self._names(origin) for b in self._names(destination)]
        for pair in ends:
            found = [i for i, lane in enumerate(self.lanes) if (lane.origin, lane.destination) == pair]
            if found:
                return tuple(Route(i, self.lanes[i].days.value, self.lanes[i].usd_per_kg) for i in found)
        if self.country_of.get(origin) == self.country_of.get(destination):
            return (Route(-1, 0.0, 0.0),)
        return ()

    def _names(self, place: str) -> tuple[str, ...]:
        return place, self.country_of.get(place, ""), ANYWHERE


@dataclass(frozen=True)
class DutyRules:
    """Dated duty rules.

    Parameters
    ----------
    rules
        Duty rules of the program.
    horizon
        Day 0.
    users
        Campuses that goods may be for; a rule with an end use applies to goods for those of that end use only.
    """

    rules: tuple[Duty, ...]
    horizon: Horizon
    users: tuple[EndUser, ...] = ()
    _known: dict[tuple[str, str, str], tuple[_Dated, ...]] = field(default_factory=dict, repr=False, compare=False)

    def rates(self, hts: str, origin: str, ends: tuple[str, str], days: FloatArray) -> FloatArray:
        """Ad valorem rate for goods of an origin that enter a country, on each of some days.

        `ends` is the country they enter and the place they go to ("" where it does not matter). Rules that stack add
        up; where a rule that does not stack applies, the highest of those replaces all others. Where rules have end
        uses, goods for a plant are for all campuses, in proportion to their racks, and the rate is the mean of theirs.
        """
        country, place = ends
        rules = self._of(hts, origin, country)
        users = users_at(self.users, place) if any(rule.end_use for _, _, rule in rules) else ()
        if not users:
            return _stacked(rules, days)
        total = np.zeros(len(days))
        for user in users:
            total += user.share * _stacked([row for row in rules if is_for(row[2], user)], days)
        return total

    def fitting(self, hts: str, origin: str, ends: tuple[str, str], day: float) -> list[Duty]:
        """Rules that hold for goods of an origin that enter a country on a day for anyone there, before stacking."""
        country, place = ends
        users = users_at(self.users, place)
        return [
            rule
            for first, last, rule in self._of(hts, origin, country)
            if first <= day < last and (not users or any(is_for(rule, user) for user in users))
        ]

    def _of(self, hts: str, origin: str, destination: str) -> tuple[_Dated, ...]:
        """First day, first day no longer, and rule of everything that fits such goods; remembered."""
        key = hts, origin, destination
        if key not in self._known:
            fitting = (rule for rule in self.rules if _fits(rule, hts, origin, destination))
            self._known[key] = tuple((*self._days(rule), rule) for rule in fitting)
        return self._known[key]

    def _days(self, rule: Duty) -> tuple[float, float]:
        last = float("inf") if rule.end is None else float(self.horizon.day(rule.end))
        return float(self.horizon.day(rule.start)), last


def _stacked(rules: Iterable[_Dated], days: FloatArray) -> FloatArray:
    total, alone = np.zeros(len(days)), np.full(len(days), -np.inf)
    for first, last, rule in rules:
        holds = (days >= first) & (days < last)
        if rule.stacks:
            total += np.where(holds, rule.rate_share, 0.0)
        else:
            alone = np.where(holds, np.maximum(alone, rule.rate_share), alone)
    return np.where(np.isfinite(alone), alone, total)


def _fits(rule: Duty, hts: str, origin: str, destination: str) -> bool:
    return (
        rule.country == destination
        and rule.origin in {"", origin}
        and _digits(hts).startswith(_digits(rule.hts_prefix))
    )


def _digits(hts: str) -> str:
    return "".join(sign for sign in hts if sign.isdigit())
