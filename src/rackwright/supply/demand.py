"""How many racks of each tranche still have to be accepted in each hall, and what does one of them take?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rackwright.supply.kits import Kits, Line
from rackwright.supply.network import Acceptance, Blocked
from rackwright.supply.readiness import ReadyDays
from rackwright.supply.request import ShortShipped, SupplyRequest
from rackwright.supply.timing import Grid, Window

__all__ = ["Asked", "RackShares", "acceptances", "idle_names"]

CENT_PER_USD = 100.0
DONE_STATES = frozenset({"accepted", "retired"})
TRIGGERS = {"cable": "cables", "spare": "cables", "fabric": "switches"}
"""Word of a short-ship rule that stands for all needs of a trigger."""


@dataclass(frozen=True)
class Asked:
    """Racks of a tranche in a hall, the kit of one rack, and what of it may follow the rack."""

    racks: Acceptance
    takes: tuple[Line, ...]
    follows: tuple[Line, ...]


def acceptances(request: SupplyRequest, grid: Grid, ready: ReadyDays, shares: RackShares) -> tuple[Asked, ...]:
    """Remaining racks by tranche and hall with the complete kit of one rack.

    Halls are filled in the order of the block; racks accepted already are taken from the first ones. A rack takes its
    own SKU and its share of the needs of its block, its hall and its site that supply dates.
    """
    rules = {row.tranche: row for row in request.short_ships}
    unbuilt = {
        row.block: Blocked(f"{row.network} network of {row.block} cannot be built", "network", row.relief)
        for row in reversed(request.unbuilt)
    }
    found = []
    for row in shares.tranches:
        if row["state"] in DONE_STATES:
            continue
        site = shares.site_of[row["block"]]
        is_placed = row["state"] == "installed"
        for hall, racks in shares.left[row["tranche"]].items():
            window = Window(_place_day(request, ready, row["configuration"], hall), grid.num_days)
            rule = rules.get(row["tranche"])
            takes = () if is_placed else shares.kit(row["tranche"], row["block"], hall, site)
            follows = shares.following(rule, row["block"], hall, site) if rule and not is_placed else ()
            acceptance = Acceptance(
                tranche=row["tranche"],
                block=row["block"],
                hall=hall,
                site=site,
                sku=row["configuration"],
                racks=racks,
                need_day=row["need_day"],
                accept_days=row["accept_days"],
                place_window=window,
                is_placed=is_placed,
                power_w=next((sku.power_w for sku in request.skus if sku.id == row["configuration"]), 0.0),
                value_usd=shares.value_cent.get(row["configuration"], 0) / CENT_PER_USD,
                takes=(),
                blocked=unbuilt.get(row["block"]),
                follow_days=_follow_days(rule, row["accept_days"]),
            )
            found.append(Asked(acceptance, takes, follows))
    return tuple(found)


def idle_names(request: SupplyRequest, shares: RackShares) -> tuple[tuple[str, str], ...]:
    """Tranche and name of every entry of a short-ship rule that nothing its racks take at their site answers to."""
    block_of = {row["tranche"]: row["block"] for row in shares.tranches}
    found = []
    for rule in request.short_ships:
        block = block_of.get(rule.tranche, "")
        site, halls = shares.site_of.get(block, ""), shares.all.get(rule.tranche, {})
        for name in sorted(rule.items):
            alone = replace(rule, items=frozenset({name}))
            if halls and not any(shares.following(alone, block, hall, site) for hall in halls):
                found.append((rule.tranche, name))
    return tuple(found)


def _follow_days(rule: ShortShipped | None, accept_days: float) -> float:
    """Days after placing by which what follows is there: as the rule says, else until acceptance."""
    return accept_days if rule is None or rule.follow_days is None else rule.follow_days


def _place_day(request: SupplyRequest, ready: ReadyDays, sku_id: str, hall_id: str) -> int:
    """First day a rack may be placed: hall commissioned (the later of date and gate) and platform ready."""
    days = [0]
    for hall in request.halls:
        if hall.id == hall_id:
            days += [hall.ready_day, ready.gate(hall.gate), ready.thing("hall", hall.id)]
    for sku in request.skus:
        if sku.id == sku_id:
            days.append(ready.thing("platform", sku.platform, sku.available_day))
    return max(days)


@dataclass(frozen=True)
class _Need:
    """A planned item below a need, with the need's item and what it is for."""

    item: str
    trigger: str
    line: Line

    def may_follow(self, names: frozenset[str]) -> bool:
        """True if a short-ship rule that names these items or kinds covers it; a rack itself never follows."""
        return self.trigger != "rack" and not names.isdisjoint({self.item, self.line.item, TRIGGERS.get(self.trigger)})


