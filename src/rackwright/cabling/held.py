"""Which cables of an earlier plan belong to released tranches, and do they stay as they are?

A cable belongs to a released tranche if its lower end serves one of the tranche's units, or if it joins switches that
serve the whole of a block with such a tranche. It keeps its part and its length.
"""

from __future__ import annotations

import polars as pl

from rackwright.tables.cabling import Cables, HeldCables
from rackwright.tables.incumbent import Incumbent
from rackwright.tables.siting import Siting

__all__ = ["count_touched", "find_held_cables", "keep_held"]

KEPT = ("part", "module", "a_module", "medium")


def find_held_cables(incumbent: Incumbent, siting: Siting) -> HeldCables:
    """Cables of the earlier plan whose tranche is released or later in the new one."""
    frozen = siting.tranches.frame.filter(~pl.col("state").is_in(["planned", "retired"])).select("tranche", "block")
    rows = incumbent.siting.tranches.frame.join(frozen, on=["tranche", "block"])
    units = rows.select("block", unit=pl.int_ranges("first_unit", pl.col("first_unit") + pl.col("units"))).explode(
        "unit"
    )
    wide = units.select("block", unit=pl.lit(-1, dtype=pl.Int64)).unique()
    served = pl.concat([units.cast({"unit": pl.Int64}), wide]).drop_nulls().unique()
    devices = incumbent.fabric.devices.frame.select("block", "device", pl.col("unit").cast(pl.Int64))
    own = devices.join(served, on=["block", "unit"], how="semi").select(a_device="device")
    links = incumbent.fabric.links.frame.select("link", "a_device").join(own, on="a_device", how="semi")
    cables = incumbent.cabling.cables.frame.join(links.select("link"), on="link", how="semi")
    return HeldCables.of(cables.select("cable", "block", *KEPT, "length_mm"))


def keep_held(chosen: pl.DataFrame, cable: pl.Series, held: HeldCables) -> pl.DataFrame:
    """Links with the parts and length of the held cable of the same number, where that is long enough.

    Parameters
    ----------
    chosen
        Links with part, modules, medium, length_mm as the rules of the new plan have them.
    cable
        Number of each link's cable.
    held
        Cables to keep.
    """
    if not len(held):
        return chosen
    kept = held.frame.select("cable", *(pl.col(name).alias(f"held_{name}") for name in (*KEPT, "length_mm")))
    joined = chosen.with_columns(cable=cable).join(kept, on="cable", how="left", maintain_order="left")
    is_kept = pl.col("held_length_mm").is_not_null() & (pl.col("held_length_mm") >= pl.col("length_mm"))
    return joined.with_columns(
        pl.when(is_kept).then(pl.col(f"held_{name}")).otherwise(pl.col(name)).alias(name)
        for name in (*KEPT, "length_mm")
    ).drop("cable", *(f"held_{name}" for name in (*KEPT, "length_mm")))


def count_touched(cables: Cables, held: HeldCables) -> pl.DataFrame:
    """Held cables by block, and how many of them the new plan does not have, or has otherwise: block, held, touched."""
    same = ["cable", "part", "length_mm"]
    found = held.frame.join(cables.frame.select(same, is_there=pl.lit(1)), on=same, how="left")
    return found.group_by("block").agg(held=pl.len(), touched=pl.col("is_there").is_null().sum()).sort("block")
