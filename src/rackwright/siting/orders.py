"""What does siting know of blocks, tranches, halls, power and demand? Narrow frozen rows, all powers as IT power.

Days are integers from the horizon's start. A demand is a step function: `racks[i]` holds from `days[i]` to the next
day given, and is 0 before the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["FROZEN_STATES", "BlockOrder", "Demand", "HallSpace", "PowerStep", "SiteSupply", "TrancheOrder", "UnitSize"]

FROZEN_STATES = ("accepted", "installed", "ordered", "released")
"""States of a tranche that are inputs, in order of assignment to units; siting never shrinks them."""

StepKind = Literal["contract", "substation", "on-site"]


@dataclass(frozen=True, slots=True)
class UnitSize:
    """What one scalable unit takes of a building.

    Parameters
    ----------
    racks
        Compute racks.
    network_racks
        Estimate of network racks; a fraction, rounded up per hall.
    it_w
        Peak IT power with its network, in whole watts.
    """

    racks: int
    network_racks: float
    it_w: int


@dataclass(frozen=True, slots=True)
class BlockOrder:
    """A block as the program asks for it; `units` is None for `auto`."""

    block: str
    site: str
    platform: str
    halls: tuple[str, ...]
    workloads: tuple[str, ...]
    units: int | None
    max_units: int | None
    size: UnitSize
    configuration: str
    accept_days: int


@dataclass(frozen=True, slots=True)
class TrancheOrder:
    """A tranche as the program writes it; `units` is None for `rest`."""

    tranche: str
    block: str
    configuration: str
    units: int | None
    need_day: int
    state: str
    accepted_racks: int
    accept_days: int


@dataclass(frozen=True, slots=True)
class HallSpace:
    """What a hall offers: positions for racks (keep-outs and plant positions taken off) and IT power."""

    hall: str
    site: str
    positions: int
    it_w: int
    ready_day: int
    gate: str


@dataclass(frozen=True, slots=True)
class PowerStep:
    """IT power of one kind available at a site from a day on; a total, not an increment."""

    kind: StepKind
    it_w: int
    day: int
    gate: str


@dataclass(frozen=True, slots=True)
class SiteSupply:
    """Power steps of one site."""

    site: str
    steps: tuple[PowerStep, ...]


@dataclass(frozen=True, slots=True)
class Demand:
    """Racks one workload or requirement needs on one platform, as a step function of time.

    A gang runs in one block or not at all: fewer than `min_racks` there are worth nothing to it.
    """

    workload: str
    platform: str
    days: tuple[int, ...]
    racks: tuple[int, ...]
    is_gang: bool
    min_racks: int
