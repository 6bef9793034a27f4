"""How is `132 kW` read, and which number carries which unit inside?

Outside, quantities are text with a unit; inside they are plain numbers in the canonical unit of their dimension, and
the name of the number says which (`power_w`, `length_m`). Conversion happens here and nowhere else.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from rackwright.base.errors import UnitError

__all__ = [
    "DIMENSIONS",
    "RACK_UNIT_MM",
    "Estimate",
    "UnitError",
    "convert",
    "format_quantity",
    "parse_estimate",
    "parse_quantity",
    "rounded_up",
]

# Physical constants and exact conversions, each by definition (SI brochure 9th ed.; NIST SP 811).
HOURS_PER_YEAR = 8766.0
SECONDS_PER_DAY = 86_400.0
SECONDS_PER_HOUR = 3_600.0
RACK_UNIT_MM = 44.45
"""Height of a rack unit, 1.75 in exactly (EIA-310-D)."""

# dimension -> unit -> factor to the dimension's canonical unit (the one with factor 1).
DIMENSIONS: dict[str, dict[str, float]] = {
    "power": {"W": 1.0, "kW": 1e3, "MW": 1e6, "GW": 1e9},
    "apparent_power": {"VA": 1.0, "kVA": 1e3, "MVA": 1e6, "GVA": 1e9},
    "energy": {"J": 1.0, "kJ": 1e3, "MJ": 1e6, "Wh": 3.6e3, "kWh": 3.6e6, "MWh": 3.6e9, "GWh": 3.6e12},
    "length": {"m": 1.0, "mm": 1e-3, "cm": 1e-2, "km": 1e3, "in": 0.0254, "ft": 0.3048},
    "area": {"m2": 1.0, "mm2": 1e-6, "ft2": 0.09290304},
    "volume": {"m3": 1.0, "gal": 3.785411784e-3},
    "mass": {"kg": 1.0, "g": 1e-3, "t": 1e3, "lb": 0.45359237},
    "floor_load": {"kg/m2": 1.0},
    "time": {
        "d": 1.0,
        "day": 1.0,
        "days": 1.0,
        "week": 7.0,
        "weeks": 7.0,
        "month": 30.4375,
        "months": 30.4375,
        "year": 365.25,
        "years": 365.25,
    },
    "duration": {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9, "min": 60.0, "h": 3600.0, "hours": 3600.0},
    "link_rate": {"Gb/s": 1.0, "Gbit/s": 1.0, "Tb/s": 1e3, "Mb/s": 1e-3},
    "bandwidth": {"B/s": 1.0, "MB/s": 1e6, "GB/s": 1e9, "TB/s": 1e12},
    "bytes": {"B": 1.0, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "KiB": 1024.0, "MiB": 1024.0**2, "GiB": 1024.0**3},
    "compute": {"FLOP/s": 1.0, "GFLOP/s": 1e9, "TFLOP/s": 1e12, "PFLOP/s": 1e15, "EFLOP/s": 1e18, "TOP/s": 1e12},
    "money": {"USD": 1.0, "kUSD": 1e3, "MUSD": 1e6, "BUSD": 1e9},
    "energy_price": {"USD/MWh": 1.0, "USD/kWh": 1e3},
    "volume_heat": {"MWh/m3": 1.0, "MJ/m3": 1.0 / 3600.0, "MMBtu/Mscf": 0.29307107 / 28.316846592},
    "emission": {"kg/MWh": 1.0, "kg/MMBtu": 1.0 / 0.29307107},
    "flow": {"L/min": 1.0, "L/s": 60.0, "m3/h": 1000.0 / 60.0},
    "pressure": {"Pa": 1.0, "kPa": 1e3, "bar": 1e5, "psi": 6894.757293168},
    "voltage": {"V": 1.0, "kV": 1e3},
    "current": {"A": 1.0, "kA": 1e3},
    "temperature": {"C": 1.0, "degC": 1.0},
    "temperature_rise": {"K": 1.0},
    "density": {"kg/m3": 1.0},
    "viscosity": {"kg/m/s": 1.0},
    "speed": {"m/s": 1.0},
    "heat_capacity": {"J/kg/K": 1.0, "kJ/kg/K": 1e3},
    "frequency": {"Hz": 1.0, "kHz": 1e3, "MHz": 1e6, "GHz": 1e9},
    "rack_unit": {"U": 1.0, "OU": 1.0},
    "ramp": {"W/s": 1.0, "kW/s": 1e3, "MW/s": 1e6, "MW/min": 1e6 / 60.0},
    "token_rate": {"tok/s": 1.0, "ktok/s": 1e3, "Mtok/s": 1e6},
    "tokens": {"tok": 1.0, "Mtok": 1e6, "Gtok": 1e9, "Ttok": 1e12},
    "rate": {
        "1/day": 1.0,
        "/day": 1.0,
        "/week": 1.0 / 7.0,
        "1/week": 1.0 / 7.0,
        "/year": 1.0 / 365.25,
        "1/year": 1.0 / 365.25,
    },
    "share": {"%": 0.01},
    "impedance": {"ohm": 1.0, "mohm": 1e-3},
    "capacitance": {"F": 1.0, "uF": 1e-6, "nF": 1e-9},
    "failure_rate": {"1/h": 1.0, "FIT": 1e-9, "%/year": 0.01 / HOURS_PER_YEAR},
    "count": {"": 1.0, "1": 1.0, "count": 1.0, "ports": 1.0, "each": 1.0},
    "attenuation": {"dB": 1.0},
    "attenuation_rate": {"dB/km": 1.0},
}
# Units a figure may be shown in, smallest first; others are shown as they are.
_LADDERS: dict[str, tuple[str, ...]] = {
    "power": ("W", "kW", "MW", "GW"),
    "money": ("USD", "kUSD", "MUSD", "BUSD"),
    "apparent_power": ("VA", "kVA", "MVA", "GVA"),
    "energy": ("Wh", "kWh", "MWh", "GWh"),
    "bytes": ("B", "kB", "MB", "GB", "TB"),
    "bandwidth": ("B/s", "MB/s", "GB/s", "TB/s"),
    "compute": ("FLOP/s", "GFLOP/s", "TFLOP/s", "PFLOP/s", "EFLOP/s"),
}
_UNIT_DIMENSION: dict[str, str] = {}
for _dimension, _units in DIMENSIONS.items():
    for _unit in _units:
        _UNIT_DIMENSION.setdefault(_unit, _dimension)

_NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d+)?"
_QUANTITY = re.compile(rf"^\s*({_NUMBER})\s*(.*?)\s*$")
_ESTIMATE = re.compile(rf"^\s*({_NUMBER})\s*\(\s*({_NUMBER})\s*\.\.\s*({_NUMBER})\s*\)\s*(.*?)\s*$")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its band, in the canonical unit of its dimension.

    `low` and `high` are the 10th and 90th percentile as the source or the planner sees them; equal to `value` when
    the number is taken as certain. Always `low <= value <= high`.
    """

    value: float
    low: float
    high: float

    def __post_init__(self) -> None:
        for name in ("value", "low", "high"):
            object.__setattr__(self, name, float(getattr(self, name)))
        if not self.low <= self.value <= self.high:
            raise UnitError(f"an estimate needs low <= value <= high, not {self.low} <= {self.value} <= {self.high}")

    @property
    def is_point(self) -> bool:
        """True when no band is given."""
        return self.low == self.high

    def at(self, quantile: float) -> float:
        """Value at a probability: piecewise linear through (0.1, low), (0.5, value), (0.9, high), clamped outside."""
        if quantile <= 0.5:
            weight = max(0.0, (quantile - 0.1) / 0.4)
            return self.low + weight * (self.value - self.low)
        weight = min(1.0, (quantile - 0.5) / 0.4)
        return self.value + weight * (self.high - self.value)


