"""A year of hours in the plan: weather files of any EPW form, and a year made from design conditions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rackwright.base.errors import InputError
from rackwright.catalog.weather import Weather
from rackwright.cooling import design_cooling
from rackwright.cooling.climate import made_year
from rackwright.cooling.weather import read_weather, read_year

from .conftest import AIR, CHILLER, RULES, make_plant, make_racks, make_request, stated
from .test_physics import epw

MADE = replace(RULES, season_share=stated(0.7), mean_depression_share=stated(0.5))


def steady(dry_c: float, wet_c: float, hours: int = 8760) -> Weather:
    """A year of one and the same air."""
    each = np.ones(hours)
    return Weather(dry_c * each, wet_c * each, 101_325.0 * each, 0)


def test_101_the_year_made_has_the_mean_and_the_design_day() -> None:
    """Its mean is the site's, 0.4 % of its hours are above the design dry bulb, and wet is never above dry bulb."""
    year = made_year(make_plant(mean_dry_bulb_c=11.0, design_dry_bulb_c=33.0, design_wet_bulb_c=25.0), MADE)
    assert year is not None
    assert np.mean(year.dry_bulb_c) == pytest.approx(11.0, abs=0.05)
    assert np.count_nonzero(year.dry_bulb_c > 33.0) == pytest.approx(0.004 * 8760, abs=2)
    assert (year.wet_bulb_c <= year.dry_bulb_c).all()
    hottest = int(np.argmin(np.abs(year.dry_bulb_c - 33.0)))
    assert year.wet_bulb_c[hottest] == pytest.approx(25.0, abs=0.1)


def test_102_a_site_without_mean_temperature_has_no_year() -> None:
    """Without a file, a mean temperature and the catalog's figures no year is invented."""
    assert len(design_cooling(make_request(make_racks(16))).years) == 0


def test_201_a_file_goes_before_the_year_made() -> None:
    """The hall's year is that of the file its site names; steady design air draws the stage's response all year."""
    plant = make_plant(weather="town.epw", mean_dry_bulb_c=11.0)
    request = replace(make_request(make_racks(16), plant), weather=(("town.epw", steady(30.0, 24.0)),), rules=MADE)
    cooling = design_cooling(request)
    year = cooling.years.frame.row(0, named=True)
    response = cooling.responses.frame.row(0, named=True)
    heat_w = float(cooling.loops.frame["heat_w"].sum())
    expected_w = response["base_w"] + response["w_per_w_heat"] * heat_w
    assert (year["weather"], year["hours"]) == ("town.epw", 8760)
    assert year["mean_w"] == pytest.approx(expected_w)
    assert year["energy_kwh"] == pytest.approx(expected_w * 8.76)


def test_201_the_highest_hour_is_above_the_design_day() -> None:
    """The year made draws more than the design day in its highest hour, since 0.4 % of its hours are warmer."""
    plant = make_plant(mean_dry_bulb_c=11.0, design_dry_bulb_c=33.0, design_wet_bulb_c=25.0)
    cooling = design_cooling(replace(make_request(make_racks(16), plant), rules=MADE))
    year, response = cooling.years.frame.row(0, named=True), cooling.responses.frame.row(0, named=True)
    design_w = response["base_w"] + response["w_per_w_heat"] * float(cooling.loops.frame["heat_w"].sum())
    assert design_w < year["worst_w"] < 1.2 * design_w


@pytest.mark.parametrize(("dry_c", "holds"), [(30.0, True), (36.0, False)])
def test_203_a_file_hotter_than_the_design_day_fails(dry_c: float, holds: bool) -> None:
    """A year as warm as the design day draws what it does; one with warmer hours is a failed check with both draws."""
    request = replace(make_request(make_racks(16), make_plant(weather="x")), weather=(("x", steady(dry_c, 24.0)),))
    cooling = design_cooling(request)
    row = cooling.checks.frame.filter(rule="cooling-hottest-hour").row(0, named=True)
    assert row["passed"] is holds
    assert row["limit"] == pytest.approx(float(cooling.units["electric_w"].sum()))


@pytest.mark.parametrize(("dry_c", "free"), [(31.9, 8760), (32.1, 0)])
def test_202_free_hours_hold_the_facility_water(dry_c: float, free: int) -> None:
    """An hour is free where dry bulb and approach stay at the facility supply, though room air is chilled."""
    plant = make_plant(weather="x")
    request = replace(make_request(make_racks(16), plant), weather=(("x", steady(dry_c, 20.0)),))
    assert design_cooling(request).years["free_hours"].to_list() == [free]


