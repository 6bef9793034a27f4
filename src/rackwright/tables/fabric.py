"""What fabric hands on: switches, endpoints and links, port to port, for each block and network."""

from __future__ import annotations

from dataclasses import dataclass, field

from polars import Boolean, Float64, Int32, Int64, String

from rackwright.base.table import Column, Table
from rackwright.tables.checks import Checks

__all__ = ["Choices", "Designs", "Devices", "Fabric", "Growths", "KeptPorts", "Links", "Tiers"]


class Designs(Table):
    """One row per block and network: the size and shape chosen."""

    block = Column(String, "block", key=True)
    network = Column(String, "scale-out, storage, in-band, out-of-band", key=True)
    tiers = Column(Int32, "switch tiers", ge=1, le=3)
    planes = Column(Int32, "disjoint planes", ge=1)
    endpoints = Column(Int32, "endpoint ports", ge=0)
    leaves = Column(
        Int32, "leaf switches", ge=0, formula="fabric-leaves", inputs=("designs.endpoints", "designs.planes")
    )
    spines = Column(Int32, "spine switches", ge=0, formula="fabric-spines", inputs=("designs.leaves",))
    cores = Column(Int32, "core switches", ge=0, formula="fabric-cores", inputs=("designs.spines",))
    bundle = Column(Int32, "links of one leaf-spine pair", ge=0)
    oversubscription = Column(
        Float64,
        "down over up capacity at the leaf",
        ge=0,
        formula="fabric-oversubscription",
        inputs=("links.gbit_s", "devices.tier"),
    )
    bisection_gbit_s = Column(
        Float64,
        "bisection bandwidth",
        unit="Gbit/s",
        ge=0,
        formula="fabric-bisection",
        inputs=("links.gbit_s", "devices.tier"),
    )
    max_flow_gbit_s = Column(
        Float64,
        "maximum flow over the worst of the splits tried",
        unit="Gbit/s",
        ge=0,
        formula="fabric-max-flow",
        inputs=("links.gbit_s", "devices.tier"),
    )
    paths = Column(
        Int64,
        "fewest shortest paths between two leaves; 0 with one leaf",
        ge=0,
        formula="fabric-paths",
        inputs=("links.a_device", "links.b_device"),
    )
    link_loss_share = Column(Float64, "flow left after the loss of the worst link", ge=0, le=1)
    switch_loss_share = Column(Float64, "flow left after the loss of the worst spine or core", ge=0, le=1)
    lost_ports = Column(Int32, "endpoint ports lost with the worst leaf", ge=0)
    cut_off_nodes = Column(Int32, "endpoints without any port of the network after the loss of the worst leaf", ge=0)


class Devices(Table):
    """Endpoints (trays, tier 0) and switches; ids are unique over all blocks."""

    device = Column(Int32, "id", key=True)
    block = Column(String, "block")
    part = Column(String, "catalog part")
    network = Column(String, "network of a switch; `node` for endpoints")
    tier = Column(Int32, "0 endpoint, 1 leaf, 2 spine, 3 core", ge=0, le=3)
    plane = Column(Int32, "plane, 0 for the first", ge=0)
    rail = Column(Int32, "rail a leaf serves, else -1", ge=-1)
    unit = Column(Int32, "scalable unit, else -1", ge=-1)
    index = Column(Int32, "ordinal within its block, network, tier", ge=0)
    rack_index = Column(Int32, "endpoint: compute rack of the block, from 0; switch: -1", ge=-1)
    u = Column(Int32, "endpoint: slot in its rack; switch: -1 (layout mounts it)", ge=-1)
    bay = Column(Int32, "endpoint: place across its slot, from 0; switch: 0", ge=0)
    ports = Column(Int32, "switch: logical ports at the rate of its network; endpoint: 0", ge=0)


class Links(Table):
    """One row per logical link; the lower tier is end a."""

    link = Column(Int64, "id", key=True)
    block = Column(String, "block")
    network = Column(String, "network")
    a_device = Column(Int32, "lower end", ref="fabric.devices.device")
    a_port = Column(Int32, "port of the lower end, from 0", ge=0)
    b_device = Column(Int32, "upper end", ref="fabric.devices.device")
    b_port = Column(Int32, "port of the upper end, from 0", ge=0)
    gbit_s = Column(Float64, "rate", unit="Gbit/s", ge=0)
    bundle = Column(Int32, "links between the same two devices share a bundle number", ge=0)


