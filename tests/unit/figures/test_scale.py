"""Do scales hold their values, and do ticks stand at round values and firsts of months?"""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.figures.scale import finite_range, month_ticks, value_labels, value_scale

NUMBERS = st.floats(-1e12, 1e12).filter(lambda value: value == 0 or abs(value) > 1e-9)


@given(NUMBERS, NUMBERS)
def test_101_scale_holds_its_range(a: float, b: float) -> None:
    """The scale's ends are ticks at or beyond the values, in order, few, and all labels differ."""
    low, high = min(a, b), max(a, b)
    scale, ticks = value_scale(low, high, (0, 100))
    slack = 1e-6 * max(abs(low), abs(high), 1)
    assert scale.low <= low + slack
    assert scale.high >= high - slack
    assert ticks == sorted(ticks)
    assert 2 <= len(ticks) <= 8
    assert scale(scale.low) == 0
    assert scale(scale.high) == 100


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 96, [0, 20, 40, 60, 80, 100]),
        (0, 0, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (-3, 12, [-5, 0, 5, 10, 15]),
        (0, 2180, [0, 500, 1000, 1500, 2000, 2500]),
    ],
)
def test_102_ticks_are_round(low: float, high: float, ticks: list[float]) -> None:
    """Ticks are multiples of 1, 2, 2.5 or 5 times a power of ten."""
    assert value_scale(low, high, (0, 1))[1] == pytest.approx(ticks)


def test_103_labels_differ() -> None:
    """Where short labels would be alike, more digits are shown."""
    assert value_labels([100_000, 100_100, 100_200]) == ["100,000", "100,100", "100,200"]
    assert value_labels([0, 500, 1000]) == ["0", "500", "1,000"]


def test_104_unknown_values_do_not_count() -> None:
    """None, infinite and missing values leave the range alone."""
    assert finite_range([None, float("nan"), 3.0, float("inf"), 1.0]) == (1.0, 3.0)
    assert finite_range([]) == (0.0, 1.0)


@given(
    st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)),
    st.integers(-400, 400),
    st.integers(1, 5_000),
    st.integers(2, 40),
)
def test_201_month_ticks(start: dt.date, first_day: int, length: int, max_ticks: int) -> None:
    """Ticks are firsts of months inside the window, in order, about as many as allowed, each year named once."""
    ticks = month_ticks(start, first_day, first_day + length, max_ticks=max_ticks)
    assert len(ticks) <= max_ticks + 2
    assert [tick.day for tick in ticks] == sorted({tick.day for tick in ticks})
    assert all(
        (start + dt.timedelta(days=tick.day)).day == 1 and first_day <= tick.day <= first_day + length for tick in ticks
    )
    years = [tick.year for tick in ticks if tick.year]
    assert len(years) == len(set(years))
