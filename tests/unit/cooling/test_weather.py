"""Weather files as they come: whole EPW lines, missing codes, gaps, leap years, TMY3 and PVGIS."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from rackwright.base.errors import InputError
from rackwright.cooling.psychrometrics import standard_pressure_pa
from rackwright.cooling.weather import read_weather, read_year

HEADER = (
    'LOCATION,Nowhere,"-, north",NLD,IWEC Data,062400,52.30,4.77,1.0,300.0',
    "DESIGN CONDITIONS,1,Climate Design Data,,Heating,1,-7.3,-4.9",
    "TYPICAL/EXTREME PERIODS,1,Summer - Week Nearest Max Temperature For Period,Extreme,8/ 3,8/ 9",
    "GROUND TEMPERATURES,1,.5,,,,6.55,4.47,3.90,4.39,7.20,10.34,13.30,15.44,16.06,15.06,12.63,9.58",
    "HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0",
    'COMMENTS 1,"a comment, with a comma"',
    "COMMENTS 2, -- Ground temps produced with a standard soil diffusivity",
    "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31",
)
FLAGS = "C9C9C9C9*0?9?9?9?9?9?9?9A7A7A7A7A7A7*0E8*0*0"
REST = (
    "9999,9999,9999,9999,9999,9999,999999,999999,999999,9999,340,6.7,6,6,9999,99999,9,999999999,999,.999,999,99,999,"
    "999,99"
)


def line(at: dt.datetime, dry: str = "10.0", dew: str = "5.0", humidity: str = "71", pressure: str = "98500") -> str:
    """One hour with all 35 fields, what is not used here written as missing; EPW counts hours from 1 to 24."""
    return f"{at.year},{at.month},{at.day},{at.hour + 1},60,{FLAGS},{dry},{dew},{humidity},{pressure},{REST}"


def write_year(path: Path, year: int = 2023, change: Callable[[list[str]], object] = lambda _: None) -> Path:
    """A year of hours at 10 C, with the lines changed by a function."""
    first = dt.datetime(year, 1, 1, tzinfo=dt.UTC)
    hours = (dt.datetime(year + 1, 1, 1, tzinfo=dt.UTC) - first) // dt.timedelta(hours=1)
    lines = [line(first + dt.timedelta(hours=n)) for n in range(hours)]
    change(lines)
    path.write_text("\r\n".join([*HEADER, *lines]) + "\r\n", encoding="utf-8")
    return path


def problem(path: Path) -> tuple[str, int | None, str]:
    """Code, line and rule of the one problem of a file."""
    with pytest.raises(InputError) as caught:
        read_year(path)
    (found,) = caught.value.problems
    return found.code, found.place.line, found.rule


def test_101_a_whole_year_of_35_fields(tmp_path: Path) -> None:
    """8,760 lines of 35 fields with flags and quoted headers are read, and no missing code of another field counts."""
    assert len(line(dt.datetime(2023, 1, 1, tzinfo=dt.UTC)).split(",")) == 35
    weather = read_year(write_year(tmp_path / "a.epw"))
    assert (weather.dry_bulb_c.size, weather.filled) == (8760, 0)
    assert set(weather.pressure_pa.tolist()) == {98_500.0}


def test_102_a_leap_year_has_its_day(tmp_path: Path) -> None:
    """A file of 8,784 hours is a year; so is one without February 29 of a leap year, as typical years are."""
    assert read_year(write_year(tmp_path / "a.epw", 2024)).dry_bulb_c.size == 8784
    leap = slice(24 * 59, 24 * 60)
    without = write_year(tmp_path / "b.epw", 2024, lambda lines: lines.__delitem__(leap))
    weather = read_year(without)
    assert (weather.dry_bulb_c.size, weather.filled) == (8760, 0)


def test_103_missing_codes_are_gaps(tmp_path: Path) -> None:
    """99.9, 999 and 999999 are missing: neighbours fill them, the humidity stands in for a dew point."""

    def change(lines: list[str]) -> None:
        at = dt.datetime(2023, 1, 1, 5, tzinfo=dt.UTC)
        lines[5] = line(at, "99.9", "99.9", "999", "999999")
        lines[6] = line(at + dt.timedelta(hours=1), "14.0", "99.9", "100", "98500")

    weather = read_year(write_year(tmp_path / "a.epw", change=change))
    assert weather.filled == 1
    assert weather.dry_bulb_c[4:7].tolist() == [10.0, 12.0, 14.0]
    assert weather.wet_bulb_c[6] == pytest.approx(14.0, abs=1e-3)


def test_104_lines_left_out_are_gaps(tmp_path: Path) -> None:
    """A night left out is filled at its place and counted; more than a day is refused with the hour."""
    weather = read_year(write_year(tmp_path / "a.epw", change=lambda lines: lines.__delitem__(slice(100, 110))))
    assert (weather.dry_bulb_c.size, weather.filled) == (8760, 10)
    code, line, rule = problem(write_year(tmp_path / "b.epw", change=lambda lines: lines.__delitem__(slice(100, 200))))
    assert line == 8 + 101
    assert (code, rule) == ("weather-gap", "100 hours in a row are missing from hour 101 on.")


def test_105_an_hour_told_twice_is_named(tmp_path: Path) -> None:
    """An hour that comes again is refused with its line: eight lines of header, then hour 51 again after hour 51."""

    def change(lines: list[str]) -> None:
        lines.insert(51, lines[50])

    code, number, rule = problem(write_year(tmp_path / "a.epw", change=change))
    assert (code, number) == ("weather-form", 8 + 52)
    assert rule == "line 60 is an hour that has been before."


def test_106_a_file_that_ends_early_is_no_year(tmp_path: Path) -> None:
    """A year without its December is told by its hours; a line cut short by its number."""
    code, _, rule = problem(write_year(tmp_path / "a.epw", change=lambda lines: lines.__delitem__(slice(8016, None))))
    assert (code, rule) == ("weather-gap", "the file holds 8,016 hours; a year has 8,760.")

    def cut(lines: list[str]) -> None:
        lines[-1] = lines[-1][:20]

    assert problem(write_year(tmp_path / "b.epw", change=cut))[:2] == ("weather-form", 8768)


def test_107_no_pressure_is_that_of_the_elevation(tmp_path: Path) -> None:
    """Where a file has no pressure the standard atmosphere at its elevation stands in: 97.77 kPa at 300 m."""

    def change(lines: list[str]) -> None:
        lines[:] = [text.replace(",98500,", ",999999,") for text in lines]

    weather = read_year(write_year(tmp_path / "a.epw", change=change))
    assert weather.pressure_pa[0] == pytest.approx(97_773.0, abs=10.0)


@pytest.mark.parametrize(
    ("altitude_m", "kilopascal"),
    [(-500.0, 107.478), (0.0, 101.325), (1000.0, 89.875), (1500.0, 84.556), (3000.0, 70.108)],
)
def test_201_the_standard_atmosphere_is_that_of_the_tables(altitude_m: float, kilopascal: float) -> None:
    """Pressure by altitude is that of the ASHRAE Handbook of Fundamentals, chapter 1, table 1."""
    assert float(standard_pressure_pa(altitude_m)) / 1e3 == pytest.approx(kilopascal, abs=2e-3)


def test_301_tmy3_is_read(tmp_path: Path) -> None:
    """A TMY3 file has its place in the first line, names in the second, millibars, and -9900 for what is missing."""
    names = "Date (MM/DD/YYYY),Time (HH:MM),Dry-bulb (C),Dew-point (C),RHum (%),Pressure (mbar)"
    rows = [f"01/01/1988,{hour + 1:02d}:00,{4.0 + hour},1.0,80,1012" for hour in range(24)]
    rows[3] = "01/01/1988,04:00,-9900,-9900,-9900,-9900"
    path = tmp_path / "town.csv"
    path.write_text("\n".join(['703165,"TOWN, NORTH",AK,-9.0,55.317,-160.517,7', names, *rows]) + "\n")
    weather = read_weather(path)
    assert weather.filled == 1
    assert weather.dry_bulb_c[:5].tolist() == [4.0, 5.0, 6.0, 7.0, 8.0]
    assert set(weather.pressure_pa.tolist()) == {101_200.0}


def test_302_typical_years_of_pvgis_are_read(tmp_path: Path) -> None:
    """A PVGIS file has lines before its table and after it; without pressure its elevation says it."""
    head = ["Latitude (decimal degrees): 45.000", "Elevation (m): 1000.0", "month,year", "1,2018", "2,2007"]
    rows = [f"20180101:{hour:02d}00,{2.0 + hour},94.38,0.0" for hour in range(24)]
    path = tmp_path / "tmy.csv"
    path.write_text("\n".join([*head, "time(UTC),T2m,RH,G(h)", *rows, "", "T2m: 2-m air temperature (degree Celsius)"]))
    weather = read_weather(path)
    assert weather.dry_bulb_c.tolist() == [2.0 + hour for hour in range(24)]
    assert weather.pressure_pa[0] == pytest.approx(89_875.0, abs=10.0)
    assert float(np.max(weather.wet_bulb_c - weather.dry_bulb_c)) < 0.0


@pytest.mark.oracle
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["703165TY.csv", "723170TYA.CSV"])
def test_401_tmy3_files_of_pvlib_are_read_as_pvlib_reads_them(name: str) -> None:
    """Two real TMY3 files that pvlib ships give its dry bulb and pressure, and a wet bulb between dew and dry."""
    pvlib = pytest.importorskip("pvlib", reason="pvlib is not installed: make oracles")
    path = Path(pvlib.__file__).parent / "data" / name
    theirs, _ = import_module("pvlib.iotools").read_tmy3(path, map_variables=False)
    ours = read_year(path)
    assert np.array_equal(ours.dry_bulb_c, theirs["Dry-bulb (C)"].to_numpy(dtype=np.float64))
    assert np.allclose(ours.pressure_pa, 100.0 * theirs["Pressure (mbar)"].to_numpy(dtype=np.float64))
    assert (ours.wet_bulb_c <= ours.dry_bulb_c + 1e-6).all()
    assert (ours.wet_bulb_c >= np.minimum(theirs["Dew-point (C)"].to_numpy(), ours.dry_bulb_c) - 0.1).all()
