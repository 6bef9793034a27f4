"""Which part carries each link? One choice for each kind of link and length, joined back to the links."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from rackwright.cabling.choice import LinkClass, choose_part
from rackwright.cabling.ends import CABLE_KEY
from rackwright.cabling.request import CableSpec, CablingRequest

__all__ = ["choose_parts", "service_years"]

SCHEMA = {"part": pl.String, "module": pl.String, "a_module": pl.String, "medium": pl.String}


def choose_parts(request: CablingRequest, frame: pl.DataFrame, cables: Sequence[CableSpec]) -> pl.DataFrame:
    """The links with part, modules and medium out of some of the catalog's cables; null where there is none."""
    kinds = frame.select(CABLE_KEY).unique().sort(CABLE_KEY)
    switches = {spec.id: spec for spec in request.switches}
    years = service_years(request)
    rows = []
    # A row for each kind of link and length: a few hundred, however many links there are.
    for gbit_s, a_part, a_form, a_per_cage, b_part, _, b_per_cage, need_mm in kinds.iter_rows():
        upper = switches[b_part]
        link = LinkClass(
            gbit_s=gbit_s,
            lower_cage=switches[a_part].cage if a_part else a_form,
            lower_links=a_per_cage,
            upper_cage=upper.cage,
            links_per_cage=b_per_cage,
            cage_power_w=upper.cage_power_w.value if upper.cage_power_w else -1.0,
        )
        choice = choose_part(link, need_mm, cables, request.modules, service_years=years)
        rows.append(
            (choice.part, choice.module, choice.lower_module, choice.medium) if choice else (None,) * len(SCHEMA)
        )
    choices = pl.concat([kinds, pl.DataFrame(rows, schema=SCHEMA, orient="row")], how="horizontal")
    return frame.join(choices, on=CABLE_KEY, how="left", maintain_order="left")


def service_years(request: CablingRequest) -> float:
    """Years over which replacements count as cost."""
    return max((hall.service_years.value for hall in request.halls if hall.service_years), default=0.0)
