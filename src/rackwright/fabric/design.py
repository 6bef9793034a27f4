"""Which switches and links does each block get: scale-out, storage, in-band, out-of-band?"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from rackwright.fabric.checks import bisection_gbit_s, check_network, leaf_ratio
from rackwright.fabric.choices import choice_rows
from rackwright.fabric.clos import Clos
from rackwright.fabric.endpoints import Endpoints, find_endpoints, take_network
from rackwright.fabric.growths import growth_rows
from rackwright.fabric.nearest import nearest_switch
from rackwright.fabric.network import Network, design_clos, design_tree, management_ports
from rackwright.fabric.optics import Market
from rackwright.fabric.request import BlockNeed, FabricRequest
from rackwright.fabric.robustness import Robustness, measure
from rackwright.fabric.tiers import kept_rows, tier_rows
from rackwright.tables.checks import Checks
from rackwright.tables.fabric import Choices, Designs, Devices, Fabric, Growths, KeptPorts, Links, Tiers

__all__ = ["design_fabric"]

OMISSIONS = (
    "fabric: a tray's ports of a service network may share a leaf, unless it has planes.",
    "fabric: an out-of-band switch has one uplink at its port rate, unless a switch above it is named.",
    "fabric: fabric managers, border links and power distribution are not wired; ports can be kept for them.",
    "fabric: cable trays and power feeds are taken out by the view fabric_failures, not by the checks.",
    "fabric: routes are shortest paths from sampled leaves; no routing tables.",
    "fabric: no families but folded Clos, Dragonfly+ and torus.",
    "fabric: networks to choose from are priced with optical links of no length.",
)


@dataclass(frozen=True)
class _BlockFabric:
    """One block's endpoints and networks with their figures; device numbers are block-local."""

    need: BlockNeed
    endpoints: Endpoints
    networks: tuple[Network, ...]
    figures: tuple[Robustness, ...]


def design_fabric(request: FabricRequest) -> Fabric:
    """Design every network of every block and wire it port to port.

    Parameters
    ----------
    request
        Blocks with their rack types, the ports of these types, the switches to use.

    Returns
    -------
    Designs, devices, links and checks. A network that the switches cannot build is left out; a failed check
    `fabric-size` or `fabric-rate` says why and names the nearest size that works.
    """
    blocks = [_design_block(need, request) for need in request.blocks]
    devices, links, kept = [], [], []
    first = 0
    for block in blocks:
        nodes, switches = _node_rows(block), _switch_rows(block)
        devices += [_shift(nodes, first, "device"), _shift(switches, first, "device")]
        links.append(_shift(_link_rows(block), first, "a_device", "b_device"))
        kept += [_shift(kept_rows(network), first, "device") for network in block.networks]
        first += len(nodes) + len(switches)
    return Fabric(
        designs=Designs.from_rows([row for block in blocks for row in _design_rows(block)]),
        devices=Devices.of(pl.concat(devices)) if devices else Devices.empty(),
        links=_links_table(pl.concat(links)) if links else Links.empty(),
        checks=Checks.from_rows(
            [
                row
                for block in blocks
                for network, found in zip(block.networks, block.figures, strict=True)
                for row in check_network(block.need, network, found)
            ]
        ),
        omissions=OMISSIONS,
        tiers=Tiers.from_rows([row for block in blocks for row in _tier_rows(block)]),
        kept_ports=KeptPorts.of(pl.concat(kept)) if kept else KeptPorts.empty(),
        choices=Choices.from_rows([row for block in blocks for row in _choice_rows(block, request)]),
        growths=Growths.from_rows([row for block in blocks for row in _growth_rows(block)]),
    )


def _tier_rows(block: _BlockFabric) -> list[tuple[str | int | float, ...]]:
    return [row for network in block.networks for row in tier_rows(block.need.block, network)]


def _growth_rows(block: _BlockFabric) -> list[tuple[str | int | float, ...]]:
    return [
        row for network in block.networks if network.name == "scale-out" for row in growth_rows(block.need, network)
    ]


def _choice_rows(block: _BlockFabric, request: FabricRequest) -> list[tuple[str | int | float | None, ...]]:
    scale_out = [network for network in block.networks if network.name == "scale-out"]
    return [row for network in scale_out for row in choice_rows(block.need, network, request.market)]


def _shift(frame: pl.DataFrame, by: int, *columns: str) -> pl.DataFrame:
    return frame.with_columns(pl.col(name) + by for name in columns)


