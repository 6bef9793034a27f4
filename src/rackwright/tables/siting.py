"""What siting hands on: blocks resolved to whole units, their tranches, the power each site can give when."""

from __future__ import annotations

from dataclasses import dataclass

from polars import Int32, Int64, String

from rackwright.base.table import Column, Table
from rackwright.tables.checks import Checks

__all__ = ["BlockHalls", "Blocks", "Envelopes", "Shortfalls", "Siting", "Tranches"]


class Blocks(Table):
    """One row per block, in whole scalable units."""

    block = Column(String, "block", key=True)
    site = Column(String, "site")
    platform = Column(String, "platform")
    units = Column(
        Int32,
        "scalable units of the design target",
        ge=0,
        formula="auto-block-units",
        inputs=(
            "sizing.needs.accels_p90",
            "racks.types.accels",
            "racks.types.peak_w",
            "envelopes.it_w",
            "program:blocks",
        ),
    )
    racks = Column(Int32, "compute racks", ge=0)
    need_day = Column(Int32, "day the first racks are needed", unit="day")


class BlockHalls(Table):
    """Units of a block in each of its halls, in the order of filling."""

    block = Column(String, "block", key=True)
    hall = Column(String, "hall", key=True)
    first_unit = Column(Int32, "first unit in the hall, from 0", ge=0)
    units = Column(Int32, "units in the hall", ge=0)


class Tranches(Table):
    """Racks of one configuration within a block."""

    tranche = Column(String, "tranche", key=True)
    block = Column(String, "block")
    configuration = Column(String, "rack SKU")
    first_unit = Column(Int32, "first unit of the block it fills", ge=0)
    units = Column(Int32, "units", ge=0)
    racks = Column(Int32, "compute racks", ge=0, inputs=("blocks.units",))
    accepted_racks = Column(Int32, "racks accepted before the plan starts", ge=0)
    need_day = Column(Int32, "day its racks should be accepted", unit="day")
    accept_days = Column(Int32, "acceptance of one rack after placement", unit="day", ge=0)
    state = Column(String, "planned, released, ordered, installed, accepted, retired")


class Envelopes(Table):
    """IT power a site can carry from a day on (planned dates; gates may move them later)."""

    site = Column(String, "site", key=True)
    day = Column(Int32, "first day", unit="day", key=True)
    it_w = Column(
        Int64,
        "IT power",
        unit="W",
        ge=0,
        formula="energised-it-power",
        inputs=("program:sites", "program:halls"),
    )
    binding = Column(String, "what limits: contract, substation, hall")
    gate = Column(String, "gate that must be reached for this step; empty if none")


class Shortfalls(Table):
    """Units a block wanted and did not get."""

    block = Column(String, "block", key=True)
    wanted_units = Column(Int32, "units the workloads ask for", ge=0)
    given_units = Column(Int32, "units placed", ge=0)
    cause = Column(String, "positions, power, bound given by the user")
    relief = Column(String, "cheapest relief found")


@dataclass(frozen=True)
class Siting:
    """Result of the stage."""

    blocks: Blocks
    block_halls: BlockHalls
    tranches: Tranches
    envelopes: Envelopes
    shortfalls: Shortfalls
    checks: Checks
    omissions: tuple[str, ...]
