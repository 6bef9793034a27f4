"""A hand-made hall: equal racks in rows of eight, warm water at 40 C, chilled air."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from rackwright.catalog.parts import Cdu, FacilityRules, Fact, HeatRejection
from rackwright.cooling import CoolingRequest
from rackwright.cooling.request import BlockNeeds, HallPlant
from rackwright.tables.layout import PlacedRacks, Reserved


def stated(value: float) -> Fact:
    """A figure taken as certain."""
    return Fact("part.x", value, "", str(value), "", "assumption")


RULES = FacilityRules(
    id="facility-rules",
    name="rules",
    coolant_kg_m3=stated(1009.9),
    coolant_j_kg_k=stated(3968.6),
    air_supply_c=stated(27.0),
    air_rise_k=stated(12.0),
)
CDU = Cdu(
    id="cdu",
    name="cdu",
    role="liquid",
    rating_w=stated(1.3e6),
    approach_k=stated(4.0),
    flow_lpm=stated(1900.0),
    pump_w=stated(13e3),
)
AIR = Cdu(id="crah", name="crah", role="air", rating_w=stated(300e3), approach_k=stated(6.0), pump_w=stated(12e3))
DRY = HeatRejection(
    id="dry",
    name="dry",
    role="dry-cooler",
    rating_w=stated(1e6),
    approach_k=stated(8.0),
    electric_per_heat=stated(0.02),
    water_l_per_kwh=stated(0.0),
)
WET = replace(DRY, id="wet", role="adiabatic", approach_k=stated(6.0), water_l_per_kwh=stated(0.4))
CHILLER = HeatRejection(
    id="chiller",
    name="chiller",
    role="chiller",
    rating_w=stated(1.5e6),
    approach_k=stated(10.0),
    electric_per_heat=stated(0.22),
)


def make_plant(hall: str = "h1", **changes: object) -> HallPlant:
    """The hall: dry coolers on a day of 30 C, and a chiller."""
    plant = HallPlant(
        hall=hall,
        cdu=CDU,
        air=AIR,
        rejection=DRY,
        chiller=CHILLER,
        facility_supply_c=40.0,
        spare_units=1,
        racks_per_loop=16,
        flow_limit_lpm=None,
        design_dry_bulb_c=30.0,
        design_wet_bulb_c=24.0,
        loss_share=0.04,
    )
    return replace(plant, **changes)


def make_racks(
    count: int, *, peak_w: float = 100e3, liquid: float = 0.85, per_row: int = 8, hall: str = "h1"
) -> PlacedRacks:
    """Equal racks in rows."""
    return PlacedRacks.from_columns(
        rack=list(range(count)),
        block=["b1"] * count,
        tranche=["t1"] * count,
        unit=[0] * count,
        rack_index=list(range(count)),
        type=["sku"] * count,
        role=["compute"] * count,
        hall=[hall] * count,
        row=[i // per_row + 1 for i in range(count)],
        position=[i % per_row + 1 for i in range(count)],
        x_mm=[0] * count,
        y_mm=[0] * count,
        mean_w=[0.8 * peak_w] * count,
        peak_w=[peak_w] * count,
        liquid_share=[liquid] * count,
        kg=[1500.0] * count,
    )


def make_reserved(count: int, hall: str = "h1") -> Reserved:
    """Positions kept for CDUs at the end of the first rows."""
    return Reserved.from_rows([(hall, n + 1, 99, "cdu") for n in range(count)])


def make_request(racks: PlacedRacks, *plants: HallPlant, places: int = 100, **needs: object) -> CoolingRequest:
    """A request for some racks and halls; `needs` change what the racks ask of their coolant."""
    need = replace(BlockNeeds("b1", 45.0, 10.0, None), **needs)
    return CoolingRequest(plants or (make_plant(),), (need,), racks, make_reserved(places), RULES)


@pytest.fixture
def hall() -> Callable[..., CoolingRequest]:
    """Request for a number of racks with another plant."""

    def make(count: int, *, places: int = 100, **changes: object) -> CoolingRequest:
        return make_request(make_racks(count), make_plant(**changes), places=places)

    return make
