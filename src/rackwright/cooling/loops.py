"""Which racks share a liquid loop, and with which heat, flow and temperatures?"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from rackwright.catalog.narrow import figure
from rackwright.catalog.parts import FacilityRules
from rackwright.cooling.coolant import coolant_flow_lpm, coolant_rise_k
from rackwright.cooling.request import BlockNeeds, HallPlant
from rackwright.tables.layout import PlacedRacks

__all__ = ["AirSystem", "HallHeat", "LiquidLoop", "group_racks", "hall_heat", "rack_heat"]


@dataclass(frozen=True, slots=True)
class LiquidLoop:
    """Racks on one set of CDUs."""

    loop: str
    racks: int
    heat_w: float
    flow_lpm: float
    supply_c: float
    return_c: float
    highest_supply_c: float


@dataclass(frozen=True, slots=True)
class AirSystem:
    """The heat of a hall that leaves in air: what racks do not put into liquid, and losses of the power chain."""

    racks: int
    heat_w: float
    rack_heat_w: float


@dataclass(frozen=True, slots=True)
class HallHeat:
    """Loops and air system of a hall; `mean_share` is mean over peak rack power, `rise_k` the mean coolant rise."""

    loops: tuple[LiquidLoop, ...]
    air: AirSystem
    mean_share: float
    rise_k: float


def rack_heat(racks: PlacedRacks, needs: Iterable[BlockNeeds], rules: FacilityRules) -> pl.DataFrame:
    """Racks in order of hall, row and position with `liquid_w`, `flow_lpm` and what their block needs.

    Flow is the platform's where it states one, else what carries the liquid heat at the stated rise.
    """
    rows = [(need.block, need.highest_supply_c, need.rise_k, need.flow_lpm) for need in needs]
    schema = {"block": pl.String, "highest_supply_c": pl.Float64, "rise_k": pl.Float64, "stated_lpm": pl.Float64}
    table = pl.DataFrame(rows, schema=schema, orient="row")
    frame = racks.frame.join(table, on="block", how="inner").sort("hall", "row", "position", "rack")
    frame = frame.with_columns(liquid_w=pl.col("peak_w") * pl.col("liquid_share"))
    computed = coolant_flow_lpm(
        frame["liquid_w"].to_numpy(),
        frame["rise_k"].to_numpy(),
        kg_m3=figure(rules.coolant_kg_m3),
        j_kg_k=figure(rules.coolant_j_kg_k),
    )
    has_liquid = pl.col("liquid_w") > 0.0
    stated = pl.when(has_liquid).then(pl.col("stated_lpm"))
    return frame.with_columns(computed_lpm=computed).with_columns(flow_lpm=pl.coalesce(stated, pl.col("computed_lpm")))


def group_racks(count: int, limit: int) -> npt.NDArray[np.int64]:
    """Loop of each rack in floor order: the fewest loops within the limit, as even as whole racks allow.

    Parameters
    ----------
    count
        Racks in order of row and position, > 0.
    limit
        Most racks on a loop, > 0.

    Returns
    -------
    Loop of each rack from 0, non-decreasing, shape (count,).

    Examples
    --------
    >>> group_racks(7, 3)
    array([0, 0, 0, 1, 1, 2, 2])
    """
    loops = math.ceil(count / limit)
    return np.arange(count, dtype=np.int64) * loops // count


def hall_heat(heat: pl.DataFrame, plant: HallPlant, rules: FacilityRules) -> HallHeat:
    """Loops and air system of one hall from `rack_heat`."""
    own = heat.filter(pl.col("hall") == plant.hall)
    wet = own.filter(pl.col("liquid_w") > 0.0)
    peak_w, liquid_w = float(own["peak_w"].sum()), float(wet["liquid_w"].sum())
    rack_air_w = max(0.0, peak_w - liquid_w)
    rise_k = float(np.average(own["rise_k"], weights=own["peak_w"])) if peak_w else 0.0
    return HallHeat(
        loops=_liquid_loops(wet, plant, rules),
        air=AirSystem(own.height, rack_air_w + plant.loss_share * peak_w, rack_air_w),
        mean_share=float(own["mean_w"].sum()) / peak_w if peak_w else 0.0,
        rise_k=rise_k,
    )


def _liquid_loops(wet: pl.DataFrame, plant: HallPlant, rules: FacilityRules) -> tuple[LiquidLoop, ...]:
    """Loops of the racks with liquid heat; few of them, so one after the other."""
    if not wet.height:
        return ()
    loop_of = group_racks(wet.height, plant.racks_per_loop)
    counts = np.bincount(loop_of)
    heat_w = np.bincount(loop_of, weights=wet["liquid_w"].to_numpy())
    flow_lpm = np.bincount(loop_of, weights=wet["flow_lpm"].to_numpy())
    highest_c = np.full(counts.size, np.inf)
    np.minimum.at(highest_c, loop_of, wet["highest_supply_c"].to_numpy())
    supply_c = plant.facility_supply_c + figure(plant.cdu.approach_k)
    water = {"kg_m3": figure(rules.coolant_kg_m3), "j_kg_k": figure(rules.coolant_j_kg_k)}
    width = len(str(counts.size))
    return tuple(
        LiquidLoop(
            loop=f"{plant.hall}-L{k + 1:0{width}d}",
            racks=int(counts[k]),
            heat_w=float(heat_w[k]),
            flow_lpm=float(flow_lpm[k]),
            supply_c=supply_c,
            return_c=supply_c + coolant_rise_k(float(heat_w[k]), float(flow_lpm[k]), **water),
            highest_supply_c=float(highest_c[k]),
        )
        for k in range(counts.size)
    )
