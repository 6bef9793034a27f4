"""Which racks, switches and CDUs keep their place, because an earlier plan put them there and they are cut by now?

Held are the racks of released and later tranches, the switches that serve their units or the whole block, and the CDUs
of halls in which such racks stand. A tranche that moved to other units of its block takes its racks with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from rackwright.tables.fabric import Fabric
from rackwright.tables.incumbent import Incumbent
from rackwright.tables.siting import Siting

__all__ = ["Held", "HeldRack", "HeldSwitch", "Spot", "find_held"]

KEY = ("block", "network", "tier", "index")
"""Names a switch in every plan."""


@dataclass(frozen=True, order=True)
class Spot:
    """A position of a hall; row and position counted from 1."""

    hall: str
    row: int
    position: int


@dataclass(frozen=True, order=True)
class HeldRack:
    """A compute rack by its block and ordinal, and where it stands."""

    block: str
    rack_index: int
    spot: Spot


@dataclass(frozen=True, order=True)
class HeldSwitch:
    """A switch of the new fabric, and where it is mounted."""

    block: str
    device: int
    spot: Spot
    u: int


@dataclass(frozen=True)
class Held:
    """Everything that keeps its place."""

    racks: tuple[HeldRack, ...] = ()
    switches: tuple[HeldSwitch, ...] = ()
    cdus: tuple[Spot, ...] = ()


def find_held(incumbent: Incumbent, siting: Siting, fabric: Fabric, *, with_planned: bool = False) -> Held:
    """What the new plan holds of an earlier one; `with_planned` takes tranches that are only planned along.

    Parameters
    ----------
    incumbent
        The earlier plan.
    siting, fabric
        Blocks, tranches and devices of the new plan.
    """
    frozen = _frozen(incumbent.siting, siting, with_planned=with_planned)
    racks = tuple(sorted(_racks(incumbent, frozen)))
    halls = sorted({rack.spot.hall for rack in racks})
    kept = incumbent.layout.reserved.frame.filter((pl.col("purpose") == "cdu") & pl.col("hall").is_in(halls))
    return Held(
        racks=racks,
        switches=tuple(sorted(_switches(incumbent, frozen, fabric))),
        cdus=tuple(Spot(*row) for row in kept.select("hall", "row", "position").iter_rows()),
    )


def _frozen(before: Siting, after: Siting, *, with_planned: bool) -> pl.DataFrame:
    """Released tranches known to both plans: block, tranche, first unit before and after, racks."""
    free = ["retired"] if with_planned else ["planned", "retired"]
    states = after.tranches.frame.filter(~pl.col("state").is_in(free))
    known = before.tranches.frame.filter(pl.col("units") > 0).select("tranche", "block", before="first_unit")
    return states.join(known, on=["tranche", "block"]).select("block", "tranche", "before", "first_unit", "units")


def _racks(incumbent: Incumbent, frozen: pl.DataFrame) -> Iterator[HeldRack]:
    """Racks of the tranches, numbered as in the new plan: the same place within the same unit of the tranche."""
    placed = incumbent.layout.racks.frame.filter(role="compute").join(frozen, on=["block", "tranche"])
    sizes = incumbent.siting.blocks.frame.filter(pl.col("units") > 0)
    per_unit = sizes.select("block", unit_racks=pl.col("racks") // pl.col("units"))
    shifted = placed.join(per_unit, on="block").with_columns(
        at=pl.col("rack_index") + (pl.col("first_unit") - pl.col("before")) * pl.col("unit_racks")
    )
    for block, at, hall, row, position in shifted.select("block", "at", "hall", "row", "position").iter_rows():
        yield HeldRack(block, int(at), Spot(hall, row, position))


def _switches(incumbent: Incumbent, frozen: pl.DataFrame, fabric: Fabric) -> Iterator[HeldSwitch]:
    """Switches of frozen units and block-wide ones of their blocks, where both plans have them."""
    units = {
        (block, unit) for block, _, _, first, count in frozen.iter_rows() for unit in (-1, *range(first, first + count))
    }
    places = incumbent.layout.racks.frame.select("rack", "hall", "row", "position")
    mounted = incumbent.layout.mounts.frame.select("device", "rack", mount_u="u").join(places, on="rack")
    old = incumbent.fabric.devices.frame.filter(pl.col("tier") > 0).select("device", *KEY, "part")
    old = old.join(mounted, on="device").drop("device")
    both = fabric.devices.frame.filter(pl.col("tier") > 0).join(old, on=[*KEY, "part"])
    columns = ("block", "unit", "device", "hall", "row", "position", "mount_u")
    for block, unit, device, hall, row, position, u in both.select(columns).iter_rows():
        if (block, unit) in units:
            yield HeldSwitch(block, device, Spot(hall, row, position), u)
