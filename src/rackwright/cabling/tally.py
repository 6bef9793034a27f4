"""How many assemblies and transceivers of each kind does a block need, with spares?"""

from __future__ import annotations

import math
from collections.abc import Sequence

import polars as pl

from rackwright.cabling.request import HallSpec, ModuleSpec
from rackwright.tables.cabling import Assemblies, Modules

__all__ = ["count_assemblies", "count_modules"]


def count_assemblies(frame: pl.DataFrame, halls: Sequence[HallSpec]) -> Assemblies:
    """Cables by block, part and stock length, with the spares of their halls' rules."""
    keys = ["block", "part", "length_mm"]
    by_hall = frame.group_by(*keys, "hall").len("count").sort(*keys, "hall")
    return Assemblies.of(_with_spares(by_hall, keys, halls))


def count_modules(frame: pl.DataFrame, halls: Sequence[HallSpec], modules: Sequence[ModuleSpec]) -> Modules:
    """Transceivers by block: one in each switch cage that holds a fibre, and as many in a tray as its links fill.

    A tray's cages are not known: its links of one kind are put into transceivers `links` at a time.
    """
    fibres = frame.filter(pl.col("module") != "")
    links = pl.DataFrame(
        [(spec.id, max(1, round(spec.links.value))) for spec in modules],
        schema={"module": pl.String, "links": pl.Int64},
        orient="row",
    )
    ends = [
        fibres.select("block", "hall", "module", device=f"{side}_device", cage=f"{side}_cage") for side in ("a", "b")
    ]
    both = pl.concat(ends)
    in_cages = both.filter(pl.col("cage") >= 0).unique().select("block", "hall", "module")
    in_trays = (
        both.filter(pl.col("cage") < 0)
        .group_by("block", "hall", "module", "device")
        .len("ports")
        .join(links, on="module")
        .select("block", "hall", "module", count=(pl.col("ports") + pl.col("links") - 1) // pl.col("links"))
    )
    counted = pl.concat([in_cages.with_columns(count=pl.lit(1, dtype=pl.Int64)), in_trays.cast({"count": pl.Int64})])
    keys = ["block", "module"]
    by_hall = counted.group_by(*keys, "hall").agg(pl.col("count").sum()).sort(*keys, "hall")
    return Modules.of(_with_spares(by_hall, keys, halls).rename({"module": "part"}))


def _with_spares(by_hall: pl.DataFrame, keys: list[str], halls: Sequence[HallSpec]) -> pl.DataFrame:
    """Counts over all halls, and spares as the rule's share of each hall's count, rounded up."""
    share = {hall.id: hall.spare_share.value if hall.spare_share else 0.0 for hall in halls}
    # Few rows: one for each kind of part and hall.
    spares = [math.ceil(round(count * share[hall], 6)) for hall, count in by_hall.select("hall", "count").iter_rows()]
    counted = by_hall.with_columns(spares=pl.Series(spares, dtype=pl.Int64), count=pl.col("count").cast(pl.Int64))
    return counted.group_by(keys).agg(pl.col("count").sum(), pl.col("spares").sum()).sort(keys)
