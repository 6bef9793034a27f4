"""What is a hardware design, as advice changes it: an accelerator with its share of a rack, property by property?"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from rackwright.base.units import Estimate
from rackwright.catalog.parts import Accelerator, Fact
from rackwright.sizing.device import Tier

__all__ = ["PROPERTIES", "Band", "Design", "Property", "read_property", "with_property", "with_scaled"]


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a generation.

    Parameters
    ----------
    name
        Field of `Accelerator`, or `price_usd` and `software`.
    label
        Words for people.
    unit
        Canonical unit of its figures; empty for counts and shares.
    is_burden
        True where less is better (power, price).
    """

    name: str
    label: str
    unit: str
    is_burden: bool = False


PROPERTIES = (
    Property("bf16_flop_s", "BF16 rate", "FLOP/s"),
    Property("fp8_flop_s", "FP8 rate", "FLOP/s"),
    Property("fp4_flop_s", "FP4 rate", "FLOP/s"),
    Property("sram_byte", "on-chip memory", "B"),
    Property("memory_byte", "memory size", "B"),
    Property("memory_byte_s", "memory bandwidth", "B/s"),
    Property("scale_up_byte_s", "scale-up bandwidth", "B/s"),
    Property("scale_up_domain", "scale-up domain", ""),
    Property("scale_out_gbit_s", "scale-out rate", "Gb/s"),
    Property("power_w", "package power", "W", is_burden=True),
    Property("price_usd", "price with share of rack", "USD", is_burden=True),
    Property("software", "software maturity", ""),
)
"""Properties of a generation in the order of tables."""
_OWN = ("price_usd", "software")
COUNTS = ("scale_up_domain",)


@dataclass(frozen=True, slots=True)
class Band:
    """A figure with its ends and its kind of evidence; `is_stated` is False where no band is given."""

    value: float
    low: float
    high: float
    kind: str

    @property
    def is_stated(self) -> bool:
        """True if the ends differ."""
        return self.low < self.high


@dataclass(frozen=True)
class Design:
    """One accelerator design.

    Parameters
    ----------
    name
        Platform, catalog part, or number of a hypothetical design.
    accelerator
        Figures of the package.
    per_rack
        Accelerators of a rack; 0 where no rack is known.
    rest_w
        Load of a rack beyond its packages, for each accelerator [W].
    price
        Price of an accelerator with its share of the rack [USD].
    software
        Share of the predicted speed that today's software reaches.
    owning_usd_per_h
        Published cost of owning and running an accelerator for an hour, used in place of the price where that is 0.
    tiers
        Oversubscribed tiers of the platform's scale-out network.
    origin
        The package before any figure of it was changed; None where none was.
    """

    name: str
    accelerator: Accelerator
    per_rack: int
    rest_w: float
    price: Estimate
    software: Estimate
    owning_usd_per_h: float = 0.0
    tiers: tuple[Tier, ...] = ()
    origin: Accelerator | None = None

    @property
    def package_w(self) -> float:
        """Thermal design power of the package [W]."""
        return 0.0 if self.accelerator.power_w is None else self.accelerator.power_w.value

    @property
    def load_w(self) -> float:
        """Peak load at the rack input for each accelerator [W]."""
        return self.package_w + self.rest_w


def read_property(design: Design, name: str) -> Band | None:
    """Value and band of a property; None where the design states none."""
    if name in _OWN:
        estimate: Estimate = design.price if name == "price_usd" else design.software
        return Band(estimate.value, estimate.low, estimate.high, "program") if estimate.value > 0.0 else None
    fact: Fact | None = getattr(design.accelerator, name)
    if fact is None or fact.value <= 0.0:
        return None
    return Band(fact.value, *fact.band, fact.kind)


def with_property(design: Design, name: str, value: float) -> Design:
    """The design with one property at a value, taken as certain; a property it lacks stays absent."""
    if name in _OWN:
        field = "price" if name == "price_usd" else "software"
        bounded = min(value, 1.0) if name == "software" else value
        own: dict[str, Any] = {field: Estimate(bounded, bounded, bounded)}
        return dataclasses.replace(design, **own)
    fact: Fact | None = getattr(design.accelerator, name)
    if fact is None:
        return design
    rounded = max(1.0, float(round(value))) if name in COUNTS else value
    changes: dict[str, Any] = {name: dataclasses.replace(fact, value=rounded, low=None, high=None)}
    made = dataclasses.replace(design.accelerator, **changes)
    return dataclasses.replace(design, accelerator=made, origin=design.origin or design.accelerator)


def with_scaled(design: Design, name: str, factor: float) -> Design:
    """The design with one property multiplied; `compute` means the rates of all precisions together."""
    if name == "compute":
        for precision in ("bf16_flop_s", "fp8_flop_s", "fp4_flop_s"):
            design = with_scaled(design, precision, factor)
        return design
    band = read_property(design, name)
    return design if band is None else with_property(design, name, band.value * factor)
