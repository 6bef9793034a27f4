"""What does a fabric need to know of a catalog switch?"""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.catalog.index import Catalog
from rackwright.catalog.parts import Fact, Switch, Transceiver

__all__ = ["SwitchSpec", "switch_spec"]


@dataclass(frozen=True, kw_only=True)
class SwitchSpec:
    """What a fabric needs to know of a switch; `connectors` are the links of the transceiver that has most of them."""

    id: str
    protocol: str
    ports: Fact
    port_gbit_s: Fact
    cage: str = ""
    ports_per_cage: Fact | None = None
    uplinks: Fact | None = None
    uplink_gbit_s: Fact | None = None
    connectors: Fact | None = None


def switch_spec(switch: Switch, catalog: Catalog) -> SwitchSpec:
    """The figures of a catalog switch; one that is missing counts as 1."""
    links = [module.links for module in catalog.all(Transceiver) if module.cage == switch.cage and module.links]
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
        connectors=max(links, key=lambda fact: fact.value, default=None),
    )
