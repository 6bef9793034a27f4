"""Which loads does a site have, hall by hall, and which busways, UPS and line-ups do they share?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from rackwright.power.balance import HallBalance, balance_hall
from rackwright.power.classes import ChainClasses
from rackwright.power.packing import LoadGroup, pack_cooling, pack_racks
from rackwright.power.redundancy import scheme_named
from rackwright.power.request import SiteChain

__all__ = ["HallLoad", "balance_halls", "group_loads", "hall_loads"]

ROUNDING = 1e-9
MM_PER_M = 1000.0


@dataclass(frozen=True)
class HallLoad:
    """Racks of a hall in floor order: ids, peak power [W], row, and distance of the row from the nearest one [m]."""

    hall: str
    racks: tuple[int, ...]
    power_w: npt.NDArray[np.float64]
    rows: npt.NDArray[np.int64]
    away_m: npt.NDArray[np.float64]


def hall_loads(order: SiteChain, racks: pl.DataFrame) -> tuple[HallLoad, ...]:
    """Halls of a site that have racks with power, from placed racks in order of hall, row and position."""
    loads = []
    for service in order.halls:
        own = racks.filter((pl.col("hall") == service.hall) & (pl.col("peak_w") > 0.0))
        if own.height:
            rows = own["row"].to_numpy().astype(np.int64)
            across_mm = own["y_mm"].to_numpy().astype(np.float64)
            away_m = (across_mm - across_mm.min()) / MM_PER_M
            ids = tuple(own["rack"].to_list())
            loads.append(HallLoad(service.hall, ids, own["peak_w"].to_numpy(), rows, away_m))
    return tuple(loads)


def balance_halls(halls: tuple[HallLoad, ...], order: SiteChain, classes: ChainClasses) -> tuple[HallBalance, ...]:
    """Energy balance of each hall."""
    services = {service.hall: service for service in order.halls}
    return tuple(
        balance_hall(float(np.sum(load.power_w)), services[load.hall], classes, cooling_on_ups=order.cooling_on_ups)
        for load in halls
    )


def group_loads(halls: tuple[HallLoad, ...], order: SiteChain, classes: ChainClasses) -> tuple[LoadGroup, ...]:
    """Racks of each hall on busways, UPS and line-ups, and its cooling.

    In 3N/2 and 4N/3 cooling is in at least as many loads as a group has systems, so that all of them share it, and
    busways are short enough for their loads to share systems evenly.
    """
    scheme = scheme_named(order.scheme)
    groups: list[LoadGroup] = []
    least = scheme.systems if scheme.form == "pairs" else 1
    most_w = _pair_limit_w(scheme.systems, classes) if scheme.form == "pairs" else math.inf
    for load, balance in zip(halls, balance_halls(halls, order, classes), strict=True):
        groups.append(pack_racks(load.hall, load.racks, load.power_w, load.rows, classes, most_w=most_w))
        if balance.cooling_w > 0.0:
            on_ups, power_w = order.cooling_on_ups, balance.cooling_w
            groups.append(pack_cooling(load.hall, power_w, classes, on_ups=on_ups, least=least))
    return tuple(groups)


def _pair_limit_w(systems: int, classes: ChainClasses) -> float:
    """Most load of a busway [W] of which whole numbers fill the pairs of systems.

    A group of n systems of U each carries (n - 1) U on n (n - 1) / 2 pairs: 2 U / n on each. A pair takes as many equal
    busways as their rating asks for.
    """
    pair_w = 2.0 * classes.lineup_limit_w * classes.ups_efficiency_share / systems
    return pair_w / math.ceil(pair_w / classes.limit_w(classes.busway) - ROUNDING)
