"""What cabling hands on: one row per cable with part, length and pull order, and what has to be made or bought."""

from __future__ import annotations

from dataclasses import dataclass

from polars import Float64, Int32, Int64, String

from rackwright.base.table import Column, Table
from rackwright.tables.checks import Checks

__all__ = ["Assemblies", "Cables", "Cabling", "HeldCables", "Modules", "TrayFill"]


class Cables(Table):
    """One row per physical cable."""

    cable = Column(Int64, "id made from both ends, stable over re-plans", key=True)
    block = Column(String, "block")
    hall = Column(String, "hall of the lower end")
    link = Column(Int64, "logical link it carries", ref="fabric.links.link")
    part = Column(String, "cable assembly")
    module = Column(String, "transceiver at both ends; empty for direct attach")
    medium = Column(String, "dac, acc, aec, aoc, fibre or copper")
    length_mm = Column(
        Int64,
        "stock length to order",
        unit="mm",
        ge=0,
        formula="cable-length",
        inputs=(
            "cables.route_mm",
            "fact:layout.slack_share",
            "fact:layout.rack_run_m",
            "fact:layout.drop_height_m",
            "fact:layout.service_loop_m",
            "fact:layout.stock_step_m",
        ),
    )
    route_mm = Column(
        Int64,
        "tray path without drops and slack",
        unit="mm",
        ge=0,
        formula="cable-route",
        inputs=("layout.racks.x_mm", "layout.racks.y_mm"),
    )
    pull_order = Column(Int32, "order of pulling within the hall, from 1", ge=1)


class HeldCables(Table):
    """Cables of released tranches as an earlier plan has them; they are inputs of the next."""

    cable = Column(Int64, "id made from both ends", key=True)
    block = Column(String, "block")
    part = Column(String, "cable assembly")
    module = Column(String, "transceiver at both ends; empty for direct attach")
    medium = Column(String, "dac, acc, aec, aoc, fibre or copper")
    length_mm = Column(Int64, "stock length", unit="mm", ge=0)


class Assemblies(Table):
    """Cable plant's view: how many of which assembly at which length, by block."""

    block = Column(String, "block", key=True)
    part = Column(String, "cable assembly", key=True)
    length_mm = Column(Int64, "stock length", unit="mm", key=True)
    count = Column(Int32, "installed", ge=0)
    spares = Column(
        Int32,
        "spares",
        ge=0,
        formula="cable-spares",
        inputs=("assemblies.count", "fact:layout.spare_service_share"),
    )


class Modules(Table):
    """Transceivers needed, by block."""

    block = Column(String, "block", key=True)
    part = Column(String, "transceiver", key=True)
    count = Column(Int32, "installed", ge=0)
    spares = Column(
        Int32, "spares", ge=0, formula="cable-spares", inputs=("modules.count", "fact:layout.spare_service_share")
    )


class TrayFill(Table):
    """Fill of the trays over the rows and of the cross tray of a hall."""

    hall = Column(String, "hall", key=True)
    tray = Column(String, "`row N` or `cross N`", key=True)
    cables = Column(Int32, "cables through its fullest section", ge=0)
    trays = Column(
        Int32,
        "trays side by side that keep the fill limit",
        ge=1,
        formula="tray-count",
        inputs=("fact:layout.tray_fill_share",),
    )
    fill_share = Column(
        Float64,
        "cross-section filled in each of them",
        ge=0,
        formula="tray-fill",
        inputs=("tray_fill.trays", "fact:layout.tray_area_m2"),
    )


@dataclass(frozen=True)
class Cabling:
    """Result of the stage."""

    cables: Cables
    assemblies: Assemblies
    modules: Modules
    tray_fill: TrayFill
    checks: Checks
    omissions: tuple[str, ...]
