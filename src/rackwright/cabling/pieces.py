"""Which pieces of cable lie in the trays and are ordered? Links through panels fall into two jumpers and a trunk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from rackwright.cabling.ends import rack_ends
from rackwright.cabling.identity import cable_ids
from rackwright.cabling.panels import PanelTables
from rackwright.cabling.paths import Ends, Routes, find_routes
from rackwright.cabling.request import CablingRequest
from rackwright.cabling.structured import LaidBundle

__all__ = ["TrayPieces", "kept_ends", "lead_through", "ordered_pieces", "tray_pieces"]

ORDERED = ("block", "hall", "part", "length_mm")


@dataclass(frozen=True)
class TrayPieces:
    """Routes, ends and parts of everything that may lie in a tray; what has no part (empty) lies in none."""

    routes: Routes
    ends: tuple[Ends, Ends]
    part: pl.Series


def lead_through(request: CablingRequest, chosen: pl.DataFrame, laid: Sequence[LaidBundle]) -> pl.DataFrame:
    """The links with medium and length of those that run through trunks; all others keep a cable of their own."""
    if request.plant is None:
        return chosen
    ways = [
        bundle.links.select("cable", way_mm=pl.col("a_jumper_mm") + pl.col("b_jumper_mm") + bundle.trunk_mm)
        for bundle in laid
    ]
    way = pl.concat([pl.DataFrame(schema={"cable": pl.Int64, "way_mm": pl.Int64}), *ways])
    joined = chosen.with_columns(cable=pl.Series(cable_ids(request.blocks, chosen))).join(
        way, on="cable", how="left", maintain_order="left"
    )
    is_led = pl.col("way_mm").is_not_null()
    fibre = pl.when(pl.col("medium") == "trunk").then(pl.lit("fibre")).otherwise(pl.col("medium"))
    return joined.with_columns(
        medium=pl.when(is_led).then(pl.lit("trunk")).otherwise(fibre),
        length_mm=pl.when(is_led).then(pl.col("way_mm")).otherwise(pl.col("length_mm")),
    ).drop("cable", "way_mm")


def ordered_pieces(found: pl.DataFrame, tables: PanelTables) -> pl.DataFrame:
    """Assemblies to order, each once at the length of its longest leg, and jumpers: block, hall, part, length_mm.

    Parameters
    ----------
    found
        Links that are cabled, with cable, assembly, block, hall, part, medium, length_mm, links_at_a, links_at_b.
    tables
        Ways of links through panels.
    """
    is_shared = pl.max_horizontal("links_at_a", "links_at_b") > 1
    columns = (*ORDERED, "cable", "assembly", "medium", "links_at_a", "links_at_b")
    found = found.select(columns)
    shared = found.filter(is_shared).with_columns(length_mm=pl.col("length_mm").max().over("assembly"))
    once = shared.filter(pl.col("cable") == pl.col("assembly")).select(ORDERED)
    alone = found.filter(~is_shared & (pl.col("medium") != "trunk")).select(ORDERED)
    channels = tables.channels.frame.select("cable", "a_jumper_mm", "b_jumper_mm")
    led = found.join(channels, on="cable") if len(channels) else found.head(0)
    jumpers = [
        led.with_columns(length_mm=pl.col(f"{side}_jumper_mm")).select(ORDERED) for side in ("a", "b") if len(channels)
    ]
    return pl.concat([alone, once, *jumpers])


def tray_pieces(request: CablingRequest, whole: TrayPieces, laid: Sequence[LaidBundle]) -> TrayPieces:
    """What lies in the trays: cables from end to end as they are, jumpers and trunks in the place of the others.

    Parameters
    ----------
    request
        Halls and racks.
    whole
        Every link from end to end; those through panels, and all but the first link of a leg, have no part (empty).
    laid
        Bundles that became trunks.
    """
    if not laid:
        return whole
    own = whole.part.to_numpy() != ""
    runs = [_Run(kept_ends(whole.ends[0], own), kept_ends(whole.ends[1], own), whole.part.filter(pl.Series(own)))]
    for bundle in laid:
        jumpers = pl.Series([bundle.jumper] * bundle.links.height)
        for side in ("a", "b"):
            rack, panel = (bundle.links[f"{side}_{name}"].to_numpy() for name in ("rack", "panel"))
            runs.append(_Run(rack_ends(request, rack), rack_ends(request, panel), jumpers))
        trunks = bundle.build.trunks(bundle.links.height)
        first, second = (rack_ends(request, np.full(trunks, rack)) for rack in (bundle.a_rack, bundle.b_rack))
        runs.append(_Run(first, second, pl.Series([bundle.build.trunk.id] * trunks)))
    a, b = _joined([run.a for run in runs]), _joined([run.b for run in runs])
    return TrayPieces(find_routes(request.halls, a, b), (a, b), pl.concat([run.part for run in runs]))


@dataclass(frozen=True)
class _Run:
    """Pieces of one kind: both ends and parts."""

    a: Ends
    b: Ends
    part: pl.Series


def kept_ends(ends: Ends, kept: np.ndarray) -> Ends:
    """Some of the ends."""
    return Ends(*(getattr(ends, name)[kept] for name in Ends.__dataclass_fields__))


def _joined(ends: Sequence[Ends]) -> Ends:
    return Ends(*(np.concatenate([getattr(end, name) for end in ends]) for name in Ends.__dataclass_fields__))
