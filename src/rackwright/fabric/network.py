"""One network of one block: its size, its switches and links, or why it cannot be built."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from rackwright.fabric.breakout import logical_ports
from rackwright.fabric.clos import Clos, ClosNeed, largest_groups, size_clos
from rackwright.fabric.out_of_band import Tree, size_tree, wire_tree
from rackwright.fabric.request import BlockNeed, SwitchSpec
from rackwright.fabric.wiring import ClosParts, Wiring, wire_clos

__all__ = ["CheckRow", "Network", "design_clos", "design_tree", "management_ports"]

CheckRow = tuple[str, str, float, float, str, bool, str]


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
    oversubscription
        Limit at the leaf; None where there is none.
    by_rail
        True if an endpoint port goes to the leaf of its rail.
    first_device
        Number of the first switch.
    gbit_s
        Rate of links between switches.
    problems
        Failed checks that say why it could not be built, or not as asked.
    """

    name: str
    ports: pl.DataFrame
    size: Clos | Tree | None
    wiring: Wiring | None
    radix_by_tier: tuple[int, int, int]
    oversubscription: float | None
    by_rail: bool
    first_device: int
    gbit_s: float
    problems: tuple[CheckRow, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Switches:
    """Switches of the three tiers and what is asked of them."""

    leaf: SwitchSpec
    spine: SwitchSpec
    core: SwitchSpec
    oversubscription: float
    reserved: int
    by_rail: bool
    planes: int


def design_clos(need: BlockNeed, name: str, ports: pl.DataFrame, first_device: int) -> Network:
    """The scale-out, storage or in-band network of a block as a Clos.

    A scale-out port must run at its full rate; ports of the other networks run at the lower rate of both ends.
    """
    asked = _switches_of(need, name)
    if name != "scale-out":
        ports = ports.with_columns(pl.col("gbit_s").clip(upper_bound=asked.leaf.port_gbit_s.value))
    highest = ports["gbit_s"].max()
    gbit_s = float(highest) if isinstance(highest, int | float) else 0.0
    radix = tuple(logical_ports(switch, gbit_s) for switch in (asked.leaf, asked.spine, asked.core))
    network = Network(
        name=name,
        ports=ports,
        size=None,
        wiring=None,
        radix_by_tier=(radix[0], radix[1], radix[2]),
        oversubscription=asked.oversubscription,
        by_rail=asked.by_rail,
        first_device=first_device,
        gbit_s=gbit_s,
        problems=tuple(_rate_problems(need, name, asked, gbit_s)),
    )
    return network if network.problems else _sized(need, network, asked)


def _switches_of(need: BlockNeed, name: str) -> _Switches:
    target = need.target
    if name == "scale-out":
        return _Switches(
            leaf=target.leaf,
            spine=target.spine,
            core=target.core,
            oversubscription=target.oversubscription,
            reserved=target.reserved_leaf_ports,
            by_rail=target.rail_optimised,
            planes=target.planes,
        )
    switch = (target.storage if name == "storage" else target.in_band) or target.leaf
    return _Switches(leaf=switch, spine=switch, core=switch, oversubscription=1.0, reserved=0, by_rail=False, planes=1)


def _rate_problems(need: BlockNeed, name: str, asked: _Switches, gbit_s: float) -> Iterable[CheckRow]:
    subject = f"{need.block}/{name}"
    for tier, switch in (("leaf", asked.leaf), ("spine", asked.spine), ("core", asked.core)):
        limit = switch.port_gbit_s
        if gbit_s > limit.value:
            where = f"fact:{limit.id}; no network is built: {tier} ports are slower than the endpoints"
            yield ("fabric-rate", f"{subject}/{tier}", gbit_s, limit.value, "Gbit/s", False, where)


def _sized(need: BlockNeed, network: Network, asked: _Switches) -> Network:
    """The network with switches and links, or with the failed check that says how much could be built."""
    clos_need = _clos_need(need, network, asked)
    clos = size_clos(clos_need)
    if clos is None:
        return replace(network, problems=(_size_problem(need, network, clos_need),))
    leaf_radix, spine_radix, core_radix = network.radix_by_tier
    parts = ClosParts(
        leaf=asked.leaf.id,
        spine=asked.spine.id,
        core=asked.core.id,
        leaf_radix=leaf_radix,
        spine_radix=spine_radix,
        core_radix=core_radix,
        gbit_s=network.gbit_s,
    )
    first = network.first_device
    wiring = wire_clos(clos, parts, network.ports, first_device=first, by_rail=network.by_rail)
    return replace(network, size=clos, wiring=wiring)


def _clos_need(need: BlockNeed, network: Network, asked: _Switches) -> ClosNeed:
    lanes = ["unit", "plane", "rail"] if network.by_rail else ["unit", "plane"]
    largest = network.ports.group_by(lanes).len()["len"].max()
    leaf_radix, spine_radix, core_radix = network.radix_by_tier
    return ClosNeed(
        groups=need.units,
        endpoints=int(largest) if isinstance(largest, int) else 0,
        rails=need.target.rails if network.by_rail else 1,
        planes=asked.planes,
        leaf_radix=leaf_radix,
        spine_radix=spine_radix,
        core_radix=core_radix,
        oversubscription=asked.oversubscription,
        reserved=asked.reserved,
    )


def _size_problem(need: BlockNeed, network: Network, clos_need: ClosNeed) -> CheckRow:
    """Units asked for against the most that the same switches can join."""
    most = largest_groups(clos_need)
    nearest = f"the nearest design that works has {most} units" if most else "not even one unit can be joined"
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
    """The out-of-band network of a block as a tree of management switches."""
    ports = ports.with_columns(gbit_s=pl.lit(switch.port_gbit_s.value))
    radix = round(switch.ports.value)
    counts = tuple(np.bincount(ports["group"].to_numpy(), minlength=need.units + 1).tolist())
    tree = size_tree(counts, radix)
    network = Network(
        name="out-of-band",
        ports=ports,
        size=tree,
        wiring=None,
        radix_by_tier=(radix, radix, radix),
        oversubscription=None,
        by_rail=False,
        first_device=first_device,
        gbit_s=switch.port_gbit_s.value,
    )
    if tree is None:
        most = radix * (radix - 1) * (radix - 1)
        source = f"three tiers of {radix}-port switches; no network is built"
        row = ("fabric-size", f"{need.block}/out-of-band", float(len(ports)), float(most), "ports", False, source)
        return replace(network, problems=(row,))
    return replace(network, wiring=wire_tree(tree, switch.id, radix, ports, first_device))
