"""On which plane and rail of a folded Clos does each port ride, in each family of fabrics?

A Clos of P planes and R rails is P graphs that never meet, each with its leaves sorted by rail. The families differ
only in what they take for a plane and for a rail: a rail that is never joined to another (`rail-only`) is a plane of
its own; planes that share their spines (dual ToR) are rails of one plane.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from rackwright.fabric.endpoints import IntArray
from rackwright.fabric.request import Target

__all__ = ["Lanes", "ridden", "scale_out_lanes", "service_lanes"]


@dataclass(frozen=True, kw_only=True)
class Lanes:
    """How planes and rails of ports become those of a Clos.

    Parameters
    ----------
    planes, rails
        Of the endpoints; one rail where leaves are not sorted by rail.
    is_apart
        True where rails are never joined by a switch.
    is_joined
        True where planes share their spines.
    """

    planes: int
    rails: int
    is_apart: bool = False
    is_joined: bool = False

    @property
    def by_rail(self) -> bool:
        """True where a port goes to the leaf of its rail."""
        return self.rails > 1 or self.is_apart

    @property
    def clos_planes(self) -> int:
        """Graphs that never meet."""
        planes = 1 if self.is_joined else self.planes
        return planes * (self.rails if self.is_apart else 1)

    @property
    def clos_rails(self) -> int:
        """Kinds of leaves below one set of spines."""
        planes = self.planes if self.is_joined else 1
        return planes * (1 if self.is_apart else self.rails)

    def graph_of(self, switches: pl.DataFrame) -> IntArray:
        """The graph each switch belongs to, by its plane and rail as shown."""
        plane, rail = (switches[name].to_numpy().astype(np.int64) for name in ("plane", "rail"))
        graph = np.zeros(len(plane), dtype=np.int64) if self.is_joined else plane
        return graph * self.rails + rail if self.is_apart else graph

    def shown(self, switches: pl.DataFrame) -> pl.DataFrame:
        """Switches of a Clos with the plane and rail of the endpoints they serve; spines of joined planes are plane 0.

        A switch that serves all rails has rail -1.
        """
        rail = pl.col("rail") if self.by_rail else pl.lit(-1, dtype=pl.Int64)
        if self.is_apart and self.is_joined:
            side = pl.when(pl.col("rail") >= 0).then("rail").otherwise(0)
            return switches.with_columns(plane=side, rail=pl.col("plane"))
        if self.is_apart:
            return switches.with_columns(plane=pl.col("plane") // self.rails, rail=pl.col("plane") % self.rails)
        if self.is_joined:
            is_leaf = pl.col("rail") >= 0
            side = pl.when(is_leaf).then(pl.col("rail") // self.rails).otherwise(pl.col("plane"))
            own = pl.when(is_leaf & (self.rails > 1)).then(pl.col("rail") % self.rails).otherwise(-1)
            return switches.with_columns(plane=side, rail=own)
        return switches.with_columns(rail=rail)


def scale_out_lanes(target: Target) -> Lanes:
    """Lanes of the scale-out network of a platform."""
    by_rail = target.family in {"rail-optimised", "rail-only", "rack-aligned", "dragonfly-plus"}
    return Lanes(
        planes=target.planes,
        rails=target.rails if by_rail else 1,
        is_apart=target.family == "rail-only" and target.rails > 1,
        is_joined=target.joined_planes and target.planes > 1,
    )


def service_lanes(target: Target) -> Lanes:
    """Lanes of the storage and in-band networks: planes without rails."""
    return Lanes(planes=target.service_planes, rails=1)


def ridden(ports: pl.DataFrame, lanes: Lanes) -> pl.DataFrame:
    """Ports with plane and rail of the Clos they ride on."""
    own_rail = pl.col("rail").cast(pl.Int64) if lanes.by_rail else pl.lit(0, dtype=pl.Int64)
    own_plane = pl.col("plane").cast(pl.Int64)
    plane = pl.lit(0, dtype=pl.Int64) if lanes.is_joined else own_plane
    rail = own_plane * (1 if lanes.is_apart else lanes.rails) if lanes.is_joined else pl.lit(0, dtype=pl.Int64)
    if lanes.is_apart:
        return ports.with_columns(plane=plane * lanes.rails + own_rail, rail=rail)
    return ports.with_columns(plane=plane, rail=rail + own_rail)