def _number(text: str) -> float:
    return _finite(float(text.replace(",", "")))


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise UnitError(f'"{number}" is not a finite number')
    return number


def _factor(unit: str, dimension: str, text: str) -> float:
    units = DIMENSIONS[dimension]
    if unit in units:
        return units[unit]
    known = ", ".join(name for name in units if name)
    if not unit:
        raise UnitError(f'"{text}" has no unit; a {dimension} is written with one of {known}')
    other = _UNIT_DIMENSION.get(unit)
    why = f"which is a unit of {other}" if other else "which is not a known unit"
    raise UnitError(f'"{text}" is in {unit}, {why}; a {dimension} is written with one of {known}')


def parse_quantity(text: str | int | float, dimension: str) -> float:
    """Read `132 kW` as a number in the canonical unit of a dimension.

    Parameters
    ----------
    text
        Number with unit. A bare number is an error unless the dimension is `count` or `share`.
    dimension
        A key of `DIMENSIONS`.

    Raises
    ------
    UnitError
        No finite number, no unit, an unknown unit, or a unit of another dimension.

    Examples
    --------
    >>> parse_quantity("132 kW", "power")
    132000.0
    """
    if isinstance(text, bool):
        raise UnitError(f'"{text}" is not a number')
    if isinstance(text, int | float):
        if dimension in {"count", "share"}:
            return _finite(float(text))
        return _factor("", dimension, str(text))
    match = _QUANTITY.match(text)
    if match is None:
        raise UnitError(f'"{text}" does not start with a number')
    if dimension == "share" and not match.group(2):
        return _number(match.group(1))
    return _number(match.group(1)) * _factor(match.group(2), dimension, text)


