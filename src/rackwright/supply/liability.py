"""What would a party owe if an order were stopped on a day, and who carries the value of what has come?

Four terms of ownership are told apart. Turnkey: the plant's owner buys and carries. Buy-sell: the payer buys and sells
on to the plant's owner, who carries. Consigned: the payer buys and carries. Customer-directed: the payer has set price
and supplier, stands behind the order and carries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rackwright.program.supply import Terms
from rackwright.supply.timing import FloatArray

__all__ = ["PAYER_CARRIES", "Exposure", "carrier_of", "exposure", "share_due", "window_of"]

PAYER_CARRIES = frozenset({"consigned", "customer-directed"})


@dataclass(frozen=True)
class Exposure:
    """One order at the end of each bucket: what is due if it is stopped, delivered and not paid, and not ordered yet.

    Shares of the order's value; at any time at most one of `planned`, `cancel`, `payable` and `paid` is the whole:
    before the order `planned` is 1, between order and delivery `cancel` is what a stop costs, after delivery `payable`
    is 1, after payment `paid`. `fixed` is 1 between order and delivery while the order cannot be cancelled at all.
    """

    planned: FloatArray
    cancel: FloatArray
    fixed: FloatArray
    payable: FloatArray
    paid: FloatArray


def share_due(terms: Terms | None, days_left: float) -> float:
    """Share of the price due when an order is cancelled so many days before its delivery.

    Steps hold from their number of days on, the non-cancellable time counts in full. Without terms an order is taken to
    be firm, because nobody has agreed to anything else.

    Examples
    --------
    >>> terms = Terms.model_validate(
    ...     {"item": "a", "supplier": "s", "cancellation_curve": [[180, 0.1], [90, 0.5]],
    ...      "non_cancellable_within": "30 days"}
    ... )
    >>> [share_due(terms, days) for days in (200, 180, 90, 30)]
    [0.0, 0.1, 0.5, 1.0]
    """
    if terms is None:
        return 1.0
    if days_left <= terms.ncnr_days:
        return 1.0
    return max((share for days, share in terms.cancel_shares if days_left <= days), default=0.0)


def window_of(terms: Terms | None, days_left: float) -> str:
    """Forecast window of a delivery: firm (cannot move), flexible (moves within bounds) or forecast."""
    if terms is None:
        return "no terms"
    if days_left <= terms.firm_days:
        return "firm"
    return "flexible" if days_left <= terms.flexible_days else "forecast"


def exposure(
    terms: Terms | None, ends: FloatArray, order_day: float, delivery_day: float, *, pull_day: float | None = None
) -> Exposure:
    """Shares of an order's value at the end of each bucket, shape (buckets,).

    Parameters
    ----------
    terms
        Terms of the item and supplier; None for none (paid on delivery, firm).
    ends
        First day after each bucket.
    order_day, delivery_day
        Day of the order (0 or less for what is placed already) and of the delivery.
    pull_day
        Day on which it is pulled from the supplier's hub, which counts as the delivery; until then it costs what an
        order costs that is stopped on its day of delivery. None without a hub.
    """
    taken_day = delivery_day if pull_day is None else max(delivery_day, pull_day)
    payment = taken_day + (0.0 if terms is None else terms.payment_days)
    ordered, delivered, settled = ends > order_day, ends > taken_day, ends > payment
    is_open = ordered & ~delivered
    due = np.array([share_due(terms, max(0.0, delivery_day - end)) for end in ends])
    ncnr = 0.0 if terms is None else terms.ncnr_days
    is_fixed = is_open & ((delivery_day - ends <= ncnr) | (terms is None))
    return Exposure(
        planned=(~ordered).astype(np.float64),
        cancel=np.where(is_open, due, 0.0),
        fixed=is_fixed.astype(np.float64),
        payable=(delivered & ~settled).astype(np.float64),
        paid=settled.astype(np.float64),
    )


def carrier_of(terms: Terms | None, payer: str, plant: str, owners: Mapping[str, str]) -> str:
    """Party that carries the value from delivery on: the payer, or the owner of the plant it lies in.

    On a campus, which is no plant, the payer carries until the racks are accepted.
    """
    if terms is not None and terms.ownership in PAYER_CARRIES:
        return payer
    return owners.get(plant, "") or payer
