"""Which purchases of an earlier plan stand under terms with windows, in days of the new one?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rackwright.program.supply import Terms
from rackwright.tables.supply import Buckets, Orders

__all__ = ["OrderBefore", "orders_before"]


@dataclass(frozen=True)
class OrderBefore:
    """A purchase of an earlier plan: ordered on days `[first_day, last_day)` of the new one, usable `days` later."""

    item: str
    supplier: str
    place: str
    first_day: int
    last_day: int
    days: int
    qty: float


def orders_before(
    orders: Orders, buckets: Buckets, terms: Iterable[Terms], *, days_since: int = 0
) -> tuple[OrderBefore, ...]:
    """Purchases of an earlier plan that fall under terms with windows, in days of the new one.

    `days_since` is how many days after the earlier plan the new one begins. What was to be ordered before that has been
    ordered: it is an open order of the program, or was not placed.
    """
    bound = {(row.item, row.supplier) for row in terms if max(row.firm_days, row.flexible_days) > 0}
    edges = buckets.frame.select("start_day", "end_day").sort("start_day").rows()
    found: list[OrderBefore] = []
    names = ["item", "source", "site", "start_day", "end_day", "qty"]
    for item, supplier, place, start, end, qty in orders.frame.filter(kind="buy").select(names).iter_rows():
        if (item, supplier) in bound:
            last = next((stop for begin, stop in edges if begin <= start < stop), start + 1)
            row = OrderBefore(item, supplier, place, start - days_since, last - days_since, end - start, qty)
            found += [row] if row.first_day >= 0 else []
    return tuple(found)
