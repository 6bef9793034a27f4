"""Fluids, pipes, moist air, weather and the hourly year."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.base.errors import InputError
from rackwright.cooling.free_cooling import YearPlant, cool_year, hours_of_free_cooling
from rackwright.cooling.glycol import pg25_state
from rackwright.cooling.pipes import (
    Fitting,
    Run,
    friction_factor,
    gravity_flow_m3_s,
    loss_pa,
    manifold_shares,
    pump_at_speed,
)
from rackwright.cooling.psychrometrics import dew_point_c, humidity_ratio, saturation_pa, wet_bulb_c
from rackwright.cooling.ride_through import flow_share_with_pumps, seconds_to_limit
from rackwright.cooling.water import water_state
from rackwright.cooling.weather import Weather, read_weather


@pytest.mark.parametrize(
    ("kelvin", "pascal", "volume", "enthalpy", "heat"),
    [
        (300.0, 3e6, 0.100215168e-2, 0.115331273e3, 0.417301218e1),
        (300.0, 80e6, 0.971180894e-3, 0.184142828e3, 0.401008987e1),
        (500.0, 3e6, 0.120241800e-2, 0.975542239e3, 0.465580682e1),
    ],
)
def test_101_water_is_the_standard(kelvin: float, pascal: float, volume: float, enthalpy: float, heat: float) -> None:
    """IAPWS R7-97, Table 5: specific volume, enthalpy and heat capacity to nine digits."""
    state = water_state(kelvin, pascal)
    assert 1 / state.kg_m3 == pytest.approx(volume, rel=5e-9)
    assert state.j_kg / 1e3 == pytest.approx(enthalpy, rel=5e-9)
    assert state.j_kg_k / 1e3 == pytest.approx(heat, rel=5e-9)


def test_102_viscosity_of_water() -> None:
    """At 20 C and one atmosphere water has 1.0016 mPa s (IAPWS R12-08; the reference value of viscometry)."""
    assert water_state(293.15, 101_325.0).pa_s == pytest.approx(1.0016e-3, rel=1e-3)


@given(st.floats(0.0, 69.0))
def test_103_glycol_moves_one_way(celsius: float) -> None:
    """A warmer PG25 is lighter, thinner and holds more heat, everywhere in the table; outside is refused."""
    cold, warm = pg25_state(celsius), pg25_state(celsius + 1.0)
    assert (warm.kg_m3 < cold.kg_m3, warm.pa_s < cold.pa_s, warm.j_kg_k > cold.j_kg_k) == (True, True, True)
    with pytest.raises(ValueError, match="0 to 70"):
        pg25_state(celsius + 71.0)


@given(st.floats(2500.0, 1e8), st.floats(0.0, 0.05))
def test_201_the_friction_factor_solves_colebrook(number: float, roughness: float) -> None:
    """Both sides of Colebrook's equation agree at the factor found."""
    factor = friction_factor(number, roughness)
    right = -2.0 * math.log10(roughness / 3.7 + 2.51 / (number * math.sqrt(factor)))
    assert 1.0 / math.sqrt(factor) == pytest.approx(right, rel=1e-9)


@given(st.floats(0.02, 0.3), st.floats(1.0, 200.0), st.floats(0.5, 30.0))
def test_202_gravity_flow_spends_the_fall(bore_m: float, length_m: float, fall_m: float) -> None:
    """The flow found loses exactly the pressure the fall gives, and a wider pipe carries more."""
    run = Run(bore_m, length_m, 4.6e-5, (Fitting(1, k=1.5),))
    wider = Run(bore_m * 1.1, length_m, 4.6e-5, (Fitting(1, k=1.5),))
    flow = gravity_flow_m3_s((run,), fall_m, kg_m3=998.0, pa_s=1e-3)
    assert loss_pa((run,), flow, kg_m3=998.0, pa_s=1e-3) == pytest.approx(998.0 * 9.80665 * fall_m, rel=1e-2)
    assert gravity_flow_m3_s((wider,), fall_m, kg_m3=998.0, pa_s=1e-3) > flow


def test_203_manifold_and_pumps() -> None:
    """The first branch of a manifold takes most; the mean is 1; half speed draws an eighth; all pumps give all."""
    shares = manifold_shares(50e3, 10e3, 8)
    assert list(shares) == sorted(shares, reverse=True)
    assert sum(shares) / 8 == pytest.approx(1.0)
    assert pump_at_speed(1.0, 1.0, 1.0, speed_ratio=0.5)[2] == 0.125
    assert flow_share_with_pumps(3, 3, static_share=0.3) == pytest.approx(1.0)
    assert flow_share_with_pumps(0, 3) == 0.0


@given(st.floats(-30.0, 50.0), st.floats(0.05, 1.0))
def test_301_wet_bulb_lies_between_dew_point_and_dry_bulb(dry_c: float, humidity: float) -> None:
    """Dew point <= wet bulb <= dry bulb, all equal for saturated air, and the dew point inverts saturation."""
    vapour = humidity * saturation_pa(dry_c)
    ratio = humidity_ratio(vapour, 101_325.0)
    dew, wet = float(dew_point_c(vapour)), float(wet_bulb_c(dry_c, ratio, 101_325.0))
    assert dew - 0.05 <= wet <= dry_c + 1e-6
    assert saturation_pa(dew) == pytest.approx(vapour, rel=1e-6)


