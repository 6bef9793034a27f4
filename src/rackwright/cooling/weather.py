"""Which air does a site see, hour by hour? A guarded reader of EPW files and of plain tables.

An EPW (EnergyPlus weather) file has eight header lines, then one line an hour. A plain table is CSV with a header that
names `dry_bulb_C` and either `dew_point_C` or `rh_pct`, and optionally `pressure_Pa`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rackwright.base.intake import Limits, decode_text, read_bytes_guarded
from rackwright.base.intake.guard import refuse
from rackwright.base.problem import Place
from rackwright.cooling.psychrometrics import humidity_ratio, saturation_pa, wet_bulb_c

__all__ = ["Weather", "read_weather"]

FloatArray = npt.NDArray[np.float64]

EPW_HEADER_LINES = 8
EPW_DRY, EPW_DEW, EPW_PRESSURE = 6, 7, 9
"""Columns of dry bulb, dew point and station pressure (EnergyPlus Auxiliary Programs, EPW data dictionary)."""
MISSING_C, MISSING_PA = 99.9, 999_999.0
"""Values that say `missing` in an EPW file."""
STANDARD_PA = 101_325.0
LONGEST_GAP_HOURS = 24
"""A longer gap is not filled: the file is not a year of weather then."""


@dataclass(frozen=True)
class Weather:
    """Outdoor air of each hour, each of shape (n_hours,).

    Parameters
    ----------
    dry_bulb_c, wet_bulb_c
        Temperatures.
    pressure_pa
        Station pressure.
    filled
        Hours whose values were missing and are interpolated from their neighbours.
    """

    dry_bulb_c: FloatArray
    wet_bulb_c: FloatArray
    pressure_pa: FloatArray
    filled: int


def read_weather(path: Path) -> Weather:
    """Hourly weather from an EPW file or a plain table.

    Raises
    ------
    InputError
        The file is missing, too large or of no known form, lacks a column, or has a gap of more than a day; the place
        and the repair are named.
    """
    lines = decode_text(read_bytes_guarded(path, max_bytes=Limits().max_bytes), name=str(path)).splitlines()
    if path.suffix.lower() == ".epw" or (lines and lines[0].upper().startswith("LOCATION,")):
        dry, dew, pressure = _epw(path, lines)
    else:
        dry, dew, pressure = _table(path, lines)
    missing = int(np.count_nonzero(np.isnan(dry) | np.isnan(dew) | np.isnan(pressure)))
    dry, dew, pressure = (_fill(path, values) for values in (dry, dew, pressure))
    ratio = humidity_ratio(saturation_pa(np.minimum(dew, dry)), pressure)
    return Weather(dry, wet_bulb_c(dry, ratio, pressure), pressure, missing)


def _epw(path: Path, lines: list[str]) -> tuple[FloatArray, FloatArray, FloatArray]:
    rows = [line.split(",") for line in lines[EPW_HEADER_LINES:] if line.strip()]
    short = next((n for n, row in enumerate(rows) if len(row) <= EPW_PRESSURE), None)
    if short is not None or not rows:
        line = EPW_HEADER_LINES + 1 + (short or 0)
        refuse(
            "weather-form", Place(str(path), line), f"line {line} is not an hour of an EPW file.", "Use a whole one."
        )
    columns = (_numbers([row[at] for row in rows]) for at in (EPW_DRY, EPW_DEW, EPW_PRESSURE))
    dry, dew, pressure = columns
    return (
        np.where(dry >= MISSING_C, np.nan, dry),
        np.where(dew >= MISSING_C, np.nan, dew),
        np.where(pressure >= MISSING_PA, np.nan, pressure),
    )


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
    from rackwright.cooling.psychrometrics import dew_point_c

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
        refuse("weather-gap", Place(str(path)), text, "Give a file with whole days, or cut the missing days out.")
    return np.interp(np.arange(values.size), known, values[known])
