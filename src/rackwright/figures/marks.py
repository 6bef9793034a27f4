"""How are severity, legends, arrows and small symbols drawn, the same in every figure?

Severity has a shape of its own: a disc with "i" is a notice, a triangle with "!" a warning, an octagon with a cross
critical.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from rackwright.figures.lettering import SMALL, fit, text_width
from rackwright.figures.svg import Drawing, Severity, number

__all__ = ["SEVERITY_WORDS", "LegendItem", "arrow_head", "empty_note", "legend", "severity_mark"]

SEVERITY_WORDS: dict[Severity, str] = {"none": "", "notice": "notice", "warning": "warning", "critical": "critical"}
Swatch = Literal["area", "line", "dash", "gap", "hatch", "cross", "diamond", "whisker", "mark", "dot", "class"]

_ROW = 18.0
_SWATCH = 16.0


@dataclass(frozen=True, slots=True)
class LegendItem:
    """One entry of a legend: its text, how the swatch looks, and the palette slot or class it shows."""

    label: str
    swatch: Swatch = "area"
    slot: int = 1
    classes: str = ""
    severity: Severity = "none"


def severity_mark(drawing: Drawing, centre: tuple[float, float], severity: Severity, *, radius: float = 6.0) -> None:
    """Draw the mark of a severity around a point; `none` draws nothing."""
    x, y = centre
    r = radius
    if severity == "notice":
        drawing.circle(centre, r, "notice")
        drawing.path(_dot_and_stem(x, y - r * 0.45, y - r * 0.05, y + r * 0.5), "glyph")
    elif severity == "warning":
        top, side = y - r * 1.05, r * 1.1
        drawing.path(
            f"M{number(x)} {number(top)}L{number(x + side)} {number(y + r * 0.85)}H{number(x - side)}Z", "warning"
        )
        drawing.path(_dot_and_stem(x, y + r * 0.55, y - r * 0.45, y + r * 0.1), "glyph")
    elif severity == "critical":
        k = r * 0.41
        points = [(-k, -r), (k, -r), (r, -k), (r, k), (k, r), (-k, r), (-r, k), (-r, -k)]
        drawing.polyline([(x + dx, y + dy) for dx, dy in points], "critical", is_closed=True)
        d = r * 0.4
        w = number(2 * d)
        drawing.path(f"M{number(x - d)} {number(y - d)}l{w} {w}m0 -{w}l-{w} {w}", "glyph")


def _dot_and_stem(x: float, dot_y: float, stem_top: float, stem_bottom: float) -> str:
    """Path of a dot and a stem, for "i" and "!"."""
    return f"M{number(x)} {number(dot_y)}h.01M{number(x)} {number(stem_top)}V{number(stem_bottom)}"


def arrow_head(
    drawing: Drawing, tip: tuple[float, float], direction: Literal["left", "right", "up", "down"], classes: str
) -> None:
    """A small filled arrow head whose tip is at a point."""
    steps = {"right": (-7, -3.5, 0, 7), "left": (7, -3.5, 0, 7), "down": (-3.5, -7, 7, 0), "up": (-3.5, 7, 7, 0)}
    dx, dy, ex, ey = steps[direction]
    drawing.path(f"M{number(tip[0])} {number(tip[1])}l{dx} {dy}l{ex} {ey}z", classes)


def empty_note(drawing: Drawing, y: float, text: str = "Nothing to show") -> None:
    """A quiet line for a figure without data."""
    drawing.text((drawing.width / 2, y), text, "s m")


def legend(drawing: Drawing, origin: tuple[float, float], items: Sequence[LegendItem], *, width: float) -> float:
    """Draw a legend that flows over lines of `width` pixels; returns its height (0 without items).

    `origin` is the left end of the first line at its middle height.
    """
    x, y = origin
    for item in items:
        label = fit(item.label, width - _SWATCH - 6, SMALL)
        length = _SWATCH + 6 + text_width(label, SMALL)
        if x > origin[0] and x + length > origin[0] + width:
            x, y = origin[0], y + _ROW
        _SWATCHES[item.swatch](drawing, (x, y), item)
        drawing.text((x + _SWATCH + 6, y + 4), label, "s")
        x += length + 18
    return y - origin[1] + _ROW if items else 0.0


def _area(drawing: Drawing, at: tuple[float, float], item: LegendItem) -> None:
    drawing.slot_rect((at[0] + 0.5, at[1] - 5.5, _SWATCH - 1, 11), item.slot)


def _line(drawing: Drawing, at: tuple[float, float], item: LegendItem) -> None:
    classes = item.classes or f"l{item.slot}"
    drawing.line(at, (at[0] + _SWATCH, at[1]), f"{classes} dash" if item.swatch == "dash" else classes)


def _overlay(drawing: Drawing, at: tuple[float, float], item: LegendItem) -> None:
    drawing.rect((at[0] + 0.5, at[1] - 5.5, _SWATCH - 1, 11), "card")
    fill = (
        drawing.overlay("gap")
        if item.swatch == "gap"
        else drawing.overlay("cross" if item.swatch == "cross" else "hatch")
    )
    drawing.rect((at[0] + 0.5, at[1] - 5.5, _SWATCH - 1, 11), "", fill=fill)


def _diamond(drawing: Drawing, at: tuple[float, float], item: LegendItem) -> None:
    diamond(drawing, (at[0] + _SWATCH / 2, at[1]), item.classes or "ink")


def _whisker(drawing: Drawing, at: tuple[float, float], item: LegendItem) -> None:
    x, y = at
    drawing.path(f"M{number(x)} {number(y)}h{number(_SWATCH)}m0 -4v8", item.classes or "wire")


def _mark(drawing: Drawing, at: tuple[float, float], item: LegendItem) -> None:
    severity_mark(drawing, (at[0] + _SWATCH / 2, at[1]), item.severity, radius=5.5)


def _dot(drawing: Drawing, at: tuple[float, float], item: LegendItem) -> None:
    drawing.circle((at[0] + _SWATCH / 2, at[1]), 3, item.classes or "ink")


def _class(drawing: Drawing, at: tuple[float, float], item: LegendItem) -> None:
    drawing.rect((at[0] + 0.5, at[1] - 5.5, _SWATCH - 1, 11), item.classes)


def diamond(drawing: Drawing, centre: tuple[float, float], classes: str, *, radius: float = 6.0) -> None:
    """A diamond, the mark of a gate."""
    x, y = centre
    drawing.polyline([(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)], classes, is_closed=True)


_SWATCHES: dict[Swatch, Callable[[Drawing, tuple[float, float], LegendItem], None]] = {
    "area": _area,
    "line": _line,
    "dash": _line,
    "gap": _overlay,
    "hatch": _overlay,
    "cross": _overlay,
    "diamond": _diamond,
    "whisker": _whisker,
    "mark": _mark,
    "dot": _dot,
    "class": _class,
}


def severity_items(severities: Sequence[Severity]) -> list[LegendItem]:
    """Legend entries of the severities that occur, worst first."""
    worst_first: tuple[Severity, ...] = ("critical", "warning", "notice")
    return [LegendItem(SEVERITY_WORDS[name], "mark", severity=name) for name in worst_first if name in severities]
