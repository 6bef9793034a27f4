"""Where does each rack stand?"""

from __future__ import annotations

from itertools import pairwise

import polars as pl

from rackwright.figures import Caption, HallPlan, HallPosition, HallRow
from rackwright.plan import Plan
from rackwright.program.sites import Hall
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable

__all__ = ["HALLS"]

MOST_FIGURES = 6
FOOTPRINT = 0.92  # share of the pitch a drawn position fills, for a visible gap


def _show(plan: Plan) -> Shown:
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
    figures = tuple(_plan(plan, hall) for hall in placed[:MOST_FIGURES])
    lead = f"{len(plan.layout.racks):,} racks stand in {len(placed)} halls."
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
        sum(own["peak_w"].to_list()) / 1e6,
        hall.it_w / 1e6,
    )


def _plan(plan: Plan, hall: Hall) -> HallPlan:
    own = plan.layout.racks.frame.filter(hall=hall.id).sort("row", "position")
    pitch_x, pitch_y = _pitch(own)
    rows = []
    for (row,), racks in own.group_by("row", maintain_order=True):
        positions = tuple(_position(rack, pitch_x, pitch_y) for rack in racks.iter_rows(named=True))
        note = f"{racks.height} racks, {sum(racks['peak_w'].to_list()) / 1e6:.1f} MW"
        rows.append(HallRow(f"row-{row}", f"Row {row}", positions, note))
    width = max((p.x_mm + p.width_mm for row in rows for p in row.positions), default=pitch_x)
    depth = max((p.y_mm + p.depth_mm for row in rows for p in row.positions), default=pitch_y)
    caption = Caption(f"hall-{hall.id}", f"Hall {hall.id}", "Racks by role, seen from above.")
    return HallPlan(caption, width + pitch_x, depth + pitch_y / 2, tuple(rows))


def _pitch(racks: pl.DataFrame) -> tuple[float, float]:
    """Distance between neighbours along and across rows, from the positions themselves [mm]."""
    x = sorted(set(racks["x_mm"].to_list()))
    y = sorted(set(racks["y_mm"].to_list()))
    steps_x = [b - a for a, b in pairwise(x)]
    steps_y = [b - a for a, b in pairwise(y)]
    pitch_x = float(min(steps_x, default=600))
    return pitch_x, float(min(steps_y, default=4 * pitch_x))


def _position(rack: dict[str, object], pitch_x: float, pitch_y: float) -> HallPosition:
    width, depth = pitch_x * FOOTPRINT, min(pitch_y / 2, 2 * pitch_x)
    x, y = (rack[name] for name in ("x_mm", "y_mm"))
    left = float(str(x)) - width / 2 + pitch_x
    bottom = float(str(y)) - depth / 2 + pitch_y / 2
    return HallPosition(f"rack-{rack['rack']}", left, bottom, width, depth, str(rack["role"]))


HALLS = View("halls", "Hall plans", "Where does each rack stand?", _show)
