"""How do amounts compare, of what do they consist, what adds up to the total, and what moves it most?

Three kinds share this file, because they share rows of labelled horizontal bars: bar chart, waterfall and tornado.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rackwright.figures.axes import Plot, value_axis_below
from rackwright.figures.lettering import SMALL, fit, percent, short_number, text_width
from rackwright.figures.marks import LegendItem, empty_note, legend, severity_items, severity_mark
from rackwright.figures.scale import LinearScale, finite_range, value_scale
from rackwright.figures.svg import Caption, Drawing, Severity, number

__all__ = [
    "Bar",
    "BarChart",
    "Tornado",
    "TornadoBar",
    "Waterfall",
    "WaterfallStep",
    "render_bar_chart",
    "render_tornado",
    "render_waterfall",
]

_WIDTH = 760.0
_MARGIN = 12.0
_ROW = 26.0
_BAR = 15.0
_MAX_LABELS = 240.0
_MAX_CAUSES = 330.0
_TOP = 12.0
_SMALL_CHANGE = 0.25


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of one part, or of several stacked ones in the chart's order.

    `note` replaces the printed total where given.
    """

    name: str
    label: str
    parts: tuple[float, ...]
    note: str = ""
    severity: Severity = "none"
    href: str = ""


@dataclass(frozen=True, slots=True)
class BarChart:
    """Horizontal bars from top to bottom; `parts` names the stacked parts; `target` draws a line at a value."""

    caption: Caption
    unit: str = ""
    parts: tuple[str, ...] = ()
    bars: tuple[Bar, ...] = ()
    target: float | None = None
    target_label: str = "target"
    is_share: bool = False

    def _repr_svg_(self) -> str:
        return render_bar_chart(self)


@dataclass(frozen=True, slots=True)
class WaterfallStep:
    """A change; where `is_total`, the running total after it is drawn from zero."""

    name: str
    label: str
    delta: float = 0.0
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Waterfall:
    """Steps that add up, from top to bottom, in a unit."""

    caption: Caption
    unit: str = ""
    steps: tuple[WaterfallStep, ...] = ()

    def _repr_svg_(self) -> str:
        return render_waterfall(self)


@dataclass(frozen=True, slots=True)
class TornadoBar:
    """What the result becomes where one cause is at its low and high end.

    The two texts say which value the cause has there.
    """

    name: str
    label: str
    low: float
    high: float
    low_label: str = ""
    high_label: str = ""


