"""Which rules of a part of the power chain were held, and by what margin?"""

from __future__ import annotations

import polars as pl

from rackwright.plan import Plan
from rackwright.views.view import TableColumn, ViewTable

__all__ = ["power_checks"]

COLUMNS = (
    TableColumn("rule", "Rule"),
    TableColumn("subject", "Subject"),
    TableColumn("value", "Value"),
    TableColumn("limit", "Limit"),
    TableColumn("margin", "Margin"),
    TableColumn("unit", "Unit"),
    TableColumn("passed", "Holds"),
    TableColumn("source", "Limit from"),
)


def power_checks(plan: Plan, title: str, prefix: str, *, others: tuple[str, ...] = (), note: str = "") -> ViewTable:
    """Checks of power whose rules begin with a prefix, and those of other rules named."""
    own = plan.power.checks.frame.filter(pl.col("rule").str.starts_with(prefix) | pl.col("rule").is_in(others))
    rows = tuple(
        (rule, subject, value, limit, limit - value, unit, passed, source)
        for rule, subject, value, limit, unit, passed, source in own.iter_rows()
    )
    return ViewTable(title, COLUMNS, rows, note)
