"""Which links run through patch panels and trunks, and which legs and ports do they take?

Links that a rule of the program asks for are led to the panel next to each of their racks and bundled by the two panel
racks they join. A bundle becomes trunks where a feasible trunk is found, cheaper than the fibres unless the rule says
so, and both racks have room for its cassettes; all other links keep a cable of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from rackwright.base.units import HOURS_PER_YEAR
from rackwright.cabling.assemblies import links_of_plug
from rackwright.cabling.bundles import Build, Bundle, choose_build
from rackwright.cabling.cages import highest_of_cage
from rackwright.cabling.choice import cable_price_usd
from rackwright.cabling.ends import LinkEnds, rack_ends
from rackwright.cabling.identity import cable_ids
from rackwright.cabling.kinds import choose_parts, service_years
from rackwright.cabling.panel_racks import PanelRoom, find_room, panel_racks
from rackwright.cabling.paths import Ends, find_routes, stock_length_mm
from rackwright.cabling.plant import TrunkPlant, WhereSpec
from rackwright.cabling.request import CableSpec, CablingRequest

__all__ = ["SPLIT", "LaidBundle", "bundle_links", "prefer_optics"]

BUNDLE = ("block", "network", "low_rack", "high_rack", "part", "module", "is_ruled")
"""Columns that links of one bundle share."""
OPTICAL = ("fibre", "trunk")
SPLIT = -2
"""`rule` of links that rule 0 asks for but whose port is split, so that none lays them; SPLIT - n for rule n."""


@dataclass(frozen=True)
class LaidBundle:
    """A bundle that becomes trunks: what it is made of, its panel racks, its links in the order of ports.

    `links` holds cable, and for both ends rack, panel rack and jumper [mm]; `a_rack` is the smaller of both.
    """

    block: str
    network: str
    jumper: str
    module: str
    budget_db: float
    a_rack: int
    b_rack: int
    trunk_mm: int
    route_mm: int
    build: Build
    links: pl.DataFrame


def prefer_optics(request: CablingRequest, chosen: pl.DataFrame, ends: LinkEnds) -> pl.DataFrame:
    """Links with `rule`, the rule that asks for a trunk (negative for none), optics in the place of copper where ruled.

    Links that share a cage with one of them take optics too, since a cage takes one medium. Links of a split port stay
    as they are, with those that share a cage with them.
    """
    plant = request.plant
    if plant is None:
        return chosen
    asked = chosen.with_columns(rule=_rule(chosen, ends, plant.where))
    if len(request.held):
        asked = _without_held(request, asked)
    ruled = [number for number, where in enumerate(plant.where) if where.is_ruled]
    wanted = highest_of_cage(asked, asked["rule"].is_in(ruled).to_numpy().astype(np.int64))[0] > 0
    is_copper = wanted & ~asked["medium"].is_in(list(OPTICAL)).fill_null(value=True).to_numpy()
    numbered = asked.with_row_index("order")
    optical = _in_optics(request, numbered, is_copper) if is_copper.any() else numbered
    return _without_split(request, numbered, optical).drop("order")


def _in_optics(request: CablingRequest, numbered: pl.DataFrame, is_copper: np.ndarray) -> pl.DataFrame:
    """The links, by their order, in fibre in the place of some copper where fibre fits."""
    fibres = [cable for cable in request.cables if cable.medium == "fibre"]
    copper = numbered.filter(is_copper).drop("part", "module", "a_module", "medium", "joins")
    again = choose_parts(request, copper, fibres)
    found = again.filter(pl.col("part").is_not_null())
    kept = numbered.join(found.select("order"), on="order", how="anti")
    return pl.concat([kept, found.select(kept.columns)]).sort("order")


def _without_split(request: CablingRequest, asked: pl.DataFrame, optical: pl.DataFrame) -> pl.DataFrame:
    """The optical links, but as they were where a connector of their cages holds several links, under a rule of SPLIT.

    A leg of a trunk holds one link in every table.
    """
    several = np.maximum(*(links_of_plug(request, optical, side) for side in ("a", "b"))) > 1
    is_split = pl.Series(several) & (optical["rule"] >= 0)
    if not is_split.any():
        return optical
    is_kept = highest_of_cage(optical, is_split.to_numpy().astype(np.int64))[0] > 0
    back = asked.filter(is_kept).with_columns(
        rule=pl.when(pl.col("rule") < 0).then(-1).otherwise(SPLIT - pl.col("rule"))
    )
    return pl.concat([optical.filter(~is_kept), back.select(optical.columns)]).sort("order")


def _rule(chosen: pl.DataFrame, ends: LinkEnds, where: tuple[WhereSpec, ...]) -> pl.Series:
    """The first rule that asks for a trunk for each link; -1 for none."""
    a, b = ends.a, ends.b
    apart = {
        "racks": a.rack != b.rack,
        "rows": (a.hall != b.hall) | (a.row != b.row),
        "halls": a.hall != b.hall,
    }
    found = np.full(len(chosen), -1, dtype=np.int64)
    for number, spec in enumerate(where):
        own = (chosen["block"] == spec.block) & (chosen["network"] == spec.network)
        is_meant = own.to_numpy() & (chosen["length_mm"].to_numpy() >= spec.from_mm) & apart[spec.between]
        found = np.where((found < 0) & is_meant, number, found)
    return pl.Series("rule", found)


def _without_held(request: CablingRequest, asked: pl.DataFrame) -> pl.DataFrame:
    """Cables of released tranches that are no trunks stay what they are."""
    fixed = request.held.frame.filter(pl.col("medium") != "trunk")["cable"]
    numbers = pl.Series(cable_ids(request.blocks, asked))
    return asked.with_columns(rule=pl.when(numbers.is_in(fixed.implode())).then(-1).otherwise(pl.col("rule")))


def bundle_links(request: CablingRequest, chosen: pl.DataFrame, ends: LinkEnds) -> list[LaidBundle]:
    """Bundles that become trunks, in the order of their racks; none where no rule asks for any."""
    plant = request.plant
    room = None if plant is None else find_room(request, plant)
    if plant is None or room is None:
        return []
    links = _candidates(request, plant, chosen, ends)
    if not links.height:
        return []
    links = _with_panels(request, room, links, max(int(spec.ports.value) for spec in plant.cassettes))
    groups = links.partition_by(*BUNDLE, maintain_order=True)
    groups.sort(key=lambda group: (-group.height, group.select(BUNDLE).row(0)))
    left = {rack: room.slots(rack) for rack in room.units}
    laid = [found for group in groups if (found := _lay(request, plant, room, group, left)) is not None]
    return sorted(laid, key=lambda bundle: (bundle.a_rack, bundle.b_rack, bundle.block, bundle.network))


def _candidates(request: CablingRequest, plant: TrunkPlant, chosen: pl.DataFrame, ends: LinkEnds) -> pl.DataFrame:
    """Optical links that a rule asks for, in the order in which they take ports: those of released tranches first."""
    known = [spec.module for spec in plant.optics]
    ruled = [number for number, where in enumerate(plant.where) if where.is_ruled]
    numbered = chosen.with_columns(
        cable=pl.Series(cable_ids(request.blocks, chosen)),
        a_rack=pl.Series(ends.a.rack),
        b_rack=pl.Series(ends.b.rack),
        is_ruled=pl.col("rule").is_in(ruled),
    )
    is_asked = (pl.col("rule") >= 0) & pl.col("medium").is_in(list(OPTICAL)) & pl.col("module").is_in(known)
    is_later = ~pl.col("cable").is_in(request.held["cable"].implode())
    return numbered.filter(is_asked).sort(is_later, "cable")


def _with_panels(request: CablingRequest, room: PanelRoom, links: pl.DataFrame, ports: int) -> pl.DataFrame:
    """Links with the panel racks and jumpers of both ends; those without a panel, or with one panel, are left out."""
    both = np.concatenate([links["a_rack"].to_numpy(), links["b_rack"].to_numpy()]).astype(np.int64)
    panel = panel_racks(request, room, both, ports)
    a_panel, b_panel = np.split(panel, 2)
    is_led = (a_panel >= 0) & (b_panel >= 0) & (a_panel != b_panel)
    links = links.with_columns(a_panel=pl.Series(a_panel), b_panel=pl.Series(b_panel)).filter(is_led)
    for side in ("a", "b"):
        here, there = (rack_ends(request, links[f"{side}_{name}"].to_numpy()) for name in ("rack", "panel"))
        jumper_mm = _length_mm(request, here, there)[1]
        links = links.with_columns(pl.Series(f"{side}_jumper_mm", jumper_mm))
    return links.with_columns(
        low_rack=pl.min_horizontal("a_panel", "b_panel"), high_rack=pl.max_horizontal("a_panel", "b_panel")
    )


def _length_mm(request: CablingRequest, here: Ends, there: Ends) -> tuple[np.ndarray, np.ndarray]:
    """Tray path and stock length between racks."""
    routes = find_routes(request.halls, here, there)
    return routes.route_mm, stock_length_mm(request.halls, routes, here, there)


def _lay(
    request: CablingRequest, plant: TrunkPlant, room: PanelRoom, links: pl.DataFrame, left: dict[int, int]
) -> LaidBundle | None:
    """The bundle as trunks, its cassettes taken off the room that is left; None where it stays a bundle of fibres."""
    row = links.row(0, named=True)
    a_rack, b_rack = int(row["low_rack"]), int(row["high_rack"])
    route_mm, trunk_mm = _length_mm(
        request, rack_ends(request, np.array([a_rack])), rack_ends(request, np.array([b_rack]))
    )
    bundle = _bundle(request, plant, links, int(trunk_mm[0]))
    build = choose_build(bundle, plant, room.panel, years=service_years(request))
    if build is None:
        return None
    needed = build.trunks(links.height) * build.cassettes
    if left[a_rack] < needed or left[b_rack] < needed:
        return None
    left[a_rack] -= needed
    left[b_rack] -= needed
    columns = ("cable", "a_rack", "a_panel", "a_jumper_mm", "b_rack", "b_panel", "b_jumper_mm")
    return LaidBundle(
        block=row["block"],
        network=row["network"],
        jumper=row["part"],
        module=row["module"],
        budget_db=bundle.optics.loss_db.value,
        a_rack=a_rack,
        b_rack=b_rack,
        trunk_mm=bundle.trunk_mm,
        route_mm=int(route_mm[0]),
        build=build,
        links=links.select(columns),
    )


def _bundle(request: CablingRequest, plant: TrunkPlant, links: pl.DataFrame, trunk_mm: int) -> Bundle:
    """What the choice of a trunk rests on."""
    row = links.row(0, named=True)
    jumper = next(cable for cable in request.cables if cable.id == row["part"])
    module = next(module for module in request.modules if module.id == row["module"])
    optics = next(spec for spec in plant.optics if spec.module == module.id)
    jumpers_mm = links["a_jumper_mm"] + links["b_jumper_mm"]
    longest_mm = trunk_mm + int(jumpers_mm.to_numpy().max())
    return Bundle(
        jumper=jumper,
        optics=optics,
        reach_mm=min(module.reach_m.value, jumper.reach_m.value) * 1000.0,
        links=links.height,
        trunk_mm=trunk_mm,
        jumpers_mm=int(jumpers_mm.sum()),
        longest_mm=longest_mm,
        direct_usd=_direct_usd(jumper, links["length_mm"], service_years(request) * HOURS_PER_YEAR),
        is_ruled=bool(row["is_ruled"]),
    )


def _direct_usd(fibre: CableSpec, length_mm: pl.Series, hours: float) -> float | None:
    """Price of the fibres from end to end that the trunk replaces."""
    mean_usd = cable_price_usd(fibre, int(length_mm.sum()) / 1000.0 / len(length_mm), hours)
    return None if mean_usd is None else mean_usd * len(length_mm)
