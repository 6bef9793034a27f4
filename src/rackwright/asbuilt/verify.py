"""Which cables are missing, extra, swapped or moved, and which plugs have to be moved to mend it?

Ports are nodes of a graph; designed links and observed links are its edges. Where both agree nothing is to do. Every
other component alternates between designed and observed links: a cycle of k designed links is a swap (k = 2) or a
rotation (k > 2) and costs k re-plugs, a path is a moved, missing or extra cable.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from rackwright.asbuilt.mend import FAULT_SCHEMA, Wires, mend
from rackwright.asbuilt.names import device_names, port_number
from rackwright.asbuilt.records import Records
from rackwright.tables.fabric import Fabric
from rackwright.tables.layout import Layout

__all__ = ["Verification", "verify_links"]

IntArray = NDArray[np.int64]
PORTS = 1 << 20
"""More ports than any device has: a port's key is device x PORTS + port."""


@dataclass(frozen=True)
class Verification:
    """What differs.

    Parameters
    ----------
    links
        Designed links that were looked at: of the networks of which a report names a port, those with an end that
        was asked.
    matched
        Of these, links seen as designed.
    duplicates
        Reports given more than once.
    faults
        One row per fault: kind (missing, extra, swapped, rotated, moved, one-way, conflict, unknown), effect (wrong
        plane, wrong rail, wrong switch or empty), group, both ends as designed and as seen.
    moves
        The re-plugs in the order of rack: what to do with which plug.
    unasked
        Designed links of these networks of which neither device was asked; nothing is said of them.
    """

    links: int
    matched: int
    duplicates: int
    faults: pl.DataFrame
    moves: pl.DataFrame
    unasked: int = 0

    @property
    def is_clean(self) -> bool:
        """True if nothing differs."""
        return not len(self.faults)


def verify_links(fabric: Fabric, layout: Layout, records: Records, *, network: str = "") -> Verification:
    """Compare what devices reported with the design.

    Parameters
    ----------
    fabric, layout
        The design: devices, links, and the rack of each device.
    records
        Reports of neighbours.
    network
        Network to look at; empty for every network of which a report names a port.

    Notes
    -----
    A report names a port twice over: the link is seen if either end reports it. Where only one end does although the
    other device reports something, the link counts as seen and `one-way` is reported; not so where every link stands
    once, as in a list of cables.
    """
    names = device_names(fabric.devices)
    seen = _keyed(records, names)
    unknown = seen.filter(pl.col("local").is_null() | pl.col("remote").is_null())
    known = seen.filter(pl.col("local").is_not_null() & pl.col("remote").is_not_null())
    local, remote = (known[name].to_numpy().astype(np.int64) for name in ("local", "remote"))
    every_link = _links_looked_at(fabric, local, remote, network)
    links = _asked_links(every_link, records, names)
    designed = _pairs(_keys(links, "a"), _keys(links, "b"))
    if network:
        ports = _distinct(designed)
        inside = _among(local, ports) | _among(remote, ports)
        local, remote = local[inside], remote[inside]
    observed, ways = _observed(local, remote)
    is_matched = _is_in(observed, designed)
    is_found = _is_in(designed, observed)
    taken = np.intersect1d(observed[is_matched], observed[~is_matched])
    wires = Wires(designed[~is_found], observed[~is_matched], frozenset(taken.tolist()), fabric, layout, names)
    faults, moves = mend(wires)
    is_single = is_matched & (ways == 1) & bool((ways > 1).any())
    one_way = _one_way(observed[is_single], local, wires)
    every = pl.concat([faults, one_way, _unknown_rows(unknown)])
    unasked = len(every_link) - len(links)
    return Verification(len(links), int(is_found.sum()), records.duplicates, every, moves, unasked)


def _keyed(records: Records, names: pl.DataFrame) -> pl.DataFrame:
    """Records with the key of both ports; null where device or port is not one of the design."""
    frame = records.frame
    for side in ("local", "remote"):
        known = names.rename({"name": f"{side}_device", "device": f"{side}_number"})
        frame = frame.join(known, on=f"{side}_device", how="left", maintain_order="left")
        number = pl.col(f"{side}_number").cast(pl.Int64)
        frame = frame.with_columns((number * PORTS + port_number(pl.col(f"{side}_port"))).alias(side))
    return frame


