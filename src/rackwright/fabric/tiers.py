"""How are the ports of each tier of switches used: breakout, cages, links down and up, ports kept free?"""

from __future__ import annotations

import numpy as np
import polars as pl

from rackwright.fabric.asked import Asked
from rackwright.fabric.checks import tier_ratio
from rackwright.fabric.clos import Clos
from rackwright.fabric.network import Network
from rackwright.fabric.request import SwitchSpec

__all__ = ["kept_rows", "tier_rows"]

TIER_NAMES = ("node", "leaf", "spine", "core")


def tier_rows(block: str, network: Network) -> list[tuple[str | int | float, ...]]:
    """Rows of `Tiers` for a network that was built."""
    if network.wiring is None or network.size is None:
        return []
    links, switches = network.wiring.links, network.wiring.switches
    down, up = _ends(links, network)
    rows: list[tuple[str | int | float, ...]] = []
    for tier in range(1, network.size.tiers + 1):
        of_tier = switches["tier"].to_numpy() == tier
        spec = _spec(network, tier)
        ports = network.radix_by_tier[tier - 1]
        split = max(1, ports // max(round(spec.ports.value), 1))
        per_cage = round(spec.ports_per_cage.value) if spec.ports_per_cage else 1
        kept = network.asked.reserved(TIER_NAMES[tier]) if network.asked else 0
        counted = (int(down[of_tier].max(initial=0)), int(up[of_tier].max(initial=0)), kept, tier_ratio(network, tier))
        about = (spec.id, int(of_tier.sum()), ports, split, spec.cage, max(1, per_cage) * split)
        rows.append((block, network.name, tier, *about, *counted))
    return rows


def _spec(network: Network, tier: int) -> SwitchSpec:
    if network.asked is None:
        return network.tree_switches[min(tier, 2) - 1]
    return (network.asked.leaf, network.asked.spine, network.asked.core)[tier - 1]


def _most_links(ends: pl.Series, network: Network) -> np.ndarray:
    """Links that end on each switch of a network with this side."""
    at = ends.to_numpy() - network.first_device
    size = 0 if network.wiring is None else len(network.wiring.switches)
    return np.bincount(at[(at >= 0) & (at < size)], minlength=size)


def _ends(links: pl.DataFrame, network: Network) -> tuple[np.ndarray, np.ndarray]:
    """Links down and up of each switch; those between switches of one tier count as up at both ends."""
    down, up = (_most_links(links[name], network) for name in ("b_device", "a_device"))
    if isinstance(network.size, Clos) and network.size.peer_bundle and network.wiring is not None:
        spines = network.wiring.switches.filter(tier=1 if network.size.dims else 2)["device"]
        peers = links.filter(pl.col("a_device").is_in(spines.implode()))
        ends = _most_links(peers["b_device"], network)
        down, up = down - ends, up + ends
    return down, up


def kept_rows(network: Network) -> pl.DataFrame:
    """Columns of `KeptPorts` with block-local devices: right below the uplinks, in the order of the purposes."""
    none = pl.DataFrame(schema={"device": pl.Int64, "purpose": pl.String, "first_port": pl.Int64, "ports": pl.Int64})
    if network.wiring is None or network.size is None or network.asked is None:
        return none
    frames = [none]
    up = _ends(network.wiring.links, network)[1]
    tiers = network.wiring.switches["tier"].to_numpy()
    for tier in (1, 2):
        devices = network.first_device + np.flatnonzero(tiers == tier)
        ways = network.uplink_ratio if tier == 1 else 1
        first = network.radix_by_tier[tier - 1] - ways * int(up[tiers == tier].max(initial=0))
        frames += _kept(network.asked, TIER_NAMES[tier], devices, first)
    return pl.concat(frames)


def _kept(asked: Asked, tier: str, devices: np.ndarray, end: int) -> list[pl.DataFrame]:
    """Ports kept on the switches of one tier; they end before port `end`."""
    frames = []
    first = end - asked.reserved(tier)
    for reserve in asked.reserves:
        if reserve.tier != tier:
            continue
        columns = {"device": devices.astype(np.int64)}
        fixed = {"purpose": pl.lit(reserve.purpose), "first_port": pl.lit(first), "ports": pl.lit(reserve.ports)}
        frame = pl.DataFrame(columns).with_columns(**fixed)
        frames.append(frame.cast({"first_port": pl.Int64, "ports": pl.Int64}))
        first += reserve.ports
    return frames
