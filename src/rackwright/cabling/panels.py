"""Which cassette, port and leg does each link through a trunk take, and where do the panels sit?

Ports are counted in the order of links; the links of a trunk fill its legs and the ports of its cassettes one by one,
so spare legs and ports are the last ones. Ports of a panel are counted through its slots, each slot with as many
numbers as the largest cassette of the plan has ports.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from rackwright.cabling.bundles import channel_loss_db
from rackwright.cabling.panel_racks import PanelRoom, find_room
from rackwright.cabling.paths import IntArray
from rackwright.cabling.request import CablingRequest
from rackwright.cabling.structured import LaidBundle
from rackwright.tables.cabling import Cassettes, Channels, Panels, Trunks

__all__ = ["PanelTables", "panel_tables"]

JUMPERS = {"A": ("A", "B"), "B": ("B", "B")}
"""Kinds of the jumpers at both ends that cross transmit and receive once over a trunk of a kind."""


@dataclass(frozen=True)
class PanelTables:
    """Tables of structured cabling."""

    panels: Panels
    cassettes: Cassettes
    trunks: Trunks
    channels: Channels


@dataclass(frozen=True)
class _Ended:
    """A trunk with the cassettes of both ends."""

    trunk: int
    bundle: LaidBundle
    first: int
    links: int


def panel_tables(request: CablingRequest, laid: Sequence[LaidBundle]) -> PanelTables:
    """Panels, cassettes, trunks and the way of each link, of bundles in order."""
    room = None if request.plant is None else find_room(request, request.plant)
    if room is None or not laid:
        return PanelTables(Panels.empty(), Cassettes.empty(), Trunks.empty(), Channels.empty())
    trunks = _trunks(laid)
    cassettes = _cassettes(room, trunks)
    return PanelTables(
        panels=_panels(request, room, cassettes),
        cassettes=Cassettes.of(cassettes.select("cassette", "panel", "slot", "part", "trunk")),
        trunks=_trunk_table(request, trunks),
        channels=_channels(trunks, cassettes),
    )


def _trunks(laid: Sequence[LaidBundle]) -> list[_Ended]:
    """Trunks of all bundles; `first` is the ordinal in the bundle of a trunk's first link."""
    trunks: list[_Ended] = []
    for bundle in laid:
        for first in range(0, bundle.links.height, bundle.build.links):
            count = min(bundle.build.links, bundle.links.height - first)
            trunks.append(_Ended(len(trunks), bundle, first, count))
    return trunks


