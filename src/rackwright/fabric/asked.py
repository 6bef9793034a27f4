"""Which switches does one network of a platform use, and what is asked of them?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from rackwright.fabric.lanes import Lanes, scale_out_lanes, service_lanes
from rackwright.fabric.request import Pins, Reserve, SwitchSpec, Target

__all__ = ["Asked", "asked_of"]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Switches of the three tiers and what is asked of them.

    Parameters
    ----------
    leaf, spine, core
        Switch of each tier.
    lanes
        What is a plane and what a rail.
    oversubscription, spine_oversubscription
        Highest down over up capacity at the leaf, and at the spine under cores.
    uplink_gbit_s
        Rate of links between switches; 0 for that of the endpoints.
    reserves
        Ports kept free.
    pins
        What the user has decided.
    by_rack
        True where a leaf serves one rack.
    has_peers
        True where spines of different groups are joined straight, without cores.
    is_torus
        True where leaves are joined with their neighbours, without spines.
    """

    leaf: SwitchSpec
    spine: SwitchSpec
    core: SwitchSpec
    lanes: Lanes
    oversubscription: float
    spine_oversubscription: float = 1.0
    uplink_gbit_s: float = 0.0
    reserves: tuple[Reserve, ...] = ()
    pins: Pins = field(default_factory=Pins)
    by_rack: bool = False
    has_peers: bool = False
    is_torus: bool = False

    def reserved(self, tier: str) -> int:
        """Ports kept free on each switch of a tier."""
        return sum(reserve.ports for reserve in self.reserves if reserve.tier == tier)


def asked_of(target: Target, network: str) -> Asked:
    """What a platform asks of its scale-out, storage or in-band network."""
    if network == "scale-out":
        return Asked(
            leaf=target.leaf,
            spine=target.spine,
            core=target.core,
            lanes=scale_out_lanes(target),
            oversubscription=target.oversubscription,
            spine_oversubscription=target.spine_oversubscription,
            uplink_gbit_s=target.uplink_gbit_s,
            reserves=target.reserves,
            pins=_family_pins(target),
            by_rack=target.family == "rack-aligned",
            has_peers=target.family == "dragonfly-plus",
            is_torus=target.family == "torus",
        )
    switch = (target.storage if network == "storage" else target.in_band) or target.leaf
    return Asked(
        leaf=switch,
        spine=switch,
        core=switch,
        lanes=service_lanes(target),
        oversubscription=target.service_oversubscription,
    )


def _family_pins(target: Target) -> Pins:
    """The user's pins, with the tiers a family means where the user says nothing."""
    if target.family == "fat-tree" and not target.pins.tiers:
        return replace(target.pins, tiers=3)
    return target.pins
