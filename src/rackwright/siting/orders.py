"""What does siting know of blocks, tranches, halls, power and demand? Narrow frozen rows, all powers as IT power.

Days are integers from the horizon's start. A demand is a step function: `racks[i]` holds from `days[i]` to the next
day given, and is 0 before the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rackwright.base.loops import LoopRule

__all__ = [
    "FROZEN_STATES",
    "BlockOrder",
    "Demand",
    "HallLimit",
    "HallSpace",
    "PowerStep",
    "RackSize",
    "SiteSupply",
    "TrancheOrder",
    "UnitSize",
]

FROZEN_STATES = ("accepted", "installed", "ordered", "released")
"""States of a tranche that are inputs, in order of assignment to units; siting never shrinks them."""

StepKind = Literal["contract", "substation", "on-site"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RackSize:
    """What one compute rack takes of a row and of its loop.

    Parameters
    ----------
    width
        Positions side by side, those of its DC side racks included.
    peak_w, liquid_w
        Peak power and the part of it that goes into liquid [W].
    flow_lpm
        Coolant [L/min]; 0 where it is not known.
    """

    width: int = 1
    peak_w: float = 0.0
    liquid_w: float = 0.0
    flow_lpm: float = 0.0


@dataclass(frozen=True, slots=True)
class UnitSize:
    """What one scalable unit takes of a building.

    Parameters
    ----------
    racks
        Compute racks.
    network_racks
        Estimate of the network racks that stand with the unit; a fraction, rounded up per hall.
    it_w
        Peak IT power with its network, in whole watts.
    rack
        One of its compute racks.
    """

    racks: int
    network_racks: float
    it_w: int
    rack: RackSize = RackSize()


@dataclass(frozen=True, slots=True)
class HallLimit:
    """Most units of a block for which a layout of the hall was found."""

    hall: str
    units: int


@dataclass(frozen=True, slots=True)
class BlockOrder:
    """A block as the program asks for it; `units` is None for `auto`; `limits` are those a layout has found."""

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
    limits: tuple[HallLimit, ...] = ()


@dataclass(frozen=True, slots=True)
class TrancheOrder:
    """A tranche as the program writes it; `units` is None for `rest`, `first_unit` that of an earlier plan, if held."""

    tranche: str
    block: str
    configuration: str
    units: int | None
    need_day: int
    state: str
    accepted_racks: int
    accept_days: int
    first_unit: int | None = None


@dataclass(frozen=True, slots=True)
class HallSpace:
    """What a hall offers.

    Parameters
    ----------
    positions
        Positions for racks and CDUs: keep-outs taken off, and those of plant that is not counted by loops.
    it_w
        IT power [W].
    rows
        Lengths of the free runs of positions of each row, between keep-outs; empty for one row of all positions.
    row_w
        Power limit of a row [W]; None for none.
    row_air_w
        Limit of a row's heat to air [W]; None for none.
    flow_lpm
        Facility coolant flow [L/min]; None for no limit.
    loops
        Rule by which CDUs take positions; None where the hall's loop has no rated CDU.
    """

    hall: str
    site: str
    positions: int
    it_w: int
    ready_day: int
    gate: str
    rows: tuple[tuple[int, ...], ...] = ()
    row_w: float | None = None
    row_air_w: float | None = None
    flow_lpm: float | None = None
    loops: LoopRule | None = None


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

    A gang runs in one block or not at all: fewer than `min_racks` there are worth nothing to it. A run that spans
    campuses has as many `parts`, each a gang in a block of its own.
    """

    workload: str
    platform: str
    days: tuple[int, ...]
    racks: tuple[int, ...]
    is_gang: bool
    min_racks: int
    parts: int = 1
