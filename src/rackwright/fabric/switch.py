"""What does a fabric need to know of a catalog switch?"""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.catalog.parts import Fact, Switch

__all__ = ["SwitchSpec", "switch_spec"]


@dataclass(frozen=True, kw_only=True)
class SwitchSpec:
    """What a fabric needs to know of a switch."""

    id: str
    protocol: str
    ports: Fact
    port_gbit_s: Fact
    cage: str = ""
    ports_per_cage: Fact | None = None
    uplinks: Fact | None = None
    uplink_gbit_s: Fact | None = None


def switch_spec(switch: Switch) -> SwitchSpec:
    """The figures of a catalog switch; one that is missing counts as 1."""
    unknown = Fact(f"{switch.id}.unknown", 1.0, "", "", "", "assumption")
    return SwitchSpec(
        id=switch.id,
        protocol=switch.protocol,
        ports=switch.ports or unknown,
        port_gbit_s=switch.port_gbit_s or unknown,
        cage=switch.cage,
        ports_per_cage=switch.ports_per_cage,
        uplinks=switch.uplinks,
        uplink_gbit_s=switch.uplink_gbit_s,
    )
