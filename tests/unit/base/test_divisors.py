"""A count divides well where parts of every scale divide it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.base.divisors import divides_well, divisors, first_from, nearest_below_and_above


def test_divisors() -> None:
    """All divisors in order."""
    assert divisors(36).tolist() == [1, 2, 3, 4, 6, 9, 12, 18, 36]


@pytest.mark.parametrize(("number", "is_well"), [(1, True), (2048, True), (2000, True), (2003, False), (2049, False)])
def test_which_divide_well(number: int, is_well: bool) -> None:
    """Powers of two and multiples with small factors do, primes and products of large ones do not."""
    assert divides_well(number) is is_well


@given(number=st.integers(1, 20_000), parts=st.integers(1, 5))
def test_the_first_from_a_number_is_the_first(number: int, parts: int) -> None:
    """It is no smaller, is a multiple of the parts, divides well, and none between does."""
    found = first_from(number, parts)
    assert found >= number
    assert found % parts == 0
    assert not any(divides_well(size, parts) for size in range(max(number, parts), found))


@given(number=st.integers(1, 20_000), parts=st.integers(1, 5))
def test_near_counts_divide_well_and_are_near(number: int, parts: int) -> None:
    """At most one on each side, a tenth away at most; a count that divides well is its own."""
    found = nearest_below_and_above(number, parts)
    assert all(divides_well(size, parts) and abs(size - number) <= number / 10 for size in found)
    assert len(found) <= 2
    assert (found == (number,)) is divides_well(number, parts)
