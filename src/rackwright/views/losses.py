"""What is lost with the largest countries and suppliers? The answer of `whatif --losses`, solved again one by one."""

from __future__ import annotations

from collections.abc import Sequence

from rackwright.supply.losing import Lost
from rackwright.views.view import Cell, Shown, TableColumn, ViewTable, counted, percent

__all__ = ["losses_shown"]

USD_PER_MUSD = 1e6


def losses_shown(found: Sequence[Lost]) -> Shown:
    """One row for each loss, the most served workload first."""
    if not found:
        return Shown("Nothing is bought, or made in a country without a campus: nothing can be lost.")
    worst = sorted(found, key=lambda lost: (-lost.served_share, -lost.late_rack_days, lost.loss.name))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (lost.loss.kind, lost.loss.name, lost.loss.value_usd / USD_PER_MUSD, lost.served_share, lost.racks,
         lost.late_rack_days, lost.cost_usd / USD_PER_MUSD, lost.is_optimal)
        for lost in worst
    )  # fmt: skip
    columns = (
        TableColumn("kind", "Lost"),
        TableColumn("name", "Name"),
        TableColumn("value_musd", "Bought and made there", "MUSD", 1),
        TableColumn("served_share", "Served workload lost", digits=1, is_share=True),
        TableColumn("racks", "Racks that never come", "", 0),
        TableColumn("late_rack_days", "Lateness more", "rack-days", 0),
        TableColumn("cost_musd", "Spending", "MUSD", 1),
        TableColumn("is_optimal", "Solved to the end"),
    )
    first = worst[0]
    lead = (
        f"Of {counted(len(found), 'loss', 'losses')} solved again, {first.loss.name} costs most: "
        f"{percent(first.served_share, 1)} of the served workload and {first.racks:,.0f} racks."
    )
    note = (
        "Lost from the first day on and for good: no orders, confirmed pieces or open orders of a supplier; no offers "
        "of a country's origin or suppliers, and nothing made or held in its plants. Other sources take over as far as "
        "their allocations and dates allow. Served workload: each workload by its highest rate wanted. Spending falls "
        "where racks are not built."
    )
    return Shown(lead, (ViewTable("What is lost, solved again", columns, rows, note),))