def _design_block(need: BlockNeed, request: FabricRequest) -> _BlockFabric:
    endpoints = find_endpoints(need, request)
    networks: list[Network] = []
    device = len(endpoints.nodes)
    for name in ("scale-out", "storage", "in-band"):
        ports = take_network(endpoints, name)
        if len(ports):
            networks.append(_with_nearest(design_clos(need, name, ports, device), request.market))
            device += _num_switches(networks[-1])
    if need.target.out_of_band is not None:
        ports = management_ports(take_network(endpoints, "out-of-band"), networks)
        if len(ports):
            networks.append(design_tree(need, need.target.out_of_band, ports, device))
    return _BlockFabric(need, endpoints, tuple(networks), tuple(measure(network) for network in networks))


def _with_nearest(network: Network, market: Market) -> Network:
    """The network with the nearest switch of the catalog told where ports are slower than their links."""
    rows = [
        (*row[:-1], f"{row[-1]}; nearest: {nearest_switch(market, row[2])}") if row[0] == "fabric-rate" else row
        for row in network.problems
    ]
    return replace(network, problems=tuple(rows))


def _num_switches(network: Network) -> int:
    return 0 if network.wiring is None else len(network.wiring.switches)


def _design_rows(block: _BlockFabric) -> list[tuple[str | int | float, ...]]:
    return [
        (
            block.need.block,
            network.name,
            network.size.tiers,
            network.lanes.planes,
            len(network.ports),
            network.size.leaves,
            network.size.spines,
            network.size.cores,
            _bundle(network.size.bundle if isinstance(network.size, Clos) else 1, network.size.tiers),
            leaf_ratio(network),
            bisection_gbit_s(network),
            found.max_flow_gbit_s,
            found.paths,
            found.link_loss_share,
            found.switch_loss_share,
            found.lost_ports,
            found.cut_off_nodes,
        )
        for network, found in zip(block.networks, block.figures, strict=True)
        if network.size is not None
    ]


def _bundle(links: int, tiers: int) -> int:
    """Links of a leaf-spine pair; 0 where there is no spine."""
    return links if tiers > 1 else 0


def _node_rows(block: _BlockFabric) -> pl.DataFrame:
    nodes = block.endpoints.nodes
    return _as_devices(
        nodes.with_columns(
            block=pl.lit(block.need.block),
            network=pl.lit("node"),
            tier=pl.lit(0),
            plane=pl.lit(0),
            rail=pl.lit(-1),
            index=pl.col("device"),
            ports=pl.lit(0),
        )
    )


def _switch_rows(block: _BlockFabric) -> pl.DataFrame:
    frames = [
        network.wiring.switches.with_columns(network=pl.lit(network.name), ports=_ports_by_tier(network))
        for network in block.networks
        if network.wiring is not None
    ]
    if not frames:
        return _as_devices(Devices.empty().frame)
    placed = {"rack_index": pl.lit(-1), "u": pl.lit(-1), "bay": pl.lit(0), "block": pl.lit(block.need.block)}
    return _as_devices(pl.concat(frames).with_columns(**placed))


def _ports_by_tier(network: Network) -> pl.Expr:
    """Logical ports of a switch by its tier."""
    return pl.col("tier").replace_strict(dict(enumerate(network.radix_by_tier, start=1)), return_dtype=pl.Int64)


def _as_devices(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns of the devices table, whole numbers as 64 bits until all blocks are joined."""
    whole = {name: pl.Int64 for name, dtype in Devices.schema().items() if dtype == pl.Int32}
    return frame.select(list(Devices.columns)).cast(whole)  # type: ignore[arg-type]


def _link_rows(block: _BlockFabric) -> pl.DataFrame:
    frames = [
        network.wiring.links.with_columns(block=pl.lit(block.need.block), network=pl.lit(network.name))
        for network in block.networks
        if network.wiring is not None
    ]
    schema = {name: dtype for name, dtype in Links.schema().items() if name not in {"link", "bundle"}}
    whole = {name: pl.Int64 for name, dtype in schema.items() if dtype == pl.Int32}
    if not frames:
        return pl.DataFrame(schema={**schema, **whole}).select(sorted(schema))
    return pl.concat(frames).cast(whole).select(sorted(schema))  # type: ignore[arg-type]


def _links_table(links: pl.DataFrame) -> Links:
    """Links in the order they were laid out, with numbers of link and bundle."""
    a_device, b_device = links["a_device"].to_numpy(), links["b_device"].to_numpy()
    pair = a_device * (int(b_device.max(initial=0)) + 1) + b_device
    bundle = np.unique(pair, return_inverse=True)[1]
    return Links.of(links.with_columns(link=np.arange(len(links)), bundle=pl.Series(bundle)))
