"""platforms.yaml: which hardware generations exist or are coming, and what is one rack of each made of?"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rackwright.base.units import Estimate
from rackwright.program.entry import (
    Date,
    DaysEstimate,
    Entry,
    FlowLpm,
    Id,
    LengthM,
    MoneyEstimate,
    PowerEstimate,
    RateGbit,
    Share,
    ShareEstimate,
    TemperatureC,
)

__all__ = [
    "Configuration",
    "Content",
    "FabricFamily",
    "FabricTarget",
    "FacilityNeeds",
    "Platform",
    "ReservedPorts",
    "TrunkRule",
]

FabricFamily = Literal[
    "rail-optimised", "rail-only", "rack-aligned", "leaf-spine", "fat-tree", "dragonfly-plus", "torus"
]


class Content(Entry):
    """Parts of one kind in a rack."""

    part: str
    """Catalog part."""
    count: int = Field(gt=0)
    """How many in one rack."""
    zone: Literal["bottom", "middle", "top", "inside"] = "middle"
    """Where they sit; `inside` takes no slot (busbar, manifold, cartridge, cable)."""


class Configuration(Entry):
    """An orderable rack SKU at a revision."""

    id: Id
    """SKU."""
    revision: str = "A"
    """Revision letter or number."""
    start: Date | None = Field(default=None, alias="from")
    """First day it may be ordered."""
    end: Date | None = Field(default=None, alias="to")
    """First day it may no longer be ordered."""
    frame: str
    """Catalog part of class RackFrame."""
    contents: tuple[Content, ...] = Field(min_length=1)
    """What is in it."""
    rack_power: PowerEstimate | None = Field(default=None)
    """Peak electric load of one rack, where stated; else the sum of its parts."""
    typical_power: PowerEstimate | None = Field(default=None)
    """Mean electric load of one rack in service, where stated; else the peak."""
    price: MoneyEstimate | None = None
    """Price class of one rack, where stated."""
    accept_days: DaysEstimate = Field(default=Estimate(7, 5, 14), alias="acceptance")
    """Site acceptance of one rack after placement: power-on, leak check, burn-in."""


class ReservedPorts(Entry):
    """Ports kept free on each switch of a tier of the scale-out network for what is not wired here."""

    purpose: Literal["subnet-manager", "storage", "border", "spare"]
    """What they are kept for."""
    tier: Literal["leaf", "spine"] = "leaf"
    """Tier of the switches."""
    ports: int = Field(gt=0)
    """Ports of each switch, at the rate of its links."""


class TrunkRule(Entry):
    """Links of a network that run through patch panels and trunks of many fibres instead of one fibre cable each."""

    network: Literal["scale-out", "storage", "in-band", "out-of-band"] = "scale-out"
    """Network whose links are meant; those of split ports keep a cable of their own."""
    between: Literal["racks", "rows", "halls"] = "rows"
    """What the two ends must stand apart in for a trunk."""
    from_m: LengthM = Field(default=0.0, ge=0, alias="from_length")
    """Only links whose cable from end to end would be at least this long."""
    when: Literal["cheaper", "ruled"] = "cheaper"
    """`cheaper`: where a trunk with its panels costs less than the fibres it replaces; `ruled`: wherever it can be
    laid, and optics take the place of copper."""


class FabricTarget(Entry):
    """What the scale-out and service networks of a platform must be."""

    protocol: Literal["ethernet", "infiniband"] = "ethernet"
    """Link layer of the scale-out fabric."""
    family: FabricFamily = "rail-optimised"
    """How endpoints meet leaves: a leaf for each rail of a unit (`rail-optimised`), rails never joined by a switch
    (`rail-only`), a leaf for each rail of a rack under spines of its unit (`rack-aligned`), leaves filled in the order
    of racks (`leaf-spine`), the same in three tiers (`fat-tree`), or groups of leaves and spines whose spines are
    joined straight to those of every other group, without cores (`dragonfly-plus`), or leaves alone, each joined to
    its neighbours in two or three directions (`torus`)."""
    unit_racks: int = Field(gt=0)
    """Racks of one scalable unit."""
    rails: int = Field(gt=0)
    """Rails: NICs of a node that go to different leaves."""
    planes: int = Field(default=1, ge=1, le=8)
    """Disjoint planes; a NIC has one port in each."""
    leaf: str
    """Catalog switch of the leaf tier."""
    spine: str
    """Catalog switch of the spine tier."""
    core: str = ""
    """Catalog switch of the core tier; the spine's where empty."""
    oversubscription: float = Field(default=1.0, ge=1.0, le=64.0)
    """Down capacity over up capacity at the leaf."""
    storage: str = ""
    """Catalog switch of the storage network; empty for none."""
    in_band: str = ""
    """Catalog switch of the in-band management network; empty when storage carries it."""
    out_of_band: str = ""
    """Catalog switch of the out-of-band network."""
    out_of_band_spine: str = ""
    """Catalog switch above the out-of-band leaves: their uplink cages are wired to two of them; where empty, one port
    of each leaf goes to a switch of the same kind."""
    network_frame: str
    """Catalog frame of network racks."""
    reserved_leaf_ports: int = Field(default=0, ge=0)
    """Ports kept free on each leaf (subnet manager, storage, border)."""
    reserved: tuple[ReservedPorts, ...] = ()
    """Further ports kept free, by purpose and tier."""
    joined_planes: bool = False
    """True where planes share their spines (dual ToR): the ports of a NIC end on different leaves of one fabric."""
    uplink_gbit_s: RateGbit | None = Field(default=None, alias="uplink_rate")
    """Rate of links between switches, a whole multiple of the endpoints' rate; the endpoints' rate where empty."""
    spine_oversubscription: float = Field(default=1.0, ge=1.0, le=64.0)
    """Down capacity over up capacity at the spine of a three-tier fabric; of `dragonfly-plus`, what half of the groups
    may send over what the links to the other half carry."""
    tiers: int = Field(default=0, ge=0, le=3)
    """Pin: switch tiers; 0 takes the fewest that serve."""
    leaf_ports: int = Field(default=0, ge=0)
    """Pin: endpoint ports of a leaf; 0 takes as many as leave room for uplinks."""
    leaf_uplinks: int = Field(default=0, ge=0)
    """Pin: uplinks of a leaf; 0 takes the cheapest number."""
    pod_leaves: int = Field(default=0, ge=0)
    """Pin: leaves that share their spines under cores, or in a group of `dragonfly-plus`; 0 takes the cheapest."""
    torus: tuple[Annotated[int, Field(gt=0)], ...] = Field(default=(), max_length=3)
    """Pin: leaves along each direction of a `torus`, their product all leaves; the most even three where empty."""
    bundle: int = Field(default=0, ge=0)
    """Pin: links of each leaf-spine pair, or of two neighbours of a `torus`; 0 takes what the uplinks allow."""
    core_bundle: int = Field(default=0, ge=0)
    """Pin: links of each spine-core pair; 0 takes what the uplinks allow."""
    breakout: Literal[0, 1, 2, 4] = 0
    """Pin: ways a switch port is split for endpoints; 0 splits as far as the rate of the endpoints allows."""
    growth_keeps: Share = 0.75
    """Share of the links of each tier that carries traffic at any time while a live fabric grows."""
    service_planes: int = Field(default=1, ge=1, le=4)
    """Disjoint planes of storage and in-band networks over which the ports of a tray are spread."""
    service_oversubscription: float = Field(default=1.0, ge=1.0, le=64.0)
    """Down capacity over up capacity at the leaves of storage and in-band networks."""
    trunks: tuple[TrunkRule, ...] = ()
    """Structured cabling: links that run through patch panels over trunks; the first rule that holds for a link counts.
    Empty: every link has a cable of its own."""


