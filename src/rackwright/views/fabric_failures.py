"""What is left of each network when any one link, switch, cable tray or power feed is lost?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from rackwright.cabling.paths import NUM_CROSS_TRAYS
from rackwright.fabric.outage import BuiltNetwork, Outage, build_network, measure_outage, worst_split
from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.feeds import Feed, feeds_that_stop_racks
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable

__all__ = ["FABRIC_FAILURES"]

NETWORKS = ("scale-out", "storage")
CANDIDATES = 3
"""Trays and feeds measured by maximum flow: those that take the most links, and of each kind at least one."""
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
COLUMNS = (
    TableColumn("block", "Block"),
    TableColumn("network", "Network"),
    TableColumn("failure", "Lost"),
    TableColumn("name", "Worst one"),
    TableColumn("lost_ports", "Endpoint ports lost"),
    TableColumn("cut_off_nodes", "Endpoints cut off"),
    TableColumn("flow_share", "Bisection left", digits=1, is_share=True),
)
NOTE = (
    "Bisection left is the maximum flow over the worst of three halvings of the leaves, against that of the whole "
    "network. A tray is lost with every cable in it; a feed with every rack it alone carries."
)


@dataclass(frozen=True)
class _Cut:
    """Something that may be lost: its links and devices in one network."""

    kind: str
    name: str
    links: BoolArray
    devices: IntArray

    def links_lost(self, network: BuiltNetwork) -> int:
        """Links that are cut or end on a device that stops."""
        gone = np.isin(network.switches, self.devices)
        ends = gone[network.b] | ((network.a >= 0) & gone[network.a]) | np.isin(network.node, self.devices)
        return int(np.count_nonzero(self.links | ends))


def _show(plan: Plan) -> Shown:
    if not len(plan.fabric.designs):
        return absent(plan, "No networks", "fabric")
    feeds = feeds_that_stop_racks(plan.power.elements.frame)
    rows: list[tuple[Cell, ...]] = []
    for block, network in plan.fabric.designs.frame.select("block", "network").iter_rows():
        if network in NETWORKS:
            rows += [(block, network, *row) for row in _network_rows(plan, block, network, feeds)]
    return Shown(_lead(rows), (ViewTable("Single failures", COLUMNS, tuple(rows), NOTE),))


def _lead(rows: list[tuple[Cell, ...]]) -> str:
    known = [row for row in rows if row[1] == "scale-out" and isinstance(row[6], float)]
    if not known:
        return "No scale-out network."
    worst = min(known, key=lambda row: float(str(row[6])))
    return (
        f"The worst single failure of a scale-out network is the loss of {worst[2]} {worst[3]} in {worst[0]}: "
        f"{worst[4]:,} endpoint ports go, {float(str(worst[6])):.1%} of the bisection is left."
    )


def _network_rows(plan: Plan, block: str, network: str, feeds: list[Feed]) -> Iterator[tuple[Cell, ...]]:
    """Rows of one network: link and switches as the stage measured them, tray and feed measured here."""
    design = plan.fabric.designs.frame.filter(block=block, network=network).row(0, named=True)
    yield ("link", "between switches", 0, 0, design["link_loss_share"])
    yield ("switch", "spine or core", 0, 0, design["switch_loss_share"])
    links = plan.fabric.links.frame.filter(block=block, network=network)
    built = build_network(plan.fabric.devices.frame, links)
    split = worst_split(built)
    no_links = np.zeros(len(links), dtype=np.bool_)
    leaf = int(np.argmax(np.bincount(built.b[built.node >= 0], minlength=1)))
    yield _row("switch", "leaf", measure_outage(built, split, no_links, built.switches[[leaf]]))
    for kind, cuts in (("tray", _trays(plan, links)), ("feed", _feeds(plan, feeds, len(links)))):
        ranked = sorted(cuts, key=lambda cut: (-cut.links_lost(built), cut.name))[:CANDIDATES]
        measured = [(measure_outage(built, split, cut.links, cut.devices), cut) for cut in ranked]
        if not measured or not measured[0][1].links_lost(built):
            yield (kind, "none takes a link or rack with it", 0, 0, 1.0)
            continue
        outage, cut = min(measured, key=lambda pair: (pair[0].flow_share, -pair[0].lost_ports))
        yield _row(kind, cut.name, outage)


def _row(kind: str, name: str, outage: Outage) -> tuple[Cell, ...]:
    return (kind, name, outage.lost_ports, outage.cut_off_nodes, outage.flow_share)


def _feeds(plan: Plan, feeds: list[Feed], links: int) -> Iterator[_Cut]:
    """Every feed that stops racks, with the devices in them."""
    mounts = plan.layout.mounts.frame.select("device", "rack")
    none = np.zeros(links, dtype=np.bool_)
    for feed in feeds:
        devices = mounts.filter(pl.col("rack").is_in(list(feed.racks)))["device"].to_numpy().astype(np.int64)
        yield _Cut("feed", f"{feed.kind} {feed.element}", none, devices)


def _trays(plan: Plan, links: pl.DataFrame) -> Iterator[_Cut]:
    """Row trays and cross trays of the halls, with the links of a network that run in them."""
    racks = plan.layout.racks.frame.select("rack", "hall", "row", "position", "x_mm")
    at = plan.layout.mounts.frame.select("device", "rack").join(racks, on="rack").drop("rack")
    frame = links.select("a_device", "b_device")
    for side in ("a", "b"):
        named = at.rename({name: f"{side}_{name}" for name in at.columns})
        frame = frame.join(named, on=f"{side}_device", how="left", maintain_order="left")
    frame = frame.with_columns(cross=_cross(plan, frame))
    same_row = (pl.col("a_hall") == pl.col("b_hall")) & (pl.col("a_row") == pl.col("b_row"))
    leaves_rack = ~(same_row & (pl.col("a_position") == pl.col("b_position")))
    no_devices = np.zeros(0, dtype=np.int64)
    for hall, row in _distinct(frame, "hall", "row"):
        uses = _at(hall, row, "a") | _at(hall, row, "b")
        yield _Cut("tray", f"row {row} of {hall}", _mask(frame, leaves_rack & uses), no_devices)
    for hall in sorted({name for name, _ in _distinct(frame, "hall", "row")}):
        for cross in range(NUM_CROSS_TRAYS):
            uses = ((pl.col("a_hall") == hall) | (pl.col("b_hall") == hall)) & (pl.col("cross") == cross) & ~same_row
            yield _Cut("tray", f"cross {cross + 1} of {hall}", _mask(frame, uses), no_devices)


def _distinct(frame: pl.DataFrame, *names: str) -> list[tuple[str, int]]:
    ends = [frame.select(pl.col(f"{side}_{name}").alias(name) for name in names) for side in ("a", "b")]
    return pl.concat(ends).unique().drop_nulls().sort(names).rows()


def _at(hall: str, row: int, side: str) -> pl.Expr:
    return (pl.col(f"{side}_hall") == hall) & (pl.col(f"{side}_row") == row)


def _mask(frame: pl.DataFrame, uses: pl.Expr) -> BoolArray:
    return np.asarray(frame.select(uses.fill_null(value=False).alias("m"))["m"].to_numpy(), dtype=np.bool_)


def _cross(plan: Plan, frame: pl.DataFrame) -> pl.Series:
    """Cross tray of a link between rows: the one of least detour, the first to another hall."""
    racks = plan.layout.racks.frame
    pitch = (
        racks.select("hall", pitch=pl.col("x_mm") / (pl.col("position") - 0.5))
        .group_by("hall")
        .agg(pl.col("pitch").median())
    )
    pitch_of = dict(pitch.iter_rows())
    width = {hall.id: hall.positions_per_row * pitch_of.get(hall.id, 0.0) for hall in plan.program.halls}
    span = frame["a_hall"].replace_strict(width, default=0.0, return_dtype=pl.Float64).to_numpy()
    a, b = (frame[f"{side}_x_mm"].fill_null(0).to_numpy().astype(np.float64) for side in ("a", "b"))
    at = span[:, None] * np.arange(NUM_CROSS_TRAYS) / (NUM_CROSS_TRAYS - 1)
    nearest = np.argmin(np.abs(a[:, None] - at) + np.abs(b[:, None] - at), axis=1)
    same_hall = (frame["a_hall"] == frame["b_hall"]).fill_null(value=False).to_numpy()
    return pl.Series(np.where(same_hall, nearest, 0))


FABRIC_FAILURES = View(
    "fabric_failures",
    "Single failures of the networks",
    "What is left of each network when any one link, switch, cable tray or power feed is lost?",
    _show,
    in_report=False,
)
