"""What stands at the two ends of each link: device, cage, rack? Ports of a tray's cage are neighbours, from 0 on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from rackwright.cabling.paths import Ends, IntArray
from rackwright.cabling.request import CablingRequest, SwitchSpec, TraySpec

__all__ = ["LinkEnds", "find_ends", "rack_ends"]

USED_UP = (
    "a_ports", "b_ports", "a_catalog_ports", "b_catalog_ports", "a_ports_per_cage", "b_ports_per_cage", "tray_per_cage",
    "b_network", "b_tier",
)  # fmt: skip
"""Columns of the joined links that nothing asks for once cages are known."""
SERVICE_NETWORKS = ("storage", "in-band")
"""Networks that meet the storage cages of a tray."""


@dataclass(frozen=True)
class LinkEnds:
    """Links with both ends on the floor.

    `frame` has one row per link: the columns of `fabric.links`, a_network, a_tier and, for both ends, index, part
    (empty where the port is not in a data cage of a switch), rack, cage (-1 where unknown) and per_cage, the links a
    cage holds. `a_form` is the form factor of a tray's cage, empty where unknown. `a`, `b` are the same ends on the
    floor. `homeless` counts links left out because a device has no rack.
    """

    frame: pl.DataFrame
    a: Ends
    b: Ends
    homeless: pl.DataFrame


def find_ends(request: CablingRequest) -> LinkEnds:
    """Join links with devices, mounts and racks."""
    mounts = request.mounts.frame.select("device", "rack")
    devices = request.devices.frame.select("device", "network", "tier", "index", "part", "ports")
    cages = _links_per_cage(request.switches)
    devices = devices.join(cages, on="part", how="left", maintain_order="left").join(
        mounts, on="device", how="left", maintain_order="left"
    )
    joined = request.links.frame
    for side in ("a", "b"):
        names = {name: f"{side}_{name}" for name in devices.columns}
        joined = joined.join(devices.rename(names), on=f"{side}_device", how="left", maintain_order="left")
    is_placed = pl.col("a_rack").is_not_null() & pl.col("b_rack").is_not_null()
    trays = _tray_cages(request.trays)
    homeless = joined.filter(~is_placed)
    placed = joined.filter(is_placed) if homeless.height else joined  # a filter copies, even where it keeps all
    frame = _with_cages(placed.join(trays, on=["a_part", "network"], how="left", maintain_order="left"))
    a, b = (rack_ends(request, frame[f"{side}_rack"].to_numpy()) for side in ("a", "b"))
    return LinkEnds(frame, a, b, homeless)


def _links_per_cage(switches: Sequence[SwitchSpec]) -> pl.DataFrame:
    """Catalog ports of a switch and how many of them a cage holds; 1 where it is not published."""
    rows = [(spec.id, spec.ports.value, spec.ports_per_cage.value if spec.ports_per_cage else 1.0) for spec in switches]
    schema = {"part": pl.String, "catalog_ports": pl.Float64, "ports_per_cage": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _tray_cages(trays: Sequence[TraySpec]) -> pl.DataFrame:
    """Form factor of a tray's cages and links of one, by tray and network."""
    rows = []
    for spec in trays:
        shared = round(spec.scale_out_ports_per_cage.value) if spec.scale_out_ports_per_cage else 1
        rows.append((spec.id, "scale-out", spec.scale_out_cage, shared))
        rows += [(spec.id, network, spec.storage_cage, 1) for network in SERVICE_NETWORKS]
    schema = {"a_part": pl.String, "network": pl.String, "a_form": pl.String, "tray_per_cage": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _with_cages(frame: pl.DataFrame) -> pl.DataFrame:
    """Links per cage and cage number at both ends; that of a port alone in a tray's cage, or for management, -1."""
    frame = frame.with_columns(pl.col("a_form").fill_null(""))
    for side in ("a", "b"):
        split = pl.col(f"{side}_ports") / pl.col(f"{side}_catalog_ports")
        per_cage = (split * pl.col(f"{side}_ports_per_cage")).round().cast(pl.Int64).clip(lower_bound=1)
        is_data = (pl.col(f"{side}_tier") > 0) & (pl.col(f"{side}_network") == pl.col("network"))
        is_data &= pl.col(f"{side}_port") < pl.col(f"{side}_ports")  # uplink cages of a leaf come after its ports
        frame = frame.with_columns(
            pl.when(is_data).then(per_cage).otherwise(1).alias(f"{side}_per_cage"),
            pl.when(is_data).then(pl.col(f"{side}_part")).otherwise(pl.lit("")).alias(f"{side}_part"),
        )
        cage = pl.col(f"{side}_port").cast(pl.Int64) // pl.col(f"{side}_per_cage")
        frame = frame.with_columns(pl.when(is_data).then(cage).otherwise(-1).alias(f"{side}_cage"))
    is_tray = pl.col("a_form") != ""
    in_tray = pl.col("a_port").cast(pl.Int64) // pl.col("tray_per_cage")
    return frame.with_columns(
        a_per_cage=pl.when(is_tray).then("tray_per_cage").otherwise("a_per_cage"),
        a_cage=pl.when(is_tray & (pl.col("tray_per_cage") > 1)).then(in_tray).otherwise("a_cage"),
        **{name: pl.col(name).cast(pl.Categorical) for name in ("a_part", "a_form", "b_part")},
    ).drop(USED_UP)


@dataclass(frozen=True)
class _Floor:
    """Columns of the placed racks, in the order of rack."""

    rack: IntArray
    hall: IntArray
    row: IntArray
    position: IntArray
    x_mm: IntArray
    y_mm: IntArray


def _floor(request: CablingRequest) -> _Floor:
    racks = request.racks.frame
    names = [hall.id for hall in request.halls]
    hall = racks["hall"].replace_strict(names, list(range(len(names))), return_dtype=pl.Int64)
    columns = [racks[name].to_numpy().astype(np.int64) for name in ("row", "position", "x_mm", "y_mm")]
    return _Floor(racks["rack"].to_numpy().astype(np.int64), hall.to_numpy().astype(np.int64), *columns)


def rack_ends(request: CablingRequest, rack: IntArray) -> Ends:
    """Where racks stand, in the order given."""
    floor = _floor(request)
    at = np.searchsorted(floor.rack, rack)
    return Ends(floor.rack[at], floor.hall[at], floor.row[at], floor.position[at], floor.x_mm[at], floor.y_mm[at])
