"""How do independent bands of a rate combine into one 10-90 % band?

Rates multiply, so their bands add as logarithms; independent ones add as squares. Inside one band of speed all device
and operator figures move together, which is the careful reading.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from rackwright.base.units import Estimate
from rackwright.catalog.parts import Fact

__all__ = ["EXACT", "TEN_PERCENT", "Spread", "combined_spread", "error_spread", "spread_of"]

TEN_PERCENT = 1.2815515655446004
"""Standard deviations from the median of a normal distribution to its 90 % point."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Factors from the middle of a rate to its 10 % and 90 % values: `slow <= 1 <= fast`."""

    slow: float
    fast: float


EXACT = Spread(1.0, 1.0)
"""No doubt at all."""


def spread_of(estimate: Estimate) -> Spread:
    """Spread of a program estimate; a value of zero has none."""
    if estimate.value <= 0.0:
        return Spread(1.0, 1.0)
    return Spread(max(estimate.low / estimate.value, 1e-9), estimate.high / estimate.value)


def error_spread(fact: Fact | None) -> Spread:
    """Spread of a rate from the band of measured over predicted times; none where it is not known."""
    if fact is None:
        return Spread(1.0, 1.0)
    low, high = fact.band
    return Spread(1.0 / max(high, 1.0), 1.0 / min(low, 1.0))


def combined_spread(spreads: Iterable[Spread]) -> Spread:
    """Spread of the product of independent factors.

    Examples
    --------
    >>> combined_spread([Spread(0.5, 2.0), Spread(1.0, 1.0)])
    Spread(slow=0.5, fast=2.0)
    """
    parts = tuple(spreads)
    slow = math.sqrt(sum(math.log(min(part.slow, 1.0)) ** 2 for part in parts))
    fast = math.sqrt(sum(math.log(max(part.fast, 1.0)) ** 2 for part in parts))
    return Spread(math.exp(-slow), math.exp(fast))
