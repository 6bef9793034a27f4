"""What layout hands on: where each rack stands and where each switch is mounted."""

from __future__ import annotations

from dataclasses import dataclass, field

from polars import Float64, Int32, String

from rackwright.base.table import Column, Table
from rackwright.tables.checks import Checks

__all__ = ["HallFits", "Layout", "Mounts", "PlacedRacks", "Reserved"]


class PlacedRacks(Table):
    """Every rack on the floor."""

    rack = Column(Int32, "id, unique over all halls", key=True)
    block = Column(String, "block")
    tranche = Column(String, "tranche of a compute rack; empty for network racks")
    unit = Column(Int32, "scalable unit, -1 for racks that serve the whole block", ge=-1)
    rack_index = Column(Int32, "compute: ordinal in the block; network: ordinal among its network racks", ge=0)
    type = Column(String, "rack type", ref="racks.types.type")
    role = Column(String, "compute or network")
    hall = Column(String, "hall")
    row = Column(Int32, "row, from 1", ge=1)
    position = Column(Int32, "position in the row, from 1", ge=1)
    x_mm = Column(Int32, "centre along the row", unit="mm")
    y_mm = Column(Int32, "centre across the rows", unit="mm")
    mean_w = Column(Float64, "typical load with its switches", unit="W", ge=0)
    peak_w = Column(
        Float64,
        "peak load with its switches",
        unit="W",
        ge=0,
        formula="placed-rack-power",
        inputs=("racks.types.peak_w", "mounts.device"),
    )
    liquid_share = Column(Float64, "share of heat in liquid", ge=0, le=1)
    kg = Column(Float64, "mass", unit="kg", ge=0)


class Mounts(Table):
    """Where every fabric device sits."""

    device = Column(Int32, "device", key=True, ref="fabric.devices.device")
    rack = Column(Int32, "rack", ref="layout.racks.rack")
    u = Column(Int32, "lowest rack unit", unit="U", ge=1)


class Reserved(Table):
    """Positions kept for other purposes, or lost."""

    hall = Column(String, "hall", key=True)
    row = Column(Int32, "row", key=True, ge=1)
    position = Column(Int32, "position", key=True, ge=1)
    purpose = Column(String, "cdu, power, keep-out, column")


class HallFits(Table):
    """Units of each block in each hall, and how many of them find a place; siting plans again with fewer."""

    block = Column(String, "block", key=True)
    hall = Column(String, "hall", key=True)
    units = Column(Int32, "units siting put into the hall", ge=0)
    fits_units = Column(
        Int32,
        "whole units that find a place with all their racks",
        ge=0,
        formula="fitting-units",
        inputs=("fits.units",),
    )
    cause = Column(String, "what stops the next unit: positions, row power, row heat to air; empty if all stand")


@dataclass(frozen=True)
class Layout:
    """Result of the stage."""

    racks: PlacedRacks
    mounts: Mounts
    reserved: Reserved
    checks: Checks
    omissions: tuple[str, ...]
    fits: HallFits = field(default_factory=HallFits.empty)
