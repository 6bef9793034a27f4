"""What do tables of weather say: plain ones, TMY3 of NREL, typical years of PVGIS?"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rackwright.base.intake.guard import refuse
from rackwright.base.problem import Place
from rackwright.cooling.psychrometrics import dew_point_c, saturation_pa, standard_pressure_pa

__all__ = ["dew_of", "numbers", "read_table"]

FloatArray = npt.NDArray[np.float64]
PA_PER_MBAR = 100.0
MISSING_BELOW = -900.0
"""TMY3 writes -9900 for what is missing."""


@dataclass(frozen=True, slots=True)
class _Form:
    """Names of the columns of one form of table; empty where it has none, and what turns its pressure into Pa."""

    dry: str
    dew: str
    humidity: str
    pressure: str
    to_pa: float = 1.0


PLAIN = _Form("dry_bulb_C", "dew_point_C", "rh_pct", "pressure_Pa")
TMY3 = _Form("Dry-bulb (C)", "Dew-point (C)", "RHum (%)", "Pressure (mbar)", PA_PER_MBAR)
PVGIS = _Form("T2m", "", "RH", "SP")
FORMS = (PLAIN, TMY3, PVGIS)
ELEVATION = re.compile(r"elevation[^0-9-]*(-?[0-9.]+)", re.IGNORECASE)


def read_table(path: Path, lines: list[str]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Dry bulb [C], dew point [C] and pressure [Pa] of each line below the header; nan for what is missing.

    Parameters
    ----------
    path
        File, for messages.
    lines
        Its lines. The header is the first line, the second of a TMY3 file, or the line of a PVGIS file that begins with
        `time`; what follows an empty line or a line without values is not read in a PVGIS file.

    Raises
    ------
    InputError
        No line is a header of a known form, or a line has another number of values; the line is named.
    """
    at, form = _header(path, lines)
    header = [name.strip() for name in lines[at].split(",")]
    body = lines[at + 1 :]
    if form is PVGIS:
        body = body[: next((n for n, line in enumerate(body) if line.count(",") + 1 != len(header)), len(body))]
    rows = [line.split(",") for line in body if line.strip()]
    uneven = next((n for n, row in enumerate(rows) if len(row) != len(header)), None)
    if uneven is not None or not rows:
        line = at + 2 + (uneven or 0)
        refuse("weather-form", Place(str(path), line), f"line {line} has not as many values as the header.", "Mend it.")
    used = {form.dry, form.dew, form.humidity, form.pressure}
    column = {name: numbers([row[at] for row in rows]) for at, name in enumerate(header) if name in used}
    dry = _known(column[form.dry])
    dew = _known(column[form.dew]) if form.dew in column else np.full(dry.size, np.nan)
    if form.humidity in column:
        dew = np.where(np.isnan(dew), dew_of(dry, _known(column[form.humidity]) / 100.0), dew)
    sea_level = float(standard_pressure_pa(_elevation_m(lines[: at + 1], form)))
    pressure = _known(column[form.pressure]) * form.to_pa if form.pressure in column else np.full(dry.size, sea_level)
    return dry, dew, np.full(dry.size, sea_level) if np.isnan(pressure).all() else pressure


def _header(path: Path, lines: list[str]) -> tuple[int, _Form]:
    """Line of the header, from 0, and its form."""
    for at, line in enumerate(lines[:40]):
        names = {name.strip() for name in line.split(",")}
        for form in FORMS:
            if form.dry in names and names & {form.dew, form.humidity} - {""}:
                return at, form
        if at == 0 and "dry_bulb_C" in names:
            break
    rule = "this is neither an EPW file nor a table with dry_bulb_C and dew_point_C or rh_pct, TMY3 or PVGIS."
    return refuse(
        "weather-form", Place(str(path), 1), rule, "Give an EPW file, or name these columns in the first line."
    )


def _elevation_m(head: list[str], form: _Form) -> float:
    """What the lines above the header state; 0 where they state none."""
    if form is TMY3:
        stated = numbers(next(csv.reader(head[:1]))[6:7])
        return float(np.nan_to_num(stated).sum())
    found = next((found for line in head if (found := ELEVATION.search(line))), None)
    return float(np.nan_to_num(numbers([found.group(1)])).sum()) if found else 0.0


def _known(values: FloatArray) -> FloatArray:
    """Values with the code for missing ones left out."""
    return np.where(values <= MISSING_BELOW, np.nan, values)


def dew_of(dry: FloatArray, humidity: FloatArray) -> FloatArray:
    """Dew point [C] from dry bulb [C] and relative humidity as a share; nan where either is missing."""
    return np.where(np.isnan(dry + humidity), np.nan, dew_point_c(np.nan_to_num(humidity * saturation_pa(dry))))


def numbers(texts: list[str]) -> FloatArray:
    """Numbers, nan for what is empty or no number."""
    values = np.full(len(texts), np.nan)
    for index, text in enumerate(texts):
        try:
            values[index] = float(text)
        except ValueError:
            continue
    return np.where(np.isfinite(values), values, np.nan)
