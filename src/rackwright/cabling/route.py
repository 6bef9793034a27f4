"""Which cable carries each link, along which route, how long, and pulled when?"""

from __future__ import annotations

import numpy as np
import polars as pl

from rackwright.cabling.checks import check_cables
from rackwright.cabling.choice import LinkClass, choose_part
from rackwright.cabling.ends import CABLE_KEY, LinkEnds, find_ends, one_medium_mm
from rackwright.cabling.held import keep_held
from rackwright.cabling.identity import cable_ids
from rackwright.cabling.paths import Ends, IntArray, Routes, find_routes, stock_length_mm
from rackwright.cabling.request import CablingRequest
from rackwright.cabling.tally import count_assemblies, count_modules
from rackwright.cabling.trays import fill_trays
from rackwright.tables.cabling import Cables, Cabling
from rackwright.tables.checks import Checks

__all__ = ["route_cables"]

OMISSIONS = (
    "cabling: one cable carries one link; twin-port and breakout assemblies are counted as single cables.",
    "cabling: both ends of a fibre take the same kind of transceiver; a tray's cages are taken to be the switch's.",
    "cabling: a hall has trays over its rows and three cross trays, as many side by side as the fill limit asks for.",
    "cabling: patch panels, trunks and mixed media in one cage of a leaf are not looked at.",
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
    chosen = _choose(request, frame)
    if len(request.held):
        chosen = keep_held(chosen, pl.Series(cable_ids(request.blocks, chosen)), request.held)
    has_part = chosen["part"].is_not_null()
    kept = has_part.to_numpy()
    cables = _cables(request, chosen.filter(has_part), ends.a.row[kept])
    return _result(request, cables, chosen, _kept(ends, routes, kept))


def _choose(request: CablingRequest, frame: pl.DataFrame) -> pl.DataFrame:
    """The links with part, module and medium; null where there is none."""
    kinds = frame.select(*CABLE_KEY, "b_per_cage").unique().sort(*CABLE_KEY, "b_per_cage")
    switches = {spec.id: spec for spec in request.switches}
    years = max((hall.service_years.value for hall in request.halls if hall.service_years), default=0.0)
    rows = []
    # A row for each kind of link and length: a few hundred, however many links there are.
    for gbit_s, a_part, b_part, _, need_mm, per_cage in kinds.iter_rows():
        upper = switches[b_part]
        link = LinkClass(
            gbit_s=gbit_s,
            lower_cage=switches[a_part].cage if a_part else "",
            upper_cage=upper.cage,
            links_per_cage=per_cage,
            cage_power_w=upper.cage_power_w.value if upper.cage_power_w else -1.0,
        )
        choice = choose_part(link, need_mm, request.cables, request.modules, service_years=years)
        rows.append((choice.part, choice.module, choice.medium) if choice else (None, None, None))
    schema = {"part": pl.String, "module": pl.String, "medium": pl.String}
    choices = pl.concat([kinds, pl.DataFrame(rows, schema=schema, orient="row")], how="horizontal")
    return frame.join(choices, on=[*CABLE_KEY, "b_per_cage"], how="left", maintain_order="left")


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
    request: CablingRequest, cables: Cables, chosen: pl.DataFrame, kept: tuple[Routes, tuple[Ends, Ends]]
) -> Cabling:
    found = chosen.filter(pl.col("part").is_not_null())
    diameter_m = {spec.id: spec.diameter_m.value if spec.diameter_m else 0.0 for spec in request.cables}
    parts = found["part"].replace_strict(diameter_m, return_dtype=pl.Float64).to_numpy()
    tray_fill = fill_trays(request.halls, kept[0], kept[1], np.pi / 4.0 * parts**2)
    return Cabling(
        cables=cables,
        assemblies=count_assemblies(found, request.halls, request.cables),
        modules=count_modules(found, request.halls, request.modules),
        tray_fill=tray_fill,
        checks=Checks.from_rows(
            check_cables(request, cables, chosen.filter(pl.col("part").is_null()), found, tray_fill)
        ),
        omissions=OMISSIONS + _unpublished(request, found),
    )


def _unpublished(request: CablingRequest, found: pl.DataFrame) -> tuple[str, ...]:
    """Sentence on used parts whose diameter is not published."""
    used = set(found["part"].unique().to_list())
    parts = sorted(spec.id for spec in request.cables if spec.id in used and spec.diameter_m is None)
    return (f"cabling: no diameter is published for {', '.join(parts)}; they fill no tray.",) if parts else ()
