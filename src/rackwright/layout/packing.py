"""Into which network rack, and at which height, does each switch go?

Switches of a unit stay together; neighbouring units of a hall share a network rack while it has room, and the rack
belongs to the first of them, so that it is there when its first unit needs it. Packed densely, a unit's switches may
also fill up the rack of the unit before. Switches that serve the whole block (spines, cores) have racks of their own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from rackwright.layout.held import HeldSwitch, Spot
from rackwright.layout.request import BlockSpec, HallRun, SwitchSpec

__all__ = ["BLOCK_WIDE", "NetworkRack", "main_hall", "pack_switches"]

BLOCK_WIDE = -1
"""Unit of a rack whose switches serve the whole block."""


@dataclass
class NetworkRack:
    """A network rack being filled: its hall, the unit it belongs to, its switches as (device, part, lowest unit).

    `spot` is where it stands already; None for a rack still to be placed.
    """

    hall: str
    unit: int
    used_u: int = 0
    devices: list[tuple[int, str, int]] = field(default_factory=list)
    spot: Spot | None = None


def pack_switches(
    block: BlockSpec,
    switches: pl.DataFrame,
    specs: Sequence[SwitchSpec],
    usable_u: int,
    *,
    dense: bool,
    main: str = "",
    held: Sequence[HeldSwitch] = (),
) -> list[NetworkRack]:
    """Fill network racks with the switches of a block.

    Parameters
    ----------
    block
        Block with its hall runs.
    switches
        Its switches: device, part, unit; in the order in which they are mounted.
    specs
        Heights of the switches.
    usable_u
        Height of a network rack that switches may take [U]; at least one switch goes into each rack.
    dense
        True to leave no room unused at the cost of longer cables.
    main
        Hall of the block-wide switches; empty for the one with the most units.
    held
        Switches of the block that stay where they are mounted; their racks take others on top.

    Returns
    -------
    Block-wide racks first, then those of the units; `devices` holds (device, part, lowest unit).
    """
    height_u = {spec.id: max(1, math.ceil(spec.height_u.value)) for spec in specs}
    standing = _standing_racks(switches, held, height_u)
    by_unit: dict[int, list[tuple[int, str]]] = {}
    fixed = {switch.device for switch in held}
    for device, part, unit in switches.select("device", "part", "unit").iter_rows():
        by_unit.setdefault(unit, []).extend([] if device in fixed else [(device, part)])
    racks: list[NetworkRack] = []
    for hall, units in _stops(block, main or main_hall(block)):
        known = [(unit, by_unit[unit]) for unit in units if unit in by_unit]
        is_wide = units == [BLOCK_WIDE]
        own = [rack for rack in standing if (rack.unit == BLOCK_WIDE) == is_wide and (is_wide or rack.hall == hall)]
        stop = _Stop(hall, usable_u, height_u, dense, own)
        for unit, devices in known:
            stop.add(unit, devices)
        racks.extend(stop.racks)
    return racks


def _standing_racks(switches: pl.DataFrame, held: Sequence[HeldSwitch], height_u: dict[str, int]) -> list[NetworkRack]:
    """Racks of the held switches, each of the first unit it serves, in the order in which they were filled."""
    known = {device: (part, unit) for device, part, unit in switches.select("device", "part", "unit").iter_rows()}
    racks: dict[Spot, NetworkRack] = {}
    for switch in sorted((s for s in held if s.device in known), key=lambda s: (s.spot, s.u)):
        part, unit = known[switch.device]
        rack = racks.setdefault(switch.spot, NetworkRack(switch.spot.hall, unit, spot=switch.spot))
        rack.unit = min(rack.unit, unit)
        rack.devices.append((switch.device, part, switch.u))
        rack.used_u = max(rack.used_u, switch.u + height_u[part] - 1)
    return sorted(racks.values(), key=lambda rack: (rack.unit, min(device for device, _, _ in rack.devices)))


def main_hall(block: BlockSpec) -> str:
    """Hall that takes the block-wide switches: the one with the most units, the first of equals."""
    largest = max(block.halls, key=lambda run: run.units, default=HallRun("", 0, 0))
    return largest.hall


def _stops(block: BlockSpec, main: str) -> list[tuple[str, list[int]]]:
    """Halls with the units packed there together; the block-wide switches are a stop of their own."""
    stops = [(main, [BLOCK_WIDE])]
    return stops + [(run.hall, list(range(run.first_unit, run.first_unit + run.units))) for run in block.halls]


@dataclass
class _Stop:
    """Network racks of one hall (or of the block-wide switches), filled one after the other."""

    hall: str
    usable_u: int
    height_u: dict[str, int]
    dense: bool
    racks: list[NetworkRack]

    def add(self, unit: int, devices: Sequence[tuple[int, str]]) -> None:
        """Mount a unit's switches; unless packed densely, they start a new rack if they do not all fit this one."""
        if not devices:
            return
        needed_u = sum(self.height_u[part] for _, part in devices)
        if not self.dense and not self._has_room(needed_u):
            self.racks.append(NetworkRack(self.hall, unit))
        for device, part in devices:
            if not self._has_room(self.height_u[part]) and not (self.racks and self.racks[-1].used_u == 0):
                self.racks.append(NetworkRack(self.hall, unit))
            rack = self.racks[-1]
            rack.devices.append((device, part, rack.used_u + 1))
            rack.used_u += self.height_u[part]

    def _has_room(self, height_u: int) -> bool:
        return bool(self.racks) and self.racks[-1].used_u + height_u <= self.usable_u
