"""Does every link have one cable that reaches, fits its cages and finds room in the trays?"""

from __future__ import annotations

import polars as pl

from rackwright.cabling.held import count_touched
from rackwright.cabling.request import CablingRequest
from rackwright.tables.cabling import Cables, TrayFill

__all__ = ["CheckRow", "check_cables"]

CheckRow = tuple[str, str, float, float, str, bool, str]
ARITHMETIC = "arithmetic"
NAMED = 3


def check_cables(
    request: CablingRequest, cables: Cables, without_part: pl.DataFrame, chosen: pl.DataFrame, tray_fill: TrayFill
) -> list[CheckRow]:
    """Rows of all rules of the stage.

    Parameters
    ----------
    request
        Input of the stage.
    cables
        Its cables.
    without_part
        Links between placed devices that no part can carry: block, gbit_s, b_part, need_mm.
    chosen
        Cables with block, part, module, a_module, length_mm, gbit_s, and of both ends device, part, cage, per_cage;
        a_form.
    tray_fill
        Fill of the trays.
    """
    wanted = dict(request.links.frame.group_by("block").len().iter_rows())
    cabled = dict(cables.frame.group_by("block").agg(pl.col("link").n_unique()).iter_rows())
    rows: list[CheckRow] = []
    for block in request.blocks:
        if block not in wanted:
            continue
        found, links = cabled.get(block, 0), wanted[block]
        rows.append(("cabling-one-per-link", block, found, links, "links", found == links, ARITHMETIC))
        rows.append(_part_row(block, without_part.filter(pl.col("block") == block)))
        own = chosen.filter(pl.col("block") == block)
        rows.extend(_fit_rows(request, block, own))
        rows.extend(_plug_rows(request, block, own))
    rows += _held_rows(request, cables)
    return rows + _bend_rows(request, cables) + _fill_rows(request, tray_fill)


def _held_rows(request: CablingRequest, cables: Cables) -> list[CheckRow]:
    """Cables of released tranches that the plan takes out, moves or makes otherwise."""
    source = "earlier plan; `rackwright diff OLD NEW --cables` lists them"
    counted = count_touched(cables, request.held)
    return [
        ("cabling-released-kept", block, held - touched, held, "cables", touched == 0, source)
        for block, held, touched in counted.iter_rows()
    ]


def _part_row(block: str, links: pl.DataFrame) -> CheckRow:
    """Links for which the catalog has no part; the first kinds are named."""
    kinds = links.group_by("gbit_s", "b_part").agg(pl.col("need_mm").max()).sort("gbit_s", "b_part").head(NAMED)
    named = [f"{rate:g} Gbit/s at {part} over {need / 1000:g} m" for rate, part, need in kinds.iter_rows()]
    source = f"catalog has no part for {', '.join(named)}" if named else "catalog"
    return ("cabling-part", block, len(links), 0, "links without a part", not named, source)


def _fit_rows(request: CablingRequest, block: str, chosen: pl.DataFrame) -> list[CheckRow]:
    """Reach of part and transceiver against length, power of the module against that of the cage."""
    frame = _with_limits(request, chosen)
    short = frame.filter(pl.col("length_mm") > pl.col("reach_mm")).height
    hot = frame.filter((pl.col("limit_w") >= 0) & (pl.col("cage_w") > pl.col("limit_w") + 1e-9)).height
    return [
        ("cabling-reach", block, short, 0, "cables beyond reach", short == 0, "fact:CABLE.reach_m, MODULE.reach_m"),
        ("cabling-cage-power", block, hot, 0, "cages too hot", hot == 0, "fact:SWITCH.cage_power_w"),
    ]


def _plug_rows(request: CablingRequest, block: str, chosen: pl.DataFrame) -> list[CheckRow]:
    """Cages that more than one assembly is plugged into, and plugs of another form than their cage, at both ends."""
    own = chosen.filter(pl.col("module") == "")
    crowded = sum(_crowded_cages(own, side) for side in ("a", "b"))
    plugs = {spec.id: spec.cage for spec in request.cables} | {spec.id: spec.cage for spec in request.modules}
    cages = {spec.id: spec.cage for spec in request.switches}
    unlike = _unlike_plugs(chosen, plugs, cages)
    return [
        ("cabling-plugs", block, crowded, 0, "cages with two cables plugged in", crowded == 0, ARITHMETIC),
        ("cabling-form", block, unlike, 0, "plugs unlike their cage", unlike == 0, "catalog: Switch.cage, Tray cages"),
    ]


