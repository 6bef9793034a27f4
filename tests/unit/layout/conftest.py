"""A hall of two rows and small blocks made by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rackwright.catalog.parts import Fact
from rackwright.layout.request import BlockSpec, HallRun, HallSpec, LayoutRequest, RackRun, RackSpec, SwitchSpec
from rackwright.tables.fabric import Devices


def _fact(name: str, value: float) -> Fact:
    return Fact(name, float(value), "", str(value), "", "assumption")


@pytest.fixture
def hall() -> Callable[..., HallSpec]:
    """A hall of two rows of six positions, 1 m x 3 m each, without CDUs; fields may be changed."""

    def make(**changes: Any) -> HallSpec:
        fields: dict[str, Any] = {
            "id": "h",
            "rows": 2,
            "positions": 6,
            "keep_out": (),
            "it_w": 1e6,
            "row_w": None,
            "floor_load_kg_m2": 1000.0,
            "rack_pitch_m": _fact("rules.rack_pitch_m", 1.0),
            "row_pitch_m": _fact("rules.row_pitch_m", 3.0),
            "cdu_rating_w": None,
            "spare_units": 1,
            "racks_per_loop": 2,
        }
        return HallSpec(**{**fields, **changes})

    return make


def _devices(units: int, unit_racks: int, leaves: int, spines: int) -> Devices:
    """One tray a rack at u 5; `leaves` switches a unit and `spines` for the block."""
    nodes = [(rack // unit_racks, rack, 5, "tray", 0, -1) for rack in range(units * unit_racks)]
    switches = [(unit, -1, -1, "switch", 1, unit) for unit in range(units) for _ in range(leaves)]
    switches += [(-1, -1, -1, "switch", 2, -1) for _ in range(spines)]
    rows = [
        (number, "b", part, "scale-out" if tier else "node", tier, 0, -1, unit, number, rack, u, 0, 8 if tier else 0)
        for number, (unit, rack, u, part, tier, _) in enumerate(nodes + switches)
    ]
    return Devices.from_rows(rows)


@pytest.fixture
def request_of(hall: Callable[..., HallSpec]) -> Callable[..., LayoutRequest]:
    """A block of units with two compute racks of 100 kW each, leaves of 2 U and 1 kW a unit, and spines."""

    def make(
        *,
        units: int = 2,
        leaves: int = 2,
        spines: int = 1,
        halls: tuple[HallSpec, ...] = (),
        runs: tuple[HallRun, ...] = (),
        side_racks: int = 0,
        height_u: int = 8,
    ) -> LayoutRequest:
        width = _fact("frame.width_mm", 600)
        compute = RackSpec(
            type="sku",
            height_u=48,
            mean_w=100e3,
            peak_w=100e3,
            liquid_share=0.8,
            kg=1200.0,
            width_mm=width,
            side_racks=side_racks,
        )
        network = RackSpec(
            type="p-network",
            height_u=height_u,
            mean_w=0.0,
            peak_w=0.0,
            liquid_share=0.0,
            kg=100.0,
            width_mm=width,
            side_racks=0,
        )
        switch = SwitchSpec(
            id="switch",
            height_u=_fact("switch.height_u", 2),
            power_w=_fact("switch.power_w", 1000),
            mass_kg=_fact("switch.mass_kg", 10),
        )
        block = BlockSpec(
            block="b",
            unit_racks=2,
            network_type="p-network",
            runs=(RackRun(0, units, "sku", "t"),),
            halls=runs or (HallRun("h", 0, units),),
        )
        return LayoutRequest(
            blocks=(block,),
            halls=halls or (hall(),),
            racks=(compute, network),
            switches=(switch,),
            network_fill_share=None,
            devices=_devices(units, 2, leaves, spines),
        )

    return make
