"""Does every link have one cable that reaches, fits its cages and finds room in the trays?"""

from __future__ import annotations

import math

import polars as pl

from rackwright.cabling.held import count_touched
from rackwright.cabling.plugs import Crowding, count_crowded
from rackwright.cabling.request import CablingRequest
from rackwright.tables.cabling import Cables, TrayFill

__all__ = ["CheckRow", "check_cables", "check_fill"]

CheckRow = tuple[str, str, float, float, str, bool, str]
ARITHMETIC = "arithmetic"
NAMED = 3
KIND = (
    "block", "part", "module", "a_module", "a_part", "a_form", "b_part", "gbit_s", "links_at_a", "links_at_b",
    "length_mm",
)  # fmt: skip
"""What the checks of fit look at; cables that are equal in it are looked at once."""


def check_cables(
    request: CablingRequest, cables: Cables, links: tuple[pl.DataFrame, pl.DataFrame], tray_fill: TrayFill
) -> list[CheckRow]:
    """Rows of all rules of the stage.

    Parameters
    ----------
    request
        Input of the stage.
    cables
        Its cables.
    links
        Links between placed devices that no part can carry: block, gbit_s, b_part, need_mm, joins, far_part, far_mm and
        per_cage of both ends; and those cabled, with block, part, module, a_module, assembly, length_mm, gbit_s,
        a_form, and of both ends device, port, part, cage, per_cage and the links of a plug.
    tray_fill
        Fill of the trays.
    """
    without_part, chosen = links
    crowded, kinds = count_crowded(request, chosen), _with_limits(request, _kinds(chosen))
    wanted = dict(request.links.frame.group_by("block").len().iter_rows())
    cabled = dict(cables.frame.group_by("block").agg(pl.col("link").n_unique()).iter_rows())
    rows: list[CheckRow] = []
    for block in request.blocks:
        if block not in wanted:
            continue
        found, asked = cabled.get(block, 0), wanted[block]
        rows.append(("cabling-one-per-link", block, found, asked, "links", found == asked, ARITHMETIC))
        rows.append(_part_row(block, without_part.filter(pl.col("block") == block)))
        own = kinds.filter(pl.col("block") == block)
        rows.extend(_fit_rows(block, own))
        rows.extend(_plug_rows(request, block, own, crowded))
    rows += _held_rows(request, cables)
    return rows + _bend_rows(request, cables) + check_fill(request, tray_fill)


def _kinds(chosen: pl.DataFrame) -> pl.DataFrame:
    """Cables that the checks of fit cannot tell apart, with their number as `links`."""
    kinds = chosen.group_by(KIND).len("links")
    return kinds.with_columns(pl.col(pl.Categorical).cast(pl.String))


def _held_rows(request: CablingRequest, cables: Cables) -> list[CheckRow]:
    """Cables of released tranches that the plan takes out, moves or makes otherwise."""
    if not len(request.held):
        return []
    source = "earlier plan; `rackwright diff OLD NEW --cables` lists them"
    counted = count_touched(cables, request.held)
    return [
        ("cabling-released-kept", block, held - touched, held, "cables", touched == 0, source)
        for block, held, touched in counted.iter_rows()
    ]


def _part_row(block: str, links: pl.DataFrame) -> CheckRow:
    """Links for which the catalog has no part; the first kinds are named, with the part that reaches farthest."""
    is_apart = (pl.col("joins") == 0) & (pl.min_horizontal("a_per_cage", "b_per_cage") > 1)
    keys = ("gbit_s", "b_part", "is_apart", "far_part", "far_mm")
    kinds = links.with_columns(is_apart=is_apart).group_by(keys).agg(pl.col("need_mm").max()).sort(keys).head(NAMED)
    named = [
        f"{rate:g} Gbit/s at {part} over {need / 1000:g} m"
        + (" whose neighbours in the cage go to other cages" if apart else "")
        for rate, part, apart, _, _, need in kinds.iter_rows()
    ]
    nearest = [_nearest(*row) for row in kinds.select("far_part", "far_mm", "need_mm").iter_rows()]
    source = f"catalog has no part for {', '.join(named)}; nearest: {', '.join(nearest)}" if named else "catalog"
    return ("cabling-part", block, len(links), 0, "links without a part", not named, source)


def _nearest(part: str | None, far_mm: int, need_mm: int) -> str:
    """How the ends of a link could be joined: by the part that reaches farthest, if they stood nearer."""
    if part is None:
        return "none fits these cages at any length, so other switches or an own part"
    return f"{part} reaches {far_mm / 1000:g} m, so ends {(need_mm - far_mm) / 1000:g} m nearer or an own part"


