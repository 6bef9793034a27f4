"""Is every rack's kit at its site when it is placed, but for what its tranche lets follow? Counted piece by piece."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate

from rackwright.judge.verdict import Verdict
from rackwright.plan import Plan

__all__ = ["following", "judge_kits"]

ARRIVING = ("buy", "call", "open", "ship")
KIND_OF_TRIGGER = {"cable": "cables", "spare": "cables", "fabric": "switches"}
TOLERANCE = 1e-4

Place = tuple[str, str]


@dataclass(frozen=True)
class _Moved:
    """Pieces of an item that come to a site, or are used there, by a day."""

    at: Place
    day: float
    qty: float


def judge_kits(plan: Plan) -> list[Verdict]:
    """The verdict on what racks use at their sites against what has come there."""
    if not len(plan.supply.buckets):
        return []
    verdict = Verdict(
        "judge-kits",
        "no more pieces are used at a site than have come there; what may follow racks counts when it follows",
    )
    ends = plan.supply.buckets["end_day"].to_list()
    came, used = _by_place(_arrivals(plan), ends), _by_place(_uses(plan), ends)
    nothing = [0.0] * len(ends)
    for at, uses in sorted(used.items()):
        for day, need, there in zip(ends, accumulate(uses), accumulate(came.get(at, nothing)), strict=True):
            what = f"{at[0]} at {at[1]} by day {day}: {need:g} used of {there:g}"
            verdict.look(what, holds=need <= there + TOLERANCE * max(1.0, need))
    return [verdict]


def _by_place(rows: Iterable[_Moved], ends: list[int]) -> dict[Place, list[float]]:
    """Pieces of each item at each place in each bucket; what happens on its last edge counts in it."""
    found: dict[Place, list[float]] = {}
    for row in rows:
        bucket = bisect_left(ends, row.day)
        if bucket < len(ends):
            found.setdefault(row.at, [0.0] * len(ends))[bucket] += row.qty
    return found


def _arrivals(plan: Plan) -> Iterable[_Moved]:
    """What lies at a place on day 0 and what orders bring there, on the first day on which any of it may come."""
    for row in plan.program.supply.stock:
        if row.status == "free":
            yield _Moved((row.item, row.plant), 0.0, row.qty)
    rows = plan.supply.orders.frame.select("kind", "item", "site", "end_day", "qty")
    for kind, item, place, day, qty in rows.iter_rows():
        if kind in ARRIVING or kind == "make":
            yield _Moved((item, place), float(day), qty)


def _uses(plan: Plan) -> Iterable[_Moved]:
    """What racks use, by the day on which all racks of their bucket are placed and what may follow has followed."""
    accept_days = dict(plan.siting.tranches.frame.select("tranche", "accept_days").iter_rows())
    orders = plan.supply.orders.frame.filter(kind="accept").select("order", "site", "end_day", "demand")
    placed = {order: (site, day - accept_days[tranche], tranche) for order, site, day, tranche in orders.iter_rows()}
    later, last = following(plan), float(plan.program.horizon.num_days)
    for order, item, qty in plan.supply.takes.frame.select("order", "item", "qty").iter_rows():
        if order in placed:
            site, day, tranche = placed[order]
            yield _Moved((item, site), min(last, day + later.get((tranche, item), 0.0)), qty)


def following(plan: Plan) -> Mapping[tuple[str, str], float]:
    """Days after placing for each tranche and item all pieces of which may follow."""
    below = _Below(plan)
    found: dict[tuple[str, str], float] = {}
    accept_days = dict(plan.siting.tranches.frame.select("tranche", "accept_days").iter_rows())
    for row in plan.program.tranches:
        if row.short_ship is not None and row.id in accept_days:
            rule = row.short_ship
            days = float(accept_days[row.id]) if rule.follow_days is None else rule.follow_days
            found |= {(row.id, item): days for item in below.later(frozenset(rule.items))}
    return found


class _Below:
    """Top-level needs with all that stands below them in the structure."""

    def __init__(self, plan: Plan) -> None:
        self._parts: dict[str, set[str]] = defaultdict(set)
        for parent, component in plan.bom.structure.frame.select("parent", "component").iter_rows():
            self._parts[parent].add(component)
        self._needs = list(plan.bom.needs.frame.select("item", "trigger").unique().sort("item", "trigger").iter_rows())

    def later(self, names: frozenset[str]) -> set[str]:
        """Items that only needs of these names or kinds ask for, or that are named themselves."""
        late: set[str] = set()
        prompt: set[str] = set()
        for item, trigger in self._needs:
            follows = trigger != "rack" and not names.isdisjoint({item, KIND_OF_TRIGGER.get(trigger)})
            for part in self._all(item):
                (late if follows or (trigger != "rack" and part in names) else prompt).add(part)
        return late - prompt

    def _all(self, item: str) -> set[str]:
        found, waiting = set[str](), [item]
        while waiting:
            part = waiting.pop()
            if part not in found:
                found.add(part)
                waiting += self._parts.get(part, ())
        return found