@dataclass(frozen=True, slots=True)
class Tornado:
    """Causes by the width of their effect around a base result, named by `base_word`; drawn in the given order."""

    caption: Caption
    base: float
    unit: str = ""
    bars: tuple[TornadoBar, ...] = ()
    base_word: str = "base"

    def _repr_svg_(self) -> str:
        return render_tornado(self)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The plot, its scale and the width of the label column."""

    plot: Plot
    scale: LinearScale
    labels: float

    def middle(self, index: int) -> float:
        """Middle height of a row."""
        return self.plot.top + (index + 0.5) * _ROW


def _frame(
    drawing: Drawing,
    labels: Sequence[str],
    extent: tuple[float, float],
    unit: str,
    *,
    note: float,
    most: float = _MAX_LABELS,
) -> _Rows:
    """Axis and label column of a chart with one row per label; `note` pixels stay free at the right."""
    column = min(max(text_width(label) for label in labels), most)
    left = _MARGIN + column + 12
    plot = Plot(left, _TOP, _WIDTH - _MARGIN - note, _TOP + len(labels) * _ROW)
    scale, ticks = value_scale(*extent, (plot.left, plot.right))
    value_axis_below(drawing, plot, scale, ticks, unit)
    rows = _Rows(plot, scale, column)
    for index, label in enumerate(labels):
        drawing.text((left - 12, rows.middle(index) + 4), fit(label, column), "e")
    return rows


def _box(rows: _Rows, index: int, start: float, end: float) -> tuple[float, float, float, float]:
    """Pixel box of a bar between two values."""
    a, b = sorted((rows.scale(start), rows.scale(end)))
    return a, rows.middle(index) - _BAR / 2, max(b - a, 0.8), _BAR


def render_bar_chart(data: BarChart) -> str:
    """Draw horizontal bars, stacked where they have several parts, each with its total at the end."""
    drawing = Drawing(data.caption, _WIDTH)
    bars = [bar for bar in data.bars if all(math.isfinite(part) for part in bar.parts)]
    if not bars:
        empty_note(drawing, 40, "No values")
        return drawing.to_svg(80)
    highs = [sum(part for part in bar.parts if part > 0) for bar in bars]
    lows = [sum(part for part in bar.parts if part < 0) for bar in bars]
    extent = finite_range([*highs, *lows], at_least=(0.0, data.target or 0.0))
    notes = [fit(bar.note or _total(data, bar), 150, SMALL) for bar in bars]
    rows = _frame(
        drawing,
        [bar.label for bar in bars],
        extent,
        "share" if data.is_share else data.unit,
        note=max(text_width(note, SMALL) for note in notes) + 26,
    )
    for index, (bar, note) in enumerate(zip(bars, notes, strict=True)):
        with drawing.group(bar.name, href=bar.href, tip=bar.label if bar.href else ""):
            end = _draw_parts(drawing, rows, index, bar.parts)
            drawing.text((end + 6, rows.middle(index) + 4), note, "n")
            severity_mark(drawing, (end + 17 + text_width(note, SMALL), rows.middle(index)), bar.severity, radius=5.5)
    items = (
        [LegendItem(part, slot=index % 8 + 1) for index, part in enumerate(data.parts)] if len(data.parts) > 1 else []
    )
    if data.target is not None:
        x = rows.scale(data.target)
        drawing.line((x, rows.plot.top - 4), (x, rows.plot.bottom + 3), "critical-line dash")
        items.append(LegendItem(data.target_label, "dash", classes="critical-line"))
    return _close(drawing, rows, items + severity_items([bar.severity for bar in bars]))


def _total(data: BarChart, bar: Bar) -> str:
    """The printed total of a bar."""
    total = math.fsum(bar.parts)
    return percent(total) if data.is_share else short_number(total)


def _draw_parts(drawing: Drawing, rows: _Rows, index: int, parts: tuple[float, ...]) -> float:
    """The stacked parts of a bar, negative ones to the left; returns the pixel of its right end."""
    up, down = 0.0, 0.0
    for slot, part in enumerate(parts):
        start = up if part >= 0 else down
        if part:
            drawing.slot_rect(_box(rows, index, start, start + part), slot % 8 + 1)
        up, down = (up + part, down) if part >= 0 else (up, down + part)
    return rows.scale(up)


def _close(drawing: Drawing, rows: _Rows, items: list[LegendItem]) -> str:
    """Legend below the axis, and the figure as text."""
    y = rows.plot.bottom + 40
    return drawing.to_svg(y + legend(drawing, (_MARGIN, y + 8), items, width=_WIDTH - 2 * _MARGIN) + 2)


def render_waterfall(data: Waterfall) -> str:
    """Draw changes one below the other from running total to running total; rises and falls differ in hatch and sign.

    Where the changes are small beside the totals, the axis starts near the totals, and their bars show a break.
    """
    drawing = Drawing(data.caption, _WIDTH)
    if not data.steps:
        empty_note(drawing, 40, "No values")
        return drawing.to_svg(80)
    ends = [0.0]
    for step in data.steps:
        ends.append(ends[-1] + step.delta)
    low, high = _waterfall_extent(data, ends)
    texts = [_step_text(step, end) for step, end in zip(data.steps, ends[1:], strict=True)]
    note = max(text_width(text, SMALL, is_bold=True) for text in texts) + 12
    rows = _frame(drawing, [step.label for step in data.steps], (low, high), data.unit, note=note)
    for index, step in enumerate(data.steps):
        start = max(0.0, rows.scale.low) if step.is_total else ends[index]
        box = _box(rows, index, start, ends[index + 1])
        slot = 8 if step.is_total else 2 if step.delta > 0 else 3
        drawing.identify(drawing.slot_rect(box, slot), step.name)
        if step.is_total and rows.scale.low > 0:
            drawing.path(
                f"M{number(box[0] + 10)} {number(box[1] - 2)}l-4 {number(_BAR + 4)}h5l4 -{number(_BAR + 4)}z", "bg"
            )
        drawing.text((box[0] + box[2] + 6, rows.middle(index) + 4), texts[index], "b n" if step.is_total else "n")
        if index + 1 < len(data.steps):
            x = rows.scale(ends[index + 1])
            drawing.line((x, rows.middle(index) + _BAR / 2), (x, rows.middle(index + 1) - _BAR / 2), "wire")
    items = [LegendItem("rise", slot=2), LegendItem("fall", slot=3), LegendItem("total", slot=8)]
    items += [LegendItem("axis does not start at 0", "class", classes="bg")] if rows.scale.low > 0 else []
    return _close(drawing, rows, items)


def _waterfall_extent(data: Waterfall, ends: list[float]) -> tuple[float, float]:
    """Values the axis has to show: all from zero, or only the neighbourhood of large totals with small changes."""
    first_total = data.steps[0].is_total
    low, high = finite_range(ends[1:] if first_total else ends)
    if first_total and low > 0 and 0 < high - low < _SMALL_CHANGE * high:
        return low - (high - low), high
    return min(low, 0.0), max(high, 0.0)


def _step_text(step: WaterfallStep, end: float) -> str:
    """Signed change, or the total, with as many digits as the total needs."""
    value = end if step.is_total else step.delta
    return short_number(value) if step.is_total or value <= 0 else f"+{short_number(value)}"


def render_tornado(data: Tornado) -> str:
    """Draw for each cause the range of the result around the base, low ends plain, high ends hatched."""
    drawing = Drawing(data.caption, _WIDTH)
    if not data.bars:
        empty_note(drawing, 40, "No values")
        return drawing.to_svg(80)
    side = (
        max(text_width(fit(text, 90, SMALL), SMALL) for bar in data.bars for text in (bar.low_label, bar.high_label))
        + 10
    )
    extent = finite_range([value for bar in data.bars for value in (bar.low, bar.high)], at_least=(data.base,))
    air = (extent[1] - extent[0]) * side / 300 or 1.0
    rows = _frame(
        drawing,
        [bar.label for bar in data.bars],
        (extent[0] - air, extent[1] + air),
        data.unit,
        note=8,
        most=_MAX_CAUSES,
    )
    for index, bar in enumerate(data.bars):
        with drawing.group(bar.name):
            for value, text, slot in ((bar.low, bar.low_label, 1), (bar.high, bar.high_label, 2)):
                box = _box(rows, index, data.base, value)
                drawing.slot_rect(box, slot)
                is_left = value < data.base or (value == data.base and slot == 1)
                at = box[0] - 6 if is_left else box[0] + box[2] + 6
                drawing.text((at, rows.middle(index) + 4), fit(text, 90, SMALL), "s e" if is_left else "s")
    x = rows.scale(data.base)
    drawing.line((x, rows.plot.top - 4), (x, rows.plot.bottom), "wire")
    items = [LegendItem("cause at its low end", slot=1), LegendItem("cause at its high end", slot=2)]
    items.append(LegendItem(f"{data.base_word} {short_number(data.base, data.unit)}", "line", classes="wire"))
    return _close(drawing, rows, items)