def parse_estimate(text: str | int | float, dimension: str) -> Estimate:
    """Read `32 (28..36) weeks` as a value with its 10-90 % band; a plain quantity becomes a point.

    Examples
    --------
    >>> parse_estimate("32 (28..36) weeks", "time")
    Estimate(value=224.0, low=196.0, high=252.0)
    """
    if isinstance(text, str) and (match := _ESTIMATE.match(text)):
        share_without_unit = dimension == "share" and not match.group(4)
        factor = 1.0 if share_without_unit else _factor(match.group(4), dimension, text)
        value, low, high = (_number(match.group(i)) * factor for i in (1, 2, 3))
        return Estimate(value, low, high)
    value = parse_quantity(text, dimension)
    return Estimate(value, value, value)


def convert(value: float, unit: str, to: str) -> float:
    """Convert between two units of one dimension.

    Examples
    --------
    >>> convert(2.0, "weeks", "days")
    14.0
    """
    for units in DIMENSIONS.values():
        if unit in units and to in units:
            return value * units[unit] / units[to]
    raise UnitError(f"{unit} and {to} are not units of one dimension")


def format_quantity(value: float, unit: str, digits: int = 3) -> str:
    """Number with unit for people: scaled to a readable prefix, rounded to significant digits; counts in full.

    Examples
    --------
    >>> format_quantity(132000, "W"), format_quantity(14336, "")
    ('132 kW', '14,336')
    """
    if not unit and float(value).is_integer():
        return f"{value:,.0f}"
    dimension = _UNIT_DIMENSION.get(unit)
    ladder = _LADDERS.get(dimension or "", ())
    if unit in ladder and value:
        units = DIMENSIONS[dimension or ""]
        for name in reversed(ladder):
            if abs(value) * units[unit] >= units[name]:
                value, unit = value * units[unit] / units[name], name
                break
    rounded = f"{value:.{digits}g}"
    text = f"{float(rounded):,.0f}" if abs(float(rounded)) >= 10 ** (digits - 1) else f"{float(rounded):g}"
    return f"{text} {unit}".rstrip()


def rounded_up(value: float, digits: int = 3) -> float:
    """The least number of so many significant digits that is not below a positive one: a limit that can be kept.

    Examples
    --------
    >>> rounded_up(6.8402), rounded_up(6.84), rounded_up(0.0)
    (6.85, 6.84, 0.0)
    """
    if value <= 0.0:
        return value
    places = digits - 1 - math.floor(math.log10(value))
    near = round(value, places)
    return near if near >= value else round(near + 10.0**-places, places)
