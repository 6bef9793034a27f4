"""Where does each rack stand?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from rackwright.figures import Caption, HallArea, HallPlan, HallPosition, HallRow
from rackwright.plan import Plan
from rackwright.program.sites import Hall
from rackwright.views.absent import absent
from rackwright.views.period import WATTS_PER_MW
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["HALLS", "hall_plan"]

MOST_FIGURES = 6
FOOTPRINT = 0.92  # share of the pitch a drawn position fills, for a visible gap
MM_PER_M = 1000.0
ONLY_PITCH_MM = 600.0  # drawn width where a hall holds a single position, so that none can be read off


def _show(plan: Plan) -> Shown:
    if not len(plan.layout.racks):
        return absent(plan, "No racks are placed", "layout")
    columns = (
        TableColumn("hall", "Hall"),
        TableColumn("site", "Site"),
        TableColumn("compute", "Compute racks"),
        TableColumn("network", "Network racks"),
        TableColumn("reserved", "Reserved"),
        TableColumn("positions", "Positions"),
        TableColumn("peak_mw", "Peak", "MW", 2),
        TableColumn("it_mw", "Built for", "MW", 2),
    )
    rows = tuple(_row(plan, hall) for hall in plan.program.halls)
    placed = [hall for hall in plan.program.halls if plan.layout.racks.frame.filter(hall=hall.id).height]
    figures = tuple(hall_plan(plan, hall) for hall in placed[:MOST_FIGURES])
    lead = f"{counted(len(plan.layout.racks), 'rack')} in {counted(len(placed), 'hall')}."
    return Shown(lead, (ViewTable("Halls", columns, rows),), figures)


def _row(plan: Plan, hall: Hall) -> tuple[Cell, ...]:
    own = plan.layout.racks.frame.filter(hall=hall.id)
    return (
        hall.id,
        hall.site,
        own.filter(role="compute").height,
        own.filter(role="network").height,
        plan.layout.reserved.frame.filter(hall=hall.id).height,
        hall.rows * hall.positions_per_row,
        sum(own["peak_w"].to_list()) / WATTS_PER_MW,
        hall.it_w / WATTS_PER_MW,
    )


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where positions lie, read off the racks placed: pitch along and across rows, and one known spot [mm]."""

    pitch_x_mm: float
    pitch_y_mm: float
    first_position: int
    first_x_mm: float

    def x_mm(self, position: int) -> float:
        """Centre of a position along its row."""
        return self.first_x_mm + (position - self.first_position) * self.pitch_x_mm


def _grid(racks: pl.DataFrame) -> _Grid:
    spots = sorted(set(racks.select("position", "x_mm").iter_rows()))
    (first, x), (last, end) = spots[0], spots[-1]
    pitch_x = (end - x) / (last - first) if last > first else ONLY_PITCH_MM
    depths = sorted(set(racks["y_mm"].to_list()))
    pitch_y = min((float(b - a) for a, b in pairwise(depths)), default=2 * ONLY_PITCH_MM)
    return _Grid(pitch_x, pitch_y, first, x)


def hall_plan(plan: Plan, hall: Hall) -> HallPlan:
    """A hall that holds racks, from above."""
    own = plan.layout.racks.frame.filter(hall=hall.id).sort("row", "position")
    reserved = plan.layout.reserved.frame.filter(hall=hall.id)
    grid = _grid(own)
    rows = []
    for (row,), racks in own.group_by("row", maintain_order=True):
        y = float(racks["y_mm"].to_list()[0])
        spots = [
            (p, f"rack-{r}", role, "placed") for p, r, role in racks.select("position", "rack", "role").iter_rows()
        ]
        kept = reserved.filter(row=row).select("position", "purpose")
        spots += [(p, f"reserved-{row}-{p}", purpose, "reserved") for p, purpose in kept.iter_rows()]
        positions = tuple(_position(grid, y, spot) for spot in sorted(spots))
        note = f"{racks.height} racks, {sum(racks['peak_w'].to_list()) / WATTS_PER_MW:.1f} MW"
        rows.append(HallRow(f"row-{row}", f"Row {row}", positions, note))
    width = max(p.x_mm + p.width_mm for row in rows for p in row.positions) + grid.pitch_x_mm / 2
    depth = max(p.y_mm + p.depth_mm for row in rows for p in row.positions) + grid.pitch_y_mm / 4
    caption = Caption(f"hall-{hall.id}", f"Hall {hall.id}", "Racks by role from above; reserved positions hatched.")
    return HallPlan(caption, width, depth, tuple(rows), columns=_columns(hall, grid, own, (width, depth)))


def _columns(hall: Hall, grid: _Grid, racks: pl.DataFrame, size_mm: tuple[float, float]) -> tuple[HallArea, ...]:
    """Building columns in the drawn part of a hall, true to scale, moved as the racks are."""
    if hall.columns is None:
        return ()
    side = hall.columns.size_m * MM_PER_M
    row, y_mm = racks.select("row", "y_mm").row(0)
    length, depth = hall.positions_per_row * grid.pitch_x_mm, hall.rows * y_mm / (row - 0.5)
    found: list[HallArea] = []
    for x_m, y_m in hall.columns.centres_m(length / MM_PER_M, depth / MM_PER_M):
        x, y = x_m * MM_PER_M + grid.pitch_x_mm / 2 - side / 2, y_m * MM_PER_M + grid.pitch_y_mm / 4 - side / 2
        if x + side <= size_mm[0] and y + side <= size_mm[1]:
            found.append(HallArea(f"column-{len(found) + 1}", "column", x, y, side, side))
    return tuple(found)


def _position(grid: _Grid, y_mm: float, spot: tuple[int, str, str, str]) -> HallPosition:
    position, name, role, state = spot
    width, depth = grid.pitch_x_mm * FOOTPRINT, grid.pitch_y_mm / 2
    left = grid.x_mm(position) - width / 2 + grid.pitch_x_mm / 2
    bottom = y_mm - depth / 2 + grid.pitch_y_mm / 4
    return HallPosition(name, left, bottom, width, depth, role, "reserved" if state == "reserved" else "placed")


HALLS = View("halls", "Hall plans", "Where does each rack stand?", _show)
