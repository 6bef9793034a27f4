"""In which order do the racks of a block follow each other on the floor?

The racks of a unit stand together with its network racks in their middle; the racks of the block's spines and cores
stand in the middle of its units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from rackwright.base.loops import coolant_flow_lpm
from rackwright.layout.held import Spot
from rackwright.layout.packing import BLOCK_WIDE, NetworkRack
from rackwright.layout.request import BlockSpec, HallRun, RackRun, RackSpec

__all__ = ["Item", "line_up"]

NO_SPOTS: Final[Mapping[int, Spot]] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Item:
    """One rack to place; `width` is in positions (a DC side rack stands beside it), the rest as in `PlacedRacks`.

    `spot` is where it stands already, by an earlier plan; the search for cheaper cables leaves it there.
    """

    block: str
    tranche: str
    unit: int
    rack_index: int
    type: str
    role: str
    width: int
    mean_w: float
    peak_w: float
    liquid_share: float
    kg: float
    flow_lpm: float
    spot: Spot | None = None

    @property
    def air_w(self) -> float:
        """Peak heat that goes to air [W]."""
        return self.peak_w - self.liquid_w

    @property
    def liquid_w(self) -> float:
        """Peak heat that goes into liquid [W]."""
        return self.peak_w * self.liquid_share


def line_up(
    block: BlockSpec,
    run: HallRun,
    networks: Sequence[tuple[int, NetworkRack, float, float]],
    specs: dict[str, RackSpec],
    spots: Mapping[int, Spot] = NO_SPOTS,
) -> list[list[Item]]:
    """Racks of a block in one hall, chunk by chunk; the racks of a chunk should stand in one row.

    Parameters
    ----------
    block, run
        Block, and its units in the hall.
    networks
        Network racks of the hall as (ordinal in the block, rack, power of its switches [W], their mass [kg]).
    specs
        Rack types by name.
    spots
        Where compute racks stand already, by their ordinal in the block.
    """
    inside = [_network_item(block, entry, specs) for entry in networks if entry[1].hall == run.hall]
    units = range(run.first_unit, run.first_unit + run.units)
    chunks = [
        _unit_chunk([item for item in inside if item.unit == unit], _compute_items(block, unit, specs, spots))
        for unit in units
    ]
    wide = [item for item in inside if item.unit == BLOCK_WIDE]
    middle = len(chunks) // 2
    return [chunk for chunk in (*chunks[:middle], wide, *chunks[middle:]) if chunk]


def _unit_chunk(networks: list[Item], compute: list[Item]) -> list[Item]:
    half = (len(compute) + 1) // 2
    return [*compute[:half], *networks, *compute[half:]]


def _compute_items(block: BlockSpec, unit: int, specs: dict[str, RackSpec], spots: Mapping[int, Spot]) -> list[Item]:
    runs = [run for run in block.runs if run.first_unit <= unit < run.first_unit + run.units]
    ordinals = range(unit * block.unit_racks, (unit + 1) * block.unit_racks)
    return [_item(block, specs[run.type], run, unit, at, spots.get(at)) for run in runs[:1] for at in ordinals]


def _item(block: BlockSpec, spec: RackSpec, run: RackRun, *place: *tuple[int, int, Spot | None]) -> Item:
    unit, rack_index, spot = place
    return Item(
        block=block.block,
        tranche=run.tranche,
        unit=unit,
        rack_index=rack_index,
        type=spec.type,
        role="compute",
        width=1 + spec.side_racks,
        mean_w=spec.mean_w,
        peak_w=spec.peak_w,
        liquid_share=spec.liquid_share,
        kg=spec.kg,
        flow_lpm=_flow_lpm(block, spec.peak_w * spec.liquid_share),
        spot=spot,
    )


def _flow_lpm(block: BlockSpec, liquid_w: float) -> float:
    """Coolant of a rack: stated by its platform, else Q = heat / (density x heat capacity x rise)."""
    need = block.coolant
    if need is None or liquid_w <= 0.0:
        return 0.0
    if need.flow_lpm is not None:
        return need.flow_lpm
    kg_m3, j_kg_k = need.coolant_kg_m3.value, need.coolant_j_kg_k.value
    return coolant_flow_lpm(liquid_w, need.rise_k, kg_m3=kg_m3, j_kg_k=j_kg_k)


def _network_item(block: BlockSpec, entry: tuple[int, NetworkRack, float, float], specs: dict[str, RackSpec]) -> Item:
    """A network rack with the load and mass of its switches; its heat goes to air."""
    ordinal, rack, power_w, switch_kg = entry
    spec = specs[block.network_type]
    return Item(
        block=block.block,
        tranche="",
        unit=rack.unit,
        rack_index=ordinal,
        type=spec.type,
        role="network",
        width=1,
        mean_w=spec.mean_w + power_w,
        peak_w=spec.peak_w + power_w,
        liquid_share=0.0,
        kg=spec.kg + switch_kg,
        flow_lpm=0.0,
        spot=rack.spot,
    )
