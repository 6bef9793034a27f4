"""Which port meets which in a Clos of known size? Pure index arithmetic on columns.

Ports of a leaf: endpoints from 0 upwards, uplinks from the last port downwards, reserved ports between. Ports of a
spine: leaves from 0 upwards, cores or spines of other pods from the last port downwards. Numbers within a tier put the
leaf group, the pod, or the core's place over its spines first, so a fabric that grows keeps the numbers it had.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from rackwright.fabric.clos import Clos
from rackwright.fabric.endpoints import IntArray

__all__ = ["LINK_COLUMNS", "ClosParts", "Wiring", "empty_links", "torus_places", "wire_clos"]

LINK_COLUMNS = ("a_device", "a_port", "b_device", "b_port", "gbit_s")


@dataclass(frozen=True, kw_only=True)
class ClosParts:
    """Catalog part and logical ports of the switch of each tier, and the rate of links between switches.

    A link between leaf and spine takes `uplink_ratio` neighbouring logical ports of the leaf.
    """

    leaf: str
    spine: str
    core: str
    leaf_radix: int
    spine_radix: int
    core_radix: int
    gbit_s: float
    uplink_ratio: int = 1


@dataclass(frozen=True)
class Wiring:
    """Switches (device, part, tier, plane, rail, unit, index) and links of one network; devices are block-local.

    The `b` end of a link is the upper one; between two spines (Dragonfly+) it is that of the later pod.
    """

    switches: pl.DataFrame
    links: pl.DataFrame


@dataclass(frozen=True)
class _Tier:
    """Columns of the switches of one tier; `place` is the ordinal in the pod."""

    device: IntArray
    plane: IntArray
    rail: IntArray
    unit: IntArray
    pod: IntArray
    place: IntArray


def wire_clos(clos: Clos, parts: ClosParts, ports: pl.DataFrame, *, first_device: int, by_rail: bool) -> Wiring:
    """Lay out a Clos port by port.

    Parameters
    ----------
    clos
        Its size.
    parts
        What the switches are.
    ports
        Endpoint ports of the network: device, port, rail, plane, gbit_s, unit, in the order of device and port.
    first_device
        Number of the first switch.
    by_rail
        True if endpoints go to the leaf of their rail.
    """
    leaves = _leaf_tier(clos, first_device, by_rail=by_rail)
    spines = _spine_tier(clos, first_device + clos.leaves)
    first_core = first_device + clos.leaves + clos.spines
    links = [_endpoint_links(clos, ports, first_device, by_rail=by_rail)]
    if clos.tiers > 1:
        links.append(_leaf_links(clos, parts, leaves, first_device + clos.leaves))
    if clos.dims:
        links.append(_torus_links(clos, parts, leaves))
    elif clos.peer_bundle:
        links.append(_peer_links(clos, parts, spines))
    if clos.tiers > 2:
        links.append(_spine_links(clos, parts, spines, first_core))
    return Wiring(_switches(clos, parts, leaves, spines, first_core), pl.concat(links))


def empty_links() -> pl.DataFrame:
    """Links of a network without any."""
    none = np.zeros(0, dtype=np.int64)
    return _links(none, none, none, none, np.zeros(0))


def _links(a_device: IntArray, a_port: IntArray, b_device: IntArray, b_port: IntArray, gbit_s: object) -> pl.DataFrame:
    columns = dict(zip(LINK_COLUMNS, (a_device, a_port, b_device, b_port, gbit_s), strict=True))
    return pl.DataFrame(columns).with_columns(pl.col("gbit_s").cast(pl.Float64))


def _leaf_tier(clos: Clos, first: int, *, by_rail: bool) -> _Tier:
    """Leaves in the order leaf group, plane, rail, ordinal."""
    shape = (clos.leaf_groups, clos.planes, clos.rails, clos.leaves_per_rail)
    number = np.arange(clos.leaves)
    group, plane, rail, ordinal = np.unravel_index(number, shape)
    in_plane = (group * clos.rails + rail) * clos.leaves_per_rail + ordinal
    return _Tier(
        device=first + number,
        plane=plane,
        rail=rail if by_rail else np.full(clos.leaves, -1),
        unit=group * clos.groups_per_leaf,
        pod=in_plane // clos.pod_leaves,
        place=in_plane % clos.pod_leaves,
    )


def _spine_tier(clos: Clos, first: int) -> _Tier:
    """Spines in the order pod, plane, ordinal; `place` is the ordinal."""
    number = np.arange(clos.spines)
    pod, plane, ordinal = np.unravel_index(number, (clos.pods, clos.planes, max(clos.spines_per_pod, 1)))
    none = np.full(clos.spines, -1)
    return _Tier(device=first + number, plane=plane, rail=none, unit=none, pod=pod, place=ordinal)


def _endpoint_links(clos: Clos, ports: pl.DataFrame, first: int, *, by_rail: bool) -> pl.DataFrame:
    """Each endpoint port to the leaf of its group, plane and rail; neighbours share a leaf."""
    group = ports["unit"].to_numpy() // clos.groups_per_leaf
    plane = ports["plane"].to_numpy().astype(np.int64)
    rail = ports["rail"].to_numpy().astype(np.int64) if by_rail else np.zeros(len(ports), dtype=np.int64)
    lane = (group * clos.planes + plane) * clos.rails + rail
    ordinal, together = _ordinals(lane)
    per_rail = clos.leaves_per_rail
    leaf = ordinal * per_rail // np.maximum(together, 1)
    first_of_leaf = -(-leaf * together // per_rail)
    device = first + lane * per_rail + leaf
    a_device, a_port = ports["device"].to_numpy(), ports["port"].to_numpy().astype(np.int64)
    return _links(a_device, a_port, device, ordinal - first_of_leaf, ports["gbit_s"].to_numpy())


def _ordinals(lane: IntArray) -> tuple[IntArray, IntArray]:
    """Position of each row among the rows of its lane, in row order, and the number of rows of its lane."""
    order = np.argsort(lane, kind="stable")
    counts = np.bincount(lane) if len(lane) else np.zeros(1, dtype=np.int64)
    starts = np.cumsum(counts) - counts
    ordinal = np.empty(len(lane), dtype=np.int64)
    ordinal[order] = np.arange(len(lane)) - starts[lane[order]]
    return ordinal, counts[lane]


def _leaf_links(clos: Clos, parts: ClosParts, leaves: _Tier, first_spine: int) -> pl.DataFrame:
    """Every leaf to every spine of its pod and plane, `bundle` links each."""
    leaf = np.repeat(np.arange(clos.leaves), clos.leaf_up)
    uplink = np.tile(np.arange(clos.leaf_up), clos.leaves)
    ordinal, wire = np.divmod(uplink, clos.bundle)
    spine = (leaves.pod[leaf] * clos.planes + leaves.plane[leaf]) * clos.spines_per_pod + ordinal
    a_port = parts.leaf_radix - parts.uplink_ratio * (clos.leaf_up - uplink)
    b_port = leaves.place[leaf] * clos.bundle + wire
    return _links(leaves.device[leaf], a_port, first_spine + spine, b_port, np.full(len(leaf), parts.gbit_s))


def _spine_links(clos: Clos, parts: ClosParts, spines: _Tier, first_core: int) -> pl.DataFrame:
    """Every spine to the cores over its ordinal and plane, `core_bundle` links each."""
    spine = np.repeat(np.arange(clos.spines), clos.spine_up)
    uplink = np.tile(np.arange(clos.spine_up), clos.spines)
    above, wire = np.divmod(uplink, clos.core_bundle)
    core = (above * clos.planes + spines.plane[spine]) * clos.spines_per_pod + spines.place[spine]
    a_port = parts.spine_radix - clos.spine_up + uplink
    b_port = spines.pod[spine] * clos.core_bundle + wire
    return _links(spines.device[spine], a_port, first_core + core, b_port, np.full(len(spine), parts.gbit_s))


def _peer_links(clos: Clos, parts: ClosParts, spines: _Tier) -> pl.DataFrame:
    """Every spine to the spine of its ordinal and plane in each later pod, `peer_bundle` links each.

    The ports of a spine that lead to another pod stand from the last port downwards in the order of the other pods, so
    a pod more changes none of them.
    """
    low, high = np.triu_indices(clos.pods, 1)
    of_pod = clos.planes * clos.spines_per_pod
    pair, lane, wire = (part.ravel() for part in np.indices((len(low), of_pod, clos.peer_bundle)))
    a, b = low[pair] * of_pod + lane, high[pair] * of_pod + lane
    a_port = parts.spine_radix - 1 - ((high[pair] - 1) * clos.peer_bundle + wire)
    b_port = parts.spine_radix - 1 - (low[pair] * clos.peer_bundle + wire)
    return _links(spines.device[a], a_port, spines.device[b], b_port, np.full(len(a), parts.gbit_s))


def torus_places(clos: Clos) -> IntArray:
    """Plane, then coordinates, of each leaf of a torus in the order of leaves; shape (leaves, 1 + directions)."""
    shape = (clos.leaf_groups, clos.planes, clos.leaves_per_rail)
    group, plane, ordinal = np.unravel_index(np.arange(clos.leaves), shape)
    return np.stack([plane, *np.unravel_index(group * clos.leaves_per_rail + ordinal, clos.dims)], axis=1)


def _torus_links(clos: Clos, parts: ClosParts, leaves: _Tier) -> pl.DataFrame:
    """Every leaf to the next one in each direction, the last to the first, `peer_bundle` links each.

    From the last port downwards stand the next and the one before in the first direction, then those of the others.
    """
    places, shape = torus_places(clos), (clos.planes, *clos.dims)
    leaf_at = np.empty(clos.leaves, dtype=np.int64)
    leaf_at[np.ravel_multi_index(tuple(places.T), shape)] = np.arange(clos.leaves)
    frames, slot = [], 0
    for direction, length in enumerate(clos.dims, start=1):
        if length == 1:
            continue
        own = np.flatnonzero(places[:, direction] == 0) if length == 2 else np.arange(clos.leaves)
        there = places[own].copy()
        there[:, direction] = (there[:, direction] + 1) % length
        next_one = leaf_at[np.ravel_multi_index(tuple(there.T), shape)]
        a, wire = np.repeat(own, clos.peer_bundle), np.tile(np.arange(clos.peer_bundle), len(own))
        b = np.repeat(next_one, clos.peer_bundle)
        back = slot + min(length, 3) - 2
        a_port, b_port = (parts.leaf_radix - 1 - (s * clos.peer_bundle + wire) for s in (slot, back))
        frames.append(_links(leaves.device[a], a_port, leaves.device[b], b_port, np.full(len(a), parts.gbit_s)))
        slot = back + 1
    return pl.concat(frames)


def _switches(clos: Clos, parts: ClosParts, leaves: _Tier, spines: _Tier, first_core: int) -> pl.DataFrame:
    cores = np.arange(clos.cores)
    none = np.full(clos.cores, -1)
    plane = cores // max(clos.spines_per_pod, 1) % clos.planes
    core_tier = _Tier(first_core + cores, plane, none, none, none, none)
    named = ((1, parts.leaf, leaves), (2, parts.spine, spines), (3, parts.core, core_tier))
    return pl.concat([_switch_rows(number, part, tier) for number, part, tier in named])


def _switch_rows(number: int, part: str, tier: _Tier) -> pl.DataFrame:
    columns = {
        "device": tier.device,
        "plane": tier.plane,
        "rail": tier.rail,
        "unit": tier.unit,
        "index": np.arange(len(tier.device)),
    }
    frame = pl.DataFrame({name: values.astype(np.int64) for name, values in columns.items()})
    return frame.with_columns(part=pl.lit(part), tier=pl.lit(number, dtype=pl.Int64))
