"""Loops, units, response and checks of a cooling design."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.base.digest import digest
from rackwright.cooling import Cooling, CoolingRequest, design_cooling
from rackwright.cooling.design import cool_halls
from rackwright.cooling.loops import group_racks
from rackwright.cooling.weather import Weather
from rackwright.cooling.year import hall_year
from rackwright.tables.layout import PlacedRacks

from .conftest import CHILLER, WET, make_plant, make_racks, make_request


def check(cooling: Cooling, rule: str) -> tuple[float, float, bool]:
    """Value, limit and outcome of the first check of a rule."""
    return cooling.checks.frame.filter(pl.col("rule") == rule).select("value", "limit", "passed").row(0)


def duty_w(cooling: Cooling, role: str) -> float:
    """Heat of all units of a role."""
    return float(np.sum(cooling.units.frame.filter(pl.col("role") == role)["duty_w"].to_numpy()))


def test_101_worked_example(hall: Callable[..., CoolingRequest]) -> None:
    """16 racks of 100 kW, 85 % in liquid: 1.36 MW on one loop, 2036 L/min at 10 K, two CDUs and a spare."""
    cooling = design_cooling(hall(16))
    loop = cooling.loops.frame.filter(pl.col("kind") == "liquid").row(0, named=True)
    assert loop["heat_w"] == pytest.approx(1.36e6)
    assert loop["flow_lpm"] == pytest.approx(1.36e6 / (1009.9 * 3968.6 * 10) * 60_000)
    assert (loop["supply_c"], loop["return_c"]) == (44.0, pytest.approx(54.0))
    assert cooling.units.frame.filter(pl.col("role") == "cdu").height == 3


def test_102_air_takes_the_rest_and_the_losses(hall: Callable[..., CoolingRequest]) -> None:
    """The air system carries 15 % of rack power and 4 % of losses: 304 kW need two handlers and a spare."""
    cooling = design_cooling(hall(16))
    air = cooling.loops.frame.filter(pl.col("kind") == "air").row(0, named=True)
    assert air["heat_w"] == pytest.approx(0.19 * 1.6e6)
    assert (air["supply_c"], air["return_c"]) == (27.0, 39.0)
    assert cooling.units.frame.filter(pl.col("role") == "air").height == 3


def test_103_stated_flow_goes_first() -> None:
    """A platform that states 90 L/min a rack gets it, and the return follows from it."""
    cooling = design_cooling(make_request(make_racks(8), flow_lpm=90.0))
    loop = cooling.loops.frame.filter(pl.col("kind") == "liquid").row(0, named=True)
    assert loop["flow_lpm"] == pytest.approx(720.0)
    rise_k = 680e3 / (1009.9 * 3968.6 * 720.0) * 60_000
    assert loop["return_c"] - loop["supply_c"] == pytest.approx(rise_k)


def test_104_flow_may_ask_for_more_cdus_than_heat() -> None:
    """Where the stated flow is more than a CDU moves, the flow sets their number."""
    cooling = design_cooling(make_request(make_racks(8), flow_lpm=400.0))
    assert cooling.units.frame.filter(pl.col("role") == "cdu").height == 2 + 1


def test_105_racks_without_liquid_have_no_loop() -> None:
    """Air-cooled racks are on the air system alone; no CDU is chosen."""
    cooling = design_cooling(make_request(make_racks(8, liquid=0.0)))
    assert cooling.loops["kind"].to_list() == ["air"]
    assert "cdu" not in cooling.units["role"].to_list()


def test_106_an_empty_hall_rests() -> None:
    """A hall without racks has no units and a response of nothing."""
    cooling = design_cooling(make_request(PlacedRacks.empty()))
    assert len(cooling.units) == len(cooling.loops) == len(cooling.checks) == 0
    assert cooling.responses.frame.row(0) == ("h1", 0.0, 0.0, 0.0)


def test_201_dry_coolers_alone_where_the_day_is_cool_enough(hall: Callable[..., CoolingRequest]) -> None:
    """At 30 C and 8 K approach 40 C water needs no trim: the chiller carries only the room air."""
    cooling = design_cooling(hall(16))
    assert duty_w(cooling, "dry-cooler") == pytest.approx(1.36e6)
    assert duty_w(cooling, "chiller") == pytest.approx(304e3)


def test_202_the_chiller_trims_a_hot_day(hall: Callable[..., CoolingRequest]) -> None:
    """At 35 C dry coolers reach 43 C: 3 of 10 K, three tenths of the heat, are left to the chiller."""
    cooling = design_cooling(hall(16, design_dry_bulb_c=35.0))
    assert duty_w(cooling, "dry-cooler") == pytest.approx(0.7 * 1.36e6)
    assert duty_w(cooling, "chiller") == pytest.approx(0.3 * 1.36e6 + 304e3)
    assert check(cooling, "cooling-facility-supply") == (40.0, 40.0, True)


def test_203_without_chiller_a_hot_day_and_warm_air_are_found(hall: Callable[..., CoolingRequest]) -> None:
    """Without chiller the water reaches 43 C instead of 40 C, and air from 40 C water is above 27 C."""
    cooling = design_cooling(hall(16, design_dry_bulb_c=35.0, chiller=None))
    assert check(cooling, "cooling-facility-supply") == (43.0, 40.0, False)
    assert check(cooling, "cooling-air-supply") == (46.0, 27.0, False)


def test_204_adiabatic_coolers_look_at_the_wet_bulb(hall: Callable[..., CoolingRequest]) -> None:
    """At 40 C dry and 24 C wet bulb adiabatic coolers hold 40 C water without trim, and drink."""
    cooling = design_cooling(hall(16, rejection=WET, design_dry_bulb_c=40.0))
    assert duty_w(cooling, "adiabatic") == pytest.approx(1.36e6)
    litres = 1360.0 * 24.0 * 0.4 * 0.8
    assert cooling.responses["water_l_per_day"][0] == pytest.approx(litres)


def test_205_a_chiller_as_heat_rejection_carries_everything(hall: Callable[..., CoolingRequest]) -> None:
    """A hall that plans chillers only needs no outdoor check."""
    cooling = design_cooling(hall(16, rejection=CHILLER, chiller=None))
    assert duty_w(cooling, "chiller") == pytest.approx(1.36e6 + 304e3)
    assert cooling.checks["passed"].all()


def test_206_cool_water_needs_no_chiller_for_the_air(hall: Callable[..., CoolingRequest]) -> None:
    """With 20 C water the air handlers hang on the facility loop and their flow counts against the hall's."""
    cooling = design_cooling(hall(16, facility_supply_c=20.0, design_dry_bulb_c=10.0, flow_limit_lpm=2000.0))
    assert duty_w(cooling, "dry-cooler") == pytest.approx(1.36e6 + 304e3)
    value, limit, passed = check(cooling, "cooling-hall-flow")
    flow = 1.664e6 / (1009.9 * 3968.6 * 10) * 60_000
    assert (value, limit, passed) == (pytest.approx(flow), 2000.0, False)


