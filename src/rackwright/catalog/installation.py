"""What does an installation rest on beside its units: conductors and pipes by the metre, and electrical rules?"""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.catalog.parts import Fact, Part, fact, text

__all__ = ["Conductor", "ElectricRules", "Pipe"]


@dataclass(frozen=True, kw_only=True)
class Conductor(Part):
    """One insulated conductor of a size, with the ampacities of its table by conductor temperature."""

    size: str = text("size as written in the table, such as 500 kcmil")
    metal: str = text("Cu or Al")
    area_m2: Fact | None = fact("area", "cross-section of the metal")
    ampacity_60c_a: Fact | None = fact("current", "ampacity at 60 C")
    ampacity_75c_a: Fact | None = fact("current", "ampacity at 75 C")
    ampacity_90c_a: Fact | None = fact("current", "ampacity at 90 C")
    effective_ohm: Fact | None = fact("impedance", "effective impedance of one kilometre in steel conduit at 0.85")


@dataclass(frozen=True, kw_only=True)
class Pipe(Part):
    """Pipe of a nominal size and schedule."""

    size: str = text("nominal size, such as NPS 3 schedule 40")
    bore_m: Fact | None = fact("length", "inner diameter")
    roughness_m: Fact | None = fact("length", "roughness of a clean wall")


@dataclass(frozen=True, kw_only=True)
class ElectricRules(Part):
    """Figures that electrical checks rest on: allowed voltage drop, and how the load of training swings."""

    voltage_drop_share: Fact | None = fact("share", "voltage drop allowed from the grid to low-voltage boards")
    swing_period_s: Fact | None = fact("duration", "time of one training step as the grid sees it")
    swing_duty_share: Fact | None = fact("share", "part of a training step at high power")
