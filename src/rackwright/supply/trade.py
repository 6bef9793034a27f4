"""How do goods move between two places, and which duty is due when they enter a country?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rackwright.base.horizon import Horizon
from rackwright.program.supply import Duty, Lane

__all__ = ["DutyRules", "LaneBook", "Route"]

FloatArray = NDArray[np.float64]
ANYWHERE = "*"


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
    """Dated duty rules."""

    rules: tuple[Duty, ...]
    horizon: Horizon
    _known: dict[tuple[str, str, str], tuple[tuple[float, float, Duty], ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def rates(self, hts: str, origin: str, destination: str, days: FloatArray) -> FloatArray:
        """Ad valorem rate for goods of an origin that enter a country, on each of some days.

        Rules that stack add up; where a rule that does not stack applies, the highest of those replaces all others.
        """
        rules = self._of(hts, origin, destination)
        total, alone = np.zeros(len(days)), np.full(len(days), -np.inf)
        for first, last, rule in rules:
            holds = (days >= first) & (days < last)
            if rule.stacks:
                total += np.where(holds, rule.rate_share, 0.0)
            else:
                alone = np.where(holds, np.maximum(alone, rule.rate_share), alone)
        return np.where(np.isfinite(alone), alone, total)

    def fitting(self, hts: str, origin: str, destination: str, day: float) -> list[Duty]:
        """Rules that hold for goods of an origin that enter a country on a day, before stacking."""
        return [rule for first, last, rule in self._of(hts, origin, destination) if first <= day < last]

    def _of(self, hts: str, origin: str, destination: str) -> tuple[tuple[float, float, Duty], ...]:
        """First day, first day no longer, and rule of everything that fits such goods; remembered."""
        key = hts, origin, destination
        if key not in self._known:
            fitting = (rule for rule in self.rules if _fits(rule, hts, origin, destination))
            self._known[key] = tuple((*self._days(rule), rule) for rule in fitting)
        return self._known[key]

    def _days(self, rule: Duty) -> tuple[float, float]:
        last = float("inf") if rule.end is None else float(self.horizon.day(rule.end))
        return float(self.horizon.day(rule.start)), last


def _fits(rule: Duty, hts: str, origin: str, destination: str) -> bool:
    return (
        rule.country == destination
        and rule.origin in {"", origin}
        and _digits(hts).startswith(_digits(rule.hts_prefix))
    )


def _digits(hts: str) -> str:
    return "".join(sign for sign in hts if sign.isdigit())
