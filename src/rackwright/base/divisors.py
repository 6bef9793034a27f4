"""Which numbers divide a count, and which counts near it divide well?

Equal parts divide a count, so one with few divisors leaves few ways to part it: 2,003 goes as a whole or one by one.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

__all__ = ["divides_well", "divisors", "first_from", "nearest_below_and_above"]

LARGEST_STEP = 2
"""A count divides well while no divisor is more than this times the one before."""
NEAR_SHARE = 0.1
"""A count changed by more than this is no longer near."""


def divisors(number: int) -> NDArray[np.int64]:
    """All divisors of a positive integer, ascending."""
    low = [d for d in range(1, int(number**0.5) + 1) if number % d == 0]
    return np.array(sorted({*low, *(number // d for d in low)}), dtype=np.int64)


def divides_well(number: int, parts: int = 1) -> bool:
    """Whether each of so many equal parts can be divided at every scale, by a number or its double at most.

    Examples
    --------
    >>> divides_well(2048), divides_well(2049), divides_well(3 * 1024, parts=3)
    (True, False, True)
    """
    if number % parts:
        return False
    counts = divisors(number // parts)
    return bool(np.all(counts[1:] <= LARGEST_STEP * counts[:-1]))


def first_from(number: int, parts: int = 1) -> int:
    """The smallest count that divides well and is not below the one given."""
    return next(size for size in itertools.count(max(number, parts)) if divides_well(size, parts))


def nearest_below_and_above(number: int, parts: int = 1) -> tuple[int, ...]:
    """The nearest counts below and above that divide well, a tenth away at most.

    Examples
    --------
    >>> nearest_below_and_above(2003), nearest_below_and_above(2048), nearest_below_and_above(7)
    ((2000, 2016), (2048,), ())
    """
    reach = int(number * NEAR_SHARE)
    sides = (range(number, number - reach - 1, -1), range(number, number + reach + 1))
    found = (next((size for size in side if divides_well(size, parts)), None) for side in sides)
    return tuple(dict.fromkeys(size for size in found if size))
