"""Which rate of each workload do the accepted racks of its blocks carry?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from rackwright.supply.request import SupplyRequest, Want, WantPoint
from rackwright.supply.timing import FloatArray, Grid
from rackwright.tables.supply import Deployments, Served

__all__ = ["served_table"]


@dataclass(frozen=True)
class _Speed:
    """Median rate of one rack and the fewest racks that run the workload at all."""

    per_rack: float
    min_racks: int


def served_table(request: SupplyRequest, grid: Grid, deployments: Deployments) -> Served:
    """Share the racks of each block among its workloads, heaviest first, at the median rate of a rack.

    A workload's want is split over its blocks by their racks. Racks are counted at the end of a bucket, wants at its
    start. A training run gets nothing from fewer racks than its gang.
    """
    racks_of = _racks_by_block(request, grid, deployments)
    platform_of = dict(request.blocks.frame.select("block", "platform").iter_rows())
    target = dict(request.blocks.frame.select("block", "racks").iter_rows())
    speeds = _speeds(request)
    rows = []
    for block in sorted(platform_of):
        wants = [want for want in request.wants if block in want.blocks]
        wants.sort(key=lambda want: (-want.weight, want.workload))
        left = np.floor(racks_of.get(block, np.zeros(grid.num)) + 1e-6)
        for want in wants:
            speed = speeds.get((want.workload, platform_of[block]))
            if speed is None or speed.per_rack <= 0:
                continue
            wanted = _rates(want.points, grid) * _part(target, want, block)
            given = _given(want, speed, left, wanted)
            rate = np.minimum(given * speed.per_rack, wanted)
            left = left - given
            rows += [
                (want.workload, block, bucket, float(given[bucket]), float(rate[bucket]), float(wanted[bucket]))
                for bucket in range(grid.num)
            ]
    return Served.from_rows(rows)


def _racks_by_block(request: SupplyRequest, grid: Grid, deployments: Deployments) -> Mapping[str, FloatArray]:
    block_of = dict(request.tranches.frame.select("tranche", "block").iter_rows())
    found: dict[str, FloatArray] = {}
    for tranche, bucket, total in deployments.frame.select("tranche", "bucket", "cumulative").iter_rows():
        found.setdefault(block_of[tranche], np.zeros(grid.num))[bucket] += total
    return found


def _speeds(request: SupplyRequest) -> Mapping[tuple[str, str], _Speed]:
    rows = request.rates.frame.select("workload", "platform", "per_rack_p50", "min_racks").iter_rows()
    return {(workload, platform): _Speed(rate, gang) for workload, platform, rate, gang in rows}


def _rates(points: Iterable[WantPoint], grid: Grid) -> FloatArray:
    rate = np.zeros(grid.num)
    for point in points:
        rate = np.where(grid.starts >= point.day, point.rate, rate)
    return rate


def _part(racks: Mapping[str, int], want: Want, block: str) -> float:
    total = sum(racks.get(other, 0) for other in want.blocks)
    return racks.get(block, 0) / total if total else 0.0


def _given(want: Want, speed: _Speed, left: FloatArray, wanted: FloatArray) -> FloatArray:
    asked = np.ceil(wanted / speed.per_rack - 1e-9)
    asked = np.where(wanted > 0, np.maximum(asked, speed.min_racks if want.is_training else 0), 0.0)
    given = np.minimum(asked, left)
    return np.where(given >= speed.min_racks, given, 0.0)
