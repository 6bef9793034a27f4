"""How do quantities run over time, and where does one fall short of another?"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from itertools import pairwise

from rackwright.figures.axes import Plot, date_axis, value_axis
from rackwright.figures.lettering import NORMAL, SMALL, fit, text_width
from rackwright.figures.marks import LegendItem, empty_note, legend
from rackwright.figures.placement import spread
from rackwright.figures.scale import LinearScale, finite_range, value_labels, value_scale
from rackwright.figures.svg import Caption, Drawing, number

__all__ = ["LineChart", "LineSeries", "Shortfall", "render_line_chart"]

_WIDTH = 960.0
_TOP = 34.0
_PLOT_HEIGHT = 250.0
_LABEL_GAP = 15.0
_MAX_LABEL = 190.0
_DASHED_FROM = 4

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class LineSeries:
    """A line through (day, value) points in order of day; values that are not finite make a gap."""

    name: str
    label: str
    days: tuple[int, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Hatch the area where the first series lies above the second, such as demand above accepted capacity.

    Both by name.
    """

    demand: str
    capacity: str
    label: str = "shortfall"


@dataclass(frozen=True, slots=True)
class LineChart:
    """Several series over dates from `start` (day 0); steps keep a value until the next day given."""

    caption: Caption
    start: dt.date
    unit: str
    series: tuple[LineSeries, ...] = ()
    shortfall: Shortfall | None = None
    is_step: bool = False
    today_day: int | None = None

    def _repr_svg_(self) -> str:
        return render_line_chart(self)


@dataclass(frozen=True, slots=True)
class _Chart:
    """The plot with its scales."""

    plot: Plot
    days: LinearScale
    values: LinearScale


def render_line_chart(data: LineChart) -> str:
    """Draw lines or steps over months, each named at its end, with the shortfall hatched between two of them."""
    drawing = Drawing(data.caption, _WIDTH)
    points = [point for line in data.series for point in _finite(line)]
    if not points:
        empty_note(drawing, 40, "No values")
        return drawing.to_svg(80)
    labels = min(max(text_width(line.label) for line in data.series), _MAX_LABEL) + 16
    chart, ticks = _chart(points, labels, data.today_day)
    value_axis(drawing, chart.plot, chart.values, ticks, data.unit)
    date_axis(drawing, chart.plot, chart.days, data.start)
    _draw_shortfall(drawing, chart, data)
    draw_today(drawing, chart.plot, chart.days, data.today_day)
    for index, line in enumerate(data.series):
        _draw_line(drawing, chart, line, index, is_step=data.is_step)
    _draw_end_labels(drawing, chart, data, labels)
    bottom = chart.plot.bottom + 36
    items = [LegendItem(data.shortfall.label, "gap")] if data.shortfall else []
    return drawing.to_svg(
        bottom + legend(drawing, (chart.plot.left, bottom + 10), items, width=chart.plot.right - chart.plot.left) + 2
    )


def _finite(line: LineSeries) -> list[Point]:
    """Points with a finite value."""
    return [(day, value) for day, value in zip(line.days, line.values, strict=True) if math.isfinite(value)]


def _chart(points: list[Point], labels: float, today_day: int | None) -> tuple[_Chart, list[float]]:
    """Scales that hold all points and zero, with room for labels at the right."""
    low, high = finite_range((value for _, value in points), at_least=(0.0,))
    bottom = _TOP + _PLOT_HEIGHT
    values, ticks = value_scale(low, high, (bottom, _TOP))
    left = 16 + max(text_width(label, SMALL) for label in value_labels(ticks))
    plot = Plot(left, _TOP, _WIDTH - labels - 8, bottom)
    extra = () if today_day is None else (float(today_day),)
    first, last = finite_range((day for day, _ in points), at_least=extra)
    last = last if last > first else first + 1
    return _Chart(plot, LinearScale(first, last, plot.left, plot.right), values), ticks


def draw_today(drawing: Drawing, plot: Plot, days: LinearScale, today_day: int | None) -> None:
    """The status date as a dashed line with its name above."""
    if today_day is not None:
        x = days.clamped(today_day)
        drawing.line((x, plot.top - 6), (x, plot.bottom), "critical-line dash")
        drawing.text((max(x, plot.left + 40), plot.top - 12), "today", "s m")


