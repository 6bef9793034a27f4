"""Which orders may not move against the plan before, and what would it be worth to break their windows?"""

from __future__ import annotations

from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["WINDOWS", "windows_tables"]

LEAST_USD = 0.5
COLUMNS = (
    TableColumn("order_by", "Order by"),
    TableColumn("item", "Item"),
    TableColumn("supplier", "Supplier"),
    TableColumn("site", "To"),
    TableColumn("window", "Window"),
    TableColumn("before", "Pieces before", "", 1),
    TableColumn("least", "least", "", 1),
    TableColumn("most", "most", "", 1),
    TableColumn("qty", "planned", "", 1),
    TableColumn("worth", "Breaking it would save"),
)
NOTE = (
    "By `terms.firm_window`, `flexible_window` and `flexible_share`, by the day of delivery. What a piece more or less "
    "would save holds for the first pieces."
)


def windows_tables(plan: Plan) -> tuple[ViewTable, ...]:
    """Orders in windows that a change would win by, or that cannot stand; none where there are no such orders."""
    rows = tuple(row for row in _rows(plan) if row[-1])
    return (
        (ViewTable("Orders that windows hold against a gain", COLUMNS, rows, f"{_lead(plan)} {NOTE}"),) if rows else ()
    )


def _rows(plan: Plan) -> list[tuple[Cell, ...]]:
    starts = dict(plan.supply.buckets.frame.select("bucket", "start_day").iter_rows())
    rows: list[tuple[Cell, ...]] = []
    for row in plan.supply.windows.frame.iter_rows(named=True):
        day = plan.program.horizon.date(starts[row["bucket"]])
        figures = (row["before"], row["least"], row["most"], row["qty"])
        rows.append((day, row["item"], row["supplier"], row["site"], row["window"], *figures, _worth(row)))
    return rows


def _worth(row: dict[str, object]) -> str:
    saving = float(str(row["saving"]))
    if not row["stands"]:
        return "cannot stand: supplier, offer, share or lane no longer brings it"
    if abs(saving) < LEAST_USD:
        return ""
    return f"{abs(saving):,.0f} USD for one piece {'more' if saving > 0 else 'less'}"


def _lead(plan: Plan) -> str:
    checks = plan.supply.checks.frame.filter(rule="supply-windows")["source"].to_list()
    rows = plan.supply.windows.frame
    broken = int((~rows["stands"]).sum())
    words = [f"{counted(len(rows) - broken, 'order')} of the plan before stand in firm and flexible windows."]
    if broken:
        words.append(f"{counted(broken, 'order')} cannot stand any more.")
    costs = [text.partition("; ")[2] for text in checks]
    return " ".join([*words, *(f"{text[:1].upper()}{text[1:]}." for text in costs)])


def _show(plan: Plan) -> Shown:
    if not len(plan.supply.buckets):
        return absent(plan, "No order stands in a window", "supply")
    rows = tuple(_rows(plan))
    if not rows:
        return Shown(
            "No order stands in a window: the plan was made without a plan before (`plan --incumbent`), or no terms "
            "with windows fall on its orders."
        )
    return Shown(_lead(plan), (ViewTable("Orders in firm and flexible windows", COLUMNS, rows, NOTE),))


WINDOWS = View(
    "windows",
    "Frozen windows",
    "Which orders may not move against the plan before, and what would it be worth to break their windows?",
    _show,
    in_report=False,
)