class RackShares:
    """Racks by hall, and the needs of block, hall and site divided by the racks they serve.

    Parameters
    ----------
    request
        Tranches, blocks and their needs.
    kits
        What a piece of each item takes.
    """

    def __init__(self, request: SupplyRequest, kits: Kits) -> None:
        self.request, self.kits = request, kits
        self.site_of: Mapping[str, str] = dict(request.blocks.frame.select("block", "site").iter_rows())
        self.block_racks: Mapping[str, int] = dict(request.blocks.frame.select("block", "racks").iter_rows())
        self.all: dict[str, dict[str, float]] = {}
        self.left: dict[str, dict[str, float]] = {}
        for row in request.tranches.frame.iter_rows(named=True):
            halls = self._halls(row["block"], row["first_unit"], row["units"], row["racks"])
            self.all[row["tranche"]] = halls
            self.left[row["tranche"]] = _less(halls, row["accepted_racks"])
        self.hall_racks: dict[str, float] = {}
        self.site_racks: dict[str, float] = {}
        for tranche, block in request.tranches.frame.select("tranche", "block").iter_rows():
            for hall, racks in self.all[tranche].items():
                self.hall_racks[hall] = self.hall_racks.get(hall, 0.0) + racks
                site = self.site_of[block]
                self.site_racks[site] = self.site_racks.get(site, 0.0) + racks
        self.tranches = tuple(request.tranches.frame.iter_rows(named=True))
        self.value_cent: Mapping[str, int] = dict(request.items.frame.select("item", "cost_cent").iter_rows())
        self.memo: dict[tuple[str, str, str], tuple[_Need, ...]] = {}
        self.kits_of: dict[tuple[str, str, str, str], tuple[Line, ...]] = {}

    def _halls(self, block: str, first: int, units: int, racks: int) -> dict[str, float]:
        """Racks of a tranche in each hall of its block, by the units it fills."""
        frame = self.request.block_halls.frame
        halls = frame.filter(frame["block"] == block).sort("first_unit")
        found: dict[str, float] = {}
        for hall, start, count in halls.select("hall", "first_unit", "units").iter_rows():
            inside = min(first + units, start + count) - max(first, start)
            if inside > 0:
                found[hall] = racks * inside / units
        return found or ({"": float(racks)} if racks else {})

    def kit(self, tranche: str, block: str, hall: str, site: str) -> tuple[Line, ...]:
        """Everything one rack takes, summed by item; the same for all draws, so added up once."""
        key = (tranche, block, hall, site)
        if key not in self.kits_of:
            self.kits_of[key] = self._kit(*key)
        return self.kits_of[key]

    def following(self, rule: ShortShipped, block: str, hall: str, site: str) -> tuple[Line, ...]:
        """What of the kit of one rack may follow it by the rule of its tranche."""
        return self._kit(rule.tranche, block, hall, site, rule.items)

    def _kit(
        self, tranche: str, block: str, hall: str, site: str, names: frozenset[str] | None = None
    ) -> tuple[Line, ...]:
        scopes = (
            ("tranche", tranche, sum(self.all[tranche].values())),
            ("block", block, float(self.block_racks.get(block, 0))),
            ("hall", hall, self.hall_racks.get(hall, 0.0)),
            ("site", site, self.site_racks.get(site, 0.0)),
        )
        total: dict[str, float] = {}
        for scope, scope_id, racks in scopes:
            for need in self._needs(scope, scope_id, tranche):
                if racks > 0 and (names is None or need.may_follow(names)):
                    total[need.line.item] = total.get(need.line.item, 0.0) + need.line.qty / racks
        return tuple(Line(item, qty) for item, qty in sorted(total.items()))

    def _needs(self, scope: str, scope_id: str, tranche: str) -> tuple[_Need, ...]:
        key = (scope, scope_id, tranche if scope == "tranche" else "")
        if key not in self.memo:
            frame = self.request.needs.frame
            rows = frame.filter((frame["scope"] == scope) & (frame["scope_id"] == scope_id))
            days = dict(self.request.tranches.frame.select("tranche", "need_day").iter_rows())
            day = min(max(0, days[tranche]), self.request.horizon.num_days - 1)
            self.memo[key] = tuple(
                _Need(item, trigger, line)
                for item, trigger, qty in rows.select("item", "trigger", "qty").iter_rows()
                for line in self.kits.of_scope(item, float(qty), day)
            )
        return self.memo[key]


def _less(halls: Mapping[str, float], accepted: float) -> dict[str, float]:
    """Racks left when the first ones are accepted already."""
    left: dict[str, float] = {}
    for hall, racks in halls.items():
        done = min(racks, accepted)
        accepted -= done
        if racks > done:
            left[hall] = racks - done
    return left