def write_epw(path: Path, hours: int, *, per_hour: int = 1, encoding: str = "utf-8") -> None:
    """An EPW file of a place with an accent, `per_hour` records an hour, 10 and 20 C in turn."""
    text = epw([(10.0 + 10.0 * (n % 2), 5.0, 99_000.0) for n in range(hours * per_hour)])
    lines = text.replace("Nowhere", "S\u00e3o Paulo").splitlines()
    lines[7] = f"DATA PERIODS,1,{per_hour},Data,Sunday,1/1,12/31"
    path.write_bytes("\r\n".join(lines).encode(encoding))


def test_301_records_within_the_hour_are_averaged(tmp_path: Path) -> None:
    """Two records an hour are one hour of their mean; a place name in Latin-1 is read."""
    write_epw(tmp_path / "a.epw", 8760, per_hour=2, encoding="latin-1")
    weather = read_year(tmp_path / "a.epw")
    assert weather.dry_bulb_c.tolist() == [15.0] * 8760


def test_302_humidity_stands_in_for_a_missing_dew_point(tmp_path: Path) -> None:
    """Where the dew point is missing the relative humidity gives it."""
    (tmp_path / "a.epw").write_text(epw([(20.0, 99.9, 999_999.0)] * 24))
    weather = read_weather(tmp_path / "a.epw")
    assert weather.filled == 0
    assert weather.wet_bulb_c[0] == pytest.approx(13.7, abs=0.1)


def test_303_a_part_year_is_refused(tmp_path: Path) -> None:
    """A file of another number of hours than a year is named with what a year has."""
    write_epw(tmp_path / "a.epw", 7000)
    with pytest.raises(InputError) as caught:
        read_year(tmp_path / "a.epw", name="weather/a.epw")
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.file) == ("weather-gap", "weather/a.epw")
    assert "7,000 hours" in problem.rule


FREE_COIL = replace(CHILLER, id="coil", free_approach_k=stated(8.0), free_electric_per_heat=stated(0.03))
TOWER = replace(FREE_COIL, id="tower", water_l_per_kwh=stated(1.5))
OPEN_AIR = replace(AIR, id="open", outdoor_rise_k=stated(2.0), outdoor_electric_per_heat=stated(0.01))
DEW = replace(RULES, room_dew_c=stated(15.0))


@pytest.mark.parametrize(
    ("changes", "dry_c", "wet_c", "hours"),
    [
        ({}, -20.0, -21.0, 0),
        ({"chiller": FREE_COIL}, 12.9, 12.0, 8760),
        ({"chiller": FREE_COIL}, 13.1, 12.0, 0),
        ({"chiller": TOWER}, 20.0, 12.9, 8760),
        ({"air": OPEN_AIR}, 24.9, 15.0, 8760),
        ({"air": OPEN_AIR}, 25.1, 15.0, 0),
        ({"air": OPEN_AIR}, 24.0, 23.0, 0),
        ({"facility_supply_c": 21.0}, 12.9, 12.0, 8760),
    ],
)
def test_204_room_air_needs_no_compressor_where_the_plant_can(
    changes: dict[str, object], dry_c: float, wet_c: float, hours: int
) -> None:
    """Room air at 27 C: water of 21 C by a coil 8 K above dry or wet bulb, or outdoor air 2 K warmer that is dry."""
    plant = make_plant(weather="x", **changes)
    request = replace(make_request(make_racks(16), plant), weather=(("x", steady(dry_c, wet_c)),), rules=DEW)
    assert design_cooling(request).years["free_air_hours"].to_list() == [hours]


def test_205_free_hours_draw_what_the_catalog_says() -> None:
    """On a cold day the chilled heat draws the coil's figure; between, the part that is left draws the compressor's."""

    def mean_w(dry_c: float, **changes: object) -> float:
        plant = make_plant(weather="x", **changes)
        request = replace(make_request(make_racks(16), plant), weather=(("x", steady(dry_c, dry_c)),), rules=DEW)
        cooling = design_cooling(request)
        return float(cooling.years["mean_w"].item())

    air_w = 0.19 * 1.6e6
    assert mean_w(0.0) - mean_w(0.0, chiller=FREE_COIL) == pytest.approx(air_w * (0.22 - 0.03))
    assert mean_w(18.0) - mean_w(18.0, chiller=FREE_COIL) == pytest.approx(air_w * 0.5 * (0.22 - 0.03))
    assert mean_w(0.0) - mean_w(0.0, air=OPEN_AIR) == pytest.approx(air_w * (0.22 - 0.01))


def test_206_a_tower_drinks_with_compressor_and_without() -> None:
    """A chiller with a tower takes its water for each kWh, on cold and on warm days."""
    for dry_c in (5.0, 30.0):
        plant = make_plant(weather="x", chiller=TOWER, facility_supply_c=50.0)
        request = replace(make_request(make_racks(16), plant), weather=(("x", steady(dry_c, dry_c)),), rules=DEW)
        litres = float(design_cooling(request).years["water_l"].item())
        assert litres == pytest.approx(0.19 * 1600.0 * 8760 * 1.5)