def test_207_racks_that_want_cooler_water_are_found() -> None:
    """40 C water and 4 K approach do not serve a rack that takes at most 43 C."""
    cooling = design_cooling(make_request(make_racks(8), highest_supply_c=43.0))
    assert check(cooling, "cooling-rack-supply") == (44.0, 43.0, False)


def test_208_missing_positions_are_found(hall: Callable[..., CoolingRequest]) -> None:
    """Three CDUs on two reserved positions fail."""
    assert check(design_cooling(hall(16, places=2)), "cooling-positions") == (3.0, 2.0, False)
    assert check(design_cooling(hall(16, places=3)), "cooling-positions")[2]


def test_209_without_spares_the_loss_of_one_is_found(hall: Callable[..., CoolingRequest]) -> None:
    """With no spare units a lost CDU leaves too little."""
    cooling = design_cooling(hall(16, spare_units=0))
    rows = cooling.checks.frame.filter(pl.col("rule") == "cooling-one-unit-lost")
    assert not rows["passed"].any()


@given(st.integers(1, 500), st.integers(1, 40))
def test_301_loops_are_the_fewest_even_runs_within_the_limit(count: int, limit: int) -> None:
    """Loops are runs in floor order, as few as the limit allows, and differ by at most one rack."""
    loops = group_racks(count, limit)
    sizes = np.bincount(loops)
    assert (np.diff(loops) >= 0).all()
    assert sizes.size == -(-count // limit)
    assert sizes.max() <= limit
    assert sizes.max() - sizes.min() <= 1


@given(st.integers(1, 70), st.floats(0.0, 1.0), st.floats(20e3, 250e3), st.floats(10.0, 45.0))
def test_302_heat_and_flow_in_equal_heat_and_flow_out(
    count: int, liquid: float, peak_w: float, dry_bulb_c: float
) -> None:
    """Heat of racks and losses is the heat of the loops, of the indoor units and of the plant; so is the flow."""
    racks = make_racks(count, liquid=liquid, peak_w=peak_w)
    cooling = design_cooling(make_request(racks, make_plant(design_dry_bulb_c=dry_bulb_c)))
    heat_w = 1.04 * count * peak_w
    indoor = duty_w(cooling, "cdu") + duty_w(cooling, "air")
    plant = duty_w(cooling, "dry-cooler") + duty_w(cooling, "chiller")
    loops = np.sum(cooling.loops["heat_w"].to_numpy())
    assert [indoor, plant, loops] == pytest.approx([heat_w] * 3)
    flow = np.sum(cooling.loops["flow_lpm"].to_numpy())
    assert flow == pytest.approx(heat_w / (1009.9 * 3968.6 * 10.0) * 60_000)


@given(st.integers(1, 70), st.floats(10.0, 50.0))
def test_303_response_is_the_draw_of_the_units(count: int, dry_bulb_c: float) -> None:
    """Base plus slope times the planned heat is what all units draw together."""
    cooling = design_cooling(make_request(make_racks(count), make_plant(design_dry_bulb_c=dry_bulb_c)))
    _, base_w, slope, _ = cooling.responses.frame.row(0)
    drawn_w = np.sum(cooling.units["electric_w"].to_numpy())
    assert base_w + slope * 1.04 * count * 100e3 == pytest.approx(drawn_w)


@given(st.integers(1, 70), st.integers(1, 3))
def test_304_the_loss_of_one_unit_keeps_the_duty(count: int, spares: int) -> None:
    """With spares every group still carries its duty with one unit lost, and no unit is above its rating."""
    cooling = design_cooling(make_request(make_racks(count), make_plant(spare_units=spares)))
    rows = cooling.checks.frame.filter(pl.col("rule") == "cooling-one-unit-lost")
    assert rows["passed"].all()
    assert (cooling.units["duty_w"] <= cooling.units["rated_w"]).all()


@given(st.floats(10.0, 50.0), st.floats(0.0, 10.0))
def test_305_a_hotter_day_never_draws_less(dry_bulb_c: float, hotter_k: float) -> None:
    """The electric response does not fall with the outdoor temperature."""
    first, second = (
        design_cooling(make_request(make_racks(16), make_plant(design_dry_bulb_c=each))).responses["w_per_w_heat"][0]
        for each in (dry_bulb_c, dry_bulb_c + hotter_k)
    )
    assert second >= first - 1e-12


@given(st.permutations(range(20)))
def test_306_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    """Racks in any order give the same design, byte for byte."""
    racks = make_racks(20)
    shuffled = PlacedRacks(racks.frame[order])
    assert digest(design_cooling(make_request(shuffled))) == digest(design_cooling(make_request(racks)))


def test_601_a_year_of_the_design_day_is_the_design(hall: Callable[..., CoolingRequest]) -> None:
    """Hours that are all as warm as the design day draw what the stage's response gives at its heat."""
    request = hall(16)
    (designed,) = cool_halls(request)
    plant = designed.plant
    hours = np.ones(24)
    weather = Weather(hours * plant.design_dry_bulb_c, hours * plant.design_wet_bulb_c, hours * 101_325.0, 0)
    response = design_cooling(request).responses.frame.row(0, named=True)
    expected_w = response["base_w"] + response["w_per_w_heat"] * designed.heat_w
    assert hall_year(designed, weather, request.rules).electric_w.tolist() == pytest.approx([expected_w] * 24)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"chiller": None}, "facility_supply: 21.0 C"),
        ({"chiller": None, "design_dry_bulb_c": 45.0}, "facility_supply: 53.0 C"),
        ({"facility_supply_c": 60.0}, "facility_supply:"),
        ({"spare_units": 0}, "spare_units: 1"),
        ({"flow_limit_lpm": 100.0}, "coolant_flow:"),
    ],
)
def test_401_each_failed_check_has_a_repair_with_a_number(changes: dict[str, object], field: str) -> None:
    """Whatever is not kept, its relief says which field of the program would keep it, and how far."""
    cooling = design_cooling(make_request(make_racks(16), make_plant(**changes)))
    failed = cooling.checks.frame.filter(~cooling.checks["passed"]).select("rule", "subject").rows()
    reliefs = {(rule, subject): text for rule, subject, text in cooling.reliefs.frame.iter_rows()}
    assert set(failed) == set(reliefs)
    assert all(any(sign.isdigit() for sign in text) for text in reliefs.values())
    assert any(field in text for text in reliefs.values())


def test_402_repairs_of_positions_flow_and_air_hold_when_taken(hall: Callable[..., CoolingRequest]) -> None:
    """One more position, the flow named and the supply named are what positions, hall flow and room air lacked."""

    def relief(cooling: Cooling, rule: str) -> str:
        assert not check(cooling, rule)[2]
        return str(cooling.reliefs.frame.filter(pl.col("rule") == rule)["relief"][0])

    assert relief(design_cooling(hall(16, places=2)), "cooling-positions").startswith("1 more positions")
    assert relief(design_cooling(hall(16, flow_limit_lpm=1000.0)), "cooling-hall-flow").startswith(
        "coolant_flow: 2,036"
    )
    assert check(design_cooling(hall(16, flow_limit_lpm=2037.0)), "cooling-hall-flow")[2]
    warm = design_cooling(hall(16, chiller=None))
    assert relief(warm, "cooling-air-supply") == (
        "a chiller of 304 kW for room air (cooling.chiller), or facility_supply: 21.0 C"
    )
    assert check(design_cooling(hall(16, chiller=None, facility_supply_c=21.0)), "cooling-air-supply")[2]