def _fit_rows(block: str, kinds: pl.DataFrame) -> list[CheckRow]:
    """Reach of part and transceiver against length, power of the module against that of the cage."""
    short = int(kinds.filter(pl.col("length_mm") > pl.col("reach_mm"))["links"].sum())
    hot = int(kinds.filter((pl.col("limit_w") >= 0) & (pl.col("cage_w") > pl.col("limit_w") + 1e-9))["links"].sum())
    return [
        ("cabling-reach", block, short, 0, "cables beyond reach", short == 0, "fact:CABLE.reach_m, MODULE.reach_m"),
        ("cabling-cage-power", block, hot, 0, "cages too hot", hot == 0, "fact:SWITCH.cage_power_w"),
    ]


def _plug_rows(request: CablingRequest, block: str, kinds: pl.DataFrame, crowded: Crowding) -> list[CheckRow]:
    """Cages and connectors with too many plugs, assemblies with too few, plugs of another form than their cage."""
    plugs = {spec.id: spec.cage for spec in request.modules}
    cages = {spec.id: spec.cage for spec in request.switches}
    unlike = _unlike_plugs(request, kinds, plugs, cages)
    counts = (crowded.cages, crowded.modules, crowded.assemblies)
    in_cage, in_module, torn = (count.get(block, 0) for count in counts)
    return [
        ("cabling-plugs", block, in_cage, 0, "cages with two plugs", in_cage == 0, ARITHMETIC),
        ("cabling-connectors", block, in_module, 0, "modules short of connectors", in_module == 0, "fact:MODULE.links"),
        ("cabling-legs", block, torn, 0, "assemblies short of plugs", torn == 0, "fact:CABLE.legs"),
        ("cabling-form", block, unlike, 0, "plugs unlike their cage", unlike == 0, "catalog: Switch.cage, Tray cages"),
    ]


def _unlike_plugs(request: CablingRequest, kinds: pl.DataFrame, modules: dict[str, str], cages: dict[str, str]) -> int:
    """Ends whose plug, the transceiver's or the assembly's own, has another form than the known cage."""
    assemblies = {spec.id: spec for spec in request.cables}
    at_head = pl.col("links_at_b") >= pl.col("links_at_a")
    key = ("part", "a_part", "a_form", "a_module", "b_part", "module")
    counted = kinds.group_by(*key, at_head.alias("is_head")).agg(pl.col("links").sum())
    count = 0
    for part, a_part, a_form, a_module, b_part, module, is_head, links in counted.iter_rows():
        cable = assemblies[part]
        plugs = (cable.cage, cable.leg_cage or cable.cage)
        upper, lower = plugs if is_head else plugs[::-1]
        met = (
            (cages.get(a_part, a_form), modules[a_module] if a_module else lower),
            (cages.get(b_part, ""), modules[module] if module else upper),
        )
        count += sum(links for cage, plug in met if cage and plug != cage)
    return count


def _with_limits(request: CablingRequest, kinds: pl.DataFrame) -> pl.DataFrame:
    """Kinds of cable with reach [mm], power in the upper cage [W] and its limit [W], looked up again in the catalog."""
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
    joined = kinds.join(cables, on="part").join(modules, on="module", how="left").join(switches, on="b_part")
    reach_m = pl.min_horizontal("cable_reach_m", "module_reach_m")
    load_share = pl.col("gbit_s") * pl.min_horizontal("links_at_a", "links_at_b") / pl.col("rate")
    end_w = pl.col("cable_w") * pl.min_horizontal(1.0, load_share) / 2
    end_w = end_w / pl.max_horizontal(1.0, pl.col("links_at_a") / pl.col("links_at_b"))  # a leg has its share
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


def check_fill(request: CablingRequest, tray_fill: TrayFill) -> list[CheckRow]:
    """The fullest tray of each hall against the fill limit."""
    rows: list[CheckRow] = []
    for hall in request.halls:
        limit = hall.tray_fill_share
        fullest = tray_fill.frame.filter(pl.col("hall") == hall.id).sort("fill_share", "tray", descending=[True, False])
        if limit is None or not len(fullest):
            continue
        tray, trays, share = fullest.select("tray", "trays", "fill_share").row(0)
        passed = bool(share <= limit.value)
        needed = math.ceil(share * trays / limit.value)
        source = f"fact:{limit.id}" + ("" if passed else f"; lay {needed} trays of this size where {trays} run")
        rows.append(("cabling-tray-fill", f"{hall.id}/{tray}", share, limit.value, "share", passed, source))
    return rows
