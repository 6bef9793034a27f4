"""Which few numbers matter most, how did they change, and how do they run over time?"""

from __future__ import annotations

import math
from dataclasses import dataclass

from rackwright.figures.lettering import SMALL, fit
from rackwright.figures.marks import empty_note, severity_mark
from rackwright.figures.scale import LinearScale, finite_range
from rackwright.figures.svg import Caption, Drawing, Severity

__all__ = ["KpiStrip", "KpiTile", "Sparkline", "render_kpi_strip", "render_sparkline"]

_TILE = 180.0
_HEIGHT = 112.0
_GAP = 12.0
_PER_LINE = 5
_VALUE_SIZE = 24.0


@dataclass(frozen=True, slots=True)
class KpiTile:
    """One number as it is printed, with unit, a change since the last plan in words, and its course where known."""

    name: str
    label: str
    value: str
    note: str = ""
    trend: tuple[float, ...] = ()
    severity: Severity = "none"
    href: str = ""


@dataclass(frozen=True, slots=True)
class KpiStrip:
    """Tiles side by side, five in a line."""

    caption: Caption
    tiles: tuple[KpiTile, ...] = ()

    def _repr_svg_(self) -> str:
        return render_kpi_strip(self)


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A course of values without axes, for a table cell."""

    caption: Caption
    values: tuple[float, ...] = ()
    width: float = 120.0
    height: float = 24.0

    def _repr_svg_(self) -> str:
        return render_sparkline(self)


def render_kpi_strip(data: KpiStrip) -> str:
    """Draw tiles with a large number, its name, its change, and a small course."""
    per_line = max(1, min(len(data.tiles), _PER_LINE))
    drawing = Drawing(data.caption, max(240.0, per_line * (_TILE + _GAP) - _GAP + 2))
    if not data.tiles:
        empty_note(drawing, 40, "No numbers")
        return drawing.to_svg(80)
    for index, tile in enumerate(data.tiles):
        _draw_tile(drawing, (1 + index % per_line * (_TILE + _GAP), 1 + index // per_line * (_HEIGHT + _GAP)), tile)
    lines = (len(data.tiles) + per_line - 1) // per_line
    return drawing.to_svg(lines * (_HEIGHT + _GAP) - _GAP + 2)


def _draw_tile(drawing: Drawing, corner: tuple[float, float], tile: KpiTile) -> None:
    """One tile."""
    x, y = corner
    with drawing.group(tile.name, href=tile.href, tip=tile.label if tile.href else ""):
        drawing.rect((x, y, _TILE, _HEIGHT), "card", radius=6)
        severity_mark(drawing, (x + _TILE - 20, y + 44), tile.severity, radius=7)
        drawing.text((x + 12, y + 21), fit(tile.label, _TILE - 24, SMALL), "s")
        drawing.text(
            (x + 12, y + 52),
            fit(tile.value, _TILE - 24 - 20 * (tile.severity != "none"), _VALUE_SIZE, is_bold=True),
            "big",
        )
        _draw_course(drawing, (x + 12, y + 62, _TILE - 24, 22), tile.trend)
        drawing.text((x + 12, y + _HEIGHT - 10), fit(tile.note, _TILE - 24, SMALL), "s")


def render_sparkline(data: Sparkline) -> str:
    """Draw a small course of values with a dot at its end."""
    drawing = Drawing(data.caption, data.width)
    _draw_course(drawing, (2, 2, data.width - 6, data.height - 4), data.values)
    return drawing.to_svg(data.height)


def _draw_course(drawing: Drawing, box: tuple[float, float, float, float], values: tuple[float, ...]) -> None:
    """Line through the finite values inside a box; nothing for fewer than two."""
    known = [(index, value) for index, value in enumerate(values) if math.isfinite(value)]
    if len(known) < 2:
        return
    x, y, width, height = box
    low, high = finite_range(value for _, value in known)
    across = LinearScale(0, len(values) - 1, x, x + width - 3)
    up = LinearScale(low, high if high > low else low + 1, y + height - 3, y + 3)
    points = [(across(index), up(value)) for index, value in known]
    drawing.polyline(points, "l1")
    drawing.circle(points[-1], 2.6, "f1")
