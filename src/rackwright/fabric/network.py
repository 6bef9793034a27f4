"""One network of one block: its size, its switches and links, or why it cannot be built."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from rackwright.fabric.asked import Asked, asked_of
from rackwright.fabric.breakout import logical_ports, split_of
from rackwright.fabric.clos import Clos, ClosNeed, size_clos
from rackwright.fabric.lanes import Lanes, ridden
from rackwright.fabric.nearest import nearest_design
from rackwright.fabric.need import clos_need, radix_of, take_census
from rackwright.fabric.out_of_band import Tree, TreeTop, size_tree, wire_tree
from rackwright.fabric.request import BlockNeed, SwitchSpec
from rackwright.fabric.wiring import ClosParts, Wiring, wire_clos

__all__ = ["CheckRow", "Network", "design_clos", "design_tree", "management_ports"]

CheckRow = tuple[str, str, float, float, str, bool, str]
SIDES = 2
"""House rule: a management leaf has two uplinks where it has the cages, to switches that share nothing."""


@dataclass(frozen=True, kw_only=True)
class Network:
    """One network of a block.

    Parameters
    ----------
    name
        scale-out, storage, in-band or out-of-band.
    ports
        Endpoint ports, in the order in which `wiring` links them.
    size
        Size of the switches' tiers; None if none could be built.
    wiring
        Switches and links; None with `size`.
    radix_by_tier
        Logical ports of leaf, spine, core.
    asked
        Switches of the tiers and what is asked of them; None for a tree of management switches.
    lanes
        What is a plane and what a rail.
    first_device
        Number of the first switch.
    gbit_s, uplink_gbit_s
        Rate of endpoint links, and of links between switches.
    problems
        Failed checks that say why it could not be built, or not as asked.
    tree_switches
        Leaf and upper switch of a tree of management switches.
    leaf_uplinks
        Uplink ports of a leaf beside its logical ports.
    """

    name: str
    ports: pl.DataFrame
    size: Clos | Tree | None
    wiring: Wiring | None
    radix_by_tier: tuple[int, int, int]
    asked: Asked | None
    lanes: Lanes
    first_device: int
    gbit_s: float
    uplink_gbit_s: float
    problems: tuple[CheckRow, ...] = ()
    tree_switches: tuple[SwitchSpec, ...] = ()
    leaf_uplinks: int = 0

    @property
    def uplink_ratio(self) -> int:
        """Leaf ports one uplink takes."""
        return 1 if self.asked is None else radix_of(self.asked, self.gbit_s, self.uplink_gbit_s).uplink_ratio


def design_clos(need: BlockNeed, name: str, ports: pl.DataFrame, first_device: int) -> Network:
    """The scale-out, storage or in-band network of a block as a Clos.

    A scale-out port must run at its full rate; ports of the other networks run at the lower rate of both ends.
    """
    asked = asked_of(need.target, name)
    if name != "scale-out":
        ports = _spread_planes(ports, asked)
    highest = ports["gbit_s"].max()
    gbit_s = float(highest) if isinstance(highest, int | float) else 0.0
    uplink_gbit_s = asked.uplink_gbit_s or gbit_s
    network = Network(
        name=name,
        ports=ports,
        size=None,
        wiring=None,
        radix_by_tier=radix_of(asked, gbit_s, uplink_gbit_s).by_tier,
        asked=asked,
        lanes=asked.lanes,
        first_device=first_device,
        gbit_s=gbit_s,
        uplink_gbit_s=uplink_gbit_s,
    )
    problems = tuple(_rate_problems(need, network, asked))
    return replace(network, problems=problems) if problems else _sized(need, network, asked)


def _spread_planes(ports: pl.DataFrame, asked: Asked) -> pl.DataFrame:
    """Service ports at the rate of the switch, those of a device dealt out over the planes."""
    dealt = pl.int_range(pl.len(), dtype=pl.Int64).over("device") % asked.lanes.planes
    return ports.with_columns(pl.col("gbit_s").clip(upper_bound=asked.leaf.port_gbit_s.value), plane=dealt)


def _rate_problems(need: BlockNeed, network: Network, asked: Asked) -> Iterable[CheckRow]:
    """Ports slower than the links they are to carry, breakouts finer than the rate, uplinks of an odd rate."""
    subject = f"{need.block}/{network.name}"
    fastest = max(network.gbit_s, network.uplink_gbit_s)
    for tier, switch in (("leaf", asked.leaf), ("spine", asked.spine), ("core", asked.core)):
        limit, wanted = switch.port_gbit_s, fastest if tier == "leaf" else network.uplink_gbit_s
        if wanted > limit.value:
            where = f"fact:{limit.id}; no network is built: {tier} ports are slower than their links"
            yield ("fabric-rate", f"{subject}/{tier}", wanted, limit.value, "Gbit/s", False, where)
    most = split_of(asked.leaf, network.gbit_s)
    if most and asked.pins.breakout > most:
        source = f"ports of {asked.leaf.id} can be split {most} ways at {network.gbit_s:g} Gbit/s; no network is built"
        yield ("fabric-breakout", subject, asked.pins.breakout, most, "ways", False, source)
    if network.gbit_s and network.uplink_gbit_s % network.gbit_s:
        ratio = network.uplink_gbit_s / network.gbit_s
        source = f"uplinks run at a whole multiple of {network.gbit_s:g} Gbit/s; no network is built"
        yield ("fabric-uplink-rate", subject, ratio, max(1.0, float(int(ratio))), "x endpoint rate", False, source)


def _sized(need: BlockNeed, network: Network, asked: Asked) -> Network:
    """The network with switches and links, or with the failed check that says what could be built."""
    radix = radix_of(asked, network.gbit_s, network.uplink_gbit_s)
    wanted = clos_need(take_census(network.ports), need.units, asked, radix)
    clos = size_clos(wanted)
    if clos is None:
        return replace(network, problems=(_size_problem(need, network, wanted),))
    parts = ClosParts(
        leaf=asked.leaf.id,
        spine=asked.spine.id,
        core=asked.core.id,
        leaf_radix=radix.leaf,
        spine_radix=radix.spine,
        core_radix=radix.core,
        gbit_s=network.uplink_gbit_s,
        uplink_ratio=radix.uplink_ratio,
    )
    lanes, first = network.lanes, network.first_device
    ports = ridden(network.ports, lanes)
    wiring = wire_clos(clos, parts, ports, first_device=first, by_rail=lanes.clos_rails > 1 or lanes.by_rail)
    return replace(network, size=clos, wiring=Wiring(lanes.shown(wiring.switches), wiring.links))


def _size_problem(need: BlockNeed, network: Network, wanted: ClosNeed) -> CheckRow:
    """Units asked for against the most that the same switches can join."""
    most, nearest = nearest_design(wanted)
    radix = "/".join(str(ports) for ports in network.radix_by_tier)
    source = f"size_clos with {radix} ports a leaf/spine/core; no network is built; {nearest}"
    return ("fabric-size", f"{need.block}/{network.name}", need.units, most, "units", False, source)


def management_ports(node_ports: pl.DataFrame, networks: Iterable[Network]) -> pl.DataFrame:
    """Ports of the out-of-band network: those of trays, and one of each switch, after its last data port.

    Columns device, port, gbit_s, unit, rail, plane and group (0 for the whole block, unit + 1 for a unit), sorted by
    group, device, port.
    """
    gbit_s = node_ports["gbit_s"].max() if len(node_ports) else 0.0
    frames = [node_ports.select("device", "port", "gbit_s", "unit")]
    for network in networks:
        if network.wiring is None:
            continue
        last = pl.col("tier").replace_strict(dict(enumerate(network.radix_by_tier, start=1)), return_dtype=pl.Int64)
        switches = network.wiring.switches.select("device", last.alias("port"), "unit")
        frames.append(switches.with_columns(gbit_s=pl.lit(gbit_s)).select("device", "port", "gbit_s", "unit"))
    ports = pl.concat([frame.cast({"port": pl.Int64, "unit": pl.Int64, "gbit_s": pl.Float64}) for frame in frames])
    ports = ports.with_columns(group=pl.col("unit") + 1, rail=pl.lit(-1), plane=pl.lit(0))
    return ports.sort("group", "device", "port")


def design_tree(need: BlockNeed, switch: SwitchSpec, ports: pl.DataFrame, first_device: int) -> Network:
    """The out-of-band network of a block as a tree of management switches, or two trees above shared leaves."""
    ports = ports.with_columns(gbit_s=pl.lit(switch.port_gbit_s.value))
    radix, top = round(switch.ports.value), _tree_top(need, switch)
    counts = tuple(np.bincount(ports["group"].to_numpy(), minlength=need.units + 1).tolist())
    tree = size_tree(counts, radix, top)
    upper_radix = top.radix if top else radix
    network = Network(
        name="out-of-band",
        ports=ports,
        size=tree,
        wiring=None,
        radix_by_tier=(radix, upper_radix, upper_radix),
        asked=None,
        lanes=Lanes(planes=1, rails=1),
        first_device=first_device,
        gbit_s=switch.port_gbit_s.value,
        uplink_gbit_s=top.gbit_s if top else switch.port_gbit_s.value,
        tree_switches=(switch, need.target.out_of_band_spine or switch),
        leaf_uplinks=top.sides if top else 0,
    )
    if tree is None:
        most = upper_radix * (upper_radix - 1) * (radix if top else radix - 1)
        source = f"three tiers of {radix}-port leaves under {upper_radix}-port switches; no network is built"
        row = ("fabric-size", f"{need.block}/out-of-band", float(len(ports)), float(most), "ports", False, source)
        return replace(network, problems=(row,))
    return replace(network, wiring=wire_tree(tree, (switch.id, radix), ports, first_device, top))


def _tree_top(need: BlockNeed, leaf: SwitchSpec) -> TreeTop | None:
    """The switch above management leaves, on as many sides as these have uplink cages, two at most; None without."""
    upper = need.target.out_of_band_spine
    if upper is None or leaf.uplinks is None or leaf.uplink_gbit_s is None:
        return None
    gbit_s, cages = leaf.uplink_gbit_s.value, round(leaf.uplinks.value)
    radix = logical_ports(upper, gbit_s)
    return TreeTop(part=upper.id, radix=radix, gbit_s=gbit_s, sides=min(SIDES, cages)) if radix and cages else None
