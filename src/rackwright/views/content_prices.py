"""What does each extra point of traced US value cost, and where is a share possible at all? `whatif --content`."""

from __future__ import annotations

from collections.abc import Sequence

from rackwright.supply.content_prices import DEAREST_USD, PointPrice, Reach
from rackwright.views.view import Cell, Shown, TableColumn, ViewTable, percent

__all__ = ["content_prices_shown"]

USD_PER_KUSD = 1e3


def content_prices_shown(points: Sequence[PointPrice], reach: Sequence[Reach]) -> Shown:
    """The price of each point, and the highest share of each product; the plan without a price of content first."""
    return Shown(_lead(points, reach), (_points_table(points), _reach_table(reach)))


def _lead(points: Sequence[PointPrice], reach: Sequence[Reach]) -> str:
    base, met = points[0], [point for point in points[1:] if point.is_met]
    start = f"Without a price of content {percent(base.reached_share, 1)} of the value of racks is traced to US plants"
    best = max((row for row in reach if row.is_rack), key=lambda row: row.share, default=None)
    most = f"; of racks {best.item} could reach most, {percent(best.share, 1)}" if best is not None else ""
    if not met:
        return f"{start}{most}; no further point is to be had below {DEAREST_USD:g} USD for a dollar of US value."
    last = met[-1]
    paid = f"{percent(last.target_share)} cost {last.cost_usd / USD_PER_KUSD:,.0f} kUSD more"
    late = f" and {last.late_rack_days:,.0f} rack-days" if last.late_rack_days >= 1 else ""
    return f"{start}{most}; {paid}{late}."


def _points_table(points: Sequence[PointPrice]) -> ViewTable:
    columns = (
        TableColumn("target", "Target", digits=1, is_share=True),
        TableColumn("reached", "Reached", digits=1, is_share=True),
        TableColumn("cost_kusd", "Spending more", "kUSD", 1),
        TableColumn("step_kusd", "this point", "kUSD", 1),
        TableColumn("late_rack_days", "Lateness more", "rack-days", 1),
        TableColumn("racks", "Racks fewer", "", 1),
        TableColumn("is_met", "Met"),
        TableColumn("is_optimal", "Solved to the end"),
    )
    rows: list[tuple[Cell, ...]] = []
    for number, point in enumerate(points):
        step = point.cost_usd - points[number - 1].cost_usd if number else None
        rows.append((
            point.target_share if number else None, point.reached_share, point.cost_usd / USD_PER_KUSD,
            None if step is None else step / USD_PER_KUSD, point.late_rack_days + 0.0, point.racks + 0.0,
            point.is_met, point.is_optimal,
        ))  # fmt: skip
    note = (
        "One target over all racks, solved again point by point; moves have no price, racks are not made whole; "
        f"the first line pays nothing for content. A point is missed where a dollar of US value costs more than "
        f"{DEAREST_USD:g} USD: then less than the target is reached, and no higher point is tried."
    )
    return ViewTable("Price of each point", columns, tuple(rows), note)


def _reach_table(reach: Sequence[Reach]) -> ViewTable:
    columns = (
        TableColumn("item", "Product"),
        TableColumn("level", "Level"),
        TableColumn("value_usd", "Value so made", "USD", 0),
        TableColumn("share", "Highest traced share", digits=1, is_share=True),
    )
    rows = tuple((row.item, "rack" if row.is_rack else "in a rack", row.value_usd, row.share) for row in reach)
    note = (
        "From the source with the highest share at each level, whatever it costs and however little it gives: no "
        "target above it is possible with the sources known. A value share; no legal content test (see content_tests)."
    )
    return ViewTable("At which level a share is possible at all", columns, rows, note)
