"""What does the solution say? Stock, deployments, loads, people and unsourced items as tables."""

from __future__ import annotations

import numpy as np

from rackwright.solve import LinearSolution
from rackwright.supply.assemble import Assembly
from rackwright.supply.demand import DONE_STATES
from rackwright.supply.request import SupplyRequest
from rackwright.supply.scope import Scope
from rackwright.supply.timing import FloatArray
from rackwright.tables.supply import CellLoads, Deployments, Headcounts, Levels, Unsourced

__all__ = [
    "deployments_table",
    "headcounts_table",
    "levels_table",
    "loads_table",
    "unsourced_table",
]

DUST = 1e-6  # share of an item's unit below which a quantity is numerical noise
DAYS_PER_WEEK = 7.0
UNITS = {"cell": "hours", "allocation": "pieces", "power": "W", "acceptance": "racks", "lane": "kg",
         "test power": "W", "test coolant": "L/min"}  # fmt: skip


def levels_table(assembly: Assembly, plan: LinearSolution) -> Levels:
    """Stock at the end of each bucket, where there is any."""
    table, network = assembly.columns.table("stock", plan.x), assembly.network
    rows = [
        (item, place, int(bucket), float(row[bucket]))
        for (item, place), row in zip(network.buffers, table, strict=True)
        for bucket in np.flatnonzero(row > DUST * network.unit(item))
    ]
    return Levels.from_rows(rows)


def deployments_table(request: SupplyRequest, assembly: Assembly, plan: LinearSolution) -> Deployments:
    """Racks accepted by tranche and bucket; racks accepted before the plan count from day 0."""
    grid, table = assembly.network.grid, assembly.columns.table("accept", plan.x)
    accepted: dict[str, FloatArray] = {}
    for racks, row in zip(assembly.network.acceptances, table, strict=True):
        clean = np.where(row > DUST, row, 0.0)
        accepted[racks.tranche] = accepted.get(racks.tranche, np.zeros(grid.num)) + clean
    rows = []
    for tranche, racks, before, state in request.tranches.frame.select(
        "tranche", "racks", "accepted_racks", "state"
    ).iter_rows():
        start = 0 if state == "retired" else racks if state in DONE_STATES else before
        mine = np.round(accepted.get(tranche, np.zeros(grid.num)), 6)
        total = np.minimum(start + np.cumsum(mine), max(racks, start))
        rows += [(tranche, bucket, float(mine[bucket]), float(total[bucket])) for bucket in range(grid.num)]
    return Deployments.from_rows(rows)


def loads_table(assembly: Assembly, plan: LinearSolution) -> CellLoads:
    """Use, rest and price of every ceiling that something in the plan could use."""
    rows: list[tuple[object, ...]] = []
    touched = np.unique(assembly.model.rows)
    for kind, unit in UNITS.items():
        block, num = assembly.blocks[kind], assembly.network.grid.num
        used, price = assembly.used(kind, plan), assembly.price_usd(kind, plan)
        limit = assembly.model.row_upper[block.start : block.start + len(block.names) * num].reshape(-1, num)
        limit = limit / block.scale[:, None]
        for entry, name in enumerate(block.names):
            if not np.isin(assembly.rows_of(kind, entry), touched).any():
                continue
            for bucket in range(num):
                have, ceiling = max(0.0, float(used[entry, bucket])), float(limit[entry, bucket])
                worth = max(0.0, float(price[entry, bucket]))
                rows.append((name, kind, bucket, have, max(0.0, ceiling - have), unit, worth))
    return CellLoads.from_rows(rows)


def headcounts_table(request: SupplyRequest, assembly: Assembly, plan: LinearSolution) -> Headcounts:
    """Paid hours and people at each plant: units started x hours, over the hours one person works in the bucket."""
    network, table = assembly.network, assembly.columns.table("make", plan.x)
    weeks = network.grid.days / DAYS_PER_WEEK
    hours: dict[str, FloatArray] = {}
    for make, row in zip(network.makes, table, strict=True):
        if make.labour_hours > 0:
            hours[make.plant] = (
                hours.get(make.plant, np.zeros(network.grid.num)) + np.clip(row, 0, None) * make.labour_hours
            )
    a_week = {plant.id: plant.hours_per_head_week for plant in request.supply.plants}
    rows = [
        (plant, bucket, float(mine[bucket]), float(mine[bucket] / (a_week[plant] * weeks[bucket])))
        for plant, mine in hours.items()
        for bucket in np.flatnonzero(mine > DUST)
    ]
    return Headcounts.from_rows(rows)


def unsourced_table(request: SupplyRequest, scope: Scope) -> Unsourced:
    """Items that are needed and have no source in the program."""
    totals = dict(request.totals.frame.select("item", "qty").iter_rows())
    return Unsourced.from_rows([(item, totals.get(item, 0.0), reason) for item, reason in scope.unsourced])
