"""Which cable carries each link, along which route, how long, and pulled when?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from rackwright.cabling.checks import check_cables
from rackwright.cabling.ends import LinkEnds, find_ends, one_medium_mm
from rackwright.cabling.held import keep_held
from rackwright.cabling.identity import cable_ids
from rackwright.cabling.kinds import choose_parts
from rackwright.cabling.panels import panel_tables
from rackwright.cabling.paths import Ends, IntArray, Routes, find_routes, stock_length_mm
from rackwright.cabling.pieces import TrayPieces, lead_through, ordered_pieces, tray_pieces
from rackwright.cabling.request import CablingRequest
from rackwright.cabling.structured import LaidBundle, bundle_links, prefer_optics
from rackwright.cabling.tally import count_assemblies, count_modules
from rackwright.cabling.trays import fill_trays
from rackwright.cabling.trunk_checks import check_trunks
from rackwright.tables.cabling import Cables, Cabling
from rackwright.tables.checks import Checks

__all__ = ["route_cables"]

OMISSIONS = (
    "cabling: no splitter or twin-port assembly is known: links that share a cage take transceivers and a fibre each.",
    "cabling: power of a transceiver in a tray's cage is not checked; management ports are taken to fit their cable.",
    "cabling: a hall has trays over its rows and three cross trays, as many side by side as the fill limit asks for.",
    "cabling: mixed media in one cage of a leaf are not looked at; trunks carry parallel optics, none of LC.",
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
    ends = find_ends(request)
    routes = find_routes(request.halls, ends.a, ends.b)
    length_mm = stock_length_mm(request.halls, routes, ends.a, ends.b)
    need_mm = one_medium_mm(ends.frame, length_mm)
    halls = np.array([hall.id for hall in request.halls], dtype=object)
    frame = ends.frame.with_columns(
        hall=pl.Series(halls[ends.a.hall].tolist(), dtype=pl.String),
        length_mm=pl.Series(length_mm),
        route_mm=pl.Series(routes.route_mm),
        need_mm=pl.Series(need_mm),
    )
    chosen = choose_parts(request, frame, request.cables)
    if len(request.held):
        chosen = keep_held(chosen, pl.Series(cable_ids(request.blocks, chosen)), request.held)
    chosen = prefer_optics(request, chosen, ends)
    laid = bundle_links(request, chosen, ends)
    chosen = lead_through(request, chosen, laid)
    has_part = chosen["part"].is_not_null()
    kept = has_part.to_numpy()
    cables = _cables(request, chosen.filter(has_part), ends.a.row[kept])
    return _result(request, cables, chosen, (_kept(ends, routes, kept), laid))


def _cables(request: CablingRequest, frame: pl.DataFrame, row: IntArray) -> Cables:
    cable = cable_ids(request.blocks, frame)
    pull_order = _pull_order(frame["hall"], row, frame["route_mm"].to_numpy(), cable)
    return Cables.of(frame.with_columns(cable=pl.Series(cable), pull_order=pl.Series(pull_order)))


def _pull_order(hall: pl.Series, row: IntArray, route_mm: IntArray, cable: IntArray) -> IntArray:
    """Order of pulling within each hall: tray by tray (row of the lower end), the longest route first."""
    code = hall.rank("dense").to_numpy().astype(np.int64) if len(hall) else np.zeros(0, dtype=np.int64)
    order = np.lexsort((cable, -route_mm, row, code))
    starts = np.searchsorted(code[order], code)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    pull_order: IntArray = rank - starts + 1
    return pull_order


def _kept(ends: LinkEnds, routes: Routes, kept: np.ndarray) -> tuple[Routes, tuple[Ends, Ends]]:
    """Routes and ends of the links that have a cable."""
    a, b = (
        Ends(end.rack[kept], end.hall[kept], end.row[kept], end.position[kept], end.x_mm[kept], end.y_mm[kept])
        for end in (ends.a, ends.b)
    )
    return Routes(routes.route_mm[kept], routes.cross[kept]), (a, b)


def _result(
    request: CablingRequest,
    cables: Cables,
    chosen: pl.DataFrame,
    kept: tuple[tuple[Routes, tuple[Ends, Ends]], Sequence[LaidBundle]],
) -> Cabling:
    (routes, ends), laid = kept
    found = chosen.filter(pl.col("part").is_not_null())
    tables = panel_tables(request, laid)
    own = pl.when(pl.col("medium") == "trunk").then(pl.lit("")).otherwise(pl.col("part"))
    pieces = tray_pieces(request, TrayPieces(routes, ends, found.select(own.alias("part"))["part"]), laid)
    tray_fill = fill_trays(request.halls, pieces.routes, pieces.ends, np.pi / 4.0 * _diameters(request, pieces) ** 2)
    ordered = ordered_pieces(found, pl.Series(cable_ids(request.blocks, found)), tables) if laid else found
    checks = check_cables(request, cables, chosen.filter(pl.col("part").is_null()), found, tray_fill)
    return Cabling(
        cables=cables,
        assemblies=count_assemblies(ordered, request.halls, request.cables),
        modules=count_modules(found, request.halls, request.modules),
        tray_fill=tray_fill,
        checks=Checks.from_rows([*checks, *check_trunks(request, chosen, tables)]),
        omissions=OMISSIONS + _unpublished(request, found),
        panels=tables.panels,
        cassettes=tables.cassettes,
        trunks=tables.trunks,
        channels=tables.channels,
    )


def _diameters(request: CablingRequest, pieces: TrayPieces) -> np.ndarray:
    """Outer diameter of each piece [m]; 0 where none is published."""
    trunks = request.plant.trunks if request.plant else ()
    known = [(spec.id, spec.diameter_m) for spec in request.cables] + [(spec.id, spec.diameter_m) for spec in trunks]
    diameter_m = {part: fact.value if fact else 0.0 for part, fact in known}
    return pieces.part.replace_strict(diameter_m, return_dtype=pl.Float64).to_numpy()


def _unpublished(request: CablingRequest, found: pl.DataFrame) -> tuple[str, ...]:
    """Sentence on used parts whose diameter is not published."""
    used = set(found["part"].unique().to_list())
    parts = sorted(spec.id for spec in request.cables if spec.id in used and spec.diameter_m is None)
    return (f"cabling: no diameter is published for {', '.join(parts)}; they fill no tray.",) if parts else ()
