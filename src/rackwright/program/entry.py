"""How is one row of the program written, and how are its quantities read?

Outside, a field is named plainly and carries its unit in the text (`power: 132 kW`); inside it is a number whose name
says the unit (`power_w`). An `Estimate` may carry its 10-90 % band: `lead_time: 32 (28..36) weeks`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from rackwright.base.units import DIMENSIONS, Estimate, UnitError, parse_estimate, parse_quantity

__all__ = [
    "AS_WRITTEN",
    "LARGEST_NUMBER",
    "AreaM2",
    "AsWritten",
    "ComputeEstimate",
    "CountEstimate",
    "CurrentA",
    "Date",
    "DaysEstimate",
    "EnergyPriceUsd",
    "Entry",
    "EvidenceKind",
    "FlowLpm",
    "FrequencyHz",
    "HoursEstimate",
    "Id",
    "LagDays",
    "LengthM",
    "MassKg",
    "MoneyEstimate",
    "MoneyUsd",
    "PowerEstimate",
    "PowerW",
    "Quantity",
    "RampWs",
    "RateGbit",
    "Seconds",
    "Share",
    "ShareEstimate",
    "TemperatureC",
    "TimeDays",
    "TokenRateEstimate",
    "Tokens",
    "VoltageV",
]

LARGEST_NUMBER: Final = 1e15
"""No count, power, mass or amount of money of a build-out comes near this; above it a unit or an exponent is wrong."""
_LARGEST_BY_DIMENSION: Final = {"compute": 1e30, "tokens": 1e18, "bandwidth": 1e30}
_LONGEST_TEXT: Final = 200
_UNSIGNED: Final = r"\+?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)?([eE][+-]?[0-9]+)?"
_SIGNED: Final = _UNSIGNED.replace(r"\+?", "[+-]?", 1)


@dataclass(frozen=True, slots=True)
class AsWritten:
    """Validation context: values stand as a person wrote them, so a bare number lacks its unit.

    Without it, a float or an `Estimate` (or its stored form, an object of value, low and high) is taken to be in the
    field's canonical unit already.
    """


AS_WRITTEN: Final = AsWritten()


@dataclass(frozen=True, slots=True)
class Quantity:
    """How a number with unit is read, and how the JSON Schema shows it.

    Parameters
    ----------
    dimension
        A key of `DIMENSIONS`.
    ge, le
        Bounds in the canonical unit; None for none.
    band
        True if a 10-90 % band may follow the number: the value is then an `Estimate`.
    """

    dimension: str
    ge: float | None = 0.0
    le: float | None = None
    band: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read the text first; what follows is a float or an `Estimate`."""
        return core_schema.with_info_before_validator_function(self._read, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Text with one of the dimension's units; a plain number where no unit is needed."""
        text = {"type": "string", "pattern": self._pattern(), "examples": [self._example()]}
        if self.dimension not in {"count", "share"}:
            return text
        number: dict[str, Any] = {"type": "number"}
        number |= {} if self.ge is None else {"minimum": self.ge}
        number |= {} if self.le is None else {"maximum": self.le}
        return {"anyOf": [number, text]}

    def _read(self, value: Any, info: ValidationInfo) -> float | Estimate:
        written = isinstance(info.context, AsWritten)
        if not written and isinstance(value, Mapping) and set(value) == {"value", "low", "high"}:
            value = Estimate(**value)
        estimate = value if isinstance(value, Estimate) else self._parse(value, written=written)
        self._check_bounds(estimate, value)
        return estimate if self.band else estimate.value

    def _parse(self, value: Any, *, written: bool) -> Estimate:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise _broken("not-a-quantity", f"a {self._noun} is expected here.")
        if isinstance(value, float) and not written:
            return Estimate(value, value, value)
        if isinstance(value, str) and len(value) > _LONGEST_TEXT:
            raise PydanticCustomError(
                "not-a-quantity", "{reason}", {"reason": "the text is far too long for a number."}
            )
        try:
            if self.band:
                return parse_estimate(value, self.dimension)
            number = parse_quantity(value, self.dimension)
            return Estimate(number, number, number)
        except (UnitError, OverflowError) as error:
            raise _broken("wrong-unit", f"{error}.") from None

    def _check_bounds(self, estimate: Estimate, value: Any) -> None:
        written = value if isinstance(value, str | int | float) else estimate.value
        largest = _LARGEST_BY_DIMENSION.get(self.dimension, LARGEST_NUMBER)
        if max(abs(estimate.low), abs(estimate.high)) > largest:
            raise _broken("number-too-large", f'"{written}" is beyond {largest:g}.')
        if self.ge is not None and estimate.low < self.ge:
            raise _broken("negative-value", f'"{written}" is negative; a {self._noun} must be {self.ge:g} or more.')
        if self.le is not None and estimate.high > self.le:
            between = f"{self.ge:g} and {self.le:g} (0 % and 100 %)"
            raise _broken("out-of-range", f'"{written}" is above {self.le:g}; a {self._noun} lies between {between}.')

    @property
    def _noun(self) -> str:
        return self.dimension.replace("_", " ")

    def _units(self) -> list[str]:
        return [unit for unit in DIMENSIONS[self.dimension] if unit]

    def _pattern(self) -> str:
        number = _SIGNED if self.ge is None else _UNSIGNED
        band = rf"( *\( *{number} *\.\. *{number} *\))?" if self.band else ""
        optional = "?" if self.dimension in {"count", "share"} else ""
        return f"^ *{number}{band} *({'|'.join(self._units())}){optional} *$"

    def _example(self) -> str:
        unit = _EXAMPLE_UNITS.get(self.dimension, self._units()[0])
        return f"12 (10..15) {unit}" if self.band else f"12 {unit}"


def _broken(code: str, reason: str) -> PydanticCustomError:
    """A broken rule with its code; the reason is a whole sentence."""
    return PydanticCustomError(code, "{reason}", {"reason": reason})


_EXAMPLE_UNITS: Final = {
    "power": "MW",
    "time": "weeks",
    "duration": "h",
    "money": "MUSD",
    "token_rate": "ktok/s",
    "tokens": "Ttok",
    "link_rate": "Gb/s",
    "voltage": "kV",
    "ramp": "MW/min",
}


@dataclass(frozen=True, slots=True)
class _DateText:
    """A calendar day written as YYYY-MM-DD; a number or a time of day is refused."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._read, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
        return {"type": "string", "format": "date", "pattern": pattern, "examples": ["2027-03-01"]}

    @staticmethod
    def _read(value: Any) -> dt.date:
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value
        if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            try:
                return dt.date.fromisoformat(value)
            except ValueError:
                pass
        raise _broken("bad-date", "a calendar day is written YYYY-MM-DD.")


Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}$")]
Date = Annotated[dt.date, _DateText()]
PowerW = Annotated[float, Quantity("power")]
PowerEstimate = Annotated[Estimate, Quantity("power", band=True)]
RampWs = Annotated[float, Quantity("ramp")]
TimeDays = Annotated[float, Quantity("time")]
DaysEstimate = Annotated[Estimate, Quantity("time", band=True)]
LagDays = Annotated[float, Quantity("time", ge=None)]
Seconds = Annotated[float, Quantity("duration")]
HoursEstimate = Annotated[Estimate, Quantity("duration", band=True)]
LengthM = Annotated[float, Quantity("length")]
AreaM2 = Annotated[float, Quantity("area")]
MassKg = Annotated[float, Quantity("mass")]
FlowLpm = Annotated[float, Quantity("flow")]
FrequencyHz = Annotated[float, Quantity("frequency")]
VoltageV = Annotated[float, Quantity("voltage")]
CurrentA = Annotated[float, Quantity("current")]
RateGbit = Annotated[float, Quantity("link_rate")]
MoneyUsd = Annotated[float, Quantity("money")]
MoneyEstimate = Annotated[Estimate, Quantity("money", band=True)]
EnergyPriceUsd = Annotated[float, Quantity("energy_price")]
Tokens = Annotated[float, Quantity("tokens")]
TokenRateEstimate = Annotated[Estimate, Quantity("token_rate", band=True)]
ComputeEstimate = Annotated[Estimate, Quantity("compute", band=True)]
CountEstimate = Annotated[Estimate, Quantity("count", band=True)]
Share = Annotated[float, Quantity("share", le=1.0)]
ShareEstimate = Annotated[Estimate, Quantity("share", le=1.0, band=True)]
TemperatureC = Annotated[float, Quantity("temperature", ge=None)]
EvidenceKind = Literal["datasheet", "standard", "measured", "filing", "estimate", "assumption", "computed", "decision"]


class Entry(BaseModel):
    """A row of the program: frozen, no unknown fields, with evidence and an owner."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, use_attribute_docstrings=True)

    source: str = ""
    """Id of the source (program `sources` or the catalog's) for the figures of this row."""
    kind_of_evidence: EvidenceKind = Field(default="assumption", alias="evidence")
    """What sort of evidence the figures of this row are; without a source they are an assumption."""
    owner: str = ""
    """Party that owns this row and keeps it current."""
    note: str = ""
    """Free text for people: reason of an assumption, caveat, history."""