def test_401_time_to_limit() -> None:
    """Without any cooling the rise is linear; with some it takes longer, and with enough for ever."""
    bare = seconds_to_limit(100e3, 4e6, 10.0)
    helped = seconds_to_limit(100e3, 4e6, 10.0, cooling_w_per_k=5e3)
    assert (bare, helped > bare) == (400.0, True)
    assert seconds_to_limit(100e3, 4e6, 10.0, cooling_w_per_k=10e3) == math.inf
    assert seconds_to_limit(100e3, 4e6, 10.0, cooling_w_per_k=1e-6) == pytest.approx(bare)


def epw(hours: list[tuple[float, float, float]]) -> str:
    """An EPW file of some hours of dry bulb, dew point and pressure."""
    header = ["LOCATION,Nowhere,-,-,TMY,0,0,0,0,0", *["COMMENT"] * 7]
    lines = [f"2020,1,1,{n + 1},60,x,{dry},{dew},50,{pressure},0" for n, (dry, dew, pressure) in enumerate(hours)]
    return "\n".join([*header, *lines]) + "\n"


def test_501_epw_and_table_read_alike(tmp_path: Path) -> None:
    """An EPW file and a table of the same hours give the same weather; a short gap is filled and counted."""
    hours = [(10.0 + n, 5.0 + 0.5 * n, 99_000.0) for n in range(30)]
    (tmp_path / "a.epw").write_text(epw(hours))
    rows = "\n".join(f"{dry},{dew},{pressure}" for dry, dew, pressure in hours)
    (tmp_path / "a.csv").write_text(f"dry_bulb_C,dew_point_C,pressure_Pa\n{rows}\n")
    one, other = read_weather(tmp_path / "a.epw"), read_weather(tmp_path / "a.csv")
    assert np.array_equal(one.wet_bulb_c, other.wet_bulb_c)
    hours[7] = (99.9, 99.9, 999_999.0)
    (tmp_path / "b.epw").write_text(epw(hours))
    filled = read_weather(tmp_path / "b.epw")
    assert filled.filled == 1
    assert filled.dry_bulb_c[7] == pytest.approx(17.0)


@pytest.mark.parametrize(
    ("name", "text", "rule"),
    [
        ("a.csv", "time,temperature\n1,2\n", "weather-form"),
        ("a.csv", "dry_bulb_C,dew_point_C\n1,2\n3\n", "weather-form"),
        ("a.epw", "LOCATION,x\n", "weather-form"),
        ("a.epw", epw([(99.9, 99.9, 1e6)] * 30), "weather-gap"),
    ],
)
def test_502_broken_weather_is_named(tmp_path: Path, name: str, text: str, rule: str) -> None:
    """A file of another form, a short row, a header alone and a long gap are refused by their rule."""
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError) as caught:
        read_weather(tmp_path / name)
    assert [problem.code for problem in caught.value.problems] == [rule]


def a_plant(*, is_wet: bool = False) -> YearPlant:
    """A dry or wet cooler for 30 C with a trim chiller."""
    return YearPlant(30.0, 10.0, 6.0, is_wet, 0.02, 0.2, litres_per_kwh=1.5, base_w=100.0)


def test_601_each_hour_by_hand() -> None:
    """At 20 C the cooler does all; at 29 C half of the heat is left to the chiller; at 40 C all of it."""
    dry = np.array([20.0, 29.0, 40.0])
    year = cool_year(Weather(dry, dry - 8.0, np.full(3, 1e5), 0), a_plant(), 1000.0)
    assert year.electric_w.tolist() == pytest.approx([120.0, 210.0, 300.0])
    assert (year.free_hours, year.water_total_l) == (1, 0.0)
    assert year.pue(1000.0, 50.0) == pytest.approx(1.0 + 0.05 + 0.21)


def test_602_a_wet_cooler_drinks_only_when_it_is_warm() -> None:
    """Wet bulb gives more free hours than dry bulb, at the price of water in the hours that need it."""
    dry = np.array([20.0, 29.0, 40.0])
    weather = Weather(dry, dry - 8.0, np.full(3, 1e5), 0)
    year = cool_year(weather, a_plant(is_wet=True), 1000.0)
    assert hours_of_free_cooling(weather, 30.0, approach_k=6.0, is_wet=True) == 2
    assert hours_of_free_cooling(weather, 30.0, approach_k=6.0, is_wet=False) == 1
    assert year.water_l.tolist() == pytest.approx([0.0, 1.5, 0.3])
    assert year.wue_l_per_kwh(1000.0) == pytest.approx(1.8 / 3.0)
    tower = cool_year(weather, replace(a_plant(is_wet=True), runs_dry=False), 1000.0)
    assert tower.water_l.tolist() == pytest.approx([1.5, 1.5, 0.3])  # an open tower cannot run dry