def _runs(line: LineSeries) -> list[list[Point]]:
    """The points of a line, broken where a value is not finite."""
    runs: list[list[Point]] = [[]]
    for day, value in zip(line.days, line.values, strict=True):
        if math.isfinite(value):
            runs[-1].append((day, value))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _draw_line(drawing: Drawing, chart: _Chart, line: LineSeries, index: int, *, is_step: bool) -> None:
    """One series; from the fourth on lines are dashed, so that colour is not alone."""
    parts = []
    for run in _runs(line):
        x, y = chart.days(run[0][0]), chart.values(run[0][1])
        parts.append(f"M{number(x)} {number(y)}")
        for day, value in run[1:]:
            x, y = chart.days(day), chart.values(value)
            parts.append(f"H{number(x)}V{number(y)}" if is_step else f"L{number(x)} {number(y)}")
        if len(run) == 1:
            parts.append("h.1")
    dash = " dash" if index >= _DASHED_FROM - 1 else ""
    drawing.identify(drawing.path("".join(parts), f"l{index % 8 + 1}{dash}"), line.name)


def _draw_end_labels(drawing: Drawing, chart: _Chart, data: LineChart, room: float) -> None:
    """Name of each line at its end, moved apart where they would touch, with a fine leader to the line."""
    ends = [(index, line, _finite(line)[-1]) for index, line in enumerate(data.series) if _finite(line)]
    wanted = [chart.values(value) for _, _, (_, value) in ends]
    placed = spread(wanted, _LABEL_GAP, low=chart.plot.top, high=chart.plot.bottom)
    x = chart.plot.right
    for (index, line, (day, _)), y_line, y in zip(ends, wanted, placed, strict=True):
        if abs(y - y_line) > 2 or chart.days(day) < x - 2:
            drawing.line((chart.days(day) + 2, y_line), (x + 8, y), "axis")
        text = fit(line.label, room - 14, NORMAL)
        drawing.text((x + 11, y + 4), text, f"f{index % 8 + 1}")


def _draw_shortfall(drawing: Drawing, chart: _Chart, data: LineChart) -> None:
    """Hatch where demand lies above capacity."""
    lines = {line.name: line for line in data.series}
    if data.shortfall is None or data.shortfall.demand not in lines or data.shortfall.capacity not in lines:
        return
    pieces = shortfall_pieces(
        _finite(lines[data.shortfall.demand]), _finite(lines[data.shortfall.capacity]), is_step=data.is_step
    )
    shape = "".join(
        "M" + "L".join(f"{number(chart.days(day))} {number(chart.values(value))}" for day, value in piece) + "Z"
        for piece in pieces
    )
    if shape:
        drawing.identify(drawing.path(shape, "", fill=drawing.overlay("gap")), "shortfall")


def _value_at(points: list[Point], day: float, *, is_step: bool, from_left: bool) -> float:
    """Value of a series at a day; at a step, `from_left` asks for the value before it. Constant beyond the ends."""
    known = [point for point in points if (point[0] < day if from_left and is_step else point[0] <= day)]
    if not known:
        return points[0][1]
    after = points[len(known)] if len(known) < len(points) else None
    (day0, value0) = known[-1]
    if is_step or after is None or after[0] == day0:
        return value0
    return value0 + (after[1] - value0) * (day - day0) / (after[0] - day0)


def shortfall_pieces(demand: list[Point], capacity: list[Point], *, is_step: bool) -> list[list[Point]]:
    """Polygons in (day, value) where demand lies above capacity, over the days both are known."""
    if not demand or not capacity:
        return []
    first, last = max(demand[0][0], capacity[0][0]), min(demand[-1][0], capacity[-1][0])
    edges = sorted(
        {day for day, _ in demand + capacity if first <= day <= last} | ({first, last} if first <= last else set())
    )
    pieces: list[list[Point]] = []
    for a, b in pairwise(edges):
        ends = [
            (
                day,
                _value_at(demand, day, is_step=is_step, from_left=left),
                _value_at(capacity, day, is_step=is_step, from_left=left),
            )
            for day, left in ((a, False), (b, True))
        ]
        (a, da, ca), (b, db, cb) = ends
        if (da - ca > 0) != (db - cb > 0) and not is_step:
            meet = a + (b - a) * (da - ca) / ((da - ca) - (db - cb))
            value = da + (db - da) * (meet - a) / (b - a)
            pieces.append([(meet, value), (b, db), (b, cb)] if db > cb else [(a, da), (meet, value), (a, ca)])
        elif da > ca:
            pieces.append([(a, da), (b, db), (b, cb), (a, ca)])
    return pieces
