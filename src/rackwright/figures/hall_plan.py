"""Where do the racks stand in a hall, which positions are free or reserved, and where are the aisles?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from rackwright.figures.lettering import SMALL, fit, text_width
from rackwright.figures.marks import LegendItem, empty_note, legend, severity_items, severity_mark
from rackwright.figures.placement import Box, LabelSpace
from rackwright.figures.rack_elevation import role_slots
from rackwright.figures.svg import Caption, Drawing, Severity, number

__all__ = ["HallAisle", "HallArea", "HallPlan", "HallPosition", "HallRow", "render_hall_plan"]

PositionState = Literal["placed", "reserved", "free"]

MAX_SINGLE_RACKS = 600
_WIDTH = 960.0
_MARGIN = 16.0
_MAX_PLAN_HEIGHT = 880.0
_LINE_HEIGHT = 13.0
_ALONG = (0.5, 0.35, 0.65, 0.2, 0.8)
_SCALE_STEPS_MM = (500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000)


@dataclass(frozen=True, slots=True)
class HallPosition:
    """One rack position: its lower left corner on the floor and its footprint, all in mm.

    `role` matters for placed racks.
    """

    name: str
    x_mm: float
    y_mm: float
    width_mm: float
    depth_mm: float
    role: str = "compute"
    state: PositionState = "placed"
    severity: Severity = "none"
    detail: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class HallRow:
    """A row of positions in order along the row, with its label and a short note such as "24 racks · 3.1 MW"."""

    name: str
    label: str
    positions: tuple[HallPosition, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class HallAisle:
    """The ground between rows: hot or cold, as a rectangle in mm."""

    kind: Literal["hot", "cold"]
    x_mm: float
    y_mm: float
    width_mm: float
    depth_mm: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class HallArea:
    """Ground where no rack may stand (a keep-out): rectangle in mm and what it is."""

    name: str
    label: str
    x_mm: float
    y_mm: float
    width_mm: float
    depth_mm: float


@dataclass(frozen=True, slots=True)
class HallPlan:
    """A hall from above, x to the right and y upwards, in mm."""

    caption: Caption
    width_mm: float
    depth_mm: float
    rows: tuple[HallRow, ...] = ()
    aisles: tuple[HallAisle, ...] = ()
    keep_outs: tuple[HallArea, ...] = ()
    columns: tuple[HallArea, ...] = ()

    def _repr_svg_(self) -> str:
        return render_hall_plan(self)


@dataclass(frozen=True, slots=True)
class _Floor:
    """Maps floor millimetres to pixels."""

    left: float
    bottom: float
    px_per_mm: float

    def box(self, x_mm: float, y_mm: float, width_mm: float, depth_mm: float) -> tuple[float, float, float, float]:
        """Pixel box (x, y, width, height) of a rectangle on the floor."""
        k = self.px_per_mm
        return self.left + x_mm * k, self.bottom - (y_mm + depth_mm) * k, width_mm * k, depth_mm * k


def render_hall_plan(data: HallPlan) -> str:
    """Draw a hall from above: aisles, rows of positions by role and state, keep-outs, and a scale bar.

    Positions of a row that look alike share one path; above 600 positions, runs of equal neighbours become one block
    with a count.
    """
    drawing = Drawing(data.caption, _WIDTH)
    if data.width_mm <= 0 or data.depth_mm <= 0:
        empty_note(drawing, 40, "The hall has no floor")
        return drawing.to_svg(80)
    label_room = (
        max((text_width(fit(row.label, 90, is_bold=True), is_bold=True) for row in data.rows), default=0.0) + 10
    )
    note_room = max((text_width(fit(row.note, 150, SMALL), SMALL) for row in data.rows), default=0.0) + 10
    free = _WIDTH - 2 * _MARGIN - label_room - note_room
    scale = min(free / data.width_mm, _MAX_PLAN_HEIGHT / data.depth_mm)
    floor = _Floor(_MARGIN + label_room, _MARGIN + data.depth_mm * scale, scale)
    _draw_ground(drawing, floor, data)
    is_folded = sum(len(row.positions) for row in data.rows) > MAX_SINGLE_RACKS
    slots = role_slots([position.role for row in data.rows for position in row.positions if position.state == "placed"])
    for row in data.rows:
        _draw_row(drawing, floor, row, slots, is_folded=is_folded)
    _draw_columns(drawing, floor, data)
    _draw_row_labels(drawing, floor, data)
    return drawing.to_svg(_draw_foot(drawing, floor, data, slots))


def _draw_ground(drawing: Drawing, floor: _Floor, data: HallPlan) -> None:
    """Walls, aisles, keep-outs and building columns."""
    for aisle in data.aisles:
        drawing.rect(floor.box(aisle.x_mm, aisle.y_mm, aisle.width_mm, aisle.depth_mm), aisle.kind)
    _draw_aisle_labels(drawing, floor, data)
    for area in data.keep_outs:
        x, y, width, height = box = floor.box(area.x_mm, area.y_mm, area.width_mm, area.depth_mm)
        drawing.identify(drawing.rect(box, "axis"), area.name)
        drawing.rect(box, "", fill=drawing.overlay("cross"))
        text = fit(area.label, width - 8, SMALL)
        if height >= 14 and text:
            half = text_width(text, SMALL) / 2 + 4
            drawing.rect((x + width / 2 - half, y + height / 2 - 8, 2 * half, 16), "bg")
            drawing.text((x + width / 2, y + height / 2 + 4), text, "s m")
    drawing.rect(floor.box(0, 0, data.width_mm, data.depth_mm), "out")


def _draw_columns(drawing: Drawing, floor: _Floor, data: HallPlan) -> None:
    """Building columns over everything else: they are there first."""
    for area in data.columns:
        box = floor.box(area.x_mm, area.y_mm, area.width_mm, area.depth_mm)
        drawing.identify(drawing.rect(box, "ink"), area.name)


def _draw_aisle_labels(drawing: Drawing, floor: _Floor, data: HallPlan) -> None:
    """Name each aisle where it is wide enough and no keep-out stands."""
    space = LabelSpace()
    for area in data.keep_outs:
        x, y, width, height = floor.box(area.x_mm, area.y_mm, area.width_mm, area.depth_mm)
        space.block(Box(x, y, x + width, y + height))
    for aisle in data.aisles:
        x, y, width, height = floor.box(aisle.x_mm, aisle.y_mm, aisle.width_mm, aisle.depth_mm)
        text = fit(aisle.label or f"{aisle.kind} aisle", width - 8, SMALL)
        spots = [(x + width * share, y + height / 2) for share in _ALONG] if height >= _LINE_HEIGHT else []
        half = text_width(text, SMALL) / 2 + 4
        at = space.place([spot for spot in spots if x + half <= spot[0] <= x + width - half], text)
        if at is not None:
            drawing.text((at[0], at[1] + 4), text, "s m")


def _draw_row(drawing: Drawing, floor: _Floor, row: HallRow, slots: dict[str, int], *, is_folded: bool) -> None:
    """One row: alike positions in one path, the noteworthy ones as elements of their own."""
    plain = [spot for spot in row.positions if not (spot.href or spot.detail) and spot.severity == "none"]
    special = [spot for spot in row.positions if spot.href or spot.detail or spot.severity != "none"]
    with drawing.group(row.name, tip=row.label):
        if is_folded:
            for look, run in groupby(row.positions, key=lambda spot: (spot.state, spot.role, spot.severity)):
                _draw_block(drawing, floor, list(run), slots.get(look[1], 8))
            return
        for key in dict.fromkeys((spot.state, spot.role) for spot in plain):
            spots = [spot for spot in plain if (spot.state, spot.role) == key]
            _draw_spots(drawing, floor, spots, slots.get(key[1], 8))
        for spot in special:
            _draw_special(drawing, floor, spot, slots.get(spot.role, 8))


def _look(drawing: Drawing, state: PositionState, slot: int) -> tuple[str, str]:
    """Classes and fill of a position."""
    if state == "placed":
        return drawing.slot(slot)
    return ("wire", drawing.overlay("hatch")) if state == "reserved" else ("card dash", "")


def _draw_spots(drawing: Drawing, floor: _Floor, spots: list[HallPosition], slot: int) -> None:
    """Alike positions of a row as one path."""
    parts = []
    for spot in spots:
        x, y, width, height = floor.box(spot.x_mm, spot.y_mm, spot.width_mm, spot.depth_mm)
        gap = 0.5 if width > 3 else 0.0
        w, h = number(width - 2 * gap), number(height - 2 * gap)
        parts.append(f"M{number(x + gap)} {number(y + gap)}h{w}v{h}h-{w}z")
    classes, fill = _look(drawing, spots[0].state, slot)
    if spots[0].state == "reserved":
        drawing.path("".join(parts), "card")
        drawing.path("".join(parts), "", fill=fill)
        return
    drawing.path("".join(parts), classes, fill=fill)


def _draw_special(drawing: Drawing, floor: _Floor, spot: HallPosition, slot: int) -> None:
    """One position with its own id, tooltip, link or mark."""
    x, y, width, height = floor.box(spot.x_mm, spot.y_mm, spot.width_mm, spot.depth_mm)
    with drawing.group(spot.name, tip=spot.detail, href=spot.href):
        _draw_spots(drawing, floor, [spot], slot)
        severity_mark(drawing, (x + width / 2, y + height / 2), spot.severity, radius=max(3.0, min(6.0, width / 2 - 1)))


def _draw_block(drawing: Drawing, floor: _Floor, run: list[HallPosition], slot: int) -> None:
    """A run of equal neighbours as one block with its count."""
    left, top = min(spot.x_mm for spot in run), max(spot.y_mm + spot.depth_mm for spot in run)
    right, bottom = max(spot.x_mm + spot.width_mm for spot in run), min(spot.y_mm for spot in run)
    block = HallPosition(run[0].name, left, bottom, right - left, top - bottom, run[0].role, run[0].state)
    _draw_spots(drawing, floor, [block], slot)
    x, y, width, height = floor.box(left, bottom, right - left, top - bottom)
    text = f"× {len(run)}"
    room = width / 2 if run[0].severity == "none" else width / 2 - 14
    if height >= 13 and text_width(text, SMALL) / 2 + 2 <= room:
        drawing.text((x + width / 2, y + height / 2 + 4), text, "n m halo")
    severity_mark(drawing, (x + 8, y + height / 2), run[0].severity, radius=min(6.0, max(3.0, width / 2 - 1)))


def _draw_row_labels(drawing: Drawing, floor: _Floor, data: HallPlan) -> None:
    """Labels left and notes right of each row; a label that would cover the one above is left out."""
    lowest = 0.0
    right = floor.left + data.width_mm * floor.px_per_mm + 10
    rows = [(min(spot.y_mm for spot in row.positions), row) for row in data.rows if row.positions]
    for _, row in sorted(rows, key=lambda pair: -pair[0]):
        first = row.positions[0]
        _, y, _, height = floor.box(first.x_mm, first.y_mm, first.width_mm, first.depth_mm)
        middle = y + height / 2 + 4
        if middle - lowest < 13:
            continue
        lowest = middle
        drawing.text((floor.left - 10, middle), fit(row.label, 90, is_bold=True), "b e")
        drawing.text((right, middle), fit(row.note, 150, SMALL), "s")


def _draw_foot(drawing: Drawing, floor: _Floor, data: HallPlan, slots: dict[str, int]) -> float:
    """Scale bar and legend; returns the figure's height."""
    y = floor.bottom + 22
    length_mm = max((step for step in _SCALE_STEPS_MM if step * floor.px_per_mm <= 140), default=_SCALE_STEPS_MM[0])
    length = min(length_mm * floor.px_per_mm, data.width_mm * floor.px_per_mm)
    drawing.path(f"M{number(floor.left)} {number(y - 4)}v8m0 -4h{number(length)}m0 -4v8", "wire")
    drawing.text((floor.left + length + 8, y + 4), f"{length_mm / 1000:g} m", "s")
    spots = [spot for row in data.rows for spot in row.positions]
    items = [LegendItem(role or "other", slot=slot) for role, slot in slots.items()]
    items += [LegendItem("reserved", "hatch")] if any(spot.state == "reserved" for spot in spots) else []
    items += [LegendItem("free", "class", classes="card dash")] if any(spot.state == "free" for spot in spots) else []
    items += [LegendItem("keep-out", "cross")] if data.keep_outs else []
    items += [LegendItem("column", "class", classes="ink")] if data.columns else []
    kinds = dict.fromkeys(aisle.kind for aisle in data.aisles)
    items += [LegendItem(f"{kind} aisle", "class", classes=kind) for kind in kinds]
    items += severity_items([spot.severity for spot in spots])
    start = floor.left + length + 70
    return y + legend(drawing, (start, y), items, width=_WIDTH - _MARGIN - start) + 6
