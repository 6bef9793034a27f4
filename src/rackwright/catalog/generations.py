"""What does advice on coming accelerators rest on: stacks of memory, and what more of a property costs and draws?"""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.catalog.parts import Fact, Part, fact

__all__ = ["DesignRules", "MemoryStack"]


@dataclass(frozen=True, kw_only=True)
class MemoryStack(Part):
    """One stack of high-bandwidth memory of a generation, as accelerators carry them."""

    byte: Fact | None = fact("bytes", "capacity of a stack")
    byte_s: Fact | None = fact("bandwidth", "bandwidth of a stack")
    power_w: Fact | None = fact("power", "power of a stack with its interface at full bandwidth")


@dataclass(frozen=True, kw_only=True)
class DesignRules(Part):
    """Figures that advice on coming accelerators rests on: lives, buildings, what a property costs and draws."""

    rack_life_days: Fact | None = fact("time", "life over which a rack is paid off")
    facility_life_days: Fact | None = fact("time", "life over which buildings and plant are paid off")
    facility_usd_per_kw: Fact | None = fact("money", "buildings and plant for one kilowatt of IT load")
    energy_overhead: Fact | None = fact("count", "facility energy over IT energy")
    rack_price_ratio: Fact | None = fact("count", "price of a rack over that of its accelerators alone")
    rack_power_ratio: Fact | None = fact("count", "load of a rack over the power of its accelerators alone")
    compute_w_per_pflop_s: Fact | None = fact("power", "package power of one more PFLOP/s of dense FP8")
    compute_usd_per_pflop_s: Fact | None = fact("money", "price of one more PFLOP/s of dense FP8")
    scale_up_w_per_tbyte_s: Fact | None = fact("power", "package power of one more TB/s of scale-up, one way")
    scale_up_usd_per_tbyte_s: Fact | None = fact("money", "price of one more TB/s of scale-up with its switches")
    domain_usd_per_doubling: Fact | None = fact("money", "scale-up switches of an accelerator for a doubled domain")
    scale_out_w_per_tbit_s: Fact | None = fact("power", "rack power of one more Tb/s of scale-out, NIC and optics")
    compute_m2_per_pflop_s: Fact | None = fact("area", "logic of one more PFLOP/s of dense FP8, with what feeds it")
    scale_up_m2_per_tbyte_s: Fact | None = fact("area", "logic of one more TB/s of scale-up, one way")
    stack_m2: Fact | None = fact("area", "logic that faces one more memory stack: interface and controller")
    scale_out_usd_per_tbit_s: Fact | None = fact("money", "price of one more Tb/s of scale-out with its fabric")
