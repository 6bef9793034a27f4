"""What kind of fault is each group of differing cables, and which plugs move where?

Faults are few where cables are many, so groups are walked one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from rackwright.tables.fabric import Fabric
from rackwright.tables.layout import Layout

__all__ = ["FAULT_SCHEMA", "MOVE_SCHEMA", "Wires", "mend"]

IntArray = NDArray[np.int64]
PORTS = 1 << 20
FAULT_SCHEMA = {
    "kind": pl.String,
    "effect": pl.String,
    "group": pl.Int64,
    "designed_a": pl.String,
    "designed_b": pl.String,
    "seen_a": pl.String,
    "seen_b": pl.String,
}
MOVE_SCHEMA = {
    "hall": pl.String,
    "row": pl.Int64,
    "position": pl.Int64,
    "group": pl.Int64,
    "action": pl.String,
    "from_port": pl.String,
    "to_port": pl.String,
    "far_end": pl.String,
}
Pair = tuple[int, int]


@dataclass
class Wires:
    """Designed links not seen and seen links not designed (ports as keys), and what is known of their devices.

    `taken` are ports of seen links that are also seen joined as designed.
    """

    designed: IntArray
    seen: IntArray
    taken: frozenset[int]
    fabric: Fabric
    layout: Layout
    names: pl.DataFrame
    name_of: dict[int, str] = field(default_factory=dict)
    place_of: dict[int, tuple[str, int, int]] = field(default_factory=dict)
    traits_of: dict[int, tuple[int, int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Look up only the devices that any difference names."""
        wanted = np.unique(np.concatenate([self.designed.ravel(), self.seen.ravel()]) // PORTS)
        is_wanted = pl.col("device").is_in(pl.Series(wanted).cast(pl.Int32).implode())
        self.name_of.update(self.names.filter(is_wanted).iter_rows())
        racks = self.layout.racks.frame.select("rack", "hall", "row", "position")
        placed = self.layout.mounts.frame.filter(is_wanted).join(racks, on="rack")
        for device, hall, row, position in placed.select("device", "hall", "row", "position").iter_rows():
            self.place_of[device] = (hall, row, position)
        devices = self.fabric.devices.frame.filter(is_wanted)
        for device, tier, plane, rail in devices.select("device", "tier", "plane", "rail").iter_rows():
            self.traits_of[device] = (tier, plane, rail)

    def text(self, port: int) -> str:
        """Device and port of a key; ports counted from 1."""
        device = port // PORTS
        if device not in self.name_of:
            row = self.names.filter(pl.col("device") == device)
            self.name_of[device] = str(row["name"][0]) if len(row) else f"device {device}"
        return f"{self.name_of[device]} p{port % PORTS + 1}"

    def place(self, port: int) -> tuple[str, int, int]:
        """Hall, row and position of a port's rack; an empty hall where it stands nowhere."""
        return self.place_of.get(port // PORTS, ("", 0, 0))

    def effect(self, near: int, wanted: int, found: int) -> str:
        """What it means that `near` is joined to `found` in place of `wanted`."""
        tier, plane, rail = self.traits_of.get(found // PORTS, (0, 0, -1))
        wanted_tier, wanted_plane, wanted_rail = self.traits_of.get(wanted // PORTS, (0, 0, -1))
        if tier and wanted_tier and plane != wanted_plane:
            return "wrong plane"
        if tier == wanted_tier == 1 and rail != wanted_rail and self.traits_of.get(near // PORTS, (0, 0, 0))[0] == 0:
            return "wrong rail"
        return "wrong switch" if found // PORTS != wanted // PORTS else ""


@dataclass
class _Group:
    """One component: its designed and its seen links."""

    designed: list[Pair]
    seen: list[Pair]


def mend(wires: Wires) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Faults and re-plugs of all differences."""
    faults: list[tuple[str, str, int, str, str, str, str]] = []
    moves: list[tuple[str, int, int, int, str, str, str, str]] = []
    for number, group in enumerate(_groups(wires)):
        plugs = _plugs(group)
        faults += _fault_rows(wires, number, group, plugs)
        moves += _move_rows(wires, number, group, plugs)
    ordered = sorted(moves)
    return (
        pl.DataFrame(faults, schema=FAULT_SCHEMA, orient="row"),
        pl.DataFrame(ordered, schema=MOVE_SCHEMA, orient="row"),
    )


def _groups(wires: Wires) -> Iterator[_Group]:
    """Components of the differences, in the order of their lowest port."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    both = np.concatenate([wires.designed, wires.seen])
    if not len(both):
        return
    ports, place = np.unique(both.ravel(), return_inverse=True)
    ends = place.reshape(-1, 2)
    graph = coo_array((np.ones(len(ends), dtype=np.int8), (ends[:, 0], ends[:, 1])), shape=(len(ports), len(ports)))
    label = connected_components(graph, directed=False)[1]
    groups: dict[int, _Group] = {}
    for number, (low, high) in enumerate(both.tolist()):
        group = groups.setdefault(int(label[ends[number, 0]]), _Group([], []))
        (group.designed if number < len(wires.designed) else group.seen).append((low, high))
    yield from groups.values()


@dataclass(frozen=True)
class _Plug:
    """A seen cable that keeps one end: its plug at `found` belongs at `wanted`."""

    kept: int
    found: int
    wanted: int


def _plugs(group: _Group) -> list[_Plug]:
    """For each seen link the end that stays, so that every designed link is made once; as many as there can be.

    The group alternates between seen and designed links. It is walked from an end of a path, or from anywhere in a
    cycle, switches before trays: each seen link keeps its far end, and its near plug goes to that end's designed mate.
    """
    mate = {port: other for low, high in group.designed for port, other in ((low, high), (high, low))}
    seen = {port: other for low, high in group.seen for port, other in ((low, high), (high, low))}
    plugs: list[_Plug] = []
    done: set[int] = set()
    loose = [port for port in seen if port not in mate]
    for start in [*loose, *sorted(seen, reverse=True)]:
        port = start
        while port in seen and port not in done:
            far = seen[port]
            done.update((port, far))
            if far not in mate:
                break
            plugs.append(_Plug(far, port, mate[far]))
            port = mate[far]
    return plugs


def _kind(group: _Group, plugs: Sequence[_Plug], taken: frozenset[int]) -> str:
    ports = [port for pair in group.seen for port in pair]
    if len(set(ports)) < len(ports) or not taken.isdisjoint(ports):
        return "conflict"
    if not group.seen:
        return "missing"
    if not plugs:
        return "extra"
    closed = len(group.seen) == len(group.designed) and {p for pair in group.designed for p in pair} == set(ports)
    if not closed:
        return "moved"
    return "swapped" if len(group.seen) == 2 else "rotated"


def _fault_rows(
    wires: Wires, number: int, group: _Group, plugs: Sequence[_Plug]
) -> Iterator[tuple[str, str, int, str, str, str, str]]:
    """A row per misplaced cable, per designed link left without a cable, and per cable too many."""
    kind = _kind(group, plugs, wires.taken)
    for plug in plugs:
        effect = wires.effect(plug.kept, plug.wanted, plug.found)
        kept = wires.text(plug.kept)
        yield kind, effect, number, kept, wires.text(plug.wanted), kept, wires.text(plug.found)
    for low, high in _left_out(group.designed, plugs):
        yield "missing" if kind != "conflict" else kind, "", number, wires.text(low), wires.text(high), "", ""
    for low, high in _too_many(group.seen, plugs):
        yield "extra" if kind != "conflict" else kind, "", number, "", "", wires.text(low), wires.text(high)


def _left_out(designed: Sequence[Pair], plugs: Sequence[_Plug]) -> list[Pair]:
    made = {tuple(sorted((plug.kept, plug.wanted))) for plug in plugs}
    return [pair for pair in designed if pair not in made]


def _too_many(seen: Sequence[Pair], plugs: Sequence[_Plug]) -> list[Pair]:
    used = {tuple(sorted((plug.kept, plug.found))) for plug in plugs}
    return [pair for pair in seen if pair not in used]


def _move_rows(
    wires: Wires, number: int, group: _Group, plugs: Sequence[_Plug]
) -> Iterator[tuple[str, int, int, int, str, str, str, str]]:
    """Re-plugs by the rack at which a plug is pulled; then cables to add and to take out."""
    for plug in plugs:
        found, wanted, far = (wires.text(port) for port in (plug.found, plug.wanted, plug.kept))
        yield *wires.place(plug.found), number, "move", found, wanted, far
    for low, high in _left_out(group.designed, plugs):
        yield *wires.place(high), number, "add", "", wires.text(high), wires.text(low)
    for low, high in _too_many(group.seen, plugs):
        yield *wires.place(high), number, "remove", wires.text(high), "", wires.text(low)
