"""Which part of each workload does a block carry, and how many racks does that take on each day?

Needs of one day add up; a block is as large as its largest day. So serving demands add, and training runs that follow
each other share racks while runs at the same time do not. A workload listed by several blocks is divided in the order
of the blocks: what an earlier block carries on a day is subtracted. A training run is a gang: it goes whole into the
first block that holds its `min_racks`, and is never split; one that spans campuses puts each of its equal parts into a
block of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rackwright.siting.orders import BlockOrder, Demand

__all__ = ["DemandBook", "Series"]

WHOLE = 1e-9


@dataclass(frozen=True)
class Series:
    """Racks a block needs by day: `racks[i]` from `days[i]` on."""

    days: NDArray[np.int64]
    racks: NDArray[np.int64]

    @property
    def peak(self) -> int:
        """Racks on the largest day; 0 if nothing is needed."""
        return int(self.racks.max(initial=0))

    def rises(self, unit_racks: int) -> tuple[tuple[int, int], ...]:
        """Days on which more whole units are needed than ever before, with the units needed from then on."""
        units = np.maximum.accumulate(-(-self.racks // unit_racks)) if self.racks.size else self.racks
        steps: list[tuple[int, int]] = []
        for day, count in zip(self.days.tolist(), units.tolist(), strict=True):
            if count > (steps[-1][1] if steps else 0):
                steps.append((day, count))
        return tuple(steps)


class DemandBook:
    """What is still to be carried of each workload, as a share by day; blocks take from it in order."""

    def __init__(self, demands: Iterable[Demand], blocks: Iterable[BlockOrder]) -> None:
        self._demands = {(demand.workload, demand.platform): demand for demand in demands}
        starts = sorted({day for demand in self._demands.values() for day in demand.days})
        self.days = np.array(starts, dtype=np.int64)
        names = sorted({workload for workload, _ in self._demands})
        self._open = {name: np.ones(self.days.size) for name in names}
        self._later = [(block.block, frozenset(block.workloads), block.platform) for block in blocks]

    def is_sized(self, workload: str, platform: str) -> bool:
        """True if sizing (or a requirement) says what the workload needs on the platform."""
        return (workload, platform) in self._demands

    def wanted(self, block: BlockOrder, cap_racks: int) -> Series:
        """Racks by day that the block's workloads still ask for; a gang it cannot hold is left to a later block."""
        total = np.zeros(self.days.size, dtype=np.int64)
        for demand in self._of(block):
            if demand.is_gang and demand.min_racks > cap_racks and self._has_later(block, demand.workload):
                continue
            total += self._part(demand)
        return Series(self.days, total)

    def carry(self, block: BlockOrder, racks: int) -> Series:
        """Take from the book what the block carries with so many racks; gangs first, then in the listed order."""
        free = np.full(self.days.size, racks, dtype=np.int64)
        for demand in sorted(self._of(block), key=lambda demand: not demand.is_gang):
            need = self._racks(demand)
            is_on = need > 0
            if not is_on.any():
                continue
            taken = self._gang(demand, self._part(demand), free) if demand.is_gang else np.minimum(need, free)
            is_whole = demand.is_gang and demand.parts == 1
            with np.errstate(divide="ignore", invalid="ignore"):
                share = np.where(is_on, taken / np.maximum(need, 1), 0.0)
            self._open[demand.workload] *= 1.0 - (np.where(taken > 0, 1.0, 0.0) if is_whole else share)
            free -= taken
        return Series(self.days, racks - free)

    @staticmethod
    def _gang(demand: Demand, need: NDArray[np.int64], free: NDArray[np.int64]) -> NDArray[np.int64]:
        """All of the gang, or what is free if the run can work with it, or nothing."""
        is_on = need > 0
        holds = bool((free[is_on] >= np.minimum(need[is_on], demand.min_racks)).all())
        return np.minimum(need, free) if holds else np.zeros_like(need)

    def _of(self, block: BlockOrder) -> list[Demand]:
        keys = [(workload, block.platform) for workload in dict.fromkeys(block.workloads)]
        return [self._demands[key] for key in keys if key in self._demands]

    def _part(self, demand: Demand) -> NDArray[np.int64]:
        """Racks by day that one block may carry: a campus's part of what is still to be carried."""
        racks = self._racks(demand)
        if demand.parts == 1:
            return racks
        whole = self._stepped(demand)
        return np.minimum(racks, -(-whole // demand.parts))

    def _stepped(self, demand: Demand) -> NDArray[np.int64]:
        """Racks of the demand by day."""
        index = np.searchsorted(np.array(demand.days), self.days, side="right") - 1
        return np.where(index >= 0, np.array(demand.racks)[np.maximum(index, 0)], 0)

    def _racks(self, demand: Demand) -> NDArray[np.int64]:
        """Racks still to be carried by day."""
        return np.ceil(self._stepped(demand) * self._open[demand.workload] - WHOLE).astype(np.int64)

    def _has_later(self, block: BlockOrder, workload: str) -> bool:
        names = [name for name, _, _ in self._later]
        after = self._later[names.index(block.block) + 1 :]
        return any(workload in workloads and self.is_sized(workload, platform) for _, workloads, platform in after)
