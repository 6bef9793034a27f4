from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.base.horizon import DAYS_PER_WEEK, Bucket, Horizon

starts = st.dates(dt.date(2000, 1, 1), dt.date(2060, 1, 1))
lengths = st.integers(1, 4000)
year = Horizon(dt.date(2026, 1, 1), dt.date(2027, 1, 1))


def test_101_day_zero_is_the_first_day() -> None:
    """The horizon's first day is day 0, the day before it is -1, and the end is the first day after."""
    assert year.day(dt.date(2026, 1, 1)) == 0
    assert year.day(dt.date(2025, 12, 31)) == -1
    assert year.day(dt.date(2027, 1, 1)) == year.num_days == 365


@given(starts, lengths, st.integers(-1000, 5000))
def test_102_day_and_date_are_inverse(start: dt.date, length: int, day: int) -> None:
    """The date of a day has that day, inside the horizon and outside of it."""
    horizon = Horizon(start, start + dt.timedelta(days=length))
    assert horizon.day(horizon.date(day)) == day


@pytest.mark.parametrize("end", [dt.date(2026, 1, 1), dt.date(2025, 6, 1)])
def test_103_a_horizon_has_at_least_a_day(end: dt.date) -> None:
    """An end that is not after the start is refused, and the message names both."""
    with pytest.raises(ValueError, match=f"ends {end}, which is not after its start 2026-01-01"):
        Horizon(dt.date(2026, 1, 1), end)


def test_201_buckets_telescope() -> None:
    """Weeks come first, then groups of four weeks, then quarters of 13 weeks; the last bucket is cut at the end."""
    buckets = year.buckets(num_weekly=2, num_monthly=1)
    assert [bucket.start_day for bucket in buckets] == [0, 7, 14, 42, 133, 224, 315]
    assert [bucket.num_days for bucket in buckets] == [7, 7, 28, 91, 91, 91, 50]
    assert buckets[0] == Bucket(0, 0, 7)


@given(starts, lengths, st.integers(0, 120), st.integers(0, 40))
def test_202_buckets_cover_the_horizon_once(start: dt.date, length: int, num_weekly: int, num_monthly: int) -> None:
    """Buckets are numbered from 0, follow each other without gap or overlap, and end where the horizon ends."""
    buckets = Horizon(start, start + dt.timedelta(days=length)).buckets(num_weekly=num_weekly, num_monthly=num_monthly)
    assert [bucket.index for bucket in buckets] == list(range(len(buckets)))
    assert [bucket.end_day for bucket in buckets[:-1]] == [bucket.start_day for bucket in buckets[1:]]
    assert (buckets[0].start_day, buckets[-1].end_day) == (0, length)
    assert all(bucket.num_days > 0 for bucket in buckets)
    assert all(bucket.num_days % DAYS_PER_WEEK == 0 for bucket in buckets[:-1])