class Tiers(Table):
    """One row per block, network and tier of switches: what a switch is and how its ports are used."""

    block = Column(String, "block", key=True)
    network = Column(String, "network", key=True)
    tier = Column(Int32, "1 leaf, 2 spine, 3 core", key=True, ge=1, le=3)
    part = Column(String, "catalog switch")
    switches = Column(Int32, "switches of the tier", ge=0)
    ports = Column(Int32, "logical ports of a switch", ge=0)
    split = Column(Int32, "ways a catalog port is split (breakout); 1 for none", ge=1)
    cage = Column(String, "form factor of a cage; empty where not published")
    cage_ports = Column(Int32, "logical ports of one cage: 2 for a twin-port cage, more with breakout", ge=1)
    down = Column(Int32, "links down of the fullest switch", ge=0)
    up = Column(Int32, "links up of the fullest switch", ge=0)
    kept = Column(Int32, "ports kept free on each switch", ge=0)
    oversubscription = Column(
        Float64,
        "down over up capacity, the highest of the tier; 1 at the top",
        ge=0,
        formula="fabric-oversubscription",
        inputs=("links.gbit_s", "devices.tier"),
    )


class KeptPorts(Table):
    """Ports kept free for what is not wired here, and where they are."""

    device = Column(Int32, "switch", key=True, ref="fabric.devices.device")
    purpose = Column(String, "subnet-manager, storage, border, spare", key=True)
    first_port = Column(Int32, "first port, from 0", ge=0)
    ports = Column(Int32, "ports", ge=1)


class Choices(Table):
    """Scale-out networks that would serve a block, best first; the network that is planned is one of them."""

    block = Column(String, "block", key=True)
    choice = Column(Int32, "place in the ranking, from 1", key=True, ge=1)
    is_chosen = Column(Boolean, "True for the network that is planned")
    meets = Column(Boolean, "True if it is no more oversubscribed than the platform asks")
    family = Column(String, "family of fabrics")
    part = Column(String, "catalog switch of all tiers")
    tiers = Column(Int32, "switch tiers", ge=1, le=3)
    uplink_gbit_s = Column(Float64, "rate of links between switches", unit="Gbit/s", ge=0)
    split = Column(Int32, "ways a port is split for endpoints", ge=1)
    oversubscription = Column(Float64, "down over up capacity of all tiers together", ge=0)
    leaves = Column(Int32, "leaf switches", ge=0)
    spines = Column(Int32, "spine switches", ge=0)
    cores = Column(Int32, "core switches", ge=0)
    bundle = Column(Int32, "links of one leaf-spine pair", ge=0)
    cables = Column(Int32, "links, those of endpoints included", ge=0)
    cost_usd = Column(
        Float64, "switches and optical links", unit="USD", ge=0, nullable=True, formula="fabric-choice-cost"
    )
    power_w = Column(Float64, "switches and modules", unit="W", ge=0, formula="fabric-choice-power")
    bisection_gbit_s = Column(Float64, "bisection bandwidth", unit="Gbit/s", ge=0, formula="fabric-bisection")
    spine_loss_share = Column(
        Float64, "capacity left after the loss of one spine", ge=0, le=1, formula="fabric-choice-loss"
    )
    cut_off_nodes = Column(Int32, "endpoints cut off with one leaf", ge=0, formula="fabric-choice-loss")
    better = Column(Int32, "choices at least as good in every respect and better in one", ge=0)


class Growths(Table):
    """What a live scale-out network of a block needs to take in more units, with the fewest moved links."""

    block = Column(String, "block", key=True)
    more_units = Column(Int32, "scalable units more than the design target", key=True, ge=1)
    is_possible = Column(Boolean, "False where its switches cannot join so many units")
    tiers = Column(Int32, "tiers afterwards", ge=0, le=3)
    more_leaves = Column(Int32, "leaf switches to add (to free, if negative)")
    more_spines = Column(Int32, "spine switches to add (to free, if negative)")
    more_cores = Column(Int32, "core switches to add (to free, if negative)")
    links = Column(Int32, "links between switches before", ge=0)
    moved = Column(
        Int32, "links of these to move", ge=0, formula="fabric-growth-moved", inputs=("designs.bundle", "growths.links")
    )
    moved_share = Column(Float64, "links to move over links before", ge=0, le=1, formula="fabric-growth-moved")
    stages = Column(
        Int32,
        "stages in which they are moved while the stated share carries traffic",
        ge=0,
        formula="fabric-growth-stages",
        inputs=("growths.moved", "program:platforms"),
    )
    pins = Column(String, "fields of the platform's fabric that make the next plan grow this way")


@dataclass(frozen=True)
class Fabric:
    """Result of the stage."""

    designs: Designs
    devices: Devices
    links: Links
    checks: Checks
    omissions: tuple[str, ...]
    tiers: Tiers = field(default_factory=Tiers.empty)
    kept_ports: KeptPorts = field(default_factory=KeptPorts.empty)
    choices: Choices = field(default_factory=Choices.empty)
    growths: Growths = field(default_factory=Growths.empty)