def _cassettes(room: PanelRoom, trunks: Sequence[_Ended]) -> pl.DataFrame:
    """Cassettes: cassette, rack, panel, slot, part, trunk, place among those of the trunk's end."""
    rows = [
        (rack, trunk.trunk, place, trunk.bundle.build.cassette.id)
        for trunk in trunks
        for rack in (trunk.bundle.a_rack, trunk.bundle.b_rack)
        for place in range(trunk.bundle.build.cassettes)
    ]
    schema = {"rack": pl.Int64, "trunk": pl.Int64, "place": pl.Int64, "part": pl.String}
    frame = pl.DataFrame(rows, schema=schema, orient="row").sort("rack", "trunk", "place")
    slot = pl.int_range(pl.len()).over("rack")
    frame = frame.with_row_index("cassette").with_columns(ordinal=slot // room.per_panel, slot=slot % room.per_panel)
    panels = frame.select("rack", "ordinal").unique().sort("rack", "ordinal").with_row_index("panel")
    return frame.join(panels, on=["rack", "ordinal"], how="left", maintain_order="left")


def _panels(request: CablingRequest, room: PanelRoom, cassettes: pl.DataFrame) -> Panels:
    racks = request.racks.frame.select(pl.col("rack").cast(pl.Int64), "block", "hall")
    counted = cassettes.group_by("panel", "rack", "ordinal").len("cassettes").sort("panel")
    u = [room.units[rack][ordinal] for rack, ordinal in counted.select("rack", "ordinal").iter_rows()]
    joined = counted.join(racks, on="rack", how="left", maintain_order="left")
    return Panels.of(joined.with_columns(u=pl.Series(u, dtype=pl.Int64), part=pl.lit(room.panel.id)))


def _trunk_table(request: CablingRequest, trunks: Sequence[_Ended]) -> Trunks:
    halls = dict(request.racks.frame.select("rack", "hall").iter_rows())
    fibres = {spec.module: spec.fibres.value for spec in (request.plant.optics if request.plant else ())}
    rows = []
    for ended in trunks:
        bundle, spec = ended.bundle, ended.bundle.build.trunk
        rows.append(
            {
                "trunk": ended.trunk,
                "block": bundle.block,
                "network": bundle.network,
                "hall": halls[bundle.a_rack],
                "part": spec.id,
                "a_rack": bundle.a_rack,
                "b_rack": bundle.b_rack,
                "length_mm": bundle.trunk_mm,
                "route_mm": bundle.route_mm,
                "links": ended.links,
                "room": bundle.build.links,
                "fibres": round(spec.legs.value * spec.leg_fibres.value),
                "fibres_used": ended.links * round(fibres[bundle.module]),
                "polarity": spec.polarity,
            }
        )
    frame = pl.DataFrame(rows).sort("hall", "route_mm", "trunk", descending=[False, True, False])
    return Trunks.of(frame.with_columns(pull_order=pl.int_range(1, pl.len() + 1).over("hall")))


def _channels(trunks: Sequence[_Ended], cassettes: pl.DataFrame) -> Channels:
    """The way of each link: its trunk, and at each end cassette, port and jumper."""
    known = cassettes.select("rack", "trunk", "place", "cassette", "slot").iter_rows()
    numbers = {(rack, trunk, place): (cassette, slot) for rack, trunk, place, cassette, slot in known}
    stride = max(int(ended.bundle.build.cassette.ports.value) for ended in trunks)
    frames = []
    for ended in trunks:
        bundle = ended.bundle
        links = bundle.links.slice(ended.first, ended.links)
        plugs = [column for side in ("a", "b") for column in _plugs(ended, links, side, numbers, stride)]
        frames.append(
            links.with_columns(*plugs).with_columns(
                trunk=pl.lit(ended.trunk), loss_db=_loss(bundle, links), budget_db=pl.lit(bundle.budget_db)
            )
        )
    return Channels.of(pl.concat(frames))


def _plugs(
    ended: _Ended, links: pl.DataFrame, side: str, numbers: dict[tuple[int, int, int], tuple[int, int]], stride: int
) -> list[pl.Series | pl.Expr]:
    """Cassette, port and kind of jumper at one end of each link of a trunk."""
    build = ended.bundle.build
    ports = max(1, int(build.cassette.ports.value))
    place, port = np.divmod(np.arange(ended.links, dtype=np.int64), ports)
    racks = links[f"{side}_panel"].to_list()
    met = [numbers[rack, ended.trunk, number] for rack, number in zip(racks, place.tolist(), strict=True)]
    cassette, slot = (np.array(values, dtype=np.int64) for values in zip(*met, strict=True))
    first, second = JUMPERS[build.trunk.polarity]  # the first belongs to the trunk's first end
    is_first = pl.col(f"{side}_panel") == ended.bundle.a_rack
    return [
        pl.Series(f"{side}_cassette", cassette),
        pl.Series(f"{side}_port", slot * stride + port),
        pl.when(is_first).then(pl.lit(first)).otherwise(pl.lit(second)).alias(f"{side}_polarity"),
    ]


def _loss(bundle: LaidBundle, links: pl.DataFrame) -> pl.Series:
    """Insertion loss of each link [dB]."""
    length_mm: IntArray = (links["a_jumper_mm"] + links["b_jumper_mm"]).to_numpy() + bundle.trunk_mm
    build = bundle.build
    return pl.Series([channel_loss_db(build.trunk, build.cassette, float(length)) for length in length_mm])
