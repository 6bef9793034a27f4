"""How do planned amounts become orders a supplier takes? Minimums and multiples, by a rule whose cost is told.

In the order of their days, an order is placed when what was placed before no longer covers the plan: the missing
pieces, at least the minimum, rounded up to the multiple. So nothing comes later than planned, and the rest waits as
stock and is used by the next orders. The rule is not the cheapest lot size, but its cost is known: pieces left over,
and capital bound by pieces that come early.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

__all__ = ["Placed", "Planned", "place_orders"]

DAYS_PER_YEAR = 365.25
NEARLY = 1e-6


@dataclass(frozen=True, order=True)
class Planned:
    """Pieces planned to be ordered on a day."""

    day: int
    arrival: int
    qty: float


@dataclass(frozen=True)
class Placed:
    """An order as it is placed.

    Parameters
    ----------
    day, arrival
        Day of the order and of its arrival.
    planned
        Pieces the plan orders that day.
    qty
        Pieces placed: a multiple, at least the minimum, or nothing.
    ahead
        Pieces placed so far beyond the plan so far.
    hold_usd
        Capital cost of pieces that are ahead until the next order.
    """

    day: int
    arrival: int
    planned: float
    qty: float
    ahead: float
    hold_usd: float


def place_orders(
    planned: Iterable[Planned], *, minimum: float, multiple: float, price_usd: float, capital_share: float
) -> tuple[Placed, ...]:
    """Orders by the rule, one for each planned one; what needs no order has quantity 0.

    Notes
    -----
    q = ceil(max(P[k] - O[k-1], minimum) / multiple) multiple if P[k] > O[k-1], else 0, with P and O the pieces planned
    and placed so far.

    Examples
    --------
    >>> rows = [Planned(0, 10, 30.0), Planned(7, 17, 30.0), Planned(14, 24, 60.0)]
    >>> [row.qty for row in place_orders(rows, minimum=50, multiple=20, price_usd=1.0, capital_share=0.1)]
    [60.0, 0.0, 60.0]
    """
    rows = sorted(planned)
    found: list[Placed] = []
    wanted = placed = 0.0
    for number, row in enumerate(rows):
        wanted += row.qty
        missing = wanted - placed
        lots = np.ceil(max(missing, minimum) / multiple - NEARLY) if missing > NEARLY * max(1.0, wanted) else 0.0
        qty = float(lots * multiple)
        placed += qty
        ahead = max(0.0, placed - wanted)
        days = rows[number + 1].arrival - row.arrival if number + 1 < len(rows) else 0
        hold = ahead * price_usd * capital_share * max(0, days) / DAYS_PER_YEAR
        found.append(Placed(row.day, row.arrival, row.qty, qty, ahead, hold))
    return tuple(found)