class FacilityNeeds(Entry):
    """What a rack needs from a building."""

    liquid_share: ShareEstimate
    """Share of heat that leaves in liquid."""
    supply_c: TemperatureC = Field(alias="highest_supply")
    """Highest coolant supply temperature at the rack."""
    rise_k: float = Field(gt=0, le=40, alias="coolant_rise")
    """Coolant temperature rise through the rack [K]."""
    flow_lpm: FlowLpm | None = Field(default=None, alias="flow")
    """Coolant flow of one rack, where stated."""


class Platform(Entry):
    """One hardware generation as a rack-scale product."""

    id: Id
    """Name of the platform."""
    name: str
    """Name for people."""
    generation: int = Field(ge=1)
    """Order of the generations; used by generation-to-generation links."""
    status: Literal["shipping", "ramping", "in development", "announced", "hypothetical"]
    """State at `as_of`."""
    accelerator: str
    """Catalog part of class Accelerator."""
    configurations: tuple[Configuration, ...] = Field(min_length=1)
    """Rack SKUs, newest revision last."""
    fabric: FabricTarget
    """Networks."""
    facility: FacilityNeeds
    """Building needs."""
    project: str = ""
    """Project that delivers it; empty when it ships already."""
    available: Date | None = None
    """First day racks can be built, where no project says."""
    software: ShareEstimate = Field(default=Estimate(1.0, 1.0, 1.0), alias="software_maturity")
    """Share of the model's predicted speed that today's software reaches."""
