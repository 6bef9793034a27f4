"""Which designs cannot be improved in one respect without giving up another? Points in a plane; less is better."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from rackwright.figures.axes import Plot, value_axis, value_axis_below
from rackwright.figures.lettering import SMALL, fit, text_width
from rackwright.figures.marks import LegendItem, empty_note, legend
from rackwright.figures.placement import Box, LabelSpace
from rackwright.figures.scale import LinearScale, finite_range, value_scale
from rackwright.figures.svg import Caption, Drawing

__all__ = ["ParetoChart", "ParetoPoint", "render_pareto_chart"]

_WIDTH = 760.0
_PLOT = Plot(64.0, 34.0, 736.0, 334.0)
_RADIUS = 4.5
_MAX_LABEL = 150.0

PointKind = Literal["pareto", "other", "reference"]
_CLASSES: dict[PointKind, str] = {"pareto": "f1", "other": "ink", "reference": "f2"}


@dataclass(frozen=True, slots=True)
class ParetoPoint:
    """One design: `pareto` where nothing beats it, `reference` for the one it is compared with, else `other`."""

    name: str
    label: str
    x: float
    y: float
    kind: PointKind = "other"


@dataclass(frozen=True, slots=True)
class ParetoChart:
    """Designs by two figures of which less is better; `words` names the three kinds in the legend."""

    caption: Caption
    x_unit: str = ""
    y_unit: str = ""
    points: tuple[ParetoPoint, ...] = ()
    words: tuple[str, str, str] = ("Pareto design", "other", "reference")

    def _repr_svg_(self) -> str:
        return render_pareto_chart(self)


@dataclass(frozen=True, slots=True)
class _Ground:
    """The two scales of the chart."""

    across: LinearScale
    up: LinearScale

    def at(self, point: ParetoPoint) -> tuple[float, float]:
        """Pixel of a point."""
        return self.across(point.x), self.up(point.y)


def render_pareto_chart(data: ParetoChart) -> str:
    """Draw the points, a stepped line through those nothing beats, and as many labels as find room."""
    drawing = Drawing(data.caption, _WIDTH)
    points = [point for point in data.points if math.isfinite(point.x) and math.isfinite(point.y)]
    if not points:
        empty_note(drawing, 40, "No values")
        return drawing.to_svg(80)
    across, ticks = value_scale(*finite_range([point.x for point in points]), (_PLOT.left, _PLOT.right))
    value_axis_below(drawing, _PLOT, across, ticks, data.x_unit)
    up, ticks = value_scale(*finite_range([point.y for point in points]), (_PLOT.bottom, _PLOT.top))
    value_axis(drawing, _PLOT, up, ticks, data.y_unit)
    ground = _Ground(across, up)
    _draw_frontier(drawing, ground, points)
    for point in points:
        with drawing.group(point.name, tip=point.label):
            drawing.circle(ground.at(point), _RADIUS, _CLASSES[point.kind])
    _draw_labels(drawing, ground, points)
    y = _PLOT.bottom + 50
    return drawing.to_svg(y + legend(drawing, (12.0, y), _legend(data, points), width=_WIDTH - 24) + 2)


def _draw_frontier(drawing: Drawing, ground: _Ground, points: list[ParetoPoint]) -> None:
    """Steps from one Pareto point to the next, lowest course first."""
    front: list[ParetoPoint] = []
    for point in sorted((p for p in points if p.kind == "pareto"), key=lambda p: (p.x, p.y)):
        if not front or point.y < front[-1].y:
            front.append(point)
    path: list[tuple[float, float]] = [ground.at(point) for point in front[:1]]
    for before, after in pairwise(front):
        path += [(ground.across(after.x), ground.up(before.y)), ground.at(after)]
    if len(path) > 1:
        drawing.polyline(path, "l1 dash")


def _draw_labels(drawing: Drawing, ground: _Ground, points: list[ParetoPoint]) -> None:
    """Labels beside their points; one that finds no room is left to the tooltip."""
    space = LabelSpace(_mark_box(ground.at(point)) for point in points)
    order: dict[PointKind, int] = {"reference": 0, "pareto": 1, "other": 2}
    for point in sorted(points, key=lambda item: (order[item.kind], item.x, item.y, item.name)):
        label = fit(point.label, _MAX_LABEL, SMALL)
        half = text_width(label, SMALL) / 2 + 4
        x, y = ground.at(point)
        near = [(x + half + 6, y), (x - half - 6, y), (x, y - 14), (x, y + 14)]
        inside = [(u, v) for u, v in near if half <= u <= _WIDTH - half and _PLOT.top <= v <= _PLOT.bottom - 4]
        centre = space.place(inside, label)
        if centre is not None and label:
            drawing.text((centre[0], centre[1] + 4), label, "s m")


def _mark_box(centre: tuple[float, float]) -> Box:
    x, y = centre
    return Box(x - _RADIUS, y - _RADIUS, x + _RADIUS, y + _RADIUS)


def _legend(data: ParetoChart, points: list[ParetoPoint]) -> list[LegendItem]:
    kinds: tuple[PointKind, ...] = ("pareto", "other", "reference")
    seen = {point.kind for point in points}
    return [
        LegendItem(word, "dot", classes=_CLASSES[kind])
        for kind, word in zip(kinds, data.words, strict=True)
        if kind in seen
    ]
