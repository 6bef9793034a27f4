"""Which air does a site see, hour by hour? A guarded reader of EPW, TMY3 and PVGIS files and of plain tables.

An EPW (EnergyPlus weather) file has eight header lines, then one line an hour of 35 fields; its hours stand where their
month, day and hour say, so that lines left out are gaps. TMY3 files of NREL and typical years of PVGIS are tables with
names of their own (`weather_table.py`). A plain table is CSV with a header that names `dry_bulb_C` and either
`dew_point_C` or `rh_pct`, and optionally `pressure_Pa`. Pressure that is not there is that of the standard atmosphere
at the elevation the file states.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rackwright.base.intake import Limits, decode_text, read_bytes_guarded
from rackwright.base.intake.guard import refuse
from rackwright.base.problem import Place
from rackwright.catalog.weather import Weather
from rackwright.cooling.psychrometrics import humidity_ratio, saturation_pa, standard_pressure_pa, wet_bulb_c
from rackwright.cooling.weather_table import dew_of, numbers, read_table

__all__ = ["Weather", "read_weather", "read_year"]

FloatArray = npt.NDArray[np.float64]

EPW_HEADER_LINES = 8
EPW_DRY, EPW_DEW, EPW_HUMIDITY, EPW_PRESSURE = 6, 7, 8, 9
"""Columns of dry bulb, dew point, relative humidity and station pressure (EPW data dictionary of EnergyPlus)."""
BOM = b"\xef\xbb\xbf"
MISSING_C, MISSING_HUMIDITY, MISSING_PA = 99.9, 999.0, 999_999.0
"""Values that say `missing` in an EPW file."""
EPW_ELEVATION = 9
"""Field of the header LOCATION with the elevation [m]."""
DAYS_OF_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
YEARS = (8760, 8784)
"""Hours of a year, and of a leap year."""
LONGEST_GAP_HOURS = 24
"""A longer gap is not filled: the file is not a year of weather then."""


def read_weather(path: Path, *, name: str = "") -> Weather:
    """Hourly weather from an EPW, TMY3 or PVGIS file or a plain table.

    Parameters
    ----------
    path
        File. An EPW file with several records an hour is averaged to hours; one whose place name is not UTF-8 is read
        as Latin-1.
    name
        Name of the file in messages; the path where empty.

    Raises
    ------
    InputError
        The file is missing, too large or of no known form, lacks a column, or has a gap of more than a day; the place
        and the repair are named.
    """
    shown = Path(name or str(path))
    data = read_bytes_guarded(path, max_bytes=Limits().max_bytes)
    is_epw = path.suffix.lower() == ".epw" or data.lstrip(BOM)[:9].upper() == b"LOCATION,"
    lines = decode_text(_as_utf8(data) if is_epw else data, name=str(shown)).splitlines()
    dry, dew, pressure, line = _epw(shown, lines) if is_epw else (*read_table(shown, lines), None)
    path = shown
    missing = int(np.count_nonzero(np.isnan(dry) | np.isnan(dew) | np.isnan(pressure)))
    dry, dew, pressure = (_fill(path, values, line) for values in (dry, dew, pressure))
    ratio = humidity_ratio(saturation_pa(np.minimum(dew, dry)), pressure)
    return Weather(dry, wet_bulb_c(dry, ratio, pressure), pressure, missing)


def read_year(path: Path, *, name: str = "") -> Weather:
    """Weather of a whole year, as `read_weather`; a leap year's hours may be there.

    Raises
    ------
    InputError
        As `read_weather`, or the file holds another number of hours.
    """
    weather = read_weather(path, name=name)
    hours = weather.dry_bulb_c.size
    if hours not in YEARS:
        text = f"the file holds {hours:,} hours; a year has 8,760."
        refuse("weather-gap", Place(name or str(path)), text, "Give a whole year, such as a TMY file.")
    return weather


def _as_utf8(data: bytes) -> bytes:
    """The bytes as they are, or Latin-1 turned into UTF-8: names of places in old files are written so."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1").encode()
    return data


