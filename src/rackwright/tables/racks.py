"""What racks hands on: rack types with their slots, in-rack links and ports."""

from __future__ import annotations

from dataclasses import dataclass, field

from polars import Float64, Int32, String

from rackwright.base.table import Column, Table
from rackwright.tables.checks import Checks

__all__ = ["Contents", "Internal", "Ports", "RackTypes", "Racks", "ScaleUp", "Slots"]


class RackTypes(Table):
    """One row per rack type: a compute configuration, or the empty network rack of a platform (`PLATFORM-network`)."""

    type = Column(String, "rack type; for compute racks the SKU", key=True)
    platform = Column(String, "platform")
    role = Column(String, "compute or network")
    enclosure = Column(String, "catalog frame")
    height_u = Column(Int32, "usable height", unit="U", ge=1)
    used_u = Column(Int32, "height used", unit="U", ge=0)
    kg = Column(
        Float64, "mass with contents", unit="kg", ge=0, formula="rack-mass", inputs=("slots.part", "internal.count")
    )
    centre_of_gravity_u = Column(
        Float64,
        "height of the centre of gravity",
        unit="U",
        ge=0,
        formula="rack-centre-of-gravity",
        inputs=("slots.u", "slots.height_u", "slots.part"),
    )
    mean_w = Column(
        Float64,
        "typical electric load: what the configuration states, else the peak",
        unit="W",
        ge=0,
        inputs=("program:platforms",),
    )
    peak_w = Column(
        Float64,
        "peak electric load at the rack input",
        unit="W",
        ge=0,
        formula="rack-power",
        inputs=("slots.part", "internal.count"),
    )
    liquid_share = Column(Float64, "share of heat in liquid", ge=0, le=1)
    accels = Column(Int32, "accelerator packages", ge=0)
    trays = Column(Int32, "compute trays", ge=0)


class Slots(Table):
    """What sits where; u counts from the bottom, 1 is the lowest."""

    type = Column(String, "rack type", key=True, ref="racks.types.type")
    u = Column(Int32, "lowest rack unit it fills", unit="U", key=True, ge=1)
    bay = Column(Int32, "place across the slot, from 0; narrow parts (blades) share a height", key=True, ge=0)
    part = Column(String, "catalog part; empty for a blank without a catalog part")
    role = Column(String, "compute, scale-up-switch, power, battery, management, storage, control, blank")
    height_u = Column(Int32, "height", unit="U", ge=1)
    index = Column(Int32, "ordinal among parts of its role in the rack, from 0", ge=0)


class Internal(Table):
    """Parts without a slot, with their count: manifolds, busbars, cartridges."""

    type = Column(String, "rack type", key=True, ref="racks.types.type")
    part = Column(String, "catalog part", key=True)
    count = Column(Int32, "pieces in one rack", ge=1)


class Contents(Table):
    """What one rack of a type holds: each part once for each place it is mounted in, with what one piece brings."""

    type = Column(String, "rack type", key=True, ref="racks.types.type")
    part = Column(String, "catalog part", key=True)
    mount = Column(String, "slot, or without one: rear, side, inside, beside (a side rack)", key=True)
    role = Column(String, "as in slots; inside for what takes none")
    pieces = Column(Int32, "pieces in one rack", ge=1)
    kg_each = Column(Float64, "mass of one piece, 0 where none is published", unit="kg", ge=0)
    mean_w_each = Column(
        Float64,
        "typical load of one piece: its peak times the rack's mean over its peak",
        unit="W",
        ge=0,
        inputs=("types.mean_w", "types.peak_w"),
    )
    peak_w_each = Column(Float64, "peak load of one piece at its own input", unit="W", ge=0)
    airflow = Column(String, "way of the air; empty for what draws no power")


class Ports(Table):
    """Network ports of one rack of the type that leave the rack."""

    type = Column(String, "rack type", key=True, ref="racks.types.type")
    u = Column(Int32, "slot", key=True)
    bay = Column(Int32, "place across the slot, from 0", key=True, ge=0)
    port = Column(Int32, "port of the slot's part, from 0, counted through all networks", key=True, ge=0)
    network = Column(String, "scale-out, storage, in-band, out-of-band")
    rail = Column(Int32, "rail of a scale-out port, else -1", ge=-1)
    plane = Column(Int32, "plane of a scale-out port, else 0", ge=0)
    gbit_s = Column(Float64, "rate", unit="Gbit/s", ge=0)


class ScaleUp(Table):
    """Scale-up copper inside one rack of a type: once per type, never a row per link."""

    type = Column(String, "rack type", key=True, ref="racks.types.type")
    part = Column(String, "catalog part with scale-up ports", key=True)
    role = Column(String, "compute or scale-up-switch")
    pieces = Column(Int32, "pieces in the rack", ge=1)
    links_each = Column(Int32, "links that leave one piece", ge=1)
    links = Column(Int32, "links of all pieces", ge=1, formula="scale-up-links", inputs=("slots.part",))


@dataclass(frozen=True)
class Racks:
    """Result of the stage."""

    types: RackTypes
    slots: Slots
    internal: Internal
    ports: Ports
    checks: Checks
    omissions: tuple[str, ...]
    scale_up: ScaleUp = field(default_factory=ScaleUp.empty)
    contents: Contents = field(default_factory=Contents.empty)