def _links_looked_at(fabric: Fabric, local: IntArray, remote: IntArray, network: str) -> pl.DataFrame:
    """Links of one network, or of all networks of which any report names a port."""
    links = fabric.links.frame
    if network:
        return links.filter(pl.col("network") == network)
    ports = _distinct(np.concatenate([local, remote]))
    is_named = _among(_keys(links, "a"), ports) | _among(_keys(links, "b"), ports)
    named = links.filter(pl.Series(is_named)).select("block", "network").unique()
    return links.join(named, on=["block", "network"], how="semi", maintain_order="left")


def _asked_links(links: pl.DataFrame, records: Records, names: pl.DataFrame) -> pl.DataFrame:
    """Links with an end that was asked; all of them where the reports are a list of links."""
    if records.asked is None:
        return links
    asked = names.filter(pl.col("name").is_in(sorted(records.asked)))["device"].implode()
    return links.filter(pl.col("a_device").is_in(asked) | pl.col("b_device").is_in(asked))


def _keys(links: pl.DataFrame, side: str) -> IntArray:
    device, port = (links[f"{side}_{name}"].to_numpy().astype(np.int64) for name in ("device", "port"))
    return np.asarray(device * PORTS + port)


def _pairs(one: IntArray, other: IntArray) -> IntArray:
    """Both ports of every link, the lower key first, shape (n, 2), sorted."""
    pairs = np.stack([np.minimum(one, other), np.maximum(one, other)], axis=1)
    return np.asarray(pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))])


def _observed(local: IntArray, remote: IntArray) -> tuple[IntArray, IntArray]:
    """Every link seen, once, and from how many of its ends."""
    pairs = _pairs(local, remote)
    if not len(pairs):
        return pairs, np.zeros(0, dtype=np.int64)
    is_new = np.concatenate([[True], (pairs[1:] != pairs[:-1]).any(axis=1)])
    starts = np.flatnonzero(is_new)
    return pairs[starts], np.diff(np.append(starts, len(pairs)))


def _is_in(pairs: IntArray, others: IntArray) -> NDArray[np.bool_]:
    """True for each pair that is among the others."""
    rows = pl.DataFrame({"low": pairs[:, 0], "high": pairs[:, 1]}).with_row_index("at")
    known = pl.DataFrame({"low": others[:, 0], "high": others[:, 1]})
    found = np.zeros(len(pairs), dtype=np.bool_)
    found[rows.join(known, on=["low", "high"], how="semi")["at"].to_numpy()] = True
    return found


def _distinct(values: IntArray) -> IntArray:
    """Sorted values, each once; by sorting, which beats hashing for keys close together."""
    ordered = np.sort(values, axis=None)
    return ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])] if len(ordered) else ordered


def _among(values: IntArray, distinct: IntArray) -> NDArray[np.bool_]:
    """True for each value that is one of the sorted distinct ones."""
    if not len(distinct):
        return np.zeros(values.shape, dtype=np.bool_)
    at = np.minimum(np.searchsorted(distinct, values), len(distinct) - 1)
    return np.asarray(distinct[at] == values)


def _one_way(pairs: IntArray, local: IntArray, wires: Wires) -> pl.DataFrame:
    """Links seen from one end although the device at the other end reports neighbours too."""
    reporting = _distinct(local // PORTS)
    from_ends = _among(pairs, _distinct(local))
    silent = np.where(from_ends[:, 0], pairs[:, 1], pairs[:, 0])
    is_odd = _among(silent // PORTS, reporting) & ~from_ends.all(axis=1)
    rows = [
        ("one-way", "", -1, wires.text(low), wires.text(high), wires.text(low), wires.text(high))
        for low, high in pairs[is_odd].tolist()
    ]
    return pl.DataFrame(rows, schema=FAULT_SCHEMA, orient="row")


def _unknown_rows(unknown: pl.DataFrame) -> pl.DataFrame:
    """Reports that name a device or port the design does not have."""
    return unknown.select(
        kind=pl.lit("unknown"),
        effect=pl.lit(""),
        group=pl.lit(-1, dtype=pl.Int64),
        designed_a=pl.lit(""),
        designed_b=pl.lit(""),
        seen_a=pl.col("local_device") + " " + pl.col("local_port"),
        seen_b=pl.col("remote_device") + " " + pl.col("remote_port"),
    )
