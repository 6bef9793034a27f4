"""Which cable carries each link, along which route, how long, and pulled when?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from rackwright.cabling.assemblies import with_assemblies
from rackwright.cabling.cages import highest_of_cage
from rackwright.cabling.checks import check_cables
from rackwright.cabling.ends import LinkEnds, find_ends
from rackwright.cabling.held import keep_held
from rackwright.cabling.identity import cable_ids
from rackwright.cabling.kinds import choose_parts, with_farthest
from rackwright.cabling.panels import panel_tables
from rackwright.cabling.paths import Ends, IntArray, Routes, find_routes, stock_length_mm
from rackwright.cabling.pieces import TrayPieces, kept_ends, lead_through, ordered_pieces, tray_pieces
from rackwright.cabling.request import CablingRequest
from rackwright.cabling.structured import LaidBundle, bundle_links, prefer_optics
from rackwright.cabling.tally import count_assemblies, count_modules
from rackwright.cabling.trays import fill_trays
from rackwright.cabling.trunk_checks import check_trunks
from rackwright.tables.cabling import Cables, Cabling, TrayFill
from rackwright.tables.checks import Checks

__all__ = ["route_cables"]

TABLE_ONLY = (
    "link", "bundle", "route_mm", "pull_order", "leg", "need_mm", "top_gbit_s", "joins", "a_network", "a_tier",
    "a_index", "b_index", "a_rack", "b_rack",
)  # fmt: skip
"""Columns of links that nothing asks for once the table of cables is made; large plans do not carry them on."""

OMISSIONS = (
    "cabling: power of a transceiver in a tray's cage is not checked; management ports are taken to fit their cable.",
    "cabling: a hall has trays over its rows and three cross trays, as many side by side as the fill limit asks for.",
    "cabling: mixed media in one cage of a leaf are not looked at; trunks carry parallel optics of whole ports alone.",
    "cabling: cables inside a rack (scale-up cartridges, management patch cords) belong to the rack.",
)


def route_cables(request: CablingRequest) -> Cabling:
    """Give every link a cable: route, length, part, transceiver, number and place in the pull order.

    Parameters
    ----------
    request
        Links, devices, racks and mounts, and the catalog's cables, transceivers and layout rules.

    Returns
    -------
    Cables, counts of assemblies and transceivers with spares, tray fill, checks. A link without a feasible part, or
    between devices that stand nowhere, has no cable: failed checks count it.
    """
    links = _routed(request)
    cables = Cables.of(links.found)
    links = replace(links, found=links.found.drop(TABLE_ONLY))
    found, tables = links.found, panel_tables(request, links.laid)
    checks = check_cables(request, cables, (links.without_part, found), links.tray_fill)
    return Cabling(
        cables=cables,
        assemblies=count_assemblies(ordered_pieces(found, tables), request.halls, request.cables),
        modules=count_modules(found, request.halls, request.modules),
        tray_fill=links.tray_fill,
        checks=Checks.from_rows([*checks, *check_trunks(request, found, tables)]),
        omissions=OMISSIONS + _unpublished(request, found),
        panels=tables.panels,
        cassettes=tables.cassettes,
        trunks=tables.trunks,
        channels=tables.channels,
    )


@dataclass(frozen=True)
class _Routed:
    """Links with all that a cable has, links without a part, bundles that run in trunks, fill of the trays."""

    found: pl.DataFrame
    without_part: pl.DataFrame
    laid: Sequence[LaidBundle]
    tray_fill: TrayFill


def _routed(request: CablingRequest) -> _Routed:
    """Part, route, length, number and pull order of every link, and what they fill."""
    ends = find_ends(request)
    routes = find_routes(request.halls, ends.a, ends.b)
    chosen = prefer_optics(request, _chosen(request, ends, routes), ends)
    laid = bundle_links(request, chosen, ends)
    chosen = lead_through(request, chosen, laid)
    has_part = chosen["part"].is_not_null()
    kept = has_part.to_numpy()
    without_part = with_farthest(request, chosen, chosen.filter(~has_part))
    found = _numbered(request, chosen.filter(has_part) if without_part.height else chosen, ends.a.row[kept])
    routes, both = _kept(ends, routes, kept)
    tray_fill = _fill(request, TrayPieces(routes, both, _tray_parts(found)), laid)
    return _Routed(found, without_part, laid, tray_fill)


def _chosen(request: CablingRequest, ends: LinkEnds, routes: Routes) -> pl.DataFrame:
    """Links with hall, lengths and part; those of released tranches as they are."""
    length_mm = stock_length_mm(request.halls, routes, ends.a, ends.b)
    gbit_s = ends.frame["gbit_s"].to_numpy().astype(np.int64)
    need_mm, top_gbit_s = highest_of_cage(ends.frame, length_mm, gbit_s)
    halls = pl.Series([hall.id for hall in request.halls], dtype=pl.String)
    frame = ends.frame.with_columns(
        hall=halls.gather(ends.a.hall),
        length_mm=pl.Series(length_mm),
        route_mm=pl.Series(routes.route_mm),
        need_mm=pl.Series(need_mm),
        top_gbit_s=pl.Series(top_gbit_s),
    )
    chosen = choose_parts(request, frame, request.cables)
    if not len(request.held):
        return chosen
    return keep_held(chosen, pl.Series(cable_ids(request.blocks, chosen)), request.held)


def _fill(request: CablingRequest, whole: TrayPieces, laid: Sequence[LaidBundle]) -> TrayFill:
    """Fill of the trays by cables, jumpers and trunks."""
    pieces = tray_pieces(request, whole, laid)
    return fill_trays(request.halls, pieces.routes, pieces.ends, _areas_m2(request, pieces))


def _numbered(request: CablingRequest, frame: pl.DataFrame, row: IntArray) -> pl.DataFrame:
    """Links with a part, with cable, assembly, leg and pull_order."""
    cable = cable_ids(request.blocks, frame)
    numbers = pl.Series(cable)
    if numbers.is_sorted():  # said, so that the table of cables need not copy its columns to sort them
        numbers = numbers.set_sorted()
    numbered = with_assemblies(request, frame.with_columns(cable=numbers), cable)
    return numbered.with_columns(pull_order=pl.Series(_pull_order(numbered, row)))


def _pull_order(frame: pl.DataFrame, row: IntArray) -> IntArray:
    """Order of pulling within each hall: tray by tray (row of the lower end), the longest route first.

    Legs of an assembly are pulled one after the other, where its longest has its turn.
    """
    hall = frame["hall"]
    code = hall.rank("dense").to_numpy().astype(np.int64) if len(hall) else np.zeros(0, dtype=np.int64)
    cable, assembly, route_mm = (frame[name].to_numpy() for name in ("cable", "assembly", "route_mm"))
    shared = np.flatnonzero((frame["links_at_a"] != frame["links_at_b"]).to_numpy())
    if len(shared):
        whole = pl.DataFrame({"assembly": assembly[shared], "route_mm": route_mm[shared], "row": row[shared]})
        whole = whole.select(pl.col("route_mm").max().over("assembly"), pl.col("row").min().over("assembly"))
        route_mm, row = route_mm.copy(), row.copy()
        route_mm[shared], row[shared] = whole["route_mm"].to_numpy(), whole["row"].to_numpy()
    order = np.lexsort((cable, assembly, -route_mm, row, code))
    starts = np.searchsorted(code[order], code)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    pull_order: IntArray = rank - starts + 1
    return pull_order


def _kept(ends: LinkEnds, routes: Routes, kept: np.ndarray) -> tuple[Routes, tuple[Ends, Ends]]:
    """Routes and ends of the links that have a cable."""
    if kept.all():
        return routes, (ends.a, ends.b)
    a, b = (kept_ends(end, kept) for end in (ends.a, ends.b))
    return Routes(routes.route_mm[kept], routes.cross[kept]), (a, b)


def _tray_parts(found: pl.DataFrame) -> pl.Series:
    """Part of the piece of cable each link adds to the trays: none through trunks, one leg for all links in it."""
    own = pl.when(pl.col("medium") == "trunk").then(pl.lit("")).otherwise(pl.col("part"))
    places = np.flatnonzero(np.minimum(found["links_at_a"].to_numpy(), found["links_at_b"].to_numpy()) > 1)
    again = (
        found.select("assembly", "leg")[places].select(~pl.struct("assembly", "leg").is_first_distinct()).to_series()
    )
    is_again = np.zeros(found.height, dtype=np.bool_)
    is_again[places] = again.to_numpy()
    return found.select(pl.when(pl.Series(is_again)).then(pl.lit("")).otherwise(own).alias("part"))["part"]


def _areas_m2(request: CablingRequest, pieces: TrayPieces) -> np.ndarray:
    """Cross-section of each piece [m2]; 0 where no diameter is published, -1 where it lies in no tray."""
    trunks = request.plant.trunks if request.plant else ()
    known = [(spec.id, spec.diameter_m) for spec in request.cables] + [(spec.id, spec.diameter_m) for spec in trunks]
    area_m2 = {part: np.pi / 4.0 * fact.value**2 if fact else 0.0 for part, fact in known} | {"": -1.0}
    return pieces.part.replace_strict(area_m2, return_dtype=pl.Float64).to_numpy()


def _unpublished(request: CablingRequest, found: pl.DataFrame) -> tuple[str, ...]:
    """Sentence on used parts whose diameter is not published."""
    used = set(found["part"].unique().to_list())
    parts = sorted(spec.id for spec in request.cables if spec.id in used and spec.diameter_m is None)
    return (f"cabling: no diameter is published for {', '.join(parts)}; they fill no tray.",) if parts else ()
