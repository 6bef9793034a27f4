from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.base.errors import RackwrightError
from rackwright.base.units import (
    DIMENSIONS,
    Estimate,
    UnitError,
    convert,
    format_quantity,
    parse_estimate,
    parse_quantity,
    rounded_up,
)

WRITTEN_UNITS = [(dimension, unit) for dimension, units in DIMENSIONS.items() for unit in units if unit]
numbers = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False)


@pytest.mark.parametrize(
    ("text", "dimension", "expected"),
    [
        ("132 kW", "power", 132_000.0),
        ("132kW", "power", 132_000.0),
        ("  1,250.5 MW ", "power", 1_250.5e6),
        ("-3 K", "temperature_rise", -3.0),
        ("28 weeks", "time", 196.0),
        ("400 Gb/s", "link_rate", 400.0),
        ("3.4 MUSD", "money", 3.4e6),
        ("1e3 m", "length", 1_000.0),
        ("5 %", "share", 0.05),
        ("0.05", "share", 0.05),
        ("64", "count", 64.0),
        (64, "count", 64.0),
        (0.25, "share", 0.25),
    ],
)
def test_101_a_quantity_is_read_in_the_canonical_unit(text: str | float, dimension: str, expected: float) -> None:
    """A number with its unit becomes a number in the unit of its dimension that has factor 1."""
    assert parse_quantity(text, dimension) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "dimension", "named"),
    [
        ("132", "power", "has no unit; a power is written with one of W, kW, MW, GW"),
        (132, "power", "has no unit; a power is written with one of W, kW, MW, GW"),
        ("132 kWh", "power", "which is a unit of energy"),
        ("132 furlongs", "length", "which is not a known unit"),
        ("many", "count", "does not start with a number"),
        ("", "power", "does not start with a number"),
        ("12,34 kW", "power", "which is not a known unit"),
        (True, "count", "is not a number"),
        (math.nan, "count", "is not a finite number"),
        (math.inf, "share", "is not a finite number"),
        ("1e999 W", "power", "is not a finite number"),
    ],
)
def test_102_what_is_no_quantity_is_named(text: str | float, dimension: str, named: str) -> None:
    """A quantity that cannot be read raises an error which says what is wrong and what would be right."""
    with pytest.raises(UnitError, match=named):
        parse_quantity(text, dimension)


def test_103_a_unit_error_stands_in_the_one_tree() -> None:
    """A unit error is caught both as an error of Rackwright and as a ValueError."""
    assert issubclass(UnitError, RackwrightError)
    assert issubclass(UnitError, ValueError)


@pytest.mark.parametrize(
    ("text", "dimension", "expected"),
    [
        ("32 (28..36) weeks", "time", Estimate(224.0, 196.0, 252.0)),
        ("0.9 (0.8 .. 0.95)", "share", Estimate(0.9, 0.8, 0.95)),
        ("90 (80..95) %", "share", Estimate(90 * 0.01, 80 * 0.01, 95 * 0.01)),
        ("132 kW", "power", Estimate(132e3, 132e3, 132e3)),
        (7, "count", Estimate(7.0, 7.0, 7.0)),
    ],
)
def test_201_an_estimate_is_read_with_its_band(text: str | float, dimension: str, expected: Estimate) -> None:
    """A value with two bounds in brackets becomes an estimate; a plain quantity one without a band."""
    assert parse_estimate(text, dimension) == expected


@pytest.mark.parametrize("text", ["32 (36..28) weeks", "20 (28..36) weeks", "40 (28..36) weeks"])
def test_202_a_band_holds_its_value(text: str) -> None:
    """Bounds in the wrong order, or a value outside of them, are refused."""
    with pytest.raises(UnitError, match="low <= value <= high"):
        parse_estimate(text, "time")


def test_203_an_estimate_without_a_unit_is_refused() -> None:
    """A band needs its unit as a plain quantity does."""
    with pytest.raises(UnitError, match="has no unit"):
        parse_estimate("32 (28..36)", "time")


def test_204_a_point_says_so() -> None:
    """An estimate is a point exactly when its bounds are equal."""
    assert Estimate(1.0, 1.0, 1.0).is_point
    assert not Estimate(1.0, 1.0, 2.0).is_point


@given(st.lists(numbers, min_size=3, max_size=3), st.floats(0, 1), st.floats(0, 1))
def test_205_a_quantile_never_leaves_the_band_and_never_falls(bounds: list[float], first: float, second: float) -> None:
    """The value at a probability lies in the band, grows with the probability, and is `value` at 0.5."""
    low, value, high = sorted(bounds)
    estimate = Estimate(value, low, high)
    slack = 1e-6 * (1 + abs(low) + abs(high))
    below, above = sorted((first, second))
    assert low - slack <= estimate.at(below) <= estimate.at(above) + slack <= high + 2 * slack
    assert estimate.at(0.5) == pytest.approx(value, abs=slack)
    assert estimate.at(0.0) == estimate.at(0.1) == low
    assert estimate.at(1.0) == pytest.approx(high, abs=slack)


@given(st.sampled_from(WRITTEN_UNITS), st.data(), numbers)
def test_301_conversion_there_and_back(unit: tuple[str, str], data: st.DataObject, value: float) -> None:
    """Converting to another unit of the dimension and back gives the number again."""
    dimension, name = unit
    other = data.draw(st.sampled_from(sorted(DIMENSIONS[dimension])))
    assert convert(convert(value, name, other), other, name) == pytest.approx(value, rel=1e-12)


def test_302_conversion_stays_in_its_dimension() -> None:
    """Units of two dimensions are not converted."""
    with pytest.raises(UnitError, match="kW and kWh are not units of one dimension"):
        convert(1.0, "kW", "kWh")


@given(st.sampled_from(WRITTEN_UNITS), st.integers(-(10**9), 10**9))
def test_303_reading_and_converting_agree(unit: tuple[str, str], value: int) -> None:
    """Reading `VALUE UNIT` gives the value times the factor of the unit."""
    dimension, name = unit
    assert parse_quantity(f"{value} {name}", dimension) == value * DIMENSIONS[dimension][name]


def test_304_each_dimension_has_a_canonical_unit() -> None:
    """Every dimension but the share, a bare number, has a unit of factor 1; every factor is positive and finite."""
    for dimension, units in DIMENSIONS.items():
        assert 1.0 in units.values() or dimension == "share"
        assert all(math.isfinite(factor) and factor > 0 for factor in units.values())


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (132_000, "W", "132 kW"),
        (0, "W", "0 W"),
        (-2_500_000, "W", "-2.5 MW"),
        (0.05, "MW", "50 kW"),
        (3_400_000, "USD", "3.4 MUSD"),
        (1234, "m", "1,230 m"),
        (0.001234, "m", "0.00123 m"),
        (12, "racks", "12 racks"),
    ],
)
def test_305_a_number_is_written_for_people(value: float, unit: str, expected: str) -> None:
    """A number is scaled to a readable prefix and rounded to three digits."""
    assert format_quantity(value, unit) == expected


@given(value=st.floats(1e-12, 1e15), digits=st.integers(1, 6))
def test_306_rounding_up_never_goes_below(value: float, digits: int) -> None:
    """It is not below the number, less than one step above, and has no more digits than asked for."""
    found = rounded_up(value, digits)
    assert value <= found <= value * (1.0 + 10.0 ** (1 - digits)) * (1.0 + 1e-12)
    assert found == float(f"{found:.{digits}g}")
