"""How many racks of each tranche still have to be accepted in each hall, and what does one of them take?"""

from __future__ import annotations

from collections.abc import Mapping

from rackwright.supply.kits import Kits, Line
from rackwright.supply.network import Acceptance
from rackwright.supply.readiness import ReadyDays
from rackwright.supply.request import SupplyRequest
from rackwright.supply.timing import Grid, Window

__all__ = ["RackShares", "acceptances"]

CENT_PER_USD = 100.0
DONE_STATES = frozenset({"accepted", "retired"})


def acceptances(
    request: SupplyRequest, grid: Grid, ready: ReadyDays, shares: RackShares
) -> tuple[tuple[Acceptance, tuple[Line, ...]], ...]:
    """Remaining racks by tranche and hall with the complete kit of one rack.

    Halls are filled in the order of the block; racks accepted already are taken from the first ones. A rack takes its
    own SKU and its share of the needs of its block, its hall and its site that supply dates.
    """
    found = []
    for row in shares.tranches:
        if row["state"] in DONE_STATES:
            continue
        site = shares.site_of[row["block"]]
        is_placed = row["state"] == "installed"
        for hall, racks in shares.left[row["tranche"]].items():
            window = Window(_place_day(request, ready, row["configuration"], hall), grid.num_days)
            takes = () if is_placed else shares.kit(row["tranche"], row["block"], hall, site)
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
            )
            found.append((acceptance, takes))
    return tuple(found)


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
        self.memo: dict[tuple[str, str, str], tuple[Line, ...]] = {}
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

    def _kit(self, tranche: str, block: str, hall: str, site: str) -> tuple[Line, ...]:
        scopes = (
            ("tranche", tranche, sum(self.all[tranche].values())),
            ("block", block, float(self.block_racks.get(block, 0))),
            ("hall", hall, self.hall_racks.get(hall, 0.0)),
            ("site", site, self.site_racks.get(site, 0.0)),
        )
        total: dict[str, float] = {}
        for scope, scope_id, racks in scopes:
            for line in self._needs(scope, scope_id, tranche):
                if racks > 0:
                    total[line.item] = total.get(line.item, 0.0) + line.qty / racks
        return tuple(Line(item, qty) for item, qty in sorted(total.items()))

    def _needs(self, scope: str, scope_id: str, tranche: str) -> tuple[Line, ...]:
        key = (scope, scope_id, tranche if scope == "tranche" else "")
        if key not in self.memo:
            frame = self.request.needs.frame
            rows = frame.filter((frame["scope"] == scope) & (frame["scope_id"] == scope_id))
            days = dict(self.request.tranches.frame.select("tranche", "need_day").iter_rows())
            day = min(max(0, days[tranche]), self.request.horizon.num_days - 1)
            lines = [
                line
                for item, qty in rows.select("item", "qty").iter_rows()
                for line in self.kits.of_scope(item, float(qty), day)
            ]
            self.memo[key] = tuple(lines)
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
