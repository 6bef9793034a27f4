"""In which network rack does each link meet its patch panel, and which rack units are free for panels there?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from rackwright.cabling.ends import rack_ends
from rackwright.cabling.paths import IntArray, find_routes
from rackwright.cabling.plant import PanelSpec, TrunkPlant
from rackwright.cabling.request import CablingRequest

__all__ = ["PanelRoom", "find_room", "panel_racks"]

OTHER_ROW_MM = 10**7
"""Added to the path to a panel in another row, so that the own row comes first."""


@dataclass(frozen=True)
class PanelRoom:
    """Free places for a kind of panel: lowest units by network rack, from the top down."""

    panel: PanelSpec
    units: Mapping[int, tuple[int, ...]]

    @property
    def per_panel(self) -> int:
        """Cassettes of one panel."""
        return max(1, int(self.panel.cassettes.value))

    def slots(self, rack: int) -> int:
        """Cassettes that find a place in a rack."""
        return len(self.units.get(rack, ())) * self.per_panel


def find_room(request: CablingRequest, plant: TrunkPlant) -> PanelRoom | None:
    """Room for the cheapest panel by cassette; None if the catalog has none."""
    if not plant.panels:
        return None

    def by_price(panel: PanelSpec) -> tuple[bool, float, str]:
        """Price of a place for a cassette, panels without a price last, equal ones by id."""
        price = math.inf if panel.price_usd is None else panel.price_usd.value
        return panel.price_usd is None, price / max(1.0, panel.cassettes.value), panel.id

    panel = min(plant.panels, key=by_price)
    heights = {height.id: int(height.height_u.value) for height in plant.racks}
    tall = {height.id: math.ceil(height.height_u.value) for height in plant.switches}
    own = request.mounts.frame.join(request.devices.frame.select("device", "part"), on="device")
    taken: dict[int, set[int]] = {}
    for rack, part, u in own.filter(pl.col("part").is_in(list(tall))).select("rack", "part", "u").iter_rows():
        taken.setdefault(rack, set()).update(range(u, u + tall[part]))
    racks = request.racks.frame.filter(role="network").sort("rack").select("rack", "type")
    size = math.ceil(panel.height_u.value)
    units = {rack: _places(heights.get(kind, 0), taken.get(rack, set()), size) for rack, kind in racks.iter_rows()}
    return PanelRoom(panel, units)


def _places(height_u: int, taken: set[int], size: int) -> tuple[int, ...]:
    """Lowest units of panels of a size that fit between what is mounted, from the top down."""
    found: list[int] = []
    top = height_u
    while top >= size:
        wanted = range(top - size + 1, top + 1)
        if taken.isdisjoint(wanted):
            found.append(top - size + 1)
            top -= size
        else:
            top -= 1
    return tuple(found)


def panel_racks(request: CablingRequest, room: PanelRoom, rack: IntArray, links_per_cassette: int) -> IntArray:
    """Network rack of the panel for each link end; -1 where no rack of the hall has room.

    Parameters
    ----------
    request
        Racks and halls.
    room
        Free places.
    rack
        Rack of each end, in the order in which ends take places.
    links_per_cassette
        Ports of a cassette, for how many links a rack has room.

    Notes
    -----
    The nearest network rack of the same row comes first, then the nearest of the hall; racks with the most ends choose
    first, and what a rack has no room for goes to the next one.
    """
    found = np.full(len(rack), -1, dtype=np.int64)
    names = np.array(sorted(room.units), dtype=np.int64)
    left = np.array([room.slots(int(name)) * links_per_cassette for name in names], dtype=np.int64)
    racks, counts = np.unique(rack, return_counts=True)
    for place in np.lexsort((racks, -counts)) if len(names) else ():
        ends = np.flatnonzero(rack == racks[place])
        for candidate in _nearest(request, int(racks[place]), names):
            share = int(min(left[candidate], len(ends)))
            found[ends[:share]] = names[candidate]
            left[candidate] -= share
            ends = ends[share:]
            if not len(ends):
                break
    return found


def _nearest(request: CablingRequest, rack: int, names: IntArray) -> IntArray:
    """Places of network racks of the same hall in `names`, the nearest first."""
    here, there = rack_ends(request, np.full(len(names), rack)), rack_ends(request, names)
    path_mm = find_routes(request.halls, here, there).route_mm + np.where(here.row == there.row, 0, OTHER_ROW_MM)
    order = np.lexsort((names, path_mm))
    same: IntArray = order[here.hall[order] == there.hall[order]]
    return same
