"""Is there a cage for every plug and a plug for every cage? Counted again on the finished cables.

One plug fills a cage, one fibre a connector of the transceiver in it. An assembly has one plug at its head and one at
each leg.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from rackwright.cabling.cages import mixed_groups, numbered_groups
from rackwright.cabling.paths import IntArray
from rackwright.cabling.request import CablingRequest

__all__ = ["Crowding", "count_crowded"]


@dataclass(frozen=True)
class Crowding:
    """What does not fit, by block: cages with two plugs, modules short of connectors, assemblies short of plugs."""

    cages: dict[str, int]
    modules: dict[str, int]
    assemblies: dict[str, int]


def count_crowded(request: CablingRequest, chosen: pl.DataFrame) -> Crowding:
    """Count cages, transceivers and assemblies of each block that do not fit.

    Parameters
    ----------
    request
        Cables and transceivers of the catalog.
    chosen
        Cabled links with block, assembly, part, module, a_module, medium, and device, port, cage and the links
        of a plug of both ends.
    """
    cages, modules = (np.zeros(0, dtype=np.int64) for _ in range(2))
    for side in ("a", "b"):
        crowded, short = _in_cages(request, chosen, side)
        cages, modules = np.concatenate([cages, crowded]), np.concatenate([modules, short])
    return Crowding(*(_by_block(chosen, links) for links in (cages, modules, _torn(request, chosen))))


def _by_block(chosen: pl.DataFrame, links: IntArray) -> dict[str, int]:
    """Rows of some links by block."""
    return dict(chosen["block"][links].value_counts().iter_rows()) if len(links) else {}


def _in_cages(request: CablingRequest, chosen: pl.DataFrame, side: str) -> tuple[IntArray, IntArray]:
    """A link of each cage of one side with two plugs, and of each with more fibres than connectors."""
    name = "module" if side == "b" else "a_module"
    known = {spec.id: (number, max(1, round(spec.links.value))) for number, spec in enumerate(request.modules)}
    code = chosen[name].replace_strict({part: n for part, (n, _) in known.items()}, default=-1, return_dtype=pl.Int64)
    cage, assembly, module = chosen[f"{side}_cage"].to_numpy(), chosen["assembly"].to_numpy(), code.to_numpy()
    links = np.flatnonzero(cage >= 0)
    group = numbered_groups(chosen[f"{side}_device"].to_numpy().astype(np.int64), np.maximum(cage, 0))
    plug = np.where(module >= 0, -1 - module, assembly)  # fibres share the one transceiver
    one = np.full(int(group.max(initial=0)) + 1, -1, dtype=np.int64)
    one[group[links]] = links
    crowded = one[mixed_groups(group, plug, links)]
    fibres = links[module[links] >= 0]
    single = chosen[f"links_at_{side}"].to_numpy()[fibres] == 1
    several = fibres[~single]
    pairs = pl.DataFrame({"cage": group[several], "assembly": assembly[several]}).unique()["cage"].to_numpy()
    found = np.bincount(group[fibres[single]], minlength=len(one)) + np.bincount(pairs, minlength=len(one))
    connectors = np.array([own for _, own in known.values()] or [0], dtype=np.int64)
    most = np.full(len(one), len(chosen) + 1, dtype=np.int64)
    most[group[fibres]] = connectors[module[fibres]]
    return crowded, one[found > most]


def _torn(request: CablingRequest, chosen: pl.DataFrame) -> IntArray:
    """A link of each assembly that ends in more cages than it has plugs; a port alone in its cage counts as one."""
    legs = {spec.id: spec.num_legs for spec in request.cables}
    shared = np.flatnonzero(chosen["assembly"].is_duplicated().to_numpy())
    if not len(shared):
        return shared
    columns = ("part", "assembly", "a_device", "a_port", "a_cage", "b_device", "b_port", "b_cage")
    rows = chosen.select(columns)[shared].with_columns(link=pl.Series(shared))
    ends = [
        pl.struct(
            f"{side}_device",
            pl.when(pl.col(f"{side}_cage") < 0).then(-1 - pl.col(f"{side}_port")).otherwise(f"{side}_cage"),
        )
        .n_unique()
        .alias(side)
        for side in ("a", "b")
    ]
    counted = rows.group_by("assembly", maintain_order=True).agg(*ends, pl.col("part", "link").first())
    most = pl.col("part").replace_strict(legs, default=1, return_dtype=pl.Int64)
    few, many = pl.min_horizontal("a", "b"), pl.max_horizontal("a", "b")
    return counted.filter((few > 1) | (many > most))["link"].to_numpy()
