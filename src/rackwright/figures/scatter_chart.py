"""How do two quantities of many things lie to each other? Points and lines of several series, on plain or log axes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from rackwright.figures.axes import Plot
from rackwright.figures.lettering import SMALL, fit, text_width
from rackwright.figures.marks import LegendItem, empty_note, legend
from rackwright.figures.placement import Box, LabelSpace
from rackwright.figures.scale import LinearScale, finite_range, value_labels, value_scale
from rackwright.figures.svg import Caption, Drawing, number

__all__ = ["ScatterChart", "ScatterPoint", "ScatterSeries", "render_scatter_chart"]

_WIDTH = 760.0
_PLOT = Plot(64.0, 34.0, 736.0, 374.0)
_RADIUS = 3.5
_MAX_LABEL = 170.0
_SLOTS = 8
_LOG_STEPS = (1.0, 2.0, 5.0)
_MOST_DECADES = 3
_LEAST = 1e-12

SeriesKind = Literal["points", "line"]


@dataclass(frozen=True, slots=True)
class ScatterPoint:
    """One thing; a `label` is written where there is room, and read in the tooltip."""

    name: str
    x: float
    y: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class ScatterSeries:
    """Points of one colour; a `line` joins them in the order of x."""

    name: str
    label: str
    points: tuple[ScatterPoint, ...] = ()
    kind: SeriesKind = "points"


@dataclass(frozen=True, slots=True)
class ScatterChart:
    """Series in a plane.

    Parameters
    ----------
    x_unit, y_unit
        What stands at the axes.
    series
        The series.
    is_log
        True for logarithmic axes; points that are not above zero are left out.
    ratios
        Lines y = ratio x to compare by, such as 1 for equal; for logarithmic axes.
    """

    caption: Caption
    x_unit: str = ""
    y_unit: str = ""
    series: tuple[ScatterSeries, ...] = ()
    is_log: bool = False
    ratios: tuple[float, ...] = ()

    def _repr_svg_(self) -> str:
        return render_scatter_chart(self)


@dataclass(frozen=True, slots=True)
class _Axis:
    """A scale, plain or over the logarithm, with its ticks in values."""

    scale: LinearScale
    ticks: tuple[float, ...]
    is_log: bool

    def __call__(self, value: float) -> float:
        """Pixel of a value."""
        return self.scale(math.log10(max(value, _LEAST)) if self.is_log else value)


def render_scatter_chart(data: ScatterChart) -> str:
    """Draw axes, lines to compare by, series, and as many labels as find room."""
    drawing = Drawing(data.caption, _WIDTH)
    known = [point for series in data.series for point in _known(data, series)]
    if not known:
        empty_note(drawing, 40, "No values")
        return drawing.to_svg(80)
    across = _axis([point.x for point in known], (_PLOT.left, _PLOT.right), is_log=data.is_log)
    up = _axis([point.y for point in known], (_PLOT.bottom, _PLOT.top), is_log=data.is_log)
    _draw_axes(drawing, across, up, data)
    for ratio in data.ratios if data.is_log else ():
        _draw_ratio(drawing, across, up, ratio)
    for index, series in enumerate(data.series):
        _draw_series(drawing, (across, up), _known(data, series), series, index % _SLOTS + 1)
    _draw_labels(drawing, across, up, known)
    items = [_legend_item(series, index % _SLOTS + 1) for index, series in enumerate(data.series) if series.points]
    y = _PLOT.bottom + 50
    return drawing.to_svg(y + legend(drawing, (12.0, y), items, width=_WIDTH - 24) + 2)


def _legend_item(series: ScatterSeries, slot: int) -> LegendItem:
    if series.kind == "line":
        return LegendItem(series.label, "line", slot)
    return LegendItem(series.label, "dot", slot, f"f{slot}")


def _known(data: ScatterChart, series: ScatterSeries) -> list[ScatterPoint]:
    """Points that can be drawn."""
    return [
        point
        for point in series.points
        if math.isfinite(point.x) and math.isfinite(point.y) and (not data.is_log or min(point.x, point.y) > _LEAST)
    ]


def _axis(values: list[float], pixels: tuple[float, float], *, is_log: bool) -> _Axis:
    if not is_log:
        scale, plain = value_scale(*finite_range(values, at_least=(0.0,)), pixels)
        return _Axis(scale, tuple(plain), is_log=False)
    low, high = min(values), max(values)
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    steps = _LOG_STEPS if last - first <= _MOST_DECADES else _LOG_STEPS[:1]
    every = [step * 10.0**power for power in range(first, last + 1) for step in steps]
    start = max((tick for tick in every if tick <= low * (1 + 1e-9)), default=every[0])
    end = min((tick for tick in every if tick >= high * (1 - 1e-9)), default=every[-1])
    end = end if end > start else start * 10.0
    ticks = tuple(tick for tick in every if start <= tick <= end)
    return _Axis(LinearScale(math.log10(start), math.log10(end), *pixels), ticks, is_log=True)


def _draw_axes(drawing: Drawing, across: _Axis, up: _Axis, data: ScatterChart) -> None:
    for tick, label in zip(up.ticks, value_labels(list(up.ticks)), strict=True):
        y = up(tick)
        drawing.line((_PLOT.left, y), (_PLOT.right, y), "grid")
        drawing.text((_PLOT.left - 8, y + 4), label, "s e")
    drawing.text((2, _PLOT.top - 12), fit(data.y_unit, drawing.width / 2, SMALL), "s")
    for tick, label in zip(across.ticks, value_labels(list(across.ticks)), strict=True):
        x = across(tick)
        drawing.line((x, _PLOT.top), (x, _PLOT.bottom), "grid")
        drawing.text((x, _PLOT.bottom + 15), label, "s m")
    unit = fit(data.x_unit, _PLOT.right - _PLOT.left, SMALL)
    drawing.text(((_PLOT.left + _PLOT.right) / 2, _PLOT.bottom + 31), unit, "s m")


def _draw_ratio(drawing: Drawing, across: _Axis, up: _Axis, ratio: float) -> None:
    """The line y = ratio x, cut at the frame; the line of equality is solid."""
    low = max(across.ticks[0], up.ticks[0] / ratio)
    high = min(across.ticks[-1], up.ticks[-1] / ratio)
    if high > low:
        style = "axis" if ratio == 1.0 else "axis dash"
        drawing.line((across(low), up(low * ratio)), (across(high), up(high * ratio)), style)


def _draw_series(
    drawing: Drawing, ground: tuple[_Axis, _Axis], points: list[ScatterPoint], series: ScatterSeries, slot: int
) -> None:
    across, up = ground
    if series.kind == "line" and len(points) > 1:
        ordered = sorted(points, key=lambda point: (point.x, point.y))
        path = "M" + "L".join(f"{number(across(p.x))} {number(up(p.y))}" for p in ordered)
        drawing.identify(drawing.path(path, f"l{slot}"), series.name)
    for point in points:
        with drawing.group(f"{series.name}-{point.name}", tip=point.label or point.name):
            drawing.circle((across(point.x), up(point.y)), _RADIUS, f"f{slot}")


def _draw_labels(drawing: Drawing, across: _Axis, up: _Axis, points: list[ScatterPoint]) -> None:
    """Labels beside their points; one that finds no room is left to the tooltip."""
    space = LabelSpace(
        Box(across(p.x) - _RADIUS, up(p.y) - _RADIUS, across(p.x) + _RADIUS, up(p.y) + _RADIUS) for p in points
    )
    for point in sorted((p for p in points if p.label), key=lambda item: (item.x, item.y, item.name)):
        label = fit(point.label, _MAX_LABEL, SMALL)
        half = text_width(label, SMALL) / 2 + 4
        x, y = across(point.x), up(point.y)
        near = [(x + half + 6, y), (x - half - 6, y), (x, y - 14), (x, y + 14)]
        inside = [(u, v) for u, v in near if half <= u <= _WIDTH - half and _PLOT.top <= v <= _PLOT.bottom - 4]
        centre = space.place(inside, label)
        if centre is not None:
            drawing.text((centre[0], centre[1] + 4), label, "s m")
