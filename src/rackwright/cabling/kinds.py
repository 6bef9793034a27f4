"""Which part carries each link? One choice for each kind of link and length, joined back to the links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from rackwright.cabling.cages import Cage, GroupSizes, find_joins, group_sizes
from rackwright.cabling.choice import LinkClass, choose_part, farthest_part
from rackwright.cabling.request import CableSpec, CablingRequest, SwitchSpec

__all__ = ["choose_parts", "service_years", "with_farthest"]

CABLE_KEY = ("gbit_s", "top_gbit_s", "a_part", "a_form", "a_per_cage", "b_part", "b_per_cage", "need_mm", "joins")
"""Columns that decide which part carries a link."""
SCHEMA = {"part": pl.String, "module": pl.String, "a_module": pl.String, "medium": pl.String}


def choose_parts(request: CablingRequest, frame: pl.DataFrame, cables: Sequence[CableSpec]) -> pl.DataFrame:
    """The links with part, modules and medium out of some of the catalog's cables; null where there is none."""
    sizes = _sizes(request, frame)
    frame = frame.with_columns(find_joins(frame, sizes))
    kinds = frame.select(CABLE_KEY).unique().sort(CABLE_KEY)
    years = service_years(request)
    rows = []
    # A row for each kind of link and length: a few hundred, however many links there are.
    for kind in kinds.iter_rows(named=True):
        link = _link_class(request, kind, sizes)
        choice = choose_part(link, kind["need_mm"], cables, request.modules, service_years=years)
        rows.append(
            (choice.part, choice.module, choice.lower_module, choice.medium) if choice else (None,) * len(SCHEMA)
        )
    choices = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    # The key alone is joined, since a join copies all columns it is given.
    known = frame.select(CABLE_KEY).join(kinds.with_row_index("kind"), on=CABLE_KEY, how="left", maintain_order="left")
    return frame.with_columns(choices[name].gather(known["kind"]) for name in SCHEMA)


def with_farthest(request: CablingRequest, links: pl.DataFrame, without_part: pl.DataFrame) -> pl.DataFrame:
    """The links without a part with `far_part` and `far_mm`, what fits their ends and reaches farthest; null for none.

    `links` are all links, with the columns that decide on a part.
    """
    sizes = _sizes(request, links) if without_part.height else ()
    kinds = without_part.select(CABLE_KEY).unique().sort(CABLE_KEY)
    rows = []
    for kind in kinds.iter_rows(named=True):  # as few as in `choose_parts`
        found = farthest_part(_link_class(request, kind, sizes), request.cables, request.modules)
        rows.append((found.part, found.reach_mm) if found else (None, None))
    farthest = pl.DataFrame(rows, schema={"far_part": pl.String, "far_mm": pl.Int64}, orient="row")
    known = pl.concat([kinds, farthest], how="horizontal")
    return without_part.join(known, on=CABLE_KEY, how="left", maintain_order="left")


def _sizes(request: CablingRequest, frame: pl.DataFrame) -> tuple[GroupSizes, ...]:
    """Sizes of groups of ports that occur in the cages of the links."""
    switches = {spec.id: spec for spec in request.switches}
    kinds = (
        frame.select("b_per_cage", "b_part", "a_per_cage", "a_part")
        .unique()
        .sort("b_per_cage", "b_part", "a_per_cage", "a_part")
    )
    cages = [
        (Cage(upper, _ports(switches[b_part])), Cage(lower, _ports(switches[a_part]) if a_part else lower))
        for upper, b_part, lower, a_part in kinds.iter_rows()
    ]
    return group_sizes(cages, sorted({round(module.links.value) for module in request.modules}))


def _link_class(request: CablingRequest, kind: Mapping[str, Any], sizes: Sequence[GroupSizes]) -> LinkClass:
    """What the ends of a kind of link ask of a part."""
    switches = {spec.id: spec for spec in request.switches}
    upper = switches[kind["b_part"]]
    lower = switches.get(kind["a_part"])
    return LinkClass(
        gbit_s=max(kind["gbit_s"], kind["top_gbit_s"]),
        lower_gbit_s=kind["gbit_s"],
        lower_cage=lower.cage if lower else kind["a_form"],
        lower_links=kind["a_per_cage"],
        lower_ports=_ports(lower) if lower else kind["a_per_cage"],
        upper_cage=upper.cage,
        links_per_cage=kind["b_per_cage"],
        upper_ports=_ports(upper),
        cage_power_w=upper.cage_power_w.value if upper.cage_power_w else -1.0,
        joins=tuple(size for bit, size in enumerate(sizes) if kind["joins"] >> bit & 1),
    )


def _ports(switch: SwitchSpec) -> int:
    """Ports of a cage before any split."""
    return round(switch.ports_per_cage.value) if switch.ports_per_cage else 1


def service_years(request: CablingRequest) -> float:
    """Years over which replacements count as cost."""
    return max((hall.service_years.value for hall in request.halls if hall.service_years), default=0.0)