def _crowded_cages(own: pl.DataFrame, side: str) -> int:
    """Cages of one side that hold plugs of more than one assembly; a tray's cages as many as its links ask for."""
    cage = [f"{side}_device", f"{side}_cage"]
    return own.filter(pl.col(f"{side}_cage") >= 0).group_by(cage).len("plugs").filter(pl.col("plugs") > 1).height


def _unlike_plugs(chosen: pl.DataFrame, plugs: dict[str, str], cages: dict[str, str]) -> int:
    """Ends whose plug, the transceiver's or the assembly's own, has another form than the known cage."""
    counted = chosen.group_by("part", "a_part", "a_form", "a_module", "b_part", "module").len("ends")
    count = 0
    for part, a_part, a_form, a_module, b_part, module, ends in counted.iter_rows():
        for cage, plug in ((cages.get(a_part, a_form), a_module or part), (cages.get(b_part, ""), module or part)):
            count += ends if cage and plugs[plug] != cage else 0
    return count


def _with_limits(request: CablingRequest, chosen: pl.DataFrame) -> pl.DataFrame:
    """Cables with reach [mm], power in the upper cage [W] and its limit [W], looked up again from the catalog parts."""
    cables = pl.DataFrame(
        [(s.id, s.reach_m.value, s.rate_gbit_s.value, s.power_w.value if s.power_w else 0.0) for s in request.cables],
        schema={"part": pl.String, "cable_reach_m": pl.Float64, "rate": pl.Float64, "cable_w": pl.Float64},
        orient="row",
    )
    modules = pl.DataFrame(
        [(spec.id, spec.reach_m.value, spec.power_w.value if spec.power_w else 0.0) for spec in request.modules],
        schema={"module": pl.String, "module_reach_m": pl.Float64, "module_w": pl.Float64},
        orient="row",
    )
    switches = pl.DataFrame(
        [(spec.id, spec.cage_power_w.value if spec.cage_power_w else -1.0) for spec in request.switches],
        schema={"b_part": pl.String, "limit_w": pl.Float64},
        orient="row",
    )
    joined = chosen.join(cables, on="part").join(modules, on="module", how="left").join(switches, on="b_part")
    reach_m = pl.min_horizontal("cable_reach_m", "module_reach_m")
    end_w = pl.col("cable_w") * pl.min_horizontal(1.0, pl.col("gbit_s") / pl.col("rate")) / 2 * pl.col("b_per_cage")
    return joined.with_columns(
        reach_mm=(reach_m * 1000.0).round(),
        cage_w=pl.when(pl.col("module") == "").then(end_w).otherwise(pl.col("module_w")),
    )


def _bend_rows(request: CablingRequest, cables: Cables) -> list[CheckRow]:
    """The stiffest cable of each hall: two bends of its radius, from the rack into the tray, within the drop."""
    diameter_m = {spec.id: spec.diameter_m.value for spec in request.cables if spec.diameter_m is not None}
    used = cables.frame.select("hall", "part").unique().sort("hall", "part")
    rows: list[CheckRow] = []
    for hall in request.halls:
        parts = [part for part in used.filter(hall=hall.id)["part"].to_list() if part in diameter_m]
        if not parts or hall.bend_radius_diameters is None:
            continue
        stiffest = max(parts, key=lambda part: diameter_m[part])
        need_m, drop_m = 2.0 * hall.bend_radius_diameters.value * diameter_m[stiffest], hall.drop_height_m.value
        source = f"fact:{hall.bend_radius_diameters.id}, {stiffest}"
        rows.append(("cabling-bend-radius", hall.id, need_m, drop_m, "m", need_m <= drop_m, source))
    return rows


def _fill_rows(request: CablingRequest, tray_fill: TrayFill) -> list[CheckRow]:
    """The fullest tray of each hall against the fill limit."""
    rows: list[CheckRow] = []
    for hall in request.halls:
        limit = hall.tray_fill_share
        fullest = tray_fill.frame.filter(pl.col("hall") == hall.id).sort("fill_share", "tray", descending=[True, False])
        if limit is None or not len(fullest):
            continue
        share, subject = float(fullest["fill_share"][0]), f"{hall.id}/{fullest['tray'][0]}"
        rows.append(
            ("cabling-tray-fill", subject, share, limit.value, "share", share <= limit.value, f"fact:{limit.id}")
        )
    return rows
