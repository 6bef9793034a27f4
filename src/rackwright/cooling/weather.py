"""Which air does a site see, hour by hour? A guarded reader of EPW files and of plain tables.

An EPW (EnergyPlus weather) file has eight header lines, then one line an hour. A plain table is CSV with a header that
names `dry_bulb_C` and either `dew_point_C` or `rh_pct`, and optionally `pressure_Pa`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from rackwright.base.intake import Limits, decode_text, read_bytes_guarded
from rackwright.base.intake.guard import refuse
from rackwright.base.problem import Place
from rackwright.catalog.weather import Weather
from rackwright.cooling.psychrometrics import dew_point_c, humidity_ratio, saturation_pa, wet_bulb_c

__all__ = ["Weather", "read_weather", "read_year"]

FloatArray = npt.NDArray[np.float64]

EPW_HEADER_LINES = 8
EPW_DRY, EPW_DEW, EPW_HUMIDITY, EPW_PRESSURE = 6, 7, 8, 9
"""Columns of dry bulb, dew point, relative humidity and station pressure (EPW data dictionary of EnergyPlus)."""
BOM = b"\xef\xbb\xbf"
MISSING_C, MISSING_HUMIDITY, MISSING_PA = 99.9, 999.0, 999_999.0
"""Values that say `missing` in an EPW file."""
STANDARD_PA = 101_325.0
YEARS = (8760, 8784)
"""Hours of a year, and of a leap year."""
LONGEST_GAP_HOURS = 24
"""A longer gap is not filled: the file is not a year of weather then."""


def read_weather(path: Path, *, name: str = "") -> Weather:
    """Hourly weather from an EPW file or a plain table.

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
    dry, dew, pressure = _epw(shown, lines) if is_epw else _table(shown, lines)
    path = shown
    missing = int(np.count_nonzero(np.isnan(dry) | np.isnan(dew) | np.isnan(pressure)))
    dry, dew, pressure = (_fill(path, values) for values in (dry, dew, pressure))
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


def _epw(path: Path, lines: list[str]) -> tuple[FloatArray, FloatArray, FloatArray]:
    rows = [line.split(",") for line in lines[EPW_HEADER_LINES:] if line.strip()]
    short = next((n for n, row in enumerate(rows) if len(row) <= EPW_PRESSURE), None)
    if short is not None or not rows:
        line = EPW_HEADER_LINES + 1 + (short or 0)
        refuse(
            "weather-form", Place(str(path), line), f"line {line} is not an hour of an EPW file.", "Use a whole one."
        )
    columns = (_numbers([row[at] for row in rows]) for at in (EPW_DRY, EPW_DEW, EPW_HUMIDITY, EPW_PRESSURE))
    dry, dew, humidity, pressure = columns
    dry = np.where(dry >= MISSING_C, np.nan, dry)
    dew = np.where(dew >= MISSING_C, np.nan, dew)
    humidity = np.where(humidity >= MISSING_HUMIDITY, np.nan, humidity)
    dew = np.where(np.isnan(dew), _dew(dry, humidity / 100.0), dew)
    pressure = np.where(pressure >= MISSING_PA, np.nan, pressure)
    pressure = np.full(pressure.size, STANDARD_PA) if np.isnan(pressure).all() else pressure
    per_hour = _records_per_hour(lines)
    return _hourly(dry, per_hour), _hourly(dew, per_hour), _hourly(pressure, per_hour)


def _records_per_hour(lines: list[str]) -> int:
    """Second field of the header DATA PERIODS; 1 where it says nothing."""
    header = next((line for line in lines[:EPW_HEADER_LINES] if line.upper().startswith("DATA PERIODS,")), "")
    fields = header.split(",")
    return int(fields[2]) if len(fields) > 2 and fields[2].strip().isdigit() and int(fields[2]) > 0 else 1


def _hourly(values: FloatArray, per_hour: int) -> FloatArray:
    """Means of whole hours; an hour with any value missing is missing."""
    whole = values.size // per_hour * per_hour
    return values[:whole].reshape(-1, per_hour).mean(axis=1) if per_hour > 1 else values


def _table(path: Path, lines: list[str]) -> tuple[FloatArray, FloatArray, FloatArray]:
    header = [name.strip() for name in lines[0].split(",")] if lines else []
    if "dry_bulb_C" not in header or not {"dew_point_C", "rh_pct"} & set(header):
        rule = "this is neither an EPW file nor a table with dry_bulb_C and dew_point_C or rh_pct."
        refuse("weather-form", Place(str(path), 1), rule, "Give an EPW file, or name these columns in the first line.")
    rows = [line.split(",") for line in lines[1:] if line.strip()]
    uneven = next((n for n, row in enumerate(rows) if len(row) != len(header)), None)
    if uneven is not None or not rows:
        line = 2 + (uneven or 0)
        refuse("weather-form", Place(str(path), line), f"line {line} has not as many values as the header.", "Mend it.")
    column = {name: _numbers([row[at] for row in rows]) for at, name in enumerate(header)}
    dry = column["dry_bulb_C"]
    dew = column["dew_point_C"] if "dew_point_C" in column else _dew(dry, column["rh_pct"] / 100.0)
    return dry, dew, column.get("pressure_Pa", np.full(dry.size, STANDARD_PA))


def _dew(dry: FloatArray, humidity: FloatArray) -> FloatArray:
    return np.where(np.isnan(dry + humidity), np.nan, dew_point_c(np.nan_to_num(humidity * saturation_pa(dry))))


def _numbers(texts: list[str]) -> FloatArray:
    """Numbers, nan for what is empty or no number."""
    values = np.full(len(texts), np.nan)
    for index, text in enumerate(texts):
        try:
            values[index] = float(text)
        except ValueError:
            continue
    return np.where(np.isfinite(values), values, np.nan)


def _fill(path: Path, values: FloatArray) -> FloatArray:
    """Values with short gaps interpolated."""
    is_known = ~np.isnan(values)
    known = np.flatnonzero(is_known)
    edges = np.concatenate([[-1], known, [values.size]])
    gap = int(np.max(np.diff(edges))) - 1
    if gap > LONGEST_GAP_HOURS:
        hour = int(edges[int(np.argmax(np.diff(edges)))]) + 2
        text = f"{gap} hours in a row are missing from hour {hour} on."
        refuse("weather-gap", Place(str(path)), text, "Give a file without the gap, such as a TMY file.")
    return np.interp(np.arange(values.size), known, values[known])
