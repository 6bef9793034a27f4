"""What power hands on: the chain from grid to rack, its loads with any one element lost, and the energy balance."""

from __future__ import annotations

from dataclasses import dataclass, field

from polars import Float64, Int32, String

from rackwright.base.table import Column, Table
from rackwright.tables.checks import Checks

__all__ = ["Balances", "Elements", "Loads", "Power", "Reliefs"]


class Elements(Table):
    """Every element of the chain; repeated busway taps are one row per rack and side."""

    element = Column(String, "id, `SITE-A-ups-03`", key=True)
    site = Column(String, "site")
    hall = Column(String, "hall it serves; empty for campus elements")
    kind = Column(
        String,
        "utility, hv-transformer, mv-switchgear, unit-substation, lv-switchgear, generator, ups, busway, tap, rack, "
        "cooling",
    )
    part = Column(String, "catalog part; empty for utility, rack and cooling load")
    upstream = Column(String, "element that feeds it (normal source); empty for the utility and generators")
    standby = Column(String, "second source it can transfer to; empty for none")
    side = Column(String, "A, B or empty; with N+1, B is the reserve")
    rating_w = Column(
        Float64,
        "rating at planning power factor",
        unit="W",
        ge=0,
        formula="three-phase-power",
        inputs=("fact:facility-rules.power_factor",),
    )


class Loads(Table):
    """Load of each element in normal state and in its worst single failure."""

    element = Column(String, "element", key=True, ref="power.elements.element")
    normal_w = Column(
        Float64,
        "load with everything in service",
        unit="W",
        ge=0,
        formula="element-load",
        inputs=("layout.racks.peak_w",),
    )
    worst_w = Column(
        Float64,
        "highest load with any one other element lost",
        unit="W",
        ge=0,
        formula="worst-single-failure",
        inputs=("loads.normal_w",),
    )
    failure = Column(String, "element whose loss gives the worst load; empty if none raises it")
    racks = Column(Int32, "racks it feeds in normal state", ge=0)


class Balances(Table):
    """One energy balance per site at peak: every MW and its point."""

    site = Column(String, "site", key=True)
    it_w = Column(Float64, "IT load at the racks", unit="W", ge=0)
    cooling_w = Column(
        Float64,
        "cooling",
        unit="W",
        ge=0,
        formula="cooling-power",
        inputs=("cooling.responses.base_w", "cooling.responses.w_per_w_heat", "balances.it_w"),
    )
    loss_w = Column(Float64, "losses of the chain", unit="W", ge=0)
    facility_w = Column(
        Float64,
        "load at the grid connection",
        unit="W",
        ge=0,
        formula="facility-power",
        inputs=("balances.it_w", "balances.cooling_w"),
    )
    pue = Column(Float64, "facility over IT", ge=0, formula="pue", inputs=("balances.facility_w", "balances.it_w"))
    energised_w = Column(
        Float64,
        "power of grid and on-site generation at the end of the horizon",
        unit="W",
        ge=0,
        formula="energised-grid-power",
    )
    water_l_per_day = Column(Float64, "water", unit="L/day", ge=0)


class Reliefs(Table):
    """Nearest repair of each check that does not hold."""

    rule = Column(String, "rule of the check", key=True, ref="power.checks.rule")
    subject = Column(String, "subject of the check", key=True)
    relief = Column(String, "a part that would carry it, or how much less load would do")


@dataclass(frozen=True)
class Power:
    """Result of the stage."""

    elements: Elements
    loads: Loads
    balances: Balances
    checks: Checks
    omissions: tuple[str, ...]
    reliefs: Reliefs = field(default_factory=Reliefs.empty)
