"""Which ports of a block's racks ask for a network, and on which device are they?

Racks of a block are numbered from 0 in the order of its units; devices are numbered by rack, height and bay, so a block
that grows keeps the numbers it had.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from rackwright.fabric.request import BlockNeed, FabricRequest, RackRun

__all__ = ["Endpoints", "IntArray", "find_endpoints", "take_network"]

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Endpoints:
    """Endpoint ports of one block.

    Parameters
    ----------
    nodes
        One row per device with a port: rack_index, unit, u, bay, part, in the order of `device`.
    ports
        One row per port: device (from 0 in the block), port, network, rail, plane, gbit_s, unit, rack_index; in the
        order of device and port.
    """

    nodes: pl.DataFrame
    ports: pl.DataFrame


def find_endpoints(need: BlockNeed, request: FabricRequest) -> Endpoints:
    """Devices and ports of all racks of a block."""
    racks = _racks(need.runs, need.target.unit_racks)
    slots = request.slots.frame.select("type", "u", "bay", "part")
    with_ports = request.ports.frame.select("type", "u", "bay").unique()
    nodes = (
        racks.join(slots.join(with_ports, on=["type", "u", "bay"], how="semi"), on="type")
        .sort("rack_index", "u", "bay")
        .with_row_index("device")
        .with_columns(pl.col("device").cast(pl.Int64))
    )
    ports = (
        nodes.select("device", "type", "u", "bay", "unit", "rack_index")
        .join(request.ports.frame, on=["type", "u", "bay"])
        .sort("device", "port")
        .select("device", "port", "network", "rail", "plane", "gbit_s", "unit", "rack_index")
    )
    return Endpoints(nodes.select("device", "rack_index", "unit", "u", "bay", "part"), ports)


def take_network(endpoints: Endpoints, network: str) -> pl.DataFrame:
    """Ports of one network, in the order of device and port."""
    return endpoints.ports.filter(pl.col("network") == network)


def _racks(runs: Sequence[RackRun], unit_racks: int) -> pl.DataFrame:
    """One row per compute rack of a block: rack_index, unit, type."""
    if not runs:
        return pl.DataFrame(schema={"rack_index": pl.Int64, "unit": pl.Int64, "type": pl.String})
    units = np.concatenate([np.arange(run.first_unit, run.first_unit + run.units) for run in runs])
    types = np.repeat([run.type for run in runs], [run.units * unit_racks for run in runs])
    rack_index = (units[:, None] * unit_racks + np.arange(unit_racks)).ravel()
    return pl.DataFrame({"rack_index": rack_index, "unit": np.repeat(units, unit_racks), "type": types.tolist()})
