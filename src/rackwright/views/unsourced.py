"""Which needed items has nobody to make or sell, so that the plan takes them as given?"""

from __future__ import annotations

from rackwright.plan import Plan
from rackwright.views.view import counted

__all__ = ["unsourced_words"]

MOST_ITEMS = 5


def unsourced_words(plan: Plan) -> str:
    """The items without a source with the pieces needed, the most first; empty where every item has one."""
    rows = plan.supply.unsourced.frame.select("item", "qty").sort("qty", "item", descending=[True, False])
    if not rows.height:
        return ""
    named = ", ".join(f"{item} {qty:,.0f}" for item, qty in rows.head(MOST_ITEMS).iter_rows())
    more = f" and {rows.height - MOST_ITEMS} more" if rows.height > MOST_ITEMS else ""
    are = "has no source and is" if rows.height == 1 else "have no source and are"
    return f"{counted(rows.height, 'item')} {are} taken as given: {named}{more}"