def _epw(path: Path, lines: list[str]) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Dry bulb, dew point and pressure of each hour, and the line of the file it stands in; nan for what is missing."""
    rows = [line.split(",") for line in lines[EPW_HEADER_LINES:] if line.strip()]
    short = next((n for n, row in enumerate(rows) if len(row) <= EPW_PRESSURE), None)
    if short is not None or not rows:
        line = EPW_HEADER_LINES + 1 + (short or 0)
        refuse(
            "weather-form", Place(str(path), line), f"line {line} is not an hour of an EPW file.", "Use a whole one."
        )
    per_hour = _records_per_hour(lines)
    place = _places(path, rows) if per_hour == 1 else np.arange(len(rows))
    columns = (numbers([row[at] for row in rows]) for at in (EPW_DRY, EPW_DEW, EPW_HUMIDITY, EPW_PRESSURE))
    dry, dew, humidity, pressure = (_placed(values, place) for values in columns)
    dry = np.where(dry >= MISSING_C, np.nan, dry)
    dew = np.where(dew >= MISSING_C, np.nan, dew)
    humidity = np.where(humidity >= MISSING_HUMIDITY, np.nan, humidity)
    dew = np.where(np.isnan(dew), dew_of(dry, humidity / 100.0), dew)
    pressure = np.where(pressure >= MISSING_PA, np.nan, pressure)
    pressure = np.full(pressure.size, _standard_pa(lines)) if np.isnan(pressure).all() else pressure
    numbered = np.arange(len(rows), dtype=np.float64) + (EPW_HEADER_LINES + 1)
    stands = _placed(numbered, place)[::per_hour]
    return _hourly(dry, per_hour), _hourly(dew, per_hour), _hourly(pressure, per_hour), stands


def _standard_pa(lines: list[str]) -> float:
    """Pressure of the standard atmosphere at the elevation of the header LOCATION; at sea level where it has none."""
    fields = next(csv.reader(lines[:1]))
    elevation_m = numbers(fields[EPW_ELEVATION : EPW_ELEVATION + 1])
    return float(standard_pressure_pa(np.nan_to_num(elevation_m).sum()))


def _places(path: Path, rows: list[list[str]]) -> npt.NDArray[np.int64]:
    """Hour of the year of each line by its month, day and hour; as they come where the dates are no dates of one year.

    February 29 makes a leap year. Lines that come twice are refused with the line.
    """
    month, day, hour = (np.nan_to_num(numbers([row[at] for row in rows])).astype(np.int64) for at in (1, 2, 3))
    in_order = np.arange(len(rows))
    if (
        len(rows) in YEARS
        or not ((month >= 1) & (month <= 12) & (day >= 1) & (day <= 31) & (hour >= 1) & (hour <= 24)).all()
    ):
        return in_order
    days = np.array(DAYS_OF_MONTH)
    days[1] += bool(((month == 2) & (day == 29)).any())
    before = np.concatenate([[0], np.cumsum(days)])[month - 1]
    place = (before + day - 1) * 24 + hour - 1
    order = np.diff(place)
    if (order <= 0).any():
        line = EPW_HEADER_LINES + 2 + int(np.argmax(order <= 0))
        text = f"line {line} is an hour that has been before."
        refuse("weather-form", Place(str(path), line), text, "Give each hour once, in order.")
    return place if day.max() <= days.max() else in_order


def _placed(values: FloatArray, place: npt.NDArray[np.int64]) -> FloatArray:
    """Values at their hours, nan between them; a file that begins or ends within a year begins and ends there."""
    if not place.size or place.size == int(place[-1] - place[0]) + 1:
        return values
    whole = np.full(int(place[-1] - place[0]) + 1, np.nan)
    whole[place - place[0]] = values
    return whole


def _records_per_hour(lines: list[str]) -> int:
    """Second field of the header DATA PERIODS; 1 where it says nothing."""
    header = next((line for line in lines[:EPW_HEADER_LINES] if line.upper().startswith("DATA PERIODS,")), "")
    fields = header.split(",")
    return int(fields[2]) if len(fields) > 2 and fields[2].strip().isdigit() and int(fields[2]) > 0 else 1


def _hourly(values: FloatArray, per_hour: int) -> FloatArray:
    """Means of whole hours; an hour with any value missing is missing."""
    whole = values.size // per_hour * per_hour
    return values[:whole].reshape(-1, per_hour).mean(axis=1) if per_hour > 1 else values


def _fill(path: Path, values: FloatArray, line: FloatArray | None) -> FloatArray:
    """Values with short gaps interpolated; a longer one is refused at the line after the last hour that is known."""
    is_known = ~np.isnan(values)
    known = np.flatnonzero(is_known)
    edges = np.concatenate([[-1], known, [values.size]])
    gap = int(np.max(np.diff(edges))) - 1
    if gap > LONGEST_GAP_HOURS:
        before = int(edges[int(np.argmax(np.diff(edges)))])
        hour = before + 2
        at = 0 if line is None else EPW_HEADER_LINES + 1 if before < 0 else int(line[before]) + 1
        text = f"{gap} hours in a row are missing from hour {hour} on."
        refuse("weather-gap", Place(str(path), at), text, "Give a file without the gap, such as a TMY file.")
    return np.interp(np.arange(values.size), known, values[known])
