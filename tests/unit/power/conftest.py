"""A hand-made campus: one hall of equal racks in rows of ten, fed over 34.5 kV and 415 V."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from rackwright.catalog.installation import ElectricRules
from rackwright.catalog.parts import Breaker, Busway, FacilityRules, Fact, Generator, Switchgear, Transformer, Ups
from rackwright.power import PowerRequest
from rackwright.power.request import Alternatives, ChainParts, EnergisedStep, HallService, SiteChain
from rackwright.tables.layout import PlacedRacks

RULES = FacilityRules(
    id="facility-rules", name="rules", power_factor=Fact("r.power_factor", 1.0, "", "1", "", "assumption")
)


def stated(value: float, name: str = "x") -> Fact:
    """A figure taken as certain."""
    return Fact(f"part.{name}", value, "", str(value), "", "assumption")


def unit_substation(name: str, rating_va: float, impedance: float = 0.0575) -> Transformer:
    """A transformer from 34.5 kV to 415 V."""
    return Transformer(
        id=name,
        name=name,
        role="mv-lv",
        rating_va=stated(rating_va),
        primary_v=stated(34.5e3),
        secondary_v=stated(415.0),
        impedance_share=stated(impedance),
        efficiency_share=stated(0.99),
    )


def make_parts(
    *,
    has_ups: bool = True,
    has_generator: bool = True,
    efficiency: float = 0.97,
    hv_va: float = 60e6,
    ups_w: float = 1.5e6,
) -> ChainParts:
    """Parts with round figures; `efficiency` is that of the UPS, `hv_va` and `ups_w` are ratings."""
    return ChainParts(
        hv_transformer=Transformer(
            id="hv",
            name="hv",
            role="hv-mv",
            rating_va=stated(hv_va),
            primary_v=stated(138e3),
            secondary_v=stated(34.5e3),
            impedance_share=stated(0.1),
            efficiency_share=stated(0.996),
        ),
        mv_switchgear=Switchgear(
            id="mv", name="mv", voltage_v=stated(38e3), rating_a=stated(2000.0), interrupting_a=stated(40e3)
        ),
        unit_substation=unit_substation("us", 2.5e6),
        lv_switchgear=Switchgear(
            id="lv", name="lv", voltage_v=stated(480.0), rating_a=stated(4000.0), interrupting_a=stated(65e3)
        ),
        ups=Ups(id="ups", name="ups", rating_w=stated(ups_w), efficiency_share=stated(efficiency)) if has_ups else None,
        generator=Generator(id="gen", name="gen", rating_w=stated(3e6)) if has_generator else None,
        busway=Busway(
            id="bw",
            name="bw",
            role="busway",
            rating_a=stated(1000.0),
            voltage_v=stated(415.0),
            efficiency_share=stated(0.995),
        ),
        sts=Breaker(id="sts", name="sts", role="sts", rating_a=stated(1200.0), efficiency_share=stated(0.995)),
        tap=Busway(
            id="tap",
            name="tap",
            role="tap",
            rating_a=stated(250.0),
            voltage_v=stated(415.0),
            efficiency_share=stated(0.999),
        ),
    )


def make_racks(
    count: int, *, peak_w: float = 120e3, per_row: int = 10, hall: str = "h1", first: int = 0
) -> PlacedRacks:
    """Equal compute racks in rows."""
    ids = list(range(first, first + count))
    return PlacedRacks.from_columns(
        rack=ids,
        block=["b1"] * count,
        tranche=["t1"] * count,
        unit=[0] * count,
        rack_index=list(range(count)),
        type=["sku"] * count,
        role=["compute"] * count,
        hall=[hall] * count,
        row=[i // per_row + 1 for i in range(count)],
        position=[i % per_row + 1 for i in range(count)],
        x_mm=[600 * (i % per_row) for i in range(count)],
        y_mm=[3400 * (i // per_row) for i in range(count)],
        mean_w=[0.8 * peak_w] * count,
        peak_w=[peak_w] * count,
        liquid_share=[0.85] * count,
        kg=[1500.0] * count,
    )


def make_site(scheme: str = "2N", **changes: object) -> SiteChain:
    """A site of one hall with ample grid power; cooling draws 20 kW and 5 % of the heat."""
    site = SiteChain(
        site="ohio",
        scheme=scheme,
        parts=make_parts(),
        cooling_on_ups=False,
        loading_share=0.8,
        utility_v=138e3,
        energised=(EnergisedStep("contract", 500e6, "grid"),),
        planning_pue=1.25,
        water_limit_l_per_day=None,
        on_site=(),
        halls=(HallService("h1", 400e6, 20e3, 0.05, 0.0, 500e6),),
    )
    return replace(site, **changes)


ELECTRIC = ElectricRules(
    id="electric-rules",
    name="rules",
    voltage_drop_share=stated(0.05),
    swing_period_s=stated(2.0),
    swing_duty_share=stated(0.5),
)
ALTERNATIVES = Alternatives(
    taps=(("tap", 250.0), ("tap-400a", 400.0)),
    busways=(("bw", 1000.0),),
    boards=(("lv", 4000.0),),
    interrupting=(("lv", 65e3), ("lv-100ka", 100e3)),
    substations=(unit_substation("us", 2.5e6), unit_substation("us-3mva", 3e6)),
)


def make_request(racks: PlacedRacks, *sites: SiteChain) -> PowerRequest:
    """A request for some racks and sites."""
    return PowerRequest(sites or (make_site(),), racks, RULES, ALTERNATIVES, ELECTRIC)


@pytest.fixture
def campus() -> Callable[..., PowerRequest]:
    """Request for a number of racks and a scheme, with other figures of the site."""

    def make(count: int, scheme: str = "2N", *, peak_w: float = 120e3, **changes: object) -> PowerRequest:
        return make_request(make_racks(count, peak_w=peak_w), make_site(scheme, **changes))

    return make
